"""What an operation is, the table of operations that the handlers make, and a call of one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from pytest_mgh.cloudtrail.records import Action, CallRecord
from pytest_mgh.protocol import schemas

if TYPE_CHECKING:
    from pytest_mgh.access.principals import Principal
    from pytest_mgh.access.variables import Context
    from pytest_mgh.protocol.validation import Violations
    from pytest_mgh.services.service import Service
    from pytest_mgh.state.accounts import Account, HomeRegionControl
    from pytest_mgh.state.clock import Clock
    from pytest_mgh.state.ids import Ids
    from pytest_mgh.state.settings import Settings
    from pytest_mgh.state.store import Store
    from pytest_mgh.state.world import World

Request = Mapping[str, Any]
Result = dict[str, Any]
Handler = Callable[["Call", "Store"], Result]
Rule = Callable[["Call"], None]
Resource = Callable[[Request], str]
ConditionKeys = Callable[[Request], "Context"]
Worker = Callable[..., None]
"""Does the rest of an operation's work: takes the hub, the store, and what it is about."""

PAGE_SIZE = 100
"""Rows of a page where the model sets no limit."""


class Access(Enum):
    """The access levels of the Service Authorization Reference."""

    LIST = "List"
    READ = "Read"
    WRITE = "Write"
    TAGGING = "Tagging"


class HomeRegion(Enum):
    """What an operation asks of the caller's home Region."""

    UNNEEDED = "works without one"
    SET = "must be set; the call may come from any Region"
    ONLY = "must be set, and the call must come from it"


def no_keys(_: Request) -> Context:
    """Most operations have no condition keys of their own."""
    return {}


def no_resource(_: Request) -> str:
    """Operations without a resource type are matched with `*`."""
    return "*"


@dataclass(frozen=True, eq=False)
class Operation:
    """An operation: its handler, and what the steps before the handler need to know.

    What its model says is read from its schemas.

    Args:
        service: The service that has it.
        name: Its name, as AWS spells it.
        handler: Does it: takes the call and the caller's store, returns the result.
        access: Its access level.
        home_region: What it asks of the home Region.
        resource: Gives the resource part of the ARN that policies are matched with; `"*"`
            where the operation has no resource type.
        input_rules: Rules about the input that no schema can say, checked before DryRun.
        worker: Does in the background what the handler left for later.
        abandon: Marks as failed what the worker could not do.
        tokens_expire: Whether its page tokens expire, as its documentation says (A16).
        condition_keys: Gives the condition keys of its requests, in lower case, beside those that
            every call has.
    """

    service: Service
    name: str
    handler: Handler
    access: Access
    home_region: HomeRegion
    resource: Resource
    input_rules: tuple[Rule, ...]
    worker: Worker | None
    abandon: Worker | None
    tokens_expire: bool
    condition_keys: ConditionKeys

    @cached_property
    def action(self) -> str:
        """The IAM action."""
        return f"{self.service.iam_prefix}:{self.name}"

    @cached_property
    def recorded(self) -> Action:
        """What CloudTrail records of it."""
        return Action(self.service.event_source, self.name, self.read_only)

    @cached_property
    def read_only(self) -> bool:
        """Whether it changes nothing."""
        return self.access in (Access.LIST, Access.READ)

    @cached_property
    def dry_run(self) -> bool:
        """Whether its request has the member DryRun."""
        return "DryRun" in self._members

    @cached_property
    def has_token(self) -> bool:
        """Whether its request has a page token."""
        return self.service.token_member in self._members

    @cached_property
    def page_size(self) -> int:
        """The greatest page size, also the default one."""
        member = self._members.get(self.service.page_size_member, {})
        if "$ref" in member:
            member = self.request_schema["$defs"][member["$ref"].removeprefix("#/$defs/")]
        size: int = member.get("maximum", PAGE_SIZE)
        return size

    @cached_property
    def errors(self) -> tuple[str, ...]:
        """The errors that it declares."""
        schema = schemas.load(self.service.name, f"{self.name}.error")
        return tuple(one["$ref"].removeprefix("#/$defs/") for one in schema["oneOf"])

    def arn(self, request: Request, account_id: str, region: str) -> str:
        """Return the ARN that policies are matched with; `*` without a resource type."""
        resource = self.resource(request)
        if resource == "*":
            return resource
        return f"arn:aws:{self.service.iam_prefix}:{region}:{account_id}:{resource}"

    @cached_property
    def request_schema(self) -> dict[str, Any]:
        """The schema of its requests."""
        return schemas.load(self.service.name, f"{self.name}.request")

    @property
    def _members(self) -> dict[str, Any]:
        members: dict[str, Any] = self.request_schema.get("properties", {})
        return members


OPERATIONS: dict[str, Operation] = {}
"""The operations by name; no two services share one. Their handlers enter them."""


def operation(
    service: Service,
    access: Access,
    *,
    home_region: HomeRegion,
    resource: Resource = no_resource,
    input_rules: tuple[Rule, ...] = (),
    worker: Worker | None = None,
    abandon: Worker | None = None,
    tokens_expire: bool = False,
    condition_keys: ConditionKeys = no_keys,
) -> Callable[[Handler], Handler]:
    """Enter the decorated handler as the operation of its name: `get_x` answers GetX."""

    def enter(handler: Handler) -> Handler:
        name = "".join(word.capitalize() for word in handler.__name__.split("_"))
        OPERATIONS[name] = Operation(
            service,
            name,
            handler,
            access,
            home_region,
            resource,
            input_rules,
            worker,
            abandon,
            tokens_expire,
            condition_keys,
        )
        return handler

    return enter


def operations_of(service: Service) -> list[str]:
    """Return the names of a service's operations, in alphabetical order."""
    return sorted(name for name, one in OPERATIONS.items() if one.service is service)


class Hub(Protocol):
    """What handlers and workers need of the hub, beside the store; the world has it.

    Attributes:
        settings: The options.
        ids: Makes ids.
        clock: The hub's clock.
        token_secret: What page tokens and URLs are signed with.
        import_sources: What imports find, by the names of objects.
        downloads_url: Returns where this process serves the archives of exports, if it does.
    """

    settings: Settings
    ids: Ids
    clock: Clock
    token_secret: bytes
    import_sources: dict[str, bytes]
    downloads_url: Callable[[], str | None]

    def account_of(self, caller: Principal) -> Account:
        """Return the account of a caller."""

    def set_home_region(self, account_id: str, region: str) -> HomeRegionControl:
        """Set an account's home Region, in place of the one that it has."""

    def unset_home_region(self, account_id: str) -> None:
        """Leave an account without a home Region."""

    def store(self, account_id: str, region: str) -> Store:
        """Return what an account has in a Region, to be read."""

    def do_later(
        self, operation: str, account_id: str, region: str, subject: tuple[str, ...], now: float
    ) -> None:
        """Leave work to the worker of an operation."""

    def note(self, text: str) -> None:
        """Note what no answer tells."""


@dataclass(slots=True, repr=False)
class Call:
    """A call whose caller is known.

    Args:
        hub: What is needed of the hub.
        operation: What is called.
        request: The request, as the service reads it.
        violations: What the request breaks.
        record: What is kept of the call: its caller, time, Region and more.
        user_agent: What the client calls itself, whole.
        attempt_of: What all attempts of a call of an SDK have in common; nothing without one.

    Attributes:
        result: What the handler returned.
        response_lost: How the connection fails so that the client never sees the answer; nothing
            if it does.
        is_explored: Whether this attempt fails because the calls of a test are explored: no test
            that counts its calls sees it.
    """

    hub: Hub
    operation: Operation
    request: dict[str, Any]
    violations: Violations
    record: CallRecord
    user_agent: str = ""
    attempt_of: str = ""
    result: Result = field(default_factory=dict)
    response_lost: str = ""
    is_explored: bool = False

    @property
    def now(self) -> float:
        """The time of the call, in seconds since the epoch."""
        return self.record.time

    @property
    def service(self) -> Service:
        """The service that is called."""
        return self.operation.service

    @property
    def principal(self) -> Principal:
        """The caller."""
        return self.record.principal

    @property
    def region(self) -> str:
        """The Region that is called."""
        return self.record.region

    @property
    def settings(self) -> Settings:
        """The hub's settings."""
        return self.hub.settings

    @property
    def account(self) -> Account:
        """The caller's account."""
        return self.hub.account_of(self.record.principal)

    @property
    def dry_run(self) -> bool:
        """Whether the operation has DryRun and the request sets it."""
        return self.operation.dry_run and self.request.get("DryRun") is True

    def later(self, *subject: str) -> None:
        """Leave the rest of the work for later: the operation's worker gets this subject."""
        account_id = self.principal.account_id
        self.hub.do_later(self.operation.name, account_id, self.region, subject, self.now)


@dataclass(slots=True, repr=False)
class CallUnderWay(Call):
    """A call as the steps before and after its handler see it: with the whole state of the hub."""

    hub: World
