"""Discovery agents: list, delete."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from pytest_mgh.errors import nearest
from pytest_mgh.protocol.times import item_text
from pytest_mgh.services.discovery.lookup import find_servers, refuse_value
from pytest_mgh.services.discovery.service import reads, writes
from pytest_mgh.services.operation import HomeRegion
from pytest_mgh.services.paging import paged

if TYPE_CHECKING:
    from pytest_mgh.services.operation import Call, Result
    from pytest_mgh.state.discovery_records import Server
    from pytest_mgh.state.store import Store


@reads()
def describe_agents(call: Call, store: Store) -> Result:
    """List the agents: one for each server that has an agentId, healthy and collecting."""
    wanted, servers = call.request.get("agentIds"), store.repository.servers
    tests = [_test(one) for one in call.request.get("filters", ())]

    def positions(start: int | None) -> Iterator[int]:
        for at in servers.after(start):
            id_ = servers.at(at).agent_id
            if id_ and (not wanted or id_ in wanted):
                agent = _agent(servers.at(at))
                if all(test(agent) for test in tests):
                    yield at

    return paged(call, "agentsInfo", positions, lambda at: _agent(servers.at(at)))


_AGENT_FILTERS = ("hostName", "collectionStatus", "health", "version", "agentType", "connectorId")


def _test(said: dict[str, Any]) -> Any:
    name, condition, values = said["name"], said["condition"], said["values"]
    if name not in _AGENT_FILTERS:
        refuse_value(f"Filter '{name}' is not known; {nearest(name, _AGENT_FILTERS)}.")
    tests = {
        "EQUALS": lambda agent: agent.get(name, "") in values,
        "NOT_EQUALS": lambda agent: agent.get(name, "") not in values,
        "CONTAINS": lambda agent: any(value in agent.get(name, "") for value in values),
        "NOT_CONTAINS": lambda agent: not any(value in agent.get(name, "") for value in values),
    }
    if condition not in tests:
        refuse_value(
            f"Filter '{name}' has no condition '{condition}'; {nearest(condition, tests)}."
        )
    return tests[condition]


def _agent(server: Server) -> dict[str, Any]:
    pairs = zip_longest(server.ip_addresses, server.mac_addresses)
    interfaces = [{"ipAddress": ip, "macAddress": mac} for ip, mac in pairs]
    return {
        "agentId": server.agent_id,
        "hostName": server.hostname or "",
        "agentNetworkInfoList": [
            {name: address for name, address in interface.items() if address}
            for interface in interfaces
        ],
        "health": "HEALTHY",
        "collectionStatus": "STARTED",
        "agentType": "EC2" if server.type == "EC2" else "OTHER",
        "registeredTime": item_text(server.time),
    }


@writes(home_region=HomeRegion.UNNEEDED)
def batch_delete_agents(call: Call, store: Store) -> Result:
    """Delete agents; one that is active needs force. The servers that they found stay."""
    errors = []
    for asked in call.request["deleteAgents"]:
        ids = store.repository.servers.find("server.agentId", asked["agentId"])
        if not ids:
            errors.append(_error(asked, "NOT_FOUND", "does not exist"))
        elif asked.get("force") is not True:
            errors.append(_error(asked, "AGENT_IN_USE", "is active; force its deletion"))
        else:
            for server in find_servers(store.repository, ids):
                store.repository.change_server(server, agent_id=None)
    return {"errors": errors}


def _error(asked: dict[str, Any], code: str, what: str) -> dict[str, Any]:
    id_ = asked["agentId"]
    return {"agentId": id_, "errorCode": code, "errorMessage": f"Agent '{id_}' {what}."}
