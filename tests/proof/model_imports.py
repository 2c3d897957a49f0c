"""What the operations of discovery do about import and deletion tasks."""

from __future__ import annotations

from typing import Any

from proof.model_background import ANY


def start_import(call: Any) -> Any:
    """The same token with the same parameters: the same task; with others it is refused."""
    request, imports = call.request, call.store["imports"]
    token, said = request.get("clientRequestToken"), (request["name"], request["importUrl"])
    for task in imports.values():
        if task["token"] == token is not None:
            if (task["shown"]["name"], task["shown"]["importUrl"]) != said:
                call.refuse("ResourceInUseException")
            return {"task": _classified(call, task["shown"])}
    seen = call.seen.get("task", {})
    id_ = call.learn(seen.get("importTaskId"), "import-task-[0-9a-f]{32}")
    shown = {
        "importTaskId": id_,
        # One that the client made is not known where the answer was lost.
        "clientRequestToken": token or seen.get("clientRequestToken", ANY),
        "name": said[0],
        "importUrl": said[1],
        "status": "IMPORT_IN_PROGRESS",
        "importRequestTime": call.now,
        "serverImportSuccess": 0,
        "serverImportFailure": 0,
        "applicationImportSuccess": 0,
        "applicationImportFailure": 0,
    }
    imports[id_] = {
        "seq": call.model.next(),
        "token": token,
        "shown": shown,
        "sources": [],
        "applications": [],
    }
    call.later(id_)
    return {"task": _classified(call, shown)}


def _classified(call: Any, shown: dict[str, Any]) -> dict[str, Any]:
    """Add the kind of file; clients older than this member don't see it."""
    rows = [call.seen.get("task", {}), *call.seen.get("tasks", ())]
    known = any("fileClassification" in row for row in rows)
    return {**shown, **({"fileClassification": "IMPORT_TEMPLATE"} if known else {})}


def describe_imports(call: Any) -> Any:
    """With a filter on STATUS all others are ignored."""
    filters = call.request.get("filters", ())
    names = {"IMPORT_TASK_ID": "importTaskId", "STATUS": "status", "NAME": "name"}
    status = [said for said in filters if said["name"] == "STATUS"]
    rows = [
        (task["seq"], _classified(call, task["shown"]))
        for task in call.store["imports"].values()
        if all(task["shown"][names[said["name"]]] in said["values"] for said in status or filters)
    ]
    return call.page(rows, "tasks", 100)


def delete_imports(call: Any) -> Any:
    errors = []
    for id_ in dict.fromkeys(call.request["importTaskIds"]):
        task = call.store["imports"].get(id_)
        if task is None:
            error = {"importTaskId": id_, "errorCode": "NOT_FOUND", "errorDescription": ANY}
            errors.append(error)
        else:
            task["shown"]["status"] = "DELETE_IN_PROGRESS"
            call.later(id_, "with history" if call.request.get("deleteHistory") else "")
    return {"errors": errors}


def start_deletion(call: Any) -> Any:
    """More than 200 ids are too many; silent: one task at a time."""
    ids = list(dict.fromkeys(call.request["configurationIds"]))
    deletions = call.store["deletions"]
    if len(ids) > 200:
        call.refuse("LimitExceededException")
    if any("endTime" not in task for task in deletions.values()):
        call.refuse("OperationNotPermittedException")
    id_ = call.learn(call.seen.get("taskId"), "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
    deletions[id_] = {
        "taskId": id_,
        "status": "INITIALIZING",
        "startTime": call.now,
        "configurationType": "SERVER",
        "requestedConfigurations": ids,
        "deletedConfigurations": [],
        "failedConfigurations": [],
        "deletionWarnings": [],
    }
    call.later(id_)
    return {"taskId": id_}


def describe_deletion(call: Any) -> Any:
    if call.request["taskId"] not in call.store["deletions"]:
        call.invalid()
    return {"task": call.store["deletions"][call.request["taskId"]]}


HANDLERS = {
    "BatchDeleteImportData": delete_imports,
    "DescribeBatchDeleteConfigurationTask": describe_deletion,
    "DescribeImportTasks": describe_imports,
    "StartBatchDeleteConfigurationTask": start_deletion,
    "StartImportTask": start_import,
}
