"""Import tasks: servers and applications from files in AWS's import format."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pytest_mgh.errors import ServiceError
from pytest_mgh.services.discovery.import_file import import_file
from pytest_mgh.services.discovery.service import deletes, reads, writes
from pytest_mgh.services.operation import Access
from pytest_mgh.services.paging import paged
from pytest_mgh.state.discovery_records import ImportTask

if TYPE_CHECKING:
    from pytest_mgh.services.operation import Call, Result
    from pytest_mgh.state.store import Store
    from pytest_mgh.state.world import World


def finish_import(world: World, store: Store, task_id: str) -> None:
    """Import what the test gave as the content of the task's URL."""
    task = store.repository.imports.get(task_id)
    if task is None:
        return
    import_file(store, task, world.import_sources.get(task.url), world)
    store.repository.change(task, completed=world.clock.time())


@writes(worker=finish_import)
def start_import_task(call: Call, store: Store) -> Result:
    """Start an import; the same token with the same parameters gives the same task again."""
    asked, imports = call.request, store.repository.imports
    token = asked.get("clientRequestToken")
    if token is not None:
        for known in imports:
            if known.token == token:
                if (known.name, known.url) == (asked["name"], asked["importUrl"]):
                    return {"task": _described(known)}
                raise ServiceError(
                    "ResourceInUseException",
                    f"clientRequestToken '{token}' was used with other parameters.",
                )
    task = ImportTask(
        call.world.ids.import_task_id(), asked["name"], asked["importUrl"], token, call.now
    )
    store.repository.put_import(task)
    call.later(task.id)
    return {"task": _described(task)}


@reads(Access.LIST)
def describe_import_tasks(call: Call, store: Store) -> Result:
    """List import tasks, oldest first; with a filter on STATUS all other filters are ignored."""
    imports = store.repository.imports
    filters = [one for one in call.request.get("filters", ()) if "name" in one]
    filters = [one for one in filters if one["name"] == "STATUS"] or filters

    def positions(start: int | None) -> Iterator[int]:
        for at in imports.after(start):
            task = imports.at(at)
            if all(_value(task, one["name"]) in one.get("values", ()) for one in filters):
                yield at

    return paged(call, "tasks", positions, lambda at: _described(imports.at(at)))


def _value(task: ImportTask, name: str) -> str:
    return {
        "IMPORT_TASK_ID": task.id,
        "STATUS": task.status,
        "NAME": task.name,
        "FILE_CLASSIFICATION": task.classification,
    }[name]


def finish_import_deletion(world: World, store: Store, task_id: str, history: str) -> None:
    """Delete what an import made, as far as it is still there."""
    repository = store.repository
    task = repository.imports.get(task_id)
    if task is None:
        return
    for id_ in task.applications:
        if id_ in repository.applications:
            store.remove_application(id_)
    for id_ in task.servers:
        if id_ in repository.servers:
            repository.remove_server(id_)
    repository.change(task, status="DELETE_COMPLETE", deleted=world.clock.time())
    if history:
        repository.remove_import(task_id)


@deletes(worker=finish_import_deletion)
def batch_delete_import_data(call: Call, store: Store) -> Result:
    """Delete the servers and applications that imports made; deleteHistory drops the tasks too."""
    errors = []
    for id_ in dict.fromkeys(call.request["importTaskIds"]):
        task = store.repository.imports.get(id_)
        if task is None:
            errors.append(
                {
                    "importTaskId": id_,
                    "errorCode": "NOT_FOUND",
                    "errorDescription": f"Import task '{id_}' does not exist.",
                }
            )
            continue
        store.repository.change(task, status="DELETE_IN_PROGRESS")
        history = "deleteHistory" if call.request.get("deleteHistory") is True else ""
        call.later(id_, history)
    return {"errors": errors}


def _described(task: ImportTask) -> dict[str, Any]:
    described: dict[str, Any] = {
        "importTaskId": task.id,
        "name": task.name,
        "importUrl": task.url,
        "status": task.status,
        "importRequestTime": task.requested,
        "fileClassification": task.classification,
        "serverImportSuccess": task.server_success,
        "serverImportFailure": task.server_failure,
        "applicationImportSuccess": task.application_success,
        "applicationImportFailure": task.application_failure,
    }
    optional = {
        "clientRequestToken": task.token,
        "importCompletionTime": task.completed,
        "importDeletedTime": task.deleted,
    }
    return described | {name: value for name, value in optional.items() if value is not None}
