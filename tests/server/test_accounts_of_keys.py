"""An account by access key: parallel workers share a server and see no data of each other."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from botocore.exceptions import ClientError
from sample_values import LIST_ONLY as LISTS

from pytest_mgh import MigrationHub

if TYPE_CHECKING:
    from http_calls import Connect, Serve

    from pytest_mgh import HubServer

FIRST, SECOND = "000000000001", "000000000002"


def worker(connect: Connect, account_id: str, service: str = "mgh", **options: Any) -> Any:
    """Return the client of a worker whose one setting is its access key."""
    return connect(service, aws_access_key_id=account_id, aws_secret_access_key="any", **options)


def test_workers_with_different_accounts_do_not_see_tasks_of_others(
    connect: Connect, mgh: MigrationHub
) -> None:
    first, second = worker(connect, FIRST), worker(connect, SECOND)
    for client in (first, second):
        client.create_progress_update_stream(ProgressUpdateStreamName="SMS")
        client.import_migration_task(ProgressUpdateStream="SMS", MigrationTaskName="web-1")
    first.import_migration_task(ProgressUpdateStream="SMS", MigrationTaskName="web-2")

    assert len(first.list_migration_tasks()["MigrationTaskSummaryList"]) == 2
    assert len(second.list_migration_tasks()["MigrationTaskSummaryList"]) == 1
    assert len(mgh.tasks) == 0


def test_the_state_of_an_account_is_read_by_its_id(connect: Connect, mgh_server: HubServer) -> None:
    worker(connect, FIRST).create_progress_update_stream(ProgressUpdateStreamName="SMS")

    states = {}
    for account_id in (FIRST, SECOND):
        with urlopen(f"{mgh_server.url}/_mgh/state?account_id={account_id}") as answer:
            states[account_id] = json.load(answer)
    assert [one["name"] for one in states[FIRST]["streams"]] == ["SMS"]
    assert (states[SECOND]["account_id"], states[SECOND]["streams"]) == (SECOND, [])


def test_the_state_of_an_invalid_account_is_refused(mgh_server: HubServer) -> None:
    with pytest.raises(HTTPError) as refused:
        urlopen(f"{mgh_server.url}/_mgh/state?account_id=1")

    assert refused.value.code == 400
    assert json.load(refused.value)["message"] == "account_id='1': must be 12 digits"


def test_the_account_of_an_access_key_starts_with_the_home_region_of_the_hub(
    connect: Connect,
) -> None:
    client = worker(connect, FIRST, "migrationhub-config")

    assert client.get_home_region()["HomeRegion"] == "us-west-2"


@pytest.mark.mgh(home_region=None)
def test_the_account_of_an_access_key_has_no_home_region_if_the_hub_has_none(
    connect: Connect,
) -> None:
    with pytest.raises(ClientError, match="HomeRegionNotSet"):
        worker(connect, FIRST).list_migration_tasks()


def test_a_changed_home_region_of_an_account_is_kept(connect: Connect) -> None:
    client = worker(connect, FIRST, "migrationhub-config")
    (control,) = client.describe_home_region_controls()["HomeRegionControls"]
    client.delete_home_region_control(ControlId=control["ControlId"])

    assert "HomeRegion" not in worker(connect, FIRST, "migrationhub-config").get_home_region()


def test_an_event_names_the_account_of_its_caller(connect: Connect, mgh: MigrationHub) -> None:
    worker(connect, FIRST).list_migration_tasks()

    identity = mgh.events.last["userIdentity"]
    assert (identity["accountId"], identity["accessKeyId"]) == (FIRST, FIRST)
    assert mgh.events.last["recipientAccountId"] == FIRST


@pytest.mark.mgh(policy=LISTS)
def test_the_policy_of_the_default_principal_applies_in_the_account_of_a_key_too(
    connect: Connect, mgh: MigrationHub
) -> None:
    client = worker(connect, FIRST)
    client.list_migration_tasks()
    with pytest.raises(ClientError, match="not authorized"):
        client.create_progress_update_stream(ProgressUpdateStreamName="SMS")

    mgh.policy = None
    client.create_progress_update_stream(ProgressUpdateStreamName="SMS")


def test_the_key_of_the_default_account_belongs_to_its_default_principal(
    connect: Connect, mgh: MigrationHub
) -> None:
    worker(connect, mgh.account_id).create_progress_update_stream(ProgressUpdateStreamName="SMS")

    assert len(mgh.streams) == 1
    assert len(mgh.principals) == 1


@pytest.mark.parametrize("key", ["00000000001", "0000000000001", "00000000000a", "\u0660" * 12])
def test_any_other_key_belongs_to_the_default_principal(
    connect: Connect, mgh: MigrationHub, key: str
) -> None:
    assert mgh.account_id_of(key) == mgh.account_id
    if key.isascii():
        worker(connect, key).create_progress_update_stream(ProgressUpdateStreamName="SMS")
        assert len(mgh.streams) == 1


@pytest.mark.mgh(verify_signatures=True)
def test_account_ids_are_no_access_keys_while_signatures_are_verified(connect: Connect) -> None:
    with pytest.raises(ClientError, match="UnrecognizedClient"):
        worker(connect, FIRST).list_migration_tasks()


def test_a_snapshot_contains_the_accounts(connect: Connect, mgh: MigrationHub) -> None:
    client = worker(connect, FIRST)
    client.create_progress_update_stream(ProgressUpdateStreamName="SMS")
    saved = mgh.snapshot()

    mgh.reset()
    assert client.list_progress_update_streams()["ProgressUpdateStreamSummaryList"] == []
    mgh.restore(saved)

    assert len(client.list_progress_update_streams()["ProgressUpdateStreamSummaryList"]) == 1


def test_a_checkpoint_contains_the_accounts(connect: Connect, mgh: MigrationHub) -> None:
    client = worker(connect, FIRST)
    client.create_progress_update_stream(ProgressUpdateStreamName="SMS")
    saved = mgh.checkpoint()
    client.delete_progress_update_stream(ProgressUpdateStreamName="SMS")

    mgh.restore(saved)

    assert len(client.list_progress_update_streams()["ProgressUpdateStreamSummaryList"]) == 1


def test_the_principal_created_for_that_account_is_the_caller(
    connect: Connect, mgh: MigrationHub
) -> None:
    """An account has one user of a name."""
    made = mgh.principal(mgh.principals[0].name, account_id=FIRST)

    worker(connect, FIRST, "migrationhub-config").get_home_region()

    assert mgh.events.last["userIdentity"]["arn"] == made.arn
    assert len(mgh.principals) == 2


def known(hub: MigrationHub) -> Any:
    """Return the accounts and callers of a hub."""
    snapshot = hub.snapshot()
    return {name: snapshot[name] for name in ("accounts", "principals", "moto_callers")}


def test_a_refused_call_creates_no_account(connect: Connect, mgh: MigrationHub) -> None:
    before = known(mgh)

    with pytest.raises(ClientError, match="ResourceNotFound"):
        worker(connect, FIRST).delete_progress_update_stream(ProgressUpdateStreamName="SMS")

    assert known(mgh) == before
    assert mgh.events.last["userIdentity"]["accessKeyId"] == FIRST


def test_a_dry_run_creates_no_account(connect: Connect, mgh: MigrationHub) -> None:
    before = known(mgh)

    with pytest.raises(ClientError, match="DryRun"):
        worker(connect, FIRST).create_progress_update_stream(
            ProgressUpdateStreamName="SMS", DryRun=True
        )

    assert known(mgh) == before


def test_a_snapshot_contains_the_record_of_a_refused_call(
    connect: Connect, mgh: MigrationHub
) -> None:
    with pytest.raises(ClientError):
        worker(connect, FIRST).delete_progress_update_stream(ProgressUpdateStreamName="SMS")
    saved, event = mgh.snapshot(), mgh.events.last

    mgh.reset()
    mgh.restore(saved)

    assert mgh.events.last == event
    assert mgh.snapshot() == saved
    assert len(mgh.principals) == 1


def test_a_read_sees_a_new_account_and_does_not_create_it(
    connect: Connect, mgh: MigrationHub
) -> None:
    client = worker(connect, FIRST, "migrationhub-config")
    before = mgh.snapshot()["accounts"]

    (control,) = client.describe_home_region_controls()["HomeRegionControls"]

    assert mgh.snapshot()["accounts"] == before
    assert mgh.account(FIRST).home_region == control["HomeRegion"]
    assert client.describe_home_region_controls()["HomeRegionControls"] == [control]
    worker(connect, FIRST).create_progress_update_stream(ProgressUpdateStreamName="SMS")
    assert client.describe_home_region_controls()["HomeRegionControls"] == [control]


def test_moto_keeps_accounts_apart_as_well(connect: Connect, serve: Serve) -> None:
    url = serve(moto=True).url
    for account_id in (FIRST, SECOND):
        sqs = worker(connect, account_id, "sqs", endpoint_url=url)
        sqs.create_queue(QueueName=f"waves-of-{account_id}")
        assert len(sqs.list_queues()["QueueUrls"]) == 1
        sts = worker(connect, account_id, "sts", endpoint_url=url)
        assert sts.get_caller_identity()["Account"] == account_id
