"""Deleting servers in the background."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_mgh.errors import ServiceError
from pytest_mgh.services.discovery.lookup import refuse_value
from pytest_mgh.services.discovery.service import reads, writes
from pytest_mgh.state.discovery_records import DeletionTask

if TYPE_CHECKING:
    from pytest_mgh.services.call import Call
    from pytest_mgh.state.store import Store
    from pytest_mgh.state.world import World

MOST_DELETIONS = 200
"""How many servers one task deletes at most."""


@writes()
def start_batch_delete_configuration_task(call: Call, store: Store) -> dict[str, Any]:
    """Start to delete servers; a second task waits until the first one is done."""
    ids = list(dict.fromkeys(call.request["configurationIds"]))
    if len(call.request["configurationIds"]) > MOST_DELETIONS:
        raise ServiceError(
            "LimitExceededException", f"A task deletes at most {MOST_DELETIONS} configurations."
        )
    if any(task.end is None for task in store.repository.deletions.values()):
        raise ServiceError(
            "OperationNotPermittedException", "Another batch deletion is in progress."
        )
    task = DeletionTask(call.world.ids.uuid(), call.now, ids)
    store.repository.deletions[task.id] = task
    call.later(task.id)
    return {"taskId": task.id}


def finish_deletion(world: World, store: Store, task_id: str) -> None:
    """Delete the servers of a task; an id that names none fails, the others go on."""
    task = store.repository.deletions[task_id]
    for id_ in task.requested:
        if id_ in store.repository.servers:
            store.repository.remove_server(id_)
            task.deleted.append(id_)
        else:
            task.failed.append(id_)
    task.end = world.clock.time()


@reads()
def describe_batch_delete_configuration_task(call: Call, store: Store) -> dict[str, Any]:
    """Describe a deletion task."""
    id_ = call.request["taskId"]
    task = store.repository.deletions.get(id_) or refuse_value(f"Task '{id_}' does not exist.")
    described = {
        "taskId": task.id,
        "status": task.status,
        "startTime": task.start,
        "configurationType": "SERVER",
        "requestedConfigurations": task.requested,
        "deletedConfigurations": task.deleted,
        "failedConfigurations": [
            {
                "configurationId": failed,
                "errorStatusCode": 404,
                "errorMessage": f"Server '{failed}' does not exist.",
            }
            for failed in task.failed
        ],
        "deletionWarnings": [],
    }
    if task.end is not None:
        described["endTime"] = task.end
    return {"task": described}
