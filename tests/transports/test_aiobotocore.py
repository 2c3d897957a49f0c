from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime, timedelta, timezone
from typing import Any

import boto3
import pytest
import pytest_asyncio
from aiobotocore.config import AioConfig
from aiobotocore.credentials import AioRefreshableCredentials
from aiobotocore.httpsession import AIOHTTPSession
from aiobotocore.session import get_session
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ReadTimeoutError,
)

from pytest_mgh import RealCallError, mock_mgh
from pytest_mgh.state.process import PROCESS

MODES = ("legacy", "standard", "adaptive")
LIST = "ListMigrationTasks"
SERVICES = {
    "mgh": "list_progress_update_streams",
    "migrationhub-config": "get_home_region",
    "discovery": "describe_tags",
}
TRANSPORT = {
    "ConnectTimeout": ConnectTimeoutError,
    "ReadTimeout": ReadTimeoutError,
    "ConnectionReset": ConnectionClosedError,
    "ResponseLost": ReadTimeoutError,
}

pytestmark = pytest.mark.asyncio


def connect(
    mode: str = "standard", attempts: int = 3, service: str = "mgh", region: str = "us-west-2"
) -> AbstractAsyncContextManager[Any]:
    config = AioConfig(retries={"mode": mode, "total_max_attempts": attempts})
    client: AbstractAsyncContextManager[Any] = get_session().create_client(
        service,
        region_name=region,
        aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
        aws_secret_access_key="secret",
        config=config,
    )
    return client


@pytest_asyncio.fixture
async def client(mgh: Any) -> AsyncIterator[Any]:
    async with connect() as client:
        yield client


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What the loop slept or waited for with an end, as far as botocore could; none really does."""
    waits: list[float] = []
    wait_for = asyncio.wait_for

    async def sleep(delay: float, result: Any = None) -> Any:
        if delay:
            waits.append(delay)
        return result

    async def note(awaitable: Awaitable[Any], timeout: float | None) -> Any:
        if timeout is not None:
            waits.append(timeout)
        return await wait_for(awaitable, timeout)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    monkeypatch.setattr(asyncio, "wait_for", note)
    monkeypatch.setattr(time, "sleep", waits.append)
    return waits


async def create(client: Any, name: str) -> Any:
    return await client.create_progress_update_stream(ProgressUpdateStreamName=name)


def streams(hub: Any) -> list[str]:
    return [stream.name for stream in hub.streams]


async def fails(call: Callable[[], Awaitable[Any]]) -> None:
    with pytest.raises((ClientError, BotoCoreError)):
        await call()


# calls


@pytest.mark.parametrize("service", SERVICES)
async def test_a_client_is_answered(mgh: Any, service: str) -> None:
    async with connect(service=service) as client:
        answer = await getattr(client, SERVICES[service])()
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200


async def test_a_client_created_before_the_mock_is_answered() -> None:
    async with connect() as client:
        with mock_mgh() as hub:
            await create(client, "SMS")
            assert streams(hub) == ["SMS"]


async def test_a_call_takes_effect_once(mgh: Any, client: Any) -> None:
    await create(client, "SMS")
    assert len(mgh.events) == 1


async def test_a_client_inside_async_with_is_answered() -> None:
    async with mock_mgh() as hub, connect() as client:
        await create(client, "SMS")
        assert streams(hub) == ["SMS"]


async def test_async_with_accepts_options() -> None:
    async with mock_mgh(home_region="eu-central-1") as hub, connect() as client:
        with pytest.raises(ClientError, match="eu-central-1"):
            await create(client, "SMS")
        assert streams(hub) == []


@mock_mgh
async def test_a_client_inside_a_decorated_test_is_answered() -> None:
    async with connect() as client:
        await create(client, "SMS")
        assert len((await client.list_progress_update_streams()).keys()) == 2


async def test_a_client_without_its_own_credentials_is_answered(mgh: Any) -> None:
    async with get_session().create_client("mgh", region_name="us-west-2") as client:
        await create(client, "SMS")
    assert streams(mgh) == ["SMS"]


async def test_a_client_created_before_the_mock_without_credentials_is_answered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Neither the environment nor a file has any when it is created."""
    for name in tuple(os.environ):
        if name.startswith("AWS_") and name != "AWS_EC2_METADATA_DISABLED":
            monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    async with get_session().create_client("mgh", region_name="us-west-2") as client:
        for _ in range(2):
            async with mock_mgh() as hub:
                await create(client, "SMS")
                assert streams(hub) == ["SMS"]
        with pytest.raises(NoCredentialsError):
            await create(client, "SMS")


async def test_expired_credentials_are_not_refreshed() -> None:
    fetched = []

    async def fetch() -> dict[str, str]:
        fetched.append(1)
        raise AssertionError("a call to a metadata service")

    before = datetime.now(timezone.utc) - timedelta(days=1)
    expired = AioRefreshableCredentials("key", "secret", "token", before, fetch, "test")
    session = get_session()
    session._credentials = expired
    async with session.create_client("mgh", region_name="us-west-2") as client:
        async with mock_mgh() as hub:
            await create(client, "SMS")
        assert (streams(hub), fetched) == (["SMS"], [])
        assert client._request_signer._credentials is expired


async def test_boto3_and_aiobotocore_share_the_hub(mgh: Any, client: Any) -> None:
    boto3.client("mgh", "us-west-2").create_progress_update_stream(ProgressUpdateStreamName="a")
    await create(client, "b")
    assert streams(mgh) == ["a", "b"]


async def test_calls_at_the_same_time_lose_nothing(mgh: Any, client: Any) -> None:
    await asyncio.gather(*(create(client, f"s{number:02}") for number in range(20)))
    assert streams(mgh) == [f"s{number:02}" for number in range(20)]


@pytest.mark.parametrize("size", [1, 2, 5])
async def test_a_paginator_gets_every_row_once_and_in_order(
    mgh: Any, client: Any, size: int
) -> None:
    names = [f"s{number}" for number in range(5)]
    for name in names:
        await create(client, name)
    paginator = client.get_paginator("list_progress_update_streams")
    rows = [
        row["ProgressUpdateStreamName"]
        async for page in paginator.paginate(PaginationConfig={"PageSize": size})
        for row in page["ProgressUpdateStreamSummaryList"]
    ]
    assert rows == names


async def test_a_call_after_the_mock_goes_out_again(monkeypatch: pytest.MonkeyPatch) -> None:
    async with connect(attempts=1) as client:
        async with mock_mgh():
            await client.list_progress_update_streams()
        sent: list[str] = []

        async def send(request: Any) -> None:
            sent.append(request.url)
            raise ConnectionClosedError(endpoint_url=request.url)

        monkeypatch.setattr(client._endpoint.http_session, "send", send)
        with pytest.raises(ConnectionClosedError):
            await client.list_progress_update_streams()
    assert len(sent) == 1


# errors


async def test_an_error_has_the_exception_class_of_the_client(mgh: Any, client: Any) -> None:
    with pytest.raises(client.exceptions.ResourceNotFoundException, match="SMS"):
        await client.describe_migration_task(ProgressUpdateStream="SMS", MigrationTaskName="task")


async def test_an_injected_error_has_the_exception_class_of_the_client(
    mgh: Any, client: Any
) -> None:
    mgh.fail(LIST, "PolicyErrorException", message="a policy is missing")
    with pytest.raises(client.exceptions.PolicyErrorException, match="a policy is missing"):
        await client.list_migration_tasks()


async def test_a_throttled_call_gets_the_given_retry_after(mgh: Any) -> None:
    mgh.fail(LIST, "ThrottlingException", retry_after=7)
    async with connect(attempts=1) as client:
        with pytest.raises(client.exceptions.ThrottlingException) as caught:
            await client.list_migration_tasks()
    assert caught.value.response["RetryAfterSeconds"] == 7


@pytest.mark.parametrize("service", SERVICES)
async def test_a_region_without_migration_hub_has_no_endpoint(mgh: Any, service: str) -> None:
    async with connect(service=service, region="us-east-2") as client:
        with pytest.raises(EndpointConnectionError):
            await getattr(client, SERVICES[service])()
    assert len(mgh.backoffs) == 2


@pytest.mark.parametrize("fault", TRANSPORT)
async def test_a_transport_fault_is_raised_as_the_exception_of_botocore(
    mgh: Any, client: Any, fault: str
) -> None:
    mgh.fail(LIST, fault, times=5)
    with pytest.raises(TRANSPORT[fault]):
        await client.list_migration_tasks()
    assert "injected 5 times, used 3 times" in repr(mgh)
    mgh.recover()


async def test_a_call_whose_response_is_lost_takes_effect(mgh: Any) -> None:
    mgh.fail("CreateProgressUpdateStream", "ResponseLost")
    async with connect(attempts=1) as client:
        with pytest.raises(ReadTimeoutError):
            await create(client, "SMS")
    assert streams(mgh) == ["SMS"]


# retries


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("error", ["ThrottlingException", "InternalServerError", *TRANSPORT])
async def test_a_retry_after_a_fault_does_not_wait(
    mgh: Any, waits: list[float], mode: str, error: str
) -> None:
    mgh.fail(LIST, error, times=2)
    async with connect(mode) as client:
        answer = await client.list_migration_tasks()
    assert (waits, answer["ResponseMetadata"]["RetryAttempts"]) == ([], 2)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("attempts", [1, 2, 4])
async def test_the_number_of_attempts_follows_the_configuration_of_the_client(
    mgh: Any, waits: list[float], mode: str, attempts: int
) -> None:
    mgh.fail(LIST, "InternalServerError", times=None)
    async with connect(mode, attempts) as client:
        await fails(client.list_migration_tasks)
    assert (waits, len(mgh.events)) == ([], attempts)


@pytest.mark.parametrize("mode", ["legacy", "standard"])
async def test_each_retry_has_one_delay(mgh: Any, mode: str) -> None:
    mgh.fail(LIST, "ThrottlingException", times=None)
    async with connect(mode, 4) as client:
        await fails(client.list_migration_tasks)
    assert len(mgh.backoffs) == 3


async def test_the_rate_limiter_of_adaptive_mode_does_not_wait(
    mgh: Any, waits: list[float]
) -> None:
    mgh.fail(LIST, "ThrottlingException", times=5)
    async with connect("adaptive", 1) as client:
        for _ in range(5):
            await fails(client.list_migration_tasks)
    assert (waits, len(mgh.backoffs) >= 3) == ([], True)


async def test_calls_at_the_same_time_do_not_wait(mgh: Any, waits: list[float]) -> None:
    mgh.fail(LIST, "InternalServerError", times=8)
    async with connect("standard", 9) as client:
        await asyncio.gather(*(client.list_migration_tasks() for _ in range(8)))
    assert (waits, len(mgh.backoffs)) == ([], 8)


async def test_sleep_functions_are_not_patched_inside_the_mock(mgh: Any, client: Any) -> None:
    before = (asyncio.sleep, asyncio.wait_for, time.sleep, threading.Condition.wait)
    mgh.fail(LIST, "ThrottlingException")
    await client.list_migration_tasks()
    assert before == (asyncio.sleep, asyncio.wait_for, time.sleep, threading.Condition.wait)


@pytest.mark.parametrize("mode", MODES)
async def test_an_endpoint_is_restored_after_the_mock(mode: str) -> None:
    async with connect(mode) as client:
        before = dict(vars(client._endpoint))
        async with mock_mgh() as hub:
            hub.fail(LIST, "ThrottlingException")
            await client.list_migration_tasks()
        assert vars(client._endpoint) == before


async def test_a_client_waits_for_retries_again_after_the_mock(
    waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def send(request: Any) -> None:
        raise ConnectionClosedError(endpoint_url=request.url)

    async with connect("standard") as client:
        async with mock_mgh() as hub:
            hub.fail(LIST, "ConnectionReset")
            await client.list_migration_tasks()
        monkeypatch.setattr(client._endpoint.http_session, "send", send)
        await fails(client.list_migration_tasks)
    assert (len(waits), len(hub.backoffs)) == (2, 1)


@asynccontextmanager
async def other_service() -> AsyncIterator[Any]:
    session = get_session()
    credentials = {"aws_access_key_id": "AKIAIOSFODNN7EXAMPLE", "aws_secret_access_key": "secret"}
    config = AioConfig(retries={"mode": "standard", "total_max_attempts": 3})
    async with session.create_client(
        "sts", region_name="us-west-2", config=config, **credentials
    ) as client:
        yield client


async def test_a_client_of_another_service_still_waits_for_retries(
    mgh: Any, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def send(request: Any) -> None:
        raise ConnectionClosedError(endpoint_url=request.url)

    async with other_service() as client:
        monkeypatch.setattr(client._endpoint.http_session, "send", send)
        await fails(client.get_caller_identity)
        assert "_needs_retry" not in vars(client._endpoint)
    assert (len(waits), mgh.backoffs) == (2, [])


async def test_the_refusal_of_a_client_created_inside_a_mock_names_its_test() -> None:
    async with mock_mgh():
        client = await connect().__aenter__()
    with pytest.raises(RealCallError, match="test_the_refusal_of_a_client_created_inside_a_mock"):
        await client.list_progress_update_streams()
    PROCESS.take_refusals()
    await client.__aexit__(None, None, None)


# calls that outlive their mock


def held_at(event: str, client: Any) -> tuple[asyncio.Event, asyncio.Event]:
    """Let the client's calls wait at an event; return the events of waiting and continuing."""
    reached, go_on = asyncio.Event(), asyncio.Event()

    async def wait(**_: Any) -> None:
        reached.set()
        await go_on.wait()

    client.meta.events.register_first(f"{event}.migration-hub", wait)
    return reached, go_on


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    urls: list[str] = []

    async def send(_: Any, request: Any) -> None:
        urls.append(request.url)
        raise ConnectionClosedError(endpoint_url=request.url)

    monkeypatch.setattr(AIOHTTPSession, "send", send)
    return urls


@pytest.mark.parametrize("event", ["request-created", "before-sign", "before-send", "needs-retry"])
async def test_a_task_that_outlives_its_mock_is_refused(sent: list[str], event: str) -> None:
    async with connect() as client:
        reached, go_on = held_at(event, client)
        async with mock_mgh() as hub:
            hub.fail(LIST, "ThrottlingException", times=None)
            call = asyncio.create_task(client.list_migration_tasks())
            await reached.wait()
            hub.recover()
        go_on.set()
        with pytest.raises(RealCallError, match=f"{LIST} would reach AWS: the Migration Hub mock"):
            await call
    PROCESS.take_refusals()
    assert sent == []


@pytest.mark.parametrize("event", ["request-created", "before-send"])
async def test_a_task_that_outlives_its_mock_is_answered_by_the_next_one(event: str) -> None:
    async with connect() as client:
        reached, go_on = held_at(event, client)
        async with mock_mgh():
            call = asyncio.create_task(client.list_progress_update_streams())
            await reached.wait()
        async with mock_mgh() as hub:
            hub.load({"streams": [{"name": "SMS"}]})
            go_on.set()
            rows = (await call)["ProgressUpdateStreamSummaryList"]
    assert rows == [{"ProgressUpdateStreamName": "SMS"}]


async def test_a_cancelled_task_leaves_nothing_behind() -> None:
    async with connect() as client:
        before = dict(vars(client._endpoint))
        reached, _ = held_at("before-send", client)
        async with mock_mgh():
            call = asyncio.create_task(client.list_migration_tasks())
            await reached.wait()
            call.cancel()
            await asyncio.wait([call])
        handlers = client.meta.events._emitter._handlers
        left = handlers.prefix_search("before-send.migration-hub.x")
        assert (len(left), vars(client._endpoint)) == (
            1,
            before,
        )  # the one that the test has put there
