from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_mgh.state import sorted_keys
from pytest_mgh.state.journal import Journal
from pytest_mgh.state.sorted_keys import SortedKeys

CHANGES = st.lists(st.tuples(st.booleans(), st.integers(0, 5000)), max_size=200)


@given(CHANGES, st.integers(0, 5000))
def test_sorted_keys_equal_a_sorted_set(changes: list[tuple[bool, int]], start: int) -> None:
    keys: SortedKeys[int] = SortedKeys()
    model: set[int] = set()

    for add, key in changes:
        (keys.add if add else keys.discard)(Journal(), key)
        (model.add if add else model.discard)(key)

    assert list(keys) == sorted(model)
    assert len(keys) == len(model)
    assert list(keys.after(start)) == sorted(key for key in model if key > start)
    assert all(key in keys for key in model)


def test_sorted_keys_stay_sorted_when_chunks_split_and_empty() -> None:
    keys: SortedKeys[int] = SortedKeys()
    numbers = [(number * 7919) % 10_007 for number in range(10_000)]

    for number in numbers:
        keys.add(Journal(), number)
    for number in numbers[::2]:
        keys.discard(Journal(), number)

    assert list(keys) == sorted(numbers[1::2])
    assert len(keys._chunks[1]) > 2
    assert all(len(chunk) <= 2 * sorted_keys._CHUNK for chunk in keys._chunks[1])


def test_a_key_between_two_chunks_is_found_from_both_sides() -> None:
    keys: SortedKeys[int] = SortedKeys()
    for number in range(0, 4000, 2):
        keys.add(Journal(), number)

    for first in keys._chunks[0]:
        assert next(keys.after(first - 1)) == first
        assert next(keys.after(first)) == first + 2


def test_an_empty_set_has_nothing_after_any_key() -> None:
    keys: SortedKeys[int] = SortedKeys()
    keys.add(Journal(), 1)
    keys.discard(Journal(), 1)

    assert list(keys.after(0)) == []
    assert list(keys.after()) == []
    assert 1 not in keys


@given(st.sets(st.integers(0, 5000)), st.sets(st.integers(0, 5000)), CHANGES)
def test_many_keys_are_added_and_undone_at_once(
    there: set[int], some: set[int], changes: list[tuple[bool, int]]
) -> None:
    keys, journal = SortedKeys[int](), Journal()
    keys.add_all(journal, sorted(there))
    before = journal.version()

    keys.add_all(journal, sorted(some - there))
    for add, key in changes:
        (keys.add if add else keys.discard)(journal, key)
    after, held = journal.version(), list(keys)
    journal.go_to(before)
    assert list(keys) == sorted(there)
    journal.go_to(after)

    assert list(keys) == held
    journal.go_to(before)
    assert list(keys) == sorted(there)


def test_appending_keys_does_not_move_the_others() -> None:
    keys: SortedKeys[int] = SortedKeys()
    keys.add_all(Journal(), list(range(10_000)))
    chunks = keys._chunks[1]

    keys.add_all(Journal(), list(range(10_000, 20_000)))

    assert list(keys) == list(range(20_000))
    assert all(one is other for one, other in zip(chunks[:-1], keys._chunks[1], strict=False))
    assert all(len(chunk) <= 2 * sorted_keys._CHUNK for chunk in keys._chunks[1])
    assert 9_999 in keys
    assert next(keys.after(10_000)) == 10_001


class Interrupted(SortedKeys[int]):
    """Keys of which no further one comes or goes."""

    def _insert(self, *_: object) -> None:
        raise KeyboardInterrupt

    _remove = _insert


@pytest.mark.parametrize(("change", "key"), [("add", 2), ("discard", 1)])
def test_a_change_that_is_interrupted_before_it_is_made_is_taken_back_without_harm(
    change: str, key: int
) -> None:
    keys, journal = Interrupted(), Journal()
    keys.add_all(journal, [1, 3])

    with pytest.raises(KeyboardInterrupt), journal.whole():
        getattr(keys, change)(journal, key)

    assert list(keys) == [1, 3]
