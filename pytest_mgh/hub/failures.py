"""Failures that a test asks for, and the hub's clock."""

from __future__ import annotations

import inspect
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from pytest_mgh.hub.part import HubPart, checks_arguments
from pytest_mgh.services.background_work import do_due, settle
from pytest_mgh.services.catalog import find_operation
from pytest_mgh.state.faults import Fault, Throttle, check_fault, check_throttle, is_number

if TYPE_CHECKING:
    from pytest_mgh.state.background import Work


def _calling_line() -> tuple[str, int] | None:
    """Return the file and line of the code that called the package; `None` for a server's call."""
    frame = inspect.currentframe()
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        if module.startswith("pytest_mgh.server."):
            return None
        if not module.startswith("pytest_mgh."):
            return frame.f_code.co_filename, frame.f_lineno
        frame = frame.f_back
    return None


class _Unsaid:
    def __repr__(self) -> str:
        return "<1, or None with a rate>"


_UNSAID: Any = _Unsaid()


class HubFailures(HubPart):
    """Faults, time, and background work."""

    @checks_arguments
    def fail(
        self,
        operation: str,
        error: str,
        *,
        times: int | None = _UNSAID,
        message: str | None = None,
        retry_after: int | None = None,
        rate: float | None = None,
        seed: int | None = None,
    ) -> None:
        """Let the next calls of an operation fail. Faults of an operation strike in order.

        Args:
            operation: The operation's name, as AWS spells it.
            error: An error that the operation declares, or a failure of the connection:
                ConnectTimeout, ReadTimeout, ConnectionReset, or ResponseLost (the effect happens,
                the answer is lost).
            times: How many calls, retries among them; `None` lasts until `recover`.
            message: What the error says.
            retry_after: RetryAfterSeconds of a ThrottlingException.
            rate: The share of calls that fail, 0 to 1; they fail until `recover` unless `times`
                is given too.
            seed: What makes the share reproducible.

        Raises:
            TypeError: An unknown argument.
            ValueError: An unknown operation, or an error that it does not declare.
        """
        __tracebackhide__ = True
        found = find_operation(operation)
        check_fault(found, error)
        if times is _UNSAID:
            times = 1 if rate is None else None
        if times is not None and (type(times) is not int or times < 1):
            raise ValueError(f"times={times!r}: a whole number from 1 on, or None")
        if retry_after is not None and error != "ThrottlingException":
            raise ValueError(f"retry_after: only ThrottlingException has it, not {error}")
        if retry_after is not None and (type(retry_after) is not int or retry_after < 0):
            raise ValueError(f"retry_after={retry_after!r}: whole seconds from 0 on")
        if rate is not None and not (is_number(rate) and 0 <= rate <= 1):
            raise ValueError(f"rate={rate!r}: from 0 to 1")
        fault = Fault(operation, error, times, message, retry_after, rate, seed)
        fault.place = _calling_line()
        with self._changing():
            self._world.faults.queue.append(fault)

    @checks_arguments
    def throttle(self, operation: str, *, per_second: float) -> None:
        """Let an operation through only so often by the hub's clock: the rest is throttled.

        Raises:
            ValueError: An unknown operation, one that is never throttled, or no positive rate.
        """
        __tracebackhide__ = True
        check_fault(find_operation(operation), "ThrottlingException")
        check_throttle(per_second)
        with self._changing():
            bucket = Throttle(per_second, max(per_second, 1.0), self._world.clock.time())
            self._world.faults.throttles[operation] = bucket

    def recover(self, operation: str | None = None) -> None:
        """Drop the faults and the throttle of an operation, or all of them.

        Raises:
            ValueError: An unknown operation.
        """
        __tracebackhide__ = True
        if operation is not None:
            find_operation(operation)
        with self._changing():
            self._world.faults.recover(operation)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """The faults that calls can still meet, in the order in which they strike."""
        with self._world.lock:
            return tuple(fault for fault in self._world.faults.queue if fault.times != 0)

    @property
    def throttles(self) -> dict[str, float]:
        """How many calls a second the throttled operations let through, by operation."""
        with self._world.lock:
            throttles = self._world.faults.throttles
            return {operation: throttle.per_second for operation, throttle in throttles.items()}

    @property
    def backoffs(self) -> list[float]:
        """The seconds that botocore would have slept between retries, oldest first."""
        return self._world.backoffs

    @property
    def now(self) -> datetime:
        """The hub's clock, in UTC. It follows time-machine and freezegun too."""
        return datetime.fromtimestamp(self._world.clock.time(), timezone.utc)

    def advance(self, by: float | timedelta) -> None:
        """Move the hub's clock forward, and do the background work that is due then.

        Args:
            by: Seconds, or a timedelta.

        Raises:
            ValueError: What is no time, or a negative one.
        """
        __tracebackhide__ = True
        seconds = by.total_seconds() if isinstance(by, timedelta) else by
        if not is_number(seconds):
            raise ValueError(f"advance({by!r}): a number of seconds, or a timedelta")
        if not 0 <= seconds < float("inf"):
            raise ValueError(f"advance({by!r}): the clock only moves forward")
        try:
            self.now + timedelta(seconds=seconds)
        except OverflowError:
            raise ValueError(f"advance({by!r}): there is no such date") from None
        with self._changing():
            self._world.clock.advance(seconds)
            do_due(self._world)

    def settle(self) -> None:
        """Do all waiting background work now."""
        with self._changing():
            settle(self._world)

    @property
    def pending(self) -> tuple[Work, ...]:
        """The background work that waits, oldest first."""
        with self._world.lock:
            do_due(self._world)
            return self._world.background.waiting
