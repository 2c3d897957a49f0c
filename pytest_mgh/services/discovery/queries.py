"""Finds and orders configuration items as a ListConfigurations request asks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cmp_to_key
from heapq import heapify, heappop
from typing import TYPE_CHECKING, Any

from pytest_mgh.errors import nearest
from pytest_mgh.services.discovery.conditions import make_test
from pytest_mgh.services.discovery.fields import FIELDS, Field
from pytest_mgh.services.discovery.lookup import refuse_value

if TYPE_CHECKING:
    from pytest_mgh.state.in_order import InOrder
    from pytest_mgh.state.repository import Repository

Test = Callable[[Any], bool]
SortKey = tuple[Any, ...]


def query(
    repository: Repository, items: InOrder[str, Any], request: Mapping[str, Any]
) -> tuple[Callable[[Any], Iterator[Any]], Callable[[Any], Any]]:
    """Return what gives the keys of the items behind one, in order, and the item of a key.

    Filters are all to hold. Items that are alike come in their order of creation.

    Raises:
        ServiceError: An unknown filter, a condition that it doesn't have, a field that cannot be
            ordered by, or no number where one is due.
    """
    fields = FIELDS[request["configurationType"]]
    filters = request.get("filters", ())
    tests = [_test(repository, fields, one) for one in filters]
    orders = [_order(repository, fields, one) for one in request.get("orderBy", ())]
    indexed = _indexed(repository, items, fields, filters)

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


def _test(repository: Repository, fields: Mapping[str, Field], given: Mapping[str, Any]) -> Test:
    field = fields.get(given["name"])
    if field is None or not field.conditions:
        allowed = [known for known, field in fields.items() if field.conditions]
        refuse_value(f"Filter '{given['name']}' is not known; {nearest(given['name'], allowed)}.")
    obeys, values = make_test(given, field.conditions), field.values
    return lambda item: obeys(values(repository, item))


def _order(
    repository: Repository, fields: Mapping[str, Field], given: Mapping[str, str]
) -> tuple[Callable[[Any], Any], bool]:
    name = given["fieldName"]
    sort = fields[name].sort if name in fields else None
    if sort is None:
        allowed = [known for known, field in fields.items() if field.sort]
        refuse_value(f"Field '{name}' cannot be ordered by; {nearest(name, allowed)}.")
    return lambda item: sort(repository, item), given.get("sortOrder") == "DESC"


def _indexed(
    repository: Repository,
    items: InOrder[str, Any],
    fields: Mapping[str, Field],
    filters: Iterable[Mapping[str, Any]],
) -> list[int] | None:
    """Return the positions that an index finds, or `None` if no index helps."""
    for given in filters:
        find = fields[given["name"]].ids
        if find is None or given["condition"] not in ("EQUALS", "EQ"):
            continue
        found = [find(repository, value) for value in given["values"]]
        ids = {id_ for one in found for id_ in one or ()}
        if None not in found:
            return sorted(items.position(id_) for id_ in ids if id_ in items)
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
