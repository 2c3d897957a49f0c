"""`mock_mgh`: the mock on and off, as context manager, decorator, or by hand."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast, overload
from weakref import WeakKeyDictionary

from pytest_mgh.errors import KnownAttributes
from pytest_mgh.hub.migration_hub import MigrationHub
from pytest_mgh.mock.decoration import decorate, leave_closed_loops
from pytest_mgh.mock.environment import Variables, fake_environment
from pytest_mgh.mock.sessions import fake_default_session, region_of_process
from pytest_mgh.mock.sleeping import sleep_moves_clock
from pytest_mgh.services.discovery.downloads import SIGNATURE
from pytest_mgh.state.accounts import DEFAULT_REGION, SUPPORTED_REGIONS
from pytest_mgh.state.process import PROCESS
from pytest_mgh.state.settings import make_settings
from pytest_mgh.transports.downloads import LoopbackDownloads
from pytest_mgh.transports.guard import guard
from pytest_mgh.transports.secrets import shield_secrets

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from pytest_mgh.state.settings import Options, Settings

Target = TypeVar("Target", bound="Callable[..., Any]")


class Activation:
    """The one hub that is active, and all that is changed for it until `end`.

    A step that fails, at the beginning or at the end, keeps no other from being undone.

    Attributes:
        owner: The mock that was entered first, whose options count.
        hub: The hub.
        entries: How often mocks were entered that have not been left.
        interception: Answers the calls of botocore's clients from the hub.
        requests_adapter: Answers those of `requests` from it, if that was asked for.
        downloads: Serves the archives of exports.
        variables: The environment variables that the end restores.
        configs: The configuration files, without secrets, as sessions have read them inside.
        step_aside: Ends the mock in favour of another one, if that changes nothing; returns
            whether it did.
        is_beginning: Whether fixtures of the test are being set up, which may set Region and time.
        is_shared: Whether tests that do not take the hub keep what others of them changed.
        keepers: The fixtures of a wider scope that have used the hub, for which the mock stays.
        end: Undoes all that was changed.
    """

    def __init__(self, owner: MockMigrationHub) -> None:
        # Imported when a mock is entered: botocore costs a fifth of a second.
        from pytest_mgh.transports.botocore import Interception

        self.owner = owner
        self.hub: MigrationHub = MigrationHub(owner.settings_of_process())
        self.entries = 0
        self.configs: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()
        self.step_aside: Callable[[], bool] = lambda: False
        self.is_beginning = False
        self.is_shared = False
        self.keepers: list[Keeper] = []
        self.interception: Interception = Interception(self.hub.answer, self.hub.backoffs)
        self.requests_adapter: Any = None
        if owner.settings.requests:
            from pytest_mgh.transports.requests import make_adapter

            self.requests_adapter = make_adapter(self.hub.answer)
        self.downloads: LoopbackDownloads = LoopbackDownloads(self.hub.download, SIGNATURE)
        guard()
        shield_secrets()
        with ExitStack() as steps:
            region = self.hub.home_region or DEFAULT_REGION
            self.variables: Variables = steps.enter_context(fake_environment(region))
            steps.enter_context(fake_default_session())
            if self.is_sleep_mocked:
                steps.enter_context(sleep_moves_clock())
            steps.callback(self.interception.end)
            steps.callback(self.downloads.close)
            steps.callback(setattr, PROCESS, "mock", None)
            PROCESS.mock = self
            for listener in PROCESS.hub_listeners:
                listener(self.hub)
            self._revision = self.hub.revision
            self.end: Callable[[], None] = steps.pop_all().close

    @property
    def is_sleep_mocked(self) -> bool:
        """Whether `time.sleep` moves the hub's clock."""
        return self.owner.settings.sleep

    @property
    def is_untouched(self) -> bool:
        """Whether nothing has happened in the hub."""
        return self.hub.revision == self._revision

    def begin_anew(self) -> None:
        """Let the hub begin in the Region and at the time that fixtures have set.

        Where something has happened in it already, its time stays; where something is stored, its
        Region stays too.
        """
        settings = self.hub.settings
        region = os.environ.get("AWS_DEFAULT_REGION")
        if self.owner.follows_process and region in SUPPORTED_REGIONS:
            settings = replace(settings, home_region=region)
        if self.is_untouched:
            self.hub.start_over(settings)
            self._revision = self.hub.revision
        elif settings != self.hub.settings:
            self.hub.move_home(settings)

    def explain_options(self, names: list[str]) -> str:
        """Say where the options of another mock belong, and who has entered this one."""
        marker = f"pytest.mark.mgh({', '.join(f'{name}=...' for name in names)})"
        hints = [f"; {one.explain(marker)}" for one in self.keepers]
        if self.is_beginning and not self.keepers:
            hints.append(f"; the test uses the fixture: mark it with @{marker}")
        return (
            "a mock is already active and its hub is shared: pass the options "
            f"({', '.join(names)}) to the outermost mock_mgh{''.join(hints)}"
        )

    @property
    def profile(self) -> str | None:
        """The profile of the environment outside of the mock."""
        return self.variables["AWS_DEFAULT_PROFILE"] or self.variables["AWS_PROFILE"]


class Keeper(NamedTuple):
    """A fixture of a wider scope than the test, which keeps the mock active."""

    fixture: str
    scope: str

    def explain(self, marker: str) -> str:
        """Say that it uses the hub, and where its options belong."""
        remedy = {
            "class": f"mark the class with @{marker}",
            "module": f"write pytestmark = {marker} at the top of the module",
        }.get(self.scope, "set the options in pytest's configuration, such as mgh_home_region")
        return f"the fixture {self.fixture!r} of the {self.scope} already uses the hub: {remedy}"


def active_mock() -> Activation | None:
    """Return the mock that is active, as its own room knows it."""
    return cast("Activation | None", PROCESS.mock)


def entered_mock() -> Activation:
    """Return the same, where a mock has been entered."""
    active = active_mock()
    assert active is not None
    return active


class MockMigrationHub(KnownAttributes):
    """What `mock_mgh` returns: enter it with `with` or `async with`, decorate with it, or start
    and stop it.

    Nested mocks share one hub; its state is discarded when the outermost mock exits.
    """  # noqa: D205

    def __init__(
        self, options: Mapping[str, Any], defaults: Mapping[str, Any] | None = None
    ) -> None:
        self._options = options
        self.settings: Settings = make_settings({**(defaults or {}), **options})
        self.follows_process: bool = "home_region" not in {**(defaults or {}), **options}
        self._entries = 0

    if not TYPE_CHECKING:

        def _explain_missing(self, name: str) -> str:
            if hasattr(MigrationHub, name):
                return f"the hub has it: with mock_mgh() as hub: hub.{name}"
            return super()._explain_missing(name)

    def settings_of_process(self) -> Settings:
        """Return the settings as they are now: home follows the process unless it was asked for."""
        region = region_of_process() if self.follows_process else self.settings.home_region
        if region == self.settings.home_region:
            return self.settings
        return replace(self.settings, home_region=region)

    def has_options_of(self, other: MockMigrationHub) -> bool:
        """Whether it was given all options of another one, with the same values."""
        mine = self._options
        return all(name in mine and mine[name] == value for name, value in other._options.items())

    def start(self) -> MigrationHub:
        """Enter the mock.

        Returns:
            The hub: a new hub, or the active one.

        Raises:
            ValueError: This mock has options, but another mock is already active.
        """
        with PROCESS.lock:
            leave_closed_loops()
            active = active_mock()
            if active is None or (active.owner is not self and active.step_aside()):
                active = Activation(self)
            elif self._options and active.owner is not self:
                raise ValueError(active.explain_options(sorted(self._options)))
            active.entries += 1
            self._entries += 1
            return active.hub

    def stop(self) -> None:
        """Exit the mock; the outermost exit ends it.

        Raises:
            RuntimeError: The mock was not started.
            MghAssertionError: The test made an impossible request and may have swallowed the error;
                not raised if another exception is propagating.
        """
        self.leave(quiet=sys.exc_info()[1] is not None)

    def leave(self, *, quiet: bool) -> None:
        """Exit the mock; the outermost exit ends it.

        Args:
            quiet: Raise nothing and warn of nothing: the test fails already, or its caller does so.

        Raises:
            RuntimeError: The mock was not started.
        """
        with PROCESS.lock:
            active = active_mock()
            if self._entries == 0 or active is None:
                raise RuntimeError("mock_mgh: stop() without start()")
            self._entries -= 1
            active.entries -= 1
            if active.entries == 0:
                for listener in PROCESS.end_listeners:
                    listener(active.hub)
                active.end()
                if not quiet:
                    active.hub.raise_test_errors()
                    active.hub.warn_of_unused_faults()

    def __enter__(self) -> MigrationHub:
        return self.start()

    def __exit__(self, kind: object, error: BaseException | None, traceback: object, /) -> None:
        self.leave(quiet=error is not None)

    async def __aenter__(self) -> MigrationHub:
        return self.start()

    async def __aexit__(
        self, kind: object, error: BaseException | None, traceback: object, /
    ) -> None:
        self.leave(quiet=error is not None)

    def __call__(self, target: Target) -> Target:
        """Decorate a function, coroutine, generator, async generator or class."""
        decorated: Target = decorate(self, target)
        return decorated


@overload
def mock_mgh(target: Target, /) -> Target: ...
@overload
def mock_mgh(**options: Unpack[Options]) -> MockMigrationHub: ...
def mock_mgh(target: Any = None, /, **options: Unpack[Options]) -> Any:
    """Answer calls to AWS Migration Hub from an in-memory hub.

    Use it as a decorator, with or without options; as a context manager, `with` or `async with`;
    or by `start()` and `stop()`. The options, with their defaults (`Settings` describes them):

        home_region="us-west-2", account_id="123456789012", policy=None, background="eager",
        strict_discovery=True, start_applications=True, verify_signatures=False, moto_iam=False,
        keep_events=100000, requests=False, sleep=False

    Without `home_region`, the home Region is the process's default Region if Migration Hub is
    available there.

    In a decorated function, `with mock_mgh() as hub:` gives the active hub.

    Raises:
        TypeError: An unknown option.
        ValueError: An option's value that is not allowed.
    """
    mock = MockMigrationHub(options)
    return mock if target is None else mock(target)
