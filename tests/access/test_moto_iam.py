"""moto's users and roles call under their own names, and with `moto_iam` by their policies."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws
from refusals import outcome

from pytest_mgh import mock_mgh

# Created once: loading the models and clients of IAM takes longer than everything else here.
SESSION = boto3.Session("AKIAIOSFODNN7EXAMPLE", "secret", region_name="us-west-2")
IAM, STS = SESSION.client("iam"), SESSION.client("sts")
ACCOUNT = "123456789012"
TRUST = json.dumps({"Version": "2012-10-17", "Statement": []})
STREAM = "arn:aws:mgh:*:*:progressUpdateStream/"


def document(*actions: str, resource: str = "*", effect: str = "Allow") -> str:
    statement = {"Effect": effect, "Action": list(actions), "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.fixture
def iam() -> Iterator[Any]:
    """A client of moto's IAM."""
    with mock_aws():
        yield IAM


@pytest.fixture
def hub(iam: Any) -> Iterator[Any]:
    """A hub that leaves decisions to moto's IAM."""
    with mock_mgh(moto_iam=True) as hub:
        yield hub


@pytest.fixture
def plain(iam: Any) -> Iterator[Any]:
    """A hub that does not."""
    with mock_mgh() as hub:
        yield hub


def make_user(iam: Any, name: str = "lift", path: str = "/") -> dict[str, str]:
    """Create a moto user; return the arguments of a client that calls as it."""
    iam.create_user(UserName=name, Path=path)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return {
        "aws_access_key_id": key["AccessKeyId"],
        "aws_secret_access_key": key["SecretAccessKey"],
    }


def make_role(iam: Any, name: str = "lift", **options: Any) -> str:
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST, **options)
    arn: str = role["Role"]["Arn"]
    return arn


def assume(arn: str, **options: Any) -> dict[str, str]:
    session = STS.assume_role(RoleArn=arn, RoleSessionName="wave-1", **options)["Credentials"]
    return {
        "aws_access_key_id": session["AccessKeyId"],
        "aws_secret_access_key": session["SecretAccessKey"],
        "aws_session_token": session["SessionToken"],
    }


def create(credentials: dict[str, str], stream: str = "SMS") -> str:
    client = boto3.client("mgh", **credentials)  # type: ignore[call-overload]
    return outcome(lambda: client.create_progress_update_stream(ProgressUpdateStreamName=stream))


def list_tasks(credentials: dict[str, str]) -> str:
    client = boto3.client("mgh", **credentials)  # type: ignore[call-overload]
    return outcome(client.list_migration_tasks)


# identities


def test_a_moto_user_calls_under_its_own_name(plain: Any, iam: Any) -> None:
    credentials = make_user(iam, path="/tools/")
    assert create(credentials) == "ok"
    identity = plain.events.last["userIdentity"]
    assert (identity["type"], identity["arn"], identity["accessKeyId"]) == (
        "IAMUser",
        f"arn:aws:iam::{ACCOUNT}:user/tools/lift",
        credentials["aws_access_key_id"],
    )


def test_a_moto_role_calls_with_its_session_path_and_duration(plain: Any, iam: Any) -> None:
    credentials = assume(make_role(iam, Path="/tools/lift/"), DurationSeconds=900)
    assert list_tasks(credentials) == "ok"
    identity = plain.events.last["userIdentity"]
    assert identity["arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/lift/wave-1"
    issuer = identity["sessionContext"]["sessionIssuer"]
    assert issuer["arn"] == f"arn:aws:iam::{ACCOUNT}:role/tools/lift/lift"
    plain.advance(890)
    assert list_tasks(credentials) == "ok"
    plain.advance(20)
    assert list_tasks(credentials) == "ExpiredTokenException"


def test_a_session_policy_limits_its_session(plain: Any, iam: Any) -> None:
    credentials = assume(make_role(iam), Policy=document("mgh:List*"))
    assert list_tasks(credentials) == "ok"
    assert create(credentials) == "AccessDeniedException"
    assert "no session policy allows" in plain.denials[-1].message


def test_a_session_policy_limits_the_policies_that_the_hub_has_for_the_role(
    plain: Any, iam: Any
) -> None:
    role = plain.principal("lift", role=True, policy=document("mgh:Create*"))
    credentials = assume(make_role(iam), Policy=document("mgh:Create*", "mgh:List*"))
    assert (create(credentials), list_tasks(credentials)) == ("ok", "AccessDeniedException")
    role.policy = document("mgh:*")
    assert list_tasks(credentials) == "ok"


def test_the_policies_of_a_hub_user_apply_to_the_moto_user_of_the_same_name(
    plain: Any, iam: Any
) -> None:
    plain.principal("lift", policy=document("mgh:List*"))
    credentials = make_user(iam)
    assert (create(credentials), list_tasks(credentials)) == ("AccessDeniedException", "ok")


def test_the_tags_of_motos_users_and_roles_are_condition_keys(plain: Any, iam: Any) -> None:
    user = make_user(iam)
    iam.tag_user(UserName="lift", Tags=[{"Key": "team", "Value": "blue"}])
    role = assume(make_role(iam, Tags=[{"Key": "team", "Value": "red"}]))
    for credentials in (user, role):
        list_tasks(credentials)
    teams = [one.tags for one in plain._world.moto_callers.by_key.values()]
    assert teams == [{"team": "blue"}, {"team": "red"}]


def test_a_key_deactivated_in_moto_is_refused(plain: Any, iam: Any) -> None:
    credentials = make_user(iam)
    assert list_tasks(credentials) == "ok"
    key = credentials["aws_access_key_id"]
    iam.update_access_key(UserName="lift", AccessKeyId=key, Status="Inactive")
    assert list_tasks(credentials) == "UnrecognizedClientException"
    iam.update_access_key(UserName="lift", AccessKeyId=key, Status="Active")
    assert list_tasks(credentials) == "ok"


def test_a_key_that_moto_deleted_is_refused(plain: Any, iam: Any) -> None:
    credentials = make_user(iam)
    assert list_tasks(credentials) == "ok"
    iam.delete_access_key(UserName="lift", AccessKeyId=credentials["aws_access_key_id"])
    assert list_tasks(credentials) == "UnrecognizedClientException"


def test_a_moto_caller_is_restored_from_a_snapshot(plain: Any, iam: Any) -> None:
    credentials = assume(make_role(iam), Policy=document("mgh:List*"))
    list_tasks(credentials)
    before = plain.snapshot()
    plain.reset()
    plain.restore(before)
    assert plain.snapshot() == before
    assert (create(credentials), list_tasks(credentials)) == ("AccessDeniedException", "ok")


# permissions


def test_a_moto_user_without_a_policy_may_do_nothing(hub: Any, iam: Any) -> None:
    credentials = make_user(iam)
    assert create(credentials) == list_tasks(credentials) == "AccessDeniedException"
    assert hub.denials[-1].message == (
        f"User: arn:aws:iam::{ACCOUNT}:user/lift is not authorized to perform: "
        "mgh:ListMigrationTasks on resource: * because no identity-based policy allows the "
        "mgh:ListMigrationTasks action"
    )


def test_a_role_without_a_policy_may_do_nothing(hub: Any, iam: Any) -> None:
    assert list_tasks(assume(make_role(iam))) == "AccessDeniedException"


def test_a_role_that_moto_does_not_have_may_do_nothing(hub: Any, iam: Any) -> None:
    assert list_tasks(assume(f"arn:aws:iam::{ACCOUNT}:role/ghost")) == "AccessDeniedException"


def test_without_the_option_a_user_without_a_policy_may_do_everything(plain: Any, iam: Any) -> None:
    assert create(make_user(iam)) == "ok"


def test_the_default_principal_is_limited_by_the_policy_of_the_hub(hub: Any, iam: Any) -> None:
    make_user(iam)
    assert create({}) == "ok"


def test_a_policy_that_is_attached_to_a_user_decides(hub: Any, iam: Any) -> None:
    credentials = make_user(iam)
    policy = iam.create_policy(PolicyName="lister", PolicyDocument=document("mgh:List*"))
    iam.attach_user_policy(UserName="lift", PolicyArn=policy["Policy"]["Arn"])
    assert (create(credentials), list_tasks(credentials)) == ("AccessDeniedException", "ok")


def test_the_default_version_of_an_attached_policy_decides(hub: Any, iam: Any) -> None:
    credentials = make_user(iam)
    arn = iam.create_policy(PolicyName="lister", PolicyDocument=document("mgh:Create*"))["Policy"][
        "Arn"
    ]
    iam.attach_user_policy(UserName="lift", PolicyArn=arn)
    assert list_tasks(credentials) == "AccessDeniedException"
    iam.create_policy_version(
        PolicyArn=arn, PolicyDocument=document("mgh:List*"), SetAsDefault=True
    )
    assert (create(credentials), list_tasks(credentials)) == ("AccessDeniedException", "ok")


def test_an_inline_policy_of_a_user_decides(hub: Any, iam: Any) -> None:
    credentials = make_user(iam)
    iam.put_user_policy(
        UserName="lift",
        PolicyName="own",
        PolicyDocument=document("mgh:Create*", resource=f"{STREAM}SMS"),
    )
    assert create(credentials, "SMS") == "ok"
    assert create(credentials, "DMS") == "AccessDeniedException"


def test_the_policies_of_a_group_decide(hub: Any, iam: Any) -> None:
    credentials = make_user(iam)
    iam.create_group(GroupName="migration")
    iam.add_user_to_group(GroupName="migration", UserName="lift")
    iam.put_group_policy(
        GroupName="migration", PolicyName="inline", PolicyDocument=document("mgh:List*")
    )
    arn = iam.create_policy(PolicyName="maker", PolicyDocument=document("mgh:Create*"))["Policy"][
        "Arn"
    ]
    assert (create(credentials), list_tasks(credentials)) == ("AccessDeniedException", "ok")
    iam.attach_group_policy(GroupName="migration", PolicyArn=arn)
    assert create(credentials) == "ok"


def test_a_deny_anywhere_wins(hub: Any, iam: Any) -> None:
    credentials = make_user(iam)
    iam.put_user_policy(UserName="lift", PolicyName="all", PolicyDocument=document("mgh:*"))
    iam.create_group(GroupName="readers")
    iam.add_user_to_group(GroupName="readers", UserName="lift")
    iam.put_group_policy(
        GroupName="readers",
        PolicyName="no",
        PolicyDocument=document("mgh:Create*", effect="Deny"),
    )
    assert (create(credentials), list_tasks(credentials)) == ("AccessDeniedException", "ok")
    assert "explicit deny" in hub.denials[-1].message


def test_the_policies_of_a_role_decide(hub: Any, iam: Any) -> None:
    credentials = assume(make_role(iam))
    iam.put_role_policy(RoleName="lift", PolicyName="inline", PolicyDocument=document("mgh:List*"))
    assert (create(credentials), list_tasks(credentials)) == ("AccessDeniedException", "ok")
    arn = iam.create_policy(PolicyName="maker", PolicyDocument=document("mgh:Create*"))["Policy"][
        "Arn"
    ]
    iam.attach_role_policy(RoleName="lift", PolicyArn=arn)
    assert create(credentials) == "ok"


def test_the_permissions_boundary_of_a_role_limits_it(hub: Any, iam: Any) -> None:
    arn = iam.create_policy(PolicyName="bound", PolicyDocument=document("mgh:List*"))["Policy"][
        "Arn"
    ]
    credentials = assume(make_role(iam, PermissionsBoundary=arn))
    iam.put_role_policy(RoleName="lift", PolicyName="all", PolicyDocument=document("mgh:*"))
    assert (create(credentials), list_tasks(credentials)) == ("AccessDeniedException", "ok")
    assert "no permissions boundary allows" in hub.denials[-1].message
    iam.delete_role_permissions_boundary(RoleName="lift")
    assert create(credentials) == "ok"


def test_a_session_policy_limits_the_moto_policies_of_its_role(hub: Any, iam: Any) -> None:
    credentials = assume(make_role(iam), Policy=document("mgh:List*"))
    iam.put_role_policy(RoleName="lift", PolicyName="all", PolicyDocument=document("mgh:*"))
    assert (create(credentials), list_tasks(credentials)) == ("AccessDeniedException", "ok")


def test_an_aws_managed_policy_attached_in_moto_decides() -> None:
    with (
        mock_aws(config={"iam": {"load_aws_managed_policies": True}}),
        mock_mgh(moto_iam=True),
    ):
        iam = IAM
        credentials = make_user(iam)
        arn = "arn:aws:iam::aws:policy/service-role/AWSMigrationHubSMSAccess"
        iam.attach_user_policy(UserName="lift", PolicyArn=arn)
        assert create(credentials, "SMS") == "ok"
        assert create(credentials, "DMS") == "AccessDeniedException"


def test_a_detached_policy_no_longer_decides(hub: Any, iam: Any) -> None:
    credentials = make_user(iam)
    iam.put_user_policy(UserName="lift", PolicyName="all", PolicyDocument=document("mgh:*"))
    assert list_tasks(credentials) == "ok"
    iam.delete_user_policy(UserName="lift", PolicyName="all")
    assert list_tasks(credentials) == "AccessDeniedException"


def test_a_denied_call_of_a_moto_caller_leaves_only_its_record(hub: Any, iam: Any) -> None:
    credentials = make_user(iam)
    assert list_tasks(credentials) == "AccessDeniedException"
    assert hub._world.moto_callers.by_key == {}
    assert hub.events.last["userIdentity"]["userName"] == "lift"

    iam.put_user_policy(UserName="lift", PolicyName="all", PolicyDocument=document("mgh:*"))
    assert list_tasks(credentials) == "ok"
    (kept,) = hub._world.moto_callers.by_key.values()
    iam.delete_user_policy(UserName="lift", PolicyName="all")
    assert list_tasks(credentials) == "AccessDeniedException"
    assert hub.explain("ListMigrationTasks", principal=kept).allowed


def test_policies_that_the_hub_has_for_a_user_are_ignored_under_moto_iam(
    hub: Any, iam: Any
) -> None:
    hub.principal("lift", policy=document("mgh:*"))
    assert list_tasks(make_user(iam)) == "AccessDeniedException"


def test_explain_evaluates_the_policies_of_moto_users(hub: Any, iam: Any) -> None:
    credentials = make_user(iam)
    iam.put_user_policy(UserName="lift", PolicyName="own", PolicyDocument=document("mgh:List*"))
    list_tasks(credentials)
    (caller,) = hub._world.moto_callers.by_key.values()
    assert hub.explain("ListMigrationTasks", principal=caller).allowed
    assert not hub.explain("GetHomeRegion", principal=caller).allowed


def test_a_document_that_only_moto_accepts_allows_nothing_and_is_noted_once(
    hub: Any, iam: Any
) -> None:
    credentials = make_user(iam)
    odd = json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": {
                "Effect": "Allow",
                "Action": "mgh:*",
                "Resource": "*",
                "Condition": {"IpAddress": {"aws:SourceIp": "here"}},
            },
        }
    )
    iam.put_user_policy(UserName="lift", PolicyName="odd", PolicyDocument=odd)
    assert [list_tasks(credentials) for _ in range(2)] == ["AccessDeniedException"] * 2
    (note,) = hub.notes
    assert note.startswith("moto's IAM has a policy of lift that allows nothing: odd Statement[0]")


def test_the_marker_accepts_the_moto_iam_option(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import boto3, pytest
        from moto import mock_aws

        @pytest.mark.mgh(moto_iam=True)
        def test_it(mgh):
            with mock_aws():
                iam = boto3.client("iam")
                iam.create_user(UserName="lift")
                key = iam.create_access_key(UserName="lift")["AccessKey"]
                client = boto3.client(
                    "mgh",
                    aws_access_key_id=key["AccessKeyId"],
                    aws_secret_access_key=key["SecretAccessKey"],
                )
                with pytest.raises(client.exceptions.AccessDeniedException):
                    client.list_migration_tasks()
        """
    )
    pytester.runpytest_inprocess("-p", "no:randomly").assert_outcomes(passed=1)


def test_what_is_odd_about_a_document_of_moto_is_noted_once(hub: Any, iam: Any) -> None:
    credentials = make_user(iam)
    iam.put_user_policy(UserName="lift", PolicyName="odd", PolicyDocument=document("mgh:Lst*"))
    assert [list_tasks(credentials) for _ in range(2)] == ["AccessDeniedException"] * 2

    (note,) = hub.notes
    assert "mgh:Lst*" in note
