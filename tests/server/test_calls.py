"""The services' calls over HTTP: every effect of the protocol and the connection."""

from __future__ import annotations

import gzip
import json
import logging
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError
from waiting import MINUTE, awaiting, until

from pytest_mgh import MigrationHub
from pytest_mgh.protocol.messages import WireRequest
from pytest_mgh.server.serving import HubServer
from pytest_mgh.transports.http import MAX_REQUEST_SIZE

if TYPE_CHECKING:
    from http_calls import Answer, Connect, Send, Sign

CREATE = "CreateProgressUpdateStream"
SMS = b'{"ProgressUpdateStreamName": "SMS"}'


pytestmark = pytest.mark.usefixtures("each_parser")


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Let no test pass in which the server logs an error."""
    yield
    for when in ("setup", "call"):
        errors = [one for one in caplog.get_records(when) if one.levelno >= logging.ERROR]
        assert errors == []


def names(hub: MigrationHub) -> list[str]:
    return [stream.name for stream in hub.streams]


def raw(server: HubServer, data: bytes) -> bytes:
    """Send bytes unchanged, and return everything received until the other side closes."""
    with socket.create_connection(address(server), timeout=60) as connection:
        connection.sendall(data)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def address(server: HubServer) -> tuple[str, int]:
    parts = urlsplit(server.url)
    return str(parts.hostname), int(parts.port or 0)


def request(headers: dict[str, str], body: bytes = b"", **more: str) -> bytes:
    """Return a request as sent on the wire; its body may follow later."""
    fields = {"Host": "localhost", "Content-Length": str(len(body)), **headers}
    fields |= {name.replace("_", "-"): value for name, value in more.items()}
    lines = [f"{name}: {value}".encode() for name, value in fields.items()]
    return b"\r\n".join([b"POST / HTTP/1.1", *lines, b"", body])


# the services


@pytest.mark.parametrize(
    ("service", "operation", "request_", "member"),
    [
        ("mgh", "list_migration_tasks", {}, "MigrationTaskSummaryList"),
        ("migrationhub-config", "get_home_region", {}, "HomeRegion"),
        ("discovery", "list_configurations", {"configurationType": "SERVER"}, "configurations"),
    ],
)
def test_each_service_is_answered_at_the_same_url(
    connect: Connect, service: str, operation: str, request_: Any, member: str
) -> None:
    assert member in getattr(connect(service), operation)(**request_)


def test_a_call_over_http_changes_the_hub_of_the_test(connect: Connect, mgh: MigrationHub) -> None:
    connect().create_progress_update_stream(ProgressUpdateStreamName="SMS")

    assert names(mgh) == ["SMS"]


def test_calls_over_http_see_data_seeded_by_the_test(connect: Connect, mgh: MigrationHub) -> None:
    server = mgh.add_server("web-1")

    found = connect("discovery").list_configurations(configurationType="SERVER")

    assert found["configurations"][0]["server.configurationId"] == server.configuration_id


def test_an_error_is_raised_as_the_exception_class_of_the_client(connect: Connect) -> None:
    client = connect()

    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.delete_progress_update_stream(ProgressUpdateStreamName="SMS")


def test_a_response_has_the_request_id_of_its_event(connect: Connect, mgh: MigrationHub) -> None:
    response = connect().list_progress_update_streams()

    assert response["ResponseMetadata"]["RequestId"] == mgh.events.last["requestID"]


def test_a_response_has_a_date(connect: Connect) -> None:
    response = connect().list_progress_update_streams()

    date = response["ResponseMetadata"]["HTTPHeaders"]["date"]
    assert date.endswith("GMT")
    assert date.count("GMT") == 1


TARGET = {"X-Amz-Target": "AWSMigrationHub.ListProgressUpdateStreams"}
JSON = {"Content-Type": "application/x-amz-json-1.1"}
SIGNED = {"Authorization": "AWS4-HMAC-SHA256 Credential=k/20240501/us-west-2/mgh/aws4_request"}


@pytest.mark.parametrize(
    ("method", "headers", "body", "status"),
    [
        ("POST", JSON, b"{}", 400),
        ("POST", JSON | {"X-Amz-Target": "AWSMigrationHub.Nothing"}, b"{}", 400),
        ("POST", JSON | {"X-Amz-Target": "awsmigrationhub.GetHomeRegion"}, b"{}", 400),
        ("POST", JSON | TARGET, b"{}", 400),
        ("POST", JSON | TARGET, b"", 400),
        ("POST", JSON | TARGET, b"[]", 400),
        ("POST", JSON | TARGET, b"null", 400),
        ("POST", JSON | TARGET, b"\xff", 400),
        ("POST", JSON | TARGET, b'{"MaxResults": NaN}', 400),
        ("POST", JSON | TARGET, b"[" * 100_000, 400),
        ("POST", JSON | TARGET | SIGNED, b"{}", 400),
        ("POST", JSON | TARGET | {"Authorization": "Basic abc"}, b"{}", 400),
        ("POST", {"Content-Type": "application/json"} | TARGET | SIGNED, b"{}", 200),
        ("POST", {"Content-Type": "application/json"} | TARGET, b"{}", 403),
        ("POST", {"Content-Type": "application/x-amz-json-1.0"} | TARGET | SIGNED, b"{}", 404),
        ("POST", TARGET | SIGNED, b"{}", 404),
        ("POST", {}, b"", 403),
        ("PUT", JSON | TARGET | SIGNED, b"{}", 403),
        ("GET", JSON | TARGET | SIGNED, b"", 403),
        ("DELETE", {}, b"", 403),
        ("OPTIONS", {"Origin": "http://localhost:3000"}, b"", 403),
        ("HEAD", TARGET, b"", 403),
    ],
)
def test_an_unusual_request_is_answered_as_within_the_process(
    send: Send,
    mgh: MigrationHub,
    method: str,
    headers: dict[str, str],
    body: bytes,
    status: int,
) -> None:
    answer = send(method, "/", body, headers)
    inside = mgh.answer(
        WireRequest({name.lower(): value for name, value in headers.items()}, body, method)
    )

    assert (answer.status, answer.body) == (status, inside.body)
    assert inside.status == status
    assert answer.headers["content-type"] == inside.headers["Content-Type"]
    assert "x-amzn-requestid" in answer.headers


# HTTP


def test_one_connection_serves_many_calls(
    connection: HTTPConnection, send: Send, sign: Sign, mgh: MigrationHub
) -> None:
    connection.connect()
    opened = connection.sock

    for number in range(20):
        body = json.dumps({"ProgressUpdateStreamName": f"s{number}"}).encode()
        assert send("POST", "/", body, sign(CREATE, body)).status == 200

    assert connection.sock is opened
    assert len(mgh.streams) == 20


def test_a_connection_stays_open_after_an_error(
    connection: HTTPConnection, send: Send, sign: Sign
) -> None:
    connection.connect()
    opened = connection.sock

    assert send("POST", "/", b"[]", sign(CREATE, b"[]")).status == 400
    assert send("POST", "/", SMS, sign(CREATE, SMS)).status == 200
    assert connection.sock is opened


def test_a_connection_close_header_closes_the_connection(send: Send, sign: Sign) -> None:
    answer = send("POST", "/", b"{}", sign() | {"Connection": "close"})

    assert (answer.status, answer.headers["connection"]) == (200, "close")


def test_sixteen_threads_are_answered_at_once(connect: Connect, mgh: MigrationHub) -> None:
    clients = [connect() for _ in range(16)]
    connect().create_progress_update_stream(ProgressUpdateStreamName="SMS")
    together = threading.Barrier(16)

    def work(number: int) -> None:
        together.wait(MINUTE)
        for step in range(5):
            clients[number].import_migration_task(
                ProgressUpdateStream="SMS", MigrationTaskName=f"{number}-{step}"
            )

    with ThreadPoolExecutor(16) as threads:
        list(threads.map(work, range(16)))

    assert {task.name for task in mgh.tasks} == {f"{n}-{s}" for n in range(16) for s in range(5)}
    assert len({event["requestID"] for event in mgh.events}) == 81


def test_the_test_can_use_the_hub_while_calls_arrive(connect: Connect, mgh: MigrationHub) -> None:
    client = connect()

    def call() -> None:
        for number in range(30):
            client.create_progress_update_stream(ProgressUpdateStreamName=f"s{number}")

    with ThreadPoolExecutor(1) as threads:
        calling = threads.submit(call)

        def is_done() -> bool:
            found = names(mgh)
            assert found == sorted(f"s{number}" for number in range(len(found)))
            return calling.done()

        until(is_done)
        calling.result()

    assert len(mgh.streams) == 30


def test_pipelined_requests_are_answered_in_order(mgh_server: HubServer, sign: Sign) -> None:
    bodies = [json.dumps({"ProgressUpdateStreamName": name}).encode() for name in "ab"]
    requests = [request(sign(CREATE, body), body) for body in bodies]
    requests.append(request(sign(), b"{}", Connection="close"))

    answers = raw(mgh_server, b"".join(requests)).split(b"HTTP/1.1 ")[1:]

    assert [answer[:3] for answer in answers] == [b"200"] * 3
    listed = json.loads(answers[2].partition(b"\r\n\r\n")[2])["ProgressUpdateStreamSummaryList"]
    assert [one["ProgressUpdateStreamName"] for one in listed] == ["a", "b"]


@pytest.mark.parametrize("host", ["localhost", None])
def test_http_1_0_is_answered_with_or_without_a_host(
    mgh_server: HubServer, sign: Sign, host: str | None
) -> None:
    sent = request(sign(), b"{}").replace(b"HTTP/1.1", b"HTTP/1.0")
    if host is None:
        sent = sent.replace(b"Host: localhost\r\n", b"")

    answer = raw(mgh_server, sent)

    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert answer.endswith(b'{"ProgressUpdateStreamSummaryList":[]}')


@pytest.mark.parametrize("length", ["-1", "two", "1e3", "9" * 5000, "2, 3"])
def test_an_invalid_content_length_is_a_bad_request(
    mgh_server: HubServer, sign: Sign, length: str
) -> None:
    sent = request(sign(), b"{}", Content_Length=length)

    assert raw(mgh_server, sent).startswith(b"HTTP/1.1 400 ")


def test_a_request_that_is_not_http_is_a_bad_request(mgh_server: HubServer) -> None:
    assert raw(mgh_server, b"\x16\x03\x01 hello\r\n\r\n").startswith(b"HTTP/1.1 400 ")


def test_the_server_still_answers_after_a_bad_request(
    mgh_server: HubServer, connect: Connect
) -> None:
    raw(mgh_server, b"nonsense\r\n\r\n")

    assert connect().list_progress_update_streams()["ProgressUpdateStreamSummaryList"] == []


def test_a_body_that_expects_100_continue_gets_it(mgh_server: HubServer, sign: Sign) -> None:
    sent = request(sign(CREATE, SMS), SMS, Expect="100-continue")

    with socket.create_connection(address(mgh_server), timeout=60) as connection:
        connection.sendall(sent.removesuffix(SMS))
        leave = connection.recv(65536)
        connection.sendall(SMS)
        answer = connection.recv(65536)

    assert leave.lower().startswith(b"http/1.1 100 continue\r\n")
    assert answer.startswith(b"HTTP/1.1 200 OK")


# bodies


def test_a_chunked_body_is_read(send: Send, sign: Sign, mgh: MigrationHub) -> None:
    parts = iter([SMS[:7], SMS[7:]])
    headers = sign(CREATE, SMS) | {"Transfer-Encoding": "chunked"}

    assert send("POST", "/", parts, headers, encode_chunked=True).status == 200
    assert names(mgh) == ["SMS"]


@pytest.mark.parametrize(
    "body",
    [
        gzip.compress(SMS),
        gzip.compress(SMS[:9]) + gzip.compress(SMS[9:]),
        gzip.compress(SMS)[:-9],
        gzip.compress(SMS)[:5],
        gzip.compress(SMS) + b"more",
        gzip.compress(b"[]"),
        gzip.compress(b" " * (MAX_REQUEST_SIZE * 64)),
        gzip.compress(b"") * 50_000,
    ],
    ids=[
        *("whole", "two members", "cut off", "cut off early", "more behind", "a list", "a bomb"),
        "empty members",
    ],
)
@pytest.mark.parametrize("encoding", ["gzip", "GZip"])
def test_a_gzip_body_is_not_decoded(
    send: Send, sign: Sign, mgh: MigrationHub, body: bytes, encoding: str
) -> None:
    """No operation of the services has request compression."""
    answer = send("POST", "/", body, sign(CREATE, body, Content_Encoding=encoding))

    assert (answer.status, answer.content["__type"]) == (400, "SerializationException")
    assert names(mgh) == []


def is_too_large(answer: Answer) -> bool:
    return answer.status == 413 and answer.content["__type"] == "RequestEntityTooLargeException"


def padded(length: int) -> bytes:
    return SMS + b" " * (length - len(SMS))


def test_a_body_of_the_maximum_size_is_read(send: Send, sign: Sign, mgh: MigrationHub) -> None:
    assert send("POST", "/", padded(MAX_REQUEST_SIZE), sign(CREATE)).status == 200
    assert names(mgh) == ["SMS"]


@pytest.mark.parametrize("length", [MAX_REQUEST_SIZE + 1, 8 * MAX_REQUEST_SIZE])
def test_a_body_over_the_maximum_size_is_refused(
    send: Send, sign: Sign, mgh: MigrationHub, length: int
) -> None:
    assert is_too_large(send("POST", "/", padded(length), sign(CREATE)))
    assert names(mgh) == []


@pytest.mark.parametrize("length", [MAX_REQUEST_SIZE + 1, 8 * MAX_REQUEST_SIZE])
def test_a_chunked_body_over_the_maximum_size_is_refused(
    send: Send, sign: Sign, mgh: MigrationHub, length: int
) -> None:
    body = padded(length)
    parts = (body[at : at + 65536] for at in range(0, length, 65536))
    headers = sign(CREATE) | {"Transfer-Encoding": "chunked"}

    assert is_too_large(send("POST", "/", parts, headers, encode_chunked=True))
    assert names(mgh) == []


def test_a_connection_stays_open_after_a_body_that_is_too_large(
    connection: HTTPConnection, send: Send, sign: Sign
) -> None:
    connection.connect()
    opened = connection.sock

    assert is_too_large(send("POST", "/", padded(4 * MAX_REQUEST_SIZE), sign(CREATE)))
    assert send("POST", "/", SMS, sign(CREATE, SMS)).status == 200
    assert connection.sock is opened


def test_a_body_that_is_too_large_is_refused_before_it_is_sent(
    mgh_server: HubServer, sign: Sign
) -> None:
    length = str(MAX_REQUEST_SIZE + 1)

    answer = raw(mgh_server, request(sign(CREATE), Content_Length=length, Expect="100-continue"))

    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"connection: close" in answer.lower()


# faults


def lose(connect: Connect, **kwargs: Any) -> Callable[[], Any]:
    client = connect(**kwargs)
    return lambda: client.create_progress_update_stream(ProgressUpdateStreamName="SMS")


def test_an_injected_connection_reset_resets_the_tcp_connection(
    mgh_server: HubServer, mgh: MigrationHub, sign: Sign
) -> None:
    mgh.fail(CREATE, "ConnectionReset")

    with socket.create_connection(address(mgh_server), timeout=60) as connection:
        connection.sendall(request(sign(CREATE, SMS), SMS))
        with pytest.raises(ConnectionResetError):
            connection.recv(1)
    assert names(mgh) == []


def test_an_injected_connection_reset_is_a_connection_closed_error(
    connect: Connect, mgh: MigrationHub
) -> None:
    mgh.fail(CREATE, "ConnectionReset")

    with pytest.raises(ConnectionClosedError):
        lose(connect)()
    assert names(mgh) == []


@pytest.mark.parametrize("fault", ["ReadTimeout", "ConnectTimeout"])
def test_an_injected_timeout_lasts_until_the_client_disconnects(
    connect: Connect, mgh: MigrationHub, fault: str
) -> None:
    mgh.fail(CREATE, fault)

    with awaiting(lambda: not mgh.faults), pytest.raises(ReadTimeoutError):
        lose(connect, read_timeout=0.2)()
    assert names(mgh) == []


def test_a_call_with_a_lost_response_takes_effect(connect: Connect, mgh: MigrationHub) -> None:
    mgh.fail(CREATE, "ResponseLost")

    with awaiting(lambda: names(mgh)), pytest.raises(ReadTimeoutError):
        lose(connect, read_timeout=0.2)()
    assert names(mgh) == ["SMS"]


def test_other_calls_are_answered_during_an_injected_timeout(
    mgh_server: HubServer, mgh: MigrationHub, connect: Connect, sign: Sign
) -> None:
    mgh.fail(CREATE, "ReadTimeout")

    with socket.create_connection(address(mgh_server), timeout=60) as waiting:
        waiting.sendall(request(sign(CREATE, SMS), SMS))
        until(lambda: not mgh.faults)
        connect().list_progress_update_streams()
        waiting.setblocking(False)
        with pytest.raises(BlockingIOError):
            waiting.recv(1)


def test_the_server_stops_during_an_injected_timeout(
    mgh_server: HubServer, mgh: MigrationHub, sign: Sign
) -> None:
    mgh.fail(CREATE, "ReadTimeout")

    with socket.create_connection(address(mgh_server), timeout=60) as waiting:
        waiting.sendall(request(sign(CREATE, SMS), SMS))
        until(lambda: not mgh.faults)
        mgh_server.stop()
        assert waiting.recv(1) == b""


def test_a_declared_error_is_retried_by_the_client(mgh: MigrationHub, connect: Connect) -> None:
    mgh.fail("ListProgressUpdateStreams", "ThrottlingException", times=1, retry_after=7)

    with pytest.raises(ClientError, match="ThrottlingException") as caught:
        connect().list_progress_update_streams()
    assert caught.value.response["RetryAfterSeconds"] == 7


# operations that are not simulated


@pytest.mark.usefixtures("older_hub")
def test_an_operation_that_is_not_simulated_is_501_and_names_the_simulated_ones(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile(
        """
        import boto3, pytest
        from botocore.exceptions import ClientError

        def test_it(mgh_server):
            client = boto3.client("discovery", endpoint_url=mgh_server.url)
            with pytest.raises(ClientError, match="NotSimulated.*Simulated: .*DescribeAgents") as e:
                client.describe_export_tasks()
            assert e.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
            assert e.value.response["ResponseMetadata"]["RetryAttempts"] == 0
        """
    )

    result = pytester.runpytest()

    # The test swallowed it: it is raised once more at its end.
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*NotSimulatedError: discovery DescribeExportTasks is not*"])


# callers


@pytest.mark.mgh(verify_signatures=True)
def test_a_correct_signature_is_accepted(connect: Connect, mgh: MigrationHub) -> None:
    caller = mgh.principal("tool", role=True)

    connect(**caller.credentials).create_progress_update_stream(ProgressUpdateStreamName="SMS")

    assert mgh.events.last["userIdentity"]["arn"] == caller.arn


@pytest.mark.mgh(verify_signatures=True)
def test_a_signature_with_a_wrong_secret_is_refused(connect: Connect, mgh: MigrationHub) -> None:
    caller = mgh.principal("tool")
    credentials = caller.credentials | {"aws_secret_access_key": "wrong"}

    with pytest.raises(ClientError, match="InvalidSignatureException"):
        connect(**credentials).list_progress_update_streams()


@pytest.mark.mgh(verify_signatures=True)
def test_the_signature_is_that_of_the_bytes_sent(send: Send, sign: Sign) -> None:
    headers = sign(CREATE, SMS)

    assert send("POST", "/", SMS, headers).status == 200
    assert send("POST", "/", SMS + b" ", headers).content["__type"] == "InvalidSignatureException"


def test_an_event_has_the_source_address_of_its_call(connect: Connect, mgh: MigrationHub) -> None:
    connect().list_progress_update_streams()

    assert mgh.events.last["sourceIPAddress"] == "127.0.0.1"
    assert mgh.events.last["userAgent"].startswith("Boto3/")


def test_a_forwarded_header_does_not_change_the_source_address(
    send: Send, sign: Sign, mgh: MigrationHub
) -> None:
    send("POST", "/", b"{}", sign() | {"X-Forwarded-For": "8.8.8.8"})

    assert mgh.events.last["sourceIPAddress"] == "127.0.0.1"


def test_a_transport_without_tls_is_not_secure(connect: Connect, mgh: MigrationHub) -> None:
    mgh.policy = {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Action": "mgh:*",
            "Resource": "*",
            "Condition": {"Bool": {"aws:SecureTransport": "true"}},
        },
    }

    with pytest.raises(ClientError, match="AccessDeniedException"):
        connect().list_progress_update_streams()
