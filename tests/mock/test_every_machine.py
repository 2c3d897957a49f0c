"""The first example of the README passes on every machine with any environment."""

from __future__ import annotations

from pathlib import Path

import boto3
import pytest
from documentation import ROOT, blocks

from pytest_mgh.state.accounts import DEFAULT_REGION, SUPPORTED_REGIONS

pytestmark = pytest.mark.usefixtures("no_network")

EXAMPLE = next(block for block in blocks(ROOT / "README.md") if block.language == "python")
TESTS = f"""
{EXAMPLE.text}

def test_home(mgh):
    assert mgh.home_region == boto3.client("mgh").meta.region_name == {{home!r}}

def test_explicit_home_region():
    from pytest_mgh import mock_mgh
    with mock_mgh(home_region="eu-central-1"):
        boto3.client("mgh").create_progress_update_stream(ProgressUpdateStreamName="SMS")
"""
REGIONS = [*SUPPORTED_REGIONS, "us-east-2", "ap-south-1", "no-region", "", None]
SOME = ["eu-west-1", "us-east-2", "", None]
ENDPOINTS = {"AWS_ENDPOINT_URL": "http://localhost:4566"}
VARIABLES = ("AWS_DEFAULT_REGION", "AWS_REGION", "AWS_PROFILE", "AWS_CONFIG_FILE", *ENDPOINTS)


def check(
    pytester: pytest.Pytester,
    monkeypatch: pytest.MonkeyPatch,
    variables: dict[str, str],
    home: str,
) -> None:
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    pytester.makepyfile(TESTS.format(home=home))
    pytester.runpytest_inprocess("-W", "error").assert_outcomes(passed=3)


@pytest.mark.parametrize(
    ("region", "others"),
    [
        *((region, {}) for region in REGIONS),
        *((region, ENDPOINTS) for region in SOME),
        *((region, {"AWS_REGION": "eu-west-2"}) for region in SOME),
    ],
    ids=str,
)
def test_the_home_region_follows_aws_default_region(
    pytester: pytest.Pytester,
    monkeypatch: pytest.MonkeyPatch,
    region: str | None,
    others: dict[str, str],
) -> None:
    variables = others if region is None else {**others, "AWS_DEFAULT_REGION": region}
    home = region if region in SUPPORTED_REGIONS else DEFAULT_REGION

    check(pytester, monkeypatch, variables, home)


@pytest.mark.parametrize("region", SOME)
def test_the_home_region_does_not_depend_on_aws_region(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, region: str | None
) -> None:
    check(
        pytester,
        monkeypatch,
        {} if region is None else {"AWS_REGION": region},
        DEFAULT_REGION,  # boto3 does not read it
    )


@pytest.mark.parametrize("profile", ["default", "other"])
@pytest.mark.parametrize("endpoint", ["", "endpoint_url = http://localhost:4566\n"])
@pytest.mark.parametrize("region", SOME)
def test_the_home_region_follows_the_configuration_file(
    pytester: pytest.Pytester,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    profile: str,
    endpoint: str,
    region: str | None,
) -> None:
    file = tmp_path / "config"
    section = "[default]" if profile == "default" else f"[profile {profile}]"
    line = "" if region is None else f"region = {region}\n"
    file.write_text(f"{section}\n{line}{endpoint}", encoding="utf-8")
    variables = {"AWS_CONFIG_FILE": str(file)}
    if profile != "default":
        variables["AWS_PROFILE"] = profile

    check(
        pytester,
        monkeypatch,
        variables,
        region if region in SUPPORTED_REGIONS else DEFAULT_REGION,
    )


def test_an_empty_configuration_file_counts_as_none(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "config").touch()

    check(pytester, monkeypatch, {"AWS_CONFIG_FILE": str(tmp_path / "config")}, DEFAULT_REGION)
