"""The options of `mock_mgh`, checked when they are given."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache
from typing import Any, TypedDict

from pytest_mgh.access.policy import Policy
from pytest_mgh.access.principals import check_account_id
from pytest_mgh.errors import nearest
from pytest_mgh.state.accounts import DEFAULT_REGION
from pytest_mgh.state.background import Mode
from pytest_mgh.state.options import OPTIONS
from pytest_mgh.state.regions import check_region


class Options(TypedDict, total=False):
    """The options of `mock_mgh` and of the marker `mgh`; `Settings` describes them."""

    home_region: str | None
    account_id: str
    policy: Any
    background: Mode
    strict_discovery: bool
    start_applications: bool
    verify_signatures: bool
    moto_iam: bool
    keep_events: int
    requests: bool
    sleep: bool


@dataclass(frozen=True)
class Settings:
    """The options of a hub.

    Args:
        home_region: The default account's home Region, one of the seven that Migration Hub
            supports; `None` leaves it unset.
        account_id: The default account, 12 digits.
        policy: Identity policy of the default principal: a document (dict or JSON text), the name
            or ARN of an AWS managed policy, or a list of them; `None` allows all.
        background: When background work runs: `"eager"` at once, `"manual"` at `hub.settle()`, a
            number that many seconds later by the hub's clock. Deletions, mappings and imports are
            background work.
        strict_discovery: Whether ids that are not in the discovery repository are refused with
            `ResourceNotFoundException`.
        start_applications: Whether an application moves to IN_PROGRESS when the first task for one
            of its servers starts.
        verify_signatures: Whether signatures are checked against the secrets that the hub issued.
        moto_iam: Whether the policies in an active moto's IAM apply to calls by its users and
            roles; a user or role without a policy is denied everything.
        keep_events: How many of the newest events are kept, and how many denials and notes.
        requests: Whether the mock also answers calls made with the `requests` library.
        sleep: Whether `time.sleep` inside the mock advances the hub's clock instead of waiting.
            Threads that were started before the mock still wait.

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
    moto_iam: bool = False
    keep_events: int = 100_000
    requests: bool = False
    sleep: bool = False

    def __post_init__(self) -> None:
        if self.home_region is not None:
            check_region(self.home_region, "home_region")
        check_account_id(self.account_id)
        if self.policy is not None:
            Policy(self.policy)
        if not _is_mode(self.background):
            allowed = "a number of seconds >= 0, 'eager' or 'manual'"
            raise ValueError(f"background={self.background!r}: allowed: {allowed}")
        keep = self.keep_events
        if type(keep) is not int or not 1 <= keep < 2**63:
            raise ValueError(f"keep_events={keep!r}: allowed: a whole number >= 1")
        for switch in _switches():
            if not isinstance(getattr(self, switch), bool):
                raise ValueError(f"{switch}={getattr(self, switch)!r}: allowed: True, False")


@cache
def _switches() -> tuple[str, ...]:
    return tuple(one.name for one in fields(Settings) if isinstance(one.default, bool))


def _is_mode(background: object) -> bool:
    if isinstance(background, (int, float)) and not isinstance(background, bool):
        return 0 <= background < float("inf")
    return background in ("eager", "manual")


def make_settings(options: dict[str, Any]) -> Settings:
    """Return the settings that the options ask for; `TypeError` for an unknown option."""
    for name in options:
        if name not in OPTIONS:
            raise TypeError(f"no option {name!r}; {nearest(name, OPTIONS)}")
    return Settings(**options)
