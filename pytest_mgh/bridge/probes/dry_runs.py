"""Dry runs: of every operation that has one, on what is not there."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from pytest_mgh.bridge.probes.probe import add, probe

if TYPE_CHECKING:
    from pytest_mgh.bridge.account import ProbedAccount

DRY_RUN = "Documented, and done so: D1, D2"
ORDER = "Order of checks: DryRun"
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


def _try(account: ProbedAccount, operation: str) -> Any:
    return account.dry(operation, **REQUESTS[operation])


for _name in REQUESTS:
    add(f"a dry run of {_name}", partial(_try, operation=_name), DRY_RUN, ORDER)


@probe(DRY_RUN)
def a_dry_run_of_CreateHomeRegionControl(account: ProbedAccount) -> Any:
    target = {"Type": "ACCOUNT", "Id": account.own_id}
    return account.dry("CreateHomeRegionControl", HomeRegion=account.home_region, Target=target)


@probe(DRY_RUN)
def a_dry_run_that_is_false_is_none(account: ProbedAccount) -> Any:
    return account.mgh("DeleteProgressUpdateStream", **STREAM, DryRun=False)
