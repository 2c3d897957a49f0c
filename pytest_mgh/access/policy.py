"""The IAM policy language: documents are checked when they are set, calls are decided by them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from pytest_mgh import schemas
from pytest_mgh.errors import nearest

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

Decision = Literal["Allow", "Deny", "ImplicitDeny"]

_VARIABLE = re.compile(r"\$\{[^}]*\}")


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement, ready to be matched."""

    effect: Literal["Allow", "Deny"]
    action: re.Pattern[str]
    not_action: bool
    resource: re.Pattern[str]
    not_resource: bool

    def applies(self, action: str, resource: str) -> bool:
        """Whether the statement is about that action on that resource."""
        return (
            bool(self.action.fullmatch(action)) is not self.not_action
            and bool(self.resource.fullmatch(resource)) is not self.not_resource
        )


class Policy:
    """An identity policy, or several: what one of them allows and none denies is allowed.

    Args:
        source: A policy document as a dict or as JSON text, or a list of such.

    Raises:
        ValueError: A document that IAM would refuse, or that uses what the hub doesn't simulate.
    """

    def __init__(self, source: Any) -> None:
        self.source = source
        sources = source if isinstance(source, list) else [source]
        self._statements = [
            statement
            for number, document in enumerate(sources)
            for statement in _parse(document, f"policy[{number}]" if len(sources) > 1 else "policy")
        ]

    def decide(self, action: str, resource: str) -> Decision:
        """Decide on an action (`mgh:ImportMigrationTask`) on the ARN of a resource, or on `*`.

        An explicit Deny comes first, then an Allow; what nothing allows is denied.
        """
        decision: Decision = "ImplicitDeny"
        for statement in self._statements:
            if statement.applies(action, resource):
                if statement.effect == "Deny":
                    return "Deny"
                decision = "Allow"
        return decision


def _parse(document: Any, name: str) -> list[Statement]:
    if isinstance(document, str):
        try:
            document = json.loads(document)
        except ValueError as error:
            raise ValueError(f"{name} is not JSON: {error}") from None
    if not isinstance(document, Mapping):
        raise ValueError(f"{name}: a policy is a JSON object, not {type(document).__name__}")
    _check(document, name)
    statements = _listed(document["Statement"])
    return [
        _statement(statement, f"{name} Statement[{number}]")
        for number, statement in enumerate(statements)
    ]


def _statement(statement: Mapping[str, Any], place: str) -> Statement:
    if "Condition" in statement:
        raise ValueError(f"{place}.Condition: conditions are not simulated yet")
    actions = _listed(statement.get("Action", statement.get("NotAction")))
    resources = _listed(statement.get("Resource", statement.get("NotResource")))
    for resource in resources:
        if _VARIABLE.search(resource):
            raise ValueError(f"{place}: policy variables are not simulated yet: {resource!r}")
    return Statement(
        statement["Effect"],
        # Actions are matched without regard to case, resources with it.
        _pattern(actions, re.IGNORECASE),
        "NotAction" in statement,
        _pattern(resources),
        "NotResource" in statement,
    )


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else [value]


def _pattern(globs: Sequence[str], flags: int = 0) -> re.Pattern[str]:
    """Compile globs: `*` is any text, slashes and colons too; `?` is one character."""
    alternatives = (re.escape(glob).replace(r"\*", ".*").replace(r"\?", ".") for glob in globs)
    return re.compile("|".join(alternatives), flags | re.DOTALL)


def _check(document: Mapping[str, Any], name: str) -> None:
    """Raise `ValueError` for a document that breaks the grammar, with the place of the break."""
    from jsonschema import Draft202012Validator

    validator = Draft202012Validator(schemas.load("iam", "policy"))
    error = next(validator.iter_errors(document), None)
    if error is not None:
        path = "".join(
            f"[{part}]" if isinstance(part, int) else f" {part}" if at == 0 else f".{part}"
            for at, part in enumerate(error.absolute_path)
        )
        raise ValueError(f"{name}{path}: {_explain(error)}")


def _explain(error: ValidationError) -> str:
    """Word an error of the policy grammar by the rule that was broken."""
    rule = error.validator
    schema: Any = error.schema
    value: Any = error.validator_value
    said: Any = error.instance
    if rule == "enum":
        return f"{said!r}; {nearest(str(said), map(str, value))}"
    if rule == "oneOf":
        pair = " and ".join(option["required"][0] for option in value)
        return f"a statement has exactly one of {pair}"
    if rule == "additionalProperties":
        allowed = schema["properties"]
        unknown = next(member for member in said if member not in allowed)
        if unknown in ("Principal", "NotPrincipal"):
            return f"an identity policy has no {unknown}"
        return f"unknown element {unknown!r}; {nearest(unknown, allowed)}"
    if rule == "pattern":
        return f"{said!r} is not {schema['title']}"
    return error.message
