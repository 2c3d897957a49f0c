"""`--mgh-policy=FILE`: the least policy that allows the calls of a run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from inner_runs import run_in_fork

from pytest_mgh.access.policy import Policy
from pytest_mgh.cloudtrail.watchers import PERMISSION_WATCHERS
from pytest_mgh.report.least_policy import NeededPermissions

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
HELPERS = """
import pytest
from botocore.exceptions import BotoCoreError, ClientError

CREATE = {"ProgressUpdateStreamName": "SMS"}
TASK = {"ProgressUpdateStream": "SMS", "MigrationTaskName": "web"}

def fail(call, *args, **kwargs):
    with pytest.raises((ClientError, BotoCoreError)) as caught:
        call(*args, **kwargs)
    return caught.value

"""
CREATED = {
    "Effect": "Allow",
    "Action": ["mgh:CreateProgressUpdateStream"],
    "Resource": "arn:aws:mgh:*:*:progressUpdateStream/SMS",
}


def run(pytester: pytest.Pytester, source: str, *options: str) -> pytest.RunResult:
    pytester.makepyfile(HELPERS + source)
    return pytester.runpytest_inprocess("-W", "error", "--mgh-policy=policy.json", *options)


def statements(pytester: pytest.Pytester) -> list[dict[str, Any]]:
    document = json.loads((pytester.path / "policy.json").read_text("utf-8"))
    assert document["Version"] == "2012-10-17"
    Policy(document, "policy.json")
    return list(document["Statement"])


def made_of(pytester: pytest.Pytester, *lines: str) -> pytest.RunResult:
    body = "".join(f"    {line}\n" for line in lines)
    result = run(pytester, f"def test_it(mgh, mgh_client):\n{body}")
    result.assert_outcomes(passed=1)
    return result


def test_the_policy_has_the_called_operations_with_their_resources(
    pytester: pytest.Pytester,
) -> None:
    made_of(
        pytester,
        "mgh_client.create_progress_update_stream(**CREATE)",
        "mgh_client.import_migration_task(**TASK)",
        "mgh_client.describe_migration_task(**TASK)",
        "mgh_client.list_migration_tasks()",
        "mgh.client('migrationhub-config').get_home_region()",
        "mgh.client('discovery').list_configurations(configurationType='SERVER')",
    )
    assert statements(pytester) == [
        {
            "Effect": "Allow",
            "Action": [
                "discovery:ListConfigurations",
                "mgh:GetHomeRegion",
                "mgh:ListMigrationTasks",
            ],
            "Resource": "*",
        },
        CREATED,
        {
            "Effect": "Allow",
            "Action": ["mgh:DescribeMigrationTask", "mgh:ImportMigrationTask"],
            "Resource": "arn:aws:mgh:*:*:progressUpdateStream/SMS/migrationTask/web",
        },
    ]


CREATE = "mgh_client.create_progress_update_stream(**CREATE)"
NEEDS = {
    "a dry run": ("fail(mgh_client.create_progress_update_stream, **CREATE, DryRun=True)", True),
    "a call of what is not there": (
        "fail(mgh_client.list_progress_update_streams, NextToken='other')",
        True,
    ),
    "an answer that is lost": (
        f"mgh.fail('CreateProgressUpdateStream', 'ResponseLost'); {CREATE}",
        True,
    ),
    "a call that a policy allows": (f"mgh.policy = 'AWSMigrationHubFullAccess'; {CREATE}", True),
    "a call that is denied": (
        "mgh.policy = []; fail(mgh_client.create_progress_update_stream, **CREATE)",
        False,
    ),
    "a call that breaks the model": (
        "fail(mgh_client.create_progress_update_stream, ProgressUpdateStreamName='a/b')",
        False,
    ),
    "a fault": (
        "mgh.fail('*', 'AccessDeniedException'); fail(mgh_client.list_migration_tasks)",
        False,
    ),
    "what the test puts into the hub": ("mgh.load({'streams': [{'name': 'SMS'}]})", False),
}


@pytest.mark.parametrize("what", NEEDS)
def test_the_policy_has_the_operations_that_were_authorized_and_allowed(
    pytester: pytest.Pytester, what: str
) -> None:
    line, needs = NEEDS[what]
    result = made_of(pytester, line)
    if needs:
        result.stdout.fnmatch_lines(["Policy written to *policy.json: 1 action"])
        assert len(statements(pytester)) == 1
    else:
        result.stdout.fnmatch_lines(["No call needed a permission: *policy.json is not written"])
        assert not (pytester.path / "policy.json").exists()


def test_a_run_without_the_option_watches_no_permissions(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        "from pytest_mgh.cloudtrail.watchers import PERMISSION_WATCHERS\n"
        "def test_it():\n    assert not PERMISSION_WATCHERS\n"
    )
    pytester.runpytest_inprocess("--mgh-report").assert_outcomes(passed=1)


def test_a_run_leaves_no_permission_watcher(pytester: pytest.Pytester) -> None:
    run(pytester, "def test_it():\n    pass\n")
    assert PERMISSION_WATCHERS == []


def test_a_forked_process_adds_nothing_to_the_policy(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        HELPERS
        + """
import os

def test_it(mgh_client):
    mgh_client.create_progress_update_stream(**CREATE)
    child = os.fork()
    if child == 0:
        mgh_client.list_migration_tasks()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
"""
    )
    run_in_fork(pytester, "--mgh-policy=policy.json")
    assert statements(pytester) == [CREATED]


def test_a_file_that_can_no_longer_be_written_fails_the_run(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        "import os\ndef test_it(mgh_client):\n"
        "    mgh_client.list_migration_tasks()\n    os.mkdir('policy.json')\n",
    )
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["FAIL *Is a directory: *policy.json*"])


# names

STREAMS = {
    "one": (["Liftoff", "Liftoff"], "Liftoff"),
    "a common start": (["Liftoff-wave1", "Liftoff-wave2", "Liftoff-x"], "Liftoff-*"),
    "a start that ends within a word": (["Liftoff-wave1", "Liftoff-wave2"], "Liftoff-*"),
    "one is the start of the other": (["SMS", "SMS-2"], "*"),
    "nothing in common": (["SMS", "DMS"], "*"),
    "a letter in common": (["SMS", "Server"], "*"),
    "signs that mean something": (["a*b?c$d"], "a${*}b${?}c${$}d"),
    "signs at a common start": (["a*-1", "a*-2"], "a${*}-*"),
    "a line": (["a\nb"], "a\nb"),
}


@pytest.mark.parametrize("what", STREAMS)
@pytest.mark.parametrize("processes", [1, 2])
def test_streams_of_several_names_get_a_wildcard(what: str, processes: int) -> None:
    names, pattern = STREAMS[what]
    permissions = [NeededPermissions() for _ in range(processes)]
    for number, name in enumerate(names):
        permissions[number % processes].add("mgh:X", f"progressUpdateStream/{name}")
    for other in permissions[1:]:
        permissions[0].absorb(json.loads(json.dumps(other.pack())))

    (statement,) = permissions[0].document()["Statement"]
    assert statement["Resource"] == f"arn:aws:mgh:*:*:progressUpdateStream/{pattern}"
    policy = Policy({"Version": "2012-10-17", "Statement": [statement]}, "least")
    for name in names:
        arn = f"arn:aws:mgh:us-west-2:123456789012:progressUpdateStream/{name}"
        assert policy.find("Allow", "mgh:X", arn, {}) is not None


def test_tasks_of_several_names_get_a_wildcard() -> None:
    permissions = NeededPermissions()
    for task in ("web-01", "web-02", "a/b"):
        permissions.add("mgh:X", f"progressUpdateStream/SMS/migrationTask/{task}")

    (statement,) = permissions.document()["Statement"]
    assert statement["Resource"] == "arn:aws:mgh:*:*:progressUpdateStream/SMS/migrationTask/*"
