"""Every simulated service by its target prefix. Importing it enters all handlers."""

from __future__ import annotations

from pytest_mgh.services.home_region import MIGRATION_HUB_CONFIG
from pytest_mgh.services.migration_hub import applications, resources, streams, tasks
from pytest_mgh.services.migration_hub.service import MIGRATION_HUB

SERVICES = {service.target_prefix: service for service in (MIGRATION_HUB, MIGRATION_HUB_CONFIG)}

# A module of handlers enters its operations when it is imported.
HANDLER_MODULES = (applications, resources, streams, tasks)
