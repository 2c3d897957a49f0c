"""The permission check: all by dry runs, so nothing is changed by it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from liftoff.permissions import check_permissions

if TYPE_CHECKING:
    from pytest_mgh import MigrationHub

ACTIONS = [
    "mgh:CreateProgressUpdateStream",
    "mgh:ImportMigrationTask",
    "mgh:PutResourceAttributes",
    "mgh:AssociateDiscoveredResource",
    "mgh:NotifyMigrationTaskState",
    "mgh:AssociateCreatedArtifact",
    "mgh:NotifyApplicationState",
]


def allow(actions: list[str], resource: str = "*") -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": actions, "Resource": resource}
    return {"Version": "2012-10-17", "Statement": [statement]}


def test_the_policy_for_the_tool_is_enough(mgh: MigrationHub, mgh_client: Any) -> None:
    mgh.policy = allow(ACTIONS)

    permissions = check_permissions(mgh_client, "Liftoff")

    assert [f"mgh:{permission.operation}" for permission in permissions] == ACTIONS
    assert all(permission.allowed for permission in permissions)
    assert mgh.streams == ()


@pytest.mark.parametrize("action", ACTIONS)
def test_a_missing_action_is_named(mgh: MigrationHub, mgh_client: Any, action: str) -> None:
    mgh.policy = allow([other for other in ACTIONS if other != action])

    denied = [one for one in check_permissions(mgh_client, "Liftoff") if not one.allowed]

    assert [f"mgh:{permission.operation}" for permission in denied] == [action]
    assert f"is not authorized to perform: {action}" in denied[0].message


def test_a_policy_can_be_for_one_stream_only(mgh: MigrationHub, mgh_client: Any) -> None:
    mgh.policy = [
        allow(ACTIONS, "arn:aws:mgh:us-west-2:123456789012:progressUpdateStream/Liftoff*"),
        allow(["mgh:NotifyApplicationState"]),
    ]

    own = check_permissions(mgh_client, "Liftoff")
    other = check_permissions(mgh_client, "SMS")

    assert all(permission.allowed for permission in own)
    assert [one.operation for one in other if one.allowed] == ["NotifyApplicationState"]


@pytest.mark.mgh(policy="AWSMigrationHubDMSAccess")
def test_a_managed_policy_of_another_tool_is_not_enough(mgh_client: Any) -> None:
    theirs = check_permissions(mgh_client, "DMS")
    ours = check_permissions(mgh_client, "Liftoff")

    # Its statement on application states names a stream, so that it never applies.
    assert [one.operation for one in theirs if not one.allowed] == ["NotifyApplicationState"]
    assert not any(permission.allowed for permission in ours)


# A denial whose answer is lost is one more denial.
@pytest.mark.mgh_explore(errors=["ThrottlingException", "InternalServerError", "ConnectTimeout"])
def test_the_role_that_runs_the_tool_is_the_one_checked(mgh: MigrationHub) -> None:
    reader = ["AWSMigrationHubDiscoveryAccess"]
    role = mgh.principal("liftoff", role=True, policy=[*reader, allow(ACTIONS)])
    auditor = mgh.principal("auditor", role=True, policy=reader)

    ours = check_permissions(mgh.client(**role.credentials), "Liftoff")
    theirs = check_permissions(mgh.client(**auditor.credentials), "Liftoff")

    assert all(permission.allowed for permission in ours)
    assert not any(permission.allowed for permission in theirs)
    assert {one["userIdentity"]["arn"] for one in mgh.events} == {role.arn, auditor.arn}
    assert [one.principal for one in mgh.denials] == [auditor.arn] * len(ACTIONS)


@pytest.mark.mgh(home_region=None)
def test_other_errors_are_not_taken_for_missing_permissions(mgh_client: Any) -> None:
    with pytest.raises(ClientError, match="HomeRegionNotSetException"):
        check_permissions(mgh_client, "Liftoff")
