"""pytest-rerunfailures: each run of a test starts empty."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runs import Run


def test_each_run_of_a_test_has_its_own_hub(run: Run) -> None:
    result = run(
        """
runs = []

@pytest.mark.flaky(reruns=2)
def test_that_passes_in_the_end(mgh):
    runs.append(names())
    create("SMS")
    assert len(runs) == 3
    assert runs == [[]] * 3

class TestIt:
    def setup_method(self):
        create("set-up")

    @pytest.mark.flaky(reruns=1)
    @pytest.mark.mgh(home_region="eu-west-1")
    def test_that_fails(self):
        create("of each run")
        assert names() == []

def test_after():
    assert not is_mocked()
""",
        passed=2,
        failed=1,
    )
    result.stdout.fnmatch_lines(["*1 failed, 2 passed, 3 rerun*"])
    shown = [line for line in result.outlines if "Name=of each run)" in line]
    assert len(shown) == 1


def test_each_run_undoes_its_changes_to_a_hub_of_a_wider_scope(run: Run) -> None:
    run(
        """
runs = []

@pytest.fixture(scope="module")
def seeded(mgh_module):
    create("seed")

def test_it(mgh, seeded):
    runs.append(names())
    create("SMS")
    assert len(runs) == 3
    assert runs == [["seed"]] * 3
""",
        "--reruns=2",
        passed=1,
    )


def test_an_error_that_every_run_swallows_fails_the_test(run: Run) -> None:
    run(
        """
def test_that_swallows_a_refusal():
    client = boto3.client("mgh", "us-west-2", aws_access_key_id="a", aws_secret_access_key="b")
    try:
        client.list_migration_tasks()
    except AssertionError:
        pass
""",
        "--reruns=2",
        passed=3,
        errors=1,
    )
