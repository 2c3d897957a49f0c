"""`pytest-mgh serve` as a user meets it: its options, its errors, its end."""

from __future__ import annotations

import errno
import gzip
import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import boto3
import newer_botocore
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ReadTimeoutError
from click.testing import CliRunner, Result
from ports import held_port
from signed_calls import headers_of
from waiting import awaiting, until
from warm_processes import begin, begin_cold, environment

from pytest_mgh import MigrationHub, mock_mgh
from pytest_mgh.__main__ import command
from pytest_mgh.access.principals import FAKE_CREDENTIALS
from pytest_mgh.server import command as command_module
from pytest_mgh.state.settings import make_settings

Serve = Callable[..., "Served"]
Path_ = Path
COLD = ("-m", "pytest_mgh")
"""A program that a new interpreter runs."""
LIST_ONLY = {
    "Version": "2012-10-17",
    "Statement": {"Effect": "Allow", "Action": "mgh:List*", "Resource": "*"},
}


class Served:
    """A server in a process of its own."""

    def __init__(self, *options: str, program: tuple[str, ...] = ()) -> None:
        serve = ("serve", "--port", "0", *options)
        self.process = begin_cold(*program, *serve) if program else begin(*serve)
        self.greeting: list[str] = []

    def wait(self) -> Served:
        """Wait until it has printed its URL."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.greeting.append(line.rstrip())
            if line.startswith("Press Ctrl-C"):
                return self
        raise AssertionError(self.process.communicate()[1])

    def wait_for(self, port: int) -> None:
        """Wait until it answers at a port, if it does not print its URL."""
        self.greeting = [f"http://127.0.0.1:{port}"]
        until(lambda: reached(port) or self.process.poll() is not None)
        assert self.process.poll() is None

    @property
    def url(self) -> str:
        return self.greeting[0].rpartition(" ")[2]

    def client(self, service: str = "mgh", **config: Any) -> Any:
        return boto3.client(  # type: ignore[call-overload]
            service,
            region_name="us-west-2",
            endpoint_url=self.url,
            aws_access_key_id="key",
            aws_secret_access_key="secret",
            config=Config(**({"retries": {"total_max_attempts": 1}} | config)),
        )

    def end(self, how: int = signal.SIGINT) -> tuple[int, str, str]:
        """Interrupt it, and return its status and its output since the greeting."""
        self.process.send_signal(how)
        printed, errors = self.process.communicate(timeout=60)
        return self.process.returncode, printed, errors


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serve in a process with options; it ends with the test."""
    running: list[Served] = []

    def serve(*options: Any, wait: bool = True, **program: Any) -> Served:
        served = Served(*map(str, options), **program)
        running.append(served)
        return served.wait() if wait else served

    yield serve
    for served in running:
        served.process.kill()
        served.process.communicate()


def invoke(*options: Any) -> Result:
    return CliRunner().invoke(command, [*map(str, options)], prog_name="pytest-mgh")


def refusal(*options: Any) -> str:
    """Return the error of `serve` for refused options, in one line."""
    result = invoke("serve", *options)
    assert result.exit_code in (1, 2), result.output
    assert isinstance(result.exception, SystemExit)
    return re.sub(r"\s+", " ", result.output.partition("Error: ")[2]).strip()


# help


@pytest.mark.parametrize("option", ["-h", "--help"])
def test_the_help_names_every_option(option: str) -> None:
    text = invoke("serve", option).output

    for name in (
        "--host",
        "--port",
        "--home-region",
        "--account-id",
        "--background",
        "--policy",
        "--strict-discovery",
        "--start-applications",
        "--verify-signatures",
        "--estate",
        "--snapshot",
        "--events",
        "--save-every",
        "--control",
        "--token",
        "--max-request-size",
        "--with-moto",
        "--allow-host",
        "-v, --verbose",
        "-q, --quiet",
    ):
        assert name in text


def test_the_version_is_that_of_the_package() -> None:
    assert re.fullmatch(r"pytest-mgh, version \d+\.\d+\.\d+\n", invoke("--version").output)


# refusals


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            ["--home-region", "us-west-1"],
            "home_region='us-west-1': Migration Hub is not available there; allowed: *",
        ),
        (["--home-region", "us-wets-2"], "home_region='us-wets-2': did you mean 'us-west-2'? *"),
        (["--account-id", "12"], "account_id='12': must be 12 digits"),
        (["--background", "eagre"], "background='eagre': allowed: *seconds*'eager'*'manual'"),
        (["--background", "-1"], "background=-1.0: *"),
        (["--background", "nan"], "background=nan: *"),
        (["--policy", "AWSMigrationHubFullAcces"], "*did you mean 'AWSMigrationHubFullAccess'?*"),
        (["--policy", "nope"], "--policy nope: neither a file nor a managed policy; allowed: *"),
        (["--policy", "{" * 5000], "policy is not JSON: *"),
        (["--port", "65536"], "*65536*"),
        (["--port", "http"], "*'http' is not a valid integer*"),
        (["--max-request-size", "0"], "*0*"),
        (["--host", ""], "host='': must not be empty"),
        (["--token", ""], "token='': must not be empty"),
        (["--hosts", "x"], "No such option*--hosts*--host*"),
        (["--host", "0.0.0.0", "--control", "-q"], "--control on 0.0.0.0 needs a --token: *"),
        (["--host", "no.such.host.invalid"], "no.such.host.invalid port 5000: *"),
        (["--host", "192.0.2.1", "--port", "0"], "192.0.2.1 port 0: *"),
    ],
)
def test_the_error_for_an_invalid_option_explains_it(options: list[str], message: str) -> None:
    pytest.LineMatcher([refusal(*options)]).fnmatch_lines([message])


def test_the_error_for_a_port_in_use_names_it(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        assert refusal("--port", port) == (
            f"port {port} of 127.0.0.1 is in use: give another --port, or 0 for a free one"
        )


BAD_FILES = [
    ("--estate", "estate.json", "[1, 2", "*estate.json: *"),
    ("--estate", "estate.yaml", "servers: [{hostnam: x}]", "*estate.yaml: line 1: servers?0]: *"),
    ("--estate", "estate.yaml", "servers: [x", "*estate.yaml: *"),
    ("--estate", "estate.yaml", b"\xff", "*estate.yaml: *"),
    ("--snapshot", "state.json", "", "*state.json: not JSON: *"),
    ("--snapshot", "state.json", "{}", "*state.json: *"),
    (
        "--snapshot",
        "state.json",
        '{"version": 2}',
        "*state.json: snapshot version 2 can't be restored: only version 1*",
    ),
    ("--snapshot", "state.json", "[" * 100_000, "*state.json: *"),
    ("--snapshot", "state.json", b"\xff", "*state.json: *"),
    ("--policy", "policy.json", "{}", "*policy*Statement*"),
    ("--policy", "policy.json", b"\xff", "*policy.json: *"),
    ("--policy", "policy.txt", '{"Statement": 1}', "*policy*Statement*"),
    ("--policy", "policy.json", "[]", "*policy.json: a policy must be a JSON object"),
]


@pytest.mark.parametrize(("option", "name", "content", "message"), BAD_FILES)
def test_the_error_for_an_invalid_file_names_it(
    tmp_path: Path, option: str, name: str, content: str | bytes, message: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())

    pytest.LineMatcher([refusal("--port", 0, option, path)]).fnmatch_lines([message])


@pytest.mark.parametrize("content", ["hunter2", '"hunter2"', "[default]\nkey=hunter2", "{hunter2"])
def test_the_error_for_a_file_that_is_not_a_policy_does_not_print_it(
    tmp_path: Path, content: str
) -> None:
    path = tmp_path / "credentials"
    path.write_text(content)

    message = refusal("--port", 0, "--policy", path)

    assert "credentials: " in message
    assert "hunter2" not in message


@pytest.mark.parametrize("option", ["--estate", "--policy"])
def test_the_error_for_a_missing_file_names_it(tmp_path: Path, option: str) -> None:
    path = tmp_path / "nothing.json"

    text = refusal("--port", 0, option, path)

    assert "nothing.json" in text
    assert re.search("does not exist|neither a file nor", text)


@pytest.mark.parametrize("option", ["--snapshot", "--events"])
def test_the_error_for_a_missing_folder_names_it(tmp_path: Path, option: str) -> None:
    path = tmp_path / "nothing" / "file.json"

    assert f"there is no folder {str(path.parent)!r}" in refusal("--port", 0, option, path)


@pytest.mark.parametrize("option", ["--estate", "--snapshot", "--events"])
def test_a_folder_in_place_of_a_file_is_refused(tmp_path: Path, option: str) -> None:
    assert "is a directory" in refusal("--port", 0, option, tmp_path)


BLOCKED = """
import sys
sys.modules[{name!r}] = None
sys.argv = ["pytest-mgh", "serve"]
from pytest_mgh.__main__ import main
main()
"""


@pytest.mark.parametrize("name", ["starlette", "uvicorn"])
def test_the_error_for_a_missing_extra_names_it(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", BLOCKED.format(name=name)],
        capture_output=True,
        text=True,
        check=False,
        env=environment(),
    )

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"Error: the command serve needs the extra 'server' ({name} is missing): "
        "pip install 'pytest-mgh[server]'\n"
    )


def test_another_import_error_is_not_reported_as_a_missing_extra() -> None:
    done = subprocess.run(
        [sys.executable, "-c", BLOCKED.format(name="pytest_mgh.server.gate")],
        capture_output=True,
        text=True,
        check=False,
        env=environment(),
    )

    assert "extra" not in done.stderr
    assert "ModuleNotFoundError" in done.stderr


def test_an_unknown_command_is_refused_with_the_nearest_one() -> None:
    result = invoke("serv")

    assert result.exit_code == 2
    hint = "did you mean 'serve'? allowed: capture, health, serve, verify"
    assert f"Error: no command 'serv'; {hint}\n" in result.output


# the greeting


def test_serve_prints_its_url_and_the_lines_to_export(serve: Serve) -> None:
    served = serve()

    assert re.fullmatch(r"Migration Hub answers at http://127\.0\.0\.1:\d+", served.greeting[0])
    credentials = "AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any"
    assert served.greeting[1:] == [
        f"  export AWS_ENDPOINT_URL={served.url}",
        f"  export AWS_DEFAULT_REGION=us-west-2 AWS_REGION=us-west-2 {credentials}",
        f"Console: {served.url}/",
        "Press Ctrl-C to stop.",
    ]


@pytest.mark.parametrize("options", [(), ("--verify-signatures",)])
def test_the_lines_to_export_are_enough_for_a_client(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...]
) -> None:
    served = serve(*options, "--home-region", "eu-central-1")
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    for line in served.greeting:
        if line.startswith("  export "):
            for setting in line.split()[1:]:
                monkeypatch.setenv(*setting.split("="))

    client = boto3.session.Session().client("mgh")
    client.create_progress_update_stream(ProgressUpdateStreamName="SMS")

    assert client.meta.region_name == "eu-central-1"


def test_the_documentation_shows_the_output_of_serve(serve: Serve) -> None:
    page = Path(__file__).parents[2] / "docs" / "other-languages.md"
    served = serve()

    shown = "\n".join(["$ pytest-mgh serve", *served.greeting])

    assert shown.replace(served.url, "http://127.0.0.1:5000") in page.read_text(encoding="utf-8")


def test_a_token_given_on_the_command_line_is_required(serve: Serve) -> None:
    served = serve("--token", "open sesame")

    assert served.greeting[3] == f"Console: {served.url}/?token=open%20sesame"
    with urlopen(f"{served.url}/_mgh/policy?token=open%20sesame") as answer:
        assert json.load(answer) == {"policy": None}


def test_the_token_may_come_from_the_environment(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the command line is in the list of processes, it is seen by all users."""
    monkeypatch.setenv("PYTEST_MGH_TOKEN", "open sesame")
    served = serve()

    assert served.greeting[3] == f"Console: {served.url}/?token=open%20sesame"


def test_an_empty_token_in_the_environment_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_MGH_TOKEN", "")

    assert refusal() == "PYTEST_MGH_TOKEN is empty: give it a value, or unset it"


def test_serve_prints_who_can_call_on_all_addresses(serve: Serve) -> None:
    served = serve("--host", "0.0.0.0")

    reached = f"anyone who can reach this machine on port {served.url.rpartition(':')[2]}"
    warning = f"Warning: --host 0.0.0.0 lets {reached} call the services\n"
    assert served.end() == (0, "0 calls answered\n", warning)


def test_control_beyond_loopback_prints_the_generated_token(serve: Serve) -> None:
    served = serve("--host", "0.0.0.0", "--control")
    token = served.greeting[3].rpartition("?token=")[2]
    assert len(token) > 16

    asked = Request(f"{served.url}/_mgh/policy", headers={"Authorization": f"Bearer {token}"})
    with urlopen(asked) as answer:
        assert answer.status == 200


def test_serve_prints_warnings_about_its_policy(serve: Serve, tmp_path: Path) -> None:
    policy = tmp_path / "policy.json"
    policy.write_text(json.dumps(LIST_ONLY).replace("mgh:List*", "mgh:Creta*"))

    errors = serve("--policy", policy).end()[2]

    assert errors == "Note: policy Statement[0]: no service has the action 'mgh:Creta*'\n"


@pytest.mark.parametrize("options", [["--host", "0.0.0.0"], ["--no-control"]])
def test_without_control_serve_prints_no_console_url(serve: Serve, options: list[str]) -> None:
    served = serve(*options)

    assert [line for line in served.greeting if "Console" in line] == []


# options that reach the hub


def test_the_options_of_serve_configure_the_hub(serve: Serve, tmp_path: Path) -> None:
    policy = tmp_path / "policy.json"
    policy.write_text(json.dumps(LIST_ONLY))
    served = serve(
        *("--home-region", "eu-central-1", "--account-id", "210987654321"),
        *("--background", "3.5", "--policy", policy, "--no-strict-discovery"),
        *("--no-start-applications", "--verify-signatures", "--keep-events", "7"),
    )

    with urlopen(f"{served.url}/_mgh/snapshot") as answer:
        settings = json.load(answer)["settings"]

    assert settings == {
        "home_region": "eu-central-1",
        "account_id": "210987654321",
        "policy": json.dumps(LIST_ONLY),
        "background": 3.5,
        "strict_discovery": False,
        "start_applications": False,
        "verify_signatures": True,
        "moto_iam": False,
        "keep_events": 7,
        "requests": False,
        "sleep": False,
    }


def test_the_home_region_can_be_left_unset(serve: Serve) -> None:
    client = serve("--home-region", "none").client()

    with pytest.raises(client.exceptions.HomeRegionNotSetException):
        client.list_migration_tasks()


def test_serve_loads_estates(serve: Serve, tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text("servers: [{hostname: web-1}]")
    (tmp_path / "two.json").write_text('{"streams": [{"name": "SMS"}]}')
    served = serve("--estate", tmp_path / "one.yaml", "--estate", tmp_path / "two.json")

    found = served.client("discovery").list_configurations(configurationType="SERVER")
    listed = served.client().list_progress_update_streams()

    assert found["configurations"][0]["server.hostName"] == "web-1"
    assert listed["ProgressUpdateStreamSummaryList"] == [{"ProgressUpdateStreamName": "SMS"}]


def test_a_request_longer_than_allowed_is_refused(serve: Serve) -> None:
    served = serve("--max-request-size", 64)
    client = served.client()

    client.create_progress_update_stream(ProgressUpdateStreamName="SMS")
    with pytest.raises(ClientError, match="RequestEntityTooLargeException"):
        client.create_progress_update_stream(ProgressUpdateStreamName="S" * 50)


# the end


@pytest.mark.parametrize("how", ["SIGINT", "SIGTERM"])
def test_a_signal_stops_serve_cleanly(serve: Serve, how: str) -> None:
    served = serve(program=COLD)
    client = served.client()  # its connection stays open
    client.list_migration_tasks()

    assert served.end(getattr(signal, how)) == (0, "1 call answered\n", "")


@pytest.mark.parametrize("then", ["SIGINT", "SIGTERM"])
def test_a_repeated_signal_counts_once(serve: Serve, tmp_path: Path, then: str) -> None:
    """A wrapper forwards a signal that the terminal has sent to both."""
    path = tmp_path / "state.json"
    served = serve("--snapshot", path)
    served.client().list_migration_tasks()

    served.process.send_signal(signal.SIGINT)
    assert served.end(getattr(signal, then)) == (0, "1 call answered\n", "")
    assert path.exists()


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("before", ["SIG_DFL", "SIG_IGN"])
def test_a_later_signal_terminates_a_server_that_does_not_stop(name: str, before: str) -> None:
    """The first signal leaves time for calls in progress."""
    source = f"""
import signal, time
from pytest_mgh.server import signals
signals.TOGETHER = 0.0
signal.signal(signal.{name}, signal.{before})
with signals.interrupted(own_process=True) as wait:
    print("ready", flush=True)
    wait()
    print("told", flush=True)
    time.sleep(60)
"""
    process = begin_cold("-c", source)
    assert process.stdout is not None
    for _ in ("ready", "told"):
        assert process.stdout.readline()
        process.send_signal(getattr(signal, name))
    assert process.wait(timeout=60) == -getattr(signal, name)
    process.communicate()


def test_serve_under_nohup_survives_its_terminal(serve: Serve) -> None:
    """As nohup asks for."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        served = serve(program=COLD)
    finally:
        signal.signal(signal.SIGHUP, before)

    served.process.send_signal(signal.SIGHUP)
    served.client().list_migration_tasks()
    assert served.end() == (0, "1 call answered\n", "")


def test_serve_answers_even_if_its_output_is_not_read(serve: Serve) -> None:
    served = serve("--verbose", wait=False)
    assert served.process.stdout is not None
    assert served.process.stderr is not None
    served.greeting.append(served.process.stdout.readline().rstrip())
    served.process.stdout.close()
    served.process.stderr.close()
    served.process.stdout = served.process.stderr = None

    served.client().list_migration_tasks()
    served.process.send_signal(signal.SIGINT)
    assert served.process.wait(timeout=60) == 0


def test_an_interrupt_during_start_prints_no_traceback() -> None:
    source = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background ignores it
class Interrupting:
    def find_spec(self, name, *_):
        if name == "pytest_mgh.server":
            signal.raise_signal(signal.SIGINT)
sys.meta_path.insert(0, Interrupting())
sys.argv = ["pytest-mgh", "serve"]
from pytest_mgh.__main__ import main
main()
"""
    ended = subprocess.run(
        [sys.executable, "-c", source],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env=environment(),
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, "", "")


def fail(served: Served, error: str) -> None:
    fault = json.dumps({"operation": "ListMigrationTasks", "error": error}).encode()
    asked = Request(f"{served.url}/_mgh/faults", fault, {"Content-Type": "application/json"})
    urlopen(asked).close()


def test_an_injected_timeout_does_not_delay_the_stop_of_serve(serve: Serve) -> None:
    served = serve()
    fail(served, "ReadTimeout")
    host, _, port = served.url.removeprefix("http://").partition(":")

    with socket.create_connection((host, int(port)), timeout=60) as waiting:
        send_call(waiting)
        until(lambda: not fault_waits(served))
        assert served.end() == (0, "0 calls answered\n", "")
        assert waiting.recv(1) == b""


def send_call(connection: socket.socket) -> None:
    headers = {"host": "localhost", **headers_of("ListMigrationTasks"), "content-length": "2"}
    lines = ["POST / HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    connection.sendall("\r\n".join([*lines, "", "{}"]).encode())


def fault_waits(served: Served) -> bool:
    with urlopen(f"{served.url}/_mgh/faults") as answer:
        return bool(json.load(answer)["faults"])


def test_a_call_whose_response_is_lost_is_counted(serve: Serve) -> None:
    served = serve()
    fail(served, "ResponseLost")

    with awaiting(lambda: not fault_waits(served)), pytest.raises(ReadTimeoutError):
        served.client(read_timeout=0.2).list_migration_tasks()
    assert served.end() == (0, "1 call answered\n", "")


def test_a_snapshot_is_saved_and_loaded_again(serve: Serve, tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    first = serve("--snapshot", path, "--home-region", "eu-west-1")
    first.client("mgh").list_progress_update_streams()
    first.end()
    second = serve("--snapshot", path)

    with urlopen(f"{second.url}/_mgh/state") as answer:
        assert json.load(answer)["home_region"] == "eu-west-1"
    assert second.end()[1] == "1 call answered\n"
    assert [one.name for one in tmp_path.iterdir()] == ["state.json"]


def test_the_hub_of_a_mock_starts_from_the_snapshot_of_a_server(
    serve: Serve, tmp_path: Path
) -> None:
    path = tmp_path / "state.json"
    served = serve("--snapshot", path)
    served.client().create_progress_update_stream(ProgressUpdateStreamName="SMS")
    served.end()

    with mock_mgh() as hub:
        hub.restore(json.loads(path.read_text(encoding="utf-8")))

        assert [stream.name for stream in hub.streams] == ["SMS"]


@pytest.mark.parametrize("name", ["events.json", "events.json.gz"])
def test_the_events_are_written_as_a_cloudtrail_log(
    serve: Serve, tmp_path: Path, name: str
) -> None:
    served = serve("--events", tmp_path / name)
    served.client().list_migration_tasks()
    served.end()

    content = (tmp_path / name).read_bytes()
    log = json.loads(gzip.decompress(content) if name.endswith(".gz") else content)
    assert [event["eventName"] for event in log["Records"]] == ["ListMigrationTasks"]
    assert log["Records"][0]["sourceIPAddress"] == "127.0.0.1"


def test_an_existing_log_is_kept_until_it_is_replaced_completely(
    serve: Serve, tmp_path: Path
) -> None:
    log = tmp_path / "events.json"
    log.write_text('{"Records": ["old"]}')
    log.chmod(0o600)
    killed = serve("--events", log)
    killed.client().list_migration_tasks()
    killed.process.kill()
    killed.process.wait()
    kept = log.read_text()

    served = serve("--events", log)
    served.client().list_migration_tasks()
    served.end()

    assert kept == '{"Records": ["old"]}'
    assert [one["eventName"] for one in json.loads(log.read_text())["Records"]] == [
        "ListMigrationTasks"
    ]
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_a_failed_write_is_reported_and_the_other_files_are_written(
    serve: Serve, tmp_path: Path
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    served = serve("--snapshot", folder / "state.json", "--events", tmp_path / "events.json")
    served.client().list_migration_tasks()
    folder.rmdir()

    status, _, errors = served.end()

    message, _, kept = errors.rstrip().rpartition("; the state is in ")
    assert (status, message) == (
        1,
        f"Error: {folder / 'state.json'} could not be written: No such file or directory",
    )
    assert json.loads(Path(kept).read_bytes())["accounts"]
    Path(kept).unlink()
    assert (tmp_path / "events.json").is_file()


def test_changes_are_saved_at_the_interval(serve: Serve, tmp_path: Path) -> None:
    state, events = tmp_path / "state.json", tmp_path / "events.json"
    served = serve("--snapshot", state, "--events", events, "--save-every", "0.1")
    served.client().create_progress_update_stream(ProgressUpdateStreamName="SMS")

    until(events.exists)  # it is written after the state
    served.process.kill()

    assert '"SMS"' in state.read_text("utf-8")
    assert "CreateProgressUpdateStream" in events.read_text("utf-8")
    assert {path.name for path in tmp_path.iterdir()} == {"events.json", "state.json"}


def test_a_failed_save_is_reported_once_and_repeated_until_it_succeeds(
    serve: Serve, tmp_path: Path
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    served = serve("--snapshot", folder / "state.json", "--save-every", "0.1")
    folder.rmdir()
    client = served.client()
    client.create_progress_update_stream(ProgressUpdateStreamName="SMS")
    assert served.process.stderr is not None
    message = served.process.stderr.readline()
    client.create_progress_update_stream(ProgressUpdateStreamName="DMS")
    folder.mkdir()

    until((folder / "state.json").exists)
    status, _, errors = served.end()

    reason = "could not be written: No such file or directory"
    assert message == f"Error: {folder / 'state.json'} {reason}\n"
    assert (status, errors) == (0, "")


def test_a_save_interval_needs_a_file() -> None:
    assert refusal("--save-every", "5") == (
        "--save-every needs a file to save: give --snapshot or --events"
    )


# verbosity


def test_verbose_prints_a_line_for_every_call(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    newer_botocore.install(monkeypatch, tmp_path)
    served = serve("-v")
    client = served.client()
    client.list_migration_tasks()
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.delete_progress_update_stream(ProgressUpdateStreamName="SMS")
    with pytest.raises(ClientError, match="NotSimulated"):
        newer_botocore.client(served.url).describe_novelties()
    fail(served, "ReadTimeout")
    with awaiting(lambda: not fault_waits(served)), pytest.raises(ReadTimeoutError):
        served.client(read_timeout=0.2).list_migration_tasks()
    with pytest.raises(HTTPError) as caught:
        urlopen(Request(served.url, method="POST"))
    caught.value.close()

    _, _, errors = served.end()

    pytest.LineMatcher(errors.splitlines()).fnmatch_lines(
        [
            "127.0.0.1 ListMigrationTasks 200",
            '127.0.0.1 DeleteProgressUpdateStream 400 {"__type":"ResourceNotFoundException",*',
            "127.0.0.1 DescribeNovelties discovery DescribeNovelties is not simulated: *",
            "127.0.0.1 ListMigrationTasks ReadTimeout",
            "127.0.0.1 no target 403 <MissingAuthenticationTokenException> <Message>*",
        ],
        consecutive=True,
    )


BROKEN = """
import sys
from pytest_mgh import MigrationHub
from pytest_mgh.__main__ import main
def answer(self, request):
    raise ZeroDivisionError("the hub is broken")
MigrationHub.answer = answer
main()
"""


@pytest.mark.parametrize("options", [[], ["--quiet"], ["--verbose"]])
def test_an_unexpected_error_is_answered_and_its_traceback_printed(
    serve: Serve, options: list[str]
) -> None:
    with held_port() as port:
        served = serve("--port", port, *options, wait=False, program=("-c", BROKEN))
        served.wait_for(port)
        with pytest.raises(ClientError, match="InternalFailure") as caught:
            served.client().list_migration_tasks()

        status, _, errors = served.end()

    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 500
    assert status == 0
    lines = errors.splitlines()
    assert lines[0] == "pytest-mgh failed on ListMigrationTasks"
    assert "ZeroDivisionError: the hub is broken" in lines


def test_quiet_prints_nothing(serve: Serve) -> None:
    with held_port() as port:
        served = serve("-q", "--port", port, wait=False)
        served.wait_for(port)
        served.client().list_migration_tasks()

        assert served.end() == (0, "", "")


def reached(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=60).close()
    except OSError:
        return False
    return True


def test_the_signal_handlers_are_restored(monkeypatch: pytest.MonkeyPatch) -> None:
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)

    def greet(*_: Any, **__: Any) -> None:
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(command_module, "_greet", greet)
    result = invoke("serve", "--port", 0)

    assert (result.exit_code, result.output) == (0, "0 calls answered\n")
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before


@pytest.fixture
def _ends_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a server end as soon as it has begun."""

    @contextmanager
    def interrupted(**_: object) -> Iterator[Callable[[], None]]:
        yield lambda: None

    monkeypatch.setattr(command_module, "interrupted", interrupted)


@pytest.mark.usefixtures("_ends_at_once")
def test_serve_prints_credentials_that_it_accepts_where_it_verifies_signatures() -> None:
    any_ = invoke("serve", "--port", 0).output
    own = invoke("serve", "--port", 0, "--verify-signatures").output

    assert "AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any" in any_
    for name, value in FAKE_CREDENTIALS.items():
        assert f"{name}={value}" in own


@pytest.mark.usefixtures("_ends_at_once")
def test_serve_says_that_moto_answers_all_other_services() -> None:
    said = "moto answers all other services there."

    assert said not in invoke("serve", "--port", 0).output
    assert said in invoke("serve", "--port", 0, "--with-moto").output


def test_a_port_that_the_user_may_not_listen_on_is_explained(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def start(_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(command_module.HubServer, "start", start)
    result = invoke("serve", "--port", 80)

    assert result.exit_code == 1
    assert (
        "no permission to listen on port 80 of 127.0.0.1: give a --port of 1024 or more"
    ) in result.output


@pytest.mark.usefixtures("_ends_at_once")
def test_a_line_for_which_the_disk_has_no_room_is_lost_and_the_next_is_printed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lines: list[str] = []

    def echo(line: str, **_: object) -> None:
        lines.append(line)
        if len(lines) == 1:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(command_module.click, "echo", echo)
    result = invoke("serve", "--port", 0)

    assert result.exit_code == 0
    assert lines[0].startswith("Migration Hub answers at")
    assert lines[-1] == "0 calls answered"


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """A snapshot of an earlier run."""
    path = tmp_path / "state.json"
    path.write_text(json.dumps(MigrationHub(make_settings({})).snapshot()), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "given",
    [("--policy", "AWSMigrationHubFullAccess"), ("--verify-signatures",), ("--background", "60")],
    ids=lambda given: given[0],
)
def test_options_that_a_snapshot_would_override_are_refused(
    saved: Path, given: tuple[str, ...]
) -> None:
    assert f"contains the options of its hub: leave out {given[0]}," in refusal(
        "--snapshot", str(saved), *given
    )


def test_writing_state_and_events_to_one_file_is_refused(tmp_path: Path) -> None:
    path = str(tmp_path / "x.json")
    assert "would both write" in refusal("--snapshot", path, "--events", path)


def test_a_file_that_cannot_be_written_is_refused_at_the_start(tmp_path: Path) -> None:
    assert "cannot be written" in refusal("--events", str(tmp_path / ("x" * 300)))
