"""Calls as they go over the wire, signed for show or for real."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from pytest_mgh.access.principals import FAKE_CREDENTIALS
from pytest_mgh.protocol.messages import WireRequest, WireResponse
from pytest_mgh.services.catalog import OPERATIONS

URL = "https://mgh.us-west-2.amazonaws.com/"
JSON = "application/x-amz-json-1.1"
TARGET_PREFIXES = {
    "mgh": "AWSMigrationHub",
    "migrationhub-config": "AWSMigrationHubMultiAccountService",
    "discovery": "AWSPoseidonService_V2015_11_01",
}
SIGNING_NAMES = {"mgh": "mgh", "migrationhub-config": "mgh", "discovery": "discovery"}
KEY = "MGHMOCKACCESSKEYID00"  # the default principal's
AUTHORIZATION = (
    f"AWS4-HMAC-SHA256 Credential={KEY}/20260101/us-west-2/mgh/aws4_request, "
    "SignedHeaders=host;x-amz-date;x-amz-target, Signature=0123456789abcdef"
)


def target(operation: str) -> str:
    """Return the header X-Amz-Target of an operation; a name with a prefix is kept."""
    if "." in operation:
        return operation
    return f"{TARGET_PREFIXES[service_of(operation)]}.{operation}"


def service_of(operation: str) -> str:
    """Return botocore's name of an operation's service; that of one that is unknown is `mgh`."""
    known = OPERATIONS.get(operation.rpartition(".")[2])
    return known.service.name if known else "mgh"


def headers_of(operation: str, **changes: str | None) -> dict[str, str]:
    """Return the headers of a call that has a signature, if not the right one.

    Args:
        operation: What is called.
        changes: Other headers, with `_` for `-`; `None` leaves one out.
    """
    scope = SIGNING_NAMES[service_of(operation)]
    headers: dict[str, str | None] = {
        "authorization": AUTHORIZATION.replace("/mgh/", f"/{scope}/"),
        "content-type": JSON,
        "x-amz-date": "20260101T000000Z",
        "x-amz-target": target(operation),
        **{name.replace("_", "-"): value for name, value in changes.items()},
    }
    return {name: value for name, value in headers.items() if value is not None}


def post(
    hub: Any,
    operation: str,
    body: bytes | str = b"{}",
    *,
    source_ip: str = "127.0.0.1",
    **changes: str | None,
) -> WireResponse:
    """Let a hub answer a body unchanged."""
    content = body.encode() if isinstance(body, str) else body
    request = WireRequest(headers_of(operation, **changes), content, source_ip=source_ip)
    response: WireResponse = hub.answer(request)
    return response


def sign(
    operation: str,
    body: bytes | str = b"{}",
    *,
    url: str = URL,
    credentials: Iterable[str] = FAKE_CREDENTIALS.values(),
    scope: str | None = None,
    **headers: str,
) -> dict[str, str]:
    """Return the headers of a call as signed by botocore.

    Args:
        operation: What is called.
        body: What is sent.
        url: Where it goes.
        credentials: Access key, secret and, if there is one, token.
        scope: The service that the signature is for, if not the operation's.
        headers: Other headers, with `_` for `-`.
    """
    request = AWSRequest(
        "POST",
        url,
        data=body,
        headers={
            "Content-Type": JSON,
            "X-Amz-Target": target(operation),
            **{name.replace("_", "-"): value for name, value in headers.items()},
        },
    )
    scope = scope or SIGNING_NAMES[service_of(operation)]
    SigV4Auth(Credentials(*credentials), scope, "us-west-2").add_auth(request)
    return dict(request.headers)
