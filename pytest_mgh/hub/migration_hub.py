"""The hub in a test's hand."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any, Literal, overload

from pytest_mgh.access.principals import FAKE_CREDENTIALS, Principal
from pytest_mgh.errors import UnusedFaultWarning
from pytest_mgh.hub import snapshot
from pytest_mgh.hub.callers import HubCallers
from pytest_mgh.hub.contents import HubContents
from pytest_mgh.hub.failures import HubFailures
from pytest_mgh.hub.reach import reach_of
from pytest_mgh.hub.report_sections import report_sections
from pytest_mgh.hub.seeds import HubSeeds
from pytest_mgh.hub.table_part import HubTables
from pytest_mgh.pipeline import run
from pytest_mgh.services.catalog import SERVICES
from pytest_mgh.state.accounts import DEFAULT_REGION
from pytest_mgh.state.world import World

if TYPE_CHECKING:
    from pytest_mgh.hub.client_type import MigrationHubClient
    from pytest_mgh.protocol.messages import WireRequest, WireResponse
    from pytest_mgh.state.settings import Settings

_NAMES = frozenset(service.name for service in SERVICES.values())


class MigrationHub(HubCallers, HubFailures, HubSeeds, HubContents, HubTables):
    """An AWS Migration Hub in memory, for as long as the mock that made it.

    `mock_mgh` makes it; a test gets it from the fixture `mgh` or from `with mock_mgh() as hub`.
    What it shows and seeds belongs to the default account's home Region (us-west-2 while none is
    set).
    """

    def __init__(self, settings: Settings) -> None:
        self._world = _new_world(settings)

    def __repr__(self) -> str:
        with self._world.lock:
            return self._describe()

    def _describe(self) -> str:
        store = self._store
        return (
            f"<MigrationHub of account {self._world.settings.account_id}, "
            f"home region {self.home_region}: "
            f"{len(store.streams)} streams, "
            f"{sum(len(stream.tasks) for stream in store.streams.values())} tasks, "
            f"{len(store.repository.servers)} servers, {len(store.applications)} applications"
            + "".join(f", {waiting}" for waiting in self._world.faults.waiting())
            + ">"
        )

    # calls

    def answer(self, request: WireRequest) -> WireResponse:
        """Answer a request as the service does."""
        return run(self._world, request)

    @overload
    def client(self, service: Literal["mgh"] = "mgh", **kwargs: Any) -> MigrationHubClient: ...
    @overload
    def client(self, service: str, **kwargs: Any) -> Any: ...
    def client(self, service: str = "mgh", **kwargs: Any) -> Any:
        """Return a botocore client, as `boto3.client` does, for the default principal.

        Args:
            service: The service's name in botocore.
            kwargs: What botocore's `create_client` takes; the Region is the home Region unless
                `region_name` is given.

        Raises:
            RuntimeError: No mock answers from this hub, and no server.
        """
        from pytest_mgh.mock.sessions import create_client

        options: dict[str, Any] = {"region_name": self.home_region or DEFAULT_REGION}
        reach = reach_of(self)
        if not reach.active and service in _NAMES and kwargs.get("endpoint_url") is None:
            if not reach.urls:
                raise RuntimeError(
                    "this hub answers no client: no mock of it is active, and no HubServer runs"
                )
            kwargs["endpoint_url"] = reach.urls[0]
        if "aws_access_key_id" not in kwargs:
            options |= self._world.default_principal.credentials
        return create_client(service, **(options | kwargs))

    def warn_of_unused_faults(self) -> None:
        """Warn of each fault that no call met."""
        for fault in self._world.faults.unused:
            text = f"unused fault: {fault}"
            if fault.place is None:
                warnings.warn(text, UnusedFaultWarning, stacklevel=2)
            else:
                warnings.warn_explicit(text, UnusedFaultWarning, *fault.place)

    def report_sections(self) -> list[tuple[str, str]]:
        """Return what a report of a failing test should tell, as titles and texts."""
        with self._world.lock:
            return report_sections(self._world)

    def raise_test_errors(self) -> None:
        """Raise the first error that says that the test is wrong, if there was one."""
        for error in self._world.test_errors:
            raise error.with_traceback(None)

    # state out and in

    def snapshot(self) -> dict[str, Any]:
        """Return the whole state as JSON-ready data: `schemas/hub/snapshot.json` says which."""
        with self._world.lock:
            return snapshot.take(self._world)

    def restore(self, data: Mapping[str, Any]) -> None:
        """Go back to a snapshot, also to one of another hub.

        Raises:
            ValueError: What is no snapshot, or one of another version; nothing changes then.
        """
        self._replace(snapshot.make(data))

    def reset(self) -> None:
        """Go back to the beginning: everything but the options is forgotten."""
        self._replace(_new_world(self._world.settings))

    def _replace(self, world: World) -> None:
        with self._world.lock:
            world.revision = self.revision + 1
            # The list that the interception notes delays in stays the same one.
            self._world.backoffs[:], world.backoffs = world.backoffs, self._world.backoffs
            world.test_errors = self._world.test_errors  # still to be told at the exit
            _keep_principals(self._world, world)
            self._world = world


def _keep_principals(before: World, after: World) -> None:
    """Let the principals that a test holds go on deciding, as the new world has them."""
    for key, principal in after.principals.items():
        held = before.principals.get(key)
        if held is not None:
            for field in fields(principal):
                setattr(held, field.name, getattr(principal, field.name))
            after.principals[key] = held
    after.default_principal = after.principals[after.default_principal.access_key]


def _new_world(settings: Settings) -> World:
    key, secret, token = FAKE_CREDENTIALS.values()
    principal = Principal(
        "migration-tool", settings.account_id, access_key=key, secret=secret, token=token
    )
    principal.policy = settings.policy
    return World(settings, principal)
