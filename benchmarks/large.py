"""How long calls wait while much is read, put and seeded: `python -m benchmarks.large`.

One client makes small calls, one after the other, while another one moves a large state. What is
told is the longest of the calls, in milliseconds of wall time, beside the longest of as many calls
to the same server while it has nothing else to do.
"""

from __future__ import annotations

import argparse
import http.client
import json
import multiprocessing
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from benchmarks.calls import SIGNED
from benchmarks.server import control, serving

_HEADERS = SIGNED | {"x-amz-target": "AWSMigrationHub.ImportMigrationTask"}


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.large", description=__doc__)
    parser.add_argument("--tasks", type=int, default=100_000)
    parser.add_argument("--seeds", type=int, default=70_000)
    options = parser.parse_args()
    with serving() as server:
        port = server.port
        control(port, "POST", "seed", {"streams": [_stream("SMS", options.tasks)]})
        seeds = json.dumps({"streams": [_stream("more", options.seeds)]}).encode()
        snapshot = control(port, "GET", "snapshot")
        print(
            f"## Calls during large requests\n\n"
            f"How long small calls wait, in wall time, while a hub with {options.tasks:,} tasks (a "
            f"snapshot of {len(snapshot) / 1e6:.0f} MB) answers a large request. Other programs on "
            "the machine count too; the first row is without a large request. "
            "`make bench-large` measures again.\n\n"
            "| large request | its seconds | calls | longest waits, ms |\n|---|---|---|---|"
        )
        for name, action in (
            ("none", lambda: time.sleep(2)),
            ("GET state", lambda: control(port, "GET", "state")),
            ("GET snapshot", lambda: control(port, "GET", "snapshot")),
            ("GET events", lambda: control(port, "GET", "events")),
            ("PUT snapshot", lambda: control(port, "PUT", "snapshot", snapshot)),
            (f"POST seed of {options.seeds:,} tasks", lambda: control(port, "POST", "seed", seeds)),
            ("POST reset", lambda: control(port, "POST", "reset")),
        ):
            taken, waits = _while(port, action)
            longest = ", ".join(f"{wait * 1e3:.0f}" for wait in waits[-3:])
            print(f"| {name} | {taken:.1f} | {len(waits)} | {longest} |", flush=True)


def _stream(name: str, tasks: int) -> dict[str, Any]:
    return {
        "name": name,
        "tasks": [{"name": f"task-{number}", "status": "IN_PROGRESS"} for number in range(tasks)],
    }


def _while(port: int, action: Callable[[], Any]) -> tuple[float, list[float]]:
    """Return the duration of an action, and the sorted durations of the calls during it."""
    process = multiprocessing.get_context("fork").Process(target=action)  # with its own GIL
    with _calls(port) as waits:
        begin = time.perf_counter()
        process.start()
        process.join()
        taken = time.perf_counter() - begin
    if process.exitcode:
        raise RuntimeError("the action failed")
    return taken, sorted(waits)


@contextmanager
def _calls(port: int) -> Iterator[list[float]]:
    waits: list[float] = []
    end = threading.Event()

    def call() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
        body = json.dumps({"ProgressUpdateStream": "SMS", "MigrationTaskName": "task-1"})
        while not end.is_set():
            begin = time.perf_counter()
            connection.request("POST", "/", body, _HEADERS)
            connection.getresponse().read()
            waits.append(time.perf_counter() - begin)
            time.sleep(0.005)

    thread = threading.Thread(target=call)
    thread.start()
    try:
        yield waits
    finally:
        end.set()
        thread.join()


if __name__ == "__main__":
    main()
