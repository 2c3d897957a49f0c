"""The recipes that need other plugins, run as they stand on their page."""

from __future__ import annotations

import pytest
from documentation import ROOT, Block, blocks

HERE = "elsewhere: tests/neighbours/test_recipes.py"
RECIPES = [
    pytest.param(block, id=block.name)
    for block in blocks(ROOT / "docs" / "recipes.md")
    if block.mark == HERE
]


@pytest.mark.parametrize("block", RECIPES)
def test_a_recipe_works(pytester: pytest.Pytester, block: Block) -> None:
    pytester.makepyfile(block.text)

    result = pytester.runpytest(
        "--strict-markers", "-p", "no:randomly", "-p", "pytest_asyncio.plugin"
    )

    outcomes = result.parseoutcomes()
    outcomes.pop("rerun", None)
    repeated = 2 * block.text.count("@pytest.mark.repeat(3)")
    assert outcomes == {"passed": block.text.count("def test_") + repeated}
