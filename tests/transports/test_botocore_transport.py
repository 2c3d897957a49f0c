from __future__ import annotations

import gc
import http.server
import itertools
import re
import socket
import threading
import uuid
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore import UNSIGNED
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.session import Session
from botocore.stub import Stubber
from moto import mock_aws
from network import NetworkError

import pytest_mgh
from pytest_mgh import MigrationHub, mock_mgh
from pytest_mgh.state.process import PROCESS
from pytest_mgh.transports.botocore import Interception

OPERATIONS = {
    "mgh": "list_progress_update_streams",
    "migrationhub-config": "get_home_region",
}
EVENTS = {"mgh": "migration-hub", "migrationhub-config": "migrationhub-config"}
SERVICES = tuple(OPERATIONS)
LOOPBACK = ("127.0.0.1", "localhost", "::1")
MODULE = """
import boto3

class Tool:
    def __init__(self):
        self.client = boto3.Session("AKIAIOSFODNN7EXAMPLE", "secret").client(
            "mgh", region_name="us-west-2"
        )

    def create(self, name):
        self.client.create_progress_update_stream(ProgressUpdateStreamName=name)

TOOL = Tool()
"""


@pytest.fixture(autouse=True)
def _only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if not isinstance(address, tuple) or address[0] not in LOOPBACK:
            pytest.fail(f"a socket was opened to {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(scope="module")
def session() -> boto3.Session:
    return boto3.Session("AKIAIOSFODNN7EXAMPLE", "secret", region_name="us-west-2")


@pytest.fixture
def client(session: boto3.Session) -> Any:
    """A client that is older than the mock."""
    return session.client("mgh")


def create(client: Any, name: str) -> None:
    client.create_progress_update_stream(ProgressUpdateStreamName=name)


def stream_names(hub: Any) -> list[str]:
    return [stream.name for stream in hub.streams]


def call(client: Any, service: str) -> Any:
    return getattr(client, OPERATIONS[service])()


def handlers(client: Any, event: str) -> list[Any]:
    """Return the handlers that botocore would ask for an answer."""
    request = AWSRequest("POST", "https://mgh.us-west-2.amazonaws.com/", {}, b"{}").prepare()
    return [handler for handler, _ in client.meta.events.emit(event, request=request)]


# clients, no matter how or when they were created


@pytest.mark.parametrize("service", SERVICES)
def test_a_client_created_before_the_mock_is_answered(session: boto3.Session, service: str) -> None:
    client = session.client(service)  # type: ignore[call-overload]
    with mock_mgh():
        assert call(client, service)["ResponseMetadata"]["HTTPStatusCode"] == 200


@pytest.mark.parametrize("service", SERVICES)
def test_a_client_created_inside_the_mock_is_answered(service: str) -> None:
    with mock_mgh():
        client = boto3.client(service)  # type: ignore[call-overload]
        assert call(client, service)["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_a_client_of_a_session_created_before_the_mock_is_answered(session: boto3.Session) -> None:
    with mock_mgh() as hub:
        create(session.client("mgh"), "SMS")
        assert stream_names(hub) == ["SMS"]


def test_a_client_of_botocore_alone_is_answered() -> None:
    with mock_mgh() as hub:
        create(Session().create_client("mgh"), "SMS")
        assert stream_names(hub) == ["SMS"]


def test_a_client_of_the_hub_is_answered() -> None:
    with mock_mgh(home_region="eu-central-1") as hub:
        create(hub.client(), "SMS")
        assert stream_names(hub) == ["SMS"]


def test_hub_client_accepts_the_arguments_of_botocore() -> None:
    with mock_mgh() as hub:
        client = hub.client("migrationhub-config", region_name="eu-west-1")
        assert client.meta.region_name == "eu-west-1"


def test_an_object_that_holds_a_client_is_answered(client: Any) -> None:
    class Tool:
        def __init__(self) -> None:
            self.create = client.create_progress_update_stream

    tool = Tool()
    with mock_mgh() as hub:
        tool.create(ProgressUpdateStreamName="SMS")
        assert stream_names(hub) == ["SMS"]


def test_a_paginator_created_before_the_mock_is_answered(client: Any) -> None:
    paginator = client.get_paginator("list_progress_update_streams")
    with mock_mgh():
        create(client, "A")
        create(client, "B")
        pages = list(paginator.paginate(PaginationConfig={"PageSize": 1}))
    assert len(pages) == 2


def test_a_client_created_in_another_thread_is_answered(session: boto3.Session) -> None:
    made: list[Any] = []
    thread = threading.Thread(target=lambda: made.append(session.client("mgh")))
    thread.start()
    thread.join()
    with mock_mgh() as hub:
        create(made[0], "SMS")
        assert stream_names(hub) == ["SMS"]


def test_a_call_in_another_thread_is_answered(client: Any) -> None:
    with mock_mgh() as hub:
        thread = threading.Thread(target=create, args=(client, "SMS"))
        thread.start()
        thread.join()
        assert stream_names(hub) == ["SMS"]


@pytest.mark.parametrize("module", ["conftest", "test_module", "tool"])
def test_a_client_created_at_import_is_answered(pytester: pytest.Pytester, module: str) -> None:
    test = """
    def test_it(mgh):
        TOOL.create("SMS")
        assert [stream.name for stream in mgh.streams] == ["SMS"]
    """
    source = "\n".join(line[4:] for line in test.splitlines())
    if module == "test_module":
        pytester.makepyfile(MODULE + source)
    else:
        pytester.makepyfile(**{module: MODULE, "test_it": f"from {module} import TOOL\n{source}"})
    pytester.runpytest_inprocess().assert_outcomes(passed=1)


def test_a_client_created_before_the_plugin_is_imported_is_answered(
    pytester: pytest.Pytester,
) -> None:
    """Modules named by `-p` come before the plugins that are installed."""
    pytester.makepyfile(
        early="import sys\nassert 'pytest_mgh.plugin' not in sys.modules\n" + MODULE,
        test_it="""
        from early import TOOL

        def test_it(mgh):
            TOOL.create("SMS")
            assert [stream.name for stream in mgh.streams] == ["SMS"]
        """,
    )
    result = pytester.runpytest_subprocess("-p", "early")
    result.assert_outcomes(passed=1)


def test_a_client_created_at_import_without_credentials_is_answered(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    client = boto3.Session(region_name="us-west-2").client("mgh")
    with mock_mgh() as hub:
        create(client, "SMS")
        assert stream_names(hub) == ["SMS"]


def test_a_client_is_not_kept_alive_after_its_calls(session: boto3.Session) -> None:
    client = session.client("mgh")
    with mock_mgh():
        client.list_progress_update_streams()
        gone = weakref.ref(client)
        del client
        gc.collect()
        assert gone() is None


# endpoints


@pytest.mark.parametrize(
    "options",
    [
        {"config": Config(use_dualstack_endpoint=True)},
        {"config": Config(use_fips_endpoint=True)},
        {"config": Config(use_dualstack_endpoint=True, use_fips_endpoint=True)},
        {"endpoint_url": "https://mgh.example.com"},
        {"endpoint_url": "http://10.1.2.3:8080/path"},
        {"endpoint_url": "https://vpce-0123.mgh.us-west-2.vpce.amazonaws.com"},
        {"endpoint_url": "http://localhost.example.com"},
        {"use_ssl": False},
        {"verify": False},
        {"config": Config(proxies={"https": "http://proxy.example.com:3128"})},
        {"config": Config(retries={"mode": "standard"})},
        {"config": Config(retries={"mode": "adaptive"})},
        {"config": Config(parameter_validation=False)},
    ],
    ids=[
        "dual-stack",
        "fips",
        "dual-stack-fips",
        "custom",
        "custom-address",
        "vpc-endpoint",
        "not-quite-loopback",
        "no-ssl",
        "no-verify",
        "proxy",
        "standard-retries",
        "adaptive-retries",
        "no-validation",
    ],
)
@pytest.mark.parametrize("service", SERVICES)
def test_every_remote_endpoint_is_answered(
    session: boto3.Session, service: str, options: dict[str, Any]
) -> None:
    client = session.client(service, **options)  # type: ignore[call-overload]
    with mock_mgh():
        assert call(client, service)["ResponseMetadata"]["HTTPStatusCode"] == 200


@pytest.fixture
def server() -> Iterator[Any]:
    """A server on this machine that lists one stream; `.targets` are the calls that it got."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.server.targets.append(self.headers["X-Amz-Target"])  # type: ignore[attr-defined]
            self.rfile.read(int(self.headers["Content-Length"]))
            body = b'{"ProgressUpdateStreamSummaryList":[{"ProgressUpdateStreamName":"local"}]}'
            self.send_response(200)
            self.send_header("Content-Type", "application/x-amz-json-1.1")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None: ...

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as made:
        made.targets = []  # type: ignore[attr-defined]
        thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield made
        made.shutdown()
        thread.join()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_client_of_a_server_on_this_machine_is_left_alone(
    session: boto3.Session, server: Any, host: str
) -> None:
    client = session.client("mgh", endpoint_url=f"http://{host}:{server.server_port}")
    with mock_mgh():
        rows = client.list_progress_update_streams()["ProgressUpdateStreamSummaryList"]
    client.close()
    assert rows == [{"ProgressUpdateStreamName": "local"}]


def test_a_server_on_this_machine_gets_the_call_once(session: boto3.Session, server: Any) -> None:
    client = session.client("mgh", endpoint_url=f"http://127.0.0.1:{server.server_port}")
    with mock_mgh():
        client.list_progress_update_streams()
    client.close()
    assert server.targets == ["AWSMigrationHub.ListProgressUpdateStreams"]


@pytest.mark.usefixtures("no_network")
@pytest.mark.parametrize("host", ["[::1]", "127.1.2.3", "mgh.localhost", "LOCALHOST"])
def test_every_name_of_this_machine_is_left_alone(session: boto3.Session, host: str) -> None:
    client = session.client("mgh", endpoint_url=f"http://{host}:1")
    with mock_mgh(), pytest.raises(NetworkError):
        client.list_progress_update_streams()


# acting once


def updates(client: Any, hub: Any) -> int:
    """Notify a new task once; return how often that was done."""
    create(client, "SMS")
    task = {"ProgressUpdateStream": "SMS", "MigrationTaskName": "task"}
    client.import_migration_task(**task)
    client.notify_migration_task_state(
        **task, Task={"Status": "IN_PROGRESS"}, UpdateDateTime=1.5e9, NextUpdateSeconds=60
    )
    return len(hub.task("SMS", "task").updates)


def test_a_call_takes_effect_once(client: Any) -> None:
    with mock_mgh() as hub:
        assert updates(client, hub) == 1


def test_a_call_in_nested_mocks_takes_effect_once(client: Any) -> None:
    with mock_mgh(), mock_mgh() as hub:
        assert updates(client, hub) == 1


def test_a_call_of_a_client_used_before_an_inner_mock_takes_effect_once(client: Any) -> None:
    with mock_mgh():
        client.list_progress_update_streams()
        with mock_mgh() as hub:
            assert updates(client, hub) == 1


def test_a_call_of_a_client_used_in_an_earlier_mock_takes_effect_once(client: Any) -> None:
    with mock_mgh():
        client.list_progress_update_streams()
    with mock_mgh() as hub:
        assert updates(client, hub) == 1


@pytest.mark.parametrize("service", SERVICES)
def test_a_client_used_in_an_earlier_mock_is_answered_by_the_next_hub(
    session: boto3.Session, service: str
) -> None:
    client = session.client(service)  # type: ignore[call-overload]
    with mock_mgh():
        call(client, service)
    with mock_mgh(home_region=None):
        if service == "mgh":
            with pytest.raises(client.exceptions.HomeRegionNotSetException):
                call(client, service)
        else:
            assert "HomeRegion" not in call(client, service)


@pytest.mark.usefixtures("no_network")
@pytest.mark.parametrize("service", SERVICES)
def test_a_client_created_before_the_mock_calls_out_again_after_it(
    session: boto3.Session, service: str
) -> None:
    client = session.client(service)  # type: ignore[call-overload]
    with mock_mgh():
        call(client, service)
    with pytest.raises(NetworkError):
        call(client, service)


@pytest.mark.parametrize("service", SERVICES)
def test_the_event_handlers_of_a_client_are_restored_after_the_mock(
    session: boto3.Session, service: str
) -> None:
    client = session.client(service)  # type: ignore[call-overload]
    event = f"before-send.{EVENTS[service]}.Any"
    before = handlers(client, event)
    with mock_mgh():
        call(client, service)
    assert handlers(client, event) == before


@pytest.mark.usefixtures("no_network")
def test_a_client_created_inside_the_mock_never_calls_out_after_it() -> None:
    with mock_mgh() as hub:
        client = hub.client()
        client.list_progress_update_streams()
    with pytest.raises(pytest_mgh.RealCallError, match="test_a_client_created_inside_the_mock"):
        client.list_progress_update_streams()
    PROCESS.take_refusals()


@pytest.mark.usefixtures("no_network")
def test_other_services_are_left_alone(session: boto3.Session) -> None:
    client = session.client("sts")
    with mock_mgh(), pytest.raises(NetworkError):
        client.get_caller_identity()


# the parts of botocore around the answer


@pytest.mark.parametrize("event", ["before-send", "request-created", "before-sign", "before-call"])
@pytest.mark.parametrize("narrow", ["", ".ListProgressUpdateStreams"])
def test_hooks_of_the_user_still_run(session: boto3.Session, event: str, narrow: str) -> None:
    client, seen = session.client("mgh"), []

    def hook(event_name: str, **_: Any) -> None:
        seen.append(event_name)

    client.meta.events.register(f"{event}.migration-hub{narrow}", hook)
    with mock_mgh():
        client.list_progress_update_streams()
    assert seen == [f"{event}.migration-hub.ListProgressUpdateStreams"]


def test_hooks_registered_last_by_the_user_still_run(client: Any) -> None:
    seen: list[bool] = []
    client.meta.events.register_last("before-send", lambda **_: seen.append(True))
    with mock_mgh():
        client.list_progress_update_streams()
    assert seen == [True]


def test_a_hook_that_changes_the_request_changes_the_answer(client: Any) -> None:
    def rename(params: dict[str, Any], **_: Any) -> None:
        params["ProgressUpdateStreamName"] = "renamed"

    event = "provide-client-params.migration-hub.CreateProgressUpdateStream"
    client.meta.events.register(event, rename)
    with mock_mgh() as hub:
        create(client, "SMS")
        assert stream_names(hub) == ["renamed"]


def test_hooks_of_the_user_are_still_there_after_the_mock(client: Any) -> None:
    seen: list[bool] = []
    client.meta.events.register("before-call.migration-hub", lambda **_: seen.append(True))
    for _ in range(2):
        with mock_mgh():
            client.list_progress_update_streams()
    assert seen == [True, True]


def test_a_stubber_on_a_client_still_answers(client: Any) -> None:
    with mock_mgh(), Stubber(client) as stubber:
        rows = [{"ProgressUpdateStreamName": "stubbed"}]
        stubber.add_response(
            "list_progress_update_streams", {"ProgressUpdateStreamSummaryList": rows}
        )
        assert client.list_progress_update_streams()["ProgressUpdateStreamSummaryList"] == rows


def test_a_stubber_of_an_error_still_answers(client: Any) -> None:
    with mock_mgh(), Stubber(client) as stubber:
        stubber.add_client_error("list_progress_update_streams", "ThrottlingException")
        with pytest.raises(ClientError, match="ThrottlingException"):
            client.list_progress_update_streams()


def test_after_a_stubber_the_hub_answers_again(client: Any) -> None:
    with mock_mgh() as hub:
        with Stubber(client):
            pass
        create(client, "SMS")
        assert stream_names(hub) == ["SMS"]


@pytest.mark.parametrize("service", SERVICES)
def test_a_call_is_signed(session: boto3.Session, service: str) -> None:
    client, seen = session.client(service), []  # type: ignore[call-overload,var-annotated]

    def hook(request: Any, **_: Any) -> None:
        header = request.headers["Authorization"]
        seen.append(header.decode() if isinstance(header, bytes) else header)

    client.meta.events.register("before-send", hook)
    with mock_mgh():
        call(client, service)
    assert len(seen) == 1
    assert re.match(
        r"AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/\d{8}/us-west-2/mgh/aws4_request, "
        r"SignedHeaders=\S+, Signature=[0-9a-f]{64}$",
        seen[0],
    )


def test_an_unsigned_call_is_refused(session: boto3.Session) -> None:
    client = session.client("mgh", config=Config(signature_version=UNSIGNED))
    with mock_mgh(), pytest.raises(ClientError) as caught:
        client.list_progress_update_streams()
    assert caught.value.response["Error"]["Code"] == "MissingAuthenticationTokenException"


def test_errors_have_the_exception_classes_of_the_client(client: Any) -> None:
    with mock_mgh(), pytest.raises(client.exceptions.ResourceNotFoundException):
        client.import_migration_task(ProgressUpdateStream="none", MigrationTaskName="task")


def test_an_error_has_code_message_and_status(client: Any) -> None:
    with mock_mgh(), pytest.raises(ClientError) as caught:
        client.import_migration_task(ProgressUpdateStream="none", MigrationTaskName="task")
    error: Any = caught.value.response
    assert (
        error["Error"]["Code"],
        bool(error["Error"]["Message"]),
        error["ResponseMetadata"]["HTTPStatusCode"],
    ) == ("ResourceNotFoundException", True, 400)


def test_a_request_id_is_a_uuid(client: Any) -> None:
    with mock_mgh():
        id_ = client.list_progress_update_streams()["ResponseMetadata"]["RequestId"]
    assert str(uuid.UUID(id_)) == id_


def test_every_call_has_its_own_request_id(client: Any) -> None:
    with mock_mgh():
        metadata = [client.list_progress_update_streams()["ResponseMetadata"] for _ in range(3)]
    assert len({one["RequestId"] for one in metadata}) == 3


def test_an_error_has_a_request_id(client: Any) -> None:
    with mock_mgh(), pytest.raises(ClientError) as caught:
        client.import_migration_task(ProgressUpdateStream="none", MigrationTaskName="task")
    assert uuid.UUID(caught.value.response["ResponseMetadata"]["RequestId"])


def test_a_response_has_no_retries(client: Any) -> None:
    with mock_mgh():
        metadata = client.list_progress_update_streams()["ResponseMetadata"]
    assert metadata["RetryAttempts"] == 0


def test_a_refused_call_is_not_retried(client: Any) -> None:
    with mock_mgh(), pytest.raises(ClientError) as caught:
        client.import_migration_task(ProgressUpdateStream="none", MigrationTaskName="task")
    assert caught.value.response["ResponseMetadata"]["RetryAttempts"] == 0


def test_a_response_has_its_http_headers(client: Any) -> None:
    with mock_mgh():
        headers = client.list_progress_update_streams()["ResponseMetadata"]["HTTPHeaders"]
    assert (headers["content-type"], "x-amzn-requestid" in headers) == (
        "application/x-amz-json-1.1",
        True,
    )


def test_no_socket_is_opened(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        pytest.fail("a socket was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    with mock_mgh() as hub:
        create(client, "SMS")
        create(hub.client(), "SMS")
        create(boto3.client("mgh"), "SMS")
        assert stream_names(hub) == ["SMS"]


# threads


def in_threads(work: Callable[[int], None], count: int = 8) -> list[BaseException]:
    failures: list[BaseException] = []
    barrier = threading.Barrier(count)

    def run(number: int) -> None:
        try:
            barrier.wait()
            work(number)
        except BaseException as error:  # noqa: BLE001 (told in the main thread)
            failures.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures


def test_many_threads_with_one_client_lose_nothing(client: Any) -> None:
    def work(number: int) -> None:
        for index in range(100):
            name = f"{number}-{index}"
            client.import_migration_task(ProgressUpdateStream="SMS", MigrationTaskName=name)

    with mock_mgh() as hub:
        create(client, "SMS")
        assert in_threads(work) == []
        expected = {f"{n}-{i}" for n, i in itertools.product(range(8), range(100))}
        assert {task.name for task in hub.tasks} == expected


def test_the_first_calls_of_a_client_in_many_threads_take_effect_once_each(
    session: boto3.Session,
) -> None:
    task = {"ProgressUpdateStream": "SMS", "MigrationTaskName": "task"}
    for _ in range(10):
        client = session.client("mgh")
        with mock_mgh() as hub:
            create(hub.client(), "SMS")
            hub.client().import_migration_task(**task)
            failures = in_threads(
                lambda _, client=client: client.notify_migration_task_state(
                    **task,
                    Task={"Status": "IN_PROGRESS"},
                    UpdateDateTime=1.5e9,
                    NextUpdateSeconds=60,
                )
            )
            assert (failures, len(hub.task("SMS", "task").updates)) == ([], 8)


def test_many_threads_with_their_own_clients_lose_nothing(session: boto3.Session) -> None:
    clients = [session.client("mgh") for _ in range(8)]
    with mock_mgh() as hub:
        assert in_threads(lambda number: create(clients[number], f"stream-{number}")) == []
        assert len(hub.streams) == 8


# beside moto


def use_both(hub: Any, client: Any) -> tuple[list[str], list[str]]:
    create(client, "SMS")
    create(boto3.client("mgh", region_name="us-west-2"), "new")
    s3 = boto3.client("s3", region_name="us-east-1")
    s3.create_bucket(Bucket="bucket")
    return stream_names(hub), [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]


def test_moto_and_mgh_answer_their_own_services_inside_moto(client: Any) -> None:
    with mock_aws(), mock_mgh() as hub:
        assert use_both(hub, client) == (["SMS", "new"], ["bucket"])


def test_moto_and_mgh_answer_their_own_services_around_moto(client: Any) -> None:
    with mock_mgh() as hub, mock_aws():
        assert use_both(hub, client) == (["SMS", "new"], ["bucket"])


def test_a_client_used_under_moto_before_is_answered_by_the_hub(session: boto3.Session) -> None:
    with mock_aws():
        client = session.client("mgh")
        with mock_mgh() as hub:
            create(client, "SMS")
            assert stream_names(hub) == ["SMS"]


def test_moto_still_answers_its_own_services_after_the_mock() -> None:
    with mock_aws():
        with mock_mgh():
            boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="bucket")
        buckets = boto3.client("s3", region_name="us-east-1").list_buckets()["Buckets"]
    assert [bucket["Name"] for bucket in buckets] == ["bucket"]


def test_the_mock_still_answers_its_own_services_after_moto(client: Any) -> None:
    with mock_mgh() as hub:
        with mock_aws():
            create(client, "inside")
        create(client, "after")
        assert stream_names(hub) == ["after", "inside"]


def test_a_client_whose_requests_nobody_signs_is_refused(mgh: Any) -> None:
    client = boto3.client("mgh")
    signer = client._request_signer
    client.meta.events.unregister("request-created.migration-hub", signer.handler)

    with pytest.raises(ClientError) as caught:
        client.list_progress_update_streams()
    assert caught.value.response["Error"]["Code"] == "MissingAuthenticationTokenException"


def test_a_body_that_a_handler_replaces_by_a_bytearray_is_read(mgh: Any) -> None:
    def replace(request: AWSRequest, **_: object) -> None:
        request.data = bytearray(b'{"ProgressUpdateStreamName": "SMS"}')

    client = boto3.client("mgh")
    client.meta.events.register("before-sign.migration-hub", replace)
    client.create_progress_update_stream(ProgressUpdateStreamName="other")

    assert [stream.name for stream in mgh.streams] == ["SMS"]


def test_a_client_that_is_reached_after_the_mock_has_ended_stays_as_it_was(
    mgh: MigrationHub,
) -> None:
    config = Config(retries={"mode": "adaptive"})
    client = boto3.client("mgh", region_name="us-west-2", config=config)
    operation = client.meta.service_model.operation_model("ListMigrationTasks")
    emitter, event = client.meta.events._emitter, "before-send.migration-hub"
    handlers = emitter._handlers.prefix_search(event)
    interception = Interception(mgh.answer, [])

    interception.end()
    _, _, buckets = interception.reach(client.meta.events, operation)

    assert emitter._handlers.prefix_search(event) == handlers
    assert [bucket for bucket in buckets if "_sleep_amount" in vars(bucket)] == []
