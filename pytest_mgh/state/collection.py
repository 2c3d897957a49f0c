"""Python's search for garbage, which takes seconds where there are millions of objects."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from pytest_mgh.state.journal import finish


@contextmanager
def no_collection(*, freeze: bool = False) -> Iterator[None]:
    """Look for no garbage while so many objects are made that it would be looked for all the time.

    Where several threads do so at once, the first one that has done allows it again.

    Args:
        freeze: Whether to take all objects for such that stay, in the end: the next search then
            keeps nobody waiting. That is for a process that is the server's.
    """
    if not gc.isenabled():
        yield
        return
    try:
        gc.disable()
        yield
    finally:
        if freeze:
            gc.freeze()
        finish(gc.enable)
