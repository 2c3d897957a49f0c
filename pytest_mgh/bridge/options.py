"""What both commands of the bridge need: their options, their files, and how they end."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import click

from pytest_mgh.bridge.calls import BridgeError
from pytest_mgh.bridge.interruption import interruptible
from pytest_mgh.state.writable_file import check_writable, write_whole

CONTEXT = {"help_option_names": ["-h", "--help"]}

COULD_NOT_RUN = 2
"""The status of a command that could not do what it is for."""

INTERRUPTED = 130
"""The status of a command that was interrupted."""

_OPTIONS = (
    click.option("--profile", help="AWS profile that has the credentials."),
    click.option(
        "--region",
        help="Region in which to look up the home Region; by default the profile's, else "
        "us-west-2.",
    ),
    click.option("--endpoint-url", help="URL to call instead of AWS."),
)


def account_options(command: Any) -> Any:
    """Give a command the options that lead to an account."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def could_not_run(reason: str) -> NoReturn:
    """End the command: it could not do what it is for."""
    click.echo(f"Error: {reason}", err=True)
    sys.exit(COULD_NOT_RUN)


@contextmanager
def ending() -> Iterator[None]:
    """End the command with the status that fits, and one sentence."""
    try:
        with interruptible():
            yield
    except BridgeError as error:
        could_not_run(str(error))
    except KeyboardInterrupt:
        click.echo("Interrupted.", err=True)
        sys.exit(INTERRUPTED)


def write_output(path: Path, text: str) -> None:
    """Write a result; end the command if it can't be written."""
    try:
        write_whole(path, text)
    except OSError as error:
        could_not_run(f"{path} could not be written: {error.strerror}")


def confirm(question: str) -> bool:
    """Ask for a yes; where nobody can answer, it is a no."""
    try:
        return click.confirm(question)
    except click.Abort:
        click.echo()
        return False


def check_outputs(paths: Iterable[Path]) -> None:
    """Refuse files that could not be written at the end."""
    for path in paths:
        if not path.parent.is_dir():
            raise click.UsageError(f"can't write {path}: there is no folder {str(path.parent)!r}")
        try:
            check_writable(path)
        except OSError as error:
            raise click.UsageError(f"{path} cannot be written: {error.strerror}") from None
