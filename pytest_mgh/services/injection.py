"""Fault injection: checks faults, and applies them to calls."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pytest_mgh.errors import (
    COMMON_ERRORS,
    AuthenticationError,
    FrontEndError,
    ServiceError,
    TransportFault,
    nearest,
)
from pytest_mgh.protocol.parts import check_part
from pytest_mgh.services.catalog import OPERATIONS, find_operation
from pytest_mgh.state.codec import check_record
from pytest_mgh.state.faults import ANY, THROTTLED, TRANSPORT_FAULTS
from pytest_mgh.state.process import PROCESS

if TYPE_CHECKING:
    from pytest_mgh.services.operation import CallUnderWay, Operation
    from pytest_mgh.state.faults import Fault


def operations_meant(name: str) -> Sequence[Operation]:
    """Return the operations that a name stands for; `ValueError` for the name of none."""
    __tracebackhide__ = True
    return tuple(OPERATIONS.values()) if name == ANY else (find_operation(name),)


def check_fault(fault: Fault) -> None:
    """Raise `ValueError` for a fault that no call can meet."""
    __tracebackhide__ = True
    operations = operations_meant(fault.operation)
    fault.check({error for operation in operations for error in operation.errors})
    if isinstance(fault.when, Mapping):
        _check_when(operations, fault.when)
    if not callable(fault.when):
        check_record(fault)


def _check_when(operations: Sequence[Operation], when: Mapping[str, Any]) -> None:
    """Raise `ValueError` for members that the requests of none of the operations have."""
    members = {one.name: one.request_schema.get("properties", {}) for one in operations}
    known = {name for names in members.values() for name in names}
    for name in when:
        if name not in known:
            who = operations[0].name if len(operations) == 1 else "an operation"
            raise ValueError(f"when: {who} has no member {name!r}; {nearest(str(name), known)}")
    problem = f"when: no operation has all of {', '.join(map(str, when))}"
    for operation in operations:
        if when.keys() <= members[operation.name].keys():
            try:
                check_part(operation.request_schema, when)
            except ValueError as error:
                problem = f"when: {operation.name}: {error}"
            else:
                return
    raise ValueError(problem)


def inject(call: CallUnderWay) -> None:
    """Fail the call if a fault waits for it, or if it comes too fast.

    Raises:
        ServiceError: The error that was asked for, or `ThrottlingException`.
        TransportFault: The failure of the connection that was asked for.
        MghAssertionError: The function that a fault asks has failed.
    """
    faults, journal, operation = call.hub.faults, call.hub.journal, call.operation
    if not (faults.queue or faults.throttles or PROCESS.explorer):
        return
    fault = faults.strike(journal, operation.name, call.request, operation.errors)
    if PROCESS.explorer is not None:
        _explore(call, met=fault is not None)
    if fault is not None:
        _meet(call, fault)
    if (wait := faults.throttle(journal, operation.name, call.now)) > 0:
        raise _error(operation, THROTTLED, COMMON_ERRORS[THROTTLED].message, math.ceil(wait))


def _explore(call: CallUnderWay, *, met: bool) -> None:
    """Apply the failure that `--mgh-explore` has for a call."""
    fault = PROCESS.explorer(call, met=met)
    if fault is not None:
        call.is_explored = fault.error != "ResponseLost"  # after ResponseLost the effect is visible
        _meet(call, fault)


def _meet(call: CallUnderWay, fault: Fault) -> None:
    if fault.error == "ResponseLost":
        call.response_lost = "ReadTimeout"
    elif fault.error in TRANSPORT_FAULTS:
        raise TransportFault(fault.error)
    else:
        raise _error(call.operation, fault.error, fault.text, fault.retry_after)


def _error(
    operation: Operation, code: str, message: str | None, retry_after: int | None
) -> Exception:
    """Return the exception for an error of the service, or of the front end."""
    if code in operation.errors:
        if code == THROTTLED and retry_after is not None:
            return ServiceError(code, message, RetryAfterSeconds=retry_after)
        return ServiceError(code, message)
    kind = AuthenticationError if COMMON_ERRORS[code].early else FrontEndError
    return kind(code, message)
