"""What a call of aiobotocore's costs over its floor; run by `make bench` where that is installed.

It prints the ratio of each turn: aiobotocore needs another botocore than the newest boto3, so that
this runs in an environment of its own.
"""

from __future__ import annotations

import asyncio
import gc
import json
import statistics
import sys
import time
from typing import Any

from aiobotocore.session import get_session  # type: ignore[import-not-found, unused-ignore]
from botocore.awsrequest import AWSResponse

from pytest_mgh import mock_mgh

TASK: Any = {"ProgressUpdateStream": "SMS", "MigrationTaskName": "sms-12de3cf1a"}


class _Content(bytes):
    def __await__(self) -> Any:
        return self
        yield


class _Response(AWSResponse):
    @property
    def content(self) -> bytes:
        """The whole body, as an awaitable too."""
        return _Content(b"{}")


class _Raw:
    raw_headers = ((b"content-type", b"application/x-amz-json-1.1"),)


async def main(calls: int, turns: int) -> None:
    """Measure, and print the ratios as JSON."""
    keys = {"aws_access_key_id": "key", "aws_secret_access_key": "secret"}
    session = get_session()
    address = {"region_name": "us-west-2", **keys}
    async with (
        session.create_client("mgh", endpoint_url="http://127.0.0.1:1", **address) as floor,
        session.create_client("mgh", **address) as ours,
    ):

        def respond(request: Any, **_: Any) -> AWSResponse:
            return _Response(request.url, 200, {}, _Raw())  # type: ignore[arg-type]

        floor.meta.events.register("before-send.migration-hub", respond)
        with mock_mgh() as hub:
            hub.load({"streams": [{"name": "SMS"}]})
            ratios = [await ratio(ours, floor, calls) for _ in range(turns + 1)][1:]
    print(json.dumps(ratios))


async def ratio(one: Any, other: Any, calls: int) -> float:
    """Return the ratio of the times of both calls, in CPU time of the thread."""
    gc.collect()
    gc.disable()
    samples = [(await nanoseconds(one), await nanoseconds(other)) for _ in range(calls)]
    gc.enable()
    mine, floors = zip(*samples, strict=True)
    return float(statistics.median(mine) / statistics.median(floors))


async def nanoseconds(client: Any) -> int:
    """Return the time of a call."""
    begin = time.thread_time_ns()
    await client.import_migration_task(**TASK)
    return time.thread_time_ns() - begin


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
