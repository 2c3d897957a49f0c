"""Warnings about policies that are valid but suspicious: unknown actions, and excessive size."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib.resources import files
from typing import Any

from pytest_mgh.errors import PolicyWarning, calling_line, closest

_OTHER_NAMES = {
    "migration-hub": "mgh",
    "migrationhub": "mgh",
    "migrationhub-config": "mgh",
    "migrationhubconfig": "mgh",
    "ads": "discovery",
    "application-discovery": "discovery",
    "application-discovery-service": "discovery",
    "applicationdiscovery": "discovery",
}
"""What the services are called elsewhere, which is no prefix of IAM's."""

USER_POLICY, MANAGED_POLICY, ROLE_POLICY, SESSION_POLICY = 2048, 6144, 10240, 2048
"""Characters that a policy may have at most, blanks apart."""


@cache
def iam_actions() -> Mapping[str, Sequence[str]]:
    """Return the actions of the services by prefix (Service Authorization Reference)."""
    file = files("pytest_mgh.access") / "actions.json"
    actions: dict[str, list[str]] = json.loads(file.read_bytes())
    return actions


def action_remarks(patterns: Iterable[str]) -> Iterator[str]:
    """Say which actions of a statement exist in no service, and what may be meant."""
    from pytest_mgh.access.globs import compile_glob

    for pattern in patterns:
        prefix, _, name = pattern.partition(":")
        service = prefix.lower()
        right = _OTHER_NAMES.get(service, service)
        if right not in iam_actions():
            yield from _of_another_service(pattern, name)
            continue
        names = iam_actions()[right]
        glob = compile_glob(((name.lower(), True),))
        exists = any(glob.matches(one.lower()) for one in names)
        if right != service or not exists:
            close = name if exists else None if {*"*?"} & {*name} else closest(name, names)
            hint = "" if close is None else f"; did you mean '{right}:{close}'?"
            yield f"no service has the action {pattern!r}{hint}"


def _of_another_service(pattern: str, name: str) -> Iterator[str]:
    """Remark on an operation of Migration Hub with a prefix that is not its own."""
    names = {one.lower(): one for one in iam_actions()["mgh"]}
    right = names.get(name.lower())
    if right is not None and right not in _SHARED:
        yield f"no service has the action {pattern!r}; did you mean 'mgh:{right}'?"


_SHARED = frozenset(
    {
        "AcceptConnection", "DeleteConnection", "GetConnection", "ListConnections",
        "ListTagsForResource", "RejectConnection", "TagResource", "UntagResource",
    }
)  # fmt: skip
"""Names that actions of other services have too."""


def size(document: Any) -> int:
    """Return the characters of a policy document, blanks apart, as IAM counts them."""
    text = document if isinstance(document, str) else json.dumps(document, ensure_ascii=False)
    return sum(not one.isspace() for one in text)


def size_remark(kind: str, sizes: Iterable[int], *, role: bool) -> Iterator[str]:
    """Say so if a document is longer than any of its kind can be.

    Args:
        kind: What the policy is, in IAM's words.
        sizes: The characters of its documents.
        role: Whether it is a role's.
    """
    longest = max(sizes, default=0)
    if kind == "session policy":
        limit, allowed = SESSION_POLICY, f"a session policy may have {SESSION_POLICY:,}"
    elif kind == "permissions boundary":
        limit, allowed = MANAGED_POLICY, f"a managed policy may have {MANAGED_POLICY:,}"
    elif role:
        limit = ROLE_POLICY
        allowed = (
            f"an inline policy of a role may have {ROLE_POLICY:,}, a managed one {MANAGED_POLICY:,}"
        )
    else:
        limit = MANAGED_POLICY
        allowed = (
            f"an inline policy of a user may have {USER_POLICY:,}, a managed one {MANAGED_POLICY:,}"
        )
    if longest > limit:
        yield (
            f"IAM does not accept a document of {longest:,} characters "
            f"(without whitespace): {allowed}"
        )


_SILENT: ContextVar[bool] = ContextVar("_SILENT", default=False)


@contextmanager
def without_remarks() -> Iterator[None]:
    """Leave out the warnings: they were given when the policies were set first."""
    token = _SILENT.set(True)
    try:
        yield
    finally:
        _SILENT.reset(token)


def warn(remarks: Iterable[str]) -> None:
    """Warn of what is odd, at the line of who set the policy."""
    if _SILENT.get():
        return
    place = calling_line()
    if place is not None:  # for policies set over HTTP the hub's notes have it
        for remark in remarks:
            warnings.warn_explicit(remark, PolicyWarning, *place)
