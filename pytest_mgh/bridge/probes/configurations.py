"""Configuration items of discovery: described, and what agents find of them."""

from __future__ import annotations

from typing import Any

from pytest_mgh.bridge.account import ProbedAccount
from pytest_mgh.bridge.calls import each, pick
from pytest_mgh.bridge.probes.changes import UNKNOWN_APPLICATION, UNKNOWN_SERVER
from pytest_mgh.bridge.probes.filters import listed, where
from pytest_mgh.bridge.probes.probe import ProbeTable, Stage, again, probes, writes

REPEATED = "Calls of discovery: Repeated ids; their order; an empty list"
KEYS = "Calls of discovery: Keys of a row"
NEIGHBORS = "Imports, deletions, agents: Processes, connections"


def _keys(row: Any) -> Any:
    return sorted(row) if isinstance(row, dict) else row


def _listed_row(account: ProbedAccount) -> Any:
    account.server()
    named = where("server.hostName", "EQUALS", account.host())
    return listed(account, "SERVER", named).at("configurations", 0)


READS: ProbeTable = {
    "Calls of discovery: An unknown id in DescribeConfigurations": {
        "an unknown server cannot be described": lambda account: account.described(UNKNOWN_SERVER),
        "an unknown application cannot be described by discovery": lambda account: (
            account.described(UNKNOWN_APPLICATION)
        ),
    },
    "Calls of discovery: Ids of several asset types in DescribeConfigurations": {
        "servers and applications are not described in one call": lambda account: account.described(
            UNKNOWN_SERVER, UNKNOWN_APPLICATION
        ),
    },
    REPEATED: {
        "an empty list of ids is refused": ProbedAccount.described,
    },
    NEIGHBORS: {
        "an unknown server has no neighbors to list": lambda account: account.call(
            "ListServerNeighbors", configurationId=UNKNOWN_SERVER
        ),
    },
    "Imports, deletions, agents: Unknown agentIds; filters": {
        "unknown agents are left out": lambda account: account.call(
            "DescribeAgents", agentIds=["o-00000000000000000"]
        ),
        "an unknown filter of agents is refused": lambda account: (
            account.call("DescribeAgents", filters=[where("osName", "EQUALS", "none")]).accepted
        ),
        "an unknown condition of agents is refused": lambda account: (
            account.call("DescribeAgents", filters=[where("hostName", "LIKE", "none")]).accepted
        ),
    },
}
WRITES: ProbeTable = {
    KEYS: {
        "a row of a server has its keys": again(lambda account: _keys(_listed_row(account))),
        "a described server has its keys": again(
            lambda account: _keys(pick(account.described(account.server()), 0))
        ),
    },
    NEIGHBORS: {
        "a server without an agent has no neighbors": lambda account: account.call(
            "ListServerNeighbors", configurationId=account.server()
        ),
        "a server without an agent has no processes and connections": lambda account: {
            type_: listed(account, type_, where(id_, "EQUALS", account.server()))
            for type_, id_ in (
                ("PROCESS", "server.configurationId"),
                ("CONNECTION", "sourceServer.configurationId"),
            )
        },
    },
}
probes(READS)
probes(WRITES, stage=Stage.WRITES)


@writes(REPEATED)
def an_id_that_comes_twice_is_described_once(account: ProbedAccount) -> Any:
    application = account.application()
    return each(account.described(application, application), "application.configurationId")


@writes(REPEATED)
def items_are_described_in_their_order(account: ProbedAccount) -> Any:
    first, second = account.application("z first"), account.application("a second")
    return each(account.described(second, first), "application.configurationId")


@writes(KEYS, "Calls of discovery: Times in rows", open=True)
def a_row_of_an_application_has_its_keys_and_values(account: ProbedAccount) -> Any:
    application = account.application("row", description="an application")
    return lambda: account.described(application)


@writes("Calls of discovery: `application.wave`")
def the_wave_of_an_application_is_shown_where_one_is_set(account: ProbedAccount) -> Any:
    account.application("without wave"), account.application("with wave", wave="wave 1")
    names = [account.application_name(label) for label in ("without wave", "with wave")]
    filters = [where("application.name", "EQUALS", name) for name in names]
    return lambda: [
        each(listed(account, "APPLICATION", one).at("configurations"), "application.wave")
        for one in filters
    ]


@writes("Calls of discovery: When a change is seen")
def a_change_of_an_application_is_seen_at_once(account: ProbedAccount) -> Any:
    application = account.application("changed")
    account.need("UpdateApplication", configurationId=application, description="changed")
    return pick(account.described(application), 0, "application.description")
