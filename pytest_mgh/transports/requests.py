"""Answers the calls that the `requests` library makes, whoever signed them.

A session asks for the adapter of a URL; for a service's own host it gets the hub's, whose answers
are made by `responses`. So a mock of the user's own, which replaces what other adapters send with,
works beside it in every order.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
import responses
from requests.adapters import HTTPAdapter

from pytest_mgh.errors import TransportFault
from pytest_mgh.protocol.messages import WireRequest
from pytest_mgh.state.process import PROCESS
from pytest_mgh.transports.hosts import is_service_host
from pytest_mgh.transports.patches import patch

if TYPE_CHECKING:
    from pytest_mgh.protocol.messages import WireResponse

_EXCEPTIONS = {
    "ConnectTimeout": requests.exceptions.ConnectTimeout,
    "ReadTimeout": requests.exceptions.ReadTimeout,
    "ConnectionReset": requests.exceptions.ConnectionError,
    "EndpointConnectionError": requests.exceptions.ConnectionError,
}


def make_adapter(answer: Callable[[WireRequest], WireResponse]) -> HTTPAdapter:
    """Return the adapter of the services' hosts; all sessions ask the active mock for it.

    Args:
        answer: What answers a request: `MigrationHub.answer`.
    """
    patch("requests.sessions", {"Session.get_adapter": get_adapter})
    return _HubAdapter(answer)


def get_adapter(proceed: Callable[..., Any], session: requests.Session, url: str | bytes) -> Any:
    """Return the adapter for a URL, in `Session.get_adapter`'s place, which is `proceed`."""
    adapter = getattr(PROCESS.mock, "requests_adapter", None)
    text = url.decode() if isinstance(url, bytes) else url
    return adapter if adapter is not None and _is_service(text) else proceed(session, text)


class _HubAdapter(HTTPAdapter):
    def __init__(self, answer: Callable[[WireRequest], WireResponse]) -> None:
        super().__init__()
        self._answer = answer

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> Any:
        if _is_of_user(request):
            return HTTPAdapter.send(self, request, *args, **kwargs)
        reply = responses.CallbackResponse(
            str(request.method), str(request.url), callback=self._reply, content_type=None
        )
        return self.build_response(request, reply.get_response(request))

    def _reply(self, request: Any) -> tuple[int, dict[str, str], bytes]:
        headers = {
            name.lower(): value.decode("latin-1") if isinstance(value, bytes) else value
            for name, value in request.headers.items()
        }
        wire = WireRequest(headers, _read(request.body), request.method, request.url)
        try:
            response = self._answer(wire)
        except TransportFault as error:
            raise _EXCEPTIONS[error.fault](request=request) from None
        return response.status, response.headers, response.body


def _is_service(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme.lower() in ("http", "https") and is_service_host(parts.hostname or "")


def _read(body: Any) -> bytes:
    """Return a body that is text, bytes, a file, or an iterable of bytes."""
    if hasattr(body, "read"):
        body = body.read()
    if body is None or isinstance(body, (str, bytes, bytearray)):
        return body.encode() if isinstance(body, str) else bytes(body or b"")
    return b"".join(body)


def _is_of_user(request: requests.PreparedRequest) -> bool:
    """Whether a mock of the user's own, with `responses`, answers the request."""
    closure = getattr(HTTPAdapter.send, "__closure__", None) or ()
    mocks = [one.cell_contents for one in closure]
    return any(
        answer.matches(request)[0]
        for mock in mocks
        if isinstance(mock, responses.RequestsMock)
        for answer in mock.registered()
    )
