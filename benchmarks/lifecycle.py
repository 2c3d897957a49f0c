"""What entering and leaving the mock costs, beside moto."""

from __future__ import annotations

from collections.abc import Iterator

import boto3

from benchmarks.measure import Candidate, ratio, take_turns
from benchmarks.rows import Row
from pytest_mgh import mock_mgh


def measure(calls: int, turns: int) -> Iterator[Row]:
    """Measure with a client and without, and yield the rows."""
    from moto import mock_aws

    warm = boto3.Session(
        region_name="us-west-2", aws_access_key_id="key", aws_secret_access_key="secret"
    )

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

    bare = Candidate("a client", lambda: warm.client("mgh"))
    enter, moto_enter = Candidate("pytest-mgh", ours), Candidate("moto", moto)
    with_client = Candidate("pytest-mgh", ours_with_client)
    moto_with = Candidate("moto", moto_with_client)
    take_turns([bare, with_client, enter, moto_enter], calls=max(calls // 4, 1), turns=turns)
    take_turns([moto_with], calls=2, turns=turns)
    yield Row("enter and exit, over moto's", ratio(enter, moto_enter), budget=0.05)
    yield Row(
        "enter, boto3.client, exit, over a client of a warm session",
        ratio(with_client, bare),
        budget=1.3,
        peers={"moto": ratio(moto_with, bare)},
    )
