"""Imports a file: each record is an entry of the server that it describes."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pytest_mgh.services.discovery.applications import MAX_APPLICATIONS, MAX_SERVERS
from pytest_mgh.services.discovery.import_object import object_of, read_object, why_unknown
from pytest_mgh.services.discovery.import_sheet import (
    APPLICATIONS,
    SERVER_ID,
    TAGS,
    WAVE,
    RecordError,
    Sheet,
    UnsupportedFileError,
    check_text,
    is_text,
    parts,
    read_sheet,
    shortened,
)
from pytest_mgh.services.discovery.tags import MAX_TAGS
from pytest_mgh.state.discovery_records import Application, ImportFailure, Tag, import_source

if TYPE_CHECKING:
    from pytest_mgh.services.operation import Hub
    from pytest_mgh.state.attributes import Values
    from pytest_mgh.state.discovery_records import ImportTask, Server
    from pytest_mgh.state.repository import Repository
    from pytest_mgh.state.store import Store

MAX_BYTES = 10 * 1024 * 1024
"""Bytes of the longest file."""
MAX_RECORDS = 25_000
"""Records that an account has imported at a time, failed ones apart."""
MAX_SERVERS_IMPORTED = 10_000
"""Servers that an account has imported at a time (A20)."""

_MAX_NAME = 127


def import_file(hub: Hub, store: Store, task: ImportTask) -> None:
    """Import the file of a task; a record that cannot be used fails, and the others go on."""
    content = read_object(hub, task.import_url)
    if content is None:
        _fail(hub, store, task, f"no file is known for {task.import_url}: {why_unknown(hub)}")
    elif len(content) > MAX_BYTES:
        _fail(hub, store, task, f"a file may have {MAX_BYTES} bytes, not {len(content)}")
    else:
        try:
            sheet = read_sheet(content, object_of(task.import_url))
        except UnsupportedFileError as error:
            status = "IMPORT_FAILED_UNSUPPORTED_FILE_TYPE"
            _fail(hub, store, task, f"it must be {error}", status)
        except csv.Error as error:
            _fail(hub, store, task, f"not CSV: {error}")
        else:
            _import_sheet(hub, store, task, sheet)


def _fail(
    hub: Hub, store: Store, task: ImportTask, why: str, status: str = "IMPORT_FAILED"
) -> None:
    store.repository.change(task, status=status)
    hub.note(f"Import '{task.name}' failed: {why}")


class _TooManyServersError(Exception):
    """More servers than an account may import."""


def _import_sheet(hub: Hub, store: Store, task: ImportTask, sheet: Sheet) -> None:
    repository = store.repository
    repository.change(task, classification=sheet.classification)
    for name, nearest in sheet.nearly():
        hub.note(f"Import '{task.name}': column {name!r} is ignored; did you mean {nearest!r}?")
    held = sum(len(one.lines) for one in repository.imports)
    if held + len(sheet.records) > MAX_RECORDS:
        why = f"an account can import {MAX_RECORDS} records, and already has {held}"
        _fail(hub, store, task, why, "IMPORT_FAILED_RECORD_LIMIT_EXCEEDED")
        return
    run = _Run(hub, store, task, sheet)
    try:
        with store.whole():
            for line, cells in sheet.records:
                run.take(line, cells)
            if _count_imported(repository) > MAX_SERVERS_IMPORTED:
                raise _TooManyServersError
    except _TooManyServersError:
        why = f"an account can import {MAX_SERVERS_IMPORTED} servers"
        _fail(hub, store, task, why, "IMPORT_FAILED_SERVER_LIMIT_EXCEEDED")
    else:
        run.end()


def _count_imported(repository: Repository) -> int:
    return sum(
        any(source.startswith("import:") for source in server.entries)
        for server in repository.servers
    )


@dataclass(slots=True)
class _Run:
    """An import that goes through its records, and what came of them so far."""

    hub: Hub
    store: Store
    task: ImportTask
    sheet: Sheet
    lines: list[int] = field(default_factory=list)
    applications: list[str] = field(default_factory=list)
    failures: list[ImportFailure] = field(default_factory=list)

    def take(self, line: int, cells: tuple[str, ...]) -> None:
        """Import a record, or note why it can't be."""
        sheet = self.sheet
        try:
            values, server_id = sheet.values(cells), sheet.cell(cells, SERVER_ID)
            tags = _read_tags(sheet.cell(cells, TAGS))
            wave = sheet.cell(cells, WAVE)
            check_text(WAVE, wave)
            server = self._find(values, server_id)
            known = server.tags.keys() if server else set()
            if len(known | tags.keys()) > MAX_TAGS:
                raise RecordError(f"{TAGS}: a server has at most {MAX_TAGS} tags")
        except RecordError as error:
            self.failures.append(ImportFailure(line, str(error), cells))
            return
        repository, now = self.store.repository, self.hub.clock.time()
        if server is None:
            server = repository.add_server(self.hub.ids.server_id(), now)
        values["source"] = ("Import",)
        repository.enter(server, import_source(self.task.import_task_id, line), values, now)
        if tags:
            repository.tag(server, {key: Tag(value, now) for key, value in tags.items()})
        self.lines.append(line)
        for name in parts(sheet.cell(cells, APPLICATIONS)):
            why_not = self._join(server, name, wave)
            if why_not:
                self.failures.append(ImportFailure(line, f"{APPLICATIONS}: {why_not}", None))

    def _find(self, values: Values, server_id: str) -> Server | None:
        """Return the server that a record is about; `None` for a new one."""
        repository = self.store.repository
        if server_id:
            server = repository.servers.get(server_id)
            if server is None:
                raise RecordError(f"{SERVER_ID}: there is no server {shortened(server_id)}")
            return server
        vm = values.keys() >= {"vm_managed_object_reference", "vm_manager_id"}
        if not vm and not values.keys() & _SUFFICIENT:
            raise RecordError(
                "it does not identify a server: one of ExternalId, IPAddress, MACAddress, "
                "HostName, or VMware.MoRefId and VMware.VCenterId is needed"
            )
        return repository.match(values)

    def _join(self, server: Server, name: str, wave: str) -> str | None:
        """Put a server into the application of a name, which is made where it is missing.

        Return why that can't be.
        """
        repository, now = self.store.repository, self.hub.clock.time()
        application = repository.application_named(name)
        if application is None:
            if not is_text(name):
                return "it has an invalid character"
            if len(name) > _MAX_NAME:
                return f"{shortened(name)} has more than {_MAX_NAME} characters"
            if len(repository.applications) >= MAX_APPLICATIONS:
                return f"an account has at most {MAX_APPLICATIONS} applications"
            id_ = self.hub.ids.application_id()
            application = Application(id_, name, time=now, modified=now, wave=wave or None)
            self.store.add_application(application)
            self.applications.append(id_)
        is_new = server.configuration_id not in application.servers
        if is_new and len(application.servers) >= MAX_SERVERS:
            return f"{shortened(name)} already has {MAX_SERVERS} servers, the maximum"
        repository.join(application, server)
        return None

    def end(self) -> None:
        """Write down how the import went."""
        failed = [failure for failure in self.failures if failure.cells is not None]
        self.store.repository.change(
            self.task,
            status="IMPORT_COMPLETE_WITH_ERRORS" if self.failures else "IMPORT_COMPLETE",
            server_success=len(self.lines),
            server_failure=len(failed),
            application_success=len(self.applications),
            application_failure=len(self.failures) - len(failed),
            lines=self.lines,
            applications=self.applications,
            header=self.sheet.header if self.failures else (),
            failures=self.failures,
        )
        if self.failures:
            first = self.failures[0]
            self.hub.note(
                f"Import '{self.task.name}': {len(failed)} of {len(self.sheet.records)} records "
                f"failed; line {first.line}: {first.reason}"
            )


_SUFFICIENT = {"external_id", "ip_addresses", "mac_addresses", "hostname"}
"""The attributes one of which a record has to have, unless VMware's ids say what it is about."""


def _read_tags(cell: str) -> dict[str, str]:
    """Return the tags of a cell; of a key that is there twice the last value."""
    check_text(TAGS, cell)
    tags = {}
    for part in parts(cell):
        key, colon, value = part.partition(":")
        if not key.strip() or not colon:
            raise RecordError(f"{TAGS}: {shortened(part)} is not a key, a colon and a value")
        tags[key.strip()] = value.strip()
    return tags
