"""What a call has changed, and how to take it back: every write to the state goes through here.

A change is noted before it is made, and taking it back may be done twice: whatever interrupts a
call, between any two steps of it, nothing of it stays.
"""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from typing import Any, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")

_ABSENT: Any = object()


class Journal:
    """The changes under way.

    Attributes:
        count: How many changes were made; it only grows.
    """

    __slots__ = ("_depth", "_undo", "count")

    def __init__(self) -> None:
        self._undo: list[tuple[Any, ...]] = []  # a function and its arguments each
        self._depth = 0
        self.count = 0

    def note(self, undo: Callable[..., object], *arguments: Any) -> None:
        """Note how the change is taken back that is made next."""
        self._undo.append((undo, *arguments))
        self.count += 1

    def set(self, record: object, name: str, value: object) -> None:
        """Set an attribute of a record."""
        self.note(setattr, record, name, getattr(record, name))
        setattr(record, name, value)

    def put(self, mapping: MutableMapping[Key, Value], key: Key, value: Value) -> None:
        """Put an item into a mapping."""
        self.note(_put_back, mapping, key, mapping.get(key, _ABSENT))
        mapping[key] = value

    def drop(self, mapping: MutableMapping[Key, Value], key: Key) -> None:
        """Drop an item of a mapping; taken back, it is the last one."""
        self.note(_put_back, mapping, key, mapping[key])
        del mapping[key]

    def append(self, items: list[Value], item: Value) -> None:
        """Append an item to a list."""
        self.note(_cut, items, len(items))
        items.append(item)

    def whole(self) -> _Whole:
        """Return a block: all that it changes is taken back, unless it comes to its end."""
        return _Whole(self)

    def _begin(self) -> int:
        self._depth += 1
        return len(self._undo)

    def _end(self, mark: int, *, failed: bool) -> None:
        self._depth -= 1
        if failed:
            while len(self._undo) > mark:
                undo, *arguments = self._undo[-1]
                undo(*arguments)
                del self._undo[-1]
        elif self._depth == 0:
            self._undo.clear()


class _Whole:
    """A block of changes; blocks may stand in each other."""

    __slots__ = ("_journal", "_mark")

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._mark = 0

    def __enter__(self) -> None:
        self._mark = self._journal._begin()  # noqa: SLF001 (they are one thing)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._journal._end(self._mark, failed=kind is not None)  # noqa: SLF001


def _put_back(mapping: MutableMapping[Any, Any], key: Any, value: Any) -> None:
    if value is _ABSENT:
        mapping.pop(key, None)
    else:
        mapping[key] = value


def _cut(items: list[Any], length: int) -> None:
    del items[length:]
