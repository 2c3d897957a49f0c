"""The shell lines of the pages on other languages, run as they stand there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from ports import held_port

import pytest_mgh
from pytest_mgh.server.serving import HubServer

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "other-languages.md").read_text(encoding="utf-8")
CLI = (ROOT / "docs" / "languages" / "cli.md").read_text(encoding="utf-8")
CONTROL = (ROOT / "docs" / "control.md").read_text(encoding="utf-8")
URL = "http://127.0.0.1:5000"
SESSIONS = [
    block
    for block in re.findall(r"^```console\n(.*?)^```$", CLI + CONTROL, re.DOTALL | re.MULTILINE)
    if block.startswith(("$ aws", "$ export"))
]
(SCRIPT,) = re.findall(r"^```bash\n(pytest-mgh .*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


def test_the_documentation_has_sessions_to_run() -> None:
    assert [block.split()[1] for block in SESSIONS] == ["aws", "export"]


@pytest.mark.parametrize("block", SESSIONS, ids=lambda block: block.split()[1])
def test_a_documented_session_prints_the_output_shown(
    mgh_server: HubServer, path: dict[str, str], block: str
) -> None:
    shown = []
    for line in re.findall(r"^\$ (.*)$", block, re.MULTILINE):
        done = mgh_server.command(
            "bash",
            "-c",
            line.replace(URL, mgh_server.url),
            env=path,
            capture_output=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        output = done.stdout.replace(mgh_server.url, URL)
        # curl adds no line end to the response; the prompt follows on a new line in a terminal.
        shown.append(f"$ {line}\n{output}" + ("\n" if output and output[-1] != "\n" else ""))

    assert "".join(shown) == block


def test_the_script_for_ci_runs(tmp_path: Path, path: dict[str, str]) -> None:
    command = f"{sys.executable} -m pytest_mgh "
    with held_port() as port:
        script = SCRIPT.replace("5000", str(port)).replace("pytest-mgh ", command)
        done = subprocess.run(
            ["bash", "-e", "-c", script],
            cwd=tmp_path,
            env={**os.environ, **path, "PYTHONPATH": str(Path(pytest_mgh.__file__).parents[1])},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    assert (done.returncode, done.stderr) == (0, "")
    assert re.fullmatch(r"ok: pytest-mgh \S+ answers mgh, .*\n", done.stdout)
    assert "CreateProgressUpdateStream" in (tmp_path / "calls.json").read_text(encoding="utf-8")
