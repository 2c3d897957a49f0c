"""The pages of the documentation, their blocks of code and their tables."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
CHOICES = [page for page in PAGES if page.parent.name == "fidelity" and page.name != "index.md"]

_BLOCK = re.compile(
    r"""^(?:<!--\ block:\ (?P<mark>.+?)\ -->\n)?
        ```(?P<language>\w+)(?:\ title="(?P<title>[^"]+)")?\n
        (?P<text>.*?)^```$""",
    re.DOTALL | re.MULTILINE | re.VERBOSE,
)


class Block(NamedTuple):
    """A block of code.

    Attributes:
        page: The page that it stands on.
        number: Which one it is there.
        language: What stands behind its fence.
        title: The file that it is, if it is one.
        mark: What the comment before it says of it: `fails`, or `elsewhere: <why>`.
        text: What it holds.
    """

    page: Path
    number: int
    language: str
    title: str | None
    mark: str | None
    text: str

    @property
    def name(self) -> str:
        """How it is named in reports."""
        return f"{self.page.relative_to(ROOT).as_posix()}-{self.number}-{self.language}"


def read(page: Path) -> str:
    """Return a page's text."""
    return page.read_text(encoding="utf-8")


def blocks(page: Path) -> list[Block]:
    """Return the blocks of a page, in their order."""
    return [
        Block(page, number, *found.group("language", "title", "mark", "text"))
        for number, found in enumerate(_BLOCK.finditer(read(page)))
    ]


def prose(page: Path) -> str:
    """Return a page without its blocks."""
    return _BLOCK.sub("", read(page))


def sections(page: Path) -> dict[str, str]:
    """Return the texts of a page by the headings that they stand under."""
    parts = re.split(r"^##+ (.+)$", prose(page), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def table(page: Path, heading: str) -> list[list[str]]:
    """Return the rows of the table under a heading, as cells of Markdown."""
    rows = [line for line in sections(page)[heading].splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[2:]]


def codes(text: str) -> list[str]:
    """Return the texts in backticks."""
    return re.findall(r"`([^`]+)`", text)


def paths(page: Path) -> list[str]:
    """Return the files and folders of the repository that a page's text names."""
    roots = "benchmarks|docs|examples|pytest_mgh|schemas|scripts|tests"
    return re.findall(rf"`((?:{roots})/[\w./-]*)`", prose(page))


def commands(block: Block) -> Iterator[tuple[list[str], list[str]]]:
    """Yield each command of a block, as words, and its documented output."""
    for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        line, *output = part.splitlines()
        yield shlex.split(line, comments=True), output


def run_python(*arguments: str, folder: Path = ROOT) -> list[str]:
    """Run Python in a folder that comes first on its path; return the lines that it prints.

    It is told nothing of what makes the inner runs of this suite quick.
    """
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")
    }
    run = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**environment, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout.splitlines()


def check_make(targets: list[str]) -> None:
    """Find the targets in the Makefile."""
    for target in targets:
        assert re.search(rf"^{target}:", read(ROOT / "Makefile"), re.MULTILINE), target
