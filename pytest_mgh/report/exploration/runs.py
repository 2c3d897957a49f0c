"""A run of a test, and its result for the test and in the hub."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from pytest_mgh.cloudtrail.watchers import PERMISSION_WATCHERS, WATCHERS
from pytest_mgh.hub.migration_hub import MigrationHub
from pytest_mgh.report.exploration.final_state import Thing, final_state
from pytest_mgh.report.exploration.waiting import children_of
from pytest_mgh.report.exploration.watch import Watch
from pytest_mgh.state.process import PROCESS
from pytest_mgh.state.world import World

# ruff: noqa: SLF001 (a hub's world belongs to the hub, which others than tests need not see)


@dataclass
class Run:
    """One run of a test, by which the outcome is judged.

    Attributes:
        final: What the hubs had at the end.
        error: What failed it; `None` if it passed.
        output: What it printed and logged, and local variables.
    """

    watch: Watch
    final: list[Thing] = field(default_factory=list)
    error: BaseException | None = None
    output: str = ""


Runner: TypeAlias = "Callable[[Run], None]"
"""Runs a test once: it sets what is known of the error and of the output."""


def run_watched(runner: Runner, watch: Watch) -> Run:
    """Run a test once, under a watch."""
    run = Run(watch)
    with watched(run):
        runner(run)
    return run


@contextmanager
def watched(run: Run) -> Iterator[None]:
    """Watch the calls in this block, and note how the hubs end; no report counts these calls."""
    seen: list[World] = []

    def note(hub: MigrationHub) -> None:
        seen.append(hub._world)
        run.final.extend(final_state(hub._world))

    with ExitStack() as steps:
        for watchers in (WATCHERS, PERMISSION_WATCHERS):
            steps.callback(watchers.extend, list(watchers))  # type: ignore[arg-type]
            watchers.clear()
        steps.callback(setattr, PROCESS, "explorer", PROCESS.explorer)
        steps.callback(PROCESS.end_listeners.remove, note)
        steps.callback(sys.settrace, sys.gettrace())
        steps.enter_context(children_of(run.watch))
        PROCESS.explorer = run.watch
        PROCESS.end_listeners.append(note)
        yield
        for world in run.watch.worlds:  # of wider scopes, or of a server of its own
            if not any(one is world for one in seen):
                run.final.extend(final_state(world))


def locals_of(error: BaseException, file: str) -> str:
    """Return the local variables of the functions of a file when an error was raised, as text."""
    texts: list[str] = []
    at: Any = error.__traceback__
    while at is not None:
        if at.tb_frame.f_code.co_filename == file:
            texts += [_text(value) for value in at.tb_frame.f_locals.values()]
        at = at.tb_next
    return "\n".join(texts)


def _text(value: object) -> str:
    try:
        return repr(value)[:20_000]
    except Exception:  # noqa: BLE001 (it is the code under test's)
        return ""
