from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from clients import client_of as connect
from refusals import refusal
from signed_calls import sign

from pytest_mgh.access import signatures
from pytest_mgh.protocol.messages import WireRequest

pytestmark = pytest.mark.mgh(verify_signatures=True)

SERVICES = {
    "mgh": ("migration-hub", "list_progress_update_streams"),
    "migrationhub-config": ("migrationhub-config", "get_home_region"),
    "discovery": ("application-discovery-service", "get_discovery_summary"),
}
CREATE = "CreateProgressUpdateStream"
MISMATCH = (
    "The request signature we calculated does not match the signature you provided. "
    "Check your AWS Secret Access Key and signing method. "
    "Consult the service documentation for details."
)
Edit = Callable[[WireRequest], WireRequest]


def create(client: Any, name: str = "SMS") -> Any:
    return client.create_progress_update_stream(ProgressUpdateStreamName=name)


class CapturedError(Exception):
    """Stops a request before anybody answers it."""


def captured(client: Any) -> WireRequest:
    """Return the signed request that creates the stream SMS, not yet answered."""
    requests: list[WireRequest] = []

    def keep(request: Any, **_: Any) -> None:
        headers = {
            name.lower(): value.decode() if isinstance(value, bytes) else value
            for name, value in request.headers.items()
        }
        requests.append(WireRequest(headers, request.body, request.method, request.url))
        raise CapturedError

    client.meta.events.register_first(f"before-send.migration-hub.{CREATE}", keep)
    with pytest.raises(CapturedError):
        create(client)
    return requests[0]


@pytest.fixture
def request_of_role(mgh: Any) -> WireRequest:
    """A signed request of a role: it has a token."""
    return captured(connect(mgh.principal("tool", role=True)))


def content(response: Any) -> Any:
    return json.loads(response.body)


def header(name: str, value: str | None) -> Edit:
    """Set or remove a header."""

    def edit(request: WireRequest) -> WireRequest:
        headers = {key: text for key, text in request.headers.items() if key != name}
        return replace(request, headers=headers if value is None else {**headers, name: value})

    return edit


def authorization(pattern: str, replacement: str) -> Edit:
    """Edit the Authorization header."""

    def edit(request: WireRequest) -> WireRequest:
        before = request.headers["authorization"]
        after = re.sub(pattern, replacement, before, count=1)
        assert after != before
        return header("authorization", after)(request)

    return edit


def later(request: WireRequest) -> WireRequest:
    """Date the request a second later."""
    stamp = datetime.strptime(request.headers["x-amz-date"], "%Y%m%dT%H%M%S%z")
    moved = stamp + timedelta(seconds=1)
    return header("x-amz-date", moved.strftime("%Y%m%dT%H%M%SZ"))(request)


# correct signatures


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("role", [False, True], ids=["user", "role"])
def test_a_call_signed_by_a_principal_passes_verification(
    mgh: Any, service: str, role: bool
) -> None:
    client = connect(mgh.principal("tool", role=role), service)
    response = getattr(client, SERVICES[service][1])()
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 200


@pytest.mark.parametrize("service", SERVICES)
def test_a_call_of_the_default_principal_passes(mgh: Any, service: str) -> None:
    response = getattr(boto3.client(service), SERVICES[service][1])()  # type: ignore[call-overload]
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 200


@pytest.mark.parametrize("service", SERVICES)
def test_a_call_of_a_client_of_the_hub_passes_verification(mgh: Any, service: str) -> None:
    response = getattr(mgh.client(service), SERVICES[service][1])()
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 200


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize(
    "config",
    [{"use_dualstack_endpoint": True}, {"use_fips_endpoint": True}],
    ids=["dual-stack", "FIPS"],
)
def test_a_call_to_every_form_of_endpoint_passes(
    mgh: Any, service: str, config: dict[str, bool]
) -> None:
    client = connect(
        mgh.principal("tool"), service, region_name="us-east-1", config=Config(**config)
    )
    assert getattr(client, SERVICES[service][1])()["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_a_call_from_another_region_passes(mgh: Any) -> None:
    client = connect(mgh.principal("tool"), region_name="eu-central-1")
    assert client.list_progress_update_streams()["ProgressUpdateStreamSummaryList"] == []
    assert mgh.events.last["awsRegion"] == "eu-central-1"


def test_a_body_with_non_ascii_text_passes(mgh: Any) -> None:
    create(connect(mgh.principal("tool")), "Grüße 中文 \U0001f600")
    assert [stream.name for stream in mgh.streams] == ["Grüße 中文 \U0001f600"]


def test_a_captured_request_passes_unchanged(mgh: Any, request_of_role: WireRequest) -> None:
    assert mgh.answer(request_of_role).status == 200
    assert [stream.name for stream in mgh.streams] == ["SMS"]


def test_a_signed_call_is_authorized_as_its_principal(mgh: Any) -> None:
    deny = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}],
    }
    client = connect(mgh.principal("tool", policy=deny))
    assert refusal(lambda: create(client))[0] == "AccessDeniedException"


def test_a_hub_clock_moved_ahead_does_not_matter(mgh: Any) -> None:
    mgh.advance(30 * 24 * 3600)
    assert create(connect(mgh.principal("tool")))["ResponseMetadata"]["HTTPStatusCode"] == 200


# callers with wrong credentials


@pytest.mark.parametrize("role", [False, True], ids=["user", "role"])
def test_a_wrong_secret_is_refused(mgh: Any, role: bool) -> None:
    credentials = mgh.principal("tool", role=role).credentials
    forged = {**credentials, "aws_secret_access_key": "guessed"}
    code, message = refusal(lambda: create(connect(forged)))
    assert code == "InvalidSignatureException"
    assert message.startswith(MISMATCH)


def test_a_wrong_secret_of_the_default_principal_is_refused(mgh: Any) -> None:
    client = mgh.client(aws_secret_access_key="guessed")
    assert refusal(lambda: create(client))[0] == "InvalidSignatureException"


def test_the_secret_of_another_principal_is_refused(mgh: Any) -> None:
    secret = mgh.principal("b").credentials["aws_secret_access_key"]
    forged = {**mgh.principal("a").credentials, "aws_secret_access_key": secret}
    assert refusal(lambda: create(connect(forged)))[0] == "InvalidSignatureException"


def test_an_unknown_key_is_refused(mgh: Any) -> None:
    unknown = {"aws_access_key_id": "AKIAIOSFODNN7EXAMPLE", "aws_secret_access_key": "secret"}
    assert refusal(lambda: create(connect(unknown))) == (
        "UnrecognizedClientException",
        "The security token included in the request is invalid.",
    )


@pytest.mark.parametrize("token", ["guessed", None], ids=["wrong", "missing"])
def test_a_wrong_or_missing_token_of_a_role_is_refused(mgh: Any, token: str | None) -> None:
    credentials = mgh.principal("tool", role=True).credentials | {"aws_session_token": token}
    assert refusal(lambda: create(connect(credentials)))[0] == "UnrecognizedClientException"


def test_a_token_of_a_user_is_refused(mgh: Any) -> None:
    credentials = mgh.principal("tool").credentials | {"aws_session_token": "guessed"}
    assert refusal(lambda: create(connect(credentials)))[0] == "UnrecognizedClientException"


def test_the_token_of_another_role_is_refused(mgh: Any) -> None:
    token = mgh.principal("b", role=True).credentials["aws_session_token"]
    credentials = mgh.principal("a", role=True).credentials | {"aws_session_token": token}
    assert refusal(lambda: create(connect(credentials)))[0] == "UnrecognizedClientException"


def test_a_scope_of_another_service_is_refused(mgh: Any) -> None:
    tool = mgh.principal("tool")
    body = b'{"ProgressUpdateStreamName": "SMS"}'
    signed = sign(CREATE, body, credentials=tool.credentials.values(), scope="discovery")
    headers = {name.lower(): value for name, value in signed.items()}
    response = mgh.answer(WireRequest(headers, body))
    assert content(response)["__type"] == "InvalidSignatureException"
    assert "'mgh'" in content(response)["message"]


# the headers that authenticate


def test_an_unsigned_request_is_refused(mgh: Any, request_of_role: WireRequest) -> None:
    response = mgh.answer(header("authorization", None)(request_of_role))
    assert response.status == 400
    assert content(response) == {
        "__type": "MissingAuthenticationTokenException",
        "message": "Missing Authentication Token",
    }


@pytest.mark.parametrize("name", ["Credential", "SignedHeaders", "Signature"])
def test_the_error_of_an_incomplete_authorization_names_what_is_missing(
    mgh: Any, request_of_role: WireRequest, name: str
) -> None:
    response = mgh.answer(authorization(rf"{name}=[^,]+,? ?", "")(request_of_role))
    assert response.status == 400
    assert content(response)["__type"] == "IncompleteSignatureException"
    assert f"Authorization header requires '{name}' parameter." in content(response)["message"]


def test_a_request_without_a_date_is_refused(mgh: Any, request_of_role: WireRequest) -> None:
    response = mgh.answer(header("x-amz-date", None)(request_of_role))
    assert content(response)["__type"] == "IncompleteSignatureException"
    assert "'X-Amz-Date' or a 'Date' header" in content(response)["message"]


@pytest.mark.parametrize(
    "edit",
    [
        authorization("^AWS4-HMAC-SHA256", "AWS4-HMAC-SHA1"),
        authorization("^AWS4-HMAC-SHA256 ", ""),
        authorization("/aws4_request", ""),
        authorization("/aws4_request", "/aws5_request"),
        authorization("Credential=[^,]+", "Credential=KEY"),
    ],
    ids=["other algorithm", "no algorithm", "no terminator", "other terminator", "key alone"],
)
def test_a_malformed_authorization_is_refused(
    mgh: Any, request_of_role: WireRequest, edit: Edit
) -> None:
    response = mgh.answer(edit(request_of_role))
    assert response.status == 400
    assert content(response)["__type"] == "IncompleteSignatureException"
    assert content(response)["message"]


# dates

NOON = 1777636800.0


def signed_at(monkeypatch: pytest.MonkeyPatch, hub: Any, seconds: float) -> WireRequest:
    """Return a request that was signed that many seconds from now."""
    request = captured(connect(hub.principal("tool")))
    real = signatures.time.time
    monkeypatch.setattr(signatures.time, "time", lambda: real() - seconds)
    return request


@pytest.mark.parametrize(
    ("seconds", "message"),
    [(-301, "expired"), (-86400, "expired"), (330, "not yet current"), (86400, "not yet current")],
)
def test_a_signature_of_another_time_is_refused(
    mgh: Any, monkeypatch: pytest.MonkeyPatch, seconds: float, message: str
) -> None:
    response = mgh.answer(signed_at(monkeypatch, mgh, seconds))
    assert content(response)["__type"] == "InvalidSignatureException"
    assert content(response)["message"].startswith(f"Signature {message}: ")


@pytest.mark.parametrize("seconds", [-240, 240])
def test_a_signature_of_a_few_minutes_away_passes(
    mgh: Any, monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    assert mgh.answer(signed_at(monkeypatch, mgh, seconds)).status == 200


@pytest.mark.parametrize("stamp", ["yesterday", "2026-11-21T00:00:00Z", "20261399T000000Z"])
def test_a_malformed_date_is_refused(mgh: Any, request_of_role: WireRequest, stamp: str) -> None:
    response = mgh.answer(header("x-amz-date", stamp)(request_of_role))
    assert response.status == 400
    assert content(response)["__type"] == "InvalidSignatureException"
    assert list(mgh.streams) == []


def test_an_empty_date_is_refused(mgh: Any, request_of_role: WireRequest) -> None:
    response = mgh.answer(header("x-amz-date", "")(request_of_role))
    assert response.status == 400
    assert content(response)["__type"] in {
        "IncompleteSignatureException",
        "InvalidSignatureException",
    }


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="Windows has no time zone a process")
def test_the_date_of_a_signature_is_utc_in_every_time_zone(
    mgh: Any, monkeypatch: pytest.MonkeyPatch, request_of_role: WireRequest
) -> None:
    monkeypatch.setenv("TZ", "EST5")
    time.tzset()
    try:
        assert mgh.answer(request_of_role).status == 200
        monkeypatch.setattr(signatures.time, "time", lambda: NOON)
        message = content(mgh.answer(request_of_role))["message"]
        assert message.endswith(" is not within 5 min. of 20260501T120000Z.")
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize(
    ("stamp", "message"),
    [
        ("yesterday", "Date must be in ISO-8601 'basic format'. Got 'yesterday'."),
        (
            "20260430T120000Z",
            (
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date "
                "from HTTP: '20260501' != '20260430', from '20260430T120000Z'."
            ),
        ),
        (
            "20260501T115459Z",
            "Signature expired: 20260501T115459Z is not within 5 min. of 20260501T120000Z.",
        ),
        (
            "20260501T120501Z",
            "Signature not yet current: 20260501T120501Z is not within 5 min. of 20260501T120000Z.",
        ),
        ("20260501T115500Z", MISMATCH),
    ],
    ids=["no date", "another day", "too old", "too new", "just in time"],
)
def test_the_error_names_the_refused_time(
    mgh: Any,
    monkeypatch: pytest.MonkeyPatch,
    request_of_role: WireRequest,
    stamp: str,
    message: str,
) -> None:
    monkeypatch.setattr(signatures.time, "time", lambda: NOON)
    request = authorization(r"/[0-9]{8}/", "/20260501/")(
        header("x-amz-date", stamp)(request_of_role)
    )
    assert content(mgh.answer(request))["message"].startswith(message)


def dated(request: WireRequest) -> WireRequest:
    """Give the time in the header Date."""
    stamp = request.headers["x-amz-date"]
    return header("date", stamp)(header("x-amz-date", None)(request))


@pytest.mark.parametrize(
    ("edits", "message"),
    [
        ([dated], "'date' must be a 'SignedHeader' in the AWS Authorization."),
        ([dated, authorization("x-amz-date", "date")], MISMATCH),
        (
            [header("x-amz-b", "1"), header("x-amz-a", "1")],
            "'x-amz-a, x-amz-b' must be a 'SignedHeader' in the AWS Authorization.",
        ),
        (
            [authorization("SignedHeaders=", "SignedHeaders=b;a;")],
            "Signed headers are absent: b, a.",
        ),
    ],
    ids=["Date unsigned", "Date signed", "unsigned", "absent"],
)
def test_the_error_names_headers_that_do_not_match_the_signed_ones(
    mgh: Any, request_of_role: WireRequest, edits: list[Edit], message: str
) -> None:
    for edit in edits:
        request_of_role = edit(request_of_role)
    assert content(mgh.answer(request_of_role))["message"].startswith(message)


# payloads that are not signed


def send_unsigned(client: Any) -> None:
    """Let the client sign its requests without their bodies."""

    def mark(request: Any, **_: Any) -> None:
        request.headers["X-Amz-Content-SHA256"] = "UNSIGNED-PAYLOAD"

    client.meta.events.register("before-sign.migration-hub", mark)


def test_a_request_signed_with_an_unsigned_payload_passes(mgh: Any) -> None:
    client = connect(mgh.principal("tool"))
    send_unsigned(client)
    create(client)
    assert [stream.name for stream in mgh.streams] == ["SMS"]


def test_an_unsigned_payload_may_change(mgh: Any) -> None:
    client = connect(mgh.principal("tool"))
    send_unsigned(client)
    request = captured(client)
    assert mgh.answer(replace(request, body=request.body.replace(b"SMS", b"DMS"))).status == 200
    assert [stream.name for stream in mgh.streams] == ["DMS"]


def test_marking_the_payload_as_unsigned_after_signing_is_refused(
    mgh: Any, request_of_role: WireRequest
) -> None:
    response = mgh.answer(header("x-amz-content-sha256", "UNSIGNED-PAYLOAD")(request_of_role))
    assert content(response)["__type"] == "InvalidSignatureException"


def test_a_payload_with_a_signed_hash_passes_and_may_not_change(mgh: Any) -> None:
    client = connect(mgh.principal("tool"))

    def mark(request: Any, **_: Any) -> None:
        request.headers["X-Amz-Content-SHA256"] = hashlib.sha256(request.data).hexdigest()

    client.meta.events.register("before-sign.migration-hub", mark)
    request = captured(client)
    changed = replace(request, body=request.body.replace(b"SMS", b"DMS"))
    assert content(mgh.answer(changed)) == {
        "__type": "InvalidSignatureException",
        "message": "The hash of the payload does not match 'x-amz-content-sha256'.",
    }
    assert mgh.answer(request).status == 200


def test_a_signed_header_that_botocore_leaves_out_may_not_be_edited(mgh: Any) -> None:
    class Signer(SigV4Auth):
        def headers_to_sign(self, request: AWSRequest) -> Any:
            headers: Any = super().headers_to_sign(request)
            headers["user-agent"] = request.headers["user-agent"]
            return headers

    keys = mgh.principal("tool").credentials
    request = AWSRequest(
        "POST",
        "https://migrationhub-config.us-west-2.amazonaws.com/",
        headers={
            "content-type": "application/x-amz-json-1.1",
            "user-agent": "tool",
            "x-amz-target": "AWSMigrationHubMultiAccountService.GetHomeRegion",
        },
        data=b"{}",
    )
    Signer(Credentials(*keys.values()), "mgh", "us-west-2").add_auth(request)
    headers = {name.lower(): value for name, value in request.headers.items()}
    signed = WireRequest(headers, request.data, "POST", request.url)
    assert mgh.answer(signed).status == 200
    assert mgh.answer(header("user-agent", "another")(signed)).status == 400


# nothing that is checked may be edited

SIGNED = ("content-type", "host", "x-amz-date", "x-amz-security-token", "x-amz-target")


def test_the_tables_of_edits_cover_every_signed_header(request_of_role: WireRequest) -> None:
    found = re.search("SignedHeaders=([^,]+)", request_of_role.headers["authorization"])
    assert found is not None
    assert tuple(found[1].split(";")) == SIGNED


EDITS: dict[str, Edit] = {
    "path": lambda request: replace(request, url=f"{request.url}x"),
    "query string": lambda request: replace(request, url=f"{request.url}?a=b"),
    "host in the URL": lambda request: replace(
        request, url=request.url.replace("us-west-2", "eu-west-1")
    ),
    "host header": header("host", "mgh.eu-west-1.amazonaws.com"),
    "port": lambda request: replace(request, url=request.url.replace(".com", ".com:8443")),
    "x-amz-date": later,
    "x-amz-target": header("x-amz-target", "AWSMigrationHub.DeleteProgressUpdateStream"),
    "x-amz-target of another service": header(
        "x-amz-target", "AWSMigrationHubMultiAccountService.GetHomeRegion"
    ),
    "content-type": header("content-type", "application/x-amz-json-1.1; charset=utf-8"),
    "token": header("x-amz-security-token", "guessed"),
    "token taken away": header("x-amz-security-token", None),
    "a byte of the body": lambda request: replace(
        request, body=request.body.replace(b"SMS", b"SMT")
    ),
    "blank behind the body": lambda request: replace(request, body=request.body + b" "),
    "no body": lambda request: replace(request, body=b"{}"),
    "scope's date": authorization(r"/(\d{7})\d/", r"/\g<1>x/"),
    "scope's date cut short": authorization(r"/(\d{7})\d/", r"/\1/"),
    "scope's date cut to the year": authorization(r"/(\d{4})\d{4}/", r"/\1/"),
    "scope's date emptied": authorization(r"/\d{8}/", "//"),
    "scope's date with the time": authorization(r"/(\d{8})/", r"/\1T/"),
    "scope's Region": authorization("/us-west-2/", "/eu-west-1/"),
    "scope's service": authorization("/mgh/", "/discovery/"),
    "access key": authorization(r"Credential=ASIA[^/]+", "Credential=ASIAIOSFODNN7EXAMPLE"),
    "first digit of the signature": lambda request: authorization(
        "Signature=.", "Signature=0" if "Signature=0" not in request.headers["authorization"]
        else "Signature=1",
    )(request),
    "signature cut short": authorization("(Signature=.*).$", r"\1"),
    "signature in upper case": lambda request: header(
        "authorization",
        re.sub(
            "Signature=.*", lambda m: f"Signature={m[0][10:].upper()}",
            request.headers["authorization"],
        ),
    )(request),
    "signed header that is not there": authorization("SignedHeaders=", "SignedHeaders=accept;"),
    "no signed header": authorization("SignedHeaders=[^,]+", "SignedHeaders=host"),
    **{
        f"{name} not among the signed headers": authorization(f"(=|;){name}(;|,)", r"\1\2")
        for name in SIGNED
    },
    "x-amz- header added": header("x-amz-meta", "value"),
    "unsigned hash of the payload": header("x-amz-content-sha256", "0" * 64),
}  # fmt: skip


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_a_request_edited_after_signing_is_refused_and_changes_nothing(
    mgh: Any, request_of_role: WireRequest, edit: Edit
) -> None:
    response = mgh.answer(edit(request_of_role))
    assert response.status == 400
    assert content(response)["__type"] in {
        "InvalidSignatureException",
        "UnrecognizedClientException",
    }
    assert content(response)["message"]
    assert list(mgh.streams) == []
    assert list(mgh.events) == []


@pytest.mark.parametrize(
    "edit",
    [
        lambda request: replace(request, method="PUT"),
        lambda request: replace(request, method="GET"),
        header("content-type", None),
        header("content-type", "application/x-amz-json-1.0"),
        header("content-type", "application/x-amz-json-1.1,application/x-amz-json-1.1"),
    ],
    ids=["PUT", "GET", "no content-type", "other content-type", "content-type twice"],
)
def test_an_edit_that_breaks_the_protocol_is_refused_too(
    mgh: Any, request_of_role: WireRequest, edit: Edit
) -> None:
    """The front end may refuse it before it looks at the signature, and not in JSON."""
    assert mgh.answer(edit(request_of_role)).status >= 400
    assert list(mgh.streams) == []
    assert list(mgh.events) == []


def test_the_key_of_another_principal_is_refused(mgh: Any, request_of_role: WireRequest) -> None:
    other = mgh.principal("other", role=True)
    token = header("x-amz-security-token", other.credentials["aws_session_token"])
    key = authorization("=ASIA[^/]+", f"={other.access_key}")
    response = mgh.answer(key(token(request_of_role)))
    assert content(response)["__type"] == "InvalidSignatureException"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X-Amz-Date", "20200101T000000Z"),
        ("X-Amz-Security-Token", "guessed"),
        ("X-Amz-Meta", "value"),
        ("X-Amz-Target", "AWSMigrationHub.DeleteProgressUpdateStream"),
    ],
)
def test_a_header_that_a_hook_sets_after_signing_is_refused(
    mgh: Any, name: str, value: str
) -> None:
    client = connect(mgh.principal("tool"))

    def add(request: Any, **_: Any) -> None:
        request.headers[name] = value

    client.meta.events.register_first(f"before-send.migration-hub.{CREATE}", add)
    assert refusal(lambda: create(client))[0] in {
        "InvalidSignatureException",
        "UnrecognizedClientException",
    }
    assert list(mgh.streams) == []


@pytest.mark.parametrize("name", ["host", "x-amz-date", "x-amz-security-token"])
def test_a_duplicate_header_is_refused(mgh: Any, request_of_role: WireRequest, name: str) -> None:
    """Servers join the values of such headers by commas."""
    value = request_of_role.headers.get(name, "mgh.us-west-2.amazonaws.com")
    response = mgh.answer(header(name, f"{value},{value}")(request_of_role))
    assert response.status == 400
    assert list(mgh.streams) == []


def test_a_duplicate_target_header_is_refused(mgh: Any, request_of_role: WireRequest) -> None:
    target = f"AWSMigrationHub.{CREATE},AWSMigrationHub.{CREATE}"
    response = mgh.answer(header("x-amz-target", target)(request_of_role))
    assert content(response) == {"__type": "UnknownOperationException"}


def test_an_unsigned_extra_header_may_be_added(mgh: Any, request_of_role: WireRequest) -> None:
    assert mgh.answer(header("x-request-source", "proxy")(request_of_role)).status == 200


# on the wire


def test_a_wrong_signature_is_answered_as_by_the_front_end(
    mgh: Any, request_of_role: WireRequest
) -> None:
    response = mgh.answer(replace(request_of_role, body=b"{}"))
    assert response.status == 400
    assert response.headers["x-amzn-RequestId"]
    assert content(response).keys() == {"__type", "message"}
    assert content(response)["__type"] == "InvalidSignatureException"
    assert content(response)["message"].startswith(MISMATCH)


def test_an_unknown_key_is_answered_as_by_the_front_end(
    mgh: Any, request_of_role: WireRequest
) -> None:
    response = mgh.answer(authorization("=ASIA[^/]+", "=AKIAIOSFODNN7EXAMPLE")(request_of_role))
    assert response.status == 400
    assert content(response) == {
        "__type": "UnrecognizedClientException",
        "message": "The security token included in the request is invalid.",
    }


def test_the_target_is_read_before_the_signature(mgh: Any, request_of_role: WireRequest) -> None:
    response = mgh.answer(header("x-amz-target", "AWSMigrationHub.Unknown")(request_of_role))
    assert content(response) == {"__type": "UnknownOperationException"}


@pytest.mark.mgh(verify_signatures=False)
def test_signatures_are_not_verified_by_default(mgh: Any) -> None:
    forged = {**mgh.principal("tool").credentials, "aws_secret_access_key": "guessed"}
    create(connect(forged))
    assert mgh.events.last["userIdentity"]["userName"] == "tool"
