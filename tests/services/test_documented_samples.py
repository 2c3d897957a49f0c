from __future__ import annotations

import re
from typing import Any

import pytest
from sample_values import APPLICATION

TASK = {"ProgressUpdateStream": "SMS", "MigrationTaskName": "sms-12de3cf1a"}
ARTIFACT = {
    "Name": "arn:aws:ec2:us-east-1:488216288981:image/ami-6d0ba87b",
    "Description": "Using SMS to migrate server to EC2",
}
RESOURCE = {
    "ConfigurationId": "d-server-0025db43a885966c8",
    "Description": "Amazon Linux AMI release 2016.09",
}
COPYING = {
    "Status": "IN_PROGRESS",
    "StatusDetail": "Migration: Copying image data",
    "ProgressPercent": 77,
}
# Sample X16's token without the blanks that the guide prints inside it.
X16T = (
    "AYADeDJG11y1VuQBWp87zGdqAkkAXwABABVhd3MtY3J5cHRvLXB1YmxpYy1rZXkAREFwM0s3MElDWDI4NVJ3RG4v"
    "QUVnWFZKa2xNQVI1a2RJZXNNQXZnN2Y4M0pMdjN6Ujhka2VEZ0lRZEFnQ2toUE1Rdz09AAEAB2F3cy1rbXMAS2Fy"
    "bjphd3M6a21zOnVzLXdlc3QtMjo2MzEzOTQ0NDA2MDg6a2V5L2UzNmUxYTc5LTUyYTUtNDdhZi05YmZjLWUxZDY2"
    "MjMyM2E0MwCnAQEBAHieuDSjpG16QpfVPv6L98gI73HcNP7jNyhyIMduHA8a4wAAAH4wfAYJKoZIhvcNAQcGoG8w"
    "bQIBADBoBgkqhkiG9w0BBwEwHgYJYIZIAWUDBAEuMBEEDGKeYQzVoDEvBo0EDwIBEIA7KbgCu41sTOBeQaU9BOch"
    "DBz6NGrh3AztXyqwJGczR7PiOOJZUPipWyiZDOSwVh/Exbkwm5clUF3VJ0kCAAAAAAwAABAAc1MGWKEY/ySGi8kJ"
    "mVlSZlU6rN/okwmmQCyymv////8AAAABvAPw0ZhHxJ3B4nsQAAAAbahc0buugm7vytB05AobE5AWiEJaEEz5kMiY"
    "QJtzDfwXM8h9GS8kX7ydocfw0yLCMM9/sLa5JaaqY3yVhK3m9SwqxBSlBBhNhsjPMOZFBVMB12UcG5CW/Qo2rrzp"
    "NA/dVrCIweobaBVrxu4X9TkvT7qm67nsIGQM8SHofcfRAGcwZQIwElspH+HhwSxyI59eG6a3juJvgbHBNKwIH72N"
    "9Si3TZaTyiskL6QUPH5Y9PLmtIX7AjEAiZaqz55O+EUmaxiizH76sVuWoCMReEgFJtSm5NM3trucfj20AiIZ6/MG"
    "3bsJ43fZ"
)


@pytest.fixture
def estate(mgh: Any) -> Any:
    """A hub that knows the server and the application of the samples."""
    mgh.add_server(configuration_id=RESOURCE["ConfigurationId"])
    mgh.add_application("erp", configuration_id=APPLICATION)
    return mgh


@pytest.fixture
def ask(estate: Any, post: Any) -> Any:
    """Post a body that succeeds; return the response's body."""

    def ask(operation: str, body: Any) -> dict[str, Any]:
        status, answer = post(operation, body)
        assert status == 200, answer
        found: dict[str, Any] = answer
        return found

    return ask


@pytest.fixture
def task(ask: Any) -> dict[str, str]:
    """The task of the samples."""
    ask("CreateProgressUpdateStream", {"ProgressUpdateStreamName": "SMS"})
    ask("ImportMigrationTask", TASK)
    return TASK


def test_associate_created_artifact(ask: Any, task: dict[str, str], estate: Any) -> None:
    """X1: with the artifact as an object."""
    body = {"CreatedArtifact": ARTIFACT, "DryRun": False, **TASK}
    assert ask("AssociateCreatedArtifact", body) == {}
    assert [one.name for one in estate.task(*TASK.values()).artifacts] == [ARTIFACT["Name"]]


def test_associate_created_artifact_as_printed(
    post: Any, task: dict[str, str], estate: Any
) -> None:
    """X1: as printed the artifact is a list, which is a wrong JSON type."""
    body = {"CreatedArtifact": [ARTIFACT], "DryRun": False, **TASK}
    assert post("AssociateCreatedArtifact", body) == (
        400,
        {"__type": "SerializationException", "Message": "Start of list found where not expected"},
    )
    assert estate.task(*TASK.values()).artifacts == ()


def test_associate_discovered_resource(ask: Any, task: dict[str, str], estate: Any) -> None:
    """X2."""
    assert ask("AssociateDiscoveredResource", {**TASK, "DiscoveredResource": RESOURCE}) == {}
    (resource,) = estate.task(*TASK.values()).resources
    assert (resource.configuration_id, resource.description) == tuple(RESOURCE.values())


def test_create_progress_update_stream(ask: Any, estate: Any) -> None:
    """X3."""
    body = {"ProgressUpdateStreamName": "SMS", "DryRun": False}
    assert ask("CreateProgressUpdateStream", body) == {}
    assert [stream.name for stream in estate.streams] == ["SMS"]


def test_delete_progress_update_stream(ask: Any, task: dict[str, str], estate: Any) -> None:
    """X4."""
    body = {"ProgressUpdateStreamName": "SMS", "DryRun": False}
    assert ask("DeleteProgressUpdateStream", body) == {}
    assert estate.streams == ()


def test_describe_application_state(ask: Any) -> None:
    """X5: the time keeps its fraction."""
    notified = {"ApplicationId": APPLICATION, "Status": "IN_PROGRESS"}
    ask("NotifyApplicationState", {**notified, "UpdateDateTime": 1493405005.639})
    assert ask("DescribeApplicationState", {"ApplicationId": APPLICATION}) == {
        "ApplicationStatus": "IN_PROGRESS",
        "LastUpdatedTime": 1493405005.639,
    }


def test_describe_migration_task(ask: Any, task: dict[str, str]) -> None:
    """X6: there is no ResourceAttributeList while no attributes were put."""
    state = {"Task": COPYING, "UpdateDateTime": 1493750385.0, "NextUpdateSeconds": 60}
    ask("NotifyMigrationTaskState", {**TASK, **state})
    assert ask("DescribeMigrationTask", TASK) == {
        "MigrationTask": {**TASK, "Task": COPYING, "UpdateDateTime": 1493750385.0}
    }


def test_disassociate_created_artifact(ask: Any, task: dict[str, str], estate: Any) -> None:
    """X7."""
    ask("AssociateCreatedArtifact", {"CreatedArtifact": ARTIFACT, **TASK})
    body = {"CreatedArtifactName": ARTIFACT["Name"], **TASK}
    assert ask("DisassociateCreatedArtifact", body) == {}
    assert estate.task(*TASK.values()).artifacts == ()


def test_disassociate_discovered_resource(ask: Any, task: dict[str, str], estate: Any) -> None:
    """X8."""
    ask("AssociateDiscoveredResource", {**TASK, "DiscoveredResource": RESOURCE})
    body = {"DryRun": False, **TASK, "ConfigurationId": RESOURCE["ConfigurationId"]}
    assert ask("DisassociateDiscoveredResource", body) == {}
    assert estate.task(*TASK.values()).resources == ()


def test_import_migration_task(ask: Any, estate: Any) -> None:
    """X9."""
    ask("CreateProgressUpdateStream", {"ProgressUpdateStreamName": "SMS"})
    assert ask("ImportMigrationTask", TASK) == {}
    assert [(one.stream, one.name) for one in estate.tasks] == [(*TASK.values(),)]


def test_list_application_states(ask: Any) -> None:
    """X10: the guide has no sample; an empty request lists all."""
    assert ask("ListApplicationStates", {}) == {
        "ApplicationStateList": [{"ApplicationId": APPLICATION, "ApplicationStatus": "NOT_STARTED"}]
    }


def test_list_created_artifacts(ask: Any, task: dict[str, str]) -> None:
    """X11: one artifact fills the page, and there is no token."""
    ask("AssociateCreatedArtifact", {"CreatedArtifact": ARTIFACT, **TASK})
    listed = ask("ListCreatedArtifacts", {**TASK, "MaxResults": 1})
    assert listed == {"CreatedArtifactList": [ARTIFACT]}


def test_list_discovered_resources(ask: Any, task: dict[str, str]) -> None:
    """X12: the empty token asks for the first page."""
    ask("AssociateDiscoveredResource", {**TASK, "DiscoveredResource": RESOURCE})
    listed = ask("ListDiscoveredResources", {**TASK, "NextToken": "", "MaxResults": 1})
    assert listed == {"DiscoveredResourceList": [RESOURCE]}


def test_list_migration_tasks(ask: Any, task: dict[str, str]) -> None:
    """X13: filtered by a configuration id; no percent, because none was notified."""
    ask("AssociateDiscoveredResource", {**TASK, "DiscoveredResource": RESOURCE})
    state = {"Status": "COMPLETED", "StatusDetail": "Replication finished"}
    ask(
        "NotifyMigrationTaskState",
        {**TASK, "Task": state, "UpdateDateTime": 1487858882.0, "NextUpdateSeconds": 60},
    )
    body = {"MaxResults": 1, "ResourceName": RESOURCE["ConfigurationId"]}
    assert ask("ListMigrationTasks", body) == {
        "MigrationTaskSummaryList": [{**TASK, **state, "UpdateDateTime": 1487858882.0}]
    }


def test_notify_migration_task_state(ask: Any, task: dict[str, str], estate: Any) -> None:
    """X14."""
    body = {**TASK, "NextUpdateSeconds": 60, "Task": COPYING, "UpdateDateTime": 1493660853}
    assert ask("NotifyMigrationTaskState", body) == {}
    view = estate.task(*TASK.values())
    assert (view.status, view.status_detail, view.progress_percent) == tuple(COPYING.values())
    assert view.update_time.isoformat() == "2017-05-01T17:47:33+00:00"


def test_notify_application_state(post: Any, estate: Any) -> None:
    """X15: with the comma that the guide forgot."""
    body = f'{{"ApplicationId": "{APPLICATION}", "Status": "IN_PROGRESS", "DryRun": true}}'
    assert post("NotifyApplicationState", body) == (
        400,
        {"__type": "DryRunOperation", "Message": "Dry Run was a success!"},
    )
    assert estate.applications[0].status == "NOT_STARTED"


def test_notify_application_state_as_printed(post: Any, estate: Any) -> None:
    """X15: without that comma it is no JSON; such an error has no message."""
    body = f'{{"ApplicationId": "{APPLICATION}", "Status": "IN_PROGRESS" "DryRun": true}}'
    assert post("NotifyApplicationState", body) == (400, {"__type": "SerializationException"})
    assert estate.applications[0].status == "NOT_STARTED"


def test_list_progress_update_streams(ask: Any) -> None:
    """X16: a page of two of three streams, with a token to the third."""
    for name in ("SMS", "VM-Import", "DMS"):
        ask("CreateProgressUpdateStream", {"ProgressUpdateStreamName": name})
    listed = ask("ListProgressUpdateStreams", {"MaxResults": 2})
    token = listed.pop("NextToken")
    assert listed == {
        "ProgressUpdateStreamSummaryList": [
            {"ProgressUpdateStreamName": "DMS"},
            {"ProgressUpdateStreamName": "SMS"},
        ]
    }
    assert re.fullmatch(r"[a-zA-Z0-9/+=]{1,2048}", token)
    rest = ask("ListProgressUpdateStreams", {"MaxResults": 2, "NextToken": token})
    assert rest == {"ProgressUpdateStreamSummaryList": [{"ProgressUpdateStreamName": "VM-Import"}]}


@pytest.mark.parametrize(
    "token", [X16T, f"{X16T[:72]} {X16T[72:]}"], ids=["joined", "as printed, with a blank"]
)
def test_list_progress_update_streams_with_the_printed_token(
    post: Any, estate: Any, token: str
) -> None:
    """X16: this hub never gave it, so it is invalid input."""
    assert len(X16T) == 888
    status, body = post("ListProgressUpdateStreams", {"NextToken": token})
    assert (status, body["__type"]) == (400, "InvalidInputException")


def test_put_resource_attributes(ask: Any, estate: Any) -> None:
    """X17: a VM_MANAGER_ID need not be a UUID."""
    stream = "canary-017563f9-1234-5678-9de4-cf9d3378d18d"
    name = "canary-4c208ae8-9876-5432-1098-b748dd9179d3"
    canary = {"MigrationTaskName": name, "ProgressUpdateStream": stream}
    attributes = [
        {"Type": "VM_NAME", "Value": "v1.1.1.0-cloudfront"},
        {"Type": "VM_MANAGER_ID", "Value": "a7b4c06d-e12f-1234-9gh7-i5j26k1lm2no"},
    ]
    ask("CreateProgressUpdateStream", {"ProgressUpdateStreamName": stream})
    ask("ImportMigrationTask", canary)
    assert ask("PutResourceAttributes", {**canary, "ResourceAttributeList": attributes}) == {}
    described = ask("DescribeMigrationTask", canary)["MigrationTask"]
    assert described["ResourceAttributeList"] == attributes
