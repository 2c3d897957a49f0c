"""What has changed, and how it is taken back: every write to the state goes through here.

A change is noted before it is made, and taking it back may be done twice: whatever interrupts a
call, between any two steps of it, nothing of it stays.

The changes of a call are forgotten when it has come to its end, unless somebody holds a version of
the state. Then they are kept, as the way back to it. Versions point along that way: each knows its
undo and the version after it, and the last one the undo of what was changed since. Going to a
version turns the ways around, so that it costs what was changed in between; versions that nobody
holds, and nobody's way leads over, are freed as Python frees everything.
"""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from typing import Any, TypeVar
from weakref import ref

Key = TypeVar("Key")
Value = TypeVar("Value")

Change = tuple[Any, ...]
"""A function that changes the state, and its arguments."""

_ABSENT: Any = object()


class Version:
    """A state of the past, for `Journal.go_to`.

    Attributes:
        undo: What leads to it from the version after it, or from now: to be done from its end.
        after: The next version on the way to now.
    """

    __slots__ = ("__weakref__", "after", "undo")

    def __init__(self) -> None:
        self.undo = _Changes(ref(self))
        self.after: Version | None = None


class _Changes(list[Change]):
    """How changes are taken back, in the order in which they were made.

    Args:
        version: The version that they lead back to; nobody may hold it any longer.
    """

    __slots__ = ("version",)

    def __init__(self, version: Callable[[], Version | None]) -> None:
        super().__init__()
        self.version = version


class Journal:
    """The changes under way, and those since the versions that somebody holds.

    Attributes:
        count: How many changes were made; it only grows.
    """

    __slots__ = ("_depth", "_undo", "count")

    def __init__(self) -> None:
        self._undo = _Changes(lambda: None)
        self._depth = 0
        self.count = 0

    def note(self, undo: Callable[..., object], *arguments: Any) -> None:
        """Note how the change is taken back that is made next; `INVERSES` has to know it."""
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
        self.note(_end_with, items, len(items), [])
        items.append(item)

    def whole(self) -> _Whole:
        """Return a block: all that it changes is taken back, unless it comes to its end."""
        return _Whole(self)

    # versions

    def version(self) -> Version:
        """Return the state as it is now; it is kept as long as somebody holds it.

        Raises:
            RuntimeError: A call is under way.
        """
        self._check_rest()
        last = self._undo.version()
        if last is not None and not self._undo:
            return last
        version = Version()
        if last is not None:
            last.after = version
        self._undo = version.undo
        return version

    def go_to(self, version: Version) -> None:
        """Change the state to a version of it. All others that somebody holds stay.

        Raises:
            RuntimeError: A call is under way.
        """
        self._check_rest()
        way = [version]
        while (after := way[-1].after) is not None:
            way.append(after)
        turned = _take_back([one.undo for one in reversed(way)])[::-1]
        try:
            self._turn(way, turned)
        except BaseException:
            self._turn(way, turned)
            raise

    def _turn(self, way: list[Version], turned: list[list[Change]]) -> None:
        """Let a way that was gone lead back: each version comes after the one that came after it.

        May be done twice.
        """
        for version, before, undo in zip(way[1:], way, turned, strict=False):
            version.after = before
            version.undo = _Changes(ref(version))
            version.undo += undo
        way[0].after = None
        way[0].undo = _Changes(ref(way[0]))
        self._undo = way[0].undo
        self.count += 1

    def _check_rest(self) -> None:
        if self._depth:
            raise RuntimeError("a call is under way: its state is not whole")

    # blocks

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
        elif self._depth == 0 and self._undo.version() is None:
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


def _take_back(undos: list[_Changes]) -> list[list[Change]]:
    """Undo lists of changes, one after the other; return what takes that back, list by list.

    All of it is done, or nothing.
    """
    done: list[list[Change]] = []
    try:
        for undo in undos:
            done.append([])
            for change, *arguments in reversed(undo):
                done[-1].append(INVERSES[change](*arguments))
                change(*arguments)
    except BaseException:
        for changes in reversed(done):
            for change, *arguments in reversed(changes):
                change(*arguments)
        raise
    return done


def _put_back(mapping: MutableMapping[Any, Any], key: Any, value: Any) -> None:
    if value is _ABSENT:
        mapping.pop(key, None)
    else:
        mapping[key] = value


def _end_with(items: list[Any], length: int, end: list[Any]) -> None:
    items[length:] = end


INVERSES: dict[Callable[..., object], Callable[..., Change]] = {
    setattr: lambda record, name, _: (setattr, record, name, getattr(record, name)),
    _put_back: lambda mapping, key, _: (_put_back, mapping, key, mapping.get(key, _ABSENT)),
    _end_with: lambda items, length, _: (_end_with, items, length, items[length:]),
}
"""For each function that changes the state: what gives the change that takes it back.

Containers with changes of their own enter them.
"""
