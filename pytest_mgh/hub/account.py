"""An account in a Region, in a test's hand: read-only views, and methods that add to it.

The classes of views are imported when the first one is read: to make so many takes as long as the
import of all that answers a call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from os import PathLike
from typing import TYPE_CHECKING, Any, ClassVar

from pytest_mgh.errors import KnownAttributes, check_attribute
from pytest_mgh.hub.arguments import begin, checks_arguments, server_names
from pytest_mgh.hub.lookup import Views, find_named
from pytest_mgh.seeding.agents import (
    seed_agent,
    seed_connection,
    seed_continuous_export,
    seed_process,
)
from pytest_mgh.seeding.estate import read_estate
from pytest_mgh.seeding.servers import (
    AGENT_COLLECTION_STATUS,
    AGENT_HEALTH,
    AGENT_VERSION,
    seed_application,
    seed_server,
)
from pytest_mgh.seeding.tasks import seed_stream, seed_task
from pytest_mgh.seeding.whole_estate import prepare, seed_estate
from pytest_mgh.services.background_work import do_due
from pytest_mgh.services.discovery.downloads import locate
from pytest_mgh.state.collection import no_collection
from pytest_mgh.state.regions import check_region

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from pytest_mgh.hub.discovery_views import (
        AgentView,
        ConnectionView,
        ContinuousExportView,
        ExportView,
        ImportView,
        ProcessView,
    )
    from pytest_mgh.hub.views import ApplicationView, ServerView, StreamView, TaskView
    from pytest_mgh.seeding.servers import ServerDetails
    from pytest_mgh.state.store import Store
    from pytest_mgh.state.world import World


@checks_arguments
class HubAccount(KnownAttributes):
    """The views and seeds of an account, in its home Region or another one.

    `MigrationHub.account` gives it. It has the members of `MigrationHub` that show and add:
    `home_region`, `streams`, `tasks`, `servers`, `add_stream`, `add_task`, `add_server`, `load`
    and their like.
    """

    _settable: ClassVar[tuple[str, ...]] = ("home_region",)

    def __init__(self, world: Callable[[], World], account_id: str, region: str | None) -> None:
        """Look at an account.

        Args:
            world: Returns the state of the hub.
            account_id: The account.
            region: The Region; `None` is the account's home Region, us-west-2 while none is set.
        """
        self._get_world = world
        self._account_id = account_id
        self._region = region

    def __repr__(self) -> str:
        return f"<HubAccount {self.account_id} in {self._place[1]}>"

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
    def _world(self) -> World:
        return self._get_world()  # of the hub, which may get another one

    @property
    def _place(self) -> tuple[str, str]:
        """The account and the Region."""
        account_id = self.account_id
        return account_id, self._region or self._world.home_region(account_id)

    @property
    def _store_now(self) -> Store:
        """The store, without doing the background work that is due."""
        return self._world.store(*self._place)

    @property
    def _store(self) -> Store:
        """The store, after the background work that is due."""
        do_due(self._world)
        return self._store_now

    @contextmanager
    def _changing(self) -> Iterator[Store]:
        """Yield the store, to add to it: everything or nothing."""
        with self._world.lock, self._world.journal.whole():
            do_due(self._world)
            yield self._world.store_to_change(*self._place)

    @property
    def account_id(self) -> str:
        """The id of the account."""
        return self._account_id

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
            check_region(region, "home_region")
        with self._world.lock, self._world.journal.whole():
            if region is None:
                self._world.unset_home_region(self.account_id)
            else:
                self._world.set_home_region(self.account_id, region)

    @property
    def streams(self) -> Views[StreamView]:
        """The progress update streams, in the order of their names, by which they are looked up."""
        from pytest_mgh.hub.views import view_stream

        with self._world.lock:
            store = self._store
            views = [view_stream(store.streams[name]) for name in store.stream_names]
            return Views("stream", views, lambda view: (view.name,), "streams['SMS']")

    @property
    def tasks(self) -> Views[TaskView]:
        """The migration tasks of all streams, in the order of stream and name.

        They are looked up by both: `tasks["SMS", "sms-1"]`.
        """
        from pytest_mgh.hub.views import view_tasks

        with self._world.lock:
            views = view_tasks(self._store, self._world.clock.time())
            example = "tasks['SMS', 'sms-1'], by stream and name"
            return Views("task", views, lambda view: ((view.stream, view.name),), example)

    @property
    def servers(self) -> Views[ServerView]:
        """The servers of the discovery repository, in the order in which they came.

        They are looked up by host name or configuration id.
        """
        from pytest_mgh.hub.views import view_server

        with self._world.lock:
            store = self._store
            views = [view_server(store, server) for server in store.repository.servers]
            return Views("server", views, lambda view: (view.hostname, view.configuration_id))

    @property
    def applications(self) -> Views[ApplicationView]:
        """The applications, in the order in which they came; looked up by name or id."""
        from pytest_mgh.hub.views import view_applications

        with self._world.lock:
            views = view_applications(self._store)
            return Views("application", views, lambda view: (view.name, view.configuration_id))

    @property
    def agents(self) -> Views[AgentView]:
        """The discovery agents and collectors, also looked up by id."""
        from pytest_mgh.hub.discovery_views import view_agent

        with self._world.lock:
            now = self._world.clock.time()
            views = [view_agent(one, now) for one in self._store.repository.agents]
            return Views("agent", views, lambda view: (view.agent_id,), "agents['id']")

    @property
    def processes(self) -> Views[ProcessView]:
        """The processes that run on servers, also looked up by configuration id."""
        from pytest_mgh.hub.discovery_views import view_process

        with self._world.lock:
            views = map(view_process, self._store.repository.processes)
            return Views("process", views, lambda view: (view.configuration_id,), "processes['id']")

    @property
    def connections(self) -> Sequence[ConnectionView]:
        """The connections between servers."""
        from pytest_mgh.hub.discovery_views import view_connection

        with self._world.lock:
            return tuple(map(view_connection, self._store.repository.connections))

    @property
    def imports(self) -> Views[ImportView]:
        """The import tasks, oldest first, also looked up by id or name."""
        from pytest_mgh.hub.discovery_views import view_import

        with self._world.lock:
            views = map(view_import, self._store.repository.imports)
            return Views("import", views, lambda view: (view.name, view.import_task_id))

    @property
    def exports(self) -> Views[ExportView]:
        """The export tasks, oldest first, also looked up by id."""
        from pytest_mgh.hub.discovery_views import view_export

        with self._world.lock:
            views = [view_export(one, self._locate) for one in self._store.repository.exports]
            return Views("export", views, lambda view: (view.export_id,))

    @property
    def continuous_exports(self) -> Views[ContinuousExportView]:
        """The continuous exports, oldest first, also looked up by id."""
        from pytest_mgh.hub.discovery_views import view_continuous_export

        with self._world.lock:
            views = [*map(view_continuous_export, self._store.repository.continuous_exports)]
            return Views("continuous export", views, lambda view: (view.export_id,))

    def _locate(self, kind: str, id_: str) -> str:
        with self._world.lock:
            return locate(self._world, *self._place, kind, id_)

    def stream(self, name: str) -> StreamView:
        """Return one progress update stream; `LookupError` if there is none of that name."""
        __tracebackhide__ = True
        from pytest_mgh.hub.views import view_stream

        with self._world.lock:
            return view_stream(find_named("stream", name, self._store.streams))

    def task(self, stream: str, name: str) -> TaskView:
        """Return one migration task.

        Raises:
            LookupError: There is no such stream or task.
        """
        __tracebackhide__ = True
        from pytest_mgh.hub.views import view_task

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
        from pytest_mgh.hub.views import view_server

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

    def add_server(
        self, hostname: str | None = None, **details: Unpack[ServerDetails]
    ) -> ServerView:
        """Add a server to the discovery repository.

        Args:
            hostname: Its host name; several servers may share one.
            details: Further details, as in `ServerDetails`.

        Raises:
            TypeError: An unknown detail.
            ValueError: An id that already exists, or an unknown type.
        """
        from pytest_mgh.hub.views import view_server

        with self._changing() as store:
            server = seed_server(self._world, store, {"hostname": hostname, **details})
            return view_server(store, server)

    def add_application(
        self,
        name: str,
        *,
        configuration_id: str | None = None,
        servers: Iterable[ServerView | str] = (),
        description: str = "",
        wave: str | None = None,
    ) -> ApplicationView:
        """Add an application to the discovery repository.

        Args:
            name: Its name.
            configuration_id: Its id; generated by default.
            servers: Its servers, by view, configuration id or host name.
            description: Its description.
            wave: The migration wave that it belongs to.

        Raises:
            ValueError: An id or a name that already exists, an unknown server, or a host name that
                several servers share.
        """
        from pytest_mgh.hub.views import view_application

        members = {
            "name": name,
            "configuration_id": configuration_id,
            "description": description,
            "wave": wave,
            "servers": server_names(servers),
        }
        with self._changing() as store:
            id_ = seed_application(self._world, store, members).configuration_id
            return view_application(store, id_)

    def add_stream(self, name: str) -> StreamView:
        """Add a progress update stream.

        Args:
            name: Its name.

        Raises:
            ValueError: A name that already exists or is not valid.
        """
        __tracebackhide__ = True
        from pytest_mgh.hub.views import view_stream

        with self._changing() as store:
            seed_stream(store, name)
            return view_stream(store.streams[name])

    def add_task(
        self,
        stream: StreamView | str,
        name: str,
        *,
        status: str | None = None,
        status_detail: str | None = None,
        progress_percent: int | None = None,
        update_time: datetime | str | float | None = None,
        next_update_seconds: int | None = None,
        server: ServerView | str | None = None,
        attributes: Mapping[str, str] | Iterable[Mapping[str, str]] | None = None,
        artifacts: Iterable[str] = (),
        sources: Iterable[str] = (),
    ) -> TaskView:
        """Add a migration task to a stream.

        Args:
            stream: The stream, by view or name.
            name: Its name.
            status: NOT_STARTED, IN_PROGRESS, FAILED or COMPLETED; by default as after
                ImportMigrationTask, without an update.
            status_detail: Details reported by the tool.
            progress_percent: 0 to 100.
            update_time: When the tool gathered the state: a datetime, ISO 8601 text, or seconds
                since the epoch; by default now.
            next_update_seconds: Seconds within which the tool announces its next update.
            server: The server that it is mapped to, by view, configuration id or host name.
            attributes: Its resource attributes: a value, or several values, for each type.
            artifacts: The names of its created artifacts, which are ARNs.
            sources: The names of its source resources.

        Raises:
            ValueError: A name that already exists, an unknown stream or server, or a value that is
                not valid.
        """
        __tracebackhide__ = True
        from pytest_mgh.hub.views import StreamView, view_task

        members = {
            "name": name,
            "status": status,
            "status_detail": status_detail,
            "progress_percent": progress_percent,
            "update_time": update_time,
            "next_update_seconds": next_update_seconds,
            "server": None if server is None else server_names([server])[0],
            "attributes": _pairs(attributes),
            "artifacts": artifacts,
            "sources": sources,
        }
        stream_name = stream.name if isinstance(stream, StreamView) else stream
        with self._changing() as store:
            task = seed_task(self._world, store, stream_name, members)
            return view_task(task, self._world.clock.time())

    def load(self, estate: str | PathLike[str] | Mapping[str, Any]) -> None:
        """Add a whole estate: servers, agents and their data, applications, streams, tasks.

        Servers without an id are added again each time.

        Args:
            estate: A YAML or JSON file, or the content of one; `schemas/hub/estate.json` is its
                schema.

        Raises:
            ValueError: An estate that breaks the schema, refers to something unknown, or adds
                something that already exists. The message says where; nothing is added.
        """
        __tracebackhide__ = True
        checked = read_estate(estate)
        with no_collection():
            prepared = prepare(self._world, checked)
            with self._changing() as store:
                seed_estate(self._world, store, checked, prepared)

    def add_agent(
        self,
        agent_id: str | None = None,
        *,
        server: ServerView | str | None = None,
        type: str | None = None,  # noqa: A002 (as AWS calls it)
        health: str = AGENT_HEALTH,
        collection_status: str = AGENT_COLLECTION_STATUS,
        version: str = AGENT_VERSION,
        connector_id: str | None = None,
        ip_addresses: Iterable[str] = (),
        mac_addresses: Iterable[str] = (),
        registered: datetime | str | float | None = None,
        last_health_ping: datetime | str | float | None = None,
    ) -> AgentView:
        """Add a discovery agent or collector, and the data that it reports about its server.

        Args:
            agent_id: Its id, 10 to 20 characters; generated by default.
            server: The server that it is on, by view, configuration id or host name. An unknown
                host name or `None` adds a new server.
            type: EC2, ONPREMISES, or a type of connector; by default it fits the server.
            health: HEALTHY, UNHEALTHY, RUNNING, UNKNOWN, BLACKLISTED or SHUTDOWN.
            collection_status: STARTED or STOPPED.
            version: The version of its software.
            connector_id: The connector that it belongs to.
            ip_addresses: The IP addresses that it reports; by default its server's.
            mac_addresses: The MAC addresses that it reports; by default its server's.
            registered: When it was registered: a datetime, ISO 8601 text, or seconds since the
                epoch; by default now.
            last_health_ping: Time of its last health ping; by default the current time while it is
                HEALTHY, UNHEALTHY or RUNNING, else the time of registration.

        Raises:
            ValueError: An id that already exists, an unknown configuration id, a host name of
                several servers, or a value that agents can't have.
        """
        from pytest_mgh.hub.discovery_views import view_agent

        members = {
            "agent_id": agent_id,
            "server": None if server is None else server_names([server])[0],
            "type": type,
            "health": health,
            "collection_status": collection_status,
            "version": version,
            "connector_id": connector_id,
            "ip_addresses": ip_addresses,
            "mac_addresses": mac_addresses,
            "registered": registered,
            "last_health_ping": last_health_ping,
        }
        with self._changing() as store:
            agent = seed_agent(self._world, store, members)
            return view_agent(agent, self._world.clock.time())

    def add_process(
        self,
        server: ServerView | str,
        name: str,
        *,
        command_line: str = "",
        path: str = "",
        configuration_id: str | None = None,
    ) -> ProcessView:
        """Add a process that runs on a server.

        Args:
            server: The server, by view, configuration id or host name.
            name: The name of the process.
            command_line: Its command line.
            path: The path of its executable.
            configuration_id: Its id; generated by default.

        Raises:
            ValueError: An unknown server, or an id that already exists.
        """
        from pytest_mgh.hub.discovery_views import view_process

        members = {
            "server": server_names([server])[0],
            "name": name,
            "command_line": command_line,
            "path": path,
            "configuration_id": configuration_id,
        }
        with self._changing() as store:
            return view_process(seed_process(self._world, store, members))

    def add_connection(
        self,
        source: ServerView | str,
        destination: ServerView | str,
        *,
        port: int,
        protocol: str = "TCP",
        count: int = 1,
        source_process: str | None = None,
        destination_process: str | None = None,
    ) -> ConnectionView:
        """Add a connection between two servers.

        Args:
            source: The server that it comes from, by view, configuration id or host name.
            destination: The server that it goes to.
            port: The port that it goes to.
            protocol: TCP or UDP.
            count: How many times it was seen.
            source_process: The process that it comes from, by configuration id or name.
            destination_process: The process that it goes to.

        Raises:
            ValueError: An unknown server or process, or an invalid port.
        """
        from pytest_mgh.hub.discovery_views import view_connection

        members = {
            "source": server_names([source])[0],
            "destination": server_names([destination])[0],
            "port": port,
            "protocol": protocol,
            "count": count,
            "source_process": source_process,
            "destination_process": destination_process,
        }
        with self._changing() as store:
            return view_connection(seed_connection(self._world, store, members))

    def add_continuous_export(
        self,
        export_id: str | None = None,
        *,
        status: str = "ACTIVE",
        status_detail: str | None = None,
    ) -> ContinuousExportView:
        """Add a continuous export in any state, also one that the hub itself never reaches.

        Args:
            export_id: Its id; generated by default.
            status: ACTIVE, ERROR, START_FAILED, STOP_FAILED or INACTIVE.
            status_detail: Why it failed: a code such as ACCESS_DENIED or S3_NOT_SIGNED_UP.

        Raises:
            ValueError: An id that already exists, a value that is not valid, or a second export
                that has not ended.
        """
        from pytest_mgh.hub.discovery_views import view_continuous_export

        members = {"export_id": export_id, "status": status, "status_detail": status_detail}
        with self._changing() as store:
            return view_continuous_export(seed_continuous_export(self._world, store, members))


def _pairs(attributes: Any) -> Any:
    """Return attributes as an estate has them, one type and value each; the rest is refused."""
    if isinstance(attributes, Mapping):
        return [{type_: value} for type_, value in attributes.items()]
    if isinstance(attributes, Iterable) and not isinstance(attributes, (str, bytes)):
        each = (_pairs(one) if isinstance(one, Mapping) else [one] for one in attributes)
        return [pair for pairs in each for pair in pairs]
    return attributes
