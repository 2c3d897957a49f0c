"""Checks a request against its operation's schema, and says what is wrong as the service does.

Three kinds of violation, because they come at three places in the order of checks: JSON types,
the model's constraints, and the value formats that only the documents demand (facts A9).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from pytest_mgh import schemas
from pytest_mgh.predicates import Predicate, Schema, compile_predicate

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError
    from jsonschema.protocols import Validator


class Violations(NamedTuple):
    """What a request breaks: messages by kind."""

    types: tuple[str, ...] = ()
    constraints: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()


NONE = Violations()


def check(service: str, operation: str, request: Schema) -> tuple[Schema, Violations]:
    """Check a request.

    Returns:
        The request as the service reads it (null members are absent, a fraction is cut off where
        an integer is due), and what it breaks.
    """
    if _predicate(service, operation)(request):
        return request, NONE
    schema = schemas.load(service, f"{operation}.request")
    request = _Reading(schema).read(request, schema)
    return request, _violations(_validator(service, operation).iter_errors(request))


def constraint_message(violations: Iterable[str]) -> str:
    """Return the message of a request that breaks constraints: all of them (facts 2.6)."""
    broken = list(violations)
    errors = "validation error" if len(broken) == 1 else "validation errors"
    return f"{len(broken)} {errors} detected: {'; '.join(broken)}"


@cache
def _predicate(service: str, operation: str) -> Predicate:
    schema = schemas.load(service, f"{operation}.request")
    return compile_predicate(schema, lambda part: _validator_of(schema, part).is_valid)


@cache
def _validator(service: str, operation: str) -> Validator:
    schema = schemas.load(service, f"{operation}.request")
    return _validator_of(schema, schema)


def _validator_of(schema: Schema, part: Schema) -> Validator:
    # Imported when a request breaks a rule: a test that makes none never waits for it.
    from jsonschema import Draft202012Validator

    return Draft202012Validator({"$defs": schema.get("$defs", {}), **part})


class _Reading:
    """Reads a request as the service's JSON parser does."""

    def __init__(self, schema: Schema) -> None:
        self._definitions = schema.get("$defs", {})

    def read(self, value: Any, schema: Schema) -> Any:
        if "$ref" in schema:
            schema = self._definitions[schema["$ref"].removeprefix("#/$defs/")]
        if isinstance(value, dict):
            members = schema.get("properties", {})
            return {
                name: self.read(member, members.get(name, {}))
                for name, member in value.items()
                if member is not None
            }
        if isinstance(value, list):
            return [self.read(item, schema.get("items", {})) for item in value]
        if isinstance(value, float) and schema.get("type") == "integer":
            return int(value)
        return value


def _violations(errors: Iterable[ValidationError]) -> Violations:
    types: list[str] = []
    constraints: list[str] = []
    formats: list[str] = []
    for error in errors:
        if error.validator == "type" and error.instance is not None:
            types.append(_type_message(error))
        elif "then" in error.absolute_schema_path:
            formats.append(_constraint(error))
        elif error.validator == "required":
            # Each missing member makes an error, and each error knows only all required ones.
            constraints.extend(message for message in _missing(error) if message not in constraints)
        else:
            constraints.append(_constraint(error))
    return Violations(tuple(types), tuple(constraints), tuple(formats))


def _type_message(error: ValidationError) -> str:
    """Word a wrong JSON type as the services' common front end does (facts 6)."""
    value: Any = error.instance
    due: Any = error.validator_value
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


def _missing(error: ValidationError) -> Iterator[str]:
    required: Any = error.validator_value
    present: Any = error.instance
    for name in required:
        if name not in present:
            yield _at([*error.absolute_path, name], None, _RULES["type"])


def _constraint(error: ValidationError) -> str:
    rule: Any = error.validator_value
    if error.validator == "pattern":
        rule = rule.removeprefix("^(?:").removesuffix(r")(?![\s\S])")
    elif error.validator == "enum":
        rule = ", ".join(rule)
    return _at(error.absolute_path, error.instance, _RULES[str(error.validator)].format(rule))


def _at(path: Iterable[str | int], value: Any, rule: str) -> str:
    """Name the member and its rule; list places count from 1."""
    place = ".".join(
        f"{part + 1}.member" if isinstance(part, int) else part[:1].lower() + part[1:]
        for part in path
    )
    said = "null" if value is None else f"'{value}'"
    return f"Value {said} at '{place}' failed to satisfy constraint: {rule}"
