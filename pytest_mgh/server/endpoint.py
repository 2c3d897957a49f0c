"""Endpoints made from the operations of an OpenAPI description: what they read, and answer."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, Response

from pytest_mgh.errors import nearest
from pytest_mgh.protocol.documents import explain, path_text
from pytest_mgh.protocol.validation import find_breaches
from pytest_mgh.protocol.wire import parse_json
from pytest_mgh.transports.http import read_body

if TYPE_CHECKING:
    from starlette.requests import Request

    from pytest_mgh.protocol.predicates import Schema

Arguments = dict[str, Any]
Handler = Callable[[Arguments], Any]
Endpoint = Callable[["Request"], Awaitable[Response]]


class Refusal(Exception):  # noqa: N818 (it is an answer)
    """What an endpoint answers in place of a result.

    Args:
        status: The HTTP status.
        message: What the body says.
    """

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def make_endpoint(
    handler: Handler, operation: Mapping[str, Any], components: Mapping[str, Any], most_bytes: int
) -> Endpoint:
    """Return the endpoint of an operation.

    Args:
        handler: What does it: takes the arguments of path, query and body, returns what is
            JSON-ready but for dates. Its ValueErrors are answered with status 400.
        operation: What the description says of it.
        components: The description's components.
        most_bytes: Bytes of the longest body that is read.
    """
    status = next(int(status) for status in operation["responses"] if status.startswith("2"))
    names = {one["name"] for one in operation.get("parameters", ()) if one["in"] == "query"}
    schema = None
    if "requestBody" in operation:
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        schema = {**schema, "components": components}

    async def endpoint(request: Request) -> Response:
        arguments: Arguments = dict(request.path_params)
        try:
            arguments |= _read_query(request, names)
            if schema is not None:
                arguments |= _read(await _body(request, most_bytes), schema)
            result = handler(arguments)
        except Refusal as refusal:
            return JSONResponse({"message": refusal.message}, refusal.status)
        except (ValueError, TypeError, RecursionError) as error:
            return JSONResponse({"message": str(error)}, 400)
        return Response(status_code=204) if status == 204 else _PlainJson(result, status)

    return endpoint


def by_method(endpoints: Mapping[str, Endpoint]) -> Endpoint:
    """Return an endpoint that leaves a request to the one of its method."""

    async def endpoint(request: Request) -> Response:
        return await endpoints["GET" if request.method == "HEAD" else request.method](request)

    return endpoint


class _PlainJson(JSONResponse):
    def render(self, content: Any) -> bytes:
        return json.dumps(content, default=datetime.isoformat, allow_nan=False).encode()


def _read_query(request: Request, names: set[str]) -> Arguments:
    arguments: Arguments = {}
    for name, value in request.query_params.multi_items():
        if name == "token":
            continue  # the gate has read it
        if name not in names:
            raise ValueError(f"no parameter {name!r}; {nearest(name, names)}")
        if name in arguments:
            raise ValueError(f"the parameter {name!r} is given more than once")
        arguments[name] = value
    return arguments


async def _body(request: Request, most: int) -> bytes:
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type != "application/json":
        raise Refusal(415, f"the body is application/json, not {content_type or 'without a type'}")
    encoding = request.headers.get("content-encoding", "identity")
    if encoding.strip().lower() != "identity":
        raise Refusal(415, f"the body is not compressed here, so not {encoding}")
    body = await read_body(request.headers, request.receive, most)
    if body is None:
        raise Refusal(413, f"the body is longer than {most} bytes")
    return body


def _read(body: bytes, schema: Schema) -> Arguments:
    try:
        said = parse_json(body.decode())
    except (ValueError, RecursionError) as error:
        raise ValueError(f"the body is no JSON: {error}") from None
    _check_depth(said)
    for breach in find_breaches(schema, said):
        raise ValueError(f"{path_text(breach.path) or 'body'}: {explain(breach)}")
    arguments: Arguments = said
    return arguments


_DEEPEST = 100
"""Levels of a document; nothing that means something has as many."""


def _check_depth(said: Any) -> None:
    level = [said]
    for _ in range(_DEEPEST):
        level = [inner for one in level for inner in _inside(one)]
        if not level:
            return
    raise ValueError(f"the body is nested deeper than {_DEEPEST} levels")


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
