"""A small HTTP server on loopback for the archives that the service hands out URLs of."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from http.server import ThreadingHTTPServer

Find = Callable[[str, str], "bytes | None"]
"""Returns the archive of a path and a signature; `None` where there is none."""


class LoopbackDownloads:
    """Serves archives in this process, from the first `open` to `close`.

    Args:
        find: Finds an archive.
        parameter: The parameter of a URL that holds its signature.
    """

    def __init__(self, find: Find, parameter: str) -> None:
        self._find = find
        self._parameter = parameter
        self._server: ThreadingHTTPServer | None = None
        self._refused = False

    def open(self) -> str | None:
        """Return where archives are served; `None` where no socket may be opened."""
        if self._server is None and not self._refused:
            try:
                self._server = self._start()
            except Exception:  # noqa: BLE001 (pytest-socket has errors of its own)
                self._refused = True
        return None if self._server is None else f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        """Stop serving."""
        server, self._server = self._server, None
        if server is not None:
            server.shutdown()
            server.server_close()

    def _start(self) -> ThreadingHTTPServer:
        from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
        from socketserver import TCPServer

        find, parameter = self._find, self._parameter

        class Handler(BaseHTTPRequestHandler):
            timeout = 10.0  # seconds that a silent client is waited for

            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                signature = parse_qs(parts.query).get(parameter, [""])[0]
                content = find(parts.path.removeprefix("/"), signature)
                body = b"no archive has this URL" if content is None else content
                self.send_response(403 if content is None else 200)
                self.send_header("Content-Type", "application/zip" if content else "text/plain")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)

            do_HEAD = do_GET  # noqa: N815 (http.server looks for that name)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                """Say nothing: a test's output is its own."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def server_bind(self) -> None:
                """Bind, and ask no name server what this host is called."""
                TCPServer.server_bind(self)
                self.server_name = "127.0.0.1"
                self.server_port = self.socket.getsockname()[1]

        server = Server(("127.0.0.1", 0), Handler)
        threading.Thread(
            target=server.serve_forever, args=(0.05,), name="pytest-mgh downloads", daemon=True
        ).start()
        return server
