"""Explores a function, for scripts and for other runners of tests than pytest."""

from __future__ import annotations

import asyncio
import inspect
import io
from collections.abc import Callable, Collection
from contextlib import redirect_stderr, redirect_stdout
from typing import Any

from pytest_mgh.mock.activation import MockMigrationHub, mock_mgh
from pytest_mgh.report.exploration.exploration import Exploration
from pytest_mgh.report.exploration.explorer import NotExplorable, undisturbed
from pytest_mgh.report.exploration.failures import read_selection
from pytest_mgh.report.exploration.plan import Scope, note_left_out, sample
from pytest_mgh.report.exploration.runs import Run, locals_of
from pytest_mgh.report.exploration.waiting import no_waiting


def explore(
    function: Callable[..., object],
    *,
    mock: MockMigrationHub | None = None,
    errors: Collection[str] | None = None,
    operations: Collection[str] | None = None,
    every_call: bool = False,
    budget: int | None = None,
    only: str | None = None,
) -> Exploration:
    """Rerun a function, each time with one call failing, and compare the resulting states.

    Each run gets its own hub and does not wait, as with `pytest --mgh-explore`. The exception that
    the function raises and the resulting state of the hub decide the outcome. Output is hidden.

    Args:
        function: The function; a coroutine function runs in its own event loop. If it takes an
            argument, it gets the hub.
        mock: The mock that makes the hubs, such as `mock_mgh(background="manual")`;
            by default `mock_mgh()`.
        errors: The errors to inject; by default ThrottlingException, the server errors that the
            operation declares, and connection failures.
        operations: Fail only calls of these operations.
        every_call: Fail every one of several equal calls in a row, instead of the first, a middle
            one and the last.
        budget: Maximum number of runs: a sample that covers every error of every operation first.
        only: One failure, as `--mgh-explore-only` names it: `"7:ResponseLost"`.

    Returns:
        The outcome of each failure; as text, the table of `--mgh-explore`.

    Raises:
        ValueError: A function that raises without an injected error or whose runs differ, an
            unknown error or operation, or a budget that is not a whole number >= 1.
    """
    __tracebackhide__ = True
    if not callable(function):
        raise TypeError(f"function={function!r}: must be a function, not the result of a call")
    if budget is not None and (type(budget) is not int or budget < 1):
        raise ValueError(f"budget={budget!r}: must be a whole number >= 1")
    scope = Scope(errors, operations, every_call)
    selection = None if only is None else read_selection(only)
    name: str = getattr(function, "__name__", repr(function))
    exploration = Exploration()

    def run_once(run: Run) -> None:
        _run(function, mock or mock_mgh(), run)

    with no_waiting():
        try:
            found = undisturbed(name, run_once)
        except NotExplorable as error:
            raise ValueError(f"{name}: {error}") from None
        if selection is not None:
            chosen = [selection.failure(found.calls)]
        else:
            failures = scope.failures(found.calls)
            chosen = failures if budget is None else sample(failures, budget)
            note_left_out(exploration, failures, chosen)
        exploration.findings += filter(None, found.explore(chosen, run_once))
    return exploration


def _run(function: Callable[..., object], mock: MockMigrationHub, run: Run) -> None:
    output = io.StringIO()
    try:
        with redirect_stdout(output), redirect_stderr(output), mock as hub:
            run.watch.begin()
            _call(function, hub)
    except KeyboardInterrupt:
        raise
    except SystemExit as error:
        run.error = error if error.code else None
    except BaseException as error:  # noqa: BLE001 (whatever it is, the run ended so)
        run.error = error
    if run.error is not None:
        file = inspect.unwrap(function).__code__.co_filename if _has_code(function) else ""
        run.output = f"{output.getvalue()}\n{locals_of(run.error, file)}"


def _has_code(function: Any) -> bool:
    return hasattr(inspect.unwrap(function), "__code__")


_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


def _call(function: Callable[..., Any], hub: object) -> None:
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):  # of a function that Python does not know
        parameters = {}.values()
    needed = (one for one in parameters if one.kind in _POSITIONAL)
    takes_hub = any(one.default is one.empty for one in needed)
    result = function(hub) if takes_hub else function()
    if inspect.iscoroutine(result):
        asyncio.run(result)
