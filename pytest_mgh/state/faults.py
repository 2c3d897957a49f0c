"""Injected faults: declared errors, broken connections, throttling."""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

from pytest_mgh.errors import COMMON_ERRORS, KnownAttributes, MghAssertionError, nearest
from pytest_mgh.protocol.parts import is_part
from pytest_mgh.protocol.values import Bounds, Count, Integer, Positive, Share, Time, check_number

if TYPE_CHECKING:
    from pytest_mgh.state.journal import Journal

TRANSPORT_FAULTS = ("ConnectTimeout", "ReadTimeout", "ConnectionReset", "ResponseLost")
"""Failures of the connection; after ResponseLost the effect of the call has happened."""

ANY = "*"
"""Stands for every operation."""

THROTTLED = "ThrottlingException"
"""What a throttled call gets."""


@dataclass(slots=True)
class Fault(KnownAttributes):
    """An error that the next calls of an operation fail with.

    Args:
        operation: The operation's name, or `ANY`.
        error: A declared error, a common one, or one of `TRANSPORT_FAULTS`.
        times: Number of calls that still fail; `None`: until `recover()`.
        message: The error message.
        retry_after: RetryAfterSeconds of a ThrottlingException.
        rate: The share of calls that fail; `None`: all.
        seed: Seed that makes the random choice reproducible.
        when: Which calls fail: those whose request has these members, or for which this function of
            the request returns true; `None`: all.
        after: Number of matching calls that succeed first.
        used: Number of calls that failed.
        draws: Number of random choices so far, if there is a rate.

    Attributes:
        place: The file and line that injected it; `None` if that was another process.
        reported: Whether its test was warned that it was not used up.
    """

    operation: str
    error: str
    times: Count | None = 1
    message: str | None = None
    retry_after: Count | None = None
    rate: Share | None = None
    seed: Integer | None = None
    when: Any = None
    after: Count = 0
    used: Count = 0
    draws: Count = 0
    place: tuple[str, int] | None = field(init=False, repr=False, default=None, compare=False)
    reported: bool = field(init=False, repr=False, default=False, compare=False)

    def __str__(self) -> str:
        left = self.times
        often = "until recover()" if left is None else f"injected {_times(self.used + left)}"
        share = f" at a rate of {self.rate}" if self.rate is not None else ""
        aim = f" when {self.aim}" if self.when is not None else ""
        wait = f" after {self.after} more calls" if self.after else ""
        used = f"used {_times(self.used)}"
        return f"{self.operation}: {self.error} ({often}{share}{aim}{wait}, {used})"

    @property
    def aim(self) -> Any:
        """What calls it is about, as JSON-ready data: a function by its name."""
        name = getattr(self.when, "__qualname__", None) or repr(self.when)
        return f"function {name}" if callable(self.when) else self.when

    def check(self, declared: Collection[str]) -> None:
        """Raise `ValueError` for what can't be.

        Args:
            declared: The errors that the operation declares.
        """
        __tracebackhide__ = True
        check_error(self.operation, self.error, declared)
        if self.times is not None:
            check_number("times", self.times, Positive, also=", or None")
        check_number("after", self.after, Count)
        if self.retry_after is not None:
            self._check_retry_after(declared)
        if self.rate is not None:
            check_number("rate", self.rate, Share)
        if not (self.when is None or isinstance(self.when, dict) or callable(self.when)):
            raise ValueError(
                f"when={self.when!r}: must be a dict of request members, or a function that takes "
                "the request"
            )

    def _check_retry_after(self, declared: Collection[str]) -> None:
        if self.error != THROTTLED:
            raise ValueError(f"retry_after: only for {THROTTLED}, not for {self.error}")
        if THROTTLED not in declared:
            raise ValueError(f"retry_after: the {THROTTLED} of {self.operation} does not have it")
        check_number("retry_after", self.retry_after, Count)

    @property
    def unused(self) -> bool:
        """Whether a test that ends now asked for it in vain."""
        return self.used == 0 if self.times is None or self.rate is not None else self.times > 0

    @property
    def text(self) -> str:
        """The message of the error."""
        if self.message is not None:
            return self.message
        common = COMMON_ERRORS.get(self.error)
        return (common and common.message) or f"{self.error} (injected)"

    def strikes(self, journal: Journal, request: Mapping[str, Any]) -> bool:
        """Whether the call of its operation that is made now gets it; counts it if so."""
        if self.times == 0 or not self._is_about(request):
            return False
        if self.after:
            journal.set(self, "after", self.after - 1)
            return False
        if self.rate is not None:
            drawn = _draw(self.seed, self.draws)
            journal.set(self, "draws", self.draws + 1)
            if drawn >= self.rate:
                return False
        journal.set(self, "used", self.used + 1)
        if self.times is not None:
            journal.set(self, "times", self.times - 1)
        return True

    def _is_about(self, request: Mapping[str, Any]) -> bool:
        if not callable(self.when):
            return self.when is None or is_part(self.when, request)
        try:
            return bool(self.when(deepcopy(request)))
        except Exception as error:
            raise MghAssertionError(
                f"fault {self.operation}: {self.error}: its {self.aim} raised {error!r}"
            ) from error


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def _draw(seed: int | None, number: int) -> float:
    """Return a number from 0 to 1; with a seed, always the same one."""
    return random.random() if seed is None else random.Random(f"{seed}/{number}").random()


def errors_of(declared: Collection[str]) -> set[str]:
    """Return all errors that calls of an operation with these declared ones can meet."""
    return {*declared, *COMMON_ERRORS, *TRANSPORT_FAULTS}


def check_error(operation: str, error: object, declared: Collection[str]) -> None:
    """Raise `ValueError` for an error that calls of an operation can't meet."""
    __tracebackhide__ = True
    allowed = sorted(errors_of(declared))
    if isinstance(error, str) and error in allowed:
        return
    name = error if isinstance(error, str) else _name_of(error)
    hint = nearest(_MEANT.get(name, name), allowed)
    if not isinstance(error, str):
        raise ValueError(f"error={error!r}: must be the name of an error; {hint}")
    raise ValueError(f"{operation} has no error {error!r}; {hint}")


_MEANT = {
    "ConnectionClosedError": "ConnectionReset",
    "ConnectionError": "ConnectionReset",
    "EndpointConnectionError": "ConnectTimeout",
    "ProxyConnectionError": "ConnectTimeout",
    "TimeoutError": "ReadTimeout",
}
"""The nearest fault for exceptions of botocore and Python that no error is named after."""


def _name_of(error: object) -> str:
    """Return what an exception, or its class, is called: the code of a `ClientError`."""
    kind = error if isinstance(error, type) else type(error)
    if not issubclass(kind, BaseException):
        return ""
    response = getattr(error, "response", None)
    code = response.get("Error", {}).get("Code") if isinstance(response, dict) else None
    return str(code or kind.__name__)


Rate = Annotated[float, Bounds(1e-9, 10**9)]
"""Calls a second. The bounds keep waits within what has a date."""


@dataclass(slots=True)
class Throttle:
    """A token bucket: so many calls of an operation a second by the hub's clock."""

    per_second: Rate
    tokens: Annotated[float, Bounds(0, 10**9)]
    time: Time

    def check(self) -> None:
        """Raise `ValueError` for a rate that can't be."""
        __tracebackhide__ = True
        check_number("per_second", self.per_second, Rate)

    @property
    def capacity(self) -> float:
        """How many calls may come at once."""
        return max(self.per_second, 1.0)

    def take(self, journal: Journal, now: float) -> float:
        """Take a token; return the seconds until there is one, 0 if there was one."""
        tokens = min(self.capacity, self.tokens + max(now - self.time, 0.0) * self.per_second)
        taken = tokens >= 1
        journal.set(self, "time", now)
        journal.set(self, "tokens", tokens - 1 if taken else tokens)
        return 0.0 if taken else (1 - tokens) / self.per_second


def new_throttle(per_second: float, now: float) -> Throttle:
    """Return a throttle that lets as many calls pass at once as it ever does.

    Raises:
        ValueError: A rate that can't be.
    """
    __tracebackhide__ = True
    throttle = Throttle(per_second, 0.0, now)
    throttle.check()
    throttle.tokens = throttle.capacity
    return throttle


class Faults:
    """The faults of a hub, in the order in which they were asked for."""

    def __init__(self) -> None:
        self.queue: list[Fault] = []
        self.throttles: dict[str, Throttle] = {}

    def add(self, journal: Journal, fault: Fault) -> None:
        """Add a fault behind the others."""
        journal.append(self.queue, fault)

    def set_throttle(self, journal: Journal, operation: str, throttle: Throttle) -> None:
        """Set the throttle of an operation, in place of the one that it has."""
        journal.put(self.throttles, operation, throttle)

    def strike(
        self,
        journal: Journal,
        operation: str,
        request: Mapping[str, Any],
        declared: Collection[str],
    ) -> Fault | None:
        """Return the fault that a call of an operation meets, counted.

        A fault of any operation passes those by that don't know its error.

        Raises:
            MghAssertionError: The function that a fault asks has failed.
        """
        for fault in self.queue:
            if fault.operation == ANY:
                is_of_operation = fault.error in errors_of(declared)
            else:
                is_of_operation = fault.operation == operation
            if is_of_operation and fault.strikes(journal, request):
                return fault
        return None

    def throttle(self, journal: Journal, operation: str, now: float) -> float:
        """Return the seconds until a call of an operation is let through, 0 if it is now."""
        for name in (operation, ANY):
            throttle = self.throttles.get(name)
            if throttle is not None and (wait := throttle.take(journal, now)) > 0:
                return wait
        return 0.0

    def waiting(self) -> list[str]:
        """Say which faults can still strike, and what is throttled."""
        faults = [f"fault {fault}" for fault in self.active]
        throttles = [
            f"throttle {name}: {throttle.per_second} per second"
            for name, throttle in self.throttles.items()
        ]
        return faults + throttles

    def recover(self, journal: Journal, operation: str | None) -> None:
        """Drop the faults and the throttle of an operation, or all of them."""
        queue = [one for one in self.queue if operation not in (None, one.operation)]
        throttles = self.throttles.items()
        kept = {name: one for name, one in throttles if operation not in (None, name)}
        journal.set(self, "queue", queue)
        journal.set(self, "throttles", kept)

    def drop(self, journal: Journal, fault: Fault) -> None:
        """Drop one fault, if it is still there."""
        journal.set(self, "queue", [one for one in self.queue if one is not fault])

    @property
    def active(self) -> list[Fault]:
        """The faults that can still strike."""
        return [fault for fault in self.queue if fault.times != 0]

    @property
    def unused(self) -> list[Fault]:
        """The faults that were asked for in vain."""
        return [fault for fault in self.queue if fault.unused]
