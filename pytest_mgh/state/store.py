"""What one account has in one Region."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile
from typing import TYPE_CHECKING

from pytest_mgh.state.in_order import InOrder
from pytest_mgh.state.records import ApplicationState, Association, Stream, Task, TaskUpdate
from pytest_mgh.state.repository import Repository
from pytest_mgh.state.sorted_keys import SortedKeys

if TYPE_CHECKING:
    from pytest_mgh.state.discovery_records import Application

RecentKey = tuple[float, str, str]
"""Newest first: minus the time of the last update, then stream and task name."""


def recent_key(task: Task) -> RecentKey:
    """Return the key that a task is listed by."""
    return (-task.time, task.stream, task.name)


class Store:
    """Streams, tasks, applications and the discovery repository, with the indexes over them.

    Data is kept by account and Region: a changed home Region starts empty, and what the former
    one holds stays readable there (H12, H13).
    """

    __slots__ = ("_mapped", "_recent", "applications", "repository", "stream_names", "streams")

    def __init__(self) -> None:
        self.streams: dict[str, Stream] = {}
        self.stream_names: SortedKeys[str] = SortedKeys()
        self.applications: InOrder[ApplicationState] = InOrder()
        self.repository = Repository()
        self._recent: SortedKeys[RecentKey] = SortedKeys()
        self._mapped: SortedKeys[tuple[str, RecentKey]] = SortedKeys()

    # streams

    def add_stream(self, name: str) -> Stream:
        """Add a stream, or return the one of that name."""
        stream = self.streams.get(name)
        if stream is None:
            stream = self.streams[name] = Stream(name)
            self.stream_names.add(name)
        return stream

    def adopt_stream(self, stream: Stream) -> None:
        """Add a stream that has its tasks already."""
        self.streams[stream.name] = stream
        self.stream_names.add(stream.name)
        for task in stream.tasks.values():
            self._list(task)

    def remove_stream(self, name: str) -> None:
        """Remove a stream, its tasks, and all that is attached to them."""
        for task in self.streams.pop(name).tasks.values():
            self._unlist(task)
        self.stream_names.discard(name)

    # tasks

    def find_task(self, stream: str, name: str) -> Task | None:
        """Return a task, or `None`."""
        found = self.streams.get(stream)
        return found.tasks.get(name) if found else None

    def add_task(self, task: Task) -> None:
        """Add a task to its stream."""
        self.streams[task.stream].tasks[task.name] = task
        self._list(task)

    def update_task(self, task: Task, update: TaskUpdate, next_update_seconds: int) -> None:
        """Give a task its next state; the last call wins, and all are kept."""
        self._unlist(task)
        task.state, task.time = update.state, update.time
        task.next_update_seconds = next_update_seconds
        task.updates.append(update)
        self._list(task)

    def recent_tasks(self, after: RecentKey | None = None) -> Iterator[RecentKey]:
        """Iterate over all tasks of all streams, the most recently updated first."""
        return self._recent.after(after)

    # tasks and the discovery repository

    def map_resource(self, task: Task, resource: Association) -> None:
        """Map a task to a configuration id, or change the description of the mapping."""
        task.resources.put(resource.name, resource)
        self._mapped.add((resource.name, recent_key(task)))

    def unmap_resource(self, task: Task, configuration_id: str) -> None:
        """Undo a mapping, if there is one."""
        if task.resources.remove(configuration_id):
            self._mapped.discard((configuration_id, recent_key(task)))

    def tasks_of(
        self, configuration_id: str, after: RecentKey | None = None
    ) -> Iterator[RecentKey]:
        """Iterate over the tasks mapped to a configuration id, the most recent first."""
        start = (configuration_id, after or (float("-inf"), "", ""))
        rows = takewhile(lambda row: row[0] == configuration_id, self._mapped.after(start))
        return (key for _, key in rows)

    # applications

    def add_application(self, application: Application) -> None:
        """Add an application to the repository; Migration Hub lists it as NOT_STARTED."""
        self.repository.applications.put(application.configuration_id, application)
        if application.configuration_id not in self.applications:
            state = ApplicationState(application.configuration_id)
            self.applications.put(application.configuration_id, state)

    def remove_application(self, configuration_id: str) -> None:
        """Remove an application; Migration Hub forgets its state."""
        self.repository.remove_application(configuration_id)
        self.applications.remove(configuration_id)

    def _list(self, task: Task) -> None:
        key = recent_key(task)
        self._recent.add(key)
        for resource in task.resources:
            self._mapped.add((resource.name, key))

    def _unlist(self, task: Task) -> None:
        key = recent_key(task)
        self._recent.discard(key)
        for resource in task.resources:
            self._mapped.discard((resource.name, key))
