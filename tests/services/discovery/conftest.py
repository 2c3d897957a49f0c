from __future__ import annotations

from typing import Any

import pytest
from clients import kept_client

from pytest_mgh import MigrationHub


@pytest.fixture
def ads(mgh: MigrationHub) -> Any:
    """A client of Application Discovery Service."""
    return kept_client("discovery", mgh.home_region or "us-west-2")
