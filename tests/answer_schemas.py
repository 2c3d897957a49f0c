"""Checks the responses of the hub against the schemas, with another library's validator."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import jsonschema_rs

from pytest_mgh.protocol import schemas
from pytest_mgh.protocol.messages import WireRequest, WireResponse
from pytest_mgh.services.catalog import SERVICES

# What the front end that all services share says, and with which status. It spells the message in
# lower case, unless the model of the operation has the error.
COMMON = {
    "AccessDeniedException": 400,
    "ExpiredTokenException": 400,
    "IncompleteSignature": 403,
    "IncompleteSignatureException": 400,
    "InternalFailure": 500,
    "InvalidSignatureException": 400,
    "MalformedHttpRequestException": 400,
    "MissingAuthenticationTokenException": 400,
    "NotAuthorized": 401,
    "OptInRequired": 403,
    "RequestAbortedException": 400,
    "RequestEntityTooLargeException": 413,
    "RequestExpired": 400,
    "RequestTimeoutException": 408,
    "SerializationException": 400,
    "ServiceUnavailable": 503,
    "ThrottlingException": 400,
    "UnknownOperationException": 400,
    "UnrecognizedClientException": 400,
    "ValidationError": 400,
}
SPELT = {"SerializationException": "Message"}
WITHOUT_SERVICE = ("SerializationException", "UnknownOperationException")
# The responses to requests that call no operation.
FOREIGN = {("application/xml", 403), ("application/xml", 404), ("application/json", 200)}
SERVER_SIDE = ("InternalServerError", "ServerInternalErrorException", "ServiceUnavailableException")
# Errors that services return although not every model declares them (H2, A16).
UNDECLARED = ("HomeRegionNotSetException", "InvalidToken")


def breaches_of_response(request: WireRequest, response: WireResponse) -> Iterator[str]:
    """Return the violations of a response against the schema of its operation or error."""
    form = response.headers["Content-Type"]
    if form != "application/x-amz-json-1.1":
        if (form, response.status) not in FOREIGN:
            yield f"an answer of {form} with status {response.status}"
        return
    prefix, _, name = request.headers.get("x-amz-target", "").partition(".")
    service, body = SERVICES.get(prefix), json.loads(response.body)
    code = body.get("__type")
    due = COMMON.get(code, 500 if code in SERVER_SIDE else 400)
    if code is not None and response.status != due:
        yield f"{code} with status {response.status}"
    if response.status == 200 and service is not None:
        yield from _breaches(body, service.name, f"{name}.response")
    elif service is not None and code in _declared(service.name, name):
        yield from _breaches(body, service.name, f"{name}.error", code)
    elif code in COMMON and (service is not None or code in WITHOUT_SERVICE):
        if not body.keys() <= {"__type", SPELT.get(code, "message")}:
            yield f"{code} of the front end: {body}"
    elif service is None:
        yield f"no service, but {body}"
    elif code not in UNDECLARED or body.keys() != {"__type", service.message_member}:
        yield f"{service.name} {name} declares no such error: {body}"


def breaches_of_record(record: dict[str, Any]) -> Iterator[str]:
    """Return the schema violations of a CloudTrail record."""
    yield from _breaches(record, "cloudtrail", "record")


def _breaches(document: Any, folder: str, name: str, definition: str = "") -> Iterator[str]:
    errors = validator(folder, name, definition).iter_errors(document)
    yield from (f"{folder}/{name} {definition}: {error}" for error in errors)


def _declared(service: str, operation: str) -> Any:
    known = (service, f"{operation}.error") in schemas.names()
    return schemas.load(service, f"{operation}.error")["$defs"] if known else ()


@cache
def validator(folder: str, name: str, definition: str = "") -> Any:
    """Return the compiled validator of a schema, or of a definition in it."""
    schema = schemas.load(folder, name)
    if definition:
        schema = {"$ref": f"#/$defs/{definition}", "$defs": schema["$defs"]}
    return jsonschema_rs.validator_for(schema)
