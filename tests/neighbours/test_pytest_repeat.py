"""pytest-repeat: each repetition starts empty."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from runs import Run

TESTS = """
def test_function(mgh):
    assert names() == []
    create("SMS")

@pytest.mark.mgh
class TestIt:
    def setup_method(self):
        create("set-up")

    def test_it(self):
        assert names() == ["set-up"]
        create("SMS")

@mock_mgh
def test_decorated():
    assert names() == []
    create("SMS")

def test_in_a_module(mgh_module, mgh):
    assert names() == []
    create("SMS")

@pytest.mark.repeat(2)
def test_marked(mgh_client):
    assert names() == []
    create("SMS")
"""


@pytest.mark.parametrize("scope", ["function", "class", "module", "session"])
def test_each_repetition_starts_empty(run: Run, scope: str) -> None:
    run(TESTS, "--count=3", f"--repeat-scope={scope}", passed=14)
