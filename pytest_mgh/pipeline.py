"""The way of a request: one step after the other, each of which may refuse it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from pytest_mgh.access.authentication import authenticate
from pytest_mgh.access.authorization import authorize
from pytest_mgh.cloudtrail.records import CallRecord
from pytest_mgh.errors import MghAssertionError, SerializationError, ServiceError, TransportFault
from pytest_mgh.mock.observation import OBSERVATION
from pytest_mgh.protocol.messages import WireRequest, WireResponse
from pytest_mgh.protocol.validation import check, constraint_message
from pytest_mgh.protocol.wire import (
    HttpReply,
    check_http,
    decode,
    encode,
    encode_error,
    encode_reply,
)
from pytest_mgh.services.background_work import do_due
from pytest_mgh.services.call import Call
from pytest_mgh.services.service import HomeRegion
from pytest_mgh.state.faults import inject

if TYPE_CHECKING:
    from pytest_mgh.state.world import World


def check_types(call: Call) -> None:
    """Read the request by its schema; refuse a wrong JSON type."""
    operation = call.operation
    call.request, call.violations = check(operation.service.name, operation.name, call.request)
    if call.violations.types:
        raise SerializationError(call.violations.types[0])


def check_constraints(call: Call) -> None:
    """Refuse what breaks a constraint of the model, and say all that does."""
    if call.violations.constraints:
        call.operation.service.refuse_input(constraint_message(call.violations.constraints))


def check_home_region(call: Call) -> None:
    """Refuse a call without a home Region, or from outside where it must come from it."""
    operation, home = call.operation, call.account.home_region
    if operation.home_region is HomeRegion.UNNEEDED:
        return
    if home is None:
        raise ServiceError("HomeRegionNotSetException", operation.service.home_region_not_set)
    if operation.home_region is HomeRegion.ONLY and call.region != home:
        raise ServiceError(
            operation.service.outside_home_region,
            f"{operation.name} was called in {call.region}, but the home region of account "
            f"{call.account.account_id} is {home}. Call it in {home}.",
        )


def check_input_rules(call: Call) -> None:
    """Refuse what breaks a rule that only the documents tell: value formats and their like."""
    if call.violations.formats:
        call.operation.service.refuse_input(constraint_message(call.violations.formats))
    for rule in call.operation.input_rules:
        rule(call)


def stop_dry_run(call: Call) -> None:
    """End a dry run that came this far: the caller may make the call (D1)."""
    if call.dry_run:
        raise ServiceError("DryRunOperation", "Dry Run was a success!")


def handle(call: Call) -> None:
    """Do what was asked for, and what is due in the background."""
    call.result = call.operation.handler(call, call.account.store(call.region))
    do_due(call.world)


# The order of checks.
STEPS: tuple[Callable[[Call], None], ...] = (
    check_http,
    decode,
    authenticate,
    inject,
    check_types,
    check_constraints,
    authorize,
    check_home_region,
    check_input_rules,
    stop_dry_run,
    handle,
)


def run(world: World, request: WireRequest) -> WireResponse:
    """Answer a request, and note what happened. A refused one changes nothing.

    Raises:
        TransportFault: The test asked for a failure of the connection.
        MghAssertionError: The test asked for what cannot be.
    """
    with world.lock:
        world.revision += 1
        call = Call(request, world, world.ids.uuid(), world.clock.time())
        do_due(world)
        try:
            for step in STEPS:
                step(call)
        except HttpReply as reply:
            return encode_reply(call, reply)
        except ServiceError as error:
            note(call, error)
            response = encode_error(call, error)
        except TransportFault as fault:
            tell(call, fault.fault)
            raise
        except MghAssertionError as error:
            world.test_errors.append(error)  # the code under test may swallow it
            raise
        else:
            note(call)
            response = encode(call)
        if call.response_lost:
            raise TransportFault("ReadTimeout")
        return response


def note(call: Call, error: ServiceError | None = None) -> None:
    """Keep a note of a call for CloudTrail, which records the calls whose caller is known."""
    record = None
    if call.authenticated:
        record = CallRecord(
            call.now,
            call.operation,
            call.principal,
            call.region,
            call.request_id,
            call.wire.body,
            sys.intern(call.wire.headers.get("user-agent", "")),
            call.wire.source_ip,
            None if error is not None else call.result or None,  # CloudTrail has null for {}
            None if error is None else (error.code, error.message),
        )
        call.world.calls.append(record)
    tell(call, "ok" if error is None else error.code, record)


def tell(call: Call, outcome: str, record: CallRecord | None = None) -> None:
    """Tell the watchers how a call ended for the client, which may have lost its answer."""
    for watch in OBSERVATION.watchers:
        watch(
            call.operation if call.decoded else None,
            "ResponseLost" if call.response_lost else outcome,
            record,
        )
