"""Checks what is seeded: the members of an item, and what they name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from pytest_mgh.protocol import schemas
from pytest_mgh.protocol.documents import explain
from pytest_mgh.protocol.validation import find_breaches, make_predicate
from pytest_mgh.seeding.seed_error import SeedError
from pytest_mgh.seeding.times import read_times
from pytest_mgh.state.identity import is_ip_address, is_mac_address

if TYPE_CHECKING:
    from pytest_mgh.protocol.predicates import Predicate
    from pytest_mgh.protocol.schemas import Schema
    from pytest_mgh.state.discovery_records import Server
    from pytest_mgh.state.store import Store


def check_item(kind: str, members: Mapping[str, Any]) -> dict[str, Any]:
    """Return a server, an application or their like as an estate has it: with lists and seconds.

    Raises:
        SeedError: A value that isn't allowed.
    """
    item: dict[str, Any] = read_times(_plain(members), kind)
    if not _accepts(kind)(item):
        breach = next(find_breaches(_item_schema(kind), item))
        raise SeedError(breach.path or [kind.lower()], explain(breach))
    return item


def _plain(members: Mapping[str, Any]) -> dict[str, Any]:
    """Return members in an estate's form: with lists, and without `None`."""
    return {name: _listed(value) for name, value in members.items() if value is not None}


def _listed(value: Any) -> Any:
    """Return an iterable as a list, and anything else as it is: the schema checks it."""
    is_list = isinstance(value, Iterable) and not isinstance(value, (str, bytes, Mapping))
    return list(value) if is_list else value


def check_addresses(members: Mapping[str, Any]) -> None:
    """Refuse an address that is none."""
    for name, is_address, kind in (
        ("ip_addresses", is_ip_address, "an IP address"),
        ("mac_addresses", is_mac_address, "a MAC address"),
    ):
        for address in members.get(name, ()):
            if not is_address(address):
                raise SeedError([name], f"{address!r} is not {kind}")


@cache
def _accepts(kind: str) -> Predicate:
    return make_predicate(_item_schema(kind))


def _item_schema(kind: str) -> Schema:
    definitions = schemas.load("hub", "estate")["$defs"]
    return {**definitions[kind], "$defs": definitions}


def find_server(store: Store, name: str, path: Iterable[str | int]) -> Server:
    """Return a server that a seed names, by configuration id or host name."""
    try:
        return store.repository.find_server(name)
    except LookupError as error:
        raise SeedError(path, str(error)) from None


def new_id(store: Store, id_: str) -> str:
    """Return a configuration id that nothing has yet; `SeedError` for one that is taken."""
    if id_ in store.repository:
        raise SeedError(["configuration_id"], f"{id_!r} already exists")
    return id_
