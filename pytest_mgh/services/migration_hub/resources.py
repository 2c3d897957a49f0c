"""What is attached to a task: created artifacts, discovered and source resources, attributes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pytest_mgh.services.migration_hub.lookup import (
    check_configuration,
    find_task,
    find_task_to_change,
)
from pytest_mgh.services.migration_hub.mapping import map_task, start_applications
from pytest_mgh.services.migration_hub.service import lists, task_resource, writes
from pytest_mgh.services.paging import paged
from pytest_mgh.state.records import Association

if TYPE_CHECKING:
    from pytest_mgh.services.operation import Call, Result
    from pytest_mgh.state.store import Attached, Store

# created artifacts


@writes(task_resource)
def associate_created_artifact(call: Call, store: Store) -> Result:
    """Attach an artifact to a task, or change the description of one that is attached."""
    task = find_task_to_change(call, store)
    artifact = _association(call.request["CreatedArtifact"], key="Name")
    store.attach(task, "artifacts", artifact)
    return {}


@writes(task_resource)
def disassociate_created_artifact(call: Call, store: Store) -> Result:
    """Detach an artifact from a task; one that is not attached is no error."""
    store.detach(find_task(call, store), "artifacts", call.request["CreatedArtifactName"])
    return {}


@lists(task_resource)
def list_created_artifacts(call: Call, store: Store) -> Result:
    """List a task's artifacts in the order in which they were attached."""
    artifacts = find_task(call, store).artifacts
    return paged(call, "CreatedArtifactList", artifacts.after, _row(artifacts, key="Name"))


# discovered resources


@writes(task_resource)
def associate_discovered_resource(call: Call, store: Store) -> Result:
    """Map a task to a configuration of the discovery repository."""
    task = find_task_to_change(call, store)
    resource = _association(call.request["DiscoveredResource"], key="ConfigurationId")
    check_configuration(call, store, resource.name)
    store.map_resource(task, resource)
    start_applications(call.hub, store, task)
    return {}


@writes(task_resource)
def disassociate_discovered_resource(call: Call, store: Store) -> Result:
    """Undo a mapping; one that is not there is no error."""
    store.unmap_resource(find_task(call, store), call.request["ConfigurationId"])
    return {}


@lists(task_resource)
def list_discovered_resources(call: Call, store: Store) -> Result:
    """List the configurations that a task is mapped to, in the order of the mappings."""
    resources = find_task(call, store).resources
    row = _row(resources, key="ConfigurationId")
    return paged(call, "DiscoveredResourceList", resources.after, row)


# source resources


@writes(task_resource)
def associate_source_resource(call: Call, store: Store) -> Result:
    """Attach a source resource to a task, or change the description of an attached one."""
    task = find_task_to_change(call, store)
    source = _association(call.request["SourceResource"], key="Name")
    store.attach(task, "sources", source)
    return {}


@writes(task_resource)
def disassociate_source_resource(call: Call, store: Store) -> Result:
    """Detach a source resource from a task; one that is not attached is no error."""
    store.detach(find_task(call, store), "sources", call.request["SourceResourceName"])
    return {}


@lists(task_resource, tokens_expire=True)
def list_source_resources(call: Call, store: Store) -> Result:
    """List a task's source resources in the order in which they were attached."""
    sources = find_task(call, store).sources
    row = _row(sources, key="Name")
    return paged(call, "SourceResourceList", sources.after, row)


# resource attributes


@writes(task_resource, worker=map_task)
def put_resource_attributes(call: Call, store: Store) -> Result:
    """Replace a task's attributes (A3); VM attributes need a VM_MANAGER_ID (A8).

    The task is mapped to the server that they describe in the background.
    """
    task = find_task_to_change(call, store)
    pairs = [(pair["Type"], pair["Value"]) for pair in call.request["ResourceAttributeList"]]
    store.put_attributes(task, pairs)
    call.later(task.stream, task.name)
    return {}


def _association(given: dict[str, Any], *, key: str) -> Association:
    return Association(given[key], given.get("Description"), given.get("StatusDetail"))


def _row(attached: Attached, *, key: str) -> Callable[[int], Result]:
    """Return a function that makes the row of the association at a position."""

    def row(position: int) -> Result:
        association = attached.at(position)
        members = {
            key: association.name,
            "Description": association.description,
            "StatusDetail": association.status_detail,
        }
        return {name: value for name, value in members.items() if value is not None}

    return row
