"""Sessions, second factors, addresses and paths of callers; and callers of CloudTrail's kinds."""

from __future__ import annotations

import re
from typing import Any

import boto3
import pytest
from refusals import outcome, refused

from pytest_mgh.access.principals import TEMPORARY

SERVICES = {
    "mgh": "list_progress_update_streams",
    "migrationhub-config": "get_home_region",
    "discovery": "describe_tags",
}
HOUR = 3600
ALLOW = {
    "Version": "2012-10-17",
    "Statement": {"Effect": "Allow", "Action": "mgh:*", "Resource": "*"},
}
KINDS: dict[str, dict[str, Any]] = {
    "IAMUser": {"name": "tool"},
    "AssumedRole": {"name": "tool", "role": True},
    "Root": {"name": "root", "type": "Root"},
    "AWSService": {"name": "dms.amazonaws.com", "type": "AWSService"},
    "FederatedUser": {"name": "alice", "type": "FederatedUser"},
}


def call(principal: Any, service: str = "mgh") -> str:
    client = boto3.client(service, **principal.credentials)  # type: ignore[call-overload]
    return outcome(getattr(client, SERVICES[service]))


# sessions


@pytest.mark.parametrize("service", SERVICES)
def test_every_call_of_a_role_is_refused_after_its_session_expired(mgh: Any, service: str) -> None:
    role = mgh.principal("tool", role=True)
    mgh.advance(HOUR - 5)
    assert call(role, service) == "ok"
    mgh.advance(10)
    assert call(role, service) == "ExpiredTokenException"


def test_the_error_of_an_expired_session_is_that_of_aws(mgh: Any) -> None:
    role = mgh.principal("tool", role=True)
    mgh.advance(HOUR + 1)
    client = boto3.client("mgh", **role.credentials)
    message = "The security token included in the request is expired"
    with refused("ExpiredTokenException", message) as caught:
        client.list_migration_tasks()
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


@pytest.mark.parametrize("duration", [900, 7200, 12 * HOUR])
def test_a_session_lasts_for_the_requested_duration(mgh: Any, duration: int) -> None:
    role = mgh.principal("tool", role=True, duration=duration)
    mgh.advance(duration - 5)
    assert call(role) == "ok"
    mgh.advance(10)
    assert call(role) == "ExpiredTokenException"


def test_a_session_begins_when_it_is_created(mgh: Any) -> None:
    mgh.advance(10 * HOUR)
    role = mgh.principal("tool", role=True)
    mgh.advance(HOUR - 5)
    assert call(role) == "ok"


def test_the_keys_of_a_user_do_not_expire(mgh: Any, mgh_client: Any) -> None:
    user = mgh.principal("tool")
    mgh.advance(1000 * 24 * HOUR)
    assert call(user) == "ok"
    assert outcome(mgh_client.list_migration_tasks) == "ok"


def test_a_call_of_an_expired_session_triggers_no_fault_and_is_not_recorded(mgh: Any) -> None:
    role = mgh.principal("tool", role=True)
    mgh.fail("ListProgressUpdateStreams", "InternalServerError")
    mgh.advance(HOUR + 1)
    assert call(role) == "ExpiredTokenException"
    assert [fault.used for fault in mgh.faults] == [0]
    assert len(mgh.events) == 0
    mgh.recover()


def test_a_session_expires_after_a_restore_too(mgh: Any) -> None:
    role = mgh.principal("tool", role=True, duration=900)
    before = mgh.snapshot()
    mgh.advance(1000)
    assert call(role) == "ExpiredTokenException"
    mgh.restore(before)
    assert call(role) == "ok"
    mgh.advance(1000)
    assert call(role) == "ExpiredTokenException"


@pytest.mark.mgh(verify_signatures=True)
def test_an_expired_session_is_refused_while_signatures_are_verified_too(mgh: Any) -> None:
    role = mgh.principal("tool", role=True)
    assert call(role) == "ok"
    mgh.advance(HOUR + 1)
    assert call(role) == "ExpiredTokenException"


@pytest.mark.parametrize(
    ("kind", "duration"),
    [
        ("AssumedRole", 899),
        ("AssumedRole", 12 * HOUR + 1),
        ("AssumedRole", 3600.5),
        ("AssumedRole", "3600"),
        ("AssumedRole", True),
        ("FederatedUser", 899),
        ("FederatedUser", 36 * HOUR + 1),
    ],
)
def test_a_session_duration_that_sts_does_not_allow_is_refused(
    mgh: Any, kind: str, duration: Any
) -> None:
    with pytest.raises(ValueError, match=r"duration=.*whole seconds from 900 to"):
        mgh.principal(**KINDS[kind], duration=duration)


@pytest.mark.parametrize("kind", ["IAMUser", "Root", "AWSService"])
def test_long_term_credentials_have_no_duration(mgh: Any, kind: str) -> None:
    with pytest.raises(ValueError, match=f"duration=900: the keys of {kind} do not expire"):
        mgh.principal(**KINDS[kind], duration=900)


def test_a_session_has_its_own_name(mgh: Any) -> None:
    role = mgh.principal("tool", role=True, session_name="wave-1@example.com")
    assert role.arn == "arn:aws:sts::123456789012:assumed-role/tool/wave-1@example.com"
    assert role.id.endswith(":wave-1@example.com")


def test_a_role_may_have_several_sessions(mgh: Any) -> None:
    sessions = [mgh.principal("tool", role=True, session_name=f"s{n}") for n in range(3)]
    for name in ("aws_access_key_id", "aws_secret_access_key", "aws_session_token"):
        assert len({one.credentials[name] for one in sessions}) == 3
    assert len({one.id.partition(":")[0] for one in sessions}) == 1
    for one in sessions:
        assert call(one) == "ok"
        assert mgh.events.last["userIdentity"]["arn"] == one.arn
    with pytest.raises(ValueError, match="already"):
        mgh.principal("tool", role=True, session_name="s1")


@pytest.mark.parametrize("name", ["", "a", "a" * 65, "a b", "a/b", "ä" * 3, 5])
def test_an_invalid_session_name_is_refused(mgh: Any, name: Any) -> None:
    with pytest.raises(ValueError, match=r"session_name=.*2 to 64 letters"):
        mgh.principal("tool", role=True, session_name=name)


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - {"AssumedRole"}))
def test_only_a_role_has_a_session_name(mgh: Any, kind: str) -> None:
    with pytest.raises(ValueError, match=f"session_name: only roles have one.*{kind}"):
        mgh.principal(**KINDS[kind], session_name="wave-1")


# paths


def test_a_user_has_its_path_in_its_arn(mgh: Any) -> None:
    assert mgh.principal("tool", path="/tools/lift/").arn == (
        "arn:aws:iam::123456789012:user/tools/lift/tool"
    )


def test_the_path_of_a_role_is_in_its_own_arn_and_not_in_that_of_its_session(mgh: Any) -> None:
    role = mgh.principal("tool", role=True, path="/service-role/")
    assert role.arn == "arn:aws:sts::123456789012:assumed-role/tool/session"
    call(role)
    issuer = mgh.events.last["userIdentity"]["sessionContext"]["sessionIssuer"]
    assert issuer["arn"] == "arn:aws:iam::123456789012:role/service-role/tool"


@pytest.mark.parametrize("path", ["", "tools", "/tools", "tools/", "//ä/", "/a b/", "/" * 600, 5])
def test_a_path_that_iam_does_not_allow_is_refused(mgh: Any, path: Any) -> None:
    with pytest.raises(ValueError, match="path="):
        mgh.principal("tool", path=path)


@pytest.mark.parametrize("kind", ["Root", "AWSService", "FederatedUser"])
def test_only_users_and_roles_have_a_path(mgh: Any, kind: str) -> None:
    with pytest.raises(ValueError, match=f"path: only users and roles.*{kind}"):
        mgh.principal(**KINDS[kind], path="/tools/")


# second factors and addresses


def test_a_user_with_a_second_factor_calls_in_a_session(mgh: Any) -> None:
    user = mgh.principal("tool", mfa=True)
    assert re.fullmatch("ASIA[A-Z0-9]{16}", user.credentials["aws_access_key_id"])
    assert user.credentials["aws_session_token"]
    call(user)
    identity = mgh.events.last["userIdentity"]
    assert (identity["type"], identity["userName"]) == ("IAMUser", "tool")
    assert identity["sessionContext"]["attributes"]["mfaAuthenticated"] == "true"
    assert "sessionIssuer" not in identity["sessionContext"]
    mgh.advance(HOUR + 1)
    assert call(user) == "ExpiredTokenException"


def test_a_user_may_call_with_a_second_factor_and_without(mgh: Any) -> None:
    with_, without = mgh.principal("tool", mfa=True), mgh.principal("tool")
    assert with_.arn == without.arn
    assert with_.credentials["aws_access_key_id"] != without.credentials["aws_access_key_id"]


def test_a_role_with_a_second_factor_is_recorded_with_it(mgh: Any) -> None:
    call(mgh.principal("tool", role=True, mfa=True))
    attributes = mgh.events.last["userIdentity"]["sessionContext"]["attributes"]
    assert attributes["mfaAuthenticated"] == "true"


@pytest.mark.parametrize("kind", ["Root", "AWSService", "FederatedUser"])
def test_other_callers_have_no_second_factor(mgh: Any, kind: str) -> None:
    with pytest.raises(ValueError, match=f"mfa: only users and roles.*{kind}"):
        mgh.principal(**KINDS[kind], mfa=True)


@pytest.mark.parametrize("address", ["203.0.113.7", "2001:db8::7"])
def test_the_calls_of_a_caller_come_from_its_address(mgh: Any, address: str) -> None:
    call(mgh.principal("tool", source_ip=address))
    assert mgh.events.last["sourceIPAddress"] == address


@pytest.mark.parametrize("address", ["", "203.0.113", "203.0.113.0/24", "here", 5.5])
def test_an_invalid_source_address_is_refused(mgh: Any, address: Any) -> None:
    with pytest.raises(ValueError, match=r"source_ip=.*an IPv4 or IPv6 address"):
        mgh.principal("tool", source_ip=address)


# kinds


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_caller_can_be_created_and_can_call(mgh: Any, kind: str) -> None:
    principal = mgh.principal(**KINDS[kind])
    assert call(principal) == "ok"
    assert mgh.events.last["userIdentity"]["type"] == kind
    assert ("aws_session_token" in principal.credentials) is (kind in TEMPORARY)


def test_the_root_user_is_recorded(mgh: Any) -> None:
    root = mgh.principal("root", type="Root")
    call(root)
    assert mgh.events.last["userIdentity"] == {
        "type": "Root",
        "principalId": "123456789012",
        "arn": "arn:aws:iam::123456789012:root",
        "accountId": "123456789012",
        "accessKeyId": root.credentials["aws_access_key_id"],
    }


def test_a_federated_user_is_recorded_with_the_user_that_issued_its_session(mgh: Any) -> None:
    alice = mgh.principal("alice", type="FederatedUser")
    call(alice)
    identity = mgh.events.last["userIdentity"]
    context = identity.pop("sessionContext")
    assert identity == {
        "type": "FederatedUser",
        "principalId": "123456789012:alice",
        "arn": "arn:aws:sts::123456789012:federated-user/alice",
        "accountId": "123456789012",
        "accessKeyId": alice.credentials["aws_access_key_id"],
    }
    issuer = context["sessionIssuer"]
    assert re.fullmatch("AIDA[A-Z0-9]{17}", issuer.pop("principalId"))
    assert issuer == {
        "type": "IAMUser",
        "arn": "arn:aws:iam::123456789012:user/migration-tool",
        "accountId": "123456789012",
        "userName": "migration-tool",
    }
    assert context["attributes"]["mfaAuthenticated"] == "false"


def test_an_aws_service_is_recorded_by_its_host_alone(mgh: Any) -> None:
    call(mgh.principal("dms.amazonaws.com", type="AWSService"))
    record = mgh.events.last
    assert record["userIdentity"] == {"type": "AWSService", "invokedBy": "dms.amazonaws.com"}
    assert record["sourceIPAddress"] == record["userAgent"] == "dms.amazonaws.com"


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"name": "a", "type": "Rot"}, r"type='Rot': did you mean 'Root'"),
        ({"name": "a", "type": "Root", "role": True}, "a role is an AssumedRole, not Root"),
        ({"name": "dms", "type": "AWSService"}, "name='dms': a service such as dms.amazonaws.com"),
        ({"name": "a", "type": "FederatedUser"}, "name='a': 2 to 32 letters"),
        (
            {"name": "root", "type": "Root", "policy": ALLOW},
            "only users and roles have policies, not Root",
        ),
        (
            {**KINDS["AWSService"], "policy": ALLOW},
            "only users and roles have policies, not AWSService",
        ),
    ],
)
def test_incompatible_arguments_of_a_principal_are_refused(
    mgh: Any, asked: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        mgh.principal(**asked)
    assert len(mgh.principals) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_caller_is_restored_from_a_snapshot(mgh: Any, kind: str) -> None:
    principal = mgh.principal(**KINDS[kind], source_ip="203.0.113.7")
    call(principal)
    before = mgh.snapshot()
    mgh.reset()
    mgh.restore(before)
    assert mgh.snapshot() == before
    assert call(principal) == "ok"
    first, second = (record["userIdentity"] for record in mgh.events)
    assert first == second


def test_whether_a_principal_showed_a_second_factor_is_true_or_false(mgh: Any) -> None:
    with pytest.raises(ValueError, match="mfa='yes': must be True or False"):
        mgh.principal("tool", mfa="yes")
