"""Other plugins and mocks, as suites have them beside this one, combined as a user would.

A module each; `make test-neighbours` installs them. An inner run shows several rules.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from inside import run_inside

from pytest_mgh.state.process import PROCESS

if TYPE_CHECKING:
    from runs import Run


LEGACY = ("-p", "legacypath")
"""Plugins still ask nodes for what pytest has left to this plugin of its own."""


@pytest.fixture
def run(pytester: pytest.Pytester) -> Run:
    """Run tests that call the hub, with all plugins, and check how many passed and failed."""

    def run(source: str, *options: str, **outcomes: int) -> pytest.RunResult:
        result = run_inside(pytester, source, *LEGACY, *options)
        result.assert_outcomes(**outcomes)
        return result

    return run


@pytest.fixture(autouse=True)
def _nothing_is_left() -> Iterator[None]:
    """Fail a test that leaves variables changed, or real calls blocked otherwise than before."""
    before = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
    blocked = PROCESS.real_calls_blocked
    yield
    after = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
    assert (after, PROCESS.real_calls_blocked) == (before, blocked)
