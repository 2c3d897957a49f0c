"""What the views of a hub show, as a tree that is written piece by piece."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pytest_mgh.hub.discovery_views import view_connection, view_process
from pytest_mgh.hub.views import view_applications, view_server, view_stream, view_task
from pytest_mgh.protocol.json_pieces import Items, in_order
from pytest_mgh.protocol.times import utc

if TYPE_CHECKING:
    from pytest_mgh.hub.account import HubAccount
    from pytest_mgh.state.store import Store


def state_tree(
    views: HubAccount, store: Store, now: float, pending: Sequence[Any]
) -> dict[str, Any]:
    """Return the tree. Of what there may be many, the views are made when they are written.

    Args:
        views: The views of the account; the lock of its hub is held.
        store: What the account has in its home Region.
        now: The time by the hub's clock.
        pending: The rows of the work that waits.
    """
    streams, repository = store.streams, store.repository
    names = {name: list(streams[name].tasks) for name in store.stream_names}
    parts = repository.servers, repository.processes, repository.connections
    servers, processes, connections = parts
    return {
        "account_id": views.account_id,
        "home_region": views.home_region,
        "now": utc(now),
        "streams": Items(list(names), lambda name: view_stream(streams[name])),
        "tasks": Items(
            ((stream, name) for stream in names for name in in_order(names[stream])),
            lambda key: view_task(streams[key[0]].tasks[key[1]], now),
        ),
        "servers": Items(servers.places, lambda place: view_server(store, servers.at(place[0]))),
        "applications": list(view_applications(store)),
        "agents": list(views.agents),
        "processes": Items(processes.places, lambda place: view_process(processes.at(place[0]))),
        "connections": Items(
            connections.places, lambda place: view_connection(connections.at(place[0]))
        ),
        "imports": list(views.imports),
        "exports": list(views.exports),
        "continuous_exports": list(views.continuous_exports),
        "pending": list(pending),
    }
