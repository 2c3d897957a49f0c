"""`time.sleep` that moves the hub's clock instead of waiting."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakSet


@contextmanager
def sleep_moves(advance: Callable[[float], None]) -> Iterator[None]:
    """Let `time.sleep` move a clock for the thread that enters this, and those begun inside.

    Threads that were there before go on sleeping: they are others', and may do so for ever.

    Args:
        advance: Moves the clock by seconds: `MigrationHub.advance`.
    """
    others = WeakSet(threading.enumerate())
    others.discard(threading.current_thread())
    wait = time.sleep

    def sleep(seconds: Any, /) -> None:
        if threading.current_thread() in others:
            wait(seconds)
            return
        wait(min(0, seconds))  # refuses what is no time, and lets other threads run
        advance(float(seconds))

    time.sleep = sleep
    try:
        yield
    finally:
        if time.sleep is sleep:  # others may have put something else there
            time.sleep = wait
