"""The AWS CLI against the server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

CLI = str(Path(__file__).parents[2] / ".venv-awscli" / "bin" / "aws")
TASK = ("--progress-update-stream", "SMS", "--migration-task-name")
ARTIFACT = "arn:aws:ec2:us-west-2:123456789012:image/ami-0a1b2c3d"


class Aws:
    """Runs the AWS CLI against a server."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self.options: tuple[str, ...] = ()

    def __call__(self, *words: str, **options: Any) -> Any:
        """Run a command that has to succeed, and return what it prints."""
        done = self._server.command(CLI, *self.options, *words, timeout=120, **options)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout) if done.stdout.strip() else None

    def refused(self, *words: str) -> str:
        """Run a command that has to fail, and return the name of its error."""
        done = self._server.command(CLI, *self.options, *words, timeout=120)
        assert done.returncode != 0
        return str(done.stderr.partition("(")[2].partition(")")[0])


@pytest.fixture
def aws(mgh_server: Any) -> Aws:
    return Aws(mgh_server)


def import_tasks(aws: Aws, count: int) -> None:
    aws("mgh", "create-progress-update-stream", "--progress-update-stream-name", "SMS")
    for number in range(count):
        aws("mgh", "import-migration-task", *TASK, f"sms-{number}")


def names(page: Any) -> list[str]:
    return [task["MigrationTaskName"] for task in page["MigrationTaskSummaryList"]]


def test_a_tool_reports_a_migration(aws: Aws, mgh_server: Any) -> None:
    server = mgh_server.hub.add_server("web.example.com").configuration_id
    import_tasks(aws, 1)
    aws(
        "mgh",
        "notify-migration-task-state",
        *(*TASK, "sms-0"),
        *("--task", "Status=IN_PROGRESS,ProgressPercent=40"),
        *("--update-date-time", "2026-01-02T03:04:05Z", "--next-update-seconds", "60"),
    )
    attributes = ("--resource-attribute-list", "Type=FQDN,Value=web.example.com")
    aws("mgh", "put-resource-attributes", *TASK, "sms-0", *attributes)
    aws(
        "mgh",
        "associate-created-artifact",
        *TASK,
        "sms-0",
        "--created-artifact",
        f"Name={ARTIFACT}",
    )

    described = aws("mgh", "describe-migration-task", *TASK, "sms-0")["MigrationTask"]
    assert described["Task"] == {"Status": "IN_PROGRESS", "ProgressPercent": 40}
    listed = aws("mgh", "list-discovered-resources", *TASK, "sms-0")["DiscoveredResourceList"]
    assert [one["ConfigurationId"] for one in listed] == [server]
    listed = aws("mgh", "list-created-artifacts", *TASK, "sms-0")["CreatedArtifactList"]
    assert listed == [{"Name": ARTIFACT}]
    assert mgh_server.hub.task("SMS", "sms-0").progress_percent == 40


def test_an_address_on_the_command_line_is_taken(aws: Aws, mgh_server: Any) -> None:
    nowhere = dict.fromkeys(
        (name for name in mgh_server.env if name.startswith("AWS_ENDPOINT_URL")),
        "http://127.0.0.1:1",
    )
    aws.options = ("--endpoint-url", mgh_server.url)
    listed = aws("mgh", "list-progress-update-streams", env=nowhere)
    assert listed == {"ProgressUpdateStreamSummaryList": []}


def test_all_pages_are_fetched(aws: Aws) -> None:
    import_tasks(aws, 3)
    page = aws("mgh", "list-migration-tasks", "--page-size", "1")
    assert names(page) == ["sms-2", "sms-1", "sms-0"]


def test_a_list_goes_on_where_it_was_left(aws: Aws) -> None:
    import_tasks(aws, 3)
    first = aws("mgh", "list-migration-tasks", "--max-items", "2", "--page-size", "2")
    rest = aws("mgh", "list-migration-tasks", "--starting-token", first["NextToken"])
    assert (names(first), names(rest)) == (["sms-2", "sms-1"], ["sms-0"])


def test_a_stream_is_deleted(aws: Aws, mgh_server: Any) -> None:
    import_tasks(aws, 1)
    aws("mgh", "delete-progress-update-stream", "--progress-update-stream-name", "SMS")
    assert mgh_server.hub.streams == ()


def test_the_home_region_is_set_and_read(aws: Aws, mgh_server: Any) -> None:
    mgh_server.hub.home_region = None
    aws(
        "migrationhub-config",
        "create-home-region-control",
        *("--home-region", "eu-central-1", "--target", "Type=ACCOUNT"),
    )
    assert aws("migrationhub-config", "get-home-region") == {"HomeRegion": "eu-central-1"}


def test_servers_are_listed_and_described(aws: Aws, mgh_server: Any) -> None:
    server = mgh_server.hub.add_server("web.example.com").configuration_id
    listed = aws("discovery", "list-configurations", "--configuration-type", "SERVER")
    described = aws("discovery", "describe-configurations", "--configuration-ids", server)
    assert [one["server.configurationId"] for one in listed["configurations"]] == [server]
    assert [one["server.hostName"] for one in described["configurations"]] == ["web.example.com"]


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("describe-migration-task", *TASK, "none"), "ResourceNotFoundException"),
        (
            ("create-progress-update-stream", "--progress-update-stream-name", "S:S"),
            "InvalidInputException",
        ),
        (
            ("create-progress-update-stream", "--progress-update-stream-name", "S", "--dry-run"),
            "DryRunOperation",
        ),
    ],
    ids=["missing", "invalid", "dry run"],
)
def test_errors_have_their_names(aws: Aws, words: tuple[str, ...], error: str) -> None:
    assert aws.refused("mgh", *words) == error


DENY = {
    "Version": "2012-10-17",
    "Statement": {"Effect": "Deny", "Action": "mgh:*", "Resource": "*"},
}
CREATE = ("mgh", "create-progress-update-stream", "--progress-update-stream-name", "S")


@pytest.mark.parametrize(
    ("options", "error"),
    [((), "AccessDeniedException"), (("--dry-run",), "UnauthorizedOperation")],
    ids=["call", "dry run"],
)
def test_what_the_policy_denies_is_refused(
    aws: Aws, mgh_server: Any, options: tuple[str, ...], error: str
) -> None:
    mgh_server.hub.policy = DENY
    assert aws.refused(*CREATE, *options) == error


def test_without_a_home_region_a_call_is_refused(aws: Aws, mgh_server: Any) -> None:
    mgh_server.hub.home_region = None
    assert aws.refused(*CREATE) == "HomeRegionNotSetException"


def test_a_throttled_call_is_tried_again(aws: Aws, mgh_server: Any) -> None:
    mgh_server.hub.fail("ListMigrationTasks", "ThrottlingException", times=1)
    aws("mgh", "list-migration-tasks")
    assert [event.get("errorCode") for event in mgh_server.hub.events] == [
        "ThrottlingException",
        None,
    ]
