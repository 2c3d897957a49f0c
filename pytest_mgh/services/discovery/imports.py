"""Import tasks: servers and applications from files in AWS's import format."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pytest_mgh.errors import ServiceError
from pytest_mgh.services.discovery.downloads import url_of_import
from pytest_mgh.services.discovery.service import deletes, reads, writes
from pytest_mgh.services.operation import Access
from pytest_mgh.services.paging import paged
from pytest_mgh.state.discovery_records import ImportTask
from pytest_mgh.state.discovery_records import import_source as source_of

if TYPE_CHECKING:
    from pytest_mgh.services.operation import Call, Hub, Result
    from pytest_mgh.state.repository import Repository
    from pytest_mgh.state.store import Store

MAX_IMPORT_DELETIONS = 25_000
"""Records that an account deletes a day at most; the day is UTC's."""

_DAY = 24 * 60 * 60


def finish_import(hub: Hub, store: Store, task_id: str) -> None:
    """Import the file of a task."""
    task = store.repository.imports.get(task_id)
    if task is not None:
        from pytest_mgh.services.discovery.import_file import import_file

        import_file(hub, store, task)
        store.repository.change(task, completed=hub.clock.time())


def abandon_import(hub: Hub, store: Store, task_id: str) -> None:
    """Let an import be one that has failed for a reason of the service's own."""
    _abandon(hub, store, task_id, "INTERNAL_ERROR")


@writes(worker=finish_import, abandon=abandon_import)
def start_import_task(call: Call, store: Store) -> Result:
    """Start an import; the same token with the same parameters gives the same task again."""
    asked, imports = call.request, store.repository.imports
    token = asked.get("clientRequestToken")
    if token is not None:
        for known in imports:
            if known.token == token:
                if (known.name, known.import_url) == (asked["name"], asked["importUrl"]):
                    return {"task": _described(call, known)}
                raise ServiceError(
                    "ResourceInUseException",
                    f"clientRequestToken '{token}' was used with other parameters.",
                )
    task = ImportTask(
        call.hub.ids.import_task_id(), asked["name"], asked["importUrl"], token, call.now
    )
    store.repository.put_import(task)
    call.later(task.import_task_id)
    return {"task": _described(call, task)}


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

    return paged(call, "tasks", positions, lambda at: _described(call, imports.at(at)))


def _value(task: ImportTask, name: str) -> str:
    return {
        "IMPORT_TASK_ID": task.import_task_id,
        "STATUS": task.status,
        "NAME": task.name,
        "FILE_CLASSIFICATION": task.classification,
    }[name]


def finish_import_deletion(hub: Hub, store: Store, task_id: str, history: str) -> None:
    """Remove what an import reported; servers that no other source reports on are removed too."""
    repository = store.repository
    task = repository.imports.get(task_id)
    if task is None:
        return
    store.remove_applications(task.applications)
    for line in task.lines:
        repository.forget(source_of(task_id, line))
    repository.change(
        task,
        status="DELETE_COMPLETE",
        deleted=hub.clock.time(),
        lines=[],
        applications=[],
    )
    if history:
        repository.remove_import(task_id)


def abandon_import_deletion(hub: Hub, store: Store, task_id: str, _: str) -> None:
    """Let a deletion be one that has failed."""
    _abandon(hub, store, task_id, "DELETE_FAILED")


def _abandon(hub: Hub, store: Store, task_id: str, status: str) -> None:
    task = store.repository.imports.get(task_id)
    if task is not None:
        store.repository.change(task, status=status, completed=hub.clock.time())


@deletes(worker=finish_import_deletion, abandon=abandon_import_deletion)
def batch_delete_import_data(call: Call, store: Store) -> Result:
    """Delete what imports reported; deleteHistory removes the tasks too."""
    errors, repository = [], store.repository
    for id_ in dict.fromkeys(call.request["importTaskIds"]):
        task = repository.imports.get(id_)
        if task is None:
            errors.append(_error(id_, "NOT_FOUND", "does not exist"))
        elif task.status != "DELETE_IN_PROGRESS" and not _take_from_quota(
            repository, len(task.lines), call.now
        ):
            errors.append(
                _error(id_, "OVER_LIMIT", f"goes over {MAX_IMPORT_DELETIONS} records a day")
            )
        else:
            repository.change(task, status="DELETE_IN_PROGRESS")
            history = "deleteHistory" if call.request.get("deleteHistory") is True else ""
            call.later(id_, history)
    return {"errors": errors}


def _take_from_quota(repository: Repository, records: int, now: float) -> bool:
    """Count deleted records; return whether the daily quota allows them."""
    today = int(now // _DAY)
    day, count = repository.deleted_records
    count = (count if day == today else 0) + records
    if count > MAX_IMPORT_DELETIONS:
        return False
    repository.count_deleted_records(today, count)
    return True


def _error(id_: str, code: str, what: str) -> dict[str, str]:
    description = f"Import task '{id_}' {what}."
    return {"importTaskId": id_, "errorCode": code, "errorDescription": description}


def _described(call: Call, task: ImportTask) -> dict[str, Any]:
    described: dict[str, Any] = {
        "importTaskId": task.import_task_id,
        "name": task.name,
        "importUrl": task.import_url,
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
        "errorsAndFailedEntriesZip": url_of_import(call, task) if task.failures else None,
    }
    return described | {name: value for name, value in optional.items() if value is not None}
