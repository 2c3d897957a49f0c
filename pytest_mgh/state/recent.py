"""A log of which only the last items are kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar, overload

from pytest_mgh.state.journal import INVERSES

if TYPE_CHECKING:
    from pytest_mgh.state.journal import Journal

Item = TypeVar("Item")


class _Log(list[Item]):
    """Items, oldest first. Once they were shown to somebody, none is dropped from it any more."""

    __slots__ = ("is_shown",)

    def __init__(self, items: Iterable[Item]) -> None:
        super().__init__(items)
        self.is_shown: bool = False


class Kept(Sequence[Item]):
    """The items of a log at one moment, oldest first: what comes later does not change them."""

    __slots__ = ("_log", "_places")

    def __init__(self, log: list[Item], places: range) -> None:
        self._log = log
        self._places = places

    def __len__(self) -> int:
        return len(self._places)

    def __iter__(self) -> Iterator[Item]:
        return iter(self[:])

    @overload
    def __getitem__(self, index: int) -> Item: ...
    @overload
    def __getitem__(self, index: slice) -> list[Item]: ...
    def __getitem__(self, index: int | slice) -> Item | list[Item]:
        if not isinstance(index, slice):
            return self._log[self._places[index]]
        places = self._places[index]
        if places.step == 1:
            return self._log[places.start : places.stop]
        return [self._log[place] for place in places]

    def changes_since(self, earlier: Kept[Item]) -> tuple[Sequence[Item], Sequence[Item]]:
        """Return the items that have gone since an earlier moment, and those that have come."""
        log, before, now = self._log, earlier._places, self._places
        if log is not earlier._log:
            return earlier, self
        gone = log[before.start : min(now.start, before.stop)]
        return gone, log[max(before.stop, now.start) : now.stop]


class Recent(Sequence[Item]):
    """The last items of a log, oldest first.

    Args:
        limit: How many are kept.
        items: Those that there are already.
        first: The number of the first of them, counted from the beginning of the log.
    """

    __slots__ = ("_full", "_limit", "_log")

    def __init__(self, limit: int, items: Iterable[Item] = (), first: int = 0) -> None:
        self._limit = limit
        self._full = limit + max(limit // 8, 1)
        # The number of the first item, and the items: some more than are kept, so that the oldest
        # ones are not dropped one by one.
        self._log: tuple[int, _Log[Item]] = (first, _Log(items))

    def append(self, journal: Journal, item: Item) -> None:
        """Add an item; the oldest ones are forgotten for it."""
        first, items = self._log
        if len(items) >= self._full:
            forgotten = len(items) - self._limit + 1
            items = _Log(items[forgotten:])
            journal.set(self, "_log", (first + forgotten, items))
        journal.note(_end_with, self, len(items), ())
        items.append(item)

    @property
    def first(self) -> int:
        """The number of the oldest item, counted from the beginning of the log."""
        first, items = self._log
        return first + max(len(items) - self._limit, 0)

    @property
    def total(self) -> int:
        """How many items there have been, the forgotten ones too."""
        first, items = self._log
        return first + len(items)

    def kept(self) -> Kept[Item]:
        """Return the items that are kept now; it takes no longer where there are many."""
        items = self._log[1]
        items.is_shown = True
        return Kept(items, range(max(len(items) - self._limit, 0), len(items)))

    def after(self, number: int) -> list[Item]:
        """Return the items that came after so many, as far as they are kept."""
        return self[max(number - self.first, 0) :]

    def __len__(self) -> int:
        return min(len(self._log[1]), self._limit)

    def __iter__(self) -> Iterator[Item]:
        return iter(self._log[1][-self._limit :])

    @overload
    def __getitem__(self, index: int) -> Item: ...
    @overload
    def __getitem__(self, index: slice) -> list[Item]: ...
    def __getitem__(self, index: int | slice) -> Item | list[Item]:
        items = self._log[1]
        if isinstance(index, slice):
            return items[-self._limit :][index]
        if len(items) > self._limit and index >= 0:
            index += len(items) - self._limit
        elif index < -self._limit:
            raise IndexError(index)
        return items[index]


def _end_with(recent: Recent[Any], length: int, end: Sequence[Any]) -> None:
    """Cut a log to a length, and add these items."""
    first, items = recent._log  # noqa: SLF001 (a change of its own)
    if items.is_shown and len(items) > length:
        items = _Log(items)
        recent._log = (first, items)  # noqa: SLF001
    items[length:] = end


INVERSES[_end_with] = lambda recent, length, _: (
    _end_with,
    recent,
    length,
    recent._log[1][length:],  # noqa: SLF001
)
