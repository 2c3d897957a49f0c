"""The server beside moto's: how many boto3 calls a second it answers, and how long without error.

Both servers are processes of their own. `make soak` lets 16 connections call ours at once for a
minute; every call has to succeed.
"""

from __future__ import annotations

import argparse
import itertools
import socket
import subprocess
import sys
import threading
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


def main() -> None:
    """Let 16 connections call at once."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.server", description=__doc__)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=60)
    options = parser.parse_args()
    with _serving() as port:
        soak(port, options.connections, options.seconds)


def measure(calls: int, turns: int) -> Iterator[Row]:
    """Let both servers answer in turn, and yield the row."""
    moto_port = _free_port()
    numbers = itertools.count()
    with (
        _serving() as port,
        _running("moto.server", "--port", str(moto_port), port=moto_port),
    ):
        task, parameter = import_task(port), put_parameter(moto_port)
        ours = Candidate("pytest-mgh", lambda: task(next(numbers)))
        moto = Candidate("moto", lambda: parameter(next(numbers)))
        take_turns([ours, moto], calls=calls, turns=turns)
    rates = {
        candidate.name: figure([1 / seconds for seconds in candidate.seconds])
        for candidate in (ours, moto)
    }
    yield Row(
        "calls a second through the server", rates["pytest-mgh"], peers={"moto": rates["moto"]}
    )
    yield Row("calls a second through the server, over moto's", ratio(moto, ours), at_least=2)


def soak(port: int, connections: int, seconds: float) -> None:
    """Call from many connections at once, and print how many calls succeeded."""
    counts = [0] * connections
    errors: list[Exception] = []
    end = time.monotonic() + seconds

    def work(number: int) -> None:
        try:
            call = import_task(port)
            for task in itertools.count(number, connections):
                if time.monotonic() > end:
                    break
                call(task)
                counts[number] += 1
        except Exception as error:  # noqa: BLE001 (whatever it is, it is what is looked for)
            errors.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(f"{connections} connections, {seconds:.0f} s: {sum(counts)} calls, {len(errors)} errors")
    if not all(counts):
        errors.append(RuntimeError(f"{counts.count(0)} connections made no call"))
    for error in errors:
        sys.exit(f"{type(error).__name__}: {error}")


def import_task(port: int) -> Call:
    """Return the call that ours is measured by: a small one that writes."""
    client = _client("mgh", port)
    if not client.list_progress_update_streams()["ProgressUpdateStreamSummaryList"]:
        client.create_progress_update_stream(ProgressUpdateStreamName=STREAM)
    return lambda number: client.import_migration_task(
        ProgressUpdateStream=STREAM, MigrationTaskName=f"task-{number}"
    )


def put_parameter(port: int) -> Call:
    """Return the call that moto's is measured by: it writes two strings by AWS JSON 1.1 too."""
    client = _client("ssm", port)
    return lambda number: client.put_parameter(
        Name=f"task-{number}", Value=STREAM, Type="String", Overwrite=True
    )


def _client(service: str, port: int) -> Any:
    return boto3.Session().client(
        service,  # type: ignore[call-overload]
        "us-west-2",
        endpoint_url=f"http://127.0.0.1:{port}",
        aws_access_key_id="key",
        aws_secret_access_key="secret",
        config=Config(retries={"total_max_attempts": 1}),
    )


@contextmanager
def _serving() -> Iterator[int]:
    port = _free_port()
    with _running("pytest_mgh", "serve", "--port", str(port), "--quiet", port=port):
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


if __name__ == "__main__":
    main()
