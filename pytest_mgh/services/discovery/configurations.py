"""Configuration items: list with filters and orders, describe, list neighbors."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pytest_mgh.errors import ServiceError
from pytest_mgh.services.discovery.lookup import find_application, find_servers, refuse_value
from pytest_mgh.services.discovery.queries import query
from pytest_mgh.services.discovery.rows import application_row, server_details, server_row
from pytest_mgh.services.discovery.service import reads
from pytest_mgh.services.operation import Access
from pytest_mgh.services.paging import paged
from pytest_mgh.state.repository import Items

if TYPE_CHECKING:
    from pytest_mgh.services.operation import Call, Result
    from pytest_mgh.state.store import Store

_NO_ITEMS: Items[Any] = Items(dict)


@reads(Access.LIST)
def list_configurations(call: Call, store: Store) -> Result:
    """List items of one type; the hub has no processes and no connections."""
    repository = store.repository
    kinds: dict[str, tuple[Items[Any], Callable[[Any], dict[str, str]]]] = {
        "SERVER": (repository.servers, server_row),
        "APPLICATION": (repository.applications, application_row),
        "PROCESS": (_NO_ITEMS, dict),
        "CONNECTION": (_NO_ITEMS, dict),
    }
    items, row = kinds[call.request["configurationType"]]
    keys, item_at = query(repository, items, call.request)
    return paged(call, "configurations", keys, lambda key: row(item_at(key)))


@reads()
def describe_configurations(call: Call, store: Store) -> Result:
    """Describe items of one type, each once, in the order of the request."""
    ids, repository = call.request["configurationIds"], store.repository
    if not ids:
        refuse_value("configurationIds is empty.")
    are_applications = {_is_application(store, id_) for id_ in ids}
    if len(are_applications) > 1:
        raise ServiceError(
            "InvalidParameterException", "All configurationIds must be of the same asset type."
        )
    if are_applications == {True}:
        applications = [find_application(repository, id_) for id_ in dict.fromkeys(ids)]
        return {"configurations": [application_row(one) for one in applications]}
    servers = find_servers(repository, ids)
    return {"configurations": [server_details(repository, one) for one in servers]}


def _is_application(store: Store, id_: str) -> bool:
    """Tell the asset type of an id: that of the item it names, else the one that it looks like."""
    if id_ in store.repository:
        return id_ in store.repository.applications
    return id_.startswith("d-application-")


@reads(Access.LIST)
def list_server_neighbors(call: Call, store: Store) -> Result:
    """List nothing: the hub knows no connections between servers."""
    find_servers(store.repository, [call.request["configurationId"]])
    neighbors = paged(call, "neighbors", lambda _: iter(()), dict)
    return neighbors | {"knownDependencyCount": 0}
