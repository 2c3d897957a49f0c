"""AWS JSON 1.1: targets, bodies, results and errors."""

from __future__ import annotations

import json
import math
import uuid
from typing import TYPE_CHECKING, Any, NoReturn

from pytest_mgh.errors import NotSimulatedError, SerializationError, ServiceError
from pytest_mgh.protocol.messages import WireResponse
from pytest_mgh.services.catalog import SERVICES

if TYPE_CHECKING:
    from pytest_mgh.services.call import Call

CONTENT_TYPE = "application/x-amz-json-1.1"

MOST_LEVELS = 100
"""How deep a document may be nested: what the services ask for needs four levels."""


class HttpReply(Exception):  # noqa: N818 (it is an answer, not an error of ours)
    """What the front end answers to what is no AWS JSON request: its own status and type."""

    def __init__(self, status: int, content_type: str, body: str) -> None:
        super().__init__(status, body)
        self.status = status
        self.content_type = content_type
        self.body = body


_FOREIGN_JSON = (
    '{"Output":{"__type":"com.amazon.coral.service#UnknownOperationException","message":null},'
    '"Version":"1.0"}'
)


def check_http(call: Call) -> None:
    """Refuse a method or a content type that the protocol does not have.

    Raises:
        HttpReply: What the front end answers instead.
    """
    content_type = call.wire.headers.get("content-type", "").partition(";")[0].strip().lower()
    if call.wire.method == "POST" and content_type == CONTENT_TYPE:
        return
    if "authorization" not in call.wire.headers:
        _refuse_http(403, "MissingAuthenticationTokenException", "Missing Authentication Token")
    if call.wire.method != "POST":
        message = "Unable to determine service/operation name to be authorized"
        _refuse_http(403, "AccessDeniedException", message)
    if content_type == "application/json":
        raise HttpReply(200, "application/json", _FOREIGN_JSON)
    raise HttpReply(404, "application/xml", "<UnknownOperationException/>\n")


def _refuse_http(status: int, code: str, message: str) -> NoReturn:
    body = f"<{code}>\n  <Message>{message}</Message>\n</{code}>\n"
    raise HttpReply(status, "application/xml", body)


def decode(call: Call) -> None:
    """Find out the operation from `X-Amz-Target`, and its request from the body.

    Raises:
        ServiceError: `UnknownOperationException` or `SerializationException`.
        NotSimulatedError: An operation that AWS has and the hub does not simulate.
    """
    prefix, _, name = call.wire.headers.get("x-amz-target", "").partition(".")
    service = SERVICES.get(prefix)
    if service is None or name not in service.operations:
        if service is not None and name in service.not_simulated:
            raise NotSimulatedError(
                f"{service.name} {name} is not simulated. Simulated: "
                f"{', '.join(sorted(service.operations))}. Answer it in the test itself, for "
                "instance with botocore's Stubber."
            )
        raise ServiceError("UnknownOperationException")
    call.operation = service.operations[name]
    call.request = _parse(call.wire.body)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _parse_finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError(f"{digits} is beyond a double")
    return number


# Made once: json.loads and json.dumps make a new one at each call that has options.
parse_json = json.JSONDecoder(parse_constant=_refuse_constant, parse_float=_parse_finite).decode
"""Reads JSON as it is defined: `ValueError` for NaN, and for numbers beyond a double."""

_write_json = json.JSONEncoder(separators=(",", ":")).encode


def _parse(body: bytes) -> dict[str, Any]:
    try:
        request = parse_json(body.decode())
    except (ValueError, RecursionError):
        raise SerializationError from None
    if isinstance(request, list):
        raise SerializationError("Start of list found where not expected")
    if not isinstance(request, dict) or _is_too_deep(request, body):
        raise SerializationError
    return request


def _is_too_deep(request: dict[str, Any], body: bytes) -> bool:
    """Whether a request has more levels than its record, or its refusal, could be written with."""
    if body.count(b"{") + body.count(b"[") <= MOST_LEVELS:
        return False
    level: list[Any] = [request]
    for _ in range(MOST_LEVELS):
        level = [
            part
            for one in level
            for part in (one.values() if isinstance(one, dict) else one)
            if isinstance(part, (dict, list))
        ]
    return bool(level)


def encode(call: Call) -> WireResponse:
    """Return the response that carries the call's result."""
    return _response(200, call.request_id, call.result)


def encode_error(call: Call, error: ServiceError) -> WireResponse:
    """Return the response that carries an error."""
    body: dict[str, Any] = {"__type": error.code}
    if error.message is not None:
        body[error.message_member or _message_member(call)] = error.message
    return _response(error.status, call.request_id, body | error.members)


def _message_member(call: Call) -> str:
    return call.operation.service.message_member if call.decoded else "Message"


def encode_reply(call: Call, reply: HttpReply) -> WireResponse:
    """Return the response that carries an answer of the front end."""
    body = b"" if call.wire.method == "HEAD" else reply.body.encode()
    return _message(reply.status, call.request_id, reply.content_type, body)


def encode_refusal(status: int, code: str, message: str) -> WireResponse:
    """Return the response to a request that a transport could not take as far as the pipeline."""
    return _response(status, str(uuid.uuid4()), {"__type": code, "message": message})


def _response(status: int, request_id: str, content: dict[str, Any]) -> WireResponse:
    return _message(status, request_id, CONTENT_TYPE, _write_json(content).encode())


def _message(status: int, request_id: str, content_type: str, body: bytes) -> WireResponse:
    headers = {
        "x-amzn-RequestId": request_id,
        "Content-Type": content_type,
        "Content-Length": str(len(body)),
    }
    return WireResponse(status, headers, body)
