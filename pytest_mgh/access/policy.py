"""The IAM policy language: documents are checked when they are set, calls are decided by them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from pytest_mgh.access.remarks import action_remarks, size, size_remark
from pytest_mgh.protocol.documents import explain, find_mistake

if TYPE_CHECKING:
    from pytest_mgh.access.conditions import Condition, NullCondition
    from pytest_mgh.access.globs import Glob
    from pytest_mgh.access.variables import Context, Filled, PolicyText

Effect = Literal["Allow", "Deny"]


class Statement(NamedTuple):
    """A statement, ready to be matched.

    Args:
        place: Where it stands, for people to find it.
        effect: What it does where it applies.
        patterns: The actions that it is about, as they are written.
        actions: The same, to be matched.
        not_actions: Whether it is about all actions but those.
        resources: The resources that it is about.
        not_resources: Whether it is about all resources but those.
        conditions: What must hold besides.
    """

    place: str
    effect: Effect
    patterns: tuple[str, ...]
    actions: tuple[Glob, ...]
    not_actions: bool
    resources: tuple[PolicyText, ...]
    not_resources: bool
    conditions: tuple[Condition | NullCondition, ...]

    @property
    def dynamic(self) -> bool:
        """Whether it asks for more about a call than action and resource."""
        return bool(self.conditions) or any(text.variables for text in self.resources)

    def about(self, action: str) -> bool:
        """Whether the statement is about that action."""
        # Actions are matched without regard to case, resources with it.
        matches = any(glob.matches(action.lower()) for glob in self.actions)
        return matches is not self.not_actions

    def applies(self, resource: str, context: Context) -> bool:
        """Whether the statement, being about the action, applies to a call."""
        return self.is_on(resource, context) and all(
            condition.holds(context) for condition in self.conditions
        )

    def is_on(self, resource: str, context: Context) -> bool:
        """Whether the statement is about that resource."""
        globs = (text.fill(context) for text in self.resources)
        matches = any(glob is not None and _compiled_glob(glob).matches(resource) for glob in globs)
        return matches is not self.not_resources

    def misses(self, resource: str, context: Context) -> str:
        """Say what keeps the statement, being about the action, from applying to a call."""
        if not self.is_on(resource, context):
            resources = ", ".join(text.source for text in self.resources)
            return f"but not on {resources}" if self.not_resources else f"but only on {resources}"
        failed = next(one for one in self.conditions if not one.holds(context))
        return f"but its condition on {failed.key} does not hold"


@lru_cache(maxsize=4096)
def _compiled_glob(parts: Filled) -> Glob:
    from pytest_mgh.access.globs import compile_glob

    return compile_glob(parts)


class Policy:
    """A policy, or several: what one of them allows and none denies is allowed.

    Args:
        source: A policy document as a dict or as JSON text, the name of an AWS managed policy, or
            a list of such.
        name: What messages call it.

    Raises:
        ValueError: A document that IAM would refuse, or the name of no managed policy.
    """

    def __init__(self, source: Any, name: str = "policy") -> None:
        self.source = source
        self._name = name
        sources = source if isinstance(source, list) else [source]
        documents = [
            _read(document, f"{name}[{number}]" if len(sources) > 1 else name)
            for number, document in enumerate(sources)
        ]
        self._statements = [one for document in documents for one in _parse(*document)]
        self._by_action: dict[str, list[Statement]] = {}
        self.dynamic: bool = any(statement.dynamic for statement in self._statements)

    def find(self, effect: Effect, action: str, resource: str, context: Context) -> str | None:
        """Return the place of the first statement of an effect that applies, or `None`."""
        for statement in self._about(action):
            if statement.effect == effect and statement.applies(resource, context):
                return statement.place
        return None

    def find_near(self, action: str, resource: str, context: Context) -> str | None:
        """Say why the first statement that allows the action does not apply, or `None`."""
        for one in self._about(action):
            if one.effect == "Allow":
                return f"{one.place} allows the action, {one.misses(resource, context)}"
        return None

    def remarks(self, kind: str, *, role: bool) -> list[str]:
        """Say what is odd about it though IAM would take it.

        Args:
            kind: What it is, in IAM's words.
            role: Whether it is a role's.
        """
        documents = self.source if isinstance(self.source, list) else [self.source]
        own = [one for one in documents if not is_managed(one)]
        sizes = size_remark(kind, map(size, own), role=role)
        return [
            *(
                f"{one.place}: {remark}"
                for one in self._statements
                for remark in action_remarks(one.patterns)
            ),
            *(f"{self._name}: {remark}" for remark in sizes),
        ]

    def _about(self, action: str) -> list[Statement]:
        statements = self._by_action.get(action)
        if statements is None:
            statements = [one for one in self._statements if one.about(action)]
            self._by_action[action] = statements
        return statements


def _parse(document: Mapping[str, Any], name: str) -> Iterator[Statement]:
    _check(document, name)
    sids = [one["Sid"] for one in _listed(document["Statement"]) if one.get("Sid")]
    if len(set(sids)) < len(sids):
        repeated = next(sid for sid in sids if sids.count(sid) > 1)
        raise ValueError(f"{name}: Sid {repeated!r} appears more than once")
    variables = document.get("Version") == "2012-10-17"
    for number, statement in enumerate(_listed(document["Statement"])):
        sid = f" ({statement['Sid']})" if statement.get("Sid") else ""
        yield _statement(statement, f"{name} Statement[{number}]{sid}", variables=variables)


def is_managed(source: Any) -> bool:
    """Whether a source names a policy instead of being one."""
    return isinstance(source, str) and not source.lstrip().startswith(("{", "["))


def _read(source: Any, name: str) -> tuple[Mapping[str, Any], str]:
    """Return the document that a source is or names, and a name for messages."""
    document, name = _read_text(source, name) if isinstance(source, str) else (source, name)
    if not isinstance(document, Mapping):
        raise ValueError(f"{name}: a policy is a JSON object, not {type(document).__name__}")
    return document, name


def _read_text(text: str, name: str) -> tuple[Any, str]:
    if is_managed(text):
        from pytest_mgh.access.managed_policies import find_managed_policy, nearest_managed_policy

        managed = find_managed_policy(text)
        if managed is not None:
            return managed.document, managed.name
        hint = nearest_managed_policy(text)
        if text.endswith(".json"):
            hint = f"a file? read it first: Path({text!r}).read_text()"
        raise ValueError(
            f"{name}: {_quoted(text)} is neither JSON nor the name of a managed policy that "
            f"the hub has; {hint}"
        )
    try:
        return json.loads(text), name
    except ValueError as error:
        raise ValueError(f"{name} is not JSON: {error}") from None


def _quoted(text: str) -> str:
    """Quote a text that may be a misspelt name; a longer one may be a secret."""
    return repr(text) if len(text) <= _MAX_NAME_LENGTH else f"a text of {len(text)} characters"


_MAX_NAME_LENGTH = 128
"""Characters of the name of a policy."""


def _statement(statement: Mapping[str, Any], place: str, *, variables: bool) -> Statement:
    from pytest_mgh.access.conditions import compile_conditions
    from pytest_mgh.access.globs import compile_glob
    from pytest_mgh.access.variables import compile_text

    actions = _listed(statement.get("Action", statement.get("NotAction")))
    resources = _listed(statement.get("Resource", statement.get("NotResource")))
    try:
        conditions = compile_conditions(statement.get("Condition", {}), variables=variables)
    except ValueError as error:
        raise ValueError(f"{place} Condition: {error}") from None
    return Statement(
        place,
        statement["Effect"],
        tuple(actions),
        tuple(compile_glob(((action.lower(), True),)) for action in actions),
        "NotAction" in statement,
        tuple(compile_text(resource, variables=variables) for resource in resources),
        "NotResource" in statement,
        conditions,
    )


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else [value]


def _check(document: Mapping[str, Any], name: str) -> None:
    """Raise `ValueError` for a document that breaks the grammar, with the place of the break."""
    mistake = find_mistake("iam", "policy", document)
    if mistake is None:
        return
    path = "".join(
        f"[{part}]" if isinstance(part, int) else f" {part}" if at == 0 else f".{part}"
        for at, part in enumerate(mistake.path)
    )
    foreign = {"Principal", "NotPrincipal"}
    if mistake.rule == "additionalProperties" and (found := foreign & mistake.value.keys()):
        raise ValueError(
            f"{name}{path}: not allowed in an identity policy: {', '.join(sorted(found))}"
        )
    raise ValueError(f"{name}{path}: {explain(mistake)}")
