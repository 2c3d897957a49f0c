"""The clients that are measured: the floor's, moto's, botocore's Stubber's, and ours.

The floor is the same boto3 call answered by a handler that returns a constant. Its clients are at
a loopback address, made before moto is imported, and send by botocore's own function: the mocks
leave them alone.
"""

from __future__ import annotations

import json
from functools import partial
from inspect import unwrap
from typing import Any

import boto3
from botocore.awsrequest import AWSResponse
from botocore.endpoint import Endpoint

from pytest_mgh.access.principals import FAKE_CREDENTIALS

ADDRESS = "http://127.0.0.1:1"
KEY = FAKE_CREDENTIALS["AWS_ACCESS_KEY_ID"]  # as for clients created inside a mock
EVENTS = {"mgh": "migration-hub", "ssm": "ssm"}
REFUSAL = {"__type": "InvalidInputException", "Message": "1 validation error detected"}


def client(service: str, key: str = KEY, **options: Any) -> Any:
    """Return a new client of its own session: moto reaches only new sessions."""
    return boto3.Session().client(
        service,  # type: ignore[call-overload]
        region_name="us-west-2",
        aws_access_key_id=key,
        aws_secret_access_key="secret",
        **options,
    )


def floor(service: str, *, status: int = 200, answer: Any = None) -> Any:
    """Return a client whose every call gets the same answer, with the headers that AWS sends."""
    body = json.dumps(answer or {}).encode()
    made = client(service, endpoint_url=ADDRESS)

    def respond(request: Any, **_: Any) -> AWSResponse:
        headers = {
            "x-amzn-RequestId": "b1946ac9-2492-4d23-a7ab-3b6a3b2a1c11",
            "Content-Type": "application/x-amz-json-1.1",
            "Content-Length": str(len(body)),
            "Date": "Sun, 29 Nov 2026 12:00:00 GMT",
        }
        return AWSResponse(request.url, status, headers, _Raw(body))  # type: ignore[arg-type]

    made.meta.events.register(f"before-send.{EVENTS[service]}", respond)
    endpoint = made._endpoint  # noqa: SLF001 (there is no public way to send by botocore's own)
    endpoint.make_request = partial(unwrap(Endpoint.make_request), endpoint)
    return made


class _Raw:
    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self) -> list[bytes]:
        return [self._body]
