"""Export tasks: the estate, what one agent has found, or recommendations of EC2 instances."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pytest_mgh.errors import ServiceError, nearest
from pytest_mgh.protocol.times import milliseconds
from pytest_mgh.services.discovery.downloads import url_of_export
from pytest_mgh.services.discovery.lookup import refuse_value
from pytest_mgh.services.discovery.service import reads, writes
from pytest_mgh.services.paging import paged
from pytest_mgh.state.discovery_records import Basis, ExportTask

if TYPE_CHECKING:
    from pytest_mgh.services.operation import Call, Hub, Result
    from pytest_mgh.state.repository import Repository
    from pytest_mgh.state.store import Store

MAX_RUNNING = 5
"""Exports of agents that run at a time at most."""

MAX_CONFIGURATIONS, SIX_HOURS = 2, 6 * 60 * 60.0
"""Exports of ExportConfigurations in so many seconds at most."""

_AGENT_IDS = "agentIds"


def finish_export(hub: Hub, store: Store, export_id: str) -> None:
    """Make the files of an export from what there is now."""
    from pytest_mgh.services.discovery.agent_files import agent_files
    from pytest_mgh.services.discovery.export_files import estate_files
    from pytest_mgh.services.discovery.recommendations import recommendation_files

    repository, now = store.repository, hub.clock.time()
    export = repository.exports.get(export_id)
    if export is None:
        return
    is_truncated, message = False, "The export succeeded."
    if export.kind == "ESTATE":
        files = estate_files(repository)
    elif export.kind == "RECOMMENDATIONS":
        files = recommendation_files(repository, export, export.region or "")
    else:
        agent = repository.agents.get(export.agent_id or "")
        if agent is None:
            repository.change(
                export, status="FAILED", status_message=f"Agent '{export.agent_id}' does not exist."
            )
            return
        start = agent.registered if export.start is None else export.start
        end = now if export.end is None else export.end
        files, is_truncated = agent_files(repository, agent, start, end, now)
        if is_truncated:
            message = "The export is truncated: ask for a smaller time range."
    repository.change(
        export, status="SUCCEEDED", status_message=message, is_truncated=is_truncated, files=files
    )


def abandon_export(_: Hub, store: Store, export_id: str) -> None:
    """Let an export be one that has failed."""
    export = store.repository.exports.get(export_id)
    if export is not None:
        store.repository.change(export, status="FAILED", status_message="Internal error.")


@writes(worker=finish_export, abandon=abandon_export)
def start_export_task(call: Call, store: Store) -> Result:
    """Start an export: of one agent, of recommendations, or of the estate."""
    request = call.request
    agent_id = _agent_of(request.get("filters", ()), store.repository)
    preferences = request.get("preferences", {}).get("ec2RecommendationsPreferences", {})
    if agent_id is not None:
        return _start(call, store, _agent_export(call, store.repository, agent_id))
    if preferences.get("enabled") is True:
        return _start(call, store, _recommendations(call, preferences))
    return _start(call, store, ExportTask(_new_id(call), "ESTATE", call.now))


def _new_id(call: Call) -> str:
    return f"export-{call.hub.ids.uuid()}"


def _start(call: Call, store: Store, export: ExportTask) -> Result:
    store.repository.put_export(export)
    call.later(export.export_id)
    return {"exportId": export.export_id}


def _agent_of(filters: list[dict[str, Any]], repository: Repository) -> str | None:
    """Return the agent whose data is asked for; `None` without a filter."""
    if not filters:
        return None
    values = {value for one in filters for value in _agent_ids(one)}
    if len(values) != 1:
        refuse_value(f"An export is of one agent: filter {_AGENT_IDS} by one id.")
    (id_,) = values
    if id_ not in repository.agents:
        refuse_value(f"Agent '{id_}' does not exist.")
    return id_


def _agent_ids(given: dict[str, Any]) -> list[str]:
    """Return the agents that a filter asks for; it can do nothing else."""
    if given["name"] != _AGENT_IDS:
        allowed = nearest(given["name"], (_AGENT_IDS,))
        refuse_value(f"Filter '{given['name']}' is not known; {allowed}.")
    if given["condition"] not in ("EQUALS", "EQ"):
        allowed = nearest(given["condition"], ("EQUALS",))
        refuse_value(f"Filter '{_AGENT_IDS}' has no condition '{given['condition']}'; {allowed}.")
    values: list[str] = given["values"]
    return values


def _agent_export(call: Call, repository: Repository, agent_id: str) -> ExportTask:
    start, end = _time(call, "startTime"), _time(call, "endTime")
    if start is not None and end is not None and start > end:
        refuse_value("startTime is later than endTime.")
    running = 0
    for known in repository.exports:
        if known.kind != "AGENT":
            continue
        running += known.status == "IN_PROGRESS"
        same = (known.agent_id, known.start, known.end) == (agent_id, start, end)
        if same and start is not None and end is not None and known.status == "SUCCEEDED":
            _refuse(f"A successful export is already present Export ID: {known.export_id}")
    if running >= MAX_RUNNING:
        _refuse(
            "You have reached limit of maximum allowed concurrent exports. Please wait for current "
            "export tasks to finish before starting another."
        )
    return ExportTask(
        _new_id(call),
        "AGENT",
        call.now,
        agent_id,
        start,
        end,
    )


def _time(call: Call, name: str) -> float | None:
    time = call.request.get(name)
    return None if time is None else milliseconds(time)


def _refuse(message: str) -> None:
    raise ServiceError("OperationNotPermittedException", message)


def _recommendations(call: Call, given: dict[str, Any]) -> ExportTask:
    reserved = given.get("reservedInstanceOptions", {})
    return ExportTask(
        _new_id(call),
        "RECOMMENDATIONS",
        call.now,
        cpu=_basis(given.get("cpuPerformanceMetricBasis", {})),
        ram=_basis(given.get("ramPerformanceMetricBasis", {})),
        region=given.get("preferredRegion", call.region),
        tenancy=given.get("tenancy", "SHARED"),
        excluded=tuple(given.get("excludedInstanceTypes", ())),
        purchasing=reserved.get("purchasingOption"),
        term=reserved.get("termLength"),
    )


def _basis(given: dict[str, Any]) -> Basis:
    return Basis(given.get("name", "SPEC"), float(given.get("percentageAdjust", 100.0)))


@reads()
def describe_export_tasks(call: Call, store: Store) -> Result:
    """List exports, oldest first; unknown ids are left out."""
    filters = [_agent_ids(one) for one in call.request.get("filters", ())]
    return _list(call, store, filters)


@writes(worker=finish_export, abandon=abandon_export)
def export_configurations(call: Call, store: Store) -> Result:
    """Start an export of the estate, as often as twice in six hours."""
    recent = [
        one
        for one in store.repository.exports
        if one.kind == "ESTATE" and one.by_configurations and one.requested > call.now - SIX_HOURS
    ]
    if len(recent) >= MAX_CONFIGURATIONS:
        _refuse(f"An account exports its configurations {MAX_CONFIGURATIONS} times in six hours.")
    export = ExportTask(_new_id(call), "ESTATE", call.now, by_configurations=True)
    return _start(call, store, export)


@reads()
def describe_export_configurations(call: Call, store: Store) -> Result:
    """List exports, oldest first.

    Raises:
        ServiceError: `ResourceNotFoundException` for an unknown id.
    """
    for id_ in call.request.get("exportIds", ()):
        if id_ not in store.repository.exports:
            raise ServiceError("ResourceNotFoundException", f"Export '{id_}' does not exist.")
    return _list(call, store, [])


def _list(call: Call, store: Store, agents: list[list[str]]) -> Result:
    exports, wanted = store.repository.exports, call.request.get("exportIds")

    def positions(start: int | None) -> Iterator[int]:
        for at in exports.after(start):
            export = exports.at(at)
            if wanted and export.export_id not in wanted:
                continue
            if all(export.agent_id in ids for ids in agents):
                yield at

    return paged(call, "exportsInfo", positions, lambda at: _row(call, exports.at(at)))


def _row(call: Call, export: ExportTask) -> dict[str, Any]:
    row: dict[str, Any] = {
        "exportId": export.export_id,
        "exportStatus": export.status,
        "statusMessage": export.status_message,
        "exportRequestTime": export.requested,
        "isTruncated": export.is_truncated,
    }
    optional = {
        "configurationsDownloadUrl": (
            url_of_export(call, export) if export.status == "SUCCEEDED" else None
        ),
        "requestedStartTime": export.start,
        "requestedEndTime": export.end,
    }
    return row | {name: value for name, value in optional.items() if value is not None}
