"""The condition operators of IAM's policy language."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from pytest_mgh.access.globs import ArnGlob, Glob, compile_arn_glob, compile_glob
from pytest_mgh.access.variables import Context, Filled, PolicyText, compile_text, plain
from pytest_mgh.errors import nearest
from pytest_mgh.protocol.times import read_iso

Compare = Callable[[str, Any], bool]
"""Compares a value of the call with a value of the policy."""


class Operator(NamedTuple):
    """A condition operator.

    Args:
        prepare: Reads a value of the policy; `ValueError` for one that makes no sense.
        compare: Compares a value of the call with it.
        negated: Whether it holds where nothing compares.
        textual: Whether its values may hold variables.
    """

    prepare: Callable[[Filled], Any]
    compare: Compare
    negated: bool = False
    textual: bool = False


_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")


def _number(value: str) -> float:
    if not _NUMBER.fullmatch(value):  # float() also takes "nan" and "1_000"
        raise ValueError("not a number")
    return float(value)


def _time(value: str) -> float:
    """Return a date as seconds since the epoch: ISO 8601, or such seconds themselves."""
    if _NUMBER.fullmatch(value):
        return float(value)
    return read_iso(f"{value}-01" if _MONTH.fullmatch(value) else value)


def _boolean(value: str) -> str:
    if value.lower() not in ("true", "false"):
        raise ValueError("neither true nor false")
    return value.lower()


def _lower(value: str) -> str:
    return value.lower()


def _matches(value: str, glob: Glob | ArnGlob) -> bool:
    return glob.matches(value)


def _in_network(value: str, network: Any) -> bool:
    return ipaddress.ip_address(value) in network


def _network(value: str) -> Any:
    return ipaddress.ip_network(value, strict=False)


def _same(value: str, wanted: str) -> bool:
    return value == wanted


_COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "Equals": lambda value, wanted: value == wanted,
    "LessThan": lambda value, wanted: value < wanted,
    "LessThanEquals": lambda value, wanted: value <= wanted,
    "GreaterThan": lambda value, wanted: value > wanted,
    "GreaterThanEquals": lambda value, wanted: value >= wanted,
}


def _plainly(read: Callable[[str], Any]) -> Callable[[Filled], Any]:
    return lambda filled: read(plain(filled))


def _ordered(read: Callable[[str], float], compare: Callable[[float, float], bool]) -> Compare:
    return lambda value, wanted: compare(read(value), wanted)


def _operators() -> dict[str, Operator]:
    operators = {
        "StringEquals": Operator(plain, _same, textual=True),
        "StringEqualsIgnoreCase": Operator(
            _plainly(_lower), lambda value, wanted: value.lower() == wanted, textual=True
        ),
        "StringLike": Operator(compile_glob, _matches, textual=True),
        "ArnEquals": Operator(compile_arn_glob, _matches, textual=True),
        "ArnLike": Operator(compile_arn_glob, _matches, textual=True),
        "Bool": Operator(_plainly(_boolean), lambda value, wanted: value.lower() == wanted),
        "BinaryEquals": Operator(plain, _same),
        "IpAddress": Operator(_plainly(_network), _in_network),
    }
    for family, read in (("Numeric", _number), ("Date", _time)):
        for name, compare in _COMPARISONS.items():
            operators[family + name] = Operator(_plainly(read), _ordered(read, compare))
    for name, negated in (
        ("StringEquals", "StringNotEquals"),
        ("StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"),
        ("StringLike", "StringNotLike"),
        ("ArnEquals", "ArnNotEquals"),
        ("ArnLike", "ArnNotLike"),
        ("NumericEquals", "NumericNotEquals"),
        ("DateEquals", "DateNotEquals"),
        ("IpAddress", "NotIpAddress"),
    ):
        of = operators[name]
        operators[negated] = Operator(of.prepare, of.compare, negated=True, textual=of.textual)
    return operators


OPERATORS = _operators()
SET_OPERATORS = ("ForAnyValue", "ForAllValues")


class Condition(NamedTuple):
    """One key of one operator in a statement, ready to be tested.

    Args:
        operator: The operator.
        key: The key, in lower case.
        prepared: The values that are the same for every call, ready to be compared with.
        texts: The values that are filled in for each call.
        over: `ForAnyValue` or `ForAllValues`, if the operator is about a set.
        if_exists: Whether it holds where the key is absent.
    """

    operator: Operator
    key: str
    prepared: tuple[Any, ...]
    texts: tuple[PolicyText, ...]
    over: str | None
    if_exists: bool

    def holds(self, context: Context) -> bool:
        """Whether the condition holds for a call; an absent key behaves as IAM documents."""
        present = context.get(self.key)
        if present is None:
            if self.if_exists or self.over == "ForAllValues":
                return True
            return self.operator.negated and self.over is None
        wanted = [*self.prepared, *self._filled(context)]
        tests = (self._holds(value, wanted) for value in present)
        return any(tests) if self.over == "ForAnyValue" else all(tests)

    def _filled(self, context: Context) -> Iterator[Any]:
        """Yield the values whose variables are known and that make sense with them."""
        for text in self.texts:
            filled = text.fill(context)
            if filled is not None:
                with suppress(ValueError):
                    yield self.operator.prepare(filled)

    def _holds(self, value: str, wanted: Sequence[Any]) -> bool:
        return self._compares(value, wanted) is not self.operator.negated

    def _compares(self, value: str, wanted: Sequence[Any]) -> bool:
        try:
            return any(self.operator.compare(value, one) for one in wanted)
        except ValueError:
            return False  # the call's value is of another kind: no number, no address


class NullCondition(NamedTuple):
    """The operator Null: whether a key is absent."""

    key: str
    absent: bool

    def holds(self, context: Context) -> bool:
        """Whether the key is absent, or present, as the policy wants it."""
        return (self.key not in context) is self.absent


def compile_conditions(
    written: Mapping[str, Mapping[str, Any]], *, variables: bool
) -> tuple[Condition | NullCondition, ...]:
    """Compile the Condition element of a statement.

    Raises:
        ValueError: An operator that is unknown, or a value that makes no sense for it.
    """
    return tuple(
        _compile(operator, key, values, variables=variables)
        for operator, keys in written.items()
        for key, values in keys.items()
    )


def _compile(name: str, key: str, written: Any, *, variables: bool) -> Condition | NullCondition:
    values = [_text(value) for value in (written if isinstance(written, list) else [written])]
    over, _, rest = name.rpartition(":")
    operator_name = rest.removesuffix("IfExists")
    if (over and over not in SET_OPERATORS) or operator_name not in {*OPERATORS, "Null"}:
        allowed = nearest(operator_name, [*OPERATORS, "Null"])
        raise ValueError(f"unknown operator {name!r}; {allowed}")
    if operator_name == "Null":
        if len(values) != 1 or over or rest != operator_name:
            raise ValueError(f"{name} takes one value, true or false")
        return NullCondition(
            key.lower(), _checked(_plainly(_boolean), name, key, values[0]) == "true"
        )
    operator = OPERATORS[operator_name]
    texts = [compile_text(value, variables=variables and operator.textual) for value in values]
    return Condition(
        operator,
        key.lower(),
        tuple(
            _checked(operator.prepare, name, key, text.source)
            for text in texts
            if not text.variables
        ),
        tuple(text for text in texts if text.variables),
        over or None,
        rest != operator_name,
    )


def _checked(prepare: Callable[[Filled], Any], operator: str, key: str, value: str) -> Any:
    try:
        return prepare(((value, True),))
    except ValueError as error:
        raise ValueError(f"{operator} {key}: {value!r}: {error}") from None


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
