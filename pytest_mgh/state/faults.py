"""Failures that a test asks for: declared errors, broken connections, throttling."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, TypeGuard

from pytest_mgh.errors import ServiceError, TransportFault, nearest
from pytest_mgh.protocol import schemas

if TYPE_CHECKING:
    from pytest_mgh.services.call import Call
    from pytest_mgh.services.service import Operation

TRANSPORT_FAULTS = ("ConnectTimeout", "ReadTimeout", "ConnectionReset", "ResponseLost")
"""Failures of the connection; after ResponseLost the effect of the call has happened."""

_MESSAGES = {"ThrottlingException": "Rate exceeded"}


@dataclass(slots=True)
class Fault:
    """An error that the next calls of an operation get.

    Args:
        operation: The operation's name.
        error: A declared error, or one of `TRANSPORT_FAULTS`.
        times: How many calls still get it; `None` lasts until it is recovered from.
        message: What the error says.
        retry_after: RetryAfterSeconds of a ThrottlingException.
        rate: The share of calls that get it; `None` is all of them.
        seed: What makes the share reproducible.
        used: How many calls got it.
        draws: How many calls could have got it, as far as there is a rate.

    Attributes:
        place: The file and the line that asked for it; `None` if that was not in this process.
    """

    operation: str
    error: str
    times: int | None = 1
    message: str | None = None
    retry_after: int | None = None
    rate: float | None = None
    seed: int | None = None
    used: int = 0
    draws: int = 0
    _random: random.Random = field(init=False, repr=False)
    place: tuple[str, int] | None = field(init=False, repr=False, default=None, compare=False)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        for _ in range(self.draws):
            self._random.random()

    def __str__(self) -> str:
        left = self.times
        often = "until recover" if left is None else f"asked for {_times(self.used + left)}"
        share = f" at a rate of {self.rate}" if self.rate is not None else ""
        met = f"met {_times(self.used)}"
        return f"{self.operation}: {self.error} ({often}{share}, {met})"

    @property
    def unused(self) -> bool:
        """Whether a test that ends now asked for it in vain."""
        return self.used == 0 if self.times is None or self.rate is not None else self.times > 0

    def strikes(self) -> bool:
        """Whether the call that is made now gets it; counts it if so."""
        if self.times == 0:
            return False
        if self.rate is not None:
            self.draws += 1
            if self._random.random() >= self.rate:
                return False
        self.used += 1
        if self.times is not None:
            self.times -= 1
        return True

    def strike(self, call: Call) -> None:
        """Fail a call.

        Raises:
            ServiceError: The error asked for.
            TransportFault: The failure of the connection asked for.
        """
        if self.error == "ResponseLost":
            call.response_lost = True
        elif self.error in TRANSPORT_FAULTS:
            raise TransportFault(self.error)
        else:
            members = {} if self.retry_after is None else {"RetryAfterSeconds": self.retry_after}
            message = self.message or _MESSAGES.get(self.error, f"{self.error} (injected)")
            raise ServiceError(self.error, message, **members)


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


@dataclass(slots=True)
class Throttle:
    """A token bucket: so many calls of an operation a second by the hub's clock."""

    per_second: float
    tokens: float
    time: float

    def take(self, now: float) -> float:
        """Take a token; return the seconds until there is one, 0 if there was one."""
        most = max(self.per_second, 1.0)
        self.tokens = min(most, self.tokens + max(now - self.time, 0.0) * self.per_second)
        self.time = now
        if self.tokens >= 1:
            self.tokens -= 1
            return 0.0
        return (1 - self.tokens) / self.per_second


class Faults:
    """The faults of a hub, in the order in which they were asked for."""

    def __init__(self) -> None:
        self.queue: list[Fault] = []
        self.throttles: dict[str, Throttle] = {}

    def __iter__(self) -> Iterator[Fault]:
        return iter(self.queue)

    def waiting(self) -> list[str]:
        """Say which faults can still strike, and what is throttled."""
        faults = [f"fault {fault}" for fault in self.queue if fault.times != 0]
        throttles = [
            f"throttle {name}: {throttle.per_second} per second"
            for name, throttle in self.throttles.items()
        ]
        return faults + throttles

    def recover(self, operation: str | None) -> None:
        """Drop the faults and the throttle of an operation, or all of them."""
        self.queue = [one for one in self.queue if operation not in (None, one.operation)]
        for name in [name for name in self.throttles if operation in (None, name)]:
            del self.throttles[name]

    @property
    def unused(self) -> list[Fault]:
        """The faults that were asked for in vain."""
        return [fault for fault in self.queue if fault.unused]


def inject(call: Call) -> None:
    """Fail the call if a fault waits for its operation, or if it comes too fast."""
    faults, name = call.world.faults, call.operation.name
    for fault in faults.queue:
        if fault.operation == name and fault.strikes():
            fault.strike(call)
            break
    throttle = faults.throttles.get(name)
    if throttle is not None and (seconds := throttle.take(call.now)) > 0:
        raise ServiceError(
            "ThrottlingException", "Rate exceeded", RetryAfterSeconds=math.ceil(seconds)
        )


def check_fault(operation: Operation, error: str) -> None:
    """Raise `ValueError` for an error that the operation does not declare."""
    __tracebackhide__ = True
    allowed = (*declared_errors(operation.service.name, operation.name), *TRANSPORT_FAULTS)
    if not isinstance(error, str):
        raise ValueError(f"error={error!r}: the name of an error; allowed: {', '.join(allowed)}")
    if error not in allowed:
        raise ValueError(f"{operation.name} has no error {error!r}; {nearest(error, allowed)}")


def check_throttle(per_second: object) -> None:
    """Raise `ValueError` for a rate that can't be; the bounds keep waits within what has a date."""
    if not (is_number(per_second) and 1e-9 <= per_second <= 1e9):
        raise ValueError(f"per_second={per_second!r}: a number, more than 0 (1e-9 to 1e9)")


def is_number(value: object) -> TypeGuard[float]:
    """Whether a value is a number; Python takes True for one."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


@cache
def declared_errors(service: str, operation: str) -> tuple[str, ...]:
    """Return the errors that an operation declares in the service's model."""
    schema: dict[str, Any] = schemas.load(service, f"{operation}.error")
    return tuple(one["$ref"].removeprefix("#/$defs/") for one in schema["oneOf"])
