"""Puts the server together: the services' calls, the control of the hub, and the console."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request

from pytest_mgh.server.answers import refusal
from pytest_mgh.server.calls import answer_call
from pytest_mgh.server.console import console_routes
from pytest_mgh.server.control import control_routes
from pytest_mgh.server.downloads import Downloads, is_download
from pytest_mgh.transports.http import HttpCalls, Rest, read_headers

if TYPE_CHECKING:
    from starlette.responses import Response

    from pytest_mgh.hub.migration_hub import MigrationHub
    from pytest_mgh.server.gate import Gate
    from pytest_mgh.transports.http import Message, Receive, Scope, Send

# What browsers are told of all that is the hub's own.
_HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
_RAW_HEADERS = [(name.encode(), value.encode()) for name, value in _HEADERS.items()]


def make_application(hub: MigrationHub, gate: Gate | None, max_bytes: int) -> Any:
    """Return the ASGI application.

    Args:
        hub: What answers, and what is controlled and shown.
        gate: Who may control the hub and see the console; `None` leaves both out.
        max_bytes: Bytes of the longest body that is read.
    """
    calls, downloads = HttpCalls(partial(answer_call, hub), max_bytes), Downloads(hub)
    own = None if gate is None else _make_own(hub, gate, max_bytes)

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if is_download(scope):
            await downloads(scope, receive, send)
        elif own is not None and _is_own(scope):
            await own(scope, receive, send)
        else:
            await calls(scope, receive, send)

    return application


def _make_own(hub: MigrationHub, gate: Gate, max_bytes: int) -> Any:
    """Return the application of the hub's own pages."""
    own = Starlette(
        routes=[*control_routes(hub, max_bytes), *console_routes(hub, gate)],
        exception_handlers={
            HTTPException: _refuse_request,
            LookupError: _refuse_with(404),
            KeyError: _raise,
            IndexError: _raise,
            ValueError: _refuse_with(400),
            RecursionError: _refuse_with(400),  # a policy's text may be nested beyond reason
            Exception: _fail,
        },
    )
    own.router.redirect_slashes = False

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_strictly(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_RAW_HEADERS]
            await send(message)

        rest = Rest(read_headers(scope), receive, send_strictly)
        refusal = gate.refuse(Request(scope))
        await (refusal or own)(scope, rest.receive, rest.send)

    return application


async def _refuse_request(request: Request, error: Exception) -> Response:
    """Answer what no route is for, and what a route does not read."""
    assert isinstance(error, HTTPException)
    message = error.detail
    if error.status_code in (404, 405):
        message = f"{request.method} {request.url.path}: {message}; see /_mgh/openapi.json"
    response = refusal(error.status_code, message)
    response.headers.update(error.headers or {})
    return response


def _refuse_with(status: int) -> Any:
    async def refuse_with(_: Request, error: Exception) -> Response:
        return refusal(status, str(error))

    return refuse_with


async def _raise(_: Request, error: Exception) -> Response:
    """Let an error through that says nothing to who asked."""
    raise error


async def _fail(request: Request, error: Exception) -> Response:
    """Answer what should not have happened; the server logs it."""
    return refusal(500, f"{request.method} {request.url.path} failed: {type(error).__name__}")


def _is_own(scope: Scope) -> bool:
    """Whether a request is for the hub's own pages: what SDKs send names a target or is signed."""
    path: str = scope["path"]
    if path == "/_mgh" or path.startswith("/_mgh/"):
        return True
    if path != "/" or scope["method"] not in ("GET", "HEAD"):
        return False
    headers = dict(scope["headers"])
    signed = headers.get(b"authorization", b"bearer").partition(b" ")[0].lower() != b"bearer"
    return not signed and b"x-amz-target" not in headers
