"""`MigrationHub`: one class, whose methods delegate to the modules that hold the rules."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from copy import copy
from datetime import datetime, timedelta
from functools import partial
from os import PathLike
from typing import TYPE_CHECKING, Any, Literal, overload

from pytest_mgh.access.moto_iam import find_moto_caller
from pytest_mgh.access.new_principal import new_principal
from pytest_mgh.access.principals import (
    Principal,
    PrincipalType,
    check_account_id,
    is_account_id,
)
from pytest_mgh.access.remarks import without_remarks
from pytest_mgh.cloudtrail.records import Events
from pytest_mgh.errors import AuthenticationError, calling_line
from pytest_mgh.hub import checkpoint
from pytest_mgh.hub.account import HubAccount
from pytest_mgh.hub.arguments import (
    check_advance,
    check_texts,
    checks_arguments,
    read_content,
    request_members,
)
from pytest_mgh.hub.checkpoint import Checkpoint
from pytest_mgh.hub.clients import create_client, endpoint_url
from pytest_mgh.hub.downloads import downloads_url
from pytest_mgh.hub.fault_scope import FaultScope, warn_of_all_unused
from pytest_mgh.hub.lookup import Listed, Views
from pytest_mgh.hub.place import place_of
from pytest_mgh.hub.worlds import hand_over, keep_principals, move_home, new_world, note_remarks
from pytest_mgh.pipeline import run
from pytest_mgh.protocol.parts import plain_part
from pytest_mgh.protocol.times import read_time, utc
from pytest_mgh.services.background_work import do_due, settle
from pytest_mgh.services.catalog import SERVICES, find_operation
from pytest_mgh.services.discovery.downloads import find_archive
from pytest_mgh.services.injection import check_fault, operations_meant
from pytest_mgh.services.permission import decide_on
from pytest_mgh.state import codec
from pytest_mgh.state.disposal import let_go, parts_of
from pytest_mgh.state.faults import Fault, new_throttle
from pytest_mgh.state.journal import finish
from pytest_mgh.state.moment import read_at_one_moment
from pytest_mgh.state.regions import check_region

if TYPE_CHECKING:
    from pytest_mgh.access.evaluation import Decision
    from pytest_mgh.hub.client_type import MigrationHubClient
    from pytest_mgh.hub.tables.table import HomeState, Page, Row
    from pytest_mgh.protocol.messages import WireRequest, WireResponse
    from pytest_mgh.state.background import Work
    from pytest_mgh.state.settings import Settings
    from pytest_mgh.state.world import World

_SERVICE_NAMES = frozenset(service.name for service in SERVICES.values())


class _DefaultTimes:
    def __repr__(self) -> str:
        return "1"


_DEFAULT_TIMES: Any = _DefaultTimes()


@checks_arguments
class MigrationHub(HubAccount):
    """A simulated AWS Migration Hub in memory, which exists as long as its mock.

    A test gets it from the fixture `mgh` or from `with mock_mgh() as hub`. Its properties and
    methods show and change the default account in its home Region (us-west-2 if none is set).
    """

    _settable = ("home_region", "policy")

    def __init__(self, settings: Settings) -> None:
        self._current_world = new_world(settings)
        super().__init__(lambda: self._current_world, settings.account_id, None)
        self._world.downloads_url = partial(downloads_url, self)

    def __repr__(self) -> str:
        with self._world.lock:
            world, store = self._world, self._store_now
            return (
                f"<MigrationHub of account {self.account_id}, home region {self.home_region}: "
                f"{len(store.streams)} streams, "
                f"{sum(len(stream.tasks) for stream in store.streams.values())} tasks, "
                f"{len(store.repository.servers)} servers, {len(store.applications)} applications"
                + "".join(f", {waiting}" for waiting in world.faults.waiting())
                + ">"
            )

    # calls

    def note_other_call(self, text: str) -> None:
        """Add a note, once, about a call to a service that is not simulated."""
        with self._world.lock, self._world.journal.whole():
            self._world.note_once(text)

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
            kwargs: The arguments of botocore's `create_client`; without `region_name` the client
                calls the home Region.

        Raises:
            RuntimeError: The hub has neither an active mock nor a server.
        """
        options: dict[str, Any] = {"region_name": self._world.home_region(self.account_id)}
        if service in _SERVICE_NAMES and kwargs.get("endpoint_url") is None:
            kwargs["endpoint_url"] = endpoint_url(self)
        if "aws_access_key_id" not in kwargs:
            options |= self._world.default_principal.credentials
        return create_client(service, **(options | kwargs))

    # accounts and callers

    @property
    def account_id(self) -> str:
        """The id of the default account."""
        return self._world.settings.account_id

    def account(self, account_id: str, *, region: str | None = None) -> HubAccount:
        """Return another account, or another Region, to look at it and seed it.

        Args:
            account_id: The account, 12 digits.
            region: The Region; by default the account's home Region, or us-west-2 if none is set.

        Raises:
            ValueError: No account id, or a Region in which Migration Hub is not offered.
        """
        __tracebackhide__ = True
        check_account_id(account_id)
        if region is not None:
            check_region(region)
        return HubAccount(lambda: self._world, account_id, region)

    @property
    def policy(self) -> Any:
        """The default principal's identity policy, as it was set; `None` allows everything.

        Raises:
            ValueError: A policy that IAM would refuse; the message names the statement.
        """
        return self._world.default_principal.policy

    @policy.setter
    def policy(self, source: Any) -> None:
        __tracebackhide__ = True
        world = self._world
        with world.lock, world.journal.whole():
            world.default_principal.policy = source
            note_remarks(world, world.default_principal)

    def principal(
        self,
        name: str,
        *,
        account_id: str | None = None,
        policy: Any = None,
        role: bool = False,
        type: PrincipalType | None = None,  # noqa: A002 (CloudTrail's word)
        path: str = "/",
        session_name: str | None = None,
        source_ip: str | None = None,
        mfa: bool = False,
        duration: int = 3600,
        permissions_boundary: Any = None,
        session_policy: Any = None,
        tags: Mapping[str, str] | None = None,
    ) -> Principal:
        """Create another caller: an IAM user, or a role in a session.

        Args:
            name: The name of the user or role.
            account_id: Its account; by default the default account. Another account has its own
                home Region, which is not set yet.
            policy: Its identity policy, or a list of policies; `None` allows everything.
            role: Whether it is an assumed role, whose credentials are temporary.
            type: Another type, as CloudTrail calls it: `"Root"`, `"FederatedUser"`, or
                `"AWSService"`, whose name is its host, such as `dms.amazonaws.com`.
            path: The path of the user or role in IAM.
            session_name: The name of the role's session; a role can have several.
            source_ip: The address that its calls come from.
            mfa: Whether it signed in with a second factor; a user's credentials are temporary then.
            duration: How many seconds of the hub's clock temporary credentials last: 900 to 43200
                for a role, to 129600 for the others. Later calls get ExpiredTokenException.
            permissions_boundary: The most that the identity policies can allow.
            session_policy: The most that the role's session can do.
            tags: Its tags, for the condition key `aws:PrincipalTag`.

        Raises:
            ValueError: A name that the account has already, or that IAM does not allow; a policy
                that IAM would refuse; arguments that do not fit, such as a duration for permanent
                credentials.
        """
        __tracebackhide__ = True
        principal = new_principal(
            name,
            account_id or self.account_id,
            type_=type,
            role=role,
            path=path,
            session_name=session_name,
            source_ip=source_ip,
            mfa=mfa,
            duration=duration,
            tags=tags,
            policies={
                "policy": policy,
                "permissions_boundary": permissions_boundary,
                "session_policy": session_policy,
            },
            now=self._world.clock.time(),
        )
        with without_remarks():
            codec.check_record(principal)
        with self._world.lock, self._world.journal.whole():
            self._world.add_principal(principal)
            note_remarks(self._world, principal)
        return principal

    @property
    def principals(self) -> Views[Principal]:
        """The callers that the hub knows, the default principal first."""
        with self._world.lock:
            return Views("principal", self._world.principals.values(), lambda one: (one.name,))

    def account_id_of(self, access_key: str) -> str:
        """Return the id of the account in which an access key makes calls.

        This is the account of the hub's or moto's caller with that key; for a key of 12 digits, the
        account of that number; otherwise the default account.
        """
        if access_key in self._world.principals:
            return self._world.principals[access_key].account_id
        with contextlib.suppress(AuthenticationError):  # a key of moto's that is not active
            caller = find_moto_caller(access_key)
            if caller is not None:
                return caller.account_id
        return access_key if is_account_id(access_key) else self.account_id

    def explain(
        self,
        operation: str,
        *,
        principal: Principal | None = None,
        region: str | None = None,
        source_ip: str | None = None,
        time: datetime | str | float | None = None,
        **request: Any,
    ) -> Decision:
        """Return what the policies decide about a call, without making the call.

        Args:
            operation: The name of an operation, as AWS spells it.
            principal: The caller; by default the default principal.
            region: The Region of the call; by default the home Region.
            source_ip: The address that the call comes from; by default the caller's, or
                127.0.0.1.
            time: The time of the call: a datetime, ISO 8601 text, or seconds since the epoch; by
                default now, by the hub's clock.
            request: The members of the request that policies depend on: the names of stream and
                task, and tags, if the operation has them.

        Raises:
            ValueError: The name of no simulated operation, a member that is missing or that the
                operation does not have, what is not a principal, or a Region without Migration Hub.
        """
        __tracebackhide__ = True
        found, caller = find_operation(operation), principal or self._world.default_principal
        if not isinstance(caller, Principal):
            raise ValueError(
                f"principal={caller!r}: must be a Principal, such as hub.principal(...) returns"
            )
        if region is not None:
            check_region(region)
        with request_members(found, request) as members:
            return decide_on(
                found,
                members,
                caller,
                region=region or self._world.home_region(caller.account_id),
                time=self._world.clock.time() if time is None else read_time(time),
                source_ip=source_ip or caller.source_ip or "127.0.0.1",
            )

    @property
    def denials(self) -> Sequence[Decision]:
        """The decisions that denied a call, oldest first."""
        return Listed("denial", self._world.denials)

    @property
    def notes(self) -> tuple[str, ...]:
        """Information that no response contains, oldest first, such as why an import failed."""
        return Listed("note", self._world.notes)

    @property
    def events(self) -> Events:
        """All calls as CloudTrail records, oldest first.

        A call that fails before its caller is known has no record. The option `keep_events` limits
        how many records are kept, the newest ones.
        """
        world = self._world
        with world.lock:
            calls = world.calls
            return Events(calls.kept(), find_operation, calls.first, partial(place_of, world))

    # faults, time, background work

    def fail(
        self,
        operation: str,
        error: str,
        *,
        times: int | None = _DEFAULT_TIMES,
        message: str | None = None,
        retry_after: int | None = None,
        rate: float | None = None,
        seed: int | None = None,
        when: Mapping[str, Any] | Callable[[dict[str, Any]], object] | None = None,
        after: int = 0,
    ) -> AbstractContextManager[Fault]:
        """Make the next calls of an operation fail. Of several faults the earliest applies.

        Args:
            operation: The operation's name, as AWS spells it; `"*"` is any operation that can
                have the error.
            error: An error that the operation declares, one of AWS's common errors, or a failure
                of the connection: ConnectTimeout, ReadTimeout, ConnectionReset, or ResponseLost
                (the call takes effect, but its response is lost).
            times: How many calls fail, including retries; `None` means all until `recover`.
            message: The text of the error, which can be empty.
            retry_after: RetryAfterSeconds of a ThrottlingException that the operation declares.
            rate: The share of calls that fail, 0 to 1, until `recover` unless `times` is given too.
            seed: A whole number that makes the share reproducible.
            when: Members that the request must have, so that only some calls fail; a part of
                nested members and lists is enough. Or a function that takes the request and
                returns whether the call fails.
            after: How many of these calls succeed first.

        Returns:
            A context manager: the fault ends with the block. Without `with` it lasts until `times`
            calls have failed, or until `recover`.

        Raises:
            TypeError: An unknown argument.
            ValueError: An unknown operation, an error that its calls can't meet, or a member that
                it doesn't have.
        """
        __tracebackhide__ = True
        if times is _DEFAULT_TIMES:
            times = 1 if rate is None else None
        fault = Fault(
            operation, error, times, message, retry_after, rate, seed, plain_part(when), after
        )
        check_fault(fault)
        fault.place = calling_line()
        with self._world.lock, self._world.journal.whole() as journal:
            self._world.faults.add(journal, fault)
        return FaultScope(fault, self._drop_fault)

    def _drop_fault(self, fault: Fault) -> None:
        with self._world.lock, self._world.journal.whole() as journal:
            self._world.faults.drop(journal, fault)

    def throttle(self, operation: str, *, per_second: float) -> None:
        """Throttle an operation: only so many calls a second succeed, by the hub's clock.

        Args:
            operation: The operation's name; `"*"` counts all operations together.
            per_second: How many calls a second.

        Raises:
            ValueError: An unknown operation, or no positive rate.
        """
        __tracebackhide__ = True
        operations_meant(operation)
        throttle = new_throttle(per_second, self._world.clock.time())
        with self._world.lock, self._world.journal.whole() as journal:
            self._world.faults.set_throttle(journal, operation, throttle)

    def recover(self, operation: str | None = None) -> None:
        """Remove the faults and the throttle of an operation, or all of them.

        Args:
            operation: The name that `fail` or `throttle` got, also `"*"`; `None` removes all.

        Raises:
            ValueError: An unknown operation.
        """
        __tracebackhide__ = True
        if operation is not None:
            operations_meant(operation)
        with self._world.lock, self._world.journal.whole() as journal:
            self._world.faults.recover(journal, operation)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """The faults that can still apply to calls, in their order."""
        with self._world.lock:
            return Listed("fault", map(copy, self._world.faults.active))

    @property
    def throttles(self) -> dict[str, float]:
        """The limits in calls a second, by throttled operation."""
        with self._world.lock:
            throttles = self._world.faults.throttles
            return {operation: throttle.per_second for operation, throttle in throttles.items()}

    @property
    def backoffs(self) -> list[float]:
        """The seconds that botocore would have waited before its retries, oldest first."""
        return self._world.backoffs

    @property
    def now(self) -> datetime:
        """The hub's clock, in UTC. It follows time-machine and freezegun too."""
        return utc(self._world.clock.time())

    def advance(self, by: float | timedelta) -> None:
        """Move the hub's clock forward, and do the background work that is due then.

        Args:
            by: Seconds, or a timedelta.

        Raises:
            ValueError: Not a time, or a negative one.
        """
        __tracebackhide__ = True
        seconds = check_advance(by, self.now)
        with self._world.lock, self._world.journal.whole():
            self._world.advance(seconds)
            do_due(self._world)

    def settle(self) -> None:
        """Do all waiting background work now."""
        with self._world.lock, self._world.journal.whole() as journal:
            journal.count += 1
            settle(self._world)

    @property
    def pending(self) -> tuple[Work, ...]:
        """The background work that is waiting, oldest first."""
        with self._world.lock:
            do_due(self._world)
            return Listed("work", self._world.background.waiting)

    # files that calls name

    def import_source(self, url: str, csv: str | bytes | PathLike[str]) -> None:
        """Set the file that an import finds at a URL.

        Args:
            url: The importUrl of StartImportTask, in any form of an S3 URL.
            csv: A file in AWS's import format, or a ZIP of an RVTools export: a path object, a path
                as text that ends in `.csv` or `.zip`, or the content itself.

        Raises:
            ValueError: A URL that StartImportTask would refuse, such as a path.
        """
        __tracebackhide__ = True
        self.import_text(url, read_content(csv))

    def import_text(self, url: str, csv: str | bytes) -> None:
        """Set the content of the file that an import finds at a URL."""
        __tracebackhide__ = True
        from pytest_mgh.services.discovery.import_object import check_url, object_of

        check_texts(url=url, csv="" if isinstance(csv, bytes) else csv)
        check_url(url)
        content = csv if isinstance(csv, bytes) else csv.encode("utf-8", "surrogatepass")
        with self._world.lock, self._world.journal.whole():
            self._world.put_import_source(object_of(url), content)

    def download(self, path: str, signature: str) -> bytes | None:
        """Return the archive at a URL of the service; `None` if there is none.

        Args:
            path: The path of the URL, from the account on.
            signature: The signature of the URL.
        """
        with self._world.lock:
            do_due(self._world)
            return find_archive(self._world, path, signature)

    # tables

    def table(
        self,
        name: str,
        *,
        search: str = "",
        where: Mapping[str, str] | None = None,
        sort: str | None = None,
        descending: bool = False,
        offset: int = 0,
        limit: int = 100,
    ) -> Page:
        """Return a page of a table.

        Args:
            name: agents, applications, events, exports, faults, imports, notes, pending,
                principals, servers, streams, tasks, throttles.
            search: Words that a row must all contain; case does not matter.
            where: The values that a row must have, by the name of a filter.
            sort: The column to sort by; `None` leaves the table's own order.
            descending: Whether the greatest value comes first; rows without a value are always
                last.
            offset: The number of the first row.
            limit: How many rows.

        Returns:
            How many rows there are (`total`), the `rows` of this page, the number of the first one
            (`offset`), and what can be filtered by (`choices`).

        Raises:
            LookupError: There is no table of that name.
            ValueError: The table has no such column or filter, or there is no such page.
        """
        from pytest_mgh.hub.tables.catalog import find_table
        from pytest_mgh.hub.tables.table import Query

        query = Query(search, where or {}, sort, descending, offset, limit)
        return find_table(name).read(self._home_state, query)

    def row(self, name: str, *key: str) -> Row:
        """Return one row of a table.

        Args:
            name: tasks, servers, applications, streams or principals.
            key: The row's key: a task's stream and name, a configuration id, a name, or an ARN.

        Raises:
            LookupError: There is no such table, or no such row.
        """
        from pytest_mgh.hub.tables.catalog import find_table

        return find_table(name).read_one(self._home_state, key)

    def facts(self, name: str, key: str) -> dict[str, Any]:
        """Return details of a server or an import that are not in its row.

        Args:
            name: servers or imports.
            key: A configuration id, or the id of an import task.

        Raises:
            LookupError: There is none.
        """
        from pytest_mgh.hub.tables.discovery import find_facts

        with self._world.lock:
            return find_facts(self._home_state, name, key)

    def summary(self) -> dict[str, Any]:
        """Return the figures of the dashboard, and the revision that they belong to."""
        from pytest_mgh.hub.tables.summary import summarize

        return summarize(self._home_state)

    @property
    def _home_state(self) -> HomeState:
        from pytest_mgh.hub.tables.table import HomeState

        with self._world.lock:
            return HomeState(self._world, self._store)

    # reports

    def warn_of_unused_faults(self, but: Collection[Fault] = ()) -> None:
        """Warn of each fault that no call met, once.

        Args:
            but: Faults that others asked for.
        """
        warn_of_all_unused(self._world.faults, but)

    def report_sections(self) -> list[tuple[str, str]]:
        """Return the sections for the report of a failed test, as titles and texts."""
        from pytest_mgh.hub.report_sections import Happened, report_sections

        with self._world.lock:
            return report_sections(Happened(self._world))

    def raise_test_errors(self) -> None:
        """Raise the first error in the test itself, if there was one."""
        for error in self._world.test_errors:
            raise error.with_traceback(None)

    # saving and restoring state

    @property
    def revision(self) -> int:
        """A number that grows with every change of the hub, no matter who makes it.

        It also grows with refused calls, and with background work that becomes due.
        """
        with self._world.lock:
            do_due(self._world)
            return self._world.journal.count

    def snapshot(self) -> dict[str, Any]:
        """Return the whole state as data that JSON can store; see `schemas/hub/snapshot.json`."""
        from pytest_mgh.hub.snapshot import take_snapshot

        with self._world.lock:
            return take_snapshot(self._world)

    def snapshot_json(self) -> Iterator[str]:
        """Give the same as JSON, in pieces, as it is now: calls go on between them.

        Raises:
            ValueError: As `snapshot` does, at once.
        """
        from pytest_mgh.hub.snapshot import snapshot_tree
        from pytest_mgh.protocol.json_pieces import write

        world = self._world
        return read_at_one_moment(world, lambda: write(snapshot_tree(world)))

    def state_json(
        self, dumps: Callable[[Any], str], account_id: str | None = None
    ) -> Iterator[str]:
        """Give all that the views show as JSON, in pieces, as it is now.

        Args:
            dumps: Writes a view as JSON.
            account_id: The account, 12 digits; by default the default account.

        Raises:
            ValueError: No account id.
        """
        from pytest_mgh.hub.state_tree import state_tree
        from pytest_mgh.protocol.json_pieces import write

        world = self._world
        views = self if account_id is None else self.account(account_id)
        with world.lock:
            pending = self.table("pending", limit=sys.maxsize).rows
            store = world.store(views.account_id, world.home_region(views.account_id))
            tree = state_tree(views, store, world.clock.time(), pending)
            return read_at_one_moment(world, lambda: write(tree, dumps))

    def checkpoint(self) -> Checkpoint:
        """Save the whole state, so that `restore` of this hub can return to it, even repeatedly.

        Unlike a snapshot, it takes almost no time. Restoring it takes as long as the changes in
        between.
        """
        with self._world.lock:
            return checkpoint.take(self, self._world)

    def restore(self, data: Mapping[str, Any] | Checkpoint) -> None:
        """Restore a checkpoint of this hub, or a snapshot of any hub.

        Raises:
            ValueError: Not a snapshot, one of another version, or a checkpoint of another hub; then
                nothing changes.
        """
        __tracebackhide__ = True
        if not isinstance(data, Checkpoint):
            from pytest_mgh.hub.snapshot import world_of_snapshot

            self._replace(world_of_snapshot(data))
            return
        if data.hub is not self:
            raise ValueError(
                "this checkpoint belongs to another hub: use a snapshot to copy state between hubs"
            )
        with self._world.lock:
            revision = self._world.journal.count
            finish(lambda: self._enter(checkpoint.go_back(data), data.backoffs, revision))

    def reset(self) -> None:
        """Return to the beginning: only the options stay."""
        self.start_over(self.settings)

    @property
    def settings(self) -> Settings:
        """The options of the mock, or of the server."""
        return self._world.settings

    def start_over(self, settings: Settings) -> None:
        """Return to the beginning, with other options."""
        with without_remarks():
            self._replace(new_world(settings))

    def move_home(self, settings: Settings) -> None:
        """Let the default account be at home elsewhere from the beginning, if nothing is stored.

        Args:
            settings: The options, of which only the home Region is another one.
        """
        move_home(self._world, settings)

    def _replace(self, world: World) -> None:
        parts = parts_of(self._world)
        self._swap(world)
        let_go(parts)

    def _swap(self, world: World) -> None:
        with self._world.lock:
            before, backoffs = self._world, world.backoffs
            revision = before.journal.count

            def replace() -> None:
                keep_principals(before, world)
                self._enter(world, backoffs, revision)

            finish(replace)

    def _enter(self, world: World, backoffs: list[float], revision: int) -> None:
        hand_over(self._world, world, backoffs, revision)
        self._current_world = world
