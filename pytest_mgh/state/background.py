"""Work that a service does after it has answered: what waits, and when it is due."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Mode = Literal["eager", "manual"]


@dataclass(frozen=True, slots=True)
class Work:
    """A piece of asynchronous work, named by the operation that started it."""

    operation: str
    account_id: str
    region: str
    subject: tuple[str, ...]


class Background:
    """The queue of waiting work, in the order in which it came.

    In the mode `"eager"` work is due at once; in `"manual"` only `settle` makes it due.
    """

    def __init__(self, mode: Mode) -> None:
        self._mode = mode
        self._waiting: dict[Work, None] = {}

    @property
    def waiting(self) -> tuple[Work, ...]:
        """The work that waits, oldest first."""
        return tuple(self._waiting)

    def add(self, work: Work) -> None:
        """Put work at the end of the queue; the same work waits only once."""
        self._waiting.setdefault(work)

    def take_due(self) -> list[Work]:
        """Take the work that is due now out of the queue."""
        return self.take_all() if self._mode == "eager" else []

    def take_all(self) -> list[Work]:
        """Take all work out of the queue."""
        due, self._waiting = list(self._waiting), {}
        return due
