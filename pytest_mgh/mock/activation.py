"""`mock_mgh`: the mock on and off, as context manager, decorator, or by hand."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar, overload

from pytest_mgh.access.policy import Policy
from pytest_mgh.hub.migration_hub import MigrationHub
from pytest_mgh.mock.decoration import decorate
from pytest_mgh.mock.environment import Environment
from pytest_mgh.mock.observation import OBSERVATION
from pytest_mgh.mock.sessions import DefaultSession
from pytest_mgh.state.accounts import DEFAULT_REGION
from pytest_mgh.state.process import PROCESS
from pytest_mgh.state.settings import make_settings

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from pytest_mgh.state.settings import Options

Target = TypeVar("Target", bound="Callable[..., Any]")


class _Activation:
    """The one hub that is active, and all that is changed for it."""

    def __init__(self, owner: MockMigrationHub, hub: MigrationHub) -> None:
        # Imported when a mock is entered: botocore costs a fifth of a second.
        from pytest_mgh.transports.botocore import Interception

        self.owner = owner
        self.hub = hub
        self.entries = 0
        self._environment = Environment(hub.home_region or DEFAULT_REGION)
        self._session = DefaultSession()
        self._interceptions: list[Any] = [Interception(hub.answer, hub.backoffs)]
        if owner.settings.requests:
            from pytest_mgh.transports.requests import RequestsInterception

            self._interceptions.append(RequestsInterception(hub.answer))
        for interception in self._interceptions:
            interception.start()
        PROCESS.mock = self

    def end(self) -> None:
        PROCESS.mock = None
        for interception in reversed(self._interceptions):
            interception.stop()
        self._session.restore()
        self._environment.restore()


_lock = threading.RLock()
_active: _Activation | None = None


class MockMigrationHub:
    """What `mock_mgh` returns: enter it with `with` or `async with`, decorate with it, or start
    and stop it.

    All mocks that are entered at one time share one hub; its state dies with the last exit.
    """  # noqa: D205

    def __init__(
        self, options: Mapping[str, Any], defaults: Mapping[str, Any] | None = None
    ) -> None:
        self._options = options
        self.settings = make_settings({**(defaults or {}), **options})
        if self.settings.policy is not None:
            Policy(self.settings.policy)  # a malformed one is refused here, not at entry
        self._entries = 0

    def start(self) -> MigrationHub:
        """Enter the mock.

        Returns:
            The hub: a new one, or the one that is active already.

        Raises:
            ValueError: Another mock is active, and this one has options.
        """
        global _active
        with _lock:
            if _active is None:
                _active = _Activation(self, MigrationHub(self.settings))
                OBSERVATION.note(_active.hub)
            elif self._options and _active.owner is not self:
                raise ValueError(
                    "a mock is active already and its hub is shared: options "
                    f"({', '.join(sorted(self._options))}) belong on the outermost mock_mgh"
                )
            _active.entries += 1
            self._entries += 1
            return _active.hub

    def stop(self) -> None:
        """Leave the mock; the outermost exit ends it.

        Raises:
            RuntimeError: The mock was not started.
            MghAssertionError: The test asked for something that cannot be, and perhaps nobody
                was told; not raised in place of an exception that is on its way.
        """
        self.leave(told=sys.exc_info()[1] is not None)

    def leave(self, *, told: bool) -> None:
        """Do what `stop` does; `told` is whether the test fails already."""
        global _active
        with _lock:
            if self._entries == 0 or _active is None:
                raise RuntimeError("mock_mgh: stop() without start()")
            self._entries -= 1
            _active.entries -= 1
            if _active.entries == 0:
                ended, _active = _active, None
                ended.end()
                if not told:
                    ended.hub.raise_test_errors()
                    ended.hub.warn_of_unused_faults()

    def __enter__(self) -> MigrationHub:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> None:
        self.leave(told=error is not None)

    async def __aenter__(self) -> MigrationHub:
        return self.start()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
        /,
    ) -> None:
        self.leave(told=error is not None)

    def __call__(self, target: Target) -> Target:
        """Decorate a function, coroutine, generator, async generator or class."""
        decorated: Target = decorate(self, target)
        return decorated


@overload
def mock_mgh(target: Target, /) -> Target: ...
@overload
def mock_mgh(**options: Unpack[Options]) -> MockMigrationHub: ...
def mock_mgh(target: Any = None, /, **options: Unpack[Options]) -> Any:
    """Answer the calls to AWS Migration Hub from a hub in memory.

    Use it as a decorator, with or without options; as a context manager, `with` or `async with`;
    or by `start()` and `stop()`. The options, with their defaults; `Settings` tells what they mean:

        home_region="us-west-2", account_id="123456789012", policy=None, background="eager",
        strict_discovery=True, start_applications=True, verify_signatures=False, requests=False

    In a decorated function `with mock_mgh() as hub:` gives the hub that is active already.

    Raises:
        TypeError: An unknown option.
        ValueError: An option's value that is not allowed.
    """
    mock = MockMigrationHub(options)
    return mock if target is None else mock(target)
