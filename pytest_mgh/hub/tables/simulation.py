"""What a test has asked of the hub: faults, waiting work, principals and their policies."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from pytest_mgh.hub.tables.table import HomeState, Row, Table

if TYPE_CHECKING:
    from pytest_mgh.access.principals import Principal
    from pytest_mgh.state.background import Work
    from pytest_mgh.state.faults import Fault


def _faults(home: HomeState) -> list[Fault]:
    return home.world.faults.active


def _fault_row(_: HomeState, fault: Fault) -> Row:
    names = ("operation", "error", "message", "times", "rate", "used")
    return {name: getattr(fault, name) for name in names}


FAULTS: Table[Fault] = Table(
    records=_faults,
    row=_fault_row,
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


def _pending(home: HomeState) -> list[Work]:
    return list(home.world.background.waiting)


def _work_row(_: HomeState, work: Work) -> Row:
    return {
        "operation": work.operation,
        "subject": work.subject,
        "account_id": work.account_id,
        "region": work.region,
        "due": work.due if math.isfinite(work.due) else None,
    }


PENDING: Table[Work] = Table(
    records=_pending,
    row=_work_row,
    text=lambda _, work: "\n".join((work.operation, *work.subject)),
)
"""The background work that waits, oldest first."""


def _principals(home: HomeState) -> list[Principal]:
    return list(home.world.principals.values())


def _principal_row(home: HomeState, principal: Principal) -> Row:
    return {
        "name": principal.name,
        "arn": principal.arn,
        "default": principal is home.world.default_principal,
        "policies": {kind: policy.source for kind, policy in principal.policies.items()},
    }


PRINCIPALS: Table[Principal] = Table(
    records=_principals,
    row=_principal_row,
    text=lambda _, principal: principal.arn,
)
"""The callers that the hub knows, the default principal first."""
