"""The console page, and the data that it shows."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import datetime
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.routing import Route

from pytest_mgh.errors import nearest
from pytest_mgh.server.changes import Changes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from pytest_mgh.hub.migration_hub import MigrationHub
    from pytest_mgh.server.gate import Gate

Read = Callable[["MigrationHub", "Mapping[str, str]"], Any]

MOST_ROWS = 1000
"""Rows of the longest page of a table."""

_PAGE = files("pytest_mgh.server") / "page"
_FILES = frozenset(file.name for file in _PAGE.iterdir())
_TYPES = {
    "css": "text/css; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def console_routes(hub: MigrationHub, gate: Gate) -> list[Route]:
    """Return the routes of the console page, of its files, and of what it shows."""

    async def page(request: Request) -> Response:
        response = _file("index.html")
        cookie = gate.cookie(request)
        if cookie is not None:
            response.headers["Set-Cookie"] = cookie
        return response

    async def file(request: Request) -> Response:
        name = request.path_params["name"]
        return _file(name) if name in _FILES else _json({"message": f"no file {name!r}"}, 404)

    return [
        Route("/", page),
        Route("/_mgh/console/page/{name}", file),
        Route("/_mgh/console/changes", Changes(hub), methods=["GET"]),
        Route("/_mgh/console/task", _reading(hub, _read_task)),
        Route("/_mgh/console/server", _reading(hub, _read_server)),
        Route("/_mgh/console/application", _reading(hub, _read_application)),
        Route("/_mgh/console/event", _reading(hub, _read_event)),
        Route("/_mgh/console/{table}", _reading(hub, _read_table)),
    ]


def _file(name: str) -> Response:
    content = (_PAGE / name).read_bytes()
    return Response(content, headers={**_HEADERS, "Content-Type": _TYPES[name.rpartition(".")[2]]})


def _reading(hub: MigrationHub, read: Read) -> Callable[[Request], Awaitable[Response]]:
    """Make an endpoint of a function that reads the hub; it runs in a thread: calls go on."""

    async def endpoint(request: Request) -> Response:
        said = {**request.query_params, **request.path_params}
        said.pop("token", None)
        try:
            return _json(await run_in_threadpool(read, hub, said))
        except LookupError as error:
            return _json({"message": error.args[0]}, 404)
        except ValueError as error:
            return _json({"message": str(error)}, 400)

    return endpoint


def _json(content: Any, status: int = 200) -> Response:
    text = json.dumps(content, default=datetime.isoformat)
    return Response(text, status, {**_HEADERS, "Content-Type": "application/json"})


def _read_table(hub: MigrationHub, said: Mapping[str, str]) -> Any:
    where = dict(said)
    page = hub.table(
        where.pop("table"),
        search=where.pop("search", ""),
        sort=where.pop("sort", None),
        descending=_flag("descending", where.pop("descending", "false")),
        offset=_number("offset", where.pop("offset", "0")),
        limit=min(_number("limit", where.pop("limit", "100")), MOST_ROWS),
        where=where,
    )
    return {name: getattr(page, name) for name in ("total", "offset", "rows", "choices")}


def _flag(name: str, said: str) -> bool:
    if said not in ("true", "false"):
        raise ValueError(f"{name}={said!r}: {nearest(said, ('true', 'false'))}")
    return said == "true"


def _number(name: str, said: str) -> int:
    if not (said.isascii() and said.isdecimal()):
        raise ValueError(f"{name}={said!r}: a whole number from 0 on")
    return int(said)


def _read_task(hub: MigrationHub, said: Mapping[str, str]) -> Any:
    key = _member("stream", said), _member("name", said)
    row = hub.row("tasks", *key)  # first: it takes no long search to tell that there is none
    return {**asdict(hub.task(*key)), **row}


def _read_server(hub: MigrationHub, said: Mapping[str, str]) -> Any:
    row = hub.row("servers", _member("id", said))
    return {**asdict(hub.server(row["configuration_id"])), **row}


def _read_application(hub: MigrationHub, said: Mapping[str, str]) -> Any:
    return hub.row("applications", _member("id", said))


def _read_event(hub: MigrationHub, said: Mapping[str, str]) -> Any:
    number, events = _number("number", _member("number", said)), hub.events
    if number >= len(events):
        raise LookupError(f"no event {number}; there are {len(events)}")
    return events[number]


def _member(name: str, said: Mapping[str, str]) -> str:
    if name not in said:
        raise ValueError(f"{name} is missing")
    return said[name]
