"""Seeds streams and tasks, one at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from pytest_mgh.protocol.validation import check
from pytest_mgh.seeding.checks import find_server
from pytest_mgh.seeding.seed_error import SeedError
from pytest_mgh.services.migration_hub.mapping import start_applications
from pytest_mgh.state.in_order import EMPTY, InOrder
from pytest_mgh.state.records import NOT_STARTED, Association, Task, TaskState, TaskUpdate
from pytest_mgh.state.store import kept_attributes

if TYPE_CHECKING:
    from pytest_mgh.state.store import Attached, Store
    from pytest_mgh.state.world import World


def seed_stream(store: Store, name: str) -> None:
    """Add a stream; `ValueError` for a name that is taken."""
    if name in store.streams:
        raise SeedError(["name"], f"{name!r} already exists")
    store.add_stream(name)


def seed_task(world: World, store: Store, stream: str, members: Mapping[str, Any]) -> Task:
    """Add a task to a stream; `ValueError` for a name that is taken, or an unknown server."""
    name = members["name"]
    if store.find_task(stream, name) is not None:
        raise SeedError(["name"], f"{name!r} already exists")
    task = _make_task(store, stream, members, world.clock.time())
    store.add_task(task)
    if "server" in members:
        start_applications(world, store, task)
    return task


def _make_task(store: Store, stream: str, members: Mapping[str, Any], now: float) -> Task:
    """Return a task with all that is said of it, so that it is listed but once."""
    time = float(members.get("update_time", now))
    task = Task(stream, members["name"], NOT_STARTED, time)
    if members.keys() & {"status", "status_detail", "progress_percent"}:
        task.state = TaskState(
            members.get("status", "NOT_STARTED"),
            members.get("status_detail"),
            _whole(members.get("progress_percent")),
        )
        task.updates.append(TaskUpdate(time, task.state))
        task.next_update_seconds = _whole(members.get("next_update_seconds")) or 0
    if "attributes" in members:
        pairs = [pair for one in members["attributes"] for pair in one.items()]
        _check_attributes(pairs)
        task.attributes = kept_attributes(pairs)
    task.artifacts = _attached(members.get("artifacts", ()))
    task.sources = _attached(members.get("sources", ()))
    if "server" in members:
        server = find_server(store, members["server"], ["server"])
        task.resources = _attached([server.configuration_id])
    return task


def _attached(names: Iterable[str]) -> Attached:
    each = dict.fromkeys(names)
    if not each:
        return EMPTY
    rows = ((at, name, Association(name)) for at, name in enumerate(each, 1))
    return InOrder.of(len(each) + 1, rows)


def _check_attributes(pairs: list[tuple[str, str]]) -> None:
    """Refuse attributes that PutResourceAttributes would refuse (A9)."""
    request = {
        "ProgressUpdateStream": "stream",
        "MigrationTaskName": "task",
        "ResourceAttributeList": [{"Type": type_, "Value": value} for type_, value in pairs],
    }
    violations = check("mgh", "PutResourceAttributes", request)[1]
    for messages in violations if pairs else ():
        for message in messages:
            raise SeedError(["attributes"], message)


def _whole(number: float | None) -> int | None:
    """Return a number that JSON may have written with a point."""
    return None if number is None else int(number)
