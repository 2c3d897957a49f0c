"""Runs of pytest inside a test: ways to start them, and what they leave out.

`pytester.runpytest_inprocess` takes 20 ms, `run_in_fork` 80, `runpytest_subprocess` 600: take the
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
from types import FunctionType, ModuleType
from typing import Any

import pytest
from _pytest import config
from _pytest.fixtures import FixtureManager
from answer_schemas import validator
from pluggy import _manager

import pytest_mgh

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
    "legacypath",
    "logging",
    "pastebin",
    "setuponly",
    "setupplan",
    "stepwise",
    "subtests",
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
_read_attribute: Any = getattr(_manager, "_static_hook_attr", None)  # slow since pluggy 1.7


def _is_of_pytest(plugin: Any) -> bool:
    return isinstance(plugin, ModuleType) and plugin.__name__.startswith("_pytest.")


@cache
def _fixtures_of(plugin: ModuleType | type) -> Any:
    """Return what has the fixtures of a plugin, and nothing else where that is a module."""
    spaces = [plugin] if isinstance(plugin, ModuleType) else plugin.__mro__
    values = {name: value for one in spaces for name, value in vars(one).items()}
    fixtures = {name: value for name, value in values.items() if type(value) is _FIXTURE}
    if not fixtures or not isinstance(plugin, ModuleType) or _FIXTURE is FunctionType:
        return plugin if fixtures else None
    module = ModuleType(plugin.__name__)
    vars(module).update(fixtures)
    return module


def _parse_fixtures(
    manager: FixtureManager, *arguments: Any, holder: Any = None, **more: Any
) -> None:
    """Look at nothing but the fixtures of pytest's own plugins."""
    if not isinstance(holder, ModuleType):
        if type(holder).__module__.startswith("_pytest.") and not _fixtures_of(type(holder)):
            return
    elif _is_of_pytest(holder):
        holder = _fixtures_of(holder)
        if holder is None:
            return
    more |= {} if arguments else {"holder": holder}
    _parse_factories(manager, *arguments, **more)


@cache
def _known_attribute(plugin: ModuleType, name: str) -> Any:
    return _read_attribute(plugin, name)


def _attribute(plugin: Any, name: str) -> Any:
    return (_known_attribute if _is_of_pytest(plugin) else _read_attribute)(plugin, name)


@cache
def _distributions_with_plugins() -> list[metadata.Distribution]:
    return [
        one
        for one in metadata.distributions()
        if any(entry.group == "pytest11" for entry in one.entry_points)
    ]


_read_metadata: Any = cache(metadata.Distribution.metadata.fget)  # type: ignore[attr-defined]


def look_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let inner runs remember which distributions have plugins, and what plugins of pytest have.

    To look through all that is installed takes half of a run.
    """
    known = _distributions_with_plugins()
    monkeypatch.setattr(metadata, "distributions", lambda **_: iter(known))
    monkeypatch.setattr(metadata.Distribution, "metadata", property(_read_metadata))
    monkeypatch.setattr(FixtureManager, "parsefactories", _parse_fixtures)
    if _read_attribute is not None:
        monkeypatch.setattr(_manager, "_static_hook_attr", _attribute)
    needed = {*config.default_plugins} - {*LEFT_OUT} | {"debugging"}  # its options, for unittest
    loaded = tuple(name for name in config.default_plugins if name in needed)
    monkeypatch.setattr(config, "default_plugins", loaded)


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
    validator("hub", "report").validate(document)
    return document
