"""Sample policies, and the calls that they allow: the basic part of IAM's rules."""

from __future__ import annotations

import re
from typing import Any


def _policy(*statements: tuple[str, str, str]) -> dict[str, Any]:
    return {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": effect, "Action": action, "Resource": resource}
            for effect, action, resource in statements
        ],
    }


POLICIES: list[dict[str, Any] | None] = [
    None,
    _policy(("Allow", "*", "*")),
    _policy(("Allow", "MGH:list*", "*"), ("Allow", "discovery:List?onfigurations", "*")),
    _policy(
        ("Allow", "*", "*"),
        ("Deny", "mgh:Delete*", "*"),
        ("Deny", "discovery:*Tags", "*"),
        ("Deny", "mgh:Put*", "arn:aws:mgh:*:*:progressUpdateStream/SMS/migrationTask/t*"),
    ),
    _policy(
        ("Allow", "mgh:*", "arn:aws:mgh:us-west-2:*:progressUpdateStream/SMS"),
        ("Allow", "mgh:*", "arn:aws:mgh:us-west-2:*:progressUpdateStream/SMS/*"),
        ("Allow", "discovery:*", "*"),
    ),
    _policy(("Allow", "mgh:CreateHomeRegionControl", "*"), ("Deny", "discovery:*", "*")),
]


def allows(policy: dict[str, Any] | None, action: str, resource: str) -> bool:
    """Whether a policy allows an action: one statement does, and none forbids it."""
    if policy is None:
        return True
    effects = {
        statement["Effect"]
        for statement in policy["Statement"]
        if _matches(statement["Action"].lower(), action.lower())
        and _matches(statement["Resource"], resource)
    }
    return effects == {"Allow"}


def _matches(pattern: str, text: str) -> bool:
    wild = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(wild, text, re.DOTALL) is not None
