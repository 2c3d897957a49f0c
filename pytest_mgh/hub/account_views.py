"""What an account has in a Region, for a test to look at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pytest_mgh.hub.discovery_views import (
    AgentView,
    ConnectionView,
    ExportView,
    ImportView,
    ProcessView,
    view_agent,
    view_connection,
    view_export,
    view_import,
    view_process,
)
from pytest_mgh.hub.lookup import Views, find_named
from pytest_mgh.hub.views import (
    ApplicationView,
    ServerView,
    StreamView,
    TaskView,
    view_applications,
    view_server,
    view_stream,
    view_task,
    view_tasks,
)
from pytest_mgh.services.background_work import do_due
from pytest_mgh.services.discovery.downloads import locate

if TYPE_CHECKING:
    from pytest_mgh.state.store import Store
    from pytest_mgh.state.world import World


class AccountViews:
    """What an account has in a Region: read-only views, as it is when they are asked for."""

    _world: World

    @property
    def _place(self) -> tuple[str, str]:
        """The account and the Region."""
        raise NotImplementedError

    @property
    def _store_now(self) -> Store:
        """What is there, before the work that is due."""
        return self._world.store(*self._place)

    @property
    def _store(self) -> Store:
        """The same, after it."""
        do_due(self._world)
        return self._store_now

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
            return view_tasks(self._store, self._world.clock.time())

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

    @property
    def agents(self) -> Views[AgentView]:
        """The discovery agents and collectors, also looked up by id."""
        with self._world.lock:
            now = self._world.clock.time()
            views = [view_agent(one, now) for one in self._store.repository.agents]
            return Views("agent", views, lambda view: (view.agent_id,))

    @property
    def processes(self) -> Views[ProcessView]:
        """The processes that run on servers, also looked up by configuration id."""
        with self._world.lock:
            views = map(view_process, self._store.repository.processes)
            return Views("process", views, lambda view: (view.configuration_id,))

    @property
    def connections(self) -> Sequence[ConnectionView]:
        """The connections between servers."""
        with self._world.lock:
            return tuple(map(view_connection, self._store.repository.connections))

    @property
    def imports(self) -> Views[ImportView]:
        """The import tasks, oldest first, also looked up by id or name."""
        with self._world.lock:
            views = map(view_import, self._store.repository.imports)
            return Views("import", views, lambda view: (view.import_task_id, view.name))

    @property
    def exports(self) -> Views[ExportView]:
        """The export tasks, oldest first, also looked up by id."""
        with self._world.lock:
            views = [view_export(one, self._locate) for one in self._store.repository.exports]
            return Views("export", views, lambda view: (view.export_id,))

    def _locate(self, kind: str, id_: str) -> str:
        with self._world.lock:
            return locate(self._world, *self._place, kind, id_)

    def stream(self, name: str) -> StreamView:
        """Return one progress update stream; `LookupError` if there is none of that name."""
        __tracebackhide__ = True
        with self._world.lock:
            return view_stream(find_named("stream", name, self._store.streams))

    def task(self, stream: str, name: str) -> TaskView:
        """Return one migration task.

        Raises:
            LookupError: There is no such stream or task.
        """
        __tracebackhide__ = True
        with self._world.lock:
            tasks = find_named("stream", stream, self._store.streams).tasks
            task = find_named(f"task of stream {stream!r}:", name, tasks)
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
        return find_named("application", name, by_id | views)
