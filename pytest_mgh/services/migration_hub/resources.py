"""What is attached to a task: created artifacts, discovered and source resources, attributes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_mgh.services.migration_hub.lookup import (
    check_configuration,
    find_task,
    find_task_to_change,
)
from pytest_mgh.services.migration_hub.mapping import start_applications
from pytest_mgh.services.migration_hub.service import lists, task_resource, writes
from pytest_mgh.services.paging import Page
from pytest_mgh.state.records import Association

if TYPE_CHECKING:
    from pytest_mgh.services.call import Call
    from pytest_mgh.state.in_order import InOrder
    from pytest_mgh.state.store import Store

# created artifacts


@writes(task_resource)
def associate_created_artifact(call: Call, store: Store) -> dict[str, Any]:
    """Attach an artifact to a task, or change the description of one that is attached."""
    task = find_task_to_change(call, store)
    artifact = _association(call.request["CreatedArtifact"], key="Name")
    task.artifacts.put(artifact.name, artifact)
    return {}


@writes(task_resource)
def disassociate_created_artifact(call: Call, store: Store) -> dict[str, Any]:
    """Detach an artifact from a task; one that is not attached is no error."""
    find_task(call, store).artifacts.remove(call.request["CreatedArtifactName"])
    return {}


@lists(task_resource)
def list_created_artifacts(call: Call, store: Store) -> dict[str, Any]:
    """List a task's artifacts in the order in which they were attached."""
    page: Page[int] = Page(call, most=10)
    rows = _rows(page, find_task(call, store).artifacts, key="Name")
    return page.answer("CreatedArtifactList", rows)


# discovered resources


@writes(task_resource)
def associate_discovered_resource(call: Call, store: Store) -> dict[str, Any]:
    """Map a task to a configuration of the discovery repository."""
    task = find_task_to_change(call, store)
    resource = _association(call.request["DiscoveredResource"], key="ConfigurationId")
    check_configuration(call, store, resource.name)
    store.map_resource(task, resource)
    start_applications(call.world, store, task)
    return {}


@writes(task_resource)
def disassociate_discovered_resource(call: Call, store: Store) -> dict[str, Any]:
    """Undo a mapping; one that is not there is no error."""
    store.unmap_resource(find_task(call, store), call.request["ConfigurationId"])
    return {}


@lists(task_resource)
def list_discovered_resources(call: Call, store: Store) -> dict[str, Any]:
    """List the configurations that a task is mapped to, in the order of the mappings."""
    page: Page[int] = Page(call, most=10)
    rows = _rows(page, find_task(call, store).resources, key="ConfigurationId")
    return page.answer("DiscoveredResourceList", rows)


# source resources


@writes(task_resource)
def associate_source_resource(call: Call, store: Store) -> dict[str, Any]:
    """Attach a source resource to a task, or change what is said of one that is attached."""
    task = find_task_to_change(call, store)
    source = _association(call.request["SourceResource"], key="Name")
    task.sources.put(source.name, source)
    return {}


@writes(task_resource)
def disassociate_source_resource(call: Call, store: Store) -> dict[str, Any]:
    """Detach a source resource from a task; one that is not attached is no error."""
    find_task(call, store).sources.remove(call.request["SourceResourceName"])
    return {}


@lists(task_resource)
def list_source_resources(call: Call, store: Store) -> dict[str, Any]:
    """List a task's source resources in the order in which they were attached."""
    page: Page[int] = Page(call, most=10, expires=True)
    rows = _rows(page, find_task(call, store).sources, key="Name")
    return page.answer("SourceResourceList", rows)


# resource attributes


@writes(task_resource)
def put_resource_attributes(call: Call, store: Store) -> dict[str, Any]:
    """Replace a task's attributes (A3); VM attributes need a VM_MANAGER_ID (A8).

    The task is mapped to the server that they describe in the background.
    """
    task = find_task_to_change(call, store)
    pairs = [(pair["Type"], pair["Value"]) for pair in call.request["ResourceAttributeList"]]
    task.attributes = kept_attributes(pairs)
    call.later(task.stream, task.name)
    return {}


def kept_attributes(pairs: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return the attributes that are stored: those of VMs only with a VM_MANAGER_ID (A8)."""
    if not any(type_ == "VM_MANAGER_ID" for type_, _ in pairs):
        pairs = [pair for pair in pairs if not pair[0].startswith("VM_")]
    return tuple(pairs)


def _association(said: dict[str, Any], *, key: str) -> Association:
    return Association(said[key], said.get("Description"), said.get("StatusDetail"))


def _rows(page: Page[int], attached: InOrder[Association], *, key: str) -> list[dict[str, Any]]:
    rows = []
    for position in page.take(attached.after(page.start)):
        association = attached.at(position)
        row = {key: association.name}
        if association.description is not None:
            row["Description"] = association.description
        if association.detail is not None:
            row["StatusDetail"] = association.detail
        rows.append(row)
    return rows
