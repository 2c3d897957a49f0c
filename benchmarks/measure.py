"""Measures things side by side: in CPU time of the thread, in turns, call by call.

A call that is repeated in a loop finds its memory and its branches warm, as it never does in a
test: so each call comes between calls of all others. What other processes take is not counted.
"""

from __future__ import annotations

import gc
import random
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
        context: What is entered around each of its calls, outside of what is measured.
        prepare: What is done before each of its calls, outside of what is measured.
        clock: Tells the nanoseconds that were used so far: by default the CPU time of the thread.
    """

    name: str
    call: Call
    context: Callable[[], AbstractContextManager[Any]] = nullcontext
    prepare: Call = lambda: None
    clock: Callable[[], int] = time.thread_time_ns
    seconds: list[float] = field(default_factory=list)
    """The CPU time of a call in each turn: the median of its calls."""


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
    """Measure candidates call by call, in another order each time; the first turn is for nothing.

    Args:
        candidates: What is measured.
        calls: How often each of them is called in a turn.
        turns: How many turns count.
    """
    order, shuffle = list(candidates), random.Random(0).shuffle
    for turn in range(turns + 1):
        samples: dict[int, list[int]] = {id(one): [] for one in order}
        gc.collect()
        gc.disable()
        try:
            for _ in range(calls):
                shuffle(order)
                for one in order:
                    samples[id(one)].append(_nanoseconds(one))
        finally:
            gc.enable()
        if turn:
            for one in order:
                one.seconds.append(statistics.median(samples[id(one)]) / 1e9)


def figure(samples: Sequence[float]) -> Figure:
    """Return the figure of some samples."""
    if len(samples) == 1:
        return Figure(samples[0], samples[0], samples[0])
    low, median, high = statistics.quantiles(samples, n=4, method="inclusive")
    return Figure(median, low, high)


def ratio(one: Candidate, other: Candidate) -> Figure:
    """Return the ratio of both times in the same turn, turn by turn."""
    pairs = zip(one.seconds, other.seconds, strict=True)
    return figure([first / second for first, second in pairs])


def added(one: Candidate, floor: Candidate) -> Figure:
    """Return the cost above the floor as a share of the floor, turn by turn."""
    pairs = zip(one.seconds, floor.seconds, strict=True)
    return figure([first / second - 1 for first, second in pairs])


def milliseconds(one: Candidate) -> Figure:
    """Return the CPU time of a call in milliseconds."""
    return figure([seconds * 1e3 for seconds in one.seconds])


def _nanoseconds(one: Candidate) -> int:
    with one.context():
        one.prepare()
        begin = one.clock()
        one.call()
        return one.clock() - begin
