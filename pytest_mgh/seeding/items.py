"""Seeds servers, applications, streams and tasks, one at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, TypedDict

from pytest_mgh.errors import nearest
from pytest_mgh.protocol import schemas
from pytest_mgh.protocol.documents import explain, path_text
from pytest_mgh.protocol.validation import check, find_breaches, make_predicate
from pytest_mgh.services.migration_hub.mapping import start_applications
from pytest_mgh.state.discovery_records import Application, Server, Tag
from pytest_mgh.state.identity import is_ip_address, is_mac_address
from pytest_mgh.state.records import ApplicationState, Association, Task, TaskState, TaskUpdate

if TYPE_CHECKING:
    from pytest_mgh.protocol.predicates import Predicate, Schema
    from pytest_mgh.state.store import Store
    from pytest_mgh.state.world import World


class ServerDetails(TypedDict, total=False):
    """What `MigrationHub.add_server` can be told of a server.

    Attributes:
        configuration_id: Its id; one is made where none is given.
        ip_addresses: Its IP addresses.
        mac_addresses: Its MAC addresses, in the order of the IP addresses.
        type: EC2, OTHER, VMWARE_VM, VMWARE_HOST or VMWARE_VM_TEMPLATE; by default VMWARE_VM if
            there is a `vm_manager_id`, else OTHER.
        os_name: The name of its operating system.
        os_version: The version of its operating system.
        agent_id: The discovery agent on it.
        source: Where the repository has it from; by default Agent if there is an agent.
        cpu_type: Its processor.
        hypervisor: What it runs on.
        external_id: The customer's own id of it.
        vm_manager_id: The vCenter that manages it.
        vm_managed_object_reference: Its MoRef id in that vCenter.
        vm_name: Its name in that vCenter.
        vm_path: Its folder path in that vCenter.
        bios_id: Its BIOS id.
        motherboard_serial_number: The serial number of its motherboard.
        tags: Its tags in Application Discovery Service.
        performance: What stands behind `server.performance.`, such as `avgCpuUsagePct`.
    """

    configuration_id: str
    ip_addresses: Iterable[str]
    mac_addresses: Iterable[str]
    type: str
    os_name: str
    os_version: str
    agent_id: str
    source: str
    cpu_type: str
    hypervisor: str
    external_id: str
    vm_manager_id: str
    vm_managed_object_reference: str
    vm_name: str
    vm_path: str
    bios_id: str
    motherboard_serial_number: str
    tags: Mapping[str, str]
    performance: Mapping[str, float | str]


class SeedError(ValueError):
    """An item that can't be seeded.

    Args:
        path: The way to what is wrong, within the item.
        reason: What is wrong there, and what is allowed.
    """

    def __init__(self, path: Iterable[str | int], reason: str) -> None:
        self.path = tuple(path)
        self.reason = reason
        super().__init__(f"{path_text(self.path)}: {reason}" if self.path else reason)


def seed_server(world: World, store: Store, members: Mapping[str, Any]) -> Server:
    """Add a server; `ValueError` for an id that is taken or a value that isn't allowed."""
    for name in members:
        if name != "hostname" and name not in ServerDetails.__annotations__:
            allowed = nearest(name, ServerDetails.__annotations__)
            raise TypeError(f"servers have no {name!r}; {allowed}")
    details = _plain(members)
    _check("Server", details)
    _check_addresses(details)
    external_id = details.get("external_id")
    if external_id and store.repository.has_external_id(external_id):
        raise SeedError(["external_id"], f"{external_id!r} is there already")
    id_ = _new_id(store, details.pop("configuration_id", None) or world.ids.server_id())
    details.setdefault("type", "VMWARE_VM" if "vm_manager_id" in details else "OTHER")
    details["ip_addresses"] = tuple(details.get("ip_addresses", ()))
    details["mac_addresses"] = tuple(details.get("mac_addresses", ()))
    now = world.clock.time()
    server = Server(
        id_,
        time=now,
        tags={key: Tag(value, now) for key, value in details.pop("tags", {}).items()},
        performance={key: str(value) for key, value in details.pop("performance", {}).items()},
        **details,
    )
    if server.source is None and server.agent_id is not None:
        server.source = "Agent"
    store.repository.put_server(server)
    return server


def seed_application(world: World, store: Store, members: Mapping[str, Any]) -> Application:
    """Add an application; `ValueError` for an id or name that is taken, or an unknown server."""
    details = _plain(members)
    _check("Application", details)
    repository, name, now = store.repository, details["name"], world.clock.time()
    if repository.applications.find("application.name", name):
        raise SeedError(["name"], f"{name!r} is there already")
    servers = [
        _find_server(store, server, ["servers", number])
        for number, server in enumerate(details.get("servers", ()))
    ]
    id_ = _new_id(store, details.get("configuration_id") or world.ids.application_id())
    application = Application(
        id_,
        name,
        time=now,
        modified=now,
        description=details.get("description", ""),
        wave=details.get("wave"),
    )
    store.add_application(application)
    for server in servers:
        repository.join(application, server)
    if "status" in details:
        time = float(details.get("last_updated", now))
        started = details["status"] != "NOT_STARTED"
        store.put_application_state(ApplicationState(id_, details["status"], time, started))
    return application


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
        server = _find_server(store, members["server"], ["server"])
        store.map_resource(task, Association(server.configuration_id))
        start_applications(world, store, task)
    return task


def _whole(number: float | None) -> int | None:
    """Return a number that JSON may have written with a point."""
    return None if number is None else int(number)


def _plain(members: Mapping[str, Any]) -> dict[str, Any]:
    """Return members as an estate has them: lists, and nothing for what is not known."""
    known = {name: value for name, value in members.items() if value is not None}
    for name in ("ip_addresses", "mac_addresses", "servers"):
        if name in known and not isinstance(known[name], str):
            known[name] = list(known[name])
    return known


def _check(kind: str, members: Mapping[str, Any]) -> None:
    """Refuse a server or application with a value that isn't allowed."""
    if not _accepts(kind)(members):
        breach = next(find_breaches(_item_schema(kind), members))
        raise SeedError(breach.path or [kind.lower()], explain(breach))


def _check_addresses(members: Mapping[str, Any]) -> None:
    """Refuse an address that is none."""
    for name, is_address, kind in (
        ("ip_addresses", is_ip_address, "IP"),
        ("mac_addresses", is_mac_address, "MAC"),
    ):
        for address in members.get(name, ()):
            if not is_address(address):
                raise SeedError([name], f"{address!r} is no {kind} address")


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


@cache
def _accepts(kind: str) -> Predicate:
    return make_predicate(_item_schema(kind))


def _item_schema(kind: str) -> Schema:
    definitions = schemas.load("hub", "estate")["$defs"]
    return {**definitions[kind], "$defs": definitions}


def _find_server(store: Store, name: str, path: Iterable[str | int]) -> Server:
    """Return a server that a seed names, by configuration id or host name."""
    try:
        return store.repository.find_server(name)
    except LookupError as error:
        raise SeedError(path, str(error)) from None


def _new_id(store: Store, id_: str) -> str:
    if id_ in store.repository:
        raise SeedError(["configuration_id"], f"{id_!r} is there already")
    return id_
