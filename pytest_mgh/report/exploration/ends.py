"""How a run of a test ended in the hub, in the words of its views; times and ids are left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from itertools import groupby
from typing import TYPE_CHECKING, Any

from pytest_mgh.hub.account import HubAccount
from pytest_mgh.report.exploration.calls import without_ids

if TYPE_CHECKING:
    from pytest_mgh.hub.views import TaskView, UpdateView
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
        members: What it has, by the names of the views' members.
        repeated: The updates of a task that were told more than once in a row.
    """

    name: str
    members: Mapping[str, Any]
    repeated: tuple[str, ...] = ()


@dataclass
class End:
    """Everything that the hubs of a run have at its end."""

    things: list[Thing] = field(default_factory=list)


def end_of(world: World) -> list[Thing]:
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
    """Return a value without times and ids, as what can be compared in whatever order it came."""
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
    """Return how far a task is: `IN_PROGRESS 40 %`, and the detail that was told."""
    percent = "" if update.progress_percent is None else f" {update.progress_percent} %"
    detail = "" if update.status_detail is None else f" ({update.status_detail})"
    return f"{update.status}{percent}{detail}"


# differences


def differences(undisturbed: End, end: End) -> list[str]:
    """Return what is different at the end of a run, a line for each thing."""
    before, after = _by_name(undisturbed), _by_name(end)
    return [
        line
        for name in sorted({*before, *after}, key=_rank)
        for line in _difference(name, before.get(name, []), after.get(name, []))
    ]


def repetitions(undisturbed: End, end: End) -> list[str]:
    """Return the updates of tasks that a run has told again, which is no difference."""
    before = Counter(one for thing in undisturbed.things for one in _told_again(thing))
    after = Counter(one for thing in end.things for one in _told_again(thing))
    return [f"{task}: repeated {update}" for task, update in (after - before).elements()]


def _told_again(thing: Thing) -> Iterator[tuple[str, str]]:
    for update in thing.repeated:
        yield thing.name, update


def _by_name(end: End) -> dict[str, list[Thing]]:
    named: dict[str, list[Thing]] = {}
    for thing in end.things:
        named.setdefault(thing.name, []).append(thing)
    return named


_FIRST = ("home Region", "stream", "task", "application", "server")


def _rank(name: str) -> tuple[int, str]:
    kinds = [number for number, kind in enumerate(_FIRST) if name.startswith(kind)]
    return (kinds[0] if kinds else len(_FIRST)), name


def _difference(name: str, before: list[Thing], after: list[Thing]) -> Iterator[str]:
    if not after:
        yield f"{name}: missing"
    elif not before:
        yield f"{name}: exists only after the error"
    elif len(before) != len(after):
        yield f"{name}: {_times(len(after))} instead of {_times(len(before))}"
    else:
        for one, other in zip(before, after, strict=True):
            said = _difference_of_members(one.members, other.members)
            if said:
                yield f"{name}: {said}"


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


def _difference_of_members(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    changed = [name for name in before if before[name] != after.get(name)]
    if not changed:
        return ""
    if "status" in changed or "progress_percent" in changed:
        return f"{_state(after)} instead of {_state(before)}"
    return "; ".join(_change(name, before[name], after.get(name)) for name in changed)


def _state(members: Mapping[str, Any]) -> str:
    percent = members.get("progress_percent")
    return f"{members['status']}" + ("" if percent is None else f" {percent} %")


def _change(name: str, before: Any, after: Any) -> str:
    words = name.replace("_", " ")
    if name == "updates":
        return f"{words} {', '.join(after)} instead of {', '.join(before)}"
    if isinstance(before, tuple) and isinstance(after, tuple):
        gone, new = Counter(before) - Counter(after), Counter(after) - Counter(before)
        parts = [f"without {', '.join(map(_text, gone.elements()))}"] if gone else []
        parts += [f"also {', '.join(map(_text, new.elements()))}"] if new else []
        return f"{words} {' and '.join(parts)}"
    return f"{words} {_text(after)} instead of {_text(before)}"


def _text(value: Any) -> str:
    if isinstance(value, tuple):
        return " ".join(_text(one) for one in value if one not in (None, "", False, ()))
    return "nothing" if value is None else str(value)
