"""How many boto3 calls a second the server answers, beside moto's; run it with `make bench-server`.

Both servers run as processes of their own and answer in turn, in rounds. Then 16 connections call
ours at once, for as many seconds as `--soak` says; every call has to succeed.
"""

from __future__ import annotations

import argparse
import itertools
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from botocore.config import Config

Call = Callable[[int], Any]
STREAM = "SMS"


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--calls", type=int, default=300, help="calls a round")
    parser.add_argument("--soak", type=float, default=60, help="seconds")
    options = parser.parse_args()
    ours, moto = _free_port(), _free_port()
    with (
        _running("pytest_mgh", "serve", "--port", str(ours), "--quiet", port=ours),
        _running("moto.server", "--port", str(moto), port=moto),
    ):
        compare(import_task(ours), put_parameter(moto), options.rounds, options.calls)
        soak(ours, 16, options.soak)


def compare(one: Call, other: Call, rounds: int, calls: int) -> None:
    """Let two servers answer in turn, and print how often they did."""
    numbers = itertools.count()

    def rate(call: Call) -> float:
        begin = time.perf_counter()
        for _ in range(calls):
            call(next(numbers))
        return calls / (time.perf_counter() - begin)

    pairs = [(rate(one), rate(other)) for _ in range(rounds)]
    first, second = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratios = sorted(first / second for first, second in pairs)
    print(f"pytest-mgh serve, ImportMigrationTask   {first:7.0f} calls a second")
    print(f"moto_server, ssm PutParameter           {second:7.0f} calls a second")
    print(
        f"ratio {statistics.median(ratios):.2f} (of {rounds} rounds {ratios[0]:.2f} to "
        f"{ratios[-1]:.2f}; at least 2)"
    )


def soak(port: int, connections: int, seconds: float) -> None:
    """Call from many connections at once, and print how many calls succeeded."""
    counts, errors = [0] * connections, []
    end = time.monotonic() + seconds

    def work(number: int) -> None:
        call = import_task(port)
        try:
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
