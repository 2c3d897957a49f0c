"""The ways in which a call can fail, and how the command line names one of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import Enum

from pytest_mgh.errors import COMMON_ERRORS, ServiceError, nearest
from pytest_mgh.report.exploration.calls import MadeCall
from pytest_mgh.services.catalog import OPERATIONS
from pytest_mgh.state.faults import THROTTLED, TRANSPORT_FAULTS, errors_of


class Extent(Enum):
    """What fails: an attempt, a call, or all calls like it."""

    ATTEMPT = "attempt"
    """The first attempt; the client may make another one."""

    CALL = "call"
    """All attempts that the client makes of it; whoever called may call again."""

    ALWAYS = "always"
    """The call, and every later one with the same request."""


_LASTING = (THROTTLED, "ConnectTimeout")
_LASTING_OVER_HTTP = (THROTTLED, "ConnectionReset")
"""What a call fails with for good: one error of the service, one of the connection."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One call of a test that fails with an error of the service or of the connection."""

    call: MadeCall
    error: str
    extent: Extent


def failures_of(call: MadeCall, errors: Collection[str] | None = None) -> Iterator[Failure]:
    """Give the ways in which a call can fail.

    Args:
        call: The call.
        errors: The errors, as far as the call can meet them; by default those that pass.
    """
    usual = _errors_of(call)
    possible = [one for one in errors or usual if one in usual or one in errors_of(call.errors)]
    passing = [error for error in possible if is_passing(error)]
    for error in passing:
        yield Failure(call, error, Extent.ATTEMPT)
    for error in possible:
        yield Failure(call, error, Extent.CALL)
    lasting = _LASTING_OVER_HTTP if call.over_http else _LASTING
    for error in [one for one in lasting if one in passing] or passing[:1]:
        yield Failure(call, error, Extent.ALWAYS)


def is_passing(error: str) -> bool:
    """Whether a call that meets an error may well succeed at its next attempt."""
    return error in (THROTTLED, *TRANSPORT_FAULTS) or ServiceError(error).status >= 500


def _errors_of(call: MadeCall) -> list[str]:
    server = [one for one in call.errors if ServiceError(one).status >= 500]
    # Another process would really wait for a timeout, so it gets a reset instead.
    transport = ["ConnectionReset", "ResponseLost"] if call.over_http else [*TRANSPORT_FAULTS]
    return [THROTTLED, *(server or ["InternalFailure"]), *transport]


def check_errors(errors: Collection[str]) -> None:
    """Raise `ValueError` for an error that no call can meet."""
    known = {*COMMON_ERRORS, *TRANSPORT_FAULTS}
    known.update(error for operation in OPERATIONS.values() for error in operation.errors)
    for error in errors:
        if error not in known:
            raise ValueError(
                f"errors: no call can fail with {error!r}; {nearest(str(error), known)}"
            )


@dataclass(frozen=True, slots=True)
class Selection:
    """What `--mgh-explore-only` names: the number of a call, an error, and an extent."""

    number: int
    error: str
    extent: Extent

    def failure(self, calls: Collection[MadeCall]) -> Failure:
        """Return the failure; `ValueError` if there is no such call."""
        for call in calls:
            if call.number == self.number:
                return Failure(call, self.error, self.extent)
        raise ValueError(f"no call {self.number}; the test makes {len(calls)}")


def read_selection(text: str) -> Selection:
    """Return what `CALL:ERROR` or `CALL:ERROR:EXTENT` names.

    Raises:
        ValueError: What is no number, no error, or no extent.
    """
    number, _, rest = text.partition(":")
    error, _, extent = rest.partition(":")
    extents = {one.value: one for one in Extent}
    if not (number.isdecimal() and int(number) > 0 and error):
        raise ValueError(f"{text!r}: allowed: CALL:ERROR, such as 7:ResponseLost")
    check_errors([error])
    if extent and extent not in extents:
        raise ValueError(f"{text!r}: {nearest(extent, extents)}")
    return Selection(int(number), error, extents[extent or "attempt"])
