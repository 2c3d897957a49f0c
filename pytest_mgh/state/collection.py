"""Python's search for garbage, which takes seconds where there are millions of objects."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from pytest_mgh.state.journal import finish
from pytest_mgh.state.process import PROCESS


@contextmanager
def no_collection(*, freeze: bool = False) -> Iterator[None]:
    """Look for no garbage while so many objects are made that it would be looked for all the time.

    Where several threads do so at once, the first one that has done allows it again.

    Args:
        freeze: Whether to exempt all objects from later searches in the end, so that the next
            search keeps nobody waiting. This happens only in a process that is there for the
            server: elsewhere others' garbage would stay too.
    """
    if not gc.isenabled():
        yield
        return
    try:
        gc.disable()
        yield
    finally:
        if freeze and PROCESS.is_a_server:
            gc.freeze()
        finish(gc.enable)
