"""Side by side with moto: ours answers the three services, moto the rest, in every order."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import ExitStack
from functools import cache
from typing import Any

import boto3
import pytest
from moto import mock_aws

from pytest_mgh import mock_mgh

MOCKS = {"ours": mock_mgh, "moto's": mock_aws}
ORDERS = list(itertools.permutations(MOCKS))
AGES = ("before both", "between", "inside both")


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr("socket.socket.connect", refuse)
    monkeypatch.setattr("socket.getaddrinfo", refuse)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "own")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "own")


def use(clients: dict[str, Any]) -> None:
    clients["mgh"].create_progress_update_stream(ProgressUpdateStreamName="SMS")
    clients["s3"].create_bucket(Bucket="wave")
    streams = clients["mgh"].list_progress_update_streams()["ProgressUpdateStreamSummaryList"]
    assert [stream["ProgressUpdateStreamName"] for stream in streams] == ["SMS"]
    assert [bucket["Name"] for bucket in clients["s3"].list_buckets()["Buckets"]] == ["wave"]


@cache
def session() -> boto3.session.Session:
    """A session created before all mocks, so that its models are loaded once."""
    return boto3.session.Session("own", "own", region_name="us-west-2")


def make() -> dict[str, Any]:
    return {
        "mgh": session().client("mgh"),
        "s3": session().client("s3", region_name="us-east-1"),
    }


@pytest.mark.parametrize("age", AGES)
@pytest.mark.parametrize("order", ORDERS, ids=" outside ".join)
def test_moto_and_mgh_answer_their_own_services_in_every_order(
    order: tuple[str, str], age: str
) -> None:
    clients: dict[str, Any] = make() if age == "before both" else {}
    with ExitStack() as mocks:
        mocks.enter_context(MOCKS[order[0]]())
        clients = make() if age == "between" else clients
        mocks.enter_context(MOCKS[order[1]]())
        use(clients or make())


@pytest.mark.parametrize("order", ORDERS, ids=" started before ".join)
@pytest.mark.parametrize("first_stopped", [0, 1])
def test_moto_and_mgh_may_stop_in_any_order(order: tuple[str, str], first_stopped: int) -> None:
    mocks = [MOCKS[name]() for name in order]
    for mock in mocks:
        mock.start()
    use(make())

    mocks[first_stopped].stop()
    rest = order[1 - first_stopped]
    if rest == "ours":
        make()["mgh"].list_migration_tasks()
    else:
        make()["s3"].list_buckets()
    mocks[1 - first_stopped].stop()


@pytest.fixture
def moto_fixture() -> Iterator[None]:
    with mock_aws():
        yield


def test_moto_may_be_a_fixture(moto_fixture: None, mgh: Any) -> None:
    use(make())


def test_moto_may_be_a_later_fixture(mgh: Any, moto_fixture: None) -> None:
    use(make())


@mock_aws
@mock_mgh
def test_moto_and_mgh_may_decorate_a_function() -> None:
    use(make())


@mock_mgh
@mock_aws
def test_mgh_and_moto_may_decorate_a_function() -> None:
    use(make())


@mock_aws
@mock_mgh
class TestBothDecorateAClass:
    def setup_method(self, *_: Any) -> None:  # moto calls it with its test, whether it asks or not
        boto3.client("mgh", "us-west-2").create_progress_update_stream(
            ProgressUpdateStreamName="SMS"
        )

    def test_it(self) -> None:
        use(make())


@mock_mgh
@mock_aws
class TestBothDecorateAClassTheOtherWayRound:
    def test_it(self) -> None:
        use(make())


def test_moto_may_be_imported_after_a_client_was_created(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import sys
        import boto3

        client = boto3.client("mgh", "us-west-2", aws_access_key_id="a", aws_secret_access_key="b")
        assert "moto" not in sys.modules

        def test_it(mgh):
            from moto import mock_aws
            with mock_aws():
                client.list_migration_tasks()
                boto3.client("s3", "us-east-1").list_buckets()
            assert len(mgh.events) == 1
        """
    )

    pytester.runpytest_subprocess().assert_outcomes(passed=1)
