"""Whose host a name or an address is: a simulated service's, or this machine's."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

from pytest_mgh.services.service import SERVICES

EVENT_NAMES = frozenset(service.event_name for service in SERVICES.values())
"""The simulated services, by the names that botocore's events give them."""

NAMES = frozenset(service.name for service in SERVICES.values())
"""The simulated services, by their names in botocore."""

_PREFIXES = "|".join(map(re.escape, sorted(NAMES)))
_HOST = re.compile(
    rf"(?:[a-z0-9-]+\.)?(?:{_PREFIXES})(?:-fips)?\.[a-z0-9-]+\."
    r"(?:vpce\.)?(?:amazonaws\.com(?:\.cn)?|api\.aws)\.?"
)

_AWS = re.compile(
    r"(?:.+\.)?(?:amazonaws\.(?:com(?:\.cn)?|eu)|api\.aws|api\.amazonwebservices\.(?:com\.cn|eu))\.?"
)


def is_aws_host(host: str) -> bool:
    """Whether a host's name is one of AWS's."""
    return _AWS.fullmatch(host.lower()) is not None


def is_service_host(host: str) -> bool:
    """Whether a host's name is one of a simulated service's, in any Region."""
    return _HOST.fullmatch(host.lower()) is not None


# What the machine is called inside its containers.
_MACHINE = frozenset({"host.docker.internal", "host.containers.internal"})


def is_machine_name(name: str) -> bool:
    """Whether a host's name is this machine's inside a container."""
    return name in _MACHINE


def name_of(host: str) -> str | None:
    """Return the name in a Host header, in lower case and without the port; `None` for none."""
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None


def is_loopback(host: str) -> bool:
    """Whether a host's name or address is of this machine only."""
    host = host.lower()
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
