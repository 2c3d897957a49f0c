"""Records by key, listed in the order in which they came."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

Record = TypeVar("Record")


class InOrder(Generic[Record]):
    """Records by key; each keeps its position until it is removed.

    Replacing a record keeps its position. A position is never given twice, so that paging by
    position survives additions and removals.
    """

    __slots__ = ("_next", "_order", "_records")

    def __init__(self) -> None:
        self._records: dict[str, tuple[int, Record]] = {}
        self._order: list[tuple[int, str]] = []
        self._next = 1

    @property
    def next(self) -> int:
        """The position that the next new record gets."""
        return self._next

    @property
    def rows(self) -> Iterator[tuple[int, str, Record]]:
        """Position, key and record of each, in order."""
        return ((at, key, self._records[key][1]) for at, key in self._order)

    def load(self, next_position: int, rows: Iterable[tuple[int, str, Record]]) -> None:
        """Put records at the positions that they had."""
        for position, key, record in rows:
            self._next = position
            self.put(key, record)
        self._next = next_position

    def __len__(self) -> int:
        return len(self._records)

    def __contains__(self, key: object) -> bool:
        return key in self._records

    def __iter__(self) -> Iterator[Record]:
        for _, key in self._order:
            yield self._records[key][1]

    def get(self, key: str) -> Record | None:
        """Return the record of that key, or `None`."""
        found = self._records.get(key)
        return found[1] if found else None

    def put(self, key: str, record: Record) -> None:
        """Add a record behind the last one, or replace the one of that key in its place."""
        found = self._records.get(key)
        if found:
            self._records[key] = (found[0], record)
            return
        self._records[key] = (self._next, record)
        self._order.append((self._next, key))
        self._next += 1

    def remove(self, key: str) -> bool:
        """Remove the record of that key; return whether there was one."""
        found = self._records.pop(key, None)
        if found is None:
            return False
        del self._order[bisect_left(self._order, (found[0], key))]
        return True

    def position(self, key: str) -> int:
        """Return the position of a key; `KeyError` without one."""
        return self._records[key][0]

    def after(self, position: int | None = None) -> Iterator[int]:
        """Iterate over the positions behind that one; over all of them without one."""
        start = (
            0 if position is None else bisect_right(self._order, position, key=lambda row: row[0])
        )
        for number in range(start, len(self._order)):
            yield self._order[number][0]

    def has(self, position: int) -> bool:
        """Whether there is a record at that position still."""
        return next(self.after(position - 1), None) == position

    def at(self, position: int) -> Record:
        """Return the record at a position that `after` gave; `KeyError` for any other."""
        number = bisect_left(self._order, position, key=lambda row: row[0])
        if number == len(self._order) or self._order[number][0] != position:
            raise KeyError(position)
        return self._records[self._order[number][1]][1]
