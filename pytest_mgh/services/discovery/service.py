"""The service `discovery`: its traits, and how its operations are entered."""

from __future__ import annotations

from collections.abc import Callable

from pytest_mgh.services.service import Access, Handler, HomeRegion, Service

DISCOVERY = Service(
    name="discovery",
    target_prefix="AWSPoseidonService_V2015_11_01",
    signing_name="discovery",
    event_source="discovery.amazonaws.com",
    iam_prefix="discovery",
    invalid="InvalidParameterValueException",
    denied="AuthorizationErrorException",
    denied_dry_run="AuthorizationErrorException",
    # The text that the service was seen to send.
    home_region_not_set=(
        "Home Region is not set for the calling Account. Please create your home region using "
        "CreateHomeRegionControls API."
    ),
    outside_home_region="HomeRegionNotSetException",
    message_member="message",
    token_member="nextToken",
    page_size_member="maxResults",
    not_simulated=frozenset(
        {
            "DescribeContinuousExports",
            "DescribeExportConfigurations",
            "DescribeExportTasks",
            "ExportConfigurations",
            "StartContinuousExport",
            "StartDataCollectionByAgentIds",
            "StartExportTask",
            "StopContinuousExport",
            "StopDataCollectionByAgentIds",
        }
    ),
)


def writes(
    access: Access = Access.WRITE, *, home_region: HomeRegion = HomeRegion.ONLY
) -> Callable[[Handler], Handler]:
    """Enter an operation that changes something; outside the home Region it is refused."""
    return DISCOVERY.operation(access, home_region=home_region)


def deletes(access: Access = Access.WRITE) -> Callable[[Handler], Handler]:
    """Enter an operation that deletes something: it is allowed in any Region."""
    return writes(access, home_region=HomeRegion.SET)


def reads(access: Access = Access.READ) -> Callable[[Handler], Handler]:
    """Enter an operation that changes nothing: it is allowed in any Region."""
    return DISCOVERY.operation(access, home_region=HomeRegion.SET)
