"""Looking up views by name."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Generic, SupportsIndex, TypeVar, overload

from pytest_mgh.errors import item_at, nearest_there

if TYPE_CHECKING:
    from typing_extensions import Self

Item = TypeVar("Item")


def find_named(kind: str, name: str, known: Mapping[str, Item]) -> Item:
    """Return what has that name; `LookupError` with the nearest ones where nothing has."""
    __tracebackhide__ = True
    if name not in known:
        raise LookupError(f"no {kind} {name!r}; {nearest_there(str(name), known)}")
    return known[name]


View = TypeVar("View")


class NotThereError(KeyError):
    """Nothing has the requested name; the message lists the nearest names."""

    def __str__(self) -> str:
        return str(self.args[0])


class Listed(tuple[View, ...], Generic[View]):
    """What has no name to be looked up by, in its order."""

    _kind: str

    def __new__(cls, kind: str, items: Iterable[View]) -> Self:
        """Make it of items; `kind` says what they are, in the words of an error."""
        made = super().__new__(cls, items)
        made._kind = kind
        return made

    @overload
    def __getitem__(self, key: SupportsIndex) -> View: ...
    @overload
    def __getitem__(self, key: slice) -> tuple[View, ...]: ...
    def __getitem__(self, key: Any) -> View | tuple[View, ...]:
        """Return the item at a place."""
        __tracebackhide__ = True
        return item_at(self._kind, super().__getitem__, len(self), key)

    def __reduce__(self) -> tuple[Any, ...]:
        """Let copies be plain tuples, which are equal."""
        return tuple, (tuple(self),)

    if not TYPE_CHECKING:

        def __call__(self, *_: object, **__: object) -> Any:
            """Refuse to be called, as a method would be."""
            __tracebackhide__ = True
            raise TypeError(f"this is not a method: use an index to get a {self._kind}, from 0")


class Views(Listed[View]):
    """A sequence of views, which can also be looked up by name: `streams["SMS"]`.

    Views that have names of several parts are looked up by all of them: `tasks["SMS", "sms-1"]`.
    """

    _names: Callable[[View], Iterable[Hashable]]
    _example: str

    def __new__(
        cls,
        kind: str,
        views: Iterable[View],
        names: Callable[[View], Iterable[Hashable]],
        example: str = "",
    ) -> Self:
        """Make views; a tuple has to be made here.

        Args:
            kind: What they are, in the words of an error.
            views: The views.
            names: Gives the names by which a view is looked up: the one to be shown first, the one
                that no other view has last.
            example: How one is looked up, in the words of an error.
        """
        made = super().__new__(cls, kind, views)
        made._names = names
        made._example = example or f"{kind}s['name']"
        return made

    @overload
    def __getitem__(self, key: SupportsIndex) -> View: ...
    @overload
    def __getitem__(self, key: slice) -> tuple[View, ...]: ...
    @overload
    def __getitem__(self, key: str | tuple[str, ...]) -> View: ...
    def __getitem__(self, key: Any) -> View | tuple[View, ...]:
        """Return the view at a place, or of a name.

        Raises:
            IndexError: There are fewer.
            KeyError: There is none of that name, then it lists the nearest ones; or several.
        """
        __tracebackhide__ = True
        if isinstance(key, (slice, SupportsIndex)) and not isinstance(key, bool):
            return super().__getitem__(key)
        found = [view for view in self if any(key == name for name in self._names(view))]
        if len(found) == 1:
            return found[0]
        if found:
            ids = ", ".join(_text([*self._names(view)][-1]) for view in found)
            raise NotThereError(f"several are named {_text(key)!r}: {ids}")
        known = [_text(next(filter(None, self._names(view)))) for view in self]
        raise NotThereError(
            f"no {self._kind} {_text(key)!r}; {nearest_there(_text(key), known)}; look one up as "
            f"{self._example}"
        )

    def __contains__(self, key: object) -> bool:
        return super().__contains__(key) or any(
            key == name for view in self for name in self._names(view)
        )

    def __eq__(self, other: object) -> bool:
        return super().__eq__(tuple(other) if isinstance(other, list) else other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return super().__hash__()

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            __tracebackhide__ = True
            if name.startswith("__"):
                raise AttributeError(name)
            raise AttributeError(
                f"these views have no {name!r}; loop over them, or look one up as {self._example}"
            )

        def __call__(self, *_: object, **__: object) -> Any:
            """Refuse to be called, as a method would be."""
            __tracebackhide__ = True
            raise TypeError(f"these views are not a method; look one up as {self._example}")


def _text(name: object) -> str:
    """Return a name as text; a slash, which no name has, joins several parts."""
    return "/".join(map(str, name)) if isinstance(name, tuple) else str(name)
