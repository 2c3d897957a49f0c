"""The migration state of applications: notify, describe, list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pytest_mgh.protocol.times import milliseconds
from pytest_mgh.services.migration_hub.lookup import check_application, not_found
from pytest_mgh.services.migration_hub.service import lists, reads, writes
from pytest_mgh.services.paging import paged
from pytest_mgh.state.records import ApplicationState

if TYPE_CHECKING:
    from pytest_mgh.services.operation import Call, Result
    from pytest_mgh.state.store import Store


@writes()
def notify_application_state(call: Call, store: Store) -> Result:
    """Set the state of an application; its time is UpdateDateTime, or now without one."""
    application_id = call.request["ApplicationId"]
    check_application(call, store, application_id)
    time = milliseconds(call.request.get("UpdateDateTime", call.now))
    status, known = call.request["Status"], store.applications.get(application_id)
    started = status != "NOT_STARTED" or (known is not None and known.started)
    state = ApplicationState(application_id, status, time, started)
    store.put_application_state(state)
    return {}


@reads()
def describe_application_state(call: Call, store: Store) -> Result:
    """Describe an application; one that was never notified is NOT_STARTED."""
    application_id = call.request["ApplicationId"]
    state = store.applications.get(application_id) or not_found(f"Application '{application_id}'")
    return _described(state)


@lists()
def list_application_states(call: Call, store: Store) -> Result:
    """List all applications, or of those asked for the ones that exist (A15)."""
    applications, asked = store.applications, call.request.get("ApplicationIds")

    def positions(start: int | None) -> Iterator[int]:
        if asked is None:
            return applications.after(start)
        found = {applications.position(id_) for id_ in asked if id_ in applications}
        return (at for at in sorted(found) if at > (start or 0))

    def row(position: int) -> Result:
        state = applications.at(position)
        return {"ApplicationId": state.application_id, **_described(state)}

    return paged(call, "ApplicationStateList", positions, row)


def _described(state: ApplicationState) -> dict[str, Any]:
    described: dict[str, Any] = {"ApplicationStatus": state.status}
    if state.time is not None:
        described["LastUpdatedTime"] = state.time
    return described
