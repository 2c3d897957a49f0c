"""Every simulated service by its target prefix. Importing it enters all handlers."""

from __future__ import annotations

from pytest_mgh.services.discovery import (
    agents,
    configurations,
    deletions,
    imports,
    tags,
)
from pytest_mgh.services.discovery import (
    applications as discovered_applications,
)
from pytest_mgh.services.discovery.service import DISCOVERY
from pytest_mgh.services.home_region import MIGRATION_HUB_CONFIG
from pytest_mgh.services.migration_hub import applications, resources, streams, tasks
from pytest_mgh.services.migration_hub.service import MIGRATION_HUB

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
    tags,
    tasks,
)

OPERATIONS = {
    name: operation
    for service in SERVICES.values()
    for name, operation in service.operations.items()
}
"""Every simulated operation by name; no two services share one."""
