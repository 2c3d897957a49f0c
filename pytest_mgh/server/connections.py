"""Connections to the server: what each may send, and when one that falls silent is ended."""

from __future__ import annotations

import http
from typing import Any

from uvicorn.protocols.http.auto import AutoHTTPProtocol

SILENCE = 60.0
"""Seconds that a head has to be whole in, and that the rest of a request, or whoever reads its
answer, may be silent."""

MAX_HEAD = 64 * 1024
"""Bytes of the longest head of a request: its first line and its headers."""

_OVERHEAD = 16
"""Bytes that a byte of a chunked body may take: clients that send single bytes need six."""


class _TooLong(Exception):  # noqa: N818 (the parser turns it into an error of its own)
    pass


def bounded(protocol: Any) -> Any:
    """Return uvicorn's protocol with bounds, which gives every request its connection."""

    class Bounded(protocol):  # type: ignore[misc]
        app_state: dict[str, Any]

        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            self.app_state = {**self.app_state, "transport": transport}
            self.access_log = False  # pytest gives that log a handler again
            self._head = 0  # bytes of a head that is not whole yet
            self._excess = 0  # bytes of a body that are none of its content
            self._too_long = False
            self._listen()
            self._timer = self.loop.call_later(SILENCE, self._look)

        def connection_lost(self, exc: Exception | None) -> None:
            self._timer.cancel()
            super().connection_lost(exc)

        def data_received(self, data: bytes) -> None:
            cycle, length = self.cycle, len(data)
            in_body = cycle is not None and cycle.more_body
            if in_body:
                self._excess += length
            if in_body or not self._head:
                self._listen()
            self._arrived = self._head + length
            super().data_received(data)
            if self.cycle is not cycle:
                self._head = self._excess = 0
            elif not in_body:
                self._head += length
            if self._head > MAX_HEAD and not self.transport.is_closing():
                self._refuse()

        def pause_writing(self) -> None:
            self._listen()
            super().pause_writing()

        def resume_writing(self) -> None:
            self._listen()
            super().resume_writing()

        def send_400_response(self, msg: str) -> None:
            if self._too_long:
                self._refuse()
            else:
                super().send_400_response(msg)

        def _listen(self) -> None:
            self._deadline = self.loop.time() + SILENCE

        def _look(self) -> None:
            """End the connection if its other side has been silent for too long."""
            cycle, flow, now = self.cycle, self.flow, self.loop.time()
            unheard = cycle is None or cycle.more_body or self._head > 0
            if flow.write_paused or (unheard and not flow.read_paused):
                if now >= self._deadline:
                    self.transport.abort()
                    return
            else:
                self._listen()
            self._timer = self.loop.call_at(self._deadline, self._look)

        def _refuse(self) -> None:
            status = http.HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
            self.transport.write(
                f"HTTP/1.1 {status.value} {status.phrase}\r\n"
                "Content-Length: 0\r\nConnection: close\r\n\r\n".encode()
            )
            self.transport.close()

    return _counting(Bounded) if hasattr(protocol, "on_headers_complete") else Bounded


def _counting(connection: Any) -> Any:
    """Return a protocol of httptools with the bounds that h11 has itself."""

    class CountingConnection(connection):  # type: ignore[misc]
        def on_headers_complete(self) -> None:
            if self._arrived > MAX_HEAD:  # rare: a body that arrived together with its head
                self._check(len(self.url) + sum(len(name) + len(it) for name, it in self.headers))
            super().on_headers_complete()

        def on_body(self, body: bytes) -> None:
            self._excess -= _OVERHEAD * len(body)
            super().on_body(body)

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            if self._excess > MAX_HEAD and not self.transport.is_closing():
                self._refuse()

        def _check(self, length: int) -> None:
            if length > MAX_HEAD:
                self._too_long = True
                raise _TooLong

    return CountingConnection


HttpConnection: Any = bounded(AutoHTTPProtocol)
