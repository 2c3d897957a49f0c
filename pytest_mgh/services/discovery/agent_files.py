"""The files of an export of what one agent has found, which AWS's own export tool reads."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeAlias

from pytest_mgh.services.discovery.export_files import (
    Columns,
    is_measured,
    make_table,
    scaled,
    time_text,
)
from pytest_mgh.services.discovery.rows import interfaces

if TYPE_CHECKING:
    from pytest_mgh.state.discovery_records import Agent
    from pytest_mgh.state.repository import Repository

MAX_SECONDS = 72 * 60 * 60.0
"""The longest time of which one export has an agent's data."""


class _Found:
    """What an agent has found, and in which time range."""

    def __init__(self, repository: Repository, agent: Agent, start: float, end: float) -> None:
        self.agent, self.start, self.end = agent, start, end
        self.server = repository.servers.get(agent.server)
        self.servers = [] if self.server is None else [self.server]
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


_Content: TypeAlias = "tuple[Columns, Iterable[Any]]"


def _interfaces_of(found: _Found) -> _Content:
    columns: Columns = {
        **_about(found),
        "name": lambda one: one["name"],
        "macAddress": lambda one: one["macAddress"],
        "family": lambda one: _family(one["ipAddress"]),
        "ipAddress": lambda one: one["ipAddress"],
        "gateway": lambda _: None,
        "netMask": lambda _: None,
        **_timestamp(found),
    }
    return columns, interfaces(found.server) if found.server else []


def _system_of(found: _Found) -> _Content:
    columns: Columns = {
        **_about(found),
        "osName": lambda one: one.one("os_name"),
        "osVersion": lambda one: one.one("os_version"),
        "cpuType": lambda one: one.one("cpu_type"),
        "hostName": lambda one: one.hostname,
        "hypervisor": lambda one: one.one("hypervisor"),
        **_timestamp(found),
    }
    return columns, found.servers


def _processes_of(found: _Found) -> _Content:
    columns: Columns = {
        **_about(found),
        "agentAssignedProcessId": lambda one: one.configuration_id,
        "isSystem": lambda _: False,
        "name": lambda one: one.name,
        "cmdLine": lambda one: one.command_line,
        "path": lambda one: one.path,
        "agentProvidedTimeStamp": lambda one: time_text(one.time),
    }
    return columns, found.processes


def _performance_of(found: _Found) -> _Content:
    measured = {name: make(found) for name, make in _MEASURED.items()}
    columns: Columns = {**_about(found), **measured, **_timestamp(found)}
    return columns, filter(is_measured, found.servers)


def _connections_of(end: str) -> Callable[[_Found], _Content]:
    """Give the connections that have the agent's server at one of their ends."""

    def content(found: _Found) -> _Content:
        columns: Columns = {
            **_about(found),
            "sourceIp": lambda one: one.source_ip,
            "sourcePort": lambda _: None,
            "destinationIp": lambda one: one.destination_ip,
            "destinationPort": lambda one: one.port,
            "ipVersion": lambda one: _family(one.destination_ip or one.source_ip),
            "transportProtocol": lambda one: one.protocol,
            "agentAssignedProcessId": lambda one: getattr(one, f"{end}_process"),
            "agentCreationDate": lambda one: time_text(one.time),
        }
        return columns, [
            one for one in found.connections if getattr(one, end) == found.agent.server
        ]

    return content


_AGENT_FILES: dict[str, Callable[[_Found], _Content]] = {
    "networkInterface": _interfaces_of,
    "osInfo": _system_of,
    "process": _processes_of,
    "systemPerformance": _performance_of,
    "sourceProcessConnection": _connections_of("source"),
    "destinationProcessConnection": _connections_of("destination"),
}
"""The columns and the items of each file, by the kind that its name ends with."""


def _about(found: _Found) -> Columns:
    return {"agentId": lambda _: found.agent.agent_id}


def _timestamp(found: _Found) -> Columns:
    text = time_text(found.start)
    return {"timestamp": lambda _: text}


def _family(address: str) -> str:
    return "IPv6" if ":" in address else "IPv4"


def _figure(name: str, factor: float = 1) -> Callable[[_Found], Callable[[Any], Any]]:
    """Give a measurement of the server, in another unit."""

    def make(found: _Found) -> Callable[[Any], Any]:
        text = found.measured(name)
        return lambda _: scaled(text, factor)

    return make


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
        for kind, content in _AGENT_FILES.items():
            files[f"{agent.agent_id}_{kind}.csv"] = make_table(*content(found))
    results = {
        "AgentId": agent.agent_id,
        "RequestedStartTime": time_text(start),
        "RequestedEndTime": time_text(end),
        "ExportSummary": summary,
    }
    files[f"{agent.agent_id}_results.json"] = json.dumps(results, indent=2)
    return files, is_truncated
