"""Tells open console pages that the hub has changed, by server-sent events."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pytest_mgh.hub.migration_hub import MigrationHub
    from pytest_mgh.transports.http import Receive, Scope, Send

EVERY = 0.5
"""Seconds between two looks at the hub; a look that takes long makes the next ones rarer."""
STALENESS = 10
"""Looks after which the figures are made anew though nothing happened: time makes tasks stale."""
HEARTBEAT = 30
"""Looks after which a page that heard nothing hears that it is still connected."""
CLOCK = 2.0
"""Seconds by which the hub's clock may differ from what pages expect."""

_RARELY = 5.0
_BEAT = b":\n\n"
_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
]


class Changes:
    """The ASGI application: a stream of the hub's summaries, from now on.

    A thread looks at the hub while a page is open. It does not use the loop's timers: tests that
    freeze time may freeze those.

    Args:
        hub: What is looked at.
    """

    def __init__(self, hub: MigrationHub) -> None:
        self._hub = hub
        self._lock = threading.Lock()
        self._pages: set[_Page] = set()
        self._watching = False
        self._wake = threading.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Tell one page, until it is gone."""
        await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        if scope["method"] == "HEAD":
            await send({"type": "http.response.body", "body": b""})
            return
        state, page = scope["state"], _Page()
        state["lasting"].add(state["transport"])
        leaving = asyncio.ensure_future(_leave(receive, page))
        self._join(page)
        try:
            while message := await page.next():
                await send({"type": "http.response.body", "body": message, "more_body": True})
        finally:
            self._part(page)
            leaving.cancel()
            state["lasting"].discard(state["transport"])

    def _join(self, page: _Page) -> None:
        with self._lock:
            self._pages.add(page)
            self._wake.set()  # it hears of the hub at once
            if not self._watching:
                self._watching = True
                threading.Thread(target=self._run, name="pytest-mgh console", daemon=True).start()

    def _part(self, page: _Page) -> None:
        with self._lock:
            self._pages.discard(page)
            if not self._pages:
                self._wake.set()  # nobody is left to look for

    def _run(self) -> None:
        try:
            self._watch()
        except BaseException:
            self._watching = False  # the next page that is opened gets another thread
            raise

    def _watch(self) -> None:
        """Look at the hub and tell what has changed, until there is no page left."""
        told: dict[str, Any] = {}
        quiet, pause = 0, EVERY
        while True:
            joined = self._wake.wait(pause)
            with self._lock:
                self._wake.clear()
                pages = tuple(self._pages)
                if not pages:
                    self._watching = False
                    return
            if joined:
                told = {}
            quiet += 1
            if not told or self._may_differ(told, quiet, pause):
                begin = time.perf_counter()
                summary = self._hub.summary()
                pause = max(EVERY, _RARELY * (time.perf_counter() - begin))
                if _figures(summary) != _figures(told) or self._is_off(told, quiet * pause):
                    told, quiet = summary, 0
                    _tell(pages, f"data: {json.dumps(summary)}\n\n".encode())
            if quiet and quiet % HEARTBEAT == 0:
                _tell(pages, _BEAT)

    def _may_differ(self, told: dict[str, Any], quiet: int, pause: float) -> bool:
        return (
            self._hub.revision != told["revision"]
            or quiet % STALENESS == 0
            or self._is_off(told, quiet * pause)
        )

    def _is_off(self, told: dict[str, Any], seconds: float) -> bool:
        expected: float = told["now"] + seconds
        return abs(self._hub.now.timestamp() - expected) > CLOCK


def _figures(summary: dict[str, Any]) -> dict[str, Any]:
    return {name: figure for name, figure in summary.items() if name != "now"}


class _Page:
    """An open page: what it has not been told yet."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._woken = asyncio.Event()
        self._gone = False
        self._message = b""

    async def next(self) -> bytes:
        """Return the next message; nothing once the page is gone."""
        await self._woken.wait()
        self._woken.clear()
        message, self._message = self._message, b""
        return b"" if self._gone else message

    def tell(self, message: bytes) -> None:
        """Tell the page something, from any thread; of several things it hears the last."""
        with contextlib.suppress(RuntimeError):  # its loop has ended
            self._loop.call_soon_threadsafe(self._put, message)

    def leave(self) -> None:
        """Note that the page is gone."""
        self._gone = True
        self._woken.set()

    def _put(self, message: bytes) -> None:
        if message != _BEAT or not self._message:
            self._message = message
        self._woken.set()


async def _leave(receive: Receive, page: _Page) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    page.leave()


def _tell(pages: tuple[_Page, ...], message: bytes) -> None:
    for page in pages:
        page.tell(message)
