"""Who may control the hub over HTTP, and see its console."""

from __future__ import annotations

from http.client import HTTPConnection
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from pytest_mgh import MigrationHub
from pytest_mgh.server.serving import HubServer
from pytest_mgh.transports.hosts import is_loopback

if TYPE_CHECKING:
    from http_calls import Connect, Send, Serve

STATE = "/_mgh/state"


def get(server: HubServer, path: str = STATE, **headers: str) -> int:
    """Return the status of a GET."""
    connection = HTTPConnection(urlsplit(server.url).netloc, timeout=60)
    try:
        connection.request("GET", path, headers=headers)
        return connection.getresponse().status
    finally:
        connection.close()


# Host: a name that a foreign DNS server points here


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.0.0.1:5000",
        "127.8.8.8",
        "localhost",
        "LocalHost:5000",
        "hub.localhost:5000",
        "[::1]",
        "[::1]:5000",
    ],
)
def test_a_loopback_host_is_allowed(send: Send, host: str) -> None:
    assert send("GET", STATE, headers={"Host": host}).status == 200


@pytest.mark.parametrize(
    "host",
    [
        "",
        "example.com",
        "example.com:5000",
        "localhost.example.com",
        "127.0.0.1.example.com",
        "localhost@example.com",
        "10.0.0.1",
        "0.0.0.0",
        "[fe80::1]:5000",
        "[::1",
        "a]b",
        "[x]",
    ],
)
@pytest.mark.parametrize("path", [STATE, "/", "/_mgh", "/_mgh/nothing"])
def test_any_other_host_is_refused_and_named(send: Send, host: str, path: str) -> None:
    answer = send("GET", path, headers={"Host": host})

    assert answer.status == 403
    assert answer.content == {"message": f"this server only answers on loopback, not as {host!r}"}


def test_the_services_answer_under_any_host(send: Send, mgh: MigrationHub) -> None:
    answer = send("POST", "/", b"{}", {"Host": "mgh.us-west-2.amazonaws.com"})

    assert b"MissingAuthenticationTokenException" in answer.body


# Origin: pages of others


@pytest.mark.parametrize(
    ("host", "origin"),
    [("localhost:5000", "http://localhost:5000"), ("127.0.0.1", "http://127.0.0.1")],
)
def test_a_page_of_the_server_is_allowed(send: Send, host: str, origin: str) -> None:
    assert send("POST", "/_mgh/settle", headers={"Host": host, "Origin": origin}).status == 204


@pytest.mark.parametrize(
    "origin",
    [
        "https://example.com",
        "http://localhost:3000",
        "http://localhost",
        "null",
        "",
        "http://[::1",
        "localhost:5000",
    ],
)
def test_a_page_of_another_origin_is_refused(send: Send, mgh: MigrationHub, origin: str) -> None:
    mgh.add_server("web-1")

    answer = send("POST", "/_mgh/reset", headers={"Host": "localhost:5000", "Origin": origin})

    assert answer.status == 403
    assert answer.content == {"message": f"pages of {origin} may not control the hub"}
    assert len(mgh.servers) == 1


# the token


@pytest.mark.parametrize(
    ("path", "authorization"),
    [
        (STATE, "Bearer sesame"),
        (STATE, "bearer sesame"),
        (f"{STATE}?token=sesame", None),
        ("/", "Bearer sesame"),
        ("/?token=sesame", None),
    ],
)
def test_a_request_with_the_token_is_allowed(
    serve: Serve, path: str, authorization: str | None
) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}

    assert get(serve(token="sesame"), path, **headers) == 200


@pytest.mark.parametrize(
    ("path", "authorization"),
    [
        (STATE, None),
        (STATE, "Bearer"),
        (STATE, "Bearer open"),
        (STATE, "Bearer sesame2"),
        (STATE, "Basic sesame"),
        (STATE, "sesame"),
        (STATE, "Bearer s\xe9same"),
        (f"{STATE}?token=", None),
        (f"{STATE}?token=open&token=open", None),
        (f"{STATE}?Token=sesame", None),
        ("/", None),
        ("/_mgh/openapi.json", None),
    ],
)
def test_a_request_without_the_token_is_refused_with_the_reason(
    serve: Serve, path: str, authorization: str | None
) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}

    assert get(serve(token="sesame"), path, **headers) == 401


def test_calls_to_the_services_need_no_token(serve: Serve, connect: Connect) -> None:
    client = connect(endpoint_url=serve(token="sesame").url)

    assert client.list_progress_update_streams()["ProgressUpdateStreamSummaryList"] == []


# addresses that others reach


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost", "LOCALHOST"])
def test_addresses_of_this_machine_are_loopback(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.1", "example.com", "local", ""])
def test_any_other_address_is_not_loopback(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize("path", [STATE, "/_mgh/openapi.json", "/"])
def test_control_is_off_by_default_beyond_loopback(serve: Serve, path: str) -> None:
    server = serve(host="0.0.0.0")

    assert (server.controlled, server.token) == (False, None)
    assert get(server, path) == 403  # the response of the services to a GET


def test_control_can_be_switched_off(serve: Serve) -> None:
    assert get(serve(control=False)) == 403


def test_control_beyond_loopback_generates_a_token(serve: Serve) -> None:
    server = serve(host="0.0.0.0", control=True)

    assert server.token is not None
    assert len(server.token) > 16
    assert get(server) == 401
    assert get(server, Authorization=f"Bearer {server.token}", Host="build-7.example.com") == 200


def test_every_server_generates_another_token(mgh: MigrationHub) -> None:
    tokens = {HubServer(mgh, host="0.0.0.0", control=True).token for _ in range(3)}

    assert len(tokens) == 3


@pytest.mark.parametrize(("option", "value"), [("token", ""), ("host", "")])
def test_an_empty_token_or_host_is_refused(mgh: MigrationHub, option: str, value: str) -> None:
    with pytest.raises(ValueError, match=f"{option}='': must not be empty"):
        HubServer(mgh, **{option: value})  # type: ignore[arg-type]


def test_no_page_may_read_responses_across_origins(send: Send) -> None:
    answer = send("GET", STATE, headers={"Host": "localhost"})

    assert not [name for name in answer.headers if name.startswith("access-control-")]
