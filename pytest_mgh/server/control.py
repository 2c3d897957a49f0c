"""Control of the hub over HTTP, under `/_mgh/`: what `schemas/control/openapi.json` describes.

The routes are made from the description; each of its operations has one handler here.
"""

from __future__ import annotations

import sys
from base64 import b64decode
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from starlette.responses import Response
from starlette.routing import Route

from pytest_mgh.errors import nearest_there
from pytest_mgh.protocol import json_pieces, schemas
from pytest_mgh.protocol.json_pieces import Items
from pytest_mgh.server.answers import Json, answer, stream, write_json
from pytest_mgh.server.arguments import LONG, Arguments, read_arguments
from pytest_mgh.server.health import describe_health
from pytest_mgh.state.collection import no_collection
from pytest_mgh.state.disposal import take_apart
from pytest_mgh.state.moment import in_slices

if TYPE_CHECKING:
    from starlette.requests import Request

    from pytest_mgh.hub.migration_hub import MigrationHub

ControlHandler = Callable[["MigrationHub", Arguments], Any]
Reset = Callable[[Arguments], None]

_LONGER = 64
"""How many times as long as a request to a service an estate or a snapshot may be."""


def control_routes(hub: MigrationHub, max_bytes: int, reset: Reset) -> list[Route]:
    """Return the routes of the description's operations.

    Args:
        hub: What is controlled.
        max_bytes: Bytes of the longest body of a call to a service; 64 times as many are read
            here.
        reset: What resets the hub, and all that is served beside it.
    """
    handlers = HANDLERS | {"reset": lambda _, arguments: reset(arguments)}
    description = schemas.load("control", "openapi")

    async def endpoint(operations: dict[str, Any], request: Request) -> Response:
        operation = operations["get" if request.method == "HEAD" else request.method.lower()]
        arguments = await read_arguments(
            request, operation, description["components"], max_bytes * _LONGER
        )
        name = operation["operationId"]
        if name in STREAMS:
            if request.method == "HEAD":
                return Response(media_type=Json.media_type)
            return await stream(lambda: STREAMS[name](hub, arguments))
        handler = handlers[name]
        status = next(int(status) for status in operation["responses"] if status.startswith("2"))
        if int(request.headers.get("content-length", "0")) < LONG:
            return await answer(lambda: handler(hub, arguments), status)
        return await answer(lambda: _do_long(handler, hub, arguments), status)

    return [
        Route(path, partial(endpoint, operations), methods=[*map(str.upper, operations)])
        for path, operations in description["paths"].items()
    ]


def _do_long(handler: ControlHandler, hub: MigrationHub, arguments: Arguments) -> Any:
    """Handle a long document, and free its memory in small steps."""
    with no_collection(freeze=True):
        try:
            return handler(hub, arguments)
        finally:
            take_apart(arguments)


def _get_schema(_: MigrationHub, arguments: Arguments) -> Any:
    folder, name = arguments["folder"], arguments["name"].removesuffix(".json")
    if (folder, name) not in schemas.names():
        raise LookupError(f"no schema {folder}/{name}.json")
    return schemas.load(folder, name)


def _rows(hub: MigrationHub, table: str) -> Any:
    """Return all rows of a table: the console shows the same."""
    return hub.table(table, limit=sys.maxsize).rows


def _stream_events(hub: MigrationHub, arguments: Arguments) -> Iterator[str]:
    events = hub.events.of(*arguments.values()) if arguments else hub.events
    return in_slices(json_pieces.write({"Records": Items(iter(events), dict)}, write_json))


def _set(name: str) -> ControlHandler:
    """Return what sets an attribute of the hub."""
    return lambda hub, arguments: setattr(hub, name, arguments[name])


def _create_principal(hub: MigrationHub, arguments: Arguments) -> Any:
    principal = hub.principal(**arguments)
    credentials = {name.upper(): value for name, value in principal.credentials.items()}
    row = hub.row("principals", principal.arn, principal.access_key)
    return {**row, "credentials": credentials}


def _explain(hub: MigrationHub, arguments: Arguments) -> Any:
    principals: dict[str | None, Any] = {one.arn: one for one in hub.principals}
    arn = arguments.get("principal")
    if arn is not None and arn not in principals:
        raise ValueError(f"no principal {arn!r}; {nearest_there(arn, map(str, principals))}")
    request = arguments.get("request", {})
    arguments |= {"principal": principals.get(arn), "request": {}}
    for name in request.keys() & {"self", *arguments}:
        raise ValueError(f"no operation has a member {name!r}")
    del arguments["request"]
    return hub.explain(**arguments, **request)


def _fail(hub: MigrationHub, arguments: Arguments) -> None:
    hub.fail(**arguments)


def _put_import_source(hub: MigrationHub, arguments: Arguments) -> None:
    content = arguments.get("csv")
    if content is None:
        try:
            content = b64decode(arguments["base64"], validate=True)
        except ValueError as error:
            raise ValueError(f"base64: {error}") from None
    hub.import_text(arguments["url"], content)


def _advance(hub: MigrationHub, arguments: Arguments) -> Any:
    hub.advance(arguments["seconds"])
    return {"now": hub.now}


HANDLERS: dict[str, ControlHandler] = {
    "getDescription": lambda _, __: schemas.load("control", "openapi"),
    "getSchema": _get_schema,
    "listNotes": lambda hub, _: {"notes": list(hub.notes)},
    "seed": lambda hub, estate: hub.load(estate),
    "putImportSource": _put_import_source,
    "putHomeRegion": _set("home_region"),
    "getPolicy": lambda hub, _: {"policy": hub.policy},
    "putPolicy": _set("policy"),
    "listPrincipals": lambda hub, _: {"principals": _rows(hub, "principals")},
    "createPrincipal": _create_principal,
    "explain": _explain,
    "listFaults": lambda hub, _: {name: _rows(hub, name) for name in ("faults", "throttles")},
    "fail": _fail,
    "recover": lambda hub, arguments: hub.recover(**arguments),
    "throttle": lambda hub, arguments: hub.throttle(**arguments),
    "settle": lambda hub, _: hub.settle(),
    "advance": _advance,
    "reset": lambda hub, _: hub.reset(),  # where nothing is served beside it
    "getHealth": lambda _, __: describe_health(),
    "putSnapshot": lambda hub, snapshot: hub.restore(snapshot),
}
"""What does each operation of the description, by its `operationId`."""

STREAMS: dict[str, Callable[[MigrationHub, Arguments], Iterator[str]]] = {
    "getState": lambda hub, arguments: hub.state_json(write_json, **arguments),
    "getEvents": _stream_events,
    "getSnapshot": lambda hub, _: hub.snapshot_json(),
}
"""What writes the answers that may be long, in slices between calls."""
