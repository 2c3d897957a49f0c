"""The hosts of the simulated services."""

from __future__ import annotations

import re

_HOST = re.compile(
    r"(?:[a-z0-9-]+\.)?(?:mgh|migrationhub-config|discovery)(?:-fips)?\.[a-z0-9-]+\."
    r"(?:vpce\.)?(?:amazonaws\.com(?:\.cn)?|api\.aws)\.?"
)


def is_service_host(host: str) -> bool:
    """Whether a host's name is one of a simulated service's, in any Region."""
    return _HOST.fullmatch(host.lower()) is not None
