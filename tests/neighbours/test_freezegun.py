"""freezegun: the hub's clock follows the frozen one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runs import Run


def test_the_clock_of_the_hub_is_frozen_by_freezegun(run: Run) -> None:
    run(
        """
from datetime import datetime, timedelta, timezone
from freezegun import freeze_time

THEN = datetime(2030, 1, 2, 3, 4, 5, tzinfo=timezone.utc)

@freeze_time("2030-01-02 03:04:05")
def test_inside_the_decorator(mgh):
    create("SMS")
    assert mgh.now == THEN
    assert mgh.events.last["eventTime"] == "2030-01-02T03:04:05Z"

@freeze_time("2030-01-02 03:04:05")
@mock_mgh
def test_decorators():
    with mock_mgh() as hub:
        assert hub.now == THEN

@mock_mgh
@freeze_time("2030-01-02 03:04:05")
def test_decorators_the_other_way_round():
    with mock_mgh() as hub:
        assert hub.now == THEN

@pytest.fixture
def frozen():
    with freeze_time("2030-01-02 03:04:05") as clock:
        yield clock

@pytest.mark.mgh(background=60)
def test_ticks(frozen, mgh, mgh_client):
    create("SMS")
    mgh_client.delete_progress_update_stream(ProgressUpdateStreamName="SMS")
    assert names() == ["SMS"]
    frozen.tick(61)
    assert names() == []
    mgh.advance(3600)
    assert mgh.now == THEN + timedelta(seconds=3661)

@mock_mgh
@freeze_time("2030-01-02 03:04:05")
class TestCase(unittest.TestCase):
    def setUp(self):
        create("set-up")

    def test_it(self):
        with mock_mgh() as hub:
            assert hub.events.last["eventTime"] == "2030-01-02T03:04:05Z"
            create("test")

    def test_again(self):
        assert names() == ["set-up"]

@freeze_time("2030-01-02 03:04:05")
@mock_mgh
class TestOtherCase(unittest.TestCase):
    def test_it(self):
        create("test")
        with mock_mgh() as hub:
            assert hub.events.last["eventTime"] == "2030-01-02T03:04:05Z"

    def test_again(self):
        assert names() == []
""",
        passed=8,
    )
