"""The real AWS CLI against the server."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pytest_mgh import MigrationHub
from pytest_mgh.server.serving import HubServer

Aws = Callable[..., Any]
STREAM = "--progress-update-stream-name SMS"
TASK = "--progress-update-stream SMS --migration-task-name task"
IMAGE = "arn:aws:ec2:us-east-1:488216288981:image/ami-6d0ba87b"
ACCOUNT = "--target Type=ACCOUNT,Id=123456789012"


def start(mgh: MigrationHub, tasks: int = 1) -> None:
    rows = [{"name": "task" if tasks == 1 else f"task-{number}"} for number in range(tasks)]
    mgh.load({"streams": [{"name": "SMS", "tasks": rows}]})


# mgh


def test_a_stream_is_created_after_a_dry_run(aws: Aws, mgh: MigrationHub) -> None:
    refused = aws(f"mgh create-progress-update-stream {STREAM} --dry-run")
    assert (refused.error, len(mgh.streams)) == ("DryRunOperation", 0)

    assert aws(f"mgh create-progress-update-stream {STREAM}") in (None, {})
    assert aws("mgh list-progress-update-streams") == {
        "ProgressUpdateStreamSummaryList": [{"ProgressUpdateStreamName": "SMS"}]
    }


def test_a_task_is_imported_notified_of_and_described(aws: Aws, mgh: MigrationHub) -> None:
    mgh.load({"streams": [{"name": "SMS"}]})

    aws(f"mgh import-migration-task {TASK}")
    aws(
        f"mgh notify-migration-task-state {TASK} --next-update-seconds 60"
        " --task Status=IN_PROGRESS,ProgressPercent=40,StatusDetail=copying"
        " --update-date-time 2024-05-01T12:00:00Z"
    )

    described = aws(f"mgh describe-migration-task {TASK}")["MigrationTask"]
    assert described["Task"] == {
        "Status": "IN_PROGRESS",
        "StatusDetail": "copying",
        "ProgressPercent": 40,
    }
    assert mgh.task("SMS", "task").update_time.isoformat() == "2024-05-01T12:00:00+00:00"


def test_attributes_map_a_task_to_a_seeded_server(aws: Aws, mgh: MigrationHub) -> None:
    start(mgh)
    server = mgh.add_server("web-1", ip_addresses=["10.0.0.1"])

    aws(
        f"mgh put-resource-attributes {TASK}"
        " --resource-attribute-list Type=IPV4_ADDRESS,Value=10.0.0.1"
    )

    found = aws(f"mgh list-discovered-resources {TASK}")["DiscoveredResourceList"]
    assert [one["ConfigurationId"] for one in found] == [server.configuration_id]


def test_resources_and_artifacts_are_associated_and_disassociated(
    aws: Aws, mgh: MigrationHub
) -> None:
    start(mgh)
    server = mgh.add_server("web-1").configuration_id

    aws(f"mgh associate-discovered-resource {TASK} --discovered-resource ConfigurationId={server}")
    aws(f"mgh associate-created-artifact {TASK} --created-artifact Name={IMAGE},Description=web")
    artifacts = aws(f"mgh list-created-artifacts {TASK}")["CreatedArtifactList"]
    assert artifacts == [{"Name": IMAGE, "Description": "web"}]
    assert [one.configuration_id for one in mgh.task("SMS", "task").resources] == [server]

    aws(f"mgh disassociate-discovered-resource {TASK} --configuration-id {server}")
    aws(f"mgh disassociate-created-artifact {TASK} --created-artifact-name {IMAGE}")
    task = mgh.task("SMS", "task")
    assert (task.resources, task.artifacts) == ((), ())


def test_an_application_moves_on(aws: Aws, mgh: MigrationHub) -> None:
    id_ = mgh.add_application("shop").configuration_id

    aws(f"mgh notify-application-state --application-id {id_} --status COMPLETED")

    assert aws(f"mgh describe-application-state --application-id {id_}")["ApplicationStatus"] == (
        "COMPLETED"
    )
    (listed,) = aws("mgh list-application-states")["ApplicationStateList"]
    assert (listed["ApplicationId"], listed["ApplicationStatus"]) == (id_, "COMPLETED")


@pytest.mark.mgh(background="manual")
def test_a_stream_is_deleted_at_the_end(aws: Aws, mgh: MigrationHub) -> None:
    start(mgh)

    aws(f"mgh delete-progress-update-stream {STREAM}")
    assert aws(f"mgh create-progress-update-stream {STREAM}").error == "InvalidInputException"
    mgh.settle()

    assert aws("mgh list-progress-update-streams") == {"ProgressUpdateStreamSummaryList": []}


def page(listed: Any) -> list[str]:
    return [task["MigrationTaskName"] for task in listed["MigrationTaskSummaryList"]]


def test_the_cli_reads_all_pages(aws: Aws, mgh: MigrationHub) -> None:
    start(mgh, tasks=5)

    listed = aws("mgh list-migration-tasks --page-size 2")

    assert len(page(listed)) == 5
    assert "NextToken" not in listed
    assert len(mgh.events.of("ListMigrationTasks")) == 3


def test_the_cli_continues_from_a_starting_token(aws: Aws, mgh: MigrationHub) -> None:
    start(mgh, tasks=5)

    first = aws("mgh list-migration-tasks --max-items 3 --page-size 2")
    rest = aws(f"mgh list-migration-tasks --starting-token {first['NextToken']}")

    assert (len(page(first)), len(page(rest))) == (3, 2)
    assert sorted(page(first) + page(rest)) == [f"task-{number}" for number in range(5)]


# migrationhub-config


@pytest.mark.mgh(home_region=None)
def test_the_home_region_is_set_and_read(aws: Aws, mgh: MigrationHub) -> None:
    create = f"migrationhub-config create-home-region-control --home-region us-west-2 {ACCOUNT}"
    assert aws("mgh list-migration-tasks").error == "HomeRegionNotSetException"
    assert aws(f"{create} --dry-run").error == "DryRunOperation"

    control = aws(create)["HomeRegionControl"]

    assert (control["HomeRegion"], mgh.home_region) == ("us-west-2", "us-west-2")
    assert aws("migrationhub-config get-home-region") == {"HomeRegion": "us-west-2"}
    described = aws("migrationhub-config describe-home-region-controls")["HomeRegionControls"]
    assert [one["ControlId"] for one in described] == [control["ControlId"]]


# discovery


def test_servers_are_listed_and_described(aws: Aws, mgh: MigrationHub) -> None:
    first = mgh.add_server("web-1", os_name="Linux").configuration_id
    mgh.add_server("db-1")

    listed = aws(
        "discovery list-configurations --configuration-type SERVER"
        " --filters name=server.hostName,values=web-1,condition=EQUALS"
    )["configurations"]
    described = aws(f"discovery describe-configurations --configuration-ids {first}")

    assert [row["server.configurationId"] for row in listed] == [first]
    assert described["configurations"][0]["server.osName"] == "Linux"


def test_an_application_of_servers_is_created_and_tagged(aws: Aws, mgh: MigrationHub) -> None:
    server = mgh.add_server("web-1").configuration_id

    id_ = aws("discovery create-application --name shop")["configurationId"]
    aws(
        "discovery associate-configuration-items-to-application"
        f" --application-configuration-id {id_} --configuration-ids {server}"
    )
    aws(f"discovery create-tags --configuration-ids {server} --tags key=wave,value=1")

    assert mgh.application("shop").servers == (server,)
    (tag,) = aws("discovery describe-tags")["tags"]
    assert (tag["configurationId"], tag["key"], tag["value"]) == (server, "wave", "1")
    assert aws("discovery get-discovery-summary")["applications"] == 1


# errors


@pytest.mark.parametrize(
    ("line", "error"),
    [
        (f"mgh describe-migration-task {TASK}", "ResourceNotFoundException"),
        (
            "mgh create-progress-update-stream --progress-update-stream-name a/b",
            "InvalidInputException",
        ),
        ("mgh list-migration-tasks --next-token nonsense", "InvalidInputException"),
        ("discovery describe-configurations --configuration-ids d-x", "InvalidParameter*"),
        (
            f"migrationhub-config create-home-region-control --home-region us-west-1 {ACCOUNT}",
            "InvalidInputException",
        ),
    ],
)
def test_an_error_has_the_name_that_aws_uses(aws: Aws, line: str, error: str) -> None:
    pytest.LineMatcher([aws(line).error]).fnmatch_lines([error])


def test_a_policy_decides(aws: Aws, mgh: MigrationHub) -> None:
    mgh.policy = {
        "Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Action": "mgh:List*", "Resource": "*"},
    }

    denied = aws(f"mgh create-progress-update-stream {STREAM}")

    assert denied.error == "AccessDeniedException"
    assert "is not authorized to perform: mgh:CreateProgressUpdateStream" in denied.message
    dry = aws(f"mgh create-progress-update-stream {STREAM} --dry-run")
    assert dry.error == "UnauthorizedOperation"
    assert aws("mgh list-progress-update-streams") == {"ProgressUpdateStreamSummaryList": []}


def test_the_error_of_a_call_outside_the_home_region_names_both_regions(aws: Aws) -> None:
    refused = aws(f"mgh create-progress-update-stream {STREAM} --region eu-central-1")

    assert "eu-central-1" in refused.message
    assert "us-west-2" in refused.message


def test_the_cli_retries_when_it_is_throttled(aws: Aws, mgh: MigrationHub) -> None:
    mgh.fail("ListProgressUpdateStreams", "ThrottlingException")

    assert aws("mgh list-progress-update-streams") == {"ProgressUpdateStreamSummaryList": []}
    assert [event.get("errorCode") for event in mgh.events] == ["ThrottlingException", None]


def test_the_cli_gives_up_with_the_name_of_the_error(aws: Aws, mgh: MigrationHub) -> None:
    mgh.fail("ListProgressUpdateStreams", "ThrottlingException", times=None)

    refused = aws("mgh list-progress-update-streams", AWS_MAX_ATTEMPTS="1")

    assert refused.error == "ThrottlingException"


# endpoint settings


def test_the_endpoint_url_option_works_like_the_environment(
    aws: Aws, mgh: MigrationHub, mgh_server: HubServer
) -> None:
    url = mgh_server.url
    astray = dict.fromkeys(
        (name for name in mgh_server.env if name.startswith("AWS_ENDPOINT_URL")),
        "http://127.0.0.1:9",
    )

    for line in (
        "mgh list-migration-tasks",
        "migrationhub-config get-home-region",
        "discovery describe-tags",
    ):
        aws(f"{line} --endpoint-url {url}", **astray)

    assert [event["eventName"] for event in mgh.events] == [
        "ListMigrationTasks",
        "GetHomeRegion",
        "DescribeTags",
    ]


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("mgh list-migration-tasks", "AWS_ENDPOINT_URL_MIGRATION_HUB"),
        ("migrationhub-config get-home-region", "AWS_ENDPOINT_URL_MIGRATIONHUB_CONFIG"),
        ("discovery describe-tags", "AWS_ENDPOINT_URL_APPLICATION_DISCOVERY_SERVICE"),
    ],
)
def test_the_endpoint_variable_of_each_service_works(
    aws: Aws, mgh: MigrationHub, line: str, name: str
) -> None:
    aws(line, AWS_ENDPOINT_URL="http://127.0.0.1:9")

    assert len(mgh.events) == 1


@pytest.mark.mgh(verify_signatures=True)
def test_its_signatures_are_accepted(aws: Aws, mgh: MigrationHub) -> None:
    caller = mgh.principal("tool", role=True)
    env = {name.upper(): value for name, value in caller.credentials.items()}

    aws("mgh list-migration-tasks", **env)
    refused = aws("mgh list-migration-tasks", **env | {"AWS_SECRET_ACCESS_KEY": "wrong"})

    assert mgh.events.last["userIdentity"]["arn"] == caller.arn
    assert mgh.events.last["userAgent"].startswith("aws-cli/")
    assert refused.error == "InvalidSignatureException"
