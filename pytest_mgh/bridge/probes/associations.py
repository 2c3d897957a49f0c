"""What is attached to a task: artifacts, discovered and source resources, attributes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pytest_mgh.bridge.account import ProbedAccount
from pytest_mgh.bridge.calls import Members
from pytest_mgh.bridge.probes.changes import (
    UNKNOWN_SERVER,
    attach,
    attach_source,
    detach,
    map_to,
    put,
)
from pytest_mgh.bridge.probes.dry_runs import TASK
from pytest_mgh.bridge.probes.probe import Ask, ProbeTable, Stage, probes, writes

AGAIN = "Associations and attributes: Associating again"
ORDER = "Associations and attributes: Order of association lists"
MISSING = "Associations and attributes: A missing stream or task"
DISCARDED = "Associations and attributes: Attributes discarded by A8"


def artifacts(account: ProbedAccount, task: Members) -> Any:
    """Return the artifacts of a task."""
    return account.call("ListCreatedArtifacts", **task).at("CreatedArtifactList")


def attributes(account: ProbedAccount, task: Members) -> Any:
    """Return the attributes of a task."""
    path = ("MigrationTask", "ResourceAttributeList")
    return account.call("DescribeMigrationTask", **task).at(*path)


def kept(name: str, pairs: Callable[[str, str], list[tuple[str, str]]]) -> Ask:
    """Return what puts attributes of a task, and asks for them.

    Args:
        name: The name of the task.
        pairs: Returns the attributes, given a host name and the name of the run.
    """

    def ask(account: ProbedAccount) -> Any:
        account.server()
        task = account.task(name)
        put(account.need, task, *pairs(account.host(), account.name))
        return lambda: attributes(account, task)

    return ask


READS: ProbeTable = {
    MISSING: {
        "detaching from a task of an unknown stream is refused": lambda account: {
            "artifact": detach(account.call, TASK, "none"),
            "resource": account.call(
                "DisassociateDiscoveredResource", **TASK, ConfigurationId="none"
            ),
            "source": account.call("DisassociateSourceResource", **TASK, SourceResourceName="none"),
        },
    },
}
WRITES: ProbeTable = {
    "Associations and attributes: An id that the discovery repository does not know": {
        "a server that discovery does not know cannot be associated": lambda account: map_to(
            account.call, account.task("unknown server"), UNKNOWN_SERVER
        ),
    },
    "Associations and attributes: Such an id in DisassociateDiscoveredResource": {
        "a server that discovery does not know can be disassociated": lambda account: account.call(
            "DisassociateDiscoveredResource",
            **account.task("unknown server aside"),
            ConfigurationId=UNKNOWN_SERVER,
        ),
    },
    "Documented and simulated: A3 to A7": {
        "several attributes may have one type": kept(
            "attributes of one type",
            lambda host, _: [("FQDN", host), ("FQDN", host.upper()), ("FQDN", host)],
        ),
    },
    ("Documented and simulated: A8", DISCARDED): {
        "attributes of VMs without a manager are discarded": kept(
            "discarded", lambda host, run: [("VM_NAME", run), ("FQDN", host), ("VM_PATH", run)]
        ),
    },
    DISCARDED: {
        "nothing may be left of attributes": kept(
            "all discarded", lambda _, run: [("VM_NAME", run)]
        ),
    },
    "Associations and attributes: `BIOS_ID` and `MOTHERBOARD_SERIAL_NUMBER` under A8": {
        "ids of hardware are kept without a manager": kept(
            "hardware",
            lambda host, run: [
                ("FQDN", host),
                ("VM_NAME", run),
                ("BIOS_ID", f"{run}-bios"),
                ("MOTHERBOARD_SERIAL_NUMBER", f"{run}-board"),
            ],
        ),
    },
}
probes(READS)
probes(WRITES, stage=Stage.WRITES)


@writes(ORDER)
def artifacts_are_listed_in_the_order_in_which_they_came(account: ProbedAccount) -> Any:
    task = account.task("artifacts in order")
    for name in ("b", "c", "a"):
        attach(account.need, task, name, Description=f"artifact {name}")
    return lambda: artifacts(account, task)


@writes(ORDER)
def source_resources_are_listed_in_the_order_in_which_they_came(account: ProbedAccount) -> Any:
    task = account.task("sources in order")
    for name in ("b", "c", "a"):
        text = {"Description": f"source {name}", "StatusDetail": "detail"}
        attach_source(account.need, task, name, **text)
    return lambda: account.call("ListSourceResources", **task).at("SourceResourceList")


@writes(AGAIN)
def attaching_again_changes_the_description_and_keeps_the_place(account: ProbedAccount) -> Any:
    task = account.task("attached again")
    for name in ("first", "second"):
        attach(account.need, task, name, Description="before")
    again = attach(account.call, task, "first", Description="after")
    return lambda: {"again": again, "artifacts": artifacts(account, task)}


@writes(AGAIN)
def attaching_again_without_a_description_removes_it(account: ProbedAccount) -> Any:
    task = account.task("attached again without")
    attach(account.need, task, "first", Description="before")
    again = attach(account.call, task, "first")
    return lambda: {"again": again, "artifacts": artifacts(account, task)}


@writes("Associations and attributes: Disassociating what is not associated")
def detaching_what_is_not_attached_is_no_error(account: ProbedAccount) -> Any:
    task = account.task("nothing attached")
    return {
        "artifact": detach(account.call, task, "none"),
        "source": account.call("DisassociateSourceResource", **task, SourceResourceName="none"),
    }


@writes("Associations and attributes: Associating what was disassociated")
def what_is_attached_anew_comes_last(account: ProbedAccount) -> Any:
    task = account.task("attached anew")
    for name in ("first", "second"):
        attach(account.need, task, name)
    detach(account.need, task, "first")
    attach(account.need, task, "first")
    return lambda: artifacts(account, task)


@writes(MISSING)
def attaching_to_an_unknown_task_is_refused(account: ProbedAccount) -> Any:
    account.stream()
    unknown = account.task_named("unknown")
    return {
        "artifact": attach(account.call, unknown, "none"),
        "source": attach_source(account.call, unknown, "none"),
        "attributes": put(account.call, unknown, ("VM_NAME", "none")),
    }


@writes("Associations and attributes: What can be associated as a discovered resource")
def an_application_can_be_associated(account: ProbedAccount) -> Any:
    task, application = account.task("application"), account.application()
    answer = map_to(account.call, task, application, Description="an application")
    return lambda: {
        "associated": answer,
        "listed": account.call("ListDiscoveredResources", **task).at("DiscoveredResourceList"),
    }


@writes("Documented and simulated: A3 to A7")
def attributes_are_replaced_as_a_whole(account: ProbedAccount) -> Any:
    account.server()
    task, host = account.task("attributes"), account.host()
    put(account.need, task, ("FQDN", host), ("BIOS_ID", f"{account.name}-bios"))
    put(account.need, task, ("FQDN", host))
    return lambda: attributes(account, task)


@writes("Associations and attributes: A value without the documented format")
def attributes_of_a_wrong_format_change_nothing(account: ProbedAccount) -> Any:
    account.server()
    task, host = account.task("wrong format"), account.host()
    put(account.need, task, ("FQDN", host))
    refused = put(account.call, task, ("FQDN", host), ("MAC_ADDRESS", "none"))
    return lambda: {"refused": refused, "attributes": attributes(account, task)}
