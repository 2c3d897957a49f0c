from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from sample_values import NOON


@pytest.fixture
def stopped_clock() -> Iterator[None]:
    """Let it be noon as long as a test runs."""
    with time_machine.travel(NOON, tick=False):
        yield
