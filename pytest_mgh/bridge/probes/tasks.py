"""Migration tasks: importing them, notifying their state, listing them."""

from __future__ import annotations

from typing import Any

from pytest_mgh.bridge.account import ProbedAccount
from pytest_mgh.bridge.calls import Members, each
from pytest_mgh.bridge.probes.changes import (
    EARLY,
    LATER,
    LATEST,
    UNKNOWN_SERVER,
    map_to,
    notify,
    put_into,
)
from pytest_mgh.bridge.probes.dry_runs import TASK
from pytest_mgh.bridge.probes.probe import Ask, ProbeTable, Stage, again, probes, writes

MISSING = "Associations and attributes: A missing stream or task"
FUTURE = 4102444800
"""The beginning of 2100."""


def described_task(account: ProbedAccount, task: Members) -> Any:
    """Return the result of DescribeMigrationTask."""
    return account.call("DescribeMigrationTask", **task).at("MigrationTask")


def state_of(account: ProbedAccount, task: Members) -> Any:
    """Return the last state of a task."""
    answer = account.call("DescribeMigrationTask", **task)
    return {name: answer.at("MigrationTask", name) for name in ("Task", "UpdateDateTime")}


def tasks_of(account: ProbedAccount, server: str, **request: Any) -> Any:
    """Return the names of the tasks that are mapped to a server."""
    answer = account.call("ListMigrationTasks", ResourceName=server, **request)
    return each(answer.at("MigrationTaskSummaryList"), "MigrationTaskName")


def renamed(name: str, other: str) -> Ask:
    """Return what asks for a task of the run by another name."""
    return lambda account: account.call(
        "DescribeMigrationTask", **account.task(name) | account.task_named(other)
    )


def notified(name: str, status: str, time: float, *, before: str = "", **state: Any) -> Ask:
    """Return what notifies the state of a task of the run, which may have had one before."""

    def ask(account: ProbedAccount) -> Any:
        task = account.task(name)
        if before:
            notify(account.need, task, before)
        answer = notify(account.call, task, status, time, **state)
        return lambda: {"notified": answer, "state": state_of(account, task)}

    return ask


READS: ProbeTable = {
    MISSING: {
        "a task of an unknown stream is not found": lambda account: account.call(
            "DescribeMigrationTask", **TASK
        ),
        "lists of a task of an unknown stream are not found": lambda account: {
            operation: account.call(operation, **TASK)
            for operation in (
                "ListCreatedArtifacts",
                "ListDiscoveredResources",
                "ListMigrationTaskUpdates",
                "ListSourceResources",
            )
        },
    },
    "Associations and attributes: An id that the discovery repository does not know": {
        "tasks of an unknown configuration are not found": lambda account: account.call(
            "ListMigrationTasks", ResourceName=UNKNOWN_SERVER
        ),
    },
}
WRITES: ProbeTable = {
    MISSING: {
        "an unknown task of a known stream is not found": lambda account: account.call(
            "DescribeMigrationTask",
            ProgressUpdateStream=account.stream(),
            MigrationTaskName="unknown",
        ),
    },
    "Tasks: State after the import": {
        "an imported task has not started": again(
            lambda account: state_of(account, account.task("imported"))
        ),
    },
    "Tasks: ResourceAttributeList that was never put": {
        "attributes that were never put are absent": lambda account: account.call(
            "DescribeMigrationTask", **account.task("without attributes")
        ).at("MigrationTask", "ResourceAttributeList"),
    },
    "Tasks: An import in the update history": {
        "an import is no update": lambda account: account.call(
            "ListMigrationTaskUpdates", **account.task("imported only")
        ).at("MigrationTaskUpdateList"),
    },
    "Tasks: Names that differ by case; blanks around a name": {
        "names of tasks differ by case": renamed("lower case", "LOWER CASE"),
        "blanks belong to the name of a task": renamed("no blanks", " no blanks "),
    },
    "Tasks: Notify for an unknown stream or task": {
        "the state of an unknown task is refused": lambda account: notify(
            account.call,
            {"ProgressUpdateStream": account.stream(), "MigrationTaskName": "never imported"},
            "IN_PROGRESS",
        ),
        "the state of a task of an unknown stream is refused": lambda account: notify(
            account.call,
            {"ProgressUpdateStream": f"{account.name}-none", "MigrationTaskName": "none"},
            "IN_PROGRESS",
        ),
    },
    "Tasks: Notify with an UpdateDateTime before the stored one": {
        "the last state wins whatever its time": notified(
            "older", "IN_PROGRESS", EARLY, before="COMPLETED"
        ),
    },
    "Tasks: An UpdateDateTime in the future": {
        "a state may be of the future": notified("future", "IN_PROGRESS", FUTURE),
    },
    "Tasks: A backward status, COMPLETED below 100 %": {
        "a task may be completed below 100 percent": notified(
            "below", "COMPLETED", LATER, ProgressPercent=50
        ),
        "a status may go backward": notified("backward", "NOT_STARTED", LATEST, before="COMPLETED"),
    },
    "Tasks: ResourceName of ListMigrationTasks": {
        "a resource name is a whole configuration id": lambda account: account.call(
            "ListMigrationTasks", ResourceName=account.server()[:-1]
        ),
    },
}
probes(READS)
probes(WRITES, stage=Stage.WRITES)


# the state


@writes("Tasks: State after the import")
def a_described_task_has_its_members(account: ProbedAccount) -> Any:
    task = account.task("described")
    notify(account.need, task, "IN_PROGRESS", ProgressPercent=50, StatusDetail="half")
    return lambda: described_task(account, task)


@writes("Tasks: Import of a task that exists")
def a_second_import_leaves_the_task_as_it_is(account: ProbedAccount) -> Any:
    task = account.task("imported twice")
    notify(account.need, task, "IN_PROGRESS")
    again = account.call("ImportMigrationTask", **task)
    return lambda: {"again": again, "state": state_of(account, task)}


@writes("Tasks: Notify without ProgressPercent or StatusDetail")
def a_state_is_replaced_as_a_whole(account: ProbedAccount) -> Any:
    task = account.task("replaced")
    notify(account.need, task, "IN_PROGRESS", ProgressPercent=50, StatusDetail="half")
    notify(account.need, task, "IN_PROGRESS", LATEST)
    return lambda: state_of(account, task)


@writes("Tasks: NextUpdateSeconds")
def the_next_update_may_be_far_away(account: ProbedAccount) -> Any:
    task = account.task("far away")
    far = account.call(
        "NotifyMigrationTaskState",
        **task,
        Task={"Status": "IN_PROGRESS"},
        UpdateDateTime=LATER,
        NextUpdateSeconds=2**63 - 1,
    )
    return lambda: {"notified": far, "state": state_of(account, task)}


@writes("Wire and messages: Times", open=True)
def a_time_is_kept_to_the_millisecond(account: ProbedAccount) -> Any:
    task = account.task("milliseconds")
    notify(account.need, task, "IN_PROGRESS", LATER + 0.123456)

    def seconds_after() -> Any:
        time = state_of(account, task)["UpdateDateTime"]
        return f"{time - LATER:.6f}" if isinstance(time, (int, float)) else time

    return seconds_after


@writes("Tasks: Order of ListMigrationTaskUpdates")
def updates_are_listed_as_they_arrived(account: ProbedAccount) -> Any:
    task = account.task("updates")
    for status, time in (("IN_PROGRESS", LATER), ("FAILED", EARLY), ("COMPLETED", LATEST)):
        notify(account.need, task, status, time)
    return lambda: account.call("ListMigrationTaskUpdates", **task)


# lists


@writes("Tasks: Order of ListMigrationTasks")
def tasks_are_listed_newest_first_and_then_by_name(account: ProbedAccount) -> Any:
    server = _three_tasks(account, "order")
    return lambda: tasks_of(account, server)


@writes("Tasks: A task that is updated between two pages")
def a_task_that_is_updated_between_pages_is_not_listed_again(account: ProbedAccount) -> Any:
    server = _three_tasks(account, "moved")
    account.wait(
        lambda: tasks_of(account, server),
        until=lambda listed: isinstance(listed, list) and len(listed) == 4,
        what="the mapping of three tasks",
    )
    page = account.call("ListMigrationTasks", ResourceName=server, MaxResults=2)
    first = each(page.at("MigrationTaskSummaryList"), "MigrationTaskName")
    token = page.at("NextToken")
    if not isinstance(token, str):
        return {"first": first, "token": token}
    notify(account.need, account.task("moved 1"), "COMPLETED", EARLY)
    return {"first": first, "rest": tasks_of(account, server, NextToken=token)}


def _three_tasks(account: ProbedAccount, label: str) -> str:
    """Return a server that has been mapped to three tasks, and to that which it was added for."""
    server = account.server(label)
    notify(account.need, account.task(f"server {label}"), "IN_PROGRESS", EARLY - 1)
    for number, time in ((2, EARLY), (3, LATER), (1, LATER)):
        task = account.task(f"{label} {number}")
        notify(account.need, task, "IN_PROGRESS", time)
        map_to(account.need, task, server)
    return server


@writes("Tasks: ResourceName of ListMigrationTasks")
def a_row_of_the_list_of_tasks_has_its_members(account: ProbedAccount) -> Any:
    server, task = account.server("row"), account.task("server row")
    notify(account.need, task, "IN_PROGRESS", ProgressPercent=50, StatusDetail="half")
    return lambda: account.call("ListMigrationTasks", ResourceName=server)


# starting applications


@writes(
    "Tasks: The first task that starts for a server of an application",
    "Tasks: LastUpdatedTime of such an application",
)
def the_first_task_that_starts_for_a_server_starts_its_application(account: ProbedAccount) -> Any:
    server, application = account.server("start"), account.application("start")
    put_into(account.need, application, server)
    notify(account.need, account.task("server start"), "IN_PROGRESS")
    return lambda: account.call("DescribeApplicationState", ApplicationId=application)


@writes("Tasks: A server that joins an application when its task has started")
def an_application_that_gets_a_server_with_a_started_task_stays_as_it_is(
    account: ProbedAccount,
) -> Any:
    server, application = account.server("joins"), account.application("joins")
    notify(account.need, account.task("server joins"), "IN_PROGRESS")
    put_into(account.need, application, server)
    return lambda: account.call("DescribeApplicationState", ApplicationId=application)
