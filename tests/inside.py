"""Tests inside a test that call the hub: their first lines, and how to run them."""

from __future__ import annotations

import pytest
from inner_runs import CALLS

from pytest_mgh.state.process import PROCESS


def run_inside(pytester: pytest.Pytester, source: str, *options: str) -> pytest.RunResult:
    """Run tests in this process, which is fastest; fail if one leaves a mock active."""
    pytester.makepyfile(CALLS + source)
    result = pytester.runpytest_inprocess("-W", "error", "--strict-markers", *options)
    if PROCESS.mock is not None:
        PROCESS.mock.end()
        pytest.fail("the mock is still active")
    return result
