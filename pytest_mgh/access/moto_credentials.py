"""Knows whether moto is active, and the credentials that its `sts.assume_role` handed out."""

from __future__ import annotations

import contextlib
import sys
from typing import Any

from pytest_mgh.access.principals import Principal


def find_assumed_role(access_key: str) -> Principal | None:
    """Return the role that moto let assume with that key, without importing moto."""
    sts = sys.modules.get("moto.sts.models")
    if sts is None:
        return None
    for backends in tuple(sts.sts_backends.values()):
        for backend in tuple(backends.values()):
            for role in backend.assumed_roles:
                if role.access_key_id == access_key:
                    with contextlib.suppress(ValueError):  # moto takes names that IAM refuses
                        return _principal(role)
    return None


def moto_is_active() -> bool:
    """Whether moto answers the calls of other services now, without importing moto."""
    models = sys.modules.get("moto.core.models")
    return models is not None and models.botocore_stubber.enabled is True


def _principal(role: Any) -> Principal:
    return Principal(
        name=role.role_arn.rpartition("/")[2],
        account_id=role.account_id,
        role=True,
        access_key=role.access_key_id,
        secret=role.secret_access_key,
        token=role.session_token,
        session=role.session_name,
    )
