"""How the operations of `discovery` are entered."""

from __future__ import annotations

from collections.abc import Callable

from pytest_mgh.services.operation import (
    Access,
    ConditionKeys,
    Handler,
    HomeRegion,
    Worker,
    no_keys,
    operation,
)
from pytest_mgh.services.service import DISCOVERY


def writes(
    access: Access = Access.WRITE,
    *,
    home_region: HomeRegion = HomeRegion.ONLY,
    worker: Worker | None = None,
    abandon: Worker | None = None,
    condition_keys: ConditionKeys = no_keys,
) -> Callable[[Handler], Handler]:
    """Enter an operation that changes something; outside the home Region it is refused."""
    return operation(
        DISCOVERY,
        access,
        home_region=home_region,
        worker=worker,
        abandon=abandon,
        condition_keys=condition_keys,
    )


def deletes(
    access: Access = Access.WRITE,
    *,
    worker: Worker | None = None,
    abandon: Worker | None = None,
    condition_keys: ConditionKeys = no_keys,
) -> Callable[[Handler], Handler]:
    """Enter an operation that deletes or stops something: it is allowed in any Region."""
    return writes(
        access,
        home_region=HomeRegion.SET,
        worker=worker,
        abandon=abandon,
        condition_keys=condition_keys,
    )


def reads(access: Access = Access.READ) -> Callable[[Handler], Handler]:
    """Enter an operation that changes nothing: it is allowed in any Region."""
    return writes(access, home_region=HomeRegion.SET)
