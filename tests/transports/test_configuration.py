"""Settings of the environment and config files: Regions and endpoints."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from botocore.session import Session

from pytest_mgh import mock_mgh
from pytest_mgh.state.process import PROCESS
from pytest_mgh.transports.configuration import default_region
from pytest_mgh.transports.guard import guard

LOOPBACK = "http://localhost:4566"
CONFIG = """
[default]
region = eu-west-1
[profile work]
region = eu-west-2
[profile nowhere]
[profile here]
endpoint_url = http://localhost:4566
[profile services]
services = local
[services local]
migration_hub =
  endpoint_url = http://localhost:4566
"""


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    yield
    PROCESS.take_refusals()


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "config").write_text(CONFIG)
    return tmp_path / "config"


def home_region() -> str | None:
    """Return the default home Region of a mock, after the example has passed in it."""
    with mock_mgh() as hub:
        client = boto3.client("mgh")
        client.create_progress_update_stream(ProgressUpdateStreamName="SMS")
        assert [stream.name for stream in hub.streams] == ["SMS"]
        assert os.environ["AWS_DEFAULT_REGION"] == hub.home_region == client.meta.region_name
        return hub.home_region


# the home Region


@pytest.mark.parametrize(
    ("variable", "home"),
    [
        ("us-east-1", "us-east-1"),
        ("eu-west-1", "eu-west-1"),
        ("eu-central-1", "eu-central-1"),
        ("us-west-2", "us-west-2"),
        ("us-east-2", "us-west-2"),
        ("sa-east-1", "us-west-2"),
        ("nonsense", "us-west-2"),
        ("", "us-west-2"),
        (None, "us-west-2"),
    ],
)
@pytest.mark.parametrize("other", [None, "", "us-east-1", "us-east-2"])
def test_the_home_region_is_the_default_region_of_the_process_if_supported(
    monkeypatch: pytest.MonkeyPatch, variable: str | None, home: str, other: str | None
) -> None:
    for name, value in (("AWS_DEFAULT_REGION", variable), ("AWS_REGION", other)):
        if value is not None:
            monkeypatch.setenv(name, value)

    assert home_region() == home
    assert os.environ.get("AWS_DEFAULT_REGION") == variable
    assert os.environ.get("AWS_REGION") == other


@pytest.mark.usefixtures("config")
@pytest.mark.parametrize(
    ("variables", "home"),
    [
        ({}, "eu-west-1"),
        ({"AWS_DEFAULT_REGION": ""}, "eu-west-1"),
        ({"AWS_DEFAULT_REGION": "us-east-1"}, "us-east-1"),
        ({"AWS_PROFILE": "work"}, "eu-west-2"),
        ({"AWS_DEFAULT_PROFILE": "work"}, "eu-west-2"),
        ({"AWS_PROFILE": "nowhere"}, "us-west-2"),
        ({"AWS_PROFILE": "not there"}, "us-west-2"),
        ({"AWS_PROFILE": "work", "AWS_DEFAULT_REGION": "us-east-1"}, "us-east-1"),
    ],
    ids=str,
)
def test_the_home_region_is_that_of_the_config_file(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], home: str
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    assert home_region() == home


@pytest.mark.parametrize("content", ["", "[default]\n", "[default", "no section\n", "\xff\xfe"])
def test_a_config_file_without_a_region_keeps_the_default_home_region(
    tmp_path: Path, content: str
) -> None:
    (tmp_path / "config").write_bytes(content.encode("latin-1"))

    assert default_region() is None


@pytest.mark.usefixtures("config")
def test_a_changed_config_file_is_read_again(config: Path) -> None:
    before = default_region()
    config.write_text("[default]\nregion = eu-central-1\n")

    assert (before, default_region()) == ("eu-west-1", "eu-central-1")


@pytest.mark.usefixtures("config")
@pytest.mark.parametrize(
    ("options", "home"),
    [
        ({"region_name": "eu-central-1"}, "eu-central-1"),
        ({"region_name": "us-east-2"}, "us-west-2"),
        ({"profile_name": "work"}, "eu-west-2"),
        ({}, "eu-west-1"),
    ],
    ids=str,
)
def test_the_home_region_is_that_of_an_existing_default_session(
    options: dict[str, str], home: str
) -> None:
    boto3.setup_default_session(**options)

    with mock_mgh() as hub:
        assert hub.home_region == home


@pytest.mark.parametrize("home", ["eu-central-1", None])
def test_an_explicit_home_region_overrides_that_of_the_process(
    monkeypatch: pytest.MonkeyPatch, home: str | None
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")

    with mock_mgh(home_region=home) as hub:
        assert hub.home_region == home
        assert os.environ["AWS_DEFAULT_REGION"] == home or "us-west-2"


def test_the_home_region_is_determined_at_entry(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mock = mock_mgh()
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")

    with mock as hub:
        assert hub.home_region == "eu-west-1"


def test_the_region_of_other_libraries_is_the_home_region_if_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with mock_mgh():
        assert "AWS_REGION" not in os.environ
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    with mock_mgh(home_region="eu-west-1"):
        assert os.environ["AWS_REGION"] == "eu-west-1"


# endpoints

CONFIGURED = [
    {"AWS_ENDPOINT_URL": LOOPBACK},
    {"AWS_ENDPOINT_URL_MIGRATION_HUB": LOOPBACK},
    {"AWS_ENDPOINT_URL": "https://aws.example.com"},
    {"AWS_ENDPOINT_URL": LOOPBACK, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false"},
    {"AWS_PROFILE": "here"},
    {"AWS_PROFILE": "services"},
]


@pytest.fixture(params=CONFIGURED, ids=str)
def configured(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, config: Path
) -> str:
    """An endpoint of `mgh` in the environment or in a config file."""
    for name, value in request.param.items():
        monkeypatch.setenv(name, value)
    return request.param.get("AWS_ENDPOINT_URL", LOOPBACK)


@pytest.mark.usefixtures("configured", "no_network")
def test_a_configured_endpoint_is_ignored_inside_the_mock() -> None:
    with mock_mgh() as hub:
        client = boto3.client("mgh")
        client.create_progress_update_stream(ProgressUpdateStreamName="SMS")
        assert [stream.name for stream in hub.streams] == ["SMS"]
        assert client.meta.endpoint_url == f"https://mgh.{hub.home_region}.amazonaws.com"


@pytest.mark.usefixtures("no_network")
@pytest.mark.parametrize("guarded", [True, False])
def test_a_client_created_with_a_configured_endpoint_is_answered(
    configured: str, guarded: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if guarded:
        guard()
    else:  # as if the client was created before the import of the package
        monkeypatch.setattr(PROCESS, "client_makers", {})
    client = boto3.Session("own", "own").client("mgh", "us-west-2")
    if not guarded:
        PROCESS.client_makers.clear()
        client._endpoint.host = str(client._endpoint.host)
    assert client.meta.endpoint_url == configured

    with mock_mgh(home_region="us-west-2") as hub:
        client.create_progress_update_stream(ProgressUpdateStreamName="SMS")
        assert [stream.name for stream in hub.streams] == ["SMS"]


@pytest.mark.parametrize("service", ["mgh", "migrationhub-config", "discovery"])
def test_a_configured_endpoint_is_ignored_for_each_of_the_services(
    monkeypatch: pytest.MonkeyPatch, service: str
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", LOOPBACK)

    with mock_mgh():
        assert LOOPBACK not in boto3.client(service).meta.endpoint_url  # type: ignore[call-overload]


def test_a_configured_endpoint_is_used_for_other_services(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", LOOPBACK)
    monkeypatch.setenv("AWS_ENDPOINT_URL_SQS", "http://localhost:9324")

    with mock_mgh():
        endpoints = [boto3.client(name).meta.endpoint_url for name in ("s3", "sqs", "sts")]

    assert endpoints == [LOOPBACK, "http://localhost:9324", LOOPBACK]
    assert os.environ["AWS_ENDPOINT_URL"] == LOOPBACK


@pytest.mark.usefixtures("configured")
def test_an_explicit_endpoint_overrides_a_configured_one() -> None:
    with mock_mgh():
        client = boto3.client("mgh", endpoint_url=LOOPBACK)
        assert client.meta.endpoint_url == LOOPBACK
        sent: list[str] = []
        client.meta.events.register_first(
            "before-send.migration-hub", lambda request, **_: sent.append(request.url) or 1 / 0
        )
        with pytest.raises(ZeroDivisionError):
            client.list_migration_tasks()
    assert sent == [f"{LOOPBACK}/"]


def test_a_configured_endpoint_is_used_outside_a_mock(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", LOOPBACK)
    with mock_mgh():
        pass
    client = Session().create_client("mgh", "us-west-2")
    assert client.meta.endpoint_url == LOOPBACK
