"""The Regions of AWS, and those of them that Migration Hub is offered in."""

from __future__ import annotations

from functools import lru_cache

from pytest_mgh.errors import NoEndpoint, nearest
from pytest_mgh.state.accounts import SUPPORTED_REGIONS

OTHER_REGIONS = frozenset(
    {
        "af-south-1", "ap-east-1", "ap-east-2", "ap-northeast-2", "ap-northeast-3", "ap-south-1",
        "ap-south-2", "ap-southeast-1", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5",
        "ap-southeast-6", "ap-southeast-7", "ca-central-1", "ca-west-1", "cn-north-1",
        "cn-northwest-1", "eu-central-2", "eu-north-1", "eu-south-1", "eu-south-2", "eu-west-3",
        "eusc-de-east-1", "il-central-1", "me-central-1", "me-south-1", "mx-central-1",
        "sa-east-1", "us-east-2", "us-gov-east-1", "us-gov-west-1", "us-west-1",
    }
)  # fmt: skip
"""The Regions without Migration Hub: whoever names one of them has not mistyped another."""


def explain_region(region: object) -> str:
    """Say what is wrong with a Region that is none of Migration Hub's, and which ones are."""
    if region in OTHER_REGIONS:  # no slip, so no hint
        allowed = ", ".join(SUPPORTED_REGIONS)
        return f"Migration Hub is not available there; allowed: {allowed}"
    return nearest(str(region), SUPPORTED_REGIONS)


def check_region(region: object, name: str = "region") -> None:
    """Raise `ValueError` unless Migration Hub is offered in the Region of an argument (H10)."""
    __tracebackhide__ = True
    if region not in SUPPORTED_REGIONS:
        raise ValueError(f"{name}={region!r}: {explain_region(region)}")


@lru_cache(maxsize=64)
def check_endpoint(region: str) -> None:
    """Refuse a call in a Region where the services have no host.

    Raises:
        NoEndpoint: It is none of Migration Hub's Regions.
    """
    if region not in SUPPORTED_REGIONS:
        problem = "has no endpoint" if region in OTHER_REGIONS else "is not an AWS Region"
        raise NoEndpoint(region, f"{region!r} {problem}: {explain_region(region)}")
