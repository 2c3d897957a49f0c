"""Clients of the server: boto3's, and one that sends what a test says."""

from __future__ import annotations

from collections.abc import Iterator
from http.client import HTTPConnection
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from chromium import CHROMIUM
from http_calls import Answer, Connect, Send, Sign

from pytest_mgh.access.principals import FAKE_CREDENTIALS

# Tests of pages need a browser and playwright; schemathesis needs newer versions than the plugin
# does, and has an environment of its own.
collect_ignore = [] if CHROMIUM and find_spec("playwright") else ["test_console_page.py"]
if find_spec("schemathesis") is None:
    collect_ignore.append("test_control_description.py")

PREFIXES = {
    "mgh": "AWSMigrationHub",
    "migrationhub-config": "AWSMigrationHubMultiAccountService",
    "discovery": "AWSPoseidonService_V2015_11_01",
}


@pytest.fixture
def connect(mgh_server: Any) -> Connect:
    """Make clients of the server that never retry and don't wait for long."""

    def connect(service: str = "mgh", *, read_timeout: float = 30, **kwargs: Any) -> Any:
        config = Config(
            retries={"total_max_attempts": 1}, connect_timeout=30, read_timeout=read_timeout
        )
        options: dict[str, Any] = {"region_name": "us-west-2", "config": config}
        return boto3.client(service, **(options | {"endpoint_url": mgh_server.url} | kwargs))  # type: ignore[call-overload]

    return connect


@pytest.fixture
def sign(mgh_server: Any) -> Sign:
    """Return the headers of a signed call."""

    def sign(
        operation: str = "ListProgressUpdateStreams",
        body: bytes = b"{}",
        service: str = "mgh",
        **headers: str,
    ) -> dict[str, str]:
        request = AWSRequest(
            "POST",
            f"{mgh_server.url}/",
            data=body,
            headers={
                "Content-Type": "application/x-amz-json-1.1",
                "X-Amz-Target": f"{PREFIXES[service]}.{operation}",
                **{name.replace("_", "-"): value for name, value in headers.items()},
            },
        )
        scope = "discovery" if service == "discovery" else "mgh"
        SigV4Auth(Credentials(*FAKE_CREDENTIALS.values()), scope, "us-west-2").add_auth(request)
        return dict(request.headers)

    return sign


@pytest.fixture
def connection(mgh_server: Any) -> Iterator[HTTPConnection]:
    """A connection to the server."""
    connection = HTTPConnection(urlsplit(mgh_server.url).netloc, timeout=30)
    yield connection
    connection.close()


@pytest.fixture
def send(connection: HTTPConnection) -> Send:
    """Send a request over the connection, and return what it is answered."""

    def send(
        method: str = "GET",
        path: str = "/",
        body: Any = None,
        headers: dict[str, str] | None = None,
        *,
        encode_chunked: bool = False,
    ) -> Answer:
        connection.request(method, path, body, headers or {}, encode_chunked=encode_chunked)
        response = connection.getresponse()
        return Answer(
            response.status,
            {name.lower(): value for name, value in response.getheaders()},
            response.read(),
        )

    return send
