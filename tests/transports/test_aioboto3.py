from __future__ import annotations

import asyncio
from typing import Any

import aioboto3
import pytest
from botocore.exceptions import ClientError

from pytest_mgh import RealCallError, mock_mgh
from pytest_mgh.state.process import PROCESS

EARLY = aioboto3.Session()


def connect(service: str = "mgh", session: Any = EARLY) -> Any:
    return session.client(service, region_name="us-west-2")


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("service", "method"),
    [
        ("mgh", "list_progress_update_streams"),
        ("migrationhub-config", "get_home_region"),
        ("discovery", "describe_tags"),
    ],
)
async def test_a_session_created_before_the_mock_is_answered(
    mgh: Any, service: str, method: str
) -> None:
    async with connect(service) as client:
        answer = await getattr(client, method)()
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200


@pytest.mark.asyncio
async def test_a_session_created_inside_the_mock_is_answered(mgh: Any) -> None:
    async with connect(session=aioboto3.Session()) as client:
        await client.create_progress_update_stream(ProgressUpdateStreamName="SMS")
    assert [stream.name for stream in mgh.streams] == ["SMS"]


@pytest.mark.asyncio
async def test_a_paginator_walks_all_pages(mgh: Any) -> None:
    async with connect() as client:
        for number in range(5):
            await client.create_progress_update_stream(ProgressUpdateStreamName=f"s{number}")
        paginator = client.get_paginator("list_progress_update_streams")
        pages = [page async for page in paginator.paginate(MaxResults=2)]
    sizes = [len(page["ProgressUpdateStreamSummaryList"]) for page in pages]
    assert sizes == [2, 2, 1]


@pytest.mark.asyncio
async def test_a_service_error_has_the_exception_class_of_the_client(mgh: Any) -> None:
    async with connect() as client:
        with pytest.raises(client.exceptions.ResourceNotFoundException) as error:
            await client.describe_migration_task(
                ProgressUpdateStream="SMS", MigrationTaskName="none"
            )
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


@pytest.mark.asyncio
async def test_a_throttled_call_is_retried_without_waiting(mgh: Any) -> None:
    mgh.fail("ListProgressUpdateStreams", "ThrottlingException", times=1)
    async with connect() as client:
        await client.list_progress_update_streams()
    assert len(mgh.backoffs) == 1
    assert len(mgh.events.of("ListProgressUpdateStreams")) == 2


@pytest.mark.asyncio
async def test_a_mock_is_entered_with_async_with() -> None:
    async with mock_mgh(home_region="eu-central-1") as hub:
        async with connect() as client:
            with pytest.raises(ClientError, match="eu-central-1"):
                await client.create_progress_update_stream(ProgressUpdateStreamName="SMS")
        assert hub.streams == ()


@pytest.mark.asyncio
async def test_a_client_of_a_mock_never_reaches_aws_after_it() -> None:
    async with mock_mgh():
        client = await connect().__aenter__()
    with pytest.raises(RealCallError, match="test_a_client_of_a_mock_never_reaches_aws"):
        await client.list_progress_update_streams()
    PROCESS.take_refusals()
    await client.__aexit__(None, None, None)


def test_every_loop_is_answered() -> None:
    async def list_streams() -> Any:
        async with connect() as client:
            return await client.list_progress_update_streams()

    with mock_mgh():
        for _ in range(2):
            assert asyncio.run(list_streams())["ProgressUpdateStreamSummaryList"] == []
