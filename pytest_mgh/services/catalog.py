"""Every operation: importing this module enters all handlers."""

from __future__ import annotations

from pytest_mgh.errors import nearest
from pytest_mgh.services import home_region  # noqa: F401 (it enters its operations)
from pytest_mgh.services.discovery import (  # noqa: F401
    agents,
    applications,
    configurations,
    continuous_exports,
    deletions,
    exports,
    imports,
    summary,
    tags,
)
from pytest_mgh.services.migration_hub import (  # noqa: F401
    application_states,
    resources,
    streams,
    tasks,
)
from pytest_mgh.services.operation import OPERATIONS, Operation, operations_of
from pytest_mgh.services.service import SERVICES


def find_operation(name: str) -> Operation:
    """Return a simulated operation; `ValueError` for the name of none."""
    __tracebackhide__ = True
    if not isinstance(name, str):
        raise ValueError(f"operation={name!r}: must be the name of an operation, as AWS spells it")
    if name in OPERATIONS:
        return OPERATIONS[name]
    raise ValueError(f"no operation {name!r}; {nearest(str(name), OPERATIONS)}")


__all__ = ["OPERATIONS", "SERVICES", "find_operation", "operations_of"]
