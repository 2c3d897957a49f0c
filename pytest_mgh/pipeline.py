"""The way of a request: one step after the other, each of which may refuse it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

from pytest_mgh.access.authentication import read_authorization, refuse_expired_token
from pytest_mgh.cloudtrail.records import MAX_TEXT, CallRecord, recorded_body
from pytest_mgh.cloudtrail.watchers import PERMISSION_WATCHERS, WATCHERS
from pytest_mgh.errors import (
    AuthenticationError,
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
from pytest_mgh.services.operation import CallUnderWay, HomeRegion, Operation
from pytest_mgh.services.paging import open_token
from pytest_mgh.services.permission import decide_on
from pytest_mgh.state.regions import check_endpoint

if TYPE_CHECKING:
    from pytest_mgh.protocol.messages import WireRequest, WireResponse
    from pytest_mgh.state.world import World


@dataclass(slots=True)
class Arrival:
    """A request as it came."""

    wire: WireRequest
    world: World
    request_id: str
    time: float


@dataclass(slots=True)
class Addressed:
    """A request for an operation."""

    arrival: Arrival
    operation: Operation


@dataclass(slots=True)
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
    prefix, _, name = wire.read_target(arrival.wire).partition(".")
    operation = OPERATIONS.get(name)
    if operation is None or operation.service.target_prefix != prefix:
        _refuse_target(prefix, name)
    return Addressed(arrival, operation)


def _refuse_target(prefix: str, name: str) -> NoReturn:
    service = SERVICES.get(prefix)
    if service is not None and has_operation(service.name, name):
        raise NotSimulatedError(
            f"{service.name} {name} is not simulated: it is newer than this pytest-mgh. "
            f"Simulated: {', '.join(operations_of(service))}. Answer it in the test itself, "
            "for instance with botocore's Stubber."
        )
    raise ServiceError("UnknownOperationException")


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


def authenticate(decoded: Decoded) -> CallUnderWay:
    """Find the caller and the Region; check the signature where the hub verifies them.

    Raises:
        NoEndpoint: A Region where nobody would have answered.
        AuthenticationError: A request that nobody signed, or not as it stands.
    """
    arrival, operation = decoded.arrival, decoded.operation
    world, request = arrival.world, arrival.wire
    authorization = read_authorization(request.headers)
    access_key, _, region, _ = authorization.credential
    check_endpoint(region)
    principal = world.find_principal(access_key)
    if principal is not None and principal.ends <= arrival.time:
        refuse_expired_token()
    if world.settings.verify_signatures:
        from pytest_mgh.access.signatures import verify

        verify(request, principal, authorization, operation.service.signing_name)
    principal = principal or world.default_principal
    secure, host = wire.read_url(request.url)
    user_agent = request.headers.get("user-agent", "")
    record = CallRecord(
        arrival.time,
        operation.recorded,
        principal,
        access_key,
        region,
        arrival.request_id,
        recorded_body(decoded.body),
        sys.intern(user_agent[:MAX_TEXT]),
        principal.source_ip or request.source_ip,
        secure,
        host,
    )
    attempt_of = request.headers.get("amz-sdk-invocation-id", "")
    return CallUnderWay(
        world, operation, decoded.request, decoded.violations, record, user_agent, attempt_of
    )


def check_types(call: CallUnderWay) -> None:
    """Refuse a wrong JSON type."""
    if call.violations.types:
        raise SerializationError(call.violations.types[0])


def check_constraints(call: CallUnderWay) -> None:
    """Refuse what breaks a constraint of the model, and say all that does."""
    if call.violations.constraints:
        call.service.refuse_input(constraint_message(call.violations.constraints))


def authorize(call: CallUnderWay) -> None:
    """Refuse a call that the caller's policies do not allow.

    Raises:
        ServiceError: The service's code for a denied call, or for a denied dry run (D2).
    """
    if call.record.principal.policies:
        _decide(call)
    if PERMISSION_WATCHERS:
        _notify_of_permission(call)


def _notify_of_permission(call: CallUnderWay) -> None:
    action, resource = call.operation.action, call.operation.resource(call.request)
    _tell(call.hub, PERMISSION_WATCHERS, action, resource)


def _tell(world: World, watchers: list[Callable[..., None]], *facts: object) -> None:
    """Notify watchers. If one raises, the test fails, not the call."""
    for watch in watchers:
        try:
            watch(*facts)
        except Exception as error:  # noqa: BLE001, PERF203 (whatever it is, the others hear too)
            world.fail_test("a call listener", error)


def _decide(call: CallUnderWay) -> None:
    record = call.record
    decision = decide_on(
        call.operation,
        call.request,
        call.principal,
        region=call.region,
        time=call.now,
        source_ip=record.source_ip,
        user_agent=call.user_agent,
        secure=record.secure,
    )
    if not decision.allowed:
        call.hub.denials.append(call.hub.journal, decision)
        code = call.service.denied_dry_run if call.dry_run else call.service.denied
        raise ServiceError(code, decision.message)


def check_home_region(call: CallUnderWay) -> None:
    """Refuse a call without a home Region, or from outside where it must come from it."""
    operation = call.operation
    if operation.home_region is _UNNEEDED:
        return
    control = call.account.control
    home = control and control.home_region
    if home is None:
        raise ServiceError("HomeRegionNotSetException", call.service.home_region_not_set)
    if operation.home_region is _ONLY and call.region != home:
        raise ServiceError(
            call.service.outside_home_region,
            f"{operation.name} was called in {call.region}, but the home region of account "
            f"{call.principal.account_id} is {home}. Call it in {home}.",
        )


# To look up a member of an enum takes as long as the rest of the step.
_UNNEEDED, _ONLY = HomeRegion.UNNEEDED, HomeRegion.ONLY


def check_input_rules(call: CallUnderWay) -> None:
    """Refuse what breaks a rule that only the documents have, such as value formats."""
    if call.violations.formats:
        call.service.refuse_input(constraint_message(call.violations.formats))
    operation = call.operation
    if operation.has_token:
        open_token(call)
    for rule in operation.input_rules:
        rule(call)


def stop_dry_run(call: CallUnderWay) -> None:
    """End a dry run that came this far: the caller may make the call (D1)."""
    if call.dry_run:
        raise ServiceError("DryRunOperation", "Dry Run was a success!")


def handle(call: CallUnderWay) -> None:
    """Do what was asked for, and what is due of the work that it left."""
    world, operation, record = call.hub, call.operation, call.record
    open_store = world.store if operation.read_only else world.store_to_change
    principal = record.principal
    mark = world.journal.mark
    try:
        if principal.access_key not in world.principals:
            world.keep_caller(principal)
        store = open_store(principal.account_id, record.region)
        call.result = operation.handler(call, store)
    except BaseException:
        world.journal.take_back_to(mark)
        raise
    if operation.worker is not None:
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
    world, request_id = arrival.world, arrival.request_id
    mark = world.journal.mark
    stage: Any = arrival
    try:
        for step in STEPS:
            stage = step(stage) or stage
        response = wire.encode(request_id, stage.result)
    except wire.HttpReply as reply:
        return wire.encode_reply(request_id, arrival.wire.method, reply)
    except ServiceError as error:
        _record(world, stage, error)
        member = "Message" if stage is arrival else stage.operation.service.message_member
        return _lost(stage) or wire.encode_error(request_id, error, member)
    except TransportFault as fault:
        if isinstance(fault, NoEndpoint):
            world.note_no_endpoint(fault.region, f"{stage.operation.name}: {fault}")
        _notify(world, stage, fault.fault)
        return fault
    except MghAssertionError as error:  # the code under test may swallow it
        world.test_errors.append(error)
        return error
    except Exception as error:  # noqa: BLE001 (whatever it is, it is the plugin's own fault)
        world.journal.take_back_to(mark)
        _record(world, stage, ServiceError("InternalFailure"))
        return world.fail_test(" ".join(_name(stage) or ["a request"]), error)
    _record(world, stage)
    return _lost(stage) or response


def _lost(stage: Arrival | Addressed | CallUnderWay) -> TransportFault | None:
    """Return what the client sees in place of an answer that is lost."""
    lost = isinstance(stage, CallUnderWay) and stage.response_lost
    return TransportFault(lost) if lost else None


def _record(
    world: World, stage: Arrival | Addressed | CallUnderWay, error: ServiceError | None = None
) -> None:
    """Keep the record of a call whose caller is known, for CloudTrail, and notify the watchers."""
    record = None
    if isinstance(stage, CallUnderWay) and not (
        stage.is_explored or isinstance(error, AuthenticationError)
    ):
        record = stage.record
        if error is not None:
            record.error = (error.code, error.message and error.message[:MAX_TEXT])
        elif stage.result and not stage.operation.read_only:  # CloudTrail has null for {}
            record.result = stage.result
        world.calls.append(world.journal, record)
    if WATCHERS:
        _notify(world, stage, "ok" if error is None else error.code, record)


def _notify(
    world: World,
    stage: Arrival | Addressed | CallUnderWay,
    outcome: str,
    record: CallRecord | None = None,
) -> None:
    """Tell the watchers how a call ended for the client, which may have lost its answer."""
    _tell(world, WATCHERS, _name(stage), "ResponseLost" if _lost(stage) else outcome, record)


def _name(stage: Arrival | Addressed | CallUnderWay) -> tuple[str, str] | None:
    """Return the names of the service and the operation, if they are known."""
    if isinstance(stage, Arrival):
        return None
    return stage.operation.service.name, stage.operation.name
