"""What identifies a server: the values by which two descriptions are taken for one server."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

_MAC_ADDRESS = re.compile("(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}")

Identity = tuple[str, ...]
"""A kind of identifying value, and the value in its normal form."""


@dataclass(frozen=True, slots=True)
class Description:
    """What is said of a server: by a migration task, an import file, or a test that seeds it.

    Every kind of value may be said more than once; the first one is what the server is called by.
    """

    names: tuple[str, ...] = ()
    ip_addresses: tuple[str, ...] = ()
    mac_addresses: tuple[str, ...] = ()
    external_ids: tuple[str, ...] = ()
    vm_manager_ids: tuple[str, ...] = ()
    vm_managed_object_references: tuple[str, ...] = ()
    vm_names: tuple[str, ...] = ()
    vm_paths: tuple[str, ...] = ()
    bios_ids: tuple[str, ...] = ()
    motherboard_serial_numbers: tuple[str, ...] = ()

    def identities(self) -> Iterator[Identity]:
        """Give every identifying value.

        Addresses count in any notation, names in any case. What VMware calls a machine identifies
        it only together with the vCenter that calls it so.
        """
        for kind, values, normal in (
            ("ip", self.ip_addresses, normal_ip),
            ("mac", self.mac_addresses, normal_mac),
            ("name", self.names, normal_name),
            ("external id", self.external_ids, str.lower),
            ("bios", self.bios_ids, str.lower),
            ("serial number", self.motherboard_serial_numbers, str.lower),
        ):
            for value in values:
                if identity := normal(value):
                    yield (kind, identity)
        for manager in self.vm_manager_ids:
            for kind, values in (
                ("moref", self.vm_managed_object_references),
                ("vm name", self.vm_names),
                ("vm path", self.vm_paths),
            ):
                for value in values:
                    yield (kind, manager.lower(), value)


_FIELDS = {
    "FQDN": "names",
    "IPV4_ADDRESS": "ip_addresses",
    "IPV6_ADDRESS": "ip_addresses",
    "MAC_ADDRESS": "mac_addresses",
    "VM_MANAGER_ID": "vm_manager_ids",
    "VM_MANAGED_OBJECT_REFERENCE": "vm_managed_object_references",
    "VM_NAME": "vm_names",
    "VM_PATH": "vm_paths",
    "BIOS_ID": "bios_ids",
    "MOTHERBOARD_SERIAL_NUMBER": "motherboard_serial_numbers",
}


def describe(attributes: Iterable[tuple[str, str]]) -> Description:
    """Return what a task's resource attributes say of its server."""
    said: dict[str, tuple[str, ...]] = {}
    for type_, value in attributes:
        name = _FIELDS[type_]
        said[name] = (*said.get(name, ()), value)
    return Description(**said)


def normal_name(name: str) -> str:
    """Return a host name or FQDN in lower case, without the dot of the root."""
    return name.rstrip(".").lower()


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


def is_ip_address(address: str) -> bool:
    """Whether a text is an IP address."""
    try:
        ipaddress.ip_address(normal_ip(address))
    except ValueError:
        return False
    return True


def is_mac_address(address: str) -> bool:
    """Whether a text is a MAC address."""
    return _MAC_ADDRESS.fullmatch(address.strip()) is not None
