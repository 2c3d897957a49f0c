"""A stream while it is being deleted, and when it has been deleted.

The first of these probes begins the deletion. A deletion that is over too soon leaves the rest of
them untried.
"""

from __future__ import annotations

from typing import Any

from pytest_mgh.bridge.account import ProbedAccount
from pytest_mgh.bridge.caller import NotTried
from pytest_mgh.bridge.calls import Answer, Members, pick, rows_as
from pytest_mgh.bridge.leftovers import delete_servers
from pytest_mgh.bridge.probes.changes import (
    LATER,
    UNKNOWN_SERVER,
    attach,
    attach_source,
    detach,
    map_to,
    notify,
    notify_application,
    put,
)
from pytest_mgh.bridge.probes.probe import Ask, ProbeTable, Stage, probes
from pytest_mgh.bridge.probes.tasks import tasks_of

REFUSED = "Documented and simulated: S2 to S5"


def begin(account: ProbedAccount) -> dict[str, Any]:
    """Begin the deletion of the run's stream, once; return how it began."""
    return account.once("deletion", lambda: _begin(account))


def _begin(account: ProbedAccount) -> dict[str, Any]:
    task = account.task("deleted")
    notify(account.need, task, "COMPLETED", ProgressPercent=100)
    attach(account.need, task, "deleted")
    map_to(account.need, task, account.server())
    application = account.application("of a deletion")
    notify_application(account.need, application, "COMPLETED", UpdateDateTime=LATER)
    begun = {"answer": _delete(account), "listed": account.is_listed()}
    for name in [key for key in account.made if key.split()[0] in ("stream", "task")]:
        del account.made[name]
    return begun


def _delete(account: ProbedAccount) -> Answer:
    return account.call("DeleteProgressUpdateStream", ProgressUpdateStreamName=account.name)


def _task(account: ProbedAccount) -> Members:
    return account.task_named("deleted")


def while_deleting(ask: Ask) -> Ask:
    """Return what asks while the stream is being deleted."""

    def ask_while_deleting(account: ProbedAccount) -> Any:
        if not begin(account)["answer"].ok:
            raise NotTried("the stream could not be deleted")
        _check_that_it_goes_on(account)
        found = ask(account)
        _check_that_it_goes_on(account)
        return found

    return ask_while_deleting


def _check_that_it_goes_on(account: ProbedAccount) -> None:
    if not account.is_listed():
        raise NotTried("the deletion was over too soon")


def when_deleted(ask: Ask) -> Ask:
    """Return what asks when the stream is no longer there."""

    def ask_when_deleted(account: ProbedAccount) -> Any:
        begin(account)
        account.once("gone", lambda: _wait_for_the_end(account))
        return ask(account)

    return ask_when_deleted


def _wait_for_the_end(account: ProbedAccount) -> None:
    account.wait(
        account.is_listed, until=lambda listed: not listed, what="the deletion of the stream"
    )


# while


def _read(account: ProbedAccount) -> Any:
    server = account.server()
    return {
        "described": account.call("DescribeMigrationTask", **_task(account)).accepted,
        "artifacts": account.call("ListCreatedArtifacts", **_task(account)).accepted,
        "listed": rows_as(tasks_of(account, server), lambda names: "deleted" in names),
    }


def _create(account: ProbedAccount) -> Any:
    answer = account.call("CreateProgressUpdateStream", ProgressUpdateStreamName=account.name)
    if answer.ok and not account.call("DescribeMigrationTask", **_task(account)).ok:
        raise NotTried("the deletion was over too soon")  # it is a new stream
    return answer


WHILE: ProbeTable = {
    REFUSED: {
        "a task cannot be imported while its stream is being deleted": lambda account: account.call(
            "ImportMigrationTask", **_task(account)
        ),
        "a state cannot be notified while the stream is being deleted": lambda account: notify(
            account.call, _task(account), "COMPLETED"
        ),
        "nothing can be attached while the stream is being deleted": lambda account: {
            "artifact": attach(account.call, _task(account), "late"),
            "resource": map_to(account.call, _task(account), UNKNOWN_SERVER),
            "source": attach_source(account.call, _task(account), "late"),
        },
    },
    "Order of checks: A stream that is being deleted": {
        "the deletion comes before a missing task": lambda account: notify(
            account.call, account.task_named("missing"), "COMPLETED"
        ),
    },
    "Streams: PutResourceAttributes while deleting": {
        "attributes cannot be put while the stream is being deleted": lambda account: put(
            account.call, _task(account), ("FQDN", account.host())
        ),
    },
    "Order of checks: DryRun": {
        "a dry run does not ask whether the stream is being deleted": lambda account: account.dry(
            "ImportMigrationTask", **_task(account)
        ),
    },
    "Streams: Describe and List while deleting": {
        "a task can be described and listed while its stream is being deleted": _read,
    },
    "Streams: Delete while deleting": {
        "a stream can be deleted again while it is being deleted": _delete,
    },
    "Streams: `Disassociate*` while deleting": {
        "things can be detached while the stream is being deleted": lambda account: detach(
            account.call, _task(account), "deleted"
        ),
    },
}
LAST: ProbeTable = {
    REFUSED: {"a stream cannot be created while it is being deleted": _create},
}
probes(
    {"Streams: How long a deletion takes": {"a deletion takes no time": begin}},
    stage=Stage.DELETING,
)
for _table in (WHILE, LAST):
    probes(_table, stage=Stage.DELETING, background="manual", around=while_deleting)


# afterwards


def _of_the_new_stream(account: ProbedAccount) -> Any:
    task = account.task("deleted")
    return {
        "task": account.call("DescribeMigrationTask", **task).at("MigrationTask", "Task"),
        "artifacts": account.call("ListCreatedArtifacts", **task).at("CreatedArtifactList"),
        "updates": account.call("ListMigrationTaskUpdates", **task).at("MigrationTaskUpdateList"),
    }


def _deletion_of_servers(account: ProbedAccount) -> Answer:
    """Delete a server of the run, and one that is not there; return how it went."""

    def make() -> Answer:
        server = account.server("deleted")
        map_to(account.need, account.task("outlives its server"), server)
        return delete_servers(account, [server, UNKNOWN_SERVER])

    return account.once("deletion of servers", make)


def _mapping_to_the_deleted_server(account: ProbedAccount) -> Any:
    _deletion_of_servers(account)
    task = account.task("outlives its server")
    return account.call("ListDiscoveredResources", **task).at("DiscoveredResourceList")


AFTERWARDS: ProbeTable = {
    "Streams: Delete of an unknown stream": {
        "a deleted stream cannot be deleted once more": _delete,
    },
    "Streams: Applications when a stream is deleted": {
        "a deletion keeps the states of applications": lambda account: account.call(
            "DescribeApplicationState", ApplicationId=account.application("of a deletion")
        ),
    },
    "Auto-mapping: Task or stream deleted": {
        "the server stays when the stream goes": lambda account: {
            "server": pick(account.described(account.server()), 0, "server.configurationId"),
            "tasks": tasks_of(account, account.server()),
        },
    },
    REFUSED: {
        "a new stream of that name has nothing of the old one": _of_the_new_stream,
    },
    "Imports, deletions, agents: An id that names no server; only such ids": {
        "an unknown server fails and the others are deleted": lambda account: _deletion_of_servers(
            account
        ).at("task"),
    },
    "Associations and attributes: An id whose server was deleted from the repository": {
        "a mapping outlives its server": _mapping_to_the_deleted_server,
    },
}
probes(AFTERWARDS, stage=Stage.DELETED, background="manual", around=when_deleted)
