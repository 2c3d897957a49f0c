"""What the probes of a run share: one stream, tasks in it, applications, servers.

All of it has names that begin with the name of the run. Each thing is made when the first probe
needs it; a probe whose things can't be made is not tried.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_mgh.bridge.account import NotTried
from pytest_mgh.bridge.calls import each

if TYPE_CHECKING:
    from pytest_mgh.bridge.account import ProbedAccount

Members = dict[str, Any]


def stream_of(account: ProbedAccount) -> str:
    """Return the name of the run's stream, which is there."""
    if "stream" not in account.scene:
        name = account.name
        account.need(account.mgh, "CreateProgressUpdateStream", ProgressUpdateStreamName=name)
        account.scene["stream"] = name
    return account.name


def task_of(account: ProbedAccount, name: str) -> Members:
    """Return the members that name a task of the run's stream, which is there."""
    task = {"ProgressUpdateStream": stream_of(account), "MigrationTaskName": name}
    if f"task {name}" not in account.scene:
        account.need(account.mgh, "ImportMigrationTask", **task)
        account.need(account.mgh, "DescribeMigrationTask", **task)
        account.scene[f"task {name}"] = task
    return task


def notify(
    account: ProbedAccount, task: Members, status: str, time: float = 1577836800, **state: Any
) -> None:
    """Tell the state of a task, which has to be accepted."""
    account.need(
        account.mgh,
        "NotifyMigrationTaskState",
        **task,
        Task={"Status": status, **state},
        UpdateDateTime=time,
        NextUpdateSeconds=60,
    )


def hostname_of(account: ProbedAccount, label: str) -> str:
    """Return a host name of the run: nothing else has it."""
    return f"{account.name}-{label}.invalid"


def server_of(account: ProbedAccount, label: str = "a") -> str:
    """Return the id of a server that Migration Hub has added for a task of the run."""
    key = f"server {label}"
    if key not in account.scene:
        task = task_of(account, f"server {label}")
        attributes = [{"Type": "FQDN", "Value": hostname_of(account, label)}]
        account.need(account.mgh, "PutResourceAttributes", **task, ResourceAttributeList=attributes)
        id_ = account.wait(
            lambda: account.mgh("ListDiscoveredResources", **task).at(
                "DiscoveredResourceList", 0, "ConfigurationId"
            ),
            until=lambda id_: isinstance(id_, str),
            what="the mapping of a task to a server",
        )
        account.symbols[id_] = f"<server {label}>"
        account.scene[key] = id_
    id_ = account.scene[key]
    assert isinstance(id_, str)
    return id_


def application_of(account: ProbedAccount, label: str = "a", **members: Any) -> str:
    """Return the id of an application of the run."""
    key = f"application {label}"
    if key not in account.scene:
        name = application_name(account, label)
        answer = account.need(account.discovery, "CreateApplication", name=name, **members)
        id_ = answer.at("configurationId")
        if not isinstance(id_, str):
            raise NotTried("CreateApplication, which it needs, gave no id")
        account.need(account.discovery, "DescribeConfigurations", configurationIds=[id_])
        account.symbols[id_] = f"<application {label}>"
        account.scene[key] = id_
    id_ = account.scene[key]
    assert isinstance(id_, str)
    return id_


def application_name(account: ProbedAccount, label: str) -> str:
    """Return the name of an application of the run."""
    return f"{account.name} {label}"


def put(account: ProbedAccount, task: Members, *pairs: tuple[str, str]) -> None:
    """Put attributes of a task, which has to be accepted."""
    attributes = [{"Type": type_, "Value": value} for type_, value in pairs]
    account.need(account.mgh, "PutResourceAttributes", **task, ResourceAttributeList=attributes)


def map_to(account: ProbedAccount, task: Members, configuration_id: str) -> None:
    """Map a task to a configuration, which has to be accepted."""
    resource = {"ConfigurationId": configuration_id}
    account.need(account.mgh, "AssociateDiscoveredResource", **task, DiscoveredResource=resource)


def is_listed(account: ProbedAccount) -> bool:
    """Whether the run's stream is listed."""
    token: dict[str, Any] = {}
    while True:
        page = account.mgh("ListProgressUpdateStreams", **token)
        names = each(page.at("ProgressUpdateStreamSummaryList"), "ProgressUpdateStreamName")
        if not isinstance(names, list):
            raise NotTried("ListProgressUpdateStreams, which it needs, gave no list")
        if account.name in names:
            return True
        if not isinstance(page.at("NextToken"), str):
            return False
        token = {"NextToken": page.at("NextToken")}
