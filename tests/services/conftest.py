"""Clients that send any body, and parsed responses."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any

import pytest
import refusals
import signed_calls
from clients import plain_client

from pytest_mgh.access.principals import Principal

if TYPE_CHECKING:
    from pytest_mgh import MigrationHub

Connect = Callable[..., Any]
Refused = Callable[..., AbstractContextManager[Any]]
Post = Callable[..., tuple[int, Any]]


@pytest.fixture
def connect() -> Connect:
    """Give clients that check no parameters and never retry: the hub alone speaks."""
    return plain_client


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
    return refusals.refused


@pytest.fixture
def post(mgh: MigrationHub) -> Post:
    """Post a body unchanged; return the status and the response's body."""

    def post(operation: str, body: Any) -> tuple[int, Any]:
        text = body if isinstance(body, str) else json.dumps(body)
        response = signed_calls.post(mgh, operation, text)
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
