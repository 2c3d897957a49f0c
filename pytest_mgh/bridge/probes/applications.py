"""What Migration Hub says of applications."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_mgh.bridge.calls import Answer, each
from pytest_mgh.bridge.probes.probe import Stage, probe
from pytest_mgh.bridge.probes.scene import application_of, server_of

if TYPE_CHECKING:
    from pytest_mgh.bridge.account import ProbedAccount

NOTIFIED_UNKNOWN = "Applications: NotifyApplicationState of an id that the repository doesn't know"
NOTIFIED_SERVER = "Applications: NotifyApplicationState of a server's id"
UNKNOWN = "Applications: DescribeApplicationState of an unknown application"
NEVER = "Applications: DescribeApplicationState of a known one that was never notified"
TIME = "Applications: NotifyApplicationState without UpdateDateTime"
LISTED = "Applications: ListApplicationStates"
IDS = "Applications: Unknown and repeated ApplicationIds"
FORGOTTEN = "Applications and tags of discovery: A deleted application"

UNKNOWN_ID = "d-application-00000000000000000"


def states(account: ProbedAccount, *ids: str) -> Any:
    """Return what ListApplicationStates says of applications."""
    return account.mgh("ListApplicationStates", ApplicationIds=list(ids)).at("ApplicationStateList")


def notified(
    account: ProbedAccount, application: str, status: str, time: float | None = None
) -> Answer:
    """Tell the state of an application."""
    times = {} if time is None else {"UpdateDateTime": time}
    return account.mgh(
        "NotifyApplicationState", region=None, ApplicationId=application, Status=status, **times
    )


@probe(UNKNOWN)
def an_unknown_application_cannot_be_described(account: ProbedAccount) -> Any:
    return account.mgh("DescribeApplicationState", ApplicationId=UNKNOWN_ID)


@probe(IDS)
def unknown_ids_are_left_out_of_the_list(account: ProbedAccount) -> Any:
    return states(account, UNKNOWN_ID, UNKNOWN_ID)


@probe(NEVER, stage=Stage.WRITES)
def an_application_that_was_never_notified_has_not_started(account: ProbedAccount) -> Any:
    application = application_of(account, "never notified")
    return lambda: account.mgh("DescribeApplicationState", ApplicationId=application)


@probe(LISTED, stage=Stage.WRITES)
def an_application_that_was_never_notified_is_listed(account: ProbedAccount) -> Any:
    application = application_of(account, "never notified")
    return lambda: states(account, application)


@probe(IDS, stage=Stage.WRITES)
def an_id_that_comes_twice_is_listed_once(account: ProbedAccount) -> Any:
    application = application_of(account, "never notified")
    return lambda: states(account, application, UNKNOWN_ID, application)


@probe(LISTED, stage=Stage.WRITES)
def applications_are_listed_in_the_order_in_which_they_came(account: ProbedAccount) -> Any:
    first, second = application_of(account, "z first"), application_of(account, "a second")
    return lambda: each(states(account, second, first), "ApplicationId")


@probe(TIME, stage=Stage.WRITES)
def the_time_of_a_state_is_now_where_none_is_given(account: ProbedAccount) -> Any:
    application = application_of(account, "notified now")
    answer = notified(account, application, "IN_PROGRESS")
    return lambda: {
        "notified": answer,
        "state": account.mgh("DescribeApplicationState", ApplicationId=application),
    }


@probe(TIME, stage=Stage.WRITES)
def the_time_of_a_state_is_the_one_that_is_given(account: ProbedAccount) -> Any:
    application = application_of(account, "notified then")
    answer = notified(account, application, "COMPLETED", 1577836800)
    return lambda: {
        "notified": answer,
        "state": account.mgh("DescribeApplicationState", ApplicationId=application),
    }


@probe(NOTIFIED_SERVER, stage=Stage.WRITES)
def a_server_is_no_application_to_be_notified(account: ProbedAccount) -> Any:
    return notified(account, server_of(account), "IN_PROGRESS")


@probe(FORGOTTEN, stage=Stage.WRITES)
def a_deleted_application_is_forgotten(account: ProbedAccount) -> Any:
    gone = _deleted(account)
    return lambda: {
        "described": account.mgh("DescribeApplicationState", ApplicationId=gone),
        "listed": states(account, gone),
    }


@probe(NOTIFIED_UNKNOWN, stage=Stage.WRITES)
def an_application_that_was_deleted_cannot_be_notified(account: ProbedAccount) -> Any:
    gone = _deleted(account)
    account.wait(
        lambda: account.mgh("DescribeApplicationState", ApplicationId=gone),
        until=lambda answer: not answer.ok,
        what="the deletion of an application",
    )
    return notified(account, gone, "IN_PROGRESS")


def _deleted(account: ProbedAccount) -> str:
    gone = application_of(account, "deleted")
    if "deleted" not in account.scene:
        account.need(account.discovery, "DeleteApplications", configurationIds=[gone])
        account.scene["deleted"] = gone
    return gone
