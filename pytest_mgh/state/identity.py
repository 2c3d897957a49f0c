"""What identifies a server: the values by which two descriptions are taken for one server."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

Identity = tuple[str, ...]
"""A kind of identifying value, and the value in its normal form."""


@dataclass(frozen=True, slots=True)
class Description:
    """What is said of a server: by a migration task, an import file, or a test that seeds it."""

    hostname: str | None = None
    ip_addresses: tuple[str, ...] = ()
    mac_addresses: tuple[str, ...] = ()
    fqdns: tuple[str, ...] = ()
    external_id: str | None = None
    vm_manager_id: str | None = None
    vm_managed_object_reference: str | None = None
    vm_name: str | None = None
    vm_path: str | None = None
    bios_id: str | None = None
    motherboard_serial_number: str | None = None

    def identities(self) -> Iterator[Identity]:
        """Give every identifying value.

        Addresses count in any notation, names in any case. What VMware calls a machine identifies
        it only together with the vCenter that calls it so.
        """
        for address in self.ip_addresses:
            yield ("ip", normal_ip(address))
        for address in self.mac_addresses:
            yield ("mac", normal_mac(address))
        for name in (self.hostname, *self.fqdns):
            if name:
                yield ("name", name.rstrip(".").lower())
        for kind, value in (
            ("external id", self.external_id),
            ("bios", self.bios_id),
            ("serial number", self.motherboard_serial_number),
        ):
            if value:
                yield (kind, value.lower())
        if self.vm_manager_id:
            for kind, value in (
                ("moref", self.vm_managed_object_reference),
                ("vm name", self.vm_name),
                ("vm path", self.vm_path),
            ):
                if value:
                    yield (kind, self.vm_manager_id.lower(), value)


def describe(attributes: Iterable[tuple[str, str]]) -> Description:
    """Return what a task's resource attributes say of its server."""
    said: dict[str, list[str]] = {}
    for type_, value in attributes:
        said.setdefault(type_, []).append(value)

    def first(type_: str) -> str | None:
        return next(iter(said.get(type_, ())), None)

    return Description(
        hostname=first("FQDN"),
        fqdns=tuple(said.get("FQDN", ())),
        ip_addresses=(*said.get("IPV4_ADDRESS", ()), *said.get("IPV6_ADDRESS", ())),
        mac_addresses=tuple(said.get("MAC_ADDRESS", ())),
        vm_manager_id=first("VM_MANAGER_ID"),
        vm_managed_object_reference=first("VM_MANAGED_OBJECT_REFERENCE"),
        vm_name=first("VM_NAME"),
        vm_path=first("VM_PATH"),
        bios_id=first("BIOS_ID"),
        motherboard_serial_number=first("MOTHERBOARD_SERIAL_NUMBER"),
    )


@lru_cache(maxsize=1 << 16)
def normal_ip(address: str) -> str:
    """Return an IP address in its shortest form; text that is none stays as it is."""
    parts = address.strip().split(".")
    if len(parts) == 4 and all(part.isdigit() for part in parts):
        address = ".".join(str(int(part)) for part in parts)  # leading zeros are accepted (A9)
    try:
        return str(ipaddress.ip_address(address.strip()))
    except ValueError:
        return address.strip().lower()


@lru_cache(maxsize=1 << 16)
def normal_mac(address: str) -> str:
    """Return a MAC address in lower case with colons."""
    return address.strip().lower().replace("-", ":")
