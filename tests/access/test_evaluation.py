from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from refusals import refusal
from sample_values import TASK_T as TASK
from warm_processes import warm_workers

ACCOUNT = "123456789012"
SMS = f"arn:aws:mgh:us-west-2:{ACCOUNT}:progressUpdateStream/SMS"
USER = f"arn:aws:iam::{ACCOUNT}:user/tool"
ACTION = "mgh:CreateProgressUpdateStream"
KINDS = {
    "policy": "an identity-based policy",
    "permissions_boundary": "a permissions boundary",
    "session_policy": "a session policy",
}


def document(*statements: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [*statements]}


def statement(effect: str, action: Any = "*", resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": effect, "Action": action, "Resource": resource, **more}


ALL = document(statement("Allow"))
NOTHING = document(statement("Allow", "s3:*"))
DENY = document(statement("Allow"), statement("Deny", "mgh:Create*"))


def create(caller: Any, stream: str = "SMS") -> None:
    client = boto3.client("mgh", **caller.credentials)
    client.create_progress_update_stream(ProgressUpdateStreamName=stream)


def denial(principal: str, action: str, resource: str, reason: str) -> tuple[str, str]:
    asked = f"perform: {action} on resource: {resource}"
    return "AccessDeniedException", f"User: {principal} is not authorized to {asked} {reason}"


# several policies


def test_a_call_is_allowed_if_one_of_several_policies_allows_it(mgh: Any) -> None:
    create(mgh.principal("tool", policy=[NOTHING, ALL]))
    assert [stream.name for stream in mgh.streams] == ["SMS"]


@pytest.mark.parametrize("policy", [[ALL, DENY], [DENY, ALL]], ids=["last", "first"])
def test_a_deny_of_one_of_several_policies_wins(mgh: Any, policy: list[Any]) -> None:
    code, message = refusal(lambda: create(mgh.principal("tool", policy=policy)))
    assert code == "AccessDeniedException"
    assert message.endswith("with an explicit deny in an identity-based policy")


def test_several_policies_that_do_not_match_allow_nothing(mgh: Any) -> None:
    tool = mgh.principal("tool", policy=[NOTHING, NOTHING])
    assert refusal(lambda: create(tool))[0] == "AccessDeniedException"


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_policy_may_be_a_list(mgh: Any, kind: str) -> None:
    tool = mgh.principal("tool", **{kind: [NOTHING, ALL]})
    create(tool)
    setattr(tool, kind, [ALL, DENY])
    assert refusal(lambda: create(tool, "DMS"))[0] == "AccessDeniedException"


def test_an_empty_list_of_policies_allows_nothing(mgh: Any) -> None:
    """Unlike `None`: a caller that has policies, of which none is left."""
    tool = mgh.principal("tool", policy=[])
    assert refusal(lambda: create(tool))[0] == "AccessDeniedException"


# policies of several kinds: each must allow, none may deny


@pytest.mark.parametrize("boundary", [None, ALL], ids=["no boundary", "boundary"])
@pytest.mark.parametrize("session", [None, ALL], ids=["no session policy", "session policy"])
@pytest.mark.parametrize("policy", [None, ALL], ids=["no policy", "policy"])
def test_a_call_is_allowed_if_every_kind_of_policy_that_is_set_allows_it(
    mgh: Any, policy: Any, session: Any, boundary: Any
) -> None:
    tool = mgh.principal(
        "tool", policy=policy, permissions_boundary=boundary, session_policy=session
    )
    create(tool)
    assert [stream.name for stream in mgh.streams] == ["SMS"]


@pytest.mark.parametrize("silent", KINDS)
def test_a_call_is_denied_if_one_kind_of_policy_does_not_allow_it(mgh: Any, silent: str) -> None:
    tool = mgh.principal("tool", **{kind: NOTHING if kind == silent else ALL for kind in KINDS})
    what = KINDS[silent].partition(" ")[2]
    assert refusal(lambda: create(tool)) == denial(
        USER, ACTION, SMS, f"because no {what} allows the {ACTION} action"
    )


@pytest.mark.parametrize("denying", KINDS)
def test_a_call_is_denied_if_one_kind_of_policy_denies_it(mgh: Any, denying: str) -> None:
    tool = mgh.principal("tool", **{kind: DENY if kind == denying else ALL for kind in KINDS})
    assert refusal(lambda: create(tool)) == denial(
        USER, ACTION, SMS, f"with an explicit deny in {KINDS[denying]}"
    )


@pytest.mark.parametrize("denying", KINDS)
def test_an_explicit_deny_is_reported_before_an_implicit_one(mgh: Any, denying: str) -> None:
    tool = mgh.principal("tool", **{kind: DENY if kind == denying else NOTHING for kind in KINDS})
    assert refusal(lambda: create(tool))[1].endswith(f"with an explicit deny in {KINDS[denying]}")


@pytest.mark.parametrize(
    ("silent", "first"),
    [
        (("policy", "permissions_boundary", "session_policy"), "identity-based policy"),
        (("permissions_boundary", "session_policy"), "permissions boundary"),
        (("policy", "session_policy"), "identity-based policy"),
    ],
)
def test_the_first_kind_of_policy_in_iams_order_that_does_not_allow_is_named(
    mgh: Any, silent: tuple[str, ...], first: str
) -> None:
    tool = mgh.principal("tool", **{kind: NOTHING if kind in silent else ALL for kind in KINDS})
    message = refusal(lambda: create(tool))[1]
    assert message.endswith(f"because no {first} allows the {ACTION} action")


def test_a_boundary_alone_grants_nothing(mgh: Any) -> None:
    tool = mgh.principal("tool", policy=NOTHING, permissions_boundary=ALL)
    assert refusal(lambda: create(tool))[1].endswith(
        f"because no identity-based policy allows the {ACTION} action"
    )


def test_a_session_policy_alone_grants_nothing(mgh: Any) -> None:
    tool = mgh.principal("tool", role=True, policy=NOTHING, session_policy=ALL)
    assert refusal(lambda: create(tool))[0] == "AccessDeniedException"


def test_the_effective_permissions_are_the_intersection_of_all_kinds_of_policy(mgh: Any) -> None:
    def streams(*names: str) -> Any:
        resources = [f"{SMS[:-3]}{name}" for name in names]
        return document(statement("Allow", "mgh:*", resources))

    tool = mgh.principal(
        "tool",
        role=True,
        policy=streams("a", "b", "c"),
        permissions_boundary=streams("b", "c", "d"),
        session_policy=streams("c", "d", "e"),
    )
    create(tool, "c")
    for name in "abde":
        with pytest.raises(ClientError, match="AccessDeniedException"):
            create(tool, name)
    assert [stream.name for stream in mgh.streams] == ["c"]


# the texts


def test_a_role_is_named_by_its_session(mgh: Any) -> None:
    role = mgh.principal("tool", role=True, policy=NOTHING)
    assert refusal(lambda: create(role)) == denial(
        f"arn:aws:sts::{ACCOUNT}:assumed-role/tool/{role.arn.rpartition('/')[2]}",
        ACTION,
        SMS,
        f"because no identity-based policy allows the {ACTION} action",
    )


def test_a_task_is_named_by_its_stream_and_name(mgh: Any) -> None:
    client = boto3.client("mgh", **mgh.principal("tool", policy=NOTHING).credentials)
    assert refusal(lambda: client.import_migration_task(**TASK)) == denial(
        USER,
        "mgh:ImportMigrationTask",
        f"{SMS}/migrationTask/t",
        "because no identity-based policy allows the mgh:ImportMigrationTask action",
    )


def test_an_operation_without_a_resource_is_named_with_a_star(mgh: Any) -> None:
    client = boto3.client("mgh", **mgh.principal("tool", policy=NOTHING).credentials)
    assert refusal(client.list_migration_tasks) == denial(
        USER,
        "mgh:ListMigrationTasks",
        "*",
        "because no identity-based policy allows the mgh:ListMigrationTasks action",
    )


def test_the_home_region_api_is_named_with_the_actions_of_mgh(mgh: Any) -> None:
    tool = mgh.principal("tool", policy=NOTHING)
    client = boto3.client("migrationhub-config", **tool.credentials)
    assert refusal(client.get_home_region) == denial(
        USER,
        "mgh:GetHomeRegion",
        "*",
        "because no identity-based policy allows the mgh:GetHomeRegion action",
    )


def test_discovery_denies_with_its_own_error_code(mgh: Any) -> None:
    tool = mgh.principal("tool", policy=NOTHING)
    client = boto3.client("discovery", **tool.credentials)
    code, message = refusal(client.get_discovery_summary)
    assert code == "AuthorizationErrorException"
    assert message.startswith(f"User: {USER} is not authorized to perform: discovery:")


def test_a_denied_dry_run_has_the_same_text(mgh: Any) -> None:
    """D2: UnauthorizedOperation stands in place of AccessDeniedException."""
    client = boto3.client("mgh", **mgh.principal("tool", policy=NOTHING).credentials)
    asked = {"ProgressUpdateStreamName": "SMS"}
    wet = refusal(lambda: client.create_progress_update_stream(**asked))
    dry = refusal(lambda: client.create_progress_update_stream(**asked, DryRun=True))
    assert dry == ("UnauthorizedOperation", wet[1])


def test_the_resource_is_in_the_region_of_the_call(mgh: Any) -> None:
    tool = mgh.principal("tool", policy=NOTHING)
    client = boto3.client("mgh", region_name="eu-west-1", **tool.credentials)
    message = refusal(lambda: client.describe_migration_task(**TASK))[1]
    assert f"arn:aws:mgh:eu-west-1:{ACCOUNT}:progressUpdateStream/SMS/migrationTask/t" in message


def test_the_resource_is_in_the_account_of_the_caller(mgh: Any) -> None:
    stranger = mgh.principal("tool", account_id="210987654321", policy=NOTHING)
    assert ":210987654321:progressUpdateStream/SMS " in refusal(lambda: create(stranger))[1]


# managed policies

MANAGED = (
    "AWSMigrationHubDMSAccess",
    "AWSMigrationHubDiscoveryAccess",
    "AWSMigrationHubFullAccess",
    "AWSMigrationHubSMSAccess",
)


@pytest.mark.parametrize("prefix", ["", "arn:aws:iam::aws:policy/"], ids=["name", "ARN"])
@pytest.mark.parametrize("name", MANAGED)
def test_a_managed_policy_is_found_by_name_and_arn(mgh: Any, name: str, prefix: str) -> None:
    mgh.policy = prefix + name
    assert mgh.policy == prefix + name


def test_a_managed_policy_for_services_is_found_by_its_arn(mgh: Any) -> None:
    mgh.policy = "arn:aws:iam::aws:policy/service-role/AWSMigrationHubSMSAccess"
    assert mgh.explain("ImportMigrationTask", **TASK).allowed


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("AWSMigrationHubSMS", "AWSMigrationHubSMSAccess"),
        ("AWSMigrationHubFulAccess", "AWSMigrationHubFullAccess"),
        ("arn:aws:iam::aws:policy/AWSMigrationHubDMSAcces", "AWSMigrationHubDMSAccess"),
    ],
)
def test_an_unknown_managed_policy_is_refused_with_the_nearest(
    mgh: Any, name: str, hint: str
) -> None:
    with pytest.raises(ValueError, match=rf"'{name}'.*did you mean '{hint}'\?"):
        mgh.policy = name


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_policy_may_be_a_managed_policy(mgh: Any, kind: str) -> None:
    tool = mgh.principal("tool", **{kind: "AWSMigrationHubSMSAccess"})
    create(tool, "SMS")
    assert refusal(lambda: create(tool, "DMS"))[0] == "AccessDeniedException"


def test_managed_policies_and_documents_may_be_combined(mgh: Any) -> None:
    own = document(statement("Allow", ACTION, f"{SMS[:-3]}own"))
    tool = mgh.principal("tool", policy=["AWSMigrationHubSMSAccess", own])
    for stream in ("SMS", "own"):
        create(tool, stream)
    assert refusal(lambda: create(tool, "DMS"))[0] == "AccessDeniedException"


def test_the_marker_accepts_a_managed_policy(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.mgh(policy="AWSMigrationHubSMSAccess")
        def test_it(mgh):
            assert mgh.explain("CreateProgressUpdateStream", ProgressUpdateStreamName="SMS").allowed
        """
    )
    pytester.runpytest_inprocess().assert_outcomes(passed=1)


def on_task(stream: str) -> dict[str, str]:
    return {"ProgressUpdateStream": stream, "MigrationTaskName": "t"}


SMS_STREAM, DMS_STREAM = ({"ProgressUpdateStreamName": name} for name in ("SMS", "DMS"))
NONE: dict[str, str] = {}


@pytest.mark.parametrize(
    ("policy", "operation", "request_", "allowed"),
    [
        ("SMSAccess", "CreateProgressUpdateStream", SMS_STREAM, True),
        ("SMSAccess", "CreateProgressUpdateStream", DMS_STREAM, False),
        ("SMSAccess", "DeleteProgressUpdateStream", SMS_STREAM, False),
        ("SMSAccess", "ListProgressUpdateStreams", NONE, False),
        *[
            ("SMSAccess", operation, on_task("SMS"), True)
            for operation in (
                "AssociateCreatedArtifact",
                "AssociateDiscoveredResource",
                "DescribeMigrationTask",
                "DisassociateCreatedArtifact",
                "DisassociateDiscoveredResource",
                "ImportMigrationTask",
                "ListCreatedArtifacts",
                "ListDiscoveredResources",
                "NotifyMigrationTaskState",
                "PutResourceAttributes",
            )
        ],
        ("SMSAccess", "ImportMigrationTask", on_task("DMS"), False),
        ("SMSAccess", "ListSourceResources", on_task("SMS"), False),
        ("SMSAccess", "ListMigrationTasks", NONE, True),
        ("SMSAccess", "GetHomeRegion", NONE, True),
        ("SMSAccess", "CreateHomeRegionControl", NONE, False),
        ("SMSAccess", "NotifyApplicationState", NONE, False),
        ("SMSAccess", "DescribeApplicationState", NONE, False),
        ("SMSAccess", "ListConfigurations", NONE, False),
        ("DMSAccess", "CreateProgressUpdateStream", DMS_STREAM, True),
        ("DMSAccess", "CreateProgressUpdateStream", SMS_STREAM, False),
        ("DMSAccess", "ImportMigrationTask", on_task("DMS"), True),
        ("DMSAccess", "ImportMigrationTask", on_task("SMS"), False),
        ("DMSAccess", "ListMigrationTasks", NONE, True),
        ("DiscoveryAccess", "ListConfigurations", NONE, True),
        ("DiscoveryAccess", "DescribeConfigurations", NONE, True),
        ("DiscoveryAccess", "CreateApplication", NONE, False),
        ("DiscoveryAccess", "ListMigrationTasks", NONE, False),
        ("FullAccess", "CreateProgressUpdateStream", DMS_STREAM, True),
        ("FullAccess", "DeleteProgressUpdateStream", SMS_STREAM, True),
        ("FullAccess", "ImportMigrationTask", on_task("SMS"), True),
        ("FullAccess", "CreateHomeRegionControl", NONE, True),
        ("FullAccess", "NotifyApplicationState", NONE, True),
        ("FullAccess", "CreateApplication", NONE, True),
    ],
)
def test_a_managed_policy_decides_by_its_document(
    mgh: Any, policy: str, operation: str, request_: dict[str, str], allowed: bool
) -> None:
    mgh.policy = f"AWSMigrationHub{policy}"
    assert mgh.explain(operation, **request_).allowed is allowed


# explain


def test_explain_names_the_statement_that_allows(mgh: Any) -> None:
    mgh.policy = document(
        statement("Allow", "mgh:List*"), statement("Allow", ACTION, SMS, Sid="Own")
    )
    decision = mgh.explain("CreateProgressUpdateStream", ProgressUpdateStreamName="SMS")
    assert decision.allowed
    assert decision.statement == "policy Statement[1] (Own)"


def test_explain_names_the_statement_that_denies(mgh: Any) -> None:
    mgh.policy = DENY
    decision = mgh.explain("CreateProgressUpdateStream", ProgressUpdateStreamName="SMS")
    assert not decision.allowed
    assert decision.statement == "policy Statement[1]"
    assert "explicit deny" in decision.reason


def test_explain_names_no_statement_if_none_applies(mgh: Any) -> None:
    mgh.policy = NOTHING
    decision = mgh.explain("ListMigrationTasks")
    assert (decision.allowed, decision.statement) == (False, None)


def test_explain_says_that_everything_is_allowed_without_a_policy(mgh: Any) -> None:
    decision = mgh.explain("ListMigrationTasks")
    assert (decision.allowed, decision.statement) == (True, None)
    assert "no policy" in decision.reason


@pytest.mark.parametrize("kind", KINDS)
def test_explain_names_the_kind_of_policy_that_denies(mgh: Any, kind: str) -> None:
    tool = mgh.principal("tool", **{**dict.fromkeys(KINDS, ALL), kind: DENY})
    decision = mgh.explain(
        "CreateProgressUpdateStream", principal=tool, ProgressUpdateStreamName="SMS"
    )
    assert decision.statement == f"{kind} Statement[1]"


def test_explain_names_the_document_of_several(mgh: Any) -> None:
    mgh.policy = [NOTHING, "AWSMigrationHubFullAccess", document(statement("Deny", "discovery:*"))]
    allowing = mgh.explain("ListMigrationTasks").statement
    denying = mgh.explain("GetDiscoverySummary").statement
    assert allowing == "AWSMigrationHubFullAccess Statement[0]"
    assert denying == "policy[2] Statement[0]"


def test_explain_shows_principal_action_and_resource(mgh: Any) -> None:
    tool = mgh.principal("tool", policy=NOTHING)
    decision = mgh.explain("ImportMigrationTask", principal=tool, **TASK)
    assert decision.principal == USER
    assert decision.action == "mgh:ImportMigrationTask"
    assert decision.resource == f"{SMS}/migrationTask/t"


def test_explain_names_the_principal(mgh: Any) -> None:
    tool = mgh.principal("tool", policy=ALL)
    decision = mgh.explain("ImportMigrationTask", principal=tool, **TASK)
    assert (decision.allowed, decision.principal) == (True, USER)


def test_explain_uses_the_default_principal_by_default(mgh: Any) -> None:
    mgh.policy = NOTHING
    free = mgh.principal("free")
    assert not mgh.explain("ListMigrationTasks").allowed
    assert mgh.explain("ListMigrationTasks", principal=free).allowed


def test_explain_summarizes_its_decision_in_one_line(mgh: Any) -> None:
    tool = mgh.principal("tool", policy=DENY)
    text = str(mgh.explain("CreateProgressUpdateStream", principal=tool, **SMS_STREAM))
    assert text == (
        f"{USER} may not perform {ACTION} on {SMS} with an explicit deny in an identity-based "
        "policy: policy Statement[1]"
    )


def test_explain_has_the_error_message_of_the_call(mgh: Any) -> None:
    tool = mgh.principal("tool", policy=NOTHING)
    decision = mgh.explain("CreateProgressUpdateStream", principal=tool, **SMS_STREAM)
    assert refusal(lambda: create(tool))[1] == decision.message


def test_explain_makes_no_call(mgh: Any) -> None:
    mgh.policy = NOTHING
    mgh.explain("ImportMigrationTask", **TASK)
    assert list(mgh.events) == []
    assert list(mgh.denials) == []


@pytest.mark.parametrize(
    ("operation", "given", "missing"),
    [
        ("CreateProgressUpdateStream", {}, "ProgressUpdateStreamName"),
        ("ImportMigrationTask", {}, "ProgressUpdateStream and MigrationTaskName"),
        ("ImportMigrationTask", {"ProgressUpdateStream": "SMS"}, "MigrationTaskName"),
    ],
)
def test_explain_asks_for_a_member_that_is_missing(
    mgh: Any, operation: str, given: dict[str, str], missing: str
) -> None:
    with pytest.raises(ValueError, match=rf"^{operation} .*{missing}$"):
        mgh.explain(operation, **given)


def test_explain_refuses_a_member_that_the_operation_does_not_have(mgh: Any) -> None:
    wrong = r"^CreateProgressUpdateStream has no member 'ProgressUpdateStream'; did you mean 'Prog"
    with pytest.raises(ValueError, match=wrong):
        mgh.explain("CreateProgressUpdateStream", ProgressUpdateStream="SMS")
    with pytest.raises(ValueError, match=r"^ListMigrationTasks has no member 'Application'"):
        mgh.explain("ListMigrationTasks", Application="Shop")


def test_explain_refuses_the_name_of_a_principal(mgh: Any) -> None:
    mgh.principal("dms")
    with pytest.raises(ValueError, match=r"^principal='dms': must be a Principal"):
        mgh.explain("ListMigrationTasks", principal="dms")


@pytest.mark.parametrize("name", ["ImportMigrationTsk", "import_migration_task"])
def test_explain_refuses_an_unknown_operation_with_the_nearest(mgh: Any, name: str) -> None:
    with pytest.raises(ValueError, match=rf"'{name}'.*did you mean 'ImportMigrationTask'\?"):
        mgh.explain(name)


def test_explain_evaluates_the_condition_keys_of_a_call(mgh: Any) -> None:
    condition = {"StringEquals": {"aws:username": "tool", "aws:RequestedRegion": "us-west-2"}}
    policy = document(statement("Allow", Condition=condition))
    tool, other = (mgh.principal(name, policy=policy) for name in ("tool", "other"))
    assert mgh.explain("ListMigrationTasks", principal=tool).allowed
    assert not mgh.explain("ListMigrationTasks", principal=other).allowed


@pytest.mark.parametrize("region", ["eu-central-1", "us-west-2"])
def test_explain_is_about_a_call_in_the_home_region_of_the_callers_account(
    mgh: Any, region: str
) -> None:
    stranger = mgh.principal("tool", account_id="210987654321")
    boto3.client("migrationhub-config", **stranger.credentials).create_home_region_control(
        HomeRegion=region, Target={"Type": "ACCOUNT"}
    )
    decision = mgh.explain("CreateProgressUpdateStream", principal=stranger, **SMS_STREAM)
    assert decision.resource == f"arn:aws:mgh:{region}:210987654321:progressUpdateStream/SMS"


def test_denials_are_the_decisions_that_refused_calls(mgh: Any) -> None:
    tool = mgh.principal("tool", policy=DENY)
    boto3.client("mgh", **tool.credentials).list_progress_update_streams()
    refusal(lambda: create(tool))
    assert [(one.action, one.statement) for one in mgh.denials] == [(ACTION, "policy Statement[1]")]


ON_A_STREAM = "arn:aws:mgh:*:*:progressUpdateStream/S"
NEAR = [
    pytest.param(
        {"Resource": ON_A_STREAM}, f"but only on {ON_A_STREAM}", id="a resource that is another"
    ),
    pytest.param(
        {"Resource": ["arn:aws:mgh:*:*:a", "arn:aws:mgh:*:*:b"]},
        "but only on arn:aws:mgh:*:*:a, arn:aws:mgh:*:*:b",
        id="several resources",
    ),
    pytest.param(
        {"NotResource": f"{ON_A_STREAM}/*"}, f"but not on {ON_A_STREAM}/*", id="all but this one"
    ),
    pytest.param(
        {"Resource": "*", "Condition": {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}},
        "but its condition on aws:requestedregion does not hold",
        id="a condition",
    ),
]


@pytest.mark.parametrize(("more", "missed"), NEAR)
def test_a_denial_names_the_statement_that_nearly_allowed_the_call(
    mgh: Any, more: dict[str, Any], missed: str
) -> None:
    other = {"Effect": "Deny", "Action": "mgh:*", "Resource": "arn:aws:mgh:eu-west-1:*:*"}
    near = {"Effect": "Allow", "Action": "mgh:ImportMigrationTask", **more}
    mgh.policy = {"Version": "2012-10-17", "Statement": [other, near]}

    decision = mgh.explain("ImportMigrationTask", ProgressUpdateStream="S", MigrationTaskName="t")

    assert decision.hint == f"policy Statement[1] allows the action, {missed}"
    assert str(decision).endswith(f"; {decision.hint}")
    assert decision.hint not in decision.message  # the wording of IAM


@pytest.mark.parametrize("policy", [DENY, document(statement("Allow", "mgh:List*")), None])
def test_a_decision_that_no_statement_nearly_changed_has_no_hint(mgh: Any, policy: Any) -> None:
    mgh.policy = policy

    assert mgh.explain("CreateProgressUpdateStream", ProgressUpdateStreamName="S").hint is None


# the section of a report

TITLE = "*- Migration Hub permissions -*"
DENIED_TEST = """
import pytest

POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": "*", "Resource": "*"},
        {"Sid": "NoStreams", "Effect": "Deny", "Action": "mgh:Create*", "Resource": "*"},
    ],
}

@pytest.mark.mgh(policy=POLICY)
def test_it(mgh_client):
    try:
        mgh_client.create_progress_update_stream(ProgressUpdateStreamName="SMS")
    except mgh_client.exceptions.AccessDeniedException:
        pass
    assert OUTCOME
"""
LINE = (
    f"*may not perform {ACTION} on {SMS} with an explicit deny in an identity-based policy: "
    "policy Statement?1? (NoStreams)"
)


def run(pytester: pytest.Pytester, source: str, *options: str) -> pytest.RunResult:
    pytester.makepyfile(source)
    return pytester.runpytest_inprocess(*options)


def test_a_failing_test_reports_why_calls_were_denied(pytester: pytest.Pytester) -> None:
    result = run(pytester, DENIED_TEST.replace("OUTCOME", "False"))
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([TITLE, LINE])


def test_a_passing_test_reports_no_denials(pytester: pytest.Pytester) -> None:
    result = run(pytester, DENIED_TEST.replace("OUTCOME", "True"), "-rA")
    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line(TITLE)


def test_a_failing_test_without_denials_has_no_section_of_denials(
    pytester: pytest.Pytester,
) -> None:
    result = run(
        pytester,
        """
def test_it(mgh_client):
    mgh_client.create_progress_update_stream(ProgressUpdateStreamName="SMS")
    assert False
""",
    )
    result.assert_outcomes(failed=1)
    result.stdout.no_fnmatch_line(TITLE)


def test_an_xdist_worker_reports_why_calls_were_denied(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    warm_workers(monkeypatch)
    result = run(pytester, DENIED_TEST.replace("OUTCOME", "False"), "-p", "xdist", "-n", "1")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([TITLE, LINE])


@pytest.mark.parametrize(
    ("policy", "text"),
    [
        (None, f"may perform {ACTION} on {SMS} because no policy is set"),
        (
            document(statement("Allow", ACTION, SMS)),
            f"may perform {ACTION} on {SMS} by: policy Statement[0]",
        ),
        (
            DENY,
            (
                f"may not perform {ACTION} on {SMS} with an explicit deny in an identity-based "
                "policy: policy Statement[1]"
            ),
        ),
        (
            NOTHING,
            (
                f"may not perform {ACTION} on {SMS} because no identity-based policy allows the "
                f"{ACTION} action"
            ),
        ),
    ],
    ids=["no policy", "allowed", "denied", "not allowed"],
)
def test_a_decision_is_a_sentence(mgh: Any, policy: Any, text: str) -> None:
    mgh.policy = policy
    decision = mgh.explain("CreateProgressUpdateStream", ProgressUpdateStreamName="SMS")
    assert str(decision) == f"{decision.principal} {text}"


@pytest.mark.parametrize(
    "condition",
    [
        {"IpAddress": {"aws:SourceIp": "127.0.0.1"}},
        {"Bool": {"aws:SecureTransport": "true"}},
        {"StringEquals": {"aws:SecureTransport": "true"}},
        {"Null": {"aws:UserAgent": "true"}},
    ],
    ids=lambda condition: next(iter(condition)),
)
def test_explain_assumes_a_call_over_tls_from_this_machine(mgh: Any, condition: Any) -> None:
    mgh.policy = document(statement("Allow", Condition=condition))
    assert mgh.explain("ListMigrationTasks").allowed
