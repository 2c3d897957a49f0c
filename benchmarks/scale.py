"""What size costs: pages of long lists, matches among many servers, memory."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from benchmarks import clients
from benchmarks.calls import STREAM, TASK
from benchmarks.measure import Candidate, figure, ratio, take_turns
from benchmarks.rows import Row
from pytest_mgh import MigrationHub, mock_mgh

SIZES = (1_000, 10_000, 100_000)


def measure(calls: int, turns: int) -> Iterator[Row]:
    """Measure all sizes, and yield the rows."""
    turns = min(turns, 7)  # a turn restores a hub of 100,000 tasks, which takes seconds
    states = {size: _state(0, size) for size in SIZES}
    ours = clients.client("mgh")
    pages = {
        size: Candidate(f"{size}", lambda: ours.list_migration_tasks(), _restored(state))
        for size, state in states.items()
    }
    take_turns(list(pages.values()), calls=calls // 4, turns=turns)
    name = "one page of ListMigrationTasks, 100,000 tasks over 1,000"
    yield Row(name, ratio(pages[100_000], pages[1_000]), budget=1.3)

    walks = {
        size: Candidate(f"{size}", lambda: _walk(ours), _restored(state))
        for size, state in states.items()
    }
    take_turns(list(walks.values()), calls=1, turns=min(turns, 3))
    for size, walk in walks.items():
        each = figure([seconds / size * 1e6 for seconds in walk.seconds])
        yield Row(f"all pages of ListMigrationTasks, {size:,} tasks, us a task", each)

    filters = [{"name": "server.hostName", "condition": "EQUALS", "values": ["web-50"]}]
    request: Any = {"configurationType": "SERVER", "filters": filters}
    match: Any = {
        **TASK,
        "ResourceAttributeList": [{"Type": "IPV4_ADDRESS", "Value": _address(50)}],
    }
    discovery = clients.client("discovery")
    many, few = _state(10_000, 1), _state(100, 1)
    for name, call in (
        ("ListConfigurations EQUALS", lambda: discovery.list_configurations(**request)),
        ("a PutResourceAttributes that matches", lambda: ours.put_resource_attributes(**match)),
    ):
        both = [Candidate(name, call, _restored(state)) for state in (many, few)]
        take_turns(both, calls=calls // 4, turns=turns)
        yield Row(f"{name}, 10,000 servers over 100", ratio(both[0], both[1]), budget=1.3)

    yield Row("memory of a stored task and its call's record, bytes", _memory(), budget=1200)


def _state(servers: int, tasks: int) -> Any:
    """Return the snapshot of a hub of that size."""
    names = [TASK["MigrationTaskName"], *(f"sms-{number}" for number in range(tasks - 1))]
    with mock_mgh() as hub:
        hub.load(
            {
                "servers": [
                    {"hostname": f"web-{number}", "ip_addresses": [_address(number)]}
                    for number in range(servers)
                ],
                "streams": [{"name": STREAM, "tasks": [{"name": name} for name in names]}],
            }
        )
        return hub.snapshot()


def _restored(state: Any) -> Any:
    @contextmanager
    def restored() -> Iterator[MigrationHub]:
        with mock_mgh() as hub:
            hub.restore(state)
            yield hub

    return restored


def _walk(client: Any) -> int:
    pages = client.get_paginator("list_migration_tasks").paginate()
    return sum(len(page["MigrationTaskSummaryList"]) for page in pages)


def _memory(tasks: int = 2_000) -> Any:
    client = clients.client("mgh")
    with mock_mgh():
        client.create_progress_update_stream(ProgressUpdateStreamName=STREAM)
        for warm in range(2):
            client.import_migration_task(ProgressUpdateStream=STREAM, MigrationTaskName=f"w{warm}")
        gc.collect()
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        for number in range(tasks):
            client.import_migration_task(
                ProgressUpdateStream=STREAM, MigrationTaskName=f"sms-{number:09}"
            )
        gc.collect()
        after = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
    return figure([(after - before) / tasks])


def _address(number: int) -> str:
    return f"10.{number // 65536}.{number // 256 % 256}.{number % 256}"
