"""Every simulated service by its target prefix. Importing it enters all handlers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mgh.errors import nearest
from pytest_mgh.services.discovery import (
    agents,
    configurations,
    deletions,
    imports,
    summary,
    tags,
)
from pytest_mgh.services.discovery import (
    applications as discovered_applications,
)
from pytest_mgh.services.discovery.service import DISCOVERY
from pytest_mgh.services.home_region import MIGRATION_HUB_CONFIG
from pytest_mgh.services.migration_hub import applications, resources, streams, tasks
from pytest_mgh.services.migration_hub.service import MIGRATION_HUB

if TYPE_CHECKING:
    from pytest_mgh.services.service import Operation

SERVICES = {
    service.target_prefix: service for service in (MIGRATION_HUB, MIGRATION_HUB_CONFIG, DISCOVERY)
}

# A module of handlers enters its operations when it is imported.
HANDLER_MODULES = (
    agents,
    applications,
    configurations,
    deletions,
    discovered_applications,
    imports,
    resources,
    streams,
    summary,
    tags,
    tasks,
)

OPERATIONS = {
    name: operation
    for service in SERVICES.values()
    for name, operation in service.operations.items()
}
"""Every simulated operation by name; no two services share one."""


def find_operation(name: str) -> Operation:
    """Return a simulated operation; `ValueError` for the name of none."""
    __tracebackhide__ = True
    if not isinstance(name, str):
        raise ValueError(f"operation={name!r}: the name of an operation, as AWS spells it")
    if name in OPERATIONS:
        return OPERATIONS[name]
    for service in SERVICES.values():
        if name in service.not_simulated:
            raise ValueError(
                f"{service.name} has the operation {name!r}, but it is not simulated; "
                f"simulated: {', '.join(sorted(service.operations))}"
            )
    raise ValueError(f"no operation {name!r}; {nearest(str(name), OPERATIONS)}")
