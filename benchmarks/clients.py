"""The clients that are measured: the floor's, moto's, botocore's Stubber's, and ours.

The floor is the same boto3 call answered by a handler that returns a constant. Its clients are at
a loopback address, and made before moto is imported: the mocks leave them alone.
"""

from __future__ import annotations

import json
from typing import Any

import boto3
from botocore.awsrequest import AWSResponse

ADDRESS = "http://127.0.0.1:1"
EVENTS = {"mgh": "migration-hub", "ssm": "ssm"}
REFUSAL = {"__type": "InvalidInputException", "Message": "1 validation error detected"}


def client(service: str, **options: Any) -> Any:
    """Return a new client of a service, of a session of its own: moto reaches only new sessions."""
    return boto3.Session().client(
        service,  # type: ignore[call-overload]
        region_name="us-west-2",
        aws_access_key_id="key",
        aws_secret_access_key="secret",
        **options,
    )


def floor(service: str, *, status: int = 200, answer: Any = None) -> Any:
    """Return a client whose every call gets the same answer."""
    body = json.dumps(answer or {}).encode()
    made = client(service, endpoint_url=ADDRESS)

    def respond(request: Any, **_: Any) -> AWSResponse:
        headers = {"x-amzn-RequestId": "id", "Content-Type": "application/x-amz-json-1.1"}
        return AWSResponse(request.url, status, headers, _Raw(body))  # type: ignore[arg-type]

    made.meta.events.register(f"before-send.{EVENTS[service]}", respond)
    return made


class _Raw:
    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self) -> list[bytes]:
        return [self._body]
