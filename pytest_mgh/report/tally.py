"""The calls of a run: counted as they are made, and added up over the processes of the run."""

from __future__ import annotations

import os
from collections import Counter
from typing import TYPE_CHECKING, Any

from pytest_mgh.cloudtrail.watchers import WATCHERS
from pytest_mgh.report.event_spool import EventSpool
from pytest_mgh.state.process import PROCESS

if TYPE_CHECKING:
    from pytest_mgh.cloudtrail.records import CallRecord

Key = tuple[str, str, str]
"""A service, an operation, and an outcome."""

UNKNOWN = ("-", "(unknown operation)")
"""Stands for service and operation of the calls to what no service has."""


class Tally:
    """Counts the calls of all hubs of this process from its making until `close`.

    Args:
        events: Whether the events are kept too, for a log file.

    Attributes:
        counts: How many calls of an operation ended how.
        events: The events, if they are kept.
    """

    def __init__(self, *, events: bool = False) -> None:
        self.counts: Counter[Key] = Counter()
        self.events = EventSpool() if events else None
        self._lock = PROCESS.new_lock()  # hubs may be called from several threads
        self._process = os.getpid()
        WATCHERS.append(self._note)

    def _note(
        self, operation: tuple[str, str] | None, outcome: str, record: CallRecord | None
    ) -> None:
        if os.getpid() != self._process:
            return  # a fork: it shares the file of the events, and nobody would read its counts
        key = (*(operation or UNKNOWN), outcome)
        with self._lock:
            self.counts[key] += 1
            if self.events is not None and record is not None:
                self.events.add(record)

    def pack(self) -> dict[str, Any]:
        """Return all of it as plain data: what `absorb` takes in another process."""
        counts = [[*key, count] for key, count in self.counts.items()]
        return {"counts": counts, "events": self.events.pack() if self.events else b""}

    def absorb(self, packed: dict[str, Any]) -> None:
        """Add what another process has packed."""
        for *key, count in packed["counts"]:
            service, operation, outcome = key
            self.counts[service, operation, outcome] += count
        if self.events is not None:
            self.events.absorb(packed["events"])

    def close(self) -> None:
        """Count no more, and forget the events."""
        WATCHERS.remove(self._note)
        if self.events is not None:
            self.events.close()
