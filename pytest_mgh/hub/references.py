"""Checks that the parts of a snapshot are consistent with each other."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from pytest_mgh.errors import nearest
from pytest_mgh.services.catalog import OPERATIONS
from pytest_mgh.services.injection import check_fault, operations_meant
from pytest_mgh.state.attributes import ATTRIBUTES, SERVER_TYPES

if TYPE_CHECKING:
    from pytest_mgh.hub.contents import AccountContent, Snapshot, StoreContent


def check_references(snapshot: Snapshot) -> None:
    """Raise `ValueError` for the first part that names what isn't there, or says otherwise."""
    for mistake in _mistakes(snapshot):
        raise ValueError(mistake)


def _mistakes(snapshot: Snapshot) -> Iterator[str]:
    yield from _principal_mistakes(snapshot)
    for at, account in enumerate(snapshot.accounts):
        yield from (f"accounts[{at}].{mistake}" for mistake in _account_mistakes(account))
    yield from _import_mistakes(snapshot)
    if len(set(snapshot.background)) < len(snapshot.background):
        yield "background: the same work appears twice"
    for name in ("calls", "denials", "notes"):
        if len(getattr(snapshot, name)) > snapshot.settings.keep_events:
            yield f"{name}: more than settings.keep_events, {snapshot.settings.keep_events}"
    for at, work in enumerate(snapshot.background):
        known = OPERATIONS.get(work.operation)
        if known is None or known.worker is None:
            yield f"background[{at}].operation: {work.operation!r} has no background work"
    for at, fault in enumerate(snapshot.faults):
        yield from _refusal(f"faults[{at}]", check_fault, replace(fault, times=fault.times or 1))
    for name in snapshot.throttles:
        yield from _refusal(f"throttles.{name}", operations_meant, name)


def _import_mistakes(snapshot: Snapshot) -> Iterator[str]:
    """Yield mistakes in the files of imports: a text is stored as text, anything else as base64."""
    for name, text in snapshot.import_sources.items():
        if name in snapshot.import_archives:
            yield f"import_archives.{name}: is also in import_sources"
        if _encoded(text) is None:
            yield f"import_sources.{name}: has an invalid character"
    for name, archive in snapshot.import_archives.items():
        content = b64decode(archive)
        if b64encode(content).decode() != archive:
            yield f"import_archives.{name}: is not base64"
        with suppress(UnicodeDecodeError):
            content.decode()
            yield f"import_archives.{name}: is text"


def _encoded(text: str) -> bytes | None:
    try:
        return text.encode()
    except UnicodeEncodeError:
        return None


def _principal_mistakes(snapshot: Snapshot) -> Iterator[str]:
    default = snapshot.default_principal
    if default not in snapshot.principals:
        yield "default_principal: is not one of the principals"
    if default.account_id != snapshot.settings.account_id:
        yield (
            f"default_principal: belongs to account {default.account_id}, "
            "not to the account of the settings"
        )
    keys = {principal.access_key for principal in snapshot.principals}
    for part in ("moto_callers", "refused_callers"):
        for at, caller in enumerate(getattr(snapshot, part)):
            if caller.access_key in keys:
                yield f"{part}[{at}].access_key: {caller.access_key!r} appears twice"
        keys |= {caller.access_key for caller in getattr(snapshot, part)}
    if len({one.who for one in snapshot.principals}) < len(snapshot.principals):
        yield "principals: a name appears twice in an account"


def _account_mistakes(account: AccountContent) -> Iterator[str]:
    if account.control is not None and account.control.target_id != account.account_id:
        yield f"control.target_id: is not the account {account.account_id}"
    for region, store in account.stores.items():
        yield from (f"stores.{region}.{mistake}" for mistake in _store_mistakes(store))


def _store_mistakes(store: StoreContent) -> Iterator[str]:
    names = [stream.name for stream in store.streams]
    if names != sorted(names):
        yield "streams: are not sorted by name"
    for at, stream in enumerate(store.streams):
        for name, task in stream.tasks.items():
            if task.stream != stream.name:
                yield f"streams[{at}].tasks.{name}.stream: is not {stream.name!r}"
            if any(one.status_detail is not None for one in (*task.artifacts, *task.resources)):
                yield f"streams[{at}].tasks.{name}: only sources have a status_detail"
            if any(one.automatic for one in (*task.artifacts, *task.sources)):
                yield f"streams[{at}].tasks.{name}: only resources are mapped automatically"
    servers, applications = store.servers, store.discovered_applications
    for application in applications:
        id_ = application.configuration_id
        if id_ in servers:
            yield f"discovered_applications: {id_!r} is a server as well"
        if id_ not in store.applications:
            yield f"applications: {id_!r} of discovered_applications is missing"
        for server_id in application.servers:
            server = servers.get(server_id)
            if server is None or id_ not in server.applications:
                yield f"discovered_applications: {id_!r} has {server_id!r}, which is not in it"
    for one in servers:
        id_ = one.configuration_id
        for application_id in one.applications:
            found = applications.get(application_id)
            if found is None or id_ not in found.servers:
                yield f"servers: {id_!r} is in {application_id!r}, which doesn't have it"

    yield from _entry_mistakes(store)
    if len({application.name for application in applications}) < len(applications):
        yield "discovered_applications: a name appears twice"
    for process in store.processes:
        if process.server not in servers:
            yield f"processes: {process.configuration_id!r} is on no server"
    for connection in store.connections:
        for server_id in (connection.source, connection.destination):
            if server_id not in servers:
                yield f"connections: {connection.id!r} has {server_id!r}, which is not a server"
    for export in store.exports:
        if (export.kind == "AGENT") is not (export.agent_id is not None):
            yield f"exports: {export.export_id!r} has an agent, or none, against its kind"


def _entry_mistakes(store: StoreContent) -> Iterator[str]:
    """Each entry of a server has a known source, and known attributes."""
    sources: set[str] = set()
    orders: set[int] = set()
    for server in store.servers:
        place = f"servers: {server.configuration_id!r}"
        if not server.entries:
            yield f"{place} has no entries"
        for source, entry in server.entries.items():
            if source in sources or entry.order in orders or entry.order > store.order:
                yield f"{place}.entries.{source}: appears twice, or out of order"
            sources.add(source)
            orders.add(entry.order)
            for name, values in entry.values.items():
                if name not in ATTRIBUTES:
                    known = nearest(name, ATTRIBUTES)
                    yield f"{place}.entries.{source}.values: {name!r} is not known; {known}"
                if not values or not all(values):
                    yield f"{place}.entries.{source}.values.{name}: is empty"
            if not set(entry.values.get("type", ())) <= set(SERVER_TYPES):
                yield f"{place}.entries.{source}.values.type: {nearest('', SERVER_TYPES)}"


def _refusal(place: str, check: Callable[..., object], *arguments: object) -> Iterator[str]:
    """Say what a check finds wrong."""
    try:
        check(*arguments)
    except ValueError as error:
        yield f"{place}: {error}"
