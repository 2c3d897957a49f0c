"""A hub with something of everything, and a call of every operation that succeeds there."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from sample_values import TASK
from signed_calls import post

ARN = "arn:aws:ec2:us-east-1:488216288981:image/ami-1"
SERVER, APPLICATION = "d-server-1", "d-application-1"
CSV = (
    "ExternalId,HostName,IPAddress,ApplicationName\ne1,a,10.0.0.8,A\ne2,b,10.0.0.9,B\ne3,web,x,A\n"
)


def fill(hub: Any) -> None:
    """Put something of everything into a hub."""
    hub.add_server("web", configuration_id=SERVER, ip_addresses=["10.0.0.1"])
    hub.add_server("old", configuration_id="d-server-2", agent_id="o-0123456789abcdef0")
    hub.add_application("Shop", configuration_id=APPLICATION, servers=["web"])
    hub.add_agent("o-ffffffffffffffff0", server="web", health="SHUTDOWN", connector_id="c-1")
    hub.add_process("web", "nginx", command_line="nginx -g")
    hub.add_connection("web", "old", port=5432, source_process="nginx")
    hub.import_source("s3://bucket/a.zip", b"PK\xff")
    hub.import_source("s3://bucket/a.csv", CSV)
    for operation, request in FIRST:
        call(operation, request)(hub)
    hub.settle()
    hub.principal("reader", policy="AWSMigrationHubDiscoveryAccess")
    hub.fail("ListMigrationTasks", "InternalServerError", times=2)
    hub.throttle("ListApplicationStates", per_second=1)


def call(operation: str, request: dict[str, Any]) -> Callable[[Any], Any]:
    """Return what makes a call that succeeds."""

    def make(hub: Any) -> None:
        body = json.dumps({name: _ids(hub, value) for name, value in request.items()})
        response = post(hub, operation, body)
        assert response.status == 200, response.body

    return make


def _ids(hub: Any, value: Any) -> Any:
    """Return a value with the ids that the hub has made."""
    if value == ["THE IMPORT"]:
        return [task.id for task in hub._store_now.repository.imports][:1]
    if value == "THE EXPORT":
        exports = [one.id for one in hub._store_now.repository.continuous_exports]
        return exports[-1] if exports else "none"
    if value == "THE CONTROL":
        return hub._world.account(hub.account_id).control.control_id
    if value == "THE DELETION":
        return next(iter(hub._store_now.repository.deletions), "none")
    return value


FIRST: list[tuple[str, dict[str, Any]]] = [
    ("CreateProgressUpdateStream", {"ProgressUpdateStreamName": "SMS"}),
    ("ImportMigrationTask", TASK),
    ("AssociateCreatedArtifact", {**TASK, "CreatedArtifact": {"Name": ARN}}),
    ("AssociateSourceResource", {**TASK, "SourceResource": {"Name": "vm-1"}}),
    ("AssociateDiscoveredResource", {**TASK, "DiscoveredResource": {"ConfigurationId": SERVER}}),
    ("StartImportTask", {"name": "first", "importUrl": "s3://bucket/a.csv"}),
    ("CreateTags", {"configurationIds": [SERVER], "tags": [{"key": "a", "value": "b"}]}),
    ("ExportConfigurations", {}),
    (
        "StartExportTask",
        {
            "filters": [
                {"name": "agentIds", "condition": "EQUALS", "values": ["o-0123456789abcdef0"]}
            ]
        },
    ),
]

CALLS: dict[str, dict[str, Any]] = {
    "AssociateConfigurationItemsToApplication": {
        "applicationConfigurationId": APPLICATION,
        "configurationIds": ["d-server-2"],
    },
    "AssociateCreatedArtifact": {**TASK, "CreatedArtifact": {"Name": ARN, "Description": "x"}},
    "AssociateDiscoveredResource": {
        **TASK,
        "DiscoveredResource": {"ConfigurationId": "d-server-2"},
    },
    "AssociateSourceResource": {**TASK, "SourceResource": {"Name": "vm-2"}},
    "BatchDeleteAgents": {"deleteAgents": [{"agentId": "o-0123456789abcdef0", "force": True}]},
    "BatchDeleteImportData": {"importTaskIds": ["THE IMPORT"], "deleteHistory": True},
    "CreateApplication": {"name": "New"},
    "CreateHomeRegionControl": {
        "HomeRegion": "us-west-2",
        "Target": {"Type": "ACCOUNT", "Id": "123456789012"},
    },
    "CreateProgressUpdateStream": {"ProgressUpdateStreamName": "new"},
    "CreateTags": {
        "configurationIds": [SERVER, APPLICATION],
        "tags": [{"key": "a", "value": "c"}, {"key": "b", "value": "d"}],
    },
    "DeleteApplications": {"configurationIds": [APPLICATION]},
    "DeleteHomeRegionControl": {"ControlId": "THE CONTROL"},
    "DeleteProgressUpdateStream": {"ProgressUpdateStreamName": "SMS"},
    "DeleteTags": {"configurationIds": [SERVER], "tags": [{"key": "a", "value": "b"}]},
    "DisassociateConfigurationItemsFromApplication": {
        "applicationConfigurationId": APPLICATION,
        "configurationIds": [SERVER],
    },
    "DisassociateCreatedArtifact": {**TASK, "CreatedArtifactName": ARN},
    "DisassociateDiscoveredResource": {**TASK, "ConfigurationId": SERVER},
    "DisassociateSourceResource": {**TASK, "SourceResourceName": "vm-1"},
    "ExportConfigurations": {},
    "ImportMigrationTask": {**TASK, "MigrationTaskName": "other"},
    "NotifyApplicationState": {
        "ApplicationId": APPLICATION,
        "Status": "COMPLETED",
        "UpdateDateTime": 1714564800,
    },
    "NotifyMigrationTaskState": {
        **TASK,
        "Task": {"Status": "IN_PROGRESS", "ProgressPercent": 5},
        "UpdateDateTime": 1714564800,
        "NextUpdateSeconds": 60,
    },
    "PutResourceAttributes": {
        **TASK,
        "ResourceAttributeList": [
            {"Type": "IPV4_ADDRESS", "Value": "10.0.0.7"},
            {"Type": "FQDN", "Value": "web"},
        ],
    },
    "StartBatchDeleteConfigurationTask": {
        "configurationType": "SERVER",
        "configurationIds": [SERVER, "d-server-9"],
    },
    "StartContinuousExport": {},
    "StartDataCollectionByAgentIds": {"agentIds": ["o-0123456789abcdef0", "o-unknown-agent"]},
    "StartExportTask": {"preferences": {"ec2RecommendationsPreferences": {"enabled": True}}},
    "StartImportTask": {"name": "next", "importUrl": "s3://bucket/a.csv"},
    "StopContinuousExport": {"exportId": "THE EXPORT"},
    "StopDataCollectionByAgentIds": {"agentIds": ["o-0123456789abcdef0"]},
    "UpdateApplication": {"configurationId": APPLICATION, "name": "Store", "wave": "2"},
}

READS: dict[str, dict[str, Any]] = {
    "DescribeAgents": {},
    "DescribeApplicationState": {"ApplicationId": APPLICATION},
    "DescribeBatchDeleteConfigurationTask": {"taskId": "THE DELETION"},
    "DescribeConfigurations": {"configurationIds": [SERVER]},
    "DescribeContinuousExports": {},
    "DescribeExportConfigurations": {},
    "DescribeExportTasks": {},
    "DescribeHomeRegionControls": {},
    "DescribeImportTasks": {},
    "DescribeMigrationTask": TASK,
    "DescribeTags": {},
    "GetDiscoverySummary": {},
    "GetHomeRegion": {},
    "ListApplicationStates": {},
    "ListConfigurations": {"configurationType": "SERVER"},
    "ListCreatedArtifacts": TASK,
    "ListDiscoveredResources": TASK,
    "ListMigrationTaskUpdates": TASK,
    "ListMigrationTasks": {},
    "ListProgressUpdateStreams": {},
    "ListServerNeighbors": {"configurationId": SERVER},
    "ListSourceResources": TASK,
}
