"""pytest-xdist: each worker has its own mocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from runs import Run

TESTS = """
@pytest.mark.parametrize("number", range(6))
def test_a_fresh_hub(mgh, number):
    create("SMS")
    assert names() == ["SMS"]

@pytest.mark.parametrize("number", range(6))
def test_a_hub_of_the_session(mgh_session, mgh, number):
    assert names() == []
    create("SMS")
"""


@pytest.mark.parametrize("distribution", ["load", "loadfile", "worksteal"])
def test_workers_share_nothing(run: Run, distribution: str) -> None:
    run(TESTS, "-p", "xdist", "-n", "2", f"--dist={distribution}", passed=12)


def test_workers_block_real_calls(run: Run) -> None:
    run(
        """
def test_outside():
    client = boto3.client("mgh", "us-west-2", aws_access_key_id="a", aws_secret_access_key="b")
    with pytest.raises(AssertionError, match="would reach AWS"):
        client.list_migration_tasks()
""",
        "-p",
        "xdist",
        "-n",
        "1",
        passed=1,
        errors=1,
    )
