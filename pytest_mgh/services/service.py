"""The three services: how each is addressed, and how it words what it refuses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, NoReturn

from pytest_mgh.errors import ServiceError


class Service(NamedTuple):
    """A service.

    Args:
        name: Its name in botocore, the prefix of its hosts, and the folder of its schemas.
        service_id: Its id in botocore, of which the names of events and variables are made.
        target_prefix: What stands before the dot of `X-Amz-Target`.
        signing_name: The service in the credential scope of a signature.
        event_source: The service in a CloudTrail record.
        iam_prefix: What stands before the colon of an IAM action.
        invalid: The code of an input that breaks a rule.
        denied: The code of a call that no policy allows.
        denied_dry_run: The code of the same call with DryRun.
        home_region_not_set: The message of HomeRegionNotSetException.
        outside_home_region: The code of a call that must come from the home Region and doesn't.
        message_member: What an error body calls its message.
        token_member: What requests and results call the page token.
        page_size_member: What requests call the page size.
    """

    name: str
    service_id: str
    target_prefix: str
    signing_name: str
    event_source: str
    iam_prefix: str
    invalid: str
    denied: str
    denied_dry_run: str
    home_region_not_set: str
    outside_home_region: str = "InvalidInputException"
    message_member: str = "Message"
    token_member: str = "NextToken"
    page_size_member: str = "MaxResults"

    @property
    def event_name(self) -> str:
        """Its name in the events of botocore."""
        return self.service_id.replace(" ", "-").lower()

    @property
    def endpoint_variable(self) -> str:
        """The environment variable that sets its endpoint."""
        return f"AWS_ENDPOINT_URL_{self.service_id.replace(' ', '_').upper()}"

    def refuse_input(self, message: str) -> NoReturn:
        """Raise the service's error for an input that breaks a rule."""
        raise ServiceError(self.invalid, message)


MIGRATION_HUB = Service(
    name="mgh",
    service_id="Migration Hub",
    target_prefix="AWSMigrationHub",
    signing_name="mgh",
    event_source="migrationhub.amazonaws.com",
    iam_prefix="mgh",
    invalid="InvalidInputException",
    denied="AccessDeniedException",
    denied_dry_run="UnauthorizedOperation",
    # The text that the service was seen to send (H3).
    home_region_not_set=(
        "Your home region is not set. Before calling AWS Migration Hub APIs, "
        "set your home region with CreateHomeRegionControl."
    ),
)

MIGRATION_HUB_CONFIG = Service(
    name="migrationhub-config",
    service_id="MigrationHub Config",
    target_prefix="AWSMigrationHubMultiAccountService",
    signing_name="mgh",
    event_source="migrationhubconfig.amazonaws.com",
    iam_prefix="mgh",
    invalid="InvalidInputException",
    denied="AccessDeniedException",
    denied_dry_run="AccessDeniedException",  # its model has no UnauthorizedOperation
    home_region_not_set="",
)

DISCOVERY = Service(
    name="discovery",
    service_id="Application Discovery Service",
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
)

SERVICES: Mapping[str, Service] = {
    service.target_prefix: service for service in (MIGRATION_HUB, MIGRATION_HUB_CONFIG, DISCOVERY)
}
"""Every simulated service by its target prefix."""
