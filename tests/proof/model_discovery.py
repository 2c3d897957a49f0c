"""What the 19 simulated operations of discovery do."""

from __future__ import annotations

from itertools import zip_longest
from typing import Any

from discovery_filters import SORTS
from proof.model_background import ANY
from proof.model_configurations import (
    check_filters,
    long_server,
    moment,
    order,
    passes,
    short_server,
    show_application,
)
from proof.model_repository import drop_application, join, leave, new_application

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


def list_configurations(call: Any) -> Any:
    """AND over filters; silent: creation order where nothing else decides."""
    request, store, type_ = call.request, call.store, call.request["configurationType"]
    items = {"SERVER": store["servers"], "APPLICATION": store["applications"]}.get(type_, {})
    show = short_server if type_ == "SERVER" else show_application
    rows = [
        ((*order(request.get("orderBy", ()), row), row["seq"]), show(id_, row))
        for id_, row in items.items()
        if passes(call, type_, id_, row)
    ]
    return call.page(sorted(rows, key=lambda row: row[0]), "configurations", 100)


def describe_configurations(call: Any) -> Any:
    """silent: each once, in the order of the request; unknown ids are refused."""
    store, ids = call.store, dict.fromkeys(call.request["configurationIds"])
    kinds = {_kind(store, id_) for id_ in ids}
    if len(kinds - {None}) > 1:
        call.refuse("InvalidParameterException")
    if not ids or not all(id_ in store["servers"] or id_ in store["applications"] for id_ in ids):
        call.invalid()
    return {
        "configurations": [
            long_server(store, id_, store["servers"][id_])
            if id_ in store["servers"]
            else show_application(id_, store["applications"][id_])
            for id_ in ids
        ]
    }


def _kind(store: dict[str, Any], id_: str) -> str | None:
    for kind in ("server", "application"):
        if id_ in store[f"{kind}s"] or id_.startswith(f"d-{kind}-"):
            return kind
    return None


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


def _agents(call: Any) -> dict[str, tuple[str, dict[str, Any]]]:
    servers = call.store["servers"].items()
    return {server["agent"]: (id_, server) for id_, server in servers if server["agent"]}


def describe_agents(call: Any) -> Any:
    wanted = call.request.get("agentIds")
    rows = []
    for agent, (id_, server) in _agents(call).items():
        if (wanted and agent not in wanted) or not passes(call, "AGENT", id_, server):
            continue
        addresses = zip_longest(server["ips"], server["macs"])
        row = {
            "agentId": agent,
            "hostName": server["host"],
            "agentNetworkInfoList": [
                {name: said for name, said in (("ipAddress", ip), ("macAddress", mac)) if said}
                for ip, mac in addresses
            ],
            "health": "HEALTHY",
            "collectionStatus": "STARTED",
            "agentType": server["type"],
            "registeredTime": moment(server["created"]),
        }
        rows.append((server["seq"], row))
    return call.page(rows, "agentsInfo", 100)


def delete_agents(call: Any) -> Any:
    """silent: a seeded agent is in use, and goes by force only."""
    errors = []
    for said in call.request["deleteAgents"]:
        agents = _agents(call)
        code = "" if said.get("force") else "AGENT_IN_USE"
        if said["agentId"] not in agents:
            code = "NOT_FOUND"
        if code:
            error = {"agentId": said["agentId"], "errorCode": code, "errorMessage": ANY}
            errors.append(error)
        else:
            agents[said["agentId"]][1]["agent"] = ""
    return {"errors": errors}


def list_neighbors(call: Any) -> Any:
    if call.request["configurationId"] not in call.store["servers"]:
        call.invalid()
    return {"neighbors": [], "knownDependencyCount": 0}


def summarize(call: Any) -> Any:
    servers = call.store["servers"].values()

    def counts(kind: str, refused: str, number: int = 0) -> dict[str, int]:
        states = ("active", "healthy", refused, "shutdown", "unhealthy", "total", "unknown")
        used = ("active", "healthy", "total")
        return {f"{state}{kind}": number if state in used else 0 for state in states}

    return {
        "servers": len(servers),
        "applications": len(call.store["applications"]),
        "serversMappedToApplications": sum(bool(server["applications"]) for server in servers),
        "serversMappedtoTags": sum(bool(server["tags"]) for server in servers),
        "agentSummary": counts("Agents", "blackListed", len(_agents(call))),
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
    "UpdateApplication": update_application,
}
