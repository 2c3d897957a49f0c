"""Finding what a test asks for by name."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any, Generic, SupportsIndex, TypeVar, overload

from pytest_mgh.errors import nearest_there

Found = TypeVar("Found")


def find_named(kind: str, name: str, known: Mapping[str, Found]) -> Found:
    """Return what has that name; `LookupError` with the nearest ones where nothing has."""
    __tracebackhide__ = True
    if name not in known:
        raise LookupError(f"no {kind} {name!r}; {nearest_there(str(name), known)}")
    return known[name]


View = TypeVar("View")


class NotThereError(KeyError):
    """What was asked for by name is not there; it lists the nearest names."""

    def __str__(self) -> str:
        return str(self.args[0])


class Views(tuple[View, ...], Generic[View]):
    """Views in their order, which are also looked up by name: `exports["export-..."]`.

    Args:
        kind: What they are, in the words of an error.
        views: The views.
        names: Gives the names by which a view is looked up, the one to be shown first.
    """

    _kind: str
    _names: Callable[[View], Iterable[Hashable]]

    def __new__(
        cls, kind: str, views: Iterable[View], names: Callable[[View], Iterable[Hashable]]
    ) -> Views[View]:
        """Make views; a tuple has to be made here."""
        made = super().__new__(cls, views)
        made._kind, made._names = kind, names
        return made

    @overload
    def __getitem__(self, key: SupportsIndex) -> View: ...
    @overload
    def __getitem__(self, key: slice) -> tuple[View, ...]: ...
    @overload
    def __getitem__(self, key: Hashable) -> View: ...
    def __getitem__(self, key: Any) -> View | tuple[View, ...]:
        """Return the view at a place, or of a name; `KeyError` that lists the nearest ones."""
        __tracebackhide__ = True
        if isinstance(key, (SupportsIndex, slice)):
            return super().__getitem__(key)
        for view in self:
            if key in self._names(view):
                return view
        known = [str(next(iter(self._names(view)))) for view in self]
        raise NotThereError(f"no {self._kind} {key!r}; {nearest_there(str(key), known)}")

    def __contains__(self, key: object) -> bool:
        return super().__contains__(key) or any(key in self._names(view) for view in self)
