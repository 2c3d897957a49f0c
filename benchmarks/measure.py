"""Measures things side by side: in turns, many times over, so that noise falls on all alike."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any

Call = Callable[[], Any]


@dataclass
class Candidate:
    """One of the things that are measured side by side.

    Args:
        name: What it is called in the tables.
        call: What is measured.
        context: What is entered around each of its turns, outside of what is measured.
        prepare: What is done before each of its turns, given the number of calls in it.
    """

    name: str
    call: Call
    context: Callable[[], AbstractContextManager[Any]] = nullcontext
    prepare: Callable[[int], Any] = lambda _: None
    seconds: list[float] = field(default_factory=list)
    """What a call took in each turn."""

    @property
    def median(self) -> float:
        """The median, in seconds."""
        return statistics.median(self.seconds)


@dataclass(frozen=True)
class Figure:
    """A measured figure: its median, and the lower and the upper quartile."""

    median: float
    low: float
    high: float

    def __str__(self) -> str:
        digits = 3 if abs(self.median) < 1 else 2 if abs(self.median) < 100 else 0
        median, low, high = (f"{one:.{digits}f}" for one in (self.median, self.low, self.high))
        return f"{median} ({low} to {high})"


def take_turns(candidates: Sequence[Candidate], *, calls: int, turns: int) -> None:
    """Measure each candidate in turn, the first turn for nothing."""
    for turn in range(turns + 1):
        for candidate in candidates:
            with candidate.context():
                candidate.prepare(calls)
                seconds = _seconds(candidate.call, calls)
            if turn:
                candidate.seconds.append(seconds)


def figure(samples: Sequence[float]) -> Figure:
    """Return the figure of some samples."""
    if len(samples) == 1:
        return Figure(samples[0], samples[0], samples[0])
    low, median, high = statistics.quantiles(samples, n=4, method="inclusive")
    return Figure(median, low, high)


def ratio(one: Candidate, other: Candidate) -> Figure:
    """Return how many times as long the one takes as the other."""
    pairs = zip(one.seconds, other.seconds, strict=True)
    return figure([first / second for first, second in pairs])


def added(one: Candidate, floor: Candidate) -> Figure:
    """Return the microseconds that the one takes longer than its floor."""
    pairs = zip(one.seconds, floor.seconds, strict=True)
    return figure([(first - second) * 1e6 for first, second in pairs])


def share_of_added(
    one: Candidate, floor: Candidate, other: Candidate, other_floor: Candidate
) -> Figure:
    """Return how much the one adds to its floor, as a share of what the other adds to its own.

    The medians of what they add are divided, not turn by turn: single differences may be near 0.
    """
    mine, theirs = added(one, floor), added(other, other_floor)
    return Figure(
        mine.median / theirs.median, mine.low / theirs.high, mine.high / max(theirs.low, 1e-9)
    )


def _seconds(call: Call, calls: int) -> float:
    gc.collect()
    gc.disable()
    try:
        begin = time.perf_counter()
        for _ in range(calls):
            call()
        return (time.perf_counter() - begin) / calls
    finally:
        gc.enable()
