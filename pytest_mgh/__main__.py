"""`pytest-mgh`, also `python -m pytest_mgh`: the command, as far as it needs no extra."""

from __future__ import annotations

import sys

OWN_PROCESS = "the process is only there for the command"


def main() -> None:
    """Run the command line; say so where click, which it needs, is not installed."""
    try:
        _run()
    except KeyboardInterrupt:  # before there was anything to end
        sys.exit(130)


def _run() -> None:
    try:
        from pytest_mgh.command_line import command
    except ImportError as error:
        if (error.name or "").partition(".")[0] != "click":
            raise
        sys.exit(
            "pytest-mgh: the command needs click: pip install 'pytest-mgh[server]' for serve, "
            "'pytest-mgh[bridge]' for capture and verify"
        )
    command(prog_name="pytest-mgh", obj=OWN_PROCESS)


if __name__ == "__main__":
    main()
