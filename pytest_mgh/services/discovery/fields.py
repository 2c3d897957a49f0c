"""What ListConfigurations can filter and order by: the service's own table."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from pytest_mgh.state.attributes import ATTRIBUTES, CONTAINMENT, EQUALITY
from pytest_mgh.state.discovery_records import agent_source
from pytest_mgh.state.identity import NOTATIONS

if TYPE_CHECKING:
    from pytest_mgh.state.attributes import Attribute
    from pytest_mgh.state.discovery_records import Application, Connection, Process, Server
    from pytest_mgh.state.repository import Repository

GetValues = Callable[["Repository", Any], Iterable[str]]
FindIds = Callable[["Repository", str], "Iterable[str] | None"]


class Field(NamedTuple):
    """A field of a configuration type.

    Args:
        conditions: The conditions that a filter on it may have.
        values: Gives the values that an item has.
        sort: Gives what items are ordered by; `None` where they cannot be.
        ids: Gives the ids of all items that may have a value, and perhaps of some more, by an
            index; `None` where there is no index, or not of that value.
    """

    conditions: tuple[str, ...]
    values: GetValues
    sort: Callable[[Repository, Any], Any] | None = None
    ids: FindIds | None = None


def _none(_: Repository, __: Any) -> Iterable[str]:
    """Give nothing: the hub knows no virtual networks."""
    return ()


def _known(*values: str | None) -> Iterable[str]:
    return [value for value in values if value]


def _first(values: GetValues) -> Callable[[Repository, Any], str]:
    """Return the sort key of a field that has one value."""
    return lambda repository, item: next(iter(values(repository, item)), "")


def _itself(_: Repository, id_: str) -> Iterable[str]:
    return (id_,)


# servers


def _attribute(attribute: Attribute) -> Field:
    name = attribute.name
    by_identity: FindIds = lambda repository, value: repository.find_by(name, value)  # noqa: E731
    return Field(
        attribute.conditions,
        lambda _, server: server.many(name),
        (lambda _, server: server.one(name)) if attribute.sorts else None,
        by_identity if name in NOTATIONS else None,
    )


def _of_agent(repository: Repository, agent_id: str) -> Iterable[str]:
    server = repository.find_source(agent_source(agent_id))
    return () if server is None else (server.configuration_id,)


def _connectors(repository: Repository, server: Server) -> Iterable[str]:
    agent = repository.agents.get(server.one("agent_id"))
    return _known(agent.connector_id if agent else None)


def _of_applications(name: str) -> GetValues:
    return lambda repository, server: [
        getattr(application, name) for application in repository.applications_of(server)
    ]


def _of_processes(name: str) -> GetValues:
    return lambda repository, server: [
        getattr(process, name) for process in repository.processes_of(server.configuration_id)
    ]


def _servers_of_application(repository: Repository, id_: str) -> Iterable[str]:
    application = repository.applications.get(id_)
    return () if application is None else application.servers


def _server_of_process(repository: Repository, id_: str) -> Iterable[str]:
    process = repository.processes.get(id_)
    return () if process is None else (process.server,)


def _tag_values(_: Repository, server: Server) -> Iterable[str]:
    return [tag.value for tag in server.tags.values()]


SERVER_FIELDS: dict[str, Field] = {
    "server.configurationId": Field(
        EQUALITY, lambda _, server: (server.configuration_id,), ids=_itself
    ),
    **{
        f"server.{attribute.key}": _attribute(attribute)
        for attribute in ATTRIBUTES.values()
        if attribute.conditions
    },
    "server.agentId": Field(EQUALITY, lambda _, server: server.many("agent_id"), ids=_of_agent),
    "server.connectorId": Field(EQUALITY, _connectors),
    "server.application.configurationId": Field(
        EQUALITY, lambda _, server: server.applications, ids=_servers_of_application
    ),
    "server.application.name": Field(CONTAINMENT, _of_applications("name")),
    "server.application.description": Field(CONTAINMENT, _of_applications("description")),
    "server.process.configurationId": Field(
        EQUALITY, _of_processes("configuration_id"), ids=_server_of_process
    ),
    "server.process.name": Field(CONTAINMENT, _of_processes("name")),
    "server.process.commandLine": Field(CONTAINMENT, _of_processes("command_line")),
    "server.tag.key": Field(CONTAINMENT, lambda _, server: server.tags),
    "server.tag.value": Field(CONTAINMENT, _tag_values),
}

# applications


def _text(name: str) -> Field:
    values: GetValues = lambda _, item: _known(getattr(item, name))  # noqa: E731
    return Field(CONTAINMENT, values, _first(values))


def _named(repository: Repository, name: str) -> Iterable[str]:
    application = repository.application_named(name)
    return () if application is None else (application.configuration_id,)


def _applications_of_server(repository: Repository, id_: str) -> Iterable[str]:
    server = repository.servers.get(id_)
    return () if server is None else server.applications


def _server_count(_: Repository, application: Application) -> int:
    return len(application.servers)


APPLICATION_FIELDS: dict[str, Field] = {
    "application.configurationId": Field(
        EQUALITY, lambda _, item: (item.configuration_id,), ids=_itself
    ),
    "server.configurationId": Field(
        EQUALITY, lambda _, item: item.servers, ids=_applications_of_server
    ),
    "application.name": Field(
        CONTAINMENT, lambda _, item: (item.name,), lambda _, item: item.name, _named
    ),
    "application.description": _text("description"),
    "application.serverCount": Field((), _none, _server_count),
    "application.timeOfCreation": Field((), _none, lambda _, item: item.time),
    "application.lastModifiedTime": Field((), _none, lambda _, item: item.modified),
}

# processes


def _of_server(attribute: str, member: str = "server") -> GetValues:
    """Give an attribute of the server that an item is on, or comes from, or goes to."""

    def values(repository: Repository, item: Any) -> Iterable[str]:
        server = repository.servers.get(getattr(item, member))
        return server.many(attribute) if server else ()

    return values


def _sorted_by(values: GetValues) -> Field:
    return Field(CONTAINMENT, values, _first(values))


def _processes_of_server(repository: Repository, id_: str) -> Iterable[str]:
    return [process.configuration_id for process in repository.processes_of(id_)]


PROCESS_FIELDS: dict[str, Field] = {
    "process.configurationId": Field(
        EQUALITY, lambda _, item: (item.configuration_id,), ids=_itself
    ),
    "server.configurationId": Field(
        EQUALITY, lambda _, item: (item.server,), ids=_processes_of_server
    ),
    "process.name": _text("name"),
    "process.commandLine": _text("command_line"),
    "server.hostName": _sorted_by(_of_server("hostname")),
    "server.osName": _sorted_by(_of_server("os_name")),
    "server.osVersion": _sorted_by(_of_server("os_version")),
    "server.agentId": Field(CONTAINMENT, _of_server("agent_id")),
}

# connections


def _of_process(attribute: str, member: str) -> GetValues:
    """Give an attribute of the process at one end of a connection."""

    def values(repository: Repository, item: Connection) -> Iterable[str]:
        process: Process | None = repository.processes.get(getattr(item, member) or "")
        return _known(getattr(process, attribute)) if process else ()

    return values


def _connections_of_server(repository: Repository, id_: str) -> Iterable[str]:
    return [connection.id for connection in repository.connections_of(id_)]


CONNECTION_FIELDS: dict[str, Field] = {
    "connection.sourceIp": _text("source_ip"),
    "connection.destinationIp": _text("destination_ip"),
    "connection.destinationPort": Field(
        EQUALITY, lambda _, item: (str(item.port),), lambda _, item: item.port
    ),
    "sourceServer.configurationId": Field(
        EQUALITY, lambda _, item: (item.source,), ids=_connections_of_server
    ),
    "sourceServer.hostName": _sorted_by(_of_server("hostname", "source")),
    "sourceProcess.configurationId": Field(EQUALITY, lambda _, item: _known(item.source_process)),
    "sourceProcess.name": _sorted_by(_of_process("name", "source_process")),
    "sourceProcess.commandLine": _sorted_by(_of_process("command_line", "source_process")),
    "destinationServer.osName": _sorted_by(_of_server("os_name", "destination")),
    "destinationServer.osVersion": _sorted_by(_of_server("os_version", "destination")),
    "destinationServer.agentId": Field(CONTAINMENT, _of_server("agent_id", "destination")),
    "destinationProcess.configurationId": Field(
        EQUALITY, lambda _, item: _known(item.destination_process)
    ),
    "destinationProcess.name": _sorted_by(_of_process("name", "destination_process")),
    # spelt so in the service's table
    "destinationprocess.commandLine": _sorted_by(
        _of_process("command_line", "destination_process")
    ),
}

FIELDS = {
    "SERVER": SERVER_FIELDS,
    "APPLICATION": APPLICATION_FIELDS,
    "PROCESS": PROCESS_FIELDS,
    "CONNECTION": CONNECTION_FIELDS,
}
