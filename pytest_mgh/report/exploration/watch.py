"""The watch over one run of a test: it notes calls, lets one fail, and ends what has no end."""

from __future__ import annotations

import os
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakSet

from pytest_mgh.errors import TransportFault
from pytest_mgh.report.exploration.calls import (
    CallKey,
    MadeCall,
    in_order,
    label,
    numbered,
    same_request,
)
from pytest_mgh.report.exploration.failures import Extent, Failure
from pytest_mgh.services.operation import CallUnderWay
from pytest_mgh.state.faults import Fault
from pytest_mgh.state.process import PROCESS
from pytest_mgh.state.world import World
from pytest_mgh.transports.hosts import is_loopback

_PATIENCE = 20
"""How often a run that is to end may go on before it is broken out of its loops."""


class RunWithoutEnd(BaseException):
    """Ends a run that makes more calls, or takes more of the hub's time, than can be right.

    It is no `Exception`: a tool that tries again after every error has to let it through.
    """


class Watch:
    """Sees every attempt of a call in one run of a test.

    Args:
        failure: The call that fails, and how.
        max_attempts: Number of attempts after which the run is ended.
        max_seconds: Seconds of the hub's time after which it is ended.

    Attributes:
        seconds: How many seconds of the hub's time the test would have slept.
        struck: How many attempts have failed.
        was_retried: Whether the client made another attempt of the call that failed.
        waits: Whether the run really sleeps, instead of moving the hub's clock.
        end: Why the run was ended; empty for one that came to its end.
        worlds: The hubs that were called.
        processes: What has to be killed to end the run: processes that the test has begun.
    """

    def __init__(
        self,
        failure: Failure | None = None,
        *,
        max_attempts: int | None = None,
        max_seconds: float | None = None,
        waits: bool = False,
    ) -> None:
        self._failure = failure
        self._max_attempts = max_attempts
        self._max_seconds = max_seconds
        self._calls: list[MadeCall] = []
        self._thread = 0
        self._has_threads = False
        self._invocations: dict[str, CallKey] = {}
        self._seen: Counter[tuple[str, str]] = Counter()
        self._is_paused = True
        self.has_begun: bool = False
        self._lock = PROCESS.new_lock()
        self._process = os.getpid()
        self._ends = 0
        self._clients: WeakSet[Any] = WeakSet()
        self.attempts: int = 0
        self.seconds: float = 0.0
        self.struck: int = 0
        self.was_retried: bool = False
        self.waits = waits
        self._struck_invocation = ""
        self.end: str = ""
        self.worlds: list[World] = []
        self.processes: list[Any] = []

    def begin(self) -> None:
        """Note the calls from now on."""
        self.has_begun = True
        self._thread = threading.get_ident()
        self._is_paused = False

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Let calls alone in this block: they are no part of the test."""
        before, self._is_paused = self._is_paused, True
        try:
            yield
        finally:
            self._is_paused = before

    @property
    def calls(self) -> list[MadeCall]:
        """The calls that were made, each with its number.

        Numbers follow the order of the calls. Where other threads than the test's made some, the
        order may be another one each time: then numbers follow operation and request.
        """
        return in_order(self._calls) if self._has_threads else numbered(self._calls)

    def __call__(self, call: CallUnderWay, *, met: bool) -> Fault | None:
        """Return what an attempt of a call is to meet, if anything."""
        if self._is_paused or os.getpid() != self._process:
            return None
        with self._lock:
            self.attempts += 1
            over_http = is_loopback(urlsplit(f"//{call.record.host}").hostname or "")
            if self.end or self.attempts > (self._max_attempts or self.attempts):
                self._stop(f"did not end within {self._max_attempts} attempts", over_http)
            key = self._note(call, over_http=over_http)
            invocation = call.attempt_of
            if self.struck and invocation and invocation == self._struck_invocation:
                self.was_retried = True
            if met or self._failure is None or not self._strikes(key):
                return None
            self.struck += 1
            self._struck_invocation = self._struck_invocation or invocation
            return self._fault(call, self._failure.error, over_http=over_http)

    def meets(self, client: Any) -> bool:
        """Whether a client, by its emitter of events, makes its first call in this run.

        It is to begin as in the undisturbed run, with all retries that it may make.
        """
        if client in self._clients:
            return False
        self._clients.add(client)
        return True

    def pass_time(self, seconds: float) -> None:
        """Let the hub's time pass in which the test would have slept."""
        with self._lock:
            self.seconds += seconds
            if self.end or self.seconds > (self._max_seconds or self.seconds):
                self._stop(
                    f"did not end within {self._max_seconds:.0f} s by the hub's clock", False
                )

    def _note(self, call: CallUnderWay, *, over_http: bool) -> CallKey:
        """Note a call at its first attempt; return its key."""
        if not any(world is call.hub for world in self.worlds):
            self.worlds.append(call.hub)
        invocation = call.attempt_of
        if invocation in self._invocations:
            return self._invocations[invocation]
        name, request = call.operation.name, same_request(call.request)
        self._seen[name, request] += 1
        key = CallKey(name, request, self._seen[name, request])
        if invocation:
            self._invocations[invocation] = key
        number, errors = len(self._calls) + 1, call.operation.errors
        self._calls.append(MadeCall(number, key, label(call.request), errors, over_http))
        self._has_threads = self._has_threads or threading.get_ident() != self._thread
        return key

    def _strikes(self, key: CallKey) -> bool:
        failure = self._failure
        assert failure is not None
        aim = failure.call.key
        if failure.extent is Extent.ALWAYS:
            return key[:2] == aim[:2] and key.occurrence >= aim.occurrence
        return key == aim and (failure.extent is Extent.CALL or not self.struck)

    def _fault(self, call: CallUnderWay, error: str, *, over_http: bool) -> Fault | None:
        if error == "ResponseLost" and over_http:  # nobody waits for an answer that never comes
            call.response_lost = "ConnectionReset"
            return None
        if over_http and error in ("ConnectTimeout", "ReadTimeout"):
            error = "ConnectionReset"
        return Fault(call.operation.name, error)

    def _stop(self, why: str, over_http: bool) -> None:
        """End the run: by an exception, where the call comes from this process."""
        self.end = self.end or why
        self._ends += 1
        if over_http:
            for process in self.processes:
                process.kill()
            raise TransportFault("ConnectionReset")
        error = RunWithoutEnd(self.end)
        if self._ends > _PATIENCE:
            _break_out(error, self._ends - _PATIENCE - 1)
        raise error


def _break_out(error: BaseException, turn: int) -> None:
    """Raise an exception again where it is caught, because a bare `except` in a loop catches all.

    One of the functions that are under way is left as soon as it goes on, from its handler of the
    exception, which no `try` of its own protects. Which one holds the loop is not known: each has
    its turn.
    """

    def trace(frame: Any, event: str, argument: object) -> Callable[..., Any]:
        if event == "line":
            raise error
        return trace

    frames = []
    at: Any = sys._getframe(1)  # noqa: SLF001 (there is no other way to the callers)
    while at is not None:
        if at.f_globals.get("__name__", "").partition(".")[0] not in _PATIENT:
            frames.append(at)
        at = at.f_back
    if frames:
        frames[turn % len(frames)].f_trace = trace
        sys.settrace(lambda *_: None)


_PATIENT = frozenset({"pytest_mgh", "botocore", "boto3", "pytest", "_pytest", "pluggy", "asyncio"})
"""Whose frames let an exception through."""
