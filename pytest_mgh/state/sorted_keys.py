"""A sorted set of keys that stays quick to change and to page through at any size."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from pytest_mgh.state.journal import INVERSES

if TYPE_CHECKING:
    from pytest_mgh.state.journal import Journal


class _Comparable(Protocol):
    def __lt__(self, other: Any, /) -> bool: ...


Key = TypeVar("Key", bound=_Comparable)

_CHUNK = 512


class SortedKeys(Generic[Key]):
    """Distinct keys in ascending order, kept in chunks.

    Adding, discarding and seeking bisect the chunks and then one chunk, so that a page costs the
    same with a hundred keys and with a hundred thousand. Between any two steps of a change the keys
    are in order, and none is lost.
    """

    __slots__ = ("_chunks",)

    def __init__(self) -> None:
        # The least key that may be in each chunk, and the chunks; there is always one.
        self._chunks: tuple[list[Key], list[list[Key]]] = ([], [[]])

    def __len__(self) -> int:
        return sum(map(len, self._chunks[1]))

    def __iter__(self) -> Iterator[Key]:
        for chunk in self._chunks[1]:
            yield from chunk

    def __contains__(self, key: Key) -> bool:
        return self._place(key)[3]

    def add(self, journal: Journal, key: Key) -> None:
        """Add a key; one that is there already stays as it is."""
        number, chunk, at, there = self._place(key)
        if not there:
            journal.note(SortedKeys._discard, self, key)
            self._insert(number, chunk, at, key)

    def discard(self, journal: Journal, key: Key) -> None:
        """Remove a key, if it is there."""
        number, chunk, at, there = self._place(key)
        if there:
            journal.note(SortedKeys._add, self, key)
            self._remove(number, chunk, at)

    def after(self, key: Key | None = None) -> Iterator[Key]:
        """Iterate over the keys greater than `key`, in order; over all of them without one."""
        if key is None:
            yield from self
            return
        number, chunk, at, there = self._place(key)
        yield from chunk[at + there :]
        for later in self._chunks[1][number + 1 :]:
            yield from later

    def _add(self, key: Key, _: None = None) -> None:
        number, chunk, at, there = self._place(key)
        if not there:
            self._insert(number, chunk, at, key)

    def _insert(self, number: int, chunk: list[Key], at: int, key: Key) -> None:
        chunk.insert(at, key)
        if len(chunk) > 2 * _CHUNK:
            self._split(number)

    def _split(self, number: int) -> None:
        bounds, chunks = self._chunks
        chunk = chunks[number]
        self._chunks = (
            [*bounds[:number], chunk[_CHUNK], *bounds[number:]],
            [*chunks[:number], chunk[:_CHUNK], chunk[_CHUNK:], *chunks[number + 1 :]],
        )

    def _discard(self, key: Key, _: None = None) -> None:
        number, chunk, at, there = self._place(key)
        if there:
            self._remove(number, chunk, at)

    def _remove(self, number: int, chunk: list[Key], at: int) -> None:
        del chunk[at]
        bounds, chunks = self._chunks
        if not chunk and len(chunks) > 1:
            # The chunk before takes over what the empty one was for; the first one has none.
            bound = max(number - 1, 0)
            self._chunks = (
                bounds[:bound] + bounds[bound + 1 :],
                chunks[:number] + chunks[number + 1 :],
            )

    def _place(self, key: Key) -> tuple[int, list[Key], int, bool]:
        """Return a key's chunk, by number and itself, its place there, and whether it is there."""
        bounds, chunks = self._chunks
        number = bisect_right(bounds, key)
        chunk = chunks[number]
        at = bisect_left(chunk, key)
        return number, chunk, at, at < len(chunk) and chunk[at] == key


_add, _discard = SortedKeys._add, SortedKeys._discard  # noqa: SLF001
INVERSES[_add] = lambda keys, key, _: (_discard, keys, key, None)
INVERSES[_discard] = lambda keys, key, _: (_add, keys, key, None)
