"""What the hub's own pages answer: JSON, also where they refuse."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from pytest_mgh.state.codec import encode


class Json(Response):
    """Data as JSON. Records in it are written as the codec writes them, dates in ISO's form."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        """Return the body."""
        try:
            return write_json(content).encode()
        except ValueError as error:  # a defect of the hub, not of the request
            raise TypeError(f"the answer cannot be written as JSON: {error}") from error


def _plain(value: object) -> Any:
    return value.isoformat() if isinstance(value, datetime) else encode(value)


def refusal(status: int, message: str) -> Response:
    """Return an answer that says what is wrong."""
    return Json({"message": message}, status)


def write_json(value: object) -> str:
    """Return data as JSON, with records and dates as `Json` has them."""
    return json.dumps(value, default=_plain, allow_nan=False)


async def stream(begin: Callable[[], Iterator[str]]) -> Response:
    """Answer what an iterator gives. It runs in a thread: calls go on between its steps.

    Args:
        begin: Begins it; what is refused is refused there.
    """
    pieces = await run_in_threadpool(begin)

    async def body() -> AsyncIterator[bytes]:
        while (piece := await run_in_threadpool(next, pieces, None)) is not None:
            yield piece.encode()

    return StreamingResponse(body(), media_type=Json.media_type)


async def answer(work: Callable[[], Any], status: int = 200) -> Response:
    """Answer what a function returns. It runs in a thread: calls go on meanwhile."""
    return await run_in_threadpool(
        lambda: Response(status_code=status) if (result := work()) is None else Json(result, status)
    )
