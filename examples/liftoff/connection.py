"""Finds the account's home Region and connects to Migration Hub and discovery there."""

from __future__ import annotations

from typing import Any, Literal

import boto3
from botocore.config import Config

# The home Region may be read in every Region that has Migration Hub.
_ASKED_IN = "us-west-2"

# `Retry` does the waiting; botocore's own attempts would multiply with it.
_ONE_ATTEMPT = Config(retries={"total_max_attempts": 1})


class HomeRegionNotSetError(Exception):
    """The account has no Migration Hub home Region."""


def home_region() -> str:
    """Return the home Region of the caller's account.

    Raises:
        HomeRegionNotSetError: None is set, so Migration Hub would refuse every report.
    """
    config: Any = boto3.client("migrationhub-config", region_name=_ASKED_IN)
    region: str | None = config.get_home_region().get("HomeRegion")
    if region is None:
        raise HomeRegionNotSetError(
            "this account has no Migration Hub home Region: choose one in the Migration Hub "
            "settings, or call CreateHomeRegionControl"
        )
    return region


def connect(service: Literal["mgh", "discovery"] = "mgh") -> Any:
    """Return a client in the home Region, the only one that accepts reports.

    Args:
        service: `mgh` (Migration Hub) or `discovery` (Application Discovery Service).
    """
    return boto3.client(service, region_name=home_region(), config=_ONE_ATTEMPT)
