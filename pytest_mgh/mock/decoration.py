"""Runs functions, coroutines, generators and classes inside a mock."""

from __future__ import annotations

import contextlib
import functools
import inspect
import sys
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol
from weakref import WeakSet

if TYPE_CHECKING:
    import unittest

MOCK_ATTRIBUTE = "__mgh_mock__"
"""A decorated function or class keeps its mock here, where the pytest plugin finds it."""


class Mock(AbstractContextManager[Any], Protocol):
    """What decoration needs of a mock."""

    def start(self) -> Any:
        """Enter the mock."""

    def stop(self) -> None:
        """Leave the mock."""

    def leave(self, *, quiet: bool) -> None:
        """Leave the mock; `quiet` raises nothing, because the test fails already."""


def decorate(mock: Mock, target: Any) -> Any:
    """Return the target so that it runs inside the mock; a class is changed in place.

    Raises:
        TypeError: Something that cannot run.
    """
    if isinstance(target, type):
        return _decorate_class(mock, target)
    if isinstance(target, (staticmethod, classmethod)):
        return type(target)(decorate(mock, target.__func__))
    if _is_fixture(target):
        raise TypeError("mock_mgh decorates the fixture's function: put @pytest.fixture above it")
    if not callable(target):
        raise TypeError(
            f"mock_mgh decorates functions and classes, not {target!r}; options are keywords, such "
            "as home_region='us-east-1'"
        )
    return _wrap(mock, target)


def _wrap(mock: Mock, function: Callable[..., Any]) -> Callable[..., Any]:
    wrapper: Callable[..., Any]
    if inspect.isasyncgenfunction(function):

        async def wrapper(*args: Any, **kwargs: Any) -> AsyncGenerator[Any, Any]:
            with _LoopMock(mock):
                generator = function(*args, **kwargs)
                with _unknown_to_loop():
                    advance = generator.asend(None)
                while True:
                    try:
                        item = await advance
                    except StopAsyncIteration:
                        return
                    try:
                        sent = yield item
                    except BaseException as error:  # noqa: BLE001 (the generator's to handle)
                        advance = generator.athrow(error)
                    else:
                        advance = generator.asend(sent)

    elif inspect.iscoroutinefunction(function):

        async def wrapper(*args: Any, **kwargs: Any) -> Any:
            with mock:
                return await function(*args, **kwargs)

    elif inspect.isgeneratorfunction(function):

        def wrapper(*args: Any, **kwargs: Any) -> Any:
            with mock:
                return (yield from function(*args, **kwargs))

    else:

        def wrapper(*args: Any, **kwargs: Any) -> Any:
            with mock:
                return function(*args, **kwargs)

    functools.update_wrapper(wrapper, function)
    setattr(wrapper, MOCK_ATTRIBUTE, mock)
    return wrapper


class _LoopMock:
    """The mock of an asynchronous generator, which may still be open when its loop is closed.

    No loop ends such a generator then, and it may be collected silently.
    """

    def __init__(self, mock: Mock) -> None:
        self._mock = mock
        self.loop: Any = None
        self._is_entered = False

    def __enter__(self) -> None:
        import asyncio

        with contextlib.suppress(RuntimeError):  # a loop of others than asyncio
            self.loop = asyncio.get_running_loop()
        self._mock.start()
        self._is_entered = True
        _OPEN.add(self)

    def __exit__(self, kind: object, error: BaseException | None, traceback: object, /) -> None:
        self.leave(quiet=error is not None)

    def __del__(self) -> None:
        self.leave(quiet=True)

    def leave(self, *, quiet: bool) -> None:
        """Leave the mock, unless that is done."""
        if self._is_entered:
            self._is_entered = False
            _OPEN.discard(self)
            self._mock.leave(quiet=quiet)


_OPEN: WeakSet[_LoopMock] = WeakSet()


def leave_closed_loops() -> None:
    """Leave the mocks of generators that were still open when their loops were closed."""
    for one in list(_OPEN):
        if one.loop is not None and one.loop.is_closed():
            one.leave(quiet=True)


@contextlib.contextmanager
def _unknown_to_loop() -> Iterator[None]:
    """Let only the enclosing generator close the generator that begins now, not the event loop."""
    hooks = sys.get_asyncgen_hooks()
    sys.set_asyncgen_hooks(None, lambda _: None)
    try:
        yield
    finally:
        sys.set_asyncgen_hooks(*hooks)


# Setting up and cleaning up for each test, and for all tests of a class: what the first of a pair
# does under the mock must last until the second one has run.
_PAIRS = (("setup_method", "teardown_method"), ("setup_class", "teardown_class"))


def _decorate_class(mock: Mock, cls: type) -> type:
    """Run every public method inside the mock, own or inherited, and each test in one mock.

    A `unittest.TestCase` runs setUp, test, tearDown and clean-ups in one mock. Where setup_class or
    setUpClass uses the hub, one mock serves the whole class.
    """
    setattr(cls, MOCK_ATTRIBUTE, mock)
    unittest: Any = sys.modules.get("unittest")  # imported, if this is a TestCase
    if unittest is not None and issubclass(cls, unittest.TestCase):
        _decorate_test_case(mock, cls)
        return cls
    paired = {name for pair in _PAIRS for name in pair}
    for name in dir(cls):
        member = inspect.getattr_static(cls, name)
        if not name.startswith("_") and name not in paired and _is_method(member):
            setattr(cls, name, decorate(mock, _bare(cls, name, member)))
    for set_up, tear_down in _PAIRS:
        if hasattr(cls, set_up):
            _pair(mock, cls, set_up, tear_down)
    return cls


def _decorate_test_case(mock: Mock, cls: type[unittest.TestCase]) -> None:
    from unittest import TestCase

    # No plain functions: other decorators of classes take those for methods of the user's.
    replaced: dict[str, Any] = {
        "run": functools.partialmethod(_run_inside(mock, _bare_partial(cls, "run"))),
        "debug": functools.partialmethod(_wrap(mock, _bare_partial(cls, "debug"))),
    }
    set_up = cls.setUpClass.__func__  # type: ignore[attr-defined]
    if set_up is not TestCase.setUpClass.__func__:  # type: ignore[attr-defined]
        replaced["setUpClass"] = classmethod(_enter_class(mock, _bare(cls, "setUpClass", set_up)))
    for name, member in replaced.items():
        setattr(cls, name, member)


def _bare_partial(cls: type, name: str) -> Any:
    member = inspect.getattr_static(cls, name)
    if isinstance(member, functools.partialmethod):
        return _bare(cls, name, member.func)
    return getattr(cls, name)


def _run_inside(mock: Mock, run: Callable[..., Any]) -> Callable[..., Any]:
    """Run a test case inside the mock; an error of the test itself makes it fail.

    Raised from here it would end the runner.
    """

    @functools.wraps(run)
    def wrapper(case: unittest.TestCase, result: Any = None) -> Any:
        before = _failures(result)
        hub = mock.start()
        try:
            returned = run(case, result)
        finally:
            mock.leave(quiet=True)
        reported = returned if result is None else result
        if _failures(reported) == before:
            try:
                hub.raise_test_errors()
            except AssertionError:
                reported.addFailure(case, sys.exc_info())
        return returned

    setattr(wrapper, MOCK_ATTRIBUTE, mock)
    return wrapper


def _failures(result: Any) -> int:
    """Count the failures in a result: unittest's own keeps lists, and so does pytest's."""
    kinds = ("errors", "failures", "_excinfo")
    return sum(len(getattr(result, kind, None) or ()) for kind in kinds)


def _bare(cls: type, name: str, member: Any) -> Any:
    """Return an inherited method as it was before a decorated parent class wrapped it."""
    wrapped = name not in vars(cls) and hasattr(member, MOCK_ATTRIBUTE)
    return member.__wrapped__ if wrapped else member


def _is_fixture(target: Any) -> bool:
    """Whether it is a fixture: its own class since pytest 8.4, a marked function before."""
    is_object = type(target).__name__ == "FixtureFunctionDefinition"
    return is_object or hasattr(target, "_pytestfixturefunction")


def _is_method(member: Any) -> bool:
    """Whether a class's mock is to be entered around it; around a fixture its test does that."""
    is_callable = inspect.isfunction(member) or isinstance(member, (staticmethod, classmethod))
    return is_callable and not _is_fixture(member)


def _enter_class(mock: Mock, set_up: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(set_up)
    def wrapper(cls: type[unittest.TestCase]) -> None:
        entered = _ClassMock(mock)
        with entered:
            set_up(cls)
        if entered.is_kept:
            cls.addClassCleanup(mock.leave, quiet=True)

    setattr(wrapper, MOCK_ATTRIBUTE, mock)
    return wrapper


class _ClassMock:
    """The mock around the set-up of a class; it stays active where the set-up has used the hub."""

    def __init__(self, mock: Mock) -> None:
        self._mock = mock
        self.is_kept = False

    def __enter__(self) -> None:
        self._hub = self._mock.start()
        self._revision = self._hub.revision

    def __exit__(self, kind: object, error: BaseException | None, traceback: object, /) -> None:
        self.is_kept = error is None and self._hub.revision != self._revision
        if not self.is_kept:
            self._mock.leave(quiet=error is not None)


def _pair(mock: Mock, cls: type, set_up: str, tear_down: str) -> None:
    """Enter the mock before the first method of a pair and leave it after the second."""
    is_of_class = set_up == "setup_class"
    kept: list[bool] = []  # whether the mock was still active after the first one

    def enter(function: Callable[..., Any], *args: Any) -> Any:
        if is_of_class:
            entered = _ClassMock(mock)
            with entered:
                returned = function(*args)
            kept.append(entered.is_kept)
            return returned
        mock.start()
        try:
            returned = function(*args)
        except BaseException:
            mock.leave(quiet=True)  # the second method is not called now
            raise
        kept.append(True)
        return returned

    def leave(function: Callable[..., Any], *args: Any) -> Any:
        if not kept.pop():
            with mock:
                return function(*args)
        try:
            return function(*args)
        finally:
            mock.stop()

    def nothing(_: Any) -> None:
        return None

    first = inspect.getattr_static(cls, set_up)
    second = inspect.getattr_static(cls, tear_down, None)
    default = classmethod(nothing) if isinstance(first, classmethod) else nothing
    setattr(cls, set_up, _around(first, enter))
    setattr(cls, tear_down, _around(second or default, leave))


def _around(member: Any, call: Callable[..., Any]) -> Any:
    """Call a method through another function, with no more arguments than the method takes."""
    if isinstance(member, (staticmethod, classmethod)):
        return type(member)(_around(member.__func__, call))
    count = len(inspect.signature(member).parameters)

    @functools.wraps(member)
    def wrapper(owner: Any = None, subject: Any = None) -> Any:  # pytest gives as many as it counts
        return call(member, *(owner, subject)[:count])

    return wrapper
