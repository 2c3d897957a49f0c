"""The states of applications in Migration Hub."""

from __future__ import annotations

from typing import Any

from pytest_mgh.bridge.account import ProbedAccount
from pytest_mgh.bridge.calls import Answer, each
from pytest_mgh.bridge.probes.changes import LATER, UNKNOWN_APPLICATION, notify_application
from pytest_mgh.bridge.probes.probe import Ask, ProbeTable, Stage, again, probes, writes

IDS = "Applications: Unknown and repeated ApplicationIds"


def states(account: ProbedAccount, *ids: str) -> Any:
    """Return the rows of ListApplicationStates for applications."""
    return account.call("ListApplicationStates", ApplicationIds=[*ids]).at("ApplicationStateList")


def state(account: ProbedAccount, id_: str) -> Answer:
    """Ask for the state of an application."""
    return account.call("DescribeApplicationState", ApplicationId=id_)


def notified(label: str, status: str, **members: Any) -> Ask:
    """Return what notifies the state of an application of the run, and asks for it."""

    def ask(account: ProbedAccount) -> Any:
        application = account.application(label)
        answer = notify_application(account.call, application, status, **members)
        return lambda: {"notified": answer, "state": state(account, application)}

    return ask


def _ids_in_order(account: ProbedAccount) -> Any:
    first, second = account.application("z first"), account.application("a second")
    return each(states(account, second, first), "ApplicationId")


def _states_of_repeated(account: ProbedAccount) -> Any:
    application = account.application("never notified")
    return states(account, application, UNKNOWN_APPLICATION, application)


READS: ProbeTable = {
    "Applications: DescribeApplicationState of an unknown application": {
        "an unknown application cannot be described": lambda account: state(
            account, UNKNOWN_APPLICATION
        ),
    },
    IDS: {
        "unknown ids are left out of the list": lambda account: states(
            account, UNKNOWN_APPLICATION, UNKNOWN_APPLICATION
        ),
    },
}
WRITES: ProbeTable = {
    "Applications: DescribeApplicationState of a known one that was never notified": {
        "an application that was never notified has not started": again(
            lambda account: state(account, account.application("never notified"))
        ),
    },
    "Applications: ListApplicationStates": {
        "an application that was never notified is listed": again(
            lambda account: states(account, account.application("never notified"))
        ),
        "applications are listed in the order in which they came": again(_ids_in_order),
    },
    IDS: {"an id that comes twice is listed once": again(_states_of_repeated)},
    "Applications: NotifyApplicationState without UpdateDateTime": {
        "the time of a state is now where none is given": notified("notified now", "IN_PROGRESS"),
        "the time of a state is the one that is given": notified(
            "notified then", "COMPLETED", UpdateDateTime=LATER
        ),
    },
    "Applications: NotifyApplicationState of a server's id": {
        "a server is no application to be notified": lambda account: notify_application(
            account.call, account.server(), "IN_PROGRESS"
        ),
    },
}
probes(READS)
probes(WRITES, stage=Stage.WRITES)


@writes("Applications and tags of discovery: A deleted application")
def a_deleted_application_is_forgotten(account: ProbedAccount) -> Any:
    gone = _deleted(account)
    return lambda: {"described": state(account, gone), "listed": states(account, gone)}


@writes("Applications: NotifyApplicationState of an id that the repository does not know")
def an_application_that_was_deleted_cannot_be_notified(account: ProbedAccount) -> Any:
    gone = _deleted(account)
    account.wait(
        lambda: state(account, gone),
        until=lambda answer: not answer.ok,
        what="the deletion of an application",
    )
    return notify_application(account.call, gone, "IN_PROGRESS")


def _deleted(account: ProbedAccount) -> str:
    gone = account.application("deleted")
    account.once("deleted", lambda: account.need("DeleteApplications", configurationIds=[gone]))
    return gone
