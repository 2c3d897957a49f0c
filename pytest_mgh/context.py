"""What travels through the pipeline: a request, a response, and the call that they belong to."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pytest_mgh.clock import Clock
from pytest_mgh.faults import Faults
from pytest_mgh.state.accounts import Account, HomeRegionControl
from pytest_mgh.state.background import Background
from pytest_mgh.state.ids import Ids

if TYPE_CHECKING:
    from pytest_mgh.access.evaluation import Decision
    from pytest_mgh.access.principals import Principal
    from pytest_mgh.cloudtrail import CallRecord
    from pytest_mgh.errors import MghAssertionError
    from pytest_mgh.services.service import Operation
    from pytest_mgh.settings import Settings
    from pytest_mgh.validation import Violations


@dataclass(frozen=True, slots=True)
class WireRequest:
    """A request as it came; headers are asked for by lower-case names.

    `sent` is the body as it was sent and signed, where a transport has decompressed it.
    """

    headers: Mapping[str, str]
    body: bytes
    method: str = "POST"
    url: str = "https://mgh.us-west-2.amazonaws.com/"
    source_ip: str = "127.0.0.1"
    sent: bytes | None = None


@dataclass(frozen=True, slots=True)
class WireResponse:
    """A response as it goes."""

    status: int
    headers: dict[str, str]
    body: bytes


class World:
    """One hub's state: accounts, callers, clock, waiting work. All of it dies with the mock."""

    def __init__(self, settings: Settings, principal: Principal) -> None:
        self.settings = settings
        self.default_principal = principal
        self.principals = {principal.access_key: principal}
        self.assumed_roles: dict[str, Principal] = {}
        self.clock = Clock()
        self.ids = Ids()
        self.background = Background(settings.background)
        self.faults = Faults()
        self.backoffs: list[float] = []
        self.lock = threading.RLock()
        self.token_secret = self.ids.secret()
        self.import_sources: dict[str, str] = {}
        self.denials: list[Decision] = []
        self.calls: list[CallRecord] = []
        self.test_errors: list[MghAssertionError] = []
        self.revision = 0
        """Grows with every change; `MigrationHub.revision` adds what it does not count."""
        self.accounts: dict[str, Account] = {}
        if settings.home_region is not None:
            self.set_home_region(settings.account_id, settings.home_region)

    def account(self, account_id: str) -> Account:
        """Return the account of that id."""
        found = self.accounts.get(account_id)
        if found is None:
            found = self.accounts[account_id] = Account(account_id)
        return found

    def role(self, account_id: str, name: str) -> Principal | None:
        """Return the role of that name that the hub gave out, or `None`."""
        for principal in self.principals.values():
            if (principal.role, principal.account_id, principal.name) == (True, account_id, name):
                return principal
        return None

    def set_home_region(self, account_id: str, region: str) -> HomeRegionControl:
        """Set an account's home Region, in place of the one that it has."""
        control = HomeRegionControl(self.ids.control_id(), region, account_id, self.clock.time())
        self.account(account_id).control = control
        return control


@dataclass(slots=True, repr=False)
class Call:
    """One call on its way; each step of the pipeline adds what it finds out."""

    wire: WireRequest
    world: World
    request_id: str
    now: float
    operation: Operation = field(init=False)
    request: dict[str, Any] = field(init=False)
    principal: Principal = field(init=False)
    region: str = field(init=False)
    violations: Violations = field(init=False)
    result: dict[str, Any] = field(init=False)
    response_lost: bool = False

    @property
    def settings(self) -> Settings:
        """The hub's settings."""
        return self.world.settings

    @property
    def account(self) -> Account:
        """The caller's account."""
        return self.world.account(self.principal.account_id)

    def later(self, *subject: str) -> None:
        """Leave the rest of the operation's work for later."""
        self.world.background.add(
            self.operation.name, self.account.account_id, self.region, subject, self.now
        )

    @property
    def decoded(self) -> bool:
        """Whether the operation is known yet."""
        return hasattr(self, "operation")

    @property
    def authenticated(self) -> bool:
        """Whether the caller is known yet."""
        return hasattr(self, "principal")

    @property
    def dry_run(self) -> bool:
        """Whether the operation has DryRun and the request sets it."""
        return self.operation.dry_run and self.request.get("DryRun") is True
