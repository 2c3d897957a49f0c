"""Endpoints made from the operations of an OpenAPI description: what they read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException

from pytest_mgh.errors import nearest
from pytest_mgh.protocol.documents import explain, path_text
from pytest_mgh.protocol.validation import find_breaches
from pytest_mgh.protocol.wire import parse_json
from pytest_mgh.server.answers import answer
from pytest_mgh.transports.http import read_body

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from pytest_mgh.protocol.predicates import Schema

Arguments = dict[str, Any]
Endpoint = Callable[["Request"], Awaitable["Response"]]


def make_endpoint(
    handler: Callable[[Arguments], Any],
    operation: Mapping[str, Any],
    components: Mapping[str, Any],
    max_bytes: int,
) -> Endpoint:
    """Return the endpoint of an operation.

    Args:
        handler: What does it: takes the arguments of path, query and body, returns what is
            answered as JSON, or `None`.
        operation: What the description says of it.
        components: The description's components.
        max_bytes: Bytes of the longest body that is read.
    """
    status = next(int(status) for status in operation["responses"] if status.startswith("2"))
    parameters = {one["name"] for one in operation.get("parameters", ()) if one["in"] == "query"}
    schema = None
    if "requestBody" in operation:
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        schema = {**schema, "components": components}

    async def endpoint(request: Request) -> Response:
        arguments = {**request.path_params, **_read_query(request, parameters)}
        if schema is not None:
            arguments |= _read_document(await _read_body(request, max_bytes), schema)
        return await answer(lambda: handler(arguments), status)

    return endpoint


def _read_query(request: Request, parameters: set[str]) -> Arguments:
    arguments: Arguments = {}
    for name, value in request.query_params.multi_items():
        if name == "token":
            continue  # the gate has read it
        if name not in parameters:
            raise ValueError(f"no parameter {name!r}; {nearest(name, parameters)}")
        if name in arguments:
            raise ValueError(f"the parameter {name!r} is given more than once")
        arguments[name] = value
    return arguments


async def _read_body(request: Request, max_bytes: int) -> bytes:
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type != "application/json":
        given = content_type or "without a type"
        raise HTTPException(415, f"the body is application/json, not {given}")
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding != "identity":
        raise HTTPException(415, f"the body is not compressed here, so not {encoding}")
    body = await read_body(request.headers, request.receive, max_bytes)
    if body is None:
        raise HTTPException(413, f"the body is longer than {max_bytes} bytes")
    return body


def _read_document(body: bytes, schema: Schema) -> Arguments:
    try:
        document: Arguments = parse_json(body.decode())
    except (ValueError, RecursionError) as error:
        raise ValueError(f"the body is no JSON: {error}") from None
    _check_depth(document)
    for breach in find_breaches(schema, document):
        raise ValueError(f"{path_text(breach.path) or 'body'}: {explain(breach)}")
    return document


_MAX_DEPTH = 100
"""Levels of a document; nothing that means something has as many."""


def _check_depth(document: Any) -> None:
    level = [document]
    for _ in range(_MAX_DEPTH):
        level = [
            part
            for one in level
            if isinstance(one, (dict, list))
            for part in (one.values() if isinstance(one, dict) else one)
        ]
    if level:
        raise ValueError(f"the body is nested deeper than {_MAX_DEPTH} levels")
