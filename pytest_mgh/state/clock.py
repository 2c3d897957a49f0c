"""The hub's clock."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from math import floor

from pytest_mgh.protocol.times import LATEST


class Clock:
    """The wall clock plus what a test has moved it by; it stops at the end of the year 9999.

    It reads `time.time` anew at each call, so that time-machine and freezegun move it too.
    """

    def __init__(self) -> None:
        self.offset: float = 0.0
        """Seconds by which the hub is ahead of the wall clock."""
        self._stopped_at: float | None = None

    def time(self) -> float:
        """Return now, in seconds since the epoch, to the millisecond."""
        if self._stopped_at is not None:
            return self._stopped_at
        return floor(min(time.time() + self.offset, LATEST) * 1000 + 0.5) / 1000

    @contextmanager
    def stopped(self, at: float) -> Iterator[None]:
        """Let all that is done meanwhile happen at one time."""
        before, self._stopped_at = self._stopped_at, at
        try:
            yield
        finally:
            self._stopped_at = before
