"""Read-only views of the hub's state at one moment; they compare by value."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pytest_mgh.errors import KnownAttributes, read_only
from pytest_mgh.protocol.times import utc
from pytest_mgh.state.attributes import ATTRIBUTES, MEASUREMENTS
from pytest_mgh.state.records import ApplicationState

if TYPE_CHECKING:
    from pytest_mgh.state.discovery_records import Server
    from pytest_mgh.state.records import Stream, Task
    from pytest_mgh.state.store import Store


@read_only
@dataclass(frozen=True, slots=True)
class UpdateView(KnownAttributes):
    """A state that NotifyMigrationTaskState reported for a task."""

    time: datetime
    status: str
    status_detail: str | None = None
    progress_percent: int | None = None


@read_only
@dataclass(frozen=True, slots=True)
class ArtifactView(KnownAttributes):
    """A created artifact of a task; its `name` is an ARN."""

    name: str
    description: str | None = None


@read_only
@dataclass(frozen=True, slots=True)
class ResourceView(KnownAttributes):
    """A discovered resource: the configuration that a task is mapped to.

    `automatic` is true if Migration Hub mapped it by the task's attributes.
    """

    configuration_id: str
    description: str | None = None
    automatic: bool = False


@read_only
@dataclass(frozen=True, slots=True)
class SourceView(KnownAttributes):
    """A source resource of a task."""

    name: str
    description: str | None = None
    status_detail: str | None = None


@read_only
@dataclass(frozen=True, slots=True)
class TaskView(KnownAttributes):
    """A migration task.

    Attributes:
        stream: The progress update stream that it belongs to.
        name: Its name.
        status: NOT_STARTED, IN_PROGRESS, FAILED or COMPLETED.
        progress_percent: 0 to 100; `None` if the tool has not reported it.
        status_detail: Details reported by the tool.
        update_time: When the tool gathered the state; before the first update, when the task was
            imported.
        updates: All reported states, in the order of the calls.
        attributes: Its resource attributes, as (type, value) pairs.
        artifacts: Its created artifacts.
        resources: The discovered resources that it is mapped to.
        sources: Its source resources.
        is_stale: Whether the next update that the tool announced is overdue; never for a
            finished task.
        next_update_seconds: Seconds after `update_time` within which the tool announced its next
            update.
    """

    stream: str
    name: str
    status: str
    progress_percent: int | None
    status_detail: str | None
    update_time: datetime
    updates: tuple[UpdateView, ...] = field(default=(), repr=False)
    attributes: tuple[tuple[str, str], ...] = ()
    artifacts: tuple[ArtifactView, ...] = ()
    resources: tuple[ResourceView, ...] = ()
    sources: tuple[SourceView, ...] = ()
    is_stale: bool = False
    next_update_seconds: int | None = None


@read_only
@dataclass(frozen=True, slots=True)
class StreamView(KnownAttributes):
    """A progress update stream and the names of its tasks."""

    name: str
    deleting: bool
    tasks: tuple[str, ...]


@read_only
@dataclass(frozen=True, slots=True)
class EntryView(KnownAttributes):
    """What one source reported about a server.

    Attributes:
        source: The source: `seed:`, `agent:`, `import:` or `task:`, followed by its name.
        time: When it was reported.
        values: The reported attributes, as (name, values) pairs.
    """

    source: str
    time: datetime
    values: tuple[tuple[str, tuple[str, ...]], ...] = ()


@read_only
@dataclass(frozen=True, slots=True)
class ServerView(KnownAttributes):
    """A server of the discovery repository.

    `applications` holds configuration ids; `tasks` the (stream, name) pairs of the tasks mapped to
    it; `performance` its measurements as (name, value) pairs; `entries` the data of each source,
    oldest first.
    """

    configuration_id: str
    hostname: str | None
    ip_addresses: tuple[str, ...] = ()
    mac_addresses: tuple[str, ...] = ()
    type: str = "OTHER"
    os_name: str | None = None
    os_version: str | None = None
    source: str | None = None
    tags: tuple[tuple[str, str], ...] = ()
    applications: tuple[str, ...] = ()
    tasks: tuple[tuple[str, str], ...] = ()
    agent_id: str | None = None
    cpu_type: str | None = None
    hypervisor: str | None = None
    external_id: str | None = None
    vm_manager_id: str | None = None
    vm_managed_object_reference: str | None = None
    vm_name: str | None = None
    vm_path: str | None = None
    vm_host_id: str | None = None
    port_group_ids: tuple[str, ...] = ()
    port_group_names: tuple[str, ...] = ()
    virtual_switch_names: tuple[str, ...] = ()
    bios_id: str | None = None
    motherboard_serial_number: str | None = None
    performance: tuple[tuple[str, str], ...] = ()
    entries: tuple[EntryView, ...] = field(default=(), repr=False, compare=False)


@read_only
@dataclass(frozen=True, slots=True)
class ApplicationView(KnownAttributes):
    """An application; `name` is `None` if it is not in the discovery repository."""

    configuration_id: str
    name: str | None
    status: str
    last_updated: datetime | None = None
    servers: tuple[str, ...] = ()
    description: str = ""
    wave: str | None = None


def view_stream(stream: Stream) -> StreamView:
    """Return the view of a stream."""
    return StreamView(stream.name, stream.deleting, tuple(sorted(stream.tasks)))


def view_task(task: Task, now: float) -> TaskView:
    """Return the view of a task."""
    return TaskView(
        stream=task.stream,
        name=task.name,
        status=task.state.status,
        progress_percent=task.state.progress_percent,
        status_detail=task.state.status_detail,
        update_time=utc(task.time),
        updates=tuple(
            UpdateView(
                utc(update.time),
                update.state.status,
                update.state.status_detail,
                update.state.progress_percent,
            )
            for update in task.updates
        ),
        attributes=task.attributes or (),
        artifacts=tuple(ArtifactView(one.name, one.description) for one in task.artifacts),
        resources=tuple(
            ResourceView(one.name, one.description, one.automatic) for one in task.resources
        ),
        sources=tuple(
            SourceView(one.name, one.description, one.status_detail) for one in task.sources
        ),
        is_stale=is_stale(task, now),
        next_update_seconds=task.next_update_seconds,
    )


def view_tasks(store: Store, now: float) -> tuple[TaskView, ...]:
    """Return the views of all tasks, by stream and name."""
    return tuple(
        view_task(store.streams[stream].tasks[name], now)
        for stream in store.stream_names
        for name in sorted(store.streams[stream].tasks)
    )


def is_stale(task: Task, now: float) -> bool:
    """Whether a task's next update is overdue (T6)."""
    seconds = task.next_update_seconds
    if seconds is None or task.state.status in ("COMPLETED", "FAILED"):
        return False
    return now - task.time > seconds  # no sum: seconds may be greater than any date


def view_server(store: Store, server: Server) -> ServerView:
    """Return the view of a server."""
    return ServerView(
        configuration_id=server.configuration_id,
        **_shown(server),
        performance=tuple(
            (name, value) for name in MEASUREMENTS if (value := server.one(f"performance.{name}"))
        ),
        tags=tuple((key, tag.value) for key, tag in server.tags.items()),
        applications=tuple(server.applications),
        tasks=tuple(
            sorted((stream, name) for _, stream, name in store.tasks_of(server.configuration_id))
        ),
        entries=tuple(
            EntryView(source, utc(entry.time), tuple(entry.values.items()))
            for source, entry in sorted(server.entries.items(), key=lambda item: item[1].order)
        ),
    )


def _shown(server: Server) -> dict[str, Any]:
    """Return the shown values of a server, by attribute."""
    return {
        name: server.many(name) if attribute.many else server.one(name) or None
        for name, attribute in ATTRIBUTES.items()
        if not attribute.is_measurement
    }


def view_applications(store: Store) -> tuple[ApplicationView, ...]:
    """Return the views of all applications that Migration Hub lists."""
    ids = [state.application_id for state in store.applications]
    return tuple(view_application(store, id_) for id_ in ids)


def view_application(store: Store, id_: str) -> ApplicationView:
    """Return the view of one of them."""
    state = store.applications.get(id_) or ApplicationState(id_)
    known = store.repository.applications.get(id_)
    return ApplicationView(
        configuration_id=id_,
        name=known.name if known else None,
        status=state.status,
        last_updated=None if state.time is None else utc(state.time),
        servers=tuple(known.servers) if known else (),
        description=known.description if known else "",
        wave=known.wave if known else None,
    )
