"""The views of a hub, compared with the model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from proof.model import Model

    from pytest_mgh import MigrationHub


def compare_views(hub: MigrationHub, model: Model, store: dict[str, Any]) -> None:
    """The views show the default account's home Region, and all pending work."""
    assert len(hub.pending) == len(model.work)
    assert [(one.name, one.deleting, list(one.tasks)) for one in hub.streams] == [
        (name, stream["deleting"], sorted(stream["tasks"]))
        for name, stream in sorted(store["streams"].items())
    ]
    assert [_seen_task(one) for one in hub.tasks] == [
        _due_task(model.now, stream, name, task)
        for stream, content in sorted(store["streams"].items())
        for name, task in sorted(content["tasks"].items())
    ]
    assert [
        (one.configuration_id, one.hostname or "", [*one.ip_addresses], [*one.applications])
        for one in hub.servers
    ] == [
        (id_, one["host"], one["ips"], one["applications"]) for id_, one in store["servers"].items()
    ]
    assert [[one.source.split(":")[0] for one in view.entries] for view in hub.servers] == [
        [source.split(" ")[0] for source in _in_order(server["entries"])]
        for server in store["servers"].values()
    ]
    assert [(one.agent_id, one.health, one.collection_status) for one in hub.agents] == [
        (id_, one["health"], one["status"]) for id_, one in store["agents"].items()
    ]
    assert [(one.configuration_id, one.name) for one in hub.processes] == [
        (id_, one["name"]) for id_, one in store["processes"].items()
    ]
    assert [(one.source, one.destination, one.port, one.count) for one in hub.connections] == [
        (one["source"], one["destination"], one["port"], one["count"])
        for one in store["connections"].values()
    ]
    assert [(one.import_task_id, one.status) for one in hub.imports] == [
        (id_, one["shown"]["status"]) for id_, one in store["imports"].items()
    ]
    assert [(one.export_id, one.status) for one in hub.exports] == [
        (id_, one["shown"]["exportStatus"]) for id_, one in store["exports"].items()
    ]
    none: dict[str, list[str]] = {"servers": []}
    assert [(one.configuration_id, one.status, [*one.servers]) for one in hub.applications] == [
        (id_, state["status"], store["applications"].get(id_, none)["servers"])
        for id_, state in store["states"].items()
    ]


def _in_order(entries: dict[str, Any]) -> list[str]:
    return sorted(entries, key=lambda source: int(entries[source]["order"]))


def _due_task(now: float, stream: str, name: str, task: dict[str, Any]) -> dict[str, Any]:
    promise, status = task["promise"], task["state"]["Status"]
    overdue = promise is not None and now - task["time"] > promise
    return {
        "name": (stream, name),
        "state": task["state"],
        "resources": [(id_, one["automatic"]) for id_, one in _by_seq(task["resources"])],
        "artifacts": [id_ for id_, _ in _by_seq(task["artifacts"])],
        "stale": overdue and status not in ("COMPLETED", "FAILED"),
    }


def _seen_task(view: Any) -> dict[str, Any]:
    state = {
        "Status": view.status,
        "StatusDetail": view.status_detail,
        "ProgressPercent": view.progress_percent,
    }
    return {
        "name": (view.stream, view.name),
        "state": {name: said for name, said in state.items() if said is not None},
        "resources": [(one.configuration_id, one.automatic) for one in view.resources],
        "artifacts": [one.name for one in view.artifacts],
        "stale": view.is_stale,
    }


def _by_seq(items: dict[str, Any]) -> list[tuple[str, Any]]:
    return sorted(items.items(), key=lambda item: int(item[1]["seq"]))
