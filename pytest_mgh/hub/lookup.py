"""Finding what a test asks for by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from pytest_mgh.errors import nearest_there

Found = TypeVar("Found")


def find_named(kind: str, name: str, known: Mapping[str, Found]) -> Found:
    """Return what has that name; `LookupError` with the nearest ones where nothing has."""
    __tracebackhide__ = True
    if name not in known:
        raise LookupError(f"no {kind} {name!r}; {nearest_there(str(name), known)}")
    return known[name]
