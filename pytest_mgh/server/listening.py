"""The socket that the server listens on."""

from __future__ import annotations

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
        raise OSError(f"{host!r} is not a host name") from None
    # Of a name's addresses the IPv4 one: clients try it too.
    family, *_, address = min(found, key=lambda one: one[0] != socket.AF_INET)
    dual = family == socket.AF_INET6 and socket.has_dualstack_ipv6()
    with socket.create_server(address, family=family, dualstack_ipv6=dual) as bound:
        # asyncio turns off delays (Nagle) only where the protocol is named.
        return socket.socket(family, bound.type, socket.IPPROTO_TCP, fileno=bound.detach())


def url_of(listener: socket.socket) -> str:
    """Return where a socket is reached; one of every address is so on loopback too."""
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
