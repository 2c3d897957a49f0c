"""What the operations of discovery do about exports."""

from __future__ import annotations

from typing import Any

from proof.model_background import ANY

SIX_HOURS = 6 * 3600


def check_agent_filters(call: Any) -> None:
    for said in call.request.get("filters", ()):
        if said["name"] != "agentIds" or said["condition"] not in ("EQUALS", "EQ"):
            call.invalid()


def _new(call: Any, **about: Any) -> Any:
    form = "export-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    id_ = call.learn(call.seen.get("exportId"), form)
    asked = call.request if about.get("agent") else {}
    times = {"startTime": "requestedStartTime", "endTime": "requestedEndTime"}
    call.store["exports"][id_] = {
        "seq": call.model.next(),
        "agent": None,
        "configurations": False,
        "shown": {
            "exportId": id_,
            "exportStatus": "IN_PROGRESS",
            "statusMessage": ANY,
            "exportRequestTime": call.now,
            "isTruncated": False,
            **{times[name]: asked[name] for name in times if name in asked},
        },
        **about,
    }
    call.later(id_)
    return {"exportId": id_}


def start_export(call: Any) -> Any:
    """An agent's data, recommendations, or the estate; five of agents at a time."""
    request, exports = call.request, call.store["exports"].values()
    if not request.get("filters"):
        return _new(call)
    agents = {value for said in request["filters"] for value in said["values"]}
    if len(agents) != 1 or not agents <= call.store["agents"].keys():
        call.invalid()
    (agent,) = agents
    start, end = request.get("startTime"), request.get("endTime")
    if start is not None and end is not None:
        if start > end:
            call.invalid()
        for one in exports:
            shown = one["shown"]
            times = (shown.get("requestedStartTime"), shown.get("requestedEndTime"))
            same = one["agent"] == agent and times == (start, end)
            if same and shown["exportStatus"] == "SUCCEEDED":
                call.refuse("OperationNotPermittedException")
    running = [one for one in exports if one["shown"]["exportStatus"] == "IN_PROGRESS"]
    if len([one for one in running if one["agent"]]) >= 5:
        call.refuse("OperationNotPermittedException")
    return _new(call, agent=agent)


def export_configurations(call: Any) -> Any:
    """Two in six hours."""
    recent = [
        one
        for one in call.store["exports"].values()
        if one["configurations"] and one["shown"]["exportRequestTime"] > call.now - SIX_HOURS
    ]
    if len(recent) >= 2:
        call.refuse("OperationNotPermittedException")
    return _new(call, configurations=True)


def describe_exports(call: Any) -> Any:
    """silent: unknown ids are left out."""
    wanted = call.request.get("exportIds")
    agents = [said["values"] for said in call.request.get("filters", ())]
    rows = [
        (one["seq"], one["shown"])
        for id_, one in call.store["exports"].items()
        if (not wanted or id_ in wanted) and all(one["agent"] in said for said in agents)
    ]
    return call.page(rows, "exportsInfo", 100)


def describe_configurations(call: Any) -> Any:
    if not set(call.request.get("exportIds", ())) <= call.store["exports"].keys():
        call.refuse("ResourceNotFoundException")
    return describe_exports(call)


# continuous exports

ABOUT = {
    "dataSource": "AGENT",
    "schemaStorageConfig": {"databaseName": "application_discovery_service_database"},
}


def start_continuous(call: Any) -> Any:
    """One at a time."""
    for one in call.store["continuous"].values():
        if one["status"] == "STOP_IN_PROGRESS":
            call.refuse("ResourceInUseException")
        if one["status"] != "INACTIVE":
            call.refuse("ConflictErrorException")
    form = "continuous-export-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    id_ = call.learn(call.seen.get("exportId"), form)
    bucket = call.seen.get("s3Bucket", "")
    named = bucket.startswith("aws-application-discovery-service-")
    call.store["continuous"][id_] = {
        "seq": call.model.next(),
        "exportId": id_,
        "status": "START_IN_PROGRESS",
        "s3Bucket": bucket if named else ANY,
        "startTime": call.now,
        **ABOUT,
    }
    call.later(id_)
    about = ("exportId", "s3Bucket", "startTime", *ABOUT)
    return {name: call.store["continuous"][id_][name] for name in about}


def _continuous(call: Any, id_: str) -> Any:
    if id_ not in call.store["continuous"]:
        call.refuse("ResourceNotFoundException")
    return call.store["continuous"][id_]


def stop_continuous(call: Any) -> Any:
    export = _continuous(call, call.request["exportId"])
    if export["status"].endswith("_IN_PROGRESS"):
        call.refuse("ResourceInUseException")
    if export["status"] == "INACTIVE":
        call.refuse("OperationNotPermittedException")
    export |= {"status": "STOP_IN_PROGRESS", "stopTime": call.now}
    call.later(export["exportId"])
    return {"startTime": export["startTime"], "stopTime": call.now}


def describe_continuous(call: Any) -> Any:
    wanted = call.request.get("exportIds", ())
    for id_ in wanted:
        _continuous(call, id_)
    rows = [
        (one["seq"], {name: said for name, said in one.items() if name != "seq"})
        for id_, one in call.store["continuous"].items()
        if not wanted or id_ in wanted
    ]
    return call.page(rows, "descriptions", 100)


HANDLERS = {
    "DescribeContinuousExports": describe_continuous,
    "DescribeExportConfigurations": describe_configurations,
    "DescribeExportTasks": describe_exports,
    "ExportConfigurations": export_configurations,
    "StartContinuousExport": start_continuous,
    "StartExportTask": start_export,
    "StopContinuousExport": stop_continuous,
}
RULES = {"DescribeExportTasks": check_agent_filters, "StartExportTask": check_agent_filters}
