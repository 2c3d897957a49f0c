"""What a test has asked of the hub (faults, waiting work, principals), and what it noted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pytest_mgh.hub.tables.table import HomeState, Row, Table
from pytest_mgh.state.codec import encode

if TYPE_CHECKING:
    from pytest_mgh.access.principals import Principal
    from pytest_mgh.state.background import Work
    from pytest_mgh.state.faults import Fault

FAULTS: Table[Fault] = Table(
    records=lambda home: home.world.faults.active,
    row=lambda _, fault: {**encode(fault), "when": fault.aim},
    text=lambda _, fault: "\n".join((fault.operation, fault.error, fault.message or "")),
)
"""The faults that calls can still meet, in the order in which they strike."""


def _throttles(home: HomeState) -> list[tuple[str, float]]:
    throttles = home.world.faults.throttles
    return [(operation, throttle.per_second) for operation, throttle in throttles.items()]


THROTTLES: Table[tuple[str, float]] = Table(
    records=_throttles,
    row=lambda _, throttle: {"operation": throttle[0], "per_second": throttle[1]},
    text=lambda _, throttle: throttle[0],
)
"""The operations that are throttled."""

PENDING: Table[Work] = Table(
    records=lambda home: list(home.world.background.waiting),
    row=lambda _, work: encode(work),
    text=lambda _, work: "\n".join((work.operation, *work.subject)),
)
"""The background work that waits, oldest first."""

SECRETS = ("secret", "token")
"""What no row of a principal has."""


def _principal_row(home: HomeState, principal: Principal) -> Row:
    members = encode(principal)
    return {
        "arn": principal.arn,
        **{name: value for name, value in members.items() if name not in SECRETS},
        "default": principal is home.world.default_principal,
    }


def _principals(home: HomeState) -> list[Principal]:
    return list(home.world.principals.values())


def _find_principal(home: HomeState, key: Sequence[str]) -> Principal | None:
    """Return the first one of an ARN, or the one of an ARN and an access key."""
    for principal in _principals(home):
        if principal.arn == key[0] and key[1:] in ((), (principal.access_key,)):
            return principal
    return None


PRINCIPALS: Table[Principal] = Table(
    records=_principals,
    row=_principal_row,
    text=lambda _, principal: principal.arn,
    find=_find_principal,
)
"""The callers that the hub knows, without their secrets; the default principal first."""

NOTES: Table[tuple[int, str]] = Table(
    records=lambda home: [*enumerate(home.world.notes)][::-1],
    row=lambda _, note: {"number": note[0], "text": note[1]},
    text=lambda _, note: note[1],
)
"""The notes: what no response contains, newest first."""
