"""Whether a caller may make a call, by all that the call brings along."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_mgh.access.evaluation import Decision
    from pytest_mgh.access.principals import Principal
    from pytest_mgh.access.variables import Context
    from pytest_mgh.services.operation import Operation, Request


def decide_on(
    operation: Operation,
    request: Request,
    principal: Principal,
    *,
    region: str,
    time: float,
    source_ip: str,
    user_agent: str = "",
    secure: bool = True,
) -> Decision:
    """Decide on a call by its caller's policies.

    Args:
        operation: What is called.
        request: The request; the members that name a resource have to be there.
        principal: The caller.
        region: The Region of the endpoint.
        time: When it is made, in seconds since the epoch.
        source_ip: Where it comes from.
        user_agent: What made it.
        secure: Whether it came over TLS.
    """
    from pytest_mgh.access.evaluation import context_keys, decide

    context: Context = {}
    if any(policy.dynamic for policy in principal.policies.values()):
        context = {
            **context_keys(
                principal,
                region=region,
                time=time,
                source_ip=source_ip,
                user_agent=user_agent,
                secure=secure,
            ),
            **operation.condition_keys(request),
        }
    resource = operation.arn(request, principal.account_id, region)
    return decide(principal, operation.action, resource, context)
