"""Runs what a change needs, in 20 seconds: the tests of its rooms, the contract, and the imports.

Without an argument the rooms are those whose modules differ from the last commit; where there is
none, from the commit before. A module that tests share runs the tests that import it. Of the rooms
whose tests take longer than that, each test function runs with its first parameters only, except
in changed tests; `make test` runs all. What no test is for is named.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

ROOT = Path(__file__).parents[1]
ALWAYS = "tests/house/test_contract.py"
TABLES = "tests/documents/test_documented_tables.py"
SCHEMAS = "tests/protocol/test_schema_files.py"
# The tests of a lone module of the package, and of a file or folder beside it.
TESTS = {
    "pytest_mgh/__init__.py": ["tests/house/test_public_api.py"],
    "pytest_mgh/__main__.py": ["tests/server/test_command.py"],
    "pytest_mgh/errors.py": ["tests/hub/test_misuse.py", "tests/house/test_public_api.py"],
    "pytest_mgh/pipeline.py": ["tests/test_pipeline.py"],
    "pytest_mgh/plugin.py": ["tests/test_plugin.py"],
    "Makefile": ["tests/documents"],
    "README.md": ["tests/documents"],
    "SECURITY.md": ["tests/documents/test_security_page.py"],
    "benchmarks": ["tests/house/test_benchmarks.py"],
    "conftest.py": [ALWAYS],
    "docs": ["tests/documents"],
    "examples": ["tests/documents"],
    "hatch_build.py": ["tests/documents/test_publishing.py"],
    "pyproject.toml": ["tests/house/test_rooms.py", "tests/house/test_scripts.py"],
    "schemas": ["tests/protocol"],
    "scripts/control_records.py": [SCHEMAS],
    "scripts/draw_request.py": [TABLES],
    "scripts/install.py": ["tests/house/test_scripts.py"],
    "scripts/java_patterns.py": [SCHEMAS],
    "scripts/make_reference.py": [TABLES],
    "scripts/make_schemas.py": [SCHEMAS],
    "scripts/mark_fidelity.py": ["tests/house/test_mark_fidelity.py"],
    "scripts/overlay.json": [SCHEMAS],
    "scripts/quick.py": ["tests/house/test_scripts.py"],
    "scripts/shape_schemas.py": [SCHEMAS],
    "scripts/site_hooks.py": ["tests/documents/test_publishing.py"],
    "tests/conftest.py": [ALWAYS],
    "verification": ["tests/house/test_mark_fidelity.py"],
}
SLOW = {"bridge", "documents", "mock", "proof", "report", "server", "services"}
"""Rooms with tests of pytest, of processes, or of very many cases."""
LEFT_TO_CHECK = {"browser", "neighbours", "sdks", "walks"}
"""Folders of tests that need other tools, or minutes: they run only if they are changed."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out further cases of the functions of a slow room: this file is a plugin, too."""
    whole = {*changed()}
    seen: set[str] = set()
    chosen: list[pytest.Item] = []
    left_out: list[pytest.Item] = []
    for item in items:
        function = item.nodeid.partition("[")[0]
        file = function.partition("::")[0]
        cut = Path(file).parts[1] in SLOW and file not in whole
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
        path = Path(file)
        above = [path.as_posix(), *(parent.as_posix() for parent in path.parents)]
        if listed := next((TESTS[one] for one in above if one in TESTS), None):
            yield from listed
        elif path.parts[0] == "pytest_mgh":
            yield f"tests/{path.parts[1]}"
        elif path.parts[0] == "tests":
            yield from _of_test(path)


def _of_test(path: Path) -> Iterator[str]:
    if path.name.startswith("test_"):
        yield path.as_posix()
    elif len(path.parts) > 2:
        yield f"tests/{path.parts[1]}"
    else:
        yield from sorted(_importing(path.stem))


def _importing(name: str) -> set[str]:
    """Return the tests that import a module of tests/, or another such module that does."""
    found: set[str] = set()
    imported = re.compile(rf"^ *(from|import) {name}\b", re.MULTILINE)
    for path in (ROOT / "tests").rglob("*.py"):
        file = path.relative_to(ROOT)
        if file.parts[1] in LEFT_TO_CHECK or not imported.search(path.read_text("utf-8")):
            continue
        found |= {*tests_of([file.as_posix()])}
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the tests; return their status."""
    parser = argparse.ArgumentParser(description="Run the tests that a change needs.")
    parser.add_argument("rooms", nargs="*", help="folders of pytest_mgh/, instead of the change's")
    rooms = parser.parse_args(arguments).rooms
    if missing := [f"tests/{room}" for room in rooms if not (ROOT / "tests" / room).exists()]:
        print(f"there is no {', '.join(missing)}")
        return 2
    wanted = {f"tests/{room}" for room in rooms} or _tests_of_change(changed())
    print("Running what the change needs, about 20 s on two processors: the imports of the rooms,")
    print(f"the contract, and {', '.join(sorted(wanted)) or 'nothing else'}.", flush=True)
    linted = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-logo", "--no-cache"],
        cwd=ROOT,
        check=False,
    )
    tested = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "quick",
            "-q",
            "-n",
            "auto",
            ALWAYS,
            *sorted(wanted),
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent)},
        check=False,
    )
    return linted.returncode or tested.returncode


def _tests_of_change(files: Iterable[str]) -> set[str]:
    """Return the tests of changed files; name files that have none."""
    wanted: set[str] = set()
    for file in files:
        tests = {test for test in tests_of([file]) if (ROOT / test).exists()}
        if not tests:
            print(f"No test is for {file}: `make check` may do more.")
        elif _is_shared(file):
            print(f"{file} is shared: {len(tests)} tests, or folders of them, import it.")
        wanted |= tests - {ALWAYS}
    return {test for test in wanted if not wanted & {*map(Path.as_posix, Path(test).parents)}}


def _is_shared(file: str) -> bool:
    return Path(file).parent == Path("tests") and not Path(file).name.startswith("test_")


if __name__ == "__main__":
    raise SystemExit(main())
