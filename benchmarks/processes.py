"""What a fresh interpreter pays: pytest's start with an idle plugin, a first answered call.

Its whole CPU time is measured, as the system tells it when the process has ended.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import Figure, figure
from benchmarks.rows import Row

_NO_BYTECODE = "PYTHONDONTWRITEBYTECODE"
_CLIENT = 'import boto3; c = boto3.client("{}", "us-west-2", **{}); '
_KEYS = 'dict(aws_access_key_id="key", aws_secret_access_key="secret")'
BARE = _CLIENT.format("mgh", _KEYS)
OURS = f"""
from pytest_mgh import mock_mgh
with mock_mgh():
    {BARE} c.list_progress_update_streams()
"""
_MOTO = f"""
from moto import mock_aws
with mock_aws():
    {_CLIENT.format("ssm", _KEYS)} c.describe_parameters()
"""


def measure(turns: int) -> Iterator[Row]:
    """Start interpreters in turns, and yield the rows."""
    with tempfile.TemporaryDirectory() as folder:
        test = Path(folder) / "test_nothing.py"
        test.write_text("def test_nothing():\n    pass\n", encoding="utf-8")
        pytest = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", folder, str(test))
        candidates = {
            "bare": ("-c", BARE),
            "ours": ("-c", OURS),
            "without": pytest,
            "idle": (*pytest, "-p", "pytest_mgh.plugin"),
        }
        seconds = _take_turns(candidates, turns)
        slow = _take_turns({"moto": ("-c", _MOTO), "bare": ("-c", BARE)}, max(turns // 5, 2))
    yield Row(
        "first answered call in a fresh interpreter, over a bare boto3 client",
        _over(seconds["ours"], seconds["bare"]),
        budget=1.25,
        peers={"moto": _over(slow["moto"], slow["bare"])},
    )
    yield Row(
        "pytest's start with the idle plugin, over one without",
        _over(seconds["idle"], seconds["without"]),
        budget=1 + 0.020 / statistics.median(seconds["without"]),  # 20 ms
    )


def _over(one: list[float], other: list[float]) -> Figure:
    return figure([first / second for first, second in zip(one, other, strict=True)])


def _take_turns(candidates: dict[str, tuple[str, ...]], turns: int) -> dict[str, list[float]]:
    """Return the CPU time of each interpreter in each turn; the first turn is for nothing."""
    seconds: dict[str, list[float]] = {name: [] for name in candidates}
    for turn in range(turns + 1):
        for name, arguments in candidates.items():
            taken = _cpu_seconds(*arguments)
            if turn:
                seconds[name].append(taken)
    return seconds


def _cpu_seconds(*arguments: str) -> float:
    """Run an interpreter, with bytecode as installed packages have it."""
    environment = {name: value for name, value in os.environ.items() if name != _NO_BYTECODE}
    environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # the time of other plugins is noise here
    process = subprocess.Popen(
        [sys.executable, *arguments], stdout=subprocess.DEVNULL, env=environment
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, arguments)
    return used.ru_utime + used.ru_stime
