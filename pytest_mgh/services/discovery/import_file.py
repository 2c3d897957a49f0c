"""Reads an import file: CSV in the format of AWS's import template."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import TYPE_CHECKING

from pytest_mgh.services.discovery.applications import MOST_APPLICATIONS, MOST_SERVERS
from pytest_mgh.services.discovery.tags import MOST_TAGS
from pytest_mgh.state.discovery_records import Application, ImportTask, Server, Tag
from pytest_mgh.state.identity import Description, is_ip_address, is_mac_address

if TYPE_CHECKING:
    from pytest_mgh.state.store import Store
    from pytest_mgh.state.world import World

MOST_BYTES = 10 * 1024 * 1024
MOST_RECORDS = 25_000
MOST_SERVERS_IMPORTED = 10_000
"""The quotas of imports (A20)."""

_SUFFICIENT = {"external id", "ip", "mac", "name", "moref"}
"""The kinds of identifying values one of which a row must have."""

_PERFORMANCE = {
    "CPU.NumberOfProcessors": "numCpus",
    "CPU.NumberOfCores": "numCores",
    "CPU.UsagePct.Avg": "avgCpuUsagePct",
    "CPU.UsagePct.Max": "maxCpuUsagePct",
    "DiskReadsPerSecondInKB.Avg": "avgDiskReadsPerSecondInKB",
    "DiskReadsPerSecondInKB.Max": "maxDiskReadsPerSecondInKB",
    "DiskWritesPerSecondInKB.Avg": "avgDiskWritesPerSecondInKB",
    "DiskWritesPerSecondInKB.Max": "maxDiskWritesPerSecondInKB",
    "DiskReadsOpsPerSecond.Avg": "avgDiskReadIOPS",
    "DiskReadsOpsPerSecond.Max": "maxDiskReadIOPS",
    "DiskWritesOpsPerSecond.Avg": "avgDiskWriteIOPS",
    "DiskWritesOpsPerSecond.Max": "maxDiskWriteIOPS",
    "NetworkReadsPerSecondInKB.Avg": "avgNetworkReadsPerSecondInKB",
    "NetworkReadsPerSecondInKB.Max": "maxNetworkReadsPerSecondInKB",
    "NetworkWritesPerSecondInKB.Avg": "avgNetworkWritesPerSecondInKB",
    "NetworkWritesPerSecondInKB.Max": "maxNetworkWritesPerSecondInKB",
}


def import_file(store: Store, task: ImportTask, content: str | None, world: World) -> None:
    """Import a file's rows; a row that cannot be used is counted, and the others go on."""
    if content is None:
        world.note(
            f"Import '{task.name}' failed: nothing is known of {task.url}. "
            "Give its content with hub.import_source(url, csv)."
        )
    if content is None or len(content.encode()) > MOST_BYTES:
        store.repository.change(task, status="IMPORT_FAILED")
        return
    try:
        table = csv.DictReader(io.StringIO(content.removeprefix("\ufeff")))
        rows = [cells for row in table if (cells := _cells(row))]
    except csv.Error:  # a cell too long
        store.repository.change(task, status="IMPORT_FAILED")
        return
    if not task.url.split("?")[0].lower().endswith(".csv"):
        store.repository.change(task, status="IMPORT_FAILED_UNSUPPORTED_FILE_TYPE")
    elif len(rows) > MOST_RECORDS:
        store.repository.change(task, status="IMPORT_FAILED_RECORD_LIMIT_EXCEEDED")
    elif _imported(store) + _new_servers(store, rows) > MOST_SERVERS_IMPORTED:
        store.repository.change(task, status="IMPORT_FAILED_SERVER_LIMIT_EXCEEDED")
    else:
        for row in rows:
            _import_row(store, task, row, world)
        failures = task.server_failure + task.application_failure
        status = "IMPORT_COMPLETE_WITH_ERRORS" if failures else "IMPORT_COMPLETE"
        store.repository.change(task, status=status)


def _describe(cells: dict[str, str]) -> Description:
    def one(column: str) -> tuple[str, ...]:
        return (cells[column],) if column in cells else ()

    return Description(
        names=one("HostName"),
        ip_addresses=_list(cells.get("IPAddress")),
        mac_addresses=_list(cells.get("MACAddress")),
        external_ids=one("ExternalId"),
        vm_manager_ids=one("VMware.VCenterId"),
        vm_managed_object_references=one("VMware.MoRefId"),
        vm_names=one("VMware.VMName"),
        bios_ids=one("SMBiosId"),
    )


def _imported(store: Store) -> int:
    return sum(1 for server in store.repository.servers if server.source == "Import")


def _new_servers(store: Store, rows: list[dict[str, str]]) -> int:
    return sum(1 for row in rows if store.repository.match(_describe(row)) is None)


def _cells(row: Mapping[str | None, str | list[str] | None]) -> dict[str, str]:
    """Return the cells that hold something; columns beyond the header are unknown ones."""
    return {
        name.strip(): cell.strip()
        for name, cell in row.items()
        if name is not None and isinstance(cell, str) and cell.strip()
    }


def _import_row(store: Store, task: ImportTask, cells: dict[str, str], world: World) -> None:
    description = _describe(cells)
    identities = {kind for kind, *_ in description.identities()}
    tags = [tag.partition(":") for tag in _list(cells.get("Tags"))]
    repository, now = store.repository, world.clock.time()
    server = repository.match(description)
    known_tags = server.tags if server else {}
    addresses_exist = all(map(is_ip_address, description.ip_addresses)) and all(
        map(is_mac_address, description.mac_addresses)
    )
    sufficient = identities & _SUFFICIENT
    if not (sufficient and addresses_exist and _valid(tags, known_tags)):
        _count(store, task, "server_failure")
        return
    if server is None:
        server = Server(world.ids.server_id(), time=now, source="Import")
        repository.change(task, servers=[*task.servers, server.configuration_id])
    figures = {name: cells[column] for column, name in _PERFORMANCE.items() if column in cells}
    repository.change(
        server,
        type="VMWARE_VM" if description.vm_manager_ids else server.type,
        os_name=cells.get("OS.Name", server.os_name),
        os_version=cells.get("OS.Version", server.os_version),
        performance=server.performance | figures,
    )
    repository.tag(server, {key.strip(): Tag(value.strip(), now) for key, _, value in tags})
    repository.merge(server, description)
    repository.put_server(server)
    _count(store, task, "server_success")
    for name in _list(cells.get("Applications")):
        _join(store, task, server, name, cells.get("ApplicationWave"), world)


def _valid(tags: list[tuple[str, str, str]], known: Mapping[str, Tag]) -> bool:
    keys = {key.strip() for key, _, _ in tags}
    return len(known.keys() | keys) <= MOST_TAGS and all(key and colon for key, colon, _ in tags)


def _join(
    store: Store, task: ImportTask, server: Server, name: str, wave: str | None, world: World
) -> None:
    repository, now = store.repository, world.clock.time()
    found = repository.applications.find("application.name", name)
    application = repository.applications.get(found[0]) if found else None
    if application is None:
        if len(repository.applications) >= MOST_APPLICATIONS or len(name) > 127:
            _count(store, task, "application_failure")
            return
        id_ = world.ids.application_id()
        application = Application(id_, name, time=now, modified=now, wave=wave)
        store.add_application(application)
        repository.change(task, applications=[*task.applications, id_])
        _count(store, task, "application_success")
    is_new = server.configuration_id not in application.servers
    if is_new and len(application.servers) >= MOST_SERVERS:
        _count(store, task, "application_failure")
        return
    repository.join(application, server)


def _list(cell: str | None) -> tuple[str, ...]:
    return tuple(part.strip() for part in (cell or "").split(",") if part.strip())


def _count(store: Store, task: ImportTask, figure: str) -> None:
    store.repository.change(task, **{figure: getattr(task, figure) + 1})
