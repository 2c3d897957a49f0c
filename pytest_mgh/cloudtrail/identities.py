"""Who called, as CloudTrail records it."""

from __future__ import annotations

from typing import Any

from pytest_mgh.access.principals import Principal
from pytest_mgh.protocol.times import iso_text

UserIdentity = dict[str, Any]

ISSUER = "migration-tool"
"""The IAM user whose GetFederationToken made a federated user."""


def user_identity(principal: Principal, access_key: str) -> UserIdentity:
    """Return the userIdentity of a record.

    Args:
        principal: Who called.
        access_key: The key that signed the call.
    """
    if principal.type == "AWSService":
        return {"type": "AWSService", "invokedBy": principal.name}
    identity: UserIdentity = {
        "type": principal.type,
        "principalId": principal.id,
        "arn": principal.arn,
        "accountId": principal.account_id,
        "accessKeyId": access_key,
    }
    if principal.type == "IAMUser":
        identity["userName"] = principal.name
    if principal.temporary:
        identity["sessionContext"] = _session(principal)
    return identity


def _session(principal: Principal) -> UserIdentity:
    session: UserIdentity = {
        "attributes": {
            "mfaAuthenticated": str(principal.mfa).lower(),
            "creationDate": iso_text(principal.created),
        }
    }
    issuer = _issuer(principal)
    return session if issuer is None else {**session, "sessionIssuer": issuer}


def _issuer(principal: Principal) -> UserIdentity | None:
    """Return the role or the user that a session was issued for."""
    if principal.role:
        return {
            "type": "Role",
            "principalId": principal.id.partition(":")[0],
            "arn": principal.issuer_arn,
            "accountId": principal.account_id,
            "userName": principal.name,
        }
    if principal.type == "FederatedUser":
        user = Principal(ISSUER, principal.account_id)
        return {
            "type": "IAMUser",
            "principalId": user.id,
            "arn": user.arn,
            "accountId": user.account_id,
            "userName": user.name,
        }
    return None
