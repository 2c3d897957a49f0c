"""Checks and converts the arguments of the hub's methods."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pytest_mgh.errors import nearest
from pytest_mgh.protocol.values import is_number
from pytest_mgh.state.process import PROCESS

if TYPE_CHECKING:
    from pytest_mgh.hub.views import ServerView
    from pytest_mgh.services.operation import Operation

T = TypeVar("T")


def checks_arguments(cls: type[T]) -> type[T]:
    """Let the methods of a class refuse arguments that they don't take in the project's words.

    Those that depend on the home Region find it where fixtures of the test have put it.
    """
    for name, method in list(vars(cls).items()):
        if inspect.isfunction(method) and not name.startswith("_") and name != "answer":
            setattr(cls, name, _checked(method))
    return cls


def begin(hub: object) -> None:
    """Let a hub begin in the Region that fixtures of the test have set, while they are set up."""
    mock = PROCESS.mock
    if mock is not None and mock.is_beginning and mock.hub is hub:
        mock.begin_anew()


def _checked(method: Callable[..., Any]) -> Callable[..., Any]:
    name = method.__name__
    needs_home = name.startswith("add_") or name in ("account", "client", "load")

    @functools.wraps(method)
    def checked(*args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True
        if needs_home:
            begin(args[0])
        try:
            return method(*args, **kwargs)
        except TypeError as error:
            if error.__traceback__ is not None and error.__traceback__.tb_next is not None:
                raise  # from within
            raise TypeError(_explain_arguments(method, args[1:], kwargs)) from None

    return checked


def _explain_arguments(
    method: Callable[..., object], args: tuple[object, ...], kwargs: Mapping[str, object]
) -> str:
    """Say which argument a method does not take, or lacks."""
    called = f"{method.__name__}()"
    parameters = dict(inspect.signature(method).parameters)
    parameters.pop("self", None)
    several = inspect.Parameter.VAR_KEYWORD in {one.kind for one in parameters.values()}
    for name in kwargs:
        if name not in parameters and not several:
            return f"{called} has no argument {name!r}; {nearest(name, parameters)}"
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    unnamed = [name for name, one in parameters.items() if one.kind in kinds]
    if len(args) > len(unnamed):
        takes = f"only {' and '.join(unnamed)} by position" if unnamed else "no argument"
        named = [f"{name}=" for name in parameters if name not in unnamed and not several]
        rest = f"; pass the others by name: {', '.join(named)}" if named else ""
        return f"{called} takes {takes}, not {args[len(unnamed)]!r}{rest}"
    twice = [name for name in unnamed[: len(args)] if name in kwargs]
    if twice:
        return f"{called} got {twice[0]!r} twice"
    given = {*unnamed[: len(args)], *kwargs}
    missing = [
        repr(name)
        for name, one in parameters.items()
        if name not in given
        and one.default is inspect.Parameter.empty
        and one.kind not in (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL)
    ]
    return f"{called} needs {' and '.join(missing)}"


def check_advance(by: float | timedelta, now: datetime) -> float:
    """Return the seconds by which the clock is to move; `ValueError` for what is no such time."""
    __tracebackhide__ = True
    seconds = by.total_seconds() if isinstance(by, timedelta) else by
    if not is_number(seconds):
        raise ValueError(f"advance({by!r}): must be a number of seconds or a timedelta")
    if not 0 <= seconds < float("inf"):
        raise ValueError(f"advance({by!r}): the clock can't go back")
    try:
        now + timedelta(seconds=seconds)
    except OverflowError:
        raise ValueError(f"advance({by!r}): beyond the latest date") from None
    return seconds


def check_texts(**arguments: object) -> None:
    """Raise `ValueError` for an argument that is no text."""
    __tracebackhide__ = True
    for name, value in arguments.items():
        if not isinstance(value, str):
            raise ValueError(f"{name}={value!r}: must be a string")


def read_content(file: str | bytes | PathLike[str]) -> str | bytes:
    """Return the content of a CSV or ZIP file that is given by its path, or the content itself."""
    __tracebackhide__ = True
    if isinstance(file, PathLike) or (
        isinstance(file, str) and file.endswith((".csv", ".zip")) and "\n" not in file
    ):
        return Path(file).read_bytes()
    return file


def server_names(servers: Iterable[ServerView | str]) -> list[str]:
    """Return servers by name, given by view or name."""
    if isinstance(servers, (str, bytes)) or not isinstance(servers, Iterable):
        raise ValueError(f"servers: {servers!r} is not a list")  # as an estate is refused
    return [one if isinstance(one, str) else _id_of(one) for one in servers]


def _id_of(server: ServerView) -> str:
    id_ = getattr(server, "configuration_id", None)
    if not isinstance(id_, str):
        raise ValueError(f"servers: {server!r} must be a view, a configuration id or a host name")
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
def request_members(
    operation: Operation, request: Mapping[str, Any]
) -> Iterator[Mapping[str, Any]]:
    """Give the members of a request; `ValueError` that names all those that were missed.

    Raises:
        ValueError: Also for a member that the operation does not have.
    """
    __tracebackhide__ = True
    known = operation.request_schema.get("properties", {})
    for name in request:
        if name not in known:
            raise ValueError(f"{operation.name} has no member {name!r}; {nearest(name, known)}")
    members = _Members(request)
    yield members
    if members.missing:
        needed = " and ".join(members.missing)
        raise ValueError(f"{operation.name} acts on a resource: pass {needed}")
