"""Servers, and their clients: those of boto3, and one that sends any bytes."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from http.client import HTTPConnection
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
import signed_calls
from botocore.config import Config
from chromium import CHROMIUM
from http_calls import Answer, Connect, Send, Serve, Sign

from pytest_mgh import MigrationHub
from pytest_mgh.server import serving
from pytest_mgh.server.connections import bounded
from pytest_mgh.server.serving import HubServer

# Tests of pages need a browser and playwright; schemathesis needs newer versions than the plugin
# does, and has its own environment.
collect_ignore = []
if CHROMIUM and find_spec("playwright"):
    from console import browser, client, kept_page, open_page  # noqa: F401
else:
    collect_ignore.append("test_console_pages.py")
if find_spec("schemathesis") is None:
    collect_ignore.append("test_control_description.py")


@pytest.fixture
def serve(mgh: MigrationHub) -> Iterator[Serve]:
    """Start servers with options; they end with the test."""
    servers: list[HubServer] = []

    def serve(**options: Any) -> HubServer:
        server = HubServer(mgh, **options)
        servers.append(server)
        server.start()
        return server

    yield serve
    for server in servers:
        server.stop()


@pytest.fixture(params=["h11", "httptools"])
def each_parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Serve with each of the two parsers that uvicorn may find."""
    name = {"h11": "H11Protocol", "httptools": "HttpToolsProtocol"}[request.param]
    module = importlib.import_module(f"uvicorn.protocols.http.{request.param}_impl")
    monkeypatch.setattr(serving, "HttpConnection", bounded(getattr(module, name)))
    return str(request.param)


@pytest.fixture
def connect(mgh_server: Any) -> Connect:
    """Make clients of the server that never retry and don't wait for long."""

    def connect(service: str = "mgh", *, read_timeout: float = 60, **kwargs: Any) -> Any:
        config = Config(
            retries={"total_max_attempts": 1}, connect_timeout=60, read_timeout=read_timeout
        )
        options: dict[str, Any] = {"region_name": "us-west-2", "config": config}
        return boto3.client(service, **(options | {"endpoint_url": mgh_server.url} | kwargs))  # type: ignore[call-overload]

    return connect


@pytest.fixture
def sign(mgh_server: Any) -> Sign:
    """Return the headers of a signed call."""

    def sign(
        operation: str = "ListProgressUpdateStreams", body: bytes = b"{}", **headers: str
    ) -> dict[str, str]:
        return signed_calls.sign(operation, body, url=f"{mgh_server.url}/", **headers)

    return sign


@pytest.fixture
def connection(mgh_server: Any) -> Iterator[HTTPConnection]:
    """A connection to the server."""
    connection = HTTPConnection(urlsplit(mgh_server.url).netloc, timeout=60)
    yield connection
    connection.close()


@pytest.fixture
def send(connection: HTTPConnection) -> Send:
    """Send a request over the connection, and return the response."""

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
