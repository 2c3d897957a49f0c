"""The way of a request: one step after the other, each of which may refuse it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pytest_mgh.access.authentication import read_authorization, refuse_expired_token
from pytest_mgh.cloudtrail.records import CallRecord
from pytest_mgh.cloudtrail.watchers import PERMISSION_WATCHERS, WATCHERS
from pytest_mgh.errors import (
    AuthenticationError,
    InternalError,
    MghAssertionError,
    NoEndpoint,
    NotSimulatedError,
    SerializationError,
    ServiceError,
    TransportFault,
)
from pytest_mgh.protocol import wire
from pytest_mgh.protocol.installed_model import has_operation
from pytest_mgh.protocol.validation import Violations, check, constraint_message
from pytest_mgh.services.background_work import do_due
from pytest_mgh.services.catalog import OPERATIONS, SERVICES, operations_of
from pytest_mgh.services.injection import inject
from pytest_mgh.services.operation import Call, HomeRegion, Operation
from pytest_mgh.services.paging import open_token
from pytest_mgh.services.permission import decide_on
from pytest_mgh.state.regions import check_endpoint

if TYPE_CHECKING:
    from pytest_mgh.protocol.messages import WireRequest, WireResponse
    from pytest_mgh.state.world import World


@dataclass(frozen=True, slots=True)
class Arrival:
    """A request as it came."""

    wire: WireRequest
    world: World
    request_id: str
    time: float


@dataclass(frozen=True, slots=True)
class Addressed:
    """A request for an operation."""

    arrival: Arrival
    operation: Operation


@dataclass(frozen=True, slots=True)
class Decoded(Addressed):
    """A request for an operation that can be read, from somebody who is not known yet."""

    request: dict[str, Any]
    violations: Violations
    body: bytes


def check_http(arrival: Arrival) -> None:
    """Refuse what is no AWS JSON request."""
    wire.check_http(arrival.wire)


def address(arrival: Arrival) -> Addressed:
    """Find out the operation from `X-Amz-Target`.

    Raises:
        ServiceError: `UnknownOperationException`.
        NotSimulatedError: An operation that the installed botocore has and the hub has not.
    """
    prefix, name = wire.read_target(arrival.wire)
    service, operation = SERVICES.get(prefix), OPERATIONS.get(name)
    if operation is None or operation.service.target_prefix != prefix:
        if service is not None and has_operation(service.name, name):
            raise NotSimulatedError(
                f"{service.name} {name} is not simulated: it is newer than this pytest-mgh. "
                f"Simulated: {', '.join(operations_of(service))}. Answer it in the test itself, "
                "for instance with botocore's Stubber."
            )
        raise ServiceError("UnknownOperationException")
    return Addressed(arrival, operation)


def decode(addressed: Addressed) -> Decoded:
    """Read the request from the body.

    Raises:
        SerializationError: A body that is no JSON object.
    """
    arrival, operation = addressed.arrival, addressed.operation
    body = arrival.wire.body
    document = wire.parse_body(body)
    request, violations = check(operation.service.name, operation.name, document)
    if request is not document:
        body = wire.write_body(request)  # what the model does not know is not recorded
    return Decoded(arrival, operation, request, violations, body)


def authenticate(decoded: Decoded) -> Call:
    """Find the caller and the Region; check the signature where the hub verifies them.

    Raises:
        NoEndpoint: A Region where nobody would have answered.
        AuthenticationError: A request that nobody signed, or not as it stands.
    """
    arrival, operation = decoded.arrival, decoded.operation
    world, headers = arrival.world, arrival.wire.headers
    authorization = read_authorization(headers)
    credential = authorization.credential
    check_endpoint(credential.region)
    principal = world.find_principal(credential.access_key)
    if principal is not None and principal.ends <= arrival.time:
        refuse_expired_token()
    if world.settings.verify_signatures:
        from pytest_mgh.access.signatures import verify

        verify(arrival.wire, principal, authorization, operation.service.signing_name)
    principal = principal or world.default_principal
    record = CallRecord(
        arrival.time,
        operation.recorded,
        principal,
        credential.access_key,
        credential.region,
        arrival.request_id,
        decoded.body,
        sys.intern(headers.get("user-agent", "")),
        principal.source_ip or arrival.wire.source_ip,
        secure=arrival.wire.url.startswith("https:"),
        host=sys.intern(arrival.wire.url.split("/", 3)[2]),
    )
    return Call(world, operation, decoded.request, decoded.violations, record, headers=headers)


def check_types(call: Call) -> None:
    """Refuse a wrong JSON type."""
    if call.violations.types:
        raise SerializationError(call.violations.types[0])


def check_constraints(call: Call) -> None:
    """Refuse what breaks a constraint of the model, and say all that does."""
    if call.violations.constraints:
        call.service.refuse_input(constraint_message(call.violations.constraints))


def authorize(call: Call) -> None:
    """Refuse a call that the caller's policies do not allow.

    Raises:
        ServiceError: The service's code for a denied call, or for a denied dry run (D2).
    """
    if call.principal.policies:
        _decide(call)
    for watch in PERMISSION_WATCHERS:
        watch(call.operation.action, call.operation.resource(call.request))


def _decide(call: Call) -> None:
    record = call.record
    decision = decide_on(
        call.operation,
        call.request,
        call.principal,
        region=call.region,
        time=call.now,
        source_ip=record.source_ip,
        user_agent=record.user_agent,
        secure=record.secure,
    )
    if not decision.allowed:
        call.world.denials.append(call.world.journal, decision)
        code = call.service.denied_dry_run if call.dry_run else call.service.denied
        raise ServiceError(code, decision.message)


def check_home_region(call: Call) -> None:
    """Refuse a call without a home Region, or from outside where it must come from it."""
    operation, home = call.operation, call.account.home_region
    if operation.home_region is HomeRegion.UNNEEDED:
        return
    if home is None:
        raise ServiceError("HomeRegionNotSetException", call.service.home_region_not_set)
    if operation.home_region is HomeRegion.ONLY and call.region != home:
        raise ServiceError(
            call.service.outside_home_region,
            f"{operation.name} was called in {call.region}, but the home region of account "
            f"{call.principal.account_id} is {home}. Call it in {home}.",
        )


def check_input_rules(call: Call) -> None:
    """Refuse what breaks a rule that only the documents tell: value formats and their like."""
    if call.violations.formats:
        call.service.refuse_input(constraint_message(call.violations.formats))
    open_token(call)
    for rule in call.operation.input_rules:
        rule(call)


def stop_dry_run(call: Call) -> None:
    """End a dry run that came this far: the caller may make the call (D1)."""
    if call.dry_run:
        raise ServiceError("DryRunOperation", "Dry Run was a success!")


def handle(call: Call) -> None:
    """Do what was asked for, and what is due in the background."""
    world, account_id = call.world, call.principal.account_id
    open_store = world.store if call.operation.read_only else world.store_to_change
    with world.journal.whole():
        call.result = call.operation.handler(call, open_store(account_id, call.region))
    do_due(world)


# The order of checks. What a step returns travels on instead of what it was given.
STEPS: tuple[Callable[[Any], Any], ...] = (
    check_http,
    address,
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
        MghAssertionError: The test asked for what cannot be, or the plugin failed.
    """
    with world.lock, world.journal.whole():
        do_due(world)
        answer = _answer(Arrival(request, world, world.ids.uuid(), world.clock.time()))
    if isinstance(answer, Exception):
        raise answer
    return answer


def _answer(arrival: Arrival) -> WireResponse | Exception:
    """Return the response, or what is to be raised instead."""
    stage: Any = arrival
    try:
        for step in STEPS:
            stage = step(stage) or stage
    except wire.HttpReply as reply:
        return wire.encode_reply(arrival.request_id, arrival.wire.method, reply)
    except ServiceError as error:
        _record(stage, error)
        member = "Message" if stage is arrival else stage.operation.service.message_member
        response = wire.encode_error(arrival.request_id, error, member)
    except TransportFault as fault:
        if isinstance(fault, NoEndpoint):
            arrival.world.note_no_endpoint(fault.region, f"{stage.operation.name}: {fault}")
        _notify(stage, fault.fault)
        return fault
    except MghAssertionError as error:  # the code under test may swallow it
        arrival.world.test_errors.append(error)
        return error
    except Exception as error:  # noqa: BLE001 (whatever it is, it is the plugin's own fault)
        _record(stage, ServiceError("InternalFailure"))
        failure = InternalError(" ".join(_name(stage) or ["a request"]))
        failure.__cause__ = error
        arrival.world.test_errors.append(failure)
        return failure
    else:
        _record(stage)
        response = wire.encode(arrival.request_id, stage.result)
    if isinstance(stage, Call) and stage.response_lost:
        return TransportFault(stage.response_lost)
    return response


def _record(stage: Arrival | Addressed | Call, error: ServiceError | None = None) -> None:
    """Keep the note of a call for CloudTrail, which records the calls whose caller is known."""
    record = None
    is_explored = isinstance(stage, Call) and stage.is_explored
    if isinstance(stage, Call) and not (is_explored or isinstance(error, AuthenticationError)):
        record = stage.record
        if error is not None:
            record.error = (error.code, error.message)
        elif not stage.operation.read_only:
            record.result = stage.result or None  # CloudTrail has null for {}
        stage.world.calls.append(stage.world.journal, record)
    _notify(stage, "ok" if error is None else error.code, record)


def _notify(
    stage: Arrival | Addressed | Call, outcome: str, record: CallRecord | None = None
) -> None:
    """Tell the watchers how a call ended for the client, which may have lost its answer."""
    if not WATCHERS:
        return
    lost = isinstance(stage, Call) and stage.response_lost
    try:
        for watch in WATCHERS:
            watch(_name(stage), "ResponseLost" if lost else outcome, record)
    except Exception as error:  # noqa: BLE001 (whatever it is, the call is none the worse)
        failure = InternalError("a watcher of calls")
        failure.__cause__ = error
        _world(stage).test_errors.append(failure)


def _world(stage: Arrival | Addressed | Call) -> World:
    if isinstance(stage, Addressed):
        return stage.arrival.world
    return stage.world


def _name(stage: Arrival | Addressed | Call) -> tuple[str, str] | None:
    """Return the names of the service and the operation, if they are known."""
    if isinstance(stage, Arrival):
        return None
    return stage.operation.service.name, stage.operation.name
