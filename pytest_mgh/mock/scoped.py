"""The mock for a test, a class, a module or a session, as the plugin enters it."""

from __future__ import annotations

import os
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from pytest_mgh.hub.span import Span
from pytest_mgh.mock.activation import Keeper, active_mock, entered_mock
from pytest_mgh.mock.environment import read_variables, set_variables
from pytest_mgh.state.process import PROCESS

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_mgh.hub.checkpoint import Checkpoint
    from pytest_mgh.hub.migration_hub import MigrationHub
    from pytest_mgh.mock.activation import MockMigrationHub


class ScopedMock:
    """A mock from `enter` to `leave`. One of a wider scope that is active already is joined.

    Args:
        mock: The mock to enter.

    Attributes:
        hub: The hub, once it is entered.
    """

    hub: MigrationHub

    def __init__(self, mock: MockMigrationHub) -> None:
        self._asked = mock
        self._mock = mock
        self._span: Span
        self._checkpoint: Checkpoint | None = None
        self._wider: list[WiderFixture] = []  # the fixtures being set up, nested
        self._is_aside = False

    def enter(self) -> None:
        """Enter the mock.

        Raises:
            ValueError: Another mock is active, which was not given the options of this one.
        """
        with PROCESS.lock:
            active = active_mock()
            self._mock = self._asked
            if active is not None and active.owner.has_options_of(self._asked):
                self._mock = active.owner
            self.hub = self._mock.start()
            if active is None:
                active = entered_mock()
                active.step_aside = self._step_aside
                active.is_beginning = True
                self._span = Span(self.hub)
            else:
                self.renew()

    def keep(self, fixture: str, scope: str) -> Callable[[], None]:
        """Note that a fixture of a wider scope keeps the mock; return what ends the note."""
        keepers, keeper = entered_mock().keepers, Keeper(fixture, scope)
        keepers.append(keeper)
        return lambda: keepers.remove(keeper)

    def renew(self) -> None:
        """Let what there is now stay at the end."""
        self._span = Span(self.hub)
        self._checkpoint = self.hub.checkpoint()

    def leave(self, *, quiet: bool, isolated: bool) -> None:
        """Leave the mock. If others stay in it, report what is wrong with the test.

        Args:
            quiet: Report nothing: the test fails already.
            isolated: Take back what was changed since `enter`, or since `renew`.

        Raises:
            MghAssertionError: The test asked for something that cannot be.
        """
        with PROCESS.lock, ExitStack() as steps:
            if self._is_aside:  # it could not be entered again
                return
            steps.callback(self._mock.leave, quiet=quiet)
            active = active_mock()
            if active is None or active.entries == 1:
                return
            if isolated and self._checkpoint is not None:
                for listener in PROCESS.end_listeners:
                    listener(self.hub)
                steps.callback(self.hub.restore, self._checkpoint)
            if not quiet:
                self._span.raise_errors()

    def begin_wider(self, fixture: str, scope: str, *, shared: bool) -> WiderFixture:
        """Return the set-up of a fixture of a wider scope, which begins now.

        Args:
            fixture: Its name.
            scope: Its scope.
            shared: Whether tests that do not take the hub keep what others of them changed.
        """
        self._wider.append(WiderFixture(Keeper(fixture, scope), shared))
        return self._wider[-1]

    def end_wider(self) -> None:
        """End the set-up that was begun last.

        Raises:
            ValueError: The fixture has opened a mock, which has not the options of this one.
        """
        wider = self._wider.pop()
        if self._is_aside:
            self.enter()
            self._is_aside = False
        elif wider.end(self._mock):
            self.renew()

    def _step_aside(self) -> bool:
        """Exit, if nothing has happened yet, so that a wider fixture can enter its own mock."""
        active = entered_mock()
        if not self._wider or active.entries > 1 or not active.is_untouched:
            return False
        self._mock.leave(quiet=True)
        self._is_aside = True
        return True


class WiderFixture:
    """The set-up of a fixture of a wider scope inside the mock of a test.

    What it does lasts as long as the fixture: where it uses the hub, the mock stays active; what it
    sets in the environment, the end of the test does not take back.
    """

    def __init__(self, keeper: Keeper, shared: bool) -> None:
        self._keeper = keeper
        self._active = active = entered_mock()
        self._shared = shared
        self._revision = active.hub.revision
        self._entries = active.entries
        self._inside = read_variables()
        self._outside = dict(active.variables)
        self._changed: list[str] = []
        self._kept: Any = None

    def end(self, mock: MockMigrationHub) -> bool:
        """End the set-up; return whether the hub is another one than before it."""
        active = active_mock()
        if active is None or active is not self._active:  # opened by a fixture that it asks for
            return True
        now = read_variables()
        self._changed = [name for name, value in now.items() if value != self._inside[name]]
        active.variables |= {name: now[name] for name in self._changed}
        is_touched = active.hub.revision != self._revision
        if active.entries == self._entries and is_touched:
            mock.start()
            self._kept = mock
            active.keepers.append(self._keeper)
        if not (is_touched or active.entries > self._entries):
            return False
        active.is_shared = active.is_shared or self._shared
        return True

    def release(self) -> None:
        """End what lasted as long as the fixture, which has been torn down."""
        kept, self._kept = self._kept, None
        if kept is not None:
            self._active.keepers.remove(self._keeper)
            kept.leave(quiet=False)
        if PROCESS.mock is None:
            # It may have put back what it had found inside.
            set_variables(
                {
                    name: self._outside[name]
                    for name in self._changed
                    if os.environ.get(name) == self._inside[name]
                }
            )
