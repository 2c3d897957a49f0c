"""Tables over the hub's records: rows are made only of those that a page shows."""

from __future__ import annotations

import time
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pytest_mgh.errors import nearest

if TYPE_CHECKING:
    from pytest_mgh.state.store import Store
    from pytest_mgh.state.world import World

Item = TypeVar("Item")
Found = TypeVar("Found")
Row = dict[str, Any]

_TURN = 1000
"""Records that are read before others may have the hub."""
_PAUSE = 0.0002
"""Seconds that it takes another thread to notice that the lock is free."""


class HomeState:
    """What rows are made of: the default account's state in its home Region, at one moment."""

    def __init__(self, world: World, store: Store) -> None:
        self.world = world
        self.store = store
        self.now: float = world.clock.time()

    def in_turns(
        self, read: Callable[[Sequence[Item]], Iterable[Found]], records: Sequence[Item]
    ) -> list[Found]:
        """Read records under the hub's lock, some at a time, and let calls in between."""
        found: list[Found] = []
        for start in range(0, len(records), _TURN):
            if start:
                time.sleep(_PAUSE)
            with self.world.lock:
                found += read(records[start : start + _TURN])
        return found


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a table.

    Attributes:
        total: Number of rows on all pages.
        offset: The index of this page's first row, from 0.
        rows: JSON-ready rows; times are seconds since the epoch.
        choices: The possible values of filters that have few.
    """

    total: int
    offset: int
    rows: tuple[Row, ...]
    choices: Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Query:
    """Which rows are requested; `MigrationHub.table` documents the members."""

    search: str = ""
    where: Mapping[str, str] = field(default_factory=dict)
    sort: str | None = None
    descending: bool = False
    offset: int = 0
    limit: int = 100


@dataclass(frozen=True, slots=True)
class Table(Generic[Item]):
    """A table.

    Args:
        records: Returns what there is; it is called under the lock.
        row: Makes the row of a record.
        text: Returns what a search looks into.
        columns: What can be sorted by: returns a record's value, which `None` lacks.
        filters: What can be asked for: returns the values that a record has.
        choices: Returns the values that there are, by filter.
        order: Returns what the table's own order goes by; `None` where `records` are in it.
        first: Returns how many records there are, and those of a page in the table's own order,
            without looking at all of them; it is called under the lock.
        find: Returns the record that a key names; it is called under the lock.
    """

    records: Callable[[HomeState], list[Item]]
    row: Callable[[HomeState, Item], Row]
    text: Callable[[HomeState, Item], str]
    columns: Mapping[str, Callable[[HomeState, Item], Any]] = field(default_factory=dict)
    filters: Mapping[str, Callable[[HomeState, Item], Container[str]]] = field(default_factory=dict)
    choices: Callable[[HomeState], Mapping[str, Sequence[str]]] = lambda _: {}
    order: Callable[[HomeState, Item], Any] | None = None
    first: Callable[[HomeState, Query], tuple[int, list[Item]]] | None = None
    find: Callable[[HomeState, Sequence[str]], Item | None] | None = None

    def read(self, home: HomeState, query: Query) -> Page:
        """Return the page that a query asks for; the last one, if there is none as far behind.

        Raises:
            ValueError: A column or a filter that the table does not have, or no such page.
        """
        self._check(query)
        total, offset, shown = self._find(home, query)
        rows = home.in_turns(lambda some: [self.row(home, record) for record in some], shown)
        return Page(total, offset, tuple(rows), self.choices(home))

    def read_one(self, home: HomeState, key: Sequence[str]) -> Row:
        """Return the row that a key names; `LookupError` if there is none."""
        with home.world.lock:
            record = self.find(home, key) if self.find is not None else None
            if record is None:
                raise LookupError(f"{' '.join(map(repr, key))} does not exist")
            return self.row(home, record)

    def _find(self, home: HomeState, query: Query) -> tuple[int, int, list[Item]]:
        """Return how many records there are, the number of the first one shown, and those shown."""
        whole = not query.search.strip() and not query.where and query.sort is None
        if self.first is not None and whole:
            with home.world.lock:
                total, shown = self.first(home, query)
            if shown or query.offset == 0:
                return total, query.offset, shown
        with home.world.lock:
            records = self.records(home)
        records = self._search(home, records, query)
        if query.sort is not None:
            records = _sort(home, records, self.columns[query.sort], query.descending)
        elif self.order is not None:
            records = _sort(home, records, self.order)
        last = max(0, len(records) - 1) // query.limit * query.limit
        offset = min(query.offset, last)
        return len(records), offset, records[offset : offset + query.limit]

    def _check(self, query: Query) -> None:
        if query.sort is not None and query.sort not in self.columns:
            raise ValueError(f"sort={query.sort!r}: {nearest(query.sort, self.columns)}")
        for name in query.where:
            if name not in self.filters:
                raise ValueError(f"no filter {name!r}; {nearest(name, self.filters)}")
        if query.offset < 0:
            raise ValueError(f"offset={query.offset}: must be >= 0")
        if query.limit < 1:
            raise ValueError(f"limit={query.limit}: must be >= 1")

    def _search(self, home: HomeState, records: list[Item], query: Query) -> list[Item]:
        for name, value in query.where.items():
            records = home.in_turns(_having(home, self.filters[name], value), records)
        words = query.search.casefold().split()
        return home.in_turns(_matching(home, self.text, words), records) if words else records


def _having(
    home: HomeState, values: Callable[[HomeState, Item], Container[str]], value: str
) -> Callable[[Sequence[Item]], list[Item]]:
    return lambda some: [record for record in some if value in values(home, record)]


def _matching(
    home: HomeState, text: Callable[[HomeState, Item], str], words: Sequence[str]
) -> Callable[[Sequence[Item]], list[Item]]:
    def matching(some: Sequence[Item]) -> list[Item]:
        texts = [text(home, record).casefold() for record in some]
        for word in words:
            texts = [one if word in one else "" for one in texts]
        return [record for record, found in zip(some, texts, strict=True) if found]

    return matching


def _sort(
    home: HomeState,
    records: list[Item],
    value: Callable[[HomeState, Item], Any],
    descending: bool = False,
) -> list[Item]:
    values = home.in_turns(lambda some: [value(home, record) for record in some], records)
    pairs = list(zip(values, records, strict=True))
    known = [pair for pair in pairs if pair[0] is not None]
    known.sort(key=itemgetter(0), reverse=descending)
    return [record for _, record in known] + [record for one, record in pairs if one is None]
