from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest
from clients import plain_client
from sample_values import MANUAL
from sample_values import UNKNOWN_SERVER as UNKNOWN

from pytest_mgh import MigrationHub

NO_TASK = "01234567-89ab-cdef-0123-456789abcdef"


@pytest.fixture
def ads(mgh: MigrationHub) -> Any:
    """A client that never retries, as clients do after LimitExceededException."""
    return plain_client("discovery")


@pytest.fixture
def ids(mgh: MigrationHub) -> list[str]:
    """The ids of three servers."""
    return [mgh.add_server(name).configuration_id for name in ("web", "db", "cache")]


def start(ads: Any, *ids: str) -> str:
    task: str = ads.start_batch_delete_configuration_task(
        configurationType="SERVER", configurationIds=[*ids]
    )["taskId"]
    return task


def described(ads: Any, task: str) -> dict[str, Any]:
    found: dict[str, Any] = ads.describe_batch_delete_configuration_task(taskId=task)["task"]
    return found


def test_starting_a_deletion_returns_a_task_id(ads: Any, ids: list[str]) -> None:
    """A deletion task id is a lower-case UUID."""
    answer = ads.start_batch_delete_configuration_task(
        configurationType="SERVER", configurationIds=ids
    )

    assert answer.keys() == {"taskId", "ResponseMetadata"}
    assert re.fullmatch("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", answer["taskId"])


def test_by_default_the_servers_are_deleted_at_once(
    mgh: MigrationHub, ads: Any, ids: list[str]
) -> None:
    """silent: background work is eager."""
    start(ads, *ids[:2])

    assert [server.hostname for server in mgh.servers] == ["cache"]
    assert mgh.pending == ()


@MANUAL
def test_with_a_manual_background_the_servers_are_deleted_by_settle(
    mgh: MigrationHub, ads: Any, ids: list[str]
) -> None:
    """silent: the work waits until `settle`."""
    start(ads, *ids)
    assert len(mgh.servers) == 3
    assert len(mgh.pending) == 1

    mgh.settle()

    assert mgh.servers == ()
    assert mgh.pending == ()


@MANUAL
def test_a_pending_task_is_described(
    mgh: MigrationHub, ads: Any, ids: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """INITIALIZING first; it has no end yet."""
    monkeypatch.setattr("pytest_mgh.state.clock.time", SimpleNamespace(time=lambda: 1547682819.801))
    task = start(ads, *ids)

    found = described(ads, task)

    assert found.pop("startTime").timestamp() == pytest.approx(1547682819.801, abs=0.001)
    assert found == {
        "taskId": task,
        "status": "INITIALIZING",
        "configurationType": "SERVER",
        "requestedConfigurations": ids,
        "deletedConfigurations": [],
        "failedConfigurations": [],
        "deletionWarnings": [],
    }


def test_a_finished_task_is_described(ads: Any, ids: list[str]) -> None:
    """COMPLETED, with its end."""
    found = described(ads, start(ads, *ids))

    assert found["status"] == "COMPLETED"
    assert found["deletedConfigurations"] == ids
    assert found["failedConfigurations"] == []
    assert found["endTime"] >= found["startTime"]


def test_an_unknown_server_fails_and_the_others_go_on(
    mgh: MigrationHub, ads: Any, ids: list[str]
) -> None:
    """silent: a failure is reported by item."""
    found = described(ads, start(ads, ids[0], UNKNOWN))

    assert found["status"] == "COMPLETED"
    assert found["requestedConfigurations"] == [ids[0], UNKNOWN]
    assert found["deletedConfigurations"] == [ids[0]]
    (failed,) = found["failedConfigurations"]
    assert failed == {
        "configurationId": UNKNOWN,
        "errorStatusCode": 404,
        "errorMessage": f"Server '{UNKNOWN}' does not exist.",
    }


def test_a_task_that_deletes_no_server_fails(mgh: MigrationHub, ads: Any, ids: list[str]) -> None:
    """FAILED; silent: when."""
    assert described(ads, start(ads, UNKNOWN))["status"] == "FAILED"
    assert len(mgh.servers) == 3


def test_deleting_an_application_as_a_server_fails(mgh: MigrationHub, ads: Any) -> None:
    """SERVER only."""
    shop = mgh.add_application("Shop").configuration_id

    found = described(ads, start(ads, shop))

    assert found["deletedConfigurations"] == []
    assert len(mgh.applications) == 1


def test_two_hundred_servers_can_be_deleted_at_once(mgh: MigrationHub, ads: Any) -> None:
    """More than 200 ids is too many, 200 is not."""
    ids = [mgh.add_server().configuration_id for _ in range(200)]

    start(ads, *ids)

    assert mgh.servers == ()


def test_more_than_two_hundred_servers_are_too_many(mgh: MigrationHub, ads: Any) -> None:
    """LimitExceededException, and nothing is deleted."""
    ids = [mgh.add_server().configuration_id for _ in range(201)]

    with pytest.raises(ads.exceptions.LimitExceededException):
        start(ads, *ids)

    assert len(mgh.servers) == 201


@MANUAL
def test_only_one_task_runs_at_a_time(mgh: MigrationHub, ads: Any, ids: list[str]) -> None:
    """silent: OperationNotPermittedException while a task is running."""
    start(ads, ids[0])

    with pytest.raises(ads.exceptions.OperationNotPermittedException):
        start(ads, ids[1])
    mgh.settle()
    start(ads, ids[1])
    mgh.settle()

    assert [server.configuration_id for server in mgh.servers] == ids[2:]


def test_a_deleted_server_leaves_its_applications(
    mgh: MigrationHub, ads: Any, ids: list[str]
) -> None:
    """Application.serverCount follows; the application stays."""
    mgh.add_application("Shop", servers=ids)

    start(ads, ids[0])

    assert mgh.application("Shop").servers == tuple(ids[1:])
    (row,) = ads.list_configurations(configurationType="APPLICATION")["configurations"]
    assert row["application.serverCount"] == "2"


def test_a_deleted_server_is_unknown_to_migration_hub(
    mgh: MigrationHub, ads: Any, ids: list[str]
) -> None:
    """silent: an id that the repository does not know is ResourceNotFoundException."""
    hub = mgh.client()
    start(ads, ids[0])

    with pytest.raises(hub.exceptions.ResourceNotFoundException):
        hub.list_migration_tasks(ResourceName=ids[0])


def test_a_mapping_is_kept_after_its_server_is_deleted(
    mgh: MigrationHub, ads: Any, ids: list[str]
) -> None:
    """silent: the id stays associated with its tasks."""
    mgh.load({"streams": [{"name": "SMS", "tasks": [{"name": "sms-1", "server": "web"}]}]})

    start(ads, ids[0])

    assert [one.configuration_id for one in mgh.task("SMS", "sms-1").resources] == [ids[0]]


@MANUAL
def test_a_server_deleted_before_its_turn_is_a_failure(
    mgh: MigrationHub, ads: Any, ids: list[str]
) -> None:
    """silent: a task deletes the servers that exist when it runs."""
    mgh.import_source("s3://bucket/a.csv", "HostName\nimported\n")
    import_id = ads.start_import_task(name="a", importUrl="s3://bucket/a.csv")["task"][
        "importTaskId"
    ]
    mgh.settle()
    imported = mgh.server("imported").configuration_id
    ads.batch_delete_import_data(importTaskIds=[import_id])
    task = start(ads, imported, ids[0])
    mgh.settle()

    found = described(ads, task)

    assert found["deletedConfigurations"] == [ids[0]]
    assert [one["configurationId"] for one in found["failedConfigurations"]] == [imported]


def test_an_unknown_task_is_refused(ads: Any) -> None:
    """silent: ResourceNotFoundException is not declared; InvalidParameterValueException."""
    with pytest.raises(ads.exceptions.InvalidParameterValueException):
        described(ads, NO_TASK)
