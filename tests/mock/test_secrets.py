"""Inside a mock no secret of the user is read, run, sent or kept."""

from __future__ import annotations

import gc
import os
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import boto3
import botocore.session
import pytest
from botocore.credentials import CredentialResolver

from pytest_mgh import MigrationHub, mock_mgh
from pytest_mgh.hub.clients import hub_session

FAKE_KEY = "MGHMOCKACCESSKEYID00"


def secret() -> str:
    """Return the secret that stands in the files: no constant of this module has it."""
    return "-".join(["secret", "of", "the", "user", str(os.getpid())])


@pytest.fixture
def trace(tmp_path: Path) -> Path:
    """What a process leaves that the user's configuration names."""
    return tmp_path / "trace"


@pytest.fixture(autouse=True)
def _files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, trace: Path) -> Iterator[None]:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    process = f"{sys.executable} -c \"open('{trace}', 'w').close()\""
    keys = f"aws_access_key_id = OWNKEY\naws_secret_access_key = {secret()}\n"
    (tmp_path / "config").write_text(
        f"[default]\nregion = eu-west-2\n{keys}"
        f"[profile prod]\nregion = eu-central-1\nmax_attempts = 7\ncredential_process = {process}\n"
        f"[profile keys]\nregion = eu-central-1\n{keys}"
        "[profile role]\nrole_arn = arn:aws:iam::123456789012:role/r\nsource_profile = keys\n"
        "[profile sso]\nsso_start_url = https://sso.example.com\nsso_region = us-east-1\n"
        "sso_account_id = 123456789012\nsso_role_name = r\n"
    )
    (tmp_path / "credentials").write_text(f"[default]\n{keys}[stored]\n{keys}")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    hub_session.cache_clear()
    del keys
    yield
    hub_session.cache_clear()


@pytest.fixture
def connected(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The addresses that sockets were to connect to: none of them does."""
    addresses: list[Any] = []

    def connect(_: object, address: Any) -> None:
        addresses.append(address)
        raise OSError("no network")

    monkeypatch.setattr(socket.socket, "connect", connect)
    return addresses


def key_of(client: Any) -> str:
    return str(client._request_signer._credentials.access_key)


def is_held() -> bool:
    """Whether any object of the process holds the secret."""
    gc.collect()
    return any(
        type(held) is str and held.startswith("secret-of-the-") and held.endswith(str(os.getpid()))
        for one in gc.get_objects()
        for held in gc.get_referents(one)
    )


SESSIONS: dict[str, Callable[[], Any]] = {
    "the default session": lambda: boto3.client("mgh"),
    "a session": lambda: boto3.Session().client("mgh"),
    "a process": lambda: boto3.Session(profile_name="prod").client("mgh"),
    "keys": lambda: boto3.Session(profile_name="keys").client("mgh"),
    "a role": lambda: boto3.Session(profile_name="role").client("mgh", "eu-central-1"),
    "single sign-on": lambda: boto3.Session(profile_name="sso").client("mgh", "eu-central-1"),
    "stored keys": lambda: boto3.Session(profile_name="stored").client("mgh"),
    "botocore": lambda: botocore.session.Session(profile="prod").create_client("mgh"),
    "another service": lambda: boto3.Session(profile_name="prod").client("s3"),
}


@pytest.mark.parametrize("make", SESSIONS.values(), ids=SESSIONS)
@pytest.mark.parametrize("clear", [False, True])
def test_clients_of_every_kind_of_session_have_fake_credentials(
    make: Callable[[], Any], clear: bool, trace: Path, connected: list[Any]
) -> None:
    with mock_mgh(), patch.dict(os.environ):
        if clear:
            for name in [name for name in os.environ if name.startswith(("AWS_A", "AWS_SE"))]:
                del os.environ[name]
        client = make()
        if client.meta.service_model.service_name == "mgh":
            client.list_migration_tasks()
        assert key_of(client) == FAKE_KEY

    assert (trace.exists(), connected) == (False, [])


def test_an_empty_environment_causes_no_request_to_the_metadata_service(
    trace: Path, connected: list[Any]
) -> None:
    with mock_mgh(), patch.dict(os.environ, clear=True):
        client = boto3.Session().client("mgh", "us-west-2")
        client.list_migration_tasks()
        assert key_of(client) == FAKE_KEY

    assert (trace.exists(), connected) == (False, [])


@pytest.fixture
def hub(_files: None) -> Iterator[MigrationHub]:
    """A hub whose mock is entered after the files were written."""
    with mock_mgh() as hub:
        yield hub


def test_no_secret_is_kept() -> None:
    with mock_mgh() as hub:
        clients = [make() for make in SESSIONS.values()]
        hub.client().list_migration_tasks()
        assert not is_held()
    assert len(clients) == len(SESSIONS)
    assert not is_held()


def test_the_check_finds_an_object_that_holds_a_secret() -> None:
    session = boto3.Session(profile_name="keys")
    session.get_credentials()

    assert is_held()


def test_a_hub_reads_no_credentials_file(trace: Path, hub: MigrationHub) -> None:
    hub.client("discovery").get_discovery_summary()
    hub.client("sts")

    assert hub_session().full_config == {"profiles": {}}
    assert not trace.exists()


def test_a_profile_provides_everything_but_its_secrets(hub: MigrationHub) -> None:
    session = botocore.session.Session(profile="prod")

    assert session.get_scoped_config()["max_attempts"] == "7"
    assert session.get_config_variable("region") == hub.home_region
    assert "keys" in session.available_profiles


def test_a_session_used_inside_a_mock_has_its_own_credentials_after_it() -> None:
    before, role = boto3.Session(profile_name="keys"), botocore.session.Session(profile="role")
    with mock_mgh():
        inside = boto3.Session(profile_name="keys")
        for session in (before, inside):
            assert session.get_credentials().access_key == FAKE_KEY
        assert role.get_credentials().access_key == FAKE_KEY

    for session in (before, inside):
        assert session.get_credentials().access_key == "OWNKEY"
    assert role.full_config["profiles"]["keys"]["aws_secret_access_key"] == secret()


def test_credentials_that_a_test_sets_in_the_environment_are_used(
    monkeypatch: pytest.MonkeyPatch, hub: MigrationHub
) -> None:
    vendor = hub.principal("vendor")
    with monkeypatch.context() as patched:
        for name, value in vendor.credentials.items():
            patched.setenv(name.upper(), value)
        patched.delenv("AWS_SESSION_TOKEN")
        boto3.Session().client("mgh").list_migration_tasks()

    assert hub.events.last["userIdentity"]["arn"] == vendor.arn


def test_credentials_given_to_a_session_are_used(mgh: MigrationHub) -> None:
    vendor = mgh.principal("vendor")
    boto3.Session(**vendor.credentials).client("mgh").list_migration_tasks()

    assert mgh.events.last["userIdentity"]["arn"] == vendor.arn


def test_outside_a_mock_credentials_are_resolved_as_usual() -> None:
    with mock_mgh():
        pass
    assert boto3.Session(profile_name="stored").get_credentials().access_key == "OWNKEY"
    assert isinstance(
        botocore.session.Session().get_component("credential_provider"), CredentialResolver
    )
