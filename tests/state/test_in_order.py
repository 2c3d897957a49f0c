from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pytest_mgh.state.in_order import InOrder
from pytest_mgh.state.journal import Journal


@pytest.fixture
def records() -> InOrder[str, str]:
    kept: InOrder[str, str] = InOrder()
    for key in ("b", "a", "c"):
        kept.put(Journal(), key, key.upper())
    return kept


def test_records_are_listed_in_the_order_of_insertion(records: InOrder[str, str]) -> None:
    assert list(records) == ["B", "A", "C"]
    assert [records.at(position) for position in records.after()] == ["B", "A", "C"]


def test_replacing_a_record_keeps_its_position(records: InOrder[str, str]) -> None:
    position = records.position("b")

    records.put(Journal(), "b", "new")

    assert list(records) == ["new", "A", "C"]
    assert records.position("b") == position


def test_removing_and_adding_again_gives_a_new_position(records: InOrder[str, str]) -> None:
    position = records.position("b")

    assert records.remove(Journal(), "b") is True
    records.put(Journal(), "b", "B")

    assert list(records) == ["A", "C", "B"]
    assert records.position("b") > position


def test_removing_an_unknown_record_returns_false(records: InOrder[str, str]) -> None:
    assert records.remove(Journal(), "z") is False
    assert len(records) == 3


def test_the_position_of_a_removed_record_still_leads_to_later_records(
    records: InOrder[str, str],
) -> None:
    position = records.position("a")

    records.remove(Journal(), "a")

    assert [records.at(behind) for behind in records.after(position)] == ["C"]
    with pytest.raises(KeyError):
        records.at(position)


class Interrupted(list[Any]):
    """A list in which no further item comes or goes."""

    def append(self, _: object) -> None:
        raise KeyboardInterrupt

    def __delitem__(self, _: object) -> None:
        raise KeyboardInterrupt


@pytest.mark.parametrize(
    "change",
    [
        lambda items, journal: items.put(journal, "c", "record c"),
        lambda items, journal: items.remove(journal, "a"),
    ],
    ids=["put", "remove"],
)
def test_a_change_that_is_interrupted_before_it_is_made_is_taken_back_without_harm(
    change: Callable[[InOrder[str, str], Journal], object],
) -> None:
    items, journal = InOrder[str, str](), Journal()
    for key in ("a", "b"):
        items.put(journal, key, f"record {key}")
    before = list(items.rows)
    items._positions = Interrupted(items._positions)

    with pytest.raises(KeyboardInterrupt), journal.whole():
        change(items, journal)

    assert list(items.rows) == before
