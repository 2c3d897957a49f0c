"""The discovery repository: servers made of entries, and one index by what identifies them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from pytest_mgh.errors import nearest_there
from pytest_mgh.state.discovery_records import (
    Agent,
    Application,
    Connection,
    ContinuousExport,
    DeletionTask,
    Entry,
    ExportTask,
    IdSet,
    ImportTask,
    Process,
    Server,
    Tag,
    agent_source,
)
from pytest_mgh.state.identity import CONFIRMING, EXTERNAL_ID, identities, identity_of
from pytest_mgh.state.in_order import InOrder
from pytest_mgh.state.value_index import ValueIndex

if TYPE_CHECKING:
    from pytest_mgh.state.attributes import Values
    from pytest_mgh.state.journal import Journal

Item = TypeVar("Item")

_Unindexed: TypeAlias = Agent | ImportTask | DeletionTask | ExportTask | ContinuousExport

_MAX_CANDIDATES = 100
"""How many servers that share an identifying value are looked at; a match has a bounded cost."""


class Repository:
    """The servers of one account in one Region, and all that is about them, by id."""

    __slots__ = (
        "_closed",
        "_journal",
        "_names",
        "_open",
        "_related",
        "_sources",
        "agents",
        "applications",
        "connections",
        "continuous_exports",
        "deleted_records",
        "deletions",
        "exports",
        "imports",
        "order",
        "processes",
        "servers",
    )

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self.servers: InOrder[str, Server] = InOrder()
        self.applications: InOrder[str, Application] = InOrder()
        self.agents: InOrder[str, Agent] = InOrder()
        self.processes: InOrder[str, Process] = InOrder()
        self.connections: InOrder[str, Connection] = InOrder()
        self.imports: InOrder[str, ImportTask] = InOrder()
        self.exports: InOrder[str, ExportTask] = InOrder()
        self.continuous_exports: InOrder[str, ContinuousExport] = InOrder()
        self.deletions: dict[str, DeletionTask] = {}
        self.deleted_records: tuple[int, int] = (0, 0)
        """A day, in days since the epoch, and how many records were deleted on it."""
        self.order: int = 0
        """The number of the last entry."""
        # Servers by identity. An external id decides alone: servers that have one are kept apart
        # from the others, which a description with another external id may still be of.
        self._open = ValueIndex()
        self._closed = ValueIndex()
        self._sources: dict[str, str] = {}
        self._names: dict[str, str] = {}  # applications by name
        self._related = ValueIndex()  # processes and connections by server

    def __contains__(self, configuration_id: object) -> bool:
        return any(
            configuration_id in items for items in (self.servers, self.applications, self.processes)
        )

    # servers and their entries

    def find_server(self, name: str) -> Server:
        """Return a server by configuration id or host name.

        Raises:
            LookupError: There is none, or several have that host name.
        """
        __tracebackhide__ = True
        server = self.servers.get(name)
        if server is not None:
            return server
        found = self._named(name)
        if not found:
            known = [server.hostname or server.configuration_id for server in self.servers]
            raise LookupError(f"no server {name!r}; {nearest_there(str(name), known)}")
        if len(found) > 1:
            ids = ", ".join(server.configuration_id for server in found)
            raise LookupError(f"{ambiguous(name, len(found))}: {ids}")
        return found[0]

    def has_hostname(self, name: str) -> bool:
        """Whether a server has that host name."""
        return bool(self._named(name))

    def find_by(self, attribute: str, value: str) -> list[str] | None:
        """Return the ids of all servers that may show a value of an identifying attribute, and
        perhaps of some more; `None` where there is no index of such a value.
        """  # noqa: D205
        identity = identity_of(attribute, value)
        if identity is None:
            return None
        return sorted({*self._open.find(identity), *self._closed.find(identity)}, key=self._age)

    def has_external_id(self, external_id: str) -> bool:
        """Whether a server has that external id, in whatever case."""
        return bool(self._closed.find((EXTERNAL_ID, external_id.lower())))

    def add_server(self, id_: str, time: float) -> Server:
        """Add a server of which nothing is known yet."""
        server = Server(id_, time)
        self.servers.put(self._journal, id_, server)
        return server

    def adopt_all(self) -> None:
        """Enter into the indexes what was loaded."""
        for server in self.servers:
            self._adopt(server)
        for application in self.applications:
            self.put_application(application)
        for process in self.processes:
            self.put_process(process)
        for connection in self.connections:
            self.put_connection(connection)

    def _adopt(self, server: Server) -> None:
        entries, server.entries = server.entries, {}
        for source, entry in entries.items():
            self._index(server, entry.values)
            self._journal.put(self._sources, source, server.configuration_id)
            server.entries[source] = entry

    def enter(self, server: Server, source: str, values: Values, time: float) -> None:
        """Enter what a source reports of a server, in place of what it reported before."""
        self.retract(source)
        id_ = server.configuration_id
        self._index(server, values)
        self._journal.set(self, "order", self.order + 1)
        self._journal.set(server, "_shown", None)
        self._journal.put(server.entries, source, Entry(time, self.order, dict(values)))
        self._journal.put(self._sources, source, id_)

    def repeat(self, source: str, values: Values, time: float) -> Server | None:
        """Enter again what a source reports, if that is certainly about the same server.

        This is so where no other source reports on the server, and no other server has a value in
        common with it. What is found by the values stays as it is.

        Returns:
            The server; `None` where it has to be matched anew.
        """
        server = self.find_source(source)
        if server is None or len(server.entries) != 1 or server.entries[source].values != values:
            return None
        others = self._open if server._external_ids else self._closed  # noqa: SLF001
        held = list(identities(values))
        if self._index_of(server).are_shared(held) or others.has_any(held):
            return None
        self._journal.set(self, "order", self.order + 1)
        self._journal.set(server, "_shown", None)
        self._journal.put(server.entries, source, Entry(time, self.order, dict(values)))
        return server

    def find_source(self, source: str) -> Server | None:
        """Return the server that a source has an entry of."""
        return self.servers.get(self._sources.get(source, ""))

    def retract(self, source: str) -> Server | None:
        """Remove what a source reports, and return the server that it was about, if any."""
        server = self.find_source(source)
        if server is None:
            return None
        entry = server.entries[source]
        self._journal.set(server, "_shown", None)
        self._journal.drop(server.entries, source)
        self._journal.drop(self._sources, source)
        self._leave(server, entry.values)
        return server

    def forget(self, source: str) -> None:
        """Remove what a source reports, and the server if no other source reports on it."""
        server = self.retract(source)
        if server is not None and not server.entries:
            self.remove_server(server.configuration_id)

    def remove_server(self, id_: str) -> None:
        """Remove a server, also from its applications, with its processes and connections."""
        server = self.servers.get(id_)
        if server is None:
            return
        for application in self.applications_of(server):
            self.part(application, server)
        for source in list(server.entries):
            self.retract(source)
        self._drop_found_on(id_)
        self.servers.remove(self._journal, id_)

    def match(self, values: Values) -> Server | None:
        """Return the server that is described, or `None`.

        A server with the same external id is taken, whatever else differs; one with another
        external id never. Else one identifying value in common is enough: the server with most of
        them is taken, and of several such ones the oldest.
        """
        wanted = dict.fromkeys(identities(values))
        external = [one for one in wanted if one[0] == EXTERNAL_ID]
        for identity in external:
            found = self._closed.find(identity)
            if found:
                return self.servers.get(min(islice(found, _MAX_CANDIDATES), key=self._age))
        indexes = (self._open,) if external else (self._open, self._closed)
        held = [index.find(identity) for index in indexes for identity in wanted]
        candidates = {
            id_
            for index in indexes
            for identity in wanted
            if identity[0] not in CONFIRMING
            for id_ in islice(index.find(identity), _MAX_CANDIDATES)
        }
        if not candidates:
            return None
        best = min(candidates, key=lambda id_: (-sum(id_ in ids for ids in held), self._age(id_)))
        return self.servers.get(best)

    def _age(self, id_: str) -> int:
        return self.servers.position(id_)

    def _named(self, name: str) -> list[Server]:
        """Return the servers that have that host name."""
        ids = self.find_by("hostname", name) if name else []
        found = self.servers if ids is None else map(self.servers.get, ids)
        return [one for one in found if one is not None and one.hostname == name]

    def _index(self, server: Server, values: Values) -> None:
        """Enter a server into the index by the values that are reported of it."""
        if "external_id" in values:
            if not server._external_ids:  # noqa: SLF001 (an index of the repository's)
                self._move(server, self._open, self._closed)
            self._journal.set(server, "_external_ids", server._external_ids + 1)  # noqa: SLF001
        index = self._index_of(server)
        index.add(self._journal, identities(values), server.configuration_id)

    def _leave(self, server: Server, values: Values) -> None:
        """Remove a server from the index by the values that were reported of it."""
        index = self._index_of(server)
        index.drop(self._journal, identities(values), server.configuration_id)
        if "external_id" in values:
            self._journal.set(server, "_external_ids", server._external_ids - 1)  # noqa: SLF001
            if not server._external_ids:  # noqa: SLF001
                self._move(server, self._closed, self._open)

    def _index_of(self, server: Server) -> ValueIndex:
        return self._closed if server._external_ids else self._open  # noqa: SLF001

    def _move(self, server: Server, before: ValueIndex, after: ValueIndex) -> None:
        for entry in server.entries.values():
            held = list(identities(entry.values))
            before.drop(self._journal, held, server.configuration_id)
            after.add(self._journal, held, server.configuration_id)

    # applications

    def application_named(self, name: str) -> Application | None:
        """Return the application of a name; there is one at most."""
        return self.applications.get(self._names.get(name, ""))

    def applications_of(self, server: Server) -> list[Application]:
        """Return the applications that a server is in."""
        found = (self.applications.get(id_) for id_ in server.applications)
        return [application for application in found if application is not None]

    def put_application(self, application: Application) -> None:
        """Add an application."""
        self.applications.put(self._journal, application.configuration_id, application)
        self._journal.put(self._names, application.name, application.configuration_id)

    def change_application(self, application: Application, **values: Any) -> None:
        """Set attributes of an application."""
        if "name" in values:
            self._journal.drop(self._names, application.name)
            self._journal.put(self._names, values["name"], application.configuration_id)
        self._set(application, **values)

    def join(self, application: Application, server: Server) -> None:
        """Put a server into an application."""
        self._journal.put(application.servers, server.configuration_id, None)
        self._journal.put(server.applications, application.configuration_id, None)

    def part(self, application: Application, server: Server) -> None:
        """Take a server out of an application."""
        servers = _without(application.servers, server.configuration_id)
        applications = _without(server.applications, application.configuration_id)
        self._set(application, servers=servers)
        self._set(server, applications=applications)

    def remove_applications(self, ids: Iterable[str]) -> None:
        """Remove applications; their servers stay."""
        gone = {id_: one for id_ in ids if (one := self.applications.get(id_)) is not None}
        for server_id in {server_id for one in gone.values() for server_id in one.servers}:
            server = self.servers.get(server_id)
            if server is not None:
                left = {id_: None for id_ in server.applications if id_ not in gone}
                self._set(server, applications=left)
        for id_, application in gone.items():
            self.applications.remove(self._journal, id_)
            self._journal.drop(self._names, application.name)

    # tags

    def tag(self, item: Server | Application, tags: Mapping[str, Tag]) -> None:
        """Give an item tags; a key that it has gets the new value."""
        self._journal.set(item, "tags", {**item.tags, **tags})

    def untag(self, item: Server | Application, keys: Collection[str]) -> None:
        """Take tags from an item."""
        tags = {key: tag for key, tag in item.tags.items() if key not in keys}
        self._journal.set(item, "tags", tags)

    # agents, and what they found

    def put_agent(self, agent: Agent) -> None:
        """Add an agent."""
        self.agents.put(self._journal, agent.agent_id, agent)

    def remove_agent(self, id_: str) -> None:
        """Remove an agent; its entry stays, without its id."""
        self.agents.remove(self._journal, id_)
        source = agent_source(id_)
        server = self.find_source(source)
        if server is not None:
            entry = server.entries[source]
            rest = {name: values for name, values in entry.values.items() if name != "agent_id"}
            self.enter(server, source, rest, entry.time)

    def put_process(self, process: Process) -> None:
        """Add a process."""
        self.processes.put(self._journal, process.configuration_id, process)
        self._related.add(self._journal, [("process", process.server)], process.configuration_id)

    def put_connection(self, connection: Connection) -> None:
        """Add a connection."""
        self.connections.put(self._journal, connection.id, connection)
        for server in {connection.source, connection.destination}:
            self._related.add(self._journal, [("connection", server)], connection.id)

    def processes_of(self, server_id: str) -> list[Process]:
        """Return the processes of a server, in the order in which they came."""
        return _in_order(self.processes, self._related.find(("process", server_id)))

    def connections_of(self, server_id: str) -> list[Connection]:
        """Return the connections from and to a server, in the order in which they came."""
        return _in_order(self.connections, self._related.find(("connection", server_id)))

    def _drop_found_on(self, server_id: str) -> None:
        """Remove the processes and connections of a server."""
        for process in self.processes_of(server_id):
            self.processes.remove(self._journal, process.configuration_id)
            self._related.drop(self._journal, [("process", server_id)], process.configuration_id)
        for connection in self.connections_of(server_id):
            self.connections.remove(self._journal, connection.id)
            for server in {connection.source, connection.destination}:
                self._related.drop(self._journal, [("connection", server)], connection.id)

    # tasks

    def change(self, record: _Unindexed, **values: Any) -> None:
        """Set attributes of a record; none of them is in an index."""
        self._set(record, **values)

    def _set(self, record: object, **values: Any) -> None:
        for name, value in values.items():
            self._journal.set(record, name, value)

    def count_deleted_records(self, day: int, number: int) -> None:
        """Keep how many records of imports were deleted on a day, counted from the epoch."""
        self._journal.set(self, "deleted_records", (day, number))

    def put_import(self, task: ImportTask) -> None:
        """Add an import task."""
        self.imports.put(self._journal, task.import_task_id, task)

    def remove_import(self, id_: str) -> None:
        """Forget an import task."""
        self.imports.remove(self._journal, id_)

    def put_deletion(self, task: DeletionTask) -> None:
        """Add a deletion task."""
        self._journal.put(self.deletions, task.task_id, task)

    def put_export(self, task: ExportTask) -> None:
        """Add an export task."""
        self.exports.put(self._journal, task.export_id, task)

    def put_continuous_export(self, export: ContinuousExport) -> None:
        """Add a continuous export."""
        self.continuous_exports.put(self._journal, export.export_id, export)


def _in_order(items: InOrder[str, Item], ids: Iterable[str]) -> list[Item]:
    return [items.at(at) for at in sorted(items.position(id_) for id_ in ids)]


def _without(ids: IdSet, id_: str) -> IdSet:
    return {one: None for one in ids if one != id_}


def ambiguous(name: str, number: int) -> str:
    """Say that a host name is not enough."""
    return f"{number} servers have the host name {name!r}; use a configuration id"
