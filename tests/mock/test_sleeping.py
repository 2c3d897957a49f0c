"""With `sleep=True`, `time.sleep` moves the hub's clock instead of waiting."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.waiter import WaiterModel, create_waiter_with_client
from inside import run_inside

from pytest_mgh import mock_mgh

# Nothing here waits: it would be noticed.
pytestmark = pytest.mark.usefixtures("_no_waiting")


@pytest.fixture
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)
    return waited


@pytest.mark.parametrize("seconds", [60, 0.25, True])
def test_sleeping_moves_the_clock(seconds: float) -> None:
    with mock_mgh(sleep=True) as hub:
        before = hub.now
        time.sleep(seconds)
        passed = hub.now - before
    assert timedelta(0) <= passed - timedelta(seconds=seconds) < timedelta(seconds=30)


def test_a_tool_that_polls_for_a_deletion_ends() -> None:
    with mock_mgh(sleep=True, background=3600) as hub:
        client = boto3.client("mgh")
        client.create_progress_update_stream(ProgressUpdateStreamName="SMS")
        client.delete_progress_update_stream(ProgressUpdateStreamName="SMS")
        looks = 0
        while client.list_progress_update_streams()["ProgressUpdateStreamSummaryList"]:
            looks += 1
            assert looks <= 6
            time.sleep(600)
    assert (looks, hub.streams) == (6, ())


def test_a_waiter_of_botocore_does_not_wait(_no_waiting: list[float]) -> None:
    model = WaiterModel(
        {
            "version": 2,
            "waiters": {
                "StreamsGone": {
                    "operation": "ListProgressUpdateStreams",
                    "delay": 30,
                    "maxAttempts": 40,
                    "acceptors": [
                        {
                            "matcher": "path",
                            "argument": "length(ProgressUpdateStreamSummaryList) == `0`",
                            "expected": True,
                            "state": "success",
                        }
                    ],
                }
            },
        }
    )
    with mock_mgh(sleep=True, background=300) as hub:
        client: Any = boto3.client("mgh")
        client.create_progress_update_stream(ProgressUpdateStreamName="SMS")
        client.delete_progress_update_stream(ProgressUpdateStreamName="SMS")
        create_waiter_with_client("StreamsGone", model, client).wait()
        assert len(hub.events.of("ListProgressUpdateStreams")) == 11
    assert set(_no_waiting) == {0}


def test_without_the_option_sleeping_really_waits(_no_waiting: list[float]) -> None:
    with mock_mgh():
        time.sleep(7)
    assert _no_waiting == [7]


def test_sleeping_really_waits_again_after_the_mock(_no_waiting: list[float]) -> None:
    before = time.sleep
    with pytest.raises(LookupError), mock_mgh(sleep=True):
        raise LookupError
    assert time.sleep is before
    time.sleep(7)
    assert _no_waiting == [7]


def test_a_sleep_function_saved_inside_a_mock_follows_the_active_mock(
    _no_waiting: list[float],
) -> None:
    with mock_mgh(sleep=True):
        kept = time.sleep
    kept(7)
    with mock_mgh():
        kept(8)
    assert _no_waiting == [7, 8]

    with mock_mgh(sleep=True) as hub:
        before = hub.now
        kept(3600)
        assert hub.now - before >= timedelta(seconds=3600)


def test_a_snapshot_of_a_hub_without_the_option_changes_nothing(_no_waiting: list[float]) -> None:
    with mock_mgh() as hub:
        snapshot = hub.snapshot()
    with mock_mgh(sleep=True) as hub:
        hub.restore(snapshot)
        time.sleep(7)
    assert 7 not in _no_waiting


def test_a_thread_started_inside_moves_the_clock_and_an_older_one_sleeps(
    _no_waiting: list[float],
) -> None:
    asked, done = threading.Event(), threading.Event()

    def of_others() -> None:
        asked.wait(60)
        time.sleep(77)
        done.set()

    other = threading.Thread(target=of_others)
    other.start()
    with mock_mgh(sleep=True) as hub:
        before = hub.now
        asked.set()
        done.wait(60)
        assert hub.now - before < timedelta(seconds=70)
        own = threading.Thread(target=time.sleep, args=(600,))
        own.start()
        own.join()
        assert hub.now - before >= timedelta(seconds=600)
    other.join()
    assert 77 in _no_waiting


@pytest.mark.parametrize("seconds", [-1, "1", None])
def test_an_invalid_sleep_time_is_refused_as_usual(
    seconds: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    with mock_mgh(sleep=True), pytest.raises((TypeError, ValueError)):
        time.sleep(seconds)


def test_a_sleep_function_patched_by_the_test_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    with mock_mgh(sleep=True):
        monkeypatch.setattr(time, "sleep", slept.append)
        time.sleep(3)
    time.sleep(4)
    assert slept == [3, 4]


def test_the_marker_accepts_sleep(pytester: pytest.Pytester) -> None:
    result = run_inside(
        pytester,
        """
import time
from time import sleep

@pytest.mark.mgh(sleep=True)
def test_it(mgh):
    before = mgh.now
    time.sleep(86400)
    assert (mgh.now - before).days == 1
""",
    )
    result.assert_outcomes(passed=1)
