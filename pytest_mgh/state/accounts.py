"""Accounts, each with its home Region and what it has in every Region."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated

from pytest_mgh.protocol.values import AccountId, OneOf, Time

if TYPE_CHECKING:
    from pytest_mgh.state.store import Store

SUPPORTED_REGIONS = (
    "ap-northeast-1",
    "ap-southeast-2",
    "eu-central-1",
    "eu-west-1",
    "eu-west-2",
    "us-east-1",
    "us-west-2",
)
"""The Regions in which Migration Hub is offered (AWS General Reference)."""

DEFAULT_REGION = "us-west-2"


@dataclass(frozen=True, slots=True)
class HomeRegionControl:
    """The control that sets an account's home Region; there is one at most (H1)."""

    control_id: str
    home_region: Annotated[str, OneOf(SUPPORTED_REGIONS)]
    target_id: AccountId
    requested_time: Time


@dataclass(slots=True)
class Account:
    """An AWS account."""

    account_id: str
    control: HomeRegionControl | None = None
    stores: dict[str, Store] = field(default_factory=dict)

    @property
    def home_region(self) -> str | None:
        """The home Region, `None` where none is set."""
        return self.control.home_region if self.control else None
