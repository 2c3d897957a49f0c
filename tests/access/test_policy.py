from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from refusals import outcome

from pytest_mgh import mock_mgh
from pytest_mgh.access.policy import Policy

SMS = "arn:aws:mgh:us-west-2:123456789012:progressUpdateStream/SMS"
OK = {"Effect": "Allow", "Action": "mgh:*", "Resource": "*"}


def policy(*statements: Any, **elements: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [*statements], **elements}


def without(*names: str, **more: Any) -> dict[str, Any]:
    """The statement `OK` without some of its elements, and with others."""
    return {name: value for name, value in {**OK, **more}.items() if name not in names}


def code(client: Any, stream: str = "SMS") -> str:
    """Create a stream; return the code of the error, or `ok`."""
    return outcome(lambda: client.create_progress_update_stream(ProgressUpdateStreamName=stream))


DENIED = "AccessDeniedException"


# the grammar


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (policy(OK, Version="2017-03-31"), r"policy Version: '2017-03-31'.*2012-10-17"),
        (policy(OK, Version="2012-10-18"), r"did you mean '2012-10-17'"),
        (policy(OK, without(Effect="Permit")), r"Statement\[1\]\.Effect: 'Permit'.*Allow, Deny"),
        (policy(without(Effect="allow")), r"Statement\[0\]\.Effect: 'allow'.*mean 'Allow'"),
        (policy(OK, without("Effect")), r"Statement\[1\].*'Effect'"),
        (
            policy(without("Effect", Efect="Allow")),
            r"Statement\[0\]: has no 'Effect'; 'Efect' is not known, did you mean 'Effect'\?",
        ),
        (policy(OK, without("Action")), r"Statement\[1\].*exactly one of Action and NotAction"),
        (
            policy(OK, without(NotAction="s3:*")),
            r"Statement\[1\].*exactly one of Action and NotAction",
        ),
        (policy(without("Resource")), r"Statement\[0\].*exactly one of Resource and NotResource"),
        (
            policy(without(NotResource="*")),
            r"Statement\[0\].*exactly one of Resource and NotResource",
        ),
        (
            policy(OK, without("Action", Actoin="mgh:*")),
            r"Statement\[1\].*'Actoin'.*did you mean 'Action'",
        ),
        (policy(without("Resource", Resources="*")), r"Statement\[0\].*did you mean 'Resource'"),
        ({"Version": "2012-10-17", "Statements": [OK]}, r"policy.*Statement"),
        (policy(OK, Verison="2012-10-17"), r"'Verison'.*did you mean 'Version'"),
        (
            policy(OK, without(Principal="*")),
            r"Statement\[1\]: not allowed in an identity policy: Principal$",
        ),
        (
            policy(without(NotPrincipal={"AWS": "*"})),
            r"Statement\[0\]: not allowed in an identity policy: NotPrincipal$",
        ),
        (
            policy(without(NotPrincipal="*", Principal="*")),
            r"Statement\[0\]: not allowed in an identity policy: NotPrincipal, Principal$",
        ),
        (policy(without(Action="ImportMigrationTask")), r"Statement\[0\]\.Action.*an action"),
        (policy(without(Action=["mgh:*", "mgh"])), r"Statement\[0\]\.Action\[1\].*an action"),
        (policy(without(Resource="progressUpdateStream/SMS")), r"Statement\[0\]\.Resource.*ARN"),
        (policy(without(Resource=["*", ""])), r"Statement\[0\]\.Resource\[1\].*ARN"),
        (policy(without(Sid="not a sid!")), r"Statement\[0\]\.Sid.*Sid"),
        (
            policy(without(Sid="One"), OK, without(Sid="Two"), without(Sid="Two")),
            r"policy: Sid 'Two' appears more than once$",
        ),
        (policy(without(Action=[])), r"Statement\[0\]\.Action"),
        (policy(without(Action=7)), r"Statement\[0\]\.Action"),
        (policy(), r"Statement"),
        (policy("Allow"), r"Statement\[0\]"),
        (
            policy(OK, without(Condition={"StringEqual": {"aws:username": "x"}})),
            r"Statement\[1\] Condition: unknown operator 'StringEqual'.*mean 'StringEquals'",
        ),
        (
            policy(without(Condition={"NumericEquals": {"aws:EpochTime": "soon"}})),
            r"Statement\[0\] Condition: NumericEquals aws:EpochTime: 'soon'",
        ),
        ("not JSON", r"policy: 'not JSON' is neither JSON nor the name of a managed policy"),
        ("tests/policy.json", r"a file\? read it first: Path\('tests/policy.json'\).read_text\(\)"),
        ("{'Version': '2012-10-17'}", r"policy is not JSON"),
        ("[]", r"policy: a policy is a JSON object, not list$"),
        (42, r"policy: a policy is a JSON object, not int$"),
    ],
    ids=[
        "Version unknown",
        "Version nearly right",
        "Effect unknown",
        "Effect in lower case",
        "no Effect",
        "Effect nearly right",
        "no Action",
        "Action and NotAction",
        "no Resource",
        "Resource and NotResource",
        "element unknown in a statement",
        "Resources for Resource",
        "no Statement",
        "element unknown in the policy",
        "Principal",
        "NotPrincipal",
        "Principal and NotPrincipal",
        "action without a service",
        "one action of a list",
        "resource that is no ARN",
        "one resource of a list",
        "Sid with blanks",
        "a Sid twice",
        "empty list of actions",
        "number as action",
        "empty list of statements",
        "text as statement",
        "condition operator unknown",
        "condition value of another kind",
        "text",
        "the name of a file",
        "Python's own notation",
        "JSON list",
        "number",
    ],
)
def test_a_policy_that_iam_would_refuse_is_refused_at_once(
    mgh: Any, document: Any, message: str
) -> None:
    """4.1: the mistake is in the test, and the message points at its place."""
    with pytest.raises(ValueError, match=rf"(?s){message}"):
        mgh.policy = document


def test_the_mocks_option_is_checked_before_it_is_entered() -> None:
    """4.1: `mock_mgh(policy=...)` refuses what `hub.policy` refuses."""
    with (
        pytest.raises(ValueError, match=r"Statement\[0\]\.Effect"),
        mock_mgh(policy=policy(without(Effect="Permit"))),
    ):
        pass


def test_the_error_points_at_a_single_statement_too(mgh: Any) -> None:
    """4.1: a Statement may be one object; its mistakes are found."""
    with pytest.raises(ValueError, match=r"Statement.*'Actoin'.*did you mean 'Action'"):
        mgh.policy = {"Version": "2012-10-17", "Statement": without("Action", Actoin="mgh:*")}


def test_the_error_points_at_one_policy_of_several(mgh: Any) -> None:
    """4.1: the message names the wrong document of a list."""
    with pytest.raises(ValueError, match=r"policy\[1\] Statement\[0\]\.Effect"):
        mgh.policy = [policy(OK), policy(without(Effect="Permit"))]


def test_a_refused_policy_leaves_the_previous_one_in_force(mgh: Any, mgh_client: Any) -> None:
    """4.1: the setting fails as a whole."""
    former = policy(without(Resource=SMS))
    mgh.policy = former
    with pytest.raises(ValueError, match="Effect"):
        mgh.policy = policy(without(Effect="Permit"))
    assert mgh.policy == former
    assert code(mgh_client, "SMS") == "ok"
    assert code(mgh_client, "DMS") == DENIED


# the form of a policy


@pytest.mark.parametrize(
    "document",
    [
        policy(OK),
        json.dumps(policy(OK)),
        f"\n  {json.dumps(policy(OK))}\n",
        {"Version": "2012-10-17", "Statement": OK},
        {"Version": "2008-10-17", "Statement": OK},
        {"Statement": OK},
        policy(without(Sid="AllowAll"), Id="mine"),
        policy(without(Action=["mgh:*"], Resource=["*"])),
        policy(without(Action="*")),
        [policy(OK)],
        [policy(without(Action="s3:*")), json.dumps(policy(OK))],
    ],
    ids=[
        "dict",
        "JSON text",
        "indented JSON text",
        "single statement",
        "older Version",
        "no Version",
        "Sid and Id",
        "lists of one",
        "every action",
        "list of one policy",
        "list of a dict and a text",
    ],
)
def test_a_valid_policy_is_accepted_in_every_notation(
    mgh: Any, mgh_client: Any, document: Any
) -> None:
    """4.1: IAM's grammar allows all of them."""
    mgh.policy = document
    assert mgh.policy == document
    assert code(mgh_client) == "ok"


def test_without_a_policy_every_call_is_allowed(mgh: Any, mgh_client: Any) -> None:
    """4.1: `None` removes the policy."""
    mgh.policy = policy(without(Effect="Deny"))
    assert code(mgh_client) == DENIED
    mgh.policy = None
    assert mgh.policy is None
    assert code(mgh_client) == "ok"


@pytest.mark.mgh(policy={"Version": "2012-10-17", "Statement": {**OK, "Resource": SMS}})
def test_the_markers_policy_is_in_force_from_the_start(mgh: Any, mgh_client: Any) -> None:
    """4.1: the option belongs to the default principal."""
    assert code(mgh_client, "SMS") == "ok"
    assert code(mgh_client, "DMS") == DENIED


# decisions of policies: each allows to create the stream SMS or not


@pytest.mark.filterwarnings("ignore::pytest_mgh.PolicyWarning")
@pytest.mark.parametrize(
    ("statement", "allowed"),
    [
        (without(Action="s3:*"), False),
        (without(Action="MGH:createprogressupdatestream"), True),
        (without(Action="mgh:Create*"), True),
        (without(Action="mgh:*Stream"), True),
        (without(Action="mgh:CreateProgressUpdateStrea"), False),
        (without(Action="mgh:CreateProgressUpdateStreamX"), False),
        (without(Action="mgh:CreateProgressUpdateStrea?"), True),
        (without(Action="mgh:CreateProgressUpdateStream?"), False),
        (without(Action=["s3:*", "mgh:Create*"]), True),
        (without("Action", NotAction="mgh:Delete*"), True),
        (without("Action", NotAction="mgh:Create*"), False),
        (without("Action", NotAction=["mgh:Delete*", "mgh:Create*"]), False),
        (without("Action", NotAction="MGH:CREATEPROGRESSUPDATESTREAM"), False),
        (without(Resource=SMS), True),
        (without(Resource=SMS.replace("SMS", "sms")), False),
        (without(Resource=SMS.replace("progressUpdate", "ProgressUpdate")), False),
        (without(Resource=SMS[:-1]), False),
        (without(Resource=f"{SMS[:-1]}?"), True),
        (without(Resource=f"{SMS}?"), False),
        (without(Resource=f"{SMS}*"), True),
        (without(Resource=f"{SMS}/*"), False),
        (without(Resource="arn:aws:mgh:*:*:progressUpdateStream/*"), True),
        (without(Resource="arn:aws:mgh:*SMS"), True),
        (without(Resource="arn:aws:mgh:*"), True),
        (without(Resource=SMS.replace("us-west-2", "eu-west-1")), False),
        (without(Resource=SMS.replace("123456789012", "210987654321")), False),
        (without(Resource=["arn:aws:s3:::bucket", SMS]), True),
        (without("Resource", NotResource=SMS), False),
        (without("Resource", NotResource="arn:aws:s3:::bucket"), True),
        (without("Resource", NotResource=["arn:aws:s3:::bucket", SMS]), False),
        (without("Resource", NotResource=SMS.replace("SMS", "sms")), True),
        (without(Resource=SMS.replace(":mgh:", ":m.h:")), False),
    ],
    ids=lambda value: (
        json.dumps({k: v for k, v in value.items() if v != OK.get(k)})
        if isinstance(value, dict)
        else ("allows" if value else "does not allow")
    ),
)
def test_a_statement_matches_by_action_and_resource(
    mgh: Any, mgh_client: Any, statement: dict[str, Any], allowed: bool
) -> None:
    """4.1: actions without regard to case, resources with it; `*` and `?` are wildcards."""
    mgh.policy = policy(statement)
    assert code(mgh_client) == ("ok" if allowed else DENIED)


DENY = {**OK, "Effect": "Deny", "Action": "mgh:Create*"}


@pytest.mark.parametrize(
    "document",
    [
        policy(OK, DENY),
        policy(DENY, OK),
        [policy(OK), policy(DENY)],
        [policy(DENY), policy(OK)],
        policy(OK, {**DENY, "Resource": SMS}),
        policy(OK, without("Action", NotAction="mgh:List*", Effect="Deny")),
    ],
    ids=[
        "behind the Allow",
        "before it",
        "in a later policy",
        "in an earlier one",
        "by ARN",
        "by NotAction",
    ],
)
def test_an_explicit_deny_wins(mgh: Any, mgh_client: Any, document: Any) -> None:
    """4.1: in any order of the statements; the message says that the deny is explicit."""
    mgh.policy = document
    with pytest.raises(ClientError, match="with an explicit deny in an identity-based policy"):
        mgh_client.create_progress_update_stream(ProgressUpdateStreamName="SMS")
    assert mgh_client.list_progress_update_streams()["ProgressUpdateStreamSummaryList"] == []


def test_a_deny_of_one_stream_leaves_the_others(mgh: Any, mgh_client: Any) -> None:
    """4.1: a Deny reaches as far as its resource."""
    mgh.policy = policy(OK, {**DENY, "Resource": SMS})
    assert code(mgh_client, "SMS") == DENIED
    assert code(mgh_client, "DMS") == "ok"


def test_one_allowing_policy_of_several_is_enough(mgh: Any, mgh_client: Any) -> None:
    """4.1: policies add up."""
    mgh.policy = [policy(without(Resource=SMS)), policy(without(Resource=f"{SMS}2"))]
    assert code(mgh_client, "SMS") == "ok"
    assert code(mgh_client, "SMS2") == "ok"
    assert code(mgh_client, "SMS3") == DENIED


@pytest.mark.parametrize("resource", [SMS, "arn:aws:mgh:*", "arn:aws:mgh:us-west-2:123456789012:*"])
def test_an_operation_without_a_resource_needs_a_star(
    mgh: Any, mgh_client: Any, resource: str
) -> None:
    """4.1: a statement that names an ARN of Migration Hub does not match such an operation."""
    mgh.policy = policy(without(Resource=resource))
    with pytest.raises(ClientError, match=r"on resource: \* "):
        mgh_client.list_progress_update_streams()


def test_a_long_text_that_is_not_a_policy_is_not_printed() -> None:
    with pytest.raises(ValueError, match="policy: a text of 200 characters is neither JSON") as no:
        Policy("s3cret" * 33 + "s3")
    assert "s3cret" not in str(no.value)
