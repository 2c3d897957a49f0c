"""Seeds whole estates: all of one is checked before anything of it is added."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pytest_mgh.errors import nearest_there
from pytest_mgh.protocol.validation import check
from pytest_mgh.seeding.items import (
    check_addresses,
    seed_application,
    seed_server,
    seeded_server,
)
from pytest_mgh.services.migration_hub.mapping import start_applications
from pytest_mgh.services.migration_hub.resources import kept_attributes
from pytest_mgh.state.records import ApplicationState, Association, Task, TaskState, TaskUpdate
from pytest_mgh.state.repository import ambiguous

if TYPE_CHECKING:
    from pytest_mgh.seeding.estate import Estate
    from pytest_mgh.state.store import Store
    from pytest_mgh.state.world import World

Path = tuple[str | int, ...]


def check_estate(store: Store, estate: Estate) -> None:
    """Raise `ValueError` for an estate that names what isn't there or adds what is there."""
    repository, streams = store.repository, estate.content.get("streams", ())
    servers, applications = (estate.content.get(kind, ()) for kind in ("servers", "applications"))
    for number, server in enumerate(servers):
        check_addresses(server, f"{estate.place(('servers', number))}: ")
    names = {application.name: None for application in repository.applications}
    ids: dict[str, None] = {}
    for kind, items in (("servers", servers), ("applications", applications)):
        for number, item in enumerate(items):
            id_ = item.get("configuration_id")
            if id_ is not None:
                _check_new(estate, (kind, number, "configuration_id"), id_, ids, repository)
    external_ids = {one.external_id.lower() for one in repository.servers if one.external_id}
    for number, server in enumerate(servers):
        said = server.get("external_id", "")
        if said.lower() in external_ids:
            place = estate.place(("servers", number, "external_id"))
            raise ValueError(f"{place}: {said!r} is there already")
        if said:
            external_ids.add(said.lower())
    for number, application in enumerate(applications):
        _check_new(estate, ("applications", number, "name"), application["name"], names)
    known_streams = dict.fromkeys(store.streams)
    for number, stream in enumerate(streams):
        _check_new(estate, ("streams", number, "name"), stream["name"], known_streams)
        tasks: dict[str, None] = {}
        for at, task in enumerate(stream.get("tasks", ())):
            path: Path = ("streams", number, "tasks", at)
            _check_new(estate, (*path, "name"), task["name"], tasks)
            _check_attributes(estate, (*path, "attributes"), task.get("attributes", ()))
    known = {one["configuration_id"] for one in servers if "configuration_id" in one}
    known |= {one.configuration_id for one in repository.servers}
    hostnames = Counter(one["hostname"] for one in servers if "hostname" in one)
    hostnames.update(one.hostname for one in repository.servers if one.hostname)
    for path, name in _named_servers(applications, streams):
        if name in known:
            continue
        if name not in hostnames:
            raise ValueError(
                f"{estate.place(path)}: no server {name!r}; {nearest_there(name, hostnames)}"
            )
        if hostnames[name] > 1:
            raise ValueError(f"{estate.place(path)}: {ambiguous(name, hostnames[name])}")


def _check_attributes(estate: Estate, path: Path, said: Any) -> None:
    """Refuse attributes that PutResourceAttributes would refuse (A9)."""
    pairs = [{"Type": type_, "Value": value} for one in said for type_, value in one.items()]
    if pairs:
        request = {
            "ProgressUpdateStream": "stream",
            "MigrationTaskName": "task",
            "ResourceAttributeList": pairs,
        }
        for messages in check("mgh", "PutResourceAttributes", request)[1]:
            for message in messages:
                raise ValueError(f"{estate.place(path)}: {message}")


def _named_servers(applications: Any, streams: Any) -> Iterator[tuple[Path, str]]:
    for number, application in enumerate(applications):
        for at, name in enumerate(application.get("servers", ())):
            yield ("applications", number, "servers", at), name
    for number, stream in enumerate(streams):
        for at, task in enumerate(stream.get("tasks", ())):
            if "server" in task:
                yield ("streams", number, "tasks", at, "server"), task["server"]


def _check_new(
    estate: Estate, path: Path, name: str, taken: dict[str, None], known: Container[Any] = ()
) -> None:
    if name in taken or name in known:
        raise ValueError(f"{estate.place(path)}: {name!r} is there already")
    taken[name] = None


def seed_estate(world: World, store: Store, estate: Estate) -> None:
    """Add all that a checked estate names."""
    content = estate.content
    for server in content.get("servers", ()):
        seed_server(world, store, server)
    for said in content.get("applications", ()):
        application = seed_application(world, store, said)
        if "status" in said:
            time = float(said.get("last_updated", world.clock.time()))
            started = said["status"] != "NOT_STARTED"
            id_ = application.configuration_id
            state = ApplicationState(id_, said["status"], time, started)
            store.applications.put(application.configuration_id, state)
    for stream in content.get("streams", ()):
        store.add_stream(stream["name"])
        for task in stream.get("tasks", ()):
            _seed_task(world, store, stream["name"], task)


def _seed_task(world: World, store: Store, stream: str, said: Mapping[str, Any]) -> None:
    time = float(said.get("update_time", world.clock.time()))
    task = Task(stream, said["name"], TaskState("NOT_STARTED"), time)
    store.add_task(task)
    if said.keys() & {"status", "status_detail", "progress_percent"}:
        state = TaskState(
            said.get("status", "NOT_STARTED"),
            said.get("status_detail"),
            said.get("progress_percent"),
        )
        update = TaskUpdate(time, state)
        store.update_task(task, update, said.get("next_update_seconds", 0))
    if "attributes" in said:
        pairs = [pair for one in said["attributes"] for pair in one.items()]
        task.attributes = kept_attributes(pairs)
    for arn in said.get("artifacts", ()):
        task.artifacts.put(arn, Association(arn))
    for name in said.get("sources", ()):
        task.sources.put(name, Association(name))
    if "server" in said:
        store.map_resource(task, Association(seeded_server(store, said["server"]).configuration_id))
        start_applications(world, store, task)
