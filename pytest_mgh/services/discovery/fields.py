"""What ListConfigurations can filter and order by: the service's own table."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pytest_mgh.state.discovery_records import Application, Server
    from pytest_mgh.state.repository import Repository

EQUALITY = frozenset({"EQUALS", "NOT_EQUALS", "EQ", "NE"})
CONTAINMENT = EQUALITY | {"CONTAINS", "NOT_CONTAINS"}
NUMERIC = frozenset({"GE", "LE", "GT", "LT"})
UNFILTERED: frozenset[str] = frozenset()

Values = Callable[["Repository", Any], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a configuration type.

    Args:
        conditions: The conditions that a filter on it may have.
        values: Gives the values that an item has.
        sort: Gives what items are ordered by; `None` where they cannot be.
    """

    conditions: frozenset[str]
    values: Values
    sort: Callable[[Any], Any] | None = None


def _one(name: str) -> Values:
    """Give the value of an attribute, if there is one."""

    def values(_: Repository, item: Any) -> Iterable[str]:
        value = getattr(item, name)
        return (value,) if value else ()

    return values


def _many(name: str) -> Values:
    return lambda _, item: getattr(item, name)


def _none(_: Repository, __: Any) -> Iterable[str]:
    """Give nothing: the hub knows no processes, connectors and virtual networks."""
    return ()


def _performance(name: str) -> Values:
    def values(_: Repository, server: Server) -> Iterable[str]:
        value = server.performance.get(name)
        return (value,) if value else ()

    return values


def _of_applications(name: str) -> Values:
    return lambda repository, server: [
        getattr(application, name) for application in repository.applications_of(server)
    ]


def _text(name: str) -> Callable[[Any], Any]:
    return lambda item: getattr(item, name) or ""


def _tag_values(_: Repository, server: Server) -> Iterable[str]:
    return [tag.value for tag in server.tags.values()]


def _server_count(application: Application) -> int:
    return len(application.servers)


SERVER: dict[str, Field] = {
    "server.configurationId": Field(EQUALITY, _one("configuration_id")),
    "server.agentId": Field(EQUALITY, _one("agent_id")),
    "server.connectorId": Field(EQUALITY, _none),
    "server.application.configurationId": Field(EQUALITY, _many("applications")),
    "server.process.configurationId": Field(EQUALITY, _none),
    "server.type": Field(EQUALITY, _one("type")),
    "server.hostName": Field(CONTAINMENT, _one("hostname"), _text("hostname")),
    "server.osName": Field(CONTAINMENT, _one("os_name"), _text("os_name")),
    "server.osVersion": Field(CONTAINMENT, _one("os_version"), _text("os_version")),
    "server.vmWareInfo.morefId": Field(CONTAINMENT, _one("vm_managed_object_reference")),
    "server.vmWareInfo.vcenterId": Field(CONTAINMENT, _one("vm_manager_id")),
    "server.vmWareInfo.hostId": Field(CONTAINMENT, _none),
    "server.networkInterfaceInfo.portGroupId": Field(CONTAINMENT, _none),
    "server.networkInterfaceInfo.portGroupName": Field(CONTAINMENT, _none),
    "server.networkInterfaceInfo.virtualSwitchName": Field(CONTAINMENT, _none),
    "server.networkInterfaceInfo.ipAddress": Field(CONTAINMENT, _many("ip_addresses")),
    "server.networkInterfaceInfo.macAddress": Field(CONTAINMENT, _many("mac_addresses")),
    "server.tag.key": Field(CONTAINMENT, _many("tags")),
    "server.tag.value": Field(CONTAINMENT, _tag_values),
    "server.application.name": Field(CONTAINMENT, _of_applications("name")),
    "server.application.description": Field(CONTAINMENT, _of_applications("description")),
    "server.process.name": Field(CONTAINMENT, _none),
    "server.process.commandLine": Field(CONTAINMENT, _none),
    "server.performance.avgCpuUsagePct": Field(NUMERIC, _performance("avgCpuUsagePct")),
    "server.performance.totalDiskFreeSizeInKB": Field(
        NUMERIC, _performance("totalDiskFreeSizeInKB")
    ),
    "server.performance.avgFreeRAMInKB": Field(NUMERIC, _performance("avgFreeRAMInKB")),
}

APPLICATION: dict[str, Field] = {
    "application.configurationId": Field(EQUALITY, _one("configuration_id")),
    "server.configurationId": Field(EQUALITY, _many("servers")),
    "application.name": Field(CONTAINMENT, _one("name"), _text("name")),
    "application.description": Field(CONTAINMENT, _one("description"), _text("description")),
    "application.serverCount": Field(UNFILTERED, _none, _server_count),
    "application.timeOfCreation": Field(UNFILTERED, _none, lambda item: item.time),
    "application.lastModifiedTime": Field(UNFILTERED, _none, lambda item: item.modified),
}


def _nothing(names: str, conditions: frozenset[str], *, sorts: bool) -> dict[str, Field]:
    """Give fields of items that the hub has none of; filters on them are checked all the same."""
    field = Field(conditions, _none, (lambda _: "") if sorts else None)
    return dict.fromkeys(names.split(), field)


PROCESS: dict[str, Field] = {
    **_nothing("process.configurationId server.configurationId", EQUALITY, sorts=False),
    **_nothing(
        "process.name process.commandLine server.hostName server.osName server.osVersion",
        CONTAINMENT,
        sorts=True,
    ),
    **_nothing("server.agentId", CONTAINMENT, sorts=False),
}

CONNECTION: dict[str, Field] = {
    **_nothing("connection.sourceIp connection.destinationIp", CONTAINMENT, sorts=True),
    **_nothing("connection.destinationPort", EQUALITY, sorts=True),
    **_nothing(
        "sourceServer.configurationId sourceProcess.configurationId "
        "destinationProcess.configurationId",
        EQUALITY,
        sorts=False,
    ),
    **_nothing(
        "sourceServer.hostName destinationServer.osName destinationServer.osVersion "
        "sourceProcess.name sourceProcess.commandLine destinationProcess.name "
        "destinationprocess.commandLine",  # spelt so in the service's table
        CONTAINMENT,
        sorts=True,
    ),
    **_nothing("destinationServer.agentId", CONTAINMENT, sorts=False),
}

FIELDS = {
    "SERVER": SERVER,
    "APPLICATION": APPLICATION,
    "PROCESS": PROCESS,
    "CONNECTION": CONNECTION,
}
