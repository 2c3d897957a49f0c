"""`pytest-mgh`, also `python -m pytest_mgh`: the command, as far as it needs no extra."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; say so where the extra that it needs is not installed."""
    try:
        _run()
    except KeyboardInterrupt:  # before there was anything to end
        sys.exit(130)


def _run() -> None:
    try:
        from pytest_mgh.server.command import OWN_PROCESS, command
    except ImportError as error:
        missing = (error.name or "").partition(".")[0]
        if missing not in ("click", "starlette", "uvicorn"):
            raise
        sys.exit(
            f"pytest-mgh: the command needs the extra 'server' ({missing} is missing): "
            "pip install 'pytest-mgh[server]'"
        )
    command(prog_name="pytest-mgh", obj=OWN_PROCESS)


if __name__ == "__main__":
    main()
