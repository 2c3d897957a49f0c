"""The server's start and end, and the environment of subprocesses."""

from __future__ import annotations

import contextlib
import gc
import os
import socket
import subprocess
import sys
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import boto3
import freezegun
import pytest
import uvicorn
from botocore.exceptions import ClientError, ConnectionClosedError
from ports import held_port
from waiting import MINUTE, until

from pytest_mgh import MigrationHub
from pytest_mgh.access.principals import FAKE_CREDENTIALS
from pytest_mgh.server.serving import HubServer
from pytest_mgh.state.settings import make_settings

if TYPE_CHECKING:
    from http_calls import Connect, Serve


def threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "pytest-mgh server"]


def answers(server: HubServer) -> bool:
    client = boto3.client("mgh", endpoint_url=server.url, region_name="us-west-2")
    return "ProgressUpdateStreamSummaryList" in client.list_progress_update_streams()


def port(server: HubServer) -> int:
    return int(urlsplit(server.url).port or 0)


def has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


# start and end


def test_a_name_of_the_hub_on_its_server_is_refused_with_where_it_is(mgh: MigrationHub) -> None:
    with pytest.raises(AttributeError, match=r"a HubServer has no 'client'; its hub has it: hub"):
        HubServer(mgh).client()  # type: ignore[attr-defined]


def test_the_server_runs_between_start_and_stop(mgh: MigrationHub) -> None:
    with held_port() as port:
        server = HubServer(mgh, port=port)
        assert (server.url, threads()) == ("", [])

        server.start()
        assert answers(server)
        assert len(threads()) == 1
        server.stop()

        assert threads() == []
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), timeout=60)


def test_a_with_statement_starts_and_stops_the_server(mgh: MigrationHub) -> None:
    with HubServer(mgh) as server:
        assert answers(server)

    assert threads() == []


def test_the_server_can_be_started_again(mgh: MigrationHub) -> None:
    server = HubServer(mgh)

    for _ in range(3):
        with server:
            assert answers(server)
    assert threads() == []


def test_stopping_a_server_twice_or_before_its_start_does_nothing(mgh: MigrationHub) -> None:
    server = HubServer(mgh)
    server.stop()
    server.start()
    server.stop()
    server.stop()

    assert threads() == []


def test_starting_a_server_twice_is_refused_and_changes_nothing(serve: Serve) -> None:
    server = serve()

    with pytest.raises(RuntimeError, match=f"is already running at {server.url}"):
        server.start()
    assert answers(server)
    assert len(threads()) == 1


def test_a_port_in_use_is_an_error_at_start(serve: Serve, mgh: MigrationHub) -> None:
    first = serve()
    second = HubServer(mgh, port=port(first))

    with pytest.raises(OSError, match="in use"):
        second.start()
    second.stop()
    assert answers(first)


def test_a_port_is_free_again_at_once(serve: Serve, mgh: MigrationHub) -> None:
    with held_port() as port:
        first = serve(port=port)
        answers(first)
        first.stop()

        with HubServer(mgh, port=port) as second:
            assert (second.url, answers(second)) == (first.url, True)


@pytest.mark.parametrize("host", ["no.such.host.invalid", "192.0.2.1", "a" * 100])
def test_an_address_of_another_machine_is_an_error(serve: Serve, host: str) -> None:
    with pytest.raises(OSError, match=r"\w"):
        serve(host=host)
    assert threads() == []


def test_a_hub_creates_clients_while_one_of_its_servers_runs() -> None:
    hub = MigrationHub(make_settings({}))
    first, second = HubServer(hub), HubServer(hub)
    with first:
        with second:
            assert hub.client().meta.endpoint_url == first.url
        hub.client().list_migration_tasks()
    with second:
        assert hub.client(endpoint_url=None).meta.endpoint_url == second.url
    for options in ({}, {"endpoint_url": None}):
        with pytest.raises(RuntimeError, match=r"^this hub can't answer a client: its mock is"):
            hub.client(**options)


def test_clients_of_other_services_do_not_use_the_server() -> None:
    with HubServer(MigrationHub(make_settings({}))) as server:
        assert server.url not in server.hub.client("sts").meta.endpoint_url


def test_an_error_in_the_server_thread_is_raised_by_start(
    mgh: MigrationHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: Any, **__: Any) -> None:
        raise OSError("no more files")

    server = HubServer(mgh)
    with monkeypatch.context() as patch:
        patch.setattr(uvicorn.Server, "startup", fail)
        with pytest.raises(OSError, match="no more files"):
            server.start()

    assert threads() == []
    with server:
        assert answers(server)


def test_a_later_error_in_the_server_thread_is_raised_by_stop(serve: Serve) -> None:
    server = serve()
    (thread,) = threads()

    server._loop.call_soon_threadsafe(server._end.set_exception, OSError("no more files"))
    thread.join(60)

    with pytest.raises(OSError, match="no more files"):
        server.stop()
    assert threads() == []


def test_the_server_leaves_no_sockets_open(mgh: MigrationHub) -> None:
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        with HubServer(mgh) as server, socket.create_connection(("127.0.0.1", port(server))):
            answers(server)
        del server
        gc.collect()

    assert [one for one in warned if issubclass(one.category, ResourceWarning)] == []


def connect_to(server: HubServer) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port(server)), timeout=60)


def takes_calls(server: HubServer) -> bool:
    try:
        connect_to(server).close()
    except OSError:
        return False
    return True


def test_a_server_that_stops_closes_connections_that_it_is_accepting(mgh: MigrationHub) -> None:
    clients: list[socket.socket] = []
    stopped = threading.Event()

    def connect(address: tuple[str, int]) -> None:
        while not stopped.is_set():
            with contextlib.suppress(OSError):
                clients.append(socket.create_connection(address, timeout=5))

    for _ in range(10):
        stopped.clear()
        server = HubServer(mgh)
        server.start()
        thread = threading.Thread(target=connect, args=(("127.0.0.1", port(server)),))
        thread.start()
        try:
            until(lambda: bool(clients))
            server.stop()
        finally:
            stopped.set()
            thread.join()
        while clients:
            clients.pop().close()

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        del server
        gc.collect()
    assert not [str(one.message) for one in caught if "unclosed" in str(one.message)]


def test_the_server_stops_with_open_connections(serve: Serve) -> None:
    server = serve()
    with connect_to(server) as idle, connect_to(server) as half:
        half.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n12345")
        answers(server)  # the other connections are accepted by now
        server.stop()
        assert (idle.recv(1), half.recv(1)) == (b"", b"")


def test_a_call_in_progress_is_answered_within_the_grace_period(serve: Serve) -> None:
    with (
        held_port() as port,
        connect_to(server := serve(port=port)) as calling,
        ThreadPoolExecutor(1) as other,
    ):
        calling.sendall(
            b"POST / HTTP/1.1\r\nHost: localhost\r\n"
            b"Content-Length: 2\r\nExpect: 100-continue\r\n\r\n"
        )
        assert calling.recv(1024).lower().startswith(b"http/1.1 100")
        ending = other.submit(server.stop, grace=10 * MINUTE)
        until(lambda: not takes_calls(server))
        calling.sendall(b"{}")
        answer = b"".join(iter(lambda: calling.recv(1024), b""))
        ending.result()

    assert answer.startswith(b"HTTP/1.1 403 ")


def test_a_frozen_clock_does_not_stop_the_server(mgh: MigrationHub) -> None:
    with freezegun.freeze_time("2024-05-01"), HubServer(mgh) as server:
        assert answers(server)
        assert mgh.events.last["eventTime"] == "2024-05-01T00:00:00Z"
    assert threads() == []


@pytest.mark.usefixtures("older_hub")
def test_the_log_has_a_line_with_the_outcome_of_every_call(
    serve: Serve, mgh: MigrationHub, connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "pytest_mgh.server")
    server = serve()
    client = connect("discovery", endpoint_url=server.url)
    mgh.fail("DescribeTags", "ConnectionReset")

    with pytest.raises(ConnectionClosedError):
        client.describe_tags()
    client.describe_tags()
    with pytest.raises(ClientError, match="NotSimulated"):
        client.describe_export_tasks()
    mgh._world.test_errors.clear()  # the test is no worse for it

    lines = [one.getMessage() for one in caplog.records if one.name == "pytest_mgh.server"]
    assert lines[:2] == ["127.0.0.1 DescribeTags ConnectionReset", "127.0.0.1 DescribeTags 200"]
    assert lines[2].startswith(
        "127.0.0.1 DescribeExportTasks discovery DescribeExportTasks is not simulated: "
    )
    assert len(lines) == 3


def test_an_unexpected_error_is_500_and_the_connection_stays_open(
    serve: Serve,
    connect: Connect,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(*_: Any) -> None:
        raise ZeroDivisionError("the hub is broken")

    client = connect(endpoint_url=serve().url)
    with monkeypatch.context() as patch:
        patch.setattr(MigrationHub, "answer", fail)
        with pytest.raises(ClientError, match="InternalFailure") as caught:
            client.list_migration_tasks()
    client.list_migration_tasks()

    metadata = caught.value.response["ResponseMetadata"]
    assert metadata["HTTPStatusCode"] == 500
    assert metadata["RequestId"]
    assert metadata["HTTPHeaders"].get("connection") != "close"
    (record,) = [one for one in caplog.records if one.levelname == "ERROR"]
    assert record.getMessage() == "pytest-mgh failed on ListMigrationTasks"
    assert "the hub is broken" in str(record.exc_info)


# addresses


def test_the_server_listens_on_loopback_and_a_free_port_by_default(serve: Serve) -> None:
    first, second = serve(), serve()

    assert first.url.startswith("http://127.0.0.1:")
    assert first.url != second.url
    assert answers(first)
    assert answers(second)


def test_the_server_listens_on_localhost(serve: Serve) -> None:
    server = serve(host="localhost")

    assert server.controlled
    assert answers(server)


@pytest.mark.skipif(not has_ipv6(), reason="there is no IPv6 here")
def test_the_server_listens_on_an_ipv6_address(serve: Serve, mgh: MigrationHub) -> None:
    server = serve(host="::1")

    assert server.url == f"http://[::1]:{port(server)}"
    assert server.controlled
    assert answers(server)
    assert mgh.events.last["sourceIPAddress"] == "::1"


def test_a_server_on_all_addresses_is_reached_on_loopback(serve: Serve) -> None:
    server = serve(host="0.0.0.0")

    assert server.url == f"http://127.0.0.1:{port(server)}"
    assert answers(server)


# subprocesses

SERVICES = ("MIGRATION_HUB", "MIGRATIONHUB_CONFIG", "APPLICATION_DISCOVERY_SERVICE")


def test_the_environment_points_every_sdk_at_the_hub(serve: Serve) -> None:
    server = serve()

    names = ["AWS_ENDPOINT_URL", *(f"AWS_ENDPOINT_URL_{name}" for name in SERVICES)]

    assert {name: server.env[name] for name in names} == dict.fromkeys(names, server.url)


@pytest.mark.parametrize(
    ("home_region", "region"), [("eu-central-1", "eu-central-1"), (None, "us-west-2")]
)
def test_the_environment_has_fake_credentials_and_a_region(
    serve: Serve, mgh: MigrationHub, home_region: str | None, region: str
) -> None:
    mgh.home_region = home_region

    env = serve().env

    assert {name: env[name] for name in FAKE_CREDENTIALS} == FAKE_CREDENTIALS
    assert (env["AWS_REGION"], env["AWS_DEFAULT_REGION"]) == (region, region)


@pytest.mark.parametrize(
    "name",
    [
        "AWS_PROFILE",
        "AWS_DEFAULT_PROFILE",
        "AWS_SECURITY_TOKEN",
        "AWS_CREDENTIAL_EXPIRATION",
        "AWS_ROLE_ARN",
        "AWS_WEB_IDENTITY_TOKEN_FILE",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
        "AWS_USE_FIPS_ENDPOINT",
        "AWS_ENDPOINT_URL_S3",
    ],
)
def test_the_environment_drops_variables_that_point_elsewhere(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "true")

    assert name not in serve().env
    assert os.environ[name] == "true"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, "127.0.0.1,localhost,::1"),
        ("", "127.0.0.1,localhost,::1"),
        ("internal.example", "internal.example,127.0.0.1,localhost,::1"),
    ],
)
def test_the_environment_bypasses_proxies(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, before: str | None, after: str
) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    if before is not None:
        monkeypatch.setenv("NO_PROXY", before)

    env = serve().env

    assert (env["NO_PROXY"], env["no_proxy"]) == (after, after)


def test_the_environment_keeps_all_other_variables(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_TOOL", "yes")

    env = serve().env

    assert (env["MY_TOOL"], env["PATH"]) == ("yes", os.environ["PATH"])


PRINT = (
    "import os, sys; print(os.environ['AWS_ENDPOINT_URL'], os.environ.get('MORE'), *sys.argv[1:])"
)


def test_a_command_runs_in_the_environment(serve: Serve) -> None:
    server = serve()

    done = server.command(sys.executable, "-c", PRINT, "a b")

    assert (done.returncode, done.stdout) == (0, f"{server.url} None a b\n")


def test_a_command_in_one_string_is_split_like_in_a_shell(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tool.py").write_text(PRINT)
    monkeypatch.chdir(tmp_path)
    server = serve()

    done = server.command(f"{Path(sys.executable).as_posix()} tool.py 'a b' c")

    assert done.stdout == f"{server.url} None a b c\n"


def test_a_command_accepts_extra_environment_variables(serve: Serve) -> None:
    server = serve()

    done = server.command(sys.executable, "-c", PRINT, env={"MORE": "yes"})

    assert done.stdout == f"{server.url} yes\n"


def test_a_failed_command_returns_its_status_or_raises(serve: Serve) -> None:
    server = serve()
    fails = (sys.executable, "-c", "import sys; sys.exit('no')")

    assert (server.command(*fails).returncode, server.command(*fails).stderr) == (1, "no\n")
    with pytest.raises(subprocess.CalledProcessError):
        server.command(*fails, check=True)


TOOL = """
import boto3
boto3.client("mgh").create_progress_update_stream(ProgressUpdateStreamName="SMS")
print(boto3.client("migrationhub-config").get_home_region()["HomeRegion"])
print(boto3.client("discovery").list_configurations(configurationType="SERVER")["configurations"])
"""


def test_a_subprocess_with_boto3_calls_the_hub(serve: Serve, mgh: MigrationHub) -> None:
    done = serve().command(sys.executable, "-c", TOOL, check=True)

    assert done.stdout == "us-west-2\n[]\n"
    assert [stream.name for stream in mgh.streams] == ["SMS"]
    assert [event["eventName"] for event in mgh.events] == [
        "CreateProgressUpdateStream",
        "GetHomeRegion",
        "ListConfigurations",
    ]
