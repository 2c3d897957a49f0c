"""`time.sleep` that moves the hub's clock instead of waiting."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakSet

from pytest_mgh.state.process import PROCESS


@contextmanager
def sleep_moves_clock() -> Iterator[None]:
    """Let `time.sleep` move the clock for the thread that enters this, and those begun inside.

    Threads that were started before still sleep: they do not belong to the test. A reference to the
    function that outlives the mock sleeps too: each call looks at the mock that is active then.
    """
    others = WeakSet(threading.enumerate())
    others.discard(threading.current_thread())
    wait = time.sleep

    def sleep(seconds: Any, /) -> None:
        mock = PROCESS.mock
        if mock is None or not mock.is_sleep_mocked or threading.current_thread() in others:
            wait(seconds)
            return
        wait(min(0, seconds))  # raises for an invalid time, and lets other threads run
        mock.hub.advance(float(seconds))

    time.sleep = sleep
    try:
        yield
    finally:
        if time.sleep is sleep:  # unless somebody has replaced it meanwhile
            time.sleep = wait
