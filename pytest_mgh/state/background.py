"""Work that a service does after it has answered: what waits, and when it is due."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from pytest_mgh.errors import KnownAttributes
from pytest_mgh.protocol.times import EARLIEST, LATEST
from pytest_mgh.protocol.values import AccountId, TimeOrNever
from pytest_mgh.state.in_order import InOrder

if TYPE_CHECKING:
    from pytest_mgh.state.journal import Journal

Mode = float | Literal["eager", "manual"]


@dataclass(frozen=True, slots=True)
class Work(KnownAttributes):
    """A piece of background work, named after the operation that started it.

    `due` is when it is done, in seconds since the epoch by the hub's clock; infinity waits for
    `MigrationHub.settle`.
    """

    operation: str
    account_id: AccountId
    region: str
    subject: tuple[str, ...]
    due: TimeOrNever = field(default=math.inf, compare=False)


_Key = tuple[str, str, str, tuple[str, ...]]
"""What tells one piece of work from another: all but when it is due."""


def _key(work: Work) -> _Key:
    return work.operation, work.account_id, work.region, work.subject


class Background:
    """The queue of waiting work, in the order in which it came.

    In the mode `"eager"` work is due at once; in `"manual"` only `settle` makes it due; a number
    makes it due that many seconds later.
    """

    def __init__(self, mode: Mode) -> None:
        self._mode = mode
        self._waiting: InOrder[_Key, Work] = InOrder()

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def waiting(self) -> tuple[Work, ...]:
        """The work that waits, oldest first."""
        return tuple(self._waiting)

    def due(self, now: float) -> list[Work]:
        """Return the work that is due by now, oldest first."""
        return [work for work in self._waiting if work.due <= now]

    def add(
        self,
        journal: Journal,
        operation: str,
        account_id: str,
        region: str,
        subject: tuple[str, ...],
        now: float,
    ) -> None:
        """Put work at the end of the queue; the same work waits only once.

        Where it waits a number of seconds, it waits them anew.
        """
        work = Work(operation, account_id, region, subject, self._due(now))
        if not isinstance(self._mode, str):
            self.remove(journal, work)
        if _key(work) not in self._waiting:
            self._waiting.put(journal, _key(work), work)

    def _due(self, now: float) -> float:
        if self._mode == "eager":
            return EARLIEST  # even if the clock is set back
        due = math.inf if self._mode == "manual" else now + self._mode
        return due if due <= LATEST else math.inf

    def remove(self, journal: Journal, work: Work) -> None:
        """Take work out of the queue: it is done, or can't be done."""
        self._waiting.remove(journal, _key(work))

    def load(self, journal: Journal, waiting: Iterable[Work]) -> None:
        """Put work back as it waited."""
        for work in waiting:
            self._waiting.put(journal, _key(work), work)
