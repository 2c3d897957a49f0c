"""What an operation of an OpenAPI description reads of a request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from pytest_mgh.errors import nearest
from pytest_mgh.protocol import json_pieces
from pytest_mgh.protocol.documents import explain, path_text
from pytest_mgh.protocol.validation import find_breaches
from pytest_mgh.protocol.wire import MAX_DEPTH, is_too_deep, parse_json
from pytest_mgh.state.collection import no_collection
from pytest_mgh.transports.http import read_body

if TYPE_CHECKING:
    from starlette.requests import Request

    from pytest_mgh.protocol.schemas import Schema

Arguments = dict[str, Any]

LONG = 256 * 1024
"""Bytes from which on a body is read beside the calls, which hardly wait for that."""


async def read_arguments(
    request: Request, operation: Mapping[str, Any], components: Mapping[str, Any], max_bytes: int
) -> Arguments:
    """Return the arguments in a request's path, query and body.

    Args:
        request: The request.
        operation: What the description says of its operation.
        components: The description's components.
        max_bytes: Largest accepted request body, in bytes.

    Raises:
        ValueError: What the description does not allow.
        HTTPException: A body of another type, or a longer one.
    """
    parameters = [one["name"] for one in operation.get("parameters", ()) if one["in"] == "query"]
    arguments = {**request.path_params, **_read_query(request, parameters)}
    if "requestBody" in operation:
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        schema = {**schema, "components": components}
        body = await _read_body(request, max_bytes)
        if len(body) < LONG:
            return arguments | _read_document(body, schema, parse_json)
        document = await run_in_threadpool(_read_long, body, schema)
        # A document without other arguments is handed on as it is: to copy it takes long, too.
        return document if not arguments else arguments | document
    return arguments


def _read_long(body: bytes, schema: Schema) -> Arguments:
    with no_collection(freeze=True):
        return _read_document(body, schema, json_pieces.parse)


def _read_query(request: Request, parameters: list[str]) -> Arguments:
    arguments: Arguments = {}
    for name, value in request.query_params.multi_items():
        if name == "token":
            continue  # the gate has read it
        if name not in parameters:
            raise ValueError(f"no parameter {name!r}; {nearest(name, parameters)}")
        if name in arguments:
            raise ValueError(f"the parameter {name!r} appears more than once")
        arguments[name] = value
    return arguments


async def _read_body(request: Request, max_bytes: int) -> bytes:
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type != "application/json":
        raise HTTPException(
            415,
            f"the body must be application/json, not {content_type or 'of no type'}: send the "
            "header 'Content-Type: application/json'",
        )
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding != "identity":
        raise HTTPException(415, f"the body must not be compressed, but it is {encoding}")
    body = await read_body(request.headers, request.receive, max_bytes)
    if body is None:
        raise HTTPException(413, f"the body is longer than {max_bytes} bytes")
    return body


def _read_document(body: bytes, schema: Schema, parse: Callable[[str], Any]) -> Arguments:
    try:
        document: Arguments = parse(body.decode())
    except (ValueError, RecursionError) as error:
        raise ValueError(f"the body is not JSON: {error}") from None
    if is_too_deep(document, body):
        raise ValueError(f"the body is nested deeper than {MAX_DEPTH} levels")
    for breach in find_breaches(schema, document):
        raise ValueError(f"{path_text(breach.path) or 'body'}: {explain(breach)}")
    return document
