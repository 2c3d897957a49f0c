"""A log of which only the last items are kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar, overload

if TYPE_CHECKING:
    from pytest_mgh.state.journal import Journal

Item = TypeVar("Item")


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
        self._log = (first, list(items))

    def append(self, journal: Journal, item: Item) -> None:
        """Add an item; the oldest ones are forgotten for it."""
        first, items = self._log
        if len(items) >= self._full:
            forgotten = len(items) - self._limit + 1
            journal.set(self, "_log", (first + forgotten, items[forgotten:]))
        journal.append(self._log[1], item)

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
