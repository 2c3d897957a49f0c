"""Repeats calls that failed for a passing reason."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar

from botocore import exceptions
from botocore.exceptions import ClientError

Result = TypeVar("Result")

_BROKEN_CONNECTION = (exceptions.ConnectionError, exceptions.HTTPClientError)
_PASSING = {"ThrottlingException", "InternalServerError", "ServiceUnavailableException"}


class Retry:
    """Calls again after throttling, server faults and broken connections, each time later.

    What Liftoff repeats may be done twice: Migration Hub takes the same report again.

    Args:
        attempts: How often a call is made at most.
        first_delay: The seconds before the second attempt; each further delay is twice as long.
        longest_delay: What no delay exceeds, unless the service asks for more.
        sleep: Waits that many seconds.
    """

    def __init__(
        self,
        attempts: int = 5,
        *,
        first_delay: float = 0.5,
        longest_delay: float = 20.0,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._attempts = attempts
        self._first_delay = first_delay
        self._longest_delay = longest_delay
        self._sleep = sleep

    def __call__(self, call: Callable[[], Result]) -> Result:
        """Return what the call returns, or raise what its last attempt raised."""
        delay = self._first_delay
        for _ in range(self._attempts - 1):
            try:
                return call()
            except (ClientError, *_BROKEN_CONNECTION) as error:
                if not _is_passing(error):
                    raise
                self._sleep(max(delay, _asked_delay(error)))
            delay = min(2 * delay, self._longest_delay)
        return call()


def _is_passing(error: Exception) -> bool:
    if not isinstance(error, ClientError):
        return True
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return status >= 500 or error.response["Error"]["Code"] in _PASSING


def _asked_delay(error: Exception) -> float:
    """Return the seconds that the service asks a throttled caller to wait."""
    response: Any = error.response if isinstance(error, ClientError) else {}
    return float(response.get("RetryAfterSeconds", 0))
