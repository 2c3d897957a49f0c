"""A wave, a hub that has its servers, and the tool's clients."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from liftoff.connection import connect
from liftoff.discovery import Discovery
from liftoff.inventory import Server, read_wave
from liftoff.reporting import Reporter
from liftoff.retry import Retry

if TYPE_CHECKING:
    from pytest_mgh import MigrationHub

EXAMPLES = Path(__file__).parents[1]


@pytest.fixture
def wave(mgh: MigrationHub) -> list[Server]:
    """The servers of wave1.csv, and a discovery repository that knows all but build-01."""
    mgh.load(EXAMPLES / "estate.yaml")
    return read_wave(EXAMPLES / "wave1.csv")


@pytest.fixture
def naps() -> list[float]:
    """The seconds that the reporter would have slept."""
    return []


@pytest.fixture
def reporter(mgh: MigrationHub, naps: list[float]) -> Reporter:
    """A reporter that is connected as the command line connects it, and never sleeps."""
    return Reporter(connect(), "Liftoff", retry=Retry(sleep=naps.append))


@pytest.fixture
def discovery(mgh: MigrationHub, naps: list[float]) -> Discovery:
    """The discovery repository, with the same patience."""
    return Discovery(connect("discovery"), retry=Retry(sleep=naps.append))
