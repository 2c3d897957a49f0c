"""The server beside moto's and beside a bare ASGI application: what boto3's calls take.

Each server is a process of its own. What a call takes is the CPU time of its client and of its
server together: on a machine that has nothing else to do, that is how long it takes.
"""

from __future__ import annotations

import contextlib
import http.client
import itertools
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, NamedTuple

import boto3
from botocore.config import Config

from benchmarks.measure import Candidate, ratio, take_turns
from benchmarks.rows import Row

Call = Callable[[int], Any]
STREAM = "SMS"
TASKS = 100_000


class Server(NamedTuple):
    """A running server: its URL and its process."""

    port: int
    pid: int


def measure(calls: int, turns: int) -> Iterator[Row]:
    """Let the servers answer in turn, and yield the rows."""
    if sys.platform != "linux":
        print("server: left out, only Linux tells the CPU time of another process")
        return
    with (
        serving() as ours,
        serving("--with-moto") as beside,
        _running("benchmarks.bare_server") as bare,
        _running("moto.server") as moto,
        serving() as full,
        _console(full),
    ):
        make_client("sts", beside.port).get_caller_identity()  # moto is imported at its first call
        estate = {"streams": [{"name": STREAM, "tasks": _tasks(TASKS)}]}
        control(full.port, "POST", "seed", estate)
        floor = _candidate("a bare ASGI app", bare, import_task)
        empty, large = (_candidate("ours", one, import_task) for one in (ours, full))
        with_moto = _candidate("beside moto", beside, import_task)
        parameter = _candidate("moto", moto, put_parameter)
        take_turns([floor, empty, large, with_moto, parameter], calls=calls, turns=turns)
    yield Row(
        "calls a second over those of a bare ASGI app on the same uvicorn",
        ratio(floor, empty),
        at_least=0.9,
        peers={"moto": ratio(floor, parameter)},
    )
    yield Row("the same with 100,000 tasks and an open console", ratio(floor, large), at_least=0.9)
    yield Row(
        "a call through the server where moto answers others, over one where not",
        ratio(with_moto, empty),
        budget=1.05,
    )


def _tasks(number: int) -> list[dict[str, str]]:
    return [{"name": f"task-{one}"} for one in range(number)]


def _candidate(name: str, server: Server, make: Callable[[int], Call]) -> Candidate:
    """Return a call whose time is the CPU time of its client and its server."""
    call, numbers = make(server.port), itertools.count()
    return Candidate(name, lambda: call(next(numbers)), clock=partial(_used, server.pid))


def _used(pid: int) -> int:
    """Return the CPU time of this thread and of another process, in nanoseconds."""
    return time.thread_time_ns() + time.clock_gettime_ns(~pid << 3 | 2)  # as clock_getcpuclockid


@contextmanager
def _console(server: Server) -> Iterator[None]:
    """Let a page of the console be open, as far as the server knows."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    connection.request("GET", "/_mgh/console/changes")
    answer = connection.getresponse()

    def read() -> None:
        with contextlib.suppress(http.client.HTTPException, OSError):  # the server has ended
            answer.read()

    threading.Thread(target=read, daemon=True).start()
    yield


def control(port: int, method: str, what: str, document: Any = None) -> bytes:
    """Make a request to the hub's own pages, and return the body of the answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    body = document if document is None or isinstance(document, bytes) else json.dumps(document)
    connection.request(method, f"/_mgh/{what}", body, {"content-type": "application/json"})
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    if answer.status >= 300:
        raise RuntimeError(f"{method} {what}: {answer.status} {content[:300]!r}")
    return content


def import_task(port: int) -> Call:
    """Return the call that ours is measured by: a small one that writes."""
    client = make_client("mgh", port)
    if not client.list_progress_update_streams().get("ProgressUpdateStreamSummaryList"):
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
def serving(*options: str) -> Iterator[Server]:
    """Let our server answer, with options of its command."""
    with _running("pytest_mgh", "serve", "--quiet", *options) as server:
        yield server


@contextmanager
def _running(module: str, *arguments: str) -> Iterator[Server]:
    with _held_port() as port:
        process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments, "--port", str(port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _wait_for(port, process)
            yield Server(port, process.pid)
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


@contextmanager
def _held_port() -> Iterator[int]:
    """Hold a port that the system gives to nobody else, and on which Linux lets a server listen."""
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind(("127.0.0.1", 0))
        port: int = holder.getsockname()[1]
        if sys.platform != "linux":
            holder.close()
        yield port
