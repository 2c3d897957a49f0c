"""The suite's check of responses finds violations of the schemas."""

from __future__ import annotations

import json
from typing import Any

import pytest
from answer_schemas import breaches_of_record, breaches_of_response
from inner_runs import run_in_fork

from pytest_mgh import MigrationHub
from pytest_mgh.protocol.messages import WireRequest, WireResponse

DESCRIBE = "AWSMigrationHub.DescribeApplicationState"
STATE = {"ApplicationStatus": "IN_PROGRESS", "LastUpdatedTime": 1493405005.639}
DENIED = {"__type": "AccessDeniedException", "Message": "no"}


def breaches(body: dict[str, Any], status: int = 200, target: str = DESCRIBE) -> list[str]:
    headers = {"Content-Type": "application/x-amz-json-1.1"}
    response = WireResponse(status, headers, json.dumps(body).encode())
    return [*breaches_of_response(WireRequest({"x-amz-target": target}, b"{}"), response)]


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, STATE),
        (400, DENIED),
        (400, {"__type": "SerializationException"}),
        (400, {"__type": "SerializationException", "Message": "Expected null"}),
        (400, {"__type": "MissingAuthenticationTokenException", "message": "Missing"}),
        (400, {"__type": "InvalidToken", "Message": "expired"}),
    ],
)
def test_a_valid_answer_is_accepted(status: int, body: dict[str, Any]) -> None:
    assert breaches(body, status) == []


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, STATE | {"ApplicationStatus": "FAILED"}),
        (200, STATE | {"LastUpdatedTime": "2017-04-28"}),
        (200, STATE | {"Surprise": 1}),
        (200, STATE | {"LastUpdatedTime": None}),
        (400, DENIED | {"Surprise": 1}),
        (400, {"__type": "AccessDeniedException", "message": "no"}),
        (400, {"__type": "DryRunOperation", "Message": "an operation without DryRun"}),
        (400, {"__type": "InvalidToken", "message": "expired"}),
        (400, {"__type": "SerializationException", "message": "Expected null"}),
        (400, {"Message": "no code"}),
        (500, DENIED),
        (400, {"__type": "InternalServerError", "Message": "no"}),
    ],
)
def test_an_answer_that_violates_its_schema_is_reported(status: int, body: dict[str, Any]) -> None:
    assert len(breaches(body, status)) == 1


def test_an_answer_in_an_unknown_form_is_reported() -> None:
    response = WireResponse(200, {"Content-Type": "text/html"}, b"")

    found_breaches = [
        *breaches_of_response(WireRequest({"x-amz-target": DESCRIBE}, b"{}"), response)
    ]
    assert found_breaches == ["an answer of text/html with status 200"]


def test_a_service_error_without_a_service_is_reported() -> None:
    assert breaches(DENIED, 400, "nonsense") == [f"no service, but {DENIED}"]


def test_a_record_that_violates_its_schema_is_reported(mgh: MigrationHub) -> None:
    mgh.client().list_progress_update_streams()
    record = mgh.events.last

    assert [*breaches_of_record(record)] == []
    assert len([*breaches_of_record(record | {"eventTime": "noon"})]) == 1


def test_a_test_fails_if_an_answer_violates_its_schema(
    pytester: pytest.Pytester, request: pytest.FixtureRequest
) -> None:
    tests = request.config.rootpath / "tests"
    pytester.makeconftest((tests / "conftest.py").read_text("utf-8"))
    pytester.makepyfile(
        """
        import pytest_mgh.protocol.wire

        def test_it(mgh, monkeypatch):
            client = mgh.client()
            encode = pytest_mgh.protocol.wire.encode
            def add(request_id, result):
                return encode(request_id, result | {"Surprise": 1})
            monkeypatch.setattr(pytest_mgh.protocol.wire, "encode", add)
            client.list_progress_update_streams()
        """
    )

    # In its own process: the check of this test would find it too.
    result = run_in_fork(pytester, "-o", f"pythonpath={tests}")

    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*mgh/ListProgressUpdateStreams.response*Surprise*"])
