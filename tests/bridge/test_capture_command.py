"""`pytest-mgh capture` as a user meets it: over HTTP, of a hub in the place of AWS."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from captured_estate import account_with_everything, content
from click.testing import CliRunner, Result
from documentation import ROOT, blocks
from stand_in import ACCOUNT, HOME, KEYS

import pytest_mgh
from pytest_mgh import MigrationHub, mock_mgh
from pytest_mgh.__main__ import command
from pytest_mgh.bridge import Capture, capture, capturing
from pytest_mgh.bridge.reading import READS
from pytest_mgh.server.serving import HubServer
from pytest_mgh.state.settings import Settings

pytestmark = pytest.mark.usefixtures("_credentials")


@pytest.fixture(scope="module")
def server() -> Iterator[HubServer]:
    with HubServer(account_with_everything()) as server:
        yield server


def run(url: str, *options: str) -> Result:
    words = ["capture", "--endpoint-url", url, *options]
    result = CliRunner().invoke(command, words, prog_name="pytest-mgh")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    for value in KEYS.values():
        assert value not in result.output
    return result


def restored(file: Path) -> MigrationHub:
    hub = MigrationHub(Settings())
    hub.restore(json.loads(file.read_text("utf-8")))
    return hub


def test_the_capture_command_writes_a_snapshot_and_prints_its_contents(
    server: HubServer, tmp_path: Path
) -> None:
    file, calls = tmp_path / "account.json", len(server.hub.events)
    result = run(server.url, "--output", str(file))

    counts = (
        "servers 2, applications 2, tags 1, agents 1, processes 1, connections 1, imports 1, "
        "streams 2, tasks 2"
    )
    assert result.exit_code == 0
    assert result.output.splitlines() == [
        "servers: 2 of 2",
        "applications: 1 of 2",
        "applications: 2 of 2",
        "tasks: 1 of 2",
        "tasks: 2 of 2",
        f"Written to {file}: {counts}.",
    ]
    assert {event["eventName"] for event in server.hub.events[calls:]} == READS.keys()
    assert content(restored(file)) == content(server.hub)
    for value in KEYS.values():
        assert value not in file.read_text("utf-8")


def test_the_capture_command_can_write_anonymous_values(server: HubServer, tmp_path: Path) -> None:
    file = tmp_path / "account.json"
    run(server.url, "--anonymize", "--output", str(file))

    text = file.read_text("utf-8")
    assert ACCOUNT not in text
    assert "frontdoor" not in text.lower()
    assert len(restored(file).tasks) == 2


def test_it_is_a_function_too(server: HubServer) -> None:
    with mock_mgh() as hub:
        found = capture(endpoint_url=server.url)

        assert list(hub.events) == []

    assert isinstance(found, Capture)
    assert found.home_region == HOME
    assert found.counts["tasks"] == 2


def test_a_test_can_start_from_a_capture_as_in_the_docs(
    server: HubServer, pytester: pytest.Pytester
) -> None:
    run(server.url, "--anonymize", "--output", str(pytester.path / "estate.json"))
    page = ROOT / "docs" / "bridge.md"
    (block,) = [one for one in blocks(page) if one.mark and Path(__file__).name in one.mark]
    pytester.makepyfile(block.text)

    pytester.runpytest("--strict-markers").assert_outcomes(passed=1)


def test_an_interruption_leaves_a_file_with_a_note(
    server: HubServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(capturing.Capturing, "_read_task", interrupt)
    file = tmp_path / "account.json"
    result = run(server.url, "--output", str(file))

    assert result.exit_code == 130
    note = "interrupted after 1 rows of DescribeImportTasks: the rest is missing"
    assert note in result.output.splitlines()
    assert result.output.endswith("Interrupted.\n")
    assert restored(file).notes[1] == note


def test_an_interruption_before_anything_was_read_leaves_no_file(
    server: HubServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(capturing.Capturing, "_read_servers", interrupt)
    file = tmp_path / "account.json"
    file.write_text("what was there", "utf-8")
    result = run(server.url, "--output", str(file))

    assert (result.exit_code, result.output) == (130, "Interrupted.\n")
    assert file.read_text("utf-8") == "what was there"


@pytest.mark.parametrize(
    ("options", "status", "sentence"),
    [
        (["--profile", "nobody", "--output", "x.json"], 2, "the config profile (nobody) could"),
        ([], 2, "Missing option '--output'"),
        (["--output", "none/x.json"], 2, "can't write none/x.json: there is no folder 'none'"),
    ],
)
def test_a_mistake_is_explained(
    server: HubServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    options: list[str],
    status: int,
    sentence: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(server.url, *options)

    assert result.exit_code == status
    assert sentence in result.output
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_ends_the_capture_command(server: HubServer, tmp_path: Path) -> None:
    program = (
        "import os, signal\n"
        "from pytest_mgh.bridge import capturing\n"
        "from pytest_mgh.__main__ import command\n"
        "read = capturing.Capturing._read_applications\n"
        "def interrupted(self):\n"
        "    read(self)\n"
        f"    os.kill(os.getpid(), {int(signal.SIGTERM)})\n"
        f"    os.kill(os.getpid(), {int(signal.SIGINT)})\n"
        "capturing.Capturing._read_applications = interrupted\n"
        f"command(['capture', '--endpoint-url', {server.url!r}, '--output', 'account.json'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={**KEYS, "PYTHONPATH": str(Path(pytest_mgh.__file__).parents[1])},
    )

    assert (done.returncode, done.stderr) == (130, "Interrupted.\n")
    assert restored(tmp_path / "account.json").notes[1].startswith("interrupted after ")
