"""Dry runs: of every operation that has one, on what is not there."""

from __future__ import annotations

from functools import partial
from typing import Any

from pytest_mgh.bridge.account import ProbedAccount
from pytest_mgh.bridge.probes.probe import probes

DRY_RUN = "Documented and simulated: D1, D2"
STREAM = {"ProgressUpdateStreamName": "pytest-mgh-none"}
TASK = {"ProgressUpdateStream": "pytest-mgh-none", "MigrationTaskName": "none"}
_STATE = {"Task": {"Status": "IN_PROGRESS"}, "UpdateDateTime": 1577836800, "NextUpdateSeconds": 60}
_ARN = "arn:aws:ec2:us-west-2:123456789012:image/ami-0"
_ATTRIBUTE = {"Type": "FQDN", "Value": "none.invalid"}

REQUESTS: dict[str, dict[str, Any]] = {
    "AssociateCreatedArtifact": {**TASK, "CreatedArtifact": {"Name": _ARN}},
    "AssociateDiscoveredResource": {
        **TASK,
        "DiscoveredResource": {"ConfigurationId": "d-server-0"},
    },
    "AssociateSourceResource": {**TASK, "SourceResource": {"Name": "none"}},
    "CreateProgressUpdateStream": STREAM,
    "DeleteProgressUpdateStream": STREAM,
    "DisassociateCreatedArtifact": {**TASK, "CreatedArtifactName": _ARN},
    "DisassociateDiscoveredResource": {**TASK, "ConfigurationId": "d-server-0"},
    "DisassociateSourceResource": {**TASK, "SourceResourceName": "none"},
    "ImportMigrationTask": TASK,
    "NotifyApplicationState": {"ApplicationId": "d-application-0", "Status": "COMPLETED"},
    "NotifyMigrationTaskState": {**TASK, **_STATE},
    "PutResourceAttributes": {**TASK, "ResourceAttributeList": [_ATTRIBUTE]},
}
"""A right request of each operation of `mgh` that has a dry run."""


probes(
    {
        (DRY_RUN, "Order of checks: DryRun"): {
            f"a dry run of {operation}": partial(ProbedAccount.dry, operation=operation, **members)
            for operation, members in REQUESTS.items()
        },
        DRY_RUN: {
            "a dry run of CreateHomeRegionControl": lambda account: account.dry(
                "CreateHomeRegionControl",
                HomeRegion=account.home_region,
                Target={"Type": "ACCOUNT", "Id": account.own_id},
            ),
            "a dry run that is false is none": lambda account: account.call(
                "DeleteProgressUpdateStream", **STREAM, DryRun=False
            ),
        },
    }
)
