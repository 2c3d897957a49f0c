"""Rows of the discovery repository, and how they are filtered and ordered."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timezone
from itertools import zip_longest
from typing import Any

from discovery_filters import CONDITIONS, FILTERS, NUMERIC

_AGENT = {CONDITIONS: "hostName agentType health collectionStatus version connectorId"}
# The conditions of each filter, by type.
FILTER_CONDITIONS = {
    type_: {name: set_ for set_, names in sets.items() if set_ for name in names.split()}
    for type_, sets in {**FILTERS, "AGENT": _AGENT}.items()
}


def held(store: dict[str, Any], type_: str, id_: str, row: dict[str, Any]) -> dict[str, list[str]]:
    """Return the values of a row for each filter that it has values for."""
    if type_ == "APPLICATION":
        return {
            "application.configurationId": [id_],
            "server.configurationId": row["servers"],
            "application.name": [row["name"]],
            "application.description": [row["description"]],
        }
    if type_ == "AGENT":
        return {
            "hostName": [row["host"]],
            "agentType": [row["type"]],
            "health": [row["health"]],
            "collectionStatus": [row["status"]],
            "version": ["2.0.1008.0"],
            "connectorId": [""],
        }
    if type_ == "PROCESS":
        return _held_by_process(store, id_, row)
    if type_ == "CONNECTION":
        return _held_by_connection(store, row)
    applications = [store["applications"][one] for one in row["applications"]]
    return {
        "server.configurationId": [id_],
        "server.agentId": [row["agent"]],
        "server.type": [row["type"]],
        "server.application.configurationId": row["applications"],
        "server.hostName": [row["host"]],
        "server.osName": [row["os"]],
        "server.osVersion": [""],
        "server.networkInterfaceInfo.ipAddress": row["ips"],
        "server.networkInterfaceInfo.macAddress": row["macs"],
        "server.tag.key": list(row["tags"]),
        "server.tag.value": [tag["value"] for tag in row["tags"].values()],
        "server.application.name": [one["name"] for one in applications],
        "server.application.description": [one["description"] for one in applications],
        "server.performance.avgCpuUsagePct": [row["cpu"]],
        "server.vmWareInfo.vcenterId": [*row["managed"].values()][:1]
        if "server.vmWareInfo.vcenterId" in row["managed"]
        else [],
        "server.vmWareInfo.morefId": [
            said for key, said in row["managed"].items() if key.endswith("morefId")
        ],
        "server.process.configurationId": _processes(store, id_),
        "server.process.name": [store["processes"][one]["name"] for one in _processes(store, id_)],
        "server.process.commandLine": [
            store["processes"][one]["line"] for one in _processes(store, id_)
        ],
    }


def _processes(store: dict[str, Any], server: str) -> list[str]:
    return [id_ for id_, one in store["processes"].items() if one["server"] == server]


def _known(*values: str) -> list[str]:
    return [value for value in values if value]


def _held_by_process(store: dict[str, Any], id_: str, row: dict[str, Any]) -> dict[str, list[str]]:
    server = store["servers"][row["server"]]
    return {
        "process.configurationId": [id_],
        "server.configurationId": [row["server"]],
        "process.name": [row["name"]],
        "process.commandLine": _known(row["line"]),
        "server.hostName": _known(server["host"]),
        "server.osName": _known(server["os"]),
        "server.agentId": _known(server["agent"]),
    }


def _held_by_connection(store: dict[str, Any], row: dict[str, Any]) -> dict[str, list[str]]:
    source, target = store["servers"][row["source"]], store["servers"][row["destination"]]
    process = store["processes"].get(row["process"])
    return {
        "connection.sourceIp": _known(row["from"]),
        "connection.destinationIp": _known(row["to"]),
        "connection.destinationPort": [str(row["port"])],
        "sourceServer.configurationId": [row["source"]],
        "sourceServer.hostName": _known(source["host"]),
        "sourceProcess.configurationId": _known(row["process"]) if process else [],
        "sourceProcess.name": [process["name"]] if process else [],
        "sourceProcess.commandLine": _known(process["line"]) if process else [],
        "destinationServer.osName": _known(target["os"]),
        "destinationServer.agentId": _known(target["agent"]),
    }


def check_filters(call: Any, type_: str) -> None:
    """silent: an unknown filter, or a condition that the filter does not allow, is refused."""
    for said in call.request.get("filters", ()):
        if said["condition"] not in FILTER_CONDITIONS[type_].get(said["name"], ()):
            call.invalid()
        if said["condition"] in NUMERIC and not all(map(_is_number, said["values"])):
            call.invalid()


def passes(call: Any, type_: str, id_: str, row: dict[str, Any]) -> bool:
    """AND over filters."""
    has = held(call.store, type_, id_, row)
    return all(_holds(has.get(said["name"], []), said) for said in call.request.get("filters", ()))


def _holds(has: list[str], said: dict[str, Any]) -> bool:
    """OR over values, any element of a multi-valued field; a negative condition: none matches."""
    condition = said["condition"]
    negative = condition in ("NE", "NOT_EQUALS", "NOT_CONTAINS")
    found = any(_matches(condition, one, value) for one in has for value in said["values"])
    return found != negative


def _matches(condition: str, has: str, value: str) -> bool:
    if condition.endswith("CONTAINS"):
        return value in has
    if condition not in NUMERIC:
        return has == value
    if not _is_number(has):
        return False
    one, other = float(has), float(value)
    return {"GE": one >= other, "LE": one <= other, "GT": one > other, "LT": one < other}[condition]


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def order(store: dict[str, Any], type_: str, said: Any, id_: str, row: Any) -> Iterator[Any]:
    """Return a sort key for the requested order; a missing direction is ascending (silent)."""
    has = held(store, type_, id_, row)
    for one in said:
        name = one["fieldName"]
        value: Any = next(iter(has.get(name, [])), "")
        if name == "application.serverCount":
            value = len(row["servers"])
        elif name == "connection.destinationPort":
            value = row["port"]
        elif name in ("application.timeOfCreation", "application.lastModifiedTime"):
            value = row["created" if name.endswith("Creation") else "modified"]
        if one.get("sortOrder", "ASC") == "ASC":
            yield value
        elif isinstance(value, str):
            yield (*(-ord(sign) for sign in value), 1)  # the longer one is first
        else:
            yield -value


# rows


def moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%d %H:%M:%S.0")


def short_server(id_: str, server: dict[str, Any]) -> dict[str, Any]:
    return {
        "server.configurationId": id_,
        "server.timeOfCreation": moment(server["created"]),
        "server.agentId": server["agent"],
        "server.hostName": server["host"],
        "server.osName": server["os"],
        "server.osVersion": server["version"],
        "server.type": server["type"],
        "server.source": server["source"],
    }


def long_server(store: dict[str, Any], id_: str, server: dict[str, Any]) -> dict[str, Any]:
    names = [{"name": store["applications"][one]["name"]} for one in server["applications"]]
    tags = [{"key": key, "value": tag["value"]} for key, tag in server["tags"].items()]
    interfaces = [
        {"macAddress": mac, "ipAddress": ip}
        for mac, ip in zip_longest(server["macs"], server["ips"], fillvalue="")
    ]
    return {
        **short_server(id_, server),
        "server.applications": Json(names),
        "server.applications.hasMoreValues": "false",
        "server.networkInterfaceInfo": Json(interfaces),
        "server.networkInterfaceInfo.hasMoreValues": "false",
        "server.tags": Json(tags),
        "server.tags.hasMoreValues": "false",
        **({"server.performance.avgCpuUsagePct": server["cpu"]} if server["cpu"] else {}),
        **server["managed"],
    }


def show_process(id_: str, process: dict[str, Any]) -> dict[str, Any]:
    return {
        "process.configurationId": id_,
        "process.name": process["name"],
        "process.commandLine": process["line"],
        "process.path": "",
        "process.timeOfCreation": moment(process["created"]),
    }


def list_process(store: dict[str, Any], id_: str, process: dict[str, Any]) -> dict[str, Any]:
    return {
        **show_process(id_, process),
        "server.agentId": store["servers"][process["server"]]["agent"],
        "server.configurationId": process["server"],
    }


def list_connection(store: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
    process = store["processes"].get(row["process"])
    return {
        "connection.sourceIp": row["from"],
        "connection.destinationIp": row["to"],
        "connection.destinationPort": str(row["port"]),
        "connection.ipVersion": "IPv6" if ":" in row["from"] + row["to"] else "IPv4",
        "connection.latestTimestamp": moment(row["created"]),
        "connection.occurrence": str(row["count"]),
        "connection.transportProtocol": "TCP",
        "sourceServer.configurationId": row["source"],
        "sourceServer.hostName": store["servers"][row["source"]]["host"],
        "sourceProcess.configurationId": row["process"] if process else "",
        "sourceProcess.name": process["name"] if process else "",
        "destinationServer.configurationId": row["destination"],
        "destinationServer.hostName": store["servers"][row["destination"]]["host"],
        "destinationProcess.configurationId": "",
        "destinationProcess.name": "",
    }


def show_application(id_: str, application: dict[str, Any]) -> dict[str, Any]:
    wave = {"application.wave": application["wave"]} if application["wave"] else {}
    return {
        "application.configurationId": id_,
        "application.name": application["name"],
        "application.description": application["description"],
        "application.serverCount": str(len(application["servers"])),
        "application.timeOfCreation": moment(application["created"]),
        "application.lastModifiedTime": moment(application["modified"]),
        **wave,
    }


class Json:
    """Equal to a JSON text of rows that have at least these members."""

    def __init__(self, rows: list[dict[str, str]]) -> None:
        self.rows = rows

    def __eq__(self, other: object) -> bool:
        said = json.loads(other) if isinstance(other, str) else None
        return (
            isinstance(said, list)
            and [
                {name: row.get(name) for name in wanted}
                for wanted, row in zip_longest(self.rows, said, fillvalue={})
            ]
            == self.rows
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Json({self.rows})"
