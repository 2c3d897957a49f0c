"""The hub in a test's hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from pytest_mgh.access.policy import Policy
from pytest_mgh.access.principals import FAKE_CREDENTIALS, Principal
from pytest_mgh.context import WireRequest, WireResponse, World
from pytest_mgh.errors import nearest
from pytest_mgh.pipeline import run
from pytest_mgh.services.background_work import settle
from pytest_mgh.settings import Settings, check_home_region
from pytest_mgh.state.accounts import DEFAULT_REGION
from pytest_mgh.state.repository import Application, Server
from pytest_mgh.views import (
    ApplicationView,
    ServerView,
    StreamView,
    TaskView,
    view_applications,
    view_server,
    view_stream,
    view_task,
)

if TYPE_CHECKING:
    from pytest_mgh.state.accounts import Account
    from pytest_mgh.state.background import Work
    from pytest_mgh.state.store import Store

View = TypeVar("View")


class MigrationHub:
    """An AWS Migration Hub in memory, for as long as the mock that made it.

    `mock_mgh` makes it; a test gets it from the fixture `mgh` or from `with mock_mgh() as hub`.
    What it shows and seeds belongs to the default account's home Region (us-west-2 while none is
    set).
    """

    def __init__(self, settings: Settings) -> None:
        policy = None if settings.policy is None else Policy(settings.policy)
        principal = Principal("migration-tool", settings.account_id, policy)
        self._world = World(settings, principal)

    def __repr__(self) -> str:
        store = self._store
        return (
            f"<MigrationHub of account {self._world.settings.account_id}, "
            f"home region {self.home_region}: "
            f"{len(store.streams)} streams, "
            f"{sum(len(stream.tasks) for stream in store.streams.values())} tasks, "
            f"{len(store.repository.servers)} servers, {len(store.applications)} applications>"
        )

    # calls

    def answer(self, request: WireRequest) -> WireResponse:
        """Answer a request as the service does."""
        return run(self._world, request)

    def client(self, service: str = "mgh", **kwargs: Any) -> Any:
        """Return a botocore client, as `boto3.client` does, for the default principal.

        Args:
            service: The service's name in botocore.
            kwargs: What botocore's `create_client` takes; the Region is the home Region unless
                `region_name` is given.
        """
        from pytest_mgh.sessions import hub_session

        key, secret, token = FAKE_CREDENTIALS.values()
        options = {
            "region_name": self.home_region or DEFAULT_REGION,
            "aws_access_key_id": key,
            "aws_secret_access_key": secret,
            "aws_session_token": token,
        }
        return hub_session().create_client(service, **(options | kwargs))

    def raise_test_errors(self) -> None:
        """Raise the first error that says that the test is wrong, if there was one."""
        for error in self._world.test_errors:
            raise error.with_traceback(None)

    # settings

    @property
    def home_region(self) -> str | None:
        """The default account's home Region; setting it replaces the control, `None` removes it.

        What the hub shows and seeds is the home Region's: after a change it is the new one's.

        Raises:
            ValueError: A Region in which Migration Hub is not offered.
        """
        return self._account.home_region

    @home_region.setter
    def home_region(self, region: str | None) -> None:
        with self._world.lock:
            if region is None:
                self._account.control = None
                return
            check_home_region(region)
            self._world.set_home_region(self._account.account_id, region)

    @property
    def policy(self) -> Any:
        """The default principal's identity policy, as it was given; `None` allows all.

        Raises:
            ValueError: A policy that IAM would refuse; the message points at the statement.
        """
        policy = self._world.default_principal.policy
        return None if policy is None else policy.source

    @policy.setter
    def policy(self, source: Any) -> None:
        self._world.default_principal.policy = None if source is None else Policy(source)

    # background work

    def settle(self) -> None:
        """Do all waiting background work now."""
        with self._world.lock:
            settle(self._world)

    @property
    def pending(self) -> tuple[Work, ...]:
        """The background work that waits, oldest first."""
        return self._world.background.waiting

    # seeding

    def add_server(
        self,
        hostname: str | None = None,
        *,
        configuration_id: str | None = None,
        ip_addresses: Iterable[str] = (),
        mac_addresses: Iterable[str] = (),
    ) -> ServerView:
        """Add a server to the discovery repository.

        Args:
            hostname: Its host name.
            configuration_id: Its id; one is made where none is given.
            ip_addresses: Its IP addresses.
            mac_addresses: Its MAC addresses.

        Raises:
            ValueError: An id that the repository already has.
        """
        with self._world.lock:
            id_ = self._new_id(configuration_id, self._world.ids.server_id)
            server = Server(id_, hostname, tuple(ip_addresses), tuple(mac_addresses))
            self._store.repository.servers[id_] = server
            return view_server(server)

    def add_application(
        self,
        name: str,
        *,
        configuration_id: str | None = None,
        servers: Iterable[ServerView | str] = (),
    ) -> ApplicationView:
        """Add an application to the discovery repository.

        Args:
            name: Its name.
            configuration_id: Its id; one is made where none is given.
            servers: Its servers, by view or by configuration id.

        Raises:
            ValueError: An id that the repository already has, or a server that it doesn't have.
        """
        with self._world.lock:
            store = self._store
            members = [one if isinstance(one, str) else one.configuration_id for one in servers]
            for member in members:
                if member not in store.repository.servers:
                    allowed = nearest(member, store.repository.servers)
                    raise ValueError(f"no server {member!r}; {allowed}")
            id_ = self._new_id(configuration_id, self._world.ids.application_id)
            store.add_application(Application(id_, name, dict.fromkeys(members)))
            return next(view for view in view_applications(store) if view.configuration_id == id_)

    # views: sequences, so that type checkers take no length for lasting

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
            streams = self._store.streams
            return tuple(
                view_task(streams[stream].tasks[name])
                for stream in sorted(streams)
                for name in sorted(streams[stream].tasks)
            )

    @property
    def servers(self) -> Sequence[ServerView]:
        """The servers of the discovery repository, in the order in which they came."""
        with self._world.lock:
            return tuple(map(view_server, self._store.repository.servers.values()))

    @property
    def applications(self) -> Sequence[ApplicationView]:
        """The applications, in the order in which they came."""
        with self._world.lock:
            return view_applications(self._store)

    def stream(self, name: str) -> StreamView:
        """Return one progress update stream; `LookupError` if there is none of that name."""
        with self._world.lock:
            return view_stream(_find("stream", name, self._store.streams))

    def task(self, stream: str, name: str) -> TaskView:
        """Return one migration task.

        Raises:
            LookupError: There is no such stream or task.
        """
        with self._world.lock:
            tasks = _find("stream", stream, self._store.streams).tasks
            return view_task(_find(f"task of stream {stream!r}:", name, tasks))

    def server(self, name: str) -> ServerView:
        """Return one server by host name or configuration id; `LookupError` if there is none."""
        views = {view.hostname or "": view for view in reversed(self.servers)}
        return _find("server", name, {view.configuration_id: view for view in self.servers} | views)

    def application(self, name: str) -> ApplicationView:
        """Return one application by name or configuration id; `LookupError` if there is none."""
        views = {view.name or "": view for view in reversed(self.applications)}
        by_id = {view.configuration_id: view for view in self.applications}
        return _find("application", name, by_id | views)

    @property
    def _account(self) -> Account:
        return self._world.account(self._world.settings.account_id)

    @property
    def _store(self) -> Store:
        return self._account.store(self.home_region or DEFAULT_REGION)

    def _new_id(self, wanted: str | None, make: Callable[[], str]) -> str:
        id_ = make() if wanted is None else wanted
        if id_ in self._store.repository:
            raise ValueError(f"configuration_id={id_!r}: the repository already has it")
        return id_


def _find(kind: str, name: str, known: Mapping[str, View]) -> View:
    if name not in known:
        raise LookupError(f"no {kind} {name!r}; {nearest(name, filter(None, known))}")
    return known[name]
