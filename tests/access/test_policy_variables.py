from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import boto3
import pytest

from pytest_mgh.access.policy import Policy

STREAM = "arn:aws:mgh:us-west-2:123456789012:progressUpdateStream/"
ACTION = "mgh:CreateProgressUpdateStream"


def document(version: str | None = "2012-10-17", **elements: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": "mgh:*", "Resource": "*", **elements}
    if "NotResource" in elements:
        del statement["Resource"]
    return {"Statement": statement, **({"Version": version} if version else {})}


def allows(
    policy: dict[str, Any], resource: str = "*", context: Mapping[str, str] | None = None
) -> bool:
    keys = {name.lower(): (value,) for name, value in (context or {}).items()}
    return Policy(policy).find("Allow", ACTION, resource, keys) is not None


def may_create(caller: Any, stream: str) -> bool:
    client = boto3.client("mgh", **caller.credentials)
    try:
        client.create_progress_update_stream(ProgressUpdateStreamName=stream)
    except client.exceptions.AccessDeniedException:
        return False
    return True


# in real calls


def test_a_policy_may_let_a_user_create_the_stream_of_its_own_name(mgh: Any) -> None:
    tool = mgh.principal("tool", policy=document(Resource=STREAM + "${aws:username}"))
    assert may_create(tool, "tool")
    assert not may_create(tool, "other")


def test_one_policy_gives_each_user_its_own_stream(mgh: Any) -> None:
    policy = document(Resource=STREAM + "${aws:username}-*")
    first, second = (mgh.principal(name, policy=policy) for name in ("a", "b"))
    assert may_create(first, "a-1")
    assert not may_create(second, "a-2")
    assert may_create(second, "b-1")


def test_a_role_has_no_user_name(mgh: Any) -> None:
    role = mgh.principal("tool", role=True, policy=document(Resource=STREAM + "${aws:username}"))
    assert not may_create(role, "tool")


def test_a_policy_may_use_the_user_id_as_a_variable(mgh: Any) -> None:
    tool = mgh.principal("tool", policy=document(Resource=STREAM + "${aws:userid}"))
    assert may_create(tool, tool.id)
    assert not may_create(tool, "tool")


def test_a_policy_may_use_a_principal_tag_as_a_variable(mgh: Any) -> None:
    tool = mgh.principal(
        "tool",
        policy=document(Resource=STREAM + "${aws:PrincipalTag/team}"),
        tags={"team": "lift"},
    )
    assert may_create(tool, "lift")
    assert not may_create(tool, "shift")


def test_a_tag_that_the_caller_lacks_matches_nothing(mgh: Any) -> None:
    policy = document(Resource=STREAM + "${aws:PrincipalTag/team}")
    assert not may_create(mgh.principal("tool", policy=policy), "lift")


def test_a_wildcard_in_the_value_of_a_tag_is_literal(mgh: Any) -> None:
    policy = document(Resource=STREAM + "${aws:PrincipalTag/team}")
    tool = mgh.principal("tool", policy=policy, tags={"team": "*"})
    assert may_create(tool, "*")
    assert not may_create(tool, "lift")


def test_a_condition_may_compare_two_keys_of_a_call(mgh: Any) -> None:
    condition = {"StringEquals": {"aws:PrincipalTag/owner": "${aws:username}"}}
    own, others = (
        mgh.principal(name, policy=document(Condition=condition), tags={"owner": "a"})
        for name in ("a", "b")
    )
    assert may_create(own, "SMS")
    assert not may_create(others, "DMS")


def test_a_policy_may_use_the_region_as_a_variable(mgh: Any) -> None:
    tool = mgh.principal("tool", policy=document(Resource=STREAM + "${aws:RequestedRegion}"))
    assert may_create(tool, "us-west-2")


# in resources: the end of the stream's ARN in the policy, the stream, whether it matches

TOOL = {"aws:username": "tool", "aws:PrincipalTag/Team": "lift", "aws:userid": "AIDAEXAMPLE"}


@pytest.mark.parametrize(
    ("policy_value", "stream", "result"),
    [
        ("${aws:username}", "tool", True),
        ("${AWS:UserName}", "tool", True),
        ("${aws:username}", "Tool", False),
        ("${aws:username}", "tools", False),
        ("${aws:username}*", "tools", True),
        ("a-${aws:username}-${aws:userid}", "a-tool-AIDAEXAMPLE", True),
        ("${aws:PrincipalTag/Team}", "lift", True),
        ("${aws:principaltag/team}", "lift", True),
        ("${aws:PrincipalTag/Unit}", "", False),
        ("${aws:PrincipalTag/Unit}*", "lift", False),
        ("${aws:PrincipalTag/Unit, 'none'}", "none", True),
        ("${aws:PrincipalTag/Unit,'none'}", "none", True),
        ("${aws:PrincipalTag/Unit, 'none'}", "lift", False),
        ("${aws:PrincipalTag/Unit, 'XX'}", "XX", True),
        ("${aws:PrincipalTag/Team, 'none'}", "lift", True),
        ("${aws:PrincipalTag/Team, 'none'}", "none", False),
        ("a${*}", "a*", True),
        ("a${*}", "ab", False),
        ("a${?}", "a?", True),
        ("a${?}", "ab", False),
        ("a${$}b", "a$b", True),
        ("${$}{aws:username}", "${aws:username}", True),
        ("${$}{aws:username}", "tool", False),
        ("$", "$", True),
        ("{aws:username}", "{aws:username}", True),
    ],
)
def test_a_variable_in_a_resource_is_substituted(
    policy_value: str, stream: str, result: bool
) -> None:
    assert allows(document(Resource=STREAM + policy_value), STREAM + stream, TOOL) is result


@pytest.mark.parametrize(
    ("value", "stream", "result"),
    [
        ("*", "tool", False),
        ("*", "*", True),
        ("t?ol", "tool", False),
        ("t?ol", "t?ol", True),
        ("a.b", "axb", False),
        ("a+b(c)[d]\\", "a+b(c)[d]\\", True),
        ("${aws:userid}", "AIDAEXAMPLE", False),
        ("${aws:userid}", "${aws:userid}", True),
    ],
)
def test_the_value_of_a_variable_is_literal(value: str, stream: str, result: bool) -> None:
    context = {**TOOL, "aws:PrincipalTag/Team": value}
    policy = document(Resource=STREAM + "${aws:PrincipalTag/Team}")
    assert allows(policy, STREAM + stream, context) is result


@pytest.mark.parametrize(("stream", "result"), [("tool", False), ("other", True)])
def test_a_variable_in_not_resource_is_substituted(stream: str, result: bool) -> None:
    policy = document(NotResource=STREAM + "${aws:username}")
    assert allows(policy, STREAM + stream, TOOL) is result


def test_an_absent_variable_invalidates_only_its_own_resource() -> None:
    policy = document(Resource=[STREAM + "${aws:PrincipalTag/Unit}", STREAM + "SMS"])
    assert allows(policy, f"{STREAM}SMS", TOOL)


@pytest.mark.parametrize("version", ["2008-10-17", None])
@pytest.mark.parametrize(("stream", "result"), [("tool", False), ("${aws:username}", True)])
def test_a_variable_is_literal_in_the_older_policy_version(
    version: str | None, stream: str, result: bool
) -> None:
    policy = document(version, Resource=STREAM + "${aws:username}")
    assert allows(policy, STREAM + stream, TOOL) is result


def test_a_variable_in_an_action_is_refused() -> None:
    with pytest.raises(ValueError, match="Action"):
        Policy(document(Action="mgh:${aws:username}"))


# in conditions: operator, the value in the policy, the value of the call, whether it holds


@pytest.mark.parametrize(
    ("operator", "policy_value", "found", "result"),
    [
        ("StringEquals", "${aws:username}", "tool", True),
        ("StringEquals", "${aws:username}", "other", False),
        ("StringEquals", ["x", "${aws:username}"], "tool", True),
        ("StringEquals", "${*}", "*", True),
        ("StringEquals", "a${?}${$}", "a?$", True),
        ("StringEquals", "${aws:PrincipalTag/Unit}", "", False),
        ("StringEquals", "${aws:PrincipalTag/Unit, 'none'}", "none", True),
        ("StringNotEquals", "${aws:username}", "tool", False),
        ("StringNotEquals", "${aws:username}", "other", True),
        ("StringNotEquals", "${aws:PrincipalTag/Unit}", "tool", True),
        ("StringEqualsIgnoreCase", "${aws:username}", "TOOL", True),
        ("StringNotEqualsIgnoreCase", "${aws:username}", "TOOL", False),
        ("StringLike", "${aws:username}-*", "tool-1", True),
        ("StringLike", "${aws:username}-*", "other-1", False),
        ("StringLike", "${*}", "tool", False),
        ("StringLike", "${*}", "*", True),
        ("StringLike", "${?}*", "?tool", True),
        ("StringLike", "${?}*", "tool", False),
        ("StringLike", "${aws:PrincipalTag/Unit}*", "tool", False),
        ("StringNotLike", "${aws:username}-*", "tool-1", False),
        ("StringNotLike", "${aws:PrincipalTag/Unit}*", "tool", True),
        ("ForAnyValue:StringEquals", "${aws:username}", "tool", True),
        ("ForAllValues:StringLike", "${aws:username}*", "tools", True),
        ("ArnEquals", "arn:aws:iam::*:user/${aws:username}", "arn:aws:iam::1:user/tool", True),
        ("ArnLike", "arn:aws:iam::*:user/${aws:username}", "arn:aws:iam::1:user/tool", True),
        ("ArnLike", "arn:aws:iam::*:user/${aws:username}", "arn:aws:iam::1:user/other", False),
        ("ArnLike", "arn:aws:iam::*:user/${*}", "arn:aws:iam::1:user/tool", False),
        ("ArnLike", "arn:aws:iam::*:user/${*}", "arn:aws:iam::1:user/*", True),
        ("ArnNotLike", "arn:aws:iam::*:user/${aws:username}", "arn:aws:iam::1:user/tool", False),
        ("ArnNotEquals", "arn:aws:iam::*:user/${aws:username}", "arn:aws:iam::1:user/x", True),
    ],
)
def test_a_variable_in_a_condition_is_substituted(
    operator: str, policy_value: Any, found: str, result: bool
) -> None:
    policy = document(Condition={operator: {"aws:key": policy_value}})
    assert allows(policy, context={**TOOL, "aws:key": found}) is result


@pytest.mark.parametrize("operator", ["StringLike", "StringEquals", "StringEqualsIgnoreCase"])
def test_a_wildcard_from_a_variable_is_literal_in_a_condition(operator: str) -> None:
    policy = document(Condition={operator: {"aws:key": "${aws:username}"}})
    assert allows(policy, context={"aws:username": "*", "aws:key": "*"})
    assert not allows(policy, context={"aws:username": "*", "aws:key": "tool"})


def test_a_wildcard_from_a_variable_is_literal_in_an_arn() -> None:
    policy_value = "arn:aws:iam::*:user/${aws:username}"
    policy = document(Condition={"ArnLike": {"aws:key": policy_value}})
    assert allows(policy, context={"aws:username": "*", "aws:key": "arn:aws:iam::1:user/*"})
    assert not allows(policy, context={"aws:username": "*", "aws:key": "arn:aws:iam::1:user/x"})


@pytest.mark.parametrize("version", ["2008-10-17", None])
def test_a_variable_in_a_condition_is_literal_in_the_older_policy_version(
    version: str | None,
) -> None:
    policy = document(version, Condition={"StringEquals": {"aws:key": "${aws:username}"}})
    assert allows(policy, context={**TOOL, "aws:key": "${aws:username}"})
    assert not allows(policy, context={**TOOL, "aws:key": "tool"})


@pytest.mark.parametrize("operator", ["NumericEquals", "Bool", "IpAddress", "DateEquals"])
def test_a_variable_in_a_condition_of_another_kind_is_refused(operator: str) -> None:
    with pytest.raises(ValueError, match="Condition"):
        Policy(document(Condition={operator: {"aws:key": "${aws:username}"}}))
