"""Finds records by what they hold: one value of theirs, whatever their number."""

from __future__ import annotations

from collections.abc import Hashable, Iterable


class ValueIndex:
    """Record ids by the values that the records have."""

    __slots__ = ("_ids", "_values")

    def __init__(self) -> None:
        self._ids: dict[Hashable, dict[str, None]] = {}
        self._values: dict[str, tuple[Hashable, ...]] = {}

    def put(self, id_: str, values: Iterable[Hashable]) -> None:
        """Enter a record under its values, instead of under those it had before."""
        self.remove(id_)
        kept = self._values[id_] = tuple(values)
        for value in kept:
            self._ids.setdefault(value, {})[id_] = None

    def remove(self, id_: str) -> None:
        """Remove a record, if it is there."""
        for value in self._values.pop(id_, ()):
            ids = self._ids[value]
            ids.pop(id_, None)
            if not ids:
                del self._ids[value]

    def find(self, value: Hashable) -> tuple[str, ...]:
        """Return the ids of the records that have that value."""
        return tuple(self._ids.get(value, ()))
