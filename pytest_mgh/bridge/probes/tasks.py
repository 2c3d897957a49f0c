"""Migration tasks: importing them, telling their state, listing them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_mgh.bridge.calls import Answer, each
from pytest_mgh.bridge.probes.dry_runs import TASK
from pytest_mgh.bridge.probes.probe import Stage, probe
from pytest_mgh.bridge.probes.scene import (
    Members,
    application_of,
    map_to,
    notify,
    server_of,
    stream_of,
    task_of,
)

if TYPE_CHECKING:
    from pytest_mgh.bridge.account import ProbedAccount

IMPORT_AGAIN = "Tasks: Import of a task that exists"
IMPORTED = "Tasks: State after the import"
UNKNOWN = "Tasks: Notify for an unknown stream or task"
OLDER = "Tasks: Notify with an UpdateDateTime before the stored one"
FUTURE = "Tasks: An UpdateDateTime in the future"
BACKWARD = "Tasks: A backward status, COMPLETED below 100 %"
REPLACED = "Tasks: Notify without ProgressPercent or StatusDetail"
NEXT_UPDATE = "Tasks: NextUpdateSeconds"
NO_ATTRIBUTES = "Tasks: ResourceAttributeList that was never put"
STARTS = "Tasks: The first task that starts for a server of an application"
JOINS = "Tasks: A server that joins an application when its task has started"
STARTED_WHEN = "Tasks: LastUpdatedTime of such an application"
HISTORY = "Tasks: An import in the update history"
ORDER_OF_UPDATES = "Tasks: Order of ListMigrationTaskUpdates"
ORDER = "Tasks: Order of ListMigrationTasks"
MOVED = "Tasks: A task that is updated between two pages"
RESOURCE_NAME = "Tasks: ResourceName of ListMigrationTasks"
KEPT_TIMES = "Wire and messages: Times"
NAMES = "Tasks: Names that differ by case; blanks around a name"
MISSING = "Associations and attributes: A missing stream or task"
UNKNOWN_RESOURCE = "Associations and attributes: An id that the discovery repository doesn't know"

EARLY, LATER, LATEST = 1514764800, 1577836800, 1609459200
"""The beginnings of 2018, 2020 and 2021."""
FUTURE_TIME = 4102444800
"""The beginning of 2100."""


def described(account: ProbedAccount, task: Members) -> Any:
    """Return a task as DescribeMigrationTask tells it."""
    return account.mgh("DescribeMigrationTask", **task).at("MigrationTask")


def state(account: ProbedAccount, task: Members) -> Any:
    """Return what was told of a task last."""
    answer = account.mgh("DescribeMigrationTask", **task)
    return {
        "Task": answer.at("MigrationTask", "Task"),
        "UpdateDateTime": answer.at("MigrationTask", "UpdateDateTime"),
    }


def notified_state(
    account: ProbedAccount, task: Members, status: str, time: float, **state: Any
) -> Answer:
    """Tell the state of a task."""
    return account.mgh(
        "NotifyMigrationTaskState",
        **task,
        Task={"Status": status, **state},
        UpdateDateTime=time,
        NextUpdateSeconds=60,
    )


def names(answer: Answer) -> Any:
    """Return the names of the tasks of a page."""
    return each(answer.at("MigrationTaskSummaryList"), "MigrationTaskName")


# asking for what is not there


@probe(MISSING)
def a_task_of_an_unknown_stream_is_not_found(account: ProbedAccount) -> Any:
    return account.mgh("DescribeMigrationTask", **TASK)


@probe(MISSING)
def lists_of_a_task_of_an_unknown_stream_are_not_found(account: ProbedAccount) -> Any:
    return {
        operation: account.mgh(operation, **TASK)
        for operation in (
            "ListCreatedArtifacts",
            "ListDiscoveredResources",
            "ListMigrationTaskUpdates",
            "ListSourceResources",
        )
    }


@probe(UNKNOWN_RESOURCE)
def tasks_of_an_unknown_configuration_are_not_found(account: ProbedAccount) -> Any:
    return account.mgh("ListMigrationTasks", ResourceName="d-server-00000000000000000")


@probe(MISSING, stage=Stage.WRITES)
def an_unknown_task_of_a_known_stream_is_not_found(account: ProbedAccount) -> Any:
    unknown = {"ProgressUpdateStream": stream_of(account), "MigrationTaskName": "unknown"}
    return account.mgh("DescribeMigrationTask", **unknown)


# made


@probe(IMPORTED, stage=Stage.WRITES)
def an_imported_task_has_not_started(account: ProbedAccount) -> Any:
    task = task_of(account, "imported")
    return lambda: state(account, task)


@probe(IMPORTED, stage=Stage.WRITES)
def a_described_task_has_its_members(account: ProbedAccount) -> Any:
    task = task_of(account, "described")
    notify(account, task, "IN_PROGRESS", LATER, ProgressPercent=50, StatusDetail="half")
    return lambda: described(account, task)


@probe(NO_ATTRIBUTES, stage=Stage.WRITES)
def attributes_that_were_never_put_are_absent(account: ProbedAccount) -> Any:
    task = task_of(account, "without attributes")
    return account.mgh("DescribeMigrationTask", **task).at("MigrationTask", "ResourceAttributeList")


@probe(IMPORT_AGAIN, stage=Stage.WRITES)
def a_second_import_leaves_the_task_as_it_is(account: ProbedAccount) -> Any:
    task = task_of(account, "imported twice")
    notify(account, task, "IN_PROGRESS", LATER)
    again = account.mgh("ImportMigrationTask", **task)
    return lambda: {"again": again, "state": state(account, task)}


@probe(HISTORY, stage=Stage.WRITES)
def an_import_is_no_update(account: ProbedAccount) -> Any:
    task = task_of(account, "imported only")
    return account.mgh("ListMigrationTaskUpdates", **task).at("MigrationTaskUpdateList")


@probe(NAMES, stage=Stage.WRITES)
def names_of_tasks_differ_by_case(account: ProbedAccount) -> Any:
    task = task_of(account, "lower case")
    return account.mgh("DescribeMigrationTask", **{**task, "MigrationTaskName": "LOWER CASE"})


@probe(NAMES, stage=Stage.WRITES)
def blanks_belong_to_the_name_of_a_task(account: ProbedAccount) -> Any:
    task = task_of(account, "no blanks")
    return account.mgh("DescribeMigrationTask", **{**task, "MigrationTaskName": " no blanks "})


# telling the state


@probe(UNKNOWN, stage=Stage.WRITES)
def the_state_of_an_unknown_task_is_refused(account: ProbedAccount) -> Any:
    task = {"ProgressUpdateStream": stream_of(account), "MigrationTaskName": "never imported"}
    return notified_state(account, task, "IN_PROGRESS", LATER)


@probe(UNKNOWN, stage=Stage.WRITES)
def the_state_of_a_task_of_an_unknown_stream_is_refused(account: ProbedAccount) -> Any:
    task = {"ProgressUpdateStream": f"{account.name}-none", "MigrationTaskName": "none"}
    return notified_state(account, task, "IN_PROGRESS", LATER)


@probe(OLDER, stage=Stage.WRITES)
def the_last_state_wins_whatever_its_time(account: ProbedAccount) -> Any:
    task = task_of(account, "older")
    notify(account, task, "COMPLETED", LATER)
    older = notified_state(account, task, "IN_PROGRESS", EARLY)
    return lambda: {"notified": older, "state": state(account, task)}


@probe(FUTURE, stage=Stage.WRITES)
def a_state_may_be_of_the_future(account: ProbedAccount) -> Any:
    task = task_of(account, "future")
    future = notified_state(account, task, "IN_PROGRESS", FUTURE_TIME)
    return lambda: {"notified": future, "state": state(account, task)}


@probe(BACKWARD, stage=Stage.WRITES)
def a_task_may_be_completed_below_100_percent(account: ProbedAccount) -> Any:
    task = task_of(account, "below")
    below = notified_state(account, task, "COMPLETED", LATER, ProgressPercent=50)
    return lambda: {"notified": below, "state": state(account, task)}


@probe(BACKWARD, stage=Stage.WRITES)
def a_status_may_go_backward(account: ProbedAccount) -> Any:
    task = task_of(account, "backward")
    notify(account, task, "COMPLETED", LATER)
    backward = notified_state(account, task, "NOT_STARTED", LATEST)
    return lambda: {"notified": backward, "state": state(account, task)}


@probe(REPLACED, stage=Stage.WRITES)
def a_state_is_replaced_as_a_whole(account: ProbedAccount) -> Any:
    task = task_of(account, "replaced")
    notify(account, task, "IN_PROGRESS", LATER, ProgressPercent=50, StatusDetail="half")
    notify(account, task, "IN_PROGRESS", LATEST)
    return lambda: state(account, task)


@probe(NEXT_UPDATE, stage=Stage.WRITES)
def the_next_update_may_be_far_away(account: ProbedAccount) -> Any:
    task = task_of(account, "far away")
    far = account.mgh(
        "NotifyMigrationTaskState",
        **task,
        Task={"Status": "IN_PROGRESS"},
        UpdateDateTime=LATER,
        NextUpdateSeconds=2**63 - 1,
    )
    return lambda: {"notified": far, "state": state(account, task)}


@probe(KEPT_TIMES, stage=Stage.WRITES, open=True)
def a_time_is_kept_to_the_millisecond(account: ProbedAccount) -> Any:
    task = task_of(account, "milliseconds")
    notify(account, task, "IN_PROGRESS", LATER + 0.123456)
    return lambda: _after(LATER, state(account, task)["UpdateDateTime"])


def _after(before: int, time: Any) -> Any:
    """Return how many seconds a time is after another one, as text; or what is no time."""
    return f"{time - before:.6f}" if isinstance(time, (int, float)) else time


@probe(ORDER_OF_UPDATES, stage=Stage.WRITES)
def updates_are_listed_as_they_arrived(account: ProbedAccount) -> Any:
    task = task_of(account, "updates")
    for status, time in (("IN_PROGRESS", LATER), ("FAILED", EARLY), ("COMPLETED", LATEST)):
        notify(account, task, status, time)
    return lambda: account.mgh("ListMigrationTaskUpdates", **task)


# lists


@probe(ORDER, stage=Stage.WRITES)
def tasks_are_listed_newest_first_and_then_by_name(account: ProbedAccount) -> Any:
    server = _three_tasks(account, "order")
    return lambda: names(account.mgh("ListMigrationTasks", ResourceName=server))


@probe(MOVED, stage=Stage.WRITES)
def a_task_that_is_updated_between_pages_is_not_listed_again(account: ProbedAccount) -> Any:
    server = _three_tasks(account, "moved")
    account.wait(
        lambda: names(account.mgh("ListMigrationTasks", ResourceName=server)),
        until=lambda listed: isinstance(listed, list) and len(listed) == 4,
        what="the mapping of three tasks",
    )
    page = account.mgh("ListMigrationTasks", ResourceName=server, MaxResults=2)
    token = page.at("NextToken")
    if not isinstance(token, str):
        return {"first": names(page), "token": token}
    notify(account, task_of(account, "moved 1"), "COMPLETED", EARLY)
    rest = account.mgh("ListMigrationTasks", ResourceName=server, NextToken=token)
    return {"first": names(page), "rest": names(rest)}


def _three_tasks(account: ProbedAccount, label: str) -> str:
    """Return a server that has been mapped to three tasks, and to that which it was added for."""
    server = server_of(account, label)
    notify(account, task_of(account, f"server {label}"), "IN_PROGRESS", EARLY - 1)
    for number, time in ((2, EARLY), (3, LATER), (1, LATER)):
        task = task_of(account, f"{label} {number}")
        notify(account, task, "IN_PROGRESS", time)
        map_to(account, task, server)
    return server


@probe(RESOURCE_NAME, stage=Stage.WRITES)
def a_resource_name_is_a_whole_configuration_id(account: ProbedAccount) -> Any:
    server = server_of(account)
    return account.mgh("ListMigrationTasks", ResourceName=server[:-1])


@probe(RESOURCE_NAME, stage=Stage.WRITES)
def a_row_of_the_list_of_tasks_has_its_members(account: ProbedAccount) -> Any:
    server, task = server_of(account, "row"), task_of(account, "server row")
    notify(account, task, "IN_PROGRESS", LATER, ProgressPercent=50, StatusDetail="half")
    return lambda: account.mgh("ListMigrationTasks", ResourceName=server)


# starting applications


@probe(STARTS, STARTED_WHEN, stage=Stage.WRITES)
def the_first_task_that_starts_for_a_server_starts_its_application(account: ProbedAccount) -> Any:
    server, application = server_of(account, "start"), application_of(account, "start")
    account.need(put_into, account, application, server)
    notify(account, task_of(account, "server start"), "IN_PROGRESS", LATER)
    return lambda: account.mgh("DescribeApplicationState", ApplicationId=application)


@probe(JOINS, stage=Stage.WRITES)
def an_application_that_gets_a_server_with_a_started_task_stays_as_it_is(
    account: ProbedAccount,
) -> Any:
    server, application = server_of(account, "joins"), application_of(account, "joins")
    notify(account, task_of(account, "server joins"), "IN_PROGRESS", LATER)
    account.need(put_into, account, application, server)
    return lambda: account.mgh("DescribeApplicationState", ApplicationId=application)


def put_into(account: ProbedAccount, application: str, *servers: str) -> Answer:
    """Put servers into an application."""
    return account.discovery(
        "AssociateConfigurationItemsToApplication",
        applicationConfigurationId=application,
        configurationIds=list(servers),
    )
