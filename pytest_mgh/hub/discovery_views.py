"""Views of agents, processes, connections, imports and exports."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from pytest_mgh.errors import KnownAttributes, read_only
from pytest_mgh.protocol.times import utc
from pytest_mgh.services.discovery.downloads import files_of_import

if TYPE_CHECKING:
    from pytest_mgh.state.discovery_records import (
        Agent,
        Connection,
        ContinuousExport,
        ExportTask,
        ImportTask,
        Process,
    )

Locate = Callable[[str, str], str]
"""Returns the URL of an archive, of its kind and id."""


@read_only
@dataclass(frozen=True, slots=True)
class AgentView(KnownAttributes):
    """A discovery agent or collector; `server` is the configuration id of its server."""

    agent_id: str
    server: str
    hostname: str | None
    ip_addresses: tuple[str, ...]
    mac_addresses: tuple[str, ...]
    type: str
    health: str
    collection_status: str
    version: str
    connector_id: str | None
    registered: datetime
    last_health_ping: datetime


@read_only
@dataclass(frozen=True, slots=True)
class ProcessView(KnownAttributes):
    """A process; `server` is the configuration id of its server.

    `time` is when it was seen.
    """

    configuration_id: str
    server: str
    name: str
    command_line: str
    path: str
    time: datetime


@read_only
@dataclass(frozen=True, slots=True)
class ConnectionView(KnownAttributes):
    """A connection between two servers; servers and processes are given by configuration id.

    `time` is when it was seen.
    """

    source: str
    destination: str
    port: int
    protocol: str
    count: int
    time: datetime
    source_process: str | None = None
    destination_process: str | None = None


@read_only
@dataclass(frozen=True, slots=True)
class FailureView(KnownAttributes):
    """A failed record of an import: the line on which it ends, and the reason."""

    line: int
    reason: str


@read_only
@dataclass(frozen=True, slots=True)
class ImportView(KnownAttributes):
    """An import task.

    Attributes:
        import_task_id: Its id.
        name: Its name.
        import_url: The URL of the file.
        status: Its status, as DescribeImportTasks returns it.
        classification: The kind of file.
        server_success: Number of imported records.
        server_failure: Number of failed records.
        application_success: Number of applications created.
        application_failure: Number of servers that could not be added to an application.
        failures: The failed records, with reasons.
        files: The files in `errorsAndFailedEntriesZip`, by name; empty if nothing failed.
    """

    import_task_id: str
    name: str
    import_url: str
    status: str
    classification: str
    server_success: int
    server_failure: int
    application_success: int
    application_failure: int
    failures: tuple[FailureView, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict, repr=False)


@read_only
@dataclass(frozen=True)
class ExportView(KnownAttributes):
    """An export task.

    Attributes:
        export_id: Its id.
        kind: ESTATE, AGENT or RECOMMENDATIONS.
        status: IN_PROGRESS, SUCCEEDED or FAILED.
        status_message: Its status message.
        agent_id: The agent whose data it contains.
        start: Start of the requested time range.
        end: End of the requested time range.
        is_truncated: Whether it leaves out data because there is too much for one export.
        files: Its files, by name; empty until it has succeeded.
    """

    export_id: str
    kind: str
    status: str
    status_message: str
    agent_id: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    is_truncated: bool = False
    files: Mapping[str, str] = field(default_factory=dict, repr=False)
    _locate: ClassVar[Any] = None  # the function that finds its URL

    @property
    def url(self) -> str | None:
        """Where its ZIP can be fetched, once it has succeeded."""
        if self._locate is None or self.status != "SUCCEEDED":
            return None
        url: str = self._locate("exports", self.export_id)
        return url


@read_only
@dataclass(frozen=True, slots=True)
class ContinuousExportView(KnownAttributes):
    """A continuous export of data that agents collect.

    Attributes:
        export_id: Its id.
        status: START_IN_PROGRESS, START_FAILED, ACTIVE, ERROR, STOP_IN_PROGRESS, STOP_FAILED or
            INACTIVE.
        status_detail: Why it failed, such as ACCESS_DENIED.
        bucket: The S3 bucket that it would write to.
        start: When it was started.
        stop: When it was stopped.
    """

    export_id: str
    status: str
    status_detail: str | None
    bucket: str
    start: datetime
    stop: datetime | None = None


def view_agent(agent: Agent, now: float) -> AgentView:
    """Return the view of an agent."""
    return AgentView(
        agent_id=agent.agent_id,
        server=agent.server,
        hostname=agent.hostname or None,
        ip_addresses=agent.ip_addresses,
        mac_addresses=agent.mac_addresses,
        type=agent.type,
        health=agent.health,
        collection_status=agent.collection_status,
        version=agent.version,
        connector_id=agent.connector_id,
        registered=utc(agent.registered),
        last_health_ping=utc(agent.pinged(now)),
    )


def view_process(process: Process) -> ProcessView:
    """Return the view of a process."""
    return ProcessView(
        process.configuration_id,
        process.server,
        process.name,
        process.command_line,
        process.path,
        utc(process.time),
    )


def view_connection(connection: Connection) -> ConnectionView:
    """Return the view of a connection."""
    return ConnectionView(
        source=connection.source,
        destination=connection.destination,
        port=connection.port,
        protocol=connection.protocol,
        count=connection.count,
        time=utc(connection.time),
        source_process=connection.source_process,
        destination_process=connection.destination_process,
    )


def view_import(task: ImportTask) -> ImportView:
    """Return the view of an import task."""
    return ImportView(
        import_task_id=task.import_task_id,
        name=task.name,
        import_url=task.import_url,
        status=task.status,
        classification=task.classification,
        server_success=task.server_success,
        server_failure=task.server_failure,
        application_success=task.application_success,
        application_failure=task.application_failure,
        failures=tuple(FailureView(one.line, one.reason) for one in task.failures),
        files=files_of_import(task) if task.failures else {},
    )


def view_continuous_export(export: ContinuousExport) -> ContinuousExportView:
    """Return the view of a continuous export."""
    return ContinuousExportView(
        export_id=export.export_id,
        status=export.status,
        status_detail=export.status_detail,
        bucket=export.bucket,
        start=utc(export.start),
        stop=None if export.stop is None else utc(export.stop),
    )


def view_export(export: ExportTask, locate: Locate) -> ExportView:
    """Return the view of an export task."""
    view = ExportView(
        export_id=export.export_id,
        kind=export.kind,
        status=export.status,
        status_message=export.status_message,
        agent_id=export.agent_id,
        start=None if export.start is None else utc(export.start),
        end=None if export.end is None else utc(export.end),
        is_truncated=export.is_truncated,
        files=dict(export.files),
    )
    object.__setattr__(view, "_locate", locate)
    return view
