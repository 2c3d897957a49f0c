"""time-machine: the hub's clock follows the travelling one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runs import Run


def test_time_machine_moves_the_clock_of_the_hub(run: Run) -> None:
    run(
        """
import time
from datetime import datetime, timedelta, timezone
import time_machine

THEN = datetime(2030, 1, 2, 3, 4, 5, tzinfo=timezone.utc)

@time_machine.travel(THEN, tick=False)
def test_inside_the_decorator(mgh):
    create("SMS")
    assert mgh.now == THEN
    assert mgh.events.last["eventTime"] == "2030-01-02T03:04:05Z"

@mock_mgh
@time_machine.travel(THEN, tick=False)
def test_decorators():
    with mock_mgh() as hub:
        assert hub.now == THEN

@time_machine.travel(THEN, tick=False)
@mock_mgh
def test_decorators_the_other_way_round():
    with mock_mgh() as hub:
        assert hub.now == THEN

def test_the_fixture(mgh, time_machine):
    time_machine.move_to(THEN, tick=False)
    assert mgh.now == THEN
    time_machine.shift(60)
    assert mgh.now == THEN + timedelta(seconds=60)

@pytest.mark.mgh(background=3600)
def test_a_tool_that_sleeps_until_a_deadline(mgh, mgh_client, monkeypatch):
    with time_machine.travel(THEN, tick=False) as traveller:
        monkeypatch.setattr(time, "sleep", traveller.shift)
        create("SMS")
        mgh_client.delete_progress_update_stream(ProgressUpdateStreamName="SMS")
        deadline = time.time() + 1800
        while names() and time.time() < deadline:
            time.sleep(600)
        assert names() == ["SMS"]
        time.sleep(1800)
        assert names() == []

@mock_mgh
@time_machine.travel(THEN, tick=False)
class TestCase(unittest.TestCase):
    def setUp(self):
        create("set-up")

    def test_it(self):
        with mock_mgh() as hub:
            assert hub.now == THEN
        create("test")

    def test_again(self):
        assert names() == ["set-up"]

@time_machine.travel(THEN, tick=False)
@mock_mgh
class TestOtherCase(unittest.TestCase):
    def test_it(self):
        with mock_mgh() as hub:
            assert hub.now == THEN
        create("test")

    def test_again(self):
        assert names() == []
""",
        "-p",
        "time_machine",
        passed=9,
    )
