"""The discovery repository: servers and applications, found by any value that matters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pytest_mgh.errors import nearest_there
from pytest_mgh.state.discovery_records import (
    SINGLE_VALUES,
    Application,
    DeletionTask,
    Ids,
    ImportTask,
    Server,
    Tag,
)
from pytest_mgh.state.identity import Description, normal_ip, normal_mac
from pytest_mgh.state.in_order import InOrder
from pytest_mgh.state.value_index import ValueIndex

if TYPE_CHECKING:
    from pytest_mgh.state.journal import Journal

Item = TypeVar("Item")


class Items(InOrder[str, Item], Generic[Item]):
    """Configuration items of one type, in the order in which they came, with an index of values.

    Args:
        values: Gives the indexed values of an item, by the names of the filters that ask for them.
    """

    __slots__ = ("_index", "_values", "indexed")

    def __init__(
        self, values: Callable[[Item], dict[str, Iterable[str]]], indexed: Iterable[str] = ()
    ) -> None:
        super().__init__()
        self._values = values
        self._index = ValueIndex()
        self.indexed = frozenset(indexed)

    def put(self, journal: Journal, key: str, record: Item) -> None:
        """Add an item, or enter anew what has changed about it."""
        super().put(journal, key, record)
        self._index.put(
            journal,
            key,
            {
                (name, value): None
                for name, values in self._values(record).items()
                for value in values
            },
        )

    def remove(self, journal: Journal, key: str) -> bool:
        """Remove an item; return whether there was one."""
        self._index.remove(journal, key)
        return super().remove(journal, key)

    def find(self, name: str, value: str) -> list[str]:
        """Return the ids of the items that have that value of an indexed filter, in order."""
        return sorted(self._index.find((name, value)), key=self.position)


def _server_values(server: Server) -> dict[str, Iterable[str]]:
    return {
        "server.configurationId": (server.configuration_id,),
        "server.agentId": (server.agent_id,) if server.agent_id else (),
        "server.hostName": (server.hostname,) if server.hostname else (),
        "server.networkInterfaceInfo.ipAddress": server.ip_addresses,
        "server.networkInterfaceInfo.macAddress": server.mac_addresses,
        "server.application.configurationId": server.applications,
    }


def _application_values(application: Application) -> dict[str, Iterable[str]]:
    return {
        "application.configurationId": (application.configuration_id,),
        "application.name": (application.name,),
        "server.configurationId": application.servers,
    }


class Repository:
    """The servers and applications of one account in one Region, by configuration id."""

    __slots__ = ("_identities", "_journal", "applications", "deletions", "imports", "servers")

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self.servers: Items[Server] = Items(_server_values, _server_values(Server("")))
        self.applications: Items[Application] = Items(
            _application_values, _application_values(Application("", ""))
        )
        self.imports: InOrder[str, ImportTask] = InOrder()
        self.deletions: dict[str, DeletionTask] = {}
        self._identities = ValueIndex()

    def __contains__(self, configuration_id: object) -> bool:
        return configuration_id in self.servers or configuration_id in self.applications

    # servers

    def find_server(self, name: str) -> Server:
        """Return a server by configuration id or host name.

        Raises:
            LookupError: There is none, or several have that host name.
        """
        __tracebackhide__ = True
        ids = (name,) if name in self.servers else self.servers.find("server.hostName", name)
        if not ids:
            known = [server.hostname or server.configuration_id for server in self.servers]
            raise LookupError(f"no server {name!r}; {nearest_there(str(name), known)}")
        if len(ids) > 1:
            raise LookupError(f"{ambiguous(name, len(ids))}: {', '.join(ids)}")
        (found,) = (self.servers.get(id_) for id_ in ids)
        assert found is not None
        return found

    def has_external_id(self, external_id: str) -> bool:
        """Whether a server has that external id, in whatever case."""
        return bool(self._identities.find(("external id", external_id.lower())))

    def put_server(self, server: Server) -> None:
        """Add a server, or enter anew what has changed about it."""
        identities = dict.fromkeys((*server.description().identities(), *server.aliases))
        self.servers.put(self._journal, server.configuration_id, server)
        self._identities.put(self._journal, server.configuration_id, identities)

    def change_server(self, server: Server, **values: Any) -> None:
        """Set attributes of a server."""
        self.change(server, **values)
        self.put_server(server)

    def remove_server(self, id_: str) -> None:
        """Remove a server, also from its applications."""
        server = self.servers.get(id_)
        if server is None:
            return
        for application in self.applications_of(server):
            self.part(application, server)
        self.servers.remove(self._journal, id_)
        self._identities.remove(self._journal, id_)

    def change(self, record: object, **values: Any) -> None:
        """Set attributes of a record that no index knows."""
        for name, value in values.items():
            self._journal.set(record, name, value)

    def match(self, description: Description) -> Server | None:
        """Return the server that is described, or `None`.

        One identifying value in common is enough. An external id decides alone; else the server
        with most of them in common is taken, and of several such ones the oldest.
        """
        identities = dict.fromkeys(description.identities())
        for identity in identities:
            if identity[0] == "external id" and (found := self._identities.find(identity)):
                return self.servers.get(min(found, key=self.servers.position))
        common = Counter(id_ for one in identities for id_ in self._identities.find(one))
        if not common:
            return None
        best = min(common, key=lambda id_: (-common[id_], self.servers.position(id_)))
        return self.servers.get(best)

    def merge(self, server: Server, description: Description) -> None:
        """Enter a server with what a description adds: the newest value wins, addresses add up."""
        changes: dict[str, Any] = {}
        for name, said in SINGLE_VALUES.items():
            values, known = getattr(description, said), getattr(server, name) or ""
            if values and values[0].lower() != known.lower():
                changes[name] = values[0]
        changes["ip_addresses"] = _joined(server.ip_addresses, description.ip_addresses, normal_ip)
        changes["mac_addresses"] = _joined(
            server.mac_addresses, description.mac_addresses, normal_mac
        )
        changes["aliases"] = tuple(dict.fromkeys((*server.aliases, *description.identities())))
        differ = any(getattr(server, name) != value for name, value in changes.items())
        if differ or server.configuration_id not in self.servers:
            self.change_server(server, **changes)

    # applications

    def applications_of(self, server: Server) -> list[Application]:
        """Return the applications that a server is in."""
        found = (self.applications.get(id_) for id_ in server.applications)
        return [application for application in found if application is not None]

    def put_application(self, application: Application) -> None:
        """Add an application, or enter anew what has changed about it."""
        self.applications.put(self._journal, application.configuration_id, application)

    def change_application(self, application: Application, **values: Any) -> None:
        """Set attributes of an application."""
        self.change(application, **values)
        self.put_application(application)

    def join(self, application: Application, server: Server) -> None:
        """Put a server into an application."""
        self._journal.put(application.servers, server.configuration_id, None)
        self._journal.put(server.applications, application.configuration_id, None)
        self._enter(application, server)

    def part(self, application: Application, server: Server) -> None:
        """Take a server out of an application."""
        servers = _without(application.servers, server.configuration_id)
        applications = _without(server.applications, application.configuration_id)
        self.change(application, servers=servers)
        self.change(server, applications=applications)
        self._enter(application, server)

    def remove_application(self, id_: str) -> None:
        """Remove an application; its servers stay."""
        application = self.applications.get(id_)
        if application is None:
            return
        for server_id in tuple(application.servers):
            server = self.servers.get(server_id)
            if server is not None:
                self.part(application, server)
        self.applications.remove(self._journal, id_)

    def _enter(self, application: Application, server: Server) -> None:
        self.put_application(application)
        self.servers.put(self._journal, server.configuration_id, server)

    # tags

    def tag(self, item: Server | Application, tags: Mapping[str, Tag]) -> None:
        """Give an item tags; a key that it has gets the new value."""
        self._journal.set(item, "tags", {**item.tags, **tags})

    def untag(self, item: Server | Application, keys: Collection[str]) -> None:
        """Take tags from an item."""
        tags = {key: tag for key, tag in item.tags.items() if key not in keys}
        self._journal.set(item, "tags", tags)

    # import tasks, deletion tasks

    def put_import(self, task: ImportTask) -> None:
        """Add an import task."""
        self.imports.put(self._journal, task.id, task)

    def remove_import(self, id_: str) -> None:
        """Forget an import task."""
        self.imports.remove(self._journal, id_)

    def put_deletion(self, task: DeletionTask) -> None:
        """Add a deletion task."""
        self._journal.put(self.deletions, task.id, task)


def _without(ids: Ids, id_: str) -> Ids:
    return {one: None for one in ids if one != id_}


def ambiguous(name: str, number: int) -> str:
    """Say that a host name is not enough."""
    return f"{number} servers have the host name {name!r}; name one by its configuration id"


def _joined(
    known: tuple[str, ...], added: tuple[str, ...], normal: Callable[[str], str]
) -> tuple[str, ...]:
    if not added:
        return known
    joined = {normal(address): address for address in known}
    for address in added:
        joined.setdefault(normal(address), address)
    return tuple(joined.values())
