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
from pytest_mgh.transports.hosts import is_service_host

if TYPE_CHECKING:
    from pytest_mgh.protocol.messages import WireResponse

_EXCEPTIONS = {
    "ConnectTimeout": requests.exceptions.ConnectTimeout,
    "ReadTimeout": requests.exceptions.ReadTimeout,
    "ConnectionReset": requests.exceptions.ConnectionError,
}


class RequestsInterception:
    """Answers the calls of every session between `start` and `stop`."""

    def __init__(self, answer: Callable[[WireRequest], WireResponse]) -> None:
        self._adapter = _HubAdapter(answer)
        self._get_adapter: Any = None

    def start(self) -> None:
        """Give every session the hub's adapter for the hosts of the services."""
        self._get_adapter = get_adapter = requests.Session.get_adapter
        adapter = self._adapter

        def hub_or_other(session: requests.Session, url: str | bytes) -> Any:
            text = url.decode() if isinstance(url, bytes) else url
            return adapter if _is_service(text) else get_adapter(session, text)

        requests.Session.get_adapter = hub_or_other  # type: ignore[method-assign, assignment]

    def stop(self) -> None:
        """Let sessions use their own adapters again."""
        requests.Session.get_adapter = self._get_adapter  # type: ignore[method-assign]


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
        body = _read(request.body)
        headers = {
            name.lower(): value.decode("latin-1") if isinstance(value, bytes) else value
            for name, value in request.headers.items()
        }
        try:
            response = self._answer(
                WireRequest(
                    headers=headers,
                    body=body,
                    method=request.method,
                    url=request.url,
                )
            )
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
