"""The wire: targets, bodies, JSON types, error bodies."""

from __future__ import annotations

import time
from email.utils import parsedate_to_datetime
from typing import Any

from pytest_mgh.bridge.account import ProbedAccount
from pytest_mgh.bridge.calls import Answer
from pytest_mgh.bridge.comparison import NOW
from pytest_mgh.bridge.probes.probe import ProbeTable, probes, reads

ERRORS = "Documented and simulated: Wire"
FRONT_END = "Wire and messages: An unknown target, no signature, half a signature"
CONSTRAINTS = "Wire and messages: Broken constraints of the model"
BEFORE_THE_CALLER = "Common errors: Errors of the front end, which come before the caller is known"
STATUSES = "Common errors: Their statuses"


def members_of(answer: Answer) -> Any:
    """Return a refusal with the names of the members of its body."""
    names = sorted(answer.content) if isinstance(answer.content, dict) else answer.text
    return {"answer": answer, "members": names}


@reads(ERRORS)
def an_error_of_mgh_has_its_code_and_a_message(account: ProbedAccount) -> Any:
    unknown = {"ProgressUpdateStream": account.name, "MigrationTaskName": "none"}
    return members_of(account.call("DescribeMigrationTask", **unknown))


READS: ProbeTable = {
    ERRORS: {
        "an error of migrationhub config has its code and a message": lambda account: members_of(
            account.call("DescribeHomeRegionControls", ControlId="none")
        ),
        "an error of discovery has its code and a message": lambda account: members_of(
            account.call("DescribeConfigurations", configurationIds=["d-server-0"])
        ),
    },
    "Contradicting documents: An empty request body: to be accepted, or refused": {
        "an empty body is refused": lambda account: account.raw("").accepted,
    },
    "Wire and messages: A wrong JSON type, such as a time as text": {
        "a body that is no json is refused": lambda account: [
            account.raw("{").accepted,
            account.raw("null").accepted,
        ],
        "a body that is an array is refused": lambda account: account.raw("[]").accepted,
        "a text is no integer": lambda account: account.raw('{"MaxResults": "1"}').accepted,
        "a number is no text": lambda account: account.raw('{"NextToken": 1}').accepted,
        "a boolean is no text": lambda account: account.raw('{"NextToken": true}').accepted,
        "a list is no text": lambda account: account.raw('{"NextToken": []}').accepted,
        "an object is no text": lambda account: account.raw('{"NextToken": {}}').accepted,
        "a text is no list": lambda account: (
            account.raw('{"ApplicationIds": "none"}', operation="ListApplicationStates").accepted
        ),
        "a time is no text": lambda account: account.call(
            "NotifyApplicationState",
            ApplicationId="d-application-0",
            Status="COMPLETED",
            UpdateDateTime="2020-01-01T00:00:00Z",
            DryRun=True,
        ),
    },
    "Wire and messages: How deep a request may be nested": {
        "an unknown member may be nested 100 levels deep": lambda account: (
            account.raw('{"Unknown": ' + "[" * 99 + "]" * 99 + "}").accepted
        ),
        "a deeper request is refused": lambda account: (
            account.raw('{"Unknown": ' + "[" * 100 + "]" * 100 + "}").accepted
        ),
    },
    "Wire and messages: A fraction where an integer is expected": {
        "a fraction is cut off where an integer is due": lambda account: [
            account.raw('{"MaxResults": 1.5}').accepted,
            account.raw('{"MaxResults": 0.5}').accepted,
        ],
    },
    "Wire and messages: A null member; an unknown one": {
        "a null member is absent": lambda account: (
            account.raw('{"MaxResults": null, "NextToken": null}').accepted
        ),
        "a required member that is null is missing": lambda account: account.raw(
            '{"ProgressUpdateStream": "none", "MigrationTaskName": null}',
            operation="DescribeMigrationTask",
        ),
        "an unknown member is ignored": lambda account: account.raw('{"Unknown": 1}').accepted,
    },
    (FRONT_END, BEFORE_THE_CALLER, STATUSES): {
        "an unknown operation is refused without a message": lambda account: members_of(
            account.raw(X_Amz_Target="AWSMigrationHub.ListNothing")
        ),
    },
    FRONT_END: {
        "an unknown service is an unknown operation": lambda account: members_of(
            account.raw(X_Amz_Target="AWSNothing.ListProgressUpdateStreams")
        ),
    },
    (FRONT_END, BEFORE_THE_CALLER, STATUSES, "Common errors: Their texts"): {
        "a request without a signature misses the token": lambda account: members_of(
            account.raw(signed=False)
        ),
    },
    "Wire and messages: Another method or content type": {
        "plain JSON is no content type of the service": lambda account: account.raw(
            Content_Type="application/json"
        ),
        "an older json protocol is not answered": lambda account: account.raw(
            Content_Type="application/x-amz-json-1.0"
        ),
        "a get is not answered": lambda account: account.raw("", method="GET"),
    },
    CONSTRAINTS: {
        "a broken constraint of mgh is invalid input": lambda account: account.call(
            "ListProgressUpdateStreams", MaxResults=101
        ),
    },
    (CONSTRAINTS, "Wire and messages: Values and patterns in messages"): {
        "all broken constraints stand in one message": lambda account: account.call(
            "ListCreatedArtifacts", ProgressUpdateStream="a:b", MaxResults=11
        ),
    },
    "Order of checks: Target and body, then authentication, then JSON types, then constraints": {
        "the target is read before the signature": lambda account: account.raw(
            signed=False, X_Amz_Target="AWSMigrationHub.ListNothing"
        ),
        "the body is read before the signature": lambda account: account.raw("{", signed=False),
        "a wrong type comes before a broken constraint": lambda account: account.raw(
            '{"MaxResults": 101, "NextToken": 1}'
        ),
    },
}
probes(READS)


@reads(FRONT_END, BEFORE_THE_CALLER, STATUSES)
def half_a_signature_is_incomplete(account: ProbedAccount) -> Any:
    half = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-west-2/mgh/aws4_request"
    date = "20150830T123600Z"
    return members_of(account.raw(signed=False, Authorization=half, X_Amz_Date=date))


@reads("Wire and messages: The header Date")
def every_answer_has_the_date_of_now(account: ProbedAccount) -> Any:
    answers = [
        account.call("ListProgressUpdateStreams", MaxResults=1),
        account.call("ListProgressUpdateStreams", MaxResults=101),
        account.raw(signed=False),
    ]
    return [_date(answer) for answer in answers]


def _date(answer: Answer) -> str:
    """Return whether the header Date is now by the wall clock, or something else."""
    try:
        date = parsedate_to_datetime(answer.reply.date)
    except (TypeError, ValueError):  # TypeError is of Python 3.10
        return "no date"
    return "now" if abs(date.timestamp() - time.time()) < NOW else "another time"


@reads("Wire and messages: Lengths")
def lengths_count_code_points(account: ProbedAccount) -> Any:
    name = "\N{SLIGHTLY SMILING FACE}" * 50  # each two units of UTF-16, four bytes of UTF-8
    return account.call("CreateProgressUpdateStream", ProgressUpdateStreamName=name, DryRun=True)
