"""What size costs: pages of long lists, matches among many servers, memory.

Each size has its own account in one hub, so that calls of all sizes alternate.
"""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Iterator
from typing import Any

from benchmarks import clients
from benchmarks.calls import STREAM, TASK
from benchmarks.measure import Candidate, Figure, figure, ratio, take_turns
from benchmarks.rows import Row
from pytest_mgh import mock_mgh

TASKS = {"000000001000": 1_000, "000000100000": 100_000}
SERVERS = {"000000000100": 100, "000000010000": 10_000}


def measure(calls: int, turns: int) -> Iterator[Row]:
    """Measure all sizes, and yield the rows."""
    with mock_mgh() as hub:
        for account, size in {**TASKS, **SERVERS}.items():
            tasks, servers = (size, 0) if account in TASKS else (1, size)
            hub.account(account).home_region = "us-west-2"
            hub.account(account).load(_estate(servers, tasks))
        few, many = ([_page(a) for a in TASKS], [_page(a, tasks=False) for a in SERVERS])
        match = [_match(account) for account in SERVERS]
        take_turns([*few, *many, *match], calls=calls // 2, turns=turns)
    for name, (small, large), budget in (
        ("one page of ListMigrationTasks, 100,000 tasks over 1,000", few, 1.2),
        ("ListConfigurations EQUALS, 10,000 servers over 100", many, 1.2),
        ("a PutResourceAttributes that matches, 10,000 servers over 100", match, 1.2),
    ):
        yield Row(name, ratio(large, small), budget=budget)
    yield Row("memory of a stored task and its call's record, bytes", _memory(), budget=700)


def _estate(servers: int, tasks: int) -> dict[str, Any]:
    names = [TASK["MigrationTaskName"], *(f"sms-{number}" for number in range(tasks - 1))]
    return {
        "servers": [
            {"hostname": f"web-{number}", "ip_addresses": [_address(number)]}
            for number in range(servers)
        ],
        "streams": [{"name": STREAM, "tasks": [{"name": name} for name in names]}],
    }


def _page(account: str, *, tasks: bool = True) -> Candidate:
    if tasks:
        mgh = clients.client("mgh", account)
        return Candidate(account, lambda: mgh.list_migration_tasks())
    filters = [{"name": "server.hostName", "condition": "EQUALS", "values": ["web-50"]}]
    request: Any = {"configurationType": "SERVER", "filters": filters}
    discovery = clients.client("discovery", account)
    return Candidate(account, lambda: discovery.list_configurations(**request))


def _match(account: str) -> Candidate:
    attributes = [{"Type": "IPV4_ADDRESS", "Value": _address(50)}]
    request: Any = {**TASK, "ResourceAttributeList": attributes}
    mgh = clients.client("mgh", account)
    return Candidate(account, lambda: mgh.put_resource_attributes(**request))


def _memory(tasks: int = 1_000) -> Figure:
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
