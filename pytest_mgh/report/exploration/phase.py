"""The phase of a run in which tests are run again and again, and the line of its progress."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest

from pytest_mgh.report.exploration.calls import MadeCall
from pytest_mgh.report.exploration.exploration import Exploration
from pytest_mgh.report.exploration.explorer import NotExplorable
from pytest_mgh.report.exploration.failures import Failure
from pytest_mgh.report.exploration.items import run_item, undisturbed_item
from pytest_mgh.report.exploration.outcomes import Finding
from pytest_mgh.report.exploration.plan import Scope, note_left_out, same_failures, sample_places
from pytest_mgh.report.exploration.waiting import no_waiting


@dataclass
class Passed:
    """A test that has passed and made calls: it is to be explored."""

    item: pytest.Item
    scope: Scope
    calls: list[MadeCall]


class Phase:
    """Runs tests again and again; before each, `renew` lets hubs of wider scopes be kept."""

    def __init__(
        self, config: pytest.Config, found: Exploration, renew: Callable[[], None]
    ) -> None:
        self._config = config
        self._found = found
        self._renew = renew
        self._work: Any = None

    def explore(self, tests: list[Passed], budget: int | None) -> None:
        """Run each test as it is, then with each failure of its calls."""
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
        """Run a test with failures of its calls, if its runs are the same each time."""
        self._renew()
        try:
            undisturbed = undisturbed_item(test.item)
        except NotExplorable as error:
            self._found.not_explored[test.item.nodeid] = str(error)
            return iter(())
        failures = same_failures(failures, test.scope.failures(undisturbed.calls))
        return undisturbed.explore(failures, partial(run_item, test.item))

    def _each(self, tests: list[Passed], places: list[int], work: Any) -> None:
        """Run an action inside the protocol of each test, so that all plugins prepare it."""
        nexts = [*places[1:], None]
        for at, following in zip(places, nexts, strict=True):
            self._work = lambda at=at: work(at)
            nextitem = None if following is None else tests[following].item
            item = tests[at].item
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=nextitem)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool:
        """Do the work on a test in the place of pytest."""
        try:
            self._work()
        finally:
            item.session._setupstate.teardown_exact(nextitem)  # noqa: SLF001 (no public way)
        return True


class _Progress:
    """The line that shows the progress of the exploration."""

    def __init__(self, config: pytest.Config, number: int) -> None:
        self._reporter: Any = config.pluginmanager.get_plugin("terminalreporter")
        self._number = number
        self._done = 0
        self._shown = ""
        if self._reporter is not None:
            self._is_live = self._reporter.isatty
            self._reporter.ensure_newline()

    def step(self, test: str) -> None:
        """Show that the next run begins."""
        self._done += 1
        if self._reporter is None:
            return
        line = f"exploring {self._done} of {self._number}: {test}"
        if self._is_live:
            width = self._reporter._tw.fullwidth - 1  # noqa: SLF001 (pytest's own way)
            self._reporter.rewrite(line[:width], erase=True)
        elif test != self._shown:
            self._reporter.write_line(line)
        self._shown = test

    def end(self) -> None:
        """End the line."""
        if self._reporter is not None and self._is_live and self._done:
            self._reporter.rewrite("", erase=True)
