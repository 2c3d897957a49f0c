"""The server beside moto's: how many boto3 calls a second it answers.

Each server is a process of its own.
"""

from __future__ import annotations

import itertools
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from botocore.config import Config

from benchmarks.measure import Candidate, figure, ratio, take_turns
from benchmarks.rows import Row

Call = Callable[[int], Any]
STREAM = "SMS"
WALL = time.perf_counter_ns
"""The server's own time counts too."""


def measure(calls: int, turns: int) -> Iterator[Row]:
    """Let both servers answer in turn, and yield the row."""
    moto_port = _free_port()
    numbers = itertools.count()
    with (
        serving() as port,
        _running("moto.server", "--port", str(moto_port), port=moto_port),
    ):
        task, parameter = import_task(port), put_parameter(moto_port)
        ours = Candidate("pytest-mgh", lambda: task(next(numbers)), clock=WALL)
        moto = Candidate("moto", lambda: parameter(next(numbers)), clock=WALL)
        take_turns([ours, moto], calls=calls, turns=turns)
    rates = {
        candidate.name: figure([1 / seconds for seconds in candidate.seconds])
        for candidate in (ours, moto)
    }
    yield Row(
        "calls a second through the server", rates["pytest-mgh"], peers={"moto": rates["moto"]}
    )
    yield Row("calls a second through the server, over moto's", ratio(moto, ours), at_least=2)
    yield _beside_moto(calls, turns)


def _beside_moto(calls: int, turns: int) -> Row:
    """Compare a call to the hub where moto answers other services with one where it does not."""
    numbers = itertools.count()
    with serving() as alone_port, serving("--with-moto") as port:
        make_client("sts", port).get_caller_identity()  # moto is imported at its first call
        beside_call, alone_call = import_task(port), import_task(alone_port)
        beside = Candidate(
            "beside moto", lambda: beside_call(next(numbers)), clock=time.perf_counter_ns
        )
        alone = Candidate("alone", lambda: alone_call(next(numbers)), clock=WALL)
        take_turns([beside, alone], calls=calls, turns=turns)
    return Row(
        "a call through the server where moto answers others, over one where not",
        ratio(beside, alone),
        budget=1.05,
    )


def import_task(port: int) -> Call:
    """Return the call that ours is measured by: a small one that writes."""
    client = make_client("mgh", port)
    if not client.list_progress_update_streams()["ProgressUpdateStreamSummaryList"]:
        client.create_progress_update_stream(ProgressUpdateStreamName=STREAM)
    return lambda number: client.import_migration_task(
        ProgressUpdateStream=STREAM, MigrationTaskName=f"task-{number}"
    )


def put_parameter(port: int) -> Call:
    """Return the call that moto's is measured by: it writes two strings by AWS JSON 1.1 too."""
    client = make_client("ssm", port)
    return lambda number: client.put_parameter(
        Name=f"task-{number}", Value=STREAM, Type="String", Overwrite=True
    )


def make_client(service: str, port: int) -> Any:
    """Make a client of the server at a port that never tries again."""
    return boto3.Session().client(
        service,  # type: ignore[call-overload]
        "us-west-2",
        endpoint_url=f"http://127.0.0.1:{port}",
        aws_access_key_id="key",
        aws_secret_access_key="secret",
        config=Config(retries={"total_max_attempts": 1}),
    )


@contextmanager
def serving(*options: str) -> Iterator[int]:
    """Let our server answer, with options of its command; give its port."""
    port = _free_port()
    with _running("pytest_mgh", "serve", "--port", str(port), "--quiet", *options, port=port):
        yield port


@contextmanager
def _running(module: str, *arguments: str, port: int) -> Iterator[None]:
    process = subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(port, process)
        yield
    finally:
        process.terminate()
        process.wait()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while not _listens(port):
        if time.monotonic() > end or process.poll() is not None:
            sys.exit(f"nothing answers on port {port}")
        time.sleep(0.05)


def _listens(port: int) -> bool:
    with socket.socket() as connection:
        return connection.connect_ex(("127.0.0.1", port)) == 0


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
