"""pytest-recording's markers and options."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runs import Run

TESTS = """
import urllib.request

@pytest.mark.vcr
def test_with_the_fixture(mgh):
    create("SMS")
    assert names() == ["SMS"]

@pytest.mark.vcr
@pytest.mark.mgh
def test_with_the_marker():
    create("SMS")
    assert names() == ["SMS"]

@mock_mgh
@pytest.mark.vcr
def test_with_the_decorator():
    assert names() == []

@pytest.mark.block_network
def test_with_a_blocked_network(mgh):
    create("SMS")
    assert names() == ["SMS"]

class TestIt:
    def setup_method(self):
        create("set-up")

    @pytest.mark.vcr
    @pytest.mark.block_network
    def test_in_a_class(self, mgh_client):
        assert names() == ["set-up"]

@pytest.fixture(scope="module")
def vcr_config():
    return {"filter_headers": ["authorization"]}

def test_no_cassette_was_written(request):
    assert not (request.path.parent / "cassettes").exists()
"""


def test_the_markers_of_both_plugins_work_together(run: Run) -> None:
    run(TESTS, passed=6)


def test_a_recording_run_records_no_call_of_the_hub(run: Run) -> None:
    run(TESTS, "--record-mode=new_episodes", "--block-network", passed=6)
