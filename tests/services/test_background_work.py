"""Failing background work, independent of the service."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from sample_values import TASK

from pytest_mgh import MghAssertionError, mock_mgh
from pytest_mgh.services.catalog import OPERATIONS


@pytest.fixture
def _mapping_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the work of PutResourceAttributes change something, and then raise."""

    def fail(world: Any, store: Any, *_: str) -> None:
        store.add_stream("half")
        raise ZeroDivisionError

    broken = dataclasses.replace(OPERATIONS["PutResourceAttributes"], worker=fail)
    monkeypatch.setitem(OPERATIONS, "PutResourceAttributes", broken)


def leave_work(hub: Any) -> None:
    """Leave work that is done, work that fails, and work that is done again."""
    client = hub.client()
    for name in ("SMS", "first", "last"):
        client.create_progress_update_stream(ProgressUpdateStreamName=name)
    client.import_migration_task(**TASK)
    client.delete_progress_update_stream(ProgressUpdateStreamName="first")
    pairs = [{"Type": "FQDN", "Value": "web"}]
    client.put_resource_attributes(**TASK, ResourceAttributeList=pairs)
    client.delete_progress_update_stream(ProgressUpdateStreamName="last")


def end(hub: Any) -> list[str]:
    assert hub.pending == ()
    return [stream.name for stream in hub.streams]


@pytest.mark.usefixtures("_mapping_fails")
def test_failed_work_does_not_affect_other_work() -> None:
    with (  # noqa: PT012
        pytest.raises(MghAssertionError, match="PutResourceAttributes") as raised,
        mock_mgh(background="manual") as hub,
    ):
        leave_work(hub)
        hub.settle()
        assert end(hub) == ["SMS"]
        (note,) = hub.notes
    assert isinstance(raised.value.__cause__, ZeroDivisionError)
    assert note == (
        "The background work of PutResourceAttributes (SMS task) failed: ZeroDivisionError()."
    )


@pytest.mark.usefixtures("_mapping_fails")
def test_work_that_fails_when_due_does_not_fail_a_call() -> None:
    with (  # noqa: PT012
        pytest.raises(MghAssertionError, match="PutResourceAttributes"),
        mock_mgh(background=30) as hub,
    ):
        leave_work(hub)
        hub.advance(30)
        assert hub.client().list_migration_tasks()["MigrationTaskSummaryList"]
        assert end(hub) == ["SMS"]


@pytest.mark.usefixtures("_mapping_fails")
def test_work_that_fails_at_once_does_not_fail_its_call() -> None:
    with (  # noqa: PT012
        pytest.raises(MghAssertionError, match="PutResourceAttributes"),
        mock_mgh() as hub,
    ):
        leave_work(hub)
        assert end(hub) == ["SMS"]


def test_work_whose_failure_cannot_be_recorded_is_dropped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: Any) -> None:
        raise ZeroDivisionError

    broken = dataclasses.replace(OPERATIONS["StartExportTask"], worker=fail, abandon=fail)
    monkeypatch.setitem(OPERATIONS, "StartExportTask", broken)
    with (  # noqa: PT012
        pytest.raises(MghAssertionError, match="StartExportTask"),
        mock_mgh(background="manual") as hub,
    ):
        hub.client("discovery").start_export_task()
        hub.settle()
        assert hub.pending == ()
        assert len(hub.exports) == 1
        assert hub.client("discovery").describe_export_tasks()["exportsInfo"]


@pytest.mark.usefixtures("_mapping_fails")
def test_a_snapshot_with_impossible_work_is_refused() -> None:
    with mock_mgh(background="manual") as hub:
        leave_work(hub)
        snapshot = hub.snapshot()
        hub.reset()
        with pytest.raises(ValueError, match="background: ZeroDivisionError"):
            hub.restore(snapshot)
        assert hub.streams == ()
