"""Whether the parts of a snapshot fit each other; that each is one by itself is known."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from pytest_mgh.services.catalog import OPERATIONS
from pytest_mgh.services.injection import check_fault, operations_meant

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
    if len(set(snapshot.background)) < len(snapshot.background):
        yield "background: the same work waits twice"
    for name in ("calls", "denials", "notes"):
        if len(getattr(snapshot, name)) > snapshot.settings.keep_events:
            yield f"{name}: more than the {snapshot.settings.keep_events} of settings.keep_events"
    for at, work in enumerate(snapshot.background):
        known = OPERATIONS.get(work.operation)
        if known is None or known.worker is None:
            yield f"background[{at}].operation: {work.operation!r} leaves no work for later"
    for at, fault in enumerate(snapshot.faults):
        yield from _refusal(f"faults[{at}]", check_fault, replace(fault, times=fault.times or 1))
    for name, throttle in snapshot.throttles.items():
        yield from _refusal(f"throttles.{name}", operations_meant, name)
        yield from _refusal(f"throttles.{name}", throttle.check)


def _principal_mistakes(snapshot: Snapshot) -> Iterator[str]:
    default = snapshot.default_principal
    if default not in snapshot.principals:
        yield "default_principal: is none of the principals"
    if default.account_id != snapshot.settings.account_id:
        yield f"default_principal: is of account {default.account_id}, not of the settings' one"
    keys = {principal.access_key for principal in snapshot.principals}
    for at, caller in enumerate(snapshot.moto_callers):
        if caller.access_key in keys:
            yield f"moto_callers[{at}].access_key: {caller.access_key!r} is there twice"
    if len({one.who for one in snapshot.principals}) < len(snapshot.principals):
        yield "principals: a name of an account is there twice"


def _account_mistakes(account: AccountContent) -> Iterator[str]:
    if account.control is not None and account.control.target_id != account.account_id:
        yield f"control.target_id: is not the account {account.account_id}"
    for region, store in account.stores.items():
        yield from (f"stores.{region}.{mistake}" for mistake in _store_mistakes(store))


def _store_mistakes(store: StoreContent) -> Iterator[str]:
    names = [stream.name for stream in store.streams]
    if names != sorted(names):
        yield "streams: are not in the order of their names"
    for at, stream in enumerate(store.streams):
        for name, task in stream.tasks.items():
            if task.stream != stream.name:
                yield f"streams[{at}].tasks.{name}.stream: is not {stream.name!r}"
            if any(one.detail is not None for one in (*task.artifacts, *task.resources)):
                yield f"streams[{at}].tasks.{name}: only sources have a detail"
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


def _refusal(place: str, check: Callable[..., object], *arguments: object) -> Iterator[str]:
    """Say what a check finds wrong."""
    try:
        check(*arguments)
    except ValueError as error:
        yield f"{place}: {error}"
