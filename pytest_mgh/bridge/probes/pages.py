"""Pages of lists, and the tokens that lead from one to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_mgh.bridge.account import NotTried
from pytest_mgh.bridge.calls import Answer, each
from pytest_mgh.bridge.probes.associations import attach, detach
from pytest_mgh.bridge.probes.dry_runs import TASK
from pytest_mgh.bridge.probes.probe import Stage, probe
from pytest_mgh.bridge.probes.scene import Members, task_of
from pytest_mgh.bridge.probes.wire import accepted

if TYPE_CHECKING:
    from pytest_mgh.bridge.account import ProbedAccount

SIZE = "Pages: Page size without MaxResults"
EMPTY = 'Pages: NextToken `""`'
LAST = "Pages: The last page, a page that is exactly full"
BAD = "Pages: A token that is malformed, changed, of another operation, account or Region"
ARGUMENTS = "Pages: A token with other arguments"
TWICE = "Pages: A token that is used twice"
DIFFERENT = "Pages: Tokens of two pages"
BETWEEN = "Pages: Items added or removed between pages"
BEFORE_EXISTENCE = "Order of checks: Value formats and tokens"
BAD_OF_DISCOVERY = "Lists and filters: A bad token, one of other arguments or another operation"


def page(account: ProbedAccount, task: Members, **request: Any) -> Answer:
    """Return a page of the artifacts of a task."""
    return account.mgh("ListCreatedArtifacts", **task, **request)


def rows(answer: Answer) -> Any:
    """Return the last parts of the names of the artifacts of a page."""
    names = each(answer.at("CreatedArtifactList"), "Name")
    if not isinstance(names, list):
        return names
    return [str(name).rpartition("-")[2] for name in names]


def task_with_artifacts(account: ProbedAccount, name: str, number: int) -> Members:
    """Return a task that has as many artifacts, named by two digits."""
    task = task_of(account, name)
    if f"artifacts {name}" not in account.scene:
        for at in range(number):
            account.need(attach, account, task, f"{at:02}")
        account.wait(
            lambda: rows(page(account, task, MaxResults=10)),
            until=lambda listed: isinstance(listed, list) and len(listed) == min(number, 10),
            what="the association of artifacts",
        )
        account.scene[f"artifacts {name}"] = number
    return task


def token_of(answer: Answer) -> str:
    """Return the token of a page that is not the last one."""
    token = answer.at("NextToken")
    if not isinstance(token, str):
        raise NotTried(f"{answer.request.operation} gave no token")
    return token


def _eleven(account: ProbedAccount) -> Members:
    return task_with_artifacts(account, "eleven artifacts", 11)


@probe(EMPTY)
def an_empty_token_asks_for_the_first_page(account: ProbedAccount) -> Any:
    return accepted(account.mgh("ListProgressUpdateStreams", NextToken=""))


@probe(BAD)
def a_token_that_was_never_given_is_refused(account: ProbedAccount) -> Any:
    return {
        operation: accepted(account.mgh(operation, NextToken="bm9uZQ=="))
        for operation in (
            "ListApplicationStates",
            "ListMigrationTasks",
            "ListProgressUpdateStreams",
        )
    }


@probe(BAD)
def a_token_of_controls_that_was_never_given_is_refused(account: ProbedAccount) -> Any:
    return accepted(account.config("DescribeHomeRegionControls", NextToken="bm9uZQ=="))


@probe(BAD_OF_DISCOVERY)
def a_token_of_configurations_that_was_never_given_is_refused(account: ProbedAccount) -> Any:
    return accepted(
        account.discovery("ListConfigurations", configurationType="SERVER", nextToken="none")
    )


@probe(BAD_OF_DISCOVERY)
def a_token_of_tags_that_was_never_given_is_refused(account: ProbedAccount) -> Any:
    return accepted(account.discovery("DescribeTags", nextToken="none"))


@probe(BEFORE_EXISTENCE)
def a_token_is_checked_before_the_task_is_looked_for(account: ProbedAccount) -> Any:
    return page(account, TASK, NextToken="bm9uZQ==")


@probe(SIZE, stage=Stage.WRITES)
def a_page_has_the_greatest_size_by_default(account: ProbedAccount) -> Any:
    first = page(account, _eleven(account))
    return {"rows": rows(first), "token": first.at("NextToken")}


@probe(LAST, stage=Stage.WRITES)
def the_last_page_has_no_token(account: ProbedAccount) -> Any:
    task = _eleven(account)
    last = page(account, task, NextToken=token_of(page(account, task, MaxResults=10)))
    return {"rows": rows(last), "token": last.at("NextToken")}


@probe(LAST, stage=Stage.WRITES)
def a_page_that_is_exactly_full_has_no_token(account: ProbedAccount) -> Any:
    full = page(account, task_with_artifacts(account, "two artifacts", 2), MaxResults=2)
    return {"rows": rows(full), "token": full.at("NextToken")}


@probe(TWICE, stage=Stage.WRITES)
def a_token_can_be_used_again(account: ProbedAccount) -> Any:
    task = _eleven(account)
    token = token_of(page(account, task, MaxResults=4))
    return [rows(page(account, task, MaxResults=4, NextToken=token)) for _ in range(2)]


@probe(DIFFERENT, stage=Stage.WRITES)
def every_page_has_another_token(account: ProbedAccount) -> Any:
    task = _eleven(account)
    first = token_of(page(account, task, MaxResults=4))
    second = token_of(page(account, task, MaxResults=4, NextToken=first))
    return first != second


@probe(ARGUMENTS, stage=Stage.WRITES)
def the_page_size_may_change_from_page_to_page(account: ProbedAccount) -> Any:
    task = _eleven(account)
    token = token_of(page(account, task, MaxResults=4))
    return rows(page(account, task, MaxResults=2, NextToken=token))


@probe(ARGUMENTS, stage=Stage.WRITES)
def a_token_of_another_task_is_refused(account: ProbedAccount) -> Any:
    other = task_with_artifacts(account, "two artifacts", 2)
    token = token_of(page(account, _eleven(account), MaxResults=4))
    return accepted(page(account, other, NextToken=token))


@probe(BAD, stage=Stage.WRITES)
def a_token_of_another_operation_is_refused(account: ProbedAccount) -> Any:
    task = _eleven(account)
    token = token_of(page(account, task, MaxResults=4))
    return accepted(account.mgh("ListDiscoveredResources", **task, NextToken=token))


@probe(BAD, stage=Stage.WRITES)
def a_token_that_was_changed_is_refused(account: ProbedAccount) -> Any:
    task = _eleven(account)
    token = token_of(page(account, task, MaxResults=4))
    changed = ("B" if token[0] == "A" else "A") + token[1:]
    return accepted(page(account, task, NextToken=changed))


@probe(BAD, stage=Stage.WRITES)
def a_token_of_another_region_is_refused(account: ProbedAccount) -> Any:
    task = _eleven(account)
    token = token_of(page(account, task, MaxResults=4))
    return accepted(page(account, task, NextToken=token, region=account.elsewhere))


@probe(BETWEEN, stage=Stage.WRITES)
def nothing_is_skipped_or_repeated_when_items_come_and_go_between_pages(
    account: ProbedAccount,
) -> Any:
    task = task_with_artifacts(account, "changing artifacts", 5)
    first = page(account, task, MaxResults=3)
    token = token_of(first)
    account.need(detach, account, task, "00")
    account.need(attach, account, task, "99")
    return lambda: {
        "first": rows(first),
        "rest": rows(page(account, task, MaxResults=10, NextToken=token)),
    }
