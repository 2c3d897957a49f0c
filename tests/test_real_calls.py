"""Calls that would reach AWS."""

from __future__ import annotations

import pytest

QUICK = ("-p", "no:hypothesispytest", "-p", "no:xdist", "-p", "no:asyncio", "-p", "no:randomly")
CLIENT = """
import boto3, pytest, socket

@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    def connect(*args):
        raise OSError("no: a socket was opened")
    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr(socket, "getaddrinfo", connect)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "own")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "own")

def make(service="mgh"):
    from botocore.config import Config
    config = Config(retries={"total_max_attempts": 1})
    return boto3.session.Session().client(service, "us-west-2", config=config)
"""


def run(pytester: pytest.Pytester, tests: str, ini: str = "", **outcomes: int) -> pytest.RunResult:
    pytester.makeini(f"[pytest]\n{ini}")
    pytester.makepyfile(CLIENT + tests)
    result = pytester.runpytest_subprocess(*QUICK)
    result.assert_outcomes(**outcomes)
    return result


def test_a_client_made_in_one_test_does_not_reach_aws_in_the_next(
    pytester: pytest.Pytester,
) -> None:
    result = run(
        pytester,
        """
kept = []

def test_one(mgh):
    kept.append(make())

def test_two():
    kept[0].list_migration_tasks()
""",
        passed=1,
        failed=1,
    )

    message = (
        "E *RealCallError: mgh ListMigrationTasks would reach AWS: its client was made in "
        "*test_one inside a Migration Hub mock, which has ended. Make the client where it is "
        "used, or activate the mock there: *"
    )
    result.stdout.fnmatch_lines([message])


def test_a_client_of_one_test_is_answered_by_the_mock_of_the_next(
    pytester: pytest.Pytester,
) -> None:
    run(
        pytester,
        """
kept = []

def test_one(mgh):
    kept.append(make())

def test_two(mgh):
    kept[0].list_migration_tasks()
    assert len(mgh.events) == 1
""",
        passed=2,
    )


def test_a_swallowed_refusal_fails_the_test_all_the_same(pytester: pytest.Pytester) -> None:
    run(
        pytester,
        """
kept = []

def test_one(mgh):
    kept.append(make())

def test_two():
    try:
        kept[0].list_migration_tasks()
    except BaseException:
        pass
""",
        passed=2,
        errors=1,
    )


def test_a_thread_that_outlives_the_mock_does_not_reach_aws(pytester: pytest.Pytester) -> None:
    run(
        pytester,
        """
from concurrent.futures import ThreadPoolExecutor
pool, kept = ThreadPoolExecutor(1), []

def test_one(mgh):
    kept.append(pool.submit(make).result())
    pool.submit(kept[0].list_migration_tasks).result()

def test_two():
    with pytest.raises(AssertionError, match="test_one"):
        pool.submit(kept[0].list_migration_tasks).result()
""",
        passed=2,
        errors=1,
    )


def test_a_client_of_the_users_own_may_call_out_unless_it_is_blocked(
    pytester: pytest.Pytester,
) -> None:
    result = run(pytester, "def test_it():\n    make().list_migration_tasks()\n", failed=1)

    result.stdout.fnmatch_lines(["*socket was opened*"])


@pytest.mark.parametrize("service", ["mgh", "migrationhub-config", "discovery"])
def test_with_the_ini_option_every_call_outside_a_mock_is_refused(
    pytester: pytest.Pytester, service: str
) -> None:
    call = {
        "mgh": "list_migration_tasks",
        "migrationhub-config": "get_home_region",
        "discovery": "get_discovery_summary",
    }[service]

    result = run(
        pytester,
        f"""
def test_blocked():
    make("{service}").{call}()

def test_answered(mgh):
    make("{service}").{call}()
""",
        "mgh_block_real_calls = true",
        passed=1,
        failed=1,
    )

    result.stdout.fnmatch_lines(["E *no Migration Hub mock is active, and mgh_block_real_calls*"])


def test_calls_of_other_services_are_not_blocked(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        "def test_it():\n    make('sts').get_caller_identity()\n",
        "mgh_block_real_calls = true",
        failed=1,
    )

    result.stdout.fnmatch_lines(["*socket was opened*"])


def test_the_marker_blocks_for_one_test(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
@pytest.mark.mgh_block_real_calls
def test_blocked():
    make().list_migration_tasks()

def test_not_blocked():
    make().list_migration_tasks()
""",
        failed=2,
    )

    result.stdout.fnmatch_lines(["E *mgh_block_real_calls is on*", "*socket was opened*"])


def test_a_client_made_at_import_of_a_module_is_blocked_too(pytester: pytest.Pytester) -> None:
    run(
        pytester,
        """
import os
os.environ.setdefault("AWS_ACCESS_KEY_ID", "own")
os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "own")
client = make()

def test_it():
    with pytest.raises(AssertionError, match="mgh_block_real_calls"):
        client.list_migration_tasks()
""",
        "mgh_block_real_calls = true",
        passed=1,
        errors=1,
    )
