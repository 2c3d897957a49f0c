"""What the discovery repository keeps: servers, applications, and the tasks that change them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

from pytest_mgh.protocol.values import KEY, Count, Time
from pytest_mgh.state.identity import Description, Identity

# ids of a set that keeps its order
Ids = dict[str, None]

ServerType = Literal["EC2", "OTHER", "VMWARE_VM", "VMWARE_HOST", "VMWARE_VM_TEMPLATE"]

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


@dataclass(frozen=True, slots=True)
class Tag:
    """The value of a tag, and when it was given (seconds since the epoch)."""

    value: str
    time: Time


@dataclass(slots=True)
class Server:
    """A server of the repository. Times are seconds since the epoch."""

    configuration_id: Annotated[str, KEY]
    hostname: str | None = None
    ip_addresses: tuple[str, ...] = ()
    mac_addresses: tuple[str, ...] = ()
    time: Time = 0.0
    type: ServerType = "OTHER"
    os_name: str | None = None
    os_version: str | None = None
    agent_id: str | None = None
    source: str | None = None
    cpu_type: str | None = None
    hypervisor: str | None = None
    external_id: str | None = None
    vm_manager_id: str | None = None
    vm_managed_object_reference: str | None = None
    vm_name: str | None = None
    vm_path: str | None = None
    bios_id: str | None = None
    motherboard_serial_number: str | None = None
    performance: dict[str, str] = field(default_factory=dict)
    tags: dict[str, Tag] = field(default_factory=dict)
    applications: Ids = field(default_factory=dict)
    aliases: tuple[Identity, ...] = ()
    """What else it was identified by: further names, earlier ones."""

    def description(self) -> Description:
        """Return what identifies the server."""
        single = {field: getattr(self, name) for name, field in SINGLE_VALUES.items()}
        return Description(
            ip_addresses=self.ip_addresses,
            mac_addresses=self.mac_addresses,
            **{field: (value,) for field, value in single.items() if value},
        )


SINGLE_VALUES = {
    "hostname": "names",
    "external_id": "external_ids",
    "vm_manager_id": "vm_manager_ids",
    "vm_managed_object_reference": "vm_managed_object_references",
    "vm_name": "vm_names",
    "vm_path": "vm_paths",
    "bios_id": "bios_ids",
    "motherboard_serial_number": "motherboard_serial_numbers",
}
"""What a server has one of, and where a description has it."""


@dataclass(slots=True)
class Application:
    """An application of the repository and the ids of its servers."""

    configuration_id: Annotated[str, KEY]
    name: str
    servers: Ids = field(default_factory=dict)
    time: Time = 0.0
    modified: Time = 0.0
    description: str = ""
    wave: str | None = None
    tags: dict[str, Tag] = field(default_factory=dict)


@dataclass(slots=True)
class ImportTask:
    """An import, how it went, and the ids of what it made."""

    id: Annotated[str, KEY]
    name: str
    url: str
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
    servers: list[str] = field(default_factory=list)
    applications: list[str] = field(default_factory=list)


@dataclass(slots=True)
class DeletionTask:
    """A batch deletion of servers: `end` is `None` until it is done."""

    id: Annotated[str, KEY]
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
