"""The hooks by which pytest explores its tests. What is heavy is imported where it is needed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from pytest_mgh.state.process import PROCESS

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from pytest_mgh.report.exploration.calls import MadeCall
    from pytest_mgh.report.exploration.exploration import Exploration
    from pytest_mgh.report.exploration.explorer import Undisturbed
    from pytest_mgh.report.exploration.failures import Failure, Selection
    from pytest_mgh.report.exploration.items import WiderHubs
    from pytest_mgh.report.exploration.outcomes import Finding
    from pytest_mgh.report.exploration.plan import Scope
    from pytest_mgh.report.exploration.runs import Run

MARKER = "mgh_explore"
_SENT = "mgh_explore"

EXPLORATION = pytest.StashKey["Exploration"]()
"""What was found, where something was explored: the report of the run has it too."""


@dataclass
class Passed:
    """A test that has passed and made calls: it is to be explored."""

    item: pytest.Item
    scope: Scope
    calls: list[MadeCall]


class ExplorationHooks:
    """Notes which tests can be explored, and explores them when all have run."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._selection = _read_selection(config)
        self._budget = _read_budget(config)
        self._all = bool(config.getoption("mgh_explore")) or self._selection is not None
        self._passed: list[Passed] = []
        self._phases: list[tuple[pytest.CallInfo[None], pytest.TestReport]] = []
        self._wider: WiderHubs | None = None
        self._explores = False
        self._said = ""  # of the call that fails where one failure is repeated

    # one test

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Note what a test does that is to be explored; with a selection, let its call fail."""
        scope = None if self._explores else self._scope(item)
        if scope is None:
            return (yield)
        from pytest_mgh.report.exploration.items import WiderHubs

        self._wider = WiderHubs()
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
                self._passed.append(Passed(item, scope, watch.calls))

    def _run_selected(
        self, item: pytest.Item, selection: Selection
    ) -> Generator[None, object, object]:
        """Run a test as it is, silently; then once more, with a failure, for all to see."""
        from pytest_mgh.report.exploration.explorer import NotExplorable
        from pytest_mgh.report.exploration.items import note
        from pytest_mgh.report.exploration.outcomes import judge
        from pytest_mgh.report.exploration.runs import Run, watched
        from pytest_mgh.report.exploration.waiting import no_waiting

        with no_waiting():
            try:
                undisturbed = self._undisturbed(item)
                failure = selection.failure(undisturbed.calls)
            except (NotExplorable, ValueError) as error:
                self._found.not_explored[item.nodeid] = str(error)
                return (yield)
            run = Run(undisturbed.watch(failure))
            self._phases = []
            self._said = f"call {failure.call} failed on purpose: {failure.error}"
            with watched(run):
                result = yield
                note(run, item, self._phases)
            self._phases, self._said = [], ""
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
        if self._wider is not None:
            if call.when == "setup":  # also of a test that another plugin runs again
                self._phases = []
            self._phases.append((call, report))
            if self._said and report.failed:
                report.sections.append(("Migration Hub exploration", self._said))
        return report

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_fixture_setup(
        self, fixturedef: pytest.FixtureDef[Any]
    ) -> Generator[None, object, object]:
        """Take what fixtures of the test call for calls of the test, that of wider ones not."""
        watch = PROCESS.explorer
        if watch is None or self._wider is None:
            return (yield)
        if fixturedef.scope == "function":
            self._begin(watch)
            return (yield)
        with watch.paused():
            return (yield)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_call(self) -> None:
        """Watch from here on at the latest."""
        if PROCESS.explorer is not None and self._wider is not None:
            self._begin(PROCESS.explorer)

    def _begin(self, watch: Any) -> None:
        if not watch.has_begun:
            watch.begin()
            if PROCESS.mock is not None and self._wider is not None:
                self._wider.begin(PROCESS.mock.hub)

    def _scope(self, item: pytest.Item) -> Scope | None:
        """Return what of a test is to be explored, if anything."""
        marker = item.get_closest_marker(MARKER)
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
            scope = Scope(**arguments)
        except (TypeError, ValueError) as error:
            text = str(error).removeprefix("Scope.__init__() ")
            raise pytest.UsageError(f"{item.nodeid}: the marker {MARKER}: {text}") from None
        return scope if all(values) else None

    # all tests

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Generator[None, object, object]:
        """Explore the tests that have passed, when all have run."""
        result = yield
        if self._passed and not (session.shouldstop or session.shouldfail):
            self._explores = True
            phase = _Phase(self)
            self._config.pluginmanager.register(phase)
            try:
                phase.explore(self._passed, self._budget)
            finally:
                self._config.pluginmanager.unregister(phase)
                self._explores = False
                self._wider = None
        return result

    def _undisturbed(self, item: pytest.Item) -> Undisturbed:
        from pytest_mgh.report.exploration.explorer import undisturbed

        return undisturbed(item.nodeid, lambda run: self.run(item, run))

    def run(self, item: pytest.Item, run: Run) -> None:
        """Run a test once more."""
        from pytest_mgh.report.exploration.items import run_item

        run_item(item, run)

    @property
    def _found(self) -> Exploration:
        from pytest_mgh.report.exploration.exploration import Exploration

        return self._config.stash.setdefault(EXPLORATION, Exploration())

    # the end of the run

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Send what was found from a worker to the run; fail the run for what is wrong."""
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
        from pytest_mgh.report.exploration.text import table

        terminalreporter.section("Migration Hub: exploration")
        *lines, last = table(found, verbose=terminalreporter.verbosity > 0)
        for line in lines:
            terminalreporter.line(line)
        terminalreporter.line(last, red=bool(found.wrong), green=not found.wrong)


class _Phase:
    """The phase of a run in which tests are run again and again."""

    def __init__(self, hooks: ExplorationHooks) -> None:
        self._hooks = hooks
        self._config = hooks._config  # noqa: SLF001 (a part of it)
        self._found = hooks._found  # noqa: SLF001
        self._work: Any = None

    def explore(self, tests: list[Passed], budget: int | None) -> None:
        """Run each test as it is, then with each failure of its calls."""
        from pytest_mgh.report.exploration.plan import note_left_out, sample_places
        from pytest_mgh.report.exploration.waiting import no_waiting

        planned = [
            (at, failure)
            for at, test in enumerate(tests)
            for failure in test.scope.failures(test.calls)
        ]
        failures = [failure for _, failure in planned]
        places = sample_places(failures, budget or len(planned))
        chosen = [planned[at] for at in places]
        note_left_out(self._found, failures, [failure for _, failure in chosen])
        progress = _Progress(self._config, len(chosen))

        def explore(at: int) -> None:
            mine = [failure for whose, failure in chosen if whose == at]
            for finding in self._explore(tests[at], mine):
                progress.step(tests[at].item.nodeid)
                if finding is not None:
                    self._found.findings.append(finding)

        with no_waiting():
            self._each(tests, sorted({at for at, _ in chosen}), explore)
        progress.end()

    def _explore(self, test: Passed, failures: list[Failure]) -> Iterator[Finding | None]:
        """Run a test with failures of its calls, unless it is another one each time."""
        from pytest_mgh.report.exploration.explorer import NotExplorable
        from pytest_mgh.report.exploration.items import WiderHubs
        from pytest_mgh.report.exploration.plan import same_failures

        self._hooks._wider = WiderHubs()  # noqa: SLF001 (a part of it)
        try:
            undisturbed = self._hooks._undisturbed(test.item)  # noqa: SLF001
        except NotExplorable as error:
            self._found.not_explored[test.item.nodeid] = str(error)
            return iter(())
        failures = same_failures(failures, test.scope.failures(undisturbed.calls))
        return undisturbed.explore(failures, lambda run: self._hooks.run(test.item, run))

    def _each(self, tests: list[Passed], places: list[int], work: Any) -> None:
        """Do something with each test inside its protocol, so that all plugins prepare it."""
        nexts = [*places[1:], None]
        for at, following in zip(places, nexts, strict=True):
            self._work = lambda at=at: work(at)
            nextitem = None if following is None else tests[following].item
            item = tests[at].item
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=nextitem)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool:
        """Run a test as the work in hand says, in the place of pytest."""
        try:
            self._work()
        finally:
            item.session._setupstate.teardown_exact(nextitem)  # noqa: SLF001 (no public way)
        return True


class _Progress:
    """The line that tells how far the exploration is."""

    def __init__(self, config: pytest.Config, number: int) -> None:
        self._reporter: Any = config.pluginmanager.get_plugin("terminalreporter")
        self._number = number
        self._done = 0
        self._said = ""
        if self._reporter is not None:
            self._is_live = self._reporter.isatty
            self._reporter.ensure_newline()

    def step(self, test: str) -> None:
        """Tell that the next run begins."""
        self._done += 1
        if self._reporter is None:
            return
        line = f"exploring {self._done} of {self._number}: {test}"
        if self._is_live:
            width = self._reporter._tw.fullwidth - 1  # noqa: SLF001 (pytest's own way)
            self._reporter.rewrite(line[:width], erase=True)
        elif test != self._said:
            self._reporter.write_line(line)
        self._said = test

    def end(self) -> None:
        """End the line."""
        if self._reporter is not None and self._is_live and self._done:
            self._reporter.rewrite("", erase=True)


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
    """Return how many runs there may be; a worker of pytest-xdist has its share of them."""
    text: str | None = config.getoption("mgh_explore_budget")
    if text is None:
        return None
    if not text.isdecimal() or int(text) < 1:
        raise pytest.UsageError(f"--mgh-explore-budget={text}: allowed: a whole number >= 1")
    workers: int = getattr(config, "workerinput", {}).get("workercount", 1)
    return -(-int(text) // workers)
