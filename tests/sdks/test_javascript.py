"""A program of the AWS SDK for JavaScript, version 3, against the server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

PROGRAMS = Path(__file__).parent / "javascript"


def run(server: Any, program: str, *arguments: str) -> Any:
    """Run a program, and return what it prints."""
    done = server.command("node", str(PROGRAMS / program), *arguments, timeout=120)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("by", ["environment", "endpoint"])
def test_a_tool_walks_through_migration_hub(mgh_server: Any, by: str) -> None:
    server = mgh_server.hub.add_server("db.example.com").configuration_id
    address = [mgh_server.url] if by == "endpoint" else []
    assert run(mgh_server, "walk.mjs", server, *address) == {
        "dryRun": ["DryRunOperation", True, "Dry Run was a success!"],
        "task": {
            "Status": "IN_PROGRESS",
            "ProgressPercent": 40,
            "StatusDetail": "copying",
            "attributes": [{"Type": "FQDN", "Value": "web.example.com"}],
            "updated": "2026-01-02T03:04:05.000Z",
        },
        "pages": [["sms-4", "sms-3"], ["sms-2", "sms-1"], ["sms-0"]],
        "artifacts": ["arn:aws:ec2:us-west-2:123456789012:image/ami-0a1b2c3d"],
        "missing": ["ResourceNotFoundException", True],
        "invalid": ["InvalidInputException", True],
        "status": 400,
        "home": "us-west-2",
        "left": [],
    }


def test_the_hub_in_hand_saw_the_calls(mgh_server: Any) -> None:
    mgh_server.hub.load({"streams": [{"name": "SMS", "tasks": [{"name": "sms-0"}]}]})
    run(mgh_server, "call.mjs")
    record = mgh_server.hub.events.last
    assert (record["eventName"], "aws-sdk-js" in record["userAgent"]) == (
        "ListMigrationTasks",
        True,
    )


def test_a_throttled_call_is_tried_again(mgh_server: Any) -> None:
    mgh_server.hub.fail("ListMigrationTasks", "ThrottlingException", times=1)
    assert run(mgh_server, "call.mjs") == {"attempts": 2}


def test_a_call_that_the_policy_denies_is_refused(mgh_server: Any) -> None:
    mgh_server.hub.policy = {
        "Version": "2012-10-17",
        "Statement": {"Effect": "Deny", "Action": "mgh:*", "Resource": "*"},
    }
    assert run(mgh_server, "call.mjs")["error"] == "AccessDeniedException"


def test_without_a_home_region_a_call_is_refused(mgh_server: Any) -> None:
    mgh_server.hub.home_region = None
    assert run(mgh_server, "call.mjs")["error"] == "HomeRegionNotSetException"
