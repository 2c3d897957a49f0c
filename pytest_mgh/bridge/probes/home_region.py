"""The home Region: asked for, and what may be called outside it. It is never changed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from pytest_mgh.bridge.probes.dry_runs import REQUESTS, STREAM, TASK
from pytest_mgh.bridge.probes.probe import Stage, add, probe
from pytest_mgh.bridge.probes.scene import stream_of
from pytest_mgh.bridge.probes.wire import accepted
from pytest_mgh.state.accounts import SUPPORTED_REGIONS

if TYPE_CHECKING:
    from pytest_mgh.bridge.account import ProbedAccount

ABROAD = "Documented, and done so: H4"
READS = (
    "Contradicting documents: Reads outside the home Region: permitted; or everything is rejected"
)
DELETE = (
    "Contradicting documents: DeleteProgressUpdateStream outside the home Region: a write for IAM, "
    "a read for home Regions"
)
WRITE = (
    "Contradicting documents: A write outside the home Region: `HomeRegionNotSetException`; or "
    "`InvalidInputException`"
)
FILTERS = (
    "Contradicting documents: Filters of DescribeHomeRegionControls: `RegionControlScope` in the "
    "guide, not in the model"
)
EVERYWHERE = "Home Region: Where GetHomeRegion may be asked"
CREATED_WHERE = "Home Region: Where CreateHomeRegionControl may be called"
UNSUPPORTED = "Home Region: A HomeRegion without Migration Hub"
UNKNOWN = "Home Region: An unknown, deleted or foreign ControlId"
FOREIGN = "Home Region: A foreign Target.Id"
NO_TARGET = "Home Region: A missing Target.Id"
REQUESTED = "Home Region: RequestedTime"
SEVERAL = "Home Region: DescribeHomeRegionControls with several filters"
PAGES = "Home Region: Pages of DescribeHomeRegionControls"
OTHER_STREAM = "Home Region: Which stream a deletion in another Region is about"
WRITE_OF_DISCOVERY = "Calls of discovery: A write outside the home Region"
WRITES_OF_DISCOVERY = "Calls of discovery: What is a write there"


def _control(account: ProbedAccount) -> Any:
    return account.config("DescribeHomeRegionControls").at("HomeRegionControls", 0)


@probe(EVERYWHERE)
def the_home_Region_can_be_asked_in_every_Region(account: ProbedAccount) -> Any:
    return {region: account.config("GetHomeRegion", region=region) for region in SUPPORTED_REGIONS}


@probe(REQUESTED)
def a_control_has_its_id_Region_target_and_time(account: ProbedAccount) -> Any:
    control = _control(account)
    if not isinstance(control, dict):
        return control
    # When the home Region was set, the hub can't know.
    time = control.get("RequestedTime")
    return {**control, "RequestedTime": isinstance(time, (int, float)) and time < account.clock()}


@probe(PAGES)
def controls_are_one_page(account: ProbedAccount) -> Any:
    answer = account.config("DescribeHomeRegionControls", MaxResults=1)
    controls = answer.at("HomeRegionControls")
    number = len(controls) if isinstance(controls, list) else controls
    return {"controls": number, "token": answer.at("NextToken")}


@probe(SEVERAL)
def all_filters_of_controls_must_match(account: ProbedAccount) -> Any:
    control = _control(account)
    id_ = control.get("ControlId") if isinstance(control, dict) else "hrc-000000000000"
    home, other = account.home_region, account.elsewhere
    requests = (
        {"HomeRegion": home},
        {"HomeRegion": other},
        {"ControlId": id_, "HomeRegion": home},
        {"ControlId": id_, "HomeRegion": other},
        {"ControlId": "hrc-000000000000"},
        {"HomeRegion": home, "Target": {"Type": "ACCOUNT"}},
    )
    answers = [account.config("DescribeHomeRegionControls", **one) for one in requests]
    return [
        len(found) if isinstance(found := one.at("HomeRegionControls"), list) else found
        for one in answers
    ]


@probe(FILTERS)
def a_filter_that_only_the_guide_names_is_ignored(account: ProbedAccount) -> Any:
    answer = account.config("DescribeHomeRegionControls", RegionControlScope="none")
    controls = answer.at("HomeRegionControls")
    return len(controls) if isinstance(controls, list) else controls


@probe(CREATED_WHERE)
def a_home_Region_may_be_set_from_any_Region(account: ProbedAccount) -> Any:
    target = {"Type": "ACCOUNT", "Id": account.own_id}
    return account.dry(
        "CreateHomeRegionControl",
        region=account.elsewhere,
        HomeRegion=account.home_region,
        Target=target,
    )


@probe(UNSUPPORTED)
def a_Region_without_Migration_Hub_cannot_be_home(account: ProbedAccount) -> Any:
    target = {"Type": "ACCOUNT", "Id": account.own_id}
    return account.dry("CreateHomeRegionControl", HomeRegion="us-east-2", Target=target)


@probe(FOREIGN)
def the_target_cannot_be_another_account(account: ProbedAccount) -> Any:
    other = "000000000000"
    return account.dry(
        "CreateHomeRegionControl",
        HomeRegion=account.home_region,
        Target={"Type": "ACCOUNT", "Id": other},
    )


@probe(NO_TARGET)
def the_target_need_not_name_the_account(account: ProbedAccount) -> Any:
    return account.dry(
        "CreateHomeRegionControl", HomeRegion=account.home_region, Target={"Type": "ACCOUNT"}
    )


@probe(UNKNOWN)
def an_unknown_control_cannot_be_deleted(account: ProbedAccount) -> Any:
    return account.config("DeleteHomeRegionControl", ControlId="hrc-000000000000")


# outside the home Region


def _abroad(account: ProbedAccount, operation: str) -> Any:
    return account.dry(operation, region=account.elsewhere, **REQUESTS[operation])


for _name in REQUESTS:
    _rows = (DELETE,) if _name == "DeleteProgressUpdateStream" else (ABROAD, WRITE)
    add(f"{_name} outside the home Region", partial(_abroad, operation=_name), *_rows)


@probe(READS)
def streams_and_tasks_can_be_listed_outside_the_home_Region(account: ProbedAccount) -> Any:
    return {
        operation: accepted(account.mgh(operation, region=account.elsewhere))
        for operation in (
            "ListApplicationStates",
            "ListMigrationTasks",
            "ListProgressUpdateStreams",
        )
    }


@probe(READS)
def a_task_can_be_asked_for_outside_the_home_Region(account: ProbedAccount) -> Any:
    return account.mgh("DescribeMigrationTask", region=account.elsewhere, **TASK)


@probe(DELETE)
def an_unknown_stream_outside_the_home_Region_is_not_found(account: ProbedAccount) -> Any:
    return account.mgh("DeleteProgressUpdateStream", region=account.elsewhere, **STREAM)


@probe(WRITE_OF_DISCOVERY)
def an_application_cannot_be_changed_outside_the_home_Region(account: ProbedAccount) -> Any:
    return account.discovery(
        "UpdateApplication",
        region=account.elsewhere,
        configurationId="d-application-0",
        description="none",
    )


@probe(WRITES_OF_DISCOVERY)
def servers_cannot_be_taken_out_outside_the_home_Region(account: ProbedAccount) -> Any:
    return account.discovery(
        "DisassociateConfigurationItemsFromApplication",
        region=account.elsewhere,
        applicationConfigurationId="d-application-0",
        configurationIds=["d-server-0"],
    )


@probe(WRITES_OF_DISCOVERY)
def discovery_can_be_read_outside_the_home_Region(account: ProbedAccount) -> Any:
    there = account.elsewhere
    return {
        "ListConfigurations": accepted(
            account.discovery("ListConfigurations", region=there, configurationType="SERVER")
        ),
        "DescribeAgents": accepted(account.discovery("DescribeAgents", region=there)),
        "DescribeImportTasks": accepted(account.discovery("DescribeImportTasks", region=there)),
        "DescribeTags": accepted(account.discovery("DescribeTags", region=there)),
        "GetDiscoverySummary": accepted(account.discovery("GetDiscoverySummary", region=there)),
    }


@probe(WRITES_OF_DISCOVERY)
def deletions_of_discovery_are_allowed_outside_the_home_Region(account: ProbedAccount) -> Any:
    return account.discovery(
        "DeleteApplications", region=account.elsewhere, configurationIds=["d-application-0"]
    )


@probe(OTHER_STREAM, stage=Stage.WRITES)
def a_deletion_abroad_leaves_the_home_stream_alone(account: ProbedAccount) -> Any:
    name = stream_of(account)
    abroad = account.mgh(
        "DeleteProgressUpdateStream", region=account.elsewhere, ProgressUpdateStreamName=name
    )
    return {
        "abroad": abroad,
        "at home": accepted(
            account.mgh("CreateProgressUpdateStream", ProgressUpdateStreamName=name, DryRun=True)
        ),
    }
