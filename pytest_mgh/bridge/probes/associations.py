"""What is attached to a task: artifacts, discovered and source resources, attributes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_mgh.bridge.probes.dry_runs import TASK
from pytest_mgh.bridge.probes.probe import Stage, probe
from pytest_mgh.bridge.probes.scene import (
    Members,
    application_of,
    hostname_of,
    put,
    server_of,
    stream_of,
    task_of,
)

if TYPE_CHECKING:
    from pytest_mgh.bridge.account import ProbedAccount
    from pytest_mgh.bridge.calls import Answer

AGAIN = "Associations and attributes: Associating again"
ABSENT = "Associations and attributes: Disassociating what is not associated"
ANEW = "Associations and attributes: Associating what was disassociated"
ORDER = "Associations and attributes: Order of association lists"
MISSING = "Associations and attributes: A missing stream or task"
UNKNOWN = "Associations and attributes: An id that the discovery repository doesn't know"
UNKNOWN_ASIDE = "Associations and attributes: The same for DisassociateDiscoveredResource"
WHAT = "Associations and attributes: What can be associated as a discovered resource"
DISCARDED = "Associations and attributes: Attributes discarded by A8"
HARDWARE = "Associations and attributes: `BIOS_ID` and `MOTHERBOARD_SERIAL_NUMBER` under A8"
FORMAT = "Associations and attributes: A value without the documented format"
A8 = "Documented, and done so: A8"
REPLACED = "Documented, and done so: A3 to A7"

_ARN = "arn:aws:ec2:us-west-2:123456789012:image/ami-{}"


def attach(
    account: ProbedAccount, task: Members, name: str, description: str | None = None
) -> Answer:
    """Attach an artifact to a task."""
    artifact = {"Name": _ARN.format(name)}
    if description is not None:
        artifact["Description"] = description
    return account.mgh("AssociateCreatedArtifact", **task, CreatedArtifact=artifact)


def detach(account: ProbedAccount, task: Members, name: str) -> Answer:
    """Detach an artifact from a task."""
    arn = _ARN.format(name)
    return account.mgh("DisassociateCreatedArtifact", **task, CreatedArtifactName=arn)


def artifacts(account: ProbedAccount, task: Members) -> Any:
    """Return the artifacts of a task."""
    return account.mgh("ListCreatedArtifacts", **task).at("CreatedArtifactList")


def attributes(account: ProbedAccount, task: Members) -> Any:
    """Return the attributes of a task."""
    return account.mgh("DescribeMigrationTask", **task).at("MigrationTask", "ResourceAttributeList")


@probe(ORDER, stage=Stage.WRITES)
def artifacts_are_listed_in_the_order_in_which_they_came(account: ProbedAccount) -> Any:
    task = task_of(account, "artifacts in order")
    for name in ("b", "c", "a"):
        account.need(attach, account, task, name, f"artifact {name}")
    return lambda: artifacts(account, task)


@probe(ORDER, stage=Stage.WRITES)
def source_resources_are_listed_in_the_order_in_which_they_came(account: ProbedAccount) -> Any:
    task = task_of(account, "sources in order")
    for name in ("b", "c", "a"):
        source = {"Name": name, "Description": f"source {name}", "StatusDetail": "detail"}
        account.need(account.mgh, "AssociateSourceResource", **task, SourceResource=source)
    return lambda: account.mgh("ListSourceResources", **task).at("SourceResourceList")


@probe(AGAIN, stage=Stage.WRITES)
def attaching_again_changes_the_description_and_keeps_the_place(account: ProbedAccount) -> Any:
    task = task_of(account, "attached again")
    for name in ("first", "second"):
        account.need(attach, account, task, name, "before")
    again = attach(account, task, "first", "after")
    return lambda: {"again": again, "artifacts": artifacts(account, task)}


@probe(AGAIN, stage=Stage.WRITES)
def attaching_again_without_a_description_removes_it(account: ProbedAccount) -> Any:
    task = task_of(account, "attached again without")
    account.need(attach, account, task, "first", "before")
    again = attach(account, task, "first")
    return lambda: {"again": again, "artifacts": artifacts(account, task)}


@probe(ABSENT, stage=Stage.WRITES)
def detaching_what_is_not_attached_is_no_error(account: ProbedAccount) -> Any:
    task = task_of(account, "nothing attached")
    return {
        "artifact": detach(account, task, "none"),
        "source": account.mgh("DisassociateSourceResource", **task, SourceResourceName="none"),
    }


@probe(ANEW, stage=Stage.WRITES)
def what_is_attached_anew_comes_last(account: ProbedAccount) -> Any:
    task = task_of(account, "attached anew")
    for name in ("first", "second"):
        account.need(attach, account, task, name)
    account.need(detach, account, task, "first")
    account.need(attach, account, task, "first")
    return lambda: artifacts(account, task)


@probe(MISSING)
def detaching_from_a_task_of_an_unknown_stream_is_refused(account: ProbedAccount) -> Any:
    return {
        "artifact": detach(account, TASK, "none"),
        "resource": account.mgh("DisassociateDiscoveredResource", **TASK, ConfigurationId="none"),
        "source": account.mgh("DisassociateSourceResource", **TASK, SourceResourceName="none"),
    }


@probe(MISSING, stage=Stage.WRITES)
def attaching_to_an_unknown_task_is_refused(account: ProbedAccount) -> Any:
    unknown = {"ProgressUpdateStream": stream_of(account), "MigrationTaskName": "unknown"}
    return {
        "artifact": attach(account, unknown, "none"),
        "source": account.mgh(
            "AssociateSourceResource", **unknown, SourceResource={"Name": "none"}
        ),
        "attributes": account.mgh(
            "PutResourceAttributes",
            **unknown,
            ResourceAttributeList=[{"Type": "VM_NAME", "Value": "none"}],
        ),
    }


@probe(UNKNOWN, stage=Stage.WRITES)
def a_server_that_discovery_does_not_know_cannot_be_associated(account: ProbedAccount) -> Any:
    task = task_of(account, "unknown server")
    resource = {"ConfigurationId": "d-server-00000000000000000"}
    return account.mgh("AssociateDiscoveredResource", **task, DiscoveredResource=resource)


@probe(UNKNOWN_ASIDE, stage=Stage.WRITES)
def a_server_that_discovery_does_not_know_can_be_disassociated(account: ProbedAccount) -> Any:
    task = task_of(account, "unknown server aside")
    unknown = "d-server-00000000000000000"
    return account.mgh("DisassociateDiscoveredResource", **task, ConfigurationId=unknown)


@probe(WHAT, stage=Stage.WRITES)
def an_application_can_be_associated(account: ProbedAccount) -> Any:
    task, application = task_of(account, "application"), application_of(account)
    resource = {"ConfigurationId": application, "Description": "an application"}
    answer = account.mgh("AssociateDiscoveredResource", **task, DiscoveredResource=resource)
    return lambda: {
        "associated": answer,
        "listed": account.mgh("ListDiscoveredResources", **task).at("DiscoveredResourceList"),
    }


# attributes


@probe(REPLACED, stage=Stage.WRITES)
def attributes_are_replaced_as_a_whole(account: ProbedAccount) -> Any:
    server_of(account)
    task, host = task_of(account, "attributes"), hostname_of(account, "a")
    put(account, task, ("FQDN", host), ("BIOS_ID", f"{account.name}-bios"))
    put(account, task, ("FQDN", host))
    return lambda: attributes(account, task)


@probe(REPLACED, stage=Stage.WRITES)
def several_attributes_may_have_one_type(account: ProbedAccount) -> Any:
    server_of(account)
    task, host = task_of(account, "attributes of one type"), hostname_of(account, "a")
    put(account, task, ("FQDN", host), ("FQDN", host.upper()), ("FQDN", host))
    return lambda: attributes(account, task)


@probe(A8, DISCARDED, stage=Stage.WRITES)
def attributes_of_VMs_without_a_manager_are_discarded(account: ProbedAccount) -> Any:
    server_of(account)
    task, host = task_of(account, "discarded"), hostname_of(account, "a")
    put(account, task, ("VM_NAME", account.name), ("FQDN", host), ("VM_PATH", account.name))
    return lambda: attributes(account, task)


@probe(DISCARDED, stage=Stage.WRITES)
def nothing_may_be_left_of_attributes(account: ProbedAccount) -> Any:
    task = task_of(account, "all discarded")
    put(account, task, ("VM_NAME", account.name))
    return lambda: attributes(account, task)


@probe(HARDWARE, stage=Stage.WRITES)
def ids_of_hardware_are_kept_without_a_manager(account: ProbedAccount) -> Any:
    server_of(account)
    task, host = task_of(account, "hardware"), hostname_of(account, "a")
    put(
        account,
        task,
        ("FQDN", host),
        ("VM_NAME", account.name),
        ("BIOS_ID", f"{account.name}-bios"),
        ("MOTHERBOARD_SERIAL_NUMBER", f"{account.name}-board"),
    )
    return lambda: attributes(account, task)


@probe(FORMAT, stage=Stage.WRITES)
def attributes_of_a_wrong_format_change_nothing(account: ProbedAccount) -> Any:
    server_of(account)
    task, host = task_of(account, "wrong format"), hostname_of(account, "a")
    put(account, task, ("FQDN", host))
    wrong = [{"Type": "FQDN", "Value": host}, {"Type": "MAC_ADDRESS", "Value": "none"}]
    refused = account.mgh("PutResourceAttributes", **task, ResourceAttributeList=wrong)
    return lambda: {"refused": refused, "attributes": attributes(account, task)}
