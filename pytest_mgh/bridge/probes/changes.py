"""Calls that change what the run has made: each is tried itself, or needed by what is tried."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from pytest_mgh.bridge.calls import Answer, Members

MakeCall: TypeAlias = Callable[..., Answer]
"""`Account.call`, or `Account.need` where the call has to be accepted."""

UNKNOWN_SERVER = "d-server-00000000000000000"
UNKNOWN_APPLICATION = "d-application-00000000000000000"

EARLY, LATER, LATEST = 1514764800, 1577836800, 1609459200
"""The beginnings of 2018, 2020 and 2021."""


def notify(call: MakeCall, task: Members, status: str, time: float = LATER, **state: Any) -> Answer:
    """Notify the state of a task."""
    return call(
        "NotifyMigrationTaskState",
        **task,
        Task={"Status": status, **state},
        UpdateDateTime=time,
        NextUpdateSeconds=60,
    )


def notify_application(call: MakeCall, id_: str, status: str, **members: Any) -> Answer:
    """Notify the state of an application."""
    return call("NotifyApplicationState", ApplicationId=id_, Status=status, **members)


def put(call: MakeCall, task: Members, *pairs: tuple[str, str], **attributes: str) -> Answer:
    """Put attributes of a task, by their types; as pairs where a type comes twice."""
    listed = [{"Type": type_, "Value": value} for type_, value in (*pairs, *attributes.items())]
    return call("PutResourceAttributes", **task, ResourceAttributeList=listed)


def map_to(call: MakeCall, task: Members, configuration_id: str, **members: str) -> Answer:
    """Map a task to a configuration."""
    resource = {"ConfigurationId": configuration_id, **members}
    return call("AssociateDiscoveredResource", **task, DiscoveredResource=resource)


def attach(call: MakeCall, task: Members, name: str, **members: str) -> Answer:
    """Attach an artifact to a task."""
    artifact = {"Name": _arn(name), **members}
    return call("AssociateCreatedArtifact", **task, CreatedArtifact=artifact)


def detach(call: MakeCall, task: Members, name: str) -> Answer:
    """Detach an artifact from a task."""
    return call("DisassociateCreatedArtifact", **task, CreatedArtifactName=_arn(name))


def _arn(name: str) -> str:
    return f"arn:aws:ec2:us-west-2:123456789012:image/ami-{name}"


def attach_source(call: MakeCall, task: Members, name: str, **members: str) -> Answer:
    """Attach a source resource to a task."""
    return call("AssociateSourceResource", **task, SourceResource={"Name": name, **members})


def put_into(call: MakeCall, application: str, *servers: str) -> Answer:
    """Put servers into an application."""
    return call(
        "AssociateConfigurationItemsToApplication",
        applicationConfigurationId=application,
        configurationIds=list(servers),
    )
