"""Pages of lists, and the tokens that lead from one to the next."""

from __future__ import annotations

from typing import Any

from pytest_mgh.bridge.account import ProbedAccount
from pytest_mgh.bridge.caller import NotTried
from pytest_mgh.bridge.calls import Answer, Members, each, rows_as
from pytest_mgh.bridge.probes.changes import attach, detach
from pytest_mgh.bridge.probes.dry_runs import TASK
from pytest_mgh.bridge.probes.probe import ProbeTable, probes, writes

LAST = "Pages: The last page, a page that is exactly full"
BAD = "Pages: A token that is malformed, changed, of another operation, account or Region"
ARGUMENTS = "Pages: A token with other arguments"
NEVER_GIVEN = "bm9uZQ=="


def page(account: ProbedAccount, task: Members, **request: Any) -> Answer:
    """Return a page of the artifacts of a task."""
    return account.call("ListCreatedArtifacts", **task, **request)


def rows(answer: Answer) -> Any:
    """Return the last parts of the names of the artifacts of a page."""
    names = each(answer.at("CreatedArtifactList"), "Name")
    return rows_as(names, lambda names: [str(name).rpartition("-")[2] for name in names])


def rows_and_token(answer: Answer) -> Any:
    """Return what is on a page, and the token of the next one."""
    return {"rows": rows(answer), "token": answer.at("NextToken")}


def task_with_artifacts(account: ProbedAccount, name: str, number: int) -> Members:
    """Return a task that has as many artifacts, named by two digits."""
    task = account.task(name)

    def make() -> Any:
        for at in range(number):
            attach(account.need, task, f"{at:02}")
        return account.wait(
            lambda: rows(page(account, task, MaxResults=10)),
            until=lambda listed: isinstance(listed, list) and len(listed) == min(number, 10),
            what="the association of artifacts",
        )

    account.once(f"artifacts {name}", make)
    return task


def token_of(answer: Answer) -> str:
    """Return the token of a page that is not the last one."""
    token = answer.at("NextToken")
    if not isinstance(token, str):
        raise NotTried(f"{answer.request.operation} gave no token")
    return token


def eleven(account: ProbedAccount, size: int = 4) -> tuple[Members, str]:
    """Return a task with eleven artifacts, and the token of its first page."""
    task = task_with_artifacts(account, "eleven artifacts", 11)
    return task, token_of(page(account, task, MaxResults=size))


READS: ProbeTable = {
    'Pages: NextToken `""`': {
        "an empty token asks for the first page": lambda account: (
            account.call("ListProgressUpdateStreams", NextToken="").accepted
        ),
    },
    BAD: {
        "a token that was never given is refused": lambda account: {
            operation: account.call(operation, NextToken=NEVER_GIVEN).accepted
            for operation in (
                "ListApplicationStates",
                "ListMigrationTasks",
                "ListProgressUpdateStreams",
            )
        },
        "a token of controls that was never given is refused": lambda account: (
            account.call("DescribeHomeRegionControls", NextToken=NEVER_GIVEN).accepted
        ),
    },
    "Lists and filters: A bad token, one of other arguments or another operation": {
        "a token of configurations that was never given is refused": lambda account: (
            account.call(
                "ListConfigurations", configurationType="SERVER", nextToken="none"
            ).accepted
        ),
        "a token of tags that was never given is refused": lambda account: (
            account.call("DescribeTags", nextToken="none").accepted
        ),
    },
    "Order of checks: Value formats and tokens": {
        "a token is checked before the task is looked for": lambda account: page(
            account, TASK, NextToken=NEVER_GIVEN
        ),
    },
}
probes(READS)


@writes("Pages: Page size without MaxResults")
def a_page_has_the_greatest_size_by_default(account: ProbedAccount) -> Any:
    return rows_and_token(page(account, task_with_artifacts(account, "eleven artifacts", 11)))


@writes(LAST)
def the_last_page_has_no_token(account: ProbedAccount) -> Any:
    task, token = eleven(account, 10)
    return rows_and_token(page(account, task, NextToken=token))


@writes(LAST)
def a_page_that_is_exactly_full_has_no_token(account: ProbedAccount) -> Any:
    task = task_with_artifacts(account, "two artifacts", 2)
    return rows_and_token(page(account, task, MaxResults=2))


@writes("Pages: A token that is used twice")
def a_token_can_be_used_again(account: ProbedAccount) -> Any:
    task, token = eleven(account)
    return [rows(page(account, task, MaxResults=4, NextToken=token)) for _ in range(2)]


@writes("Pages: Tokens of two pages")
def every_page_has_another_token(account: ProbedAccount) -> Any:
    task, first = eleven(account)
    return first != token_of(page(account, task, MaxResults=4, NextToken=first))


@writes(ARGUMENTS)
def the_page_size_may_change_from_page_to_page(account: ProbedAccount) -> Any:
    task, token = eleven(account)
    return rows(page(account, task, MaxResults=2, NextToken=token))


@writes(ARGUMENTS)
def a_token_of_another_task_is_refused(account: ProbedAccount) -> Any:
    other = task_with_artifacts(account, "two artifacts", 2)
    return page(account, other, NextToken=eleven(account)[1]).accepted


@writes(BAD)
def a_token_of_another_operation_is_refused(account: ProbedAccount) -> Any:
    task, token = eleven(account)
    return account.call("ListDiscoveredResources", **task, NextToken=token).accepted


@writes(BAD)
def a_token_that_was_changed_is_refused(account: ProbedAccount) -> Any:
    task, token = eleven(account)
    changed = ("B" if token[0] == "A" else "A") + token[1:]
    return page(account, task, NextToken=changed).accepted


@writes(BAD)
def a_token_of_another_region_is_refused(account: ProbedAccount) -> Any:
    task, token = eleven(account)
    return page(account, task, NextToken=token, region=account.elsewhere).accepted


@writes("Pages: Items added or removed between pages")
def nothing_is_skipped_or_repeated_when_items_come_and_go_between_pages(
    account: ProbedAccount,
) -> Any:
    task = task_with_artifacts(account, "changing artifacts", 5)
    first = page(account, task, MaxResults=3)
    token = token_of(first)
    detach(account.need, task, "00")
    attach(account.need, task, "99")
    return lambda: {
        "first": rows(first),
        "rest": rows(page(account, task, MaxResults=10, NextToken=token)),
    }
