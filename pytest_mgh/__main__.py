"""`pytest-mgh`, also `python -m pytest_mgh`: each command is imported only when it is used."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

try:
    import click
except KeyboardInterrupt:  # before there was anything to end
    sys.exit(130)
except ModuleNotFoundError:
    sys.exit(
        "pytest-mgh: the command needs click: pip install 'pytest-mgh[server]' for serve, "
        "'pytest-mgh[bridge]' for capture and verify"
    )

from pytest_mgh.errors import nearest

OWN_PROCESS = "the process is only there for the command"


_COMMANDS = {
    "capture": "pytest_mgh.bridge.capture_command",
    "health": "pytest_mgh.server.health_command",
    "serve": "pytest_mgh.server.command",
    "verify": "pytest_mgh.bridge.verify_command",
}
_OF_EXTRAS = {"starlette": "server", "uvicorn": "server"}


class _Commands(click.Group):
    """Imports a command when it is asked for: not everybody has the libraries of all."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
        if cmd_name not in _COMMANDS:
            ctx.fail(f"no command {cmd_name!r}; {nearest(cmd_name, _COMMANDS)}")
        try:
            command: click.Command = getattr(import_module(_COMMANDS[cmd_name]), cmd_name)
        except KeyboardInterrupt:  # before there was anything to end
            raise click.exceptions.Exit(130) from None
        except ImportError as error:
            missing = (error.name or "").partition(".")[0]
            if missing not in _OF_EXTRAS:
                raise
            return _refusing(cmd_name, _OF_EXTRAS[missing], missing)
        return command


def _refusing(name: str, extra: str, missing: str) -> click.Command:
    """Return what stands for a command whose libraries are not installed."""
    message = (
        f"the command {name} needs the extra '{extra}' ({missing} is missing): "
        f"pip install 'pytest-mgh[{extra}]'"
    )

    def refuse(**_: Any) -> None:
        raise click.ClickException(message)

    return click.Command(
        name,
        callback=refuse,
        params=[click.Argument(["arguments"], nargs=-1, type=click.UNPROCESSED)],
        context_settings={"ignore_unknown_options": True},
        short_help=f"Needs pip install 'pytest-mgh[{extra}]'.",
        add_help_option=False,
    )


command: click.Group = click.version_option(package_name="pytest-mgh")(
    _Commands(
        "pytest-mgh",
        help="AWS Migration Hub in memory.",
        context_settings={"help_option_names": ["-h", "--help"]},
    )
)


def main() -> None:
    """Run the command line."""
    try:
        command(prog_name="pytest-mgh", obj=OWN_PROCESS)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
