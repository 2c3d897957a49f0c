"""Checks a request against its operation's schema, and says what is wrong as the service does.

Three kinds of violation, because they come at three places in the order of checks: JSON types,
the model's constraints, and the value formats that only the documents demand (A9).
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from pytest_mgh.protocol import schemas
from pytest_mgh.protocol.predicates import Predicate, compile_predicate

if TYPE_CHECKING:
    from pytest_mgh.protocol.schemas import Schema


class Violations(NamedTuple):
    """What a request breaks: messages by kind."""

    types: tuple[str, ...] = ()
    constraints: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()


NONE = Violations()


class Breach(NamedTuple):
    """A place where a document breaks its schema.

    Attributes:
        path: The way to what breaks it.
        rule: The keyword that is broken.
        wanted: What the keyword demands.
        value: What is there instead.
        schema: The part of the schema that has the keyword.
        message: jsonschema's own words.
        conditional: Whether the rule holds only if something else does.
    """

    path: tuple[str | int, ...]
    rule: str
    wanted: Any
    value: Any
    schema: Any
    message: str
    conditional: bool


def check(
    service: str, operation: str, request: dict[str, Any]
) -> tuple[dict[str, Any], Violations]:
    """Check a request.

    Returns:
        The request as the service reads it (null and unknown members are absent, a fraction is cut
        off where an integer is due), and what it breaks. One that needs no change is the same one.
    """
    if _predicate(service, operation)(request):
        return request, NONE
    schema = schemas.load(service, f"{operation}.request")
    reading = _Reading(schema)
    read: dict[str, Any] = reading.read(request, schema)
    violations = _violations(find_breaches(schema, read))
    return read, violations._replace(types=(*violations.types, *reading.too_long))


def constraint_message(violations: Iterable[str]) -> str:
    """Return the message of a request that breaks constraints: all of them."""
    broken = list(violations)
    errors = "validation error" if len(broken) == 1 else "validation errors"
    return f"{len(broken)} {errors} detected: {'; '.join(broken)}"


def find_breaches(schema: Schema, document: Any) -> Iterator[Breach]:
    """Give what a document breaks of a schema, in the order of the schema."""
    for error in _validator()(schema).iter_errors(document):
        yield Breach(
            tuple(error.absolute_path),
            str(error.validator),
            error.validator_value,
            error.instance,
            error.schema,
            error.message,
            conditional="then" in error.absolute_schema_path,
        )


@cache
def _validator() -> Any:
    """Return jsonschema's class; NaN and infinity, which JSON can't express, have no type in it."""
    # Imported when something is to be explained: a test without it never waits for it.
    from jsonschema import Draft202012Validator
    from jsonschema.validators import extend

    is_type = Draft202012Validator.TYPE_CHECKER.is_type

    def is_number(_: Any, value: Any) -> bool:
        return is_type(value, "number") and (type(value) is int or math.isfinite(value))

    def is_object(_: Any, value: Any) -> bool:
        return isinstance(value, dict) and all(isinstance(name, str) for name in value)

    checker = Draft202012Validator.TYPE_CHECKER.redefine_many(
        {"number": is_number, "object": is_object}
    )
    return extend(Draft202012Validator, type_checker=checker)  # type: ignore[no-untyped-call]


def make_predicate(schema: Schema) -> Predicate:
    """Compile a schema; what the compiler does not know is left to jsonschema."""
    definitions = {"$defs": schema.get("$defs", {})}

    def leave(part: Schema) -> Predicate:
        return lambda value: next(find_breaches(definitions | part, value), None) is None

    return compile_predicate(schema, leave)


@cache
def _predicate(service: str, operation: str) -> Predicate:
    """Return a predicate for the requests that are valid and need no change."""
    schema = schemas.load(service, f"{operation}.request")
    return compile_predicate(schema, lambda _: lambda _: False, closed=True)


class _Reading:
    """Reads a request as the service's JSON parser does.

    Attributes:
        too_long: The messages of integers that 64 bits don't hold.
    """

    def __init__(self, schema: Schema) -> None:
        self._definitions = schema.get("$defs", {})
        self.too_long: list[str] = []

    def read(self, value: Any, schema: Schema) -> Any:
        if "$ref" in schema:
            schema = self._definitions[schema["$ref"].removeprefix("#/$defs/")]
        if isinstance(value, dict):
            members = schema.get("properties", {})
            return {
                name: self.read(member, members[name])
                for name, member in value.items()
                if member is not None and name in members
            }
        if isinstance(value, list) and "items" in schema:
            return [self.read(item, schema["items"]) for item in value]
        if type(value) in (int, float) and schema.get("type") == "integer":
            if -(2**63) <= value < 2**63:
                return int(value)
            self.too_long.append(_type_message(value, "integer"))
        return value


def _violations(breaches: Iterable[Breach]) -> Violations:
    types: list[str] = []
    constraints: list[str] = []
    formats: list[str] = []
    for breach in breaches:
        if breach.rule == "type" and breach.value is not None:
            types.append(_type_message(breach.value, breach.wanted))
        elif breach.conditional and breach.rule == "pattern":
            formats.append(_constraint(breach))
        elif breach.rule == "required":
            # Each missing member makes a breach, and each breach knows only all required ones.
            missing = _missing(breach)
            constraints.extend(message for message in missing if message not in constraints)
        else:
            constraints.append(_constraint(breach))
    return Violations(tuple(types), tuple(constraints), tuple(formats))


def _type_message(value: Any, due: str) -> str:
    """Word a wrong JSON type as the services' common front end does."""
    if isinstance(value, list):
        return "Start of list found where not expected"
    if isinstance(value, dict):
        return "Start of structure or map found where not expected."
    if due in ("array", "object"):
        return "Expected list or null" if due == "array" else "Expected null"
    if isinstance(value, bool):
        token = str(value).upper()
    else:
        token = "STRING" if isinstance(value, str) else "NUMBER"
    kind = {"string": "a String", "integer": "an Integer", "boolean": "a Boolean"}
    return f"{token}_VALUE can not be converted to {kind.get(due, 'a Number')}"


_RULES = {
    "minLength": "Member must have length greater than or equal to {}",
    "maxLength": "Member must have length less than or equal to {}",
    "minItems": "Member must have length greater than or equal to {}",
    "maxItems": "Member must have length less than or equal to {}",
    "minimum": "Member must have value greater than or equal to {}",
    "maximum": "Member must have value less than or equal to {}",
    "pattern": "Member must satisfy regular expression pattern: {}",
    "enum": "Member must satisfy enum value set: [{}]",
    "type": "Member must not be null",
}


def _missing(breach: Breach) -> Iterator[str]:
    for name in breach.wanted:
        if name not in breach.value:
            yield _at([*breach.path, name], None, _RULES["type"])


def _constraint(breach: Breach) -> str:
    rule = breach.wanted
    if breach.rule == "pattern":
        rule = breach.schema["$comment"]  # as AWS's model has it
    elif breach.rule == "enum":
        rule = ", ".join(rule)
    return _at(breach.path, breach.value, _RULES[breach.rule].format(rule))


def _at(path: Iterable[str | int], value: Any, rule: str) -> str:
    """Name the member and its rule; list places count from 1."""
    place = ".".join(
        f"{part + 1}.member" if isinstance(part, int) else part[:1].lower() + part[1:]
        for part in path
    )
    return f"Value {_quoted(value)} at '{place}' failed to satisfy constraint: {rule}"


def _quoted(value: Any) -> str:
    """Quote a value as it came: a text as it is, anything else as JSON."""
    if value is None:
        return "null"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"'{text}'"
