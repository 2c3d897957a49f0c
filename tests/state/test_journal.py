from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pytest_mgh.state.in_order import InOrder
from pytest_mgh.state.journal import Journal
from pytest_mgh.state.sorted_keys import SortedKeys
from pytest_mgh.state.value_index import ValueIndex


class Record:
    name = "before"


@contextmanager
def failing(journal: Journal) -> Iterator[None]:
    """A block of changes that fails at its end."""
    with suppress(KeyError), journal.whole():
        yield
        raise KeyError


def test_changes_of_a_block_are_kept_at_its_end() -> None:
    journal, record, items = Journal(), Record(), [1]

    with journal.whole():
        journal.set(record, "name", "after")
        journal.append(items, 2)

    assert (record.name, items) == ("after", [1, 2])


def test_changes_of_a_failed_block_are_undone() -> None:
    journal, record, items, mapping = Journal(), Record(), [1], {"a": 1, "b": 2}

    with failing(journal):
        journal.set(record, "name", "after")
        journal.append(items, 2)
        journal.put(mapping, "c", 3)
        journal.put(mapping, "a", 0)
        journal.drop(mapping, "b")

    assert (record.name, items, mapping) == ("before", [1], {"a": 1, "b": 2})


def test_a_failed_block_undoes_its_inner_blocks() -> None:
    journal, items = Journal(), [0]

    with failing(journal), journal.whole():
        journal.append(items, 1)

    assert items == [0]


def test_a_failed_inner_block_undoes_only_itself() -> None:
    journal, items = Journal(), [0]

    with journal.whole():
        journal.append(items, 1)
        with failing(journal):
            journal.append(items, 2)
        journal.append(items, 3)

    assert items == [0, 1, 3]


def test_every_change_is_counted() -> None:
    journal, items = Journal(), [0]

    journal.append(items, 1)
    with failing(journal):
        journal.append(items, 2)

    assert journal.count == 2


class Containers:
    """One of each, filled alike."""

    def __init__(self) -> None:
        self.journal = Journal()
        self.keys: SortedKeys[int] = SortedKeys()
        self.records: InOrder[int, str] = InOrder()
        self.index = ValueIndex()

    def change(self, add: bool, key: int) -> None:
        if add:
            self.keys.add(self.journal, key)
            self.records.put(self.journal, key, f"record {key}")
            self.index.add(self.journal, [key % 7, key % 5], str(key % 10))
        else:
            self.keys.discard(self.journal, key)
            self.records.remove(self.journal, key)
            if str(key % 10) in self.index.find(key % 7):
                self.index.drop(self.journal, [key % 7, key % 5], str(key % 10))

    def content(self) -> Any:
        found = {value: dict(self.index.find(value)) for value in range(60)}
        return list(self.keys), list(self.records.rows), self.records.next, found


CHANGES = st.lists(st.tuples(st.booleans(), st.integers(0, 60)), max_size=60)


@given(CHANGES, CHANGES)
def test_all_changes_to_containers_are_undone(
    before: list[tuple[bool, int]], within: list[tuple[bool, int]]
) -> None:
    containers = Containers()
    for change in before:
        containers.change(*change)
    content = copy.deepcopy(containers.content())

    with failing(containers.journal):
        for change in within:
            containers.change(*change)

    assert containers.content() == content
