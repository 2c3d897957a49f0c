"""One run with a million tasks and a million calls: `python -m benchmarks.million` prints it.

Tasks are imported by calls, as a tool does it, without a client in between. It takes two minutes
and more than a gigabyte.
"""

from __future__ import annotations

import argparse
import gc
import json
import resource
import statistics
import time
from collections.abc import Callable
from typing import Any

from benchmarks.calls import SIGNED, STREAM
from pytest_mgh import MigrationHub, mock_mgh
from pytest_mgh.protocol.messages import WireRequest

_HEADERS = SIGNED | {"user-agent": "benchmarks"}


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.million", description=__doc__)
    parser.add_argument("--tasks", type=int, default=1_000_000)
    options = parser.parse_args()
    with mock_mgh(keep_events=options.tasks) as hub:
        hub.add_stream(STREAM)
        gc.freeze()
        before, begin = _kilobytes(), time.thread_time()
        for number in range(options.tasks):
            _call(
                hub,
                "ImportMigrationTask",
                ProgressUpdateStream=STREAM,
                MigrationTaskName=f"sms-{number:07}",
            )
        taken, size = time.thread_time() - begin, (_kilobytes() - before) * 1024
        print(
            f"\n## {options.tasks:,} tasks\n\n"
            "Each task was imported by a call, whose record is kept. Times are CPU time of the "
            "thread in microseconds, without a client.\n\n| what | measured |\n|---|---|"
        )
        print(
            "| a call that imports one, collection of garbage included "
            f"| {_us(taken / options.tasks)} |"
        )
        print(f"| memory of a task and its call, bytes | {size / options.tasks:.0f} |")
        page = _median(lambda: _call(hub, "ListMigrationTasks"))
        print(f"| a page of 100 tasks | {_us(page)} |")
        last = _median(lambda: hub.events[-1])
        print(f"| the last event | {_us(last)} |")
        print(f"| a checkpoint | {_us(_median(hub.checkpoint))} |")
        kept = hub.checkpoint()
        change = {"ProgressUpdateStream": STREAM, "MigrationTaskName": "one more"}

        def back() -> None:
            _call(hub, "ImportMigrationTask", **change)
            hub.restore(kept)

        print(f"| one call, and back to the checkpoint | {_us(_median(back))} |")


def _call(hub: MigrationHub, operation: str, **request: Any) -> None:
    headers = {**_HEADERS, "x-amz-target": f"AWSMigrationHub.{operation}"}
    response = hub.answer(WireRequest(headers, json.dumps(request).encode()))
    assert response.status == 200, response.body


def _median(action: Callable[[], Any], times: int = 200) -> float:
    """Return the CPU time of the thread that an action uses, in seconds."""
    samples = []
    for _ in range(times):
        begin = time.thread_time_ns()
        action()
        samples.append(time.thread_time_ns() - begin)
    return statistics.median(samples) / 1e9


def _us(seconds: float) -> str:
    return f"{seconds * 1e6:.1f}"


def _kilobytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    main()
