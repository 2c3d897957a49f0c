"""What a run leaves in a hub, and what its calls are called."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_mgh import MigrationHub
from pytest_mgh.report.exploration.calls import CallKey, MadeCall, label
from pytest_mgh.report.exploration.failures import Extent, Failure
from pytest_mgh.report.exploration.final_state import final_state
from pytest_mgh.report.exploration.plan import same_failures

TASK = {"ProgressUpdateStream": "SMS", "MigrationTaskName": "task"}


def members_of(hub: MigrationHub, name: str) -> dict[str, Any]:
    """Return the members of the one thing of a name."""
    (thing,) = [thing for thing in final_state(hub._world) if thing.name == name]
    return dict(thing.members)


def test_a_resource_of_a_task_has_the_name_of_its_server_in_place_of_its_id(
    mgh: MigrationHub,
) -> None:
    server = mgh.add_server("web")
    mgh.load({"streams": [{"name": "SMS", "tasks": [{"name": "task", "server": "web"}]}]})

    (resource,) = members_of(mgh, "task SMS/task")["resources"]
    assert resource[0] == "web"
    assert server.configuration_id not in repr(resource)


def test_a_continuous_export_has_its_status(mgh: MigrationHub) -> None:
    mgh.client("discovery").start_continuous_export()

    assert members_of(mgh, "continuous export") == {"status": mgh.continuous_exports[0].status}


@pytest.mark.parametrize(
    ("request_", "text"),
    [
        ({**TASK, "Task": {"Status": "IN_PROGRESS", "ProgressPercent": 40}}, "IN_PROGRESS 40 %"),
        ({"preferences": {"ec2RecommendationsPreferences": {"enabled": True}}}, "enabled"),
        ({"preferences": {"ec2RecommendationsPreferences": {"enabled": False}}}, ""),
    ],
)
def test_a_label_has_the_values_and_the_flags_of_a_request(
    request_: dict[str, Any], text: str
) -> None:
    assert label(request_).removeprefix("SMS/task").strip() == text


def failures(*requests: str) -> list[Failure]:
    """Return the failures of calls with these requests."""
    return [
        Failure(
            MadeCall(number, CallKey("ListMigrationTasks", request, 1), "", (), over_http=False),
            "ThrottlingException",
            Extent.CALL,
        )
        for number, request in enumerate(requests, 1)
    ]


def test_the_chosen_failures_are_those_of_the_same_calls() -> None:
    assert same_failures(failures("b"), failures("a", "b", "c")) == failures("a", "b", "c")[1:2]


def test_as_many_failures_are_chosen_where_the_calls_are_others() -> None:
    possible = failures("a", "b", "c")
    chosen = same_failures(failures("a", "x"), possible)

    assert len(chosen) == 2
    assert [one for one in chosen if one not in possible] == []
