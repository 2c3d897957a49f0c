"""What the mock costs, as ratios measured side by side; run it with `make bench`.

Each row compares two things in turn, many times over, and prints the median of both and of their
ratio or difference. The floor is the same boto3 call answered by a handler that returns a constant.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from typing import Any

import boto3
from botocore.awsrequest import AWSResponse

from pytest_mgh import MigrationHub, mock_mgh

Call = Callable[[], Any]
TASK: Any = {"ProgressUpdateStream": "SMS", "MigrationTaskName": "sms-12de3cf1a"}
ATTRIBUTES = [{"Type": "FQDN", "Value": f"web-{number}.example.com"} for number in range(20)]


class _Raw:
    def stream(self) -> list[bytes]:
        return [b"{}"]


def floor_client() -> Any:
    """Return a client at a loopback address, which the mock leaves alone."""
    client = boto3.client(
        "mgh",
        "us-west-2",
        endpoint_url="http://127.0.0.1:1",
        aws_access_key_id="key",
        aws_secret_access_key="secret",
    )

    def answer(request: Any, **_: Any) -> AWSResponse:
        return AWSResponse(request.url, 200, {"x-amzn-RequestId": "id"}, _Raw())  # type: ignore[arg-type]

    client.meta.events.register("before-send.migration-hub", answer)  # type: ignore[arg-type]  # it may answer
    return client


def seconds(call: Call, times: int) -> float:
    """Return the seconds that one call takes, over so many calls."""
    begin = time.perf_counter()
    for _ in range(times):
        call()
    return (time.perf_counter() - begin) / times


def row(name: str, one: Call, other: Call, *, times: int, repeats: int) -> None:
    """Measure two things in turn and print a row."""
    seconds(one, times)
    seconds(other, times)
    pairs = [(seconds(one, times), seconds(other, times)) for _ in range(repeats)]
    first, second = (statistics.median(column) * 1e6 for column in zip(*pairs, strict=True))
    ratio = statistics.median(a / b for a, b in pairs)
    added = statistics.median(a - b for a, b in pairs) * 1e6
    print(f"{name:58} {first:10.1f} {second:10.1f} {added:+10.1f} {ratio:7.2f}")


def small_calls(repeats: int) -> None:
    """Compare calls with the floor's."""
    floor = floor_client()
    with mock_mgh() as hub:
        client = hub.client()
        client.create_progress_update_stream(ProgressUpdateStreamName="SMS")
        client.import_migration_task(**TASK)
        put: Any = {**TASK, "ResourceAttributeList": ATTRIBUTES}
        for name, one, other, times in (
            (
                "ImportMigrationTask / floor",
                lambda: client.import_migration_task(**TASK),
                lambda: floor.import_migration_task(**TASK),
                200,
            ),
            (
                "PutResourceAttributes, 20 attributes / floor",
                lambda: client.put_resource_attributes(**put),
                lambda: floor.put_resource_attributes(**put),
                100,
            ),
        ):
            row(name, one, other, times=times, repeats=repeats)


def scale(repeats: int) -> None:
    """Compare pages and matches at two sizes."""

    def sized(servers: int, tasks: int) -> tuple[Any, MigrationHub]:
        with mock_mgh() as hub:
            hub.load(
                {
                    "servers": [
                        {"hostname": f"web-{number}", "ip_addresses": [_ip(number)]}
                        for number in range(servers)
                    ],
                    "streams": [
                        {
                            "name": "SMS",
                            "tasks": [{"name": f"sms-{number}"} for number in range(tasks)],
                        }
                    ],
                }
            )
        return hub.snapshot(), hub

    def answer_of(
        data: Any, service: str, method: str, **request: Any
    ) -> tuple[Any, Callable[[], Any]]:
        mock = mock_mgh()
        hub = mock.start()
        hub.restore(data)
        client = hub.client(service)
        return mock, lambda: getattr(client, method)(**request)

    filters = [{"name": "server.hostName", "condition": "EQUALS", "values": ["web-50"]}]
    listing = {"configurationType": "SERVER", "filters": filters}
    match = {
        "ProgressUpdateStream": "SMS",
        "MigrationTaskName": "sms-1",
        "ResourceAttributeList": [{"Type": "IPV4_ADDRESS", "Value": _ip(50)}],
    }
    many, few = sized(10_000, 100)[0], sized(100, 100)[0]
    tall, short = sized(0, 100_000)[0], sized(0, 1_000)[0]
    for name, large, small, call in (
        (
            "ListConfigurations EQUALS, 10,000 / 100 servers",
            many,
            few,
            ("discovery", "list_configurations", listing),
        ),
        (
            "PutResourceAttributes match, 10,000 / 100 servers",
            many,
            few,
            ("mgh", "put_resource_attributes", match),
        ),
        (
            "page of ListMigrationTasks, 100,000 / 1,000 tasks",
            tall,
            short,
            ("mgh", "list_migration_tasks", {}),
        ),
    ):
        samples: list[list[float]] = [[], []]
        for _ in range(3):
            for at, data in enumerate((large, small)):
                mock, made = answer_of(data, call[0], call[1], **call[2])
                seconds(made, 20)
                samples[at] += [seconds(made, 20) for _ in range(repeats)]
                mock.stop()
        medians = [statistics.median(one) * 1e6 for one in samples]
        print(
            f"{name:58} {medians[0]:10.1f} {medians[1]:10.1f} "
            f"{medians[0] - medians[1]:+10.1f} {medians[0] / medians[1]:7.2f}"
        )


def _ip(number: int) -> str:
    return f"10.{number // 65536}.{number // 256 % 256}.{number % 256}"


def entering(repeats: int) -> None:
    """Time entering and leaving the mock, with a client and without."""

    def enter() -> None:
        with mock_mgh():
            pass

    def enter_with_client() -> None:
        with mock_mgh():
            boto3.client("mgh")

    row(
        "enter, boto3.client, exit / enter, exit",
        enter_with_client,
        enter,
        times=20,
        repeats=repeats,
    )


def main() -> None:
    """Print all rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=9)
    repeats = parser.parse_args().repeats
    print(f"{'':58} {'one, us':>10} {'other, us':>10} {'added, us':>10} {'ratio':>7}")
    small_calls(repeats)
    entering(repeats)
    scale(repeats)


if __name__ == "__main__":
    main()
