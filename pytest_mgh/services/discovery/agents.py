"""Discovery agents and collectors: list, start, stop, delete."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from pytest_mgh.errors import nearest
from pytest_mgh.protocol.times import iso_text
from pytest_mgh.services.discovery.conditions import ALL, make_test
from pytest_mgh.services.discovery.lookup import refuse_value
from pytest_mgh.services.discovery.service import deletes, reads, writes
from pytest_mgh.services.operation import HomeRegion
from pytest_mgh.services.paging import paged

if TYPE_CHECKING:
    from pytest_mgh.services.operation import Call, Result
    from pytest_mgh.state.discovery_records import Agent
    from pytest_mgh.state.store import Store

# Started and stopped, as the service was seen to say.
_DONE, _REDUNDANT, _UNKNOWN = "Succeeded", "Redundant", "Failed"


@reads()
def describe_agents(call: Call, store: Store) -> Result:
    """List agents and collectors in the order in which they came; unknown ids are left out."""
    wanted, agents = call.request.get("agentIds"), store.repository.agents
    tests = [_test(one) for one in call.request.get("filters", ())]

    def positions(start: int | None) -> Iterator[int]:
        if wanted:
            known = sorted({agents.position(id_) for id_ in wanted if id_ in agents})
            found: Iterable[int] = (at for at in known if start is None or at > start)
        else:
            found = agents.after(start)
        return (at for at in found if all(test(agents.at(at)) for test in tests))

    return paged(call, "agentsInfo", positions, lambda at: _row(agents.at(at), call.now))


_FILTERS: dict[str, Callable[[Agent], str | None]] = {
    "hostName": lambda agent: agent.hostname,
    "collectionStatus": lambda agent: agent.collection_status,
    "health": lambda agent: agent.health,
    "version": lambda agent: agent.version,
    "agentType": lambda agent: agent.type,
    "connectorId": lambda agent: agent.connector_id,
}


def _test(given: dict[str, Any]) -> Callable[[Agent], bool]:
    name = given["name"]
    if name not in _FILTERS:
        refuse_value(f"Filter '{name}' is not known; {nearest(name, _FILTERS)}.")
    obeys, value = make_test(given, ALL), _FILTERS[name]
    return lambda agent: obeys([value(agent) or ""])


def _row(agent: Agent, now: float) -> dict[str, Any]:
    interfaces = [
        {"ipAddress": ip, "macAddress": mac}
        for ip, mac in zip_longest(agent.ip_addresses, agent.mac_addresses)
    ]
    row: dict[str, Any] = {
        "agentId": agent.agent_id,
        "hostName": agent.hostname,
        "agentNetworkInfoList": [
            {name: address for name, address in interface.items() if address}
            for interface in interfaces
        ],
        "version": agent.version,
        "health": agent.health,
        "lastHealthPingTime": iso_text(agent.pinged(now)),
        "collectionStatus": agent.collection_status,
        "agentType": agent.type,
        "registeredTime": iso_text(agent.registered),
    }
    return row | ({"connectorId": agent.connector_id} if agent.connector_id else {})


@writes()
def start_data_collection_by_agent_ids(call: Call, store: Store) -> Result:
    """Let agents collect; one that does so already is redundant."""
    return _switch(call, store, status="STARTED", health={"HEALTHY": "RUNNING"})


@deletes()
def stop_data_collection_by_agent_ids(call: Call, store: Store) -> Result:
    """Let agents collect no longer, also from outside the home Region."""
    return _switch(call, store, status="STOPPED", health={"RUNNING": "HEALTHY"})


def _switch(call: Call, store: Store, *, status: str, health: dict[str, str]) -> Result:
    rows = []
    for id_ in dict.fromkeys(call.request["agentIds"]):
        agent = store.repository.agents.get(id_)
        if agent is None:
            description = _UNKNOWN
        elif agent.collection_status == status:
            description = _REDUNDANT
        else:
            description = _DONE
            store.repository.change(
                agent, collection_status=status, health=health.get(agent.health, agent.health)
            )
        succeeded = description == _DONE
        rows.append({"agentId": id_, "operationSucceeded": succeeded, "description": description})
    return {"agentsConfigurationStatus": rows}


@writes(home_region=HomeRegion.UNNEEDED)
def batch_delete_agents(call: Call, store: Store) -> Result:
    """Delete agents; one that lives needs force. The servers that they found stay."""
    errors = []
    for item in call.request["deleteAgents"]:
        agent = store.repository.agents.get(item["agentId"])
        if agent is None:
            errors.append(_error(item, "NOT_FOUND", "does not exist"))
        elif agent.lives and item.get("force") is not True:
            errors.append(_error(item, "AGENT_IN_USE", "is active; force its deletion"))
        else:
            store.repository.remove_agent(agent.agent_id)
    return {"errors": errors}


def _error(item: dict[str, Any], code: str, what: str) -> dict[str, Any]:
    id_ = item["agentId"]
    return {"agentId": id_, "errorCode": code, "errorMessage": f"Agent '{id_}' {what}."}
