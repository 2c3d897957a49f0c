"""Waiting for other threads and processes, with an end, however busy the machine is."""

from __future__ import annotations

import random
import socket
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


def lasting_port() -> int:
    """Return a port that is free, and that no system gives to others meanwhile.

    They are given ports above 32767.
    """
    while True:
        port = random.SystemRandom().randint(20_000, 32_000)
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            continue
        return port
