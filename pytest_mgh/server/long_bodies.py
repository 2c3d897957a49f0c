"""Bodies that are long: read, checked and done beside the calls, which hardly wait for that."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

LONG = 256 * 1024
"""Bytes from which on a body is a long one."""

_lock = threading.Lock()
_pauses: list[bool] = []


@contextmanager
def few_collections() -> Iterator[None]:
    """Let no garbage be looked for while a million objects are made.

    To look through them would take seconds, in which no other thread runs. In the end they are
    taken for objects that stay.
    """
    with _lock:
        _pauses.append(gc.isenabled())
        gc.disable()
    try:
        yield
    finally:
        with _lock:
            was_enabled = _pauses.pop()
            if not _pauses and was_enabled:
                gc.freeze()
                gc.enable()
