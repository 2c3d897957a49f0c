"""Python's search for garbage, which takes seconds where there are millions of objects."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_lock = threading.Lock()
_enabled_before: list[bool] = []


@contextmanager
def no_collection(*, freeze: bool = False) -> Iterator[None]:
    """Look for no garbage while so many objects are made that it would be looked for all the time.

    Args:
        freeze: Whether to take all objects for such that stay, in the end: the next search then
            keeps nobody waiting. That is for a process that is the server's.
    """
    with _lock:
        _enabled_before.append(gc.isenabled())
        gc.disable()
    try:
        yield
    finally:
        with _lock:
            was_enabled = _enabled_before.pop()
            if not _enabled_before and was_enabled:
                if freeze:
                    gc.freeze()
                gc.enable()
