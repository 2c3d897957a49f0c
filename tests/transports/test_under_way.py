"""Calls in progress when their mock ends."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, nullcontext
from datetime import datetime, timedelta, timezone
from typing import Any

import boto3
import botocore.session
import pytest
from botocore.credentials import RefreshableCredentials
from botocore.httpsession import URLLib3Session
from moto import mock_aws
from waiting import MINUTE

from pytest_mgh import RealCallError, mock_mgh
from pytest_mgh.state.process import PROCESS


@pytest.fixture
def client() -> Any:
    return boto3.Session().client(
        "mgh", "us-west-2", aws_access_key_id="key", aws_secret_access_key="secret"
    )


@pytest.fixture(autouse=True)
def sent(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The URLs of the requests that a test sends; refusals are expected."""
    urls: list[str] = []

    def send(_: Any, request: Any) -> None:
        urls.append(request.url)
        raise OSError("a socket was opened")

    monkeypatch.setattr(URLLib3Session, "send", send)
    yield urls
    PROCESS.take_refusals()


def held_at(event: str, client: Any) -> tuple[threading.Event, threading.Event]:
    """Let the client's calls wait at an event; return the events of waiting and continuing."""
    reached, go_on = threading.Event(), threading.Event()

    def wait(**_: Any) -> None:
        reached.set()
        go_on.wait(MINUTE)

    client.meta.events.register_first(f"{event}.migration-hub", wait)
    return reached, go_on


@contextmanager
def outliving(client: Any, event: str, method: str = "list_migration_tasks") -> Iterator[Any]:
    """Yield a call that outlived its mock; it waits at an event until the block's end.

    A fault makes it fail, so that it is retried.
    """
    reached, go_on = held_at(event, client)
    with ThreadPoolExecutor(1) as pool:
        with mock_mgh() as hub:
            if event == "needs-retry":
                hub.fail("ListMigrationTasks", "ThrottlingException", times=None)
            call = pool.submit(getattr(client, method))
            assert reached.wait(MINUTE)
        yield call
        go_on.set()


EVENTS = ["request-created", "before-sign", "before-send", "needs-retry"]
REFUSED = "ListMigrationTasks would reach AWS: the Migration"


@pytest.mark.parametrize("event", EVENTS)
def test_a_call_that_continues_after_its_mock_is_refused(
    client: Any, event: str, sent: list[str]
) -> None:
    with outliving(client, event) as call:
        pass
    with pytest.raises(RealCallError, match=REFUSED):
        call.result()
    assert sent == []


@pytest.mark.parametrize("event", EVENTS[:3])
def test_a_call_of_a_task_that_continues_after_its_mock_is_refused(
    client: Any, event: str, sent: list[str]
) -> None:
    reached, go_on = held_at(event, client)

    async def outlive() -> BaseException | None:
        async with mock_mgh():
            call = asyncio.create_task(asyncio.to_thread(client.list_migration_tasks))
            assert await asyncio.to_thread(reached.wait, 10)
        go_on.set()
        await asyncio.wait([call])
        return call.exception()

    assert REFUSED in str(asyncio.run(outlive()))
    assert sent == []


@pytest.mark.parametrize("event", EVENTS[:2])
def test_a_call_that_outlives_its_mock_fetches_no_credentials(event: str) -> None:
    fetched = []

    def fetch() -> dict[str, str]:
        fetched.append(1)
        return {}

    session = botocore.session.Session()
    past = datetime.now(timezone.utc) - timedelta(days=1)
    session._credentials = RefreshableCredentials("key", "secret", "token", past, fetch, "test")
    with outliving(session.create_client("mgh", "us-west-2"), event) as call:
        pass
    assert (type(call.exception()), fetched) == (RealCallError, [])


@pytest.mark.parametrize("event", EVENTS)
def test_moto_answers_no_call_that_outlives_its_mock(event: str, sent: list[str]) -> None:
    with mock_aws(), outliving(boto3.Session().client("mgh", "us-west-2"), event) as call:
        pass
    assert (type(call.exception()), sent) == (RealCallError, [])


@pytest.mark.parametrize("event", EVENTS[:3])
@pytest.mark.parametrize("beside", [nullcontext, mock_aws], ids=["alone", "beside moto"])
def test_a_call_in_progress_is_answered_by_a_newly_started_mock(event: str, beside: Any) -> None:
    with beside(), ExitStack() as later:
        client = boto3.Session("key", "secret").client("mgh", "us-west-2")
        with outliving(client, event, "list_progress_update_streams") as call:
            hub = later.enter_context(mock_mgh())
            hub.load({"streams": [{"name": "SMS"}]})
        streams = call.result()["ProgressUpdateStreamSummaryList"]
    assert streams == [{"ProgressUpdateStreamName": "SMS"}]


def test_a_client_with_a_call_in_progress_is_restored_once_the_call_ended(client: Any) -> None:
    with outliving(client, "before-send") as call:
        pass
    assert isinstance(call.exception(), RealCallError)
    asked = []
    client.meta.events.register_last("before-send.migration-hub", lambda **_: asked.append(1) or 1)
    with pytest.raises(AttributeError):  # the last handler's answer is no response
        client.list_migration_tasks()
    assert asked == [1]


def test_no_call_of_a_pool_that_outlives_its_mocks_reaches_aws(client: Any) -> None:
    with ThreadPoolExecutor(4) as pool:
        calls = []
        for _ in range(10):
            with mock_mgh() as hub:
                inside = hub.client()
                calls += [pool.submit(inside.list_migration_tasks) for _ in range(10)]
    errors = [call.exception() for call in calls]
    assert {type(error) for error in errors} <= {type(None), RealCallError}
