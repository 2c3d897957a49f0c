"""Reads the state as it is at one time, bit by bit, while calls go on."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_mgh.state.world import World

SLICE = 0.005
"""Seconds that a call may wait for what is read."""


def read_at_one_moment(world: World, begin: Callable[[], Iterator[str]]) -> Iterator[str]:
    """Give texts that are made of the state as it is now, in slices; calls go on between them.

    The state is taken back for each slice, which costs what was changed since.

    Args:
        world: Whose state it is.
        begin: Notes what there is, quickly, because calls wait for that; returns what makes the
            texts. That finds what it reads anew by what was noted: what it looked at in one slice
            may have moved in the next.

    Raises:
        Exception: What `begin` raises.
    """
    with world.lock:
        version, texts = world.journal.version(), begin()

    @contextmanager
    def hold() -> Iterator[None]:
        with world.lock, world.journal.at(version):
            yield

    return in_slices(texts, hold)


def in_slices(
    texts: Iterator[str], hold: Callable[[], AbstractContextManager[None]] = nullcontext
) -> Iterator[str]:
    """Put texts together, so many as are made in the time of a slice: at least one.

    Args:
        texts: The texts.
        hold: What is entered around each slice.
    """
    more = True
    while more:
        parts: list[str] = []
        with hold():
            end = time.perf_counter() + SLICE
            while more:
                text = next(texts, None)
                more = text is not None
                parts.append(text or "")
                if time.perf_counter() >= end:
                    break
        yield "".join(parts)
