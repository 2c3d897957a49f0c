"""The real AWS CLI and the AWS SDK for JavaScript; `make test-sdks` installs them.

Their tests are collected where the tools are installed.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from pytest_mgh.server.serving import HubServer

HERE = Path(__file__).parent
JAVASCRIPT = HERE / "javascript"
ROOT = HERE.parents[1]


def works(program: str | None) -> bool:
    """Whether a program runs: what is on the PATH may be a shim for nothing."""
    if program is None:
        return False
    try:
        return (
            subprocess.run([program, "--version"], capture_output=True, check=False).returncode == 0
        )
    except OSError:
        return False


def find(name: str, *places: Path) -> str | None:
    """Return the path of a program, from a folder of the repository or from the PATH."""
    candidates = [shutil.which(name, path=str(place)) for place in places] + [shutil.which(name)]
    return next(filter(works, candidates), None)


PINNED = [ROOT / ".venv-awscli" / "bin", ROOT / ".venv-awscli" / "Scripts"]
AWS = find("aws", *PINNED)
NODE = find("node") if (JAVASCRIPT / "node_modules").is_dir() else None

collect_ignore = [] if AWS else ["test_aws_cli.py"]
collect_ignore += [] if NODE else ["test_javascript.py"]
# The lines show what this version of the CLI prints.
SHOWN = AWS is not None and Path(AWS).parent in PINNED and find("curl") and find("bash")
collect_ignore += [] if SHOWN else ["test_documented_lines.py"]

Aws = Callable[..., Any]
Javascript = Callable[..., list[Any]]


class Refused(NamedTuple):
    """What the AWS CLI says of an error."""

    error: str
    message: str


@pytest.fixture
def path() -> dict[str, str]:
    """A PATH on which both tools are."""
    folders = [str(Path(tool).parent) for tool in (AWS, NODE) if tool]
    return {"PATH": os.pathsep.join([*folders, os.environ["PATH"]])}


@pytest.fixture
def aws(mgh_server: HubServer, path: dict[str, str]) -> Aws:
    """Run a line of the AWS CLI; return its output, or the error that it tells of."""

    def aws(line: str, **env: str) -> Any:
        done = mgh_server.command(f"aws {line}", env=path | env)
        if done.returncode == 0:
            return json.loads(done.stdout) if done.stdout.strip() else None
        told = re.search(
            r"An error occurred \((\w+)\) when calling the \w+ operation"
            r"(?: \(reached max retries: \d+\))?: (.*)",
            done.stderr,
        )
        assert told, done.stderr
        return Refused(*told.groups())

    return aws


@pytest.fixture
def javascript(mgh_server: HubServer, path: dict[str, str]) -> Javascript:
    """Let a Node program make calls, and return what came of each."""

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
