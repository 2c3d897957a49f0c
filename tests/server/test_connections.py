"""Connections have limits, and are closed when the other side is idle."""

from __future__ import annotations

import contextlib
import itertools
import socket
import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError
from waiting import MINUTE, until

from pytest_mgh import MigrationHub
from pytest_mgh.server import connections
from pytest_mgh.server.connections import MAX_HEAD
from pytest_mgh.server.serving import HubServer
from pytest_mgh.transports.http import MAX_REQUEST_SIZE

if TYPE_CHECKING:
    from http_calls import Connect, Sign

pytestmark = pytest.mark.usefixtures("each_parser")

GET = b"GET /_mgh/policy HTTP/1.1\r\nHost: localhost\r\n"
POST = b"POST / HTTP/1.1\r\nHost: localhost\r\n"


@pytest.fixture
def calling(mgh_server: HubServer) -> Iterator[socket.socket]:
    """A connection to the server."""
    parts = urlsplit(mgh_server.url)
    address = (str(parts.hostname), int(parts.port or 0))
    with socket.create_connection(address, timeout=MINUTE) as connection:
        yield connection


@contextlib.contextmanager
def answered(server: HubServer, request: bytes) -> Iterator[tuple[socket.socket, bytes]]:
    """Yield a connection on which a request was made, and the start of the response.

    Where silence is short, a busy machine may have been silent before it could ask.
    """
    parts = urlsplit(server.url)
    address = (str(parts.hostname), int(parts.port or 0))
    start, end = b"", time.monotonic() + MINUTE
    with contextlib.ExitStack() as stack:
        while not start:
            assert time.monotonic() < end
            connection = stack.enter_context(socket.create_connection(address, timeout=MINUTE))
            with contextlib.suppress(ConnectionError):
                connection.sendall(request)
                start = connection.recv(65536)
        yield connection, start


def until_end(connection: socket.socket) -> bytes:
    """Return everything received until the other side closes regularly."""
    return b"".join(iter(lambda: connection.recv(65536), b""))


def pour(connection: socket.socket, part: bytes, limit: int) -> bytes:
    """Send the same repeatedly, up to a limit; return the response received meanwhile."""
    sent = 0
    with contextlib.suppress(OSError):
        while sent < limit:
            sent += connection.send(part)
        connection.sendall(b"\r\n\r\n")
    try:
        return connection.recv(65536)
    except ConnectionResetError:
        return b""


def takes_no_more(connection: socket.socket) -> bool:
    with contextlib.suppress(OSError):
        for _ in range(1000):
            connection.sendall(b"x" * 65536)
        return False
    return True


# heads

REFUSED = (b"HTTP/1.1 431", b"HTTP/1.1 400", b"")
ENDLESS = {
    "a first line": b"GET /",
    "the name of a header": GET + b"X-",
    "the value of a header": GET + b"X-Long: ",
    "headers": GET,
}
PARTS = {"headers": b"X-One: of many\r\n"}


@pytest.mark.parametrize("what", ENDLESS)
def test_a_request_head_without_end_is_refused(calling: socket.socket, what: str) -> None:
    calling.sendall(ENDLESS[what])

    answer = pour(calling, PARTS.get(what, b"x") * 1000, 1000 * MAX_HEAD)

    assert answer[:12] in REFUSED
    assert takes_no_more(calling)


@pytest.mark.parametrize("pieces", [1, 20])
def test_a_long_request_head_is_refused_no_matter_how_it_is_split(
    calling: socket.socket, pieces: int
) -> None:
    head = GET + b"X-Long: " + b"x" * 300_000 + b"\r\n\r\n"  # a read takes 262,144
    size = len(head) // pieces + 1

    answer = b""
    with contextlib.suppress(ConnectionError):  # the response may be lost if more data follows
        for at in range(0, len(head), size):
            calling.sendall(head[at : at + size])
        answer = calling.recv(12)

    assert answer in REFUSED


def test_a_request_head_of_thousands_of_bytes_is_read(calling: socket.socket) -> None:
    calling.sendall(GET + b"X-Long: " + b"x" * (MAX_HEAD - 1000) + b"\r\n\r\n")

    assert calling.recv(12) == b"HTTP/1.1 200"


def test_a_long_body_may_arrive_with_its_head(calling: socket.socket, sign: Sign) -> None:
    body = b'{"ProgressUpdateStreamName": "SMS"}' + b" " * 4 * MAX_HEAD
    headers = sign("CreateProgressUpdateStream", body) | {"Content-Length": str(len(body))}
    lines = b"".join(f"{name}: {value}\r\n".encode() for name, value in headers.items())

    calling.sendall(POST + lines + b"\r\n" + body)

    assert calling.recv(12) == b"HTTP/1.1 200"


@pytest.mark.parametrize("end", [b"0\r\nX-Trailer: ", b"1;extension="])
def test_an_endless_chunked_body_is_refused(calling: socket.socket, end: bytes) -> None:
    calling.sendall(POST + b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\n{\r\n" + end)

    pour(calling, b"x" * 1000, 1000 * MAX_HEAD)

    assert takes_no_more(calling)


def test_a_body_may_arrive_byte_by_byte(calling: socket.socket, sign: Sign) -> None:
    body = b'{"ProgressUpdateStreamName": "SMS"}' + b" " * 50_000
    headers = sign("CreateProgressUpdateStream", body) | {"Transfer-Encoding": "chunked"}
    lines = b"".join(f"{name}: {value}\r\n".encode() for name, value in headers.items())

    chunks = b"".join(b"1\r\n%c\r\n" % byte for byte in body)
    calling.sendall(POST + lines + b"\r\n" + chunks + b"0\r\n\r\n")

    assert calling.recv(12) == b"HTTP/1.1 200"


# silence


@pytest.fixture
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "SILENCE", 0.05)


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"P",
        GET,
        POST + b"Content-Length: 10\r\n\r\n12345",
        POST + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
        POST + b"Content-Length: 10\r\nExpect: 100-continue\r\n\r\n",
    ],
    ids=["nothing", "a letter", "half a head", "half a body", "a chunk", "a question"],
)
@pytest.mark.usefixtures("_short")
def test_an_idle_connection_is_closed(calling: socket.socket, sent: bytes) -> None:
    calling.sendall(sent)

    with contextlib.suppress(ConnectionResetError):
        until_end(calling)


@pytest.mark.usefixtures("_short")
def test_an_idle_connection_is_closed_after_a_call(mgh_server: HubServer) -> None:
    with answered(mgh_server, GET + b"\r\n") as (calling, start):
        assert start.startswith(b"HTTP/1.1 200")
        with contextlib.suppress(ConnectionResetError):
            calling.sendall(GET)
            until_end(calling)


@pytest.mark.usefixtures("_short")
def test_a_request_head_that_arrives_too_slowly_is_closed(calling: socket.socket) -> None:
    ended = threading.Event()

    def drip() -> None:
        calling.sendall(GET)
        with contextlib.suppress(OSError):
            while not ended.wait(0.01):
                calling.sendall(b"X: x\r\n")

    dripping = threading.Thread(target=drip)
    dripping.start()
    try:
        assert calling.recv(1) == b""
    except ConnectionResetError:
        pass
    finally:
        ended.set()
        dripping.join()


@pytest.mark.usefixtures("_short")
def test_a_client_that_does_not_read_the_response_is_disconnected(
    mgh: MigrationHub, calling: socket.socket
) -> None:
    mgh.load({"streams": [{"name": f"stream-{number}-" + "x" * 30} for number in range(2000)]})

    calling.settimeout(0.1)

    def is_ended() -> bool:
        try:
            calling.sendall(GET.replace(b"policy", b"state") + b"\r\n")
        except TimeoutError:
            return False
        except ConnectionError:
            return True
        return False

    until(is_ended)


@pytest.mark.usefixtures("_short")
def test_a_slow_response_is_not_cut_off(
    mgh: MigrationHub, connect: Connect, mgh_server: HubServer
) -> None:
    """A fault that never answers lasts as long as the client waits."""
    arrived: set[str] = set()

    def arrives(request: dict[str, Any]) -> bool:
        arrived.add(request["ResourceName"])
        return True

    mgh.fail("ListMigrationTasks", "ReadTimeout", times=None, when=arrives)
    attempts = itertools.count()

    def is_waited_for() -> bool:
        attempt = f"attempt-{next(attempts)}"
        try:
            client = connect(read_timeout=0.5)  # ten times what silence may last
            client.list_migration_tasks(ResourceName=attempt)
        except ConnectionClosedError:
            assert attempt not in arrived, "it was cut off"
            return False  # it was idle for too long before its request
        except ReadTimeoutError:
            return attempt in arrived
        raise AssertionError("it was answered")

    until(is_waited_for)


@pytest.mark.usefixtures("_short")
def test_an_event_stream_is_not_closed_as_idle(mgh: MigrationHub, mgh_server: HubServer) -> None:
    changes = GET.replace(b"policy", b"console/changes") + b"\r\n"
    with answered(mgh_server, changes) as (calling, start):
        while b"data:" not in start:
            more = calling.recv(65536)
            assert more, "it was closed"
            start += more

        mgh.add_server("web-1")  # is noticed at the next check, ten timeouts later

        assert b"data:" in calling.recv(65536)


# bodies that are too large


@pytest.mark.parametrize("path", ["/", "/_mgh/seed", "/_mgh/nothing"])
@pytest.mark.parametrize("kind", ["known", "chunked"])
def test_a_client_still_sending_a_refused_body_gets_the_response(
    calling: socket.socket, path: str, kind: str
) -> None:
    """The connection is closed after the response: a reset would come then."""
    size = 80 * MAX_REQUEST_SIZE
    head = POST.replace(b"POST /", b"POST " + path.encode())
    head += b"Connection: close\r\nContent-Type: application/json\r\n"
    if kind == "known":
        calling.sendall(head + b"Content-Length: %d\r\n\r\n" % size)
        for _ in range(80):
            calling.sendall(b" " * MAX_REQUEST_SIZE)
    else:
        calling.sendall(head + b"Transfer-Encoding: chunked\r\n\r\n")
        for _ in range(80):
            calling.sendall(b"%x\r\n%b\r\n" % (MAX_REQUEST_SIZE, b" " * MAX_REQUEST_SIZE))
        calling.sendall(b"0\r\n\r\n")

    answer = until_end(calling)

    assert answer[:12] == (b"HTTP/1.1 404" if "nothing" in path else b"HTTP/1.1 413")
    assert answer.endswith(b"}")
