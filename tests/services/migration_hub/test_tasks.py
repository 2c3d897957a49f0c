from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
from sample_values import SERVER

MAY_2017 = datetime(2017, 5, 1, 17, 47, 33, tzinfo=timezone.utc)


def state_arguments(
    status: str = "IN_PROGRESS", *, at: float = 1493660853, **state: Any
) -> dict[str, Any]:
    """The arguments of a NotifyMigrationTaskState without the task's names."""
    return {
        "Task": {"Status": status, **state},
        "UpdateDateTime": at,
        "NextUpdateSeconds": 60,
    }


def described(client: Any, task: dict[str, str]) -> dict[str, Any]:
    answer: dict[str, Any] = client.describe_migration_task(**task)["MigrationTask"]
    return answer


def updates(client: Any, task: dict[str, str]) -> list[dict[str, Any]]:
    answer = client.list_migration_task_updates(**task)
    rows: list[dict[str, Any]] = answer["MigrationTaskUpdateList"]
    return rows


def listed(client: Any, **asked: Any) -> list[tuple[str, str]]:
    rows = client.list_migration_tasks(**asked)["MigrationTaskSummaryList"]
    return [(row["ProgressUpdateStream"], row["MigrationTaskName"]) for row in rows]


# import


def test_a_task_cannot_be_imported_into_an_unknown_stream(
    mgh: Any, client: Any, refused: Any
) -> None:
    """T1: the stream must exist before the import."""
    with refused("ResourceNotFoundException"):
        client.import_migration_task(ProgressUpdateStream="SMS", MigrationTaskName="sms-1")
    assert (mgh.streams, mgh.tasks) == ((), ())


def test_an_import_returns_an_empty_response(client: Any, sms: dict[str, str]) -> None:
    """T1: ImportMigrationTask has an empty result."""
    answer = client.import_migration_task(**{**sms, "MigrationTaskName": "another"})
    assert answer.keys() == {"ResponseMetadata"}


def test_streams_are_namespaces_of_task_names(client: Any, sms: dict[str, str]) -> None:
    """T3: two streams can have a task of the same name, each with its own state."""
    dms = {**sms, "ProgressUpdateStream": "DMS"}
    client.create_progress_update_stream(ProgressUpdateStreamName="DMS")
    client.import_migration_task(**dms)
    client.notify_migration_task_state(**dms, **state_arguments("COMPLETED"))
    assert described(client, sms)["Task"]["Status"] == "NOT_STARTED"
    assert described(client, dms)["Task"]["Status"] == "COMPLETED"


def test_a_task_name_is_unique_in_its_stream(client: Any, sms: dict[str, str]) -> None:
    """T3: a second import of the name makes no second task."""
    client.import_migration_task(**sms)
    assert listed(client) == [("SMS", "sms-12de3cf1a")]


def test_an_imported_task_has_not_started(client: Any, sms: dict[str, str]) -> None:
    """T4: a task can be imported before it starts; silent: it is NOT_STARTED, bare."""
    task = described(client, sms)
    assert task["Task"] == {"Status": "NOT_STARTED"}
    assert task.keys() == {
        "ProgressUpdateStream",
        "MigrationTaskName",
        "Task",
        "UpdateDateTime",
    }


def test_a_task_that_was_never_updated_has_the_time_of_its_import(
    mgh: Any, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """silent: UpdateDateTime is the import's time until the first notification."""
    monkeypatch.setattr("time.time", lambda: 1493660853.0)
    client.create_progress_update_stream(ProgressUpdateStreamName="SMS")
    task = {"ProgressUpdateStream": "SMS", "MigrationTaskName": "sms-1"}
    client.import_migration_task(**task)
    assert described(client, task)["UpdateDateTime"] == MAY_2017


def test_a_second_import_leaves_the_task_as_it_is(
    mgh: Any, client: Any, sms: dict[str, str]
) -> None:
    """silent: ImportMigrationTask can be repeated."""
    client.notify_migration_task_state(**sms, **state_arguments("COMPLETED", ProgressPercent=100))
    before = mgh.tasks
    client.import_migration_task(**sms)
    assert mgh.tasks == before


def test_an_import_is_not_an_update(client: Any, sms: dict[str, str]) -> None:
    """silent: only notifications are updates."""
    assert updates(client, sms) == []


def test_names_of_tasks_differ_by_case(client: Any, sms: dict[str, str]) -> None:
    """silent: names are case-sensitive."""
    client.import_migration_task(ProgressUpdateStream="SMS", MigrationTaskName="SMS-12DE3CF1A")
    assert {name for _, name in listed(client)} == {"sms-12de3cf1a", "SMS-12DE3CF1A"}


@pytest.mark.parametrize(
    "name", ["a/b", " a ", "a\nb", "\x00", "*", "\U0001f680" * 256, "x" * 256], ids=ascii
)
def test_a_task_keeps_its_exact_name(client: Any, sms: dict[str, str], name: str) -> None:
    """silent: names are not trimmed, and their length is counted in code points."""
    task = {"ProgressUpdateStream": "SMS", "MigrationTaskName": name}
    client.import_migration_task(**task)
    assert described(client, task)["MigrationTaskName"] == name


@pytest.mark.parametrize("name", ["", "x" * 257, "a:b", "a|b", "a:"], ids=ascii)
def test_a_wrong_task_name_is_refused(
    client: Any, sms: dict[str, str], refused: Any, name: str
) -> None:
    """silent: length and pattern are checked, on the whole name."""
    with refused("InvalidInputException"):
        client.import_migration_task(ProgressUpdateStream="SMS", MigrationTaskName=name)


# notify


def test_notifying_the_state_of_a_task_before_its_import_is_refused(
    mgh: Any, client: Any, sms: dict[str, str], refused: Any
) -> None:
    """T2: importing is a prerequisite; silent: else ResourceNotFoundException."""
    with refused("ResourceNotFoundException"):
        client.notify_migration_task_state(
            **{**sms, "MigrationTaskName": "other"}, **state_arguments()
        )
    assert [task.name for task in mgh.tasks] == ["sms-12de3cf1a"]


def test_notifying_the_state_of_a_task_in_an_unknown_stream_is_refused(
    mgh: Any, client: Any, sms: dict[str, str], refused: Any
) -> None:
    """silent: nothing is created by a notification."""
    with refused("ResourceNotFoundException"):
        client.notify_migration_task_state(
            **{**sms, "ProgressUpdateStream": "DMS"}, **state_arguments()
        )
    assert [stream.name for stream in mgh.streams] == ["SMS"]


def test_the_time_of_an_update_is_that_given_by_the_tool(client: Any, sms: dict[str, str]) -> None:
    """T5: UpdateDateTime is when the tool gathered the state."""
    client.notify_migration_task_state(**sms, **state_arguments(at=1493660853))
    assert described(client, sms)["UpdateDateTime"] == MAY_2017


@pytest.mark.parametrize("member", ["UpdateDateTime", "NextUpdateSeconds", "Task"])
def test_a_notification_without_a_required_member_is_refused(
    mgh: Any, client: Any, sms: dict[str, str], refused: Any, member: str
) -> None:
    """T5: UpdateDateTime, NextUpdateSeconds and Task are required."""
    arguments = state_arguments()
    del arguments[member]
    with refused("InvalidInputException", member[0].lower() + member[1:]):
        client.notify_migration_task_state(**sms, **arguments)
    assert mgh.task(*sms.values()).updates == ()


@pytest.mark.parametrize("status", ["NOT_STARTED", "IN_PROGRESS", "FAILED", "COMPLETED"])
def test_a_task_has_four_states(client: Any, sms: dict[str, str], status: str) -> None:
    """T8: every status of the model can be notified, FAILED too."""
    client.notify_migration_task_state(**sms, **state_arguments(status))
    assert described(client, sms)["Task"] == {"Status": status}


@pytest.mark.parametrize(
    "task",
    [
        {},
        {"Status": "DONE"},
        {"Status": "in_progress"},
        {"Status": "IN_PROGRESS", "ProgressPercent": 101},
        {"Status": "IN_PROGRESS", "ProgressPercent": -1},
        {"Status": "IN_PROGRESS", "StatusDetail": "x" * 2501},
        {"Status": "IN_PROGRESS", "StatusDetail": "two\nlines"},
    ],
    ids=["no Status", "unknown", "lower case", "101 %", "-1 %", "long detail", "line break"],
)
def test_a_state_must_match_its_shape(
    mgh: Any, client: Any, sms: dict[str, str], refused: Any, task: dict[str, Any]
) -> None:
    """silent: a broken constraint is invalid input, and changes nothing."""
    with refused("InvalidInputException"):
        client.notify_migration_task_state(**sms, **{**state_arguments(), "Task": task})
    assert mgh.task(*sms.values()).status == "NOT_STARTED"


@pytest.mark.parametrize("percent", [0, 1, 100])
@pytest.mark.parametrize("detail", ["", "x" * 2500], ids=["empty", "2500 characters"])
def test_a_state_at_its_limits_is_accepted(
    client: Any, sms: dict[str, str], percent: int, detail: str
) -> None:
    """silent: the largest and the smallest values are stored unchanged."""
    state = {"Status": "IN_PROGRESS", "ProgressPercent": percent, "StatusDetail": detail}
    client.notify_migration_task_state(**sms, **{**state_arguments(), "Task": state})
    assert described(client, sms)["Task"] == state


def test_the_time_of_the_next_update_is_neither_described_nor_listed(
    client: Any, sms: dict[str, str]
) -> None:
    """T7: NextUpdateSeconds and staleness are returned nowhere."""
    client.notify_migration_task_state(**sms, **state_arguments())
    answers = (
        client.describe_migration_task(**sms),
        client.list_migration_tasks(),
        client.list_migration_task_updates(**sms),
    )
    for answer in answers:
        del answer["ResponseMetadata"]
        assert "next" not in str(answer).lower()
        assert "stale" not in str(answer).lower()


def test_an_overdue_task_is_described_like_any_other(
    client: Any, sms: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """T7: time passing NextUpdateSeconds changes no answer."""
    client.notify_migration_task_state(**sms, **state_arguments(ProgressPercent=5))
    before = described(client, sms)
    monkeypatch.setattr("time.time", lambda: 4102444800.0)
    assert described(client, sms) == before


def test_the_last_notification_wins_whatever_its_time(client: Any, sms: dict[str, str]) -> None:
    """silent: an UpdateDateTime before the stored one still replaces it."""
    client.notify_migration_task_state(**sms, **state_arguments("COMPLETED", at=1493660900))
    client.notify_migration_task_state(**sms, **state_arguments("IN_PROGRESS", at=1493660853))
    task = described(client, sms)
    assert task["Task"]["Status"] == "IN_PROGRESS"
    assert task["UpdateDateTime"] == MAY_2017


def test_a_notification_replaces_the_whole_state(client: Any, sms: dict[str, str]) -> None:
    """silent: omitted members are removed."""
    client.notify_migration_task_state(
        **sms, **state_arguments(ProgressPercent=77, StatusDetail="Copying")
    )
    client.notify_migration_task_state(**sms, **state_arguments("COMPLETED"))
    assert described(client, sms)["Task"] == {"Status": "COMPLETED"}


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ({"Status": "COMPLETED"}, {"Status": "IN_PROGRESS"}),
        ({"Status": "IN_PROGRESS"}, {"Status": "NOT_STARTED"}),
        ({"Status": "FAILED"}, {"Status": "IN_PROGRESS"}),
        (
            {"Status": "IN_PROGRESS", "ProgressPercent": 77},
            {"Status": "IN_PROGRESS", "ProgressPercent": 10},
        ),
        (
            {"Status": "IN_PROGRESS", "ProgressPercent": 99},
            {"Status": "COMPLETED", "ProgressPercent": 50},
        ),
    ],
    ids=["reopened", "reset", "retried", "percent down", "completed at 50 %"],
)
def test_every_transition_is_allowed(
    client: Any, sms: dict[str, str], first: dict[str, Any], then: dict[str, Any]
) -> None:
    """silent: no rule orders states or percents."""
    client.notify_migration_task_state(**sms, **{**state_arguments(), "Task": first})
    client.notify_migration_task_state(**sms, **{**state_arguments(), "Task": then})
    assert described(client, sms)["Task"] == then


@pytest.mark.parametrize("seconds", [0, 60, 2**31, 2**63 - 1])
def test_any_time_to_the_next_update_is_accepted(
    mgh: Any, client: Any, sms: dict[str, str], seconds: int
) -> None:
    """silent: tools send 9223372036854775807 for 'never'."""
    client.notify_migration_task_state(**sms, **{**state_arguments(), "NextUpdateSeconds": seconds})
    assert mgh.task(*sms.values()).status == "IN_PROGRESS"


@pytest.mark.parametrize("seconds", [2**63, -(2**63) - 1, 10**400, 1e300, -1e300])
def test_an_integer_of_more_than_64_bits_cannot_be_read(
    client: Any, sms: dict[str, str], refused: Any, seconds: float
) -> None:
    """silent: a parser of 64-bit integers refuses longer ones."""
    with refused("SerializationException", "NUMBER_VALUE can not be converted to an Integer"):
        client.notify_migration_task_state(
            **sms, **{**state_arguments(), "NextUpdateSeconds": seconds}
        )


def test_a_negative_time_to_the_next_update_is_refused(
    client: Any, sms: dict[str, str], refused: Any
) -> None:
    """silent: NextUpdateSeconds is not negative."""
    with refused("InvalidInputException", "nextUpdateSeconds"):
        client.notify_migration_task_state(**sms, **{**state_arguments(), "NextUpdateSeconds": -1})


def test_an_update_from_the_future_is_accepted(client: Any, sms: dict[str, str]) -> None:
    """silent: no rule compares UpdateDateTime with now."""
    client.notify_migration_task_state(**sms, **state_arguments(at=4102444800))
    assert described(client, sms)["UpdateDateTime"].year == 2100


# updates


def test_the_updates_are_all_notified_states_of_a_task(client: Any, sms: dict[str, str]) -> None:
    """T8: each with its time and type; silent: none is dropped, a repeated one neither."""
    for percent in (10, 10, 20):
        client.notify_migration_task_state(**sms, **state_arguments(ProgressPercent=percent))
    assert updates(client, sms) == [
        {
            "UpdateDateTime": MAY_2017,
            "UpdateType": "MIGRATION_TASK_STATE_UPDATED",
            "MigrationTaskState": {"Status": "IN_PROGRESS", "ProgressPercent": percent},
        }
        for percent in (10, 10, 20)
    ]


def test_updates_are_listed_as_they_arrived(client: Any, sms: dict[str, str]) -> None:
    """silent: oldest call first, regardless of the times given by the tool."""
    for percent, at in ((1, 1493660900), (2, 1493660800), (3, 1493660850)):
        client.notify_migration_task_state(**sms, **state_arguments(at=at, ProgressPercent=percent))
    rows = updates(client, sms)
    assert [row["MigrationTaskState"]["ProgressPercent"] for row in rows] == [1, 2, 3]


def test_updates_belong_to_one_task(client: Any, sms: dict[str, str]) -> None:
    """T8: another task's updates are not among them."""
    other = {**sms, "MigrationTaskName": "other"}
    client.import_migration_task(**other)
    client.notify_migration_task_state(**other, **state_arguments())
    assert updates(client, sms) == []


@pytest.mark.parametrize("member", ["ProgressUpdateStream", "MigrationTaskName"])
@pytest.mark.parametrize("operation", ["describe_migration_task", "list_migration_task_updates"])
def test_an_unknown_task_or_stream_is_not_found(
    client: Any, sms: dict[str, str], refused: Any, operation: str, member: str
) -> None:
    """T3: a task is found by both of its names."""
    with refused("ResourceNotFoundException", "unknown"):
        getattr(client, operation)(**{**sms, member: "unknown"})


# list


def test_the_tasks_of_all_streams_are_listed(client: Any, sms: dict[str, str]) -> None:
    """A13: ListMigrationTasks spans all streams of the account."""
    client.create_progress_update_stream(ProgressUpdateStreamName="DMS")
    client.import_migration_task(ProgressUpdateStream="DMS", MigrationTaskName="dms-1")
    assert {*listed(client)} == {("SMS", "sms-12de3cf1a"), ("DMS", "dms-1")}


def test_a_listed_task_is_flat(client: Any, sms: dict[str, str]) -> None:
    """A13: a summary has the state's members beside the names, not a Task."""
    client.notify_migration_task_state(
        **sms, **state_arguments(ProgressPercent=77, StatusDetail="Copying")
    )
    (row,) = client.list_migration_tasks()["MigrationTaskSummaryList"]
    assert row == {
        **sms,
        "Status": "IN_PROGRESS",
        "StatusDetail": "Copying",
        "ProgressPercent": 77,
        "UpdateDateTime": MAY_2017,
    }


def test_tasks_are_listed_newest_first_and_then_by_name(client: Any, sms: dict[str, str]) -> None:
    """silent: by UpdateDateTime descending, then stream, then task."""
    client.create_progress_update_stream(ProgressUpdateStreamName="DMS")
    times = {
        ("SMS", "old"): 1493660800,
        ("SMS", "b"): 1493660900,
        ("SMS", "a"): 1493660900,
        ("DMS", "z"): 1493660900,
        ("SMS", "sms-12de3cf1a"): 1493660950,
    }
    for (stream, name), at in times.items():
        task = {"ProgressUpdateStream": stream, "MigrationTaskName": name}
        client.import_migration_task(**task)
        client.notify_migration_task_state(**task, **state_arguments(at=at))
    assert listed(client) == [
        ("SMS", "sms-12de3cf1a"),
        ("DMS", "z"),
        ("SMS", "a"),
        ("SMS", "b"),
        ("SMS", "old"),
    ]


def test_an_update_changes_the_position_of_a_task_in_the_list(
    client: Any, sms: dict[str, str]
) -> None:
    """silent: the order follows the last notification, backwards too."""
    other = {**sms, "MigrationTaskName": "other"}
    client.import_migration_task(**other)
    client.notify_migration_task_state(**sms, **state_arguments(at=1493660900))
    client.notify_migration_task_state(**other, **state_arguments(at=1493660950))
    assert [name for _, name in listed(client)] == ["other", "sms-12de3cf1a"]
    client.notify_migration_task_state(**other, **state_arguments(at=1493660800))
    assert [name for _, name in listed(client)] == ["sms-12de3cf1a", "other"]


@pytest.fixture
def mapped(mgh: Any, client: Any, sms: dict[str, str]) -> dict[str, str]:
    """A task that is mapped to a server, beside one that is not."""
    mgh.add_server("web-1", configuration_id=SERVER)
    client.import_migration_task(**{**sms, "MigrationTaskName": "unmapped"})
    client.associate_discovered_resource(**sms, DiscoveredResource={"ConfigurationId": SERVER})
    return sms


def test_a_resource_name_filters_tasks_by_what_they_are_mapped_to(
    client: Any, mapped: dict[str, str]
) -> None:
    """A12: ResourceName is a configuration id."""
    assert listed(client, ResourceName=SERVER) == [("SMS", "sms-12de3cf1a")]


@pytest.mark.mgh(strict_discovery=False)
@pytest.mark.parametrize(
    "name", ["web-1", SERVER[:-1], SERVER.upper(), f" {SERVER}", "sms-12de3cf1a"]
)
def test_a_resource_name_matches_a_whole_configuration_id_only(
    client: Any, mapped: dict[str, str], name: str
) -> None:
    """A12: not a display name; silent: exact, no prefix."""
    assert listed(client, ResourceName=name) == []


def test_the_filter_follows_updates_and_mappings(client: Any, mapped: dict[str, str]) -> None:
    """A12: a task that was updated is found once; one that was unmapped is not."""
    client.notify_migration_task_state(**mapped, **state_arguments())
    assert listed(client, ResourceName=SERVER) == [("SMS", "sms-12de3cf1a")]
    client.disassociate_discovered_resource(**mapped, ConfigurationId=SERVER)
    assert listed(client, ResourceName=SERVER) == []


def test_the_filtered_tasks_are_newest_first_too(client: Any, mapped: dict[str, str]) -> None:
    """silent: the filter keeps the order of the list."""
    other = {**mapped, "MigrationTaskName": "unmapped"}
    client.associate_discovered_resource(**other, DiscoveredResource={"ConfigurationId": SERVER})
    client.notify_migration_task_state(**mapped, **state_arguments(at=1493660800))
    client.notify_migration_task_state(**other, **state_arguments(at=1493660900))
    assert [name for _, name in listed(client, ResourceName=SERVER)] == [
        "unmapped",
        "sms-12de3cf1a",
    ]


def test_an_unknown_resource_name_is_not_found_in_strict_mode(
    client: Any, mapped: dict[str, str], refused: Any
) -> None:
    """silent: ListMigrationTasks asks the discovery repository."""
    with refused("ResourceNotFoundException"):
        client.list_migration_tasks(ResourceName="d-server-00000000000000000")


@pytest.mark.mgh(strict_discovery=False)
def test_an_unknown_resource_name_finds_no_task_in_lenient_mode(
    client: Any, mapped: dict[str, str]
) -> None:
    """silent: the list is empty."""
    assert listed(client, ResourceName="d-server-00000000000000000") == []


def test_a_known_resource_without_tasks_has_an_empty_list(
    mgh: Any, client: Any, mapped: dict[str, str]
) -> None:
    """A12: a server that no task is mapped to is no error."""
    other = mgh.add_server("web-2").configuration_id
    assert listed(client, ResourceName=other) == []
