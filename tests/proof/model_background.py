"""What is done after the answer: deletions, mappings, imports (S2, A7)."""

from __future__ import annotations

from typing import Any

from proof.model_repository import (
    drop_application,
    drop_server,
    find_server,
    identities,
    join,
    new_application,
    new_server,
    start_applications,
    tell,
)


def delete_stream(model: Any, store: dict[str, Any], name: str) -> None:
    """S2: the stream goes, with its tasks and all that they have."""
    if store["streams"].get(name, {}).get("deleting"):
        del store["streams"][name]


def map_task(model: Any, store: dict[str, Any], stream: str, name: str) -> None:
    """A5, A7: map a task to the server that its attributes describe."""
    task = store["streams"].get(stream, {"tasks": {}})["tasks"].get(name)
    if task is None or task["attributes"] is None:
        return
    pairs = [(pair["Type"], pair["Value"]) for pair in task["attributes"]]
    wanted = identities(pairs)
    server = find_server(store, wanted)
    if server is None and wanted:
        has_manager = any(type_ == "VM_MANAGER_ID" for type_, _ in pairs)
        server = new_server(model, store, type="VMWARE_VM" if has_manager else "OTHER")
    if server is not None:
        tell(store["servers"][server], pairs)
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
    for row in rows:
        _import_row(model, store, task, row)
    failures = task["shown"]["serverImportFailure"]
    task["shown"]["status"] = "IMPORT_COMPLETE_WITH_ERRORS" if failures else "IMPORT_COMPLETE"


def _import_row(model: Any, store: dict[str, Any], task: Any, row: dict[str, str]) -> None:
    columns = (("HostName", "FQDN"), ("IPAddress", "IP"), ("MACAddress", "MAC_ADDRESS"))
    pairs = [(type_, row[column]) for column, type_ in columns if row.get(column)]
    external = row.get("ExternalId", "")
    if not any(row.values()):
        return  # silent: an empty line is no row
    if not pairs and not external:
        task["shown"]["serverImportFailure"] += 1
        return
    same = [id_ for id_, server in store["servers"].items() if external in server["externals"]]
    server = same[0] if same else find_server(store, identities(pairs))
    if server is None:
        server = new_server(model, store, source="Import")
        task["servers"].append(server)
    tell(store["servers"][server], pairs)
    if external:
        store["servers"][server]["externals"].append(external)
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
    """What an import made goes; what it only found stays."""
    task = store["imports"].get(id_)
    if task is None:
        return
    for server in task["servers"]:
        if server in store["servers"]:
            drop_server(store, server)
    for application in task["applications"]:
        if application in store["applications"]:
            drop_application(store, application)
    task["shown"].update(status="DELETE_COMPLETE", importDeletedTime=model.now)
    if history == "with history":
        del store["imports"][id_]


class _Any:
    """Equal to everything: a text that nobody has specified."""

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 0

    def __repr__(self) -> str:
        return "ANY"


ANY = _Any()
WORK = {
    "BatchDeleteImportData": delete_import,
    "DeleteProgressUpdateStream": delete_stream,
    "PutResourceAttributes": map_task,
    "StartBatchDeleteConfigurationTask": delete_servers,
    "StartImportTask": import_file,
}
