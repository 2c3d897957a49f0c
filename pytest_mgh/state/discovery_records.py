"""What the discovery repository keeps. Times are seconds since the epoch."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Literal

from pytest_mgh.protocol.values import KEY, Bounds, Count, Time
from pytest_mgh.state.attributes import ATTRIBUTES
from pytest_mgh.state.identity import NOTATIONS, is_same

if TYPE_CHECKING:
    from pytest_mgh.state.attributes import Values

# ids of a set that keeps its order
IdSet = dict[str, None]

Health = Literal["HEALTHY", "UNHEALTHY", "RUNNING", "UNKNOWN", "BLACKLISTED", "SHUTDOWN"]

FileClassification = Literal[
    "MODELIZEIT_EXPORT", "RVTOOLS_EXPORT", "VMWARE_NSX_EXPORT", "IMPORT_TEMPLATE"
]

ImportStatus = Literal[
    "IMPORT_IN_PROGRESS",
    "IMPORT_COMPLETE",
    "IMPORT_COMPLETE_WITH_ERRORS",
    "IMPORT_FAILED",
    "IMPORT_FAILED_SERVER_LIMIT_EXCEEDED",
    "IMPORT_FAILED_RECORD_LIMIT_EXCEEDED",
    "IMPORT_FAILED_UNSUPPORTED_FILE_TYPE",
    "DELETE_IN_PROGRESS",
    "DELETE_COMPLETE",
    "DELETE_FAILED",
    "DELETE_FAILED_LIMIT_EXCEEDED",
    "INTERNAL_ERROR",
]

ExportKind = Literal["ESTATE", "AGENT", "RECOMMENDATIONS"]
ExportStatus = Literal["IN_PROGRESS", "SUCCEEDED", "FAILED"]

ContinuousExportStatus = Literal[
    "START_IN_PROGRESS",
    "START_FAILED",
    "ACTIVE",
    "ERROR",
    "STOP_IN_PROGRESS",
    "STOP_FAILED",
    "INACTIVE",
]

Port = Annotated[int, Bounds(0, 65535)]


@dataclass(frozen=True, slots=True)
class Tag:
    """The value of a tag, and when it was given."""

    value: str
    time: Time


@dataclass(frozen=True, slots=True)
class Entry:
    """What one source reports of a server: an agent, a row of an import, a migration task, a seed.

    Attributes:
        time: When it was reported.
        order: Its number among all entries: the newest one has the greatest.
        values: The values by the names of attributes.
    """

    time: Time
    order: Count
    values: dict[str, tuple[str, ...]]


def agent_source(agent_id: str) -> str:
    """Name an agent as the source of an entry."""
    return f"agent:{agent_id}"


def import_source(task_id: str, line: int) -> str:
    """Name a row of an import, by the line of the file that it stands on."""
    return f"import:{task_id}:{line}"


def task_source(stream: str, name: str) -> str:
    """Name a migration task; neither name may have a colon."""
    return f"task:{stream}:{name}"


def seed_source(configuration_id: str) -> str:
    """Return the name of the source of a server that a test added."""
    return f"seed:{configuration_id}"


@dataclass(slots=True)
class Server:
    """A server: the sum of its entries, which are found by their sources."""

    configuration_id: Annotated[str, KEY]
    time: Time = 0.0
    entries: dict[str, Entry] = field(default_factory=dict)
    tags: dict[str, Tag] = field(default_factory=dict)
    applications: IdSet = field(default_factory=dict)
    _shown: dict[str, tuple[str, ...]] | None = field(
        init=False, repr=False, compare=False, default=None
    )
    _external_ids: int = field(init=False, repr=False, compare=False, default=0)
    """How many of its entries have an external id: the repository counts them."""

    @property
    def shown(self) -> Values:
        """What the service shows: the newest value of each attribute, and all values of lists."""
        if self._shown is None:
            self._shown = _merge(self.entries)
        return self._shown

    def one(self, attribute: str) -> str:
        """Return the value of an attribute; empty text where none is known."""
        values = self.shown.get(attribute)
        return values[0] if values else ""

    def many(self, attribute: str) -> tuple[str, ...]:
        """Return all values of an attribute."""
        return self.shown.get(attribute, ())

    @property
    def hostname(self) -> str:
        """Its host name, if one is known."""
        return self.one("hostname")


LISTS = frozenset(name for name, attribute in ATTRIBUTES.items() if attribute.many)
"""The attributes of which a server has as many values as all its entries together."""


def _merge(entries: dict[str, Entry]) -> dict[str, tuple[str, ...]]:
    in_order = sorted(entries.values(), key=lambda entry: entry.order)
    merged: dict[str, tuple[str, ...]] = {}
    lists: dict[str, list[tuple[str, ...]]] = {}
    for entry in in_order:
        for name, values in entry.values.items():
            if name in LISTS:
                lists.setdefault(name, []).append(values)
                continue
            before = merged.get(name)
            if before is None or not is_same(name, before[0], values[0]):
                merged[name] = values[:1]
    for name, parts in lists.items():
        merged[name] = _joined(name, parts)
    if "type" not in merged:
        merged["type"] = ("VMWARE_VM" if "vm_manager_id" in merged else "OTHER",)
    return merged


def _joined(attribute: str, lists: list[tuple[str, ...]]) -> tuple[str, ...]:
    if len(lists) == 1 and len(lists[0]) == 1:
        return lists[0]
    normal, joined = NOTATIONS.get(attribute, str), dict[str, str]()
    for values in lists:
        for value in values:
            joined.setdefault(normal(value), value)
    return tuple(joined.values())


@dataclass(slots=True)
class Application:
    """An application of the repository and the ids of its servers."""

    configuration_id: Annotated[str, KEY]
    name: str
    servers: IdSet = field(default_factory=dict)
    time: Time = 0.0
    modified: Time = 0.0
    description: str = ""
    wave: str | None = None
    tags: dict[str, Tag] = field(default_factory=dict)


@dataclass(slots=True)
class Agent:
    """A discovery agent or collector.

    Attributes:
        agent_id: Its id.
        server: The id of the server that it is on.
        hostname: The host name that it tells.
        ip_addresses: The IP addresses that it tells.
        mac_addresses: The MAC addresses that it tells.
        type: What it is: EC2, ONPREMISES, or the word for a connector.
        health: HEALTHY, UNHEALTHY, RUNNING, UNKNOWN, BLACKLISTED or SHUTDOWN.
        collection_status: STARTED or STOPPED, or what else a test gives.
        version: The version of its software.
        connector_id: The connector that it belongs to.
        registered: When it was registered.
        last_health_ping: When it was last heard of; `None` is now, as long as it lives.
    """

    agent_id: Annotated[str, KEY]
    server: str
    hostname: str
    ip_addresses: tuple[str, ...]
    mac_addresses: tuple[str, ...]
    type: str
    health: Health
    collection_status: str
    version: str
    connector_id: str | None
    registered: Time
    last_health_ping: Time | None

    @property
    def lives(self) -> bool:
        """Whether it is in use: it can't be deleted without force then."""
        return self.health in ("HEALTHY", "UNHEALTHY", "RUNNING")

    def pinged(self, now: float) -> float:
        """Return when it was last heard of."""
        if self.last_health_ping is not None:
            return self.last_health_ping
        return max(self.registered, now) if self.lives else self.registered


@dataclass(frozen=True, slots=True)
class Process:
    """A process that runs on a server."""

    configuration_id: Annotated[str, KEY]
    server: str
    name: str
    command_line: str = ""
    path: str = ""
    time: Time = 0.0


@dataclass(frozen=True, slots=True)
class Connection:
    """A connection from one server to a port of another one, and how often it was seen."""

    id: Annotated[str, KEY]
    source: str
    destination: str
    port: Port
    protocol: Literal["TCP", "UDP"] = "TCP"
    count: Count = 1
    source_ip: str = ""
    destination_ip: str = ""
    source_process: str | None = None
    destination_process: str | None = None
    time: Time = 0.0


@dataclass(frozen=True, slots=True)
class ImportFailure:
    """A record that an import could not use, or not wholly.

    Attributes:
        line: The line of the file on which the record ends.
        reason: What is wrong with it.
        cells: The record as it stands in the file; nothing where it was imported all the same.
    """

    line: Count
    reason: str
    cells: tuple[str, ...] | None


@dataclass(slots=True)
class ImportTask:
    """An import, how it went, and what it made."""

    import_task_id: Annotated[str, KEY]
    name: str
    import_url: str
    token: str | None
    requested: Time
    status: ImportStatus = "IMPORT_IN_PROGRESS"
    classification: FileClassification = "IMPORT_TEMPLATE"
    completed: Time | None = None
    deleted: Time | None = None
    server_success: Count = 0
    server_failure: Count = 0
    application_success: Count = 0
    application_failure: Count = 0
    lines: list[Count] = field(default_factory=list)
    """The lines of the records that were imported and are still there."""
    applications: list[str] = field(default_factory=list)
    """The ids of the applications that it made."""
    header: tuple[str, ...] = ()
    """The file's columns, as they stand there; only where records failed."""
    failures: list[ImportFailure] = field(default_factory=list)


@dataclass(slots=True)
class DeletionTask:
    """A batch deletion of servers: `end` is `None` until it is done."""

    task_id: Annotated[str, KEY]
    start: Time
    requested: list[str]
    end: Time | None = None
    deleted: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    @property
    def status(self) -> str:
        """INITIALIZING until it is done, then COMPLETED; FAILED if nothing was deleted."""
        if self.end is None:
            return "INITIALIZING"
        return "FAILED" if self.failed and not self.deleted else "COMPLETED"


@dataclass(frozen=True, slots=True)
class Basis:
    """What a recommendation goes by: a figure (AVG, MAX, SPEC, p95), and how much % of it."""

    name: str = "SPEC"
    percent: Annotated[float, Bounds(0, 100)] = 100.0


@dataclass(slots=True)
class ExportTask:
    """An export: what was asked for, and the files that it made.

    Attributes:
        export_id: Its id.
        kind: ESTATE, AGENT or RECOMMENDATIONS.
        requested: When it was asked for.
        agent_id: The agent whose data it contains.
        start: Start of the requested time range.
        end: End of the requested time range.
        cpu: What recommendations go by.
        ram: What recommendations go by.
        region: The Region that recommendations are for.
        tenancy: SHARED or DEDICATED.
        excluded: The instance types or families that are not recommended.
        purchasing: How reserved instances are paid; `None` for instances on demand.
        term: How long reserved instances are reserved.
        status: IN_PROGRESS, SUCCEEDED or FAILED.
        status_message: What explains the status.
        by_configurations: Whether ExportConfigurations asked for it.
        is_truncated: Whether it leaves out data because there is too much for one export.
        files: The files by name, once it has succeeded.
    """

    export_id: Annotated[str, KEY]
    kind: ExportKind
    requested: Time
    agent_id: str | None = None
    start: Time | None = None
    end: Time | None = None
    cpu: Basis = Basis()
    ram: Basis = Basis()
    region: str | None = None
    tenancy: Literal["SHARED", "DEDICATED"] = "SHARED"
    excluded: tuple[str, ...] = ()
    purchasing: str | None = None
    term: str | None = None
    status: ExportStatus = "IN_PROGRESS"
    status_message: str = ""
    by_configurations: bool = False
    is_truncated: bool = False
    files: dict[str, str] = field(default_factory=dict)


ENDED = ("INACTIVE", "START_FAILED")
"""The states of continuous exports that have ended."""


@dataclass(slots=True)
class ContinuousExport:
    """A continuous export of what agents find to S3."""

    export_id: Annotated[str, KEY]
    bucket: str
    start: Time
    stop: Time | None = None
    status: ContinuousExportStatus = "START_IN_PROGRESS"
    status_detail: str | None = None

    @property
    def has_ended(self) -> bool:
        """Whether another one may be started."""
        return self.status in ENDED
