"""The console page, and the data that it shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from pytest_mgh.errors import nearest
from pytest_mgh.server.answers import answer
from pytest_mgh.server.changes import Changes
from pytest_mgh.state.codec import encode

if TYPE_CHECKING:
    from starlette.requests import Request

    from pytest_mgh.hub.migration_hub import MigrationHub
    from pytest_mgh.server.gate import Gate

MAX_ROWS = 1000
"""Rows of the longest page of a table."""

_PAGE = files("pytest_mgh.server") / "page"
_FILES = frozenset(file.name for file in _PAGE.iterdir())
_TYPES = {
    "css": "text/css; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
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
        return _file(request.path_params["name"])

    async def data(request: Request) -> Response:
        query = {name: value for name, value in request.query_params.items() if name != "token"}
        return await answer(lambda: _read(hub, request.path_params["name"], query))

    return [
        Route("/", page),
        Route("/_mgh/console/page/{name}", file),
        Route("/_mgh/console/changes", Changes(hub).endpoint),
        Route("/_mgh/console/{name}", data),
    ]


def _file(name: str) -> Response:
    if name not in _FILES:
        raise HTTPException(404)
    return Response((_PAGE / name).read_bytes(), media_type=_TYPES[name.rpartition(".")[2]])


def _read(hub: MigrationHub, name: str, query: dict[str, str]) -> Any:
    """Return a page of a table, or all that is known of one thing."""
    if name not in DETAILS:
        page = hub.table(
            name,
            search=query.pop("search", ""),
            sort=query.pop("sort", None),
            descending=_flag("descending", query.pop("descending", "false")),
            offset=_number("offset", query.pop("offset", "0")),
            limit=min(_number("limit", query.pop("limit", "100")), MAX_ROWS),
            where=query,
        )
        return {member.name: getattr(page, member.name) for member in fields(page)}
    parameters, read = DETAILS[name]
    for parameter in parameters:
        if parameter not in query:
            raise ValueError(f"{parameter} is missing")
    return read(hub, *(query[parameter] for parameter in parameters))


def _flag(name: str, text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError(f"{name}={text!r}: {nearest(text, ('true', 'false'))}")
    return text == "true"


def _number(name: str, text: str) -> int:
    if not (text.isascii() and text.isdecimal()):
        raise ValueError(f"{name}={text!r}: must be a whole number >= 0")
    return int(text)


def _read_task(hub: MigrationHub, stream: str, name: str) -> Any:
    row = hub.row("tasks", stream, name)  # first: a missing task needs no long search
    return {**encode(hub.task(stream, name)), **row}


def _read_server(hub: MigrationHub, id_: str) -> Any:
    row = hub.row("servers", id_)
    return {**encode(hub.server(id_)), **row, **hub.facts("servers", id_)}


def _read_event(hub: MigrationHub, text: str) -> Any:
    number, events = _number("number", text), hub.events
    if not events.first <= number < events.first + len(events):
        kept = f"{len(events)}, starting at {events.first}" if events else "none"
        raise LookupError(f"no event {number}; there are {kept}")
    return events[number - events.first]


DETAILS: dict[str, tuple[tuple[str, ...], Callable[..., Any]]] = {
    "task": (("stream", "name"), _read_task),
    "server": (("id",), _read_server),
    "application": (("id",), lambda hub, id_: hub.row("applications", id_)),
    "import": (("id",), lambda hub, id_: {**hub.row("imports", id_), **hub.facts("imports", id_)}),
    "event": (("number",), _read_event),
}
"""What can be read of one thing: the parameters that name it, and what reads it."""
