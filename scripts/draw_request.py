"""Draws docs/pictures/request.svg from the tables of docs/how-it-works.md.

With ``--check`` nothing is written: it exits with 1 if the picture is not what the tables say.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from textwrap import wrap
from typing import NamedTuple

DOCS = Path(__file__).parents[1] / "docs"
PAGE = DOCS / "how-it-works.md"
PICTURE = DOCS / "pictures" / "request.svg"

WIDTH = 900
LEFT, MIDDLE, RIGHT = 60, 560, 590  # of the boxes of steps, and of their errors
RAIL = 856  # down which refusals go
ROW, BOX = 48, 36
LETTERS = 38  # of a refusal's line
MAX_LETTERS = {
    "step": 20,
    "looks": 38,
    "way": 32,
    "room": 10,
    "end": 13,
    "out": 70,
}  # the characters that fit its box

STYLE = """
  text { font: 13px system-ui, "Segoe UI", Roboto, Helvetica, Arial, sans-serif; fill: #1b2a30; }
  .name { font: 600 13px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
  .small { font-size: 12px; }
  .room { font-size: 12px; text-anchor: end; fill: #4c6468; }
  .refusal { font-size: 12px; fill: #a3341f; }
  .page { fill: #fbfcfc; }
  .frame { fill: none; stroke: #9db4b5; stroke-dasharray: 4 4; }
  .box { fill: #e3f2f1; stroke: #00796b; }
  .way { fill: #eef1f4; stroke: #5b6f7a; }
  .flow { fill: none; stroke: #00796b; stroke-width: 2; marker-end: url(#flow-end); }
  .join { fill: none; stroke: #00796b; stroke-width: 2; }
  .out { fill: none; stroke: #c0563f; marker-end: url(#out-end); }
  .flow-end { fill: #00796b; } .out-end { fill: #c0563f; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e4ecee; } .page { fill: #20282c; } .refusal { fill: #ff9d87; }
    .room { fill: #a9bdc0; }
    .box { fill: #16403d; stroke: #4db6ac; } .way { fill: #2c363b; stroke: #8fa3ad; }
    .frame { stroke: #5b7072; } .flow, .join { stroke: #4db6ac; } .out { stroke: #ff9d87; }
    .flow-end { fill: #4db6ac; } .out-end { fill: #ff9d87; }
  }
"""


class Step(NamedTuple):
    """A row of the table of steps."""

    name: str
    module: str
    looks_at: str
    refuses_with: str


def room(module: str) -> str:
    """Return the room of the package that a module, given by name or path, stands in."""
    return re.split(r"[./]", module)[1]


def read_table(page: str, heading: str) -> list[list[str]]:
    """Return the rows of the table under a heading, without markup."""
    section = page.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    rows = [line for line in section.splitlines() if line.startswith("|")][2:]
    return [[cell.strip().replace("`", "") for cell in row.strip("|").split("|")] for row in rows]


def read_steps(page: str) -> list[Step]:
    """Return the steps on the page."""
    return [Step(*row) for row in read_table(page, "The steps")]


def draw(page: str) -> str:
    """Draw what the page's tables say.

    Raises:
        ValueError: A text that is too long for its box.
    """
    ways, steps = read_table(page, "Transports"), read_steps(page)
    bottom = 150 + len(steps) * ROW
    height = bottom + 196
    parts = [
        *_ways(ways),
        f'<rect class="frame" x="30" y="108" width="{WIDTH - 60}" height="{bottom - 108}" rx="8"/>',
        _text(46, 128, "pipeline.run", "name"),
        _text(WIDTH // 2 + 14, 100, "WireRequest: headers and body", "small"),
        *(part for number, step in enumerate(steps) for part in _step(number, step)),
        *_end(bottom, len(steps), read_table(page, "Results")),
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">\n'
        f"<title>The way of a request</title>\n<style>{STYLE}</style>\n"
        f"<defs>{_arrow('flow')}{_arrow('out')}</defs>\n"
        f'<rect class="page" width="{WIDTH}" height="{height}" rx="10"/>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def _arrow(kind: str) -> str:
    return (
        f'<marker id="{kind}-end" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="9" '
        'markerHeight="9" markerUnits="userSpaceOnUse" orient="auto">'
        f'<path class="{kind}-end" d="M0 0L8 4L0 8z"/></marker>'
    )


def _ways(ways: Sequence[Sequence[str]]) -> Iterator[str]:
    width = (WIDTH - 60 - 20 * (len(ways) - 1)) // len(ways)
    for number, (way, taken_at, module) in enumerate(ways):
        x = 30 + number * (width + 20)
        yield _box("way", x, 10, width, 60)
        yield _text(x + 12, 28, _fitting(way, "way"), "name")
        yield _text(x + 12, 45, _fitting(taken_at, "way"), "small")
        yield _text(x + width - 10, 62, _fitting(room(module), "room"), "room")
        yield _path("join", x + width // 2, 70, "V86")
    last = 30 + (len(ways) - 1) * (width + 20) + width // 2
    yield _path("join", 30 + width // 2 - 1, 86, f"H{last + 1}")
    yield _path("flow", WIDTH // 2, 86, "V106")


def _step(number: int, step: Step) -> Iterator[str]:
    y = 140 + number * ROW
    yield _box("box", LEFT, y, MIDDLE - LEFT, BOX)
    yield _text(LEFT + 12, y + 23, _fitting(step.name, "step"), "name")
    yield _text(LEFT + 180, y + 23, _fitting(step.looks_at, "looks"))
    yield _text(MIDDLE - 10, y + 23, _fitting(room(step.module), "room"), "room")
    if number:
        yield _path("flow", LEFT + 60, y - ROW + BOX, f"V{y - 1}")
    lines = wrap(step.refuses_with, LETTERS)
    if len(lines) > 2:
        raise ValueError(f"{step.name}: {step.refuses_with!r} is longer than two lines")
    for line, text in enumerate(lines):
        yield _text(RIGHT, y + 15 + 16 * line if len(lines) == 2 else y + 23, text, "refusal")
    yield _path("out", MIDDLE, y + BOX // 2, f"H{RIGHT - 4}")


def _end(bottom: int, steps: int, ends: Sequence[Sequence[str]]) -> Iterator[str]:
    last, middle = 140 + (steps - 1) * ROW + BOX, WIDTH // 2
    yield _path("flow", LEFT + 60, last, f"V{bottom + 18}")
    yield _path("out", RAIL, 140, f"V{bottom + 18}")
    yield from _way_out(30, bottom + 20, WIDTH - 60, ends[0])
    yield _path("flow", LEFT + 60, bottom + 60, f"V{bottom + 86}")
    yield _path("out", RAIL, bottom + 60, f"V{bottom + 86}")
    for number, end in enumerate(ends[1:]):
        yield from _way_out(30 + number * (middle - 20), bottom + 88, middle - 40, end)
    yield _path("join", LEFT + 60, bottom + 128, f"V{bottom + 145}H{RAIL}V{bottom + 128}")
    yield _path("flow", middle, bottom + 145, f"V{bottom + 165}")
    yield _text(
        middle - 170,
        bottom + 181,
        "WireResponse: status, headers, body; back the same way",
        "small",
    )


def _way_out(x: int, y: int, width: int, end: Sequence[str]) -> Iterator[str]:
    name, module, what = end
    yield _box("way", x, y, width, 40)
    yield _text(x + 12, y + 25, _fitting(name, "end"), "name")
    yield _text(x + 130, y + 25, _fitting(what, "out"), "small")
    yield _text(x + width - 10, y + 25, _fitting(room(module), "room"), "room")


def _fitting(text: str, place: str) -> str:
    if len(text) > MAX_LETTERS[place]:
        raise ValueError(f"{text!r} is longer than the {MAX_LETTERS[place]} letters that fit")
    return text


def _box(kind: str, x: int, y: int, width: int, height: int) -> str:
    return f'<rect class="{kind}" x="{x}" y="{y}" width="{width}" height="{height}" rx="6"/>'


def _text(x: int, y: int, text: str, kind: str = "") -> str:
    style = f' class="{kind}"' if kind else ""
    return f'<text{style} x="{x}" y="{y}">{escape(text)}</text>'


def _path(kind: str, x: int, y: int, to: str) -> str:
    return f'<path class="{kind}" d="M{x} {y}{to}"/>'


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the picture, or check it."""
    parser = argparse.ArgumentParser(description="Draw the way of a request.")
    parser.add_argument("--check", action="store_true", help="compare, and write nothing")
    picture = draw(PAGE.read_text("utf-8"))
    if not parser.parse_args(arguments).check:
        PICTURE.parent.mkdir(exist_ok=True)
        PICTURE.write_text(picture, "utf-8", newline="\n")
        return 0
    drawn = PICTURE.read_text("utf-8") == picture
    if not drawn:
        print(f"{PICTURE.name} is not what {PAGE.name} says: python scripts/draw_request.py")
    return 0 if drawn else 1


if __name__ == "__main__":
    raise SystemExit(main())
