from __future__ import annotations

import dataclasses

import pytest

from pytest_mgh.services.catalog import SERVICES


@pytest.fixture
def not_simulated(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make an operation, ListApplicationStates, one that the hub does not simulate."""
    service = SERVICES["AWSMigrationHub"]
    names = frozenset({"ListApplicationStates"})
    changed = dataclasses.replace(service, not_simulated=names)
    monkeypatch.setitem(SERVICES, "AWSMigrationHub", changed)
