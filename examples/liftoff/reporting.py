"""Reports the progress of the migration to Migration Hub."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timezone
from typing import Any, Literal

from liftoff.retry import Retry

TaskStatus = Literal["NOT_STARTED", "IN_PROGRESS", "FAILED", "COMPLETED"]
ApplicationStatus = Literal["NOT_STARTED", "IN_PROGRESS", "COMPLETED"]

LONGEST_DETAIL = 2500

# How long Migration Hub may wait for the next report before it calls a task stale.
_NEXT_UPDATE_SECONDS = 300


class Reporter:
    """Reports on the tasks of one progress update stream.

    Args:
        client: A Migration Hub client in the home Region, as `liftoff.connection.connect` makes it.
        stream: The stream: the name under which the Migration Hub console shows this tool.
        retry: How failed calls are repeated.
    """

    def __init__(self, client: Any, stream: str, *, retry: Retry | None = None) -> None:
        self._client = client
        self._stream = stream
        self._retry = retry or Retry()
        self.region: str = client.meta.region_name

    def open_stream(self) -> None:
        """Create the stream; an existing one is left unchanged."""
        self._call("create_progress_update_stream", ProgressUpdateStreamName=self._stream)

    def import_task(self, task: str) -> None:
        """Make a task known; one that is known already keeps its state."""
        self._call_on(task, "import_migration_task")

    def describe_source(self, task: str, attributes: Iterable[tuple[str, str]]) -> None:
        """Report what identifies the server; Migration Hub then maps the task by itself."""
        described = [{"Type": type_, "Value": value} for type_, value in attributes]
        self._call_on(task, "put_resource_attributes", ResourceAttributeList=described)

    def map_to_server(self, task: str, configuration_id: str) -> None:
        """Map a task to the server that the discovery repository has under that id."""
        resource = {"ConfigurationId": configuration_id}
        self._call_on(task, "associate_discovered_resource", DiscoveredResource=resource)

    def report(self, task: str, status: TaskStatus, percent: int, detail: str) -> None:
        """Report a task's state; the detail is cut to what Migration Hub takes."""
        state = {"Status": status, "ProgressPercent": percent, "StatusDetail": as_detail(detail)}
        self._call_on(
            task,
            "notify_migration_task_state",
            Task=state,
            UpdateDateTime=datetime.now(timezone.utc),
            NextUpdateSeconds=_NEXT_UPDATE_SECONDS,
        )

    def attach_artifact(self, task: str, arn: str, description: str) -> None:
        """Report what the migration has created in AWS."""
        artifact = {"Name": arn, "Description": description}
        self._call_on(task, "associate_created_artifact", CreatedArtifact=artifact)

    def set_application_status(self, application_id: str, status: ApplicationStatus) -> None:
        """Report how far an application is."""
        self._call("notify_application_state", ApplicationId=application_id, Status=status)

    def task_statuses(self) -> dict[str, str]:
        """Return the status of every task of the stream."""
        rows = self._list("list_migration_tasks", "MigrationTaskSummaryList")
        return {
            row["MigrationTaskName"]: row["Status"]
            for row in rows
            if row["ProgressUpdateStream"] == self._stream
        }

    def application_statuses(self) -> dict[str, str]:
        """Return the status of every application."""
        rows = self._list("list_application_states", "ApplicationStateList")
        return {row["ApplicationId"]: row["ApplicationStatus"] for row in rows}

    def _call_on(self, task: str, operation: str, **members: Any) -> None:
        members |= {"ProgressUpdateStream": self._stream, "MigrationTaskName": task}
        self._call(operation, **members)

    def _call(self, operation: str, **members: Any) -> None:
        self._retry(lambda: getattr(self._client, operation)(**members))

    def _list(self, operation: str, rows: str) -> list[dict[str, Any]]:
        pages = self._client.get_paginator(operation).paginate()
        return self._retry(lambda: [row for page in pages for row in page[rows]])


def as_detail(text: str) -> str:
    """Return a text in the form that Migration Hub accepts: one line of at most 2500 characters."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_DETAIL else f"{line[: LONGEST_DETAIL - 3]}..."
