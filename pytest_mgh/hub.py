"""The hub in a test's hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pytest_mgh.access.authorization import resource_arn
from pytest_mgh.access.evaluation import Decision, context_keys, decide
from pytest_mgh.access.principals import FAKE_CREDENTIALS, Principal
from pytest_mgh.cloudtrail import Events
from pytest_mgh.context import WireRequest, WireResponse, World
from pytest_mgh.errors import nearest
from pytest_mgh.estate import read_estate
from pytest_mgh.pipeline import run
from pytest_mgh.seeding import check_estate, seed_application, seed_estate, seed_server
from pytest_mgh.services.background_work import settle
from pytest_mgh.services.catalog import OPERATIONS
from pytest_mgh.settings import Settings, check_home_region
from pytest_mgh.state.accounts import DEFAULT_REGION
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
    from typing_extensions import Unpack

    from pytest_mgh.seeding import ServerDetails
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
        key, secret, token = FAKE_CREDENTIALS.values()
        principal = Principal(
            "migration-tool", settings.account_id, access_key=key, secret=secret, token=token
        )
        principal.policy = settings.policy
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

        options: dict[str, Any] = {
            "region_name": self.home_region or DEFAULT_REGION,
            **self._world.default_principal.credentials,
        }
        return hub_session().create_client(service, **(options | kwargs))

    def report_sections(self) -> list[tuple[str, str]]:
        """Return what a report of a failing test should tell, as titles and texts."""
        if not self._world.denials:
            return []
        return [("Migration Hub permissions", "\n".join(map(str, self._world.denials[-20:])))]

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
        return self._world.default_principal.policy

    @policy.setter
    def policy(self, source: Any) -> None:
        self._world.default_principal.policy = source

    # callers

    def principal(
        self,
        name: str,
        *,
        account_id: str | None = None,
        policy: Any = None,
        role: bool = False,
        permissions_boundary: Any = None,
        session_policy: Any = None,
        tags: Mapping[str, str] | None = None,
    ) -> Principal:
        """Make another caller: an IAM user, or a role in a session.

        Args:
            name: The name of the user or role.
            account_id: Its account; by default the default account. Another account has its own
                home Region, which is not set yet.
            policy: Its identity policy, or a list of them; `None` allows all.
            role: Whether it is an assumed role, whose credentials are temporary.
            permissions_boundary: The most that the identity policies can allow.
            session_policy: The most that the role's session can do.
            tags: Its tags, for the condition key `aws:PrincipalTag`.

        Raises:
            ValueError: A name that the account has already, or that IAM does not allow; a policy
                that IAM would refuse.
        """
        account_id = account_id or self._world.settings.account_id
        principal = Principal(name, account_id, role, dict(tags or {}))
        principal.policy = policy
        principal.permissions_boundary = permissions_boundary
        principal.session_policy = session_policy
        with self._world.lock:
            if principal.access_key in self._world.principals:
                raise ValueError(f"name={name!r}: the account has a principal of that name already")
            self._world.principals[principal.access_key] = principal
        return principal

    def explain(
        self, operation: str, *, principal: Principal | None = None, **request: Any
    ) -> Decision:
        """Tell what the policies say of a call, without making it.

        Args:
            operation: The name of an operation, as AWS spells it.
            principal: The caller; by default the default principal.
            request: The members that name stream and task, as far as the operation has them.

        Raises:
            ValueError: The name of no simulated operation, or a member that is missing.
        """
        if operation not in OPERATIONS:
            raise ValueError(f"no operation {operation!r}; {nearest(operation, OPERATIONS)}")
        found, caller = OPERATIONS[operation], principal or self._world.default_principal
        region = self.home_region or DEFAULT_REGION
        try:
            resource = resource_arn(found, request, caller, region)
        except KeyError as missing:
            raise ValueError(f"{operation} is on a resource: give {missing.args[0]}") from None
        context = context_keys(caller, region=region, time=self._world.clock.time())
        return decide(caller, found.action, resource, context)

    @property
    def denials(self) -> Sequence[Decision]:
        """The decisions that refused a call, oldest first."""
        return tuple(self._world.denials)

    @property
    def events(self) -> Events:
        """Every call so far as a CloudTrail record, oldest first.

        Calls that fail before their caller is known are not recorded.
        """
        return Events(tuple(self._world.calls))

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
        self, hostname: str | None = None, **details: Unpack[ServerDetails]
    ) -> ServerView:
        """Add a server to the discovery repository.

        Args:
            hostname: Its host name.
            details: What else is known of it, by the names of `ServerDetails`.

        Raises:
            TypeError: A detail that servers don't have.
            ValueError: An id that the repository already has, or a type that isn't one.
        """
        with self._world.lock:
            server = seed_server(self._world, self._store, {"hostname": hostname, **details})
            return view_server(server)

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
            ValueError: An id or a name that the repository already has, or a server that it
                doesn't have.
        """
        said = {
            "name": name,
            "configuration_id": configuration_id,
            "description": description,
            "wave": wave,
            "servers": [one if isinstance(one, str) else one.configuration_id for one in servers],
        }
        with self._world.lock:
            seed_application(self._world, self._store, said)
            return self.application(name)

    def load(self, estate: str | PathLike[str] | Mapping[str, Any]) -> None:
        """Seed a whole estate: servers, applications, streams and tasks.

        Args:
            estate: A YAML or JSON file, or what such a file holds; `schemas/hub/estate.json` says
                what that is.

        Raises:
            ValueError: What the schema refuses, names what isn't there, or adds what is there; it
                says where. Nothing is seeded then.
        """
        checked = read_estate(estate)
        with self._world.lock:
            check_estate(self._store, checked)
            seed_estate(self._world, self._store, checked)

    def import_source(self, url: str, csv: str | PathLike[str]) -> None:
        """Say what an import finds at a URL.

        Args:
            url: The importUrl of StartImportTask.
            csv: A file in AWS's import format, or its text.
        """
        is_path = isinstance(csv, PathLike) or "\n" not in csv
        text = Path(csv).read_text(encoding="utf-8") if is_path else str(csv)
        self._world.import_sources[url] = text

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
            return tuple(map(view_server, self._store.repository.servers))

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
        views = {view.hostname: view for view in reversed(self.servers) if view.hostname}
        return _find("server", name, {view.configuration_id: view for view in self.servers} | views)

    def application(self, name: str) -> ApplicationView:
        """Return one application by name or configuration id; `LookupError` if there is none."""
        views = {view.name: view for view in reversed(self.applications) if view.name}
        by_id = {view.configuration_id: view for view in self.applications}
        return _find("application", name, by_id | views)

    @property
    def _account(self) -> Account:
        return self._world.account(self._world.settings.account_id)

    @property
    def _store(self) -> Store:
        return self._account.store(self.home_region or DEFAULT_REGION)


def _find(kind: str, name: str, known: Mapping[str, View]) -> View:
    if name not in known:
        raise LookupError(f"no {kind} {name!r}; {nearest(name, known)}")
    return known[name]
