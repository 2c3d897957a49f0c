"""What is done with the measured figures; the measuring itself is no test."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from benchmarks import history
from benchmarks.measure import Candidate, Figure, added, figure, ratio, take_turns
from benchmarks.picture import draw
from benchmarks.rows import Row


def candidate(*seconds: float) -> Candidate:
    return Candidate("one", lambda: None, seconds=list(seconds))


def flat(median: float) -> Figure:
    return Figure(median, median, median)


def test_a_figure_is_the_median_and_the_quartiles() -> None:
    assert figure([5, 1, 4, 2, 3]) == Figure(3, 2, 4)
    assert figure([7]) == Figure(7, 7, 7)


def test_candidates_alternate_and_the_first_round_is_not_counted() -> None:
    calls: list[str] = []
    one = Candidate("one", lambda: calls.append("1"))
    other = Candidate("two", lambda: calls.append("2"))
    take_turns([one, other], calls=2, turns=3)
    rounds = ["".join(sorted(calls[at : at + 2])) for at in range(0, len(calls), 2)]
    assert rounds == ["12"] * 8
    assert (len(one.seconds), len(other.seconds)) == (3, 3)


def test_the_order_of_candidates_changes() -> None:
    calls: list[str] = []
    one = Candidate("one", lambda: calls.append("1"))
    other = Candidate("two", lambda: calls.append("2"))
    take_turns([one, other], calls=20, turns=1)
    assert {"".join(calls[at : at + 2]) for at in range(0, len(calls), 2)} == {"12", "21"}


def test_a_candidate_is_prepared_in_its_context_before_each_call() -> None:
    done: list[Any] = []

    class Context:
        def __enter__(self) -> None:
            done.append("enter")

        def __exit__(self, *_: object) -> None:
            done.append("exit")

    one = Candidate("one", lambda: done.append("call"), Context, lambda: done.append("prepare"))
    take_turns([one], calls=1, turns=1)
    assert done == ["enter", "prepare", "call", "exit"] * 2


def test_a_ratio_compares_the_same_rounds() -> None:
    assert ratio(candidate(2, 4, 6), candidate(1, 4, 2)) == Figure(2, 1.5, 2.5)


def test_a_cost_above_the_floor_is_reported_as_a_share_of_it() -> None:
    assert added(candidate(3, 5), candidate(2, 4)) == Figure(0.375, 0.3125, 0.4375)


@pytest.mark.parametrize(
    ("figure_", "steady"),
    [
        (Figure(1.0, 0.92, 1.08), True),
        (Figure(1.0, 0.8, 1.0), False),
        (Figure(1.0, 1.0, 1.2), False),
        (Figure(0.0, 0.0, 0.0), True),
    ],
)
def test_a_row_is_a_figure_if_its_quartiles_are_within_a_tenth(
    figure_: Figure, steady: bool
) -> None:
    assert Row("one", figure_).is_steady is steady


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


def test_a_noisy_row_counts_as_steady_only_far_below_its_budget() -> None:
    assert Row("one", Figure(0.01, 0.008, 0.02), budget=0.5).is_steady
    assert not Row("one", Figure(0.01, 0.008, 0.02), budget=0.05).is_steady


def test_the_history_keeps_a_row_for_each_commit(tmp_path: Path) -> None:
    file = tmp_path / "history.csv"
    assert history.read(file) == []
    lines = history.with_rows([], "a1", [Row("call, us", flat(1.0)), Row("page", flat(2.0))])
    lines = history.with_rows(lines, "b2", [Row("call, us", flat(3.0))])
    lines = history.with_rows(lines, "b2", [Row("call, us", flat(4.0))])
    history.write(file, lines)
    assert history.read(file) == [
        ("a1", "call, us", 1.0),
        ("a1", "page", 2.0),
        ("b2", "call, us", 4.0),
    ]


def test_a_row_that_is_slower_than_at_the_previous_commit_is_reported() -> None:
    lines = [("a1", "call", 1.0), ("a1", "page", 1.0), ("b2", "call", 1.5), ("b2", "page", 1.1)]
    assert history.slower(lines, "b2") == ["call: 1.5, at a1 1"]
    assert history.slower(lines[:2], "a1") == []
