"""Answers calls that come over HTTP, as an ASGI application: any SDK's, and the AWS CLI's."""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Awaitable, Callable, MutableMapping
from typing import TYPE_CHECKING, Any

from pytest_mgh.errors import NoEndpoint, NotSimulatedError, TransportFault
from pytest_mgh.protocol.messages import WireRequest, WireResponse
from pytest_mgh.protocol.wire import encode_refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Answer = Callable[[WireRequest], WireResponse]

MAX_REQUEST_SIZE = 1024 * 1024
"""Bytes of the longest body that is read, by default; no legal request is as long."""


class HttpCalls:
    """The ASGI application.

    The server has to put the connection's transport into the scope's state, as `transport`, and a
    set that it aborts at its end, as `lasting`: faults of the connection need both.

    Args:
        answer: What answers a request: `MigrationHub.answer`.
        max_request_size: Largest accepted request body, in bytes.
    """

    def __init__(self, answer: Answer, max_request_size: int = MAX_REQUEST_SIZE) -> None:
        self._answer = answer
        self._max_request_size = max_request_size

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        headers = read_headers(scope)
        if not is_short(headers, self._max_request_size):
            rest = Rest(headers, receive, send)
            receive, send = rest.receive, rest.send
        body = await read_body(headers, receive, self._max_request_size)
        if body is None:
            refusal = encode_refusal(413, "RequestEntityTooLargeException", _TOO_LARGE)
            await respond(send, refusal)
            return
        request = WireRequest(
            headers=headers,
            body=body,
            method=scope["method"],
            url=_url(scope, headers),
            source_ip=scope["client"][0] if scope.get("client") else "127.0.0.1",
        )
        try:
            response = self._answer(request)
        except NoEndpoint as error:
            # A host that does not exist can't answer over HTTP: a status that no SDK retries.
            await respond(send, encode_refusal(404, "UnknownEndpoint", str(error)))
        except TransportFault as fault:
            await _break(fault.fault, scope["state"], receive)
        except NotSimulatedError as error:
            # A status that no SDK retries, and a code that AWS does not have.
            await respond(send, encode_refusal(501, "NotSimulated", str(error)))
        else:
            await respond(send, response)


_TOO_LARGE = "The request is too large."


def read_headers(scope: Scope) -> dict[str, str]:
    """Return the headers of a request, by lower-case names."""
    headers: dict[str, str] = {}
    for name, value in scope["headers"]:
        key, text = name.decode("latin-1"), value.decode("latin-1")
        headers[key] = f"{headers[key]},{text}" if key in headers else text
    return headers


def _url(scope: Scope, headers: Mapping[str, str]) -> str:
    path = scope.get("raw_path") or scope["path"].encode()
    query = scope["query_string"]
    target = (path + b"?" + query if query else path).decode("latin-1")
    return f"{scope['scheme']}://{headers.get('host', '')}{target}"


async def read_body(headers: Mapping[str, str], receive: Receive, max_size: int) -> bytes | None:
    """Return the body, or `None` if it is longer than allowed."""
    length = headers.get("content-length", "")
    if length.isdecimal() and int(length) > max_size:
        return None
    body, more = bytearray(), True
    while more:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > max_size:
            return None
        more = message.get("more_body", False)
    return bytes(body)


async def respond(send: Send, response: WireResponse) -> None:
    """Send a response."""
    headers = [
        (name.lower().encode("latin-1"), value.encode("latin-1"))
        for name, value in response.headers.items()
        if name != "Date"  # the server has its own
    ]
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.body})


def is_short(headers: Mapping[str, str], max_size: int) -> bool:
    """Whether a request says itself that its body is no longer than allowed."""
    if "transfer-encoding" in headers:
        return False
    length = headers.get("content-length", "0")
    return length.isdecimal() and int(length) <= max_size


class Rest:
    """The rest of a request that is answered before it was read.

    The answer ends only when all has come: a client that still writes would take the end of the
    connection for a failure, and never see the answer. What has come is thrown away.

    Args:
        headers: The headers of the request, by lower-case names.
        receive: The server's.
        send: The server's.
    """

    def __init__(self, headers: Mapping[str, str], receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self._more = True
        # A client that sent `Expect` and got an answer does not send the body.
        self._held_back = "expect" in headers

    async def receive(self) -> Message:
        """Receive a part of the request."""
        self._held_back = False
        message = await self._receive()
        self._more = message.get("more_body", False)
        return message

    async def send(self, message: Message) -> None:
        """Send a part of the answer."""
        if message["type"] == "http.response.start" and self._held_back:
            message = {**message, "headers": [*message["headers"], (b"connection", b"close")]}
        elif self._more and not self._held_back and _is_last(message):
            await self._send({**message, "more_body": True})
            while self._more:
                await self.receive()
            message = {"type": "http.response.body", "body": b""}
        await self._send(message)


def _is_last(message: Message) -> bool:
    return message["type"] == "http.response.body" and not message.get("more_body", False)


async def _break(fault: str, state: Mapping[str, Any], receive: Receive) -> None:
    """Let the connection fail: reset it, or leave it without an answer until the caller goes.

    A server has accepted the connection before it knows whose it is: to a caller ConnectTimeout
    is a connection that never answers, as ReadTimeout is.
    """
    transport = state["transport"]
    if fault == "ConnectionReset":
        _reset(transport)
    state["lasting"].add(transport)
    try:
        while (await receive())["type"] != "http.disconnect":
            pass
    finally:
        state["lasting"].discard(transport)


def _reset(transport: Any) -> None:
    """End a connection so that the other side sees a reset, not an orderly end."""
    at_once = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
    transport.abort()
