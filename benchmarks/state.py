"""What it costs to seed a hub, and to go back to a state of it, in CPU time of the thread.

A load is measured beside a deep copy of what is loaded, so that its budget travels: 0.12 ms a pair
of a server and its task is 16 times what the copy took on the machine that set the budget.
"""

from __future__ import annotations

import copy
import gc
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from benchmarks.measure import figure
from benchmarks.rows import Row
from pytest_mgh import MigrationHub, mock_mgh

SMALL, LARGE = 10_000, 100_000
COPIES = 16.0


def measure(turns: int) -> Iterator[Row]:
    """Measure loads, checkpoints and snapshots, and yield the rows."""
    turns = min(turns, 7)  # a turn takes seconds
    loads: list[float] = []
    over_copies: list[float] = []
    backs: dict[str, list[float]] = {"copies": [], "": [], "snapshot": []}
    for _ in range(turns):
        with mock_mgh() as hub:
            estate = make_estate(SMALL)
            loads.append(_cpu(partial(hub.load, estate)))
            over_copies.append(loads[-1] / _cpu(partial(copy.deepcopy, estate)))
            for name, seconds in _ways_back(hub).items():
                backs[name].append(seconds / loads[-1])
    yield Row(
        "load of 10,000 servers and tasks, ms a pair",
        figure([seconds / SMALL * 1000 for seconds in loads]),
    )
    yield Row(
        "load of 10,000 servers and tasks, over a deep copy of them",
        figure(over_copies),
        budget=COPIES,
    )
    with mock_mgh() as hub:
        estate = make_estate(LARGE)
        large = _cpu(partial(hub.load, estate)) / _cpu(partial(copy.deepcopy, estate))
    yield Row(
        "load of 100,000 servers and tasks, over a deep copy of them",
        figure([large]),
        budget=COPIES,
    )
    yield Row(
        "restore(checkpoint) of 10,000 after a small change, over the load",
        figure(backs[""]),
        budget=0.05,
        peers={
            "a copy of the state": figure(backs["copies"]),
            "restore(snapshot)": figure(backs["snapshot"]),
        },
    )


def make_estate(size: int) -> dict[str, Any]:
    """Return an estate of so many servers, each with a task."""
    servers = [
        {"hostname": f"web-{number}", "ip_addresses": [_ip(number)]} for number in range(size)
    ]
    tasks = [
        {"name": f"task-{number}", "server": f"web-{number}", "status": "IN_PROGRESS"}
        for number in range(size)
    ]
    return {"servers": servers, "streams": [{"name": "SMS", "tasks": tasks}]}


def _ways_back(hub: MigrationHub) -> dict[str, float]:
    """Return the cost to go back by a checkpoint, and by the alternatives."""
    checkpoint, snapshot = hub.checkpoint(), hub.snapshot()
    for number in range(10):
        hub.add_server(f"new-{number}")
    tasks = [{"name": f"task-{number}", "status": "COMPLETED"} for number in range(10)]
    hub.load({"streams": [{"name": "new", "tasks": tasks}]})
    return {
        "copies": _cpu(lambda: _copy_records(hub)),
        "": _cpu(lambda: hub.restore(checkpoint)),
        "snapshot": _cpu(lambda: hub.restore(snapshot)),
    }


def _copy_records(hub: MigrationHub) -> Any:
    """Copy the records that calls change: without indexes, the least that copies cost."""
    store = hub._store_now  # noqa: SLF001 (what it holds is what would be copied)
    tasks = [copy.copy(task) for stream in store.streams.values() for task in stream.tasks.values()]
    return tasks, [copy.copy(server) for server in store.repository.servers]


def _cpu(action: Callable[[], Any]) -> float:
    gc.collect()
    gc.disable()  # not counting what it shares with others
    try:
        start = time.thread_time()
        action()
        return time.thread_time() - start
    finally:
        gc.enable()


def _ip(number: int) -> str:
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
