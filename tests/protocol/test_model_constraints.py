"""Every constraint of botocore's models, broken one at a time: a new botocore brings its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore import xform_name
from botocore.exceptions import ClientError
from clients import plain_client
from model_values import Broken, break_each_constraint, break_each_type, valid
from signed_calls import post

from pytest_mgh import MigrationHub

INVALID = {
    "mgh": "InvalidInputException",
    "migrationhub-config": "InvalidInputException",
    "discovery": "InvalidParameterValueException",
}
SCHEMAS = Path(__file__).parents[2] / "schemas"
_session = botocore.session.get_session()
# An operation that is simulated has schemas.
OPERATIONS = [
    (service, name)
    for service in INVALID
    for name in _session.get_service_model(service).operation_names
    if (SCHEMAS / service / f"{name}.request.json").exists()
]


def _cases(breaker: Any) -> list[Any]:
    """Return every operation with its constraints, as creating a client and a hub takes time."""
    cases = []
    for service, name in OPERATIONS:
        shape = _session.get_service_model(service).operation_model(name).input_shape
        if all_broken := [*breaker(shape)] if shape else []:
            cases.append(pytest.param(service, name, all_broken, id=name))
    return cases


def _named(broken: Broken) -> str:
    return f"{'.'.join(map(str, broken.path))}-{broken.name}"


def _send(service: str, operation: str, request: dict[str, Any]) -> Any:
    """Make a call through botocore with a body that no client-side check has seen."""
    client = plain_client(service)
    body = json.dumps(request).encode()

    def put(params: dict[str, Any], **_: Any) -> None:
        params["body"] = body

    client.meta.events.register("before-call", put)
    try:
        return getattr(client, xform_name(operation))()
    finally:
        client.meta.events.unregister("before-call", put)


def _refusal(hub: MigrationHub, service: str, operation: str, request: Any) -> tuple[str, str]:
    """Return code and message of a refused request; the message is spelt as the model has it."""
    response = post(hub, operation, json.dumps(request))
    body = json.loads(response.body)
    member, other = ("message", "Message") if service == "discovery" else ("Message", "message")
    assert response.status == 400
    assert other not in body
    return body["__type"], body.get(member, "")


def _state(hub: MigrationHub) -> tuple[Any, ...]:
    repository = hub._store.repository
    return (
        hub.streams,
        hub.tasks,
        hub.applications,
        hub.servers,
        len(repository.imports),
        len(repository.deletions),
        hub.pending,
        hub.home_region,
    )


def _quoted(broken: Broken) -> str:
    """Return a value as it stands in a message: a text unchanged, all else as JSON."""
    value: Any = broken.request
    for part in broken.path:
        value = value.get(part) if isinstance(value, dict) else value[part]
    if value is None:
        return "null"
    return f"'{value if isinstance(value, str) else json.dumps(value)}'"


def _shape(service: str, operation: str, broken: Broken) -> Any:
    """Return the shape that is broken."""
    shape: Any = _session.get_service_model(service).operation_model(operation).input_shape
    for part in broken.path:
        shape = shape.member if isinstance(part, int) else shape.members[part]
    return shape


@pytest.fixture
def hub(mgh: MigrationHub) -> MigrationHub:
    """Return a hub with the items that the valid requests name."""
    mgh.load({"streams": [{"name": "a", "tasks": [{"name": "a"}]}]})
    mgh.add_server(configuration_id="a")
    return mgh


@pytest.mark.parametrize(("service", "operation", "all_broken"), _cases(break_each_constraint))
def test_a_broken_constraint_is_invalid_input_and_changes_nothing(
    hub: MigrationHub, service: str, operation: str, all_broken: list[Broken]
) -> None:
    before = _state(hub)
    for broken in all_broken:
        code, message = _refusal(hub, service, operation, broken.request)

        assert code == INVALID[service], _named(broken)
        place = [
            f"{part + 1}.member" if isinstance(part, int) else part[0].lower() + part[1:]
            for part in broken.path
        ]
        quoted = _quoted(broken)
        assert f"Value {quoted} at '{'.'.join(place)}' failed to satisfy constraint" in message
        if broken.name == "pattern":
            pattern = _shape(service, operation, broken).metadata["pattern"]
            assert message.endswith(f"Member must satisfy regular expression pattern: {pattern}")
        assert _state(hub) == before, _named(broken)


@pytest.mark.parametrize(("service", "operation", "all_broken"), _cases(break_each_type))
def test_a_wrong_json_type_is_a_serialization_error_and_changes_nothing(
    hub: MigrationHub, service: str, operation: str, all_broken: list[Broken]
) -> None:
    before = _state(hub)
    for broken in all_broken:
        response = post(hub, operation, json.dumps(broken.request))

        assert response.status == 400, _named(broken)
        assert json.loads(response.body)["__type"] == "SerializationException", _named(broken)
        assert _state(hub) == before, _named(broken)


@pytest.mark.parametrize(("service", "operation", "all_broken"), _cases(break_each_constraint))
def test_a_client_raises_the_error_that_the_model_declares(
    hub: MigrationHub, service: str, operation: str, all_broken: list[Broken]
) -> None:
    broken = all_broken[-1]
    code, message = _refusal(hub, service, operation, broken.request)

    with pytest.raises(ClientError) as refused:
        _send(service, operation, broken.request)

    response: Any = refused.value.response
    assert response["Error"] == {"Code": code, "Message": message}
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 400
    member, other = ("message", "Message") if service == "discovery" else ("Message", "message")
    assert response[member] == message
    assert other not in response


@pytest.mark.parametrize(("service", "operation", "all_broken"), _cases(break_each_type))
def test_a_client_raises_the_error_of_a_wrong_json_type(
    hub: MigrationHub, service: str, operation: str, all_broken: list[Broken]
) -> None:
    with pytest.raises(ClientError) as refused:
        _send(service, operation, all_broken[-1].request)

    assert refused.value.response["Error"]["Code"] == "SerializationException"
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


@pytest.mark.parametrize(("service", "operation"), OPERATIONS)
def test_the_request_that_the_cases_start_from_is_valid(
    hub: MigrationHub, service: str, operation: str
) -> None:
    request = valid(_session.get_service_model(service).operation_model(operation).input_shape)
    for token in ("NextToken", "nextToken"):  # only the service can give its value
        request.pop(token, None)

    try:
        _send(service, operation, request)
    except ClientError as error:
        # What the hub knows may stand against it; the request itself is well-formed.
        assert error.response["Error"]["Code"] != "SerializationException"  # noqa: PT017
        assert "validation error" not in error.response["Error"]["Message"]  # noqa: PT017
