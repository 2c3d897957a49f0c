"""The requests library, with any SigV4 signer, beside a user's own mocks of it."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
import requests
import responses
from signed_calls import URL, sign

from pytest_mgh import MigrationHub, mock_mgh

pytestmark = pytest.mark.mgh(requests=True)


def post(operation: str, request: Any = None, *, url: str = URL, **headers: str) -> Any:
    """Send a request that botocore's signer signed, as any other signer would."""
    body = json.dumps(request or {})
    signed = sign(operation, body, url=url, credentials=("key", "secret"))
    return requests.post(url, data=body, headers=signed | headers, timeout=1)


def test_a_signed_request_is_answered_by_the_hub(mgh: MigrationHub) -> None:
    response = post("CreateProgressUpdateStream", {"ProgressUpdateStreamName": "SMS"})

    assert (response.status_code, response.json()) == (200, {})
    assert response.headers["x-amzn-RequestId"] == mgh.events.last["requestID"]
    assert [stream.name for stream in mgh.streams] == ["SMS"]


@pytest.mark.parametrize(
    "url",
    [
        "https://mgh.eu-central-1.amazonaws.com/",
        "https://mgh-fips.us-west-2.amazonaws.com/",
        "https://mgh.us-west-2.api.aws/",
        "https://mgh.us-west-2.amazonaws.com",
        "https://MGH.us-west-2.amazonaws.com:443/",
    ],
)
def test_every_host_of_the_service_is_answered(mgh: MigrationHub, url: str) -> None:
    assert post("ListProgressUpdateStreams", url=url).status_code == 200
    assert len(mgh.events) == 1


@pytest.mark.parametrize(
    "body_of",
    [str, str.encode, lambda text: io.BytesIO(text.encode()), lambda text: iter([text.encode()])],
    ids=["text", "bytes", "a file", "an iterable"],
)
def test_a_body_of_every_kind_is_read(mgh: MigrationHub, body_of: Callable[[str], Any]) -> None:
    text = json.dumps({"ProgressUpdateStreamName": "SMS"})
    signed = sign("CreateProgressUpdateStream", text, url=URL, credentials=("key", "secret"))

    response = requests.post(URL, data=body_of(text), headers=signed, timeout=1)

    assert response.status_code == 200
    assert [stream.name for stream in mgh.streams] == ["SMS"]


@pytest.mark.parametrize(
    ("host", "target"),
    [
        ("migrationhub-config", "AWSMigrationHubMultiAccountService.GetHomeRegion"),
        ("discovery", "AWSPoseidonService_V2015_11_01.GetDiscoverySummary"),
    ],
)
def test_the_other_services_are_answered_too(mgh: MigrationHub, host: str, target: str) -> None:
    response = post(target, url=f"https://{host}.us-west-2.amazonaws.com/")

    assert response.status_code == 200
    assert len(mgh.events) == 1


def test_an_error_has_the_form_of_the_service(mgh: MigrationHub) -> None:
    response = post("DeleteProgressUpdateStream", {"ProgressUpdateStreamName": "SMS"})

    assert response.status_code == 400
    assert response.json()["__type"] == "ResourceNotFoundException"


def test_an_unsigned_request_is_a_missing_authentication_token(mgh: MigrationHub) -> None:
    response = requests.post(
        URL,
        data="{}",
        headers={
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Target": "AWSMigrationHub.ListMigrationTasks",
        },
        timeout=1,
    )

    assert response.status_code == 400
    assert response.json() == {
        "__type": "MissingAuthenticationTokenException",
        "message": "Missing Authentication Token",
    }


def test_a_broken_authorization_is_an_incomplete_signature(mgh: MigrationHub) -> None:
    response = post("ListMigrationTasks", Authorization="AWS4-HMAC-SHA256 Credential=key")

    assert response.status_code == 400
    assert response.json()["__type"] == "IncompleteSignatureException"


@pytest.mark.parametrize(
    ("content_type", "status", "body"),
    [
        ("application/json", 200, '"com.amazon.coral.service#UnknownOperationException"'),
        ("application/x-amz-json-1.0", 404, "<UnknownOperationException/>"),
        ("text/plain", 404, "<UnknownOperationException/>"),
    ],
)
def test_an_unsupported_content_type_is_answered_as_by_the_front_end(
    mgh: MigrationHub, content_type: str, status: int, body: str
) -> None:
    response = post("ListMigrationTasks", **{"Content-Type": content_type})

    assert response.status_code == status
    assert body in response.text
    assert len(mgh.events) == 0


def test_a_content_type_may_have_a_charset(mgh: MigrationHub) -> None:
    headers = {"Content-Type": "application/x-amz-json-1.1; charset=utf-8"}

    assert post("ListMigrationTasks", **headers).status_code == 200


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD"])
@pytest.mark.parametrize(
    ("authorization", "code"),
    [("signed", "AccessDeniedException"), (None, "MissingAuthenticationTokenException")],
)
def test_an_unsupported_method_is_refused_in_xml(
    mgh: MigrationHub, method: str, authorization: str | None, code: str
) -> None:
    headers = {"Authorization": authorization} if authorization else {}

    response = requests.request(method, URL, headers=headers, timeout=1)

    assert response.status_code == 403
    assert response.headers["Content-Type"] == "application/xml"
    if method != "HEAD":
        assert response.text.startswith(f"<{code}>")


@pytest.mark.parametrize(
    ("fault", "exception"),
    [
        ("ConnectTimeout", requests.exceptions.ConnectTimeout),
        ("ReadTimeout", requests.exceptions.ReadTimeout),
        ("ConnectionReset", requests.exceptions.ConnectionError),
        ("ResponseLost", requests.exceptions.ReadTimeout),
    ],
)
def test_a_transport_fault_is_raised_as_the_exception_of_the_library(
    mgh: MigrationHub, fault: str, exception: type[Exception]
) -> None:
    mgh.fail("ListMigrationTasks", fault)

    with pytest.raises(exception):
        post("ListMigrationTasks")


def test_a_mock_of_the_user_started_later_still_works(mgh: MigrationHub) -> None:
    with responses.RequestsMock() as own:
        own.get("https://example.com/", body="theirs")

        assert requests.get("https://example.com/", timeout=1).text == "theirs"
        assert post("ListMigrationTasks").status_code == 200


def test_a_mock_of_the_user_answers_for_the_service_where_it_says_so(mgh: MigrationHub) -> None:
    with responses.RequestsMock() as own:
        own.post(URL, body="theirs")

        assert post("ListMigrationTasks").text == "theirs"
    assert len(mgh.events) == 0


@pytest.mark.mgh(requests=False)
def test_a_mock_of_the_user_started_earlier_still_works() -> None:
    with responses.RequestsMock() as own:
        own.get("https://example.com/", body="theirs")
        own.post(URL, body="theirs")
        with mock_mgh() as outer:  # the marker's mock is the outer one, without requests
            assert outer.streams == ()
        assert post("ListMigrationTasks").text == "theirs"
        assert requests.get("https://example.com/", timeout=1).text == "theirs"


def test_requests_to_other_hosts_are_not_mocked(mgh: MigrationHub) -> None:
    session = requests.Session()

    for url in (
        "https://mgh.us-west-2.example.com/",
        "https://example.com/mgh.us-west-2.amazonaws.com/",
        "http://localhost:1/",
    ):
        assert (
            session.get_adapter(url)
            is session.adapters["https://" if "https" in url else "http://"]
        )


def test_the_requests_library_is_restored_after_the_mock() -> None:
    before = requests.Session.__dict__["get_adapter"]

    with mock_mgh():  # nested in the marker's
        pass

    assert requests.Session.__dict__["get_adapter"] is before
