"""Configuration items as the service shows them: flat maps of text.

Every row of a kind has the same keys, with empty text where nothing is known: programs write CSV
files from them, and index keys without a default.
"""

from __future__ import annotations

import json
from itertools import zip_longest
from typing import TYPE_CHECKING

from pytest_mgh.protocol.times import item_text

if TYPE_CHECKING:
    from pytest_mgh.state.discovery_records import Application, Server
    from pytest_mgh.state.repository import Repository

PERFORMANCE = (
    "avgCpuUsagePct",
    "maxCpuUsagePct",
    "avgDiskReadIOPS",
    "maxDiskReadIOPS",
    "avgDiskWriteIOPS",
    "maxDiskWriteIOPS",
    "avgDiskReadsPerSecondInKB",
    "maxDiskReadsPerSecondInKB",
    "avgDiskWritesPerSecondInKB",
    "maxDiskWritesPerSecondInKB",
    "avgNetworkReadsPerSecondInKB",
    "maxNetworkReadsPerSecondInKB",
    "avgNetworkWritesPerSecondInKB",
    "maxNetworkWritesPerSecondInKB",
    "avgFreeRAMInKB",
    "minFreeRAMInKB",
    "totalRAMInKB",
    "numCores",
    "numCpus",
    "numDisks",
    "numNetworkCards",
)
"""The keys behind `server.performance.` that DescribeConfigurations shows."""


def server_row(server: Server) -> dict[str, str]:
    """Return a server as ListConfigurations shows it."""
    return {
        "server.agentId": server.agent_id or "",
        "server.configurationId": server.configuration_id,
        "server.hostName": server.hostname or "",
        "server.osName": server.os_name or "",
        "server.osVersion": server.os_version or "",
        "server.source": server.source or "",
        "server.timeOfCreation": item_text(server.time),
        "server.type": server.type,
    }


def server_details(repository: Repository, server: Server) -> dict[str, str]:
    """Return a server as DescribeConfigurations shows it."""
    applications = [
        {"configurationId": application.configuration_id, "name": application.name}
        for application in repository.applications_of(server)
    ]
    interfaces = [
        {"name": f"eth{number}", "macAddress": mac or "", "ipAddress": ip or ""}
        for number, (mac, ip) in enumerate(zip_longest(server.mac_addresses, server.ip_addresses))
    ]
    tags = [{"key": key, "value": tag.value} for key, tag in server.tags.items()]
    return {
        **server_row(server),
        "server.applications": _text(applications),
        "server.applications.hasMoreValues": "false",
        "server.cpuType": server.cpu_type or "",
        "server.hypervisor": server.hypervisor or "",
        "server.networkInterfaceInfo": _text(interfaces),
        "server.networkInterfaceInfo.hasMoreValues": "false",
        "server.tags": _text(tags),
        "server.tags.hasMoreValues": "false",
        **{f"server.performance.{name}": server.performance.get(name, "") for name in PERFORMANCE},
    }


def application_row(application: Application) -> dict[str, str]:
    """Return an application as both operations show it; its wave only where one is set."""
    row = {
        "application.configurationId": application.configuration_id,
        "application.description": application.description,
        "application.lastModifiedTime": item_text(application.modified),
        "application.name": application.name,
        "application.serverCount": str(len(application.servers)),
        "application.timeOfCreation": item_text(application.time),
    }
    if application.wave:
        row["application.wave"] = application.wave
    return row


def _text(values: list[dict[str, str]]) -> str:
    return json.dumps(values, separators=(",", ":"))
