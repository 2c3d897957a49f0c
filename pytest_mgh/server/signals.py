"""The signals that end a server which runs as a command."""

from __future__ import annotations

import contextlib
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from typing import Any

TOGETHER = 1.0
"""Seconds in which a second signal is taken for the first one, sent twice."""

_HANG_UP: Any = getattr(signal, "SIGHUP", None)  # of a terminal that is closed; not on Windows
_ENDING = [one for one in (signal.SIGINT, signal.SIGTERM, _HANG_UP) if one is not None]


@contextmanager
def interrupted(*, own_process: bool) -> Iterator[Callable[[], None]]:
    """Give what waits for SIGINT, SIGTERM or SIGHUP; a later one ends the process.

    One that comes `TOGETHER` with the first is the same: terminals and wrappers both send it.

    Args:
        own_process: Whether the process is only there for the command. It takes no more signals
            once all is saved: it has nothing else to do.
    """
    # What a handler may do while the same thread waits: an Event's lock is not reentrant.
    arrived: SimpleQueue[None] = SimpleQueue()
    first: float | None = None
    before = {number: signal.getsignal(number) for number in _ENDING}
    if before.get(_HANG_UP) is signal.SIG_IGN:
        del before[_HANG_UP]  # nohup asks for that

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)

    def interrupt(number: int, _: object) -> None:
        nonlocal first
        if first is None:
            first = time.monotonic()
            arrived.put(None)
        elif time.monotonic() - first > TOGETHER:
            restore()
            if before[signal.Signals(number)] is signal.SIG_IGN:  # so of a job in the background
                signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)

    def wait() -> None:
        while first is None:
            with contextlib.suppress(Empty):  # where a signal does not end a wait, it ends the next
                arrived.get(timeout=0.5)

    for number in before:
        signal.signal(number, interrupt)
    try:
        yield wait
    finally:
        if own_process and first is not None:
            for number in before:
                signal.signal(number, signal.SIG_IGN)
        else:
            restore()
