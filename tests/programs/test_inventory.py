"""An inventory that lists everything of an account, as scripts for audits do."""

from __future__ import annotations

from typing import Any

import boto3

from pytest_mgh import MigrationHub

TYPES = ("SERVER", "APPLICATION", "PROCESS", "CONNECTION")
PAGED = {
    "describe_agents": "agentsInfo",
    "describe_import_tasks": "tasks",
    "describe_export_tasks": "exportsInfo",
    "describe_export_configurations": "exportsInfo",
    "describe_continuous_exports": "descriptions",
    "describe_tags": "tags",
}


def take_inventory() -> dict[str, Any]:
    """Read all lists page by page, and describe each item."""
    client: Any = boto3.client("discovery")
    inventory: dict[str, Any] = {"summary": client.get_discovery_summary()}
    del inventory["summary"]["ResponseMetadata"]
    for type_ in TYPES:
        pages = client.get_paginator("list_configurations").paginate(
            configurationType=type_, PaginationConfig={"PageSize": 25}
        )
        inventory[type_] = [row for page in pages for row in page["configurations"]]
    for operation, member in PAGED.items():
        pages = client.get_paginator(operation).paginate(PaginationConfig={"PageSize": 2})
        inventory[operation] = [row for page in pages for row in page[member]]
    ids = [row["server.configurationId"] for row in inventory["SERVER"]]
    inventory["details"] = [
        client.describe_configurations(configurationIds=[id_])["configurations"][0] for id_ in ids
    ]
    inventory["neighbors"] = {
        id_: client.list_server_neighbors(configurationId=id_, portInformationNeeded=True)[
            "neighbors"
        ]
        for id_ in ids
    }
    return inventory


def report(inventory: dict[str, Any]) -> list[str]:
    """Write a line for each server, as such scripts do: keys without defaults, numbers as such."""
    return [
        f"{row['server.hostName']} {row['server.osName']} {row['server.type']} "
        f"cpu {float(row.get('server.performance.maxCpuUsagePct', 0)):.0f}%"
        for row in inventory["details"]
    ]


def test_an_empty_account_has_an_empty_inventory(mgh: MigrationHub) -> None:
    inventory = take_inventory()

    assert inventory.pop("summary")["servers"] == 0
    assert [name for name, rows in inventory.items() if rows] == []


def test_a_full_account_has_all_of_it_in_the_inventory(mgh: MigrationHub) -> None:
    for number in range(30):
        mgh.add_server(
            f"web-{number}",
            ip_addresses=[f"192.0.2.{number}"],
            os_name="Linux",
            performance={"maxCpuUsagePct": number} if number % 2 else {},
            tags={"number": str(number)},
        )
    for number in range(3):
        mgh.add_agent(server=f"web-{number}")
    mgh.add_application("Shop", servers=["web-1", "web-2"])
    mgh.add_process("web-1", "nginx")
    mgh.add_connection("web-1", "web-2", port=443)
    client: Any = boto3.client("discovery")
    mgh.import_source("s3://bucket/a.csv", "HostName\ndb\n")
    client.start_import_task(name="wave", importUrl="s3://bucket/a.csv")
    client.start_export_task()
    client.start_continuous_export()

    inventory = take_inventory()

    assert {name: len(rows) for name, rows in inventory.items() if name != "summary"} == {
        "SERVER": 31,
        "APPLICATION": 1,
        "PROCESS": 1,
        "CONNECTION": 1,
        "describe_agents": 3,
        "describe_import_tasks": 1,
        "describe_export_tasks": 1,
        "describe_export_configurations": 1,
        "describe_continuous_exports": 1,
        "describe_tags": 30,
        "details": 31,
        "neighbors": 31,
    }
    assert inventory["summary"]["agentSummary"]["activeAgents"] == 3
    assert report(inventory)[:2] == ["web-0 Linux OTHER cpu 0%", "web-1 Linux OTHER cpu 1%"]
    assert len({tuple(row) for row in inventory["SERVER"]}) == 1  # one set of keys: a CSV file
