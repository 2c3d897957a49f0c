"""What identifies a server: the values by which two descriptions are taken for one server."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache

from pytest_mgh.state.attributes import ATTRIBUTES, BY_TYPE, Values

Identity = tuple[str, ...]
"""A kind of identifying value, and the value in its normal form."""

EXTERNAL_ID = "external id"
"""The kind that decides alone."""

CONFIRMING = frozenset({"bios", "serial number", "vm name", "vm path"})
"""The kinds that no server is found by; they choose among those that are found by another one."""

_IN_A_VCENTER = frozenset({"moref", "vm name", "vm path"})
"""What VMware calls a machine: it counts only together with the vCenter that calls it so."""

_MAC_ADDRESS = re.compile("(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}")
_MACS_OF_NOBODY = frozenset({"00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff"})
_NAME_OF_NOBODY = re.compile(r"(?:ip6-)?localhost[46]?(?:\..*)?|.*\.localhost")
_MAX_LENGTH = 256  # the model's limit of an attribute's value; leading zeros may fill it
_IPV4_PARTS = re.compile(r"([0-9]+)\.([0-9]+)\.([0-9]+)\.([0-9]+)")


def identities(values: Values) -> Iterator[Identity]:
    """Give every identifying value of a description.

    Addresses count in any notation, names in any case. What every machine has identifies none:
    loopback and link-local addresses, `localhost`, MAC addresses of zeros.
    """
    managers = values.get("vm_manager_id", ())
    for name, given in values.items():
        kind = _KINDS.get(name)
        if kind is None:
            continue
        if kind in _IN_A_VCENTER:
            yield from ((kind, manager.lower(), one) for manager in managers for one in given)
        else:
            normal_of = _NORMAL[kind]
            for one in given:
                if normal := normal_of(one):
                    yield (kind, normal)
    if managers and "vm_path" in values:
        names, paths = values.get("vm_name", ()), values["vm_path"]
        for manager in managers:
            yield from (("vm", manager.lower(), name, path) for name in names for path in paths)


def identity_of(attribute: str, value: str) -> Identity | None:
    """Return what one value of an attribute identifies by; `None` where it identifies nobody."""
    return next(identities({attribute: (value,)}), None)


def describe(attributes: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """Return the attributes of a server that a task's resource attributes stand for."""
    given: dict[str, list[str]] = {}
    for type_, value in attributes:
        name = BY_TYPE[type_]
        if name == "hostname":
            value = value.rstrip(".") or value
        given.setdefault(name, []).append(value)
    return {name: tuple(values) for name, values in given.items()}


def is_same(attribute: str, value: str, other: str) -> bool:
    """Whether two values of an attribute are the same one in another notation."""
    normal = NOTATIONS.get(attribute, str.lower)
    return value == other or normal(value) == normal(other)


def normal_name(name: str) -> str:
    """Return a host name or FQDN in lower case, without the dot of the root."""
    return name.rstrip(".").lower()


@lru_cache(maxsize=1 << 18)
def normal_ip(address: str) -> str:
    """Return an IP address in its shortest form; text that is none stays as it is."""
    text = address.strip()
    parts = _IPV4_PARTS.fullmatch(text)
    if parts:  # leading zeros are accepted (A9)
        text = ".".join(part.lstrip("0") or "0" for part in parts.groups())
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return text.lower()


@lru_cache(maxsize=1 << 18)
def normal_mac(address: str) -> str:
    """Return a MAC address in lower case with colons."""
    return address.strip().lower().replace("-", ":")


@lru_cache(maxsize=1 << 18)
def _identifying_ip(address: str) -> str:
    """Return an address that a single machine can have; empty text for any other."""
    normal = normal_ip(address)
    try:
        one = ipaddress.ip_address(normal)
    except ValueError:
        return normal
    shared = one.is_loopback or one.is_link_local or one.is_unspecified or one.is_multicast
    return "" if shared else normal


def _identifying_mac(address: str) -> str:
    normal = normal_mac(address)
    return "" if normal in _MACS_OF_NOBODY else normal


@lru_cache(maxsize=1 << 18)
def _identifying_name(name: str) -> str:
    normal = normal_name(name)
    return "" if _NAME_OF_NOBODY.fullmatch(normal) else normal


_KINDS = {name: one.identity for name, one in ATTRIBUTES.items() if one.identity}
_NORMAL: Mapping[str, Callable[[str], str]] = {
    "ip": _identifying_ip,
    "mac": _identifying_mac,
    "name": _identifying_name,
    EXTERNAL_ID: str.lower,
    "bios": str.lower,
    "serial number": str.lower,
}
NOTATIONS: Mapping[str, Callable[[str], str]] = {
    "hostname": normal_name,
    "ip_addresses": normal_ip,
    "mac_addresses": normal_mac,
}
"""How different notations of one value are compared, where it is not only a matter of case."""


def is_ip_address(address: str) -> bool:
    """Whether a text is an IP address."""
    if len(address) > _MAX_LENGTH:
        return False
    try:
        ipaddress.ip_address(normal_ip(address))
    except ValueError:
        return False
    return True


def is_mac_address(address: str) -> bool:
    """Whether a text is a MAC address."""
    return _MAC_ADDRESS.fullmatch(address.strip()) is not None
