"""The endpoint of one call that begins in a mock: it never sends the call, and never waits.

A call has an endpoint of its own, so that nothing of its client changes, and a call that outlives
its mock is refused at any stage.
"""

from __future__ import annotations

import inspect
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pytest_mgh.state.process import PROCESS
from pytest_mgh.transports.backoff import IS_RETRY, is_retried, retry_event
from pytest_mgh.transports.real_calls import refuse_late

if TYPE_CHECKING:
    from botocore.awsrequest import AWSPreparedRequest, AWSResponse
    from botocore.model import OperationModel


def answer_request(request: AWSPreparedRequest, **_: Any) -> AWSResponse:
    """Answer a request from the mock that is active now, which may be a later one."""
    mock = PROCESS.mock
    if mock is None:
        target = request.headers["X-Amz-Target"]
        name = target.decode() if isinstance(target, bytes) else target
        refuse_late(name.partition(".")[2])
    response: AWSResponse = mock.interception.respond(request)
    return response


def endpoint_of_call(endpoint: Any, interception: Any, delays: list[float]) -> Any:
    """Return a client's endpoint as one call has it.

    Args:
        endpoint: The client's own.
        interception: What the call begins in, and its client is known to.
        delays: Gets the seconds that would have been slept before retries.
    """
    own: Any = object.__new__(_kind(endpoint.__class__))
    vars(own).update(vars(endpoint), mgh_interception=interception, mgh_delays=delays)
    return own


@lru_cache
def _kind(endpoint: Any) -> type:
    is_async = inspect.iscoroutinefunction(endpoint.create_request)
    return type(
        endpoint.__name__, (_AsyncCallEndpoint if is_async else _BlockingCallEndpoint, endpoint), {}
    )


class _CallEndpoint:
    """Common base of the endpoints of calls, mixed in before the client's own class."""

    _event_emitter: Any
    mgh_interception: Any
    mgh_delays: list[float]
    mgh_is_retry = False

    def _do_get_response(self, request: Any, operation: OperationModel, *args: Any) -> Any:
        mock = PROCESS.mock
        if mock is None:
            refuse_late(operation.name)
        if mock.interception is not self.mgh_interception:  # a later mock's
            mock.interception.reach(self._event_emitter, operation)
        IS_RETRY.set(self.mgh_is_retry)
        return super()._do_get_response(request, operation, *args)  # type: ignore[misc]


class _BlockingCallEndpoint(_CallEndpoint):
    def _send(self, request: AWSPreparedRequest) -> AWSResponse:
        return answer_request(request)

    def _needs_retry(self, *args: Any, **kwargs: Any) -> bool:
        name, arguments = retry_event(self, *args, **kwargs)
        responses = self._event_emitter.emit(name, **arguments)
        self.mgh_is_retry = is_retried(responses, self.mgh_delays)
        return self.mgh_is_retry


class _AsyncCallEndpoint(_CallEndpoint):
    """The same for aiobotocore."""

    async def _send(self, request: AWSPreparedRequest) -> AWSResponse:
        return answer_request(request)

    async def _needs_retry(self, *args: Any, **kwargs: Any) -> bool:
        name, arguments = retry_event(self, *args, **kwargs)
        responses = await self._event_emitter.emit(name, **arguments)
        self.mgh_is_retry = is_retried(responses, self.mgh_delays)
        return self.mgh_is_retry
