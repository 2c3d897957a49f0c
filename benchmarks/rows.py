"""The rows of the table: what was measured, and the budget that it has to keep."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.measure import Figure

MARGIN = 1.25
"""How far beyond a budget a noisy machine may come before `--check` fails."""


@dataclass(frozen=True)
class Row:
    """One figure.

    Args:
        name: What was measured, and its unit where it is no ratio.
        figure: What came out.
        budget: The most that it may be; `None` where there is none.
        at_least: The least that it may be.
        peers: What came out for others.
    """

    name: str
    figure: Figure
    budget: float | None = None
    at_least: float | None = None
    peers: dict[str, Figure] = field(default_factory=dict)

    @property
    def is_steady(self) -> bool:
        """Whether its quartiles are within a tenth of the median, or of a budget far above it."""
        figure = self.figure
        spread = max(figure.high - figure.median, figure.median - figure.low)
        return spread <= max(figure.median, self.budget or 0.0) / 10

    def kept(self, margin: float = 1.0) -> bool:
        """Whether the budget is kept, or missed by no more than a margin."""
        if self.budget is not None and self.figure.median > self.budget * margin:
            return False
        return self.at_least is None or self.figure.median * margin >= self.at_least

    @property
    def limit(self) -> str:
        """The budget as it stands in the table."""
        if self.budget is not None:
            return f"<= {self.budget:.3g}"
        return "" if self.at_least is None else f">= {self.at_least:.3g}"
