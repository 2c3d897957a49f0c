"""What the hub's own pages answer: JSON, also where they refuse."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from pytest_mgh.state.codec import encode


class Json(Response):
    """Data as JSON. Records in it are written as the codec writes them, dates in ISO's form."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        """Return the body."""
        try:
            return json.dumps(content, default=_plain, allow_nan=False).encode()
        except ValueError as error:  # the hub's fault, not that of who asked
            raise TypeError(f"an answer that JSON cannot hold: {error}") from error


def _plain(value: object) -> Any:
    return value.isoformat() if isinstance(value, datetime) else encode(value)


def refusal(status: int, message: str) -> Response:
    """Return an answer that says what is wrong."""
    return Json({"message": message}, status)


async def answer(work: Callable[[], Any], status: int = 200) -> Response:
    """Answer what a function returns. It runs in a thread: calls go on meanwhile."""
    return await run_in_threadpool(
        lambda: Response(status_code=status) if (result := work()) is None else Json(result, status)
    )
