"""What the 21 operations of mgh do."""

from __future__ import annotations

import re
from typing import Any

from proof.model_repository import start_applications

# A9: the values of these types have a format.
_BYTE, _GROUP = "(25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9])", "[0-9A-Fa-f]{1,4}"
FORMATS = {
    "IPV4_ADDRESS": rf"{_BYTE}(\.{_BYTE}){{3}}",
    "IPV6_ADDRESS": f"{_GROUP}(:{_GROUP}){{7}}",
    "MAC_ADDRESS": r"([0-9A-Fa-f]{2}[:-]){5}([0-9A-Fa-f]{2})",
    "FQDN": r"[^<>{}\\/?,=\x00-\x1f\x7f]{1,256}",
}


# rules about the input


def check_formats(call: Any) -> None:
    for pair in call.request["ResourceAttributeList"]:
        if not re.fullmatch(FORMATS.get(pair["Type"], "(?s).*"), pair["Value"]):
            call.invalid()


# streams


def create_stream(call: Any) -> Any:
    """S4, S5; silent: an existing one is left as it is."""
    name = call.request["ProgressUpdateStreamName"]
    if call.store["streams"].get(name, {}).get("deleting"):
        call.invalid()
    call.store["streams"].setdefault(name, {"deleting": False, "tasks": {}})
    return {}


def delete_stream(call: Any) -> Any:
    """S2: it returns at once, the rest is done in the background."""
    name = call.request["ProgressUpdateStreamName"]
    stream = call.store["streams"].get(name)
    if stream is None:
        call.refuse("ResourceNotFoundException")
    if not stream["deleting"]:
        stream["deleting"] = True
        call.later(name)
    return {}


def list_streams(call: Any) -> Any:
    rows = [(name, {"ProgressUpdateStreamName": name}) for name in sorted(call.store["streams"])]
    return call.page(rows, "ProgressUpdateStreamSummaryList", 100)


# tasks


def find_stream(call: Any, *, writes: bool) -> dict[str, Any]:
    """Find the stream of a call; a write to one that is being deleted is refused (S4)."""
    stream = call.store["streams"].get(call.request["ProgressUpdateStream"])
    if stream is None:
        call.refuse("ResourceNotFoundException")
    if writes and stream["deleting"]:
        call.invalid()
    return stream


def find_task(call: Any, *, writes: bool = False) -> dict[str, Any]:
    task = find_stream(call, writes=writes)["tasks"].get(call.request["MigrationTaskName"])
    if task is None:
        call.refuse("ResourceNotFoundException")
    return task


def import_task(call: Any) -> Any:
    """T1; silent: a task that exists is left as it is."""
    new = {
        "state": {"Status": "NOT_STARTED"},
        "time": call.now,
        "promise": None,
        "updates": [],
        "attributes": None,
        "artifacts": {},
        "resources": {},
        "sources": {},
    }
    find_stream(call, writes=True)["tasks"].setdefault(call.request["MigrationTaskName"], new)
    return {}


def notify_task(call: Any) -> Any:
    """T5, T8; silent: the last call wins, the whole state is replaced."""
    task, request = find_task(call, writes=True), call.request
    starts = task["state"]["Status"] == "NOT_STARTED" != request["Task"]["Status"]
    task["state"], task["time"] = request["Task"], request["UpdateDateTime"]
    task["promise"] = request["NextUpdateSeconds"]
    task["updates"].append(
        {
            "seq": call.model.next(),
            "UpdateDateTime": request["UpdateDateTime"],
            "UpdateType": "MIGRATION_TASK_STATE_UPDATED",
            "MigrationTaskState": request["Task"],
        }
    )
    if starts:
        start_applications(call.model, call.store, list(task["resources"]))
    return {}


def describe_task(call: Any) -> Any:
    task = find_task(call)
    shown = {
        "ProgressUpdateStream": call.request["ProgressUpdateStream"],
        "MigrationTaskName": call.request["MigrationTaskName"],
        "Task": task["state"],
        "UpdateDateTime": task["time"],
    }
    if task["attributes"] is not None:
        shown["ResourceAttributeList"] = task["attributes"]
    return {"MigrationTask": shown}


def list_tasks(call: Any) -> Any:
    """A12, A13; silent: the newest update first."""
    wanted = call.request.get("ResourceName")
    if wanted is not None and call.model.strict and not _is_known(call.store, wanted):
        call.refuse("ResourceNotFoundException")
    rows = [
        (
            (-task["time"], stream_name, name),
            {
                "ProgressUpdateStream": stream_name,
                "MigrationTaskName": name,
                "UpdateDateTime": task["time"],
                **task["state"],
            },
        )
        for stream_name, stream in call.store["streams"].items()
        for name, task in stream["tasks"].items()
        if wanted is None or wanted in task["resources"]
    ]
    return call.page(sorted(rows, key=lambda row: row[0]), "MigrationTaskSummaryList", 100)


def list_updates(call: Any) -> Any:
    """T8, A16; silent: the oldest first."""
    rows = [
        (update["seq"], {name: said for name, said in update.items() if name != "seq"})
        for update in find_task(call)["updates"]
    ]
    return call.page(rows, "MigrationTaskUpdateList", 100)


def put_attributes(call: Any) -> Any:
    """A3, A8, A5: replaced as a whole, VM attributes need their manager, mapping comes later."""
    task, pairs = find_task(call, writes=True), call.request["ResourceAttributeList"]
    if not any(pair["Type"] == "VM_MANAGER_ID" for pair in pairs):
        pairs = [pair for pair in pairs if not pair["Type"].startswith("VM_")]
    task["attributes"] = pairs
    call.later(call.request["ProgressUpdateStream"], call.request["MigrationTaskName"])
    return {}


# associations: each kind keeps its members by name, in the order in which they came


def _associate(call: Any, kind: str, member: str, key: str) -> Any:
    said = call.request[member]
    task = find_task(call, writes=True)
    if kind == "resources" and call.model.strict and not _is_known(call.store, said[key]):
        call.refuse("ResourceNotFoundException")
    old = task[kind].get(said[key])
    seq = old["seq"] if old else call.model.next()
    task[kind][said[key]] = {"seq": seq, "shown": said, "automatic": False}
    if kind == "resources" and not old and task["state"]["Status"] != "NOT_STARTED":
        start_applications(call.model, call.store, [said[key]])
    return {}


def _disassociate(call: Any, kind: str, member: str) -> Any:
    """silent: what is not associated is no error."""
    find_task(call)[kind].pop(call.request[member], None)
    return {}


def _list(call: Any, kind: str, member: str) -> Any:
    rows = [(one["seq"], one["shown"]) for one in find_task(call)[kind].values()]
    return call.page(sorted(rows, key=lambda row: row[0]), member, 10)


def _is_known(store: dict[str, Any], id_: str) -> bool:
    return id_ in store["servers"] or id_ in store["applications"]


# applications


def notify_application(call: Any) -> Any:
    """A14; silent: LastUpdatedTime is UpdateDateTime where that is given."""
    id_, states = call.request["ApplicationId"], call.store["states"]
    if call.model.strict and id_ not in call.store["applications"]:
        call.refuse("ResourceNotFoundException")
    state = states.setdefault(id_, {"seq": call.model.next(), "started": False})
    state["status"] = call.request["Status"]
    state["time"] = call.request.get("UpdateDateTime", call.now)
    return {}


def describe_application(call: Any) -> Any:
    state = call.store["states"].get(call.request["ApplicationId"])
    if state is None:
        call.refuse("ResourceNotFoundException")
    return _shown(state)


def list_applications(call: Any) -> Any:
    """A15; silent: unknown ids are left out, repeated ones count once."""
    wanted = call.request.get("ApplicationIds")
    rows = [
        (state["seq"], {"ApplicationId": id_, **_shown(state)})
        for id_, state in call.store["states"].items()
        if wanted is None or id_ in wanted
    ]
    return call.page(sorted(rows, key=lambda row: row[0]), "ApplicationStateList", 100)


def _shown(state: dict[str, Any]) -> dict[str, Any]:
    time = {} if state["time"] is None else {"LastUpdatedTime": state["time"]}
    return {"ApplicationStatus": state["status"], **time}


RULES = {"PutResourceAttributes": check_formats}
HANDLERS = {
    "AssociateCreatedArtifact": lambda call: _associate(
        call, "artifacts", "CreatedArtifact", "Name"
    ),
    "AssociateDiscoveredResource": lambda call: _associate(
        call, "resources", "DiscoveredResource", "ConfigurationId"
    ),
    "AssociateSourceResource": lambda call: _associate(call, "sources", "SourceResource", "Name"),
    "CreateProgressUpdateStream": create_stream,
    "DeleteProgressUpdateStream": delete_stream,
    "DescribeApplicationState": describe_application,
    "DescribeMigrationTask": describe_task,
    "DisassociateCreatedArtifact": lambda call: _disassociate(
        call, "artifacts", "CreatedArtifactName"
    ),
    "DisassociateDiscoveredResource": lambda call: _disassociate(
        call, "resources", "ConfigurationId"
    ),
    "DisassociateSourceResource": lambda call: _disassociate(call, "sources", "SourceResourceName"),
    "ImportMigrationTask": import_task,
    "ListApplicationStates": list_applications,
    "ListCreatedArtifacts": lambda call: _list(call, "artifacts", "CreatedArtifactList"),
    "ListDiscoveredResources": lambda call: _list(call, "resources", "DiscoveredResourceList"),
    "ListMigrationTaskUpdates": list_updates,
    "ListMigrationTasks": list_tasks,
    "ListProgressUpdateStreams": list_streams,
    "ListSourceResources": lambda call: _list(call, "sources", "SourceResourceList"),
    "NotifyApplicationState": notify_application,
    "NotifyMigrationTaskState": notify_task,
    "PutResourceAttributes": put_attributes,
}
