"""The progress of a command: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from typing_extensions import Self

LINES = 10
"""Lines that are printed of one kind of thing, where there is no terminal."""


class Progress:
    """Shows the progress of a command, one kind of thing after the other."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._what = ""
        self._tenth = 0

    def __call__(self, what: str, done: int, total: int) -> None:
        """Show how many of so many have been done."""
        if sys.stdout.isatty():
            self._draw(what, done, total)
        else:
            self._print(what, done, total)

    def _draw(self, what: str, done: int, total: int) -> None:
        if what != self._what:
            self.end()
            self._what = what
            self._bar = click.progressbar(length=total, label=what, show_pos=True)
            self._bar.__enter__()
        self._bar.update(done - self._bar.pos)

    def _print(self, what: str, done: int, total: int) -> None:
        tenth = done * LINES // total
        if (what, tenth) != (self._what, self._tenth):
            self._what, self._tenth = what, tenth
            click.echo(f"{what}: {done} of {total}")

    def end(self) -> None:
        """End the bar that is shown."""
        if self._bar is not None:
            self._bar.__exit__(None, None, None)
            self._bar = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()
