"""The conditions of filters: whether values that an item has obey one."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from pytest_mgh.errors import nearest
from pytest_mgh.services.discovery.lookup import refuse_value
from pytest_mgh.state.attributes import CONTAINMENT, NUMERIC

ALL = (*CONTAINMENT, *NUMERIC)

_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")

_MATCHES: dict[str, Callable[[str, str], bool]] = {
    "EQUALS": lambda value, wanted: value == wanted,
    "CONTAINS": lambda value, wanted: wanted in value,
    "GE": lambda value, wanted: _is_number(value) and float(value) >= float(wanted),
    "LE": lambda value, wanted: _is_number(value) and float(value) <= float(wanted),
    "GT": lambda value, wanted: _is_number(value) and float(value) > float(wanted),
    "LT": lambda value, wanted: _is_number(value) and float(value) < float(wanted),
}
_SHORT = {"EQ": "EQUALS", "NE": "NOT_EQUALS"}


def make_test(
    given: Mapping[str, Any], allowed: Collection[str]
) -> Callable[[Iterable[str]], bool]:
    """Return what tests the values that an item has for a filter.

    One value in common is enough; for a negative condition none may be. Text is compared with
    regard to case.

    Args:
        given: The filter of the request.
        allowed: The conditions that it may have.

    Raises:
        ServiceError: A condition that is not allowed, or no number where one is due.
    """
    name, condition, wanted = given["name"], given["condition"], given["values"]
    if condition not in allowed:
        refuse_value(
            f"Filter '{name}' has no condition '{condition}'; {nearest(condition, allowed)}."
        )
    if condition in NUMERIC:
        for value in wanted:
            if not _is_number(value):
                refuse_value(f"Filter '{name}' takes numbers, not '{value}'.")
    condition = _SHORT.get(condition, condition)
    negative = condition.startswith("NOT_")
    matches = _MATCHES[condition.removeprefix("NOT_")]
    return lambda values: (
        any(matches(value, one) for value in values for one in wanted) is not negative
    )


def _is_number(text: str) -> bool:
    return _NUMBER.fullmatch(text) is not None
