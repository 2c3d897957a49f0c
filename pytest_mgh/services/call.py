"""A call on its way through the pipeline."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pytest_mgh.access.principals import Principal
    from pytest_mgh.protocol.messages import WireRequest
    from pytest_mgh.protocol.validation import Violations
    from pytest_mgh.services.service import Operation
    from pytest_mgh.state.accounts import Account
    from pytest_mgh.state.settings import Settings
    from pytest_mgh.state.world import World


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
