"""Adds to what an account has in a Region, without calls."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from os import PathLike
from typing import TYPE_CHECKING, Any

from pytest_mgh.errors import nearest_there
from pytest_mgh.hub.account_views import AccountViews
from pytest_mgh.hub.arguments import checks_arguments, server_names
from pytest_mgh.hub.discovery_views import (
    AgentView,
    ConnectionView,
    ContinuousExportView,
    ProcessView,
    view_agent,
    view_connection,
    view_continuous_export,
    view_process,
)
from pytest_mgh.hub.views import (
    ApplicationView,
    ServerView,
    StreamView,
    TaskView,
    view_application,
    view_server,
    view_stream,
    view_task,
)
from pytest_mgh.seeding.checks import check_item
from pytest_mgh.seeding.estate import read_estate
from pytest_mgh.seeding.findings import (
    seed_agent,
    seed_connection,
    seed_continuous_export,
    seed_process,
)
from pytest_mgh.seeding.seed_error import SeedError
from pytest_mgh.seeding.servers import seed_application, seed_server
from pytest_mgh.seeding.tasks import seed_stream, seed_task
from pytest_mgh.seeding.whole_estate import seed_estate
from pytest_mgh.services.background_work import do_due
from pytest_mgh.state.collection import no_collection

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from pytest_mgh.seeding.servers import ServerDetails
    from pytest_mgh.state.store import Store


@checks_arguments
class AccountSeeds(AccountViews):
    """What an account has in a Region, and what a test adds to it."""

    @property
    def _store_to_change(self) -> Store:
        do_due(self._world)
        return self._world.store_to_change(*self._place)

    def add_server(
        self, hostname: str | None = None, **details: Unpack[ServerDetails]
    ) -> ServerView:
        """Add a server to the discovery repository.

        Args:
            hostname: Its host name; several servers may have the same.
            details: What else is known of it, by the names of `ServerDetails`.

        Raises:
            TypeError: A detail that servers don't have.
            ValueError: An id that the repository already has, or a type that isn't one.
        """
        with self._world.lock, self._world.journal.whole():
            store = self._store_to_change
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
            configuration_id: Its id; one is made where none is given.
            servers: Its servers, by view, configuration id or host name.
            description: What it is.
            wave: The migration wave that it belongs to.

        Raises:
            ValueError: An id or a name that the repository already has, a server that it
                doesn't have, or a host name of several.
        """
        members = {
            "name": name,
            "configuration_id": configuration_id,
            "description": description,
            "wave": wave,
            "servers": server_names(servers),
        }
        with self._world.lock, self._world.journal.whole():
            store = self._store_to_change
            id_ = seed_application(self._world, store, members).configuration_id
            return view_application(store, id_)

    def add_stream(self, name: str) -> StreamView:
        """Add a progress update stream.

        Args:
            name: Its name.

        Raises:
            ValueError: A name that is taken, or that streams can't have.
        """
        __tracebackhide__ = True
        check_item("Stream", {"name": name})
        with self._world.lock, self._world.journal.whole():
            store = self._store_to_change
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
            status: NOT_STARTED, IN_PROGRESS, FAILED or COMPLETED; by default the task is imported
                and has not been notified of.
            status_detail: What else the tool told.
            progress_percent: 0 to 100.
            update_time: When the tool gathered the state: a datetime, ISO 8601 text, or seconds
                since the epoch; by default now.
            next_update_seconds: The seconds after which the tool promised the next update.
            server: The server that it is mapped to, by view, configuration id or host name.
            attributes: Its resource attributes: values by type, or several of them where a type has
                several values.
            artifacts: The names of its created artifacts, which are ARNs.
            sources: The names of its source resources.

        Raises:
            ValueError: A name that is taken, a stream or server that there is not, or a value that
                tasks can't have.
        """
        __tracebackhide__ = True
        many = [attributes] if isinstance(attributes, Mapping) else attributes
        members = check_item(
            "Task",
            {
                "name": name,
                "status": status,
                "status_detail": status_detail,
                "progress_percent": progress_percent,
                "update_time": update_time,
                "next_update_seconds": next_update_seconds,
                "server": None if server is None else server_names([server])[0],
                "attributes": None if many is None else _pairs(many),
                "artifacts": list(artifacts),
                "sources": list(sources),
            },
        )
        stream_name = stream.name if isinstance(stream, StreamView) else stream
        with self._world.lock, self._world.journal.whole():
            store = self._store_to_change
            if stream_name not in store.streams:
                there = nearest_there(str(stream_name), store.streams)
                raise SeedError(["stream"], f"no stream {stream_name!r}; {there}")
            task = seed_task(self._world, store, stream_name, members)
            return view_task(task, self._world.clock.time())

    def load(self, estate: str | PathLike[str] | Mapping[str, Any]) -> None:
        """Seed a whole estate: servers, agents and what they found, applications, streams, tasks.

        Servers without an id are added again each time.

        Args:
            estate: A YAML or JSON file, or what such a file holds; `schemas/hub/estate.json` says
                what that is.

        Raises:
            ValueError: What the schema refuses, names what isn't there, or adds what is there; it
                says where. Nothing is seeded then.
        """
        __tracebackhide__ = True
        checked = read_estate(estate)
        with no_collection(), self._world.lock, self._world.journal.whole():
            seed_estate(self._world, self._store_to_change, checked)

    def add_agent(
        self,
        agent_id: str | None = None,
        *,
        server: ServerView | str | None = None,
        type: str | None = None,  # noqa: A002 (as AWS calls it)
        health: str = "RUNNING",
        collection_status: str = "STARTED",
        version: str = "2.0.1008.0",
        connector_id: str | None = None,
        ip_addresses: Iterable[str] = (),
        mac_addresses: Iterable[str] = (),
        registered: datetime | str | float | None = None,
        last_health_ping: datetime | str | float | None = None,
    ) -> AgentView:
        """Add a discovery agent or collector, and what it says of its server.

        Args:
            agent_id: Its id, 10 to 20 characters; one is made where none is given.
            server: The server that it is on, by view, configuration id or host name. A host name
                that no server has makes one; so does `None`.
            type: EC2, ONPREMISES, or the word for a connector; by default as its server is.
            health: HEALTHY, UNHEALTHY, RUNNING, UNKNOWN, BLACKLISTED or SHUTDOWN.
            collection_status: STARTED or STOPPED.
            version: The version of its software.
            connector_id: The connector that it belongs to.
            ip_addresses: The IP addresses that it tells; by default its server's.
            mac_addresses: The MAC addresses that it tells; by default its server's.
            registered: When it was registered: a datetime, ISO 8601 text, or seconds since the
                epoch; by default now.
            last_health_ping: When it was last heard of; by default always just now while it is
                HEALTHY, UNHEALTHY or RUNNING, else when it was registered.

        Raises:
            ValueError: An id that is there already, an unknown configuration id, a host name of
                several servers, or a value that agents can't have.
        """
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
        with self._world.lock, self._world.journal.whole():
            agent = seed_agent(self._world, self._store_to_change, members)
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
            path: The path of its program.
            configuration_id: Its id; one is made where none is given.

        Raises:
            ValueError: A server that the repository doesn't have, or an id that it has.
        """
        members = {
            "server": server_names([server])[0],
            "name": name,
            "command_line": command_line,
            "path": path,
            "configuration_id": configuration_id,
        }
        with self._world.lock, self._world.journal.whole():
            return view_process(seed_process(self._world, self._store_to_change, members))

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
            count: How often it was seen.
            source_process: The process that it comes from, by configuration id or name.
            destination_process: The process that it goes to.

        Raises:
            ValueError: A server or a process that the repository doesn't have, or no port.
        """
        members = {
            "source": server_names([source])[0],
            "destination": server_names([destination])[0],
            "port": port,
            "protocol": protocol,
            "count": count,
            "source_process": source_process,
            "destination_process": destination_process,
        }
        with self._world.lock, self._world.journal.whole():
            return view_connection(seed_connection(self._world, self._store_to_change, members))

    def add_continuous_export(
        self,
        export_id: str | None = None,
        *,
        status: str = "ACTIVE",
        status_detail: str | None = None,
    ) -> ContinuousExportView:
        """Add a continuous export, in a state that none gets into by itself too.

        Args:
            export_id: Its id; one is made where none is given.
            status: ACTIVE, ERROR, START_FAILED, STOP_FAILED or INACTIVE.
            status_detail: Why it failed: a code such as ACCESS_DENIED or S3_NOT_SIGNED_UP.

        Raises:
            ValueError: An id that is taken, a value that isn't allowed, or a second one that has
                not ended.
        """
        members = {"export_id": export_id, "status": status, "status_detail": status_detail}
        with self._world.lock, self._world.journal.whole():
            return view_continuous_export(
                seed_continuous_export(self._world, self._store_to_change, members)
            )


def _pairs(attributes: Iterable[Mapping[str, str]]) -> list[dict[str, str]]:
    """Return attributes as an estate has them: one type and value each."""
    return [{type_: value} for one in attributes for type_, value in one.items()]
