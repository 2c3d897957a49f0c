"""What a fresh interpreter pays: pytest's start with an idle plugin, a first answered call."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import Call, Candidate, Figure, figure, ratio, take_turns
from benchmarks.rows import Row

_NO_BYTECODE = "PYTHONDONTWRITEBYTECODE"
_CLIENT = 'import boto3; c = boto3.client("{}", "us-west-2", **{}); '
_KEYS = 'dict(aws_access_key_id="key", aws_secret_access_key="secret")'
_BARE = _CLIENT.format("mgh", _KEYS)
_OURS = f"""
from pytest_mgh import mock_mgh
with mock_mgh():
    {_BARE} c.list_progress_update_streams()
"""
_MOTO = f"""
from moto import mock_aws
with mock_aws():
    {_CLIENT.format("ssm", _KEYS)} c.describe_parameters()
"""


def measure(turns: int) -> Iterator[Row]:
    """Start interpreters in turns, and yield the rows."""
    bare, ours, moto = (
        Candidate(name, _python("-c", code))
        for name, code in (("boto3", _BARE), ("pytest-mgh", _OURS), ("moto", _MOTO))
    )
    take_turns([bare, ours, moto], calls=1, turns=turns)
    yield Row(
        "first answered call in a fresh interpreter, over a bare boto3 client",
        ratio(ours, bare),
        budget=1.35,
        peers={"moto": ratio(moto, bare)},
    )
    boto3, with_ours, with_moto = (
        Candidate(name, _python("-c", f"import boto3{then}"))
        for name, then in (
            ("boto3", ""),
            ("pytest-mgh", "; from pytest_mgh import mock_mgh"),
            ("moto", "; from moto import mock_aws"),
        )
    )
    take_turns([boto3, with_ours, with_moto], calls=1, turns=turns)
    yield Row(
        "import of the mock after boto3, ms",
        _added_ms(with_ours, boto3),
        peers={"moto": _added_ms(with_moto, boto3)},
    )
    with tempfile.TemporaryDirectory() as folder:
        test = Path(folder) / "test_nothing.py"
        test.write_text("def test_nothing():\n    pass\n", encoding="utf-8")
        pytest = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", folder, str(test))
        idle = Candidate("idle", _python(*pytest, "-p", "pytest_mgh.plugin"))
        without = Candidate("without", _python(*pytest))
        take_turns([idle, without], calls=1, turns=2 * turns)
    added = _added_ms(idle, without)
    yield Row("added to pytest's start by the idle plugin, ms", added, budget=20)


def _added_ms(one: Candidate, other: Candidate) -> Figure:
    pairs = zip(one.seconds, other.seconds, strict=True)
    return figure([(first - second) * 1e3 for first, second in pairs])


def _python(*arguments: str) -> Call:
    """Return a call that runs an interpreter, with bytecode as installed packages have it."""
    environment = {name: value for name, value in os.environ.items() if name != _NO_BYTECODE}
    environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # what others' plugins take is noise here

    def run() -> None:
        subprocess.run(
            [sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL, env=environment
        )

    return run
