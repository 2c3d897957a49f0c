"""A stream while it is being deleted, and when it has been deleted.

The first of these probes begins the deletion. A deletion that is over too soon leaves the rest of
them untried.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_mgh.bridge.account import NotTried
from pytest_mgh.bridge.calls import Answer, pick
from pytest_mgh.bridge.probes.applications import notified
from pytest_mgh.bridge.probes.associations import attach, detach
from pytest_mgh.bridge.probes.configurations import described
from pytest_mgh.bridge.probes.probe import Ask, Stage, probe
from pytest_mgh.bridge.probes.scene import (
    Members,
    application_of,
    hostname_of,
    is_listed,
    map_to,
    notify,
    server_of,
    stream_of,
    task_of,
)
from pytest_mgh.bridge.probes.tasks import names, notified_state
from pytest_mgh.bridge.probes.wire import accepted

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_mgh.bridge.account import ProbedAccount

REFUSED = "Documented, and done so: S2 to S5"
HOW_LONG = "Streams: How long a deletion takes"
PUT = "Streams: PutResourceAttributes while deleting"
DETACH = "Streams: `Disassociate*` while deleting"
DELETE = "Streams: Delete while deleting"
READ = "Streams: Describe and List while deleting"
UNKNOWN = "Streams: Delete of an unknown stream"
APPLICATIONS = "Streams: Applications when a stream is deleted"
DRY_RUN = "Order of checks: DryRun"
BEFORE_EXISTENCE = "Order of checks: A stream that is being deleted"
SERVER_STAYS = "Auto-mapping: Task or stream deleted"
MAPPING_STAYS = "Associations and attributes: An id whose server was deleted from the repository"
UNKNOWN_SERVER = "Imports, deletions, agents: An id that names no server; only such ids"

_UNKNOWN = "d-server-00000000000000000"


def _task(account: ProbedAccount, name: str = "deleted") -> Members:
    return {"ProgressUpdateStream": account.name, "MigrationTaskName": name}


def _delete(account: ProbedAccount) -> Answer:
    return account.mgh("DeleteProgressUpdateStream", ProgressUpdateStreamName=account.name)


def begin(account: ProbedAccount) -> dict[str, Any]:
    """Begin the deletion of the run's stream, once; tell how it began."""
    if "deletion" not in account.scene:
        stream_of(account)
        task = task_of(account, "deleted")
        notify(account, task, "COMPLETED", ProgressPercent=100)
        account.need(attach, account, task, "deleted")
        map_to(account, task, server_of(account))
        application = application_of(account, "of a deletion")
        account.need(notified, account, application, "COMPLETED", 1577836800)
        answer = _delete(account)
        account.scene["deletion"] = {"answer": answer, "listed": is_listed(account)}
        for name in [key for key in account.scene if key.split()[0] in ("stream", "task")]:
            del account.scene[name]
    begun: dict[str, Any] = account.scene["deletion"]
    return begun


def while_deleting(*rows: str) -> Callable[[Ask], Ask]:
    """Enter a probe that is tried while the stream is being deleted."""

    def enter(ask: Ask) -> Ask:
        def ask_while_deleting(account: ProbedAccount) -> Any:
            if not begin(account)["answer"].ok:
                raise NotTried("the stream could not be deleted")
            _check_that_it_goes_on(account)
            found = ask(account)
            _check_that_it_goes_on(account)
            return found

        ask_while_deleting.__name__ = ask.__name__
        return probe(*rows, stage=Stage.DELETING, background="manual")(ask_while_deleting)

    return enter


def _check_that_it_goes_on(account: ProbedAccount) -> None:
    if not is_listed(account):
        raise NotTried("the deletion was over too soon")


def when_deleted(*rows: str) -> Callable[[Ask], Ask]:
    """Enter a probe that is tried when the stream is no longer there."""

    def enter(ask: Ask) -> Ask:
        def ask_when_deleted(account: ProbedAccount) -> Any:
            begin(account)
            if "gone" not in account.scene:
                account.wait(
                    lambda: is_listed(account),
                    until=lambda listed: not listed,
                    what="the deletion of the stream",
                )
                account.scene["gone"] = True
            return ask(account)

        ask_when_deleted.__name__ = ask.__name__
        return probe(*rows, stage=Stage.DELETED, background="manual")(ask_when_deleted)

    return enter


@probe(HOW_LONG, stage=Stage.DELETING)
def a_deletion_takes_no_time(account: ProbedAccount) -> Any:
    return begin(account)


# while


@while_deleting(REFUSED)
def a_task_cannot_be_imported_while_its_stream_is_being_deleted(account: ProbedAccount) -> Any:
    return account.mgh("ImportMigrationTask", **_task(account))


@while_deleting(REFUSED)
def a_state_cannot_be_notified_while_the_stream_is_being_deleted(account: ProbedAccount) -> Any:
    return notified_state(account, _task(account), "COMPLETED", 1577836800)


@while_deleting(REFUSED)
def nothing_can_be_attached_while_the_stream_is_being_deleted(account: ProbedAccount) -> Any:
    task, resource = _task(account), {"ConfigurationId": _UNKNOWN}
    return {
        "artifact": attach(account, task, "late"),
        "resource": account.mgh("AssociateDiscoveredResource", **task, DiscoveredResource=resource),
        "source": account.mgh("AssociateSourceResource", **task, SourceResource={"Name": "late"}),
    }


@while_deleting(BEFORE_EXISTENCE)
def the_deletion_comes_before_a_missing_task(account: ProbedAccount) -> Any:
    return notified_state(account, _task(account, "missing"), "COMPLETED", 1577836800)


@while_deleting(PUT)
def attributes_cannot_be_put_while_the_stream_is_being_deleted(account: ProbedAccount) -> Any:
    attributes = [{"Type": "FQDN", "Value": hostname_of(account, "a")}]
    return account.mgh("PutResourceAttributes", **_task(account), ResourceAttributeList=attributes)


@while_deleting(DRY_RUN)
def a_dry_run_does_not_ask_whether_the_stream_is_being_deleted(account: ProbedAccount) -> Any:
    return account.dry("ImportMigrationTask", **_task(account))


@while_deleting(READ)
def a_task_can_be_described_and_listed_while_its_stream_is_being_deleted(
    account: ProbedAccount,
) -> Any:
    server = server_of(account)
    listed = names(account.mgh("ListMigrationTasks", ResourceName=server))
    return {
        "described": accepted(account.mgh("DescribeMigrationTask", **_task(account))),
        "artifacts": accepted(account.mgh("ListCreatedArtifacts", **_task(account))),
        "listed": "deleted" in listed if isinstance(listed, list) else listed,
    }


@while_deleting(DELETE)
def a_stream_can_be_deleted_again_while_it_is_being_deleted(account: ProbedAccount) -> Any:
    return _delete(account)


@while_deleting(DETACH)
def things_can_be_detached_while_the_stream_is_being_deleted(account: ProbedAccount) -> Any:
    return detach(account, _task(account), "deleted")


@while_deleting(REFUSED)
def a_stream_cannot_be_created_while_it_is_being_deleted(account: ProbedAccount) -> Any:
    answer = account.mgh("CreateProgressUpdateStream", ProgressUpdateStreamName=account.name)
    if answer.ok and not account.mgh("DescribeMigrationTask", **_task(account)).ok:
        raise NotTried("the deletion was over too soon")  # it is a new stream
    return answer


# afterwards


@when_deleted(UNKNOWN)
def a_deleted_stream_cannot_be_deleted_once_more(account: ProbedAccount) -> Any:
    return _delete(account)


@when_deleted(APPLICATIONS)
def a_deletion_keeps_the_states_of_applications(account: ProbedAccount) -> Any:
    application = application_of(account, "of a deletion")
    return account.mgh("DescribeApplicationState", ApplicationId=application)


@when_deleted(SERVER_STAYS)
def the_server_stays_when_the_stream_goes(account: ProbedAccount) -> Any:
    server = server_of(account)
    return {
        "server": pick(described(account, server), 0, "server.configurationId"),
        "tasks": names(account.mgh("ListMigrationTasks", ResourceName=server)),
    }


@when_deleted(REFUSED)
def a_new_stream_of_that_name_has_nothing_of_the_old_one(account: ProbedAccount) -> Any:
    task = task_of(account, "deleted")
    return {
        "task": account.mgh("DescribeMigrationTask", **task).at("MigrationTask", "Task"),
        "artifacts": account.mgh("ListCreatedArtifacts", **task).at("CreatedArtifactList"),
        "updates": account.mgh("ListMigrationTaskUpdates", **task).at("MigrationTaskUpdateList"),
    }


@when_deleted(UNKNOWN_SERVER)
def an_unknown_server_fails_and_the_others_are_deleted(account: ProbedAccount) -> Any:
    return _deletion(account).at("task")


@when_deleted(MAPPING_STAYS)
def a_mapping_outlives_its_server(account: ProbedAccount) -> Any:
    _deletion(account)
    task = task_of(account, "outlives its server")
    return account.mgh("ListDiscoveredResources", **task).at("DiscoveredResourceList")


def _deletion(account: ProbedAccount) -> Answer:
    """Delete a server of the run, and one that is not there; return how it went."""
    if "deletion of servers" not in account.scene:
        server = server_of(account, "deleted")
        map_to(account, task_of(account, "outlives its server"), server)
        started = account.need(
            account.discovery,
            "StartBatchDeleteConfigurationTask",
            configurationType="SERVER",
            configurationIds=[server, _UNKNOWN],
        )
        account.scene["deletion of servers"] = account.wait(
            lambda: account.discovery(
                "DescribeBatchDeleteConfigurationTask", taskId=started.at("taskId")
            ),
            until=lambda answer: answer.at("task", "status") in ("COMPLETED", "FAILED"),
            what="the deletion of a server",
        )
    done = account.scene["deletion of servers"]
    assert isinstance(done, Answer)
    return done
