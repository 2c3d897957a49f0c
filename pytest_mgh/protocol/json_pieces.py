"""Large JSON in pieces: written and read so that other threads never wait long for their turn.

A function of C that writes or reads a hundred megabytes lets no other thread run meanwhile.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from heapq import merge
from itertools import islice
from typing import Any, NamedTuple

from pytest_mgh.protocol.wire import parse_json, scan_json

_PIECE = 20
"""Items that are written at once."""

_SORTED = 5000
"""Texts that are sorted at once."""

_LEVELS = 9
"""Levels of a document that are read item by item: a snapshot's tasks stand in the eighth."""

_BLANKS = re.compile(r"[ \t\n\r]*").match


class Items(NamedTuple):
    """A list of a tree, whose items are made when they are written.

    Args:
        keys: What the items are made of, or found by.
        make: Makes an item.
    """

    keys: Iterable[Any]
    make: Callable[[Any], Any]


class Members(NamedTuple):
    """An object of a tree, whose members are made when they are written.

    Args:
        names: The names of the members.
        make: Makes the member of a name.
    """

    names: Iterable[str]
    make: Callable[[str], Any]


def whole(tree: Any) -> Any:
    """Return a tree of dicts, lists, `Items` and `Members` as data."""
    if isinstance(tree, Items):
        return [tree.make(key) for key in tree.keys]
    if isinstance(tree, Members):
        return {name: tree.make(name) for name in tree.names}
    if isinstance(tree, dict):
        return {name: whole(branch) for name, branch in tree.items()}
    return [whole(branch) for branch in tree] if isinstance(tree, list) else tree


def write(tree: Any, dumps: Callable[[Any], str] = json.dumps) -> Iterator[str]:
    """Write a tree of dicts, lists, `Items` and `Members` as JSON, piece by piece.

    Args:
        tree: The tree.
        dumps: Writes what is not a tree any more.
    """
    if isinstance(tree, Items):
        yield from _joined("[]", (dumps(tree.make(key)) for key in tree.keys))
    elif isinstance(tree, Members):
        yield from _joined(
            "{}", (f"{dumps(name)}: {dumps(tree.make(name))}" for name in tree.names)
        )
    elif isinstance(tree, dict):
        yield "{"
        for number, (name, branch) in enumerate(tree.items()):
            yield f"{', ' if number else ''}{dumps(name)}: "
            yield from write(branch, dumps)
        yield "}"
    elif isinstance(tree, list):
        yield "["
        for number, branch in enumerate(tree):
            yield ", " if number else ""
            yield from write(branch, dumps)
        yield "]"
    else:
        yield dumps(tree)


def _joined(brackets: str, items: Iterator[str]) -> Iterator[str]:
    lead = brackets[0]
    while piece := list(islice(items, _PIECE)):
        yield lead + ", ".join(piece)
        lead = ", "
    yield brackets if lead == brackets[0] else brackets[1]


def in_order(texts: list[str]) -> Iterator[str]:
    """Sort texts bit by bit."""
    return merge(*(sorted(texts[at : at + _SORTED]) for at in range(0, len(texts), _SORTED)))


def parse(text: str) -> Any:
    """Read JSON as `parse_json` does, item by item in its upper levels."""
    try:
        document, end = _read(text, _BLANKS(text, 0).end(), 0)  # type: ignore[union-attr]
        if _BLANKS(text, end).end() == len(text):  # type: ignore[union-attr]
            return document
    except (_NoJsonError, IndexError, StopIteration):
        pass
    return parse_json(text)  # its message is better


class _NoJsonError(Exception):
    """The text is not JSON."""


def _read(text: str, at: int, level: int) -> tuple[Any, int]:
    """Return the value that begins at a position, and the position where it ends."""
    opening = text[at]
    if level == _LEVELS or opening not in "[{":
        value, end = scan_json(text, at)
        return value, end
    items: list[Any] = []
    members: dict[str, Any] = {}
    closing = "]" if opening == "[" else "}"
    at = _skip(text, at + 1)
    if text[at] == closing:
        return (items if opening == "[" else members), at + 1
    while True:
        if opening == "{":
            name, at = scan_json(text, at)
            at = _skip(text, at)
            if type(name) is not str or text[at] != ":":
                raise _NoJsonError
            members[name], at = _read(text, _skip(text, at + 1), level + 1)
        else:
            value, at = _read(text, at, level + 1)
            items.append(value)
        at = _skip(text, at)
        if text[at] == closing:
            return (items if opening == "[" else members), at + 1
        if text[at] != ",":
            raise _NoJsonError
        at = _skip(text, at + 1)


def _skip(text: str, at: int) -> int:
    return at if text[at] not in " \t\n\r" else _BLANKS(text, at).end()  # type: ignore[union-attr]
