"""Applications of discovery: what changes them."""

from __future__ import annotations

from typing import Any

from pytest_mgh.bridge.account import ProbedAccount
from pytest_mgh.bridge.calls import Answer, pick
from pytest_mgh.bridge.probes.changes import UNKNOWN_APPLICATION, UNKNOWN_SERVER, put_into
from pytest_mgh.bridge.probes.probe import ProbeTable, Stage, probes, writes

TAKEN = (
    "Applications and tags of discovery: CreateApplication or UpdateApplication with a name that "
    "is taken"
)
UNKNOWN = (
    "Applications and tags of discovery: Associations and deletions that name something unknown"
)
REPEATED = (
    "Applications and tags of discovery: Associating again; disassociating what is not associated"
)
CONSTRAINT = "Calls of discovery: A broken constraint of the model"
MODELS = "Documented and simulated: Models"


def taken_out(account: ProbedAccount, application: str, *servers: str) -> Answer:
    """Take servers out of an application."""
    return account.call(
        "DisassociateConfigurationItemsFromApplication",
        applicationConfigurationId=application,
        configurationIds=list(servers),
    )


def name_of(account: ProbedAccount, label: str) -> str:
    """Return the name of an application of the run, which is there."""
    account.application(label)
    return account.application_name(label)


def value_of(account: ProbedAccount, application: str, name: str) -> Any:
    """Return a value of an application."""
    return pick(account.described(application), 0, f"application.{name}")


READS: ProbeTable = {
    UNKNOWN: {
        "an unknown application cannot be changed": lambda account: account.call(
            "UpdateApplication", configurationId=UNKNOWN_APPLICATION, description="unknown"
        ),
        "an unknown application cannot be deleted": lambda account: account.call(
            "DeleteApplications", configurationIds=[UNKNOWN_APPLICATION]
        ),
        "nothing can be taken out of an unknown application": lambda account: taken_out(
            account, UNKNOWN_APPLICATION, UNKNOWN_SERVER
        ),
    },
}
WRITES: ProbeTable = {
    TAKEN: {
        "a name that is taken is refused": lambda account: account.call(
            "CreateApplication", name=name_of(account, "a")
        ),
        "an application cannot be given the name of another": lambda account: account.call(
            "UpdateApplication",
            name=name_of(account, "a"),
            configurationId=account.application("other"),
        ),
        "an application may be given its own name": lambda account: account.call(
            "UpdateApplication",
            configurationId=account.application(),
            name=account.application_name(),
        ),
    },
    "Applications and tags of discovery: Names that differ by case": {
        "a name in another case is another name": lambda account: account.call(
            "CreateApplication", name=name_of(account, "cased").replace(" cased", " CASED")
        ),
    },
    UNKNOWN: {
        "an unknown server cannot be taken out of an application": lambda account: taken_out(
            account, account.application(), UNKNOWN_SERVER
        ),
    },
    "Applications and tags of discovery: What can be in an application": {
        "an application cannot be put into an application": lambda account: put_into(
            account.call, account.application("outer"), account.application("inner")
        ),
    },
    REPEATED: {
        "a server that is not there may be taken out": lambda account: taken_out(
            account, account.application("not there"), account.server()
        ),
    },
    "Imports, deletions, agents: More than 200 ids in a deletion of servers": {
        "more than 200 servers are too many for a deletion": lambda account: account.call(
            "StartBatchDeleteConfigurationTask",
            configurationType="SERVER",
            configurationIds=[f"d-server-0000000000000{number:04}" for number in range(201)],
        ),
    },
}
probes(READS)
probes(WRITES, stage=Stage.WRITES)


@writes(MODELS, CONSTRAINT)
def the_name_of_an_application_has_up_to_127_characters(account: ProbedAccount) -> Any:
    name = account.application_name("long")
    return [
        account.call("CreateApplication", name=name.ljust(number, "x")) for number in (127, 128)
    ]


@writes(MODELS, CONSTRAINT)
def the_wave_of_an_application_has_up_to_256_characters_without_blanks_around(
    account: ProbedAccount,
) -> Any:
    application = account.application("waves")
    return [
        account.call("UpdateApplication", configurationId=application, wave=wave)
        for wave in ("w" * 256, "w" * 257, " w", "w ", "w  w")
    ]


@writes(UNKNOWN)
def an_unknown_server_cannot_be_put_into_an_application(account: ProbedAccount) -> Any:
    server, application = account.server(), account.application("unknown server")
    answer = put_into(account.call, application, server, UNKNOWN_SERVER)
    return {"answer": answer, "servers": value_of(account, application, "serverCount")}


@writes(REPEATED)
def a_server_that_is_put_in_twice_counts_once(account: ProbedAccount) -> Any:
    server, application = account.server(), account.application("twice")
    put_into(account.need, application, server)
    again = put_into(account.call, application, server)
    return lambda: {"again": again, "servers": value_of(account, application, "serverCount")}


@writes(
    "Applications and tags of discovery: `application.lastModifiedTime` when servers come and go"
)
def servers_that_come_do_not_move_the_time_of_the_last_change(account: ProbedAccount) -> Any:
    server, application = account.server(), account.application("not modified")
    before = value_of(account, application, "lastModifiedTime")
    account.patience.sleep(2.0)  # the times of rows are whole seconds
    put_into(account.need, application, server)
    account.wait(
        lambda: value_of(account, application, "serverCount"),
        until=lambda count: count == "1",
        what="the association of a server",
    )
    return value_of(account, application, "lastModifiedTime") == before
