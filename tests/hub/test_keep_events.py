from __future__ import annotations

import json
from typing import Any

import pytest
from signed_calls import post

from pytest_mgh import mock_mgh


def create(hub: Any, number: int) -> None:
    body = json.dumps({"ProgressUpdateStreamName": f"stream-{number:03}"})
    assert post(hub, "CreateProgressUpdateStream", body).status == 200


def names(hub: Any) -> list[str]:
    return [event["requestParameters"]["progressUpdateStreamName"] for event in hub.events]


@pytest.fixture
def hub() -> Any:
    with mock_mgh(keep_events=10) as made:
        for number in range(100):
            create(made, number)
        yield made


def test_the_newest_events_are_kept(hub: Any) -> None:
    assert names(hub) == [f"stream-{number:03}" for number in range(90, 100)]
    assert hub.events.last["requestParameters"] == {"progressUpdateStreamName": "stream-099"}


def test_events_keep_their_numbers_in_the_console_table(hub: Any) -> None:
    rows = hub.table("events").rows
    assert [row["number"] for row in rows] == list(range(99, 89, -1))
    assert hub.summary()["events"]["total"] == 100


def test_the_report_section_says_how_many_calls_it_leaves_out(hub: Any) -> None:
    sections = dict(hub.report_sections())
    assert sections["Migration Hub calls"].startswith("90 earlier calls left out")


def test_a_snapshot_has_the_kept_events(hub: Any) -> None:
    kept, snapshot = names(hub), hub.snapshot()
    hub.reset()
    hub.restore(snapshot)
    assert (names(hub), hub.events.first, hub.snapshot()) == (kept, 90, snapshot)
    create(hub, 100)
    assert names(hub) == [*kept[1:], "stream-100"]


def test_a_checkpoint_restores_discarded_events(hub: Any) -> None:
    kept, checkpoint = names(hub), hub.checkpoint()
    for number in range(100, 200):
        create(hub, number)
    hub.restore(checkpoint)
    assert (names(hub), hub.events.first) == (kept, 90)


def test_keep_events_limits_denials_and_notes_too() -> None:
    with mock_mgh(keep_events=3, policy={"Version": "2012-10-17", "Statement": {
        "Effect": "Deny", "Action": "*", "Resource": "*"}}) as hub:  # fmt: skip
        for _ in range(10):
            post(hub, "ListMigrationTasks")
        hub.policy = None
        for number in range(10):
            request = {"name": f"import-{number}", "importUrl": "s3://bucket/none.csv"}
            post(hub, "StartImportTask", json.dumps(request))
        assert (len(hub.denials), len(hub.notes)) == (3, 3)
        assert "'import-9'" in hub.notes[-1]


@pytest.mark.parametrize("number", [0, -1, 1.5, True, "many", None, 10**30])
def test_an_invalid_number_of_events_is_refused(number: Any) -> None:
    with pytest.raises(ValueError, match=r"keep_events=.*: allowed: a whole number >= 1"):
        mock_mgh(keep_events=number)
