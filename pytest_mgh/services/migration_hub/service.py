"""The service `mgh`: its traits, its resources, and how its operations are entered."""

from __future__ import annotations

from collections.abc import Callable

from pytest_mgh.services.service import (
    Access,
    Handler,
    HomeRegion,
    Request,
    Resource,
    Service,
    no_resource,
)

MIGRATION_HUB = Service(
    name="mgh",
    target_prefix="AWSMigrationHub",
    signing_name="mgh",
    event_source="migrationhub.amazonaws.com",
    iam_prefix="mgh",
    invalid="InvalidInputException",
    denied="AccessDeniedException",
    denied_dry_run="UnauthorizedOperation",
    # The text that the service was seen to send (H3).
    home_region_not_set=(
        "Your home region is not set. Before calling AWS Migration Hub APIs, "
        "set your home region with CreateHomeRegionControl."
    ),
)


def stream_resource(request: Request) -> str:
    """Return the resource of an operation on a stream."""
    return f"progressUpdateStream/{request['ProgressUpdateStreamName']}"


def task_resource(request: Request) -> str:
    """Return the resource of an operation on a task."""
    stream, task = request["ProgressUpdateStream"], request["MigrationTaskName"]
    return f"progressUpdateStream/{stream}/migrationTask/{task}"


def writes(
    resource: Resource = no_resource, *, home_region: HomeRegion = HomeRegion.ONLY
) -> Callable[[Handler], Handler]:
    """Enter an operation that changes something: all of them have DryRun.

    Writing is refused outside the home Region (H4).
    """
    return MIGRATION_HUB.operation(
        Access.WRITE, home_region=home_region, resource=resource, dry_run=True
    )


def reads(
    resource: Resource = no_resource, *, access: Access = Access.READ
) -> Callable[[Handler], Handler]:
    """Enter an operation that changes nothing: it is allowed in any Region (H5)."""
    return MIGRATION_HUB.operation(access, home_region=HomeRegion.SET, resource=resource)


def lists(resource: Resource = no_resource) -> Callable[[Handler], Handler]:
    """Enter an operation that lists something."""
    return reads(resource, access=Access.LIST)
