"""What Migration Hub does by itself: maps tasks to servers, and starts applications."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mgh.state.discovery_records import Server, ServerType
from pytest_mgh.state.identity import describe
from pytest_mgh.state.records import ApplicationState, Association

if TYPE_CHECKING:
    from pytest_mgh.state.records import Task
    from pytest_mgh.state.store import Store
    from pytest_mgh.state.world import World


def map_task(world: World, store: Store, stream: str, name: str) -> None:
    """Map a task to the server that its attributes describe (A5, A7).

    Without a matching server one is added to the discovery repository. Mapping again replaces what
    an earlier mapping of this kind made, and nothing else. Attributes that identify nothing map to
    nothing.
    """
    task = store.find_task(stream, name)
    if task is None:
        return
    description = describe(task.attributes or ())
    server: Server | None = None
    if any(description.identities()):
        server = store.repository.match(description)
        if server is None:
            type_: ServerType = "VMWARE_VM" if description.vm_manager_ids else "OTHER"
            id_ = world.ids.server_id()
            server = Server(id_, time=world.clock.time(), type=type_)
        store.repository.merge(server, description)
    mapped = server.configuration_id if server else None
    for resource in tuple(task.resources):
        if resource.automatic and resource.name != mapped:
            store.unmap_resource(task, resource.name)
    if mapped is not None and mapped not in task.resources:
        store.map_resource(task, Association(mapped, automatic=True))
        start_applications(world, store, task)


def start_applications(world: World, store: Store, task: Task) -> None:
    """Move the applications of a started task's servers to IN_PROGRESS, once (T9)."""
    if not world.settings.start_applications or task.state.status == "NOT_STARTED":
        return
    for resource in task.resources:
        server = store.repository.servers.get(resource.name)
        for application_id in server.applications if server else ():
            state = store.applications.get(application_id)
            if state is not None and not state.started:
                started = ApplicationState(
                    application_id, "IN_PROGRESS", world.clock.time(), started=True
                )
                store.put_application_state(started)
