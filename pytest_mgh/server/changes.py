"""Tells open console pages that the hub has changed, by server-sent events."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import threading
import time
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from starlette.responses import Response, StreamingResponse

from pytest_mgh.state.process import PROCESS

if TYPE_CHECKING:
    from starlette.requests import Request

    from pytest_mgh.hub.migration_hub import MigrationHub

INTERVAL = 0.5
"""Seconds between two looks at the hub; a look that takes long makes the next ones rarer."""
STALENESS = 10
"""Looks after which the figures are made anew though nothing happened: time makes tasks stale."""
HEARTBEAT = 30
"""Looks after which a page that heard nothing hears that it is still connected."""
CLOCK = 2.0
"""Seconds by which the hub's clock may differ from what pages expect."""

_RARELY = 5.0
_RETRY = 5.0
_BEAT = b":\n\n"
_TYPE = "text/event-stream"
LOG = logging.getLogger(__name__)

Summary = dict[str, Any]


class Changes:
    """The hub's summaries, from now on.

    A thread looks at the hub while a page is open. It does not use the loop's timers: tests that
    freeze time may freeze those.

    Args:
        hub: What is looked at.
    """

    def __init__(self, hub: MigrationHub) -> None:
        self._hub = hub
        self._lock = PROCESS.new_lock()
        self._subscribers: set[_Subscriber] = set()
        self._watched = False
        self._wake = threading.Event()

    async def endpoint(self, request: Request) -> Response:
        """Stream to one page, until it is gone."""
        if request.method == "HEAD":
            return Response(media_type=_TYPE)
        return StreamingResponse(self._messages(request.scope["state"]), media_type=_TYPE)

    async def _messages(self, state: dict[str, Any]) -> AsyncIterator[bytes]:
        subscriber = _Subscriber()
        state["lasting"].add(state["transport"])
        self._subscribe(subscriber)
        try:
            while True:
                yield await subscriber.next()
        finally:
            self._unsubscribe(subscriber)
            state["lasting"].discard(state["transport"])

    def _subscribe(self, subscriber: _Subscriber) -> None:
        with self._lock:
            self._subscribers.add(subscriber)
            self._wake.set()  # it gets the hub's state at once
            if not self._watched:
                self._watched = True
                threading.Thread(target=self._watch, name="pytest-mgh console", daemon=True).start()

    def _unsubscribe(self, subscriber: _Subscriber) -> None:
        with self._lock:
            self._subscribers.discard(subscriber)
            if not self._subscribers:
                self._wake.set()  # nobody is left to look for

    def _watch(self) -> None:
        """Look at the hub and send its changes, until the last page is closed."""
        last: Summary = {}
        looks, elapsed, pause = 0, 0.0, INTERVAL
        while True:
            joined = self._wake.wait(pause)
            with self._lock:
                self._wake.clear()
                subscribers = tuple(self._subscribers)
                self._watched = bool(subscribers)
            if not subscribers:
                return
            if joined:
                last = {}
            looks, elapsed = looks + 1, elapsed + pause
            begin = time.perf_counter()
            try:
                news = self._look(last, elapsed, anew=looks % STALENESS == 0)
            except Exception:
                LOG.exception("the console could not read the hub")
                pause = _RETRY
                continue
            pause = max(INTERVAL, _RARELY * (time.perf_counter() - begin))
            message = b""
            if news is not None:
                last, looks, elapsed = news, 0, 0.0
                message = f"data: {json.dumps(news)}\n\n".encode()
            elif looks % HEARTBEAT == 0:
                message = _BEAT
            for subscriber in subscribers if message else ():
                subscriber.send(message)

    def _look(self, last: Summary, elapsed: float, *, anew: bool) -> Summary | None:
        """Return the hub's summary, if there is anything new in it.

        Args:
            last: The one that pages have.
            elapsed: The seconds since then.
            anew: Whether to make it though nothing happened.
        """
        moved = not last or abs(self._hub.now.timestamp() - last["now"] - elapsed) > CLOCK
        if not (moved or anew or self._hub.revision != last["revision"]):
            return None
        summary = self._hub.summary()
        return summary if moved or _figures(summary) != _figures(last) else None


def _figures(summary: Summary) -> Summary:
    return {name: figure for name, figure in summary.items() if name != "now"}


class _Subscriber:
    """An open page: what it has not been sent yet."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._messages: asyncio.Queue[bytes] = asyncio.Queue(maxsize=1)

    async def next(self) -> bytes:
        """Return the next message."""
        return await self._messages.get()

    def send(self, message: bytes) -> None:
        """Send the page something, from any thread; of several things it gets the last."""
        with contextlib.suppress(RuntimeError):  # its loop has ended
            self._loop.call_soon_threadsafe(self._put, message)

    def _put(self, message: bytes) -> None:
        if self._messages.full():
            if message == _BEAT:
                return
            self._messages.get_nowait()
        self._messages.put_nowait(message)
