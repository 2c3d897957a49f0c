"""What Migration Hub does by itself: maps tasks to servers, and starts applications."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mgh.state.discovery_records import task_source
from pytest_mgh.state.identity import describe
from pytest_mgh.state.records import ApplicationState, Association

if TYPE_CHECKING:
    from pytest_mgh.services.operation import Hub
    from pytest_mgh.state.discovery_records import Server
    from pytest_mgh.state.records import Task
    from pytest_mgh.state.store import Store


def map_task(hub: Hub, store: Store, stream: str, name: str) -> None:
    """Map a task to the server that its attributes describe (A5, A7).

    The attributes of the task are an entry of that server, in place of its earlier one. Without a
    matching server one is added to the discovery repository. Mapping again replaces what an
    earlier mapping of this kind made, and nothing else. Attributes that say nothing of a machine
    map to nothing.
    """
    task = store.find_task(stream, name)
    if task is None:
        return
    server = _describe_server(hub, store, task)
    mapped = server.configuration_id if server else None
    for resource in tuple(task.resources):
        if resource.automatic and resource.name != mapped:
            store.unmap_resource(task, resource.name)
    if mapped is not None and mapped not in task.resources:
        store.map_resource(task, Association(mapped, automatic=True))
        start_applications(hub, store, task)


def _describe_server(hub: Hub, store: Store, task: Task) -> Server | None:
    """Enter the attributes of a task, and return the server that they describe."""
    repository, source = store.repository, task_source(task.stream, task.name)
    values, now = describe(task.attributes or ()), hub.clock.time()
    server = repository.repeat(source, values, now)
    if server is not None:
        return server
    before = repository.retract(source)
    if values.keys() - {"vm_manager_id"}:
        server = repository.match(values)
        if server is None and before is not None and not before.entries:
            server = before  # the task alone knows it
        if server is None:
            server = repository.add_server(hub.ids.server_id(), now)
        repository.enter(server, source, values, now)
    if before is not None and not before.entries:
        repository.remove_server(before.configuration_id)
    return server


def start_applications(hub: Hub, store: Store, task: Task) -> None:
    """Move the applications of a started task's servers to IN_PROGRESS, once (T9)."""
    if not hub.settings.start_applications or task.state.status == "NOT_STARTED":
        return
    for resource in task.resources:
        server = store.repository.servers.get(resource.name)
        for application_id in server.applications if server else ():
            state = store.applications.get(application_id)
            if state is not None and not state.started:
                started = ApplicationState(
                    application_id, "IN_PROGRESS", hub.clock.time(), started=True
                )
                store.put_application_state(started)
