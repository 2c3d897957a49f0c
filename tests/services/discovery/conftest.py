from __future__ import annotations

from typing import Any

import pytest

from pytest_mgh import MigrationHub


@pytest.fixture
def ads(mgh: MigrationHub) -> Any:
    """A client of Application Discovery Service."""
    return mgh.client("discovery")
