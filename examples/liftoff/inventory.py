"""The servers of a wave, read from a CSV file."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

_MAC_ADDRESS = re.compile("([0-9a-f]{2}[:-]){5}[0-9a-f]{2}", re.IGNORECASE)
_COLUMNS = (
    "name",
    "hostname",
    "os",
    "target_ami",
    "instance_type",
    "ip_addresses",
    "mac_addresses",
    "application",
)


class InventoryError(ValueError):
    """A wave file that cannot be used; the message names the line."""


@dataclass(frozen=True)
class Server:
    """A server to migrate; its name is also the name of its migration task."""

    name: str
    hostname: str
    os: str
    target_ami: str
    instance_type: str
    ip_addresses: tuple[str, ...] = ()
    mac_addresses: tuple[str, ...] = ()
    application: str | None = None

    @property
    def attributes(self) -> list[tuple[str, str]]:
        """What Migration Hub recognises the server by; a host name has to be a full one."""
        named = {
            "FQDN": [self.hostname] if "." in self.hostname else [],
            "IPV4_ADDRESS": [one for one in self.ip_addresses if ":" not in one],
            "IPV6_ADDRESS": [one for one in self.ip_addresses if ":" in one],
            "MAC_ADDRESS": self.mac_addresses,
        }
        return [(type_, value) for type_, values in named.items() for value in values]


def read_wave(path: str | Path) -> list[Server]:
    """Read a wave file; addresses in one cell are separated by spaces.

    Raises:
        InventoryError: A missing column, a bad address, or a name that comes twice.
    """
    with Path(path).open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        missing = [column for column in _COLUMNS if column not in (rows.fieldnames or ())]
        if missing:
            raise InventoryError(f"{path}: no column {', '.join(missing)}")
        servers: dict[str, Server] = {}
        for row in rows:
            try:
                server = _server({column: row[column] or "" for column in _COLUMNS})
                if server.name in servers:
                    raise ValueError(f"{server.name!r} is there already")
            except ValueError as error:
                raise InventoryError(f"{path}, line {rows.line_num}: {error}") from error
            servers[server.name] = server
    return list(servers.values())


def _server(row: dict[str, str]) -> Server:
    if not row["name"]:
        raise ValueError("a server needs a name")
    return Server(
        name=row["name"],
        hostname=row["hostname"],
        os=row["os"],
        target_ami=row["target_ami"],
        instance_type=row["instance_type"],
        # Migration Hub accepts IPv6 addresses only in full notation.
        ip_addresses=tuple(ip_address(one).exploded for one in row["ip_addresses"].split()),
        mac_addresses=_mac_addresses(row["mac_addresses"].split()),
        application=row["application"] or None,
    )


def _mac_addresses(addresses: Iterable[str]) -> tuple[str, ...]:
    checked = tuple(addresses)
    for address in checked:
        if not _MAC_ADDRESS.fullmatch(address):
            raise ValueError(f"{address!r} is not a MAC address")
    return checked
