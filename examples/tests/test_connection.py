"""Where the tool reports: in the account's home Region, and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError
from liftoff.connection import HomeRegionNotSetError, connect
from liftoff.reporting import Reporter

from pytest_mgh import mock_mgh

if TYPE_CHECKING:
    from pytest_mgh import MigrationHub


@mock_mgh(home_region="eu-central-1")
def test_connects_to_any_home_region() -> None:
    assert connect().meta.region_name == "eu-central-1"
    assert connect("discovery").meta.region_name == "eu-central-1"


def test_the_region_of_the_caller_makes_no_difference(
    mgh: MigrationHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-northeast-1")

    Reporter(connect(), "Liftoff").open_stream()

    assert [stream.name for stream in mgh.streams] == ["Liftoff"]


def test_a_client_in_another_region_is_refused(mgh: MigrationHub) -> None:
    reporter = Reporter(mgh.client(region_name="eu-west-1"), "Liftoff")

    with pytest.raises(ClientError, match=r"eu-west-1.* us-west-2") as caught:
        reporter.open_stream()

    assert caught.value.response["Error"]["Code"] == "InvalidInputException"
    assert mgh.streams == ()


def test_a_missing_home_region_is_an_error_before_anything_is_reported() -> None:
    with mock_mgh(home_region=None) as hub:
        with pytest.raises(HomeRegionNotSetError, match="CreateHomeRegionControl"):
            connect()

        hub.home_region = "us-east-1"
        assert connect().meta.region_name == "us-east-1"


def test_a_home_region_that_is_unset_during_the_run_is_an_error(
    mgh: MigrationHub, reporter: Reporter
) -> None:
    reporter.open_stream()
    mgh.home_region = None

    with pytest.raises(ClientError) as caught:
        reporter.import_task("build-01")

    assert caught.value.response["Error"]["Code"] == "HomeRegionNotSetException"
