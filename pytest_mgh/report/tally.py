"""The calls of a run: counted as they are made, and added up over the processes of the run."""

from __future__ import annotations

import json
import os
from collections import Counter
from typing import TYPE_CHECKING, Any

from pytest_mgh.cloudtrail.watchers import PERMISSION_WATCHERS, WATCHERS
from pytest_mgh.report.event_spool import EventSpool
from pytest_mgh.report.least_policy import NeededPermissions
from pytest_mgh.state.process import PROCESS

if TYPE_CHECKING:
    from pytest_mgh.cloudtrail.records import CallRecord

Key = tuple[str, str, str]
"""A service, an operation, and an outcome."""

UNKNOWN = ("-", "(unknown operation)")
"""Stands for service and operation of the calls to what no service has."""


class Tally:
    """Counts the calls of all hubs of this process from its making until `close`.

    Events are kept too for a log file, and permissions for a policy, where these are asked for.
    """

    def __init__(self, *, events: bool = False, permissions: bool = False) -> None:
        self.counts: Counter[Key] = Counter()
        self.dry_runs: bool = False
        self.events: EventSpool | None = EventSpool() if events else None
        self.permissions: NeededPermissions | None = NeededPermissions() if permissions else None
        self._lock = PROCESS.new_lock()  # hubs may be called from several threads
        self._process = os.getpid()
        WATCHERS.append(self._note)
        if permissions:
            PERMISSION_WATCHERS.append(self._note_permission)

    def _note(
        self, operation: tuple[str, str] | None, outcome: str, record: CallRecord | None
    ) -> None:
        if os.getpid() != self._process:
            return  # a fork: it shares the file of the events, and nobody would read its counts
        key = (*(operation or UNKNOWN), outcome)
        with self._lock:
            self.counts[key] += 1
            self.dry_runs = self.dry_runs or _is_dry_run(record)
            if self.events is not None and record is not None:
                self.events.add(record)

    def _note_permission(self, action: str, resource: str) -> None:
        if self.permissions is not None and os.getpid() == self._process:
            with self._lock:
                self.permissions.add(action, resource)

    def pack(self) -> dict[str, Any]:
        """Return all of it as plain data: what `absorb` takes in another process."""
        counts = [[*key, count] for key, count in self.counts.items()]
        return {
            "counts": counts,
            "dry_runs": self.dry_runs,
            "events": self.events.pack() if self.events else b"",
            "permissions": self.permissions.pack() if self.permissions else {},
        }

    def absorb(self, packed: dict[str, Any]) -> None:
        """Add what another process has packed."""
        for *key, count in packed["counts"]:
            service, operation, outcome = key
            self.counts[service, operation, outcome] += count
        self.dry_runs = self.dry_runs or packed["dry_runs"]
        if self.events is not None:
            self.events.absorb(packed["events"])
        if self.permissions is not None:
            self.permissions.absorb(packed["permissions"])

    def close(self) -> None:
        """Count no more, and forget the events."""
        WATCHERS.remove(self._note)
        if self.permissions is not None:
            PERMISSION_WATCHERS.remove(self._note_permission)
        if self.events is not None:
            self.events.close()


def _is_dry_run(record: CallRecord | None) -> bool:
    if record is None or b'"DryRun"' not in record.body:
        return False
    return json.loads(record.body).get("DryRun") is True
