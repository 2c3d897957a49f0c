"""Deleting servers in the background."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mgh.errors import ServiceError
from pytest_mgh.services.discovery.lookup import refuse_value
from pytest_mgh.services.discovery.service import reads, writes
from pytest_mgh.state.discovery_records import DeletionTask

if TYPE_CHECKING:
    from pytest_mgh.services.operation import Call, Hub, Result
    from pytest_mgh.state.store import Store

MAX_DELETIONS = 200
"""How many servers one task deletes at most."""


def finish_deletion(hub: Hub, store: Store, task_id: str) -> None:
    """Delete the servers of a task; an id that names none fails, the others go on."""
    repository = store.repository
    task = repository.deletions[task_id]
    deleted = [id_ for id_ in task.requested if id_ in repository.servers]
    failed = [id_ for id_ in task.requested if id_ not in repository.servers]
    for id_ in deleted:
        repository.remove_server(id_)
    repository.change(task, deleted=deleted, failed=failed, end=hub.clock.time())


@writes(worker=finish_deletion)
def start_batch_delete_configuration_task(call: Call, store: Store) -> Result:
    """Start to delete servers; a second task waits until the first one is done."""
    ids = list(dict.fromkeys(call.request["configurationIds"]))
    if len(call.request["configurationIds"]) > MAX_DELETIONS:
        raise ServiceError(
            "LimitExceededException", f"A task deletes at most {MAX_DELETIONS} configurations."
        )
    if any(task.end is None for task in store.repository.deletions.values()):
        raise ServiceError(
            "OperationNotPermittedException", "Another batch deletion is in progress."
        )
    task = DeletionTask(call.hub.ids.uuid(), call.now, ids)
    store.repository.put_deletion(task)
    call.later(task.task_id)
    return {"taskId": task.task_id}


@reads()
def describe_batch_delete_configuration_task(call: Call, store: Store) -> Result:
    """Describe a deletion task."""
    id_ = call.request["taskId"]
    task = store.repository.deletions.get(id_) or refuse_value(f"Task '{id_}' does not exist.")
    described = {
        "taskId": task.task_id,
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
