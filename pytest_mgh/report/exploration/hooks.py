"""The hooks that explore tests; heavy modules are imported where they are needed."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

import pytest

from pytest_mgh.errors import nearest
from pytest_mgh.state.process import PROCESS

if TYPE_CHECKING:
    from collections.abc import Generator

    from pytest_mgh.hub.checkpoint import Checkpoint
    from pytest_mgh.hub.migration_hub import MigrationHub
    from pytest_mgh.report.exploration.exploration import Exploration
    from pytest_mgh.report.exploration.failures import Selection
    from pytest_mgh.report.exploration.phase import Passed
    from pytest_mgh.report.exploration.plan import Scope

_MARKER = "mgh_explore"
_SENT = "mgh_explore"

EXPLORATION = pytest.StashKey["Exploration"]()
"""The result, if anything was explored: the report of the run has it too."""


class ExplorationHooks:
    """Notes which tests can be explored, and explores them when all have run."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._selection = _read_selection(config)
        self._budget = _read_budget(config)
        self._all = bool(config.getoption("mgh_explore")) or self._selection is not None
        self._passed: list[Passed] = []
        self._phases: list[tuple[pytest.CallInfo[None], pytest.TestReport]] = []
        # Hubs of wider scopes than a test, each as it was when the first run of the test began.
        self._hubs: list[tuple[MigrationHub, Checkpoint]] | None = None
        self._explores = False
        self._injected = ""  # the call that fails, and how, where one failure is repeated

    # one test

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Watch a test that is to be explored; with a selection, let its call fail."""
        scope = None if self._explores else self._scope(item)
        if scope is None:
            return (yield)
        self._renew()
        if self._selection is not None:
            return (yield from self._run_selected(item, self._selection))
        from pytest_mgh.report.exploration.watch import Watch

        before, watch = PROCESS.explorer, Watch()
        PROCESS.explorer = watch
        self._phases = []
        try:
            return (yield)
        finally:
            PROCESS.explorer = before
            phases, self._phases = self._phases, []
            has_passed = [report.outcome for _, report in phases] == ["passed"] * 3
            if has_passed and watch.attempts:
                from pytest_mgh.report.exploration.phase import Passed

                self._passed.append(Passed(item, scope, watch.calls))

    def _run_selected(
        self, item: pytest.Item, selection: Selection
    ) -> Generator[None, object, object]:
        """Run a test twice without output; then once more, with a failure and reported."""
        from pytest_mgh.report.exploration.explorer import NotExplorable
        from pytest_mgh.report.exploration.items import note, undisturbed_item
        from pytest_mgh.report.exploration.outcomes import judge
        from pytest_mgh.report.exploration.runs import Run, watched
        from pytest_mgh.report.exploration.waiting import no_waiting

        with no_waiting():
            try:
                undisturbed = undisturbed_item(item)
                failure = selection.failure(undisturbed.calls)
            except (NotExplorable, ValueError) as error:
                self._found.not_explored[item.nodeid] = str(error)
                return (yield)
            run = Run(undisturbed.watch(failure))
            self._phases = []
            self._injected = f"call {failure.call} failed on purpose: {failure.error}"
            with watched(run):
                result = yield
                note(run, item, self._phases)
            self._phases, self._injected = [], ""
            finding = judge(item.nodeid, failure, undisturbed.run, run)
            if finding is None:
                self._found.not_explored[item.nodeid] = "the call was not made"
            else:
                self._found.findings.append(finding)
            return result

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Note how a phase of the test has ended."""
        report = yield
        if self._hubs is not None:
            if call.when == "setup":  # also of a test that another plugin runs again
                self._phases = []
            self._phases.append((call, report))
            if self._injected and report.failed:
                report.sections.append(("Migration Hub exploration", self._injected))
        return report

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_fixture_setup(
        self, fixturedef: pytest.FixtureDef[Any]
    ) -> Generator[None, object, object]:
        """Count the calls of function-scoped fixtures as the test's, those of wider ones not."""
        watch = PROCESS.explorer
        if watch is None or self._hubs is None:
            return (yield)
        if fixturedef.scope == "function":
            self._begin(watch)
            return (yield)
        with watch.paused():
            return (yield)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_call(self) -> None:
        """Watch from here on at the latest."""
        if PROCESS.explorer is not None and self._hubs is not None:
            self._begin(PROCESS.explorer)

    def _begin(self, watch: Any) -> None:
        if not watch.has_begun:
            watch.begin()
            if PROCESS.mock is not None and self._hubs is not None:
                _restore(PROCESS.mock.hub, self._hubs)

    def _scope(self, item: pytest.Item) -> Scope | None:
        """Return which failures of a test are tried, or `None` if it is not explored."""
        marker = item.get_closest_marker(_MARKER)
        if marker is None and not self._all:
            return None
        from pytest_mgh.report.exploration.plan import Scope

        if marker is None:
            return Scope()
        arguments = dict(marker.kwargs)
        values = [*marker.args, arguments.pop("explored", True)]
        try:
            if len(marker.args) > 1 or any(not isinstance(value, bool) for value in values):
                raise TypeError("takes one argument, True or False, and keywords")
            known = [one.name for one in fields(Scope)]
            for name in arguments:
                if name not in known:
                    raise TypeError(f"no argument {name!r}; {nearest(name, known)}")
            scope = Scope(**arguments)
        except (TypeError, ValueError) as error:
            raise pytest.UsageError(f"{item.nodeid}: the marker {_MARKER}: {error}") from None
        return scope if all(values) else None

    # all tests

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Generator[None, object, object]:
        """Explore the tests that have passed, when all have run."""
        result = yield
        if self._passed and not (session.shouldstop or session.shouldfail):
            self._explores = True
            from pytest_mgh.report.exploration.phase import Phase

            phase = Phase(self._config, self._found, self._renew)
            self._config.pluginmanager.register(phase)
            try:
                phase.explore(self._passed, self._budget)
            finally:
                self._config.pluginmanager.unregister(phase)
                self._explores = False
                self._hubs = None
        return result

    def _renew(self) -> None:
        """Drop the checkpoints of the hubs of wider scopes; the next run takes new ones."""
        self._hubs = []

    @property
    def _found(self) -> Exploration:
        from pytest_mgh.report.exploration.exploration import Exploration

        return self._config.stash.setdefault(EXPLORATION, Exploration())

    # the end of the run

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Send the findings of a worker to the run; fail the run for wrong ones."""
        found = self._config.stash.get(EXPLORATION, None)
        if found is None:
            return
        if hasattr(self._config, "workeroutput"):
            self._config.workeroutput[_SENT] = found.document()
        elif found.wrong and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take what a worker of pytest-xdist has found."""
        sent = (getattr(node, "workeroutput", None) or {}).pop(_SENT, None)
        if sent is not None:
            self._found.absorb(sent)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Show the table."""
        found = self._config.stash.get(EXPLORATION, None)
        if found is None:
            if self._all and not self._config.option.collectonly:
                terminalreporter.section("Migration Hub: exploration")
                terminalreporter.line("No call was explored: no passing test made a call")
            return
        from pytest_mgh.report.exploration.exploration import table

        terminalreporter.section("Migration Hub: exploration")
        *lines, last = table(found, verbose=terminalreporter.verbosity > 0)
        for line in lines:
            terminalreporter.line(line)
        terminalreporter.line(last, red=bool(found.wrong), green=not found.wrong)


def _restore(hub: MigrationHub, known: list[tuple[MigrationHub, Checkpoint]]) -> None:
    """Restore a hub to the state in which the test's first run began."""
    for one, checkpoint in known:
        if one is hub:
            hub.restore(checkpoint)
            return
    known.append((hub, hub.checkpoint()))


def _read_selection(config: pytest.Config) -> Selection | None:
    text: str | None = config.getoption("mgh_explore_only")
    if text is None:
        return None
    from pytest_mgh.report.exploration.failures import read_selection

    try:
        return read_selection(text)
    except ValueError as error:
        raise pytest.UsageError(f"--mgh-explore-only: {error}") from None


def _read_budget(config: pytest.Config) -> int | None:
    """Return the greatest number of runs; a worker of pytest-xdist has its share of them."""
    text: str | None = config.getoption("mgh_explore_budget")
    if text is None:
        return None
    if not text.isdecimal() or int(text) < 1:
        raise pytest.UsageError(f"--mgh-explore-budget={text}: allowed: a whole number >= 1")
    workers: int = getattr(config, "workerinput", {}).get("workercount", 1)
    return -(-int(text) // workers)
