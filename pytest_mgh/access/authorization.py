"""Decides whether the caller may make the call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mgh.errors import ServiceError

if TYPE_CHECKING:
    from pytest_mgh.context import Call

_REASONS = {
    "ImplicitDeny": "because no identity-based policy allows the {action} action",
    "Deny": "with an explicit deny in an identity-based policy",
}


def authorize(call: Call) -> None:
    """Refuse a call that the caller's policy does not allow.

    Raises:
        ServiceError: The service's code for a denied call, or for a denied dry run (facts D2).
    """
    policy = call.principal.policy
    if policy is None:
        return
    action, resource = call.operation.action, resource_arn(call)
    decision = policy.decide(action, resource)
    if decision == "Allow":
        return
    service = call.operation.service
    raise ServiceError(
        service.denied_dry_run if call.dry_run else service.denied,
        f"User: {call.principal.arn} is not authorized to perform: {action} "
        f"on resource: {resource} {_REASONS[decision].format(action=action)}",
    )


def resource_arn(call: Call) -> str:
    """Return the ARN that policies are matched with; `*` for an operation without a resource."""
    operation = call.operation
    resource = operation.resource(call.request)
    if resource == "*":
        return resource
    prefix = operation.service.iam_prefix
    return f"arn:aws:{prefix}:{call.region}:{call.principal.account_id}:{resource}"
