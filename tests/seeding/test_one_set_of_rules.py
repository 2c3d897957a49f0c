"""`load` and the methods `add_...` refuse the same values, for the same reason."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_mgh import MigrationHub

STREAM = {"name": "SMS"}

# the members of an item, and the reason
REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("servers", {"ip_addresses": 3}, "ip_addresses: 3 is not a list"),
    ("servers", {"ip_addresses": "192.0.2.1"}, "ip_addresses: '192.0.2.1' is not a list"),
    ("servers", {"port_group_ids": True}, "port_group_ids: True is not a list"),
    ("servers", {"mac_addresses": {"a": 1}}, "mac_addresses: {'a': 1} is not a list"),
    ("servers", {"mac_addresses": ["zz"]}, "mac_addresses: 'zz' is not a MAC address"),
    ("servers", {"cpu_type": 1}, "cpu_type: 1 is not a string"),
    ("servers", {"external_id": "taken"}, "external_id: 'taken' already exists"),
    ("servers", {"tags": [["a", "b"]]}, "tags: [['a', 'b']] is not a mapping"),
    ("applications", {"name": "Shop", "servers": 3}, "servers: 3 is not a list"),
    ("applications", {"name": "Shop", "servers": "web"}, "servers: 'web' is not a list"),
    ("agents", {"ip_addresses": 3}, "ip_addresses: 3 is not a list"),
    ("tasks", {"name": "t", "artifacts": 3}, "artifacts: 3 is not a list"),
    ("tasks", {"name": "t", "sources": "vm-1"}, "sources: 'vm-1' is not a list"),
    ("tasks", {"name": "t", "attributes": 3}, "attributes: 3 is not a list"),
    ("tasks", {"name": "t", "attributes": ["FQDN"]}, "attributes[0]: 'FQDN' is not a mapping"),
    ("tasks", {"name": "t", "progress_percent": 101}, "progress_percent: 101 is more than 100"),
]


def add(hub: MigrationHub, part: str, members: dict[str, Any]) -> None:
    if part == "tasks":
        hub.add_stream("SMS")
        hub.add_task("SMS", **members)
    else:
        getattr(hub, f"add_{part[:-1]}")(**members)


def load(hub: MigrationHub, part: str, members: dict[str, Any]) -> str:
    """Load one item, and return where it stands in the estate."""
    estate = {part: [members]} if part != "tasks" else {"streams": [{**STREAM, part: [members]}]}
    with pytest.raises(ValueError, match=r"^(?:servers|applications|agents|streams)\[") as refused:
        hub.load(estate)
    return str(refused.value)


@pytest.mark.parametrize(("part", "members", "reason"), REFUSED, ids=[row[2] for row in REFUSED])
def test_an_item_is_refused_alone_as_in_an_estate(
    mgh: MigrationHub, part: str, members: dict[str, Any], reason: str
) -> None:
    mgh.add_server("web", external_id="taken")
    before = mgh.checkpoint()

    with pytest.raises(ValueError, match=r"is|exists") as alone:
        add(mgh, part, members)
    mgh.restore(before)
    in_estate = load(mgh, part, members)

    assert str(alone.value) == reason
    assert in_estate in (f"{part}[0].{reason}", f"streams[0].tasks[0].{reason}")


def test_lists_may_be_any_iterables(mgh: MigrationHub) -> None:
    addresses = (f"192.0.2.{number}" for number in (1, 2))
    mgh.add_stream("SMS")

    server = mgh.add_server("web", ip_addresses=addresses, port_group_names={"dmz"})
    task = mgh.add_task("SMS", "t", sources=iter(["vm-1"]), attributes=iter([{"FQDN": "web"}]))

    assert (server.ip_addresses, server.port_group_names) == (("192.0.2.1", "192.0.2.2"), ("dmz",))
    assert [source.name for source in task.sources] == ["vm-1"]
    assert task.attributes == (("FQDN", "web"),)
