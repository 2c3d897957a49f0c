"""What a test sees of the hub's state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from pytest_mgh.errors import nearest_there
from pytest_mgh.hub.part import HubPart
from pytest_mgh.hub.views import (
    ApplicationView,
    ServerView,
    StreamView,
    TaskView,
    view_applications,
    view_server,
    view_stream,
    view_task,
)

View = TypeVar("View")


class HubContents(HubPart):
    """Read-only views: sequences, so that type checkers take no length for lasting."""

    @property
    def streams(self) -> Sequence[StreamView]:
        """The progress update streams, by name."""
        with self._world.lock:
            store = self._store
            return tuple(view_stream(store.streams[name]) for name in store.stream_names)

    @property
    def tasks(self) -> Sequence[TaskView]:
        """The migration tasks of all streams, by stream and name."""
        with self._world.lock:
            streams, now = self._store.streams, self._world.clock.time()
            return tuple(
                view_task(streams[stream].tasks[name], now)
                for stream in sorted(streams)
                for name in sorted(streams[stream].tasks)
            )

    @property
    def servers(self) -> Sequence[ServerView]:
        """The servers of the discovery repository, in the order in which they came."""
        with self._world.lock:
            store = self._store
            return tuple(view_server(store, server) for server in store.repository.servers)

    @property
    def applications(self) -> Sequence[ApplicationView]:
        """The applications, in the order in which they came."""
        with self._world.lock:
            return view_applications(self._store)

    def stream(self, name: str) -> StreamView:
        """Return one progress update stream; `LookupError` if there is none of that name."""
        __tracebackhide__ = True
        with self._world.lock:
            return view_stream(_find("stream", name, self._store.streams))

    def task(self, stream: str, name: str) -> TaskView:
        """Return one migration task.

        Raises:
            LookupError: There is no such stream or task.
        """
        __tracebackhide__ = True
        with self._world.lock:
            tasks = _find("stream", stream, self._store.streams).tasks
            task = _find(f"task of stream {stream!r}:", name, tasks)
            return view_task(task, self._world.clock.time())

    def stale_tasks(self) -> Sequence[TaskView]:
        """Return the tasks whose next update is overdue, by stream and name."""
        return tuple(task for task in self.tasks if task.is_stale)

    def server(self, name: str) -> ServerView:
        """Return one server by host name or configuration id.

        Raises:
            LookupError: There is none, or several have that host name: then the message names
                their ids.
        """
        __tracebackhide__ = True
        with self._world.lock:
            store = self._store
            return view_server(store, store.repository.find_server(name))

    def application(self, name: str) -> ApplicationView:
        """Return one application by name or configuration id; `LookupError` if there is none."""
        __tracebackhide__ = True
        views = {view.name: view for view in reversed(self.applications) if view.name}
        by_id = {view.configuration_id: view for view in self.applications}
        return _find("application", name, by_id | views)


def _find(kind: str, name: str, known: Mapping[str, View]) -> View:
    __tracebackhide__ = True
    if name not in known:
        raise LookupError(f"no {kind} {name!r}; {nearest_there(str(name), known)}")
    return known[name]
