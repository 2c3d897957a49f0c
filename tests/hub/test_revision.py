"""The revision: a watcher of the hub needs nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from botocore.exceptions import ClientError

from pytest_mgh import MigrationHub

ALLOW = {
    "Version": "2012-10-17",
    "Statement": {"Effect": "Allow", "Action": "mgh:*", "Resource": "*"},
}


def call(hub: MigrationHub) -> None:
    hub.client().list_progress_update_streams()


def set_home_region(hub: MigrationHub) -> None:
    hub.home_region = "eu-central-1"


def unset_home_region(hub: MigrationHub) -> None:
    hub.home_region = None


def set_policy(hub: MigrationHub) -> None:
    hub.policy = ALLOW


def set_policy_of_a_caller(hub: MigrationHub) -> None:
    hub.principals[0].policy = ALLOW


def set_boundary_of_a_caller(hub: MigrationHub) -> None:
    hub.principals[0].permissions_boundary = ALLOW


def set_tags_of_a_caller(hub: MigrationHub) -> None:
    hub.principals[0].tags = {"team": "blue"}


CHANGES: dict[str, Callable[[MigrationHub], Any]] = {
    "a call": call,
    "add_server": lambda hub: hub.add_server("web-01"),
    "add_application": lambda hub: hub.add_application("Web shop"),
    "load": lambda hub: hub.load({"streams": [{"name": "SMS"}]}),
    "import_source": lambda hub: hub.import_source("https://example.com/a.csv", "a\n"),
    "fail": lambda hub: hub.fail("ListMigrationTasks", "ThrottlingException", rate=0.0),
    "throttle": lambda hub: hub.throttle("ListMigrationTasks", per_second=1),
    "recover": lambda hub: hub.recover(),
    "advance": lambda hub: hub.advance(1),
    "settle": lambda hub: hub.settle(),
    "principal": lambda hub: hub.principal("reader"),
    "home_region": set_home_region,
    "no home_region": unset_home_region,
    "policy": set_policy,
    "a caller's policy": set_policy_of_a_caller,
    "a caller's boundary": set_boundary_of_a_caller,
    "a caller's tags": set_tags_of_a_caller,
    "reset": lambda hub: hub.reset(),
    "restore": lambda hub: hub.restore(hub.snapshot()),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_every_change_increases_the_revision(
    mgh: MigrationHub, change: Callable[[MigrationHub], Any]
) -> None:
    before = mgh.revision

    change(mgh)

    assert mgh.revision > before
    mgh.recover()  # no call uses the fault


@pytest.mark.parametrize("change", ["reset", "restore"])
def test_a_revision_is_never_used_twice(mgh: MigrationHub, change: str) -> None:
    mgh.principal("reader", policy=ALLOW)
    seen = [mgh.revision]
    for _ in range(3):
        CHANGES[change](mgh)
        seen.append(mgh.revision)

    assert sorted(set(seen)) == seen


@pytest.mark.parametrize(
    "look",
    [
        lambda hub: hub.tasks,
        lambda hub: hub.pending,
        lambda hub: hub.events,
        lambda hub: hub.summary(),
        lambda hub: hub.table("tasks"),
        lambda hub: hub.snapshot(),
        lambda hub: json.dumps(hub.policy),
    ],
)
def test_reading_the_hub_does_not_change_the_revision(
    mgh: MigrationHub, look: Callable[[MigrationHub], Any]
) -> None:
    before = mgh.revision

    look(mgh)

    assert mgh.revision == before


def test_a_refused_call_increases_the_revision(mgh: MigrationHub, mgh_client: Any) -> None:
    before = mgh.revision

    with pytest.raises(ClientError):
        mgh_client.import_migration_task(ProgressUpdateStream="no", MigrationTaskName="no")

    assert mgh.revision > before


@pytest.mark.mgh(background=60)
def test_work_that_becomes_due_increases_the_revision(mgh: MigrationHub, mgh_client: Any) -> None:
    mgh_client.create_progress_update_stream(ProgressUpdateStreamName="SMS")
    mgh_client.delete_progress_update_stream(ProgressUpdateStreamName="SMS")
    before = mgh.revision

    with time_machine.travel(mgh.now.timestamp() + 61):
        assert mgh.revision > before

    assert mgh.streams == ()
