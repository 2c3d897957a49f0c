"""A wave, and a hub that knows its servers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from liftoff.connection import connect
from liftoff.inventory import Server, read_wave
from liftoff.reporting import Reporter
from liftoff.retry import Retry

if TYPE_CHECKING:
    from pytest_mgh import MigrationHub

WAVE = Path(__file__).parents[1] / "wave1.csv"


@pytest.fixture
def wave(mgh: MigrationHub) -> list[Server]:
    """The servers of wave1.csv, known to the discovery repository with their applications."""
    servers = read_wave(WAVE)
    members: dict[str, list[str]] = {}
    for server in servers:
        if server.configuration_id is not None:
            mgh.add_server(
                server.hostname,
                configuration_id=server.configuration_id,
                ip_addresses=server.ip_addresses,
                mac_addresses=server.mac_addresses,
            )
            if server.application_id is not None:
                members.setdefault(server.application_id, []).append(server.configuration_id)
    for number, (application_id, ids) in enumerate(members.items(), start=1):
        mgh.add_application(f"application {number}", configuration_id=application_id, servers=ids)
    return servers


@pytest.fixture
def naps() -> list[float]:
    """The seconds that the reporter would have slept."""
    return []


@pytest.fixture
def reporter(mgh: MigrationHub, naps: list[float]) -> Reporter:
    """A reporter that is connected as the command line connects it, and never sleeps."""
    return Reporter(connect(), "Liftoff", retry=Retry(sleep=naps.append))
