"""How the operations of `mgh` are entered, and what resources they are on."""

from __future__ import annotations

from collections.abc import Callable

from pytest_mgh.services.operation import (
    Access,
    Handler,
    HomeRegion,
    Request,
    Resource,
    Worker,
    no_resource,
    operation,
)
from pytest_mgh.services.service import MIGRATION_HUB


def stream_resource(request: Request) -> str:
    """Return the resource of an operation on a stream."""
    return f"progressUpdateStream/{request['ProgressUpdateStreamName']}"


def task_resource(request: Request) -> str:
    """Return the resource of an operation on a task."""
    stream, task = request["ProgressUpdateStream"], request["MigrationTaskName"]
    return f"progressUpdateStream/{stream}/migrationTask/{task}"


def writes(
    resource: Resource = no_resource,
    *,
    home_region: HomeRegion = HomeRegion.ONLY,
    worker: Worker | None = None,
) -> Callable[[Handler], Handler]:
    """Enter an operation that changes something: it is refused outside the home Region (H4)."""
    return operation(
        MIGRATION_HUB, Access.WRITE, home_region=home_region, resource=resource, worker=worker
    )


def reads(resource: Resource = no_resource) -> Callable[[Handler], Handler]:
    """Enter an operation that changes nothing: it is allowed in any Region (H5)."""
    return operation(MIGRATION_HUB, Access.READ, home_region=HomeRegion.SET, resource=resource)


def lists(
    resource: Resource = no_resource, *, tokens_expire: bool = False
) -> Callable[[Handler], Handler]:
    """Enter an operation that lists something, in any Region (H5)."""
    return operation(
        MIGRATION_HUB,
        Access.LIST,
        home_region=HomeRegion.SET,
        resource=resource,
        tokens_expire=tokens_expire,
    )
