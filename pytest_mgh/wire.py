"""AWS JSON 1.1: targets, bodies, results and errors (facts 6)."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from pytest_mgh.context import WireResponse
from pytest_mgh.errors import NotSimulatedError, SerializationError, ServiceError
from pytest_mgh.services.catalog import SERVICES

if TYPE_CHECKING:
    from pytest_mgh.context import Call

CONTENT_TYPE = "application/x-amz-json-1.1"


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
_parse_json = json.JSONDecoder(parse_constant=_refuse_constant, parse_float=_parse_finite).decode
_write_json = json.JSONEncoder(separators=(",", ":")).encode


def _parse(body: bytes) -> dict[str, Any]:
    try:
        request = _parse_json(body.decode())
    except (ValueError, RecursionError):
        raise SerializationError from None
    if isinstance(request, list):
        raise SerializationError("Start of list found where not expected")
    if not isinstance(request, dict):
        raise SerializationError
    return request


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


def _response(status: int, request_id: str, content: dict[str, Any]) -> WireResponse:
    body = _write_json(content).encode()
    headers = {
        "x-amzn-RequestId": request_id,
        "Content-Type": CONTENT_TYPE,
        "Content-Length": str(len(body)),
    }
    return WireResponse(status, headers, body)
