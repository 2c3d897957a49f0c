"""AWS JSON 1.1: targets, bodies, results and errors."""

from __future__ import annotations

import json
import math
import sys
import time
import uuid
from email.utils import formatdate
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NoReturn

from pytest_mgh.errors import SerializationError, ServiceError
from pytest_mgh.protocol.messages import WireResponse

if TYPE_CHECKING:
    from pytest_mgh.protocol.messages import WireRequest

CONTENT_TYPE = "application/x-amz-json-1.1"

MAX_DEPTH = 100
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


def check_http(request: WireRequest) -> None:
    """Refuse a method or a content type that the protocol does not have.

    Raises:
        HttpReply: What the front end answers instead.
    """
    given = request.headers.get("content-type", "")
    if given == CONTENT_TYPE and request.method == "POST":
        return
    content_type = given.partition(";")[0].strip().lower()
    if content_type == CONTENT_TYPE and request.method == "POST":
        return
    if "authorization" not in request.headers:
        _refuse_http(403, "MissingAuthenticationTokenException", "Missing Authentication Token")
    if request.method != "POST":
        message = "Unable to determine service/operation name to be authorized"
        _refuse_http(403, "AccessDeniedException", message)
    if content_type == "application/json":
        raise HttpReply(200, "application/json", _FOREIGN_JSON)
    raise HttpReply(404, "application/xml", "<UnknownOperationException/>\n")


def _refuse_http(status: int, code: str, message: str) -> NoReturn:
    body = f"<{code}>\n  <Message>{message}</Message>\n</{code}>\n"
    raise HttpReply(status, "application/xml", body)


def read_target(request: WireRequest) -> str:
    """Return `X-Amz-Target`: the service's prefix, a dot, and the operation."""
    return request.headers.get("x-amz-target", "")


@lru_cache(maxsize=64)
def read_url(url: str) -> tuple[bool, str]:
    """Return whether a URL is one of TLS, and its host and port."""
    return url.startswith("https:"), sys.intern(url.split("/", 3)[2])


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _parse_finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError(f"{digits} is beyond a double")
    return number


# Made once: json.loads and json.dumps make a new one at each call that has options.
_DECODER: Any = json.JSONDecoder(parse_constant=_refuse_constant, parse_float=_parse_finite)
_write_json = json.JSONEncoder(separators=(",", ":")).encode


def scan_json(text: str, at: int) -> tuple[Any, int]:
    """Read the JSON that begins at a place of a text, and return where it ends.

    Raises:
        StopIteration: There is none.
    """
    document, end = _DECODER.scan_once(text, at)
    return document, end


def parse_json(text: str) -> Any:
    """Read JSON as it is defined: `ValueError` for NaN, and for numbers beyond a double."""
    try:
        document, end = _DECODER.scan_once(text, 0)  # unlike loads, it strips no blanks
    except StopIteration:
        end = -1
    return document if end == len(text) else _DECODER.decode(text)


def parse_body(body: bytes) -> dict[str, Any]:
    """Return the JSON object that a body holds.

    Raises:
        SerializationError: It holds none, or a nested one of more than `MAX_DEPTH` levels.
    """
    try:
        request = parse_json(body.decode())
    except (ValueError, RecursionError):
        raise SerializationError from None
    if isinstance(request, list):
        raise SerializationError("Start of list found where not expected")
    if not isinstance(request, dict) or (len(body) > MAX_DEPTH and is_too_deep(request, body)):
        raise SerializationError
    return request


def is_too_deep(document: Any, body: bytes) -> bool:
    """Whether a body's document has more than `MAX_DEPTH` levels: it could not be written again."""
    return body.count(b"{") + body.count(b"[") > MAX_DEPTH and nests_deeper(document, MAX_DEPTH)


def nests_deeper(document: Any, levels: int) -> bool:
    """Whether dicts and lists stand in each other in more than so many levels."""
    level: list[Any] = [document] if isinstance(document, (dict, list)) else []
    for _ in range(levels):
        level = [
            part
            for one in level
            for part in (one.values() if isinstance(one, dict) else one)
            if isinstance(part, (dict, list))
        ]
        if not level:
            return False
    return True


def write_body(content: dict[str, Any]) -> bytes:
    """Return a JSON object as a body."""
    return _write_json(content).encode() if content else b"{}"


def encode(request_id: str, result: dict[str, Any]) -> WireResponse:
    """Return the response that carries a result."""
    return _message(200, request_id, CONTENT_TYPE, write_body(result))


def encode_error(
    request_id: str, error: ServiceError, message_member: str = "Message"
) -> WireResponse:
    """Return the response that carries an error.

    Args:
        request_id: The id of the request.
        error: The error.
        message_member: What the service calls the message.
    """
    body: dict[str, Any] = {"__type": error.code}
    if error.message is not None:
        body[error.message_member or message_member] = error.message
    return _response(error.status, request_id, body | error.members)


def encode_reply(request_id: str, method: str, reply: HttpReply) -> WireResponse:
    """Return the response that carries an answer of the front end."""
    body = b"" if method == "HEAD" else reply.body.encode()
    return _message(reply.status, request_id, reply.content_type, body)


def encode_refusal(status: int, code: str, message: str) -> WireResponse:
    """Return the response to a request that a transport could not take as far as the pipeline."""
    return _response(status, str(uuid.uuid4()), {"__type": code, "message": message})


def _response(status: int, request_id: str, content: dict[str, Any]) -> WireResponse:
    return _message(status, request_id, CONTENT_TYPE, write_body(content))


def _message(status: int, request_id: str, content_type: str, body: bytes) -> WireResponse:
    headers = {
        "x-amzn-RequestId": request_id,
        "Content-Type": content_type,
        "Content-Length": str(len(body)),
        "Date": _date(int(time.time())),  # by the wall clock, as clients correct theirs by it
    }
    return WireResponse(status, headers, body)


@lru_cache(maxsize=1)
def _date(seconds: int) -> str:
    """Return a time as the header Date has it."""
    return formatdate(seconds, usegmt=True)
