"""A hub with one of everything, for the tests of capturing."""

from __future__ import annotations

import json
from typing import Any

from stand_in import ACCOUNT, HOME

from pytest_mgh import MigrationHub
from pytest_mgh.bridge.calls import Request
from pytest_mgh.bridge.reference import sends_to
from pytest_mgh.state.settings import Settings

ORIGINALS = (
    "frontdoor-17.berlin.acme-corp.internal",
    "FrontDoor-17",
    "warehouse-09.berlin.acme-corp.internal",
    "10.77.31.209",
    "2a02:908:77:3195:a9:b2c3:d4:e5f6",
    "0a:1b:2c:3d:4e:5f",
    "Payroll Western Europe",
    "salaries of everybody",
    "wavefront",
    "costcentre",
    "CC-48151623",
    "vcenter-9f8e7d6c",
    "domain-c4711",
    "TOOLSTREAM",
    "migrate frontdoor seventeen",
    "copying disks of frontdoor",
    f"arn:aws:ec2:{HOME}:{ACCOUNT}:image/ami-6d0ba87b",
    "golden picture",
    "legacy/esx/frontdoor",
    "lodestar in rack forty-two",
    "s3://acme-inventory/october.csv",
    "octoberimport",
    "nightly-batchjob",
    "/opt/acmesoft/bin/batchd --hushhush",
    ACCOUNT,
)
"""What the account has of its own; each part of it appears nowhere else."""

AWS = frozenset({"image", "central"})
"""Parts of it that are AWS's own words."""

SAID_BY_AWS = {
    *("agent", "application", "import", "process", "server", "task", "template"),
    *("completed", "failed", "not", "progress", "running", "started", "state", "updated"),
    *("account", "address", "ami", "arn", "aws", "central", "ec2", "false", "fqdn", "hrc", "image"),
    *("eth0", "eth1", "ipv4", "linux", "migration", "onpremises", "other", "tcp", "ubuntu"),
    "vmware",
}
"""The words in what AWS answers that say nothing of an account: they stay as they are."""


def ask(hub: MigrationHub, service: str, operation: str, **members: Any) -> Any:
    """Call an operation of a hub, and return its result."""
    request = Request(service, operation, HOME, json.dumps(members).encode())
    return json.loads(sends_to(hub)(request).body)


def account_with_everything() -> MigrationHub:
    """Return a hub that stands for an account with one of everything."""
    hub = MigrationHub(Settings(account_id=ACCOUNT, home_region=HOME))
    for _ in range(20):  # so that its ids are not the first ones that every hub gives
        ask(hub, "mgh", "ListMigrationTasks")
    front = hub.add_server(
        "frontdoor-17.berlin.acme-corp.internal",
        configuration_id="d-server-0d1c2b3a495867766",
        ip_addresses=["10.77.31.209", "2a02:908:77:3195:a9:b2c3:d4:e5f6"],
        mac_addresses=["0a:1b:2c:3d:4e:5f"],
        os_name="Linux",
        os_version="Ubuntu 22.04",
        agent_id="o-6b5a4f3e2d1c0b9a8",
        type="VMWARE_VM",
        vm_manager_id="vcenter-9f8e7d6c",
        tags={"costcentre": "CC-48151623"},
        performance={"numCpus": 8, "avgCpuUsagePct": 12.5},
    )
    back = hub.add_server(
        "warehouse-09.berlin.acme-corp.internal", configuration_id="d-server-0315rfdjreyqsq"
    )
    hub.add_application(
        "Payroll Western Europe",
        servers=[front],
        description="salaries of everybody",
        wave="wavefront",
    )
    hub.add_application("domain-c4711")
    job = hub.add_process(
        front, "nightly-batchjob", command_line="/opt/acmesoft/bin/batchd --hushhush"
    )
    hub.add_connection(front, back, port=5432, count=3, source_process=job.name)
    hub.load(
        {
            "streams": [
                {
                    "name": "TOOLSTREAM",
                    "tasks": [
                        {
                            "name": "migrate frontdoor seventeen",
                            "server": front.configuration_id,
                            "attributes": [
                                {"FQDN": "FrontDoor-17.berlin.acme-corp.internal"},
                                {"IPV4_ADDRESS": "10.77.31.209"},
                            ],
                            "sources": ["legacy/esx/frontdoor"],
                        },
                        {"name": "idle"},
                    ],
                },
                {"name": "EMPTY"},
            ]
        }
    )
    task = {
        "ProgressUpdateStream": "TOOLSTREAM",
        "MigrationTaskName": "migrate frontdoor seventeen",
    }
    for time, status in ((1577836800, "IN_PROGRESS"), (1609459200, "COMPLETED")):
        state = {"Status": status, "StatusDetail": "copying disks of frontdoor"}
        ask(
            hub,
            "mgh",
            "NotifyMigrationTaskState",
            **task,
            Task={**state, "ProgressPercent": 100},
            UpdateDateTime=time,
            NextUpdateSeconds=60,
        )
    arn = f"arn:aws:ec2:{HOME}:{ACCOUNT}:image/ami-6d0ba87b"
    artifact = {"Name": arn, "Description": "golden picture"}
    ask(hub, "mgh", "AssociateCreatedArtifact", **task, CreatedArtifact=artifact)
    source = {"Name": "lodestar in rack forty-two", "StatusDetail": "copying disks of frontdoor"}
    ask(hub, "mgh", "AssociateSourceResource", **task, SourceResource=source)
    ask(
        hub,
        "discovery",
        "StartImportTask",
        name="octoberimport",
        importUrl="s3://acme-inventory/october.csv",
    )
    return hub


def content(hub: MigrationHub) -> dict[str, Any]:
    """Return the results of all read operations of a hub."""
    types = ("SERVER", "APPLICATION", "PROCESS", "CONNECTION")
    servers = ask(hub, "discovery", "ListConfigurations", configurationType="SERVER")
    ids = [row["server.configurationId"] for row in servers["configurations"]]
    agents = ask(hub, "discovery", "DescribeAgents")
    for agent in agents["agentsInfo"]:
        del agent["lastHealthPingTime"]  # it is now, as long as an agent lives
    found = {
        "control": ask(hub, "migrationhub-config", "DescribeHomeRegionControls"),
        "home": ask(hub, "migrationhub-config", "GetHomeRegion"),
        "streams": ask(hub, "mgh", "ListProgressUpdateStreams"),
        "tasks": ask(hub, "mgh", "ListMigrationTasks"),
        "states": ask(hub, "mgh", "ListApplicationStates"),
        "servers": ask(hub, "discovery", "DescribeConfigurations", configurationIds=ids),
        "agents": agents,
        "tags": ask(hub, "discovery", "DescribeTags"),
        "imports": ask(hub, "discovery", "DescribeImportTasks"),
        "summary": ask(hub, "discovery", "GetDiscoverySummary"),
        **{
            type_: ask(hub, "discovery", "ListConfigurations", configurationType=type_)
            for type_ in types
        },
        **{id_: ask(hub, "discovery", "ListServerNeighbors", configurationId=id_) for id_ in ids},
        **{f"{id_} tasks": ask(hub, "mgh", "ListMigrationTasks", ResourceName=id_) for id_ in ids},
    }
    for row in found["tasks"]["MigrationTaskSummaryList"]:
        task = {name: row[name] for name in ("ProgressUpdateStream", "MigrationTaskName")}
        for operation in (
            "DescribeMigrationTask",
            "ListMigrationTaskUpdates",
            "ListCreatedArtifacts",
            "ListDiscoveredResources",
            "ListSourceResources",
        ):
            found[f"{operation} {task}"] = ask(hub, "mgh", operation, **task)
    return found
