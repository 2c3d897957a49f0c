from __future__ import annotations

import json
import re
import time
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from signed_calls import AUTHORIZATION, KEY, post

from pytest_mgh import MigrationHub
from pytest_mgh.protocol.messages import WireResponse

LIST = "ListProgressUpdateStreams"


def send(hub: MigrationHub, body: bytes = b"{}", **headers: str | None) -> WireResponse:
    return post(hub, LIST, body, **headers)


def content(response: WireResponse) -> Any:
    return json.loads(response.body)


def test_a_result_is_a_json_body_with_type_length_and_request_id(mgh: MigrationHub) -> None:
    response = send(mgh)

    assert response.status == 200
    assert content(response) == {"ProgressUpdateStreamSummaryList": []}
    assert response.headers["Content-Type"] == "application/x-amz-json-1.1"
    assert response.headers["Content-Length"] == str(len(response.body))


def test_an_empty_result_is_an_empty_object(mgh: MigrationHub) -> None:
    response = send(
        mgh,
        b'{"ProgressUpdateStreamName": "SMS"}',
        x_amz_target="AWSMigrationHub.CreateProgressUpdateStream",
    )

    assert (response.status, response.body) == (200, b"{}")


@pytest.mark.parametrize("body", [b"{}", b"]"], ids=["a result", "an error"])
def test_every_response_has_its_own_uuid_as_request_id(mgh: MigrationHub, body: bytes) -> None:
    ids = {send(mgh, body).headers["x-amzn-RequestId"] for _ in range(10)}

    assert len(ids) == 10
    for id_ in ids:
        assert re.fullmatch(
            "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", id_
        )


@pytest.mark.parametrize(
    "target",
    [
        "",
        "ListProgressUpdateStreams",
        "AWSMigrationHub.",
        "AWSMigrationHub.listProgressUpdateStreams",
        "AWSMigrationHub.NoSuchOperation",
        "awsmigrationhub.ListProgressUpdateStreams",
        "AWSMigrationHubMultiAccountService.ListProgressUpdateStreams",
        "DynamoDB_20120810.ListTables",
    ],
)
def test_an_unknown_target_is_an_unknown_operation_without_a_message(
    mgh: MigrationHub, target: str
) -> None:
    response = send(mgh, x_amz_target=target)

    assert response.status == 400
    assert content(response) == {"__type": "UnknownOperationException"}


def test_the_target_and_not_the_credential_scope_selects_the_service(
    mgh: MigrationHub,
) -> None:
    response = send(mgh, x_amz_target="AWSMigrationHubMultiAccountService.GetHomeRegion")

    assert content(response) == {"HomeRegion": "us-west-2"}


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"{", id="cut off"),
        pytest.param(b"null", id="null"),
        pytest.param(b"1", id="a number"),
        pytest.param(b'"text"', id="a string"),
        pytest.param(b"\xff", id="not UTF-8"),
        pytest.param(b'{"a": NaN}', id="NaN"),
        pytest.param(b'{"a": 1e400}', id="beyond a double"),
        pytest.param(b"[" * 100_000, id="too deep"),
    ],
)
def test_a_body_that_is_not_a_json_object_is_a_serialization_error(
    mgh: MigrationHub, body: bytes
) -> None:
    response = send(mgh, body)

    assert response.status == 400
    assert content(response) == {"__type": "SerializationException"}


def test_the_error_for_a_body_that_is_an_array_says_so(mgh: MigrationHub) -> None:
    assert content(send(mgh, b"[]")) == {
        "__type": "SerializationException",
        "Message": "Start of list found where not expected",
    }


NOTIFY = {
    "ProgressUpdateStream": "SMS",
    "MigrationTaskName": "a",
    "Task": {"Status": "IN_PROGRESS"},
    "UpdateDateTime": 1,
    "NextUpdateSeconds": 1,
}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"NextUpdateSeconds": "1"}, "STRING_VALUE can not be converted to an Integer"),
        ({"NextUpdateSeconds": True}, "TRUE_VALUE can not be converted to an Integer"),
        ({"MigrationTaskName": 1}, "NUMBER_VALUE can not be converted to a String"),
        ({"MigrationTaskName": False}, "FALSE_VALUE can not be converted to a String"),
        ({"DryRun": "true"}, "STRING_VALUE can not be converted to a Boolean"),
        ({"UpdateDateTime": "now"}, "STRING_VALUE can not be converted to a Number"),
        ({"Task": [{"Status": "IN_PROGRESS"}]}, "Start of list found where not expected"),
        ({"MigrationTaskName": {}}, "Start of structure or map found where not expected."),
        ({"Task": "IN_PROGRESS"}, "Expected null"),
    ],
)
def test_a_wrong_json_type_has_the_message_of_the_front_end(
    mgh: MigrationHub, change: dict[str, Any], message: str
) -> None:
    body = json.dumps(NOTIFY | change).encode()

    response = send(mgh, body, x_amz_target="AWSMigrationHub.NotifyMigrationTaskState")

    assert content(response) == {"__type": "SerializationException", "Message": message}


def test_a_type_error_comes_before_a_constraint_error(mgh: MigrationHub) -> None:
    body = json.dumps({"ProgressUpdateStream": "a:b", "MigrationTaskName": 1}).encode()

    response = send(mgh, body, x_amz_target="AWSMigrationHub.ImportMigrationTask")

    assert content(response)["__type"] == "SerializationException"


def test_all_broken_constraints_are_in_one_message(mgh: MigrationHub) -> None:
    body = json.dumps({"ProgressUpdateStream": "a:b", "Task": {}, "NextUpdateSeconds": -1}).encode()

    response = send(mgh, body, x_amz_target="AWSMigrationHub.NotifyMigrationTaskState")

    answer = content(response)
    assert answer["__type"] == "InvalidInputException"
    assert answer["Message"].startswith("5 validation errors detected: ")
    for part in (
        "Value 'a:b' at 'progressUpdateStream' failed to satisfy constraint: ",
        "Member must satisfy regular expression pattern: ",
        "Value null at 'migrationTaskName' failed to satisfy constraint: Member must not be null",
        "Value null at 'updateDateTime' failed to satisfy constraint: Member must not be null",
        "Value null at 'task.status' failed to satisfy constraint: Member must not be null",
        "Value '-1' at 'nextUpdateSeconds' failed to satisfy constraint: ",
        "Member must have value greater than or equal to 0",
    ):
        assert part in answer["Message"]


def test_one_broken_constraint_is_counted_in_the_singular(mgh: MigrationHub) -> None:
    body = b'{"ApplicationIds": []}'

    response = send(mgh, body, x_amz_target="AWSMigrationHub.ListApplicationStates")

    assert content(response)["Message"] == (
        "1 validation error detected: Value '[]' at 'applicationIds' failed to satisfy "
        "constraint: Member must have length greater than or equal to 1"
    )


def test_a_null_member_is_absent_and_an_unknown_member_is_ignored(mgh: MigrationHub) -> None:
    body = b'{"ProgressUpdateStreamName": "SMS", "DryRun": null, "Surprise": [1]}'

    response = send(mgh, body, x_amz_target="AWSMigrationHub.CreateProgressUpdateStream")

    assert (response.status, [stream.name for stream in mgh.streams]) == (200, ["SMS"])


def test_a_null_in_a_list_is_refused(mgh: MigrationHub) -> None:
    response = send(
        mgh, b'{"ApplicationIds": [null]}', x_amz_target="AWSMigrationHub.ListApplicationStates"
    )

    assert content(response)["Message"] == (
        "1 validation error detected: Value null at 'applicationIds.1.member' failed to satisfy "
        "constraint: Member must not be null"
    )


def test_a_fraction_is_truncated_to_an_integer(mgh: MigrationHub) -> None:
    for number in range(3):
        name = json.dumps({"ProgressUpdateStreamName": f"s{number}"}).encode()
        send(mgh, name, x_amz_target="AWSMigrationHub.CreateProgressUpdateStream")

    assert len(content(send(mgh, b'{"MaxResults": 1.9}'))["ProgressUpdateStreamSummaryList"]) == 1


def test_a_call_without_authorization_misses_the_token(mgh: MigrationHub) -> None:
    response = send(mgh, authorization="")

    assert response.status == 400
    assert content(response) == {
        "__type": "MissingAuthenticationTokenException",
        "message": "Missing Authentication Token",
    }


SCOPE = "Credential=K/1/us-west-2/mgh/aws4_request"
FIVE = (
    "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, "
    "got '{0}'"
)


def needs(*names: str) -> str:
    return " ".join(f"Authorization header requires '{name}' parameter." for name in names)


@pytest.mark.parametrize(
    ("authorization", "message"),
    [
        ("AWS4-HMAC-SHA256 SignedHeaders=host, Signature=0", needs("Credential")),
        (f"AWS4-HMAC-SHA256 {SCOPE}, SignedHeaders=host", needs("Signature")),
        (f"AWS4-HMAC-SHA256 {SCOPE}, Signature=0", needs("SignedHeaders")),
        ("AWS4-HMAC-SHA256 Signature=0", needs("Credential", "SignedHeaders")),
        (
            f"AWS4-ECDSA-P256-SHA256 {SCOPE}, SignedHeaders=host, Signature=0",
            needs("Credential", "Signature", "SignedHeaders"),
        ),
    ],
)
def test_the_error_for_an_incomplete_authorization_names_what_is_missing(
    mgh: MigrationHub, authorization: str, message: str
) -> None:
    response = send(mgh, authorization=authorization)

    assert response.status == 400
    assert content(response) == {
        "__type": "IncompleteSignatureException",
        "message": f"{message} Authorization={authorization}",
    }


@pytest.mark.parametrize(
    "scope",
    ["KEY", "KEY/20261121/us-west-2/mgh", "KEY/20261121/us-west-2/mgh/aws4", "/aws4_request"],
)
def test_the_error_for_a_malformed_credential_states_the_format(
    mgh: MigrationHub, scope: str
) -> None:
    authorization = f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"

    assert content(send(mgh, authorization=authorization)) == {
        "__type": "IncompleteSignatureException",
        "message": FIVE.format(scope),
    }


def test_the_access_key_of_a_credential_may_contain_slashes(mgh: MigrationHub) -> None:
    """The key stands before the date, in any form."""
    authorization = AUTHORIZATION.replace(KEY, "a/b/c")

    assert send(mgh, authorization=authorization).status == 200
    assert mgh.events.last["awsRegion"] == "us-west-2"


def test_a_signature_without_a_date_is_incomplete(mgh: MigrationHub) -> None:
    response = send(mgh, x_amz_date=None)

    assert content(response) == {
        "__type": "IncompleteSignatureException",
        "message": "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' "
        f"header. Authorization={AUTHORIZATION}",
    }


def test_the_date_header_is_accepted_in_place_of_x_amz_date(mgh: MigrationHub) -> None:
    date = "Sat, 21 Nov 2026 00:00:00 GMT"

    assert send(mgh, x_amz_date=None, date=date).status == 200


@pytest.mark.parametrize(
    ("body", "target", "code"),
    [
        (b"", "AWSMigrationHub.ListMigrationTasks", "SerializationException"),
        (b"{}", "AWSMigrationHub.NoSuchOperation", "UnknownOperationException"),
    ],
    ids=["a bad body", "an unknown target"],
)
def test_target_and_body_are_read_before_authentication(
    mgh: MigrationHub, body: bytes, target: str, code: str
) -> None:
    response = send(mgh, body, x_amz_target=target, authorization="")

    assert content(response)["__type"] == code


@pytest.mark.parametrize(("levels", "status"), [(100, 200), (101, 400), (900, 400)])
def test_an_unknown_member_may_be_nested_a_hundred_levels_deep(
    mgh: MigrationHub, levels: int, status: int
) -> None:
    lists = levels - 1  # the request itself is a level
    body = b'{"Surprise": ' + b"[" * lists + b"]" * lists + b"}"

    assert send(mgh, body).status == status


@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_a_deeply_nested_call_is_recorded(mgh: MigrationHub, opening: str) -> None:
    """The record, and the line in a failing test's report, are created with less stack left."""
    closing = {"[": "]", '{"a":': "}"}[opening]
    body = '{"ResourceName": ' + opening * 99 + "1" + closing * 99 + "}"

    response = send(mgh, body.encode(), x_amz_target="AWSMigrationHub.ListMigrationTasks")

    assert content(response)["__type"] == "SerializationException"
    assert mgh.events.last["requestParameters"].keys() == {"resourceName"}
    assert mgh.events.lines()


def test_a_message_quotes_the_value_as_json(mgh: MigrationHub) -> None:
    attributes = [{"Type": "FQDN", "Value": "ä"}] * 101
    body = {
        "ProgressUpdateStream": "SMS",
        "MigrationTaskName": "t",
        "ResourceAttributeList": attributes,
        "DryRun": True,
    }
    target = "AWSMigrationHub.PutResourceAttributes"

    message = content(send(mgh, json.dumps(body).encode(), x_amz_target=target))["Message"]

    quoted = json.dumps(attributes, ensure_ascii=False)
    assert message == (
        f"1 validation error detected: Value '{quoted}' at 'resourceAttributeList' failed to "
        "satisfy constraint: Member must have length less than or equal to 100"
    )


def test_a_message_quotes_the_pattern_of_the_model(mgh: MigrationHub) -> None:
    body = b'{"ProgressUpdateStreamName": "a/b"}'

    response = send(mgh, body, x_amz_target="AWSMigrationHub.CreateProgressUpdateStream")

    assert content(response)["Message"].endswith(r"pattern: [^/:|\000-\037]+")


# members of every response


@pytest.mark.parametrize(
    ("body", "changes"),
    [
        (b"{}", {}),
        (b"{", {}),
        (b"{}", {"authorization": None}),
        (b"{}", {"x_amz_target": "Nothing"}),
        (b"{}", {"content_type": "text/plain"}),
        (b'{"MaxResults": 0}', {}),
    ],
)
def test_every_response_has_a_date(
    mgh: MigrationHub, body: bytes, changes: dict[str, str | None]
) -> None:
    before = int(time.time())

    date = parsedate_to_datetime(send(mgh, body, **changes).headers["Date"])

    assert before <= date.timestamp() <= time.time()


def test_a_client_reads_the_date(mgh: MigrationHub) -> None:
    headers = mgh.client().list_migration_tasks()["ResponseMetadata"]["HTTPHeaders"]

    assert headers["date"].endswith(" GMT")


def test_the_date_of_a_response_is_the_wall_clock(mgh: MigrationHub) -> None:
    """Clients correct their own clock by it, and sign by that."""
    mgh.advance(1_000_000)

    date = parsedate_to_datetime(send(mgh).headers["Date"])

    assert abs(date.timestamp() - time.time()) < 60


@pytest.mark.parametrize(
    ("sent", "answered"),
    [(1493660853, 1493660853.0), (1493660853.1239, 1493660853.124), (0.0004, 0.0)],
)
def test_a_time_is_answered_to_the_millisecond(
    mgh: MigrationHub, sent: float, answered: float
) -> None:
    mgh.load({"streams": [{"name": "SMS", "tasks": [{"name": "t"}]}]})
    task = {"ProgressUpdateStream": "SMS", "MigrationTaskName": "t"}
    state = {"Task": {"Status": "COMPLETED"}, "UpdateDateTime": sent, "NextUpdateSeconds": 0}
    target = "AWSMigrationHub."
    send(mgh, json.dumps(task | state).encode(), x_amz_target=f"{target}NotifyMigrationTaskState")

    body = send(mgh, json.dumps(task).encode(), x_amz_target=f"{target}DescribeMigrationTask").body

    assert f'"UpdateDateTime":{answered!r}'.encode() in body


def test_a_time_of_the_hubs_clock_is_answered_to_the_millisecond(
    mgh: MigrationHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pytest_mgh.state.clock.time.time", lambda: 1493405005.63912)
    mgh.add_application("Shop", configuration_id="d-application-1")
    body = b'{"ApplicationId": "d-application-1", "Status": "IN_PROGRESS"}'
    send(mgh, body, x_amz_target="AWSMigrationHub.NotifyApplicationState")

    answer = send(
        mgh,
        b'{"ApplicationId": "d-application-1"}',
        x_amz_target="AWSMigrationHub.DescribeApplicationState",
    )

    assert b'"LastUpdatedTime":1493405005.639' in answer.body
