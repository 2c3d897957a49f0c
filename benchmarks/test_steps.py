"""What the mock itself takes for a call, without botocore: `make bench-steps` prints the table.

These figures have no peers and no budgets: they tell where the time of a call goes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from benchmarks.calls import ATTRIBUTES, POLICY, REFUSED, STREAM, TASK
from pytest_mgh import MigrationHub, mock_mgh
from pytest_mgh.access.principals import FAKE_CREDENTIALS
from pytest_mgh.protocol.messages import WireRequest

Benchmark = Callable[..., Any]


@pytest.fixture
def hub() -> Iterator[MigrationHub]:
    """A hub with one task."""
    with mock_mgh() as hub:
        hub.load({"streams": [{"name": STREAM, "tasks": [{"name": TASK["MigrationTaskName"]}]}]})
        yield hub


def signed(operation: str, request: dict[str, Any]) -> WireRequest:
    """Return a request as botocore sends it."""
    body = json.dumps(request).encode()
    headers = {
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": f"AWSMigrationHub.{operation}",
    }
    sent = AWSRequest("POST", "https://mgh.us-west-2.amazonaws.com/", headers, body)
    SigV4Auth(Credentials(*FAKE_CREDENTIALS.values()), "mgh", "us-west-2").add_auth(sent)
    return WireRequest({name.lower(): value for name, value in sent.headers.items()}, body)


@pytest.mark.parametrize(
    ("operation", "request_", "status"),
    [
        ("ImportMigrationTask", TASK, 200),
        ("ImportMigrationTask", REFUSED, 400),
        ("DescribeMigrationTask", TASK, 200),
        ("ListMigrationTasks", {}, 200),
        ("PutResourceAttributes", ATTRIBUTES, 200),
    ],
    ids=["small", "refused", "read", "list", "20 attributes"],
)
def test_a_call(
    benchmark: Benchmark,
    hub: MigrationHub,
    operation: str,
    request_: dict[str, Any],
    status: int,
) -> None:
    request = signed(operation, request_)

    assert benchmark(hub.answer, request).status == status


def test_a_call_under_a_policy_of_50_statements(benchmark: Benchmark, hub: MigrationHub) -> None:
    hub.policy = POLICY
    request = signed("ImportMigrationTask", TASK)

    assert benchmark(hub.answer, request).status == 200


def test_the_record_of_a_call(benchmark: Benchmark, hub: MigrationHub) -> None:
    hub.answer(signed("PutResourceAttributes", ATTRIBUTES))

    assert benchmark(lambda: hub.events[-1])["eventName"] == "PutResourceAttributes"
