"""`--mgh-explore`, its siblings and the marker, in runs of pytest."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from inner_runs import ASYNCIO, read_report
from profiles import MORE
from warm_processes import warm_workers

HELPERS = """
import asyncio
import random
import sys
import threading
import time
import unittest
from time import sleep

import boto3
import pytest
from botocore.exceptions import BotoCoreError, ClientError
from pytest_mgh import mock_mgh

FAILURES = (ClientError, BotoCoreError)

def create(client=None, name="SMS"):
    (client or boto3.client("mgh")).create_progress_update_stream(ProgressUpdateStreamName=name)

def swallow(client=None, name="SMS"):
    try:
        create(client, name)
    except FAILURES:
        pass

"""
FAULTY = """
def test_it(mgh_client):
    swallow(mgh_client)
"""
LOST = "stream SMS: missing"


def run(pytester: pytest.Pytester, source: str, *options: str) -> pytest.RunResult:
    pytester.makepyfile(HELPERS + source)
    return pytester.runpytest_inprocess("-W", "error", *options)


def explored(pytester: pytest.Pytester, source: str, *options: str) -> dict[str, Any]:
    """Return the findings of a run as in the report."""
    run(pytester, source, "--mgh-explore", "--mgh-report=report.json", *options)
    exploration: dict[str, Any] = read_report(pytester)["exploration"]
    return exploration


def outcomes(exploration: dict[str, Any], extent: str = "call") -> set[tuple[str, str]]:
    return {
        (one["operation"], one["outcome"])
        for one in exploration["findings"]
        if one["extent"] == extent
    }


FEW_ERRORS = """
pytestmark = pytest.mark.mgh_explore(errors=["ThrottlingException", "ConnectionReset"])
"""
"""One way to request the hub shows all errors; `make test-more` injects them in every way."""
WAYS = {
    "fixture": FAULTY,
    "marker": """
@pytest.mark.mgh
def test_it():
    swallow()
""",
    "decorator": """
@mock_mgh
def test_it():
    swallow()
""",
    "context manager": """
def test_it():
    with mock_mgh() as hub:
        swallow(hub.client())
""",
    "TestCase": """
@mock_mgh
class Test(unittest.TestCase):
    def test_it(self):
        swallow()
""",
    "TestCase that sets up": """
class Test(unittest.TestCase):
    def setUp(self):
        self.mock = mock_mgh()
        self.mock.start()
        self.addCleanup(self.mock.stop)

    def test_it(self):
        swallow()
""",
    "coroutine": """
@pytest.mark.asyncio
async def test_it(mgh_client):
    await asyncio.to_thread(swallow, mgh_client)
""",
    "thread": """
def test_it(mgh_client):
    thread = threading.Thread(target=swallow, args=[mgh_client])
    thread.start()
    thread.join()
""",
    "hub of the module": """
@pytest.fixture(scope="module")
def hub():
    with mock_mgh() as hub:
        yield hub

def test_before(hub):
    create(hub.client(), "DMS")

def test_it(hub):
    swallow(hub.client())
""",
    "joined hub of the module": """
@pytest.fixture(scope="module", autouse=True)
def hub():
    with mock_mgh() as hub:
        create(hub.client(), "DMS")
        yield hub

def test_it(mgh, mgh_client):
    swallow(mgh_client)
""",
}


@pytest.mark.parametrize("way", WAYS)
def test_a_test_is_explored_no_matter_how_it_requests_the_hub(
    pytester: pytest.Pytester, way: str
) -> None:
    options = ASYNCIO if way == "coroutine" else ()
    errors = "" if way == "fixture" or MORE else FEW_ERRORS

    exploration = explored(pytester, errors + WAYS[way], *options)

    lost = [one for one in exploration["findings"] if one["outcome"] == "lost"]
    assert {one["extent"] for one in lost} == {"call", "always"}
    assert {tuple(one["details"]) for one in lost} == {(LOST,)}
    assert all(one["test"].endswith("test_it") for one in lost)
    assert exploration["not_explored"] == {}


POST = """
import http.client
import os

def call(operation, body):
    headers = {"X-Amz-Target": operation, "Content-Type": "application/x-amz-json-1.1"}
    headers["Authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={os.environ['AWS_ACCESS_KEY_ID']}/20260101/us-west-2/"
        f"{'mgh' if 'Hub' in operation else 'discovery'}/aws4_request, "
        "SignedHeaders=host;x-amz-date, Signature=0"
    )
    headers["X-Amz-Date"] = "20260101T000000Z"
    connection = http.client.HTTPConnection(os.environ["AWS_ENDPOINT_URL"].partition("//")[2])
    connection.request("POST", "/", body, headers)
    response = connection.getresponse()
    if response.status != 200:
        raise OSError(response.read())

"""
"""A call without botocore, whose import takes longer than all that a tool does."""


def test_a_tool_in_its_own_process_is_explored(pytester: pytest.Pytester) -> None:
    tool = """
import sys
try:
    call("AWSMigrationHub.CreateProgressUpdateStream", '{"ProgressUpdateStreamName": "SMS"}')
except Exception as error:
    sys.exit(f"failed: {error}")
"""
    pytester.makepyfile(tool=POST + tool)
    test = """
@pytest.mark.mgh_explore(errors=["ThrottlingException", "ResponseLost"])
def test_it(mgh_server):
    done = mgh_server.command(sys.executable, "tool.py")
    assert done.returncode == 0, done.stderr
"""

    exploration = explored(pytester, test, "-p", "no:cacheprovider")

    found = {(one["error"], one["extent"], one["outcome"]) for one in exploration["findings"]}
    assert found == {
        ("ThrottlingException", "attempt", "reported"),
        ("ResponseLost", "attempt", "reported"),
        ("ThrottlingException", "always", "reported"),
    }


def test_a_tool_in_a_process_that_does_not_end_is_terminated(pytester: pytest.Pytester) -> None:
    tool = """
while True:
    try:
        call("AWSPoseidonService_V2015_11_01.CreateApplication", '{"name": "Shop"}')
        break
    except Exception:
        pass
"""
    pytester.makepyfile(tool=POST + tool)
    test = """
@pytest.mark.mgh_explore(errors=["ResponseLost"])
def test_it(mgh_server):
    assert mgh_server.command(sys.executable, "tool.py").returncode == 0
"""

    exploration = explored(pytester, test, "--mgh-explore-budget=1")

    (found,) = exploration["findings"]
    assert found["outcome"] == "broke"
    assert found["details"][0].startswith("did not end within ")


def test_the_table_shows_failures_with_the_option_that_repeats_them(
    pytester: pytest.Pytester,
) -> None:
    result = run(pytester, FAULTY, "--mgh-explore")

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.assert_outcomes(passed=1)
    name = "test_the_table_shows_failures_with_the_option_that_repeats_them.py::test_it"
    result.stdout.fnmatch_lines(
        [
            "exploring 1 of *",
            f"LOST  {name}",
            "  call 1 CreateProgressUpdateStream SMS",
            "  the call: ThrottlingException, *ConnectionReset",
            "  from then on: ThrottlingException, ConnectTimeout",
            "    stream SMS: missing",
            f"  pytest {name} --mgh-explore-only=1:ThrottlingException:call",
            "survived  CreateProgressUpdateStream  one attempt: ThrottlingException, *",
            "16 runs of 1 test: *; * wrong",
        ]
    )


@pytest.mark.parametrize(
    ("source", "selection", "lines"),
    [
        (FAULTY, "1:ThrottlingException:call", ["LOST  *", "*1 passed*"]),
        (FAULTY, "1:ThrottlingException", ["survived *", "*1 passed*"]),
        (
            "def test_it(mgh_client):\n    create(mgh_client)",
            "1:ThrottlingException:call",
            ["E *ThrottlingException*", "*Migration Hub exploration*", "reported *", "*1 failed*"],
        ),
        (FAULTY, "2:ReadTimeout", ["not explored: *no call 2; the test makes 1"]),
    ],
)
def test_explore_only_repeats_one_failure_with_its_output(
    pytester: pytest.Pytester, source: str, selection: str, lines: list[str]
) -> None:
    result = run(pytester, source, f"--mgh-explore-only={selection}")

    result.stdout.fnmatch_lines(lines)


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("--mgh-explore-only=x", "*--mgh-explore-only: 'x': allowed: CALL:ERROR*"),
        ("--mgh-explore-only=1:ReadTimeot", "*did you mean 'ReadTimeout'?*"),
        ("--mgh-explore-only=1:ReadTimeout:cal", "*did you mean 'call'?*"),
        ("--mgh-explore-budget=0", "*--mgh-explore-budget=0: allowed: a whole number >= 1"),
    ],
)
def test_a_wrong_option_is_refused_at_once(
    pytester: pytest.Pytester, option: str, message: str
) -> None:
    result = run(pytester, FAULTY, option)

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([message])


def test_the_marker_explores_a_test_without_the_option_and_restricts_it(
    pytester: pytest.Pytester,
) -> None:
    test = """
@pytest.mark.mgh_explore(errors=["ReadTimeout"], operations=["ListMigrationTasks"])
def test_it(mgh_client):
    create(mgh_client)
    mgh_client.list_migration_tasks()

def test_other(mgh_client):
    create(mgh_client)
"""

    result = run(pytester, test, "--strict-markers", "-v")

    rows = [line for line in result.outlines if re.match("reported|survived|LOST|BROKE", line)]
    assert len(rows) == 3
    assert all("ListMigrationTasks" in row and "ReadTimeout" in row for row in rows)
    assert all("test_it" in row for row in rows)
    assert result.ret == pytest.ExitCode.OK


def test_the_marker_leaves_a_test_out(pytester: pytest.Pytester) -> None:
    result = run(pytester, f"@pytest.mark.mgh_explore(False){FAULTY}", "--mgh-explore")

    assert result.ret == pytest.ExitCode.OK
    result.stdout.fnmatch_lines(["No call was explored: no passing test made a call"])


@pytest.mark.parametrize("arguments", ["1", "errors=['x']", "operations='List'", "error=['x']"])
def test_a_marker_with_a_wrong_argument_is_refused(
    pytester: pytest.Pytester, arguments: str
) -> None:
    result = run(pytester, f"@pytest.mark.mgh_explore({arguments}){FAULTY}")

    result.stderr.fnmatch_lines(["ERROR: *::test_it: the marker mgh_explore: *"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("error=['x']", "no argument 'error'; did you mean 'errors'?*"),
        ("operations=['ListTask']", "operations: no operation 'ListTask'; *"),
    ],
)
def test_a_marker_with_a_misspelt_name_is_answered_with_that_name(
    pytester: pytest.Pytester, arguments: str, message: str
) -> None:
    result = run(pytester, f"@pytest.mark.mgh_explore({arguments}){FAULTY}")

    result.stderr.fnmatch_lines([f"ERROR: *::test_it: the marker mgh_explore: {message}"])


UNSTEADY = {
    "another call": ("create(mgh_client, str(random.random()))", "two runs differ: only one calls"),
    "another end": (
        "create(mgh_client); mgh.add_task('SMS', str(random.random()))",
        "exists only after the error",
    ),
    "another outcome": (
        "create(mgh_client); RUNS.append(1); assert len(RUNS) < 3",
        "the second one fails",
    ),
}


@pytest.mark.parametrize("way", UNSTEADY)
def test_a_nondeterministic_test_is_reported_and_not_explored(
    pytester: pytest.Pytester, way: str
) -> None:
    body, why = UNSTEADY[way]

    exploration = explored(
        pytester, f"RUNS = []\ndef test_it(mgh, mgh_client):\n    {body}\n", "-p", "no:randomly"
    )

    assert exploration["findings"] == []
    ((name, reason),) = exploration["not_explored"].items()
    assert name.endswith("::test_it")
    assert why in reason or "missing" in reason


def test_a_test_keeps_the_faults_that_it_plans(pytester: pytest.Pytester) -> None:
    test = """
def test_it(mgh, mgh_client):
    mgh.fail("CreateProgressUpdateStream", "AccessDeniedException")
    with pytest.raises(mgh_client.exceptions.AccessDeniedException):
        create(mgh_client)
    create(mgh_client)
"""

    exploration = explored(pytester, test)

    failed_once = [one for one in exploration["findings"] if one["extent"] == "attempt"]
    assert {one["call"] for one in failed_once} == {2}
    assert outcomes(exploration, "attempt") == {("CreateProgressUpdateStream", "survived")}


def test_a_test_that_counts_its_calls_does_not_see_the_injected_failures(
    pytester: pytest.Pytester,
) -> None:
    test = """
def test_it(mgh, mgh_client):
    create(mgh_client)
    assert [event["eventName"] for event in mgh.events] == ["CreateProgressUpdateStream"]
"""

    exploration = explored(pytester, test)

    survived = {
        one["error"]
        for one in exploration["findings"]
        if one["extent"] == "attempt" and one["outcome"] == "survived"
    }
    assert {"ThrottlingException", "ConnectTimeout", "InternalServerError"} <= survived


def test_a_poll_is_explored_at_its_first_a_middle_and_its_last_call(
    pytester: pytest.Pytester,
) -> None:
    test = """
@pytest.mark.mgh_explore(errors=["ReadTimeout"]{more})
def test_it(mgh_client):
    for _ in range(5):
        mgh_client.list_migration_tasks()
"""

    few = explored(pytester, test.format(more=""))
    every = explored(pytester, test.format(more=", every_call=True"))

    assert {one["call"] for one in few["findings"]} == {1, 3, 5}
    assert {one["call"] for one in every["findings"]} == {*range(1, 6)}


def test_exploring_does_not_wait_for_sleeps(pytester: pytest.Pytester) -> None:
    test = """
@pytest.mark.mgh_explore(errors=["ThrottlingException"])
def test_it(mgh_client):
    started = time.monotonic()
    for _ in range(3):
        try:
            create(mgh_client)
        except FAILURES:
            time.sleep(3600)
            sleep(3600)
            asyncio.run(asyncio.sleep(3600))
    assert time.monotonic() - started < 60
"""

    exploration = explored(pytester, test)

    assert outcomes(exploration) == {("CreateProgressUpdateStream", "survived")}


def test_a_test_with_real_sleeps_is_explored_with_them(pytester: pytest.Pytester) -> None:
    test = """
def test_it(mgh_client):
    done = threading.Event()
    threading.Timer(0.05, done.set).start()
    for _ in range(6000):
        if done.is_set():
            break
        time.sleep(0.01)
    assert done.is_set()
    create(mgh_client)
"""

    exploration = explored(pytester, test, "--mgh-explore-budget=2")

    assert exploration["not_explored"] == {}
    assert len(exploration["findings"]) == 2


def test_a_budget_takes_each_error_of_each_operation_first_and_reports_what_it_left_out(
    pytester: pytest.Pytester,
) -> None:
    test = """
def test_it(mgh_client):
    create(mgh_client)
    mgh_client.list_migration_tasks()
"""

    exploration = explored(pytester, test, "--mgh-explore-budget=14")

    tried = {(one["operation"], one["error"]) for one in exploration["findings"]}
    assert len(tried) == 14
    assert exploration["untried"] == []
    assert exploration["left_out"] == 18


def test_the_report_counts_the_calls_of_the_undisturbed_run_only(pytester: pytest.Pytester) -> None:
    run(pytester, FAULTY, "--mgh-explore", "--mgh-report=report.json", "--mgh-report=page.html")

    document = json.loads((pytester.path / "report.json").read_text("utf-8"))
    page = (pytester.path / "page.html").read_text("utf-8")
    assert document["calls"] == 1
    assert LOST in page
    assert "--mgh-explore-only=1:ThrottlingException:call" in page


def test_xdist_workers_explore_the_tests_that_they_ran(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    warm_workers(monkeypatch)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p pytest_socket", prepend=" ")
    test = """
@pytest.mark.mgh_explore(errors=["ReadTimeout"])
@pytest.mark.parametrize("number", range(4))
def test_it(mgh_client, number):
    swallow(mgh_client)
"""
    pytester.makepyfile(HELPERS + test)

    result = pytester.runpytest_inprocess(
        "-p", "pytest_mgh.plugin", "-p", "xdist", "-n", "2", "--mgh-explore"
    )

    result.stdout.fnmatch_lines(["12 runs of 4 tests: *"])


def test_wrong_findings_fail_a_run_that_passes(pytester: pytest.Pytester) -> None:
    assert run(pytester, FAULTY).ret == pytest.ExitCode.OK
    assert run(pytester, FAULTY, "--mgh-explore").ret == pytest.ExitCode.TESTS_FAILED
