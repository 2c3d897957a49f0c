"""The names under which the server answers, and the pages that may call it."""

from __future__ import annotations

from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from http_calls import Answer

from pytest_mgh import MigrationHub
from pytest_mgh.server.serving import HubServer

if TYPE_CHECKING:
    from http_calls import Send, Serve, Sign

CREATE = "CreateProgressUpdateStream"
SMS = b'{"ProgressUpdateStreamName": "SMS"}'

OWN = [
    "127.0.0.1:5000",
    "localhost",
    "[::1]:5000",
    "bucket.localhost:5000",
    "bucket.s3.us-west-2.amazonaws.com",
    "mgh.us-west-2.amazonaws.com",
    "host.docker.internal:5000",
    "host.containers.internal",
]
FOREIGN = [
    "example.com",
    "example.com:5000",
    "127.0.0.1.example.com",
    "amazonaws.com.example.com",
    "10.0.0.1",
    "localhost.example",
]


def get(
    server: HubServer, path: str, method: str = "GET", body: bytes = b"", **headers: str
) -> Answer:
    connection = HTTPConnection(urlsplit(server.url).netloc, timeout=60)
    try:
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        return Answer(response.status, dict(response.getheaders()), response.read())
    finally:
        connection.close()


def call(send: Send, sign: Sign, **headers: str) -> Answer:
    return send("POST", "/", SMS, sign(CREATE, SMS) | headers)


@pytest.mark.parametrize("host", OWN)
def test_a_call_under_a_host_name_of_this_machine_or_aws_is_answered(
    send: Send, sign: Sign, mgh: MigrationHub, host: str
) -> None:
    assert call(send, sign, Host=host).status == 200
    assert len(mgh.streams) == 1


@pytest.mark.parametrize("host", FOREIGN)
def test_a_call_under_a_foreign_host_name_is_refused(
    send: Send, sign: Sign, mgh: MigrationHub, host: str
) -> None:
    answer = call(send, sign, Host=host)

    name = host.partition(":")[0]
    assert (answer.status, len(mgh.streams)) == (403, 0)
    assert answer.content["message"] == (
        f"this server only answers on loopback, not as {name!r}; "
        f"to allow that name: --allow-host {name}, or HubServer(hub, allow_hosts=[...])"
    )


@pytest.mark.parametrize("path", ["/_mgh/health", "/bucket/key", "/moto-api/reset"])
def test_nothing_else_is_answered_under_a_foreign_host_name(serve: Serve, path: str) -> None:
    assert get(serve(), path, Host="example.com").status == 403
    with serve().with_moto() as server:
        assert get(server, path, Host="example.com").status == 403


@pytest.mark.parametrize("host", ["[", "[::1", "a]b", "[x]"])
@pytest.mark.parametrize("options", [{}, {"host": "0.0.0.0"}])
def test_an_invalid_host_header_is_refused(
    serve: Serve, sign: Sign, host: str, options: dict[str, Any]
) -> None:
    answer = get(serve(**options), "/", "POST", SMS, **(sign(CREATE, SMS) | {"Host": host}))

    assert answer.status == 400
    assert answer.content["message"] == f"there is no host {host!r}"


@pytest.mark.mgh(verify_signatures=True)
def test_an_invalid_host_header_is_refused_before_the_signature(send: Send, sign: Sign) -> None:
    assert call(send, sign, Host="[").status == 400


@pytest.mark.parametrize("name", ["hub.test", "HUB.test", "hub.test."])
def test_an_allowed_host_name_is_treated_as_one_of_the_server(
    serve: Serve, sign: Sign, mgh: MigrationHub, name: str
) -> None:
    server = serve(allow_hosts=[name])

    headers = sign(CREATE, SMS) | {"Host": "hub.test:5000", "Origin": "http://hub.test:5000"}
    assert get(server, "/", "POST", SMS, **headers).status == 200
    assert get(server, "/_mgh/state", Host="hub.test:5000").status == 200
    assert get(server, "/", "POST", SMS, **(headers | {"Host": "example.com"})).status == 403


def test_beyond_loopback_every_host_name_is_allowed(serve: Serve, sign: Sign) -> None:
    headers = sign(CREATE, SMS) | {"Host": "mgh:5000", "Origin": "http://elsewhere"}

    assert get(serve(host="0.0.0.0"), "/", "POST", SMS, **headers).status == 200


@pytest.mark.parametrize("origin", ["http://localhost:3000", "http://127.0.0.1", "http://[::1]:80"])
def test_a_page_of_this_machine_may_call(send: Send, sign: Sign, origin: str) -> None:
    assert call(send, sign, Origin=origin).status == 200


@pytest.mark.parametrize("origin", ["https://example.com", "null", "", "http://[", "localhost"])
def test_a_page_of_another_site_may_not_call(
    send: Send, sign: Sign, mgh: MigrationHub, origin: str
) -> None:
    answer = call(send, sign, Origin=origin)

    assert (answer.status, len(mgh.streams)) == (403, 0)
    assert answer.content["message"] == f"pages of {origin} may not call this server"
