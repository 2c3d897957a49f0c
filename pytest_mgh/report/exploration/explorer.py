"""Explores tests: the undisturbed runs of each, then a run for each failure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from pytest_mgh.report.exploration.calls import MadeCall, in_order
from pytest_mgh.report.exploration.differences import differences, repetitions
from pytest_mgh.report.exploration.failures import Extent, Failure, is_passing
from pytest_mgh.report.exploration.outcomes import Finding, judge
from pytest_mgh.report.exploration.runs import Run, Runner, run_watched
from pytest_mgh.report.exploration.watch import Watch

_SECONDS_MORE = 86_400
"""How much more of the hub's time than the undisturbed run a run may take."""


class NotExplorable(Exception):  # noqa: N818 (it is a reason, not an error)
    """A test that cannot be explored; the text is the reason."""


@dataclass(frozen=True)
class Undisturbed:
    """A test without any failure: the run that others are compared with, and its calls."""

    test: str
    run: Run
    calls: list[MadeCall]

    def watch(self, failure: Failure) -> Watch:
        """Return the watch over a run in which a call fails."""
        watch = self.run.watch
        return Watch(
            failure,
            max_attempts=2 * watch.attempts + 200,
            max_seconds=watch.seconds + _SECONDS_MORE,
            waits=watch.waits,
        )

    def explore(self, failures: Iterable[Failure], runner: Runner) -> Iterator[Finding | None]:
        """Run the test with each of some failures.

        Where a client makes no other attempt, the failure of one is that of the call, which need
        not be tried too.

        Returns:
            The result of each failure; `None` for those that were not tried, because the call was
            not made, or because another one was the same.
        """
        done: set[tuple[int, str]] = set()
        for failure in failures:
            whole = failure.extent is Extent.CALL
            if whole and (failure.call.number, failure.error) in done:
                yield None
                continue
            run = run_watched(runner, self.watch(failure))
            if not run.watch.was_retried and failure.extent is not Extent.ALWAYS:
                done.add((failure.call.number, failure.error))
                if whole and is_passing(failure.error):
                    failure = replace(failure, extent=Extent.ATTEMPT)
            finding = judge(self.test, failure, self.run, run)
            run.error = None  # its traceback would keep all objects of the run alive
            yield finding


def undisturbed(test: str, runner: Runner) -> Undisturbed:
    """Run a test twice, as it is.

    Raises:
        NotExplorable: A test that fails, or is not the same twice.
    """
    try:
        return _twice(test, runner, waits=False)
    except NotExplorable as error:
        try:  # it may wait for something slow, such as another process
            return _twice(test, runner, waits=True)
        except NotExplorable:
            raise error from None


def _twice(test: str, runner: Runner, *, waits: bool) -> Undisturbed:
    run = run_watched(runner, Watch(waits=waits))
    if run.error is not None:
        raise NotExplorable(f"it fails on the second run: {_first_line(run.error)}")
    again = run_watched(runner, Watch(waits=waits))
    _check_same(run, again)
    calls = run.watch.calls
    if [call.key for call in calls] != [call.key for call in again.watch.calls]:
        calls = in_order(calls)
    return Undisturbed(test, run, calls)


def _check_same(run: Run, again: Run) -> None:
    """Raise `NotExplorable` for two runs that are not the same."""
    if again.error is not None:
        raise NotExplorable(f"two runs differ: the second one fails, {_first_line(again.error)}")
    first, second = ({call.key for call in one.watch.calls} for one in (run, again))
    for key in sorted(first ^ second):
        request = key.request if len(key.request) < 80 else f"{key.request[:80]}..."
        raise NotExplorable(f"two runs differ: only one calls {key.operation} {request}")
    for line in [*differences(run.final, again.final), *repetitions(run.final, again.final)]:
        raise NotExplorable(f"two runs differ: {line}")


def _first_line(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}".splitlines()[0]
