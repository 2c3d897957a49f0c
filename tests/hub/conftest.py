from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from full_hub import fill, pick
from sample_values import NOON

from pytest_mgh import mock_mgh


@pytest.fixture
def stopped_clock() -> Iterator[None]:
    """Let it be noon as long as a test runs."""
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture(scope="module")
def filled() -> Any:
    """A snapshot with some of everything."""
    with time_machine.travel(NOON, tick=False), mock_mgh(background="manual") as hub:
        fill(hub)
        snapshot = pick(hub.snapshot())
        hub.recover()
    return snapshot
