"""The migration tasks, and the progress update streams that they belong to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, get_args

from pytest_mgh.hub.tables.table import HomeState, Query, Row, Table
from pytest_mgh.hub.views import is_stale
from pytest_mgh.protocol.values import TaskStatus
from pytest_mgh.state.store import recent_key

if TYPE_CHECKING:
    from pytest_mgh.state.discovery_records import Server
    from pytest_mgh.state.records import Stream, Task
    from pytest_mgh.state.store import RecentKey

TASK_STATUSES: tuple[TaskStatus, ...] = get_args(TaskStatus)
"""In the order of the model."""


def count_statuses(tasks: Iterable[Task]) -> dict[str, int]:
    """Return how many tasks have each status."""
    counts: Counter[str] = Counter(task.state.status for task in tasks)
    return {status: counts[status] for status in TASK_STATUSES}


def mapped_tasks(home: HomeState, configuration_ids: Iterable[str]) -> list[Task]:
    """Return the tasks that are mapped to any of these configuration ids, each once."""
    keys: dict[RecentKey, None] = {}
    for id_ in configuration_ids:
        keys |= dict.fromkeys(home.store.tasks_of(id_))
    return [home.store.streams[stream].tasks[name] for _, stream, name in keys]


def _all_tasks(home: HomeState) -> list[Task]:
    return [task for stream in home.store.streams.values() for task in stream.tasks.values()]


def _recent_tasks(home: HomeState, query: Query) -> tuple[int, list[Task]]:
    streams = home.store.streams
    keys = islice(home.store.recent_tasks(), query.offset, query.offset + query.limit)
    shown = [streams[stream].tasks[name] for _, stream, name in keys]
    return sum(len(stream.tasks) for stream in streams.values()), shown


def _servers(home: HomeState, task: Task) -> Iterator[tuple[str, Server | None]]:
    servers = home.store.repository.servers
    return ((one.name, servers.get(one.name)) for one in task.resources)


def _applications(home: HomeState, task: Task) -> list[str]:
    return [id_ for _, server in _servers(home, task) if server for id_ in server.applications]


def _task_row(home: HomeState, task: Task) -> Row:
    seconds = task.next_update_seconds
    return {
        "stream": task.stream,
        "name": task.name,
        "status": task.state.status,
        "status_detail": task.state.status_detail,
        "progress_percent": task.state.progress_percent,
        "update_time": task.time,
        "due": None if seconds is None else task.time + seconds,
        "is_stale": is_stale(task, home.now),
        "servers": [
            {"configuration_id": id_, "hostname": (server.hostname or None) if server else None}
            for id_, server in _servers(home, task)
        ],
    }


def _task_text(home: HomeState, task: Task) -> str:
    state = task.state
    text = f"{task.name}\n{task.stream}\n{state.status}\n{state.status_detail or ''}"
    for id_, server in _servers(home, task):
        text += f"\n{id_}\n{server.hostname if server else ''}"
    return text


def _first_server_name(home: HomeState, task: Task) -> str | None:
    for id_, server in _servers(home, task):
        return ((server.hostname if server else None) or id_).casefold()
    return None


def _flag(is_so: bool) -> tuple[str]:
    return ("true" if is_so else "false",)


def _stale(home: HomeState, task: Task) -> tuple[str]:
    return _flag(is_stale(task, home.now))


def _task_choices(home: HomeState) -> dict[str, tuple[str, ...]]:
    with home.world.lock:
        return {"status": TASK_STATUSES, "stream": tuple(home.store.stream_names)}


TASKS: Table[Task] = Table(
    records=_all_tasks,
    row=_task_row,
    text=_task_text,
    columns={
        "name": lambda _, task: task.name.casefold(),
        "stream": lambda _, task: task.stream.casefold(),
        "status": lambda _, task: TASK_STATUSES.index(task.state.status),
        "progress_percent": lambda _, task: task.state.progress_percent,
        "update_time": lambda _, task: task.time,
        "servers": _first_server_name,
    },
    filters={
        "status": lambda _, task: (task.state.status,),
        "stream": lambda _, task: (task.stream,),
        "stale": _stale,
        "mapped": lambda _, task: _flag(len(task.resources) > 0),
        "server": lambda _, task: [one.name for one in task.resources],
        "application": _applications,
    },
    choices=_task_choices,
    order=lambda _, task: recent_key(task),
    first=_recent_tasks,
    find=lambda home, key: home.store.find_task(key[0], key[1]),
)
"""The tasks of all streams, the most recently updated first."""


def _last_updated(_: HomeState, stream: Stream) -> float | None:
    return max((task.time for task in stream.tasks.values()), default=None)


def _stream_row(home: HomeState, stream: Stream) -> Row:
    return {
        "name": stream.name,
        "deleting": stream.deleting,
        "last_updated": _last_updated(home, stream),
        "tasks": count_statuses(stream.tasks.values()),
    }


STREAMS: Table[Stream] = Table(
    records=lambda home: [home.store.streams[name] for name in home.store.stream_names],
    row=_stream_row,
    text=lambda _, stream: stream.name,
    columns={
        "name": lambda _, stream: stream.name.casefold(),
        "tasks": lambda _, stream: len(stream.tasks),
        "last_updated": _last_updated,
    },
    find=lambda home, key: home.store.streams.get(key[0]),
)
"""The progress update streams, by name."""
