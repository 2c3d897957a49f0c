"""Explores tests: the undisturbed runs of each, then a run for each failure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_mgh.report.exploration.calls import in_order
from pytest_mgh.report.exploration.ends import differences, repetitions
from pytest_mgh.report.exploration.outcomes import Finding, judge
from pytest_mgh.report.exploration.runs import Run, Runner, run_watched
from pytest_mgh.report.exploration.watch import Watch

if TYPE_CHECKING:
    from pytest_mgh.report.exploration.calls import MadeCall
    from pytest_mgh.report.exploration.failures import Failure

_SECONDS_MORE = 7 * 86_400
"""How much more of the hub's time than the undisturbed run a run may take."""


class NotExplorable(Exception):  # noqa: N818 (it says why, and is no error)
    """A test that cannot be explored; the text says why."""


@dataclass(frozen=True)
class Undisturbed:
    """A test as it is without any failure.

    Attributes:
        test: Its name.
        run: The run that others are compared with.
        calls: Its calls.
    """

    test: str
    run: Run
    calls: list[MadeCall]

    def watch(self, failure: Failure) -> Watch:
        """Return the watch over a run in which a call fails."""
        watch = self.run.watch
        return Watch(
            failure,
            most_attempts=2 * watch.attempts + 200,
            most_seconds=watch.seconds + _SECONDS_MORE,
        )

    def explore(self, failure: Failure, runner: Runner) -> Finding | None:
        """Run the test with a failure; return `None` if the call was not made."""
        run = run_watched(runner, self.watch(failure))
        finding = judge(self.test, failure, self.run, run)
        run.error = None  # whose traceback holds all that the run had
        return finding


def undisturbed(test: str, runner: Runner) -> Undisturbed:
    """Run a test twice, as it is.

    Raises:
        NotExplorable: A test that fails, or is not the same twice.
    """
    run = run_watched(runner, Watch())
    if run.error is None:
        again = run_watched(runner, Watch())
        _check_same(run, again)
        calls = run.watch.calls
        if [call.key for call in calls] != [call.key for call in again.watch.calls]:
            calls = in_order(calls)
        return Undisturbed(test, run, calls)
    text = f"{type(run.error).__name__}: {run.error}".splitlines()[0]
    raise NotExplorable(f"it fails when it is run again: {text}")


def _check_same(run: Run, again: Run) -> None:
    """Raise `NotExplorable` for two runs that are not the same."""
    if again.error is not None:
        text = f"{type(again.error).__name__}: {again.error}".splitlines()[0]
        raise NotExplorable(f"it is not the same twice: the second time it fails, {text}")
    first, second = ({call.key for call in one.watch.calls} for one in (run, again))
    for key in sorted(first ^ second):
        request = key.request if len(key.request) < 80 else f"{key.request[:80]}..."
        raise NotExplorable(
            f"it is not the same twice: only one of two runs calls {key.operation} {request}"
        )
    for line in [*differences(run.end, again.end), *repetitions(run.end, again.end)]:
        raise NotExplorable(f"it is not the same twice: {line}")
