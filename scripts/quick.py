"""Runs what a change needs, in 20 seconds: the tests of its rooms, the contract, and the imports.

Without an argument the rooms are those whose modules differ from the last commit; where there is
none, from the commit before. Of the rooms whose tests take longer than that, each test function
runs with its first parameters only; `make test` runs all.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

ROOT = Path(__file__).parents[1]
ALWAYS = "tests/house/test_contract.py"
# What the tests of a folder beside the package's are.
BESIDE = {
    "docs": ["tests/documents"],
    "examples": ["tests/documents"],
    "README.md": ["tests/documents"],
    "schemas": ["tests/protocol"],
    "scripts": ["tests/documents/test_documented_tables.py", "tests/protocol"],
    "pyproject.toml": ["tests/house/test_rooms.py"],
    "Makefile": ["tests/documents"],
}
SLOW = {"bridge", "documents", "mock", "proof", "report", "server", "services"}
"""Rooms with tests of pytest, of processes, or of very many cases."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out further cases of the functions of a slow room: this file is a plugin, too."""
    seen: set[str] = set()
    chosen: list[pytest.Item] = []
    left_out: list[pytest.Item] = []
    for item in items:
        function = item.nodeid.partition("[")[0]
        file = function.partition("::")[0]
        cut = Path(file).parts[1] in SLOW and file not in config.args  # a changed file runs whole
        (left_out if cut and function in seen else chosen).append(item)
        seen.add(function)
    config.hook.pytest_deselected(items=left_out)
    items[:] = chosen


def changed() -> list[str]:
    """Return the files that differ from the last commit, or from the one before it."""
    files = _git("diff", "--name-only", "HEAD") + _git("ls-files", "--others", "--exclude-standard")
    return files or _git("diff", "--name-only", "HEAD~1")


def _git(*words: str) -> list[str]:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def tests_of(files: Iterable[str]) -> Iterator[str]:
    """Yield the tests, files or folders, that belong to files of the repository."""
    for file in files:
        top, *rest = Path(file).parts
        if top == "pytest_mgh":
            yield from _of_module(Path(*rest))
        elif top == "tests" and rest:
            yield file if Path(file).name.startswith("test_") else f"tests/{rest[0]}"
        else:
            yield from BESIDE.get(top, ())


def _of_module(module: Path) -> Iterator[str]:
    """Yield the test folder that mirrors a module's folder, or the test file of a lone module."""
    room = module.parts[0]
    yield f"tests/{room}" if len(module.parts) > 1 else f"tests/test_{room}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the tests; return their status."""
    parser = argparse.ArgumentParser(description="Run the tests that a change needs.")
    parser.add_argument("rooms", nargs="*", help="folders of pytest_mgh/, instead of the change's")
    rooms = parser.parse_args(arguments).rooms
    wanted = [f"tests/{room}" for room in rooms] if rooms else sorted({*tests_of(changed())})
    there = [path for path in wanted if (ROOT / path).exists()]
    if missing := [path for path in wanted if path not in there and rooms]:
        print(f"there is no {', '.join(missing)}")
        return 2
    print(f"The contract, and {' '.join(there) or 'nothing else'}:")
    linted = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-logo", "--no-cache"],
        cwd=ROOT,
        check=False,
    )
    tested = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "quick", "-q", "-n", "auto", ALWAYS, *there],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent)},
        check=False,
    )
    return linted.returncode or tested.returncode


if __name__ == "__main__":
    raise SystemExit(main())
