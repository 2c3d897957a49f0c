"""Finds a server by what people call it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mgh.errors import nearest_there

if TYPE_CHECKING:
    from pytest_mgh.state.discovery_records import Server
    from pytest_mgh.state.repository import Items


def find_server(servers: Items[Server], name: str) -> Server:
    """Return a server by configuration id or host name.

    Raises:
        LookupError: There is none, or several have that host name.
    """
    __tracebackhide__ = True
    ids = (name,) if name in servers else servers.find("server.hostName", name)
    if not ids:
        known = [server.hostname or server.configuration_id for server in servers]
        raise LookupError(f"no server {name!r}; {nearest_there(str(name), known)}")
    if len(ids) > 1:
        raise LookupError(f"{ambiguous(name, len(ids))}: {', '.join(ids)}")
    (found,) = (servers.get(id_) for id_ in ids)
    assert found is not None
    return found


def ambiguous(name: str, number: int) -> str:
    """Say that a host name is not enough."""
    return f"{number} servers have the host name {name!r}; name one by its configuration id"
