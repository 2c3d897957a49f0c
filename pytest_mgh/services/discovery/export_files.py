"""The files of exports, each made from one table of columns."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from pytest_mgh.protocol.times import utc
from pytest_mgh.services.discovery.downloads import write_csv
from pytest_mgh.services.discovery.rows import interfaces
from pytest_mgh.state.attributes import ATTRIBUTES

if TYPE_CHECKING:
    from pytest_mgh.state.discovery_records import Agent, Application, Connection, Server, Tag
    from pytest_mgh.state.repository import Repository

Columns = dict[str, Callable[[Any], Any]]
"""What makes the cell of a column, by the column's name; `None` and "" are empty cells."""

MAX_SECONDS = 72 * 60 * 60.0
"""The longest time of which one export has an agent's data."""


def make_table(columns: Columns, items: Iterable[Any]) -> str:
    """Return a CSV file of items."""
    rows = ([_cell(make(item)) for make in columns.values()] for item in items)
    return write_csv(columns, rows)


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def time_text(seconds: float) -> str:
    """Return a time as exports have it: `YYYY-MM-DD HH:MM:SS`, in UTC."""
    return utc(seconds).strftime("%Y-%m-%d %H:%M:%S")


# the estate

_SERVER_ID: Columns = {"configurationId": lambda server: server.configuration_id}


def _attribute(name: str) -> Callable[[Server], str]:
    return lambda server: ", ".join(server.many(name))


SERVERS: Columns = {
    **_SERVER_ID,
    **{
        one.export: _attribute(one.name)
        for one in ATTRIBUTES.values()
        if one.export and not one.is_measurement
    },
    "timeOfCreation": lambda server: time_text(server.time),
}
PERFORMANCE: Columns = {
    **_SERVER_ID,
    **{one.export: _attribute(one.name) for one in ATTRIBUTES.values() if one.is_measurement},
}
APPLICATIONS: Columns = {
    "configurationId": lambda pair: pair[0].configuration_id,
    "name": lambda pair: pair[0].name,
    "description": lambda pair: pair[0].description,
    "wave": lambda pair: pair[0].wave,
    "serverConfigurationId": lambda pair: pair[1],
    "timeOfCreation": lambda pair: time_text(pair[0].time),
    "lastModifiedTime": lambda pair: time_text(pair[0].modified),
}
TAGS: Columns = {
    "configurationType": lambda row: row[0],
    "configurationId": lambda row: row[1].configuration_id,
    "key": lambda row: row[2],
    "value": lambda row: row[3].value,
    "timeOfCreation": lambda row: time_text(row[3].time),
}


def estate_files(repository: Repository) -> dict[str, str]:
    """Return the files of an export of all servers, applications, tags and measurements."""
    return {
        "Servers.csv": make_table(SERVERS, repository.servers),
        "Applications.csv": make_table(APPLICATIONS, _memberships(repository)),
        "Tags.csv": make_table(TAGS, _tags(repository)),
        "SystemPerformance.csv": make_table(PERFORMANCE, filter(_is_measured, repository.servers)),
    }


def _memberships(repository: Repository) -> Iterable[tuple[Application, str]]:
    """Give each application with each of its servers; with none where it has none."""
    for application in repository.applications:
        for server_id in application.servers or ("",):
            yield application, server_id


def _tags(repository: Repository) -> Iterable[tuple[str, Server | Application, str, Tag]]:
    for kind, items in (("SERVER", repository.servers), ("APPLICATION", repository.applications)):
        for item in items:
            for key, tag in item.tags.items():
                yield kind, item, key, tag


def _is_measured(server: Server) -> bool:
    return any(name.startswith("performance.") for name in server.shown)


# what one agent has found, in the files that AWS's own export tool reads


class _Found:
    """What an agent has found, and in which time range."""

    def __init__(self, repository: Repository, agent: Agent, start: float, end: float) -> None:
        self.agent, self.start, self.end = agent, start, end
        self.server = repository.servers.get(agent.server)
        self.processes = [
            process for process in repository.processes_of(agent.server) if process.time < end
        ]
        self.connections = [
            connection
            for connection in repository.connections_of(agent.server)
            if start <= connection.time < end
        ]

    def measured(self, name: str) -> str:
        return self.server.one(f"performance.{name}") if self.server else ""


def _agent_files(found: _Found) -> dict[str, tuple[Columns, Iterable[Any]]]:
    """Return columns and items of each file, by the kind that its name ends with."""
    agent, server, stamp = found.agent, found.server, time_text(found.start)
    about: Columns = {"agentId": lambda _: agent.id}
    timestamp: Columns = {"timestamp": lambda _: stamp}
    servers = [] if server is None else [server]

    def connections(end: str) -> Columns:
        return {
            **about,
            "sourceIp": lambda one: one.source_ip,
            "sourcePort": lambda _: None,
            "destinationIp": lambda one: one.destination_ip,
            "destinationPort": lambda one: one.port,
            "ipVersion": lambda one: _family(one.destination_ip or one.source_ip),
            "transportProtocol": lambda one: one.protocol,
            "agentAssignedProcessId": lambda one: getattr(one, f"{end}_process"),
            "agentCreationDate": lambda one: time_text(one.time),
        }

    def end_of(end: str) -> list[Connection]:
        return [one for one in found.connections if getattr(one, end) == agent.server]

    return {
        "networkInterface": (
            {
                **about,
                "name": lambda one: one["name"],
                "macAddress": lambda one: one["macAddress"],
                "family": lambda one: _family(one["ipAddress"]),
                "ipAddress": lambda one: one["ipAddress"],
                "gateway": lambda _: None,
                "netMask": lambda _: None,
                **timestamp,
            },
            interfaces(server) if server else [],
        ),
        "osInfo": (
            {
                **about,
                "osName": lambda one: one.one("os_name"),
                "osVersion": lambda one: one.one("os_version"),
                "cpuType": lambda one: one.one("cpu_type"),
                "hostName": lambda one: one.hostname,
                "hypervisor": lambda one: one.one("hypervisor"),
                **timestamp,
            },
            servers,
        ),
        "process": (
            {
                **about,
                "agentAssignedProcessId": lambda one: one.configuration_id,
                "isSystem": lambda _: False,
                "name": lambda one: one.name,
                "cmdLine": lambda one: one.command_line,
                "path": lambda one: one.path,
                "agentProvidedTimeStamp": lambda one: time_text(one.time),
            },
            found.processes,
        ),
        "systemPerformance": (
            {
                **about,
                **{name: make(found) for name, make in _MEASURED.items()},
                **timestamp,
            },
            [one for one in servers if _is_measured(one)],
        ),
        "sourceProcessConnection": (connections("source"), end_of("source")),
        "destinationProcessConnection": (connections("destination"), end_of("destination")),
    }


def _family(address: str) -> str:
    return "IPv6" if ":" in address else "IPv4"


def _figure(name: str, factor: float = 1) -> Callable[[_Found], Callable[[Any], Any]]:
    """Give a measurement of the server, in another unit."""

    def make(found: _Found) -> Callable[[Any], Any]:
        text = found.measured(name)
        return lambda _: scaled(text, factor)

    return make


def scaled(text: str, factor: float) -> str:
    """Return a measurement in another unit; a test may seed any text, which stays as it is."""
    try:
        number = float(text) * factor
    except ValueError:
        return text
    return text if factor == 1 else f"{number:.10g}"


_BITS, _PER_MB, _PER_GB = 8, 1 / 1024, 1 / 1024 / 1024
_MEASURED = {
    "totalCpuUsagePct": _figure("avgCpuUsagePct"),
    "totalDiskBytesReadPerSecond (Kbps)": _figure("avgDiskReadsPerSecondInKB", _BITS),
    "totalDiskBytesWrittenPerSecond (Kbps)": _figure("avgDiskWritesPerSecondInKB", _BITS),
    "totalDiskFreeSize (GB)": _figure("totalDiskFreeSizeInKB", _PER_GB),
    "totalDiskReadOpsPerSecond": _figure("avgDiskReadIOPS"),
    "totalDiskSize (GB)": lambda _: lambda _: None,
    "totalDiskWriteOpsPerSecond": _figure("avgDiskWriteIOPS"),
    "totalNetworkBytesReadPerSecond (Kbps)": _figure("avgNetworkReadsPerSecondInKB", _BITS),
    "totalNetworkBytesWrittenPerSecond (Kbps)": _figure("avgNetworkWritesPerSecondInKB", _BITS),
    "totalNumCores": _figure("numCores"),
    "totalNumCpus": _figure("numCpus"),
    "totalNumDisks": _figure("numDisks"),
    "totalNumLogicalProcessors": _figure("numLogicalCores"),
    "totalNumNetworkCards": _figure("numNetworkCards"),
    "totalRAM (MB)": _figure("totalRAMInKB", _PER_MB),
    "freeRAM (MB)": _figure("avgFreeRAMInKB", _PER_MB),
}
"""The columns of systemPerformance, as the guide names them."""


def agent_files(
    repository: Repository, agent: Agent, start: float, end: float, now: float
) -> tuple[dict[str, str], bool]:
    """Return the files of an export of what an agent has found, and whether there is more.

    Args:
        repository: Where it has found it.
        agent: The agent.
        start: The time from which its data is asked for.
        end: The time up to which its data is asked for.
        now: The time of the export.
    """
    first = max(start, agent.registered)
    last = min(end, agent.pinged(now), now)
    is_truncated = last - first > MAX_SECONDS
    last = min(last, first + MAX_SECONDS)
    summary: dict[str, str] = {}
    files: dict[str, str] = {}
    if first < last:
        summary = {"ActualStartTime": time_text(first), "ActualEndTime": time_text(last)}
        found = _Found(repository, agent, first, last)
        for kind, (columns, items) in _agent_files(found).items():
            files[f"{agent.id}_{kind}.csv"] = make_table(columns, items)
    results = {
        "AgentId": agent.id,
        "RequestedStartTime": time_text(start),
        "RequestedEndTime": time_text(end),
        "ExportSummary": summary,
    }
    files[f"{agent.id}_results.json"] = json.dumps(results, indent=2)
    return files, is_truncated
