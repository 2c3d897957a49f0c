"""Work that a service does after it has answered: what waits, and when it is due."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

Mode = float | Literal["eager", "manual"]


@dataclass(frozen=True, slots=True)
class Work:
    """A piece of asynchronous work, named by the operation that started it.

    `due` is when it is done, in seconds since the epoch by the hub's clock; infinity waits for
    `MigrationHub.settle`.
    """

    operation: str
    account_id: str
    region: str
    subject: tuple[str, ...]
    due: float = field(default=math.inf, compare=False)


class Background:
    """The queue of waiting work, in the order in which it came.

    In the mode `"eager"` work is due at once; in `"manual"` only `settle` makes it due; a number
    makes it due that many seconds later.
    """

    def __init__(self, mode: Mode) -> None:
        delays = {"eager": -math.inf, "manual": math.inf}
        self._delay = delays[mode] if isinstance(mode, str) else mode
        self._waiting: dict[Work, None] = {}

    @property
    def waiting(self) -> tuple[Work, ...]:
        """The work that waits, oldest first."""
        return tuple(self._waiting)

    def add(
        self, operation: str, account_id: str, region: str, subject: tuple[str, ...], now: float
    ) -> None:
        """Put work at the end of the queue; the same work waits only once."""
        due = now + self._delay
        self._waiting.setdefault(Work(operation, account_id, region, subject, due))

    def restore(self, waiting: Iterable[Work]) -> None:
        """Put work back as it waited."""
        self._waiting = dict.fromkeys(waiting)

    def take_due(self, now: float) -> list[Work]:
        """Take the work that is due by now out of the queue."""
        if not self._waiting:
            return []
        due = [work for work in self._waiting if work.due <= now]
        for work in due:
            del self._waiting[work]
        return due

    def take_all(self) -> list[Work]:
        """Take all work out of the queue."""
        due, self._waiting = list(self._waiting), {}
        return due
