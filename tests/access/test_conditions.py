from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from signed_calls import post

from pytest_mgh.access.evaluation import context_keys, decide
from pytest_mgh.access.policy import Policy
from pytest_mgh.access.principals import Principal

ACTION = "mgh:ListMigrationTasks"
LIST = "ListProgressUpdateStreams"
USER_ARN = "arn:aws:iam::123456789012:user/lift/tool"
NOON = datetime(2026, 5, 1, 12, tzinfo=timezone.utc)
CLIENT: Any = {"source_ip": "127.0.0.1", "user_agent": "", "secure": True}


def document(condition: Any, effect: str = "Allow", version: str | None = "2012-10-17") -> Any:
    statement = {"Effect": effect, "Action": "*", "Resource": "*", "Condition": condition}
    return {"Statement": [statement], **({"Version": version} if version else {})}


def holds(condition: Any, context: Mapping[str, Any], version: str | None = "2012-10-17") -> bool:
    """Whether a statement with that condition applies to a call with those keys."""
    keys = {
        name.lower(): (value,) if isinstance(value, str) else tuple(value)
        for name, value in context.items()
    }
    policy = Policy(document(condition, version=version))
    return policy.find("Allow", ACTION, "*", keys) is not None


# every operator: the value in the policy, the value of the call, and whether it holds

STRINGS = [
    ("StringEquals", "tool", "tool", True),
    ("StringEquals", "tool", "Tool", False),
    ("StringEquals", "tool", "tool2", False),
    ("StringEquals", "t*", "tool", False),
    ("StringEquals", "t*", "t*", True),
    ("StringEquals", ["a", "tool"], "tool", True),
    ("StringEquals", ["a", "b"], "tool", False),
    ("StringNotEquals", "tool", "tool", False),
    ("StringNotEquals", "tool", "Tool", True),
    ("StringNotEquals", ["a", "tool"], "tool", False),
    ("StringNotEquals", ["a", "b"], "tool", True),
    ("StringEqualsIgnoreCase", "TOOL", "tool", True),
    ("StringEqualsIgnoreCase", "tool", "TOOL", True),
    ("StringEqualsIgnoreCase", "tool", "tools", False),
    ("StringEqualsIgnoreCase", "t*", "tool", False),
    ("StringNotEqualsIgnoreCase", "TOOL", "tool", False),
    ("StringNotEqualsIgnoreCase", "TOOLS", "tool", True),
    ("StringLike", "t*", "tool", True),
    ("StringLike", "T*", "tool", False),
    ("StringLike", "t??l", "tool", True),
    ("StringLike", "t?l", "tool", False),
    ("StringLike", "*", "", True),
    ("StringLike", "too", "tool", False),
    ("StringLike", "a.c", "abc", False),
    ("StringLike", "a*c", "a/b:c", True),
    ("StringLike", ["a*", "t*"], "tool", True),
    ("StringNotLike", "t*", "tool", False),
    ("StringNotLike", "a*", "tool", True),
    ("StringNotLike", ["a*", "t*"], "tool", False),
]
NUMBERS = [
    ("NumericEquals", "10", "10", True),
    ("NumericEquals", 10, "10", True),
    ("NumericEquals", "10.0", "10", True),
    ("NumericEquals", "10", "11", False),
    ("NumericEquals", "10", "ten", False),
    ("NumericEquals", ["9", "10"], "10", True),
    ("NumericNotEquals", "10", "10", False),
    ("NumericNotEquals", "10", "11", True),
    ("NumericNotEquals", ["10", "11"], "11", False),
    ("NumericLessThan", "10", "9", True),
    ("NumericLessThan", "10", "10", False),
    ("NumericLessThan", "9", "10", False),
    ("NumericLessThanEquals", "10", "10", True),
    ("NumericLessThanEquals", "10", "10.5", False),
    ("NumericGreaterThan", "9", "10", True),
    ("NumericGreaterThan", "10", "10", False),
    ("NumericGreaterThanEquals", "10", "10", True),
    ("NumericGreaterThanEquals", "10", "-10", False),
]
DATES = [
    ("DateEquals", "2026-05-01T12:00:00Z", "2026-05-01T12:00:00+00:00", True),
    ("DateEquals", "2026-05-01T14:00:00+02:00", "2026-05-01T12:00:00Z", True),
    ("DateEquals", "2026-05-01", "2026-05-01T00:00:00Z", True),
    ("DateEquals", "2026-05-01T12:00Z", "2026-05-01T12:00:00Z", True),
    ("DateEquals", "2026-05-01T12:00:00.5Z", "2026-05-01T12:00:00.500Z", True),
    ("DateEquals", "2026-05-01T12:00:00.5Z", "2026-05-01T12:00:00Z", False),
    ("DateEquals", "2026-05-01T12:00:00.1234567Z", "2026-05-01T12:00:00.123456Z", True),
    ("DateGreaterThan", "2026-05", "2026-05-01T12:00:00Z", True),
    ("DateEquals", "1777636800", "2026-05-01T12:00:00Z", True),
    ("DateEquals", 1777636800, "1777636800", True),
    ("DateEquals", "2026-05-01T12:00:00Z", "2026-05-01T12:00:01Z", False),
    ("DateNotEquals", "2026-05-01T12:00:00Z", "2026-05-01T12:00:00Z", False),
    ("DateNotEquals", "2026-05-01T12:00:00Z", "2026-05-01T12:00:01Z", True),
    ("DateLessThan", "2026-05-02T00:00:00Z", "2026-05-01T12:00:00Z", True),
    ("DateLessThan", "2026-05-01T12:00:00Z", "2026-05-01T12:00:00Z", False),
    ("DateLessThanEquals", "2026-05-01T12:00:00Z", "2026-05-01T12:00:00Z", True),
    ("DateLessThanEquals", "2026-05-01T11:59:59Z", "2026-05-01T12:00:00Z", False),
    ("DateGreaterThan", "2026-05-01T11:59:59Z", "2026-05-01T12:00:00Z", True),
    ("DateGreaterThan", "2026-05-01T12:00:00Z", "2026-05-01T12:00:00Z", False),
    ("DateGreaterThanEquals", "2026-05-01T12:00:00Z", "2026-05-01T12:00:00Z", True),
    ("DateGreaterThanEquals", "2026-05-01T12:00:01Z", "2026-05-01T12:00:00Z", False),
]
FLAGS = [
    ("Bool", "true", "true", True),
    ("Bool", True, "true", True),
    ("Bool", "True", "true", True),
    ("Bool", "true", "false", False),
    ("Bool", "false", "false", True),
    ("Bool", False, "true", False),
    ("BinaryEquals", "QmluYXJ5", "QmluYXJ5", True),
    ("BinaryEquals", "QmluYXJ5", "qmluYXJ5", False),
]
ADDRESSES = [
    ("IpAddress", "203.0.113.0/24", "203.0.113.7", True),
    ("IpAddress", "203.0.113.0/24", "203.0.114.7", False),
    ("IpAddress", "203.0.113.7", "203.0.113.7", True),
    ("IpAddress", "203.0.113.7", "203.0.113.8", False),
    ("IpAddress", "203.0.113.7/24", "203.0.113.8", True),
    ("IpAddress", "0.0.0.0/0", "198.51.100.1", True),
    ("IpAddress", "2001:db8::/32", "2001:db8::1", True),
    ("IpAddress", "2001:db8::/32", "203.0.113.7", False),
    ("IpAddress", "0.0.0.0/0", "2001:db8::1", False),
    ("IpAddress", ["198.51.100.0/24", "203.0.113.0/24"], "203.0.113.7", True),
    ("IpAddress", "203.0.113.0/24", "AWS Internal", False),
    ("NotIpAddress", "203.0.113.0/24", "203.0.113.7", False),
    ("NotIpAddress", "203.0.113.0/24", "203.0.114.7", True),
    ("NotIpAddress", ["198.51.100.0/24", "203.0.113.0/24"], "203.0.113.7", False),
]
ARNS = [
    (operator, policy_value, USER_ARN, result)
    for operator in ("ArnEquals", "ArnLike")
    for policy_value, result in [
        (USER_ARN, True),
        ("arn:aws:iam::123456789012:user/*", True),
        ("arn:aws:iam::*:user/lift/*", True),
        ("arn:aws:iam::12345678901?:user/lift/tool", True),
        ("arn:*:iam::123456789012:user/lift/tool", True),
        ("*", True),
        ("arn:aws:iam::210987654321:user/*", False),
        ("arn:aws:iam::*:role/*", False),
        ("arn:aws:*:123456789012:user/lift/tool:", False),
        ("arn:aws:iam:*:*:*", True),
        ("arn:aws:iam::123456789012:user/lift", False),
        ("arn:aws:iam::123456789012:USER/*", False),
        (["arn:aws:iam::*:role/*", "arn:aws:iam::*:user/*"], True),
    ]
] + [
    ("ArnLike", "arn:aws:logs:*:*:log-group:*", "arn:aws:logs:eu-west-1:1:log-group:web:x", True),
    ("ArnLike", "arn:aws:logs:*:1:log*:x", "arn:aws:logs:eu-west-1:1:log-group:web:x", True),
    ("ArnLike", "arn:*:iam::1:user/tool", "arn:aws:x:iam::1:user/tool", False),
    ("ArnNotEquals", "arn:aws:iam::*:user/*", USER_ARN, False),
    ("ArnNotEquals", "arn:aws:iam::*:role/*", USER_ARN, True),
    ("ArnNotLike", "arn:aws:iam::*:user/*", USER_ARN, False),
    ("ArnNotLike", "arn:aws:iam::*:role/*", USER_ARN, True),
    ("ArnNotLike", ["arn:aws:iam::*:role/*", "arn:aws:iam::*:user/*"], USER_ARN, False),
]


@pytest.mark.parametrize(
    ("operator", "policy_value", "found", "result"),
    STRINGS + NUMBERS + DATES + FLAGS + ADDRESSES + ARNS,
)
def test_an_operator_compares_as_iam_does(
    operator: str, policy_value: Any, found: str, result: bool
) -> None:
    assert holds({operator: {"aws:key": policy_value}}, {"aws:key": found}) is result


POSITIVE = {
    "StringEquals": "a",
    "StringEqualsIgnoreCase": "a",
    "StringLike": "*",
    "NumericEquals": "1",
    "NumericLessThan": "1",
    "NumericLessThanEquals": "1",
    "NumericGreaterThan": "1",
    "NumericGreaterThanEquals": "1",
    "DateEquals": "2026-05-01",
    "DateLessThan": "2026-05-01",
    "DateLessThanEquals": "2026-05-01",
    "DateGreaterThan": "2026-05-01",
    "DateGreaterThanEquals": "2026-05-01",
    "Bool": "false",
    "BinaryEquals": "QQ==",
    "IpAddress": "0.0.0.0/0",
    "ArnEquals": "*",
    "ArnLike": "*",
}
NEGATED = {
    "StringNotEquals": "a",
    "StringNotEqualsIgnoreCase": "a",
    "StringNotLike": "*",
    "NumericNotEquals": "1",
    "DateNotEquals": "2026-05-01",
    "NotIpAddress": "0.0.0.0/0",
    "ArnNotEquals": "*",
    "ArnNotLike": "*",
}


@pytest.mark.parametrize(("operator", "value"), POSITIVE.items())
def test_an_operator_does_not_hold_for_an_absent_key(operator: str, value: str) -> None:
    assert holds({operator: {"aws:key": value}}, {}) is False


@pytest.mark.parametrize(("operator", "value"), NEGATED.items())
def test_a_negated_operator_holds_for_an_absent_key(operator: str, value: str) -> None:
    assert holds({operator: {"aws:key": value}}, {}) is True


@pytest.mark.parametrize(("operator", "value"), {**POSITIVE, **NEGATED}.items())
def test_an_operator_with_if_exists_holds_for_an_absent_key(operator: str, value: str) -> None:
    assert holds({f"{operator}IfExists": {"aws:key": value}}, {}) is True


@pytest.mark.parametrize(
    ("operator", "found", "result"),
    [
        ("StringEqualsIfExists", "a", True),
        ("StringEqualsIfExists", "b", False),
        ("StringNotEqualsIfExists", "a", False),
        ("StringNotEqualsIfExists", "b", True),
    ],
)
def test_if_exists_changes_nothing_for_a_key_that_is_present(
    operator: str, found: str, result: bool
) -> None:
    assert holds({operator: {"aws:key": "a"}}, {"aws:key": found}) is result


@pytest.mark.parametrize(
    ("operator", "policy_value", "found", "result"),
    [
        ("ForAnyValue:StringEquals", ["a", "b"], ["a", "x"], True),
        ("ForAnyValue:StringEquals", ["a", "b"], ["x", "y"], False),
        ("ForAnyValue:StringEquals", ["a", "b"], None, False),
        ("ForAnyValue:StringLike", "a*", ["x", "ab"], True),
        ("ForAnyValue:StringNotEquals", ["a", "b"], ["a", "x"], True),
        ("ForAnyValue:StringNotEquals", ["a", "b"], ["a", "b"], False),
        ("ForAnyValue:StringNotEquals", ["a", "b"], None, False),
        ("ForAnyValue:StringEqualsIfExists", ["a"], None, True),
        ("ForAnyValue:StringEqualsIfExists", ["a"], ["x"], False),
        ("ForAllValues:StringEquals", ["a", "b"], ["a", "b"], True),
        ("ForAllValues:StringEquals", ["a", "b"], ["a"], True),
        ("ForAllValues:StringEquals", ["a", "b"], ["a", "x"], False),
        ("ForAllValues:StringEquals", ["a", "b"], [], True),
        ("ForAllValues:StringEquals", ["a", "b"], None, True),
        ("ForAllValues:StringNotEquals", ["a", "b"], ["x", "y"], True),
        ("ForAllValues:StringNotEquals", ["a", "b"], ["a", "y"], False),
        ("ForAllValues:StringNotEquals", ["a", "b"], None, True),
        ("ForAllValues:ArnLike", "arn:aws:iam::*:user/*", [USER_ARN], True),
    ],
)
def test_a_set_operator_compares_every_value_of_the_call(
    operator: str, policy_value: Any, found: Any, result: bool
) -> None:
    context = {} if found is None else {"aws:key": found}
    assert holds({operator: {"aws:key": policy_value}}, context) is result


@pytest.mark.parametrize(
    ("policy_value", "context", "result"),
    [
        ("true", {}, True),
        ("true", {"aws:key": "a"}, False),
        ("false", {"aws:key": "a"}, True),
        ("false", {}, False),
        (True, {}, True),
        (False, {}, False),
        (["true"], {}, True),
    ],
)
def test_null_asks_whether_a_key_is_absent(
    policy_value: Any, context: dict[str, str], result: bool
) -> None:
    assert holds({"Null": {"aws:key": policy_value}}, context) is result


@pytest.mark.parametrize(
    ("operator", "value", "message"),
    [
        ("Null", "yes", "Null aws:Key: 'yes': neither true nor false"),
        ("Null", ["true", "false"], "Null takes one value, true or false"),
        ("NullIfExists", "true", "NullIfExists takes one value, true or false"),
        ("ForAnyValue:Null", "true", "ForAnyValue:Null takes one value, true or false"),
    ],
)
def test_a_null_condition_that_is_not_a_boolean_is_refused(
    operator: str, value: Any, message: str
) -> None:
    with pytest.raises(ValueError, match=rf"^policy Statement\[0\] Condition: {message}$"):
        Policy(document({operator: {"aws:Key": value}}))


@pytest.mark.parametrize(("value", "text"), [(True, "true"), (False, "false"), (7, "7")])
def test_a_value_that_is_not_text_is_compared_as_json(value: Any, text: str) -> None:
    assert holds({"StringEquals": {"aws:key": value}}, {"aws:key": text})


# several at once

CALL = {"aws:username": "tool", "aws:RequestedRegion": "us-west-2"}


@pytest.mark.parametrize(
    ("condition", "result"),
    [
        ({"StringEquals": {"aws:username": "tool", "aws:RequestedRegion": "us-west-2"}}, True),
        ({"StringEquals": {"aws:username": "tool", "aws:RequestedRegion": "x"}}, False),
        ({"StringEquals": {"aws:username": "x", "aws:RequestedRegion": "us-west-2"}}, False),
    ],
)
def test_every_key_of_an_operator_must_hold(condition: Any, result: bool) -> None:
    assert holds(condition, CALL) is result


@pytest.mark.parametrize(
    ("condition", "result"),
    [
        (
            {"StringEquals": {"aws:username": "tool"}, "StringLike": {"aws:RequestedRegion": "u*"}},
            True,
        ),
        (
            {"StringEquals": {"aws:username": "tool"}, "StringLike": {"aws:RequestedRegion": "e*"}},
            False,
        ),
        ({"StringEquals": {"aws:username": "x"}, "Null": {"aws:key": "true"}}, False),
    ],
)
def test_every_operator_must_hold(condition: Any, result: bool) -> None:
    assert holds(condition, CALL) is result


@pytest.mark.parametrize("key", ["aws:username", "AWS:USERNAME", "aws:UserName", "Aws:userName"])
def test_the_case_of_a_key_does_not_matter(key: str) -> None:
    assert holds({"StringEquals": {key: "tool"}}, CALL) is True


def test_an_empty_condition_always_holds() -> None:
    assert holds({}, CALL) is True


def test_a_deny_with_a_condition_denies_only_if_the_condition_holds() -> None:
    principal = Principal("tool", "123456789012")
    principal.policy = [
        document({}),
        document({"StringNotEquals": {"aws:RequestedRegion": "us-west-2"}}, "Deny"),
    ]
    decisions = {
        region: decide(
            principal, ACTION, "*", context_keys(principal, region=region, time=0.0, **CLIENT)
        ).allowed
        for region in ("us-west-2", "eu-west-1")
    }
    assert decisions == {"us-west-2": True, "eu-west-1": False}


# policies that are refused when they are set


@pytest.mark.parametrize(
    ("operator", "hint"),
    [
        ("StringEqual", "StringEquals"),
        ("StringsLike", "StringLike"),
        ("NumericLessThen", "NumericLessThan"),
        ("IPAddres", "IpAddress"),
        ("ArnsLike", "ArnLike"),
        ("Nul", "Null"),
        ("ForAnyValue:StringEqual", "StringEquals"),
        ("StringEqualIfExists", "StringEquals"),
    ],
)
def test_an_unknown_operator_is_refused_with_the_nearest(operator: str, hint: str) -> None:
    with pytest.raises(
        ValueError, match=rf"unknown operator '{operator}'.*did you mean '{hint}'\?"
    ):
        Policy(document({operator: {"aws:key": "1"}}))


@pytest.mark.parametrize(
    "operator",
    [
        "ForSomeValue:StringEquals",
        "IfExists",
        "",
        "NullIfExists",
        "ForAnyValue:Null",
        "IfExistsBool",
    ],
)
def test_an_operator_that_does_not_exist_in_iam_is_refused(operator: str) -> None:
    with pytest.raises(ValueError, match="Condition"):
        Policy(document({operator: {"aws:key": "true"}}))


@pytest.mark.parametrize(
    ("operator", "value"),
    [
        ("NumericEquals", "ten"),
        ("NumericLessThan", ""),
        ("NumericNotEquals", ["1", "two"]),
        ("NumericEquals", "nan"),
        ("NumericLessThan", "1_000"),
        ("NumericEqualsIfExists", "ten"),
        ("DateEquals", "soon"),
        ("DateLessThan", "2026-13-01"),
        ("DateGreaterThan", "nan"),
        ("ForAnyValue:DateNotEquals", "tomorrow"),
        ("Bool", "yes"),
        ("Bool", "1"),
        ("Null", "maybe"),
        ("Null", ["true", "false"]),
        ("IpAddress", "203.0.113"),
        ("IpAddress", "203.0.113.0/33"),
        ("NotIpAddress", "host.example.com"),
        ("ArnEquals", "tool"),
        ("ArnLike", "arn:aws:iam"),
        ("ArnNotLike", "123456789012"),
        ("StringEquals", {"a": "b"}),
        ("StringEquals", None),
        ("StringEquals", [["a"]]),
    ],
)
def test_a_value_of_the_wrong_form_for_its_operator_is_refused(operator: str, value: Any) -> None:
    with pytest.raises(ValueError, match=r"Statement\[0\].*Condition"):
        Policy(document({operator: {"aws:key": value}}))


@pytest.mark.parametrize(
    ("operator", "value", "why"),
    [
        ("Bool", "yes", "neither true nor false"),
        ("NumericEquals", "ten", "not a number"),
        ("ArnLike", "progressUpdateStream/SMS", "not an ARN"),
    ],
)
def test_a_refused_value_is_named_with_its_place_and_the_reason(
    operator: str, value: str, why: str
) -> None:
    place = r"policy Statement\[0\] Condition"
    with pytest.raises(ValueError, match=rf"^{place}: {operator} aws:Key: '{value}': {why}$"):
        Policy(document({operator: {"aws:Key": value}}))


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="Windows has no time zone a process")
def test_a_date_without_an_offset_is_utc_in_every_time_zone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TZ", "EST5")
    time.tzset()
    try:
        date = {"DateEquals": {"aws:CurrentTime": "2026-05-01T12:00:00"}}
        assert holds(date, {"aws:CurrentTime": "2026-05-01T12:00:00Z"})
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize("condition", ["aws:username", ["StringEquals"], {"StringEquals": "tool"}])
def test_a_condition_of_another_shape_is_refused(condition: Any) -> None:
    with pytest.raises(ValueError, match="Condition"):
        Policy(document(condition))


def test_setting_a_policy_with_an_unknown_operator_is_refused(mgh: Any) -> None:
    with pytest.raises(ValueError, match=r"did you mean 'StringEquals'\?"):
        mgh.policy = document({"StringEqual": {"aws:username": "x"}})
    assert mgh.policy is None


# versions


@pytest.mark.parametrize("version", ["2012-10-17", "2008-10-17", None])
def test_conditions_hold_in_every_version(version: str | None) -> None:
    condition = {"StringEquals": {"aws:username": "tool"}}
    assert holds(condition, CALL, version) is True
    assert holds(condition, {"aws:username": "other"}, version) is False


@pytest.mark.parametrize(
    ("version", "result"), [("2012-10-17", True), ("2008-10-17", False), (None, False)]
)
def test_only_the_newer_policy_version_substitutes_variables(
    version: str | None, result: bool
) -> None:
    condition = {"StringEquals": {"aws:username": "${aws:username}"}}
    assert holds(condition, CALL, version) is result


# the keys of a call


def may_list(caller: Any, **kwargs: Any) -> bool:
    """Whether a principal may list streams."""
    client = boto3.client("mgh", **caller.credentials, **kwargs)
    try:
        client.list_progress_update_streams()
    except client.exceptions.AccessDeniedException:
        return False
    return True


USER, ROLE = {"name": "tool"}, {"name": "tool", "role": True}
KEYS = [
    (USER, "StringEquals", "aws:RequestedRegion", "us-west-2"),
    (USER, "StringEquals", "aws:PrincipalArn", "arn:aws:iam::123456789012:user/tool"),
    (ROLE, "StringEquals", "aws:PrincipalArn", "arn:aws:iam::123456789012:role/tool"),
    (ROLE, "ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/tool"),
    (USER, "StringEquals", "aws:PrincipalAccount", "123456789012"),
    (USER, "StringEquals", "aws:ResourceAccount", "123456789012"),
    (USER, "StringEquals", "aws:username", "tool"),
    (ROLE, "Null", "aws:username", "true"),
    (USER, "StringLike", "aws:userid", "AIDA*"),
    (ROLE, "StringLike", "aws:userid", "AROA*:?*"),
    (USER, "StringEquals", "aws:PrincipalType", "User"),
    (ROLE, "StringEquals", "aws:PrincipalType", "AssumedRole"),
    (USER, "IpAddress", "aws:SourceIp", "127.0.0.0/8"),
    (USER, "StringLike", "aws:UserAgent", "Boto3/*"),
    (USER, "Bool", "aws:SecureTransport", "true"),
    (USER, "DateGreaterThan", "aws:CurrentTime", "2020-01-01T00:00:00Z"),
    (USER, "DateGreaterThan", "aws:EpochTime", "1577836800"),
    (USER, "NumericGreaterThan", "aws:EpochTime", "1577836800"),
    ({**USER, "tags": {"Team": "lift"}}, "StringEquals", "aws:PrincipalTag/Team", "lift"),
    ({**USER, "tags": {"Team": "lift"}}, "StringEquals", "aws:principaltag/team", "lift"),
    ({**ROLE, "tags": {"Team": "lift"}}, "StringEquals", "aws:PrincipalTag/Team", "lift"),
    (USER, "Null", "aws:PrincipalTag/Team", "true"),
]


@pytest.mark.parametrize(("caller", "operator", "key", "value"), KEYS)
def test_a_call_has_the_global_key(
    mgh: Any, caller: dict[str, Any], operator: str, key: str, value: str
) -> None:
    principal = mgh.principal(**caller, policy=document({operator: {key: value}}))
    assert may_list(principal)


@pytest.mark.parametrize(
    ("operator", "key", "value"),
    [
        ("StringEquals", "aws:RequestedRegion", "eu-west-1"),
        ("StringEquals", "aws:PrincipalArn", "arn:aws:iam::123456789012:user/other"),
        ("StringEquals", "aws:PrincipalAccount", "210987654321"),
        ("StringEquals", "aws:ResourceAccount", "210987654321"),
        ("StringEquals", "aws:username", "other"),
        ("StringLike", "aws:userid", "AROA*"),
        ("IpAddress", "aws:SourceIp", "203.0.113.0/24"),
        ("StringLike", "aws:UserAgent", "aws-cli/*"),
        ("Bool", "aws:SecureTransport", "false"),
        ("DateLessThan", "aws:CurrentTime", "2020-01-01T00:00:00Z"),
        ("NumericLessThan", "aws:EpochTime", "1577836800"),
        ("StringEquals", "aws:PrincipalTag/Team", "lift"),
        ("Bool", "aws:MultiFactorAuthPresent", "true"),
    ],
)
def test_a_call_is_denied_if_a_global_key_has_another_value(
    mgh: Any, operator: str, key: str, value: str
) -> None:
    assert not may_list(mgh.principal("tool", policy=document({operator: {key: value}})))


def test_the_requested_region_is_that_of_the_client(mgh: Any) -> None:
    policy = document({"StringEquals": {"aws:RequestedRegion": "eu-west-1"}})
    principal = mgh.principal("tool", policy=policy)
    assert may_list(principal, region_name="eu-west-1")
    assert not may_list(principal, region_name="us-west-2")


def test_the_user_agent_is_that_of_the_client(mgh: Any) -> None:
    policy = document({"StringLike": {"aws:UserAgent": "*lift-and-shift/1.0*"}})
    principal = mgh.principal("tool", policy=policy)
    assert may_list(principal, config=Config(user_agent_extra="lift-and-shift/1.0"))
    assert not may_list(principal)


def test_the_user_agent_is_that_of_the_header(mgh: Any) -> None:
    mgh.policy = document({"StringEquals": {"aws:UserAgent": "lift-and-shift/1.0"}})
    agents = ("lift-and-shift/1.0", "lift-and-shift/2.0")
    statuses = [post(mgh, LIST, user_agent=agent).status for agent in agents]
    assert statuses == [200, 400]


@pytest.mark.parametrize("agent", [None, ""], ids=["none", "empty"])
def test_a_call_without_a_user_agent_has_no_such_key(mgh: Any, agent: str | None) -> None:
    mgh.policy = document({"Null": {"aws:UserAgent": "true"}})
    assert post(mgh, LIST, user_agent=agent).status == 200


def test_the_accounts_are_those_of_the_caller(mgh: Any) -> None:
    keys = {"aws:PrincipalAccount": "210987654321", "aws:ResourceAccount": "210987654321"}
    stranger = mgh.principal(
        "tool", account_id="210987654321", policy=document({"StringEquals": keys})
    )
    client = boto3.client("migrationhub-config", **stranger.credentials)
    assert client.get_home_region()["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_the_current_time_is_that_of_the_hubs_clock(mgh: Any) -> None:
    limit = datetime.fromtimestamp(mgh._world.clock.time() + 3600, timezone.utc)
    policy = document({"DateLessThan": {"aws:CurrentTime": limit.isoformat()}})
    principal = mgh.principal("tool", policy=policy)
    assert may_list(principal)
    mgh.advance(7200)
    assert not may_list(principal)


def test_the_source_address_is_that_of_the_request(mgh: Any) -> None:
    mgh.policy = document({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}})
    addresses = ("203.0.113.7", "198.51.100.7")
    assert [post(mgh, LIST, source_ip=address).status for address in addresses] == [200, 400]


@pytest.mark.parametrize(("scheme", "status"), [("https", 200), ("http", 400)])
def test_secure_transport_is_true_for_a_call_over_tls_only(
    mgh: Any, scheme: str, status: int
) -> None:
    mgh.policy = document({"Bool": {"aws:SecureTransport": "true"}})
    client = mgh.client(endpoint_url=f"{scheme}://mgh.us-west-2.amazonaws.com")
    try:
        found = client.list_progress_update_streams()["ResponseMetadata"]["HTTPStatusCode"]
    except ClientError as error:
        found = error.response["ResponseMetadata"]["HTTPStatusCode"]
    assert found == status


def test_the_time_of_a_call_is_in_its_keys() -> None:
    keys = context_keys(
        Principal("tool", "123456789012"), region="us-west-2", time=NOON.timestamp(), **CLIENT
    )
    assert keys["aws:epochtime"] == ("1777636800",)
    assert datetime.fromisoformat(keys["aws:currenttime"][0].replace("Z", "+00:00")) == NOON


def test_a_denied_condition_leaves_everything_as_it_was(mgh: Any) -> None:
    policy = document({"StringEquals": {"aws:RequestedRegion": "eu-west-1"}})
    client = boto3.client("mgh", **mgh.principal("tool", policy=policy).credentials)
    with pytest.raises(ClientError, match="AccessDeniedException"):
        client.create_progress_update_stream(ProgressUpdateStreamName="SMS")
    assert list(mgh.streams) == []
