from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_mgh.state.journal import Journal
from pytest_mgh.state.recent import Recent


def filled(most: int, number: int) -> Recent[int]:
    journal, log = Journal(), Recent[int](most)
    with journal.whole():
        for item in range(number):
            log.append(journal, item)
    return log


@given(st.integers(1, 40), st.integers(0, 200))
def test_the_last_items_are_kept_with_their_numbers(most: int, number: int) -> None:
    log, kept = filled(most, number), list(range(number))[-most:]

    assert list(log) == kept
    assert [log[at] for at in range(len(log))] == kept
    assert [log[-at] for at in range(1, len(log) + 1)] == kept[::-1]
    assert log[1:-1] == kept[1:-1]
    assert log.first == number - len(kept)
    for beyond in (len(kept), -len(kept) - 1):
        with pytest.raises(IndexError):
            log[beyond]


def test_few_discarded_items_stay_in_memory() -> None:
    assert len(filled(80, 10_000)._log[1]) <= 90


def test_undoing_an_append_restores_the_discarded_item() -> None:
    journal, log = Journal(), filled(4, 4)
    start = journal.version()
    with journal.whole():
        for item in range(100):
            log.append(journal, item)

    journal.go_to(start)

    assert (list(log), log.first) == ([0, 1, 2, 3], 0)


def test_a_log_continues_from_given_items_and_their_number() -> None:
    log = Recent(3, [7, 8], first=7)
    for item in (9, 10):
        log.append(Journal(), item)

    assert (list(log), log.first) == ([8, 9, 10], 8)


def test_kept_items_are_not_changed_by_later_appends() -> None:
    journal, log = Journal(), filled(4, 4)
    start, shown = journal.version(), log.kept()
    with journal.whole():
        log.append(journal, 4)
    then, later = journal.version(), log.kept()
    with journal.whole():
        for item in range(5, 100):
            log.append(journal, item)
    last = log.kept()

    journal.go_to(start)
    with journal.whole():
        log.append(journal, -1)

    assert [[*one] for one in (shown, later, last)] == [
        [0, 1, 2, 3],
        [1, 2, 3, 4],
        [*range(96, 100)],
    ]
    assert [*log.kept()] == [1, 2, 3, -1]
    journal.go_to(then)
    assert [*log] == [1, 2, 3, 4] == later[:]


@given(st.integers(1, 10), st.integers(0, 30), st.integers(0, 30))
def test_changes_since_leads_from_an_earlier_state_to_the_current_one(
    most: int, before: int, after: int
) -> None:
    journal, log = Journal(), filled(most, before)
    earlier = log.kept()
    for item in range(before, before + after):
        log.append(journal, item)

    gone, come = log.kept().changes_since(earlier)

    assert [*earlier[len(gone) :], *come] == [*log]
    assert [*earlier[: len(gone)]] == [*gone]


def test_kept_items_are_a_sequence() -> None:
    kept = filled(4, 6).kept()

    assert (len(kept), kept[0], kept[-1]) == (4, 2, 5)
    assert (kept[1:3], kept[::-1], kept[::2]) == ([3, 4], [5, 4, 3, 2], [2, 4])
    with pytest.raises(IndexError):
        kept[4]
