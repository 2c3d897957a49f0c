"""Seeds agents, what they find (processes, connections between servers), and where that goes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pytest_mgh.seeding.checks import (
    check_addresses,
    check_item,
    find_server,
    new_id,
)
from pytest_mgh.seeding.seed_error import SeedError
from pytest_mgh.seeding.servers import make_agent
from pytest_mgh.state.discovery_records import (
    ENDED,
    Connection,
    ContinuousExport,
    Process,
    agent_source,
)

if TYPE_CHECKING:
    from pytest_mgh.state.discovery_records import Agent, Server
    from pytest_mgh.state.store import Store
    from pytest_mgh.state.world import World


def seed_agent(world: World, store: Store, members: Mapping[str, Any]) -> Agent:
    """Add an agent to a server; `ValueError` for an id that is taken, or a value that can't be.

    A host name that no server has makes one; so does an agent without a server.
    """
    details = check_item("Agent", members)
    check_addresses(details)
    repository, now = store.repository, world.clock.time()
    id_ = details.get("agent_id") or world.ids.agent_id()
    if id_ in repository.agents:
        raise SeedError(["agent_id"], f"{id_!r} already exists")
    name = details.get("server", "")
    server = _find_or_none(store, name)
    values: dict[str, tuple[str, ...]] = {"agent_id": (id_,), "source": ("Agent",)}
    if server is None:
        server = repository.add_server(world.ids.server_id(), now)
        values |= {"hostname": (name,)} if name else {}
    elif server.hostname:
        values["hostname"] = (server.hostname,)
    for addresses in ("ip_addresses", "mac_addresses"):
        given = tuple(details.get(addresses, ())) or server.many(addresses)
        values |= {addresses: given} if given else {}
    if details.get("type") == "EC2":
        values["type"] = ("EC2",)
    agent = make_agent(server, id_, values, now, details)
    repository.put_agent(agent)
    repository.enter(server, agent_source(id_), values, now)
    return agent


def _find_or_none(store: Store, name: str) -> Server | None:
    """Return the server of an id or a host name; `None` for a host name that no server has."""
    if not name:
        return None
    if name.startswith("d-server-") or store.repository.has_hostname(name):
        return find_server(store, name, ["server"])
    return None


def seed_process(world: World, store: Store, members: Mapping[str, Any]) -> Process:
    """Add a process to a server; `ValueError` for an unknown server, or an id that is taken."""
    details = check_item("Process", members)
    process = Process(
        new_id(store, details.get("configuration_id") or world.ids.process_id()),
        find_server(store, details["server"], ["server"]).configuration_id,
        details["name"],
        details.get("command_line", ""),
        details.get("path", ""),
        float(details.get("time", world.clock.time())),
    )
    store.repository.put_process(process)
    return process


def seed_connection(world: World, store: Store, members: Mapping[str, Any]) -> Connection:
    """Add a connection; `ValueError` for an unknown server or process."""
    details = check_item("Connection", members)
    ends = {end: find_server(store, details[end], [end]) for end in ("source", "destination")}
    connection = Connection(
        id=world.ids.connection_id(),
        source=ends["source"].configuration_id,
        destination=ends["destination"].configuration_id,
        port=details["port"],
        protocol=details.get("protocol", "TCP"),
        count=details.get("count", 1),
        source_ip=_address(ends["source"]),
        destination_ip=_address(ends["destination"]),
        source_process=_process(store, ends, details, "source"),
        destination_process=_process(store, ends, details, "destination"),
        time=float(details.get("time", world.clock.time())),
    )
    store.repository.put_connection(connection)
    return connection


def _address(server: Server) -> str:
    return next(iter(server.many("ip_addresses")), "")


def _process(
    store: Store, ends: Mapping[str, Server], details: Mapping[str, Any], end: str
) -> str | None:
    """Return the id of the process at an end, which is given by id or by name."""
    given = details.get(f"{end}_process")
    if given is None:
        return None
    for process in store.repository.processes_of(ends[end].configuration_id):
        if given in (process.configuration_id, process.name):
            return process.configuration_id
    raise SeedError([f"{end}_process"], f"{details[end]!r} has no process {given!r}")


def seed_continuous_export(
    world: World, store: Store, members: Mapping[str, Any]
) -> ContinuousExport:
    """Add a continuous export; `ValueError` where there is one already that has not ended."""
    details = check_item("ContinuousExport", members)
    exports, now = store.repository.continuous_exports, world.clock.time()
    id_ = details.get("export_id") or world.ids.continuous_export_id()
    if id_ in exports:
        raise SeedError(["export_id"], f"{id_!r} already exists")
    status = details.get("status", "ACTIVE")
    going_on = next((one for one in exports if not one.has_ended), None)
    if going_on is not None and status not in ENDED:
        raise SeedError(
            ["status"], f"{going_on.export_id!r} is {going_on.status}: an account has only one"
        )
    export = ContinuousExport(
        id_,
        world.ids.export_bucket(),
        now,
        stop=now if status in ("INACTIVE", "STOP_FAILED") else None,
        status=status,
        status_detail=details.get("status_detail"),
    )
    store.repository.put_continuous_export(export)
    return export
