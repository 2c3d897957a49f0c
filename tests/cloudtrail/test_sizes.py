"""The size of recorded calls is bounded for any request; watchers of calls cannot break them."""

from __future__ import annotations

import gc
import json
import tracemalloc
from typing import Any

import pytest
from sample_values import TASK_T as TASK
from signed_calls import post

from pytest_mgh import MigrationHub, mock_mgh
from pytest_mgh.cloudtrail import watchers
from pytest_mgh.errors import InternalError

CREATE = "CreateProgressUpdateStream"
LONG = "x" * 200_000
SENT: dict[str, tuple[str, dict[str, Any]]] = {
    "a member that the model does not know": (
        CREATE,
        {"ProgressUpdateStreamName": "SMS", "Other": LONG},
    ),
    "such a member of a member": (
        "PutResourceAttributes",
        {**TASK, "ResourceAttributeList": [{"Type": "FQDN", "Value": "a", "Other": LONG}]},
    ),
    "a value beyond its length": (CREATE, {"ProgressUpdateStreamName": LONG}),
    "a value of another type": ("PutResourceAttributes", {**TASK, "ResourceAttributeList": LONG}),
    "many items": (
        "PutResourceAttributes",
        {**TASK, "ResourceAttributeList": [{"Type": "FQDN", "Value": "x" * 200}] * 600},
    ),
}


@pytest.mark.parametrize("what", SENT)
def test_a_long_request_uses_little_memory_afterwards(mgh: MigrationHub, what: str) -> None:
    operation, request = SENT[what]
    body = json.dumps(request)
    for _ in range(2):
        post(mgh, operation, body)  # caches are filled the first time

    gc.collect()
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        for _ in range(2):
            post(mgh, operation, body)
        gc.collect()
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert (after - before) / 2 < 16_384
    assert len(json.dumps(mgh.events.last)) < 4096


def test_what_is_too_long_for_cloudtrail_is_omitted_or_cut_off_in_the_record(
    mgh: MigrationHub,
) -> None:
    body = json.dumps({"ProgressUpdateStreamName": LONG}, separators=(",", ":"))
    post(mgh, CREATE, body)

    assert mgh.events.last["requestParameters"] == {
        "omitted": True,
        "originalSize": len(body),
        "reason": "requestParameters too large",
    }
    assert len(mgh.events.last["errorMessage"]) == 1024


def test_a_request_of_any_allowed_length_is_recorded(mgh: MigrationHub) -> None:
    mgh.load({"streams": [{"name": "SMS", "tasks": [{"name": "t"}]}]})
    attributes = [{"Type": "FQDN", "Value": f"{number:03}" + "x" * 253} for number in range(100)]

    mgh.client().put_resource_attributes(**TASK, ResourceAttributeList=attributes)

    recorded = mgh.events.last["requestParameters"]["resourceAttributeList"]
    assert [one["value"] for one in recorded] == [one["Value"] for one in attributes]


def test_a_policy_sees_the_whole_of_a_long_user_agent(mgh: MigrationHub) -> None:
    mgh.policy = {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Action": "*",
            "Resource": "*",
            "Condition": {"StringLike": {"aws:UserAgent": "*end"}},
        },
    }
    agent = "x" * 2000 + "end"

    assert post(mgh, "ListMigrationTasks", user_agent=agent).status == 200
    assert mgh.events.last["userAgent"] == "x" * 1024


@pytest.mark.parametrize("kind", ["WATCHERS", "PERMISSION_WATCHERS"])
def test_a_watcher_that_raises_fails_the_test_but_no_call(
    monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    def watch(*_: Any) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(watchers, kind, getattr(watchers, kind))
    getattr(watchers, kind).append(watch)
    mock = mock_mgh()
    hub = mock.start()
    try:
        response = post(hub, CREATE, json.dumps({"ProgressUpdateStreamName": "SMS"}))
    finally:
        getattr(watchers, kind).remove(watch)

    assert (response.status, len(hub.streams)) == (200, 1)
    with pytest.raises(InternalError, match="a call listener"):
        mock.stop()
