"""Refuses a call that the caller may not make."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mgh.access.evaluation import context_keys, decide
from pytest_mgh.errors import ServiceError

if TYPE_CHECKING:
    from pytest_mgh.access.principals import Principal
    from pytest_mgh.services.call import Call
    from pytest_mgh.services.service import Operation, Request


def authorize(call: Call) -> None:
    """Refuse a call that the caller's policies do not allow.

    Raises:
        ServiceError: The service's code for a denied call, or for a denied dry run (D2).
    """
    principal = call.principal
    if not principal.policies:
        return
    resource = resource_arn(call.operation, call.request, principal, call.region)
    decision = decide(principal, call.operation.action, resource, _context(call))
    if decision.allowed:
        return
    call.world.denials.append(decision)
    service = call.operation.service
    code = service.denied_dry_run if call.dry_run else service.denied
    raise ServiceError(code, decision.message)


def _context(call: Call) -> dict[str, tuple[str, ...]]:
    if not any(policy.dynamic for policy in call.principal.policies.values()):
        return {}  # nothing in the policies asks for it
    return dict(
        context_keys(
            call.principal,
            region=call.region,
            time=call.now,
            source_ip=call.wire.source_ip,
            user_agent=call.wire.headers.get("user-agent", ""),
            secure=call.wire.url.startswith("https:"),
        )
    )


def resource_arn(operation: Operation, request: Request, principal: Principal, region: str) -> str:
    """Return the ARN that policies are matched with; `*` for an operation without a resource."""
    resource = operation.resource(request)
    if resource == "*":
        return resource
    return f"arn:aws:{operation.service.iam_prefix}:{region}:{principal.account_id}:{resource}"
