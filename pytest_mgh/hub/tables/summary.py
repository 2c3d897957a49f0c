"""The figures of a hub's dashboard."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from pytest_mgh.hub.tables.call_tally import tally
from pytest_mgh.hub.tables.inventory import APPLICATION_STATUSES
from pytest_mgh.hub.tables.tasks import TASK_STATUSES
from pytest_mgh.hub.views import is_stale

if TYPE_CHECKING:
    from pytest_mgh.hub.tables.table import HomeState
    from pytest_mgh.state.records import Task


def _sorts(tasks: Iterable[Task], now: float) -> Iterator[str]:
    """Yield the categories that each task counts in: its status, `"stale"`, `"unmapped"`."""
    for task in tasks:
        yield task.state.status
        if is_stale(task, now):
            yield "stale"
        if not task.resources:
            yield "unmapped"


def summarize(home: HomeState) -> dict[str, Any]:
    """Return how many there are of everything, and the revision that the figures belong to."""
    world, store = home.world, home.store
    account_id = world.settings.account_id
    with world.lock:
        tasks = [task for stream in store.streams.values() for task in stream.tasks.values()]
        states: Counter[str] = Counter(state.status for state in store.applications)
        calls = world.calls.total
        figures: dict[str, Any] = {
            "revision": world.journal.count,
            "now": home.now,
            "account_id": account_id,
            "home_region": world.account(account_id).home_region,
            "background": world.settings.background,
            "streams": len(store.streams),
            "servers": len(store.repository.servers),
            "agents": len(store.repository.agents),
            "imports": len(store.repository.imports),
            "exports": len(store.repository.exports),
            "pending": len(world.background),
            "faults": len(world.faults.active),
            "throttles": len(world.faults.throttles),
            "notes": len(world.notes),
            "restricted": sum(bool(principal.policies) for principal in world.principals.values()),
        }
    counts = Counter(home.in_turns(lambda some: _sorts(some, home.now), tasks))
    return {
        **figures,
        "tasks": {
            "total": len(tasks),
            **{status: counts[status] for status in (*TASK_STATUSES, "stale", "unmapped")},
        },
        "applications": {
            "total": sum(states.values()),
            **{status: states[status] for status in APPLICATION_STATUSES},
        },
        "events": {
            "total": calls,
            "failed": sum(tally(world)[1].values()),
        },
    }
