"""The stream of changes: its messages, their frequency, and its end."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection, HTTPResponse
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
import time_machine
from freezegun import freeze_time
from waiting import MINUTE

from pytest_mgh import MigrationHub
from pytest_mgh.server import changes
from pytest_mgh.server.serving import HubServer

QUICKLY = 0.02


class Stream:
    """One page's stream of changes."""

    def __init__(self, server: HubServer) -> None:
        address = urlsplit(server.url).netloc
        self._connection = HTTPConnection(address, timeout=MINUTE)
        self._connection.request("GET", "/_mgh/console/changes")
        self.response: HTTPResponse = self._connection.getresponse()

    def message(self) -> str:
        """Return the next message; an empty text at the end of the stream."""
        lines = []
        while (line := self.response.readline().decode()) not in ("\n", ""):
            lines.append(line)
        return "".join(lines)

    def summary(self) -> Any:
        """Return the next summary; fail if none arrives within a minute."""
        end = time.monotonic() + MINUTE
        while (message := self.message()) == ":\n":
            assert time.monotonic() < end
        return json.loads(message.removeprefix("data: "))

    def until(self, found: Callable[[Any], bool]) -> Any:
        """Return the first summary that has something; fail if none within a minute has."""
        end = time.monotonic() + MINUTE
        while not found(summary := self.summary()):
            assert time.monotonic() < end
        return summary

    def close(self) -> None:
        self.response.close()
        self._connection.close()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "INTERVAL", QUICKLY)


@pytest.fixture
def stream(quick: None, mgh_server: HubServer) -> Iterator[Stream]:
    stream = Stream(mgh_server)
    yield stream
    stream.close()


def watchers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "pytest-mgh console"]


@pytest.fixture(autouse=True)
def _wait_for_the_last_watcher() -> None:
    """Wait until the thread of the previous test notices that its page is closed."""
    for watcher in watchers():
        watcher.join(MINUTE)


def test_the_stream_of_changes_is_server_sent_events(stream: Stream) -> None:
    headers = stream.response.headers

    assert headers["Content-Type"] == "text/event-stream; charset=utf-8"
    assert headers["Cache-Control"] == "no-store"


def test_the_event_stream_sends_the_first_message_at_once(
    mgh: MigrationHub, mgh_server: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "INTERVAL", 3600)  # any other would arrive too late
    stream = Stream(mgh_server)

    assert stream.summary()["revision"] == mgh.revision
    stream.close()


@pytest.mark.parametrize(
    ("change", "figure"),
    [
        (lambda hub: hub.add_server("web-01"), lambda summary: summary["servers"] == 1),
        (
            lambda hub: hub.add_application("a"),
            lambda summary: summary["applications"]["total"] == 1,
        ),
        (
            lambda hub: hub.client().create_progress_update_stream(ProgressUpdateStreamName="S"),
            lambda summary: (summary["streams"], summary["events"]["total"]) == (1, 1),
        ),
        (
            lambda hub: hub.load({"streams": [{"name": "S", "tasks": [{"name": "t"}]}]}),
            lambda summary: summary["tasks"]["NOT_STARTED"] == 1,
        ),
        (
            lambda hub: hub.throttle("ListMigrationTasks", per_second=1),
            lambda summary: summary["throttles"] == 1,
        ),
        (
            lambda hub: setattr(hub, "home_region", "eu-central-1"),
            lambda summary: summary["home_region"] == "eu-central-1",
        ),
        (
            lambda hub: setattr(hub, "policy", "AWSMigrationHubFullAccess"),
            lambda summary: summary["restricted"] == 1,
        ),
    ],
)
def test_the_event_stream_reports_a_change(
    mgh: MigrationHub,
    stream: Stream,
    change: Callable[[MigrationHub], Any],
    figure: Callable[[Any], bool],
) -> None:
    assert not figure(stream.summary())

    change(mgh)

    assert stream.until(figure)["revision"] == mgh.revision


def test_the_event_stream_reports_a_call_over_http(mgh_server: HubServer, stream: Stream) -> None:
    client: Any = boto3.client("mgh", "us-west-2", endpoint_url=mgh_server.url)
    client.list_migration_tasks()

    stream.until(lambda summary: summary["events"]["total"] == 1)


def test_the_event_stream_reports_a_reset(mgh: MigrationHub, stream: Stream) -> None:
    mgh.add_server("web-01")
    stream.until(lambda summary: summary["servers"] == 1)

    mgh.reset()

    stream.until(lambda summary: summary["servers"] == 0)


def test_the_event_stream_reports_an_advanced_clock(mgh: MigrationHub, stream: Stream) -> None:
    before = stream.summary()["now"]

    mgh.advance(3600)

    assert stream.until(lambda summary: summary["now"] > before + 3000)


STALE_SOON = {
    "streams": [
        {
            "name": "SMS",
            "tasks": [
                {
                    "name": "t",
                    "status": "IN_PROGRESS",
                    "update_time": 4_000_000_000,
                    "next_update_seconds": 60,
                }
            ],
        }
    ]
}


def test_the_event_stream_reports_a_jump_of_the_wall_clock(
    mgh: MigrationHub, stream: Stream
) -> None:
    mgh.load(STALE_SOON)
    stream.until(lambda summary: summary["tasks"]["stale"] == 0)

    with time_machine.travel(4_000_000_061):
        stream.until(lambda summary: summary["tasks"]["stale"] == 1)


def test_the_event_stream_reports_tasks_that_become_stale(
    mgh: MigrationHub, stream: Stream, monkeypatch: pytest.MonkeyPatch
) -> None:
    # No call, no jump: only the figures that are computed again from time to time show it.
    monkeypatch.setattr(changes, "CLOCK", float("inf"))
    mgh.load(STALE_SOON)
    stream.until(lambda summary: summary["tasks"]["stale"] == 0)

    with time_machine.travel(4_000_000_061):
        stream.until(lambda summary: summary["tasks"]["stale"] == 1)


def test_the_event_stream_reports_changes_while_time_is_frozen(
    mgh: MigrationHub, stream: Stream
) -> None:
    stream.summary()

    with freeze_time("2024-05-01"):
        mgh.add_server("web-01")
        stream.until(lambda summary: summary["servers"] == 1)


@pytest.mark.usefixtures("quick")
def test_the_event_stream_is_silent_without_changes(
    mgh_server: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "CLOCK", float("inf"))  # a busy machine seems to lose time
    stream = Stream(mgh_server)
    stream.summary()

    assert stream.message() == ":\n"  # a heartbeat
    assert stream.message() == ":\n"
    stream.close()


def test_the_event_stream_combines_many_changes(
    mgh: MigrationHub, mgh_server: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "INTERVAL", 0.5)
    stream = Stream(mgh_server)
    stream.summary()

    for number in range(200):
        mgh.add_server(f"web-{number}")
    numbers: list[int] = []
    stream.until(lambda summary: numbers.append(summary["servers"]) or numbers[-1] == 200)

    assert len(numbers) <= 20
    stream.close()


def test_the_event_stream_reports_to_every_page(
    mgh: MigrationHub, mgh_server: HubServer, quick: None
) -> None:
    streams = [Stream(mgh_server) for _ in range(3)]

    mgh.add_server("web-01")

    for stream in streams:
        stream.until(lambda summary: summary["servers"] == 1)
        stream.close()


def test_a_page_opened_later_gets_the_current_state_at_once(
    mgh: MigrationHub, mgh_server: HubServer, stream: Stream
) -> None:
    mgh.add_server("web-01")
    stream.until(lambda summary: summary["servers"] == 1)
    later = Stream(mgh_server)

    assert later.summary()["servers"] == 1
    later.close()


def test_one_thread_watches_for_all_pages_and_ends_with_the_last_page(
    mgh_server: HubServer, quick: None
) -> None:
    streams = [Stream(mgh_server) for _ in range(3)]
    for stream in streams:
        stream.summary()
    (watcher,) = watchers()

    for stream in streams:
        stream.close()
    watcher.join(MINUTE)

    assert not watcher.is_alive()


def test_no_thread_watches_while_no_page_is_open(mgh: MigrationHub, mgh_server: HubServer) -> None:
    mgh.add_server("web-01")

    assert watchers() == []


def test_a_server_stops_at_once_with_open_pages(mgh: MigrationHub) -> None:
    server = HubServer(mgh)
    server.start()
    streams = [Stream(server) for _ in range(3)]
    for stream in streams:
        stream.summary()
    found = watchers()

    begin = time.monotonic()
    server.stop(grace=10 * MINUTE)
    assert time.monotonic() - begin < 5 * MINUTE

    for stream in streams:
        with contextlib.suppress(ConnectionError):
            while stream.message():
                pass
        stream.close()
    for watcher in found:
        watcher.join(MINUTE)
        assert not watcher.is_alive()


def test_a_head_request_is_answered_without_a_stream(mgh_server: HubServer) -> None:
    connection = HTTPConnection(urlsplit(mgh_server.url).netloc, timeout=MINUTE)
    connection.request("HEAD", "/_mgh/console/changes")
    response = connection.getresponse()

    assert (response.status, response.read()) == (200, b"")
    assert watchers() == []
    connection.close()


def test_the_event_stream_continues_after_an_error(
    mgh: MigrationHub, mgh_server: HubServer, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = threading.Event()

    def fail() -> None:
        looked.set()
        raise RuntimeError("the hub is broken")

    with monkeypatch.context() as patch:
        patch.setattr(mgh, "summary", fail)
        early = Stream(mgh_server)
        assert looked.wait(MINUTE)

    later = Stream(mgh_server)
    assert later.summary()["revision"] == mgh.revision
    assert early.summary()["revision"] == mgh.revision
    early.close()
    later.close()


@pytest.mark.parametrize(
    ("messages", "got"),
    [([b"a", b"b"], b"b"), ([b"a", changes._BEAT], b"a"), ([changes._BEAT, b"a"], b"a")],
    ids=["the last of two changes", "a change before a beat", "a change after a beat"],
)
def test_a_page_that_is_behind_gets_the_last_change(messages: list[bytes], got: bytes) -> None:
    async def receive() -> bytes:
        page = changes._Subscriber()
        for message in messages:
            page.send(message)
        await asyncio.sleep(0)
        return await page.next()

    assert asyncio.run(receive()) == got
