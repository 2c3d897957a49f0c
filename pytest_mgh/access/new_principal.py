"""Checks the arguments of `MigrationHub.principal`, each and in combination."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from pytest_mgh.access.principals import Principal, PrincipalType
from pytest_mgh.errors import nearest

HOUR = 3600
_DURATIONS = {
    "AssumedRole": (900, 12 * HOUR),
    "FederatedUser": (900, 36 * HOUR),
    "IAMUser": (900, 36 * HOUR),
}
"""Seconds that a session may last at least and at most, as AWS STS documents them."""


def new_principal(
    name: str,
    account_id: str,
    *,
    type_: PrincipalType | None,
    role: bool,
    path: str,
    session_name: str | None,
    source_ip: str | None,
    mfa: bool,
    duration: int,
    tags: Mapping[str, str] | None,
    policies: Mapping[str, Any],
    now: float,
) -> Principal:
    """Make a caller.

    Args:
        name: Its name.
        account_id: Its account.
        type_: What it is; `None` is an IAM user, or an assumed role.
        role: Whether it is an assumed role.
        path: Its path in IAM.
        session_name: The name of a role's session.
        source_ip: Where its calls come from.
        mfa: Whether it showed a second factor.
        duration: How many seconds its session lasts.
        tags: Its tags.
        policies: Its policies by the names of the properties of `Principal`.
        now: When its credentials are issued, in seconds since the epoch.

    Raises:
        ValueError: What IAM does not allow, or what does not go together.
    """
    __tracebackhide__ = True
    kind = _kind(type_, role=role)
    if not isinstance(mfa, bool):
        raise ValueError(f"mfa={mfa!r}: must be True or False")
    if mfa and kind not in ("IAMUser", "AssumedRole"):
        raise ValueError(f"mfa: only users and roles can have it, not {kind}")
    if session_name is not None and kind != "AssumedRole":
        raise ValueError(f"session_name: only roles have one, not {kind}")
    if path != "/" and kind not in ("IAMUser", "AssumedRole"):
        raise ValueError(f"path: only users and roles have one, not {kind}")
    principal = Principal(
        name,
        account_id,
        kind,
        dict(tags or {}),
        path,
        session="session" if session_name is None else session_name,
        created=now,
        duration=duration,
        mfa=mfa,
        source_ip=source_ip,
    )
    _check_duration(principal)
    for policy, source in policies.items():
        setattr(principal, policy, source)
    return principal


def _kind(type_: PrincipalType | None, *, role: bool) -> PrincipalType:
    __tracebackhide__ = True
    if not isinstance(role, bool):
        raise ValueError(f"role={role!r}: must be True or False")
    if type_ is None:
        return "AssumedRole" if role else "IAMUser"
    if type_ not in get_args(PrincipalType):
        raise ValueError(f"type={type_!r}: {nearest(str(type_), get_args(PrincipalType))}")
    if role and type_ != "AssumedRole":
        raise ValueError(f"role=True: a role is an AssumedRole, not {type_}")
    return type_


def _check_duration(principal: Principal) -> None:
    __tracebackhide__ = True
    duration = principal.duration
    if not principal.temporary:
        if duration != HOUR:
            raise ValueError(f"duration={duration!r}: the keys of {principal.type} do not expire")
        return
    least, greatest = _DURATIONS[principal.type]
    if type(duration) is not int or not least <= duration <= greatest:
        raise ValueError(f"duration={duration!r}: must be whole seconds from {least} to {greatest}")
