"""One hub's state, from its accounts to its clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING
from weakref import WeakMethod

from pytest_mgh.access.principals import is_account_id, record_changes, share_policies
from pytest_mgh.errors import InternalError
from pytest_mgh.state.accounts import DEFAULT_REGION, Account, HomeRegionControl
from pytest_mgh.state.background import Background
from pytest_mgh.state.clock import Clock
from pytest_mgh.state.faults import Faults
from pytest_mgh.state.ids import Ids
from pytest_mgh.state.journal import Journal
from pytest_mgh.state.moto_callers import MotoCallers
from pytest_mgh.state.process import PROCESS
from pytest_mgh.state.recent import Recent
from pytest_mgh.state.store import Store

if TYPE_CHECKING:
    import threading

    from pytest_mgh.access.evaluation import Decision
    from pytest_mgh.access.principals import Principal
    from pytest_mgh.cloudtrail.records import CallRecord
    from pytest_mgh.errors import MghAssertionError
    from pytest_mgh.state.settings import Settings


class World:
    """One hub's state: accounts, callers, clock, waiting work. All of it dies with the mock.

    Whoever reads or changes it holds its lock. What is changed goes through the journal, in a block
    that is whole.
    """

    def __init__(self, settings: Settings, principal: Principal) -> None:
        self.settings = settings
        self.journal: Journal = Journal()
        self.default_principal = principal
        self.principals: dict[str, Principal] = {principal.access_key: principal}
        record_changes(principal, WeakMethod(self.changes))
        self.moto_callers: MotoCallers = MotoCallers(self.journal, iam=settings.moto_iam)
        self.clock: Clock = Clock()
        self.ids: Ids = Ids()
        self.background: Background = Background(settings.background)
        self.faults: Faults = Faults()
        self.backoffs: list[float] = []
        self.lock: threading.RLock = PROCESS.new_lock()
        self.token_secret: bytes = self.ids.secret()
        self.import_sources: dict[str, bytes] = {}
        """What imports find, by the names of objects."""
        self.downloads_url: Callable[[], str | None] = lambda: None
        """Says where this process serves the archives of exports; whoever does so sets it."""
        self.denials: Recent[Decision] = Recent(settings.keep_events)
        self.calls: Recent[CallRecord] = Recent(settings.keep_events)
        self.notes: Recent[str] = Recent(settings.keep_events)
        self.no_endpoints: frozenset[str] = frozenset()
        self.test_errors: list[MghAssertionError] = []
        self.accounts: dict[str, Account] = {}
        if settings.home_region is not None:
            with self.journal.whole():
                self.set_home_region(settings.account_id, settings.home_region)

    def changes(self) -> tuple[threading.RLock, Journal]:
        """Return what is held while anything is changed, and what records the change."""
        return self.lock, self.journal

    # accounts

    def account(self, account_id: str) -> Account:
        """Return an account as it is now; one that nothing was done in is blank."""
        return self.accounts.get(account_id) or self._new_account(account_id)

    def account_of(self, caller: Principal) -> Account:
        """Return the account of a caller, who may be one that the hub does not know yet."""
        account_id = caller.account_id
        return self.accounts.get(account_id) or self._new_account(account_id, caller.access_key)

    def _new_account(self, account_id: str, access_key: str = "") -> Account:
        """Return an account in which nothing was done.

        One that is called by its number begins with the home Region of the hub.
        """
        control, region = None, self.settings.home_region
        if region is not None and (access_key == account_id or account_id in self.principals):
            id_ = self.ids.first_control_id(account_id)
            time = self.default_principal.created
            control = HomeRegionControl(id_, region, account_id, time)
        return Account(account_id, control)

    def home_region(self, account_id: str) -> str:
        """Return the home Region of an account; the default one while none is set."""
        return self.account(account_id).home_region or DEFAULT_REGION

    def store(self, account_id: str, region: str) -> Store:
        """Return what an account has in a Region, to be read: without anything it is blank."""
        return self.account(account_id).stores.get(region) or Store(self.journal)

    def store_to_change(self, account_id: str, region: str) -> Store:
        """Return what an account has in a Region, to be changed."""
        stores = self._account_to_change(account_id).stores
        store = stores.get(region)
        if store is None:
            store = Store(self.journal)
            self.journal.put(stores, region, store)
        return store

    def set_home_region(self, account_id: str, region: str) -> HomeRegionControl:
        """Set an account's home Region, in place of the one that it has."""
        control = HomeRegionControl(self.ids.control_id(), region, account_id, self.clock.time())
        self.put_control(control)
        return control

    def put_control(self, control: HomeRegionControl) -> None:
        """Let a control decide which Region is home to its account."""
        self.journal.set(self._account_to_change(control.target_id), "control", control)

    def unset_home_region(self, account_id: str) -> None:
        """Leave an account without a home Region."""
        self.journal.set(self._account_to_change(account_id), "control", None)

    def _account_to_change(self, account_id: str) -> Account:
        account = self.accounts.get(account_id)
        if account is None:
            account = self._new_account(account_id)
            self.journal.put(self.accounts, account_id, account)
        return account

    # callers

    def add_principal(self, principal: Principal) -> None:
        """Add a caller.

        Raises:
            ValueError: The account has one of that name.
        """
        __tracebackhide__ = True
        if any(principal.who == one.who for one in self.principals.values()):
            raise ValueError(
                f"name={principal.name!r}: the account already has a principal of that name; "
                "look it up in hub.principals"
            )
        self._put_principal(principal)

    def _put_principal(self, principal: Principal) -> None:
        record_changes(principal, WeakMethod(self.changes))
        self.journal.put(self.principals, principal.access_key, principal)

    def find_principal(self, access_key: str) -> Principal | None:
        """Return the caller of an access key: one of the hub, or one of moto; or `None`.

        A key of 12 digits, which AWS gives nobody, is the default principal in the account of that
        number: an account of one's own needs no more. Nothing is changed: `keep_caller` keeps who
        calls for the first time.

        Raises:
            AuthenticationError: A key of moto's that is not there any more, or not active.
        """
        principal = self.principals.get(access_key)
        if principal is None:
            principal = self.moto_callers.find(access_key, self.principals.values(), self.note_once)
        if principal is None and is_account_id(access_key) and not self.settings.verify_signatures:
            principal = self._caller_in(access_key)
        return principal

    def _caller_in(self, account_id: str) -> Principal:
        """Return the default principal in an account, which begins as the default account does."""
        default = self.default_principal
        if account_id == default.account_id:
            return default
        principal = replace(default, account_id=account_id, access_key=account_id, secret="")
        share_policies(principal, default)
        known = self.principals.values()
        return next((one for one in known if one.who == principal.who), principal)

    def keep_caller(self, caller: Principal) -> None:
        """Keep a caller whom `find_principal` has found; `principals` does not have it."""
        if caller.access_key == caller.account_id:
            self._put_principal(caller)
        else:
            self.moto_callers.keep(caller)

    # what a test does to it

    def advance(self, seconds: float) -> None:
        """Move the clock forward."""
        self.journal.set(self.clock, "offset", self.clock.offset + seconds)

    def do_later(
        self, operation: str, account_id: str, region: str, subject: tuple[str, ...], now: float
    ) -> None:
        """Leave work to the worker of an operation."""
        self.background.add(self.journal, operation, account_id, region, subject, now)

    def put_import_source(self, name: str, content: bytes) -> None:
        """Let imports find a content by the name of its object."""
        self.journal.put(self.import_sources, name, content)

    # what happened

    def fail_test(self, about: str, cause: Exception) -> InternalError:
        """Let the test fail, and return the error: the plugin itself has failed at something."""
        failure = InternalError(about)
        failure.__cause__ = cause
        self.test_errors.append(failure)
        return failure

    def note(self, text: str) -> None:
        """Note what no answer tells."""
        self.notes.append(self.journal, text)

    def note_once(self, text: str) -> None:
        """Note what is likely to come again and again."""
        if text not in self.notes:
            self.note(text)

    def note_no_endpoint(self, region: str, text: str) -> None:
        """Note, once for a Region, that a call found no endpoint there."""
        if region not in self.no_endpoints:
            self.journal.set(self, "no_endpoints", self.no_endpoints | {region})
            self.note(text)
