"""Finds records by what they hold: one value of theirs, whatever their number."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_mgh.state.journal import Journal

_NONE: Mapping[str, int] = {}


class ValueIndex:
    """Record ids by the values that the records have, and how often each has it.

    A record may have a value from several sides: it has it until it was taken away as often.
    """

    __slots__ = ("_ids",)

    def __init__(self) -> None:
        self._ids: dict[Hashable, dict[str, int]] = {}

    def add(self, journal: Journal, value: Hashable, id_: str) -> None:
        """Enter a record under a value, once more."""
        ids = self._ids.get(value)
        if ids is None:
            journal.put(self._ids, value, {id_: 1})
        else:
            journal.put(ids, id_, ids.get(id_, 0) + 1)

    def drop(self, journal: Journal, value: Hashable, id_: str) -> None:
        """Take a value from a record, once."""
        ids = self._ids[value]
        if ids[id_] > 1:
            journal.put(ids, id_, ids[id_] - 1)
            return
        journal.drop(ids, id_)
        if not ids:
            journal.drop(self._ids, value)

    def find(self, value: Hashable) -> Mapping[str, int]:
        """Return the ids of the records that have that value."""
        return self._ids.get(value, _NONE)
