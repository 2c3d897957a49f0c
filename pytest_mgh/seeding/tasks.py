"""Seeds streams and tasks, one at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pytest_mgh.protocol.validation import check
from pytest_mgh.seeding.checks import find_server
from pytest_mgh.seeding.seed_error import SeedError
from pytest_mgh.services.migration_hub.mapping import start_applications
from pytest_mgh.state.records import Association, Task, TaskState, TaskUpdate

if TYPE_CHECKING:
    from pytest_mgh.state.store import Store
    from pytest_mgh.state.world import World


def seed_stream(store: Store, name: str) -> None:
    """Add a stream; `ValueError` for a name that is taken."""
    if name in store.streams:
        raise SeedError(["name"], f"{name!r} is there already")
    store.add_stream(name)


def seed_task(world: World, store: Store, stream: str, members: Mapping[str, Any]) -> Task:
    """Add a task to a stream; `ValueError` for a name that is taken, or an unknown server."""
    name = members["name"]
    if store.find_task(stream, name) is not None:
        raise SeedError(["name"], f"{name!r} is there already")
    time = float(members.get("update_time", world.clock.time()))
    task = Task(stream, name, TaskState("NOT_STARTED"), time)
    store.add_task(task)
    if members.keys() & {"status", "status_detail", "progress_percent"}:
        state = TaskState(
            members.get("status", "NOT_STARTED"),
            members.get("status_detail"),
            _whole(members.get("progress_percent")),
        )
        seconds = _whole(members.get("next_update_seconds")) or 0
        store.update_task(task, TaskUpdate(time, state), seconds)
    pairs = [pair for one in members.get("attributes", ()) for pair in one.items()]
    if "attributes" in members:
        _check_attributes(pairs)
        store.put_attributes(task, pairs)
    for arn in members.get("artifacts", ()):
        store.attach(task, "artifacts", Association(arn))
    for source in members.get("sources", ()):
        store.attach(task, "sources", Association(source))
    if "server" in members:
        server = find_server(store, members["server"], ["server"])
        store.map_resource(task, Association(server.configuration_id))
        start_applications(world, store, task)
    return task


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
