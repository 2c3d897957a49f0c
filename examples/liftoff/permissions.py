"""Finds out, without effect, whether the caller may make the calls that a wave needs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from botocore import xform_name
from botocore.exceptions import ClientError

from liftoff.retry import Retry

_DENIED = ("UnauthorizedOperation", "AccessDeniedException")


@dataclass(frozen=True)
class Permission:
    """Whether an operation is allowed, and the message of Migration Hub if not."""

    operation: str
    allowed: bool
    message: str = ""


def check_permissions(client: Any, stream: str, *, retry: Retry | None = None) -> list[Permission]:
    """Dry-run every operation by which Liftoff reports; discovery has no dry runs.

    Args:
        client: A Migration Hub client in the home Region.
        stream: The progress update stream.
        retry: How failed calls are repeated.

    Raises:
        ClientError: A dry run that ended for another reason than permissions.
    """
    retry = retry or Retry()
    return [_dry_run(client, retry, *call) for call in _requests(stream)]


def _dry_run(client: Any, retry: Retry, operation: str, request: dict[str, Any]) -> Permission:
    call = getattr(client, xform_name(operation))
    try:
        retry(lambda: call(**request, DryRun=True))
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code == "DryRunOperation":
            return Permission(operation, allowed=True)
        if code in _DENIED:
            return Permission(operation, allowed=False, message=error.response["Error"]["Message"])
        raise
    raise RuntimeError(f"{operation} did not stop at its dry run")


def _requests(stream: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each operation and a request in good form: its names need not exist."""
    task = {"ProgressUpdateStream": stream, "MigrationTaskName": "permission-check"}
    attribute = {"Type": "FQDN", "Value": "permission-check.example.com"}
    artifact = {"Name": "arn:aws:ec2:us-west-2::image/ami-00000000000000000"}
    state = {
        "Task": {"Status": "NOT_STARTED"},
        "UpdateDateTime": datetime.now(timezone.utc),
        "NextUpdateSeconds": 0,
    }
    resource = {"ConfigurationId": "d-server-00000000000000000"}
    application = {"ApplicationId": "d-application-00000000000000000", "Status": "NOT_STARTED"}
    yield "CreateProgressUpdateStream", {"ProgressUpdateStreamName": stream}
    yield "ImportMigrationTask", task
    yield "PutResourceAttributes", {**task, "ResourceAttributeList": [attribute]}
    yield "AssociateDiscoveredResource", {**task, "DiscoveredResource": resource}
    yield "NotifyMigrationTaskState", {**task, **state}
    yield "AssociateCreatedArtifact", {**task, "CreatedArtifact": artifact}
    yield "NotifyApplicationState", application
