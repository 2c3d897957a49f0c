"""Measures the mock together with similar tools: `make bench`.

It prints a table; with `--write` it also writes `docs/benchmarks.md` and `docs/benchmarks.svg`, and
adds the rows to the history in `benchmarks/history.csv`.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from benchmarks import calls, history, lifecycle, processes, scale, server, state
from benchmarks.measure import figure
from benchmarks.picture import draw
from benchmarks.rows import MARGIN, Row

ROOT = Path(__file__).parents[1]
PARTS_OF_THE_PAGE = tuple(
    ROOT / "benchmarks" / f"{name}.md" for name in ("missed", "imports", "large")
)
HISTORY = ROOT / "benchmarks" / "history.csv"


def main() -> None:
    """Measure, print, and write or check as the options say."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--turns", type=int, default=15, help="turns that each thing is given")
    parser.add_argument("--calls", type=int, default=120, help="calls in a turn")
    parser.add_argument("--only", choices=PARTS, action="append", help="only this part")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.*")
    parser.add_argument(
        "--check", action="store_true", help=f"fail beyond a budget, with a margin of {MARGIN}"
    )
    parser.add_argument("--asynchronous-python", help="an interpreter that has aiobotocore")
    options = parser.parse_args()
    rows: list[Row] = []
    for part in options.only or PARTS:
        for row in PARTS[part](options):
            print(_line(row), flush=True)
            rows.append(row)
    if options.write:
        steady = [row for row in rows if row.is_steady]
        (ROOT / "docs" / "benchmarks.md").write_text(_page(steady, options), encoding="utf-8")
        (ROOT / "docs" / "benchmarks.svg").write_text(draw(steady), encoding="utf-8")
        _remember(steady)
    broken = [row.name for row in rows if not row.kept(MARGIN)]
    if options.check and broken:
        sys.exit("beyond the budget: " + "; ".join(broken))


def _remember(rows: list[Row]) -> None:
    """Add rows to the history, and report which of them have become slower."""
    commit = history.commit_of(ROOT)
    lines = history.with_rows(history.read(HISTORY), commit, rows)
    history.write(HISTORY, lines)
    for line in history.slower(lines, commit):
        print(f"slower than before: {line}")


def _asynchronous(options: argparse.Namespace) -> Iterator[Row]:
    if options.asynchronous_python is None:
        print("aiobotocore: left out, no --asynchronous-python")
        return
    arguments = [str(options.calls), str(options.turns)]
    run = subprocess.run(
        [options.asynchronous_python, "-m", "benchmarks.asynchronous", *arguments],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    yield Row("a small call of aiobotocore's over its floor", figure(json.loads(run.stdout)))


PARTS = {
    "calls": lambda options: calls.measure(options.calls, options.turns),
    "lifecycle": lambda options: lifecycle.measure(options.calls, options.turns),
    "scale": lambda options: scale.measure(options.calls, options.turns),
    "state": lambda options: state.measure(options.turns),
    "processes": lambda options: processes.measure(options.turns),
    "server": lambda options: server.measure(options.calls, options.turns),
    "asynchronous": _asynchronous,
}


def _line(row: Row) -> str:
    kept = ("" if row.kept() else "  BEYOND") + ("" if row.is_steady else "  NO FIGURE")
    peers = "".join(f"; {name} {one}" for name, one in row.peers.items())
    return f"{row.name:72} {row.figure!s:28} {row.limit:9}{peers}{kept}"


_INTRODUCTION = """\
How long calls take with the mock, measured together with moto and botocore's Stubber: the median of
{turns} turns, with the quartiles in brackets. `make bench` measures again and writes this page;
`make bench-check` fails if a row is more than a quarter beyond its budget.

Times are CPU time of the calling thread. A turn calls everything {calls} times, alternating between
the rows, because in a test the processor's caches are less warm than in a loop. The floor is the
same boto3 call with a handler that returns a constant. Microseconds depend on the machine; ratios
differ little. Rows whose quartiles differ from the median by more than a tenth are left out.

`benchmarks/history.csv` has the values of former commits.

"""


def _page(rows: list[Row], options: argparse.Namespace) -> str:
    lines = [
        "# Benchmarks",
        "",
        *_INTRODUCTION.format(turns=options.turns, calls=options.calls).splitlines(),
        "![The ratios and their budgets](benchmarks.svg)",
        "",
        "| what | measured | budget | peers |",
        "|---|---|---|---|",
    ]
    for row in rows:
        peers = ", ".join(f"{name} {one}" for name, one in row.peers.items())
        lines.append(f"| {row.name} | {row.figure} | {row.limit} | {peers} |")
    versions = ", ".join(f"{name} {version(name)}" for name in ("boto3", "moto", "pytest"))
    for file in PARTS_OF_THE_PAGE:
        if file.exists():
            lines += ["", file.read_text(encoding="utf-8").rstrip()]
    lines += ["", f"Measured with Python {platform.python_version()}, {versions}.", ""]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
