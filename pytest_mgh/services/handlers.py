"""Loads the handlers of a service at its first call: a test that calls one pays for one."""

from __future__ import annotations

from importlib import import_module

from pytest_mgh.services.operation import OPERATIONS, Operation
from pytest_mgh.services.service import DISCOVERY, MIGRATION_HUB, MIGRATION_HUB_CONFIG
from pytest_mgh.state.own_modules import own_modules

_MODULES = {
    MIGRATION_HUB.target_prefix: "pytest_mgh.services.migration_hub.operations",
    MIGRATION_HUB_CONFIG.target_prefix: "pytest_mgh.services.home_region",
    DISCOVERY.target_prefix: "pytest_mgh.services.discovery.operations",
}


def find_addressed(prefix: str, name: str) -> Operation | None:
    """Return the operation that `X-Amz-Target` means, if it is simulated."""
    operation = OPERATIONS.get(name)
    if operation is None and prefix in _MODULES:
        with own_modules():
            import_module(_MODULES[prefix])
        operation = OPERATIONS.get(name)
    return operation if operation and operation.service.target_prefix == prefix else None
