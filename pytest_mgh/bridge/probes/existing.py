"""What the account has already: the order and the form of its lists, not what is in them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from typing import Any

from pytest_mgh.bridge.account import ProbedAccount
from pytest_mgh.bridge.caller import NotTried
from pytest_mgh.bridge.calls import each, pick, rows_as
from pytest_mgh.bridge.probes.probe import Ask, ProbeTable, probes, reads

_TASK = {"MigrationTaskName", "ProgressUpdateStream", "Status", "UpdateDateTime"}
_TASK_MAY_HAVE = {"ProgressPercent", "StatusDetail"}

LISTS = {
    "streams": ("ListProgressUpdateStreams", "ProgressUpdateStreamSummaryList", "MaxResults"),
    "tasks": ("ListMigrationTasks", "MigrationTaskSummaryList", "MaxResults"),
    "SERVER": ("ListConfigurations", "configurations", "maxResults"),
    "APPLICATION": ("ListConfigurations", "configurations", "maxResults"),
    "imports": ("DescribeImportTasks", "tasks", "maxResults"),
    "agents": ("DescribeAgents", "agentsInfo", "maxResults"),
}
"""The operations that list things, where the rows are, and how the page size is given."""


def rows(account: ProbedAccount, kind: str, *, least: int = 1) -> Any:
    """Return the first page of things.

    Raises:
        NotTried: There are too few of them to tell anything.
    """
    operation, member, size = LISTS[kind]
    request: dict[str, Any] = {size: 100}
    if kind.isupper():
        request["configurationType"] = kind
    found = account.call(operation, **request).at(member)
    if isinstance(found, list) and len(found) < least:
        raise NotTried(
            f"the account has too little for it: {operation} lists {len(found)}, of {least} at "
            "least"
        )
    return found


def ordered(kind: str, key: str | Callable[[Any], Any]) -> Ask:
    """Return what asks whether things are listed in the order of a member, or of a key."""

    def is_in_order(listed: list[Any]) -> Any:
        try:
            keys = [key(row) if callable(key) else row[key] for row in listed]
            return all(one <= other for one, other in itertools.pairwise(keys))
        except (LookupError, TypeError):
            return "without what they are ordered by"

    return lambda account: rows_as(rows(account, kind, least=2), is_in_order)


def keys_of(listed: Any) -> Any:
    """Return the names of members that all rows have, and that only some of them have."""

    def of_rows(listed: list[Any]) -> Any:
        names = [set(row) if isinstance(row, dict) else set() for row in listed]
        every = set.intersection(*names)
        return {"every row": sorted(every), "some rows": sorted(set.union(*names) - every)}

    return rows_as(listed, of_rows)


def _members_of_tasks(listed: list[Any]) -> Any:
    return {
        "missing": sorted({name for row in listed for name in _TASK - set(row)}),
        "other": sorted({name for row in listed for name in set(row) - _TASK - _TASK_MAY_HAVE}),
    }


READS: ProbeTable = {
    "Streams: Order of ListProgressUpdateStreams": {
        "existing streams are listed by name": ordered("streams", "ProgressUpdateStreamName"),
    },
    "Tasks: Order of ListMigrationTasks": {
        "existing tasks are listed newest first": ordered(
            "tasks", lambda row: -row["UpdateDateTime"]
        ),
        "existing tasks are listed with their members": lambda account: rows_as(
            rows(account, "tasks"), _members_of_tasks
        ),
    },
    "Lists and filters: Order without orderBy; a missing sortOrder": {
        "existing servers are listed as they were created": ordered(
            "SERVER", "server.timeOfCreation"
        ),
        "existing applications are listed as they were created": ordered(
            "APPLICATION", "application.timeOfCreation"
        ),
    },
    "Calls of discovery: Keys of a row": {
        "rows of existing servers have the same keys": lambda account: keys_of(
            rows(account, "SERVER")
        ),
        "rows of existing applications have the same keys": lambda account: keys_of(
            rows_as(
                rows(account, "APPLICATION"),
                lambda listed: [
                    {name: None for name in row if name != "application.wave"} for row in listed
                ],
            )
        ),
    },
    "Calls of discovery: Times in rows": {
        "times of existing rows are text": lambda account: {
            "server": pick(rows(account, "SERVER"), 0, "server.timeOfCreation")
        },
    },
    "Imports, deletions, agents: Order of DescribeImportTasks": {
        "existing imports are listed oldest first": ordered("imports", "importRequestTime"),
    },
}
probes(READS)


@reads("Applications: ListApplicationStates")
def every_existing_application_has_a_state(account: ProbedAccount) -> Any:
    known = each(rows(account, "APPLICATION"), "application.configurationId")
    if not isinstance(known, list):
        return known
    answer = account.call("ListApplicationStates", ApplicationIds=known)
    listed = each(answer.at("ApplicationStateList"), "ApplicationId")
    return rows_as(listed, lambda listed: len(known) - len({*listed}))


@reads("Imports, deletions, agents: DescribeAgents")
def existing_agents_have_their_members_and_times(account: ProbedAccount) -> Any:
    listed = rows(account, "agents")
    times = [
        re.sub("[0-9]", "0", str(pick(row, name)))
        for row in (listed if isinstance(listed, list) else ())
        for name in ("registeredTime", "lastHealthPingTime")
    ]
    return {"members": keys_of(listed), "times": sorted({*times})}


@reads("Documented and simulated: Models")
def the_summary_of_discovery_has_its_members(account: ProbedAccount) -> Any:
    summary = account.call("GetDiscoverySummary").at()
    if not isinstance(summary, dict):
        return summary
    return {
        name: sorted(value) if isinstance(value, dict) else type(value).__name__
        for name, value in summary.items()
    }
