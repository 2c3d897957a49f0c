"""Pages that change the repository: their steps are taken in a copy of it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from documentation import PATCHING, ROOT, blocks, check_make, commands, paths, run_python


@pytest.mark.parametrize("page", PATCHING, ids=lambda page: page.name)
def test_the_steps_of_a_page_can_be_taken(pytester: pytest.Pytester, page: Path) -> None:
    copy = pytester.path / "repository"
    copy_repository(copy)

    for block in blocks(page):
        if block.language == "diff":
            apply_patch(copy / str(block.title), block.text)
        elif block.title is not None:
            file = copy / block.title
            assert not file.exists(), f"{block.title} is there already"
            file.write_text(block.text, encoding="utf-8")
        else:
            assert block.language == "console"
            for words, output in commands(block):
                if words[0] == "python":
                    assert not output
                    run_python(*words[1:], folder=copy)
                else:
                    assert words[0] == "make"
                    check_make(words[1:])

    missing = [path for path in paths(page) if not (copy / path).exists()]
    assert not missing
    run_python("-m", "pytest", "-q", "tests/documents/test_documented_tables.py", folder=copy)


def copy_repository(copy: Path) -> None:
    for folder in ("docs", "examples", "pytest_mgh", "schemas", "scripts", "tests"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("node_modules"))
    for file in ("CHANGELOG.md", "Makefile", "README.md", "conftest.py", "pyproject.toml"):
        shutil.copy(ROOT / file, copy / file)


def apply_patch(file: Path, patch: str) -> None:
    """Replace the one place of a file that has the lines that a patch knows."""
    lines = [(line[:1] or " ", line[1:]) for line in patch.splitlines()]
    assert {sign for sign, _ in lines} <= {" ", "-", "+"}
    before = "".join(f"{line}\n" for sign, line in lines if sign != "+")
    after = "".join(f"{line}\n" for sign, line in lines if sign != "-")
    text = file.read_text(encoding="utf-8")
    assert text.count(before) == 1, f"{file.name} has this {text.count(before)} times:\n{before}"
    file.write_text(text.replace(before, after), encoding="utf-8")
