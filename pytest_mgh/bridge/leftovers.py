"""What runs make in an account, found by name, and deleted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from pytest_mgh.bridge.account import ProbedAccount
from pytest_mgh.bridge.caller import NotTried
from pytest_mgh.bridge.calls import Answer, BridgeError, each, pick

PREFIX = "pytest-mgh-verify-"
"""What the names of all that runs make begin with."""

MAX_SERVERS = 200
"""Servers that one deletion takes."""


@dataclass(frozen=True)
class Leftovers:
    """What is there of one or more runs.

    Attributes:
        streams: The names of streams.
        applications: The names of applications by their ids.
        servers: The host names of servers by their ids.
    """

    streams: list[str] = field(default_factory=list)
    applications: dict[str, str] = field(default_factory=dict)
    servers: dict[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.streams or self.applications or self.servers)

    def __or__(self, other: Leftovers) -> Leftovers:
        return Leftovers(
            [*dict.fromkeys((*self.streams, *other.streams))],
            self.applications | other.applications,
            self.servers | other.servers,
        )

    def names(self) -> list[str]:
        """Return the name of each thing."""
        return [*self.streams, *self.applications.values(), *self.servers.values()]

    def before(self, time: float) -> Leftovers:
        """Return what is of runs that began before a time: others may still be under way."""
        old = [name for name in self.names() if _began(name) < time]
        applications, servers = (
            {id_: name for id_, name in things.items() if name in old}
            for things in (self.applications, self.servers)
        )
        return Leftovers([name for name in self.streams if name in old], applications, servers)


def _began(name: str) -> float:
    """Return when the run of a name began; 0.0 for a name without a time."""
    try:
        digits = name.removeprefix(PREFIX)[:14]
        return datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=timezone.utc).timestamp()
    except ValueError:
        return 0.0


def find_leftovers(account: ProbedAccount, name: str = PREFIX) -> Leftovers:
    """Return what is there whose name begins with a name; by default of all runs.

    Raises:
        NotTried: The caller may not list it.
    """
    streams = [
        stream
        for page in _pages(account, "ListProgressUpdateStreams", "NextToken")
        for stream in _rows(page, "ProgressUpdateStreamSummaryList", "ProgressUpdateStreamName")
        if str(stream).startswith(name)
    ]
    return Leftovers(
        streams,
        _find(account, "APPLICATION", "application.name", "application.configurationId", name),
        _find(account, "SERVER", "server.hostName", "server.configurationId", name),
    )


def _find(account: ProbedAccount, type_: str, field: str, id_: str, name: str) -> dict[str, str]:
    request = {
        "configurationType": type_,
        "filters": [{"name": field, "condition": "CONTAINS", "values": [name]}],
    }
    return {
        str(pick(item, id_)): str(pick(item, field))
        for page in _pages(account, "ListConfigurations", "nextToken", **request)
        for item in _rows(page, "configurations")
        if str(pick(item, field)).startswith(name)
    }


def _pages(account: ProbedAccount, operation: str, token: str, **request: Any) -> Iterator[Answer]:
    page = account.call(operation, **request)
    yield page
    while isinstance(page.at(token), str):
        page = account.call(operation, **request, **{token: page.at(token)})
        yield page


def _rows(page: Answer, *path: str) -> list[Any]:
    member, *rest = path
    rows = each(page.at(member), *rest)
    if not isinstance(rows, list):
        raise NotTried(str(page))
    return rows


def made_by(account: ProbedAccount) -> Leftovers:
    """Return what a run knows to have made; lists may lag behind."""
    servers = {
        id_: f"{account.name}-{key.removeprefix('server ')}"
        for key, id_ in account.made.items()
        if key.startswith("server ")
    }
    return Leftovers([account.name], dict(account.applications), servers)


def delete(account: ProbedAccount, known: Leftovers, name: str | None = None) -> list[str]:
    """Delete what runs have made; return what could not be deleted, and why.

    Args:
        account: The account.
        known: What is known to be there.
        name: What the names of what else is to be found and deleted begin with.
    """
    problems = []
    if name is not None:
        try:
            known |= find_leftovers(account, name)
        except (NotTried, BridgeError) as error:
            problems.append(f"could not look for other things that {name} made: {error}")
    for stream in known.streams:
        problems += _attempt(account, f"the stream {stream}", _delete_stream, stream)
    for id_, label in known.applications.items():
        problems += _attempt(account, f"the application {label}", _delete_application, id_)
    ids = [*known.servers]
    for at in range(0, len(ids), MAX_SERVERS):
        some = ids[at : at + MAX_SERVERS]
        labels = ", ".join(known.servers[id_] for id_ in some)
        problems += _attempt(account, f"the servers {labels}", _delete_servers, some)
    return problems


def _attempt(
    account: ProbedAccount, what: str, do: Callable[[ProbedAccount, Any], None], subject: Any
) -> list[str]:
    try:
        do(account, subject)
    except (NotTried, BridgeError) as error:
        return [f"{what} could not be deleted: {error}"]
    return []


def _delete_stream(account: ProbedAccount, name: str) -> None:
    answer = account.call("DeleteProgressUpdateStream", ProgressUpdateStreamName=name)
    if not answer.ok and answer.code != "ResourceNotFoundException":
        raise NotTried(str(answer))


def _delete_application(account: ProbedAccount, id_: str) -> None:
    answer = account.call("DeleteApplications", configurationIds=[id_])
    if not answer.ok and _is_there(account, id_):
        raise NotTried(str(answer))


def _delete_servers(account: ProbedAccount, ids: list[str]) -> None:
    there = [id_ for id_ in ids if _is_there(account, id_)]
    if there:
        done = delete_servers(account, there)
        failed = each(done.at("task", "failedConfigurations"), "configurationId")
        if failed:
            raise NotTried(f"{failed} were not deleted")


def delete_servers(account: ProbedAccount, ids: list[str]) -> Answer:
    """Delete servers; return the description of the deletion when it is over."""
    started = account.need(
        "StartBatchDeleteConfigurationTask", configurationType="SERVER", configurationIds=ids
    )
    return account.wait(
        lambda: account.call("DescribeBatchDeleteConfigurationTask", taskId=started.at("taskId")),
        until=lambda answer: answer.at("task", "status") in ("COMPLETED", "FAILED"),
        what="the deletion of servers",
    )


def _is_there(account: ProbedAccount, id_: str) -> bool:
    return account.call("DescribeConfigurations", configurationIds=[id_]).ok
