"""What a first call imports beyond a client of boto3's, as `python -X importtime` tells it.

Given a commit, it measures that one too, in turns: `python -m benchmarks.imports COMMIT`. It prints
a part of docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tarfile
import tempfile
from collections import defaultdict
from io import BytesIO
from pathlib import Path

from benchmarks.processes import BARE, OURS

ROOT = Path(__file__).parents[1]
_LINE = re.compile(r"import time:\s*(\d+) \|\s*\d+ \|\s*(\S+)")
_PACKAGE = "pytest_mgh"
_OTHERS = "of others"

Times = dict[str, int]
"""Microseconds that each module takes by itself: the least of all runs."""


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.imports", description=__doc__)
    parser.add_argument("commit", nargs="?", help="what to measure beside the work tree")
    parser.add_argument("--runs", type=int, default=15, help="runs of each interpreter")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        trees = {"now": ROOT}
        if options.commit is not None:
            _extract(options.commit, Path(folder))
            trees = {f"at {options.commit}": Path(folder), **trees}
        _print({name: _rooms(times) for name, times in _measure(trees, options.runs).items()})


def _extract(commit: str, folder: Path) -> None:
    """Write the package as it was at a commit."""
    archive = ["git", "archive", "--format=tar", commit, _PACKAGE, "schemas"]
    content = subprocess.run(archive, cwd=ROOT, check=True, capture_output=True).stdout
    with tarfile.open(fileobj=BytesIO(content)) as files:
        files.extractall(folder)


def _measure(trees: dict[str, Path], runs: int) -> dict[str, Times]:
    """Return what a first call of each tree imports beyond a client alone."""
    times: dict[str, Times] = {name: {} for name in trees}
    for _ in range(runs):
        bare = _import_times(BARE, ROOT)
        for name, tree in trees.items():
            for module, taken in _import_times(OURS, tree).items():
                if module not in bare:
                    times[name][module] = min(taken, times[name].get(module, taken))
    return times


def _import_times(code: str, tree: Path) -> Times:
    environment = dict(os.environ)
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # as installed packages have it
    run = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", code],
        check=True,
        capture_output=True,
        text=True,
        cwd=tree,  # `-c` searches it first
        env=environment,
    )
    return {name: int(taken) for taken, name in _LINE.findall(run.stderr)}


def _rooms(times: Times) -> dict[str, tuple[int, int]]:
    """Return the number of modules of each room, and the microseconds to import them."""
    rooms: dict[str, list[int]] = defaultdict(list)
    for module, taken in times.items():
        package, _, rest = module.partition(".")
        room = rest.partition(".")[0] if package == _PACKAGE else _OTHERS
        rooms[room or "the package itself"].append(taken)
    return {room: (len(some), sum(some)) for room, some in rooms.items()}


def _print(measured: dict[str, dict[str, tuple[int, int]]]) -> None:
    print(
        "## What a first call imports\n\n"
        "Modules that a first answered call needs and a client of boto3's does not, by their room, "
        "and the milliseconds that they take by themselves: the least of all runs of `python -X "
        "importtime`. `make bench-imports` measures again.\n"
    )
    names = [*measured]
    print("| room |", " | ".join(f"modules {name} | ms {name}" for name in names), "|")
    print("|---|" + "---|---|" * len(names))
    rooms = sorted(
        {room for some in measured.values() for room in some},
        key=lambda room: -max(some.get(room, (0, 0))[1] for some in measured.values()),
    )
    for room in rooms:
        _row(room, [some.get(room, (0, 0)) for some in measured.values()])
    _row("all", [tuple(map(sum, zip(*some.values(), strict=True))) for some in measured.values()])


def _row(room: str, cells: list[tuple[int, ...]]) -> None:
    print(f"| {room} |", " | ".join(f"{some} | {taken / 1000:.1f}" for some, taken in cells), "|")


if __name__ == "__main__":
    main()
