"""Puts the server together: the services' calls, the control of the hub, and the console."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request

from pytest_mgh.protocol.wire import CONTENT_TYPE, encode_refusal
from pytest_mgh.server.answers import refusal
from pytest_mgh.server.calls import LOG, answer_call
from pytest_mgh.server.console import console_routes
from pytest_mgh.server.control import control_routes
from pytest_mgh.server.downloads import Downloads, is_download
from pytest_mgh.server.health import HEALTH, health
from pytest_mgh.server.moto_server import RESET
from pytest_mgh.transports.hosts import name_of
from pytest_mgh.transports.http import HttpCalls, Rest, is_short, read_body, read_headers, respond
from pytest_mgh.transports.other_services import (
    FORM,
    TARGETS,
    explain_other_call,
    find_other_call,
    is_simulated,
    refuse,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response

    from pytest_mgh.hub.migration_hub import MigrationHub
    from pytest_mgh.server.control import Reset
    from pytest_mgh.server.gate import Gate
    from pytest_mgh.server.moto_server import MotoServer
    from pytest_mgh.server.names import HostNames
    from pytest_mgh.transports.http import Message, Receive, Scope, Send

# Headers of all responses that are the hub's own.
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


class HubApplication:
    """The ASGI application.

    Args:
        hub: What answers, and what is controlled and shown.
        names: The names under which it answers.
        gate: Who may control the hub and see the console; `None` leaves both out.
        max_bytes: Bytes of the longest body that is read; moto reads longer ones.

    Attributes:
        moto: What answers other services; `None` leaves them out.
    """

    def __init__(
        self, hub: MigrationHub, names: HostNames, gate: Gate | None, max_bytes: int
    ) -> None:
        self.moto: MotoServer | None = None
        self._hub = hub
        self._names = names
        self._gate = gate
        self._calls = HttpCalls(partial(answer_call, hub), max_bytes)
        self._downloads = Downloads(hub)
        self._own = None if gate is None else _make_own(hub, gate, max_bytes, self._reset)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        host = origin = target = None
        for name, value in scope["headers"]:
            if name == b"x-amz-target":
                target = value
            elif name == b"host":
                host = value.decode("latin-1")
            elif name == b"origin":
                origin = value.decode("latin-1")
        refused = self._names.refuse(host, origin)
        path: str = scope["path"]
        if (
            refused is None
            and target is not None
            and target.startswith(TARGETS)
            and not path.startswith(_OWN)
        ):
            await self._calls(scope, receive, send)
            return
        rest = Rest(read_headers(scope), receive, send)
        receive, send = rest.receive, rest.send
        if refused is not None and path == HEALTH:
            await refusal(*refused)(scope, receive, send)
        elif refused is not None and not (self._own is not None and _is_own(scope)):
            status, message = refused
            await respond(send, encode_refusal(status, "UnknownHost", message))
        elif is_download(scope):
            await self._downloads(scope, receive, send)
        elif path == HEALTH:
            await health(moto=self.moto is not None)(scope, receive, send)
        elif self._own is not None and _is_own(scope) and not self._is_motos(scope, host):
            await self._own(scope, receive, send)
        else:
            await self._answer_others(scope, receive, send)

    def _is_motos(self, scope: Scope, host: str | None) -> bool:
        """Whether what looks like a page of the hub's own is an object or a bucket of S3's."""
        if self.moto is None:
            return False
        headers = read_headers(scope)
        if find_other_call(scope["method"], _target(scope), headers) is not None:
            return True
        labels = (name_of(host or "") or "").split(".")
        return scope["path"] == "/" and len(labels) > 1 and not labels[-1].isdecimal()

    async def _answer_others(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request that is neither for a page of the hub nor for one of its services."""
        headers, moto = read_headers(scope), self.moto
        if moto is not None and _is_for_moto(scope, headers):
            if scope["path"].startswith(_MOTO_PAGES):
                await self._answer_moto_page(moto, scope, receive, send)
            else:
                await moto(scope, receive, send)
            return
        body = b""
        if headers.get("content-type", "").startswith(FORM) and is_short(headers, _MAX_FORM):
            body = await read_body(headers, receive, _MAX_FORM) or b""
            receive = _again(body, receive)
        other = find_other_call(scope["method"], _target(scope), headers, body)
        if other is None:
            await self._calls(scope, receive, send)
            return
        LOG.info("%s %s", (scope.get("client") or ("",))[0], explain_other_call(other))
        self._hub.note_other_call(f"{other.service} {other.operation}: {explain_other_call(other)}")
        await respond(send, refuse(other, headers, scope["method"]))

    async def _answer_moto_page(
        self, moto: MotoServer, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Answer moto's dashboard and its API, to whom the hub's own pages are open."""
        request = Request(scope)
        if self._gate is None:
            refused: Any = refusal(403, "moto's API and dashboard are off: --control turns them on")
        else:
            refused = self._gate.refuse(request)
            cookie = self._gate.cookie(request)
            if cookie is not None:
                send = _with_header(send, (b"set-cookie", cookie.encode()))
        if refused is not None:
            await refused(scope, receive, send)
            return
        if scope["path"] == RESET and request.query_params.get("mgh") == "true":
            await run_in_threadpool(self._hub.reset)
        await moto(scope, receive, send)

    def _reset(self, arguments: Mapping[str, Any]) -> None:
        """Reset the hub, and moto if that is asked for."""
        if arguments.get("moto") == "true":
            if self.moto is None:
                raise ValueError(
                    "moto=true: this server does not include moto; start it with --with-moto"
                )
            self.moto.reset()
        self._hub.reset()


_OWN = "/_mgh"
_MOTO_PAGES = "/moto-api"
_MAX_FORM = 64 * 1024


def _target(scope: Scope) -> str:
    """Return the path and the query, as they came."""
    path, query = scope["raw_path"], scope["query_string"]
    return str((path + b"?" + query if query else path).decode("latin-1"))


def _is_for_moto(scope: Scope, headers: Mapping[str, str]) -> bool:
    """Whether moto answers: all but what is, or looks like, a call to a simulated service."""
    simulated = is_simulated(headers)
    if simulated is None:
        other = find_other_call(scope["method"], _target(scope), headers)
        return other is not None or not headers.get("content-type", "").startswith(CONTENT_TYPE)
    return not simulated


def _again(body: bytes, receive: Receive) -> Receive:
    """Return what receives a body that has been read once more, and then what comes."""
    messages = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_again() -> Message:
        return messages.pop() if messages else await receive()

    return receive_again


def _with_header(send: Send, header: tuple[bytes, bytes]) -> Send:
    async def send_with_header(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], header]}
        await send(message)

    return send_with_header


def _make_own(hub: MigrationHub, gate: Gate, max_bytes: int, reset: Reset) -> Any:
    """Return the application of the hub's own pages."""
    own = Starlette(
        routes=[*control_routes(hub, max_bytes, reset), *console_routes(hub, gate)],
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

        refusal = gate.refuse(Request(scope))
        await (refusal or own)(scope, receive, send_strictly)

    return application


async def _refuse_request(request: Request, error: Exception) -> Response:
    """Answer a request that has no route, or that its route refuses."""
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
    """Pass an error on whose message would not help the client."""
    raise error


async def _fail(request: Request, error: Exception) -> Response:
    """Answer an unexpected error, which the server logs."""
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
