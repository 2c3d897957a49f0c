"""Control of the hub over HTTP, under `/_mgh/`: what `schemas/control/openapi.json` describes.

The routes are made from the description; each of its operations has one handler here.
"""

from __future__ import annotations

import sys
from base64 import b64decode
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from pytest_mgh.errors import nearest_there
from pytest_mgh.protocol import schemas
from pytest_mgh.server.answers import answer
from pytest_mgh.server.arguments import Arguments, read_arguments
from pytest_mgh.server.health import describe_health

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from pytest_mgh.hub.migration_hub import MigrationHub

Handler = Callable[["MigrationHub", Arguments], Any]
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
        handler = handlers[operation["operationId"]]
        status = next(int(status) for status in operation["responses"] if status.startswith("2"))
        return await answer(lambda: handler(hub, arguments), status)

    return [
        Route(path, partial(endpoint, operations), methods=[*map(str.upper, operations)])
        for path, operations in description["paths"].items()
    ]


def _get_schema(_: MigrationHub, arguments: Arguments) -> Any:
    folder, name = arguments["folder"], arguments["name"].removesuffix(".json")
    if (folder, name) not in schemas.names():
        raise LookupError(f"no schema {folder}/{name}.json")
    return schemas.load(folder, name)


def _rows(hub: MigrationHub, table: str) -> Any:
    """Return all rows of a table: the console shows the same."""
    return hub.table(table, limit=sys.maxsize).rows


def _get_state(hub: MigrationHub, _: Arguments) -> Any:
    return {
        "account_id": hub.account_id,
        "home_region": hub.home_region,
        "now": hub.now,
        "streams": hub.streams,
        "tasks": hub.tasks,
        "servers": hub.servers,
        "applications": hub.applications,
        "agents": hub.agents,
        "processes": hub.processes,
        "connections": hub.connections,
        "imports": hub.imports,
        "exports": hub.exports,
        "continuous_exports": hub.continuous_exports,
        "pending": _rows(hub, "pending"),
    }


def _get_events(hub: MigrationHub, arguments: Arguments) -> Any:
    return {"Records": [*(hub.events.of(*arguments.values()) if arguments else hub.events)]}


def _set(name: str) -> Handler:
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


HANDLERS: dict[str, Handler] = {
    "getDescription": lambda _, __: schemas.load("control", "openapi"),
    "getSchema": _get_schema,
    "getState": _get_state,
    "getEvents": _get_events,
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
    "getSnapshot": lambda hub, _: hub.snapshot(),
    "putSnapshot": lambda hub, snapshot: hub.restore(snapshot),
}
"""What does each operation of the description, by its `operationId`."""
