"""Lets many connections call one address for a minute: clients of six services, control, pages.

Every call has to succeed, and what comes back has to be what was sent: `make soak`.
"""

from __future__ import annotations

import argparse
import itertools
import json
import sys
import threading
import time
from collections.abc import Callable
from http.client import HTTPConnection
from typing import Any, NamedTuple

import boto3

from benchmarks.server import make_client, serving

Work = Callable[[int], Any]
"""What a connection does again and again, with a number that is new each time."""

STREAM = "SMS"
BUCKET = "soak"
ROLE = "arn:aws:iam::123456789012:role/soak"
JSON = {"Content-Type": "application/json"}


class Done(NamedTuple):
    """What a connection has done.

    Attributes:
        kind: What it does.
        times: How often.
        slowest: The seconds that the slowest took.
        error: What ended it too early.
    """

    kind: str
    times: int
    slowest: float
    error: Exception | None


def main() -> None:
    """Let connections call at once."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=60)
    options = parser.parse_args()
    with serving("--with-moto") as server:
        done = soak(server.port, options.connections, options.seconds)
    errors = [f"{one.kind}: {one.error!r}" for one in done if one.error is not None]
    errors += [f"{one.kind}: nothing was done" for one in done if not one.times]
    for kind in KINDS:
        alike = [one for one in done if one.kind == kind]
        times, slowest = sum(one.times for one in alike), max(one.slowest for one in alike)
        print(f"{kind:12} {len(alike)} connections, {times:6} times, slowest {slowest:.3f} s")
    total = sum(one.times for one in done)
    print(f"{len(done)} connections, {options.seconds:.0f} s: {total} times, {len(errors)} errors")
    sys.exit("\n".join(errors) or None)


def soak(port: int, connections: int, seconds: float) -> list[Done]:
    """Let connections work until the time is over, each at one kind of work."""
    prepare(port)
    end = time.monotonic() + seconds
    done: list[Done] = []

    def work(number: int, kind: str) -> None:
        times, slowest, error = 0, 0.0, None
        try:
            once = KINDS[kind](port)
            for one in itertools.count(number, connections):
                started = time.monotonic()
                if started > end:
                    break
                once(one)
                times, slowest = times + 1, max(slowest, time.monotonic() - started)
        except Exception as failure:  # noqa: BLE001 (whatever it is, it is what is looked for)
            error = failure
        done.append(Done(kind, times, slowest, error))

    kinds = itertools.cycle(KINDS)
    threads = [
        threading.Thread(target=work, args=(number, next(kinds))) for number in range(connections)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return done


def prepare(port: int) -> None:
    """Create what the connections share."""
    make_client("mgh", port).create_progress_update_stream(ProgressUpdateStreamName=STREAM)
    make_client("s3", port).create_bucket(
        Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "us-west-2"}
    )


def report(port: int) -> Work:
    """Import tasks, report their progress, and list some."""
    client = make_client("mgh", port)

    def once(number: int) -> None:
        task = {"ProgressUpdateStream": STREAM, "MigrationTaskName": f"task-{number}"}
        client.import_migration_task(**task)
        client.notify_migration_task_state(
            **task,
            Task={"Status": "IN_PROGRESS", "ProgressPercent": number % 100},
            UpdateDateTime=time.time(),
            NextUpdateSeconds=60,
        )
        found = client.describe_migration_task(**task)["MigrationTask"]["Task"]
        _expect(found["ProgressPercent"], number % 100)
        _expect(len(client.list_migration_tasks(MaxResults=1)["MigrationTaskSummaryList"]), 1)

    return once


def upload_and_import(port: int) -> Work:
    """Upload a file to S3, and import it."""
    s3, discovery = make_client("s3", port), make_client("discovery", port)

    def once(number: int) -> None:
        body = f"ExternalId,HostName\nvm-{number},host-{number}\n".encode()
        key = f"{number}.csv"
        s3.put_object(Bucket=BUCKET, Key=key, Body=body)
        _expect(s3.get_object(Bucket=BUCKET, Key=key)["Body"].read(), body)
        name = f"import {number}"
        discovery.start_import_task(name=name, importUrl=f"s3://{BUCKET}/{key}")
        (task,) = discovery.describe_import_tasks(filters=[{"name": "NAME", "values": [name]}])[
            "tasks"
        ]
        _expect(task["status"], "IMPORT_COMPLETE")

    return once


def assume(port: int) -> Work:
    """Assume a role at moto, and try as that role without doing."""
    sts = make_client("sts", port)

    def once(number: int) -> None:
        keys = sts.assume_role(RoleArn=ROLE, RoleSessionName=f"session-{number}")["Credentials"]
        role = boto3.Session(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])
        client = role.client("mgh", "us-west-2", endpoint_url=f"http://127.0.0.1:{port}")
        try:
            client.create_progress_update_stream(ProgressUpdateStreamName="new", DryRun=True)
        except client.exceptions.DryRunOperation:
            return
        raise RuntimeError("a dry run was none")

    return once


def keep_items(port: int) -> Work:
    """Keep items in DynamoDB."""
    client = make_client("dynamodb", port)
    table = f"table-{threading.get_ident()}"
    client.create_table(
        TableName=table,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
    )

    def once(number: int) -> None:
        key = {"id": {"S": str(number)}}
        client.put_item(TableName=table, Item=key)
        _expect(client.get_item(TableName=table, Key=key)["Item"], key)

    return once


def work_in_an_account(port: int) -> Work:
    """Act as a worker with its own account, which sees only its own task."""
    account = f"{threading.get_ident() % 10**11:012}"
    session = boto3.Session(account, "any", region_name="us-west-2")
    address = f"http://127.0.0.1:{port}"
    client = session.client("mgh", endpoint_url=address)
    client.create_progress_update_stream(ProgressUpdateStreamName=STREAM)
    client.import_migration_task(ProgressUpdateStream=STREAM, MigrationTaskName=account)
    config = session.client("migrationhub-config", endpoint_url=address)

    def once(number: int) -> None:
        _expect(config.get_home_region()["HomeRegion"], "us-west-2")
        (task,) = client.list_migration_tasks()["MigrationTaskSummaryList"]
        _expect(task["MigrationTaskName"], account)

    return once


def control(port: int) -> Work:
    """Seed, read, inject a fault that matches no call, and remove it."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)

    def once(number: int) -> None:
        _ask(connection, "POST", "/_mgh/seed", {"servers": [{"hostname": f"seed-{number}"}]})
        fault = {
            "operation": "DeleteProgressUpdateStream",
            "error": "ThrottlingException",
            "when": {"ProgressUpdateStreamName": f"none-{number}"},
        }
        _ask(connection, "POST", "/_mgh/faults", fault)
        _ask(connection, "DELETE", "/_mgh/faults")
        _ask(connection, "GET", "/_mgh/health")
        if number % 50 == 0:
            _ask(connection, "GET", "/_mgh/state")
            _ask(connection, "GET", "/_mgh/events?operation=GetHomeRegion")

    return once


def look(port: int) -> Work:
    """Open the console's page, its tables, and wait for a change."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)

    def once(number: int) -> None:
        _ask(connection, "GET", "/")
        for name in ("tasks", "servers", "events"):
            _ask(connection, "GET", f"/_mgh/console/{name}")
        changes = HTTPConnection("127.0.0.1", port, timeout=60)
        changes.request("GET", "/_mgh/console/changes")
        answer = changes.getresponse()
        _expect(answer.status, 200)
        answer.readline()
        changes.close()

    return once


KINDS: dict[str, Callable[[int], Work]] = {
    "report": report,
    "import": upload_and_import,
    "assume role": assume,
    "dynamodb": keep_items,
    "account": work_in_an_account,
    "control": control,
    "console": look,
}


def _ask(connection: HTTPConnection, method: str, path: str, content: Any = None) -> None:
    body = None if content is None else json.dumps(content)
    connection.request(method, path, body, {} if body is None else JSON)
    answer = connection.getresponse()
    content = answer.read()
    if answer.status >= 300:
        raise RuntimeError(f"{method} {path}: {answer.status} {content[:200]!r}")


def _expect(found: object, wanted: object) -> None:
    if found != wanted:
        raise RuntimeError(f"{found!r:.200} came in place of {wanted!r:.200}")


if __name__ == "__main__":
    main()
