"""Views of an account in a Region."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from pytest_mgh.errors import KnownAttributes, check_attribute
from pytest_mgh.hub.arguments import begin, checks_arguments
from pytest_mgh.hub.discovery_views import (
    AgentView,
    ConnectionView,
    ContinuousExportView,
    ExportView,
    ImportView,
    ProcessView,
    view_agent,
    view_connection,
    view_continuous_export,
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
from pytest_mgh.state.settings import check_home_region

if TYPE_CHECKING:
    from pytest_mgh.state.store import Store
    from pytest_mgh.state.world import World


@checks_arguments
class AccountViews(KnownAttributes):
    """Read-only views of an account in a Region, each made when it is read."""

    _world: World
    _settable: ClassVar[tuple[str, ...]] = ("home_region",)

    if not TYPE_CHECKING:  # to type checkers an attribute that is not there is an error

        def __setattr__(self, name: str, value: object) -> None:
            __tracebackhide__ = True
            if not name.startswith("_"):
                check_attribute(self, name, self._settable)
            object.__setattr__(self, name, value)

        def __delattr__(self, name: str) -> None:
            __tracebackhide__ = True
            if name in self.__dict__:  # what a test has put there
                object.__delattr__(self, name)
                return
            hint = f"; to undo it: {name} = None" if name in self._settable else ""
            raise AttributeError(f"{name!r} of a {type(self).__name__} can't be deleted{hint}")

        def __getitem__(self, key: object) -> Any:
            __tracebackhide__ = True
            raise TypeError(
                f"a {type(self).__name__} is not a mapping: look things up in its views, as in "
                "streams['SMS'], tasks['SMS', 'sms-1'] or servers['web-1']"
            )

        def _explain_missing(self, name: str) -> str:
            from pytest_mgh.hub.suggestions import suggest

            return suggest(self, name) or super()._explain_missing(name)

    @property
    def account_id(self) -> str:
        """The id of the account."""
        raise NotImplementedError

    @property
    def home_region(self) -> str | None:
        """The account's home Region; setting it replaces the control, `None` removes it.

        Views and seeds concern the home Region: after a change, the new one.

        Raises:
            ValueError: A Region in which Migration Hub is not offered.
        """
        begin(self)
        return self._world.account(self.account_id).home_region

    @home_region.setter
    def home_region(self, region: str | None) -> None:
        __tracebackhide__ = True
        if region is not None:
            check_home_region(region)
        with self._world.lock, self._world.journal.whole():
            if region is None:
                self._world.unset_home_region(self.account_id)
            else:
                self._world.set_home_region(self.account_id, region)

    @property
    def _place(self) -> tuple[str, str]:
        """The account and the Region."""
        return self.account_id, self._world.home_region(self.account_id)

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
    def streams(self) -> Views[StreamView]:
        """The progress update streams, in the order of their names, by which they are looked up."""
        with self._world.lock:
            store = self._store
            views = [view_stream(store.streams[name]) for name in store.stream_names]
            return Views("stream", views, lambda view: (view.name,), "streams['SMS']")

    @property
    def tasks(self) -> Views[TaskView]:
        """The migration tasks of all streams, in the order of stream and name.

        They are looked up by both: `tasks["SMS", "sms-1"]`.
        """
        with self._world.lock:
            views = view_tasks(self._store, self._world.clock.time())
            example = "tasks['SMS', 'sms-1'], by stream and name"
            return Views("task", views, lambda view: ((view.stream, view.name),), example)

    @property
    def servers(self) -> Views[ServerView]:
        """The servers of the discovery repository, in the order in which they came.

        They are looked up by host name or configuration id.
        """
        with self._world.lock:
            store = self._store
            views = [view_server(store, server) for server in store.repository.servers]
            return Views("server", views, lambda view: (view.hostname, view.configuration_id))

    @property
    def applications(self) -> Views[ApplicationView]:
        """The applications, in the order in which they came; looked up by name or id."""
        with self._world.lock:
            views = view_applications(self._store)
            return Views("application", views, lambda view: (view.name, view.configuration_id))

    @property
    def agents(self) -> Views[AgentView]:
        """The discovery agents and collectors, also looked up by id."""
        with self._world.lock:
            now = self._world.clock.time()
            views = [view_agent(one, now) for one in self._store.repository.agents]
            return Views("agent", views, lambda view: (view.agent_id,), "agents['id']")

    @property
    def processes(self) -> Views[ProcessView]:
        """The processes that run on servers, also looked up by configuration id."""
        with self._world.lock:
            views = map(view_process, self._store.repository.processes)
            return Views("process", views, lambda view: (view.configuration_id,), "processes['id']")

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
            return Views("import", views, lambda view: (view.name, view.import_task_id))

    @property
    def exports(self) -> Views[ExportView]:
        """The export tasks, oldest first, also looked up by id."""
        with self._world.lock:
            views = [view_export(one, self._locate) for one in self._store.repository.exports]
            return Views("export", views, lambda view: (view.export_id,))

    @property
    def continuous_exports(self) -> Views[ContinuousExportView]:
        """The continuous exports, oldest first, also looked up by id."""
        with self._world.lock:
            views = [*map(view_continuous_export, self._store.repository.continuous_exports)]
            return Views("continuous export", views, lambda view: (view.export_id,))

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
        views = self.applications
        by_name = {view.name: view for view in reversed(views) if view.name}
        by_id = {view.configuration_id: view for view in views}
        return find_named("application", name, by_id | by_name)
