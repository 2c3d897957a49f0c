"""`pytest-mgh verify` as a user meets it: over HTTP, against a hub in the place of AWS."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from click.testing import CliRunner, Result
from profiles import MORE
from stand_in import ACCOUNT, HOME, KEYS
from waiting import MINUTE, until

import pytest_mgh
from pytest_mgh import MigrationHub, mock_mgh
from pytest_mgh.__main__ import command
from pytest_mgh.bridge import BridgeError, Outcome, verification, verify
from pytest_mgh.bridge.calls import Request
from pytest_mgh.bridge.connection import AwsConnection
from pytest_mgh.bridge.leftovers import PREFIX
from pytest_mgh.bridge.probes.catalog import PROBES
from pytest_mgh.bridge.probes.probe import Stage
from pytest_mgh.bridge.reference import make_hub
from pytest_mgh.errors import ServiceError
from pytest_mgh.protocol import schemas
from pytest_mgh.protocol.messages import WireRequest, WireResponse
from pytest_mgh.protocol.wire import encode_error
from pytest_mgh.server.serving import HubServer
from pytest_mgh.state.accounts import SUPPORTED_REGIONS
from pytest_mgh.state.settings import Settings

pytestmark = pytest.mark.usefixtures("_credentials")

NOT_ASKED = "the home Region could not be read"
REGIONS = ", ".join(SUPPORTED_REGIONS)

Change = Callable[[WireRequest], "WireResponse | None"]


class Otherwise(MigrationHub):
    """A hub with changed answers to some requests."""

    def __init__(self, settings: Settings, change: Change) -> None:
        super().__init__(settings)
        object.__setattr__(self, "_change", change)

    def answer(self, request: WireRequest) -> WireResponse:
        change: Change = self._change  # type: ignore[attr-defined]
        return change(request) or super().answer(request)


def refusing(operation: str, code: str) -> Change:
    """Refuse an operation."""

    def change(request: WireRequest) -> WireResponse | None:
        if request.headers.get("x-amz-target", "").endswith(f".{operation}"):
            return encode_error("id", ServiceError(code, "no"))
        return None

    return change


@pytest.fixture(scope="module")
def server() -> Iterator[HubServer]:
    with HubServer(make_hub(ACCOUNT, HOME)) as server:
        yield server


@pytest.fixture
def served() -> Iterator[Callable[[MigrationHub], str]]:
    """Serve a hub, and return its URL."""
    servers: list[HubServer] = []

    def serve(hub: MigrationHub) -> str:
        servers.append(HubServer(hub))
        servers[-1].start()
        return servers[-1].url

    yield serve
    for server in servers:
        server.stop()


@pytest.fixture
def _few_probes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let runs try only the probes of the home Region."""
    rows = ("Home Region: An unknown, ", "Home Region: Where", "Home Region: A ")
    few = [probe for probe in PROBES if probe.rows[0].startswith(rows)]
    monkeypatch.setattr(verification, "PROBES", few)


def run(url: str, *options: str, input: str | None = None) -> Result:  # noqa: A002
    words = ["verify", "--endpoint-url", url, *options]
    result = CliRunner().invoke(command, words, prog_name="pytest-mgh", input=input)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    for value in KEYS.values():
        assert value not in result.output
    return result


def own_names(hub: MigrationHub) -> list[str]:
    """Return the names of items created by runs."""
    names = [
        *(stream.name for stream in hub.streams),
        *(application.name or "" for application in hub.applications),
        *(server.hostname or "" for server in hub.servers),
    ]
    return [name for name in names if name.startswith(PREFIX)]


@pytest.fixture
def _fifth_probes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let runs try every fifth probe, or all where more examples are tried.

    tests/bridge/test_verification.py tries all, without HTTP.
    """
    step = 1 if MORE else 5
    monkeypatch.setattr(verification, "PROBES", PROBES[::step])


# a whole run


@pytest.mark.usefixtures("_fifth_probes")
def test_without_write_the_verify_command_reports_that_all_answers_are_the_same(
    server: HubServer,
) -> None:
    some = [probe for probe in verification.PROBES if probe.stage is Stage.READS]
    result = run(server.url, "--yes")

    lines = result.output.splitlines()
    assert result.exit_code == 0
    assert lines[0] == f"Account {ACCOUNT}, home Region {HOME}."
    assert lines[1].endswith("Nothing is written.")
    assert any(re.fullmatch(rf"rules: \d+ of {len(some)}", line) for line in lines)
    assert lines[-1].startswith(f"{len(some)} ")
    assert lines[-1].endswith("the same, 0 the same but for the text, 0 different, 0 not tried.")


@pytest.mark.usefixtures("_fifth_probes")
def test_with_write_the_verify_command_reports_what_it_created_and_deletes_it(
    server: HubServer, tmp_path: Path
) -> None:
    files = tmp_path / "result.json", tmp_path / "result.md"
    result = run(
        server.url,
        "--write",
        "--yes",
        "--patience",
        "1",
        *(word for file in files for word in ("--output", str(file))),
    )

    assert result.exit_code == 0
    assert f"one stream, {PREFIX}" in result.output
    assert "All of it is deleted at the end" in result.output
    assert own_names(server.hub) == []
    found = json.loads(files[0].read_text("utf-8"))
    jsonschema_rs.validator_for(schemas.load("hub", "verification")).validate(found)
    assert (found["region"], found["wrote"], found["from_aws"]) == (HOME, True, False)
    assert "the deletion was over" in result.output
    text = files[1].read_text("utf-8")
    assert text.startswith(
        f"pytest-mgh {found['pytest_mgh']} was compared with an endpoint other than AWS in "
    )
    for secret in (*KEYS.values(), ACCOUNT, PREFIX):
        assert secret not in files[0].read_text("utf-8") + text


@pytest.mark.usefixtures("_few_probes")
def test_a_difference_is_reported_and_sets_the_exit_status(
    served: Callable[[MigrationHub], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    change = refusing("DeleteHomeRegionControl", "ConflictException")
    url = served(Otherwise(Settings(home_region=HOME, account_id=ACCOUNT), change))
    file = tmp_path / "result.md"
    result = run(url, "--yes", "--output", str(file))

    assert result.exit_code == 1
    table = result.output.partition("outcome")[2]
    assert re.sub("  +", "  ", table.splitlines()[1]).startswith("differs  an unknown control")
    for word in ("400", "InvalidInputException", "ConflictException"):
        assert word in table
    assert "--output FILE.md writes the full result as Markdown for an issue" in result.output
    text = file.read_text("utf-8")
    assert "## AWS answers otherwise" in text
    assert "- AWS: `400 ConflictException`" in text


@pytest.mark.usefixtures("_few_probes")
def test_verbose_output_lists_the_rules_with_the_same_answer(server: HubServer) -> None:
    def same(result: Result) -> int:
        return len(re.findall(rf"^{Outcome.SAME.value}  ", result.output, re.MULTILINE))

    assert same(run(server.url, "--yes")) == 0
    assert same(run(server.url, "--yes", "--verbose")) == 6


@pytest.mark.usefixtures("_few_probes")
def test_it_is_a_function_too(server: HubServer) -> None:
    with mock_mgh() as hub:
        found = verify(endpoint_url=server.url)

        assert list(hub.events) == []

    assert not found.differs
    assert found.region == HOME
    assert len(found.of(Outcome.SAME)) == 6


# asking


@pytest.mark.usefixtures("_few_probes")
@pytest.mark.parametrize("answer", ["n\n", "\n", ""])
def test_without_confirmation_nothing_is_tried(server: HubServer, answer: str) -> None:
    calls = len(server.hub.events)
    result = run(server.url, "--write", input=answer)

    assert result.exit_code == 2
    assert "Go on?" in result.output
    assert "Error: nothing was tried; --yes skips the question" in result.output
    called = {event["eventName"] for event in server.hub.events[calls:]}
    assert called == {
        "DescribeHomeRegionControls",
        "GetHomeRegion",
        "ListConfigurations",
        "ListProgressUpdateStreams",
    }


@pytest.mark.usefixtures("_few_probes")
def test_the_verify_command_offers_to_delete_leftovers_of_earlier_runs(server: HubServer) -> None:
    hub, name = server.hub, f"{PREFIX}20200101000000-3f9a1c"
    hub.load({"streams": [{"name": name}]})
    hub.add_application(f"{name} a")
    hub.add_server(f"{name}-a.invalid")

    kept = run(server.url, "--write", input="n\nn\n")
    assert own_names(hub) == [name, f"{name} a", f"{name}-a.invalid"]
    assert f"  {name}-a.invalid" in kept.output.splitlines()

    run(server.url, "--write", input="y\nn\n")
    assert own_names(hub) == []


@pytest.mark.usefixtures("_few_probes")
def test_recent_leftovers_are_not_deleted_without_confirmation(server: HubServer) -> None:
    hub = server.hub
    name = f"{PREFIX}{hub.now:%Y%m%d%H%M%S}-3f9a1c"
    hub.load({"streams": [{"name": name}]})

    result = run(server.url, "--write", input="n\nn\n")
    assert name in result.output
    run(server.url, "--write", input="y\nn\n")
    assert own_names(hub) == []


@pytest.mark.usefixtures("_few_probes")
def test_with_yes_leftovers_of_earlier_runs_are_deleted_and_recent_ones_stay(
    server: HubServer,
) -> None:
    hub, old = server.hub, f"{PREFIX}20200101000000-3f9a1c"
    recent = f"{PREFIX}{hub.now:%Y%m%d%H%M%S}-3f9a1c"
    hub.add_application(f"{old} a")
    young = hub.add_application(f"{recent} a")

    result = run(server.url, "--write", "--yes")

    assert f"  {old} a" in result.output.splitlines()
    assert "they stay, because such a run may still be going on." in result.output
    assert own_names(hub) == [f"{recent} a"]
    hub.client("discovery").delete_applications(configurationIds=[young.configuration_id])


@pytest.mark.usefixtures("_few_probes")
def test_a_run_goes_on_where_the_caller_may_not_look_for_leftovers(
    served: Callable[[MigrationHub], str],
) -> None:
    change = refusing("ListProgressUpdateStreams", "AccessDeniedException")
    url = served(Otherwise(Settings(account_id=ACCOUNT, home_region=HOME), change))

    result = run(url, "--write", "--yes")

    assert (
        "Could not look for leftovers of earlier runs: the caller may not call "
        "mgh:ListProgressUpdateStreams."
    ) in result.output
    assert result.exit_code in (0, 1)


@pytest.mark.usefixtures("_few_probes")
def test_leftovers_that_cannot_be_deleted_are_reported(
    served: Callable[[MigrationHub], str],
) -> None:
    hub = Otherwise(
        Settings(account_id=ACCOUNT, home_region=HOME),
        refusing("DeleteProgressUpdateStream", "AccessDeniedException"),
    )
    name = f"{PREFIX}20200101000000-3f9a1c"
    hub.load({"streams": [{"name": name}]})

    result = run(served(hub), "--write", "--yes")

    assert f"Left in the account: the stream {name} could not be deleted: " in result.output


@pytest.mark.usefixtures("_few_probes")
def test_an_account_in_which_nothing_can_be_tried_sets_the_exit_status(
    server: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verification, "PROBES", [])

    result = run(server.url, "--yes")

    assert "Error: nothing could be tried" in result.output
    assert result.exit_code == 2


# errors


def test_an_unknown_profile_is_explained(server: HubServer) -> None:
    result = run(server.url, "--profile", "nobody")

    assert (result.exit_code, result.output) == (
        2,
        "Error: the config profile (nobody) could not be found\n",
    )


def test_missing_credentials_are_explained(
    server: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in KEYS:
        monkeypatch.delenv(name)
    result = run(server.url)

    assert result.exit_code == 2
    assert result.output.startswith("Error: there are no AWS credentials: give a --profile, or set")


def test_incomplete_credentials_are_explained(
    server: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    result = run(server.url)

    assert result.exit_code == 2
    assert result.output.startswith("Error: partial credentials found in env, missing: ")


def test_a_missing_home_region_is_explained(served: Callable[[MigrationHub], str]) -> None:
    result = run(served(MigrationHub(Settings(home_region=None))))

    assert (result.exit_code, result.output) == (
        2,
        "Error: the account has no home Region: Migration Hub answers no calls until one is set\n",
    )


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("ExpiredTokenException", "the credentials have expired"),
        (
            "UnrecognizedClientException",
            "AWS does not know the credentials, or they have expired",
        ),
        (
            "AccessDeniedException",
            f"{NOT_ASKED}: the caller may not call mgh:GetHomeRegion",
        ),
        (
            "InvalidInputException",
            f"{NOT_ASKED}: GetHomeRegion answered 400 InvalidInputException",
        ),
    ],
)
def test_refused_calls_are_explained(
    served: Callable[[MigrationHub], str], code: str, sentence: str
) -> None:
    result = run(served(Otherwise(Settings(), refusing("GetHomeRegion", code))))

    assert (result.exit_code, result.output) == (2, f"Error: {sentence}\n")


def test_an_unreachable_network_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", lambda _: None)
    result = run("http://127.0.0.1:9")

    assert result.exit_code == 2
    reason = 'could not connect to the endpoint URL: "http://127.0.0.1:9/"'
    assert result.output == f"Error: AWS could not be reached: {reason}\n"


@pytest.mark.parametrize(
    ("url", "options", "sentence"),
    [
        ("nowhere", [], "invalid endpoint: nowhere"),
        (
            "http://127.0.0.1:9",
            ["--region", "us-east-2"],
            f"Migration Hub is not offered in us-east-2: give one of {REGIONS}",
        ),
    ],
)
def test_an_invalid_endpoint_url_is_explained(url: str, options: list[str], sentence: str) -> None:
    result = run(url, *options)

    assert (result.exit_code, result.output) == (2, f"Error: {sentence}\n")


def test_a_file_that_cannot_be_written_is_refused_first(server: HubServer, tmp_path: Path) -> None:
    calls = len(server.hub.events)

    for path, words in (
        (tmp_path / "none" / "result.json", "there is no folder"),
        (tmp_path, "is a directory"),
    ):
        result = run(server.url, "--output", str(path))
        assert result.exit_code == 2
        assert words in result.output
    assert len(server.hub.events) == calls


def test_the_function_raises_the_error_that_the_command_prints() -> None:
    with pytest.raises(BridgeError, match="the config profile"):
        verify(profile="nobody")


# the end


WRITING = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background ignores it
from pytest_mgh.bridge import verification
from pytest_mgh.bridge.probes.probe import Stage
from pytest_mgh.__main__ import command
verification.PROBES = [one for one in verification.PROBES if one.stage is Stage.WRITES][::4]
command(["verify", "--write", "--yes", "--endpoint-url", {url!r}])
"""


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_an_interrupted_verify_command_deletes_what_it_created(
    served: Callable[[MigrationHub], str], name: str
) -> None:
    made, interrupted = threading.Event(), threading.Event()

    def hold(_: WireRequest) -> None:
        """Answer nothing from the fifth created item until the signal."""
        if not interrupted.is_set() and len(own_names(hub)) >= 5:
            made.set()
            interrupted.wait(MINUTE)

    hub = Otherwise(Settings(home_region=HOME, account_id=ACCOUNT), hold)
    process = subprocess.Popen(
        [sys.executable, "-c", WRITING.format(url=served(hub))],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(pytest_mgh.__file__).parents[1],
    )
    until(lambda: made.is_set() or process.poll() is not None)
    process.send_signal(getattr(signal, name))
    process.send_signal(getattr(signal, name))  # a terminal and a wrapper both send it
    interrupted.set()
    _, errors = process.communicate(timeout=MINUTE)

    assert (process.returncode, errors) == (130, "Interrupted.\n")
    assert own_names(hub) == []


BLOCKED = """
import sys
for name in {names!r}:
    sys.modules[name] = None
sys.argv = ["pytest-mgh", *{words!r}]
from pytest_mgh.__main__ import main
main()
"""


def without(*names: str, words: list[str]) -> subprocess.CompletedProcess[Any]:
    """Run the command without some libraries."""
    return subprocess.run(
        [sys.executable, "-c", BLOCKED.format(names=names, words=words)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(pytest_mgh.__file__).parents[1],
    )


def test_the_verify_command_needs_no_server_library() -> None:
    done = without("starlette", "uvicorn", words=["verify", "--profile", "nobody"])

    assert (done.returncode, done.stderr) == (
        2,
        "Error: the config profile (nobody) could not be found\n",
    )


def test_the_verify_command_needs_click() -> None:
    done = without("click", words=["verify"])

    assert done.returncode == 1
    assert done.stderr == (
        "pytest-mgh: the command needs click: pip install 'pytest-mgh[server]' for serve, "
        "'pytest-mgh[bridge]' for capture and verify\n"
    )


def test_the_help_lists_commands_that_need_extras() -> None:
    done = without("starlette", words=["--help"])

    assert done.returncode == 0
    listed = re.sub(" +", " ", done.stdout)
    assert "serve Needs pip install 'pytest-mgh[server]'." in listed
    assert "verify Compare the mock with your AWS account." in listed


@pytest.mark.parametrize(
    ("variable", "leads_to_aws"),
    [
        ("AWS_ENDPOINT_URL", False),
        ("AWS_ENDPOINT_URL_MIGRATION_HUB", False),
        ("AWS_ENDPOINT_URL_S3", True),
    ],
)
def test_an_endpoint_from_the_environment_is_known_not_to_lead_to_aws(
    server: HubServer, monkeypatch: pytest.MonkeyPatch, variable: str, leads_to_aws: bool
) -> None:
    monkeypatch.setenv(variable, server.url)
    connection = AwsConnection(region=HOME)
    for service in ("mgh", "discovery"):
        connection._client(Request(service, "GetHomeRegion", HOME))

    assert connection.leads_to_aws is leads_to_aws
