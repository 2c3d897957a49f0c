from __future__ import annotations

import json
from collections.abc import Callable
from importlib.resources import files
from typing import Any

import boto3
import pytest
import requests
from botocore.config import Config
from botocore.exceptions import ClientError, EndpointConnectionError
from signed_calls import AUTHORIZATION, headers_of, post

from pytest_mgh import mock_mgh
from pytest_mgh.errors import NoEndpoint
from pytest_mgh.state.accounts import SUPPORTED_REGIONS
from pytest_mgh.state.regions import OTHER_REGIONS

CALLS: dict[str, Callable[[Any], Any]] = {
    "mgh": lambda client: client.list_migration_tasks(),
    "migrationhub-config": lambda client: client.get_home_region(),
    "discovery": lambda client: client.describe_tags(),
}
ONCE = Config(retries={"total_max_attempts": 1})


@pytest.mark.parametrize("service", CALLS)
@pytest.mark.parametrize("region", ["us-east-2", "us-gov-west-1", "us-wst-2"])
def test_a_client_in_a_region_without_migration_hub_finds_no_host(
    mgh: Any, service: str, region: str
) -> None:
    client = boto3.client(service, region_name=region, config=ONCE)
    with pytest.raises(EndpointConnectionError, match=rf'URL: "https://[a-z-]+\.{region}\.'):
        CALLS[service](client)


@pytest.mark.parametrize("service", CALLS)
@pytest.mark.parametrize("region", SUPPORTED_REGIONS)
def test_a_client_in_a_supported_region_finds_its_host(mgh: Any, service: str, region: str) -> None:
    CALLS[service](boto3.client(service, region_name=region, config=ONCE))


@pytest.mark.parametrize("mode", ["legacy", "standard", "adaptive"])
def test_a_call_to_an_unknown_host_is_retried_without_waiting(mgh: Any, mode: str) -> None:
    config = Config(retries={"mode": mode, "total_max_attempts": 3})
    client = boto3.client("mgh", region_name="us-east-2", config=config)
    with pytest.raises(EndpointConnectionError):
        client.list_migration_tasks()
    assert len(mgh.backoffs) == 2


def test_the_requests_library_finds_no_host_either() -> None:
    headers = headers_of(
        "ListMigrationTasks", authorization=AUTHORIZATION.replace("us-west-2", "us-east-2")
    )
    with mock_mgh(requests=True), pytest.raises(requests.exceptions.ConnectionError):
        requests.post("https://mgh.us-east-2.amazonaws.com/", "{}", headers=headers, timeout=5)


@pytest.mark.parametrize(
    ("region", "message"),
    [
        ("us-east-2", "'us-east-2' has no endpoint: Migration Hub is not available there"),
        ("us-wst-2", "'us-wst-2' is not an AWS Region: did you mean 'us-west-2'?"),
        ("us-west-9", "'us-west-9' is not an AWS Region: did you mean 'us-west-2'?"),
    ],
)
def test_over_http_an_unsupported_region_is_refused_with_the_reason(
    mgh_server: Any, region: str, message: str
) -> None:
    client = boto3.client("mgh", region_name=region, endpoint_url=mgh_server.url)
    with pytest.raises(ClientError, match="UnknownEndpoint") as caught:
        client.list_migration_tasks()
    response = caught.value.response
    assert response["Error"]["Message"].startswith(message)
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 404
    assert response["ResponseMetadata"]["RetryAttempts"] == 0


def test_the_notes_mention_a_mistyped_region_once(mgh: Any) -> None:
    client = boto3.client("mgh", region_name="us-wst-2")
    for _ in range(2):
        with pytest.raises(EndpointConnectionError):
            client.list_migration_tasks()
    (note,) = mgh.notes
    assert note.startswith(
        "ListMigrationTasks: 'us-wst-2' is not an AWS Region: did you mean 'us-west-2'? allowed: "
    )


def test_a_call_to_an_unsupported_region_triggers_no_fault_and_is_not_recorded(mgh: Any) -> None:
    mgh.fail("ListMigrationTasks", "InternalServerError")
    before = mgh.snapshot()
    with pytest.raises(NoEndpoint):
        post(
            mgh,
            "ListMigrationTasks",
            authorization=AUTHORIZATION.replace("us-west-2", "us-east-2"),
        )
    changed = {name for name, value in mgh.snapshot().items() if value != before[name]}
    mgh.recover()
    assert changed == {"ids", "notes"}


@pytest.mark.mgh(home_region="eu-west-1")
def test_a_client_without_its_own_region_calls_the_home_region(mgh: Any) -> None:
    assert boto3.client("migrationhub-config").get_home_region()["HomeRegion"] == "eu-west-1"


@pytest.mark.parametrize("region", ["us-west-9", "uswest2", "us-wets-2"])
def test_the_error_for_a_mistyped_home_region_names_the_nearest(region: str) -> None:
    with pytest.raises(ValueError, match=f"home_region='{region}': did you mean 'us-west-2'"):
        mock_mgh(home_region=region)


def test_the_regions_are_those_of_botocore() -> None:
    known = json.loads((files("botocore") / "data" / "partitions.json").read_bytes())
    regions = {
        region
        for partition in known["partitions"]
        if not partition["id"].startswith("aws-iso")  # a test cannot reach it
        for region in partition["regions"]
        if not region.endswith("-global")
    }
    assert regions >= {*SUPPORTED_REGIONS}
    assert not OTHER_REGIONS & {*SUPPORTED_REGIONS}
    # What is announced, or was for a while, is in some versions of botocore only.
    assert len(OTHER_REGIONS - regions) <= 4
    assert len(regions - OTHER_REGIONS - {*SUPPORTED_REGIONS}) <= 4
