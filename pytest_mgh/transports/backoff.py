"""Retries without waiting: botocore decides on them and on their delays, and nobody sleeps.

Under the mock only an injected fault makes a retry. Its delay is noted instead of slept, on the
endpoint of the client that retries: nobody else's `time.sleep` is touched.
"""

from __future__ import annotations

import inspect
import threading
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from botocore.hooks import first_non_none_response

if TYPE_CHECKING:
    from botocore.model import OperationModel

# ruff: noqa: SLF001 (botocore has no public way to decide on a retry without waiting for it)


class Backoff:
    """Makes endpoints retry at once, until `restore`.

    Args:
        delays: Gets the seconds that would have been slept.
    """

    def __init__(self, delays: list[float]) -> None:
        self._delays = delays
        self._endpoints: WeakSet[Any] = WeakSet()
        self._buckets: WeakSet[Any] = WeakSet()
        self._lock = threading.Lock()

    def skip_waiting(self, endpoint: Any, operation: OperationModel) -> None:
        """Take the waiting out of an endpoint's retries."""
        if endpoint in self._endpoints:
            return
        with self._lock:
            self._endpoints.add(endpoint)
            is_async = inspect.iscoroutinefunction(type(endpoint)._needs_retry)
            decide = self._decide_async if is_async else self._decide
            endpoint._needs_retry = lambda *args, **kwargs: decide(endpoint, *args, **kwargs)
            service = operation.service_model.service_id.hyphenize()
            for bucket in _token_buckets(endpoint, f"before-send.{service}.{operation.name}"):
                self._skip_bucket(bucket)

    def restore(self) -> None:
        """Let the endpoints wait again."""
        with self._lock:
            for endpoint in self._endpoints:
                del endpoint._needs_retry
            for bucket in self._buckets:
                del bucket._sleep_amount
            self._endpoints, self._buckets = WeakSet(), WeakSet()

    def _decide(self, endpoint: Any, *args: Any, **kwargs: Any) -> bool:
        name, arguments = _event(endpoint, *args, **kwargs)
        return self._note(endpoint._event_emitter.emit(name, **arguments))

    async def _decide_async(self, endpoint: Any, *args: Any, **kwargs: Any) -> bool:
        name, arguments = _event(endpoint, *args, **kwargs)
        return self._note(await endpoint._event_emitter.emit(name, **arguments))

    def _note(self, responses: Any) -> bool:
        delay = first_non_none_response(responses)
        if delay is None or delay is False:
            return False
        self._delays.append(float(delay))
        return True

    def _skip_bucket(self, bucket: Any) -> None:
        """Take the waiting out of adaptive mode's rate limiter: what it lacks is noted and lent."""

        def lend(amount: float) -> float:
            lacking = amount - bucket._current_capacity
            if lacking > 0:
                self._delays.append(lacking / bucket._fill_rate)
                bucket._current_capacity = amount
            return 0.0

        bucket._sleep_amount = lend
        self._buckets.add(bucket)


def _event(
    endpoint: Any,
    attempts: int,
    operation_model: OperationModel,
    request_dict: Any,
    response: Any = None,
    caught_exception: BaseException | None = None,
) -> tuple[str, dict[str, Any]]:
    """Return the event that asks for a retry, as the endpoint emits it."""
    service = operation_model.service_model.service_id.hyphenize()
    return f"needs-retry.{service}.{operation_model.name}", {
        "response": response,
        "endpoint": endpoint,
        "operation": operation_model,
        "attempts": attempts,
        "caught_exception": caught_exception,
        "request_dict": request_dict,
    }


def _token_buckets(endpoint: Any, event: str) -> list[Any]:
    """Find the token buckets of adaptive mode among the handlers of an event."""
    emitter = endpoint._event_emitter
    handlers = getattr(emitter, "_emitter", emitter)._handlers.prefix_search(event)
    owners: list[Any] = [getattr(handler, "__self__", None) for handler in handlers]
    return [owner._token_bucket for owner in owners if hasattr(owner, "_token_bucket")]
