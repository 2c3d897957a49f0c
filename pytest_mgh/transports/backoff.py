"""Retries without waiting: botocore decides on them and on their delays, but no call sleeps.

Under the mock only an injected fault makes a retry. Its delay is noted instead of slept, for the
calls of the mock only: `time.sleep` of others stays as it is.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from botocore.hooks import first_non_none_response

from pytest_mgh.transports.signers import handler_owners

if TYPE_CHECKING:
    from botocore.model import OperationModel

# ruff: noqa: SLF001 (botocore has no public way to decide on a retry without waiting for it)


def retry_event(
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


def is_retried(responses: Any, delays: list[float]) -> bool:
    """Whether the handlers of that event want a retry, whose delay is noted."""
    delay = first_non_none_response(responses)
    if delay is None or delay is False:
        return False
    delays.append(float(delay))
    return True


def token_buckets(emitter: Any, event: str) -> list[Any]:
    """Find the token buckets of adaptive mode among the handlers of an event."""
    owners = handler_owners(emitter, event)
    return [owner._token_bucket for owner in owners if hasattr(owner, "_token_bucket")]


def refill_retry_quota(emitter: Any, operation: OperationModel) -> None:
    """Let a client retry as often as a new one: its quota is less after every retry."""
    event = f"after-call.{operation.service_model.service_id.hyphenize()}"
    for owner in handler_owners(emitter, event):
        quota: Any = getattr(owner, "_quota", None)
        if hasattr(quota, "_max_capacity"):
            quota._available_capacity = quota._max_capacity


IS_RETRY: ContextVar[bool] = ContextVar("IS_RETRY", default=False)
"""Whether the attempt that is made now follows one that failed."""


def grant_at_once(bucket: Any, delays: list[float]) -> None:
    """Let adaptive mode's rate limiter never wait: what it lacks is noted and granted.

    Before a retry that is a part of its delay, which is noted already.
    """

    def grant(amount: float) -> float:  # asked for what the bucket lacks only
        noted = delays.pop() if IS_RETRY.get() and delays else 0.0
        delays.append(noted + (amount - bucket._current_capacity) / bucket._fill_rate)
        bucket._current_capacity = amount
        return 0.0

    bucket._sleep_amount = grant


def wait_again(bucket: Any) -> None:
    """Let a rate limiter wait again."""
    vars(bucket).pop("_sleep_amount", None)
