"""What is done with the measured figures; the measuring itself is no test."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

import pytest

from benchmarks.measure import Candidate, Figure, added, figure, ratio, share_of_added, take_turns
from benchmarks.picture import draw
from benchmarks.rows import Row


def candidate(*seconds: float) -> Candidate:
    return Candidate("one", lambda: None, seconds=list(seconds))


def flat(median: float) -> Figure:
    return Figure(median, median, median)


def test_a_figure_is_the_median_and_the_quartiles() -> None:
    assert figure([5, 1, 4, 2, 3]) == Figure(3, 2, 4)
    assert figure([7]) == Figure(7, 7, 7)


def test_candidates_take_turns_and_the_first_turn_does_not_count() -> None:
    calls: list[str] = []
    one, other = Candidate("one", lambda: calls.append("1")), Candidate("two", calls.clear)
    other.call = lambda: calls.append("2")
    take_turns([one, other], calls=2, turns=3)
    assert "".join(calls) == "1122" * 4
    assert (len(one.seconds), len(other.seconds)) == (3, 3)


def test_a_candidate_is_prepared_in_its_context_before_each_turn() -> None:
    done: list[Any] = []

    class Context:
        def __enter__(self) -> None:
            done.append("enter")

        def __exit__(self, *_: object) -> None:
            done.append("exit")

    one = Candidate("one", lambda: done.append("call"), Context, done.append)
    take_turns([one], calls=1, turns=1)
    assert done == ["enter", 1, "call", "exit"] * 2


def test_a_ratio_is_that_of_the_same_turns() -> None:
    assert ratio(candidate(2, 4, 6), candidate(1, 4, 2)) == Figure(2, 1.5, 2.5)


def test_what_is_added_to_a_floor_is_told_in_microseconds() -> None:
    assert added(candidate(3e-6, 5e-6), candidate(1e-6, 1e-6)).median == pytest.approx(3)


def test_a_share_of_what_another_adds_is_that_of_the_medians() -> None:
    mine, theirs = candidate(3, 3, 3), candidate(5, 5, 5)
    found = share_of_added(mine, candidate(1, 1, 1), theirs, candidate(1, 1, 1))
    assert found.median == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("row", "kept", "kept_with_margin"),
    [
        (Row("at its most", flat(2.0), budget=2.0), True, True),
        (Row("little more than its most", flat(2.4), budget=2.0), False, True),
        (Row("far more than its most", flat(2.6), budget=2.0), False, False),
        (Row("at its least", flat(2.0), at_least=2.0), True, True),
        (Row("little less than its least", flat(1.7), at_least=2.0), False, True),
        (Row("far less than its least", flat(1.5), at_least=2.0), False, False),
        (Row("without a budget", flat(9.0)), True, True),
    ],
    ids=lambda value: value.name if isinstance(value, Row) else "",
)
def test_a_budget_is_kept_or_missed(row: Row, kept: bool, kept_with_margin: bool) -> None:
    assert (row.kept(), row.kept(1.25)) == (kept, kept_with_margin)


def test_the_picture_has_a_bar_for_every_row_with_a_budget() -> None:
    rows = [
        Row("half <of> it", flat(1.0), budget=2.0),
        Row("twice", flat(4.0), budget=2.0),
        Row("twice its least", flat(4.0), at_least=2.0),
        Row("half its least", flat(1.0), at_least=2.0),
        Row("none", flat(1.0)),
    ]
    picture = ET.fromstring(draw(rows))
    bars = [
        (one.get("class"), float(one.get("width", 0)))
        for one in picture.iter()
        if "rect" in one.tag
    ]
    assert bars == [("bar", 160.0), ("beyond", 432.0), ("bar", 160.0), ("beyond", 432.0)]
    assert "half <of> it" in [one.text for one in picture.iter()]
