"""Waiting for other threads and processes, with an end, however busy the machine is."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from urllib3.connection import HTTPConnection

MINUTE = 60.0
"""What takes so long does not come."""


def until(condition: Callable[[], object]) -> None:
    """Wait until something holds; fail after a minute."""
    end = time.monotonic() + MINUTE
    while not condition():
        assert time.monotonic() < end, "it has not come within a minute"
        threading.Event().wait(0.002)


@contextmanager
def awaiting(arrived: Callable[[], object]) -> Iterator[None]:
    """Let clients of botocore wait for a response only once something holds.

    Their `read_timeout` counts from there. Otherwise it would have to be long enough for a busy
    machine to take the request, and the call that is never answered would last as long.
    """
    read = HTTPConnection.getresponse

    def getresponse(connection: HTTPConnection) -> object:
        until(arrived)
        return read(connection)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(HTTPConnection, "getresponse", getresponse)
        yield
