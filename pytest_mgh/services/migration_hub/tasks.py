"""Migration tasks: import, notify, describe, list, and their updates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pytest_mgh.protocol.times import milliseconds
from pytest_mgh.services.migration_hub.lookup import (
    check_configuration,
    find_stream,
    find_task,
    find_task_to_change,
    refuse_while_deleting,
)
from pytest_mgh.services.migration_hub.mapping import start_applications
from pytest_mgh.services.migration_hub.service import lists, reads, task_resource, writes
from pytest_mgh.services.paging import paged
from pytest_mgh.state.records import NOT_STARTED, Task, TaskState, TaskUpdate

if TYPE_CHECKING:
    from pytest_mgh.services.operation import Call, Result
    from pytest_mgh.state.store import RecentKey, Store


@writes(task_resource)
def import_migration_task(call: Call, store: Store) -> Result:
    """Register a task; one that already exists keeps its state."""
    stream_name, name = call.request["ProgressUpdateStream"], call.request["MigrationTaskName"]
    refuse_while_deleting(store.streams.get(stream_name))
    stream = find_stream(store, stream_name)
    if name not in stream.tasks:
        # By the stream's own name: that of the request would be one more in memory for each task.
        store.add_task(Task(stream.name, name, NOT_STARTED, call.now))
    return {}


@writes(task_resource)
def notify_migration_task_state(call: Call, store: Store) -> Result:
    """Replace a task's state as a whole; the last call wins, whatever its UpdateDateTime."""
    task, members = find_task_to_change(call, store), call.request["Task"]
    state = TaskState(
        members["Status"], members.get("StatusDetail"), members.get("ProgressPercent")
    )
    update = TaskUpdate(milliseconds(call.request["UpdateDateTime"]), state)
    starts = task.state.status == "NOT_STARTED"
    store.update_task(task, update, call.request["NextUpdateSeconds"])
    if starts:
        start_applications(call.hub, store, task)
    return {}


@reads(task_resource)
def describe_migration_task(call: Call, store: Store) -> Result:
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
def list_migration_tasks(call: Call, store: Store) -> Result:
    """List the tasks of all streams, or those mapped to a resource, the most recent first."""
    resource = call.request.get("ResourceName")
    if resource is not None:
        check_configuration(call, store, resource)

    def keys(start: RecentKey | None) -> Iterator[RecentKey]:
        return store.recent_tasks(start) if resource is None else store.tasks_of(resource, start)

    def row(key: RecentKey) -> Result:
        _, stream, name = key
        task = store.streams[stream].tasks[name]
        return {
            "ProgressUpdateStream": task.stream,
            "MigrationTaskName": task.name,
            "UpdateDateTime": task.time,
            **_state(task.state),
        }

    return paged(call, "MigrationTaskSummaryList", keys, row)


@lists(task_resource, tokens_expire=True)
def list_migration_task_updates(call: Call, store: Store) -> Result:
    """List all states that a task was given, oldest call first (T8)."""
    updates = find_task(call, store).updates

    def numbers(start: int | None) -> Iterator[int]:
        return iter(range((start or 0) + 1, len(updates) + 1))

    def row(number: int) -> Result:
        update = updates[number - 1]
        return {
            "UpdateDateTime": update.time,
            "UpdateType": "MIGRATION_TASK_STATE_UPDATED",
            "MigrationTaskState": _state(update.state),
        }

    return paged(call, "MigrationTaskUpdateList", numbers, row)


def _state(state: TaskState) -> dict[str, Any]:
    members: dict[str, Any] = {"Status": state.status}
    if state.status_detail is not None:
        members["StatusDetail"] = state.status_detail
    if state.progress_percent is not None:
        members["ProgressPercent"] = state.progress_percent
    return members
