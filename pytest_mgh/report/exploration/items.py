"""Runs a test of pytest again, whole: set-up, call, tear-down, as plugins that re-run tests do."""

from __future__ import annotations

import copy
import inspect
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest

from pytest_mgh.mock.decoration import leave_closed_loops
from pytest_mgh.report.exploration.explorer import Undisturbed, undisturbed
from pytest_mgh.report.exploration.runs import Run, locals_of


def run_item(item: pytest.Item, run: Run) -> None:
    """Run a test once. What wider scopes than the test's have set up stays.

    Nothing of it is reported: the run notes its error.
    """
    with warnings.catch_warnings(record=True), _no_tracebacks(item.config.option):
        note(run, item, _run_phases(item))
        leave_closed_loops()


def undisturbed_item(item: pytest.Item) -> Undisturbed:
    """Run a test twice, as it is.

    Raises:
        NotExplorable: A test that fails, or is not the same twice.
    """
    return undisturbed(item.nodeid, partial(run_item, item))


@contextmanager
def _no_tracebacks(option: Any) -> Iterator[None]:
    """Leave source code out of the reports: it takes longer than the test, and nobody reads it."""
    style, option.tbstyle = option.tbstyle, "line"
    try:
        yield
    finally:
        option.tbstyle = style


def _run_phases(item: pytest.Item) -> list[tuple[pytest.CallInfo[None], pytest.TestReport]]:
    requests = getattr(item, "_request", None)
    if hasattr(item, "_request") and not requests:
        item._initrequest()  # type: ignore[attr-defined]  # noqa: SLF001 (as runtestprotocol does)
    sections: list[Any] = getattr(item, "_report_sections", [])
    kept = len(sections)
    ihook = item.ihook
    phases: list[tuple[str, Any]] = [
        ("setup", lambda: ihook.pytest_runtest_setup(item=item)),
        ("call", lambda: ihook.pytest_runtest_call(item=item)),
        ("teardown", lambda: ihook.pytest_runtest_teardown(item=item, nextitem=copy.copy(item))),
    ]
    done: list[tuple[pytest.CallInfo[None], pytest.TestReport]] = []
    for when, phase in phases:
        if when == "call" and done[0][1].outcome != "passed":
            continue
        call: pytest.CallInfo[None] = pytest.CallInfo.from_call(
            phase,
            when,  # type: ignore[arg-type]
            reraise=(pytest.exit.Exception, KeyboardInterrupt),
        )
        done.append((call, ihook.pytest_runtest_makereport(item=item, call=call)))
    del sections[kept:]
    if hasattr(item, "_request"):
        item._request = False  # noqa: SLF001
        item.funcargs = None  # type: ignore[attr-defined]
    return done


def note(
    run: Run,
    item: pytest.Item,
    phases: Sequence[tuple[pytest.CallInfo[None], pytest.TestReport]],
) -> None:
    """Note how the phases of a test have ended."""
    for call, report in phases:
        if report.failed and run.error is None:
            raised = call.excinfo.value if call.excinfo is not None else None
            run.error = raised or AssertionError(report.longreprtext)
    if run.error is None:
        return
    texts = [text for _, report in phases for _, text in report.sections]
    run.output = "\n".join([*texts, locals_of(run.error, _file_of(item))])


def _file_of(item: pytest.Item) -> str:
    try:
        return inspect.getsourcefile(inspect.unwrap(item.obj)) or ""  # type: ignore[attr-defined]
    except (AttributeError, TypeError):
        return str(item.path)
