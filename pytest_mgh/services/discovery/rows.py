"""Configuration items as the service shows them: flat maps of text.

Every row of a list has the same keys, with empty text where nothing is known: programs write CSV
files from them, and index keys without a default. What only DescribeConfigurations shows is absent
where it is not known.
"""

from __future__ import annotations

import json
from itertools import zip_longest
from typing import TYPE_CHECKING

from pytest_mgh.protocol.times import item_text
from pytest_mgh.state.attributes import ATTRIBUTES

if TYPE_CHECKING:
    from pytest_mgh.state.discovery_records import Application, Connection, Process, Server
    from pytest_mgh.state.repository import Repository

_LISTED = {f"server.{one.key}": one.name for one in ATTRIBUTES.values() if one.listed}
_DESCRIBED = {f"server.{one.key}": one.name for one in ATTRIBUTES.values() if one.described}


def server_row(server: Server) -> dict[str, str]:
    """Return a server as ListConfigurations shows it."""
    return {
        "server.configurationId": server.configuration_id,
        "server.timeOfCreation": item_text(server.time),
        **{key: server.one(name) for key, name in _LISTED.items()},
    }


def server_details(repository: Repository, server: Server) -> dict[str, str]:
    """Return a server as DescribeConfigurations shows it."""
    applications = [
        {"configurationId": application.configuration_id, "name": application.name}
        for application in repository.applications_of(server)
    ]
    tags = [{"key": key, "value": tag.value} for key, tag in server.tags.items()]
    return {
        **server_row(server),
        "server.applications": _text(applications),
        "server.applications.hasMoreValues": "false",
        "server.networkInterfaceInfo": _text(interfaces(server)),
        "server.networkInterfaceInfo.hasMoreValues": "false",
        "server.tags": _text(tags),
        "server.tags.hasMoreValues": "false",
        **{key: value for key, name in _DESCRIBED.items() if (value := server.one(name))},
    }


def interfaces(server: Server) -> list[dict[str, str]]:
    """Return the network interfaces of a server."""
    pairs = zip_longest(server.many("mac_addresses"), server.many("ip_addresses"), fillvalue="")
    return [
        {"name": f"eth{number}", "macAddress": mac, "ipAddress": ip}
        for number, (mac, ip) in enumerate(pairs)
    ]


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


def process_details(process: Process) -> dict[str, str]:
    """Return a process as DescribeConfigurations shows it."""
    return {
        "process.commandLine": process.command_line,
        "process.configurationId": process.configuration_id,
        "process.name": process.name,
        "process.path": process.path,
        "process.timeOfCreation": item_text(process.time),
    }


def process_row(repository: Repository, process: Process) -> dict[str, str]:
    """Return a process as ListConfigurations shows it."""
    server = repository.servers.get(process.server)
    return {
        **process_details(process),
        "server.agentId": server.one("agent_id") if server else "",
        "server.configurationId": process.server,
    }


def connection_row(repository: Repository, connection: Connection) -> dict[str, str]:
    """Return a connection as ListConfigurations shows it."""
    is_6 = ":" in connection.destination_ip or ":" in connection.source_ip
    row = {
        "connection.destinationIp": connection.destination_ip,
        "connection.destinationPort": str(connection.port),
        "connection.ipVersion": "IPv6" if is_6 else "IPv4",
        "connection.latestTimestamp": item_text(connection.time),
        "connection.occurrence": str(connection.count),
        "connection.sourceIp": connection.source_ip,
        "connection.transportProtocol": connection.protocol,
    }
    for end, server_id, process_id in (
        ("source", connection.source, connection.source_process),
        ("destination", connection.destination, connection.destination_process),
    ):
        server = repository.servers.get(server_id)
        process = repository.processes.get(process_id or "")
        row |= {
            f"{end}Process.configurationId": process.configuration_id if process else "",
            f"{end}Process.name": process.name if process else "",
            f"{end}Server.configurationId": server_id,
            f"{end}Server.hostName": server.hostname if server else "",
        }
    return row


def _text(values: list[dict[str, str]]) -> str:
    return json.dumps(values, separators=(",", ":"))
