"""Control of the hub over HTTP, under `/_mgh/`: what `schemas/control/openapi.json` describes.

The routes are made from the description; each of its operations has one function here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timezone
from functools import partial
from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from pytest_mgh.errors import nearest_there
from pytest_mgh.protocol import schemas
from pytest_mgh.server.endpoint import Arguments, Refusal, by_method, make_endpoint

if TYPE_CHECKING:
    from pytest_mgh.access.principals import Principal
    from pytest_mgh.hub.migration_hub import MigrationHub
    from pytest_mgh.state.background import Work

Handler = Callable[["MigrationHub", Arguments], Any]

# An estate or a snapshot is longer than any request to a service.
_MORE = 64


def control_routes(hub: MigrationHub, most_bytes: int) -> list[Route]:
    """Return the routes of the description's operations.

    Args:
        hub: What is controlled.
        most_bytes: Bytes of the longest body of a call to a service; 64 times as many are read
            here.
    """
    description = schemas.load("control", "openapi")
    components = description["components"]
    routes = []
    for path, item in description["paths"].items():
        endpoints = {
            method.upper(): make_endpoint(
                partial(HANDLERS[operation["operationId"]], hub),
                operation,
                components,
                most_bytes * _MORE,
            )
            for method, operation in item.items()
        }
        routes.append(Route(path, by_method(endpoints), methods=list(endpoints)))
    return routes


def _get_schema(_: MigrationHub, said: Arguments) -> Any:
    folder, name = said["folder"], said["name"].removesuffix(".json")
    if (folder, name) not in schemas.names():
        raise Refusal(404, f"no schema {folder}/{name}.json")
    return schemas.load(folder, name)


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


def _create_principal(hub: MigrationHub, said: Arguments) -> Any:
    principal = hub.principal(said.pop("name"), **said)
    credentials = {name.upper(): value for name, value in principal.credentials.items()}
    return {**_principal_json(principal), "credentials": credentials}


def _explain(hub: MigrationHub, said: Arguments) -> Any:
    callers = {principal.arn: principal for principal in hub.principals}
    arn = said.get("principal")
    if arn is not None and arn not in callers:
        raise ValueError(f"no principal {arn!r}; {nearest_there(arn, callers)}")
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
