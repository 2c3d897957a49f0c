"""Processes of `pytest-mgh`, and workers of xdist, forked from one that imported what they need.

A new interpreter takes 500 ms for that, a fork 20. Standard streams, environment, signals and end
of each are its own. A test of how a process starts uses a new interpreter.
"""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import subprocess
import sys
import warnings
from functools import cache
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any, TextIO

import pytest
from execnet import gateway_io
from execnet.gateway_base import Popen2IO

import pytest_mgh

PRELOADED = [
    "pytest_mgh.__main__",
    "pytest_mgh.server.command",
    "pytest_mgh.pipeline",
    "pytest_mgh.plugin",
    "pytest_mgh.mock.activation",
    "pytest_mgh.transports.requests",
    "boto3",
    "pytest",
    "xdist.remote",
]


def environment() -> dict[str, str]:
    """Return the environment of a process that uses the package that is tested."""
    return {**os.environ, "PYTHONPATH": str(Path(pytest_mgh.__file__).parents[1])}


@cache
def _context() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", environment()["PYTHONPATH"])
        forkserver.ensure_running()
    return context


def _run(
    arguments: list[str], variables: dict[str, str], stdout: Connection, stderr: Connection
) -> None:
    for descriptor, output in ((1, stdout), (2, stderr)):
        os.dup2(output.fileno(), descriptor)
        output.close()
    os.environ.clear()
    os.environ.update(variables)
    warnings.resetwarnings()
    warnings.simplefilter("error")
    sys.argv = ["pytest-mgh", *arguments]
    from pytest_mgh.__main__ import main

    main()


class WarmProcess:
    """A process of `pytest-mgh` with these arguments, and as much of `Popen` as tests need."""

    def __init__(self, *arguments: str) -> None:
        context = _context()
        readers, writers = zip(*(context.Pipe(duplex=False) for _ in range(2)), strict=True)
        self._process = context.Process(
            target=_run, args=([*arguments], environment(), *writers), daemon=True
        )
        self._process.start()
        for writer in writers:
            writer.close()
        self.stdout, self.stderr = (_opened(reader) for reader in readers)

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired("pytest-mgh", timeout or 0)
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        """Send a signal, unless the process has ended."""
        assert self._process.pid is not None
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._process.pid, number)

    def kill(self) -> None:
        self._process.kill()

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """Wait for the end, and return the output since, if a pipe holds it."""
        self.wait(timeout)
        printed = []
        for stream in (self.stdout, self.stderr):
            printed.append("" if stream is None or stream.closed else stream.read())
            if stream is not None:
                stream.close()
        return printed[0], printed[1]


def _opened(reader: Connection) -> TextIO | None:
    stream = os.fdopen(os.dup(reader.fileno()), encoding="utf-8")
    reader.close()
    return stream


def begin(*arguments: str) -> WarmProcess | subprocess.Popen[str]:
    """Start `pytest-mgh` with these arguments in the fastest way of the system."""
    if "forkserver" in multiprocessing.get_all_start_methods():
        return WarmProcess(*arguments)
    return begin_cold("-m", "pytest_mgh", *arguments)


def begin_cold(*arguments: str) -> subprocess.Popen[str]:
    """Begin a new interpreter with these arguments."""
    return subprocess.Popen(
        [sys.executable, "-W", "error", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    )


class WarmWorker(Popen2IO):
    """A worker of xdist, in the place of execnet's own `Popen2IOMaster`, which begins Python.

    What it runs comes on its standard input, as it does there.
    """

    def __init__(self, _: list[str], execmodel: Any) -> None:
        context = _context()
        reader, stdout = context.Pipe(duplex=False)
        stdin, writer = context.Pipe(duplex=False)
        self.popen = context.Process(target=_work, args=(environment(), stdin, stdout), daemon=True)
        self.popen.start()
        stdin.close()
        stdout.close()
        ends = [
            os.fdopen(os.dup(end.fileno()), mode) for end, mode in ((writer, "wb"), (reader, "rb"))
        ]
        for end in (writer, reader):
            end.close()
        super().__init__(*ends, execmodel=execmodel)

    def wait(self) -> int | None:
        self.popen.join()
        return self.popen.exitcode

    def kill(self) -> None:
        self.popen.kill()


def _work(variables: dict[str, str], stdin: Connection, stdout: Connection) -> None:
    gc.freeze()  # the end of a run collects garbage, which would copy the memory of the parent
    for descriptor, end in enumerate((stdin, stdout)):
        os.dup2(end.fileno(), descriptor)
        end.close()
    os.environ.clear()
    os.environ.update(variables)
    warnings.resetwarnings()
    sys.argv = ["-c"]
    sys.stdin = os.fdopen(0, closefd=False)
    exec(eval(sys.stdin.readline()), {"__name__": "__main__"})


def warm_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let inner runs fork the workers of xdist, where the system has forks."""
    if "forkserver" in multiprocessing.get_all_start_methods():
        monkeypatch.setattr(gateway_io, "Popen2IOMaster", WarmWorker)
