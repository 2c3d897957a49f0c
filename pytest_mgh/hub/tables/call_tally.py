"""How often each operation was called, and which errors its calls ended with.

A console asks for it every half second. So the calls are counted on from where they were counted
last, which takes no longer where there are a million.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from pytest_mgh.state.process import PROCESS
from pytest_mgh.state.recent import Kept

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_mgh.cloudtrail.records import CallRecord
    from pytest_mgh.state.world import World


class _Tally:
    def __init__(self) -> None:
        self.lock = PROCESS.new_lock()
        self.operations: Counter[str] = Counter()
        self.errors: Counter[str] = Counter()
        self._counted: Kept[CallRecord] = Kept([], range(0))

    def count(self, calls: Kept[CallRecord]) -> None:
        """Count these calls; of those that were counted before, the ones that are gone no more."""
        gone, come = calls.changes_since(self._counted)
        self.operations = +(self.operations + _operations(come) - _operations(gone))
        self.errors = +(self.errors + _errors(come) - _errors(gone))
        self._counted = calls


def _operations(calls: Sequence[CallRecord]) -> Counter[str]:
    return Counter(call.action.name for call in calls)


def _errors(calls: Sequence[CallRecord]) -> Counter[str]:
    return Counter(call.error[0] for call in calls if call.error is not None)


_TALLIES: WeakKeyDictionary[World, _Tally] = WeakKeyDictionary()


def tally(world: World) -> tuple[Counter[str], Counter[str]]:
    """Return how many of the calls that are kept were of each operation, and had each error."""
    with world.lock:
        counted = _TALLIES.setdefault(world, _Tally())
    with counted.lock:
        with world.lock:
            calls = world.calls.kept()
        counted.count(calls)  # records never change, so calls may continue meanwhile
        return counted.operations, counted.errors
