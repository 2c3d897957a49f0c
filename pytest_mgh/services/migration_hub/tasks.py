"""Migration tasks: import, notify, describe, list, and their updates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_mgh.services.migration_hub.lookup import (
    check_configuration,
    find_stream,
    find_task,
    find_task_to_change,
    refuse_while_deleting,
)
from pytest_mgh.services.migration_hub.mapping import start_applications
from pytest_mgh.services.migration_hub.service import lists, reads, task_resource, writes
from pytest_mgh.services.paging import Page
from pytest_mgh.state.records import Task, TaskState, TaskUpdate

if TYPE_CHECKING:
    from pytest_mgh.services.call import Call
    from pytest_mgh.state.store import RecentKey, Store


@writes(task_resource)
def import_migration_task(call: Call, store: Store) -> dict[str, Any]:
    """Register a task; one that is there already keeps its state."""
    stream_name, name = call.request["ProgressUpdateStream"], call.request["MigrationTaskName"]
    refuse_while_deleting(store.streams.get(stream_name))
    stream = find_stream(store, stream_name)
    if name not in stream.tasks:
        store.add_task(Task(stream_name, name, TaskState("NOT_STARTED"), call.now))
    return {}


@writes(task_resource)
def notify_migration_task_state(call: Call, store: Store) -> dict[str, Any]:
    """Replace a task's state as a whole; the last call wins, whatever its UpdateDateTime."""
    task, said = find_task_to_change(call, store), call.request["Task"]
    state = TaskState(said["Status"], said.get("StatusDetail"), said.get("ProgressPercent"))
    update = TaskUpdate(float(call.request["UpdateDateTime"]), state)
    starts = task.state.status == "NOT_STARTED"
    store.update_task(task, update, call.request["NextUpdateSeconds"])
    if starts:
        start_applications(call.world, store, task)
    return {}


@reads(task_resource)
def describe_migration_task(call: Call, store: Store) -> dict[str, Any]:
    """Describe a task; ResourceAttributeList is there once attributes were put."""
    task = find_task(call, store)
    described: dict[str, Any] = {
        "ProgressUpdateStream": task.stream,
        "MigrationTaskName": task.name,
        "Task": _state(task.state),
        "UpdateDateTime": task.time,
    }
    if task.attributes is not None:
        described["ResourceAttributeList"] = [
            {"Type": type_, "Value": value} for type_, value in task.attributes
        ]
    return {"MigrationTask": described}


@lists()
def list_migration_tasks(call: Call, store: Store) -> dict[str, Any]:
    """List the tasks of all streams, or those mapped to a resource, the most recent first."""
    page: Page[RecentKey] = Page(call, most=100)
    resource = call.request.get("ResourceName")
    if resource is None:
        keys = store.recent_tasks(page.start)
    else:
        check_configuration(call, store, resource)
        keys = store.tasks_of(resource, page.start)
    tasks = [store.streams[stream].tasks[name] for _, stream, name in page.take(keys)]
    rows = [
        {
            "ProgressUpdateStream": task.stream,
            "MigrationTaskName": task.name,
            "UpdateDateTime": task.time,
            **_state(task.state),
        }
        for task in tasks
    ]
    return page.answer("MigrationTaskSummaryList", rows)


@lists(task_resource)
def list_migration_task_updates(call: Call, store: Store) -> dict[str, Any]:
    """List all states that a task was given, oldest call first (T8)."""
    page: Page[int] = Page(call, most=100, expires=True)
    updates = find_task(call, store).updates
    numbers = page.take(iter(range((page.start or 0) + 1, len(updates) + 1)))
    rows = [
        {
            "UpdateDateTime": update.time,
            "UpdateType": "MIGRATION_TASK_STATE_UPDATED",
            "MigrationTaskState": _state(update.state),
        }
        for update in (updates[number - 1] for number in numbers)
    ]
    return page.answer("MigrationTaskUpdateList", rows)


def _state(state: TaskState) -> dict[str, Any]:
    said: dict[str, Any] = {"Status": state.status}
    if state.detail is not None:
        said["StatusDetail"] = state.detail
    if state.percent is not None:
        said["ProgressPercent"] = state.percent
    return said
