"""Finds records by what they hold: one value of theirs, whatever their number."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_mgh.state.journal import Journal


class ValueIndex:
    """Record ids by the values that the records have."""

    __slots__ = ("_ids", "_values")

    def __init__(self) -> None:
        self._ids: dict[Hashable, dict[str, None]] = {}
        self._values: dict[str, frozenset[Hashable]] = {}

    def put(self, journal: Journal, id_: str, values: Iterable[Hashable]) -> None:
        """Enter a record under its values, instead of under those it had before."""
        before, now = self._values.get(id_, frozenset()), frozenset(values)
        if before == now and id_ in self._values:
            return
        self._leave(journal, id_, before - now)
        for value in now - before:
            ids = self._ids.get(value)
            if ids is None:
                journal.put(self._ids, value, {id_: None})
            else:
                journal.put(ids, id_, None)
        journal.put(self._values, id_, now)

    def remove(self, journal: Journal, id_: str) -> None:
        """Remove a record, if it is there."""
        if id_ in self._values:
            self._leave(journal, id_, self._values[id_])
            journal.drop(self._values, id_)

    def find(self, value: Hashable) -> Collection[str]:
        """Return the ids of the records that have that value, in no order."""
        return self._ids.get(value, ())

    def _leave(self, journal: Journal, id_: str, values: Iterable[Hashable]) -> None:
        for value in values:
            ids = self._ids[value]
            journal.drop(ids, id_)
            if not ids:
                journal.drop(self._ids, value)
