"""The report and the log file of a run whose tests are spread over the workers of pytest-xdist."""

from __future__ import annotations

import json
from typing import Any

import pytest
from inner_runs import read_report as read
from jsonschema import Draft202012Validator
from warm_processes import warm_workers

from pytest_mgh.protocol import schemas

SPREAD = ("-p", "xdist", "-n", "2")
ONE_WORKER = ("-p", "xdist", "-n", "1", "--max-worker-restart=0")
HELPERS = """
import os
import pytest
from pytest_mgh import mock_mgh

def create(client, name="SMS"):
    client.create_progress_update_stream(ProgressUpdateStreamName=name)

"""
TESTS = """
@pytest.fixture(scope="session")
def hub():
    with mock_mgh() as hub:
        yield hub
        hub.client("migrationhub-config").get_home_region()

@pytest.mark.parametrize("number", range(8))
def test_it(mgh, mgh_client, number):
    mgh.advance((8 - number) * 86400)
    create(mgh_client, str(number))
    mgh.reset()
    if number == 1:
        mgh.advance(3600)
        with pytest.raises(mgh_client.exceptions.DryRunOperation):
            mgh_client.create_progress_update_stream(ProgressUpdateStreamName="x", DryRun=True)
        pytest.skip("not today")
    assert number != 2

def test_shared(hub):
    hub.client().list_migration_tasks()
"""


@pytest.fixture(autouse=True)
def _few_plugins(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let workers start quickly."""
    warm_workers(monkeypatch)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p pytest_socket", prepend=" ")


def run(pytester: pytest.Pytester, source: str, *options: str) -> pytest.RunResult:
    pytester.makepyfile(HELPERS + source)
    return pytester.runpytest_inprocess("-W", "error", "-p", "pytest_mgh.plugin", *options)


def records(pytester: pytest.Pytester) -> list[dict[str, Any]]:
    log = json.loads((pytester.path / "log.json").read_text("utf-8"))
    validator = Draft202012Validator(schemas.load("cloudtrail", "record"))
    for record in log["Records"]:
        validator.validate(record)
    return list(log["Records"])


def test_the_report_of_all_workers_equals_that_of_one_process(pytester: pytest.Pytester) -> None:
    options = ("--mgh-report=report.json", "--mgh-events=log.json", "--mgh-policy=policy.json")
    policy = pytester.path / "policy.json"
    run(pytester, TESTS, *options).assert_outcomes(passed=7, failed=1, skipped=1)
    alone, events = read(pytester), records(pytester)
    assert (alone["calls"], len(events)) == (11, 11)
    least = policy.read_text("utf-8")
    assert '"arn:aws:mgh:*:*:progressUpdateStream/*"' in least
    assert least.count('"mgh:') == 3
    policy.unlink()

    result = run(pytester, TESTS, *SPREAD, "--mgh-report", *options)

    result.assert_outcomes(passed=7, failed=1, skipped=1)
    titles = [line for line in result.outlines if "operations and outcomes ===" in line]
    assert len(titles) == 1, "the report is made once"
    result.stdout.fnmatch_lines(["CreateProgressUpdateStream  ok * 8", "*by 11 calls of 3*"])
    assert read(pytester) == alone
    assert policy.read_text("utf-8") == least
    spread = records(pytester)
    assert [one["eventName"] for one in spread] == [one["eventName"] for one in events]
    times = [one["eventTime"] for one in spread]
    assert times == sorted(times)
    assert len({one["eventID"] for one in spread}) == 11


def test_the_percentage_is_that_of_all_workers(pytester: pytest.Pytester) -> None:
    source = """
@pytest.mark.parametrize("error", ["ThrottlingException", "AccessDeniedException"])
def test_it(mgh, error):
    client = mgh.client("migrationhub-config")
    mgh.fail("GetHomeRegion", error)
    try:
        client.get_home_region()
    except client.exceptions.AccessDeniedException:
        pass
"""  # ok and two errors of six outcomes, of which each worker has at most two
    result = run(pytester, source, *SPREAD, "--mgh-fail-under=51")
    result.assert_outcomes(passed=2)
    assert result.ret == 1
    result.stdout.fnmatch_lines(["FAIL Required share of 51% not reached: 50.0%"])


def test_a_worker_that_crashes_is_named_in_every_report(pytester: pytest.Pytester) -> None:
    source = """
def test_crash(mgh_client):
    create(mgh_client)
    os._exit(1)

def test_other(mgh_client):
    mgh_client.list_migration_tasks()
"""
    reports = ("--mgh-report=report.json", "--mgh-report=report.html", "--mgh-events=log.json")
    result = run(pytester, source, *SPREAD, *reports, "--max-worker-restart=0")
    document = read(pytester)
    (worker,) = document["lost_workers"]
    called = [one["operation"] for one in document["operations"] if one["calls"]]
    assert called == ["ListMigrationTasks"]
    assert [one["eventName"] for one in records(pytester)] == called
    line = f"Calls are missing from workers that ended before they could report them: {worker}"
    result.stdout.fnmatch_lines([line])
    page = (pytester.path / "report.html").read_text("utf-8")
    assert f"ended before they could report them: {worker}" in page


@pytest.mark.parametrize("end", ["assert False", "raise KeyboardInterrupt"])
def test_a_run_that_ends_early_has_the_calls_up_to_its_last_teardown(
    pytester: pytest.Pytester, end: str
) -> None:
    source = f"""
@pytest.fixture(scope="session")
def hub():
    with mock_mgh() as hub:
        yield hub
        hub.client().list_migration_tasks()

def test_it(hub):
    create(hub.client())
    {end}

def test_that_is_not_reached(hub):
    create(hub.client())
"""
    run(pytester, source, *ONE_WORKER, "-x", "--mgh-report=report.json")
    document = read(pytester)
    called = {one["operation"]: one["calls"] for one in document["operations"] if one["calls"]}
    assert called == {"CreateProgressUpdateStream": 1, "ListMigrationTasks": 1}
    assert document["lost_workers"] == []


def test_a_run_without_a_call_reports_none(pytester: pytest.Pytester) -> None:
    result = run(pytester, "def test_it(): pass", *ONE_WORKER, "--mgh-report", "--mgh-fail-under=1")
    assert result.ret == 1
    result.stdout.fnmatch_lines(
        [
            "No call was made to a mock of Migration Hub",
            "FAIL Required share of 1% not reached: no operation was called",
        ]
    )


def test_a_wrong_option_is_refused_before_a_worker_starts(pytester: pytest.Pytester) -> None:
    result = run(pytester, TESTS, *SPREAD, "--mgh-report=report.txt")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stdout.no_fnmatch_line("*gw0*")
