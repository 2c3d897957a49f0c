from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import boto3
import botocore.session
import pytest
from botocore.credentials import RefreshableCredentials
from clients import client_of as connect
from clients import stream_names
from moto import mock_aws
from refusals import outcome
from sample_values import LIST_ONLY

from pytest_mgh import mock_mgh

OTHER = "210987654321"
ALLOW = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "mgh:*", "Resource": "*"}],
}
UNKNOWN = {"aws_access_key_id": "AKIAIOSFODNN7EXAMPLE", "aws_secret_access_key": "secret"}


def create(client: Any, stream: str = "SMS") -> None:
    client.create_progress_update_stream(ProgressUpdateStreamName=stream)


def settle_in(caller: Any, region: str = "us-west-2") -> None:
    """Set the home Region of a caller's account."""
    connect(caller, "migrationhub-config").create_home_region_control(
        HomeRegion=region, Target={"Type": "ACCOUNT"}
    )


# users and roles


def test_a_user_has_long_term_credentials(mgh: Any) -> None:
    credentials = mgh.principal("tool").credentials
    assert credentials.keys() == {"aws_access_key_id", "aws_secret_access_key"}
    assert credentials["aws_access_key_id"].startswith("AKIA")
    assert len(credentials["aws_access_key_id"]) == 20


def test_a_role_has_temporary_credentials_with_a_token(mgh: Any) -> None:
    credentials = mgh.principal("tool", role=True).credentials
    assert credentials.keys() == {
        "aws_access_key_id", "aws_secret_access_key", "aws_session_token",
    }  # fmt: skip
    assert credentials["aws_access_key_id"].startswith("ASIA")
    assert credentials["aws_session_token"]


def test_a_user_has_the_arn_of_an_iam_user(mgh: Any) -> None:
    assert mgh.principal("tool").arn == "arn:aws:iam::123456789012:user/tool"


def test_a_role_has_the_arn_of_an_assumed_role(mgh: Any) -> None:
    arn = mgh.principal("tool", role=True).arn
    assert arn.startswith("arn:aws:sts::123456789012:assumed-role/tool/")
    assert arn.rpartition("/")[2]


@pytest.mark.mgh(account_id="111122223333")
def test_a_principal_belongs_to_the_default_account(mgh: Any) -> None:
    assert mgh.principal("tool").account_id == "111122223333"


def test_a_principal_may_belong_to_another_account(mgh: Any) -> None:
    principal = mgh.principal("tool", account_id=OTHER)
    assert principal.account_id == OTHER
    assert principal.arn == f"arn:aws:iam::{OTHER}:user/tool"


def test_a_principal_has_a_unique_id_in_the_format_of_iam(mgh: Any) -> None:
    users = [mgh.principal(name) for name in ("lift", "shift")]
    role = mgh.principal("lift", role=True)
    assert len({user.id for user in users}) == 2
    assert all(re.fullmatch("AIDA[A-Z0-9]{17}", user.id) for user in users)
    assert re.fullmatch(f"AROA[A-Z0-9]{{17}}:{role.session}", role.id)


@pytest.mark.parametrize("role", [False, True], ids=["user", "role"])
def test_credentials_have_the_format_of_aws(mgh: Any, role: bool) -> None:
    keys = mgh.principal("lift", role=role).credentials
    prefix = "ASIA" if role else "AKIA"
    assert re.fullmatch(f"{prefix}[A-Z0-9]{{16}}", keys["aws_access_key_id"])
    assert re.fullmatch("[A-Za-z0-9/+]{40}", keys["aws_secret_access_key"])
    if role:
        assert re.fullmatch("[A-Za-z0-9/+=]{64}", keys["aws_session_token"])


def test_the_credentials_of_a_principal_do_not_reveal_its_id(mgh: Any) -> None:
    """Who sees one of them in a log knows nothing of the others."""
    role = mgh.principal("lift", role=True)
    key, secret, token = role.credentials.values()
    parts = [key[4:12], role.id[4:12], secret[:8].upper(), token[:8].upper()]
    assert len(set(parts)) == 4


def test_credentials_are_the_same_in_every_hub() -> None:
    """What is seen of one run is found again in the next."""
    found = []
    for _ in range(2):
        with mock_mgh() as hub:
            found.append(hub.principal("lift", role=True).credentials)
    assert found[0] == found[1]


def test_every_principal_has_its_own_secret_and_key(mgh: Any) -> None:
    principals = [
        mgh.principal("a"),
        mgh.principal("b"),
        mgh.principal("a", role=True),
        mgh.principal("a", account_id=OTHER),
    ]
    for name in ("aws_access_key_id", "aws_secret_access_key"):
        assert len({principal.credentials[name] for principal in principals}) == 4


def test_the_secret_is_not_in_the_repr(mgh: Any) -> None:
    principal = mgh.principal("tool", role=True)
    assert principal.credentials["aws_secret_access_key"] not in repr(principal)
    assert principal.credentials["aws_session_token"] not in repr(principal)


@pytest.mark.parametrize("role", [False, True], ids=["user", "role"])
@pytest.mark.parametrize("service", ["mgh", "migrationhub-config", "discovery"])
def test_a_client_with_its_credentials_calls_as_the_principal(
    mgh: Any, service: str, role: bool
) -> None:
    principal = mgh.principal("tool", role=role)
    operation = {
        "mgh": "list_progress_update_streams",
        "migrationhub-config": "get_home_region",
        "discovery": "get_discovery_summary",
    }[service]
    getattr(connect(principal, service), operation)()
    assert mgh.events.last["userIdentity"]["arn"] == principal.arn


def test_principals_of_an_account_share_its_data(mgh: Any, mgh_client: Any) -> None:
    create(connect(mgh.principal("tool")))
    assert stream_names(mgh_client) == ["SMS"]


def test_keys_that_the_hub_does_not_know_belong_to_the_default_principal(
    mgh: Any, mgh_client: Any
) -> None:
    mgh.principal("tool", account_id=OTHER)
    mgh_client.get_paginator("list_progress_update_streams").paginate().build_full_result()
    default = mgh.events.last["userIdentity"]["arn"]
    create(connect(UNKNOWN))
    assert mgh.events.last["userIdentity"]["arn"] == default
    assert [stream.name for stream in mgh.streams] == ["SMS"]


def test_a_principal_of_an_earlier_hub_is_unknown_to_the_next() -> None:
    with mock_mgh() as former:
        credentials = former.principal("tool", account_id=OTHER).credentials
    with mock_mgh() as hub:
        create(connect(credentials))
        assert hub.events.last["recipientAccountId"] == "123456789012"


# names and account ids


def test_a_second_principal_of_the_same_name_is_refused(mgh: Any) -> None:
    mgh.principal("tool")
    with pytest.raises(ValueError, match=r"'tool'.*already"):
        mgh.principal("tool")


def test_a_refused_second_principal_leaves_the_first_as_it_was(mgh: Any) -> None:
    first = mgh.principal("tool", policy=LIST_ONLY)
    with pytest.raises(ValueError, match="already"):
        mgh.principal("tool", policy=ALLOW)
    assert outcome(lambda: create(connect(first))) == "AccessDeniedException"


def test_a_user_and_a_role_may_share_a_name(mgh: Any) -> None:
    assert mgh.principal("tool").arn != mgh.principal("tool", role=True).arn


def test_two_accounts_may_have_a_principal_of_the_same_name(mgh: Any) -> None:
    assert mgh.principal("tool").arn != mgh.principal("tool", account_id=OTHER).arn


@pytest.mark.parametrize("name", ["", "a b", "a/b", "a:b", "ä", "a\n", "a" * 65, "*"])
def test_a_name_that_iam_does_not_allow_is_refused(mgh: Any, name: str) -> None:
    with pytest.raises(ValueError, match="name="):
        mgh.principal(name)


@pytest.mark.parametrize("name", ["a", "a" * 64, "sms.tool@example.com", "A_b-c,d=e+f"])
def test_every_name_that_iam_allows_is_accepted(mgh: Any, name: str) -> None:
    assert mgh.principal(name).arn.endswith(f"user/{name}")


@pytest.mark.parametrize(
    "account_id",
    ["1", "12345678901", "1234567890123", "12345678901a", "\u0661" * 12, "12345678901\n"],
)
def test_an_account_id_that_is_not_twelve_digits_is_refused(mgh: Any, account_id: str) -> None:
    with pytest.raises(ValueError, match=r"account_id=.*12 digits"):
        mgh.principal("tool", account_id=account_id)


def test_a_refused_policy_creates_no_principal(mgh: Any) -> None:
    with pytest.raises(ValueError, match="Statement"):
        mgh.principal("tool", policy={"Version": "2012-10-17"})
    assert mgh.principal("tool").policy is None


# the data of an account


def test_another_account_has_no_home_region_at_first(mgh: Any) -> None:
    stranger = connect(mgh.principal("tool", account_id=OTHER), "migrationhub-config")
    assert "HomeRegion" not in stranger.get_home_region()


def test_a_call_of_an_account_without_home_region_is_refused(mgh: Any) -> None:
    stranger = connect(mgh.principal("tool", account_id=OTHER))
    assert outcome(lambda: create(stranger)) == "HomeRegionNotSetException"


def test_an_account_may_choose_another_home_region(mgh: Any) -> None:
    stranger = mgh.principal("tool", account_id=OTHER)
    settle_in(stranger, "eu-central-1")
    assert (
        connect(stranger, "migrationhub-config").get_home_region()["HomeRegion"] == "eu-central-1"
    )
    assert mgh.home_region == "us-west-2"


def test_two_accounts_may_have_a_stream_of_the_same_name(mgh: Any, mgh_client: Any) -> None:
    """S1: names are unique in an account."""
    stranger = mgh.principal("tool", account_id=OTHER)
    settle_in(stranger)
    create(mgh_client)
    assert stream_names(connect(stranger)) == []
    create(connect(stranger))
    assert stream_names(connect(stranger)) == stream_names(mgh_client) == ["SMS"]


def test_deleting_a_stream_leaves_the_one_of_another_account(mgh: Any, mgh_client: Any) -> None:
    stranger = mgh.principal("tool", account_id=OTHER)
    settle_in(stranger)
    create(mgh_client)
    create(connect(stranger))
    connect(stranger).delete_progress_update_stream(ProgressUpdateStreamName="SMS")
    assert stream_names(connect(stranger)) == []
    assert stream_names(mgh_client) == ["SMS"]


def test_a_task_belongs_to_one_account(mgh: Any, mgh_client: Any) -> None:
    stranger = mgh.principal("tool", account_id=OTHER)
    settle_in(stranger)
    task = {"ProgressUpdateStream": "SMS", "MigrationTaskName": "t"}
    for client in (mgh_client, connect(stranger)):
        create(client)
    mgh_client.import_migration_task(**task)
    found = outcome(lambda: connect(stranger).describe_migration_task(**task))
    assert found == "ResourceNotFoundException"


def test_the_discovery_repository_belongs_to_one_account(mgh: Any) -> None:
    stranger = mgh.principal("tool", account_id=OTHER)
    settle_in(stranger)
    mgh.add_server("web01")
    discovery = connect(stranger, "discovery")
    assert discovery.list_configurations(configurationType="SERVER")["configurations"] == []


def test_the_hub_shows_the_default_account(mgh: Any) -> None:
    stranger = mgh.principal("tool", account_id=OTHER)
    settle_in(stranger)
    create(connect(stranger))
    assert list(mgh.streams) == []


# policies and tags


KINDS = ("policy", "permissions_boundary", "session_policy")


@pytest.mark.parametrize("kind", KINDS)
def test_a_principal_has_no_policy_at_first(mgh: Any, kind: str) -> None:
    assert getattr(mgh.principal("tool"), kind) is None


@pytest.mark.parametrize("kind", KINDS)
def test_a_policy_is_read_back_as_given(mgh: Any, kind: str) -> None:
    assert getattr(mgh.principal("tool", **{kind: LIST_ONLY}), kind) == LIST_ONLY


@pytest.mark.parametrize("kind", KINDS)
def test_a_policy_given_at_creation_is_in_force(mgh: Any, kind: str) -> None:
    client = connect(mgh.principal("tool", **{kind: LIST_ONLY}))
    assert stream_names(client) == []
    assert outcome(lambda: create(client)) == "AccessDeniedException"


@pytest.mark.parametrize("kind", KINDS)
def test_a_policy_set_later_is_in_force_at_the_next_call(mgh: Any, kind: str) -> None:
    principal = mgh.principal("tool", role=True)
    client = connect(principal)
    create(client, "SMS")
    setattr(principal, kind, LIST_ONLY)
    assert outcome(lambda: create(client, "DMS")) == "AccessDeniedException"


@pytest.mark.parametrize("kind", KINDS)
def test_setting_a_policy_to_none_removes_it(mgh: Any, kind: str) -> None:
    principal = mgh.principal("tool", **{kind: LIST_ONLY})
    setattr(principal, kind, None)
    assert getattr(principal, kind) is None
    assert outcome(lambda: create(connect(principal))) == "ok"


@pytest.mark.parametrize("kind", KINDS)
def test_a_malformed_policy_of_each_kind_is_refused_by_its_name(mgh: Any, kind: str) -> None:
    principal = mgh.principal("tool")
    with pytest.raises(ValueError, match=rf"^{kind} Version: '2017-03-31'"):
        setattr(principal, kind, {**ALLOW, "Version": "2017-03-31"})
    assert getattr(principal, kind) is None


def test_the_policy_of_one_principal_does_not_apply_to_another(mgh: Any, mgh_client: Any) -> None:
    mgh.principal("tool", policy=LIST_ONLY)
    create(mgh_client)
    assert outcome(lambda: create(connect(mgh.principal("free")), "DMS")) == "ok"


def test_tags_are_kept_as_given(mgh: Any) -> None:
    tags = {"team": "lift"}
    principal = mgh.principal("tool", tags=tags)
    tags["team"] = "shift"
    assert principal.tags == {"team": "lift"}


# roles assumed with moto


@pytest.fixture(params=["moto around", "moto inside"])
def hub(request: pytest.FixtureRequest) -> Any:
    """A hub with moto active too, in both orders of nesting."""
    mocks: list[Any] = [mock_aws(), mock_mgh()]
    with ExitStack() as stack:
        entered = [
            stack.enter_context(mock)
            for mock in (mocks if request.param == "moto around" else reversed(mocks))
        ]
        yield next(one for one in entered if hasattr(one, "principal"))


def assume(account_id: str = "123456789012", role: str = "vendor", session: str = "wave1") -> Any:
    """Assume a role of moto's; return its credentials for `boto3.client`."""
    given = boto3.client("sts").assume_role(
        RoleArn=f"arn:aws:iam::{account_id}:role/{role}", RoleSessionName=session
    )["Credentials"]
    return {
        "aws_access_key_id": given["AccessKeyId"],
        "aws_secret_access_key": given["SecretAccessKey"],
        "aws_session_token": given["SessionToken"],
    }


def test_a_role_assumed_with_moto_calls_under_its_arn(hub: Any) -> None:
    credentials = assume()
    create(connect(credentials))
    arn = "arn:aws:sts::123456789012:assumed-role/vendor/wave1"
    found = hub.events.last["userIdentity"]
    assert (found["arn"], found["accessKeyId"]) == (arn, credentials["aws_access_key_id"])


def client_that_refreshes(fetch: Callable[[], dict[str, str]]) -> Any:
    """A client whose credentials are out of date, as those of a profile that assumes a role."""
    expired = {
        "access_key": "key",
        "secret_key": "secret",
        "token": "token",
        "expiry_time": "2020-01-01T00:00:00Z",
    }
    session: Any = botocore.session.Session()
    session._credentials = RefreshableCredentials.create_from_metadata(expired, fetch, "test")
    return session.create_client("mgh", "us-west-2")


def test_credentials_are_fetched_from_moto_if_it_is_active(hub: Any) -> None:
    def fetch() -> dict[str, str]:
        key, secret, token = assume().values()
        expiry = "2099-01-01T00:00:00Z"
        return {"access_key": key, "secret_key": secret, "token": token, "expiry_time": expiry}

    create(client_that_refreshes(fetch))
    arn = "arn:aws:sts::123456789012:assumed-role/vendor/wave1"
    assert hub.events.last["userIdentity"]["arn"] == arn


@pytest.mark.parametrize("before", [False, True], ids=["moto inactive", "moto ended"])
def test_credentials_are_not_fetched_without_moto(before: bool) -> None:
    """Fetching them would be a call to AWS."""

    def fetch() -> dict[str, str]:
        raise AssertionError("a call to AWS")

    if before:
        with mock_aws():
            pass
    with mock_mgh() as hub:
        create(client_that_refreshes(fetch))
        assert hub.events.last["userIdentity"]["userName"] == "migration-tool"


def test_a_role_whose_name_iam_would_refuse_is_not_a_principal(hub: Any) -> None:
    create(connect(assume(role="not allowed")))
    assert "not allowed" not in hub.events.last["userIdentity"]["arn"]


def test_a_role_assumed_with_moto_works_in_the_default_account(hub: Any) -> None:
    create(connect(assume()))
    assert [stream.name for stream in hub.streams] == ["SMS"]


def test_a_role_assumed_with_moto_may_belong_to_another_account(hub: Any) -> None:
    credentials = assume(OTHER)
    settle_in(credentials, "us-west-2")
    create(connect(credentials))
    assert hub.events.last["recipientAccountId"] == OTHER
    assert list(hub.streams) == []


def test_moto_and_the_hub_give_an_assumed_role_the_same_arn(hub: Any) -> None:
    credentials = assume(OTHER)
    identity = connect(credentials, "sts").get_caller_identity()
    connect(credentials, "migrationhub-config").get_home_region()
    found = hub.events.last["userIdentity"]
    assert (found["arn"], found["accountId"]) == (identity["Arn"], identity["Account"])


def test_the_policies_of_the_role_of_that_name_apply_to_its_sessions(hub: Any) -> None:
    hub.principal("vendor", role=True, policy=LIST_ONLY)
    client = connect(assume())
    assert stream_names(client) == []
    assert outcome(lambda: create(client)) == "AccessDeniedException"


@pytest.mark.parametrize("kind", ["permissions_boundary", "session_policy"])
def test_every_kind_of_policy_of_that_role_applies(hub: Any, kind: str) -> None:
    hub.principal("vendor", role=True, **{kind: LIST_ONLY})
    assert outcome(lambda: create(connect(assume()))) == "AccessDeniedException"


def test_the_policy_of_a_role_in_another_account_applies_to_its_sessions(hub: Any) -> None:
    hub.principal("vendor", account_id=OTHER, role=True, policy=LIST_ONLY)
    assert outcome(lambda: settle_in(assume(OTHER))) == "AccessDeniedException"


def test_the_tags_of_the_role_of_that_name_apply_to_its_sessions(hub: Any) -> None:
    condition = {"StringEquals": {"aws:PrincipalTag/team": "lift"}}
    policy = {**ALLOW, "Statement": [{**ALLOW["Statement"][0], "Condition": condition}]}  # type: ignore[dict-item]
    hub.principal("vendor", role=True, policy=policy, tags={"team": "lift"})
    assert outcome(lambda: create(connect(assume()))) == "ok"


@pytest.mark.parametrize(
    "other",
    [
        {"name": "vendor"},
        {"name": "vendor", "role": True, "account_id": OTHER},
        {"name": "vendor2", "role": True},
    ],
    ids=["a user", "of another account", "of another name"],
)
def test_the_policies_of_no_other_principal_apply(hub: Any, other: dict[str, Any]) -> None:
    hub.principal(**other, policy=LIST_ONLY)
    assert outcome(lambda: create(connect(assume()))) == "ok"


def test_two_sessions_of_a_role_are_distinguished(hub: Any) -> None:
    for session in ("wave1", "wave2"):
        stream_names(connect(assume(session=session)))
    ids = [event["userIdentity"]["principalId"] for event in hub.events]
    assert [one.partition(":")[2] for one in ids] == ["wave1", "wave2"]
    assert ids[0].partition(":")[0] == ids[1].partition(":")[0]


def test_a_role_with_a_path_is_found_by_its_name(hub: Any) -> None:
    hub.principal("vendor", role=True, policy=LIST_ONLY)
    assert outcome(lambda: create(connect(assume(role="tools/vendor")))) == "AccessDeniedException"


def test_keys_that_neither_moto_nor_the_hub_knows_belong_to_the_default_principal(hub: Any) -> None:
    assume()
    create(connect(UNKNOWN))
    assert hub.events.last["userIdentity"]["type"] == "IAMUser"


def test_a_role_assumed_with_moto_passes_the_check_of_signatures() -> None:
    with mock_aws(), mock_mgh(verify_signatures=True) as hub:
        create(connect(assume()))
        assert [stream.name for stream in hub.streams] == ["SMS"]


def test_a_wrong_secret_of_a_role_assumed_with_moto_is_refused() -> None:
    with mock_aws(), mock_mgh(verify_signatures=True):
        forged = {**assume(), "aws_secret_access_key": "guessed"}
        assert outcome(lambda: create(connect(forged))) == "InvalidSignatureException"


# changes


def test_an_interrupted_call_undoes_its_changes_to_principals(mgh: Any) -> None:
    reader = mgh.principal("reader", policy=ALLOW, tags={"team": "a"})

    def change_and_interrupt(_: Any) -> bool:
        reader.policy, reader.permissions_boundary, reader.tags = None, ALLOW, {}
        mgh.principal("other")
        raise KeyboardInterrupt

    mgh.fail("ListMigrationTasks", "InternalServerError", when=change_and_interrupt)
    with pytest.raises(KeyboardInterrupt):
        connect(reader).list_migration_tasks()
    mgh.recover()

    assert (reader.policy, reader.permissions_boundary, reader.tags) == (ALLOW, None, {"team": "a"})
    assert len(mgh.principals) == 2


def test_setting_the_tags_of_a_principal_changes_them(mgh: Any) -> None:
    given = {"team": "a"}
    reader = mgh.principal("reader", tags=given)

    given["team"] = "b"
    with pytest.raises(TypeError):
        reader.tags["team"] = "c"

    assert reader.tags == {"team": "a"}


def test_a_principal_can_still_be_changed_after_its_hub_ended() -> None:
    with mock_mgh() as hub:
        reader = hub.principal("reader", policy=ALLOW)
    del hub

    reader.policy, reader.tags = None, {"team": "a"}

    assert (reader.policy, reader.tags) == (None, {"team": "a"})
