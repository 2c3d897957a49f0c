"""The home Region: asked for, and what may be called outside it. It is never changed."""

from __future__ import annotations

from functools import partial
from typing import Any

from pytest_mgh.bridge.account import ProbedAccount
from pytest_mgh.bridge.calls import rows_as
from pytest_mgh.bridge.probes.dry_runs import REQUESTS, STREAM, TASK
from pytest_mgh.bridge.probes.probe import Ask, ProbeTable, probes, reads, writes
from pytest_mgh.state.accounts import SUPPORTED_REGIONS

DELETE = (
    "Contradicting documents: DeleteProgressUpdateStream outside the home Region: a write for IAM, "
    "a read for home Regions"
)
WRITE = (
    "Contradicting documents: A write outside the home Region: `HomeRegionNotSetException`; or "
    "`InvalidInputException`"
)
READ = (
    "Contradicting documents: Reads outside the home Region: permitted; or everything is rejected"
)
FILTERS = (
    "Contradicting documents: Filters of DescribeHomeRegionControls: `RegionControlScope` in the "
    "guide, not in the model"
)


def abroad(operation: str, **members: Any) -> Ask:
    """Return what calls an operation outside the home Region."""
    return lambda account: account.call(operation, region=account.elsewhere, **members)


def _dry_abroad(account: ProbedAccount, operation: str) -> Any:
    return account.dry(operation, region=account.elsewhere, **REQUESTS[operation])


def _can_be_read(account: ProbedAccount, requests: dict[str, dict[str, Any]]) -> Any:
    return {
        operation: abroad(operation, **members)(account).accepted
        for operation, members in requests.items()
    }


def _set_home(account: ProbedAccount, id_: str, home: str = "", **region: str) -> Any:
    """Try to set a home Region, which is this one by default."""
    return account.dry(
        "CreateHomeRegionControl",
        HomeRegion=home or account.home_region,
        Target={"Type": "ACCOUNT", "Id": id_},
        **region,
    )


def _number_of_controls(account: ProbedAccount, **request: Any) -> Any:
    answer = account.call("DescribeHomeRegionControls", **request)
    return rows_as(answer.at("HomeRegionControls"), len)


READS: ProbeTable = {
    "Home Region: Where GetHomeRegion may be asked": {
        "the home Region can be asked in every Region": lambda account: {
            region: account.call("GetHomeRegion", region=region) for region in SUPPORTED_REGIONS
        },
    },
    FILTERS: {
        "a filter that only the guide names is ignored": lambda account: _number_of_controls(
            account, RegionControlScope="none"
        ),
    },
    "Home Region: Where CreateHomeRegionControl may be called": {
        "a home Region may be set from any Region": lambda account: _set_home(
            account, account.own_id, region=account.elsewhere
        ),
    },
    "Home Region: A HomeRegion without Migration Hub": {
        "a Region without Migration Hub cannot be home": lambda account: _set_home(
            account, account.own_id, "us-east-2"
        ),
    },
    "Home Region: A foreign Target.Id": {
        "the target cannot be another account": lambda account: _set_home(account, "0" * 12),
    },
    "Home Region: A missing Target.Id": {
        "the target need not name the account": lambda account: account.dry(
            "CreateHomeRegionControl", HomeRegion=account.home_region, Target={"Type": "ACCOUNT"}
        ),
    },
    "Home Region: An unknown, deleted or foreign ControlId": {
        "an unknown control cannot be deleted": lambda account: account.call(
            "DeleteHomeRegionControl", ControlId="hrc-000000000000"
        ),
    },
    ("Documented and simulated: H4", WRITE): {
        f"{operation} outside the home Region": partial(_dry_abroad, operation=operation)
        for operation in REQUESTS
        if operation != "DeleteProgressUpdateStream"
    },
    DELETE: {
        "DeleteProgressUpdateStream outside the home Region": partial(
            _dry_abroad, operation="DeleteProgressUpdateStream"
        ),
        "an unknown stream outside the home Region is not found": abroad(
            "DeleteProgressUpdateStream", **STREAM
        ),
    },
    READ: {
        "streams and tasks can be listed outside the home Region": lambda account: _can_be_read(
            account,
            {
                "ListApplicationStates": {},
                "ListMigrationTasks": {},
                "ListProgressUpdateStreams": {},
            },
        ),
        "a task can be asked for outside the home Region": abroad("DescribeMigrationTask", **TASK),
    },
    "Calls of discovery: A write outside the home Region": {
        "an application cannot be changed outside the home Region": abroad(
            "UpdateApplication", configurationId="d-application-0", description="none"
        ),
    },
    "Calls of discovery: What is a write there": {
        "servers cannot be taken out outside the home Region": abroad(
            "DisassociateConfigurationItemsFromApplication",
            applicationConfigurationId="d-application-0",
            configurationIds=["d-server-0"],
        ),
        "discovery can be read outside the home Region": lambda account: _can_be_read(
            account,
            {
                "ListConfigurations": {"configurationType": "SERVER"},
                "DescribeAgents": {},
                "DescribeImportTasks": {},
                "DescribeTags": {},
                "GetDiscoverySummary": {},
            },
        ),
        "deletions of discovery are allowed outside the home Region": abroad(
            "DeleteApplications", configurationIds=["d-application-0"]
        ),
    },
}
probes(READS)


@reads("Home Region: RequestedTime")
def a_control_has_its_id_Region_target_and_time(account: ProbedAccount) -> Any:
    control = account.call("DescribeHomeRegionControls").at("HomeRegionControls", 0)
    if not isinstance(control, dict):
        return control
    # When the home Region was set, the hub can't know.
    time = control.get("RequestedTime")
    return {**control, "RequestedTime": isinstance(time, (int, float)) and time < account.clock()}


@reads("Home Region: Pages of DescribeHomeRegionControls")
def controls_are_one_page(account: ProbedAccount) -> Any:
    answer = account.call("DescribeHomeRegionControls", MaxResults=1)
    controls = rows_as(answer.at("HomeRegionControls"), len)
    return {"controls": controls, "token": answer.at("NextToken")}


@reads("Home Region: DescribeHomeRegionControls with several filters")
def all_filters_of_controls_must_match(account: ProbedAccount) -> Any:
    unknown = "hrc-000000000000"
    control = account.call("DescribeHomeRegionControls").at("HomeRegionControls", 0)
    id_ = control.get("ControlId") if isinstance(control, dict) else unknown
    home, other = account.home_region, account.elsewhere
    requests: list[dict[str, Any]] = [
        {"HomeRegion": home},
        {"HomeRegion": other},
        {"ControlId": id_, "HomeRegion": home},
        {"ControlId": id_, "HomeRegion": other},
        {"ControlId": unknown},
        {"HomeRegion": home, "Target": {"Type": "ACCOUNT"}},
    ]
    return [_number_of_controls(account, **request) for request in requests]


@writes("Home Region: Which stream a deletion in another Region is about")
def a_deletion_abroad_leaves_the_home_stream_alone(account: ProbedAccount) -> Any:
    stream = {"ProgressUpdateStreamName": account.stream()}
    return {
        "abroad": abroad("DeleteProgressUpdateStream", **stream)(account),
        "at home": account.call("CreateProgressUpdateStream", **stream, DryRun=True).accepted,
    }
