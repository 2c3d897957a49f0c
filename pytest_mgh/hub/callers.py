"""Who calls the hub, what they may do, and what they did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pytest_mgh.access.authorization import resource_arn
from pytest_mgh.access.evaluation import Decision, context_keys, decide
from pytest_mgh.access.principals import Principal
from pytest_mgh.cloudtrail.records import Events
from pytest_mgh.hub.part import HubPart, checks_arguments
from pytest_mgh.services.catalog import find_operation
from pytest_mgh.state.accounts import DEFAULT_REGION


class _Members(dict[str, Any]):
    """The members of a request, and the names of those that were missed."""

    def __init__(self, members: Mapping[str, Any]) -> None:
        super().__init__(members)
        self.missing: list[str] = []

    def __missing__(self, name: str) -> str:
        self.missing.append(name)
        return ""


class HubCallers(HubPart):
    """Callers, their policies, and the record of their calls."""

    @property
    def policy(self) -> Any:
        """The default principal's identity policy, as it was given; `None` allows all.

        Raises:
            ValueError: A policy that IAM would refuse; the message points at the statement.
        """
        return self._world.default_principal.policy

    @policy.setter
    def policy(self, source: Any) -> None:
        self._world.default_principal.policy = source

    @checks_arguments
    def principal(
        self,
        name: str,
        *,
        account_id: str | None = None,
        policy: Any = None,
        role: bool = False,
        permissions_boundary: Any = None,
        session_policy: Any = None,
        tags: Mapping[str, str] | None = None,
    ) -> Principal:
        """Make another caller: an IAM user, or a role in a session.

        Args:
            name: The name of the user or role.
            account_id: Its account; by default the default account. Another account has its own
                home Region, which is not set yet.
            policy: Its identity policy, or a list of them; `None` allows all.
            role: Whether it is an assumed role, whose credentials are temporary.
            permissions_boundary: The most that the identity policies can allow.
            session_policy: The most that the role's session can do.
            tags: Its tags, for the condition key `aws:PrincipalTag`.

        Raises:
            ValueError: A name that the account has already, or that IAM does not allow; a policy
                that IAM would refuse.
        """
        account_id = account_id or self._world.settings.account_id
        principal = Principal(
            name, account_id, role, dict(tags or {}), created=self._world.clock.time()
        )
        principal.policy = policy
        principal.permissions_boundary = permissions_boundary
        principal.session_policy = session_policy
        with self._changing():
            if any(principal.is_same(one) for one in self._world.principals.values()):
                raise ValueError(f"name={name!r}: the account has a principal of that name already")
            self._world.principals[principal.access_key] = principal
        return principal

    @property
    def principals(self) -> tuple[Principal, ...]:
        """The callers that the hub knows, the default principal first."""
        with self._world.lock:
            return tuple(self._world.principals.values())

    def explain(
        self, operation: str, *, principal: Principal | None = None, **request: Any
    ) -> Decision:
        """Tell what the policies say of a call, without making it.

        Args:
            operation: The name of an operation, as AWS spells it.
            principal: The caller; by default the default principal.
            request: The members that name stream and task, as far as the operation has them.

        Raises:
            ValueError: The name of no simulated operation, or a member that is missing.
        """
        found, caller = find_operation(operation), principal or self._world.default_principal
        region = self._world.account(caller.account_id).home_region or DEFAULT_REGION
        said = _Members(request)
        resource = resource_arn(found, said, caller, region)
        if said.missing:
            needed = " and ".join(said.missing)
            raise ValueError(f"{operation} is on a resource: its request needs {needed}")
        context = context_keys(caller, region=region, time=self._world.clock.time())
        return decide(caller, found.action, resource, context)

    @property
    def denials(self) -> Sequence[Decision]:
        """The decisions that refused a call, oldest first."""
        return tuple(self._world.denials)

    @property
    def events(self) -> Events:
        """Every call so far as a CloudTrail record, oldest first.

        Calls that fail before their caller is known are not recorded.
        """
        return Events(tuple(self._world.calls))
