from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
import time_machine
from botocore.exceptions import ClientError
from clients import plain_client
from freezegun import freeze_time
from sample_values import NOON, TASK
from signed_calls import post

from pytest_mgh import mock_mgh

DAY = 24 * 60 * 60
MOVERS = ("advance", "time-machine", "freezegun")

Move = Callable[[float], None]


@pytest.fixture
def traveller() -> Iterator[Any]:
    """The wall clock, standing still at noon."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def hub(traveller: Any) -> Iterator[Any]:
    """A hub whose clock moves only by `advance`."""
    with mock_mgh() as hub:
        yield hub


@pytest.fixture
def client(hub: Any) -> Any:
    return connect()


@pytest.fixture
def task(client: Any) -> dict[str, str]:
    client.create_progress_update_stream(ProgressUpdateStreamName="SMS")
    client.import_migration_task(**TASK)
    return TASK


@pytest.fixture
def notify(client: Any, task: dict[str, str]) -> Callable[..., None]:
    def notify(seconds: int, status: str = "IN_PROGRESS", time: datetime = NOON) -> None:
        client.notify_migration_task_state(
            **task, Task={"Status": status}, UpdateDateTime=time, NextUpdateSeconds=seconds
        )

    return notify


def connect(service: str = "mgh") -> Any:
    return plain_client(service)


def stale(hub: Any) -> list[str]:
    return [task.name for task in hub.stale_tasks()]


# the clock


def test_the_hubs_clock_is_the_wall_clock(hub: Any) -> None:
    assert hub.now == NOON


def test_the_hubs_clock_is_in_utc(hub: Any) -> None:
    assert hub.now.utcoffset() == timedelta(0)


def test_the_hubs_clock_cannot_be_set(hub: Any) -> None:
    with pytest.raises(AttributeError):
        hub.now = NOON


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        (0, timedelta(0)),
        (90, timedelta(seconds=90)),
        (0.5, timedelta(seconds=0.5)),
        (timedelta(hours=2), timedelta(hours=2)),
        (timedelta(0), timedelta(0)),
    ],
    ids=repr,
)
def test_advance_moves_the_hubs_clock(hub: Any, by: Any, expected: timedelta) -> None:
    hub.advance(by)
    assert hub.now - NOON == expected


def test_advances_add_up(hub: Any) -> None:
    hub.advance(60)
    hub.advance(timedelta(minutes=1))
    assert hub.now - NOON == timedelta(minutes=2)


@pytest.mark.parametrize(
    "by",
    [-1, -0.001, timedelta(seconds=-1), float("inf"), float("-inf"), float("nan")],
    ids=repr,
)
def test_time_that_does_not_move_forward_is_refused(hub: Any, by: Any) -> None:
    with pytest.raises(ValueError, match=r"advance\(.*can't go back"):
        hub.advance(by)


def test_a_refused_advance_moves_nothing(hub: Any) -> None:
    with pytest.raises(ValueError, match="can't go back"):
        hub.advance(-1)
    assert hub.now == NOON


@pytest.mark.parametrize("by", [1e12, 1e300], ids=repr)
def test_an_advance_beyond_every_date_is_refused(hub: Any, by: float) -> None:
    with pytest.raises(ValueError, match="advance"):
        hub.advance(by)
    assert hub.now == NOON


def test_advance_moves_no_other_clock(hub: Any) -> None:
    hub.advance(DAY)
    assert datetime.now(timezone.utc) == NOON


def test_the_next_mock_starts_at_the_wall_clock(traveller: Any) -> None:
    with mock_mgh() as first:
        first.advance(DAY)
    with mock_mgh() as second:
        assert second.now == NOON


def test_time_machine_moves_the_hub(traveller: Any, hub: Any) -> None:
    traveller.shift(3600)
    assert hub.now == NOON + timedelta(hours=1)


def test_time_machine_moves_the_hub_back(traveller: Any, hub: Any) -> None:
    traveller.shift(-3600)
    assert hub.now == NOON - timedelta(hours=1)


def test_time_machine_and_advance_add_up(traveller: Any, hub: Any) -> None:
    hub.advance(60)
    traveller.shift(3600)
    hub.advance(60)
    assert hub.now == NOON + timedelta(hours=1, minutes=2)


def test_time_machine_moves_a_hub_created_before_it() -> None:
    with mock_mgh() as hub, time_machine.travel(NOON, tick=False):
        assert hub.now == NOON


def test_the_hub_returns_to_the_wall_clock_after_time_machine() -> None:
    with mock_mgh() as hub:
        before = hub.now
        with time_machine.travel(NOON, tick=False):
            pass
        assert timedelta(0) <= hub.now - before < timedelta(minutes=1)


def test_freezegun_moves_the_hub() -> None:
    with freeze_time(NOON) as frozen, mock_mgh() as hub:
        frozen.tick(3600)
        assert hub.now == NOON + timedelta(hours=1)


def test_freezegun_moves_a_hub_created_before_it() -> None:
    with mock_mgh() as hub, freeze_time(NOON):
        assert hub.now == NOON


def test_freezegun_and_advance_add_up() -> None:
    with freeze_time(NOON) as frozen, mock_mgh() as hub:
        hub.advance(60)
        frozen.tick(3600)
        assert hub.now == NOON + timedelta(hours=1, minutes=1)


@pytest.mark.usefixtures("task")
def test_a_task_is_imported_at_the_hubs_time(hub: Any, client: Any) -> None:
    hub.advance(60)
    client.import_migration_task(ProgressUpdateStream="SMS", MigrationTaskName="later")
    later = hub.task("SMS", "later").update_time - hub.task("SMS", "task").update_time
    assert later == timedelta(minutes=1)


def test_a_call_is_recorded_at_the_hubs_time(hub: Any, client: Any) -> None:
    hub.advance(timedelta(days=1))
    client.list_migration_tasks()
    assert hub.events.last["eventTime"] == "2024-05-02T12:00:00Z"


def test_calls_are_answered_while_freezegun_stops_the_clock() -> None:
    with freeze_time(NOON), mock_mgh() as hub:
        connect().create_progress_update_stream(ProgressUpdateStreamName="SMS")
        assert [stream.name for stream in hub.streams] == ["SMS"]


# tokens grow old (A16)


@pytest.fixture
def listing(client: Any, hub: Any, notify: Callable[..., None]) -> Callable[..., Any]:
    """List by one operation, each of which has three rows and more."""
    for number in range(3):
        notify(60)
        client.associate_source_resource(**TASK, SourceResource={"Name": f"source {number}"})
        arn = f"arn:aws:ec2:us-east-1:488216288981:image/ami-{number}"
        client.associate_created_artifact(**TASK, CreatedArtifact={"Name": arn})
        server = hub.add_server(f"db{number}").configuration_id
        resource = {"ConfigurationId": server}
        client.associate_discovered_resource(**TASK, DiscoveredResource=resource)
        client.create_progress_update_stream(ProgressUpdateStreamName=f"stream-{number}")
        client.import_migration_task(ProgressUpdateStream="SMS", MigrationTaskName=f"t{number}")
        hub.add_application(f"app{number}")

    def listing(operation: str, **arguments: Any) -> Any:
        of_task = "task_updates" in operation or "resources" in operation or "art" in operation
        return getattr(client, operation)(**(TASK if of_task else {}), MaxResults=1, **arguments)

    return listing


EXPIRING = ("list_migration_task_updates", "list_source_resources")
LASTING = (
    "list_application_states",
    "list_created_artifacts",
    "list_discovered_resources",
    "list_migration_tasks",
    "list_progress_update_streams",
)


def mover(by: str, hub: Any, traveller: Any) -> Move:
    return {"advance": hub.advance, "time-machine": traveller.shift}[by]


def test_the_tables_name_every_listing_operation(client: Any) -> None:
    methods = client.meta.method_to_api_mapping
    pageable = {method for method in methods if client.can_paginate(method)}
    assert pageable == {*EXPIRING, *LASTING}


@pytest.mark.parametrize("by", ["advance", "time-machine"])
@pytest.mark.parametrize("operation", EXPIRING)
def test_a_token_is_refused_after_a_day(
    hub: Any, traveller: Any, listing: Callable[..., Any], operation: str, by: str
) -> None:
    token = listing(operation)["NextToken"]
    mover(by, hub, traveller)(DAY + 1)
    with pytest.raises(ClientError) as caught:
        listing(operation, NextToken=token)
    assert caught.value.response["Error"]["Code"] == "InvalidToken"


@pytest.mark.parametrize("operation", EXPIRING)
def test_an_expired_token_is_an_error_that_the_model_does_not_declare(
    hub: Any, client: Any, listing: Callable[..., Any], operation: str
) -> None:
    token = listing(operation)["NextToken"]
    hub.advance(DAY + 1)
    with pytest.raises(ClientError) as caught:
        listing(operation, NextToken=token)
    assert type(caught.value) is ClientError
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


@pytest.mark.parametrize("by", ["advance", "time-machine"])
@pytest.mark.parametrize("operation", EXPIRING)
def test_a_token_lasts_a_whole_day(
    hub: Any, traveller: Any, listing: Callable[..., Any], operation: str, by: str
) -> None:
    token = listing(operation)["NextToken"]
    mover(by, hub, traveller)(DAY)
    assert "NextToken" in listing(operation, NextToken=token)


@pytest.mark.parametrize("operation", EXPIRING)
def test_advance_and_time_machine_age_a_token_together(
    hub: Any, traveller: Any, listing: Callable[..., Any], operation: str
) -> None:
    token = listing(operation)["NextToken"]
    hub.advance(DAY / 2)
    traveller.shift(DAY / 2 + 1)
    with pytest.raises(ClientError, match="InvalidToken"):
        listing(operation, NextToken=token)


@pytest.mark.parametrize("operation", EXPIRING)
def test_each_page_has_a_fresh_token(hub: Any, listing: Callable[..., Any], operation: str) -> None:
    token = listing(operation)["NextToken"]
    hub.advance(DAY - 1)
    token = listing(operation, NextToken=token)["NextToken"]
    hub.advance(DAY - 1)
    assert "NextToken" not in listing(operation, NextToken=token)


@pytest.mark.parametrize("operation", EXPIRING)
def test_a_list_can_be_restarted_after_its_token_expired(
    hub: Any, listing: Callable[..., Any], operation: str
) -> None:
    listing(operation)
    hub.advance(DAY + 1)
    token = listing(operation)["NextToken"]
    assert "NextToken" in listing(operation, NextToken=token)


@pytest.mark.parametrize("operation", LASTING)
def test_a_token_of_another_list_operation_does_not_expire(
    hub: Any, listing: Callable[..., Any], operation: str
) -> None:
    token = listing(operation)["NextToken"]
    hub.advance(timedelta(days=400))
    assert "NextToken" in listing(operation, NextToken=token)


@pytest.mark.parametrize("operation", EXPIRING)
def test_an_old_token_that_the_hub_never_issued_is_invalid_input(
    hub: Any, client: Any, listing: Callable[..., Any], operation: str
) -> None:
    other = next(one for one in EXPIRING if one != operation)
    token = listing(other)["NextToken"]
    hub.advance(DAY + 1)
    with pytest.raises(client.exceptions.InvalidInputException):
        listing(operation, NextToken=token)


def test_a_token_of_discovery_does_not_expire(hub: Any) -> None:
    discovery = connect("discovery")
    servers = [hub.add_server(f"db{number}").configuration_id for number in range(2)]
    discovery.create_tags(configurationIds=servers, tags=[{"key": "a", "value": "b"}])
    token = discovery.describe_tags(maxResults=1)["nextToken"]
    hub.advance(DAY + 1)
    assert len(discovery.describe_tags(maxResults=1, nextToken=token)["tags"]) == 1


# tasks grow stale (T6)


@pytest.mark.parametrize("by", ["advance", "time-machine"])
def test_a_task_is_stale_when_its_next_update_is_overdue(
    hub: Any, traveller: Any, notify: Callable[..., None], by: str
) -> None:
    notify(60)
    mover(by, hub, traveller)(61)
    assert (hub.task("SMS", "task").is_stale, stale(hub)) == (True, ["task"])


def test_a_task_is_not_stale_before_its_next_update_is_due(
    hub: Any, notify: Callable[..., None]
) -> None:
    notify(60)
    hub.advance(59)
    assert (hub.task("SMS", "task").is_stale, stale(hub)) == (False, [])


def test_a_task_is_not_stale_at_the_moment_at_which_its_next_update_is_due(
    hub: Any, notify: Callable[..., None]
) -> None:
    notify(60)
    hub.advance(60)
    assert stale(hub) == []


def test_a_task_that_was_updated_in_time_is_not_stale(
    hub: Any, notify: Callable[..., None]
) -> None:
    notify(60)
    hub.advance(61)
    notify(60, time=NOON + timedelta(seconds=61))
    assert stale(hub) == []


def test_staleness_counts_from_the_update_time_given_by_the_tool(
    hub: Any, notify: Callable[..., None]
) -> None:
    notify(60, time=NOON - timedelta(seconds=61))
    assert stale(hub) == ["task"]


def test_a_task_updated_in_the_future_is_not_stale(hub: Any, notify: Callable[..., None]) -> None:
    notify(0, time=NOON + timedelta(days=1))
    assert stale(hub) == []


def test_zero_seconds_are_not_overdue_at_once(hub: Any, notify: Callable[..., None]) -> None:
    notify(0)
    assert stale(hub) == []


def test_zero_seconds_are_overdue_a_moment_later(hub: Any, notify: Callable[..., None]) -> None:
    notify(0)
    hub.advance(0.001)
    assert stale(hub) == ["task"]


@pytest.mark.parametrize("status", ["COMPLETED", "FAILED"])
def test_a_finished_task_is_never_stale(hub: Any, notify: Callable[..., None], status: str) -> None:
    notify(60, status)
    hub.advance(timedelta(days=400))
    assert stale(hub) == []


@pytest.mark.parametrize("status", ["NOT_STARTED", "IN_PROGRESS"])
def test_an_unfinished_task_can_be_stale(
    hub: Any, notify: Callable[..., None], status: str
) -> None:
    notify(60, status)
    hub.advance(61)
    assert stale(hub) == ["task"]


@pytest.mark.usefixtures("task")
def test_a_task_that_was_never_notified_is_never_stale(hub: Any) -> None:
    hub.advance(timedelta(days=400))
    assert stale(hub) == []


@pytest.mark.parametrize("seconds", [2**31, 2**63 - 1], ids=["2**31", "2**63 - 1"])
def test_a_task_whose_next_update_is_beyond_every_date_is_not_stale(
    hub: Any, notify: Callable[..., None], seconds: int
) -> None:
    notify(seconds)
    hub.advance(timedelta(days=400))
    assert stale(hub) == []


def post_notify(hub: Any, seconds: str, time: str = "1493660853") -> int:
    """Send NotifyMigrationTaskState with numbers as they stand; return the status."""
    body = json.dumps({**TASK, "Task": {"Status": "IN_PROGRESS"}})[:-1]
    body += f', "UpdateDateTime": {time}, "NextUpdateSeconds": {seconds}}}'
    return post(hub, "NotifyMigrationTaskState", body).status


@pytest.mark.usefixtures("task")
@pytest.mark.parametrize(("digits", "status"), [("9223372036854775807", 200), ("1" * 400, 400)])
def test_a_huge_number_of_seconds_does_not_overflow(hub: Any, digits: str, status: int) -> None:
    assert (post_notify(hub, digits), stale(hub)) == (status, [])


@pytest.mark.usefixtures("task")
@pytest.mark.parametrize("time", ["1e15", "1e300", "1" + "0" * 400, "-1e300"], ids=len)
def test_an_update_time_beyond_every_date_is_accepted(hub: Any, time: str) -> None:
    status = post_notify(hub, "60", time)
    assert status in (200, 400)
    assert hub.task("SMS", "task").name == "task"


@pytest.mark.usefixtures("task")
def test_stale_tasks_are_listed_by_stream_and_name(hub: Any, client: Any) -> None:
    names = [("SMS", "b"), ("SMS", "a"), ("ADS", "c")]
    client.create_progress_update_stream(ProgressUpdateStreamName="ADS")
    for stream, name in names:
        one = {"ProgressUpdateStream": stream, "MigrationTaskName": name}
        client.import_migration_task(**one)
        client.notify_migration_task_state(
            **one, Task={"Status": "IN_PROGRESS"}, UpdateDateTime=NOON, NextUpdateSeconds=60
        )
    hub.advance(61)
    assert [(one.stream, one.name) for one in hub.stale_tasks()] == sorted(names)


def test_a_stale_task_is_shown_as_hub_task_shows_it(hub: Any, notify: Callable[..., None]) -> None:
    notify(60)
    hub.advance(61)
    assert tuple(hub.stale_tasks()) == (hub.task("SMS", "task"),)


def test_no_operation_shows_that_a_task_is_stale(
    hub: Any, client: Any, notify: Callable[..., None]
) -> None:
    """T7: neither NextUpdateSeconds nor staleness is returned."""
    notify(60)
    before = client.describe_migration_task(**TASK)["MigrationTask"]
    hub.advance(61)
    assert client.describe_migration_task(**TASK)["MigrationTask"] == before


# work that is due later

CSV = """ExternalId,HostName,IPAddress
ext-1,imported,10.0.0.1
"""


@pytest.fixture
def later(traveller: Any) -> Iterator[Any]:
    """A hub that does its background work thirty seconds later."""
    with mock_mgh(background=30) as hub:
        yield hub


def delete_stream(hub: Any) -> None:
    client = connect()
    client.create_progress_update_stream(ProgressUpdateStreamName="SMS")
    client.delete_progress_update_stream(ProgressUpdateStreamName="SMS")


def map_task(hub: Any) -> None:
    hub.add_server("db1", ip_addresses=["10.0.0.1"])
    client = connect()
    client.create_progress_update_stream(ProgressUpdateStreamName="SMS")
    client.import_migration_task(**TASK)
    pairs = [{"Type": "IPV4_ADDRESS", "Value": "10.0.0.1"}]
    client.put_resource_attributes(**TASK, ResourceAttributeList=pairs)


def import_servers(hub: Any) -> None:
    hub.import_source("s3://bucket/key.csv", CSV)
    connect("discovery").start_import_task(name="first", importUrl="s3://bucket/key.csv")


def delete_servers(hub: Any) -> None:
    server = hub.add_server("db1").configuration_id
    connect("discovery").start_batch_delete_configuration_task(
        configurationType="SERVER", configurationIds=[server]
    )


def delete_imported(hub: Any) -> None:
    import_servers(hub)
    hub.settle()
    discovery = connect("discovery")
    (task,) = discovery.describe_import_tasks()["tasks"]
    discovery.batch_delete_import_data(importTaskIds=[task["importTaskId"]])


WORK: dict[str, tuple[Callable[[Any], None], Callable[[Any], Any], Any, Any]] = {
    "DeleteProgressUpdateStream": (delete_stream, lambda hub: len(hub.streams), 1, 0),
    "PutResourceAttributes": (map_task, lambda hub: len(hub.task("SMS", "task").resources), 0, 1),
    "StartImportTask": (import_servers, lambda hub: len(hub.servers), 0, 1),
    "StartBatchDeleteConfigurationTask": (delete_servers, lambda hub: len(hub.servers), 1, 0),
    "BatchDeleteImportData": (delete_imported, lambda hub: len(hub.servers), 1, 0),
}

each_work = pytest.mark.parametrize("operation", WORK)


@each_work
def test_pending_work_waits_until_it_is_due(later: Any, operation: str) -> None:
    start, see, before, _ = WORK[operation]
    start(later)
    later.advance(29)
    assert see(later) == before


@each_work
def test_pending_work_is_done_when_advance_reaches_its_due_time(later: Any, operation: str) -> None:
    start, see, _, after = WORK[operation]
    start(later)
    later.advance(30)
    assert (later._world.background.waiting, see(later)) == ((), after)


@each_work
def test_work_due_by_the_wall_clock_is_done_before_the_next_call(
    later: Any, traveller: Any, operation: str
) -> None:
    start, see, _, after = WORK[operation]
    start(later)
    traveller.shift(30)
    connect("migrationhub-config").get_home_region()
    assert (later._world.background.waiting, see(later)) == ((), after)


@each_work
def test_work_due_by_the_wall_clock_is_done_before_a_view_is_read(
    later: Any, traveller: Any, operation: str
) -> None:
    start, see, _, after = WORK[operation]
    start(later)
    traveller.shift(30)
    assert see(later) == after


@each_work
def test_settle_does_work_that_is_not_due_yet(later: Any, operation: str) -> None:
    start, see, _, after = WORK[operation]
    start(later)
    later.settle()
    assert (later.pending, see(later)) == ((), after)


@each_work
def test_pending_shows_waiting_work_and_its_due_time(later: Any, operation: str) -> None:
    WORK[operation][0](later)
    (work,) = later.pending
    assert (work.operation, work.account_id, work.region, work.due) == (
        operation,
        "123456789012",
        "us-west-2",
        NOON.timestamp() + 30,
    )


@each_work
def test_pending_does_not_show_work_that_is_due(later: Any, traveller: Any, operation: str) -> None:
    WORK[operation][0](later)
    traveller.shift(30)
    assert later.pending == ()


@each_work
def test_due_work_is_done_before_a_refused_call_too(
    later: Any, traveller: Any, operation: str
) -> None:
    start, see, _, after = WORK[operation]
    start(later)
    traveller.shift(30)
    with pytest.raises(ClientError):
        connect().describe_migration_task(ProgressUpdateStream="none", MigrationTaskName="none")
    assert (later._world.background.waiting, see(later)) == ((), after)


@each_work
@pytest.mark.parametrize("mode", ["manual", "eager", 0])
def test_other_background_modes_do_work_at_settle_or_at_once(operation: str, mode: Any) -> None:
    start, see, before, after = WORK[operation]
    with mock_mgh(background=mode) as hub:
        start(hub)
        hub.advance(DAY) if mode == "manual" else None
        assert see(hub) == (before if mode == "manual" else after)


def test_the_work_of_two_calls_is_done_at_two_times(later: Any) -> None:
    client = connect()
    for name in ("first", "second"):
        client.create_progress_update_stream(ProgressUpdateStreamName=name)
        client.delete_progress_update_stream(ProgressUpdateStreamName=name)
        later.advance(20)
    assert [stream.name for stream in later.streams] == ["second"]


def test_a_repeated_deletion_does_not_postpone_the_first(later: Any) -> None:
    delete_stream(later)
    later.advance(20)
    connect().delete_progress_update_stream(ProgressUpdateStreamName="SMS")
    later.advance(10)
    assert later.streams == ()


def put_attributes(name: str, hostname: str) -> None:
    connect().put_resource_attributes(
        ProgressUpdateStream="SMS",
        MigrationTaskName=name,
        ResourceAttributeList=[{"Type": "FQDN", "Value": hostname}],
    )


def mapped(hub: Any) -> list[str]:
    return [task.name for task in hub.tasks if task.resources]


def test_a_repeated_mapping_restarts_its_delay(later: Any) -> None:
    later.load({"streams": [{"name": "SMS", "tasks": [{"name": "a"}, {"name": "b"}]}]})
    for name in ("a", "b"):
        put_attributes(name, f"{name}.example.com")
    later.advance(20)
    put_attributes("a", "other.example.com")
    assert [work.subject[1] for work in later.pending] == ["b", "a"]
    assert [work.due - NOON.timestamp() for work in later.pending] == [30, 50]
    later.advance(10)
    assert mapped(later) == ["b"]
    later.advance(20)
    assert mapped(later) == ["a", "b"]
    assert len(later.servers) == 2


@pytest.mark.parametrize("mode", ["manual", "eager"])
def test_in_other_background_modes_a_repeated_mapping_keeps_its_place(mode: Any) -> None:
    with mock_mgh(background=mode) as hub:
        hub.load({"streams": [{"name": "SMS", "tasks": [{"name": "a"}, {"name": "b"}]}]})
        for name in ("a", "b", "a"):
            put_attributes(name, f"{name}.example.com")
        waiting = [work.subject[1] for work in hub.pending]
        assert waiting == (["a", "b"] if mode == "manual" else [])
        hub.settle()
        assert mapped(hub) == ["a", "b"]


def test_a_view_of_a_stream_shows_that_it_is_being_deleted(later: Any) -> None:
    delete_stream(later)
    assert later.stream("SMS").deleting


def test_a_dry_run_creates_no_pending_work(later: Any) -> None:
    client = connect()
    client.create_progress_update_stream(ProgressUpdateStreamName="SMS")
    with pytest.raises(client.exceptions.DryRunOperation):
        client.delete_progress_update_stream(ProgressUpdateStreamName="SMS", DryRun=True)
    assert later.pending == ()


def test_settle_without_pending_work_does_nothing(hub: Any) -> None:
    hub.settle()
    assert hub.pending == ()


def test_freezegun_makes_work_due() -> None:
    with freeze_time(NOON) as frozen, mock_mgh(background=30) as hub:
        delete_stream(hub)
        frozen.tick(30)
        assert hub.streams == ()


@pytest.mark.parametrize("value", ["30", "0.5", "0"])
def test_the_ini_option_accepts_seconds(pytester: pytest.Pytester, value: str) -> None:
    pytester.makeini(f"[pytest]\nmgh_background = {value}\n")
    pytester.makepyfile(
        f"""
import boto3

def test_it(mgh, mgh_client):
    mgh_client.create_progress_update_stream(ProgressUpdateStreamName="SMS")
    mgh_client.delete_progress_update_stream(ProgressUpdateStreamName="SMS")
    assert len(mgh.pending) == ({value} > 0)
    mgh.advance({value})
    assert mgh.streams == ()
"""
    )
    pytester.runpytest_inprocess("-W", "error").assert_outcomes(passed=1)


@pytest.mark.parametrize("value", ["-1", "inf", "nan", "soon"])
def test_an_ini_option_that_is_not_a_duration_is_refused(
    pytester: pytest.Pytester, value: str
) -> None:
    pytester.makeini(f"[pytest]\nmgh_background = {value}\n")
    pytester.makepyfile("def test_it(mgh): pass")
    result = pytester.runpytest_inprocess("-W", "error")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*ini option mgh_background=*"])
