"""Draws the rows that have a budget, as shares of it: a bar that ends before the line keeps it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from benchmarks.rows import Row

WIDTH, LEFT, BAR, GAP = 960, 470, 18, 12
UNIT = 320
"""How wide the whole of a budget is."""

STYLE = """
text { font: 13px system-ui, sans-serif; fill: #1f2937 }
.bar { fill: #2563eb } .beyond { fill: #dc2626 } .spread { stroke: #1f2937 } .budget { stroke: #6b7280; stroke-dasharray: 4 3 }
@media (prefers-color-scheme: dark) { text { fill: #e5e7eb } .bar { fill: #60a5fa } .spread { stroke: #e5e7eb } }
"""  # noqa: E501


def draw(rows: Sequence[Row]) -> str:
    """Return the picture as SVG."""
    budgeted = [row for row in rows if row.limit]
    height = 40 + len(budgeted) * (BAR + GAP)
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
            f'aria-label="Measured figures as shares of their budgets"><style>{STYLE}</style>'
        ),
        f'<text x="{LEFT + UNIT}" y="16" text-anchor="middle">budget</text>',
        f'<line class="budget" x1="{LEFT + UNIT}" x2="{LEFT + UNIT}" y1="22" y2="{height}"/>',
    ]
    for number, row in enumerate(budgeted):
        parts += _bar(row, 30 + number * (BAR + GAP))
    return "\n".join([*parts, "</svg>", ""])


def _share(row: Row, figure: float) -> float:
    """Return the share of its budget that a figure uses; for a minimum, its share of the figure."""
    if row.budget is not None:
        return figure / row.budget
    return (row.at_least or 0.0) / figure


def _bar(row: Row, top: int) -> list[str]:
    measured = (row.figure.median, row.figure.low, row.figure.high)
    share, low, high = (max(0.0, min(_share(row, one), 1.35)) for one in measured)
    middle, end = top + BAR // 2, LEFT + share * UNIT
    kind = "bar" if share <= 1 else "beyond"
    label = row.name if len(row.name) <= 66 else f"{row.name[:63]}..."
    return [
        f'<text x="{LEFT - 10}" y="{middle + 5}" text-anchor="end">{escape(label)}</text>',
        f'<rect class="{kind}" x="{LEFT}" y="{top}" width="{share * UNIT:.1f}" height="{BAR}"/>',
        (
            f'<line class="spread" x1="{LEFT + low * UNIT:.1f}" x2="{LEFT + high * UNIT:.1f}" '
            f'y1="{middle}" y2="{middle}"/>'
        ),
        (
            f'<text x="{max(end, LEFT + max(low, high) * UNIT) + 8:.1f}" y="{middle + 5}">'
            f"{row.figure.median:.3g}</text>"
        ),
    ]
