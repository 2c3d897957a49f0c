"""Access control for the hub's control API and console."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from pytest_mgh.server.answers import refusal
from pytest_mgh.transports.hosts import is_loopback

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from pytest_mgh.server.names import HostNames


class Gate:
    """Lets requests to the hub's own pages through.

    Args:
        host: The address that the server listens on.
        names: The names under which it answers.
        token: What a caller has to know, as bearer token or as the query's `token`. A browser that
            has opened the console with it is known by a cookie from then on.
    """

    def __init__(self, host: str, names: HostNames, token: str | None = None) -> None:
        self._names = names
        self._loopback = is_loopback(host)
        self._token = token

    def refuse(self, request: Request) -> Response | None:
        """Return what a request that may not pass is answered, or `None` for one that may."""
        host = request.headers.get("host", "")
        if self._loopback and not self._names.is_own(host):
            # A name that someone else's DNS lets point here.
            return refusal(403, f"this server only answers on loopback, not as {host!r}")
        origin = request.headers.get("origin")
        if origin is not None and _split(origin).netloc != host:
            return refusal(403, f"pages of {origin} may not control the hub")
        if self._token is not None and not self._knows_token(request):
            return refusal(401, "a token is needed: 'Authorization: Bearer TOKEN' or ?token=TOKEN")
        return None

    def cookie(self, request: Request) -> str | None:
        """Return the cookie by which a browser that knows the token is known, as it is set."""
        if self._token is None:
            return None
        cookie = f"{_cookie_name(request)}={self._sealed()}"
        return f"{cookie}; Path=/; HttpOnly; SameSite=Strict"

    def _sealed(self) -> str:
        # Browsers send cookies to every port of a host: not the token itself.
        return hmac.new((self._token or "").encode(), b"console", "sha256").hexdigest()

    def _knows_token(self, request: Request) -> bool:
        cookie = request.cookies.get(_cookie_name(request), "")
        if hmac.compare_digest(cookie.encode(), self._sealed().encode()):
            return True
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            token = request.query_params.get("token", "")
        return hmac.compare_digest(token.encode(), (self._token or "").encode())


def _cookie_name(request: Request) -> str:
    """Return a name of its own for each port: cookies are shared by all ports of a host."""
    return f"mgh-console-{request.url.port or 80}"


def _split(address: str) -> SplitResult:
    """Return the parts of an address; empty parts for a text that is none."""
    try:
        return urlsplit(address)
    except ValueError:
        return SplitResult("", "", "", "", "")
