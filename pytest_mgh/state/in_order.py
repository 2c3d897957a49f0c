"""Records by key, listed in the order in which they came."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pytest_mgh.state.journal import INVERSES

if TYPE_CHECKING:
    from pytest_mgh.state.journal import Journal

Key = TypeVar("Key", bound=Hashable)
Item = TypeVar("Item")


class InOrder(Generic[Key, Item]):
    """Records by key; each keeps its position until it is removed.

    Replacing a record keeps its position. A position is never given twice, so that paging by
    position survives additions and removals.
    """

    __slots__ = ("_next", "_positions", "_records")

    def __init__(self) -> None:
        self._records: dict[Key, tuple[int, Item]] = {}
        self._positions: list[tuple[int, Key]] = []
        self._next = 1

    @classmethod
    def of(cls, next_position: int, rows: Iterable[tuple[int, Key, Item]]) -> InOrder[Key, Item]:
        """Return records at the positions that they had, given in order."""
        made: InOrder[Key, Item] = InOrder()
        made._next = next_position
        made._records = {key: (position, record) for position, key, record in rows}
        made._positions = [(position, key) for key, (position, _) in made._records.items()]
        return made

    @property
    def next(self) -> int:
        """The position that the next new record gets."""
        return self._next

    @property
    def rows(self) -> Iterator[tuple[int, Key, Item]]:
        """Position, key and record of each, in order."""
        return ((at, key, self._records[key][1]) for at, key in self._positions)

    @property
    def places(self) -> list[tuple[int, Key]]:
        """Position and key of each record, in order: a copy, which is quick to make."""
        return self._positions.copy()

    def load(
        self, journal: Journal, next_position: int, rows: Iterable[tuple[int, Key, Item]]
    ) -> None:
        """Put records at the positions that they had."""
        for position, key, record in rows:
            self._next = position
            self.put(journal, key, record)
        self._next = next_position

    def __len__(self) -> int:
        return len(self._records)

    def __contains__(self, key: object) -> bool:
        return key in self._records

    def __iter__(self) -> Iterator[Item]:
        for _, key in self._positions:
            yield self._records[key][1]

    def get(self, key: Key) -> Item | None:
        """Return the record of that key, or `None`."""
        found = self._records.get(key)
        return found[1] if found else None

    def put(self, journal: Journal, key: Key, record: Item) -> None:
        """Add a record behind the last one, or replace the one of that key in its place."""
        found = self._records.get(key)
        if found:
            journal.put(self._records, key, (found[0], record))
            return
        position = self._next
        journal.set(self, "_next", position + 1)
        journal.put(self._records, key, (position, record))
        journal.append(self._positions, (position, key))

    def remove(self, journal: Journal, key: Key) -> bool:
        """Remove the record of that key; return whether there was one."""
        found = self._records.get(key)
        if found is None:
            return False
        place = (found[0], key)
        journal.note(_insert, self._positions, place)
        del self._positions[self._number(found[0])]
        journal.drop(self._records, key)
        return True

    def position(self, key: Key) -> int:
        """Return the position of a key; `KeyError` without one."""
        return self._records[key][0]

    def after(self, position: int | None = None) -> Iterator[int]:
        """Iterate over the positions behind that one; over all of them without one."""
        start = 0 if position is None else bisect_right(self._positions, position, key=_first)
        for number in range(start, len(self._positions)):
            yield self._positions[number][0]

    def has(self, position: int) -> bool:
        """Whether there is a record at that position still."""
        return next(self.after(position - 1), None) == position

    def at(self, position: int) -> Item:
        """Return the record at a position that `after` gave; `KeyError` for any other."""
        number = self._number(position)
        if number == len(self._positions) or self._positions[number][0] != position:
            raise KeyError(position)
        return self._records[self._positions[number][1]][1]

    def _number(self, position: int) -> int:
        return bisect_left(self._positions, position, key=_first)


def _first(place: tuple[int, Hashable]) -> int:
    return place[0]


def _insert(
    positions: list[tuple[int, Hashable]], place: tuple[int, Hashable], _: None = None
) -> None:
    """Put a place back where it was."""
    at = bisect_left(positions, place[0], key=_first)
    if at == len(positions) or positions[at] != place:
        positions.insert(at, place)


def _remove(
    positions: list[tuple[int, Hashable]], place: tuple[int, Hashable], _: None = None
) -> None:
    at = bisect_left(positions, place[0], key=_first)
    if at < len(positions) and positions[at] == place:
        del positions[at]


INVERSES[_insert] = lambda positions, place, _: (_remove, positions, place, None)
INVERSES[_remove] = lambda positions, place, _: (_insert, positions, place, None)


EMPTY: InOrder[Any, Any] = InOrder()
"""No records: shared by all that have none, and never changed."""
