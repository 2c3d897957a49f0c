"""The migration state of applications: notify, describe, list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_mgh.services.migration_hub.lookup import check_application, not_found
from pytest_mgh.services.migration_hub.service import lists, reads, writes
from pytest_mgh.services.paging import Page
from pytest_mgh.state.records import ApplicationState

if TYPE_CHECKING:
    from pytest_mgh.services.call import Call
    from pytest_mgh.state.store import Store


@writes()
def notify_application_state(call: Call, store: Store) -> dict[str, Any]:
    """Set the state of an application; its time is UpdateDateTime, or now without one."""
    application_id = call.request["ApplicationId"]
    check_application(call, store, application_id)
    time = float(call.request.get("UpdateDateTime", call.now))
    status, known = call.request["Status"], store.applications.get(application_id)
    started = status != "NOT_STARTED" or (known is not None and known.started)
    state = ApplicationState(application_id, status, time, started)
    store.applications.put(application_id, state)
    return {}


@reads()
def describe_application_state(call: Call, store: Store) -> dict[str, Any]:
    """Describe an application; one that was never notified is NOT_STARTED."""
    application_id = call.request["ApplicationId"]
    state = store.applications.get(application_id) or not_found(f"Application '{application_id}'")
    return _described(state)


@lists()
def list_application_states(call: Call, store: Store) -> dict[str, Any]:
    """List all applications, or of those asked for the ones that exist (A15)."""
    page: Page[int] = Page(call, most=100)
    asked = call.request.get("ApplicationIds")
    if asked is None:
        positions = store.applications.after(page.start)
    else:
        known = {id_ for id_ in asked if id_ in store.applications}
        behind = page.start or 0
        positions = iter(
            sorted(at for id_ in known if (at := store.applications.position(id_)) > behind)
        )
    states = [store.applications.at(position) for position in page.take(positions)]
    rows = [{"ApplicationId": state.application_id, **_described(state)} for state in states]
    return page.answer("ApplicationStateList", rows)


def _described(state: ApplicationState) -> dict[str, Any]:
    described: dict[str, Any] = {"ApplicationStatus": state.status}
    if state.time is not None:
        described["LastUpdatedTime"] = state.time
    return described
