"""What the account has already: the order and the form of its lists, not what is in them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pytest_mgh.bridge.account import NotTried
from pytest_mgh.bridge.calls import Answer, each, pick
from pytest_mgh.bridge.probes.probe import probe

if TYPE_CHECKING:
    from pytest_mgh.bridge.account import ProbedAccount

STREAMS = "Streams: Order of ListProgressUpdateStreams"
TASKS = "Tasks: Order of ListMigrationTasks"
IMPORTS = "Imports, deletions, agents: Order of DescribeImportTasks"
CREATED = "Lists and filters: Order without orderBy; a missing sortOrder"
STATES = "Applications: ListApplicationStates"
KEYS = "Calls of discovery: Keys of a row"
TIMES = "Calls of discovery: Times in rows"
AGENTS = "Imports, deletions, agents: DescribeAgents"
MODELS = "Documented, and done so: Models"

_TASK = {"MigrationTaskName", "ProgressUpdateStream", "Status", "UpdateDateTime"}
_TASK_MAY_HAVE = {"ProgressPercent", "StatusDetail"}


def rows(answer: Answer, member: str, *, least: int = 1) -> Any:
    """Return the rows of a page.

    Raises:
        NotTried: There are too few of them to tell anything.
    """
    found = answer.at(member)
    if isinstance(found, list) and len(found) < least:
        raise NotTried(
            f"the account has too little for it: {answer.request.operation} lists "
            f"{len(found)}, of {least} at least"
        )
    return found


def in_order(listed: Any, key: Callable[[Any], Any]) -> Any:
    """Return whether rows are in the order of a key."""
    if not isinstance(listed, list):
        return listed
    try:
        keys = [key(row) for row in listed]
        return all(one <= other for one, other in itertools.pairwise(keys))
    except (LookupError, TypeError):
        return "without what they are ordered by"


def keys_of(listed: Any) -> Any:
    """Return the names of members that all rows have, and that only some of them have."""
    if not isinstance(listed, list):
        return listed
    names = [set(row) if isinstance(row, dict) else set() for row in listed]
    every = set.intersection(*names)
    return {"every row": sorted(every), "some rows": sorted(set.union(*names) - every)}


def configurations(account: ProbedAccount, type_: str, *, least: int = 1) -> Any:
    """Return the first page of configurations."""
    answer = account.discovery("ListConfigurations", configurationType=type_, maxResults=100)
    return rows(answer, "configurations", least=least)


@probe(STREAMS)
def existing_streams_are_listed_by_name(account: ProbedAccount) -> Any:
    page = account.mgh("ListProgressUpdateStreams", MaxResults=100)
    listed = rows(page, "ProgressUpdateStreamSummaryList", least=2)
    return in_order(listed, lambda row: row["ProgressUpdateStreamName"])


@probe(TASKS)
def existing_tasks_are_listed_newest_first(account: ProbedAccount) -> Any:
    page = account.mgh("ListMigrationTasks", MaxResults=100)
    listed = rows(page, "MigrationTaskSummaryList", least=2)
    return in_order(listed, lambda row: -row["UpdateDateTime"])


@probe(TASKS)
def existing_tasks_are_listed_with_their_members(account: ProbedAccount) -> Any:
    listed = rows(account.mgh("ListMigrationTasks", MaxResults=100), "MigrationTaskSummaryList")
    if not isinstance(listed, list):
        return listed
    return {
        "missing": sorted({name for row in listed for name in _TASK - set(row)}),
        "other": sorted({name for row in listed for name in set(row) - _TASK - _TASK_MAY_HAVE}),
    }


@probe(CREATED)
def existing_servers_are_listed_as_they_were_created(account: ProbedAccount) -> Any:
    listed = configurations(account, "SERVER", least=2)
    return in_order(listed, lambda row: row["server.timeOfCreation"])


@probe(CREATED)
def existing_applications_are_listed_as_they_were_created(account: ProbedAccount) -> Any:
    listed = configurations(account, "APPLICATION", least=2)
    return in_order(listed, lambda row: row["application.timeOfCreation"])


@probe(KEYS)
def rows_of_existing_servers_have_the_same_keys(account: ProbedAccount) -> Any:
    return keys_of(configurations(account, "SERVER"))


@probe(KEYS)
def rows_of_existing_applications_have_the_same_keys(account: ProbedAccount) -> Any:
    listed = configurations(account, "APPLICATION")
    if isinstance(listed, list):
        listed = [{key for key in row if key != "application.wave"} for row in listed]
        listed = [dict.fromkeys(row) for row in listed]
    return keys_of(listed)


@probe(TIMES)
def times_of_existing_rows_are_text(account: ProbedAccount) -> Any:
    row = pick(configurations(account, "SERVER"), 0)
    return {"server": pick(row, "server.timeOfCreation")}


@probe(STATES)
def every_existing_application_has_a_state(account: ProbedAccount) -> Any:
    known = each(configurations(account, "APPLICATION"), "application.configurationId")
    if not isinstance(known, list):
        return known
    answer = account.mgh("ListApplicationStates", ApplicationIds=known)
    listed = each(answer.at("ApplicationStateList"), "ApplicationId")
    return len(known) - len({*listed}) if isinstance(listed, list) else listed


@probe(IMPORTS)
def existing_imports_are_listed_oldest_first(account: ProbedAccount) -> Any:
    listed = rows(account.discovery("DescribeImportTasks", maxResults=100), "tasks", least=2)
    return in_order(listed, lambda row: row["importRequestTime"])


@probe(AGENTS)
def existing_agents_have_their_members_and_times(account: ProbedAccount) -> Any:
    listed = rows(account.discovery("DescribeAgents", maxResults=100), "agentsInfo")
    times = [
        re.sub("[0-9]", "0", str(pick(row, name)))
        for row in (listed if isinstance(listed, list) else ())
        for name in ("registeredTime", "lastHealthPingTime")
    ]
    return {"members": keys_of(listed), "times": sorted({*times})}


@probe(MODELS)
def the_summary_of_discovery_has_its_members(account: ProbedAccount) -> Any:
    summary = account.discovery("GetDiscoverySummary").at()
    if not isinstance(summary, dict):
        return summary
    return {
        name: sorted(value) if isinstance(value, dict) else type(value).__name__
        for name, value in summary.items()
    }
