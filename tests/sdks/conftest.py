"""The real AWS CLI and the SDKs for JavaScript and Go; `make test-sdks` installs the first two.

The tests of a tool are collected where it is installed; the summary of the run names the others.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from sdk_tools import AWS, JAVASCRIPT, MISSING, NODE

from pytest_mgh.server.serving import HubServer

collect_ignore = [tests for tests in MISSING if tests.endswith(".py")]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name the tests that are left out: nothing is in silence."""
    for tests, tool in MISSING.items():
        terminalreporter.write_line(f"left out: tests/sdks/{tests}: {tool} is not there")


Aws = Callable[..., Any]
Javascript = Callable[..., list[Any]]


class Refused(NamedTuple):
    """An error printed by the AWS CLI."""

    error: str
    message: str


@pytest.fixture
def path() -> dict[str, str]:
    """A PATH on which both tools are."""
    folders = [str(Path(tool).parent) for tool in (AWS, NODE) if tool]
    return {"PATH": os.pathsep.join([*folders, os.environ["PATH"]])}


@pytest.fixture
def aws(mgh_server: HubServer, path: dict[str, str]) -> Aws:
    """Run a line of the AWS CLI; return its output, or raise the error that it prints."""

    def aws(line: str, **env: str) -> Any:
        done = mgh_server.command(f"aws {line}", env=path | env)
        if done.returncode == 0:
            return json.loads(done.stdout) if done.stdout.strip() else None
        printed = re.search(
            r"An error occurred \((\w+)\) when calling the \w+ operation"
            r"(?: \(reached max retries: \d+\))?: (.*)",
            done.stderr,
        )
        assert printed, done.stderr
        return Refused(*printed.groups())

    return aws


@pytest.fixture
def javascript(mgh_server: HubServer, path: dict[str, str]) -> Javascript:
    """Let a Node program make calls, and return their results."""

    def javascript(*calls: dict[str, Any], program: str = "calls.mjs", **env: str) -> Any:
        done = mgh_server.command(
            "node",
            str(JAVASCRIPT / program),
            env=path | env,
            input=json.dumps(calls),
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return javascript
