"""Finds and orders configuration items as a ListConfigurations request asks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cmp_to_key
from heapq import heapify, heappop
from typing import TYPE_CHECKING, Any

from pytest_mgh.errors import nearest
from pytest_mgh.services.discovery.fields import FIELDS, Field
from pytest_mgh.services.discovery.lookup import refuse_value

if TYPE_CHECKING:
    from pytest_mgh.state.repository import Items, Repository

Test = Callable[[Any], bool]
SortKey = tuple[Any, ...]

_ANY: dict[str, Callable[[str, str], bool]] = {
    "EQUALS": lambda value, wanted: value == wanted,
    "EQ": lambda value, wanted: value == wanted,
    "CONTAINS": lambda value, wanted: wanted in value,
    "GE": lambda value, wanted: _is_number(value) and float(value) >= float(wanted),
    "LE": lambda value, wanted: _is_number(value) and float(value) <= float(wanted),
    "GT": lambda value, wanted: _is_number(value) and float(value) > float(wanted),
    "LT": lambda value, wanted: _is_number(value) and float(value) < float(wanted),
}
_NONE = {
    "NOT_EQUALS": _ANY["EQUALS"],
    "NE": _ANY["EQUALS"],
    "NOT_CONTAINS": _ANY["CONTAINS"],
}
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_NUMERIC = frozenset({"GE", "LE", "GT", "LT"})


def query(
    repository: Repository, items: Items[Any], request: Mapping[str, Any]
) -> tuple[Callable[[Any], Iterator[Any]], Callable[[Any], Any]]:
    """Return what gives the keys of the items behind one, in order, and the item of a key.

    Filters are all to hold, and one value of a filter is enough; for a negative condition none of
    its values may match. Text is compared with regard to case. Items that are alike come in their
    order of creation.

    Raises:
        ServiceError: An unknown filter, a condition that it doesn't have, a field that cannot be
            ordered by, or no number where one is due.
    """
    fields = FIELDS[request["configurationType"]]
    filters = request.get("filters", ())
    tests = [_test(repository, fields, one) for one in filters]
    orders = [_order(fields, one) for one in request.get("orderBy", ())]
    indexed = _indexed(items, filters)

    def matching(start: int | None) -> Iterator[int]:
        positions = items.after(start) if indexed is None else _behind(indexed, start)
        return (at for at in positions if all(test(items.at(at)) for test in tests))

    def ordered(start: SortKey | None) -> Iterator[SortKey]:
        sorts, descending = [sort for sort, _ in orders], [down for _, down in orders]
        keys = ((*(sort(items.at(at)) for sort in sorts), at) for at in matching(None))
        return _in_order(keys, descending, start)

    if orders:
        return ordered, lambda key: items.at(key[-1])
    return matching, items.at


def _test(repository: Repository, fields: Mapping[str, Field], said: Mapping[str, Any]) -> Test:
    name, condition, wanted = said["name"], said["condition"], said["values"]
    field = fields.get(name)
    if field is None or not field.conditions:
        allowed = [known for known, field in fields.items() if field.conditions]
        refuse_value(f"Filter '{name}' is not known; {nearest(name, allowed)}.")
    if condition not in field.conditions:
        refuse_value(
            f"Filter '{name}' has no condition '{condition}'; "
            f"{nearest(condition, field.conditions)}."
        )
    if condition in _NUMERIC:
        for value in wanted:
            if not _is_number(value):
                refuse_value(f"Filter '{name}' takes numbers, not '{value}'.")
    values, none_of = field.values, _NONE.get(condition)
    matches = none_of or _ANY[condition]

    def test(item: Any) -> bool:
        any_matches = any(
            matches(value, one) for value in values(repository, item) for one in wanted
        )
        return any_matches is (none_of is None)

    return test


def _is_number(text: str) -> bool:
    return _NUMBER.fullmatch(text) is not None


def _order(
    fields: Mapping[str, Field], said: Mapping[str, str]
) -> tuple[Callable[[Any], Any], bool]:
    name = said["fieldName"]
    field = fields.get(name)
    if field is None or field.sort is None:
        allowed = [known for known, field in fields.items() if field.sort]
        refuse_value(f"Field '{name}' cannot be ordered by; {nearest(name, allowed)}.")
    return field.sort, said.get("sortOrder") == "DESC"


def _indexed(items: Items[Any], filters: Iterable[Mapping[str, Any]]) -> list[int] | None:
    """Return the positions that an index leaves to look at; `None` where none helps."""
    for said in filters:
        if said["condition"] in ("EQUALS", "EQ") and said["name"] in items.indexed:
            ids = {id_ for value in said["values"] for id_ in items.find(said["name"], value)}
            return sorted(items.position(id_) for id_ in ids)
    return None


def _behind(positions: list[int], start: int | None) -> Iterator[int]:
    return (at for at in positions if start is None or at > start)


def _in_order(
    keys: Iterable[SortKey], descending: list[bool], start: SortKey | None
) -> Iterator[SortKey]:
    """Give the keys behind one in order; only those that are taken are sorted."""

    def compare(one: SortKey, other: SortKey) -> int:
        for left, right, down in zip(one, other, (*descending, False), strict=True):
            if left != right:
                return -1 if (left < right) is not down else 1
        return 0

    ranked = cmp_to_key(compare)
    heap = [(ranked(key), key) for key in keys if start is None or compare(key, start) > 0]
    heapify(heap)
    while heap:
        yield heappop(heap)[1]
