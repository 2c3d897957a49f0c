"""Auto-mapping: what Migration Hub makes of a task's attributes.

Only host names of the run are put, so that no server of the account is met.
"""

from __future__ import annotations

from typing import Any

from pytest_mgh.bridge.account import ProbedAccount
from pytest_mgh.bridge.calls import Members, pick
from pytest_mgh.bridge.probes.changes import map_to, put
from pytest_mgh.bridge.probes.filters import listed, where
from pytest_mgh.bridge.probes.probe import Ask, Stage, probes, writes

ADDED = "Auto-mapping: How an added server looks"
AGAIN = "Auto-mapping: A second Put"
TYPE = "Servers and their entries: `server.type`"


def resources(account: ProbedAccount, task: Members) -> Any:
    """Return what a task is mapped to."""
    return account.call("ListDiscoveredResources", **task).at("DiscoveredResourceList")


def host_name(account: ProbedAccount, server: str) -> Any:
    """Return the host name of a server."""
    return pick(account.described(server), 0, "server.hostName")


def mapped(name: str, *, in_upper_case: bool = False) -> Ask:
    """Return what puts the host name of a server for a task, and asks what it is mapped to."""

    def ask(account: ProbedAccount) -> Any:
        account.server()
        task, host = account.task(name), account.host()
        put(account.need, task, ("FQDN", host.upper() if in_upper_case else host))
        return lambda: resources(account, task)

    return ask


probes(
    {
        "Documented and simulated: A3 to A7": {
            "a task is mapped to the server that its attributes describe": mapped("mapped"),
        },
        "Auto-mapping: What identifies a server": {
            "host names match in any case": mapped("mapped in upper case", in_upper_case=True),
        },
    },
    stage=Stage.WRITES,
)


@writes("Auto-mapping: When it is done")
def a_task_is_mapped_at_once(account: ProbedAccount) -> Any:
    return mapped("mapped at once")(account)()


@writes(ADDED, "Servers and their entries: `server.source`", TYPE, open=True)
def an_added_server_is_listed(account: ProbedAccount) -> Any:
    account.server("added")
    named = where("server.hostName", "EQUALS", account.host("added"))
    return lambda: listed(account, "SERVER", named).at("configurations")


@writes(ADDED, open=True)
def an_added_server_is_described(account: ProbedAccount) -> Any:
    server = account.server("added")
    return lambda: account.described(server)


@writes("Auto-mapping: Attributes that do not describe a machine: none, or a VM_MANAGER_ID alone")
def attributes_that_identify_nothing_map_to_nothing(account: ProbedAccount) -> Any:
    task = account.task("identifies nothing")
    put(account.need, task, ("VM_NAME", account.name))
    return resources(account, task)


@writes("Auto-mapping: A match")
def a_match_leaves_the_server_its_id_and_name(account: ProbedAccount) -> Any:
    server = account.server("match")
    host = account.host("match")
    put(account.need, account.task("match"), ("FQDN", host.upper()))
    return lambda: host_name(account, server)


@writes(
    "Servers and their entries: The same value in another notation, such as a name with a "
    "trailing dot"
)
def a_name_with_the_dot_of_the_root_is_the_same_name(account: ProbedAccount) -> Any:
    server, task = account.server("dot"), account.task("dot of the root")
    put(account.need, task, ("FQDN", f"{account.host('dot')}."))
    return lambda: {"mapped": resources(account, task), "name": host_name(account, server)}


@writes("Calls of discovery: `server.vmWareInfo`", TYPE, open=True)
def a_server_of_a_vcenter_shows_its_ids_there(account: ProbedAccount) -> Any:
    server = account.server("vcenter")
    put(
        account.need,
        account.task("server vcenter"),
        ("FQDN", account.host("vcenter")),
        ("VM_MANAGER_ID", f"{account.name}-vcenter"),
        ("VM_MANAGED_OBJECT_REFERENCE", f"{account.name}-moref"),
    )
    return lambda: pick(account.described(server), 0)


@writes(AGAIN)
def a_second_put_maps_again_and_replaces_the_first_mapping(account: ProbedAccount) -> Any:
    account.server("a"), account.server("b")
    task = account.task("mapped again")
    put(account.need, task, ("FQDN", account.host("a")))
    account.wait(lambda: resources(account, task), until=bool, what="the mapping of a task")
    put(account.need, task, ("FQDN", account.host("b")))
    return lambda: resources(account, task)


@writes(AGAIN)
def a_mapping_by_hand_stays(account: ProbedAccount) -> Any:
    task = account.task("mapped by hand")
    map_to(account.need, task, account.server("b"))
    account.server()
    put(account.need, task, ("FQDN", account.host()))
    return lambda: resources(account, task)
