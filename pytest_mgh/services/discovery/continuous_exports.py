"""Continuous exports: what agents find goes on to S3 and Athena, one export at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pytest_mgh.errors import ServiceError
from pytest_mgh.services.discovery.service import deletes, reads, writes
from pytest_mgh.services.paging import paged
from pytest_mgh.state.discovery_records import ContinuousExport

if TYPE_CHECKING:
    from pytest_mgh.services.operation import Call, Hub, Result
    from pytest_mgh.state.store import Store

_ABOUT = {
    "dataSource": "AGENT",
    "schemaStorageConfig": {"databaseName": "application_discovery_service_database"},
}


def finish_start(_: Hub, store: Store, export_id: str) -> None:
    """Let an export that starts be active."""
    _change(store, export_id, "START_IN_PROGRESS", status="ACTIVE")


def abandon_start(_: Hub, store: Store, export_id: str) -> None:
    """Let the start of an export have failed."""
    _change(
        store,
        export_id,
        "START_IN_PROGRESS",
        status="START_FAILED",
        status_detail="INTERNAL_FAILURE",
    )


@writes(worker=finish_start, abandon=abandon_start)
def start_continuous_export(call: Call, store: Store) -> Result:
    """Start an export, unless there is one already."""
    for known in store.repository.continuous_exports:
        if known.status == "STOP_IN_PROGRESS":
            raise ServiceError(
                "ResourceInUseException", f"Continuous export '{known.export_id}' is being stopped."
            )
        if not known.has_ended:
            raise ServiceError(
                "ConflictErrorException", f"Continuous export '{known.export_id}' already exists."
            )
    ids = call.hub.ids
    export = ContinuousExport(
        ids.continuous_export_id(),
        ids.export_bucket(),
        call.now,
    )
    store.repository.put_continuous_export(export)
    call.later(export.export_id)
    return {
        "exportId": export.export_id,
        "s3Bucket": export.bucket,
        "startTime": export.start,
        **_ABOUT,
    }


def finish_stop(_: Hub, store: Store, export_id: str) -> None:
    """Let an export that stops be inactive."""
    _change(store, export_id, "STOP_IN_PROGRESS", status="INACTIVE")


def abandon_stop(_: Hub, store: Store, export_id: str) -> None:
    """Let the stop of an export have failed."""
    _change(
        store, export_id, "STOP_IN_PROGRESS", status="STOP_FAILED", status_detail="INTERNAL_FAILURE"
    )


def _change(store: Store, export_id: str, before: str, **values: str) -> None:
    export = store.repository.continuous_exports.get(export_id)
    if export is not None and export.status == before:
        store.repository.change(export, **values)


@deletes(worker=finish_stop, abandon=abandon_stop)
def stop_continuous_export(call: Call, store: Store) -> Result:
    """Stop an export that is active, also from outside the home Region."""
    export = _find(store, call.request["exportId"])
    if export.status in ("START_IN_PROGRESS", "STOP_IN_PROGRESS"):
        what = "started" if export.status == "START_IN_PROGRESS" else "stopped"
        raise ServiceError(
            "ResourceInUseException", f"Continuous export '{export.export_id}' is being {what}."
        )
    if export.has_ended:
        raise ServiceError(
            "OperationNotPermittedException",
            f"Continuous export '{export.export_id}' is not active.",
        )
    store.repository.change(export, status="STOP_IN_PROGRESS", stop=call.now)
    call.later(export.export_id)
    return {"startTime": export.start, "stopTime": call.now}


@reads()
def describe_continuous_exports(call: Call, store: Store) -> Result:
    """List continuous exports, oldest first, or those of some ids."""
    exports, wanted = store.repository.continuous_exports, call.request.get("exportIds", ())
    for id_ in wanted:
        _find(store, id_)

    def positions(start: int | None) -> Iterator[int]:
        found = exports.after(start)
        return (at for at in found if not wanted or exports.at(at).export_id in wanted)

    return paged(call, "descriptions", positions, lambda at: _row(exports.at(at)))


def _find(store: Store, id_: str) -> ContinuousExport:
    export = store.repository.continuous_exports.get(id_)
    if export is None:
        raise ServiceError(
            "ResourceNotFoundException", f"Continuous export '{id_}' does not exist."
        )
    return export


def _row(export: ContinuousExport) -> dict[str, Any]:
    row = {
        "exportId": export.export_id,
        "status": export.status,
        "s3Bucket": export.bucket,
        "startTime": export.start,
        **_ABOUT,
    }
    optional = {"statusDetail": export.status_detail, "stopTime": export.stop}
    return row | {name: value for name, value in optional.items() if value is not None}
