"""The AWS managed policies that concern the simulated services.

`managed_policies.json` has them as AWS publishes their default versions, less the statements about
other services, which decide nothing here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from pytest_mgh.errors import nearest


class ManagedPolicy(NamedTuple):
    """A policy that AWS manages.

    Args:
        name: Its name.
        arn: Its ARN.
        version: The id of the version.
        created: When AWS published that version.
        document: The policy document.
    """

    name: str
    arn: str
    version: str
    created: str
    document: Mapping[str, Any]


@cache
def managed_policies() -> Mapping[str, ManagedPolicy]:
    """Return the policies by name."""
    file = files("pytest_mgh.access") / "managed_policies.json"
    rows: dict[str, dict[str, Any]] = json.loads(file.read_bytes())
    return {
        name: ManagedPolicy(name, f"{_ARN[:-1]}{row.pop('path')}{name}", **row)
        for name, row in rows.items()
    }


_ARN = "arn:aws:iam::aws:policy/"


def find_managed_policy(name: str) -> ManagedPolicy | None:
    """Return the policy of a name or an ARN, or `None`; the path of an ARN may be left out."""
    policy = managed_policies().get(_last_part(name))
    return policy if policy and name in (policy.name, policy.arn, _ARN + policy.name) else None


def nearest_managed_policy(name: str) -> str:
    """Return the nearest name of a policy, and which ones there are."""
    return nearest(_last_part(name), managed_policies())


def _last_part(name: str) -> str:
    return name.rpartition("/")[2] if name.startswith(_ARN) else name
