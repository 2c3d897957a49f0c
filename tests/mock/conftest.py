from __future__ import annotations

import pytest

from pytest_mgh.services.catalog import OPERATIONS


@pytest.fixture
def not_simulated(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make an operation, ListApplicationStates, one that is newer than the hub."""
    monkeypatch.delitem(OPERATIONS, "ListApplicationStates")
