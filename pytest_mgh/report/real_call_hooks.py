"""The plugin's hooks around calls that would reach AWS: they are refused, and reported."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pytest_mgh.errors import RealCallError
from pytest_mgh.state.process import PROCESS

if TYPE_CHECKING:
    from collections.abc import Generator

_MARKER = "mgh_block_real_calls"
FAILED = pytest.StashKey[bool]()
"""Whether a test has failed: what it was refused need not be reported once more."""

_BLOCKED = pytest.StashKey[bool]()
"""Set where this run has decided whether the process blocks real calls."""

_STRAYS = pytest.StashKey[list[str]]()
"""What was refused outside of tests, and perhaps swallowed."""

_WORKER_OUTPUT = "mgh_real_calls"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the ini option."""
    parser.addini(
        _MARKER,
        "pytest-mgh: a call to a simulated service outside a mock fails the test",
        type="bool",
        default=True,
    )


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Block real calls from here on: a conftest may call at its import."""
    _block(early_config)


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker; block where the plugin came too late for the first conftests."""
    config.addinivalue_line(
        "markers",
        f"{_MARKER}(blocked=True): whether a call to a simulated service outside a mock fails the "
        "test instead of reaching AWS.",
    )
    _block(config)


def _block(config: pytest.Config) -> None:
    if _BLOCKED not in config.stash:
        config.stash[_BLOCKED] = True
        refusals, PROCESS.refusals = PROCESS.refusals, {}
        before = _set_blocked(config.getini(_MARKER))

        def go_back() -> None:
            PROCESS.real_calls_blocked, PROCESS.refusals = before, refusals

        # Unlike pytest_unconfigure it is done also where pytest refuses its options.
        config.add_cleanup(go_back)


def _set_blocked(blocked: bool) -> bool:
    """Block real calls, or let them through; return whether they were blocked before."""
    if blocked:
        from pytest_mgh.transports.guard import guard

        guard()
    before, PROCESS.real_calls_blocked = PROCESS.real_calls_blocked, blocked
    return before


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Block real calls for a marked test, its fixtures included, or let them through."""
    _take_strays(item.config)
    marker = item.get_closest_marker(_MARKER)
    if marker is None:
        return (yield)
    before = _set_blocked(marker.args != (False,) and marker.kwargs.get("blocked") is not False)
    try:
        return (yield)
    finally:
        PROCESS.real_calls_blocked = before


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Begin anew, also where a test is run again; refuse a marker with arguments it has not."""
    item.stash[FAILED] = False
    for marker in item.iter_markers(_MARKER):
        values = [*marker.args, *marker.kwargs.values()]
        is_known = not values or (len(values) == 1 and isinstance(values[0], bool))
        if not is_known or marker.kwargs.keys() - {"blocked"}:
            raise pytest.UsageError(
                f"{item.nodeid}: the marker {_MARKER} takes one argument, blocked: True or False"
            )


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_call() -> None:
    """See every call, whatever others have put back while the test was set up."""
    if PROCESS.real_calls_blocked:
        from pytest_mgh.transports.guard import guard

        guard()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, object, object]:
    """Fail a test that made a call which would have reached AWS, and swallowed the refusal."""
    try:
        result = yield
    except BaseException:
        PROCESS.take_refusals()
        raise
    refusals = PROCESS.take_refusals()
    if refusals and not item.stash.get(FAILED, False):
        raise RealCallError(refusals[0])
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note that a test has failed."""
    report = yield
    if not report.passed:
        item.stash[FAILED] = True
    return report


def _take_strays(config: pytest.Config) -> list[str]:
    strays = config.stash.setdefault(_STRAYS, [])
    strays += PROCESS.take_refusals()
    return strays


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the run for what was refused outside of its tests; a worker sends that to the run."""
    strays = _take_strays(session.config)
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput[_WORKER_OUTPUT] = strays
    elif strays and session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take what a worker of pytest-xdist sends."""
    strays = (getattr(node, "workeroutput", None) or {}).get(_WORKER_OUTPUT, ())
    node.config.stash.setdefault(_STRAYS, []).extend(strays)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show what was refused outside of tests."""
    strays = terminalreporter.config.stash.get(_STRAYS, [])
    if strays:
        terminalreporter.section("calls outside tests that would have reached AWS", red=True)
        for stray in dict.fromkeys(strays):
            terminalreporter.line(stray)
