"""What a probe is, and how one is entered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pytest_mgh.bridge.account import ProbedAccount
    from pytest_mgh.state.background import Mode

Ask = Callable[["ProbedAccount"], Any]
"""Calls an account, and returns what is to be compared: JSON data, answers, or a function.

A function is called again until the account answers as the hub does, or patience is over: it only
reads.
"""


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

    @property
    def id(self) -> str:
        """The name as an identifier."""
        return self.name.replace(" ", "_")


PROBES: list[Probe] = []
"""All probes, in the order in which they are tried within their stage."""


def probe(
    *rows: str,
    stage: Stage = Stage.READS,
    background: Mode = "eager",
    open: bool = False,  # noqa: A002 (it is no file here)
) -> Callable[[Ask], Ask]:
    """Enter the decorated function as a probe; its name is the rule."""

    def enter(ask: Ask) -> Ask:
        add(
            ask.__name__.replace("_", " ").strip(),
            ask,
            *rows,
            stage=stage,
            background=background,
            open=open,
        )
        return ask

    return enter


def add(
    name: str,
    ask: Ask,
    *rows: str,
    stage: Stage = Stage.READS,
    background: Mode = "eager",
    open: bool = False,  # noqa: A002
) -> None:
    """Enter a probe that is made of data."""
    if any(name == known.name for known in PROBES):
        raise ValueError(f"two probes are named {name!r}")
    PROBES.append(Probe(ask, rows, stage, background, open, name))
