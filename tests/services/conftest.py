"""Clients that send what a test says, and a client's answers read back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from pytest_mgh.access.principals import Principal
from pytest_mgh.protocol.messages import WireRequest

if TYPE_CHECKING:
    from pytest_mgh import MigrationHub

Connect = Callable[..., Any]
Refused = Callable[..., AbstractContextManager[Any]]
Post = Callable[..., tuple[int, Any]]

PREFIXES = {
    "mgh": "AWSMigrationHub",
    "migrationhub-config": "AWSMigrationHubMultiAccountService",
    "discovery": "AWSPoseidonService_V2015_11_01",
}


@pytest.fixture
def connect() -> Connect:
    """Make clients that check no parameters and never retry: the hub alone speaks."""

    def connect(service: str = "mgh", region: str = "us-west-2") -> Any:
        return boto3.client(
            service,
            region_name=region,
            config=Config(parameter_validation=False, retries={"total_max_attempts": 1}),
        )

    return connect


@pytest.fixture
def client(mgh: MigrationHub, connect: Connect) -> Any:
    """A client of `mgh` in us-west-2."""
    return connect()


@pytest.fixture
def config(mgh: MigrationHub, connect: Connect) -> Any:
    """A client of `migrationhub-config` in us-west-2."""
    return connect("migrationhub-config")


@pytest.fixture
def refused() -> Refused:
    """Expect one error: `with refused("InvalidInputException", "home region"): ...`."""

    @contextmanager
    def refused(code: str, match: str | None = None) -> Iterator[Any]:
        with pytest.raises(ClientError, match=match) as caught:
            yield caught
        assert caught.value.response["Error"]["Code"] == code

    return refused


@pytest.fixture
def post(mgh: MigrationHub) -> Post:
    """Post a body as it stands; return the status and the response's body."""

    def post(operation: str, body: Any, service: str = "mgh") -> tuple[int, Any]:
        credential = "MGHMOCKACCESSKEYID00/20260101/us-west-2/mgh/aws4_request"
        headers = {
            "authorization": f"AWS4-HMAC-SHA256 Credential={credential}, "
            "SignedHeaders=host;x-amz-date;x-amz-target, Signature=0123456789abcdef",
            "content-type": "application/x-amz-json-1.1",
            "x-amz-date": "20260101T000000Z",
            "x-amz-target": f"{PREFIXES[service]}.{operation}",
        }
        text = body if isinstance(body, str) else json.dumps(body)
        response = mgh.answer(WireRequest(headers=headers, body=text.encode()))
        return response.status, json.loads(response.body)

    return post


@pytest.fixture
def sms(client: Any) -> dict[str, str]:
    """The names of the stream `SMS` and its task `sms-12de3cf1a`, which both exist."""
    client.create_progress_update_stream(ProgressUpdateStreamName="SMS")
    task = {"ProgressUpdateStream": "SMS", "MigrationTaskName": "sms-12de3cf1a"}
    client.import_migration_task(**task)
    return task


@pytest.fixture
def other_account(
    mgh: MigrationHub, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], AbstractContextManager[str]]:
    """Call as another account for the time of a `with` block."""

    @contextmanager
    def other_account() -> Iterator[str]:
        # The clients of the tests sign with the default key: for this while it is a stranger's.
        stranger = Principal("stranger", "210987654321")
        default = mgh._world.default_principal.access_key
        with monkeypatch.context() as patch:
            patch.setitem(mgh._world.principals, default, stranger)
            yield stranger.account_id

    return other_account
