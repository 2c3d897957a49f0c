"""A bare ASGI application on uvicorn, which answers all calls alike: `python -m` runs it."""

from __future__ import annotations

import argparse
from typing import Any

import uvicorn

_HEADERS = [
    (b"x-amzn-requestid", b"b1946ac9-2492-4d23-a7ab-3b6a3b2a1c11"),
    (b"content-type", b"application/x-amz-json-1.1"),
    (b"content-length", b"2"),
]


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Read a request, and answer with an empty object."""
    if scope["type"] != "http":
        return
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
    await send({"type": "http.response.body", "body": b"{}"})


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bare_server", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    options = parser.parse_args()
    uvicorn.run(application, port=options.port, log_level="error", lifespan="off")
