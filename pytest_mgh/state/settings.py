"""The options of `mock_mgh`, checked when they are given."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, TypedDict

from pytest_mgh.access.policy import Policy
from pytest_mgh.access.principals import check_account_id
from pytest_mgh.errors import nearest
from pytest_mgh.state.accounts import DEFAULT_REGION, SUPPORTED_REGIONS

if TYPE_CHECKING:
    from pytest_mgh.state.background import Mode


class Options(TypedDict, total=False):
    """The options of `mock_mgh` and of the marker `mgh`; `Settings` tells what they mean."""

    home_region: str | None
    account_id: str
    policy: Any
    background: Mode
    strict_discovery: bool
    start_applications: bool
    verify_signatures: bool
    requests: bool


@dataclass(frozen=True)
class Settings:
    """How a hub is to behave.

    Args:
        home_region: The default account's home Region; `None` leaves it unset.
        account_id: The default account, 12 digits.
        policy: The default principal's identity policy: a dict, JSON text, the name of an AWS
            managed policy, or a list of them; `None` allows all.
        background: When asynchronous work (deletion, mapping, imports) is done: `"eager"` at once,
            `"manual"` at `MigrationHub.settle`, a number that many seconds later by the hub's
            clock.
        strict_discovery: Whether an id that the discovery repository doesn't know gets
            `ResourceNotFoundException`.
        start_applications: Whether the first task that starts for a server of an application
            moves the application to IN_PROGRESS.
        verify_signatures: Whether signatures are checked against the secrets that the hub gave
            out.
        requests: Whether calls made with the `requests` library are answered too.

    Raises:
        ValueError: A value that is not allowed.
    """

    home_region: str | None = DEFAULT_REGION
    account_id: str = "123456789012"
    policy: Any = None
    background: Mode = "eager"
    strict_discovery: bool = True
    start_applications: bool = True
    verify_signatures: bool = False
    requests: bool = False

    def __post_init__(self) -> None:
        if self.home_region is not None:
            check_home_region(self.home_region)
        check_account_id(self.account_id)
        if self.policy is not None:
            Policy(self.policy)
        if not _is_mode(self.background):
            allowed = "a number of seconds from 0 on, 'eager' or 'manual'"
            raise ValueError(f"background={self.background!r}: allowed: {allowed}")
        for name in ("strict_discovery", "start_applications", "verify_signatures", "requests"):
            if not isinstance(getattr(self, name), bool):
                raise ValueError(f"{name}={getattr(self, name)!r}: allowed: True, False")


def _is_mode(background: object) -> bool:
    if isinstance(background, (int, float)) and not isinstance(background, bool):
        return 0 <= background < float("inf")
    return background in ("eager", "manual")


_REGION = re.compile("[a-z]{2}-(?:gov-)?(?:central|(?:north|south)?(?:east|west)?)-[0-9]")


def check_home_region(region: str) -> None:
    """Raise `ValueError` unless Migration Hub is offered in that Region (H10)."""
    if region in SUPPORTED_REGIONS:
        return
    if _REGION.fullmatch(str(region)):  # no slip, so no hint
        allowed = f"Migration Hub has no home Region there; allowed: {', '.join(SUPPORTED_REGIONS)}"
    else:
        allowed = nearest(str(region), SUPPORTED_REGIONS)
    raise ValueError(f"home_region={region!r}: {allowed}")


def make_settings(options: dict[str, Any]) -> Settings:
    """Return the settings that the options ask for; `TypeError` for an unknown option."""
    names = {field.name for field in fields(Settings)}
    for name in options:
        if name not in names:
            raise TypeError(f"mgh has no option {name!r}; {nearest(name, names)}")
    return Settings(**options)
