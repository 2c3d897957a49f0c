"""What entering and leaving the mock costs, beside moto."""

from __future__ import annotations

from collections.abc import Iterator

import boto3

from benchmarks.measure import Candidate, figure, ratio, take_turns
from benchmarks.rows import Row
from pytest_mgh import mock_mgh


def measure(calls: int, turns: int) -> Iterator[Row]:
    """Measure with a client and without, and yield the rows."""
    from moto import mock_aws

    def ours() -> None:
        with mock_mgh():
            pass

    def ours_with_client() -> None:
        with mock_mgh():
            boto3.client("mgh")

    def moto() -> None:
        with mock_aws():
            pass

    def moto_with_client() -> None:
        with mock_aws():
            boto3.client("ssm", "us-west-2")

    for name, one, other, times, budget in (
        ("enter and exit", ours, moto, calls // 4, 0.15 / 1.6),
        ("enter, boto3.client, exit", ours_with_client, moto_with_client, 5, 5 / 44),
    ):
        mine, theirs = Candidate("pytest-mgh", one), Candidate("moto", other)
        take_turns([mine, theirs], calls=times, turns=turns)
        mine_ms, theirs_ms = (
            figure([seconds * 1e3 for seconds in candidate.seconds]) for candidate in (mine, theirs)
        )
        yield Row(f"{name}, ms", mine_ms, peers={"moto": theirs_ms})
        yield Row(f"{name}, over moto's", ratio(mine, theirs), budget=budget)
