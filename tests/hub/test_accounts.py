"""Views of other accounts and Regions, and data that a test adds without calls."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import datetime, timezone
from typing import Any

import boto3
import pytest

import pytest_mgh
from pytest_mgh import HubAccount, MigrationHub
from pytest_mgh.protocol import schemas

OTHER = "210987654321"


# streams and tasks


def test_a_stream_and_a_task_are_added_without_calls(mgh: MigrationHub) -> None:
    stream = mgh.add_stream("SMS")
    task = mgh.add_task(stream, "sms-1")

    assert (stream.tasks, mgh.stream("SMS").tasks) == ((), ("sms-1",))
    assert task == mgh.task("SMS", "sms-1")
    assert task.status == "NOT_STARTED"
    assert len(mgh.events) == 0


def test_a_task_is_added_with_all_its_details(mgh: MigrationHub) -> None:
    server = mgh.add_server("web-1")
    then = datetime(2026, 1, 2, 3, 4, tzinfo=timezone.utc)
    mgh.add_stream("SMS")
    task = mgh.add_task(
        "SMS",
        "sms-1",
        status="IN_PROGRESS",
        status_detail="copying",
        progress_percent=50,
        update_time=then,
        next_update_seconds=60,
        server=server,
        attributes={"FQDN": "web-1.example.com", "IPV4_ADDRESS": "192.0.2.1"},
        artifacts=["arn:aws:ec2:us-west-2:123456789012:image/ami-1"],
        sources=["web-1"],
    )

    assert task == mgh.task("SMS", "sms-1") == mgh.tasks["SMS", "sms-1"]
    assert (task.status, task.status_detail, task.progress_percent) == (
        "IN_PROGRESS",
        "copying",
        50,
    )
    assert (task.update_time, task.next_update_seconds, task.is_stale) == (then, 60, True)
    assert task.attributes == (("FQDN", "web-1.example.com"), ("IPV4_ADDRESS", "192.0.2.1"))
    assert [one.configuration_id for one in task.resources] == [server.configuration_id]
    assert [one.name for one in task.artifacts] == [
        "arn:aws:ec2:us-west-2:123456789012:image/ami-1"
    ]
    assert [one.name for one in task.sources] == ["web-1"]
    described = mgh.client().describe_migration_task(
        ProgressUpdateStream="SMS", MigrationTaskName="sms-1"
    )["MigrationTask"]
    assert described["Task"]["ProgressPercent"] == 50


def test_several_attributes_of_one_type_are_several_mappings(mgh: MigrationHub) -> None:
    mgh.add_stream("SMS")
    addresses = [{"IPV4_ADDRESS": f"192.0.2.{number}"} for number in (1, 2)]

    task = mgh.add_task("SMS", "sms-1", attributes=addresses)

    assert task.attributes == (("IPV4_ADDRESS", "192.0.2.1"), ("IPV4_ADDRESS", "192.0.2.2"))


def test_a_refused_seed_adds_nothing(mgh: MigrationHub) -> None:
    mgh.add_stream("SMS")
    with pytest.raises(ValueError, match="server"):
        mgh.add_task("SMS", "sms-1", server="nowhere")
    assert mgh.tasks == []


# views of seeded data

SEEN = {
    "Task": {"server": "resources"},
}


@pytest.mark.parametrize(
    "kind", ["Server", "Application", "Stream", "Task", "Agent", "Process", "Connection"]
)
def test_everything_that_can_be_seeded_has_a_view(kind: str) -> None:
    properties = schemas.load("hub", "estate")["$defs"][kind]["properties"]
    shown = {one.name for one in fields(getattr(pytest_mgh, f"{kind}View"))}

    assert {SEEN.get(kind, {}).get(name, name) for name in properties} <= shown


def test_seeded_values_are_shown_by_the_views(mgh: MigrationHub) -> None:
    mgh.load(
        {
            "servers": [{"hostname": name} for name in ("web-1", "db-1")],
            "applications": [{"name": "shop", "description": "sells", "wave": "1"}],
            "processes": [{"server": "web-1", "name": "nginx", "time": 1577934245}],
            "connections": [
                {"source": "web-1", "destination": "db-1", "port": 1, "time": 1577934245}
            ],
        }
    )
    shop = mgh.applications["shop"]
    assert (shop.description, shop.wave) == ("sells", "1")
    then = datetime(2020, 1, 2, 3, 4, 5, tzinfo=timezone.utc)
    assert (mgh.processes[0].time, mgh.connections[0].time) == (then, then)


# accounts and Regions


def test_another_account_can_be_seeded_and_viewed(mgh: MigrationHub) -> None:
    other = mgh.account(OTHER)
    assert isinstance(other, HubAccount)
    assert (other.account_id, other.home_region, other.streams) == (OTHER, None, ())
    other.home_region = "eu-central-1"
    other.add_stream("SMS")
    other.add_task("SMS", "sms-1", server=other.add_server("web-1"))
    other.add_application("shop", servers=["web-1"])
    other.load({"streams": [{"name": "DMS"}]})

    vendor = mgh.principal("vendor", account_id=OTHER)
    client = boto3.client("mgh", "eu-central-1", **vendor.credentials)
    listed = client.list_progress_update_streams()["ProgressUpdateStreamSummaryList"]
    assert [one["ProgressUpdateStreamName"] for one in listed] == ["DMS", "SMS"]
    assert (len(other.servers), len(other.tasks), len(other.applications)) == (1, 1, 1)
    assert (mgh.streams, mgh.servers, mgh.account_id) == ((), (), "123456789012")
    assert repr(other) == f"<HubAccount {OTHER} in eu-central-1>"


def test_another_region_of_the_default_account_can_be_viewed(mgh: MigrationHub) -> None:
    mgh.add_stream("home")
    mgh.home_region = "eu-central-1"
    mgh.add_stream("moved")
    regions = {
        region: [one.name for one in mgh.account(mgh.account_id, region=region).streams]
        for region in ("us-west-2", "eu-central-1", "eu-west-1")
    }
    assert regions == {"us-west-2": ["home"], "eu-central-1": ["moved"], "eu-west-1": []}


def test_an_account_view_stays_valid_after_a_reset(mgh: MigrationHub) -> None:
    other = mgh.account(OTHER)
    other.add_stream("SMS")
    snapshot = mgh.snapshot()
    mgh.reset()
    assert other.streams == ()
    mgh.restore(json.loads(json.dumps(snapshot)))
    assert [one.name for one in other.streams] == ["SMS"]


def test_viewing_an_account_changes_nothing(mgh: MigrationHub) -> None:
    before = (mgh.revision, mgh.snapshot())
    other: Any = mgh.account(OTHER)
    assert (other.streams, other.tasks, other.servers, other.agents) == ((), (), (), ())
    assert (mgh.revision, mgh.snapshot()) == before


# views


def test_views_are_looked_up_by_name(mgh: MigrationHub) -> None:
    for name in ("SMS", "DMS"):
        mgh.add_stream(name)
        mgh.add_task(name, "task")
    server = mgh.add_server("web-1")
    application = mgh.add_application("shop")

    assert mgh.streams["SMS"].name == "SMS"
    assert mgh.tasks["DMS", "task"].stream == "DMS"
    assert mgh.servers["web-1"] == mgh.servers[server.configuration_id] == server
    assert mgh.applications["shop"] == mgh.applications[application.configuration_id]
    assert ("SMS" in mgh.streams, "sms" in mgh.streams) == (True, False)
    assert (("SMS", "task") in mgh.tasks, "task" in mgh.tasks) == (True, False)
    assert mgh.streams[0] in mgh.streams


def test_views_are_sequences_and_equal_tuples_and_lists(mgh: MigrationHub) -> None:
    for name in ("a", "b", "c"):
        mgh.add_stream(name)
    streams = mgh.streams

    assert [one.name for one in streams] == ["a", "b", "c"]
    assert (len(streams), streams[-1].name, streams.index(streams[1])) == (3, "c", 1)
    assert [one.name for one in streams[1:]] == ["b", "c"]
    assert streams == tuple(streams) == mgh.streams
    assert streams == list(streams)
    assert streams != list(streams)[:2]
    assert mgh.account(OTHER).streams == []
    assert {streams: 1}[mgh.streams] == 1
