"""Puts the server together: the services' calls, the control of the hub, and the console."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

from pytest_mgh.server.console import console_routes
from pytest_mgh.server.control import control_routes
from pytest_mgh.transports.http import HttpCalls

if TYPE_CHECKING:
    from starlette.responses import Response

    from pytest_mgh.hub.migration_hub import MigrationHub
    from pytest_mgh.server.gate import Gate
    from pytest_mgh.transports.http import Answer, Receive, Scope, Send


def make_application(hub: MigrationHub, answer: Answer, gate: Gate | None, most_bytes: int) -> Any:
    """Return the ASGI application.

    Args:
        hub: What is controlled and shown.
        answer: What answers the services' calls.
        gate: Who may control the hub and see the console; `None` leaves both out.
        most_bytes: Bytes of the longest body that is read.
    """
    calls = HttpCalls(answer, most_bytes)
    if gate is None:
        return calls
    own = Starlette(
        routes=[*control_routes(hub, most_bytes), *console_routes(hub, gate)],
        exception_handlers={HTTPException: _explain},
    )
    own.router.redirect_slashes = False

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if not _is_own(scope):
            await calls(scope, receive, send)
            return
        refusal = gate.refuse(Request(scope))
        await (refusal or own)(scope, receive, send)

    return application


def _explain(request: Request, error: Exception) -> Response:
    """Answer what no route is for as the routes answer what they refuse."""
    assert isinstance(error, HTTPException)
    message = f"{request.method} {request.url.path}: {error.detail}; see /_mgh/openapi.json"
    return JSONResponse({"message": message}, error.status_code, error.headers)


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
