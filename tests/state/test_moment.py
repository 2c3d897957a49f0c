from __future__ import annotations

import gc
import json
import weakref
from typing import Any

import pytest

from pytest_mgh import MigrationHub, mock_mgh
from pytest_mgh.hub.worlds import new_world
from pytest_mgh.server.answers import write_json
from pytest_mgh.state import moment
from pytest_mgh.state.disposal import let_go, parts_of, take_apart
from pytest_mgh.state.settings import make_settings

ESTATE: dict[str, Any] = {
    "servers": [{"hostname": f"web-{number}"} for number in range(60)],
    "streams": [{"name": "SMS", "tasks": [{"name": f"task-{number}"} for number in range(60)]}],
}


@pytest.fixture
def in_slices_of_one_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moment, "SLICE", 0.0)


def change_everything(hub: MigrationHub) -> None:
    client = hub.client()
    client.import_migration_task(ProgressUpdateStream="SMS", MigrationTaskName="later")
    client.notify_migration_task_state(
        ProgressUpdateStream="SMS",
        MigrationTaskName="task-7",
        Task={"Status": "COMPLETED"},
        UpdateDateTime=1,
        NextUpdateSeconds=1,
    )
    discovery = hub.client("discovery")
    discovery.create_application(name="later")
    client.delete_progress_update_stream(ProgressUpdateStreamName="SMS")


@pytest.mark.usefixtures("in_slices_of_one_text")
def test_a_snapshot_is_consistent_despite_calls_while_it_is_written() -> None:
    with mock_mgh() as hub:
        hub.load(ESTATE)
        whole = hub.snapshot()

        pieces = hub.snapshot_json()
        text = next(pieces)
        change_everything(hub)
        changed = hub.snapshot()
        text += "".join(pieces)

        assert json.loads(text) == json.loads(json.dumps(whole))
        assert hub.snapshot() == changed != whole


@pytest.mark.usefixtures("in_slices_of_one_text")
def test_the_state_is_consistent_despite_calls_while_it_is_written() -> None:
    with mock_mgh() as hub:
        hub.load(ESTATE)
        whole = json.loads("".join(hub.state_json(write_json)))

        pieces = hub.state_json(write_json)
        text = next(pieces)
        change_everything(hub)
        text += "".join(pieces)

        assert {**json.loads(text), "now": 0} == {**whole, "now": 0}
        assert [len(whole[name]) for name in ("streams", "tasks", "servers")] == [1, 60, 60]


@pytest.mark.usefixtures("in_slices_of_one_text")
def test_writing_a_snapshot_changes_nothing() -> None:
    with mock_mgh() as hub:
        hub.load(ESTATE)
        pieces = hub.snapshot_json()
        next(pieces)
        hub.add_stream("later")
        revision = hub.revision

        assert "later" not in "".join(pieces)
        assert hub.revision == revision
        assert "later" in hub.streams


def test_an_impossible_snapshot_is_refused_at_once() -> None:
    with mock_mgh() as hub:
        hub.fail("ListMigrationTasks", "ThrottlingException", when=lambda _: True, times=None)

        with pytest.raises(ValueError, match="a snapshot cannot hold a function"):
            hub.snapshot_json()

        hub.recover()


def test_an_unreferenced_world_is_freed_at_once() -> None:
    gc.disable()
    try:
        world = new_world(make_settings({}))
        known = weakref.ref(world)
        del world
        assert known() is None
    finally:
        gc.enable()


def test_the_parts_of_a_world_are_its_collections_of_records() -> None:
    with mock_mgh() as hub:
        hub.load(ESTATE)
        hub.client().list_migration_tasks()
        parts = parts_of(hub._world)

        assert len(parts) == 60 + 60 + 1
        let_go(parts)
        assert (parts, len(hub.tasks)) == ([], 60)


def test_a_document_is_split_into_pieces() -> None:
    inner = {"a": [1]}
    document = {"tasks": [inner]}

    take_apart(document)

    assert (document, inner) == ({}, {})
