"""The calls so far, newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mgh.hub.tables.call_tally import tally
from pytest_mgh.hub.tables.table import HomeState, Query, Row, Table

if TYPE_CHECKING:
    from pytest_mgh.cloudtrail.records import CallRecord

Numbered = tuple[int, "CallRecord"]
"""A call, and its number, counted from the hub's first one."""

_REQUEST_LENGTH = 200
"""Characters of a request that a row shows."""


def _row(_: HomeState, numbered: Numbered) -> Row:
    number, call = numbered
    return {
        "number": number,
        "request_id": call.request_id,
        "time": call.time,
        "operation": call.action.name,
        "event_source": call.action.event_source,
        "principal": call.principal.name,
        "region": call.region,
        "request": call.request_text(_REQUEST_LENGTH),
        "error": call.error and call.error[0],
        "message": call.error and call.error[1],
    }


def _text(_: HomeState, numbered: Numbered) -> str:
    call = numbered[1]
    code, message = call.error or ("", "")
    return (
        f"{call.action.name}\n{call.principal.name}\n{call.region}\n{call.request_id}\n"
        f"{call.body.decode('utf-8', 'replace')}\n{code}\n{message or ''}"
    )


def _choices(home: HomeState) -> dict[str, tuple[str, ...]]:
    operations, errors = tally(home.world)
    return {"operation": tuple(sorted(operations)), "outcome": tuple(sorted(errors))}


def _numbered(home: HomeState) -> list[Numbered]:
    calls = home.world.calls
    return list(enumerate(calls, calls.first))


def _newest(home: HomeState, query: Query) -> tuple[int, list[Numbered]]:
    calls, first = home.world.calls.kept(), home.world.calls.first
    places = range(len(calls))[::-1][query.offset : query.offset + query.limit]
    return len(calls), [(first + place, calls[place]) for place in places]


EVENTS: Table[Numbered] = Table(
    records=_numbered,
    row=_row,
    text=_text,
    columns={
        "time": lambda _, numbered: numbered[0],
        "operation": lambda _, numbered: numbered[1].action.name,
        "principal": lambda _, numbered: numbered[1].principal.name.casefold(),
        "outcome": lambda _, numbered: numbered[1].outcome,
    },
    filters={
        "operation": lambda _, numbered: (numbered[1].action.name,),
        "outcome": lambda _, numbered: (numbered[1].outcome,),
        "failed": lambda _, numbered: ("false" if numbered[1].error is None else "true",),
    },
    choices=_choices,
    order=lambda _, numbered: -numbered[0],
    first=_newest,
)
"""Every call whose caller is known, newest first."""
