"""What a hub has at the end of a run, by the members of its views; times and ids are left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from itertools import groupby
from typing import Any

from pytest_mgh.hub.account import HubAccount
from pytest_mgh.hub.views import TaskView, UpdateView
from pytest_mgh.report.exploration.calls import without_ids
from pytest_mgh.state.world import World

_LEFT_OUT = frozenset(
    {
        "agent_id",
        "configuration_id",
        "end",
        "entries",
        "export_id",
        "files",
        "import_task_id",
        "is_stale",
        "last_health_ping",
        "last_updated",
        "registered",
        "start",
        "status_message",
        "time",
        "update_time",
    }
)
"""Members of views that are another value in each run, or follow from the others."""


@dataclass(frozen=True)
class Thing:
    """Something that there is at the end.

    Attributes:
        name: What it is, for people: `task SMS/web-7`.
        members: Its values, by the names of the views' members.
        repeated: The updates of a task that repeat the one before them.
    """

    name: str
    members: Mapping[str, Any]
    repeated: tuple[str, ...] = ()


def final_state(world: World) -> list[Thing]:
    """Return everything that a hub has now."""
    with world.lock:
        return [thing for account in _accounts(world) for thing in account]


def _accounts(world: World) -> Iterator[list[Thing]]:
    for account_id, account in sorted(world.accounts.items()):
        mine = "" if account_id == world.settings.account_id else f"account {account_id}: "
        yield [Thing(f"{mine}home Region", {"value": account.home_region})]
        for region in sorted(account.stores):
            away = "" if region == world.home_region(account_id) else f"in {region}: "
            hub = HubAccount(lambda: world, account_id, region)
            yield [
                Thing(f"{mine}{away}{thing.name}", thing.members, thing.repeated)
                for thing in _things(hub)
            ]


def _things(hub: HubAccount) -> Iterator[Thing]:
    names = {one.configuration_id: _name_of_server(one) for one in hub.servers}
    names |= {one.configuration_id: one.name or "unnamed" for one in hub.applications}
    names |= {one.configuration_id: one.name for one in hub.processes}
    for stream in hub.streams:
        yield Thing(f"stream {stream.name}", {"deleting": stream.deleting})
    for task in hub.tasks:
        runs = [(text, len([*same])) for text, same in groupby(map(progress, task.updates))]
        members = _members(task, names) | {"updates": tuple(text for text, _ in runs)}
        repeated = tuple(text for text, times in runs for _ in range(times - 1))
        yield Thing(f"task {task.stream}/{task.name}", members, repeated)
    kinds: list[tuple[str, Iterable[Any], str]] = [
        ("server", hub.servers, "configuration_id"),
        ("application", hub.applications, "configuration_id"),
        ("agent", hub.agents, "hostname"),
        ("process", hub.processes, "configuration_id"),
        ("connection", hub.connections, ""),
        ("import", hub.imports, "name"),
        ("export", hub.exports, "kind"),
    ]
    for kind, views, member in kinds:
        for view in views:
            value = getattr(view, member, None)
            name = names.get(value, value) if value else ""
            yield Thing(f"{kind} {name}".rstrip(), _members(view, names))
    for export in hub.continuous_exports:
        yield Thing("continuous export", {"status": export.status})


def _name_of_server(server: Any) -> str:
    named = [server.hostname, server.vm_name, *server.ip_addresses, *server.mac_addresses]
    return next(filter(None, named), "unnamed")


def _members(view: Any, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        member.name: _plain(getattr(view, member.name), names)
        for member in fields(view)
        if member.name not in _LEFT_OUT
    }


def _plain(value: Any, names: Mapping[str, str]) -> Any:
    """Return a value without times and ids, comparable in any order."""
    if hasattr(value, "__dataclass_fields__"):
        if hasattr(value, "configuration_id"):
            shown = _members(value, names)
            return (names.get(value.configuration_id, "?"), *shown.values())
        return tuple(_members(value, names).values())
    if isinstance(value, tuple):
        return tuple(sorted((_plain(one, names) for one in value), key=repr))
    if isinstance(value, str):
        return names.get(value) or without_ids(value)
    return value


def progress(update: UpdateView | TaskView) -> str:
    """Return how far a task is: `IN_PROGRESS 40 %`, and the status detail."""
    percent = "" if update.progress_percent is None else f" {update.progress_percent} %"
    detail = "" if update.status_detail is None else f" ({update.status_detail})"
    return f"{update.status}{percent}{detail}"
