"""What type checkers see of the public API. It is checked, and never run."""

from __future__ import annotations

from typing import Any

import pytest
from mypy_boto3_mgh import MigrationHubClient
from typing_extensions import assert_type

from pytest_mgh import (
    Exploration,
    MigrationHub,
    MockMigrationHub,
    StreamView,
    TaskView,
    Views,
    explore,
    mock_mgh,
)
from pytest_mgh import Finding as ExploredFinding
from pytest_mgh.bridge import Capture, Finding, Outcome, Verification, capture, verify


@mock_mgh
def decorated_without_parentheses(number: int) -> str:
    return str(number)


@mock_mgh(home_region="eu-central-1", background=60)
def decorated_with_options(number: int) -> str:
    return str(number)


@mock_mgh()
async def decorated_coroutine() -> int:
    return 1


async def uses() -> None:
    assert_type(decorated_without_parentheses(1), str)
    assert_type(decorated_with_options(1), str)
    assert_type(await decorated_coroutine(), int)
    assert_type(mock_mgh(), MockMigrationHub)
    with mock_mgh(policy=None, strict_discovery=False) as hub:
        assert_type(hub, MigrationHub)
        assert_type(hub.client(), MigrationHubClient)
        assert_type(hub.client("mgh", region_name="us-east-1"), MigrationHubClient)
        assert_type(hub.client("discovery"), Any)
        assert_type(hub.streams, Views[StreamView])
        assert_type(hub.streams[0], StreamView)
        assert_type(hub.streams["SMS"], StreamView)
        assert_type(hub.streams[:1], tuple[StreamView, ...])
        assert_type(hub.tasks["SMS", "sms-1"], TaskView)
        assert_type(hub.account("210987654321").tasks, Views[TaskView])
        assert_type(hub.task("SMS", "sms-1"), TaskView)
        assert_type(hub.task("SMS", "sms-1").progress_percent, int | None)
        assert_type(hub.home_region, str | None)
        assert_type(hub.principal("tool").credentials, dict[str, str])
    async with mock_mgh() as hub:
        assert_type(hub, MigrationHub)


def publishes(hub: MigrationHub) -> None:
    hub.client().list_migration_tasks()


def explores() -> None:
    exploration = explore(publishes, mock=mock_mgh(), errors=["ReadTimeout"], budget=10)
    assert_type(exploration, Exploration)
    assert_type(exploration.wrong, list[ExploredFinding])
    assert_type(exploration.wrong[0].details, tuple[str, ...])
    explore(wrong_options, only="1:ReadTimeout")


def wrong_options() -> None:
    mock_mgh(home_regoin="eu-central-1")  # type: ignore[call-overload]
    mock_mgh(background="later")  # type: ignore[call-overload]


@pytest.mark.mgh
def test_fixtures(mgh: MigrationHub, mgh_client: MigrationHubClient) -> None:
    mgh.add_server("web-1", tags={"a": "b"}, os_name="Linux")
    mgh_client.list_migration_tasks()


def bridges() -> None:
    captured = capture(profile="migration", anonymize=True)
    assert_type(captured, Capture)
    assert_type(captured.snapshot, dict[str, Any])
    verification = verify(endpoint_url="http://127.0.0.1:5000", write=True, patience=60)
    assert_type(verification, Verification)
    assert_type(verification.of(Outcome.DIFFERS), tuple[Finding, ...])
