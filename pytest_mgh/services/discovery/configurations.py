"""Configuration items: list with filters and orders, describe, list neighbors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from pytest_mgh.errors import ServiceError
from pytest_mgh.services.discovery.lookup import find_servers, refuse_value
from pytest_mgh.services.discovery.queries import query
from pytest_mgh.services.discovery.rows import (
    application_row,
    connection_row,
    process_details,
    process_row,
    server_details,
    server_row,
)
from pytest_mgh.services.discovery.service import reads
from pytest_mgh.services.operation import Access
from pytest_mgh.services.paging import paged

if TYPE_CHECKING:
    from pytest_mgh.services.operation import Call, Result
    from pytest_mgh.state.in_order import InOrder
    from pytest_mgh.state.repository import Repository
    from pytest_mgh.state.store import Store

ConfigurationRow = dict[str, str]
Kind = tuple["InOrder[str, Any]", Callable[[Any], ConfigurationRow]]
"""The items of a type, and what makes the row of one."""


@reads(Access.LIST)
def list_configurations(call: Call, store: Store) -> Result:
    """List items of one type."""
    repository = store.repository
    kinds: dict[str, Kind] = {
        "SERVER": (repository.servers, server_row),
        "APPLICATION": (repository.applications, application_row),
        "PROCESS": (repository.processes, lambda one: process_row(repository, one)),
        "CONNECTION": (repository.connections, lambda one: connection_row(repository, one)),
    }
    items, row = kinds[call.request["configurationType"]]
    keys, item_at = query(repository, items, call.request)
    return paged(call, "configurations", keys, lambda key: row(item_at(key)))


@reads()
def describe_configurations(call: Call, store: Store) -> Result:
    """Describe items of one type, each once, in the order in which they came."""
    ids, repository = call.request["configurationIds"], store.repository
    if not ids:
        refuse_value("configurationIds is empty.")
    kinds = _described(repository)
    types = {_type(kinds, id_) for id_ in ids}
    if len(types) > 1:
        raise ServiceError(
            "InvalidParameterException", "All configurationIds must be of the same asset type."
        )
    items, row = kinds[types.pop()]
    for id_ in ids:
        if id_ not in items:
            refuse_value(f"Configuration item '{id_}' does not exist.")
    positions = sorted({items.position(id_) for id_ in ids})
    return {"configurations": [row(items.at(at)) for at in positions]}


def _described(repository: Repository) -> dict[str, Kind]:
    """Return the types that are described, by the beginning of their ids."""
    return {
        "d-server-": (repository.servers, lambda one: server_details(repository, one)),
        "d-application-": (repository.applications, application_row),
        "d-process-": (repository.processes, process_details),
    }


def _type(kinds: dict[str, Kind], id_: str) -> str:
    """Tell the type of an id: that of the item it names, else the one that it looks like."""
    for kind, (items, _) in kinds.items():
        if id_ in items:
            return kind
    return next((kind for kind in kinds if id_.startswith(kind)), "d-server-")


@reads(Access.LIST)
def list_server_neighbors(call: Call, store: Store) -> Result:
    """List the servers that a server is connected with, as source or as destination."""
    request, repository = call.request, store.repository
    (server,) = find_servers(repository, [request["configurationId"]])
    id_, wanted = server.configuration_id, set(request.get("neighborConfigurationIds", ()))
    with_ports = request.get("portInformationNeeded") is True
    neighbors: set[str] = set()
    counts: Counter[tuple[str, str, str, int]] = Counter()
    for one in repository.connections_of(id_):
        neighbor = one.destination if one.source == id_ else one.source
        neighbors.add(neighbor)
        if not wanted or neighbor in wanted:
            protocol, port = (one.protocol, one.port) if with_ports else ("", 0)
            counts[one.source, one.destination, protocol, port] += one.count
    keys = sorted(counts)

    def behind(start: tuple[str, str, str, int] | None) -> Iterator[tuple[str, str, str, int]]:
        return (key for key in keys if start is None or key > start)

    def row(key: tuple[str, str, str, int]) -> dict[str, Any]:
        source, destination, protocol, port = key
        ports = {"destinationPort": port, "transportProtocol": protocol} if with_ports else {}
        return {
            "sourceServerId": source,
            "destinationServerId": destination,
            **ports,
            "connectionsCount": counts[key],
        }

    return paged(call, "neighbors", behind, row) | {"knownDependencyCount": len(neighbors)}
