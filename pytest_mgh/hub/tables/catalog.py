"""All tables by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pytest_mgh.errors import nearest
from pytest_mgh.hub.tables.discovery import AGENTS, EXPORTS, IMPORTS
from pytest_mgh.hub.tables.events import EVENTS
from pytest_mgh.hub.tables.inventory import APPLICATIONS, SERVERS
from pytest_mgh.hub.tables.simulation import FAULTS, NOTES, PENDING, PRINCIPALS, THROTTLES
from pytest_mgh.hub.tables.tasks import STREAMS, TASKS

if TYPE_CHECKING:
    from pytest_mgh.hub.tables.table import Table

TABLES: Mapping[str, Table[Any]] = {
    "agents": AGENTS,
    "applications": APPLICATIONS,
    "events": EVENTS,
    "exports": EXPORTS,
    "faults": FAULTS,
    "imports": IMPORTS,
    "notes": NOTES,
    "pending": PENDING,
    "principals": PRINCIPALS,
    "servers": SERVERS,
    "streams": STREAMS,
    "tasks": TASKS,
    "throttles": THROTTLES,
}


def find_table(name: str) -> Table[Any]:
    """Return a table; `LookupError` if there is none of that name."""
    if name not in TABLES:
        raise LookupError(f"no table {name!r}; {nearest(name, TABLES)}")
    return TABLES[name]
