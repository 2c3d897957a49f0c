"""The end of the pipeline: the effect of unexpected exceptions and of watchers that raise."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from pytest_mgh import MghAssertionError, MigrationHub, mock_mgh
from pytest_mgh.cloudtrail.watchers import PERMISSION_WATCHERS, WATCHERS
from pytest_mgh.services.catalog import OPERATIONS

STREAM = {"ProgressUpdateStreamName": "SMS"}


def fail_with(result: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let CreateProgressUpdateStream add its stream, and then raise or return something."""
    operation = OPERATIONS["CreateProgressUpdateStream"]

    def handler(call: Any, store: Any) -> Any:
        operation.handler(call, store)
        if isinstance(result, Exception):
            raise result
        return result

    broken = dataclasses.replace(operation, handler=handler)
    monkeypatch.setitem(OPERATIONS, "CreateProgressUpdateStream", broken)


@pytest.mark.parametrize(
    "result", [ZeroDivisionError(), {"a": object()}], ids=["a handler raises", "no JSON"]
)
def test_a_call_with_an_unexpected_exception_is_undone_and_recorded(
    result: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_with(result, monkeypatch)

    with (  # noqa: PT012
        pytest.raises(MghAssertionError, match="mgh CreateProgressUpdateStream") as error,
        mock_mgh() as hub,
    ):
        with pytest.raises(MghAssertionError):
            hub.client().create_progress_update_stream(**STREAM)
        assert hub.streams == ()
        assert [event["errorCode"] for event in hub.events] == ["InternalFailure"]
    assert isinstance(error.value.__cause__, (ZeroDivisionError, TypeError))


@pytest.mark.parametrize("watchers", [WATCHERS, PERMISSION_WATCHERS], ids=["calls", "permissions"])
def test_a_watcher_that_raises_fails_no_call_and_no_other_watcher(
    watchers: list[Any],
) -> None:
    heard: list[Any] = []

    def fail(*_: object) -> None:
        raise ZeroDivisionError

    watchers += [fail, lambda *facts: heard.append(facts)]
    try:
        with (  # noqa: PT012
            pytest.raises(MghAssertionError, match="a call listener"),
            mock_mgh() as hub,
        ):
            hub.client().create_progress_update_stream(**STREAM)
            assert [stream.name for stream in hub.streams] == ["SMS"]
        assert len(heard) == 1
    finally:
        del watchers[-2:]


def test_a_refused_call_leaves_only_its_record(mgh: MigrationHub) -> None:
    before = mgh.snapshot()
    client = mgh.client()

    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.import_migration_task(ProgressUpdateStream="SMS", MigrationTaskName="task")

    after = mgh.snapshot()
    changed = {name for name in after if after[name] != before[name]}
    assert changed <= {"calls", "ids"}
