from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mgh import MigrationHub

if TYPE_CHECKING:
    from mypy_boto3_discovery import ApplicationDiscoveryServiceClient


def test_the_servers(mgh: MigrationHub) -> None:
    mgh.add_server("web-1")
    client: ApplicationDiscoveryServiceClient = mgh.client("discovery")

    assert len(client.list_configurations(configurationType="SERVER")["configurations"]) == 1
