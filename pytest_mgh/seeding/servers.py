"""Seeds servers and applications, one at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypedDict

from pytest_mgh.errors import nearest
from pytest_mgh.seeding.checks import (
    check_addresses,
    check_item,
    find_server,
    new_id,
)
from pytest_mgh.seeding.seed_error import SeedError
from pytest_mgh.state.attributes import ATTRIBUTES
from pytest_mgh.state.discovery_records import (
    Agent,
    Application,
    Server,
    Tag,
    agent_source,
    seed_source,
)
from pytest_mgh.state.records import ApplicationState

if TYPE_CHECKING:
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
        vm_host_id: The id of the VMware host that it runs on.
        port_group_ids: The ids of the port groups that it is connected to.
        port_group_names: The names of these port groups.
        virtual_switch_names: The names of the virtual switches that it is connected to.
        bios_id: Its BIOS id.
        motherboard_serial_number: The serial number of its motherboard.
        tags: Its tags in Application Discovery Service.
        performance: Its measurements, such as `avgCpuUsagePct`.
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
    vm_host_id: str
    port_group_ids: Iterable[str]
    port_group_names: Iterable[str]
    virtual_switch_names: Iterable[str]
    bios_id: str
    motherboard_serial_number: str
    tags: Mapping[str, str]
    performance: Mapping[str, float | str]


def seed_server(world: World, store: Store, members: Mapping[str, Any]) -> Server:
    """Add a server; `ValueError` for an id that is taken or a value that isn't allowed.

    One with an agent is what that agent found.
    """
    for name in members:
        if name != "hostname" and name not in ServerDetails.__annotations__:
            allowed = nearest(name, ServerDetails.__annotations__)
            raise TypeError(f"servers have no {name!r}; {allowed}")
    details = check_item("Server", members)
    check_addresses(details)
    external_id, agent_id = details.get("external_id"), details.get("agent_id")
    if external_id and store.repository.has_external_id(external_id):
        raise SeedError(["external_id"], f"{external_id!r} already exists")
    if agent_id in store.repository.agents:
        raise SeedError(["agent_id"], f"{agent_id!r} already exists")
    repository, now = store.repository, world.clock.time()
    id_ = new_id(store, details.get("configuration_id") or world.ids.server_id())
    server = repository.add_server(id_, now)
    values = _values(details)
    if agent_id:
        values.setdefault("source", ("Agent",))
        repository.put_agent(make_agent(server, agent_id, values, now, {}))
    source = agent_source(agent_id) if agent_id else seed_source(id_)
    repository.enter(server, source, values, now)
    if "tags" in details:
        repository.tag(server, {key: Tag(given, now) for key, given in details["tags"].items()})
    return server


def _values(details: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return what a seed says of a server, by the names of attributes."""
    values = {}
    for name, given in details.items():
        if name in ATTRIBUTES:
            listed = (given,) if isinstance(given, str) else tuple(given)
            values[name] = tuple(one for one in listed if one)
    measured = details.get("performance", {}).items()
    values |= {f"performance.{name}": (str(given),) for name, given in measured}
    return {name: given for name, given in values.items() if given}


def make_agent(
    server: Server,
    id_: str,
    values: Mapping[str, tuple[str, ...]],
    now: float,
    given: Mapping[str, Any],
) -> Agent:
    """Make the agent that says something of a server."""
    is_instance = ("EC2",) in (values.get("type"), server.many("type"))
    return Agent(
        id=id_,
        server=server.configuration_id,
        hostname=next(iter(values.get("hostname", ())), ""),
        ip_addresses=values.get("ip_addresses", ()),
        mac_addresses=values.get("mac_addresses", ()),
        type=given.get("type", "EC2" if is_instance else "ONPREMISES"),
        health=given.get("health", "RUNNING"),
        collection_status=given.get("collection_status", "STARTED"),
        version=given.get("version", "2.0.1008.0"),
        connector_id=given.get("connector_id"),
        registered=float(given.get("registered", now)),
        last_ping=given.get("last_health_ping"),
    )


def seed_application(world: World, store: Store, members: Mapping[str, Any]) -> Application:
    """Add an application; `ValueError` for an id or name that is taken, or an unknown server."""
    details = check_item("Application", members)
    repository, name, now = store.repository, details["name"], world.clock.time()
    if repository.application_named(name) is not None:
        raise SeedError(["name"], f"{name!r} already exists")
    servers = [
        find_server(store, server, ["servers", number])
        for number, server in enumerate(details.get("servers", ()))
    ]
    id_ = new_id(store, details.get("configuration_id") or world.ids.application_id())
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
