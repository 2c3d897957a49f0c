from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_mgh import HubServer, MigrationHub, TaskView, mock_mgh

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_mgh import MigrationHubClient


@pytest.fixture
def task(mgh: MigrationHub) -> TaskView:
    mgh.add_stream("SMS")
    return mgh.add_task("SMS", "sms-1", status="IN_PROGRESS")


def test_a_task(mgh: MigrationHub, mgh_client: MigrationHubClient, task: TaskView) -> None:
    listed = mgh_client.list_migration_tasks()["MigrationTaskSummaryList"]

    assert [summary.get("MigrationTaskName") for summary in listed] == [task.name]
    assert mgh.tasks["SMS", "sms-1"].status == task.status


def test_a_server(mgh_server: HubServer) -> None:
    assert mgh_server.url.startswith("http://127.0.0.1:")


@pytest.fixture
def frankfurt() -> Iterator[MigrationHub]:
    with mock_mgh(home_region="eu-central-1") as hub:
        yield hub


def test_in_frankfurt(frankfurt: MigrationHub) -> None:
    assert frankfurt.home_region == "eu-central-1"
