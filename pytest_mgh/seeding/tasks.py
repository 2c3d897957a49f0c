"""Seeds streams and tasks, one at a time."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from pytest_mgh.errors import nearest_there
from pytest_mgh.protocol.validation import check
from pytest_mgh.seeding.checks import check_item, find_server
from pytest_mgh.seeding.seed_error import SeedError
from pytest_mgh.services.migration_hub.mapping import start_applications
from pytest_mgh.state.in_order import EMPTY, InOrder
from pytest_mgh.state.records import NOT_STARTED, Association, Stream, Task, TaskState, TaskUpdate
from pytest_mgh.state.store import kept_attributes, recent_keys

if TYPE_CHECKING:
    from pytest_mgh.state.store import Attached, Store
    from pytest_mgh.state.world import World


def seed_stream(store: Store, name: str) -> None:
    """Add a stream; `ValueError` for a name that is taken or not valid."""
    check_item("Stream", {"name": name})
    _check_new(name, store.streams)
    store.add_stream(name)


def _check_new(name: str, known: Container[str]) -> None:
    if name in known:
        raise SeedError(["name"], f"{name!r} already exists")


def seed_task(world: World, store: Store, stream: str, members: Mapping[str, Any]) -> Task:
    """Add a task to a stream.

    Raises:
        ValueError: A name that is taken, an unknown stream or server, or a value that isn't valid.
    """
    details = check_item("Task", members)
    if not isinstance(stream, str) or stream not in store.streams:
        raise SeedError(
            ["stream"], f"no stream {stream!r}; {nearest_there(str(stream), store.streams)}"
        )
    _check_new(details["name"], store.streams[stream].tasks)
    task = _make_task(stream, details, world.clock.time())
    if "server" in details:
        task.resources = _found(store, details["server"], ["server"])
    store.add_task(task)
    if "server" in details:
        start_applications(world, store, task)
    return task


class PreparedStream:
    """A stream with its tasks, made where nobody waits for it; to be added in a few steps.

    Args:
        name: Its name.
        tasks: Its tasks, as an estate has them.
        now: The time.
    """

    def __init__(self, name: str, tasks: Iterable[Mapping[str, Any]], now: float) -> None:
        self._stream = Stream(name)
        self._servers: list[tuple[int, Task, str]] = []
        self._error: SeedError | None = None
        made = self._stream.tasks
        for at, members in enumerate(tasks):
            try:
                _check_new(members["name"], made)
                task = made[members["name"]] = _make_task(name, members, now)
            except SeedError as error:  # raised later, in order
                self._error = SeedError(["tasks", at, *error.path], error.reason)
                break
            if "server" in members:
                self._servers.append((at, task, members["server"]))
        self._keys = recent_keys(self._stream)

    def add(self, world: World, store: Store) -> None:
        """Add it; `SeedError` for a name that is taken, an unknown server, or a wrong task."""
        _check_new(self._stream.name, store.streams)
        for at, task, server in self._servers:
            task.resources = _found(store, server, ["tasks", at, "server"])
        if self._error is not None:
            raise self._error
        store.adopt_stream(self._stream, self._keys)
        for _, task, _ in self._servers:
            start_applications(world, store, task)


def _found(store: Store, server: str, path: Iterable[str | int]) -> Attached:
    return _attached([find_server(store, server, path).configuration_id])


def _make_task(stream: str, members: Mapping[str, Any], now: float) -> Task:
    """Return a task with everything but its server, so that it is entered into the indexes once."""
    time = float(members.get("update_time", now))
    task = Task(stream, members["name"], NOT_STARTED, time)
    if members.keys() & {"status", "status_detail", "progress_percent"}:
        task.state = TaskState(
            members.get("status", "NOT_STARTED"),
            members.get("status_detail"),
            _whole(members.get("progress_percent")),
        )
        task.updates = (TaskUpdate(time, task.state),)
        task.next_update_seconds = _whole(members.get("next_update_seconds")) or 0
    if "attributes" in members:
        pairs = [pair for one in members["attributes"] for pair in one.items()]
        _check_attributes(pairs)
        task.attributes = kept_attributes(pairs)
    task.artifacts = _attached(members.get("artifacts", ()))
    task.sources = _attached(members.get("sources", ()))
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
