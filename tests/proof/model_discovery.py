"""What the operations of discovery do about servers, applications, tags and agents."""

from __future__ import annotations

from itertools import zip_longest
from typing import Any

from discovery_filters import SORTS
from proof.model_background import ANY
from proof.model_configurations import (
    check_filters,
    list_connection,
    list_process,
    long_server,
    moment,
    order,
    passes,
    short_server,
    show_application,
    show_process,
)
from proof.model_repository import drop_application, join, leave, new_application, set_entry

# rules about the input


def check_list(call: Any) -> None:
    type_ = call.request["configurationType"]
    check_filters(call, type_)
    for said in call.request.get("orderBy", ()):
        if said["fieldName"] not in SORTS[type_].split():
            call.invalid()


def check_agents(call: Any) -> None:
    check_filters(call, "AGENT")


def check_tag_filters(call: Any) -> None:
    names = ("tagKey", "tagValue", "configurationId")
    if any(said["name"] not in names for said in call.request.get("filters", ())):
        call.invalid()


# configurations


SHOWS: dict[str, tuple[str, Any]] = {
    "SERVER": ("servers", lambda _, id_, row: short_server(id_, row)),
    "APPLICATION": ("applications", lambda _, id_, row: show_application(id_, row)),
    "PROCESS": ("processes", list_process),
    "CONNECTION": ("connections", lambda store, _, row: list_connection(store, row)),
}


def list_configurations(call: Any) -> Any:
    """AND over filters; silent: creation order where nothing else decides."""
    request, store, type_ = call.request, call.store, call.request["configurationType"]
    part, show = SHOWS[type_]
    said = request.get("orderBy", ())
    rows = [
        ((*order(store, type_, said, id_, row), row["seq"]), show(store, id_, row))
        for id_, row in store[part].items()
        if passes(call, type_, id_, row)
    ]
    return call.page(sorted(rows, key=lambda row: row[0]), "configurations", 100)


DESCRIBES: dict[str, Any] = {
    "servers": long_server,
    "applications": lambda _, id_, row: show_application(id_, row),
    "processes": lambda _, id_, row: show_process(id_, row),
}


def describe_configurations(call: Any) -> Any:
    """silent: each once, in the order of creation; unknown ids are refused."""
    store, ids = call.store, dict.fromkeys(call.request["configurationIds"])
    parts = {_part(store, id_) for id_ in ids}
    if len(parts - {None}) > 1:
        call.refuse("InvalidParameterException")
    if not ids or not all(any(id_ in store[part] for part in DESCRIBES) for id_ in ids):
        call.invalid()
    (part,) = parts
    found = sorted(ids, key=lambda id_: int(store[part][id_]["seq"]))
    return {"configurations": [DESCRIBES[part](store, id_, store[part][id_]) for id_ in found]}


def _part(store: dict[str, Any], id_: str) -> str | None:
    for part in DESCRIBES:
        if id_ in store[part]:
            return part
    kinds = {"d-server-": "servers", "d-application-": "applications", "d-process-": "processes"}
    return next((part for start, part in kinds.items() if id_.startswith(start)), None)


# applications


def create_application(call: Any) -> Any:
    """silent: a name that is taken is refused."""
    request, store = call.request, call.store
    if any(one["name"] == request["name"] for one in store["applications"].values()):
        call.invalid()
    id_ = call.learn(call.seen.get("configurationId"), "d-application-0[0-9a-f]{16}")
    about = {name: request.get(name, "") for name in ("description", "wave")}
    new_application(call.model, store, id_, name=request["name"], **about)
    return {"configurationId": id_}


def update_application(call: Any) -> Any:
    """silent: absent members stay as they are."""
    request, applications = call.request, call.store["applications"]
    id_ = request["configurationId"]
    if id_ not in applications:
        call.invalid()
    others = [one["name"] for other, one in applications.items() if other != id_]
    if request.get("name") in others:
        call.invalid()
    said = {name: request[name] for name in ("name", "description", "wave") if name in request}
    applications[id_].update(said, modified=call.now)
    return {}


def delete_applications(call: Any) -> Any:
    """silent: all or nothing."""
    ids = dict.fromkeys(call.request["configurationIds"])
    if not all(id_ in call.store["applications"] for id_ in ids):
        call.invalid()
    for id_ in ids:
        drop_application(call.store, id_)
    return {}


def _members(call: Any, change: Any) -> Any:
    """silent: servers only, all or nothing."""
    request, store = call.request, call.store
    application, servers = request["applicationConfigurationId"], request["configurationIds"]
    if application not in store["applications"]:
        call.invalid()
    if not all(server in store["servers"] for server in servers):
        call.invalid()
    for server in servers:
        change(store, application, server)
    return {}


# tags


def _items(call: Any) -> list[dict[str, Any]]:
    found = []
    for id_ in call.request["configurationIds"]:
        item = call.store["servers"].get(id_) or call.store["applications"].get(id_)
        if item is None:
            call.refuse("ResourceNotFoundException")
        found.append(item)
    return found


def create_tags(call: Any) -> Any:
    """silent: one value a key."""
    for item in _items(call):
        for tag in call.request["tags"]:
            item["tags"][tag["key"]] = {"value": tag["value"], "time": call.now}
    return {}


def delete_tags(call: Any) -> Any:
    """silent: without tags all of them, with another value none."""
    tags = call.request.get("tags")
    for item in _items(call):
        if tags is None:
            item["tags"].clear()
            continue
        for tag in tags:
            if item["tags"].get(tag["key"], {}).get("value") == tag["value"]:
                del item["tags"][tag["key"]]
    return {}


def describe_tags(call: Any) -> Any:
    """One row an item and key; silent: AND over filters, OR over values."""
    rows = []
    for kind in ("server", "application"):
        for id_, item in call.store[f"{kind}s"].items():
            for key, tag in item["tags"].items():
                held = {"tagKey": key, "tagValue": tag["value"], "configurationId": id_}
                filters = call.request.get("filters", ())
                if all(held[one["name"]] in one["values"] for one in filters):
                    row = {
                        "configurationType": kind.upper(),
                        "configurationId": id_,
                        "key": key,
                        "value": tag["value"],
                        "timeOfCreation": tag["time"],
                    }
                    rows.append(((kind == "application", item["seq"], key), row))
    return call.page(sorted(rows, key=lambda row: row[0]), "tags", 100)


# agents, neighbors, summary


def describe_agents(call: Any) -> Any:
    wanted = call.request.get("agentIds")
    rows = []
    for id_, agent in call.store["agents"].items():
        if (wanted and id_ not in wanted) or not passes(call, "AGENT", id_, agent):
            continue
        addresses = zip_longest(agent["ips"], agent["macs"])
        heard = call.now if agent["lives"] else agent["registered"]
        row = {
            "agentId": id_,
            "hostName": agent["host"],
            "agentNetworkInfoList": [
                {name: said for name, said in (("ipAddress", ip), ("macAddress", mac)) if said}
                for ip, mac in addresses
            ],
            "health": agent["health"],
            "version": "2.0.1008.0",
            "collectionStatus": agent["status"],
            "agentType": agent["type"],
            "registeredTime": iso(agent["registered"]),
            "lastHealthPingTime": iso(heard),
        }
        rows.append((agent["seq"], row))
    return call.page(rows, "agentsInfo", 100)


def iso(seconds: float) -> str:
    return moment(seconds).replace(" ", "T").replace(".0", "Z")


def delete_agents(call: Any) -> Any:
    """A running agent is deleted only with force; its server is kept, without the agent id."""
    errors, agents = [], call.store["agents"]
    for said in call.request["deleteAgents"]:
        id_ = said["agentId"]
        code = ""
        if id_ not in agents:
            code = "NOT_FOUND"
        elif agents[id_]["lives"] and not said.get("force"):
            code = "AGENT_IN_USE"
        if code:
            errors.append({"agentId": id_, "errorCode": code, "errorMessage": ANY})
            continue
        server = call.store["servers"].get(agents.pop(id_)["server"])
        entry = server and server["entries"].get(f"agent {id_}")
        if entry:
            rest = {name: said for name, said in entry.items() if name != "order"}
            set_entry(call.model, server, f"agent {id_}", **rest | {"agent": ""})
    return {"errors": errors}


def switch_agents(call: Any, status: str, health: dict[str, str]) -> Any:
    rows = []
    for id_ in dict.fromkeys(call.request["agentIds"]):
        agent = call.store["agents"].get(id_)
        description = "Failed"
        if agent is not None:
            description = "Redundant" if agent["status"] == status else "Succeeded"
            if description == "Succeeded":
                agent |= {"status": status, "health": health.get(agent["health"], agent["health"])}
        done = description == "Succeeded"
        rows.append({"agentId": id_, "operationSucceeded": done, "description": description})
    return {"agentsConfigurationStatus": rows}


def list_neighbors(call: Any) -> Any:
    """silent: by ids."""
    request, id_ = call.request, call.request["configurationId"]
    if id_ not in call.store["servers"]:
        call.invalid()
    wanted = request.get("neighborConfigurationIds")
    known, rows = set(), {}
    for one in call.store["connections"].values():
        ends = (one["source"], one["destination"])
        if id_ not in ends:
            continue
        neighbor = ends[1] if ends[0] == id_ else ends[0]
        known.add(neighbor)
        if wanted and neighbor not in wanted:
            continue
        port = {"destinationPort": one["port"], "transportProtocol": "TCP"}
        port = port if request.get("portInformationNeeded") else {}
        row = rows.setdefault(
            (*ends, port.get("destinationPort", 0)),
            {
                "sourceServerId": ends[0],
                "destinationServerId": ends[1],
                **port,
                "connectionsCount": 0,
            },
        )
        row["connectionsCount"] += one["count"]
    return call.page(sorted(rows.items()), "neighbors", 100) | {"knownDependencyCount": len(known)}


def summarize(call: Any) -> Any:
    servers = call.store["servers"].values()
    health = [agent["health"] for agent in call.store["agents"].values()]

    def counts(kind: str, refused: str, agents: Any = ()) -> dict[str, int]:
        of = {
            "active": ("HEALTHY", "RUNNING", "UNHEALTHY"),
            "healthy": ("HEALTHY", "RUNNING"),
            refused: ("BLACKLISTED",),
            "shutdown": ("SHUTDOWN",),
            "unhealthy": ("UNHEALTHY",),
            "unknown": ("UNKNOWN",),
        }
        numbers = {
            f"{state}{kind}": sum(one in states for one in agents) for state, states in of.items()
        }
        return numbers | {f"total{kind}": len(agents)}

    return {
        "servers": len(servers),
        "applications": len(call.store["applications"]),
        "serversMappedToApplications": sum(bool(server["applications"]) for server in servers),
        "serversMappedtoTags": sum(bool(server["tags"]) for server in servers),
        "agentSummary": counts("Agents", "blackListed", health),
        "connectorSummary": counts("Connectors", "blackListed"),
        "meCollectorSummary": counts("MeCollectors", "denyListed"),
        "agentlessCollectorSummary": counts("AgentlessCollectors", "denyListed"),
    }


RULES = {
    "DescribeAgents": check_agents,
    "DescribeTags": check_tag_filters,
    "ListConfigurations": check_list,
}
HANDLERS = {
    "AssociateConfigurationItemsToApplication": lambda call: _members(call, join),
    "BatchDeleteAgents": delete_agents,
    "CreateApplication": create_application,
    "CreateTags": create_tags,
    "DeleteApplications": delete_applications,
    "DeleteTags": delete_tags,
    "DescribeAgents": describe_agents,
    "DescribeConfigurations": describe_configurations,
    "DescribeTags": describe_tags,
    "DisassociateConfigurationItemsFromApplication": lambda call: _members(call, leave),
    "GetDiscoverySummary": summarize,
    "ListConfigurations": list_configurations,
    "ListServerNeighbors": list_neighbors,
    "StartDataCollectionByAgentIds": lambda call: switch_agents(
        call, "STARTED", {"HEALTHY": "RUNNING"}
    ),
    "StopDataCollectionByAgentIds": lambda call: switch_agents(
        call, "STOPPED", {"RUNNING": "HEALTHY"}
    ),
    "UpdateApplication": update_application,
}
