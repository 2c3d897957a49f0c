"""What travels through the pipeline: a request, a response, and the call that they belong to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pytest_mgh.access.principals import Principal
    from pytest_mgh.services.service import Operation
    from pytest_mgh.settings import Settings
    from pytest_mgh.state.accounts import Account
    from pytest_mgh.validation import Violations
    from pytest_mgh.world import World


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
