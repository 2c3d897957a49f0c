"""Runs of pytest inside a test: ways to start them, and what they leave out.

`pytester.runpytest_inprocess` takes 50 ms, `run_in_fork` 100, `runpytest_subprocess` 600: take the
first that isolates enough. Where one run can show several rules, let it.
"""

from __future__ import annotations

import faulthandler
import gc
import json
import os
import pkgutil
import sys
import time
import warnings
from contextlib import suppress
from functools import cache
from importlib import import_module, metadata
from pathlib import Path
from types import ModuleType
from typing import Any

import jsonschema_rs
import pytest
from _pytest.fixtures import FixtureManager

import pytest_mgh
from pytest_mgh.protocol import schemas

# Plugins that take longer to load than all else; `-p xdist` and the like brings one back. Those of
# pytest itself take a third of a run.
LEFT_OUT = (
    "anyio",
    "asyncio",
    "hypothesispytest",
    "randomly",
    "time_machine",
    "xdist",
    "xdist.looponfail",
    "cacheprovider",
    "debugging",
    "faulthandler",
    "junitxml",
    "pastebin",
    "setuponly",
    "setupplan",
    "stepwise",
)
ASYNCIO = ("-p", "pytest_asyncio.plugin", "-o", "asyncio_default_fixture_loop_scope=function")
WITHOUT_PLUGINS = " ".join(("--assert=plain", *(f"-p no:{name}" for name in LEFT_OUT)))

CALLS = """
import os
import unittest

import boto3
import pytest

from pytest_mgh import mock_mgh


def create(name):
    boto3.client("mgh").create_progress_update_stream(ProgressUpdateStreamName=name)


def names():
    rows = boto3.client("mgh").list_progress_update_streams()["ProgressUpdateStreamSummaryList"]
    return [row["ProgressUpdateStreamName"] for row in rows]


def is_mocked():
    return os.environ.get("AWS_ACCESS_KEY_ID", "").startswith("MGHMOCK")


"""
"""What the tests of an inner run call, to stand before them."""


def import_all() -> None:
    """Import the whole package.

    A run of pytest inside a test drops the modules that it was the first to import: the next one
    would mix classes of two imports, and take its time for the second.
    """
    for module in pkgutil.walk_packages(pytest_mgh.__path__, "pytest_mgh."):
        if not module.name.endswith("__main__"):
            with suppress(ImportError):  # of an extra that an environment is without
                import_module(module.name)


_FIXTURE = type(pytest.fixture(lambda: None))  # before pytest 8.4 a function as others are
_parse_factories: Any = FixtureManager.parsefactories


@cache
def _has_fixtures(plugin: ModuleType | type) -> bool:
    spaces = [plugin] if isinstance(plugin, ModuleType) else plugin.__mro__
    return any(isinstance(value, _FIXTURE) for one in spaces for value in vars(one).values())


def _parse_where_there_are_fixtures(
    manager: FixtureManager, *arguments: Any, holder: Any = None, **more: Any
) -> None:
    """Pass over pytest's own plugins that have no fixtures."""
    plugin = holder if isinstance(holder, ModuleType) else type(holder)
    name = plugin.__name__ if plugin is holder else plugin.__module__
    if not name.startswith("_pytest.") or _has_fixtures(plugin):
        more |= {} if arguments else {"holder": holder}
        _parse_factories(manager, *arguments, **more)


@cache
def _distributions_with_plugins() -> list[metadata.Distribution]:
    return [
        one
        for one in metadata.distributions()
        if any(entry.group == "pytest11" for entry in one.entry_points)
    ]


def look_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let inner runs cache which distributions have plugins, and which plugins have no fixtures.

    To look through all that is installed takes a quarter of a run.
    """
    known = _distributions_with_plugins()
    monkeypatch.setattr(metadata, "distributions", lambda **_: iter(known))
    monkeypatch.setattr(FixtureManager, "parsefactories", _parse_where_there_are_fixtures)


def run_in_fork(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    """Run pytest in a fork of this process, so that its effects end with it.

    All that the process has imported is there. On a system without forks it is a new process.
    """
    if not hasattr(os, "fork"):
        return pytester.runpytest_subprocess(*arguments)
    files = [pytester.path / name for name in ("stdout", "stderr")]
    started = time.perf_counter()
    with warnings.catch_warnings():  # that the process has threads, which wait meanwhile
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if not child:
        _run(files, [f"--basetemp={pytester.path / 'basetemp'}", *arguments])
    _, status = os.waitpid(child, 0)
    lines = [file.read_text("utf-8").splitlines() for file in files]
    print(*lines[0], *lines[1], sep="\n")
    ended = os.waitstatus_to_exitcode(status)
    return pytest.RunResult(ended, *lines, time.perf_counter() - started)


def _run(files: list[Path], arguments: list[str]) -> None:
    """Run pytest with its output in files, and end the process.

    One that hangs says where, and ends: a lock that another thread held at the fork stays held.
    """
    status = 1
    gc.freeze()  # to look for garbage among all that the parent has would copy its memory
    try:
        for descriptor, name, file in zip((1, 2), ("stdout", "stderr"), files, strict=True):
            os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600), descriptor)
            setattr(sys, name, open(descriptor, "w", closefd=False, encoding="utf-8"))  # noqa: SIM115
        faulthandler.dump_traceback_later(120, exit=True, file=2)
        warnings.resetwarnings()
        status = int(pytest.main(arguments))
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def read_report(pytester: pytest.Pytester) -> dict[str, Any]:
    """Return the report that a run has written as report.json, validated by its schema."""
    document: dict[str, Any] = json.loads((pytester.path / "report.json").read_text("utf-8"))
    _schema_of_reports().validate(document)
    return document


@cache
def _schema_of_reports() -> jsonschema_rs.Validator:
    return jsonschema_rs.validator_for(schemas.load("hub", "report"))
