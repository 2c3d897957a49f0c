"""Waiting for other threads and processes, with an end, however busy the machine is."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

MINUTE = 60.0
"""What takes so long does not come."""


def until(condition: Callable[[], object]) -> None:
    """Wait until something holds; fail after a minute."""
    end = time.monotonic() + MINUTE
    while not condition():
        assert time.monotonic() < end, "it has not come within a minute"
        threading.Event().wait(0.002)
