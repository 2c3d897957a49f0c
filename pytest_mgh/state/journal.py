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

from collections.abc import Callable, Iterator, MutableMapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar
from weakref import ref

Key = TypeVar("Key")
Value = TypeVar("Value")

Undo = Callable[[Any, Any, Any], object]
"""Takes a change back. What has been taken back already stays as it is."""

Change = tuple[Undo, Any, Any, Any]
"""A function that changes the state, and its arguments."""

_ABSENT: Any = object()

_nothing: ref[Any] = ref(set())
"""A reference to what is not there any more: `None`, as a function of C says it."""


def finish(action: Callable[[], object]) -> None:
    """Do what may be done twice. What interrupts it is raised when it is done."""
    try:
        action()
    except BaseException:
        action()
        raise


class Version:
    """A state of the past, for `Journal.go_to`.

    Attributes:
        undo: What leads to it from the version after it, or from now: to be done from its end.
        after: The next version on the way to now.
    """

    __slots__ = ("__weakref__", "after", "undo")

    def __init__(self) -> None:
        self.undo: _Changes = _Changes(ref(self))
        self.after: Version | None = None


class _Changes(list[Any]):
    """How changes are taken back, in the order in which they were made.

    A change is four items, not a tuple: for the garbage collector there is nothing to look through.

    Args:
        version: The version that they lead back to; nobody may hold it any longer.
    """

    __slots__ = ("version",)

    def __init__(self, version: Callable[[], Version | None]) -> None:
        super().__init__()
        self.version: Callable[[], Version | None] = version


class Journal:
    """The changes under way, and those since the versions that somebody holds.

    Attributes:
        count: How many changes were made; it only grows.
    """

    __slots__ = ("_innermost", "_undo", "count")

    def __init__(self) -> None:
        self._undo = _Changes(_nothing)
        self._innermost: Callable[[], _Whole | None] = _nothing
        self.count: int = 0

    def note(self, undo: Undo, first: Any, second: Any, third: Any = None) -> None:
        """Note how the change is taken back that is made next; `INVERSES` has to know it."""
        self._undo += (undo, first, second, third)
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
        self.note(_end_with, items, len(items), ())
        items.append(item)

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
        before = [(one, one.undo, one.after) for one in way]
        turned: list[list[Any]] = []
        try:
            for one in reversed(way):
                turned.append([])
                _take_back(one.undo, turned[-1])
            self._turn(way, turned)
        except BaseException:  # Ctrl-C: as if nothing had been
            for changes in reversed(turned):
                _take_back(changes, [])
            for one, undo, after in before:
                one.undo, one.after = undo, after
            self._undo = way[-1].undo
            raise

    @contextmanager
    def at(self, version: Version) -> Iterator[None]:
        """Have the state at a version of it for a while; nothing may be changed meanwhile.

        It costs what was changed since.

        Raises:
            RuntimeError: A call is under way.
        """
        now, count = self.version(), self.count
        if now is version:
            yield
            return
        try:
            self.go_to(version)
            yield
        finally:
            self.go_to(now)
            self.count = count

    def _turn(self, way: list[Version], turned: list[list[Any]]) -> None:
        """Reverse a path that was taken: each version now leads back to the one before it."""
        for before, one, changes in zip(way, way[1:], reversed(turned), strict=False):
            one.undo, one.after = _Changes(ref(one)), before
            one.undo += changes
        way[0].undo, way[0].after = _Changes(ref(way[0])), None
        self._undo = way[0].undo
        self.count += 1

    def _check_rest(self) -> None:
        if self._innermost() is not None:
            raise RuntimeError("a call is under way: its state is not whole")

    # blocks

    @property
    def mark(self) -> int:
        """Where the changes of the block under way have come to, for `take_back_to`."""
        return len(self._undo)

    def take_back_to(self, mark: int) -> None:
        """Take back what was changed since, in the same block.

        Where something interrupts that, the block takes back the rest.
        """
        while len(self._undo) > mark:
            undo, *arguments = self._undo[-4:]
            undo(*arguments)
            del self._undo[-4:]

    def whole(self) -> _Whole:
        """Return a block: all that it changes is taken back, unless it comes to its end."""
        return _Whole(self)


class _Whole:
    """A block of changes; blocks may stand in each other.

    The journal knows the innermost one as long as it is there, whatever has ended it.
    """

    __slots__ = ("__weakref__", "_around", "_journal", "_mark")

    # ruff: noqa: SLF001 (block and journal are one thing)

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def __enter__(self) -> Journal:
        journal = self._journal
        self._mark = len(journal._undo)
        self._around, journal._innermost = journal._innermost, ref(self)
        return journal

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        journal, mark = self._journal, self._mark
        journal._innermost = self._around
        if kind is not None:
            finish(lambda: journal.take_back_to(mark))
        elif self._around() is None and journal._undo.version() is None:
            journal._undo.clear()


def _take_back(undo: list[Any], inverses: list[Any]) -> None:
    """Undo changes, the last one first; add the inverse of each before it is undone."""
    for at in range(len(undo) - 4, -1, -4):
        change, *arguments = undo[at : at + 4]
        inverses += INVERSES[change](*arguments)
        change(*arguments)


def _put_back(mapping: MutableMapping[Any, Any], key: Any, value: Any) -> None:
    if value is _ABSENT:
        mapping.pop(key, None)
    else:
        mapping[key] = value


def _end_with(items: list[Any], length: int, end: Sequence[Any]) -> None:
    items[length:] = end


INVERSES: dict[Undo, Callable[[Any, Any, Any], Change]] = {
    setattr: lambda record, name, _: (setattr, record, name, getattr(record, name)),
    # For records that check what is set: it was checked before.
    object.__setattr__: lambda one, name, _: (object.__setattr__, one, name, getattr(one, name)),
    _put_back: lambda mapping, key, _: (_put_back, mapping, key, mapping.get(key, _ABSENT)),
    _end_with: lambda items, length, _: (_end_with, items, length, items[length:]),
}
"""For each function that changes the state: what gives the change that takes it back.

Containers with changes of their own enter them.
"""
