"""Control of the hub over HTTP, under `/_mgh/`: what `schemas/control/openapi.json` describes.

The routes are made from the description; each of its operations has one function here.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pytest_mgh import schemas
from pytest_mgh.documents import explain, path_text
from pytest_mgh.errors import nearest
from pytest_mgh.validation import find_breaches

if TYPE_CHECKING:
    from starlette.requests import Request

    from pytest_mgh.access.principals import Principal
    from pytest_mgh.hub import MigrationHub
    from pytest_mgh.predicates import Schema
    from pytest_mgh.state.background import Work

Arguments = dict[str, Any]
Handler = Callable[["MigrationHub", Arguments], Any]


def control_routes(hub: MigrationHub, most_bytes: int) -> list[Route]:
    """Return the routes of the description's operations."""
    description = schemas.load("control", "openapi")
    return [
        Route(path, _endpoint(hub, description, operation, most_bytes), methods=[method.upper()])
        for path, item in description["paths"].items()
        for method, operation in item.items()
    ]


def _endpoint(
    hub: MigrationHub, description: Mapping[str, Any], operation: Mapping[str, Any], most: int
) -> Callable[[Request], Awaitable[Response]]:
    handler = HANDLERS[operation["operationId"]]
    status = next(int(status) for status in operation["responses"] if status.startswith("2"))
    names = {one["name"] for one in operation.get("parameters", ()) if one["in"] == "query"}
    schema = None
    if "requestBody" in operation:
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        schema = {**schema, "components": description["components"]}

    async def endpoint(request: Request) -> Response:
        arguments: Arguments = dict(request.path_params)
        try:
            arguments |= _read_query(request, names)
            if schema is not None:
                arguments |= _read_body(await _body(request, most), schema)
            result = handler(hub, arguments)
        except _Refusal as refusal:
            return JSONResponse({"message": refusal.message}, refusal.status)
        except (ValueError, TypeError) as error:
            return JSONResponse({"message": str(error)}, 400)
        except LookupError as error:
            return JSONResponse({"message": error.args[0]}, 404)
        return Response(status_code=204) if status == 204 else _PlainJson(result, status)

    return endpoint


class _Refusal(Exception):  # noqa: N818 (it is an answer)
    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class _PlainJson(JSONResponse):
    def render(self, content: Any) -> bytes:
        return json.dumps(content, default=datetime.isoformat).encode()


def _read_query(request: Request, names: set[str]) -> Arguments:
    for name in request.query_params:
        if name not in names | {"token"}:
            raise ValueError(f"no parameter {name!r}; {nearest(name, names)}")
    return {name: value for name, value in request.query_params.items() if name in names}


async def _body(request: Request, most: int) -> bytes:
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type != "application/json":
        raise _Refusal(415, f"the body is application/json, not {content_type or 'without a type'}")
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > most * _MORE:
            raise _Refusal(413, "the body is too long")
    return body


# An estate or a snapshot is longer than any request to a service.
_MORE = 64


def _read_body(body: bytes, schema: Schema) -> Arguments:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"the body is no JSON: {error}") from None
    for breach in find_breaches(schema, said):
        raise ValueError(f"{path_text(breach.path) or 'body'}: {explain(breach)}")
    arguments: Arguments = said
    return arguments


def _get_schema(_: MigrationHub, said: Arguments) -> Any:
    folder, name = said["folder"], said["name"].removesuffix(".json")
    try:
        return schemas.load(folder, name)
    except (OSError, ValueError):  # ValueError: a name that no file can have
        raise LookupError(f"no schema {folder}/{name}.json") from None


def _get_state(hub: MigrationHub, _: Arguments) -> Any:
    return {
        "account_id": hub.account_id,
        "home_region": hub.home_region,
        "now": hub.now,
        **{
            name: [asdict(view) for view in getattr(hub, name)]
            for name in ("streams", "tasks", "servers", "applications")
        },
        "pending": [work_json(work) for work in hub.pending],
    }


def work_json(work: Work) -> Any:
    """Return waiting work as JSON-ready data."""
    due = work.due
    known = 0 <= due < _LATEST
    moment = datetime.fromtimestamp(due, timezone.utc) if known else None
    return {**asdict(work), "due": moment}


_LATEST = datetime.max.replace(tzinfo=timezone.utc).timestamp()


def _get_events(hub: MigrationHub, said: Arguments) -> Any:
    events = hub.events.of(said["operation"]) if "operation" in said else hub.events
    return {"Records": list(events)}


def _set_home_region(hub: MigrationHub, said: Arguments) -> None:
    hub.home_region = said["home_region"]


def _set_policy(hub: MigrationHub, said: Arguments) -> None:
    hub.policy = said["policy"]


def _principal_json(principal: Principal) -> Any:
    return {
        "name": principal.name,
        "arn": principal.arn,
        "account_id": principal.account_id,
        "role": principal.role,
        "access_key_id": principal.access_key,
    }


def _list_principals(hub: MigrationHub, _: Arguments) -> Any:
    return {"principals": [_principal_json(principal) for principal in hub.principals]}


def _create_principal(hub: MigrationHub, said: Arguments) -> Any:
    principal = hub.principal(said.pop("name"), **said)
    credentials = {name.upper(): value for name, value in principal.credentials.items()}
    return {**_principal_json(principal), "credentials": credentials}


def _explain(hub: MigrationHub, said: Arguments) -> Any:
    callers = {principal.arn: principal for principal in hub.principals}
    arn = said.get("principal")
    if arn is not None and arn not in callers:
        raise ValueError(f"no principal {arn!r}; {nearest(arn, callers)}")
    caller = None if arn is None else callers[arn]
    request = said.get("request", {})
    for name in request:
        if name in ("operation", "principal"):
            raise ValueError(f"no operation has a member {name!r}")
    return asdict(hub.explain(said["operation"], principal=caller, **request))


def _list_faults(hub: MigrationHub, _: Arguments) -> Any:
    return {
        "faults": [
            {name: getattr(fault, name) for name in ("operation", "error", "times", "rate", "used")}
            for fault in hub.faults
        ],
        "throttles": [
            {"operation": operation, "per_second": rate}
            for operation, rate in hub.throttles.items()
        ],
    }


def _fail(hub: MigrationHub, said: Arguments) -> None:
    hub.fail(said.pop("operation"), said.pop("error"), **said)


def _advance(hub: MigrationHub, said: Arguments) -> Any:
    hub.advance(said["seconds"])
    return {"now": hub.now}


HANDLERS: dict[str, Handler] = {
    "getDescription": lambda _, __: schemas.load("control", "openapi"),
    "getSchema": _get_schema,
    "getState": _get_state,
    "getEvents": _get_events,
    "seed": lambda hub, said: hub.load(said),
    "putImportSource": lambda hub, said: hub.import_text(said["url"], said["csv"]),
    "putHomeRegion": _set_home_region,
    "getPolicy": lambda hub, _: {"policy": hub.policy},
    "putPolicy": _set_policy,
    "listPrincipals": lambda hub, _: {
        "principals": [_principal_json(one) for one in hub.principals]
    },
    "createPrincipal": _create_principal,
    "explain": _explain,
    "listFaults": _list_faults,
    "fail": _fail,
    "recover": lambda hub, said: hub.recover(said.get("operation")),
    "throttle": lambda hub, said: hub.throttle(said["operation"], per_second=said["per_second"]),
    "settle": lambda hub, _: hub.settle(),
    "advance": _advance,
    "reset": lambda hub, _: hub.reset(),
    "getSnapshot": lambda hub, _: hub.snapshot(),
    "putSnapshot": lambda hub, said: hub.restore(said),
}
"""What does each operation of the description, by its `operationId`."""
