"""Every condition key, for every kind of caller: there with its value, or absent."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

import pytest
from signed_calls import headers_of

from pytest_mgh.protocol.messages import WireRequest

CALLERS: dict[str, dict[str, Any]] = {
    "user": {"name": "tool"},
    "user with MFA": {"name": "tool", "mfa": True},
    "role": {"name": "tool", "role": True, "path": "/lift/"},
    "role with MFA": {"name": "tool", "role": True, "mfa": True, "path": "/lift/"},
    "federated user": {"name": "alice", "type": "FederatedUser"},
    "root": {"name": "root", "type": "Root"},
    "service": {"name": "dms.amazonaws.com", "type": "AWSService"},
}
ARN = "arn:aws:iam::123456789012:"
NOW = 1_777_636_800.0
ISO = "2026-05-01T12:00:00Z"

# The value of each key for each caller; None if it is absent.
ALWAYS = {
    "aws:RequestedRegion": "us-west-2",
    "aws:CurrentTime": ISO,
    "aws:EpochTime": "1777636800",
    "aws:SecureTransport": "true",
    "aws:UserAgent": "lift/1.0",
    "aws:ResourceAccount": "123456789012",
    "aws:ViaAWSService": "false",
}
BY_CALLER: dict[str, dict[str, str | None]] = {
    "aws:PrincipalIsAWSService": {**dict.fromkeys(CALLERS, "false"), "service": "true"},
    "aws:SourceIp": {**dict.fromkeys(CALLERS, "127.0.0.1"), "service": None},
    "aws:PrincipalAccount": {**dict.fromkeys(CALLERS, "123456789012"), "service": None},
    "aws:PrincipalArn": {
        "user": ARN + "user/tool",
        "user with MFA": ARN + "user/tool",
        "role": ARN + "role/lift/tool",
        "role with MFA": ARN + "role/lift/tool",
        "federated user": "arn:aws:sts::123456789012:federated-user/alice",
        "root": ARN + "root",
        "service": None,
    },
    "aws:PrincipalType": {
        "user": "User",
        "user with MFA": "User",
        "role": "AssumedRole",
        "role with MFA": "AssumedRole",
        "federated user": "FederatedUser",
        "root": "Account",
        "service": None,
    },
    "aws:userid": {
        "user": "AIDA*",
        "user with MFA": "AIDA*",
        "role": "AROA*:session",
        "role with MFA": "AROA*:session",
        "federated user": "123456789012:alice",
        "root": "123456789012",
        "service": None,
    },
    "aws:username": {
        **dict.fromkeys(CALLERS),
        "user": "tool",
        "user with MFA": "tool",
    },
    "aws:MultiFactorAuthPresent": {
        **dict.fromkeys(CALLERS),
        "user with MFA": "true",
        "role": "false",
        "role with MFA": "true",
        "federated user": "false",
    },
    "aws:MultiFactorAuthAge": {
        **dict.fromkeys(CALLERS),
        "user with MFA": "0",
        "role with MFA": "0",
    },
    "aws:TokenIssueTime": {
        **dict.fromkeys(CALLERS),
        **dict.fromkeys(("user with MFA", "role", "role with MFA", "federated user"), ISO),
    },
    "aws:PrincipalServiceName": {**dict.fromkeys(CALLERS), "service": "dms.amazonaws.com"},
    "aws:PrincipalServiceNamesList": {**dict.fromkeys(CALLERS), "service": "dms.amazonaws.com"},
    "aws:TagKeys": dict.fromkeys(CALLERS),
    "aws:RequestTag/team": dict.fromkeys(CALLERS),
}
TABLE = [
    (key, caller, value)
    for key, values in {
        **{key: dict.fromkeys(CALLERS, value) for key, value in ALWAYS.items()},
        **BY_CALLER,
    }.items()
    for caller, value in values.items()
]


@pytest.fixture
def frozen(mgh: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A hub whose clock stands still."""
    monkeypatch.setattr("pytest_mgh.state.clock.time.time", lambda: NOW)
    return mgh


def document(condition: dict[str, Any]) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition}
    return {"Version": "2012-10-17", "Statement": statement}


def may(hub: Any, principal: Any, operation: str = "GetHomeRegion", **request: Any) -> bool:
    key = principal.credentials["aws_access_key_id"]
    headers = headers_of(operation, user_agent="lift/1.0")
    headers["authorization"] = headers["authorization"].replace("MGHMOCKACCESSKEYID00", key)
    status: int = hub.answer(WireRequest(headers, json.dumps(request).encode())).status
    return status == 200


def allow(hub: Any, caller: str, condition: dict[str, Any]) -> Any:
    """Create a caller whose policy has a condition; a service cannot have a policy."""
    asked = CALLERS[caller]
    principal = hub.principal(**asked)
    if asked.get("type") in ("Root", "AWSService"):
        object.__setattr__(principal, "type", "IAMUser")
        principal.policy = document(condition)
        object.__setattr__(principal, "type", asked["type"])
    else:
        principal.policy = document(condition)
    return principal


@pytest.mark.parametrize("key", {key: None for key, _, _ in TABLE})
def test_a_call_has_a_condition_key_only_where_it_applies(frozen: Any, key: str) -> None:
    for caller, value in [(caller, value) for name, caller, value in TABLE if name == key]:
        absent = str(value is None).lower()
        principal = allow(frozen, caller, {"Null": {key: absent}})
        assert may(frozen, principal), caller
        frozen.reset()
        if value is not None:
            principal = allow(frozen, caller, {"StringLike": {key: value}})
            assert may(frozen, principal), caller
            frozen.reset()
            principal = allow(frozen, caller, {"StringNotLike": {key: value}})
            assert not may(frozen, principal), caller
            frozen.reset()


def test_the_age_of_a_second_factor_grows_with_time(frozen: Any) -> None:
    condition = {"NumericLessThan": {"aws:MultiFactorAuthAge": "600"}}
    role = allow(frozen, "role with MFA", condition)
    assert may(frozen, role)
    frozen.advance(600)
    assert not may(frozen, role)


def test_the_time_of_a_token_is_that_of_its_issue(frozen: Any) -> None:
    condition = {"DateLessThan": {"aws:TokenIssueTime": "2026-05-01T12:30:00Z"}}
    early = allow(frozen, "role", condition)
    frozen.advance(3000)
    late = frozen.principal("other", role=True, policy=document(condition))
    assert may(frozen, early)
    assert not may(frozen, late)


def test_the_source_ip_is_the_address_of_the_caller(frozen: Any) -> None:
    policy = document({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}})
    inside = frozen.principal("a", policy=policy, source_ip="203.0.113.7")
    outside = frozen.principal("b", policy=policy)
    assert may(frozen, inside)
    assert not may(frozen, outside)


# tags


TAGS = [{"key": "Team", "value": "lift"}, {"key": "wave", "value": "1"}]
REQUEST = {"configurationIds": ["d-server-1"], "tags": TAGS}


@pytest.mark.parametrize(
    ("operation", "condition", "allowed"),
    [
        ("CreateTags", {"ForAllValues:StringEquals": {"aws:TagKeys": ["Team", "wave"]}}, True),
        ("CreateTags", {"ForAllValues:StringEquals": {"aws:TagKeys": ["Team"]}}, False),
        ("CreateTags", {"ForAnyValue:StringEquals": {"aws:TagKeys": ["Team"]}}, True),
        ("CreateTags", {"ForAnyValue:StringEquals": {"aws:TagKeys": ["team"]}}, False),
        ("CreateTags", {"StringEquals": {"aws:RequestTag/Team": "lift"}}, True),
        ("CreateTags", {"StringEquals": {"aws:RequestTag/team": "lift"}}, True),
        ("CreateTags", {"StringEquals": {"aws:RequestTag/Team": "shift"}}, False),
        ("CreateTags", {"Null": {"aws:RequestTag/owner": "true"}}, True),
        ("DeleteTags", {"ForAllValues:StringEquals": {"aws:TagKeys": ["Team", "wave"]}}, True),
        ("DeleteTags", {"ForAllValues:StringEquals": {"aws:TagKeys": ["Team"]}}, False),
        ("DeleteTags", {"Null": {"aws:RequestTag/Team": "true"}}, True),
    ],
)
def test_tagging_has_the_keys_of_its_tags(
    frozen: Any, operation: str, condition: dict[str, Any], *, allowed: bool
) -> None:
    frozen.add_server("web", configuration_id="d-server-1")
    tool = frozen.principal("tool", policy=document(condition))
    assert may(frozen, tool, operation, **REQUEST) is allowed
    assert frozen.explain(operation, principal=tool, **REQUEST).allowed is allowed


def test_deleting_all_tags_has_no_tag_keys(frozen: Any) -> None:
    frozen.add_server("web", configuration_id="d-server-1")
    tool = frozen.principal("tool", policy=document({"Null": {"aws:TagKeys": "true"}}))
    assert may(frozen, tool, "DeleteTags", configurationIds=["d-server-1"])
    assert not may(frozen, tool, "DeleteTags", **REQUEST)


# explain


@pytest.mark.parametrize(
    ("condition", "asked", "allowed"),
    [
        ({"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}, {"region": "eu-west-1"}, True),
        ({"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}, {}, False),
        ({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, {"source_ip": "203.0.113.7"}, True),
        ({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, {}, False),
        ({"DateLessThan": {"aws:CurrentTime": "2026-01-01"}}, {"time": "2025-12-31"}, True),
        ({"DateLessThan": {"aws:CurrentTime": "2026-01-01"}}, {"time": 1_767_225_600}, False),
        (
            {"DateLessThan": {"aws:CurrentTime": "2026-01-01"}},
            {"time": datetime(2025, 12, 31, tzinfo=timezone.utc)},
            True,
        ),
        ({"DateLessThan": {"aws:CurrentTime": "2026-01-01"}}, {}, False),
    ],
)
def test_explain_accepts_region_address_and_time(
    frozen: Any, condition: dict[str, Any], asked: dict[str, Any], *, allowed: bool
) -> None:
    frozen.policy = document(condition)
    assert frozen.explain("ListMigrationTasks", **asked).allowed is allowed


def test_explain_uses_the_address_of_the_caller(frozen: Any) -> None:
    policy = document({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}})
    tool = frozen.principal("tool", policy=policy, source_ip="203.0.113.7")
    assert frozen.explain("ListMigrationTasks", principal=tool).allowed


def test_explain_names_the_arn_in_the_requested_region(frozen: Any) -> None:
    decision = frozen.explain(
        "CreateProgressUpdateStream", region="eu-west-1", ProgressUpdateStreamName="SMS"
    )
    assert decision.resource == "arn:aws:mgh:eu-west-1:123456789012:progressUpdateStream/SMS"


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"region": "us-wst-2"}, "region='us-wst-2': did you mean 'us-west-2'"),
        ({"region": "us-east-2"}, "region='us-east-2': Migration Hub is not available there"),
        ({"time": "tomorrow"}, "'tomorrow' is not a time"),
    ],
)
def test_explain_refuses_values_that_no_call_can_have(
    frozen: Any, asked: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        frozen.explain("ListMigrationTasks", **asked)
