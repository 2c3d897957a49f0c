"""The wire: targets, bodies, JSON types, error bodies."""

from __future__ import annotations

import time
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from pytest_mgh.bridge.comparison import NOW
from pytest_mgh.bridge.probes.probe import probe

if TYPE_CHECKING:
    from pytest_mgh.bridge.account import ProbedAccount
    from pytest_mgh.bridge.calls import Answer

ERRORS = "Documented, and done so: Wire"
EMPTY_BODY = "Contradicting documents: An empty request body: to be accepted, or refused"
TYPES = "Wire and messages: A wrong JSON type, a time as text too"
DEPTH = "Wire and messages: How deep a request may be nested"
FRACTION = "Wire and messages: A fraction where an integer is due"
MEMBERS = "Wire and messages: A null member; an unknown one"
FRONT_END = "Wire and messages: An unknown target, no signature, half a signature"
OTHER_HTTP = "Wire and messages: Another method or content type"
CONSTRAINTS = "Wire and messages: Broken constraints of the model"
LENGTHS = "Wire and messages: Lengths"
DATE = "Wire and messages: The header Date"
MESSAGES = "Wire and messages: Values and patterns in messages"
BEFORE_THE_CALLER = "Common errors: Errors of the front end, which come before the caller is known"
STATUSES = "Common errors: Their statuses"
COMMON_TEXTS = "Common errors: Their texts"
FIRST_CHECKS = (
    "Order of checks: Target and body, then authentication, then JSON types, then constraints"
)


def accepted(answer: Answer) -> Any:
    """Return whether a request is accepted: what a list holds is no matter. Or the refusal."""
    return "accepted" if answer.ok else answer


def members_of(answer: Answer) -> Any:
    """Return a refusal with the names of the members of its body."""
    names = sorted(answer.content) if isinstance(answer.content, dict) else answer.text
    return {"answer": answer, "members": names}


@probe(ERRORS)
def an_error_of_mgh_has_its_code_and_a_message(account: ProbedAccount) -> Any:
    unknown = {"ProgressUpdateStream": account.name, "MigrationTaskName": "none"}
    return members_of(account.mgh("DescribeMigrationTask", **unknown))


@probe(ERRORS)
def an_error_of_migrationhub_config_has_its_code_and_a_message(account: ProbedAccount) -> Any:
    return members_of(account.config("DescribeHomeRegionControls", ControlId="none"))


@probe(ERRORS)
def an_error_of_discovery_has_its_code_and_a_message(account: ProbedAccount) -> Any:
    return members_of(account.discovery("DescribeConfigurations", configurationIds=["d-server-0"]))


@probe(EMPTY_BODY)
def an_empty_body_is_refused(account: ProbedAccount) -> Any:
    return accepted(account.raw(""))


@probe(TYPES)
def a_body_that_is_no_json_is_refused(account: ProbedAccount) -> Any:
    return [accepted(account.raw("{")), accepted(account.raw("null"))]


@probe(TYPES)
def a_body_that_is_an_array_is_refused(account: ProbedAccount) -> Any:
    return accepted(account.raw("[]"))


@probe(TYPES)
def a_text_is_no_integer(account: ProbedAccount) -> Any:
    return accepted(account.raw('{"MaxResults": "1"}'))


@probe(TYPES)
def a_number_is_no_text(account: ProbedAccount) -> Any:
    return accepted(account.raw('{"NextToken": 1}'))


@probe(TYPES)
def a_boolean_is_no_text(account: ProbedAccount) -> Any:
    return accepted(account.raw('{"NextToken": true}'))


@probe(TYPES)
def a_list_is_no_text(account: ProbedAccount) -> Any:
    return accepted(account.raw('{"NextToken": []}'))


@probe(TYPES)
def an_object_is_no_text(account: ProbedAccount) -> Any:
    return accepted(account.raw('{"NextToken": {}}'))


@probe(TYPES)
def a_text_is_no_list(account: ProbedAccount) -> Any:
    return accepted(account.raw('{"ApplicationIds": "none"}', operation="ListApplicationStates"))


@probe(TYPES)
def a_time_is_no_text(account: ProbedAccount) -> Any:
    return account.mgh(
        "NotifyApplicationState",
        ApplicationId="d-application-0",
        Status="COMPLETED",
        UpdateDateTime="2020-01-01T00:00:00Z",
        DryRun=True,
    )


@probe(DEPTH)
def an_unknown_member_may_be_nested_100_levels_deep(account: ProbedAccount) -> Any:
    return accepted(account.raw('{"Unknown": ' + "[" * 99 + "]" * 99 + "}"))


@probe(DEPTH)
def a_deeper_request_is_refused(account: ProbedAccount) -> Any:
    return accepted(account.raw('{"Unknown": ' + "[" * 100 + "]" * 100 + "}"))


@probe(FRACTION)
def a_fraction_is_cut_off_where_an_integer_is_due(account: ProbedAccount) -> Any:
    return [
        accepted(account.raw('{"MaxResults": 1.5}')),
        accepted(account.raw('{"MaxResults": 0.5}')),
    ]


@probe(MEMBERS)
def a_null_member_is_absent(account: ProbedAccount) -> Any:
    return accepted(account.raw('{"MaxResults": null, "NextToken": null}'))


@probe(MEMBERS)
def a_required_member_that_is_null_is_missing(account: ProbedAccount) -> Any:
    return account.raw(
        '{"ProgressUpdateStream": "none", "MigrationTaskName": null}',
        operation="DescribeMigrationTask",
    )


@probe(MEMBERS)
def an_unknown_member_is_ignored(account: ProbedAccount) -> Any:
    return accepted(account.raw('{"Unknown": 1}'))


@probe(FRONT_END, BEFORE_THE_CALLER, STATUSES)
def an_unknown_operation_is_refused_without_a_message(account: ProbedAccount) -> Any:
    return members_of(account.raw(X_Amz_Target="AWSMigrationHub.ListNothing"))


@probe(FRONT_END)
def an_unknown_service_is_an_unknown_operation(account: ProbedAccount) -> Any:
    return members_of(account.raw(X_Amz_Target="AWSNothing.ListProgressUpdateStreams"))


@probe(FRONT_END, BEFORE_THE_CALLER, STATUSES, COMMON_TEXTS)
def a_request_without_a_signature_misses_the_token(account: ProbedAccount) -> Any:
    return members_of(account.raw(signed=False))


@probe(FRONT_END, BEFORE_THE_CALLER, STATUSES)
def half_a_signature_is_incomplete(account: ProbedAccount) -> Any:
    half = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-west-2/mgh/aws4_request"
    date = "20150830T123600Z"
    return members_of(account.raw(signed=False, Authorization=half, X_Amz_Date=date))


@probe(OTHER_HTTP)
def plain_JSON_is_no_content_type_of_the_service(account: ProbedAccount) -> Any:
    return account.raw(Content_Type="application/json")


@probe(OTHER_HTTP)
def an_older_json_protocol_is_not_answered(account: ProbedAccount) -> Any:
    return account.raw(Content_Type="application/x-amz-json-1.0")


@probe(OTHER_HTTP)
def a_get_is_not_answered(account: ProbedAccount) -> Any:
    return account.raw("", method="GET")


@probe(CONSTRAINTS)
def a_broken_constraint_of_mgh_is_invalid_input(account: ProbedAccount) -> Any:
    return account.mgh("ListProgressUpdateStreams", MaxResults=101)


@probe(CONSTRAINTS, MESSAGES)
def all_broken_constraints_stand_in_one_message(account: ProbedAccount) -> Any:
    return account.mgh("ListCreatedArtifacts", ProgressUpdateStream="a:b", MaxResults=11)


@probe(DATE)
def every_answer_has_the_date_of_now(account: ProbedAccount) -> Any:
    answers = [
        account.mgh("ListProgressUpdateStreams", MaxResults=1),
        account.mgh("ListProgressUpdateStreams", MaxResults=101),
        account.raw(signed=False),
    ]
    return [_date(answer) for answer in answers]


def _date(answer: Answer) -> str:
    """Return what the header Date says: now by the wall clock, or something else."""
    try:
        date = parsedate_to_datetime(answer.reply.date)
    except (TypeError, ValueError):  # TypeError is of Python 3.10
        return "no date"
    return "now" if abs(date.timestamp() - time.time()) < NOW else "another time"


@probe(LENGTHS)
def lengths_count_code_points(account: ProbedAccount) -> Any:
    name = "\N{SLIGHTLY SMILING FACE}" * 50  # each two units of UTF-16, four bytes of UTF-8
    return account.mgh("CreateProgressUpdateStream", ProgressUpdateStreamName=name, DryRun=True)


@probe(FIRST_CHECKS)
def the_target_is_read_before_the_signature(account: ProbedAccount) -> Any:
    return account.raw(signed=False, X_Amz_Target="AWSMigrationHub.ListNothing")


@probe(FIRST_CHECKS)
def the_body_is_read_before_the_signature(account: ProbedAccount) -> Any:
    return account.raw("{", signed=False)


@probe(FIRST_CHECKS)
def a_wrong_type_comes_before_a_broken_constraint(account: ProbedAccount) -> Any:
    return account.raw('{"MaxResults": 101, "NextToken": 1}')
