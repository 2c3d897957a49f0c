"""The servers and applications of the discovery repository, and how their migration goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from pytest_mgh.hub.tables.table import HomeState, Row, Table
from pytest_mgh.hub.tables.tasks import count_statuses, mapped_tasks
from pytest_mgh.protocol.values import ApplicationStatus
from pytest_mgh.state.attributes import ATTRIBUTES

if TYPE_CHECKING:
    from pytest_mgh.state.discovery_records import Server
    from pytest_mgh.state.records import ApplicationState

APPLICATION_STATUSES: tuple[ApplicationStatus, ...] = get_args(ApplicationStatus)
"""In the order of the model."""


def _folded(text: str | None) -> str | None:
    return None if text is None else text.casefold()


def _application_names(home: HomeState, server: Server) -> list[str]:
    return [one.name for one in home.store.repository.applications_of(server)]


def _server_row(home: HomeState, server: Server) -> Row:
    applications = home.store.repository.applications_of(server)
    return {
        "configuration_id": server.configuration_id,
        "hostname": server.hostname or None,
        "type": server.one("type"),
        "ip_addresses": server.many("ip_addresses"),
        "os": " ".join(filter(None, map(server.one, ("os_name", "os_version")))) or None,
        "source": server.one("source") or None,
        "applications": [
            {"configuration_id": one.configuration_id, "name": one.name} for one in applications
        ],
        "tasks": count_statuses(mapped_tasks(home, (server.configuration_id,))),
    }


def _server_text(home: HomeState, server: Server) -> str:
    known = [values for name, values in server.shown.items() if not ATTRIBUTES[name].is_measurement]
    parts = [server.configuration_id, *(one for values in known for one in values)]
    parts += _application_names(home, server)
    parts += (part for key, tag in server.tags.items() for part in (key, tag.value))
    return "\n".join(parts)


SERVERS: Table[Server] = Table(
    records=lambda home: list(home.store.repository.servers),
    row=_server_row,
    text=_server_text,
    columns={
        "hostname": lambda _, server: _folded(server.hostname or None),
        "configuration_id": lambda _, server: server.configuration_id,
        "type": lambda _, server: server.one("type"),
        "os": lambda _, server: _folded(server.one("os_name") or None),
        "applications": lambda home, server: _folded(
            next(iter(_application_names(home, server)), None)
        ),
        "tasks": lambda home, server: sum(1 for _ in home.store.tasks_of(server.configuration_id)),
    },
    filters={"application": lambda _, server: server.applications},
    find=lambda home, key: home.store.repository.servers.get(key[0]),
)
"""The servers, in the order in which they came."""


def _name(home: HomeState, state: ApplicationState) -> str | None:
    known = home.store.repository.applications.get(state.application_id)
    return known.name if known else None


def _server_ids(home: HomeState, state: ApplicationState) -> tuple[str, ...]:
    known = home.store.repository.applications.get(state.application_id)
    return tuple(known.servers) if known else ()


def _application_row(home: HomeState, state: ApplicationState) -> Row:
    known = home.store.repository.applications.get(state.application_id)
    servers = _server_ids(home, state)
    return {
        "configuration_id": state.application_id,
        "name": known.name if known else None,
        "description": known.description if known else "",
        "wave": known.wave if known else None,
        "status": state.status,
        "last_updated": state.time,
        "servers": len(servers),
        "tasks": count_statuses(mapped_tasks(home, servers)),
    }


def _application_text(home: HomeState, state: ApplicationState) -> str:
    parts = [state.application_id, state.status]
    known = home.store.repository.applications.get(state.application_id)
    if known:
        parts += (known.name, known.description, known.wave or "")
    return "\n".join(parts)


APPLICATIONS: Table[ApplicationState] = Table(
    records=lambda home: list(home.store.applications),
    row=_application_row,
    text=_application_text,
    columns={
        "name": lambda home, state: _folded(_name(home, state)),
        "status": lambda _, state: APPLICATION_STATUSES.index(state.status),
        "last_updated": lambda _, state: state.time,
        "servers": lambda home, state: len(_server_ids(home, state)),
    },
    filters={"status": lambda _, state: (state.status,)},
    choices=lambda _: {"status": APPLICATION_STATUSES},
    find=lambda home, key: home.store.applications.get(key[0]),
)
"""The applications that Migration Hub lists, in the order in which they came."""
