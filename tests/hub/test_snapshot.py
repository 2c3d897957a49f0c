from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import boto3
import pytest
import time_machine
from botocore.exceptions import ClientError
from full_hub import connect, fill, notify, pick, refuse, start
from hypothesis import given
from hypothesis import strategies as st
from moto import mock_aws
from refusals import outcome
from sample_values import LIST_ONLY, NOON, TASK

from pytest_mgh import mock_mgh

pytestmark = pytest.mark.usefixtures("stopped_clock")


@pytest.fixture
def restored(filled: Any) -> Iterator[Any]:
    """Another hub with the state of the first one."""
    with mock_mgh() as hub:
        hub.restore(filled)
        yield hub
        hub.recover()


def move(hub: Any) -> Any:
    """Move a hub's state through JSON into a hub that has forgotten it; return the snapshot."""
    snapshot = pick(hub.snapshot())
    hub.reset()
    hub.restore(snapshot)
    return snapshot


# there and back


def test_a_snapshot_is_json_of_this_version(filled: Any) -> None:
    assert filled["version"] == 1


def test_a_snapshot_contains_every_kind_of_state(filled: Any) -> None:
    store = filled["accounts"][0]["stores"]["us-west-2"]
    empty = [name for name, value in (filled | store).items() if value in ([], {}, 0, None)]
    # Callers are moto's; and all calls are kept, so the first one is number 0.
    assert empty == ["moto_callers", "first_call"]


def test_a_snapshot_after_a_restore_is_the_same(filled: Any, restored: Any) -> None:
    assert pick(restored.snapshot()) == filled


def test_the_snapshot_of_a_new_hub_gives_the_same_snapshot(mgh: Any) -> None:
    snapshot = move(mgh)
    assert pick(mgh.snapshot()) == snapshot


def test_taking_a_snapshot_changes_nothing(mgh: Any, mgh_client: Any) -> None:
    start(mgh_client)
    first = mgh.snapshot()
    assert mgh.snapshot() == first


def test_a_snapshot_is_not_changed_by_later_calls(mgh: Any, mgh_client: Any) -> None:
    start(mgh_client)
    mgh.add_application("shop", servers=[mgh.add_server("db1")])
    snapshot = mgh.snapshot()
    before = copy.deepcopy(snapshot)
    notify(mgh_client)
    mgh.add_server("db2")
    mgh.fail("ListMigrationTasks", "InternalServerError")
    mgh.recover()
    assert snapshot == before


def test_a_snapshot_is_not_changed_by_calls_after_its_restore(mgh: Any, mgh_client: Any) -> None:
    start(mgh_client)
    mgh.add_application("shop", servers=[mgh.add_server("db1")])
    snapshot = mgh.snapshot()
    before = copy.deepcopy(snapshot)
    mgh.restore(snapshot)
    notify(mgh_client)
    connect("discovery").create_tags(
        configurationIds=[mgh.server("db1").configuration_id], tags=[{"key": "a", "value": "b"}]
    )
    assert snapshot == before


def test_a_snapshot_can_be_restored_twice(mgh: Any, mgh_client: Any) -> None:
    start(mgh_client)
    snapshot = mgh.snapshot()
    for _ in range(2):
        mgh.restore(snapshot)
        notify(mgh_client)
        assert len(mgh.task("SMS", "task").updates) == 1


# part by part

PARTS: dict[str, Callable[[Any], Any]] = {
    "streams": lambda hub: hub.streams,
    "tasks": lambda hub: hub.tasks,
    "stale tasks": lambda hub: hub.stale_tasks(),
    "servers": lambda hub: hub.servers,
    "applications": lambda hub: hub.applications,
    "pending": lambda hub: [(work, work.due) for work in hub.pending],
    "events": lambda hub: [*hub.events, *hub.events.lines()],
    "denials": lambda hub: hub.denials,
    "backoffs": lambda hub: list(hub.backoffs),
    "clock": lambda hub: hub.now,
    "home region": lambda hub: hub.home_region,
    "picture": repr,
}


@pytest.mark.parametrize("part", PARTS)
def test_the_views_of_a_hub_are_the_same_after_a_restore(part: str) -> None:
    with mock_mgh(background="manual") as hub:
        fill(hub)
        before = PARTS[part](hub)
        move(hub)
        after = PARTS[part](hub)
        hub.recover()
    assert before
    assert after == before


ANSWERS: dict[str, Callable[[Any, Any], Any]] = {
    "DescribeMigrationTask": lambda mgh, _: mgh.describe_migration_task(**TASK),
    "ListMigrationTasks": lambda mgh, _: mgh.list_migration_tasks(),
    "ListMigrationTaskUpdates": lambda mgh, _: mgh.list_migration_task_updates(**TASK),
    "ListCreatedArtifacts": lambda mgh, _: mgh.list_created_artifacts(**TASK),
    "ListDiscoveredResources": lambda mgh, _: mgh.list_discovered_resources(**TASK),
    "ListSourceResources": lambda mgh, _: mgh.list_source_resources(**TASK),
    "ListApplicationStates": lambda mgh, _: mgh.list_application_states(),
    "ListProgressUpdateStreams": lambda mgh, _: mgh.list_progress_update_streams(),
    "DescribeImportTasks": lambda _, discovery: discovery.describe_import_tasks(),
    "DescribeTags": lambda _, discovery: discovery.describe_tags(),
    "ListServers": lambda _, discovery: discovery.list_configurations(configurationType="SERVER"),
    "ListApplications": lambda _, discovery: discovery.list_configurations(
        configurationType="APPLICATION"
    ),
    "a filter": lambda _, discovery: discovery.list_configurations(
        configurationType="SERVER",
        filters=[{"name": "server.hostName", "values": ["db1"], "condition": "EQUALS"}],
    ),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_the_answers_are_the_same_after_a_restore(name: str) -> None:
    with mock_mgh(background="manual") as hub:
        fill(hub)
        hub.recover()
        answers = []
        for _ in range(2):
            answer = ANSWERS[name](connect(), connect("discovery"))
            del answer["ResponseMetadata"]
            answers.append(answer)
            move(hub)
    assert answers[0] == answers[1]


def test_ids_continue_after_a_restore(mgh: Any) -> None:
    first = mgh.add_server("db1").configuration_id
    snapshot = move(mgh)
    second = mgh.add_server("db2").configuration_id
    mgh.restore(snapshot)
    assert (first != second, mgh.add_server("db2").configuration_id) == (True, second)


def test_a_page_token_is_still_valid_after_a_restore(mgh: Any, mgh_client: Any) -> None:
    for name in "abc":
        mgh_client.create_progress_update_stream(ProgressUpdateStreamName=name)
    token = mgh_client.list_progress_update_streams(MaxResults=1)["NextToken"]
    move(mgh)
    rows = mgh_client.list_progress_update_streams(NextToken=token)
    names = [row["ProgressUpdateStreamName"] for row in rows["ProgressUpdateStreamSummaryList"]]
    assert names == ["b", "c"]


def test_a_page_token_is_still_valid_in_another_hub_after_a_restore() -> None:
    with mock_mgh() as hub:
        for name in "abc":
            connect().create_progress_update_stream(ProgressUpdateStreamName=name)
        token = connect().list_progress_update_streams(MaxResults=1)["NextToken"]
        snapshot = pick(hub.snapshot())
    with mock_mgh() as hub:
        hub.restore(snapshot)
        rows = connect().list_progress_update_streams(NextToken=token)
    assert len(rows["ProgressUpdateStreamSummaryList"]) == 2


def test_a_page_token_still_expires_after_a_restore(mgh: Any, mgh_client: Any) -> None:
    start(mgh_client)
    for _ in range(2):
        notify(mgh_client)
    token = mgh_client.list_migration_task_updates(**TASK, MaxResults=1)["NextToken"]
    mgh.advance(timedelta(hours=23))
    move(mgh)
    mgh.advance(timedelta(hours=2))
    with pytest.raises(ClientError, match="InvalidToken"):
        mgh_client.list_migration_task_updates(**TASK, NextToken=token)


def test_a_page_token_of_a_reset_hub_is_refused(mgh: Any, mgh_client: Any) -> None:
    for name in "abc":
        mgh_client.create_progress_update_stream(ProgressUpdateStreamName=name)
    token = mgh_client.list_progress_update_streams(MaxResults=1)["NextToken"]
    mgh.reset()
    with pytest.raises(mgh_client.exceptions.InvalidInputException):
        mgh_client.list_progress_update_streams(NextToken=token)


def test_a_fault_fails_its_remaining_calls_after_a_restore(mgh: Any) -> None:
    client = connect()
    mgh.fail("ListMigrationTasks", "ThrottlingException", times=3)
    outcome(client.list_migration_tasks)
    move(mgh)
    got = [outcome(client.list_migration_tasks) for _ in range(3)]
    assert got == ["ThrottlingException", "ThrottlingException", "ok"]


def test_the_faults_are_the_same_after_a_restore(mgh: Any) -> None:
    client = connect()
    mgh.fail("ListMigrationTasks", "ThrottlingException", times=3, message="slow", retry_after=7)
    mgh.fail("ListApplicationStates", "InternalServerError", rate=0.5, seed=7)
    outcome(client.list_migration_tasks)
    before, snapshot = mgh.faults, mgh.snapshot()
    outcome(client.list_migration_tasks)
    outcome(client.list_application_states)
    assert mgh.faults != before
    mgh.restore(snapshot)
    assert mgh.faults == before
    mgh.recover()


def test_a_rate_continues_after_a_restore(mgh: Any) -> None:
    client = connect()
    outcomes = []
    for moved in (False, True):
        mgh.recover()
        mgh.fail("ListMigrationTasks", "InternalServerError", rate=0.5, seed=7)
        got = [outcome(client.list_migration_tasks) for _ in range(20)]
        if moved:
            move(mgh)
        outcomes.append(got + [outcome(client.list_migration_tasks) for _ in range(20)])
    assert outcomes[0] == outcomes[1]


def test_a_throttle_continues_after_a_restore(mgh: Any) -> None:
    client = connect()
    mgh.throttle("ListMigrationTasks", per_second=2)
    client.list_migration_tasks()
    move(mgh)
    got = [outcome(client.list_migration_tasks) for _ in range(2)]
    assert got == ["ok", "ThrottlingException"]


@pytest.mark.mgh(background=30)
def test_pending_work_is_done_when_due_after_a_restore(mgh: Any, mgh_client: Any) -> None:
    start(mgh_client)
    mgh_client.delete_progress_update_stream(ProgressUpdateStreamName="SMS")
    mgh.advance(20)
    move(mgh)
    mgh.advance(9)
    waiting = len(mgh.pending)
    mgh.advance(1)
    assert (waiting, mgh.pending, mgh.streams) == (1, (), ())


def test_pending_work_can_be_settled_after_a_restore(restored: Any) -> None:
    restored.settle()
    names = [stream.name for stream in restored.streams]
    hosts = [server.hostname for server in restored.servers]
    assert (restored.pending, "leaving" in names, "doomed" in hosts) == ((), False, False)


def test_a_principal_has_the_same_permissions_after_a_restore(mgh: Any) -> None:
    client = connect(**mgh.principal("reader", policy=LIST_ONLY).credentials)
    move(mgh)
    got = outcome(client.list_migration_tasks), outcome(lambda: start(client))
    assert got == ("ok", "AccessDeniedException")


def test_the_default_principal_has_the_same_permissions_after_a_restore(
    mgh: Any, mgh_client: Any
) -> None:
    mgh.policy = LIST_ONLY
    move(mgh)
    assert (mgh.policy, outcome(lambda: start(mgh_client))) == (LIST_ONLY, "AccessDeniedException")


def test_a_principal_object_still_works_after_a_restore(mgh: Any) -> None:
    reader = mgh.principal("reader")
    mgh.restore(mgh.snapshot())
    reader.policy = {
        "Version": "2012-10-17",
        "Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"},
    }
    with pytest.raises(ClientError, match="AccessDenied"):
        mgh.client(**reader.credentials).list_migration_tasks()


def test_a_restore_resets_the_policy_of_a_principal_object(mgh: Any) -> None:
    reader = mgh.principal("reader", policy="AWSMigrationHubFullAccess")
    before = mgh.snapshot()
    reader.policy = None
    mgh.restore(before)
    assert reader.policy == "AWSMigrationHubFullAccess"


@pytest.mark.mgh(verify_signatures=True)
def test_signatures_are_checked_after_a_restore(mgh: Any) -> None:
    credentials = mgh.principal("reader").credentials
    move(mgh)
    wrong = {**credentials, "aws_secret_access_key": "wrong"}
    got = [outcome(connect(**one).list_migration_tasks) for one in (credentials, wrong)]
    assert got == ["ok", "InvalidSignatureException"]


def test_calls_of_a_role_assumed_with_moto_can_be_restored() -> None:
    with mock_mgh() as hub, mock_aws():
        assumed = boto3.client("sts", "us-west-2").assume_role(
            RoleArn="arn:aws:iam::123456789012:role/tool", RoleSessionName="session"
        )["Credentials"]
        client = connect(
            aws_access_key_id=assumed["AccessKeyId"],
            aws_secret_access_key=assumed["SecretAccessKey"],
            aws_session_token=assumed["SessionToken"],
        )
        client.list_migration_tasks()
        events = list(hub.events)
        move(hub)
        assert list(hub.events) == events


def test_another_hub_restores_the_options() -> None:
    options = {"home_region": "eu-central-1", "account_id": "210987654321", "background": 30}
    with mock_mgh(**options) as hub:
        snapshot = pick(hub.snapshot())
    with mock_mgh() as hub:
        hub.restore(snapshot)
        account = hub.principal("somebody").account_id
        assert (hub.home_region, account) == ("eu-central-1", "210987654321")


@pytest.mark.mgh(home_region=None)
def test_a_hub_without_a_home_region_has_none_after_a_restore(mgh: Any) -> None:
    move(mgh)
    assert mgh.home_region is None


def test_a_home_region_that_was_set_later_is_restored(mgh: Any) -> None:
    mgh.home_region = "eu-west-1"
    move(mgh)
    assert mgh.home_region == "eu-west-1"


def test_the_clock_is_restored_as_its_distance_from_the_wall_clock(mgh: Any) -> None:
    mgh.advance(60)
    snapshot = mgh.snapshot()
    with time_machine.travel(NOON + timedelta(days=1), tick=False):
        mgh.restore(snapshot)
        assert mgh.now == NOON + timedelta(days=1, minutes=1)


def test_a_number_of_seconds_beyond_every_date_is_restored(mgh: Any, mgh_client: Any) -> None:
    start(mgh_client)
    mgh_client.notify_migration_task_state(
        **TASK, Task={"Status": "IN_PROGRESS"}, UpdateDateTime=NOON, NextUpdateSeconds=2**63 - 1
    )
    move(mgh)
    mgh.advance(timedelta(days=400))
    assert mgh.stale_tasks() == ()


# reset


def test_a_reset_hub_is_in_its_initial_state(mgh: Any) -> None:
    first = mgh.snapshot()
    fill(mgh)
    mgh.reset()
    different = {name for name, value in mgh.snapshot().items() if value != first[name]}
    assert different <= {"token_secret"}


@pytest.mark.mgh(home_region="eu-central-1", account_id="210987654321")
def test_a_reset_hub_keeps_its_options(mgh: Any) -> None:
    mgh.home_region = None
    mgh.reset()
    assert (mgh.home_region, mgh.principal("x").account_id) == ("eu-central-1", "210987654321")


@pytest.mark.mgh(policy=LIST_ONLY)
def test_a_reset_hub_has_the_policy_of_its_options(mgh: Any, mgh_client: Any) -> None:
    mgh.policy = None
    mgh.reset()
    assert outcome(lambda: start(mgh_client)) == "AccessDeniedException"


def test_a_reset_hub_does_not_warn_of_unused_faults(mgh: Any) -> None:
    mgh.fail("ListMigrationTasks", "InternalServerError")
    mgh.reset()
    assert "fault" not in repr(mgh)


def test_a_client_works_on_with_a_reset_hub(mgh: Any, mgh_client: Any) -> None:
    start(mgh_client)
    mgh.reset()
    start(mgh_client)
    assert len(mgh.events) == 2


# invalid snapshots


@pytest.mark.parametrize("version", [0, 2, "1", 1.5])
def test_a_snapshot_of_another_version_is_refused_with_its_number(
    filled: Any, version: Any
) -> None:
    refuse(filled | {"version": version}, f"version {version!r} can.t be restored: only version 1")


@pytest.mark.parametrize("data", [None, [], "snapshot", 1, {}], ids=repr)
def test_a_value_that_is_not_a_snapshot_is_refused(data: Any) -> None:
    refuse(data, "snapshot")


def test_a_snapshot_without_a_version_is_refused(filled: Any) -> None:
    refuse({name: value for name, value in filled.items() if name != "version"}, "version")


def test_a_snapshot_without_a_required_part_is_refused(filled: Any) -> None:
    for name in filled:
        refuse({other: value for other, value in filled.items() if other != name}, name)


def test_the_error_names_an_unknown_part_of_a_snapshot(filled: Any) -> None:
    refuse(filled | {"acounts": []}, r"'acounts'.*did you mean 'accounts'")


STORE = ("accounts", 0, "stores", "us-west-2")
STORED_TASK = (*STORE, "streams", 0, "tasks", "task")
MALFORMED: list[tuple[tuple[str | int, ...], Any]] = [
    (("settings",), []),
    (("settings", "background"), "soon"),
    (("settings", "home_region"), "mars"),
    (("settings", "extra"), 1),
    (("clock_offset",), "1"),
    (("ids",), -1),
    (("token_secret",), "xyz"),
    (("token_secret",), "abc"),
    (("default_principal",), "AKIANOBODY"),
    (("principals",), []),
    (("principals", 0, "name"), 5),
    (("principals", 0, "tags"), None),
    (("principals", 0, "policy"), {"Version": "1"}),
    (("accounts", 0, "account_id"), "12"),
    (("accounts", 0, "control"), {}),
    (("accounts", 0, "stores"), None),
    ((*STORE, "streams"), {}),
    ((*STORE, "servers"), None),
    ((*STORE, "servers", "rows", 0), [1, 2]),
    ((*STORE, "servers", "rows", 0, 2, "tags"), None),
    ((*STORE, "servers", "rows", 0, 2, "applications"), None),
    ((*STORE, "imports", "rows", 0, 2, "servers"), 5),
    ((*STORE, "deletions"), []),
    ((*STORED_TASK, "state"), None),
    ((*STORED_TASK, "state", "status"), None),
    ((*STORED_TASK, "state", "status"), "BANANA"),
    ((*STORED_TASK, "state", "progress_percent"), "40"),
    ((*STORED_TASK, "time"), "noon"),
    ((*STORED_TASK, "next_update_seconds"), "60"),
    ((*STORED_TASK, "updates"), None),
    ((*STORED_TASK, "updates", 0), 5),
    ((*STORED_TASK, "attributes"), [["IPV4_ADDRESS"]]),
    (("background", 0, "operation"), "Nonsense"),
    (("background", 0, "due"), "soon"),
    (("background", 0, "subject"), 5),
    (("faults", 0, "operation"), "Nonsense"),
    (("faults", 0, "error"), "Nonsense"),
    (("faults", 0, "times"), "3"),
    (("throttles", "ListApplicationStates"), None),
    (("throttles", "ListApplicationStates", "per_second"), "2"),
    (("backoffs",), ["1"]),
    (("import_sources",), {"s3://bucket/key.csv": 1}),
    (("calls", 0, "operation"), "Nonsense"),
    (("calls", 0, "principal"), "AKIANOBODY"),
    (("calls", 0, "body"), "{"),
    (("calls", 0, "error"), 5),
    (("denials", 0), None),
    (("denials", 0, "action"), 5),
]


def changed(data: Any, path: tuple[str | int, ...], value: Any) -> Any:
    data = copy.deepcopy(data)
    place = data
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = value
    return data


@pytest.mark.parametrize(
    ("path", "value"), MALFORMED, ids=[f"{'.'.join(map(str, p))}={v!r}" for p, v in MALFORMED]
)
def test_the_error_names_the_place_of_a_malformed_value(
    filled: Any, path: tuple[str | int, ...], value: Any
) -> None:
    named = next(str(part) for part in reversed(path) if isinstance(part, str))
    refuse(changed(filled, path, value), named)


def places(data: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield path
    if isinstance(data, (dict, list)):
        for name, item in data.items() if isinstance(data, dict) else enumerate(data):
            yield from places(item, (*path, name))


def failure(call: Callable[[], Any]) -> Exception | None:
    try:
        call()
    except Exception as error:  # noqa: BLE001 (the test tells it)
        return error
    return None


def test_a_malformed_snapshot_is_a_value_error_or_works(filled: Any) -> None:
    wrong = []
    with mock_mgh() as hub:
        for path in list(places(filled))[1:]:
            if any(isinstance(part, int) and part > 0 for part in path):
                continue  # the items of a list are alike
            for value in (None, 5):
                error = failure(lambda p=path, v=value: hub.restore(changed(filled, p, v)))  # type: ignore[misc]
                if error is not None and not isinstance(error, ValueError):
                    wrong.append((path, value, error))
        hub.restore(filled)
        hub.recover()
    assert wrong == []


# any sequence of calls

NAMES = st.sampled_from(["a", "b"])
OF_TASK = st.fixed_dictionaries({"ProgressUpdateStream": NAMES, "MigrationTaskName": NAMES})


def call(method: str, request: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[Any]:
    return st.tuples(st.just(method), request)


def with_task(**members: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(lambda task, more: task | more, OF_TASK, st.fixed_dictionaries(members))


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=20)
STREAM = st.fixed_dictionaries({"ProgressUpdateStreamName": NAMES})
STATE = st.fixed_dictionaries(
    {"Status": st.sampled_from(["NOT_STARTED", "IN_PROGRESS", "FAILED", "COMPLETED"])},
    optional={"StatusDetail": TEXTS, "ProgressPercent": st.integers(0, 100)},
)
PAIR = st.fixed_dictionaries(
    {"Type": st.just("IPV4_ADDRESS"), "Value": st.sampled_from(["10.0.0.1", "10.0.0.2"])}
)
CALLS = st.lists(
    st.one_of(
        call("create_progress_update_stream", STREAM),
        call("create_progress_update_stream", STREAM),
        call("delete_progress_update_stream", STREAM),
        call("import_migration_task", OF_TASK),
        call("import_migration_task", OF_TASK),
        call(
            "notify_migration_task_state",
            with_task(
                Task=STATE,
                UpdateDateTime=st.datetimes(datetime(2000, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001
                NextUpdateSeconds=st.integers(0, 2**31 - 1),
            ),
        ),
        call(
            "put_resource_attributes",
            with_task(ResourceAttributeList=st.lists(PAIR, min_size=1, max_size=2)),
        ),
        call(
            "associate_source_resource",
            with_task(SourceResource=st.fixed_dictionaries({"Name": NAMES})),
        ),
        call("disassociate_source_resource", with_task(SourceResourceName=NAMES)),
        st.tuples(st.just("settle"), st.just({})),
        st.tuples(st.just("advance"), st.fixed_dictionaries({"by": st.integers(0, 100)})),
    ),
    max_size=25,
)


def answers(hub: Any) -> list[Any]:
    client = connect()
    got = [client.list_progress_update_streams(), client.list_migration_tasks()]
    for task in hub.tasks:
        named = {"ProgressUpdateStream": task.stream, "MigrationTaskName": task.name}
        got += [
            client.describe_migration_task(**named),
            client.list_migration_task_updates(**named),
            client.list_discovered_resources(**named),
            client.list_source_resources(**named),
        ]
    got.append(connect("discovery").list_configurations(configurationType="SERVER"))
    for answer in got:
        del answer["ResponseMetadata"]
    return got


@given(calls=CALLS, background=st.sampled_from(["eager", "manual", 30]))
def test_a_restored_hub_answers_like_the_original_after_any_calls(
    calls: list[tuple[str, dict[str, Any]]], background: Any
) -> None:
    with mock_mgh(background=background) as hub:
        client = connect()
        for method, request in calls:
            outcome(lambda m=method, r=request: getattr(hub if hasattr(hub, m) else client, m)(**r))  # type: ignore[misc]
        snapshot = pick(hub.snapshot())
        expected = answers(hub)
    with mock_mgh() as hub:
        hub.restore(snapshot)
        assert pick(hub.snapshot()) == snapshot
        assert answers(hub) == expected


@pytest.mark.parametrize(
    ("name", "value"), [("access_key", ""), ("secret", ""), ("token", None)], ids=str
)
def test_a_principal_without_credentials_is_refused(mgh: Any, name: str, value: Any) -> None:
    mgh.principal("tool", role=True)
    data = mgh.snapshot()
    before = json.loads(json.dumps(data))
    data["principals"][-1][name] = value

    with pytest.raises(ValueError, match=rf"^snapshot: principals\[1\]\.{name}: {value!r} is none"):
        mgh.restore(data)
    assert mgh.snapshot() == before
