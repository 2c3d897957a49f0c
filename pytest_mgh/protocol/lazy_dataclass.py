"""Dataclasses whose import costs little: their `__init__` is compiled when one is first made.

`dataclass` compiles five functions for each class, most of which no run needs; with them, the
import of the package took nearly twice as long.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, FrozenInstanceError, dataclass, fields
from operator import attrgetter
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any

__all__ = ["lazy_dataclass"]

if TYPE_CHECKING:
    from dataclasses import dataclass as lazy_dataclass
else:

    def lazy_dataclass(cls=None, /, *, frozen=False, eq=True, repr=True, slots=False):  # noqa: A002
        """Make a dataclass, as `dataclass` does with these arguments."""

        def make(cls):
            made = dataclass(init=False, repr=False, eq=False, slots=slots)(cls)
            methods = {"__init__": _init_later(made, frozen=frozen)}
            if repr:
                methods["__repr__"] = _repr
            if eq:
                methods |= _comparison(made, frozen=frozen)
            for name, method in methods.items():
                if name not in vars(made):
                    setattr(made, name, method)
            if frozen:
                made.__setattr__, made.__delattr__ = _refuse_to_set, _refuse_to_delete
                if slots:
                    made.__getstate__, made.__setstate__ = _get_state, _set_state
            return made

        return make if cls is None else make(cls)


def _init_later(cls: Any, *, frozen: bool) -> Callable[..., None]:
    def __init__(self: Any, /, *args: Any, **kwargs: Any) -> None:  # noqa: N807
        init = cls.__init__ = _compile_init(cls, frozen=frozen)
        init(self, *args, **kwargs)

    return __init__


def _compile_init(cls: Any, *, frozen: bool) -> Callable[..., None]:
    """Return an `__init__` that does what the one of `dataclass` does."""
    known: dict[str, Any] = {"_set": object.__setattr__, "_MISSING": MISSING}
    parameters, lines = ["self"], []
    for one in fields(cls):
        name, value, default = one.name, one.name, f"_default_{one.name}"
        has_factory = one.default_factory is not MISSING
        if has_factory or one.default is not MISSING:
            known[default] = one.default_factory if has_factory else one.default
            if not one.init:
                value = f"{default}()" if has_factory else default
            elif has_factory:
                parameters.append(f"{name}=_MISSING")
                value = f"{default}() if {name} is _MISSING else {name}"
            else:
                parameters.append(f"{name}={default}")
        elif one.init:
            parameters.append(name)
        else:
            continue
        lines.append(f"_set(self, {name!r}, {value})" if frozen else f"self.{name} = {value}")
    if hasattr(cls, "__post_init__"):
        lines.append("self.__post_init__()")
    body = "\n  ".join(lines) or "pass"
    exec(f"def __init__({', '.join(parameters)}):\n  {body}", known)
    init: Any = known["__init__"]
    init.__qualname__ = f"{cls.__qualname__}.__init__"
    init.__module__ = cls.__module__
    init.__annotations__ = {one.name: one.type for one in fields(cls) if one.init}
    return init  # type: ignore[no-any-return]


def _comparison(cls: Any, *, frozen: bool) -> dict[str, Any]:
    names = [one.name for one in fields(cls) if one.compare]
    # With two names at least, what it returns is a tuple.
    members = attrgetter(*names, *names[: 1 if len(names) == 1 else 0])

    def __eq__(self: Any, other: object) -> Any:  # noqa: N807
        if other.__class__ is not self.__class__:
            return NotImplemented
        return members(self) == members(other)

    def __hash__(self: Any) -> int:  # noqa: N807
        return hash(members(self))

    return {"__eq__": __eq__, "__hash__": __hash__ if frozen else None}


@recursive_repr()
def _repr(self: Any) -> str:
    shown = (f"{one.name}={getattr(self, one.name)!r}" for one in fields(self) if one.repr)
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _refuse_to_set(_: Any, name: str, __: Any) -> None:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(_: Any, name: str) -> None:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _get_state(self: Any) -> list[Any]:
    return [getattr(self, one.name) for one in fields(self)]


def _set_state(self: Any, state: list[Any]) -> None:
    for one, value in zip(fields(self), state, strict=True):
        object.__setattr__(self, one.name, value)
