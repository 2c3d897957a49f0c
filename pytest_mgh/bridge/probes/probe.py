"""What a probe is, and how one is entered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeAlias

from pytest_mgh.bridge.account import ProbedAccount
from pytest_mgh.state.background import Mode

Ask: TypeAlias = "Callable[[ProbedAccount], Any]"
"""Calls an account, and returns what is to be compared: JSON data, answers, or a function.

A function is called again until the account answers as the hub does, or patience is over: it only
reads.
"""

ProbeTable: TypeAlias = "Mapping[str | tuple[str, ...], Mapping[str, Ask]]"
"""Probes by the rows of docs/fidelity.md that they are about, and by the rule that they try."""


class Stage(Enum):
    """When a probe is tried, and what it may do."""

    READS = "reads, dry runs and refused requests"
    WRITES = "writes into the stream of the run"
    DELETING = "while that stream is being deleted"
    DELETED = "when it has been deleted"


@dataclass(frozen=True)
class Probe:
    """One rule, and how it is tried.

    Attributes:
        ask: Tries it.
        rows: The rows of docs/fidelity/ that it is about, as `heading: first cell`.
        stage: When it is tried.
        background: How the hub that it is compared with does background work.
        open: Whether what the account answered may be shown: it is only about what the run made.
        name: The rule, as a sentence.
    """

    ask: Ask
    rows: tuple[str, ...]
    stage: Stage
    background: Mode
    open: bool
    name: str


PROBES: list[Probe] = []
"""All probes, in the order in which they are tried within their stage."""


def probes(
    table: ProbeTable,
    *,
    stage: Stage = Stage.READS,
    background: Mode = "eager",
    open: bool = False,  # noqa: A002 (it is no file here)
    around: Callable[[Ask], Ask] = lambda ask: ask,
) -> None:
    """Enter the probes of a table, each with the same function around it."""
    for rows, rules in table.items():
        for name, ask in rules.items():
            if any(name == known.name for known in PROBES):
                raise ValueError(f"two probes are named {name!r}")
            about = (rows,) if isinstance(rows, str) else rows
            PROBES.append(Probe(around(ask), about, stage, background, open, name))


def again(ask: Ask) -> Ask:
    """Return what asks again until the account answers as the hub does, or patience is over."""
    return lambda account: lambda: ask(account)


def reads(*rows: str) -> Callable[[Ask], Ask]:
    """Enter the decorated function as a probe that writes nothing; its name is the rule."""
    return _entering(rows, Stage.READS)


def writes(*rows: str, open: bool = False) -> Callable[[Ask], Ask]:  # noqa: A002
    """Enter the decorated function as a probe that writes; its name is the rule."""
    return _entering(rows, Stage.WRITES, open=open)


def _entering(
    rows: tuple[str, ...],
    stage: Stage,
    *,
    open: bool = False,  # noqa: A002
) -> Callable[[Ask], Ask]:
    def enter(ask: Ask) -> Ask:
        probes({rows: {ask.__name__.replace("_", " "): ask}}, stage=stage, open=open)
        return ask

    return enter
