"""Auto-mapping: what Migration Hub makes of a task's attributes.

Only host names of the run are put, so that no server of the account is met.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_mgh.bridge.probes.probe import Stage, probe
from pytest_mgh.bridge.probes.scene import (
    Members,
    hostname_of,
    map_to,
    put,
    server_of,
    task_of,
)

if TYPE_CHECKING:
    from pytest_mgh.bridge.account import ProbedAccount

MAPPED = "Documented, and done so: A3 to A7"
WHEN = "Auto-mapping: When it is done"
IDENTITY = "Auto-mapping: What identifies a server"
ADDED = "Auto-mapping: How an added server looks"
NOTHING = "Auto-mapping: Attributes that say nothing of a machine: none, or a VM_MANAGER_ID alone"
NOTATION = (
    "Servers and their entries: The same value in another notation, as a name with the dot of the "
    "root"
)
SOURCE = "Servers and their entries: `server.source`"
TYPE = "Servers and their entries: `server.type`"
VMWARE = "Calls of discovery: `server.vmWareInfo`"
MATCH = "Auto-mapping: A match"
AGAIN = "Auto-mapping: A second Put"


def resources(account: ProbedAccount, task: Members) -> Any:
    """Return what a task is mapped to."""
    return account.mgh("ListDiscoveredResources", **task).at("DiscoveredResourceList")


@probe(WHEN, stage=Stage.WRITES)
def a_task_is_mapped_at_once(account: ProbedAccount) -> Any:
    server_of(account)
    task = task_of(account, "mapped at once")
    put(account, task, ("FQDN", hostname_of(account, "a")))
    return resources(account, task)


@probe(MAPPED, stage=Stage.WRITES)
def a_task_is_mapped_to_the_server_that_its_attributes_describe(account: ProbedAccount) -> Any:
    server_of(account)
    task = task_of(account, "mapped")
    put(account, task, ("FQDN", hostname_of(account, "a")))
    return lambda: resources(account, task)


@probe(IDENTITY, stage=Stage.WRITES)
def host_names_match_in_any_case(account: ProbedAccount) -> Any:
    server_of(account)
    task = task_of(account, "mapped in upper case")
    put(account, task, ("FQDN", hostname_of(account, "a").upper()))
    return lambda: resources(account, task)


@probe(ADDED, SOURCE, TYPE, stage=Stage.WRITES, open=True)
def an_added_server_is_listed(account: ProbedAccount) -> Any:
    server_of(account, "added")
    named = {
        "name": "server.hostName",
        "condition": "EQUALS",
        "values": [hostname_of(account, "added")],
    }
    return lambda: account.discovery(
        "ListConfigurations", configurationType="SERVER", filters=[named]
    ).at("configurations")


@probe(ADDED, stage=Stage.WRITES, open=True)
def an_added_server_is_described(account: ProbedAccount) -> Any:
    server = server_of(account, "added")
    return lambda: account.discovery("DescribeConfigurations", configurationIds=[server]).at(
        "configurations"
    )


@probe(NOTHING, stage=Stage.WRITES)
def attributes_that_identify_nothing_map_to_nothing(account: ProbedAccount) -> Any:
    task = task_of(account, "identifies nothing")
    put(account, task, ("VM_NAME", account.name))
    return resources(account, task)


@probe(MATCH, stage=Stage.WRITES)
def a_match_leaves_the_server_its_id_and_name(account: ProbedAccount) -> Any:
    server = server_of(account, "match")
    put(account, task_of(account, "match"), ("FQDN", hostname_of(account, "match").upper()))
    return lambda: account.discovery("DescribeConfigurations", configurationIds=[server]).at(
        "configurations", 0, "server.hostName"
    )


@probe(NOTATION, stage=Stage.WRITES)
def a_name_with_the_dot_of_the_root_is_the_same_name(account: ProbedAccount) -> Any:
    server, host = server_of(account, "dot"), hostname_of(account, "dot")
    task = task_of(account, "dot of the root")
    put(account, task, ("FQDN", f"{host}."))
    return lambda: {
        "mapped": resources(account, task),
        "name": account.discovery("DescribeConfigurations", configurationIds=[server]).at(
            "configurations", 0, "server.hostName"
        ),
    }


@probe(VMWARE, TYPE, stage=Stage.WRITES, open=True)
def a_server_of_a_vcenter_shows_its_ids_there(account: ProbedAccount) -> Any:
    server, task = server_of(account, "vcenter"), task_of(account, "server vcenter")
    put(
        account,
        task,
        ("FQDN", hostname_of(account, "vcenter")),
        ("VM_MANAGER_ID", f"{account.name}-vcenter"),
        ("VM_MANAGED_OBJECT_REFERENCE", f"{account.name}-moref"),
    )
    return lambda: account.discovery("DescribeConfigurations", configurationIds=[server]).at(
        "configurations", 0
    )


@probe(AGAIN, stage=Stage.WRITES)
def a_second_put_maps_again_and_replaces_the_first_mapping(account: ProbedAccount) -> Any:
    server_of(account, "a"), server_of(account, "b")
    task = task_of(account, "mapped again")
    put(account, task, ("FQDN", hostname_of(account, "a")))
    account.wait(lambda: resources(account, task), until=bool, what="the mapping of a task")
    put(account, task, ("FQDN", hostname_of(account, "b")))
    return lambda: resources(account, task)


@probe(AGAIN, stage=Stage.WRITES)
def a_mapping_by_hand_stays(account: ProbedAccount) -> Any:
    task = task_of(account, "mapped by hand")
    map_to(account, task, server_of(account, "b"))
    server_of(account, "a")
    put(account, task, ("FQDN", hostname_of(account, "a")))
    return lambda: resources(account, task)
