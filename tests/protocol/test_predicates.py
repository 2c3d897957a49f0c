from __future__ import annotations

from typing import Any

import botocore.session
import pytest
from jsonschema import Draft202012Validator
from model_values import break_each_constraint, break_each_type, valid

from pytest_mgh.protocol import schemas
from pytest_mgh.protocol.predicates import compile_predicate

OPERATIONS = [
    pytest.param(service, operation, id=operation)
    for service in ("mgh", "migrationhub-config")
    for operation in botocore.session.get_session().get_service_model(service).operation_names
]


def _never(part: dict[str, Any]) -> Any:
    raise AssertionError(f"left to jsonschema: {part}")


@pytest.mark.parametrize(("service", "operation"), OPERATIONS)
def test_a_predicate_agrees_with_jsonschema_on_valid_and_invalid_requests(
    service: str, operation: str
) -> None:
    schema = schemas.load(service, f"{operation}.request")
    accepts, validator = compile_predicate(schema, _never), Draft202012Validator(schema)
    shape = botocore.session.get_session().get_service_model(service).operation_model(operation)
    requests = [valid(shape.input_shape)]
    if shape.input_shape:
        requests += [case.request for case in break_each_constraint(shape.input_shape)]
        requests += [case.request for case in break_each_type(shape.input_shape)]

    for request in requests:
        assert accepts(request) == validator.is_valid(request), request


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        ("IPV4_ADDRESS", "192.0.2.256"),
        ("IPV6_ADDRESS", "::1"),
        ("MAC_ADDRESS", "02:00:5e:10:00"),
        ("FQDN", "a?b"),
        ("FQDN", "a.example"),
        ("VM_NAME", "a?b"),
        (["FQDN"], "a.example"),
    ],
)
def test_value_formats_by_type_are_decided_as_jsonschema_does(type_: Any, value: str) -> None:
    schema = schemas.load("mgh", "PutResourceAttributes.request")
    request = {
        "ProgressUpdateStream": "SMS",
        "MigrationTaskName": "a",
        "ResourceAttributeList": [{"Type": type_, "Value": value}],
    }

    accepts = compile_predicate(schema, _never)

    assert accepts(request) == Draft202012Validator(schema).is_valid(request)


@pytest.mark.parametrize(
    "part",
    [
        {"type": "string", "format": "uuid"},
        {"not": {"type": "string"}},
        {"type": "object", "allOf": [{"not": {"required": ["a"]}}]},
        {"type": "object", "allOf": [{"if": {"required": ["a"]}, "then": {"required": ["b"]}}]},
        {"type": "object", "patternProperties": {"^a": {"type": "string"}}},
    ],
)
def test_a_keyword_unknown_to_the_predicates_is_left_to_jsonschema(part: dict[str, Any]) -> None:
    left: list[dict[str, Any]] = []

    def leave(rest: dict[str, Any]) -> Any:
        left.append(rest)
        return lambda _: False

    accepts = compile_predicate({"type": "object", "properties": {"member": part}}, leave)

    assert accepts({"member": {}}) is False
    assert len(left) == 1


@pytest.mark.parametrize(
    "value", [0, 1.5, 10, 11, -1, "ab", "abc", "a1", "", True, None, [], {}, float("nan")]
)
def test_a_value_is_checked_by_the_keywords_of_its_own_type(value: Any) -> None:
    schema = {
        "type": ["number", "string"],
        "minimum": 0,
        "maximum": 10,
        "maxLength": 2,
        "pattern": "^[a-z]+$",
    }

    accepts = compile_predicate(schema, _never)

    nan = value != value  # jsonschema's validator accepts it; the hub's own doesn't
    assert accepts(value) == (Draft202012Validator(schema).is_valid(value) and not nan)


TYPE = {"type": "string", "enum": ["A", "B", "C"]}
IF_A = {"if": {"properties": {"T": {"const": "A"}}, "required": ["T"]}}
IF_B = {"if": {"properties": {"T": {"const": "B"}}, "required": ["T"]}}


@pytest.mark.parametrize(
    "rules",
    [
        [{**IF_A, "then": {"properties": {"V": {"pattern": "^a"}}}}],
        [
            {**IF_A, "then": {"properties": {"V": {"pattern": "^a"}}}},
            {**IF_B, "then": {"properties": {"V": {"type": "string", "maxLength": 1}}}},
        ],
        [
            {**IF_A, "then": {"properties": {"V": {"pattern": "^a"}}}},
            {**IF_B, "then": {"properties": {"T": {"pattern": "^b"}}}},
        ],
        [{**IF_A, "then": {"properties": {}}}],
        [
            {**IF_A, "then": {"properties": {"V": {"pattern": "^a"}}}},
            {**IF_A, "then": {"properties": {"V": {"pattern": "b$"}}}},
        ],
    ],
)
@pytest.mark.parametrize("required", [["T", "V"], ["T"], ["V"], []])
@pytest.mark.parametrize(
    "value",
    [
        {},
        {"T": "A"},
        {"V": "a"},
        {"T": "A", "V": "a"},
        {"T": "A", "V": "ab"},
        {"T": "A", "V": "b"},
        {"T": "B", "V": "b"},
        {"T": "B", "V": "bb"},
        {"T": "C", "V": "c"},
        {"T": ["A"], "V": "a"},
        {"T": None, "V": None},
        {"T": "A", "V": "a", "more": 1},
        [],
    ],
)
def test_rules_for_members_are_decided_as_jsonschema_does(
    rules: list[Any], required: list[str], value: Any
) -> None:
    schema: Any = {
        "type": "object",
        "required": required,
        "properties": {"T": TYPE, "V": {"type": "string"}},
        "allOf": rules,
    }
    validator = Draft202012Validator(schema)

    accepts = compile_predicate(schema, lambda part: Draft202012Validator(part).is_valid)
    closed = compile_predicate(
        schema, lambda part: Draft202012Validator(part).is_valid, closed=True
    )

    assert accepts(value) == validator.is_valid(value)
    known = isinstance(value, dict) and value.keys() <= {"T", "V"}
    assert closed(value) == (known and validator.is_valid(value))


def test_a_name_in_a_schema_is_not_run_as_code() -> None:
    name = "a'] = None; import os #\n"
    schema: Any = {"type": "object", "properties": {name: {"type": "string", "enum": [name]}}}

    accepts = compile_predicate(schema, _never)

    assert accepts({name: name})
    assert not accepts({name: "other"})
