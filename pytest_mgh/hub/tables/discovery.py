"""Agents, imports and exports of the discovery repository, and all that is known of a server."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from pytest_mgh.hub.tables.table import HomeState, Row, Table
from pytest_mgh.state.attributes import ATTRIBUTES

if TYPE_CHECKING:
    from pytest_mgh.state.discovery_records import Agent, ExportTask, ImportTask, Server

MAX_FAILURES = 200
"""Failures of an import that are shown."""


def _agent_row(home: HomeState, agent: Agent) -> Row:
    server = home.store.repository.servers.get(agent.server)
    return {
        "agent_id": agent.agent_id,
        "servers": [
            {"configuration_id": agent.server, "hostname": server.hostname or None}
            for server in (server,)
            if server is not None
        ],
        "hostname": agent.hostname or None,
        "ip_addresses": agent.ip_addresses,
        "type": agent.type,
        "health": agent.health,
        "collection_status": agent.collection_status,
        "version": agent.version,
        "last_health_ping": agent.pinged(home.now),
    }


AGENTS: Table[Agent] = Table(
    records=lambda home: list(home.store.repository.agents),
    row=_agent_row,
    text=lambda _, agent: "\n".join(
        (
            agent.agent_id,
            agent.hostname,
            agent.type,
            agent.health,
            agent.version,
            *agent.ip_addresses,
        )
    ),
    columns={
        "agent_id": lambda _, agent: agent.agent_id,
        "hostname": lambda _, agent: agent.hostname.casefold() or None,
        "health": lambda _, agent: agent.health,
        "collection_status": lambda _, agent: agent.collection_status,
        "last_health_ping": lambda home, agent: agent.pinged(home.now),
    },
    filters={"health": lambda _, agent: (agent.health,)},
    choices=lambda home: {
        "health": tuple(sorted({agent.health for agent in home.store.repository.agents}))
    },
    find=lambda home, key: home.store.repository.agents.get(key[0]),
)
"""The agents and collectors, in the order in which they came."""


def _import_row(_: HomeState, task: ImportTask) -> Row:
    return {
        "import_task_id": task.import_task_id,
        "name": task.name,
        "url": task.import_url,
        "status": task.status,
        "classification": task.classification,
        "requested": task.requested,
        "completed": task.completed,
        "records": task.server_success,
        "failed_records": task.server_failure,
        "applications": task.application_success,
        "failures": len(task.failures),
    }


IMPORTS: Table[ImportTask] = Table(
    records=lambda home: list(home.store.repository.imports),
    row=_import_row,
    text=lambda _, task: "\n".join((task.import_task_id, task.name, task.import_url, task.status)),
    columns={
        "name": lambda _, task: task.name.casefold(),
        "status": lambda _, task: task.status,
        "requested": lambda _, task: task.requested,
        "records": lambda _, task: task.server_success,
        "failed_records": lambda _, task: task.server_failure,
    },
    find=lambda home, key: home.store.repository.imports.get(key[0]),
)
"""The imports, oldest first."""


def _export_row(_: HomeState, export: ExportTask) -> Row:
    return {
        "export_id": export.export_id,
        "kind": export.kind,
        "agent_id": export.agent_id,
        "status": export.status,
        "message": export.status_message,
        "requested": export.requested,
        "files": [*export.files],
    }


EXPORTS: Table[ExportTask] = Table(
    records=lambda home: list(home.store.repository.exports),
    row=_export_row,
    text=lambda _, export: "\n".join(
        (export.export_id, export.kind, export.agent_id or "", export.status, *export.files)
    ),
    columns={
        "export_id": lambda _, export: export.export_id,
        "kind": lambda _, export: export.kind,
        "status": lambda _, export: export.status,
        "requested": lambda _, export: export.requested,
    },
    find=lambda home, key: home.store.repository.exports.get(key[0]),
)
"""The exports, oldest first."""


def find_facts(home: HomeState, name: str, key: str) -> dict[str, Any]:
    """Return details of a row of `servers` or `imports`; `LookupError` if there is no such row."""
    if name == "imports":
        task = home.store.repository.imports.get(key)
        failures = task.failures if task is not None else []
        return {"failures": [(one.line, one.reason) for one in islice(failures, MAX_FAILURES)]}
    return _server_facts(home, home.store.repository.find_server(key))


def _server_facts(home: HomeState, server: Server) -> dict[str, Any]:
    """Return a server's attributes, by group and by source, with its processes and connections."""
    repository, id_ = home.store.repository, server.configuration_id
    groups: dict[str, list[tuple[str, str]]] = {}
    for name, attribute in ATTRIBUTES.items():
        values = ", ".join(server.many(name))
        if values:
            groups.setdefault(attribute.group, []).append((attribute.title, values))
    neighbors = []
    for one in repository.connections_of(id_):
        other = one.destination if one.source == id_ else one.source
        found = repository.servers.get(other)
        neighbors.append(
            {
                "configuration_id": other,
                "hostname": (found.hostname or None) if found else None,
                "direction": "to" if one.source == id_ else "from",
                "port": one.port,
                "protocol": one.protocol,
                "count": one.count,
            }
        )
    return {
        "attributes": [{"group": group, "facts": facts} for group, facts in groups.items()],
        "entries": [
            {
                "source": source,
                "time": entry.time,
                "values": "; ".join(
                    f"{ATTRIBUTES[name].title}: {', '.join(values)}"
                    for name, values in entry.values.items()
                ),
            }
            for source, entry in sorted(server.entries.items(), key=lambda item: item[1].order)
        ],
        "processes": [
            {"name": one.name, "command_line": one.command_line, "path": one.path}
            for one in repository.processes_of(id_)
        ],
        "neighbors": neighbors,
    }
