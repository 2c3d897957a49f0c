"""A sorted set of keys that stays quick to change and to page through at any size."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import Any, Generic, Protocol, TypeVar


class _Comparable(Protocol):
    def __lt__(self, other: Any, /) -> bool: ...


Key = TypeVar("Key", bound=_Comparable)

_CHUNK = 512


class SortedKeys(Generic[Key]):
    """Distinct keys in ascending order, kept in chunks.

    Adding, discarding and seeking bisect the chunks and then one chunk, so that a page costs the
    same with a hundred keys and with a hundred thousand.
    """

    __slots__ = ("_chunks", "_firsts", "_length")

    def __init__(self) -> None:
        self._chunks: list[list[Key]] = []
        self._firsts: list[Key] = []
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[Key]:
        for chunk in self._chunks:
            yield from chunk

    def __contains__(self, key: Key) -> bool:
        if not self._chunks:
            return False
        chunk = self._chunks[self._chunk_of(key)]
        at = bisect_left(chunk, key)
        return at < len(chunk) and chunk[at] == key

    def add(self, key: Key) -> None:
        """Add a key; one that is there already stays as it is."""
        if not self._chunks:
            self._chunks.append([key])
            self._firsts.append(key)
            self._length = 1
            return
        number = self._chunk_of(key)
        chunk = self._chunks[number]
        at = bisect_left(chunk, key)
        if at < len(chunk) and chunk[at] == key:
            return
        chunk.insert(at, key)
        self._firsts[number] = chunk[0]
        self._length += 1
        if len(chunk) > 2 * _CHUNK:
            self._chunks[number : number + 1] = [chunk[:_CHUNK], chunk[_CHUNK:]]
            self._firsts.insert(number + 1, chunk[_CHUNK])

    def discard(self, key: Key) -> None:
        """Remove a key, if it is there."""
        if not self._chunks:
            return
        number = self._chunk_of(key)
        chunk = self._chunks[number]
        at = bisect_left(chunk, key)
        if at == len(chunk) or chunk[at] != key:
            return
        del chunk[at]
        self._length -= 1
        if chunk:
            self._firsts[number] = chunk[0]
        else:
            del self._chunks[number], self._firsts[number]

    def after(self, key: Key | None = None) -> Iterator[Key]:
        """Iterate over the keys greater than `key`, in order; over all of them without one."""
        if key is None:
            yield from self
            return
        if not self._chunks:
            return
        number = self._chunk_of(key)
        chunk = self._chunks[number]
        yield from chunk[bisect_right(chunk, key) :]
        for later in self._chunks[number + 1 :]:
            yield from later

    def _chunk_of(self, key: Key) -> int:
        return max(bisect_right(self._firsts, key) - 1, 0)
