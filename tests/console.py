"""The console in a browser: pages, and the calls that change what they show."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from chromium import CHROMIUM
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from pytest_mgh import MigrationHub
from pytest_mgh.server.serving import HubServer

PATIENCE = 60_000  # milliseconds
NOW = 1_700_000_000
SIZE = {"viewport": {"width": 1400, "height": 900}}

Open = Callable[..., Page]


@pytest.fixture(scope="module")  # while it runs, there is an event loop, which disturbs other tests
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


class Watched:
    """The requests and errors of a page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.requests: list[str] = []
        self.errors: list[str] = []
        self.allowed = ""
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("dialog", lambda dialog: self.errors.append(dialog.message))
        page.on("console", self._note)

    def _note(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.errors.append(message.text)

    def check(self, origin: str) -> None:
        assert {url for url in self.requests if not url.startswith(f"{origin}/")} == set()
        assert [error for error in self.errors if not re.search(self.allowed or "$^", error)] == []


def watched_page(browser: Browser, **options: Any) -> Watched:
    """Open a page in its own context."""
    context = browser.new_context(**{**SIZE, **options})
    context.set_default_timeout(PATIENCE)
    return Watched(context.new_page())


@pytest.fixture(scope="module")
def kept_page(browser: Browser) -> Watched:
    """A page shared by all tests, as opening one takes long."""
    return watched_page(browser)


@pytest.fixture
def open_page(browser: Browser, kept_page: Watched, mgh_server: HubServer) -> Iterator[Open]:
    """Opens the console; at the end it must have asked for nothing else, and gone without error.

    A page with options of a context, or that tests change beyond what is shown, is `alone`.
    """
    pages: list[Watched] = []

    def open_page(
        address: str = "", *, errors: str = "", alone: bool = False, **options: Any
    ) -> Page:
        kept = not (alone or options or kept_page in pages)
        watched = kept_page if kept else watched_page(browser, **options)
        watched.allowed = errors
        pages.append(watched)
        watched.page.goto(f"{mgh_server.url}/{address}")
        expect(watched.page.locator("#live")).to_have_text("Live")
        return watched.page

    yield open_page
    for watched in pages:
        if watched is not kept_page:
            watched.page.context.close()
            watched.check(mgh_server.url)
            continue
        requests, errors = watched.requests[:], watched.errors[:]
        watched.page.evaluate("localStorage.clear()")
        watched.page.goto("about:blank")
        watched.requests[:] = requests
        watched.errors[:] = errors
        try:
            watched.check(mgh_server.url)
        finally:
            watched.requests.clear()
            watched.errors.clear()


@pytest.fixture
def client(mgh_server: HubServer) -> Any:
    """A client of boto3 that calls the server, with the stream SMS."""
    client: Any = boto3.client("mgh", "us-west-2", endpoint_url=mgh_server.url)
    client.create_progress_update_stream(ProgressUpdateStreamName="SMS")
    return client


def import_task(client: Any, name: str) -> dict[str, str]:
    task = {"ProgressUpdateStream": "SMS", "MigrationTaskName": name}
    client.import_migration_task(**task)
    return task


def notify(client: Any, task: dict[str, str], status: str, **state: Any) -> None:
    client.notify_migration_task_state(
        **task, Task={"Status": status, **state}, UpdateDateTime=NOW, NextUpdateSeconds=60
    )


def row(page: Page, text: str) -> Locator:
    return page.locator("tbody tr").filter(has_text=text)


def names(page: Page) -> Locator:
    """Return the names of the rows of the one table."""
    return page.locator("tbody th a")


def load_many(hub: MigrationHub, number: int = 10_000) -> None:
    tasks = [
        {
            "name": f"task-{n:05}",
            "status": "IN_PROGRESS",
            "progress_percent": n % 101,
            "update_time": NOW - n,
        }
        for n in range(number)
    ]
    hub.load({"streams": [{"name": "Bulk", "tasks": tasks}]})
