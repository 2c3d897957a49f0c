"""The hub in a test's hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pytest_mgh.access.policy import Policy
from pytest_mgh.access.principals import FAKE_CREDENTIALS, Principal
from pytest_mgh.context import WireRequest, WireResponse, World
from pytest_mgh.errors import nearest
from pytest_mgh.estate import read_estate
from pytest_mgh.pipeline import run
from pytest_mgh.seeding import check_estate, seed_application, seed_estate, seed_server
from pytest_mgh.services.background_work import settle
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
        type: str | None = None,  # noqa: A002 (the service's own name)
        os_name: str | None = None,
        os_version: str | None = None,
        agent_id: str | None = None,
        source: str | None = None,
        cpu_type: str | None = None,
        hypervisor: str | None = None,
        external_id: str | None = None,
        vm_manager_id: str | None = None,
        vm_managed_object_reference: str | None = None,
        vm_name: str | None = None,
        vm_path: str | None = None,
        bios_id: str | None = None,
        motherboard_serial_number: str | None = None,
        tags: Mapping[str, str] | None = None,
        performance: Mapping[str, float | str] | None = None,
    ) -> ServerView:
        """Add a server to the discovery repository.

        Args:
            hostname: Its host name.
            configuration_id: Its id; one is made where none is given.
            ip_addresses: Its IP addresses.
            mac_addresses: Its MAC addresses, in the order of the IP addresses.
            type: EC2, OTHER, VMWARE_VM, VMWARE_HOST or VMWARE_VM_TEMPLATE; by default VMWARE_VM
                if there is a `vm_manager_id`, else OTHER.
            os_name: The name of its operating system.
            os_version: The version of its operating system.
            agent_id: The discovery agent on it.
            source: Where the repository has it from; by default Agent if there is an agent.
            cpu_type: Its processor.
            hypervisor: What it runs on.
            external_id: The customer's own id of it.
            vm_manager_id: The vCenter that manages it.
            vm_managed_object_reference: Its MoRef id in that vCenter.
            vm_name: Its name in that vCenter.
            vm_path: Its folder path in that vCenter.
            bios_id: Its BIOS id.
            motherboard_serial_number: The serial number of its motherboard.
            tags: Its tags in Application Discovery Service.
            performance: What stands behind `server.performance.`, such as `avgCpuUsagePct`.

        Raises:
            ValueError: An id that the repository already has, or a type that isn't one.
        """
        said = {name: value for name, value in locals().items() if name != "self"}
        with self._world.lock:
            said = {name: value for name, value in said.items() if value is not None}
            server = seed_server(self._world, self._store, said)
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


def _find(kind: str, name: str, known: Mapping[str, View]) -> View:
    if name not in known:
        raise LookupError(f"no {kind} {name!r}; {nearest(name, filter(None, known))}")
    return known[name]
