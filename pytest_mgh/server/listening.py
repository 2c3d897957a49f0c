"""The socket that the server listens on."""

from __future__ import annotations

import os
import socket


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens.

    Args:
        host: An address, or a name of one.
        port: The port; 0 takes a free one.

    Raises:
        OSError: The port is in use, or the address is none of this machine's.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except UnicodeError:
        raise OSError(f"{host!r} is no name of a host") from None
    # Of a name's addresses the IPv4 one: clients try it too.
    family, *_, address = min(found, key=lambda one: one[0] != socket.AF_INET)
    # asyncio turns off delays (Nagle) only where the protocol is named.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":  # elsewhere it would let two servers share the port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen()  # only now it is certain that the port is free
        listener.setblocking(False)
    except BaseException:
        listener.close()
        raise
    return listener


def url_of(listener: socket.socket) -> str:
    """Return where a socket is reached; one of every address is so on loopback too."""
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
