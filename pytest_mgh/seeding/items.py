"""Seeds servers and applications. What is refused changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, TypedDict

from pytest_mgh.errors import nearest
from pytest_mgh.protocol import schemas
from pytest_mgh.protocol.documents import explain, path_text
from pytest_mgh.protocol.validation import find_breaches, make_predicate
from pytest_mgh.state.discovery_records import Application, Server, Tag
from pytest_mgh.state.identity import is_ip_address, is_mac_address

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


def seed_server(world: World, store: Store, said: Mapping[str, Any]) -> Server:
    """Add a server; `ValueError` for an id that is taken or a value that isn't allowed."""
    for name in said:
        if name != "hostname" and name not in ServerDetails.__annotations__:
            allowed = nearest(name, ServerDetails.__annotations__)
            raise TypeError(f"servers have no {name!r}; {allowed}")
    details = _plain(said)
    check_item("Server", details)
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


def _plain(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was said as an estate says it: lists, and nothing for what is not known."""
    known = {name: value for name, value in said.items() if value is not None}
    for name in ("ip_addresses", "mac_addresses", "servers"):
        if name in known and not isinstance(known[name], str):
            known[name] = list(known[name])
    return known


def check_item(kind: str, said: Mapping[str, Any]) -> None:
    """Raise `ValueError` for a server or application with a value that isn't allowed."""
    if not _accepts(kind)(said):
        breach = next(find_breaches(_item_schema(kind), said))
        raise ValueError(f"{path_text(breach.path) or kind.lower()}: {explain(breach)}")
    check_addresses(said)


def check_addresses(said: Mapping[str, Any], place: str = "") -> None:
    """Raise `ValueError` for an address that is none."""
    for address in said.get("ip_addresses", ()):
        if not is_ip_address(address):
            raise ValueError(f"{place}ip_addresses: {address!r} is no IP address")
    for address in said.get("mac_addresses", ()):
        if not is_mac_address(address):
            raise ValueError(f"{place}mac_addresses: {address!r} is no MAC address")


@cache
def _accepts(kind: str) -> Predicate:
    return make_predicate(_item_schema(kind))


def _item_schema(kind: str) -> Schema:
    definitions = schemas.load("hub", "estate")["$defs"]
    return {**definitions[kind], "$defs": definitions}


def seed_application(world: World, store: Store, said: Mapping[str, Any]) -> Application:
    """Add an application; `ValueError` for an id or name that is taken, or an unknown server."""
    said = _plain(said)
    check_item("Application", said)
    repository, name = store.repository, said["name"]
    if repository.applications.find("application.name", name):
        raise ValueError(f"name={name!r}: the repository already has an application of that name")
    servers = [seeded_server(store, server) for server in said.get("servers", ())]
    id_ = _new_id(store, said.get("configuration_id") or world.ids.application_id())
    now = world.clock.time()
    application = Application(
        id_,
        name,
        time=now,
        modified=now,
        description=said.get("description", ""),
        wave=said.get("wave"),
    )
    store.add_application(application)
    for server in servers:
        repository.join(application, server)
    return application


def seeded_server(store: Store, name: str) -> Server:
    """Return a server that a seed names; `ValueError` where it names none, or several."""
    try:
        return store.repository.find_server(name)
    except LookupError as error:
        raise ValueError(str(error)) from None


def _new_id(store: Store, id_: str) -> str:
    if id_ in store.repository:
        raise ValueError(f"configuration_id={id_!r}: the repository already has it")
    return id_
