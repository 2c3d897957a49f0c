"""What a service is, and the table of operations that its handlers make."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any, NoReturn

from pytest_mgh.errors import ServiceError

if TYPE_CHECKING:
    from pytest_mgh.services.call import Call
    from pytest_mgh.state.store import Store

Request = Mapping[str, Any]
Handler = Callable[["Call", "Store"], dict[str, Any]]
Rule = Callable[["Call"], None]
Resource = Callable[[Request], str]


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


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation: its handler, and what the steps before the handler need to know.

    Args:
        service: The service that has it.
        name: Its name, as AWS spells it.
        handler: Does it: takes the call and the caller's store, returns the result.
        access: Its access level.
        resource: Gives the resource part of the ARN that policies are matched with; `"*"`
            where the operation has no resource type.
        home_region: What it asks of the home Region.
        dry_run: Whether its request has the member DryRun.
        input_rules: Rules about the input that no schema can say, checked before DryRun.
    """

    service: Service
    name: str
    handler: Handler
    access: Access
    resource: Resource
    home_region: HomeRegion
    dry_run: bool
    input_rules: tuple[Rule, ...]

    @property
    def action(self) -> str:
        """The IAM action."""
        return f"{self.service.iam_prefix}:{self.name}"


def no_resource(_: Request) -> str:
    """Operations without a resource type are matched with `*`."""
    return "*"


@dataclass(frozen=True, slots=True)
class Service:
    """A service: how it is addressed, how it words what it refuses, and its operations.

    Args:
        name: Its name in botocore, and the folder of its schemas.
        target_prefix: What stands before the dot of `X-Amz-Target`.
        signing_name: The service in the credential scope of a signature.
        event_source: The service in a CloudTrail record.
        iam_prefix: What stands before the colon of an IAM action.
        invalid: The code of an input that breaks a rule.
        denied: The code of a call that no policy allows.
        denied_dry_run: The code of the same call with DryRun.
        home_region_not_set: The message of HomeRegionNotSetException.
        outside_home_region: The code of a call that must come from the home Region and doesn't.
        message_member: What an error body calls its message.
        token_member: What requests and results call the page token.
        page_size_member: What requests call the page size.
        operations: The simulated operations by name.
        not_simulated: The names of those that AWS has and the hub does not simulate.
    """

    name: str
    target_prefix: str
    signing_name: str
    event_source: str
    iam_prefix: str
    invalid: str
    denied: str
    denied_dry_run: str
    home_region_not_set: str
    outside_home_region: str = "InvalidInputException"
    message_member: str = "Message"
    token_member: str = "NextToken"
    page_size_member: str = "MaxResults"
    operations: dict[str, Operation] = field(default_factory=dict)
    not_simulated: frozenset[str] = frozenset()

    def operation(
        self,
        access: Access,
        *,
        home_region: HomeRegion,
        resource: Resource = no_resource,
        dry_run: bool = False,
        input_rules: tuple[Rule, ...] = (),
    ) -> Callable[[Handler], Handler]:
        """Enter the decorated handler as the operation of its name: `get_x` answers GetX."""

        def enter(handler: Handler) -> Handler:
            name = "".join(word.capitalize() for word in handler.__name__.split("_"))
            self.operations[name] = Operation(
                self, name, handler, access, resource, home_region, dry_run, input_rules
            )
            return handler

        return enter

    def refuse_input(self, message: str) -> NoReturn:
        """Raise the service's error for an input that breaks a rule."""
        raise ServiceError(self.invalid, message)
