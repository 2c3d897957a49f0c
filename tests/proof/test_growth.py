"""Eight times the input takes about eight times as long, never 64 times.

Times are CPU time of the thread, so that a busy machine changes little.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from sample_values import TASK_T as TASK
from signed_calls import post

from pytest_mgh import mock_mgh

Prepared = Callable[[], Any]


def send(operation: str, request: Callable[[int], Any]) -> Callable[[Any, int], Prepared]:
    """Return a function that prepares a request of a size."""

    def prepare(hub: Any, count: int) -> Prepared:
        body = json.dumps(request(count))
        return lambda: post(hub, operation, body)

    return prepare


def attributes(kind: str) -> Callable[[int], Any]:
    item = {"Type": kind, "Value": "x"}
    return lambda count: {**TASK, "ResourceAttributeList": [item] * count}


def load(part: Callable[[int], Any]) -> Callable[[Any, int], Prepared]:
    """Return a function that prepares an estate of a size."""

    def prepare(hub: Any, count: int) -> Prepared:
        estate = part(count)
        return lambda: hub.load(estate)

    return prepare


def tasks(count: int) -> Any:
    return {"streams": [{"name": "SMS", "tasks": [{"name": f"t{i}"} for i in range(count)]}]}


def servers(count: int) -> Any:
    """Servers that all have one address."""
    return {
        "servers": [
            {"hostname": f"h{i}", "ip_addresses": ["10.0.0.1"], "tags": {"a": "b"}}
            for i in range(count)
        ]
    }


def applications(count: int) -> Any:
    """One server in many applications, and many servers in one."""
    names = [f"h{i}" for i in range(count)]
    return {
        "servers": [{"hostname": name} for name in names],
        "applications": [
            {"name": "all", "servers": names},
            *({"name": f"a{i}", "servers": ["h0"]} for i in range(count)),
        ],
    }


def restore(hub: Any, count: int) -> Prepared:
    hub.load(tasks(count))
    data = json.loads(json.dumps(hub.snapshot()))
    return lambda: hub.restore(data)


def settle(hub: Any, count: int) -> Prepared:
    hub.load({"streams": [{"name": f"s{i}"} for i in range(count)]})
    for number in range(count):
        name = {"ProgressUpdateStreamName": f"s{number}"}
        assert post(hub, "DeleteProgressUpdateStream", json.dumps(name)).status == 200
    return lambda: hub.settle()


def decide(hub: Any, count: int) -> Prepared:
    """Decide by a policy of many statements with many actions."""
    side = int(count**0.5)
    statement = {"Effect": "Allow", "Action": ["mgh:Describe*x"] * side, "Resource": "*"}
    policy = {"Version": "2012-10-17", "Statement": [statement] * side}

    def decide() -> None:
        hub.policy = policy
        post(hub, "ListMigrationTasks")

    return decide


def read_events(hub: Any, count: int) -> Prepared:
    for _ in range(count):
        post(hub, "ListMigrationTasks")
    return lambda: (list(hub.events), hub.report_sections())


GROWING: dict[str, tuple[Callable[[Any, int], Prepared], int]] = {
    "items beyond their number": (send("PutResourceAttributes", attributes("FQDN")), 110),
    "items that are wrong": (send("PutResourceAttributes", attributes("NOPE")), 40),
    "members that the model does not know": (
        send("ListMigrationTasks", lambda count: {f"k{i}": i for i in range(count)}),
        1000,
    ),
    "a long text": (
        send("CreateProgressUpdateStream", lambda n: {"ProgressUpdateStreamName": "x" * n}),
        50_000,
    ),
    "a long token": (send("ListMigrationTasks", lambda n: {"NextToken": "A" * n}), 1000),
    "ids that are not there": (
        send(
            "DescribeConfigurations",
            lambda count: {"configurationIds": [f"d-server-{i}" for i in range(count)]},
        ),
        200,
    ),
    "values of a filter": (
        send(
            "ListConfigurations",
            lambda count: {
                "configurationType": "SERVER",
                "filters": [
                    {
                        "name": "server.hostName",
                        "condition": "CONTAINS",
                        "values": [f"h{i}" for i in range(count)],
                    }
                ],
            },
        ),
        500,
    ),
    "an estate of tasks": (load(tasks), 200),
    "an estate of servers with one address": (load(servers), 100),
    "an estate of applications": (load(applications), 40),
    "a snapshot": (restore, 200),
    "work that waits": (settle, 60),
    "a policy": (decide, 100),
    "events": (read_events, 100),
}


def seconds(name: str, count: int) -> float:
    prepare, _ = GROWING[name]
    with mock_mgh(background="manual") as hub:
        run = prepare(hub, count)
        before = time.thread_time()
        run()
        return time.thread_time() - before


@pytest.mark.parametrize("name", GROWING)
@pytest.mark.filterwarnings("ignore::pytest_mgh.PolicyWarning")
def test_the_time_of_an_operation_grows_linearly(name: str) -> None:
    _, count = GROWING[name]
    small = min(seconds(name, count) for _ in range(3))
    limit = 24 * max(small, 0.001)
    large = seconds(name, 8 * count)
    if large >= limit:  # by chance? then not again
        large = min(seconds(name, 8 * count) for _ in range(2))

    assert large < limit
