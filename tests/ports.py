"""Ports for servers whose test has to know the port before they start."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def held_port() -> Iterator[int]:
    """Hold a port of 127.0.0.1 on which nothing listens, except for a server of this block.

    The system gives it to nobody else meanwhile. Only Linux lets a server listen on a port that
    another socket is bound to, if both set SO_REUSEADDR; elsewhere the port is only found.
    """
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind(("127.0.0.1", 0))
        port = holder.getsockname()[1]
        if sys.platform != "linux":
            holder.close()
        yield port
