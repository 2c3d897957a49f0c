"""One hub's state, from its accounts to its clock."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from pytest_mgh.state.accounts import Account, HomeRegionControl
from pytest_mgh.state.background import Background
from pytest_mgh.state.clock import Clock
from pytest_mgh.state.faults import Faults
from pytest_mgh.state.ids import Ids

if TYPE_CHECKING:
    from pytest_mgh.access.evaluation import Decision
    from pytest_mgh.access.principals import Principal
    from pytest_mgh.cloudtrail.records import CallRecord
    from pytest_mgh.errors import MghAssertionError
    from pytest_mgh.state.settings import Settings


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
