"""What one account has in one Region."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from itertools import takewhile
from typing import TYPE_CHECKING, Literal, TypeAlias

from pytest_mgh.protocol.values import AttributeType
from pytest_mgh.state.in_order import EMPTY, InOrder
from pytest_mgh.state.records import ApplicationState, Association, Stream, Task, TaskUpdate
from pytest_mgh.state.repository import Repository
from pytest_mgh.state.sorted_keys import SortedKeys

if TYPE_CHECKING:
    from pytest_mgh.state.discovery_records import Application
    from pytest_mgh.state.journal import Journal

AttributePair = tuple[AttributeType, str]
"""Type and value of a resource attribute."""

Attached: TypeAlias = InOrder[str, Association]

AttachedKind = Literal["artifacts", "resources", "sources"]

RecentKey = tuple[float, str, str]
"""Newest first: minus the time of the last update, then stream and task name."""


def recent_key(task: Task) -> RecentKey:
    """Return the key that a task is listed by."""
    return (-task.time, task.stream, task.name)


def recent_keys(stream: Stream) -> list[RecentKey]:
    """Return the keys that the tasks of a stream are listed by, in order."""
    return sorted(map(recent_key, stream.tasks.values()))


def kept_attributes(attributes: Iterable[AttributePair]) -> tuple[AttributePair, ...]:
    """Return the attributes that a task keeps: those of VMs only with a VM_MANAGER_ID (A8)."""
    pairs = tuple(attributes)
    of_vms = {type_ for type_, _ in pairs if type_[:3] == "VM_"}
    if not of_vms or "VM_MANAGER_ID" in of_vms:
        return pairs
    return tuple(pair for pair in pairs if pair[0] not in of_vms)


class Store:
    """Streams, tasks, applications and the discovery repository, with the indexes over them.

    Data is kept by account and Region: a changed home Region starts empty, and what the former
    one holds stays readable there (H12, H13).
    """

    __slots__ = (
        "_journal",
        "_mapped",
        "_recent",
        "applications",
        "repository",
        "stream_names",
        "streams",
    )

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self.streams: dict[str, Stream] = {}
        self.stream_names: SortedKeys[str] = SortedKeys()
        self.applications: InOrder[str, ApplicationState] = InOrder()
        self.repository: Repository = Repository(journal)
        self._recent: SortedKeys[RecentKey] = SortedKeys()
        self._mapped: SortedKeys[tuple[str, RecentKey]] = SortedKeys()

    def whole(self) -> AbstractContextManager[Journal]:
        """Return a block: what is changed in it is taken back unless it comes to its end."""
        return self._journal.whole()

    # streams

    def add_stream(self, name: str) -> None:
        """Add a stream, unless there is one of that name."""
        if name not in self.streams:
            self.adopt_stream(Stream(name))

    def adopt_stream(self, stream: Stream, keys: list[RecentKey] | None = None) -> None:
        """Add a stream with the tasks that it has already.

        Args:
            stream: The stream.
            keys: The `recent_keys` of the stream, where they are known: with them it takes no
                longer for many tasks than for a few.
        """
        self._journal.put(self.streams, stream.name, stream)
        self.stream_names.add(self._journal, stream.name)
        self._recent.add_all(self._journal, recent_keys(stream) if keys is None else keys)
        for task in stream.tasks.values():
            if task.resources is not EMPTY:
                self._map(task)

    def mark_deleting(self, stream: Stream) -> None:
        """Let a stream be one that is being deleted."""
        self._journal.set(stream, "deleting", True)

    def remove_stream(self, name: str) -> None:
        """Remove a stream, its tasks, and all that is attached to them."""
        for task in self.streams[name].tasks.values():
            self._unlist(task)
        self._journal.drop(self.streams, name)
        self.stream_names.discard(self._journal, name)

    # tasks

    def find_task(self, stream: str, name: str) -> Task | None:
        """Return a task, or `None`."""
        found = self.streams.get(stream)
        return found.tasks.get(name) if found else None

    def add_task(self, task: Task) -> None:
        """Add a task to its stream."""
        self._journal.put(self.streams[task.stream].tasks, task.name, task)
        self._list(task)

    def update_task(self, task: Task, update: TaskUpdate, next_update_seconds: int) -> None:
        """Give a task its next state; the last call wins, and all are kept."""
        self._journal.set(task, "state", update.state)
        self._journal.set(task, "next_update_seconds", next_update_seconds)
        updates = task.updates
        if not isinstance(updates, list):  # so that a task without any has no list either
            updates = list(updates)
            self._journal.set(task, "updates", updates)
        self._journal.append(updates, update)
        if update.time != task.time:  # by which it is listed
            self._unlist(task)
            self._journal.set(task, "time", update.time)
            self._list(task)

    def put_attributes(self, task: Task, attributes: Iterable[AttributePair]) -> None:
        """Replace a task's attributes (A3)."""
        self._journal.set(task, "attributes", kept_attributes(attributes))

    def attach(self, task: Task, kind: AttachedKind, association: Association) -> None:
        """Attach something to a task, or change what is attached under that name."""
        attached: Attached = getattr(task, kind)
        if attached is EMPTY:
            attached = InOrder()
            self._journal.set(task, kind, attached)
        attached.put(self._journal, association.name, association)

    def detach(self, task: Task, kind: AttachedKind, name: str) -> bool:
        """Detach something from a task; return whether it was attached."""
        attached: Attached = getattr(task, kind)
        return attached.remove(self._journal, name)

    def recent_tasks(self, after: RecentKey | None = None) -> Iterator[RecentKey]:
        """Iterate over all tasks of all streams, the most recently updated first."""
        return self._recent.after(after)

    # tasks and the discovery repository

    def map_resource(self, task: Task, resource: Association) -> None:
        """Map a task to a configuration id, or change the description of the mapping."""
        self.attach(task, "resources", resource)
        self._mapped.add(self._journal, (resource.name, recent_key(task)))

    def unmap_resource(self, task: Task, configuration_id: str) -> None:
        """Undo a mapping, if there is one."""
        if self.detach(task, "resources", configuration_id):
            self._mapped.discard(self._journal, (configuration_id, recent_key(task)))

    def tasks_of(
        self, configuration_id: str, after: RecentKey | None = None
    ) -> Iterator[RecentKey]:
        """Iterate over the tasks mapped to a configuration id, the most recent first."""
        start = (configuration_id, after or (float("-inf"), "", ""))
        rows = takewhile(lambda row: row[0] == configuration_id, self._mapped.after(start))
        return (key for _, key in rows)

    # applications

    def put_application_state(self, state: ApplicationState) -> None:
        """Set what Migration Hub knows of an application."""
        self.applications.put(self._journal, state.application_id, state)

    def add_application(self, application: Application) -> None:
        """Add an application to the repository; Migration Hub lists it as NOT_STARTED."""
        self.repository.put_application(application)
        if application.configuration_id not in self.applications:
            self.put_application_state(ApplicationState(application.configuration_id))

    def remove_applications(self, ids: Iterable[str]) -> None:
        """Remove applications, as far as there are any; Migration Hub forgets their state."""
        known = [id_ for id_ in ids if id_ in self.repository.applications]
        self.repository.remove_applications(known)
        for id_ in known:
            self.applications.remove(self._journal, id_)

    def _list(self, task: Task) -> None:
        self._recent.add(self._journal, recent_key(task))
        if task.resources is not EMPTY:
            self._map(task)

    def _map(self, task: Task) -> None:
        key = recent_key(task)
        for resource in task.resources:
            self._mapped.add(self._journal, (resource.name, key))

    def _unlist(self, task: Task) -> None:
        key = recent_key(task)
        self._recent.discard(self._journal, key)
        for resource in task.resources:
            self._mapped.discard(self._journal, (resource.name, key))
