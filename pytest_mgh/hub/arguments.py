"""What a test's author writes into a call of the hub's methods, checked and read."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from pytest_mgh.errors import nearest
from pytest_mgh.state.faults import is_number

if TYPE_CHECKING:
    from pytest_mgh.hub.views import ServerView

P = ParamSpec("P")
T = TypeVar("T")


def checks_arguments(method: Callable[P, T]) -> Callable[P, T]:
    """Let a method refuse an unknown argument in the plugin's words, with the nearest name."""
    names = inspect.signature(method).parameters.keys() - {"self"}

    @functools.wraps(method)
    def checked(*args: P.args, **kwargs: P.kwargs) -> T:
        __tracebackhide__ = True
        for name in kwargs:
            if name not in names:
                text = f"{method.__name__}() has no argument {name!r}"
                raise TypeError(f"{text}; {nearest(name, names)}")
        return method(*args, **kwargs)

    return checked


def check_advance(by: float | timedelta, now: datetime) -> float:
    """Return the seconds by which the clock is to move; `ValueError` for what is no such time."""
    __tracebackhide__ = True
    seconds = by.total_seconds() if isinstance(by, timedelta) else by
    if not is_number(seconds):
        raise ValueError(f"advance({by!r}): a number of seconds, or a timedelta")
    if not 0 <= seconds < float("inf"):
        raise ValueError(f"advance({by!r}): the clock only moves forward")
    try:
        now + timedelta(seconds=seconds)
    except OverflowError:
        raise ValueError(f"advance({by!r}): there is no such date") from None
    return seconds


def check_texts(**arguments: object) -> None:
    """Raise `ValueError` for an argument that is no text."""
    __tracebackhide__ = True
    for name, value in arguments.items():
        if not isinstance(value, str):
            raise ValueError(f"{name}={value!r}: a text")


def server_names(servers: Iterable[ServerView | str]) -> list[str]:
    """Return servers by name, given by view or name."""
    if isinstance(servers, str):
        raise ValueError(f"servers: a list of servers, not the text {servers!r}")
    return [one if isinstance(one, str) else _id_of(one) for one in servers]


def _id_of(server: ServerView) -> str:
    id_ = getattr(server, "configuration_id", None)
    if not isinstance(id_, str):
        raise ValueError(f"servers: {server!r} is no server; a view, configuration id or host name")
    return id_


class _Members(dict[str, Any]):
    """The members of a request, and the names of those that were missed."""

    def __init__(self, members: Mapping[str, Any]) -> None:
        super().__init__(members)
        self.missing: list[str] = []

    def __missing__(self, name: str) -> str:
        self.missing.append(name)
        return ""


@contextmanager
def request_members(operation: str, request: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Give the members of a request; `ValueError` that names all those that were missed."""
    members = _Members(request)
    yield members
    if members.missing:
        needed = " and ".join(members.missing)
        raise ValueError(f"{operation} is on a resource: its request needs {needed}")
