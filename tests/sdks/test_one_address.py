"""A tool that calls S3, STS, Discovery and Migration Hub at one address, in each language."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sdk_tools import AWS, GO, GO_SDKS, GOCODE, JAVASCRIPT, MISSING, NODE, ROOT, SDKS

from pytest_mgh import MigrationHub
from pytest_mgh.server.serving import HubServer

PROGRAMS: dict[str, list[str]] = {
    "boto3": [sys.executable, str(SDKS / "python" / "tool.py")],
    "cli": ["sh", str(SDKS / "cli" / "tool.sh")],
    "javascript": [str(NODE), str(JAVASCRIPT / "tool.mjs")],
}
TOOLS = [
    tool
    for tool in ("boto3", "cli", "javascript", *(f"go-{version}" for version in GO_SDKS))
    if f"test_one_address.py[{tool}]" not in MISSING
]
WORKERS = ["000000000001", "000000000002", "000000000003"]


@pytest.fixture
def one_address(mgh_server: HubServer) -> Iterator[HubServer]:
    """The hub's server, at which moto answers all other services."""
    with mgh_server.with_moto():
        yield mgh_server


@pytest.fixture
def program(tool: str, tmp_path: Path, one_address: HubServer) -> list[str]:
    """The words that run a tool."""
    if not tool.startswith("go-"):
        return PROGRAMS[tool]
    built = tmp_path / "tool"
    made = one_address.command(
        *(str(GO), "build", "-o", str(built), "."),
        cwd=SDKS / "go" / tool.removeprefix("go-"),
        env={"GOPATH": str(GOCODE), "GO111MODULE": "off", "GOFLAGS": ""},
    )
    assert made.returncode == 0, made.stderr
    return [str(built)]


@pytest.mark.parametrize("tool", TOOLS)
def test_a_tool_works_with_one_endpoint_url(
    program: list[str], one_address: HubServer, mgh: MigrationHub, path: dict[str, str]
) -> None:
    done = one_address.command(*program, env=path)

    assert done.returncode == 0, done.stderr
    lines = [line.split() for line in done.stdout.splitlines() if line.startswith("web-")]
    assert sorted(lines) == [["web-1", "IN_PROGRESS", "40"], ["web-2", "IN_PROGRESS", "40"]]
    (wave,) = mgh.imports
    assert (wave.status, wave.server_success, len(mgh.servers)) == ("IMPORT_COMPLETE", 2, 2)
    outcomes = [
        (event["eventName"], event.get("errorCode"))
        for event in mgh.events
        if event["eventName"] in ("CreateProgressUpdateStream", "ListMigrationTasks")
    ]
    assert outcomes == [
        ("CreateProgressUpdateStream", "DryRunOperation"),
        ("CreateProgressUpdateStream", None),
        ("ListMigrationTasks", None),
        ("ListMigrationTasks", None),
    ]
    caller = mgh.events.last["userIdentity"]
    assert caller["arn"].startswith("arn:aws:sts::123456789012:assumed-role/migration-tool/")


def report(server: HubServer, path: dict[str, str], tool: str, account: str) -> list[str]:
    """Let a worker of an account report a task; return the tasks that it sees."""
    calls: list[dict[str, Any]] = [
        {"operation": "CreateProgressUpdateStream", "input": {"ProgressUpdateStreamName": "SMS"}},
        {
            "operation": "ImportMigrationTask",
            "input": {"ProgressUpdateStream": "SMS", "MigrationTaskName": f"of-{account}"},
        },
        {"operation": "ListMigrationTasks"},
    ]
    if tool == "javascript":
        # The worker of a test runner, and the line that docs/languages/javascript.md shows.
        done = server.command(
            *(str(NODE), "--import", str(JAVASCRIPT / "worker.mjs"), str(JAVASCRIPT / "calls.mjs")),
            env={**path, "JEST_WORKER_ID": str(int(account))},
            input=json.dumps(calls),
            check=True,
        )
        tasks = json.loads(done.stdout)[-1]["output"]["MigrationTaskSummaryList"]
    else:
        env = {**path, "AWS_ACCESS_KEY_ID": account}
        stream = "mgh create-progress-update-stream --progress-update-stream-name SMS"
        task = "mgh import-migration-task --progress-update-stream SMS"
        server.command(f"{AWS} {stream}", env=env, check=True)
        server.command(f"{AWS} {task} --migration-task-name of-{account}", env=env, check=True)
        done = server.command(f"{AWS} mgh list-migration-tasks", env=env, check=True)
        tasks = json.loads(done.stdout)["MigrationTaskSummaryList"]
    return [task["MigrationTaskName"] for task in tasks]


@pytest.mark.parametrize("tool", [tool for tool in TOOLS if tool in ("cli", "javascript")])
def test_parallel_workers_see_only_their_own_account(
    mgh_server: HubServer, mgh: MigrationHub, path: dict[str, str], tool: str
) -> None:
    with ThreadPoolExecutor() as pool:
        seen = [*pool.map(lambda account: report(mgh_server, path, tool, account), WORKERS)]

    assert seen == [[f"of-{account}"] for account in WORKERS]
    assert len(mgh.tasks) == 0


def test_the_summary_names_sdks_that_are_not_installed(
    mgh_server: HubServer, tmp_path: Path
) -> None:
    environment = {"PATH": str(tmp_path), "PYTEST_ADDOPTS": ""}
    done = mgh_server.command(
        *(sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--collect-only", "-q"),
        str(SDKS),
        cwd=ROOT,
        env=environment,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    for version, sdk in GO_SDKS.items():
        line = f"left out: tests/sdks/test_one_address.py[go-{version}]: Go and its {sdk}"
        assert f"{line} is not there" in done.stdout
    assert "left out: tests/sdks/test_javascript.py: Node and " in done.stdout
    assert "test_a_tool_works_with_one_endpoint_url[boto3]" in done.stdout
    assert "test_a_tool_works_with_one_endpoint_url[go" not in done.stdout
