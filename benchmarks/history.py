"""The medians of all rows by commit, in a small file: what makes a row slower is seen.

A line is a commit, the name of a row, and its median; the commit has a plus sign where files of the
package differ from it.
"""

from __future__ import annotations

import csv
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.rows import Row

SLOWER = 1.15
"""How many times its median of the commit before is worth telling."""

Line = tuple[str, str, float]


def read(file: Path) -> list[Line]:
    """Return the lines of the file, oldest first; an empty list if there is no file."""
    if not file.exists():
        return []
    with file.open(newline="", encoding="utf-8") as lines:
        return [(commit, name, float(median)) for commit, name, median in csv.reader(lines)]


def write(file: Path, lines: Iterable[Line]) -> None:
    """Write the file."""
    with file.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out, lineterminator="\n").writerows(
            (commit, name, f"{median:.4g}") for commit, name, median in lines
        )


def with_rows(lines: Sequence[Line], commit: str, rows: Sequence[Row]) -> list[Line]:
    """Return the lines with the rows of a commit, which replace its earlier ones."""
    names = {row.name for row in rows}
    kept = [line for line in lines if line[0] != commit or line[1] not in names]
    return [*kept, *((commit, row.name, row.figure.median) for row in rows)]


def slower(lines: Sequence[Line], commit: str) -> list[str]:
    """Say which rows of a commit are slower than they were at the commit before them."""
    before = {name: (one, median) for one, name, median in lines if one != commit}
    return [
        f"{name}: {median:.3g}, at {before[name][0]} {before[name][1]:.3g}"
        for one, name, median in lines
        if one == commit and name in before and median > before[name][1] * SLOWER
    ]


def commit_of(folder: Path) -> str:
    """Return the short name of the commit of a work tree."""

    def git(*arguments: str) -> str:
        run = subprocess.run(
            ["git", *arguments], cwd=folder, check=True, capture_output=True, text=True
        )
        return run.stdout.strip()

    changed = git("status", "--porcelain", "--", "pytest_mgh", "schemas")
    return git("rev-parse", "--short=8", "HEAD") + ("+" if changed else "")
