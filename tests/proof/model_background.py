"""What is done after the answer: deletions, mappings, imports (S2, A7)."""

from __future__ import annotations

from typing import Any

from proof.model_repository import (
    drop_application,
    drop_server,
    drop_without_entries,
    find_server,
    identities,
    join,
    new_application,
    new_server,
    remove_entry,
    set_entry,
    start_applications,
)


def delete_stream(model: Any, store: dict[str, Any], name: str) -> None:
    """S2: the stream is removed, with its tasks and everything attached to them."""
    if store["streams"].get(name, {}).get("deleting"):
        del store["streams"][name]


def map_task(model: Any, store: dict[str, Any], stream: str, name: str) -> None:
    """A5, A7: the attributes of a task are an entry of the server that it describes."""
    task = store["streams"].get(stream, {"tasks": {}})["tasks"].get(name)
    if task is None or task["attributes"] is None:
        return
    source = f"task {stream} {name}"
    pairs = [(pair["Type"], pair["Value"]) for pair in task["attributes"]]
    pairs = [(type_, said.rstrip(".") if type_ == "FQDN" else said) for type_, said in pairs]
    before = remove_entry(store, source)
    server = None
    if any(type_ != "VM_MANAGER_ID" for type_, _ in pairs):
        server = find_server(store, identities(pairs))
        if server is None and before is not None and not store["servers"][before]["entries"]:
            server = before
        if server is None:
            server = new_server(model, store)
        set_entry(model, store["servers"][server], source, pairs=pairs)
    drop_without_entries(store, before)
    for id_, resource in list(task["resources"].items()):
        if resource["automatic"] and id_ != server:
            del task["resources"][id_]
    if server is not None and server not in task["resources"]:
        shown = {"ConfigurationId": server}
        task["resources"][server] = {"seq": model.next(), "shown": shown, "automatic": True}
        if task["state"]["Status"] != "NOT_STARTED":
            start_applications(model, store, [server])


def delete_servers(model: Any, store: dict[str, Any], id_: str) -> None:
    """A task of StartBatchDeleteConfigurationTask."""
    task = store["deletions"][id_]
    for server in task["requestedConfigurations"]:
        if server in store["servers"]:
            drop_server(store, server)
            task["deletedConfigurations"] = [*task["deletedConfigurations"], server]
        else:
            failed = {"configurationId": server, "errorStatusCode": ANY, "errorMessage": ANY}
            task["failedConfigurations"] = [*task["failedConfigurations"], failed]
    nothing = task["failedConfigurations"] and not task["deletedConfigurations"]
    task["status"] = "FAILED" if nothing else "COMPLETED"
    task["endTime"] = model.now


def import_file(model: Any, store: dict[str, Any], id_: str) -> None:
    """Read a file, row by row."""
    task = store["imports"].get(id_)
    if task is None:
        return
    task["shown"]["importCompletionTime"] = model.now
    rows = model.sources.get(task["shown"]["importUrl"])
    if rows is None:
        task["shown"]["status"] = "IMPORT_FAILED"
        return
    for line, row in enumerate(rows, 2):
        _import_row(model, store, task, f"import {id_} {line}", row)
    task["shown"]["status"] = "IMPORT_COMPLETE"
    if task["shown"]["serverImportFailure"]:
        task["shown"]["status"] = "IMPORT_COMPLETE_WITH_ERRORS"
        task["shown"]["errorsAndFailedEntriesZip"] = ANY_URL


def _import_row(
    model: Any, store: dict[str, Any], task: Any, source: str, row: dict[str, str]
) -> None:
    columns = (("HostName", "FQDN"), ("IPAddress", "IP"), ("MACAddress", "MAC_ADDRESS"))
    pairs = [(type_, row[column]) for column, type_ in columns if row.get(column)]
    external = row.get("ExternalId", "")
    if not any(row.values()):
        return  # silent: an empty line is no row
    if not pairs and not external:
        task["shown"]["serverImportFailure"] += 1
        return
    server = find_server(store, identities(pairs), external) or new_server(model, store)
    said = {"pairs": pairs, "external": external, "source": "Import"}
    set_entry(model, store["servers"][server], source, **said)
    task["sources"].append(source)
    if row.get("Tags"):
        key, _, value = row["Tags"].partition(":")
        store["servers"][server]["tags"][key] = {"value": value, "time": model.now}
    if row.get("Applications"):
        application = next(
            (
                id_
                for id_, one in store["applications"].items()
                if one["name"] == row["Applications"]
            ),
            None,
        )
        if application is None:
            application = new_application(model, store, name=row["Applications"])
            task["applications"].append(application)
            task["shown"]["applicationImportSuccess"] += 1
        join(store, application, server)
    task["shown"]["serverImportSuccess"] += 1


def delete_import(model: Any, store: dict[str, Any], id_: str, history: str) -> None:
    """The values of an import are removed; those of others are kept."""
    task = store["imports"].get(id_)
    if task is None:
        return
    for source in task["sources"]:
        drop_without_entries(store, remove_entry(store, source))
    task["sources"] = []
    for application in task["applications"]:
        if application in store["applications"]:
            drop_application(store, application)
    task["shown"].update(status="DELETE_COMPLETE", importDeletedTime=model.now)
    if history == "with history":
        del store["imports"][id_]


class _Any:
    """Equal to everything: an unspecified text."""

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 0

    def __repr__(self) -> str:
        return "ANY"


class _AnyUrl(_Any):
    """Equal to every URL."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str) and other.startswith(("http://", "https://"))

    __hash__ = _Any.__hash__


def finish_export(model: Any, store: dict[str, Any], id_: str) -> None:
    """An export has all data at the time of its creation."""
    export = store["exports"][id_]
    shown = export["shown"]
    if export["agent"] is not None:
        agent = store["agents"].get(export["agent"])
        if agent is None:
            shown["exportStatus"] = "FAILED"
            return
        first = max(shown.get("requestedStartTime", agent["registered"]), agent["registered"])
        # Any agent of these machines lives: it was heard of just now.
        last = min(shown.get("requestedEndTime", model.now), model.now)
        if not agent["lives"]:
            last = min(last, agent["registered"])
        shown["isTruncated"] = last - first > 72 * 3600
    shown |= {"exportStatus": "SUCCEEDED", "configurationsDownloadUrl": ANY_URL}


def start_continuous(model: Any, store: dict[str, Any], id_: str) -> None:
    if store["continuous"][id_]["status"] == "START_IN_PROGRESS":
        store["continuous"][id_]["status"] = "ACTIVE"


def stop_continuous(model: Any, store: dict[str, Any], id_: str) -> None:
    store["continuous"][id_]["status"] = "INACTIVE"


ANY, ANY_URL = _Any(), _AnyUrl()
WORK = {
    "BatchDeleteImportData": delete_import,
    "DeleteProgressUpdateStream": delete_stream,
    "ExportConfigurations": finish_export,
    "PutResourceAttributes": map_task,
    "StartBatchDeleteConfigurationTask": delete_servers,
    "StartContinuousExport": start_continuous,
    "StartExportTask": finish_export,
    "StartImportTask": import_file,
    "StopContinuousExport": stop_continuous,
}
