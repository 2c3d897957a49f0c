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
        """Add a key; one that already exists stays as it is."""
        number, chunk, at, there = self._place(key)
        if not there:
            journal.note(SortedKeys._discard, self, key)
            self._insert(number, chunk, at, key)

    def add_all(self, journal: Journal, keys: list[Key]) -> None:
        """Add keys that are in order, and not there yet.

        It takes a few operations on whole lists, and as long as the keys that they mix with.
        """
        if keys:
            journal.note(SortedKeys._discard_all, self, keys)
            self._add_all(keys)

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

    def _add_all(self, keys: list[Key], _: None = None) -> None:
        first, last, before, between, behind = self._around(keys)
        if between:
            keys = list(dict.fromkeys(sorted(between + keys)))
        self._replace(first, last, before + keys + behind)

    def _discard_all(self, keys: list[Key], _: None = None) -> None:
        first, last, before, between, behind = self._around(keys)
        gone = set(keys)
        self._replace(first, last, [*before, *(key for key in between if key not in gone), *behind])

    def _around(self, keys: list[Key]) -> tuple[int, int, list[Key], list[Key], list[Key]]:
        """Return the chunks that keys in order belong to, the first and the last by number.

        Then what these hold: the keys before those, between them, and behind them.
        """
        bounds, chunks = self._chunks
        first, last = bisect_right(bounds, keys[0]), bisect_right(bounds, keys[-1])
        there = [key for chunk in chunks[first : last + 1] for key in chunk]
        start, end = bisect_left(there, keys[0]), bisect_right(there, keys[-1])
        return first, last, there[:start], there[start:end], there[end:]

    def _replace(self, first: int, last: int, keys: list[Key]) -> None:
        """Put keys in the place of some chunks, in one step."""
        bounds, chunks = self._chunks
        made = [keys[at : at + _CHUNK] for at in range(0, len(keys), _CHUNK)] or [[]]
        self._chunks = (
            [*bounds[:first], *(chunk[0] for chunk in made[1:]), *bounds[last:]],
            [*chunks[:first], *made, *chunks[last + 1 :]],
        )

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
_add_all, _discard_all = SortedKeys._add_all, SortedKeys._discard_all  # noqa: SLF001
INVERSES[_add_all] = lambda keys, some, _: (_discard_all, keys, some, None)
INVERSES[_discard_all] = lambda keys, some, _: (_add_all, keys, some, None)
INVERSES[_add] = lambda keys, key, _: (_discard, keys, key, None)
INVERSES[_discard] = lambda keys, key, _: (_add, keys, key, None)
