"""Decides on a call by all policies of its caller, in IAM's order of evaluation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pytest_mgh.errors import KnownAttributes
from pytest_mgh.protocol.times import iso_text

if TYPE_CHECKING:
    from pytest_mgh.access.principals import Principal
    from pytest_mgh.access.variables import Context


@dataclass(frozen=True, slots=True)
class Decision(KnownAttributes):
    """How the policies decide about a call.

    Attributes:
        allowed: Whether the caller may make the call.
        principal: The ARN of the caller.
        action: The IAM action, such as `mgh:ImportMigrationTask`.
        resource: The ARN that the policies were matched with, or `*`.
        statement: The deciding statement; `None` if none applies, or if everything is allowed
            because there is no policy.
        reason: The reason, in the words of IAM's access denied messages.
        hint: Which statement almost allowed the call, and what did not match; `None` if none did.
    """

    allowed: bool
    principal: str
    action: str
    resource: str
    statement: str | None
    reason: str
    hint: str | None = None

    def __str__(self) -> str:
        verb = "may" if self.allowed else "may not"
        text = f"{self.principal} {verb} perform {self.action} on {self.resource}"
        by = f": {self.statement}" if self.statement else ""
        hint = f"; {self.hint}" if self.hint else ""
        return f"{text} {self.reason}{by}{hint}"

    @property
    def message(self) -> str:
        """The message that IAM gives for a denial."""
        return (
            f"User: {self.principal} is not authorized to perform: {self.action} "
            f"on resource: {self.resource} {self.reason}"
        )


_ARTICLES = {"identity-based policy": "an", "permissions boundary": "a", "session policy": "a"}


def decide(principal: Principal, action: str, resource: str, context: Context) -> Decision:
    """Decide on an action of a principal on a resource.

    An explicit Deny anywhere comes first; then every kind of policy that the principal has must
    allow the action. Without an identity policy all is allowed that the others allow.
    """
    allowing = None
    policies = [
        (kind, principal.policies[kind]) for kind in _ARTICLES if kind in principal.policies
    ]
    for kind, policy in policies:
        place = policy.find("Deny", action, resource, context)
        if place is not None:
            reason = f"with an explicit deny in {_ARTICLES[kind]} {kind}"
            return Decision(False, principal.arn, action, resource, place, reason)
    for kind, policy in policies:
        place = policy.find("Allow", action, resource, context)
        if place is None:
            reason = f"because no {kind} allows the {action} action"
            hint = policy.find_near(action, resource, context)
            return Decision(False, principal.arn, action, resource, None, reason, hint)
        allowing = allowing or place
    reason = "by" if allowing else "because no policy is set"
    return Decision(True, principal.arn, action, resource, allowing, reason)


_PRINCIPAL_TYPES = {
    "IAMUser": "User",
    "AssumedRole": "AssumedRole",
    "Root": "Account",
    "FederatedUser": "FederatedUser",
}
"""The values of `aws:PrincipalType`; an AWS service has none."""


def context_keys(
    principal: Principal,
    *,
    region: str,
    time: float,
    source_ip: str,
    user_agent: str,
    secure: bool,
) -> Context:
    """Return the global condition keys of a call, in lower case.

    Args:
        principal: The caller.
        region: The Region of the endpoint.
        time: When the call is made, in seconds since the epoch.
        source_ip: Where it comes from.
        user_agent: What made it.
        secure: Whether it came over TLS.
    """
    keys = {
        "aws:requestedregion": region,
        "aws:currenttime": iso_text(time),
        "aws:epochtime": str(int(time)),
        "aws:resourceaccount": principal.account_id,
        "aws:securetransport": str(secure).lower(),
        "aws:viaawsservice": "false",  # nobody calls on behalf of another one
        "aws:principalisawsservice": str(principal.type == "AWSService").lower(),
    }
    if user_agent:
        keys["aws:useragent"] = user_agent
    if principal.type == "AWSService":
        keys["aws:principalservicename"] = principal.name
        keys["aws:principalservicenameslist"] = principal.name
    else:
        keys["aws:sourceip"] = source_ip
        keys |= _identity_keys(principal, time)
    return {name: (value,) for name, value in keys.items()}


def _identity_keys(principal: Principal, time: float) -> dict[str, str]:
    """Return the keys of a caller who is no AWS service."""
    keys = {
        "aws:principalarn": principal.issuer_arn,
        "aws:principalaccount": principal.account_id,
        "aws:principaltype": _PRINCIPAL_TYPES[principal.type],
        "aws:userid": principal.id,
    }
    if principal.type == "IAMUser":
        keys["aws:username"] = principal.name
    if principal.temporary:
        keys["aws:tokenissuetime"] = iso_text(principal.created)
        keys["aws:multifactorauthpresent"] = str(principal.mfa).lower()
        if principal.mfa:
            keys["aws:multifactorauthage"] = str(int(time - principal.created))
    for name, value in principal.tags.items():
        keys[f"aws:principaltag/{name.lower()}"] = value
    return keys
