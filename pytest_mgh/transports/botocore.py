"""Answers the calls of botocore's clients, and with them boto3's and aiobotocore's.

The answer is given on the service's own node of botocore's event tree, `before-send.<service>`:
the most specific node speaks first, so that no generic mock answers instead.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, TypeAlias
from weakref import WeakKeyDictionary, ref

from botocore.exceptions import (
    BotoCoreError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ReadTimeoutError,
)

from pytest_mgh.errors import TransportFault
from pytest_mgh.protocol.messages import WireRequest
from pytest_mgh.state.process import PROCESS
from pytest_mgh.transports.backoff import (
    grant_at_once,
    refill_retry_quota,
    token_buckets,
    wait_again,
)
from pytest_mgh.transports.botocore_endpoint import answer_request, endpoint_of_call
from pytest_mgh.transports.botocore_messages import ReadyResponse, decode_headers
from pytest_mgh.transports.signers import find_signer, lend_fakes

if TYPE_CHECKING:
    from botocore.awsrequest import AWSPreparedRequest, AWSResponse
    from botocore.model import OperationModel

    from pytest_mgh.protocol.messages import WireResponse

    _Client: TypeAlias = "tuple[ref[Any] | None, str, list[Any]]"

# An emitter registers, and calls, a handler of this name once.
_UNIQUE_ID = "pytest-mgh"


class Interception:
    """Answers the calls that clients of botocore make while a mock is active, until `end`.

    Args:
        answer: What answers a request: `MigrationHub.answer`.
        delays: Gets the seconds that would have been slept before retries.
    """

    def __init__(self, answer: Callable[[WireRequest], WireResponse], delays: list[float]) -> None:
        self._answer = answer
        self._delays = delays
        # What clients have, by their event emitters: the signer, which holds the emitter, the event
        # that is answered, and the buckets of the rate limiter.
        self._clients: WeakKeyDictionary[Any, _Client] = WeakKeyDictionary()
        self._lock = PROCESS.new_lock()
        self._has_ended = False

    def make_request(
        self, proceed: Callable[..., Any], endpoint: Any, operation: OperationModel, request: Any
    ) -> Any:
        """Make a client's call, in `Endpoint.make_request`'s place, which is `proceed`."""
        emitter = endpoint._event_emitter  # noqa: SLF001 (there is no public way)
        client = self._clients.get(emitter) or self.reach(emitter, operation)
        signer = client[0]
        if PROCESS.explorer is not None and PROCESS.explorer.meets(emitter):
            refill_retry_quota(emitter, operation)
        if signer is not None:
            lend_fakes(signer(), request)
        return proceed(endpoint_of_call(endpoint, self, self._delays), operation, request)

    def reach(self, emitter: Any, operation: OperationModel) -> _Client:
        """Let a client's calls be answered, and its rate limiter not wait; return what it has.

        Args:
            emitter: The client's event emitter.
            operation: What it calls: any operation of its service.
        """
        client = self._clients.get(emitter)
        if client is not None:
            return client
        event = f"before-send.{operation.service_model.service_id.hyphenize()}"
        signer = find_signer(emitter, operation)
        buckets = token_buckets(emitter, event)
        with self._lock:
            if not self._has_ended:
                for bucket in buckets:
                    grant_at_once(bucket, self._delays)
                emitter.register(event, answer_request, unique_id=_UNIQUE_ID)
            client = None if signer is None else ref(signer), event, buckets
            self._clients[emitter] = client
        return client

    def respond(self, request: AWSPreparedRequest) -> AWSResponse:
        """Answer a request.

        Raises:
            BotoCoreError: The connection is to fail: what botocore raises then.
        """
        body: Any = request.body or b""
        if type(body) is not bytes:
            body = body.encode() if isinstance(body, str) else bytes(body)
        wire = WireRequest(decode_headers(request.headers), body, request.method, request.url)
        try:
            response = self._answer(wire)
        except TransportFault as error:
            raise _EXCEPTIONS[error.fault](endpoint_url=request.url) from None
        return ReadyResponse(request.url, response)

    def end(self) -> None:
        """Leave all clients as they were, each whatever becomes of the others."""
        with self._lock, ExitStack() as steps:
            self._has_ended = True
            for emitter, (_, event, buckets) in tuple(self._clients.items()):
                steps.callback(emitter.unregister, event, answer_request, unique_id=_UNIQUE_ID)
                for bucket in buckets:
                    steps.callback(wait_again, bucket)


_EXCEPTIONS: dict[str, Callable[..., BotoCoreError]] = {
    "ConnectTimeout": ConnectTimeoutError,
    "ReadTimeout": ReadTimeoutError,
    "ConnectionReset": ConnectionClosedError,
    "EndpointConnectionError": EndpointConnectionError,
}
