"""Small tools, each with one planted fault, beside what each of them should be.

A tool is explored as a function, and checks at its end what its test would.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError
from clients import kept_client, plain_client

from pytest_mgh import MigrationHub
from pytest_mgh.report.exploration.outcomes import Outcome

NOTIFY, IMPORT, STREAM = (
    "NotifyMigrationTaskState",
    "ImportMigrationTask",
    "CreateProgressUpdateStream",
)
BROKE, LOST, REPORTED = Outcome.BROKE, Outcome.LOST, Outcome.REPORTED
FAILURES = (ClientError, BotoCoreError)
TASKS = ("web-1", "web-2", "db-1")

Tool = Callable[..., Any]


def mgh() -> Any:
    return kept_client("mgh")


def discovery() -> Any:
    return kept_client("discovery")


def once() -> Any:
    """A client that makes one attempt, for tools that retry by themselves."""
    return plain_client("mgh")


def again(call: Callable[[], Any], attempts: int = 3) -> Any:
    """Call again after a failure that passes, a second later."""
    for _ in range(attempts - 1):
        try:
            return call()
        except FAILURES as error:
            if not is_passing(error):
                raise
            time.sleep(1)
    return call()


def is_passing(error: Exception) -> bool:
    response = getattr(error, "response", None)
    if not response:
        return True
    status = response["ResponseMetadata"]["HTTPStatusCode"]
    return bool(status >= 500 or response["Error"]["Code"] == "ThrottlingException")


def open_stream(client: Any) -> None:
    client.create_progress_update_stream(ProgressUpdateStreamName="SMS")


def open_task(client: Any, name: str) -> None:
    client.import_migration_task(ProgressUpdateStream="SMS", MigrationTaskName=name)


def notify(client: Any, name: str, percent: int, status: str = "") -> None:
    client.notify_migration_task_state(
        ProgressUpdateStream="SMS",
        MigrationTaskName=name,
        Task={
            "Status": status or ("COMPLETED" if percent == 100 else "IN_PROGRESS"),
            "ProgressPercent": percent,
        },
        UpdateDateTime=time.time(),
        NextUpdateSeconds=60,
    )


class Pair(NamedTuple):
    """A tool with a fault, what it should be, and what exploring finds in the first."""

    faulty: Tool
    right: Tool
    found: set[tuple[Outcome, str]]


PAIRS: dict[str, Pair] = {}


def pair(*found: tuple[Outcome, str]) -> Callable[[Tool], Tool]:
    """Enter a function that gives the two tools."""

    def enter(make: Tool) -> Tool:
        PAIRS[make.__name__] = Pair(*make(), {*found})
        return make

    return enter


@pair((LOST, NOTIFY))
def swallows_an_error() -> Iterator[Tool]:
    def faulty() -> None:
        open_stream(mgh())
        open_task(mgh(), "web-1")
        try:
            notify(mgh(), "web-1", 100)
        except FAILURES:
            print("could not tell, never mind")

    def right() -> None:
        open_stream(mgh())
        open_task(mgh(), "web-1")
        notify(mgh(), "web-1", 100)

    yield from (faulty, right)


@pair((BROKE, "CreateApplication"))
def create_is_not_idempotent() -> Iterator[Tool]:
    def faulty() -> None:
        discovery().create_application(name="Shop")

    def right() -> None:
        try:
            discovery().create_application(name="Shop")
        except ClientError:
            filters = [{"name": "application.name", "condition": "EQUALS", "values": ["Shop"]}]
            if not discovery().list_configurations(
                configurationType="APPLICATION", filters=filters
            )["configurations"]:
                raise

    yield from (faulty, right)


@pair((LOST, NOTIFY))
def counts_twice() -> Iterator[Tool]:
    def migrate(count_first: bool) -> None:
        count = 0

        def tell(name: str) -> None:
            nonlocal count
            count += count_first
            notify(once(), name, 100)
            count += not count_first

        again(lambda: open_stream(once()))
        for name in TASKS:
            again(lambda name=name: open_task(once(), name))  # type: ignore[misc]
            again(lambda name=name: tell(name))  # type: ignore[misc]
        assert count == len(TASKS)

    yield lambda: migrate(True)
    yield lambda: migrate(False)


@pair((LOST, "ListMigrationTasks"))
def restarts_paging() -> Iterator[Tool]:
    def names(hub: MigrationHub, forget: bool) -> None:
        for name in TASKS:
            hub.add_task("SMS", name)
        found: list[str] = []

        def read() -> None:
            if forget:
                found.clear()
            pages = once().get_paginator("list_migration_tasks").paginate(MaxResults=1)
            for page in pages:
                found.extend(row["MigrationTaskName"] for row in page["MigrationTaskSummaryList"])

        again(read)
        assert sorted(found) == sorted(TASKS)

    def faulty(hub: MigrationHub) -> None:
        hub.add_stream("SMS")
        names(hub, forget=False)

    def right(hub: MigrationHub) -> None:
        hub.add_stream("SMS")
        names(hub, forget=True)

    yield from (faulty, right)


@pair((LOST, NOTIFY))
def progress_goes_back() -> Iterator[Tool]:
    def faulty(hub: MigrationHub) -> None:
        hub.add_stream("SMS")
        hub.add_task("SMS", "web-1")

        def all_of_it() -> None:
            for percent in (10, 50, 100):
                notify(once(), "web-1", percent)

        again(all_of_it)

    def right(hub: MigrationHub) -> None:
        hub.add_stream("SMS")
        hub.add_task("SMS", "web-1")
        for percent in (10, 50, 100):
            again(lambda percent=percent: notify(once(), "web-1", percent))  # type: ignore[misc]

    yield from (faulty, right)


@pair((LOST, IMPORT))
def leaves_the_rest_of_a_batch() -> Iterator[Tool]:
    def faulty(hub: MigrationHub) -> None:
        hub.add_stream("SMS")
        try:
            for name in TASKS:
                open_task(once(), name)
        except FAILURES as error:
            print("some tasks failed", type(error))

    def right(hub: MigrationHub) -> None:
        hub.add_stream("SMS")
        waiting = list(TASKS)
        for _ in range(3):
            for name in list(waiting):
                try:
                    open_task(once(), name)
                except FAILURES as error:
                    last = error
                else:
                    waiting.remove(name)
        if waiting:
            raise last

    yield from (faulty, right)


@pair((BROKE, IMPORT))
def retries_without_limit() -> Iterator[Tool]:
    def faulty(hub: MigrationHub) -> None:
        hub.add_stream("SMS")
        while True:
            try:
                open_task(mgh(), "web-1")
            except FAILURES:
                time.sleep(5)
            else:
                return

    def right(hub: MigrationHub) -> None:
        hub.add_stream("SMS")
        again(lambda: open_task(mgh(), "web-1"))

    yield from (faulty, right)


@pair((BROKE, IMPORT))
def retries_every_exception() -> Iterator[Tool]:
    def faulty(hub: MigrationHub) -> None:
        hub.add_stream("SMS")
        done = False
        while not done:
            try:
                open_task(mgh(), "web-1")
                done = True
            except:  # noqa: E722 (the fault)
                continue

    def right(hub: MigrationHub) -> None:
        hub.add_stream("SMS")
        again(lambda: open_task(mgh(), "web-1"), attempts=10)

    yield from (faulty, right)


@pair((BROKE, NOTIFY))
def waits_forever() -> Iterator[Tool]:
    def migrate(hub: MigrationHub, patience: float) -> None:
        hub.add_stream("SMS")
        hub.add_task("SMS", "web-1")
        try:
            notify(mgh(), "web-1", 100)
        except FAILURES as error:
            failure = error
        started = hub.now
        while hub.task("SMS", "web-1").status != "COMPLETED":
            if (hub.now - started).total_seconds() > patience:
                raise failure
            time.sleep(60)

    yield lambda hub: migrate(hub, float("inf"))
    yield lambda hub: migrate(hub, 600)


@pair((LOST, "StartExportTask"))
def restarts_a_started_migration() -> Iterator[Tool]:
    def faulty() -> None:
        discovery().start_export_task()

    def right() -> None:
        client = plain_client("discovery")

        def start() -> None:
            if not client.describe_export_tasks()["exportsInfo"]:
                client.start_export_task()

        again(start)

    yield from (faulty, right)


@pair((LOST, NOTIFY))
def loses_the_last_update() -> Iterator[Tool]:
    def migrate(swallow: bool) -> None:
        open_stream(mgh())
        open_task(mgh(), "web-1")
        notify(mgh(), "web-1", 50)
        try:
            notify(mgh(), "web-1", 100)
        except FAILURES:
            if not swallow:
                raise

    yield lambda: migrate(True)
    yield lambda: migrate(False)


@pair((BROKE, IMPORT))
def continues_in_the_wrong_order() -> Iterator[Tool]:
    def faulty(hub: MigrationHub) -> None:
        hub.add_stream("SMS")
        later = []
        for name in TASKS:
            try:
                open_task(mgh(), name)
            except FAILURES:
                later.append(name)
        for name in TASKS:
            notify(mgh(), name, 100)
        for name in later:
            open_task(mgh(), name)

    def right(hub: MigrationHub) -> None:
        hub.add_stream("SMS")
        later = []
        for name in TASKS:
            try:
                open_task(mgh(), name)
            except FAILURES:
                later.append(name)
        for name in later:
            open_task(mgh(), name)
        for name in TASKS:
            notify(mgh(), name, 100)

    yield from (faulty, right)


@pair((BROKE, STREAM))
def fails_in_the_handler_of_the_error() -> Iterator[Tool]:
    def faulty() -> None:
        try:
            open_stream(mgh())
        except FAILURES as error:
            print(error.response["Error"]["Type"])  # type: ignore[union-attr]
            raise

    def right() -> None:
        try:
            open_stream(mgh())
        except FAILURES as error:
            print((getattr(error, "response", None) or {}).get("Error", {}).get("Type"))
            raise

    yield from (faulty, right)


@pair((REPORTED, STREAM))
def retries_only_after_responses() -> Iterator[Tool]:
    def faulty() -> None:
        try:
            open_stream(once())
        except ClientError:
            open_stream(once())

    def right() -> None:
        again(lambda: open_stream(once()))

    yield from (faulty, right)


@pair((LOST, "DescribeMigrationTask"))
def takes_a_failure_for_nothing() -> Iterator[Tool]:
    def migrate(hub: MigrationHub, failures: tuple[type[Exception], ...]) -> None:
        hub.add_stream("SMS")
        hub.add_task("SMS", "web-1", status="COMPLETED", progress_percent=100)
        try:
            task = mgh().describe_migration_task(
                ProgressUpdateStream="SMS", MigrationTaskName="web-1"
            )["MigrationTask"]["Task"]
        except failures:
            task = {"Status": "NOT_STARTED"}
        if task["Status"] != "COMPLETED":
            notify(mgh(), "web-1", 0)
            notify(mgh(), "web-1", 100)

    yield lambda hub: migrate(hub, FAILURES)
    yield lambda hub: migrate(hub, ())


@pair((LOST, IMPORT))
def cleans_up_silently() -> Iterator[Tool]:
    def migrate(hub: MigrationHub, swallow: bool) -> None:
        hub.add_stream("SMS")
        try:
            open_task(mgh(), "web-1")
        except FAILURES:
            mgh().delete_progress_update_stream(ProgressUpdateStreamName="SMS")
            if not swallow:
                raise

    yield lambda hub: migrate(hub, True)
    yield lambda hub: migrate(hub, False)


@pair((LOST, IMPORT))
def never_looks_at_its_threads() -> Iterator[Tool]:
    def migrate(hub: MigrationHub, look: bool) -> None:
        hub.add_stream("SMS")
        with ThreadPoolExecutor(3) as pool:
            futures = [pool.submit(open_task, mgh(), name) for name in TASKS]
        if look:
            for future in futures:
                future.result()

    yield lambda hub: migrate(hub, False)
    yield lambda hub: migrate(hub, True)


@pair((LOST, IMPORT))
def gathers_exceptions() -> Iterator[Tool]:
    async def migrate(hub: MigrationHub, drop: bool) -> None:
        hub.add_stream("SMS")
        calls = [asyncio.to_thread(open_task, mgh(), name) for name in TASKS]
        await asyncio.gather(*calls, return_exceptions=drop)

    yield lambda hub: migrate(hub, True)
    yield lambda hub: migrate(hub, False)


@pair((LOST, "AssociateCreatedArtifact"))
def uses_a_new_name_for_each_attempt() -> Iterator[Tool]:
    def migrate(hub: MigrationHub, names: list[str]) -> None:
        hub.add_stream("SMS")
        hub.add_task("SMS", "web-1")
        left = iter(names)
        again(
            lambda: once().associate_created_artifact(
                ProgressUpdateStream="SMS",
                MigrationTaskName="web-1",
                CreatedArtifact={"Name": f"arn:aws:ec2:us-west-2::image/{next(left)}"},
            )
        )

    yield lambda hub: migrate(hub, ["ami-1", "ami-2", "ami-3"])
    yield lambda hub: migrate(hub, ["ami-1"] * 3)


@pair((LOST, NOTIFY))
def gives_up_a_task_too_early() -> Iterator[Tool]:
    def faulty(hub: MigrationHub) -> None:
        hub.add_stream("SMS")
        hub.add_task("SMS", "web-1")
        for percent in (50, 100):
            try:
                notify(once(), "web-1", percent)
            except FAILURES:
                again(lambda: notify(once(), "web-1", 50, "FAILED"))
                return

    def right(hub: MigrationHub) -> None:
        hub.add_stream("SMS")
        hub.add_task("SMS", "web-1")
        for percent in (50, 100):
            again(lambda percent=percent: notify(once(), "web-1", percent))  # type: ignore[misc]

    yield from (faulty, right)


@pair((BROKE, "GetHomeRegion"))
def guesses_the_home_region() -> Iterator[Tool]:
    def migrate(guess: bool) -> None:
        config = kept_client("migrationhub-config")
        try:
            region = config.get_home_region()["HomeRegion"]
        except FAILURES:
            if not guess:
                raise
            region = "eu-central-1"
        open_stream(kept_client("mgh", region))

    yield lambda: migrate(True)
    yield lambda: migrate(False)
