"""Every Python block of the README and of the docs runs as a test module."""

from __future__ import annotations

import re
from pathlib import Path

import moto  # noqa: F401 (a block that is the first to import it would take it away again)
import pytest

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)
BLOCKS = [
    pytest.param(block, id=f"{page.name}-{number}")
    for page in PAGES
    for number, block in enumerate(BLOCK.findall(page.read_text(encoding="utf-8")))
]


@pytest.mark.parametrize("block", BLOCKS)
def test_a_block_of_the_documentation_runs(pytester: pytest.Pytester, block: str) -> None:
    pytester.makepyfile(block)

    result = pytester.runpytest(
        "--strict-markers", "-o", "asyncio_default_fixture_loop_scope=function"
    )

    outcomes = result.parseoutcomes()
    assert outcomes.keys() <= {"passed"}
    assert outcomes["passed"] == block.count("def test_")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_program_in_javascript_is_one_that_is_tested(page: Path) -> None:
    programs = (ROOT / "tests" / "sdks" / "javascript").glob("*.mjs")
    tested = {program.read_text(encoding="utf-8") for program in programs}

    for block in re.findall(
        r"^```javascript\n(.*?)^```$", page.read_text("utf-8"), re.DOTALL | re.MULTILINE
    ):
        assert block in tested


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_links_only_to_what_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")

    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", text):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_names_only_tests_that_are_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")

    for path in re.findall(r"`(tests/[\w/.]+)`", text):
        assert (ROOT / path).exists(), path
