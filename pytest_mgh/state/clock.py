"""The hub's clock."""

from __future__ import annotations

import time

from pytest_mgh.protocol.times import LATEST, milliseconds


class Clock:
    """The wall clock plus what a test has moved it by; it stops at the end of the year 9999.

    It reads `time.time` anew at each call, so that time-machine and freezegun move it too.
    """

    def __init__(self) -> None:
        self.offset = 0.0
        """Seconds by which the hub is ahead of the wall clock."""

    def time(self) -> float:
        """Return now, in seconds since the epoch, to the millisecond."""
        return milliseconds(min(time.time() + self.offset, LATEST))
