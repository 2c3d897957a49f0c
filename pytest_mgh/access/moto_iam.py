"""Callers of moto: its IAM users, the roles that its STS let assume, and their policies.

moto is never imported: what it knows is read where it is active.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from pytest_mgh.access.authentication import refuse_unknown_key
from pytest_mgh.access.principals import Principal
from pytest_mgh.protocol.times import seconds_of

MOTO_SERVERS: set[object] = set()
"""The servers of this process in which moto answers now."""


def moto_is_active() -> bool:
    """Whether moto answers the calls of other services now: of this process, or of a server's."""
    return bool(MOTO_SERVERS) or moto_is_mocking()


def moto_is_mocking() -> bool:
    """Whether moto answers the calls of this process now."""
    models = sys.modules.get("moto.core.models")
    return models is not None and models.botocore_stubber.enabled is True


def find_moto_caller(access_key: str) -> Principal | None:
    """Return moto's IAM user, or the role that it let assume, with that key.

    Raises:
        AuthenticationError: `UnrecognizedClientException` for a key that is not active.
    """
    for iam in _backends("iam"):
        key = iam.access_keys.get(access_key)
        if key is not None and key.user_name in iam.users:
            if key.status != "Active":
                refuse_unknown_key()
            return _made(_user, iam, key)
    for sts in _backends("sts"):
        for role in sts.assumed_roles:
            if role.access_key_id == access_key:
                return _made(_role, role)
    return None


def moto_policies(principal: Principal) -> Mapping[str, list[tuple[str, Any]]]:
    """Return the policies that moto's IAM holds for a caller now, each with its name.

    They are by the names of the properties of `Principal`. A caller without one has none: an empty
    list, which allows nothing.
    """
    policies: dict[str, list[tuple[str, Any]]] = {"policy": []}
    for iam in _backends("iam", principal.account_id):
        owner = _owner(iam, principal)
        if owner is not None:
            policies["policy"] += _attached(owner)
            if not principal.role:
                for group in iam.get_groups_for_user(owner.name):
                    policies["policy"] += _attached(group)
            if (boundary := _boundary(owner)) is not None:
                document = _document(iam.managed_policies.get(boundary)) or boundary
                policies["permissions_boundary"] = [(boundary, document)]
    return policies


def _backends(service: str, account_id: str | None = None) -> Iterator[Any]:
    models = sys.modules.get(f"moto.{service}.models")
    if models is None:
        return
    backends = getattr(models, f"{service}_backends")
    for account in tuple(backends):
        if account_id in (None, account):
            yield from tuple(backends[account].values())


def _made(make: Any, *arguments: Any) -> Principal | None:
    with contextlib.suppress(ValueError):  # moto takes names that IAM refuses
        made: Principal = make(*arguments)
        return made
    return None


def _user(iam: Any, key: Any) -> Principal:
    user = iam.users[key.user_name]
    return Principal(
        user.name,
        user.account_id,
        tags=_tags(user.tags),
        path=user.path,
        access_key=key.access_key_id,
        secret=key.secret_access_key,
    )


def _role(session: Any) -> Principal:
    path, _, name = session.role_arn.partition(":role/")[2].rpartition("/")
    issued, expires = map(seconds_of, (session.access_key.create_date, session.expiration))
    roles = (iam.roles.values() for iam in _backends("iam", session.account_id))
    tags = next((one.tags for some in roles for one in some if one.arn == session.role_arn), None)
    principal = Principal(
        name,
        session.account_id,
        "AssumedRole",
        _tags(tags),
        f"/{path}/" if path else "/",
        session.access_key_id,
        session.secret_access_key,
        session.session_token,
        session.session_name,
        issued,
        max(1, round(expires - issued)),
    )
    if session.policy:
        principal.session_policy = session.policy
    return principal


def _tags(rows: Any) -> dict[str, str]:
    if isinstance(rows, dict):
        rows = rows.values()
    return {row["Key"]: row["Value"] for row in rows or ()}


def _owner(iam: Any, principal: Principal) -> Any:
    """Return the user or role in moto that a caller belongs to, or `None`."""
    if not principal.role:
        return iam.users.get(principal.name)
    return next((role for role in iam.roles.values() if role.name == principal.name), None)


def _attached(owner: Any) -> list[tuple[str, Any]]:
    managed = [(one.name, _document(one)) for one in owner.managed_policies.values()]
    return [*owner.policies.items(), *managed]


def _boundary(owner: Any) -> str | None:
    arn: str | None = getattr(owner, "permissions_boundary_arn", None)
    return arn or None


def _document(managed: Any) -> Any:
    """Return the default version of a managed policy of moto's."""
    if managed is None:
        return None
    return next(
        (one.document for one in managed.versions if one.version_id == managed.default_version_id),
        None,
    )
