"""Answers the calls of botocore's clients, and with them boto3's and aiobotocore's.

The answer is given on the service's own node of botocore's event tree, `before-send.<service>`:
the most specific node speaks first, so that no generic mock answers instead. Clients are reached
through `Endpoint.make_request` at their next call, however old they are.
"""

from __future__ import annotations

import inspect
import threading
from collections.abc import Awaitable, Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from botocore.client import BaseClient
from botocore.credentials import Credentials, RefreshableCredentials
from botocore.endpoint import Endpoint
from botocore.exceptions import (
    BotoCoreError,
    ConnectionClosedError,
    ConnectTimeoutError,
    ReadTimeoutError,
)

from pytest_mgh.access.moto_credentials import moto_is_active
from pytest_mgh.access.principals import FAKE_CREDENTIALS
from pytest_mgh.errors import TransportFault
from pytest_mgh.protocol.messages import WireRequest
from pytest_mgh.transports.backoff import Backoff
from pytest_mgh.transports.botocore_messages import ReadyResponse, RequestHeaders
from pytest_mgh.transports.hosts import EVENTS, is_loopback
from pytest_mgh.transports.real_calls import REAL_CALLS

if TYPE_CHECKING:
    from botocore.awsrequest import AWSPreparedRequest, AWSResponse
    from botocore.model import OperationModel

    from pytest_mgh.protocol.messages import WireResponse

Answer = Callable[[WireRequest], "WireResponse"]


class Interception:
    """Answers every client's calls to the simulated services between `start` and `stop`."""

    def __init__(self, answer: Answer, backoffs: list[float]) -> None:
        self._answer = answer
        self._backoff = Backoff(backoffs)

    def start(self) -> None:
        """Reach every client from its next call on."""
        watch_calls()
        _watch.interception = self
        REAL_CALLS.mocked = True

    def stop(self) -> None:
        """Leave all clients as they were; a call that is still under way is refused."""
        _watch.interception = None
        REAL_CALLS.mocked = False
        _watch.let_go()
        self._backoff.restore()

    def skip_waiting(self, endpoint: Any, operation: OperationModel) -> None:
        """Take the waiting out of an endpoint's retries."""
        self._backoff.skip_waiting(endpoint, operation)

    def respond(self, request: AWSPreparedRequest) -> AWSResponse:
        """Answer a request."""
        body: Any = request.body or b""
        try:
            response = self._answer(
                WireRequest(
                    headers=RequestHeaders(request.headers),
                    body=body.encode() if isinstance(body, str) else bytes(body),
                    method=request.method,
                    url=request.url,
                )
            )
        except TransportFault as error:
            raise _EXCEPTIONS[error.fault](endpoint_url=request.url) from None
        return ReadyResponse(request.url, response)


class _Watch:
    """Sees every call of every client, from the first mock on."""

    def __init__(self) -> None:
        self.interception: Interception | None = None
        self.installed = False
        self._make_request: Any = None
        self._make_client: Any = None
        self._under_way: WeakKeyDictionary[Any, int] = WeakKeyDictionary()
        self._lent: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()
        self._lock = threading.Lock()

    def install(self) -> None:
        """Put this into the way of botocore's calls and of the making of its clients, once."""
        REAL_CALLS.guard_addresses()
        if self.installed:
            return
        self.installed = True
        self._make_request, self._make_client = Endpoint.make_request, BaseClient.__init__
        watch = self

        def make_request(endpoint: Any, operation_model: OperationModel, request_dict: Any) -> Any:
            if _event_name(operation_model) in EVENTS and not _is_at_loopback(endpoint.host):
                if watch.interception is not None:
                    return watch.answer(endpoint, operation_model, request_dict)
                watch.see_real_call(endpoint, operation_model)
            return watch._make_request(endpoint, operation_model, request_dict)

        def make_client(client: Any, *args: Any, **kwargs: Any) -> None:
            watch._make_client(client, *args, **kwargs)
            if watch.interception is not None:
                REAL_CALLS.note_client(client.meta.events)

        make_request.mgh_watch = self  # type: ignore[attr-defined]
        Endpoint.make_request = make_request  # type: ignore[assignment, method-assign]
        BaseClient.__init__ = make_client  # type: ignore[assignment, method-assign]

    def answer(self, endpoint: Any, operation: OperationModel, request: Any) -> Any:
        """Make a call that the active mock answers."""
        emitter = endpoint._event_emitter  # noqa: SLF001 (there is no public way)
        if self.interception is not None:
            self.interception.skip_waiting(endpoint, operation)
        with self._lock:
            if emitter not in self._under_way:
                self._under_way[emitter] = 0
                for name, handler in self._handlers(_event_name(operation)):
                    emitter.register(name, handler, unique_id=_unique_id(name))
            self._under_way[emitter] += 1
        try:
            answer = self._make_request(endpoint, operation, request)
        except BaseException:
            self._end_call(emitter)
            raise
        if inspect.isawaitable(answer):
            return self._end_call_later(emitter, answer)
        self._end_call(emitter)
        return answer

    async def _end_call_later(self, emitter: Any, answer: Awaitable[Any]) -> Any:
        try:
            return await answer
        finally:
            self._end_call(emitter)

    def _end_call(self, emitter: Any) -> None:
        with self._lock:
            self._under_way[emitter] -= 1
        if self.interception is None:
            self.let_go()

    def let_go(self) -> None:
        """Leave clients as they were, but for those with a call under way."""
        with self._lock:
            for emitter, calls in tuple(self._under_way.items()):
                if calls == 0:
                    del self._under_way[emitter]
                    for event in EVENTS:
                        for name, handler in self._handlers(event):
                            emitter.unregister(name, handler, unique_id=_unique_id(name))
            for signer, credentials in tuple(self._lent.items()):
                signer._credentials = credentials  # noqa: SLF001 (there is no public way)
            self._lent.clear()

    def _handlers(self, event: str) -> tuple[tuple[str, Callable[..., Any]], ...]:
        return (f"before-send.{event}", self._respond), (f"before-sign.{event}", self._lend)

    def _respond(self, request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        interception = self.interception
        if interception is None:
            target = request.headers["X-Amz-Target"]
            name = target.decode() if isinstance(target, bytes) else target
            REAL_CALLS.refuse_late(name.partition(".")[2])
        return interception.respond(request)

    def _lend(self, request_signer: Any, operation_name: str, **_: Any) -> None:
        """Lend the fake credentials to a client that has none, or would have to fetch its own."""
        if self.interception is None:
            REAL_CALLS.refuse_late(operation_name)
        credentials = request_signer._credentials  # noqa: SLF001 (there is no public way)
        if credentials is None or _would_fetch(credentials):
            with self._lock:
                self._lent[request_signer] = credentials
            request_signer._credentials = _fake_credentials(request_signer)  # noqa: SLF001

    def see_real_call(self, endpoint: Any, operation: OperationModel) -> None:
        """Refuse a call that must not be made while no mock is active."""
        emitter = endpoint._event_emitter  # noqa: SLF001 (there is no public way)
        REAL_CALLS.check(emitter, f"{operation.service_model.service_name} {operation.name}")
        name = f"before-sign.{_event_name(operation)}"
        emitter.register(name, _refuse_fake_credentials, unique_id=_unique_id(f"{name}.real"))


def _fake_credentials(signer: Any) -> Any:
    kind = Credentials
    if inspect.iscoroutinefunction(signer.sign):  # aiobotocore's, which awaits its credentials
        from aiobotocore.credentials import AioCredentials

        kind = AioCredentials
    return kind(*FAKE_CREDENTIALS.values())


def _would_fetch(credentials: Any) -> bool:
    """Whether signing would fetch credentials from somewhere; what moto answers may be fetched."""
    if not isinstance(credentials, RefreshableCredentials) or not credentials.refresh_needed():
        return False
    return not moto_is_active()


# This module may be imported anew beside the same botocore: pytester drops modules.
_watch: Any = getattr(Endpoint.make_request, "mgh_watch", None) or _Watch()


def watch_calls() -> None:
    """See the calls of all clients from now on, also while no mock is active."""
    _watch.install()


def _refuse_fake_credentials(request_signer: Any, operation_name: str, **_: Any) -> None:
    """Refuse a call that would be signed with the mock's credentials: its client is a mock's."""
    credentials = request_signer._credentials  # noqa: SLF001 (there is no public way)
    key = getattr(credentials, "access_key", None)
    if _watch.interception is None and key == FAKE_CREDENTIALS["AWS_ACCESS_KEY_ID"]:
        REAL_CALLS.refuse_client(operation_name)


def _event_name(operation: OperationModel) -> str:
    return operation.service_model.service_id.hyphenize()


def _unique_id(event: str) -> str:
    """Name a handler, so that it is not registered, and does not act, twice.

    An emitter keeps one registration a name: each event has its own.
    """
    return f"pytest-mgh.{event}"


_EXCEPTIONS: dict[str, Callable[..., BotoCoreError]] = {
    "ConnectTimeout": ConnectTimeoutError,
    "ReadTimeout": ReadTimeoutError,
    "ConnectionReset": ConnectionClosedError,
}


@lru_cache(maxsize=256)
def _is_at_loopback(url: str) -> bool:
    return is_loopback(urlsplit(url).hostname or "")
