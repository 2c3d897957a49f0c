"""`--mgh-report` and `--mgh-fail-under`: the outcomes of a run, and the required percentage."""

from __future__ import annotations

import os
import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from inner_runs import read_report as read
from inner_runs import run_in_fork
from jsonschema import Draft202012Validator

from pytest_mgh.cloudtrail.watchers import WATCHERS
from pytest_mgh.protocol import schemas
from pytest_mgh.report.files import write_report
from pytest_mgh.report.outcomes import make_report
from pytest_mgh.services.catalog import OPERATIONS

HELPERS = """
import boto3
import pytest
from botocore.exceptions import BotoCoreError, ClientError
from pytest_mgh import mock_mgh
from pytest_mgh.protocol.messages import WireRequest

DENY = {"Effect": "Deny", "Action": "*", "Resource": "*"}
STREAM = {"ProgressUpdateStreamName": "SMS"}
TASK = {"ProgressUpdateStream": "SMS", "MigrationTaskName": "task"}

def create(client=None):
    (client or boto3.client("mgh")).create_progress_update_stream(**STREAM)

def fail(call, *args, **kwargs):
    with pytest.raises((ClientError, BotoCoreError)) as caught:
        call(*args, **kwargs)
    return caught.value

def send(hub, target="AWSMigrationHub.ListMigrationTasks", body=b"{}", **headers):
    headers = {"x-amz-target": target, "content-type": "application/x-amz-json-1.1", **headers}
    return hub.answer(WireRequest(headers, body))

"""
CREATE = """
def test_it(mgh_client):
    create(mgh_client)
"""
CREATED = {"CreateProgressUpdateStream ok": 1}


def run(pytester: pytest.Pytester, source: str, *options: str) -> pytest.RunResult:
    pytester.makepyfile(HELPERS + source)
    return pytester.runpytest_inprocess("-W", "error", *options)


def counts(document: dict[str, Any]) -> dict[str, int]:
    """Return the exercised outcomes: operation and outcome, and how often."""
    return {
        f"{operation['operation']} {outcome['outcome']}": outcome["calls"]
        for operation in document["operations"]
        for outcome in operation["outcomes"]
        if outcome["calls"]
    }


def exercised(pytester: pytest.Pytester, source: str, *options: str) -> dict[str, int]:
    run(pytester, source, "--mgh-report=report.json", *options)
    return counts(read(pytester))


def section(result: pytest.RunResult) -> list[str]:
    """Return the lines of the report; `AssertionError` without it."""
    lines = result.outlines
    (title,) = [at for at, line in enumerate(lines) if "operations and outcomes ===" in line]
    found = []
    for line in lines[title + 1 :]:
        if line.startswith("==="):
            break
        found.append(line)
    return found


# every call is counted once

WAYS = {
    "fixture": CREATE,
    "marker": """
@pytest.mark.mgh
def test_it():
    create()
""",
    "decorator": """
@mock_mgh
def test_it():
    create()
""",
    "context manager": """
def test_it():
    with mock_mgh() as hub:
        create(hub.client())
""",
    "start and stop": """
def test_it():
    mock = mock_mgh()
    mock.start()
    create()
    mock.stop()
""",
    "mocks inside each other": """
def test_it(mgh):
    with mock_mgh(), mock_mgh():
        create()
""",
    "unittest": """
import unittest

@mock_mgh
class Case(unittest.TestCase):
    def test_it(self):
        create()
""",
    "fixture of the module": """
@pytest.fixture(scope="module")
def hub():
    with mock_mgh() as hub:
        yield hub

def test_it(hub):
    create()

def test_other(hub):
    pass
""",
    "teardown of the session": """
@pytest.fixture(scope="session")
def hub():
    with mock_mgh() as hub:
        yield hub
        create()

def test_it(hub):
    pass
""",
    "teardown of a session that ends early": """
@pytest.fixture(scope="session")
def hub():
    with mock_mgh() as hub:
        yield hub
        create()

def test_it(hub):
    pytest.exit("enough")
""",
    "import": """
with mock_mgh():
    create()

def test_it():
    pass
""",
    "a failing test": CREATE + "    assert False\n",
    "a skipped test": CREATE + "    pytest.skip('not today')\n",
    "a test that is expected to fail": "@pytest.mark.xfail" + CREATE + "    assert False\n",
    "before reset": CREATE.replace("client)", "client, mgh)", 1) + "    mgh.reset()\n",
    "after reset": """
def test_it(mgh, mgh_client):
    mgh.reset()
    create(mgh_client)
""",
    "a thread": """
import threading

def test_it(mgh_client):
    thread = threading.Thread(target=create, args=[mgh_client])
    thread.start()
    thread.join()
""",
    "the server": """
def test_it(mgh_server):
    create(boto3.client("mgh", endpoint_url=mgh_server.url))
""",
    "the server of the session": """
from botocore.session import Session

def test_it(mgh_server_session):
    secrets = {"aws_access_key_id": "AKIDEXAMPLE", "aws_secret_access_key": "secret"}
    create(
        Session().create_client(
            "mgh", "us-west-2", endpoint_url=mgh_server_session.url, **secrets
        )
    )
""",
    "the hub itself": """
def test_it(mgh, mgh_client):
    create(mgh_client)
    mgh.add_server("db1")
    assert (len(mgh.streams), len(mgh.servers), len(mgh.events)) == (1, 1, 1)
""",
}


@pytest.mark.parametrize("source", WAYS.values(), ids=WAYS)
def test_a_call_is_counted_once_no_matter_how_the_mock_is_activated(
    pytester: pytest.Pytester, source: str
) -> None:
    assert exercised(pytester, source) == CREATED


def test_calls_restored_from_a_snapshot_are_not_counted_again(
    pytester: pytest.Pytester,
) -> None:
    source = """
def test_it(mgh, mgh_client):
    create(mgh_client)
    before = mgh.snapshot()
    mgh.reset()
    mgh.restore(before)
    assert len(mgh.events) == 1
    mgh_client.list_migration_tasks()
"""
    assert exercised(pytester, source) == {**CREATED, "ListMigrationTasks ok": 1}


def test_the_calls_of_all_tests_add_up(pytester: pytest.Pytester) -> None:
    source = """
@pytest.mark.parametrize("number", range(5))
def test_it(mgh_client, number):
    for _ in range(number):
        mgh_client.list_migration_tasks()
"""
    assert exercised(pytester, source) == {"ListMigrationTasks ok": 10}


def test_each_attempt_of_a_retried_call_is_counted(pytester: pytest.Pytester) -> None:
    source = """
def test_it(mgh, mgh_client):
    mgh.fail("ListMigrationTasks", "ThrottlingException", times=2)
    mgh_client.list_migration_tasks()
"""
    assert exercised(pytester, source) == {
        "ListMigrationTasks ThrottlingException": 2,
        "ListMigrationTasks ok": 1,
    }


def test_all_three_services_are_counted(pytester: pytest.Pytester) -> None:
    source = """
def test_it(mgh):
    mgh.client("mgh").list_migration_tasks()
    mgh.client("migrationhub-config").get_home_region()
    mgh.client("discovery").list_configurations(configurationType="SERVER")
"""
    assert exercised(pytester, source) == {
        "ListMigrationTasks ok": 1,
        "GetHomeRegion ok": 1,
        "ListConfigurations ok": 1,
    }


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")
def test_the_calls_of_a_forked_process_are_not_counted(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        HELPERS
        + """
import os

def test_it(mgh_client):
    child = os.fork()
    if not child:
        create(mgh_client)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    mgh_client.list_migration_tasks()
"""
    )
    run_in_fork(pytester, "--mgh-report=report.json")
    assert counts(read(pytester)) == {"ListMigrationTasks ok": 1}


def test_a_run_leaves_no_call_watcher(pytester: pytest.Pytester) -> None:
    before = [*WATCHERS]
    exercised(pytester, CREATE)
    assert before == WATCHERS


# outcomes

OUTCOMES = {
    "DryRunOperation": (
        "fail(mgh_client.create_progress_update_stream, **STREAM, DryRun=True)",
        "CreateProgressUpdateStream DryRunOperation",
    ),
    "an error of the service": (
        "fail(mgh_client.import_migration_task, **TASK)",
        "ImportMigrationTask ResourceNotFoundException",
    ),
    "an error that the test asked for": (
        """mgh.fail("ListMigrationTasks", "PolicyErrorException")
    fail(mgh_client.list_migration_tasks)""",
        "ListMigrationTasks PolicyErrorException",
    ),
    "a denied call": (
        """mgh.policy = {"Version": "2012-10-17", "Statement": DENY}
    fail(mgh_client.list_migration_tasks)""",
        "ListMigrationTasks AccessDeniedException",
    ),
    "a body that is no JSON": (
        'send(mgh, body=b"{")',
        "ListMigrationTasks SerializationException",
    ),
    "a call without a signature": (
        "send(mgh)",
        "ListMigrationTasks MissingAuthenticationTokenException",
    ),
    "an operation that no service has": (
        'send(mgh, "AWSMigrationHub.ListTasks")',
        "(unknown operation) UnknownOperationException",
    ),
    "a service that is none": (
        'send(mgh, "Nobody.ListMigrationTasks")',
        "(unknown operation) UnknownOperationException",
    ),
}


@pytest.mark.parametrize(("call", "outcome"), OUTCOMES.values(), ids=OUTCOMES)
def test_a_call_is_counted_by_how_it_ended(
    pytester: pytest.Pytester, call: str, outcome: str
) -> None:
    source = f"""
def test_it(mgh, mgh_client):
    {call}
"""
    assert exercised(pytester, source) == {outcome: 1}


@pytest.mark.parametrize("fault", ["ConnectTimeout", "ReadTimeout", "ConnectionReset"])
def test_a_connection_failure_is_an_outcome(pytester: pytest.Pytester, fault: str) -> None:
    source = f"""
def test_it(mgh, mgh_client):
    mgh.fail("ListMigrationTasks", "{fault}")
    mgh_client.list_migration_tasks()
"""
    assert exercised(pytester, source) == {
        f"ListMigrationTasks {fault}": 1,
        "ListMigrationTasks ok": 1,
    }


def test_a_call_with_a_lost_response_is_not_ok_for_its_client(pytester: pytest.Pytester) -> None:
    source = """
def test_it(mgh, mgh_client):
    mgh.fail("ListMigrationTasks", "ResponseLost", times=None)
    fail(mgh_client.list_migration_tasks)
"""
    (outcome,) = exercised(pytester, source)
    assert outcome == "ListMigrationTasks ResponseLost"


def test_a_request_that_is_not_a_call_is_not_counted(pytester: pytest.Pytester) -> None:
    source = """
def test_it(mgh):
    send(mgh, **{"content-type": "text/html"})
"""
    assert exercised(pytester, source) == {}


@pytest.mark.usefixtures("older_hub")
def test_a_call_that_is_not_simulated_is_not_counted(pytester: pytest.Pytester) -> None:
    source = """
def test_it(mgh):
    mgh.client("discovery").describe_export_tasks()
"""
    assert exercised(pytester, source) == {}


@pytest.mark.parametrize(
    ("outcome", "declared"),
    [
        ("ok", True),
        ("DryRunOperation", True),
        ("ResourceNotFoundException", True),
        ("SerializationException", False),
        ("ConnectTimeout", False),
    ],
)
def test_an_outcome_is_declared_if_the_model_knows_it(outcome: str, declared: bool) -> None:
    report = make_report({("mgh", "ImportMigrationTask", outcome): 1})
    (operation,) = report.used
    assert [one.declared for one in operation.outcomes if one.calls] == [declared]


def test_the_report_has_every_operation_with_all_that_it_declares() -> None:
    operations = make_report({}).operations
    assert sorted(operation.name for operation in operations) == sorted(OPERATIONS)
    for operation in operations:
        errors = schemas.load(operation.service, f"{operation.name}.error")["oneOf"]
        assert {outcome.name for outcome in operation.outcomes} == {
            "ok",
            *(error["$ref"].rpartition("/")[2] for error in errors),
        }


DRY_RUN = "fail(mgh_client.create_progress_update_stream, **STREAM, DryRun=True)"
DRY_RUNS = {
    "none": ("create(mgh_client)", []),
    "one with DryRun false": (
        "mgh_client.create_progress_update_stream(**STREAM, DryRun=False)",
        [],
    ),
    "one that could be made": (DRY_RUN, ["DryRunOperation", "UnauthorizedOperation"]),
    "one of another operation": (
        f"{DRY_RUN}; create(mgh_client); mgh_client.import_migration_task(**TASK)",
        ["DryRunOperation", "UnauthorizedOperation"] * 2,
    ),
    "one that ended otherwise": (
        f"mgh.fail('CreateProgressUpdateStream', 'AccessDeniedException'); {DRY_RUN}",
        ["DryRunOperation", "UnauthorizedOperation"],
    ),
    "none, but its outcome": (
        "mgh.fail('CreateProgressUpdateStream', 'DryRunOperation'); fail(create, mgh_client)",
        ["DryRunOperation"],
    ),
}


@pytest.mark.parametrize("made", DRY_RUNS)
def test_outcomes_of_dry_runs_are_listed_if_the_tool_makes_dry_runs(
    pytester: pytest.Pytester, made: str
) -> None:
    calls, expected = DRY_RUNS[made]
    run(pytester, f"def test_it(mgh, mgh_client):\n    {calls}\n", "--mgh-report=report.json")
    assert [
        outcome["outcome"]
        for operation in read(pytester)["operations"]
        if operation["calls"]
        for outcome in operation["outcomes"]
        if outcome["outcome"] in ("DryRunOperation", "UnauthorizedOperation")
    ] == expected


def test_thirteen_operations_declare_a_dry_run() -> None:
    outcomes = [one.name for operation in make_report({}).operations for one in operation.outcomes]
    assert outcomes.count("DryRunOperation") == 13


# the share


def test_the_percentage_is_of_the_outcomes_that_the_used_operations_declare() -> None:
    report = make_report(
        {
            ("migrationhub-config", "GetHomeRegion", "ok"): 7,
            ("migrationhub-config", "GetHomeRegion", "ThrottlingException"): 1,
            ("migrationhub-config", "GetHomeRegion", "ConnectTimeout"): 1,
        }
    )
    assert (report.exercised_pairs, report.declared_pairs, report.percent) == (2, 6, 33.3)


def test_an_unknown_operation_does_not_change_the_percentage() -> None:
    known = {("mgh", "ListMigrationTasks", "ok"): 1}
    unknown = {("-", "(unknown operation)", "UnknownOperationException"): 5}
    assert make_report(known).percent == make_report(known | unknown).percent


def test_the_percentage_is_not_rounded_up() -> None:
    outcomes = [
        (operation.service, operation.name, outcome.name)
        for operation in make_report({}).operations
        for outcome in operation.outcomes
    ]
    report = make_report(dict.fromkeys(outcomes[:-1], 1))
    assert report.declared_pairs - report.exercised_pairs == 1
    assert report.percent == 99.7  # 397 of 398
    assert not report.reaches(99.8)


GET = """
def test_it(mgh):
    mgh.client("migrationhub-config").get_home_region()
"""  # exercises one of six outcomes


@pytest.mark.parametrize(
    ("percent", "status"),
    [("0", 0), ("16", 0), ("16.6", 0), ("16.666", 0), ("16.667", 1), ("17", 1), ("100", 1)],
)
def test_a_run_below_the_required_percentage_fails(
    pytester: pytest.Pytester, percent: str, status: int
) -> None:
    assert run(pytester, GET, "--mgh-fail-under", percent).ret == status


def test_a_percentage_that_is_reached_is_reported_in_one_line(pytester: pytest.Pytester) -> None:
    result = run(pytester, GET, "--mgh-fail-under=10")
    assert section(result) == ["Required share of 10% reached: 16.6%"]


def test_a_percentage_that_is_not_reached_is_reported_in_one_line(
    pytester: pytest.Pytester,
) -> None:
    result = run(pytester, GET, "--mgh-fail-under=50")
    assert section(result) == ["FAIL Required share of 50% not reached: 16.6%"]


@pytest.mark.parametrize(
    ("source", "percent", "status"),
    [
        (CREATE + "    assert False\n", "0", 1),
        (CREATE + "    assert False\n", "100", 1),
        ("", "100", 5),
        (CREATE + "    pytest.exit('enough')\n", "100", 2),
    ],
    ids=["failed", "failed and below", "no tests", "interrupted"],
)
def test_a_run_that_has_failed_keeps_its_exit_code(
    pytester: pytest.Pytester, source: str, percent: str, status: int
) -> None:
    assert run(pytester, source, f"--mgh-fail-under={percent}").ret == status


# no test used the mock

UNUSED = "def test_it(): pass"


def test_a_run_without_a_call_reports_none(pytester: pytest.Pytester) -> None:
    result = run(pytester, UNUSED, "--mgh-report")
    result.assert_outcomes(passed=1)
    assert result.ret == 0
    assert section(result)[-1] == "No call was made to a mock of Migration Hub"


def test_a_run_without_a_call_has_a_report_without_a_percentage(pytester: pytest.Pytester) -> None:
    assert exercised(pytester, UNUSED) == {}
    document = read(pytester)
    assert (document["calls"], document["declared_pairs"], document["percent"]) == (0, 0, None)


@pytest.mark.parametrize(("percent", "status"), [("0", 0), ("0.1", 1), ("100", 1)])
def test_a_run_without_a_call_fails_a_required_percentage(
    pytester: pytest.Pytester, percent: str, status: int
) -> None:
    result = run(pytester, UNUSED, f"--mgh-fail-under={percent}")
    assert result.ret == status
    (line,) = section(result)
    assert line.endswith("reached: no operation was called")


@pytest.mark.parametrize("option", ["--collect-only", "--fixtures", "--markers", "--help"])
def test_a_run_that_only_lists_makes_no_report(pytester: pytest.Pytester, option: str) -> None:
    result = run(pytester, CREATE, option, "--mgh-report=report.json", "--mgh-fail-under=100")
    assert result.ret == 0
    assert not (pytester.path / "report.json").exists()


def test_a_run_without_the_options_has_no_section(pytester: pytest.Pytester) -> None:
    result = run(pytester, CREATE)
    result.stdout.no_fnmatch_line("*operations and outcomes*")


# the table


def rows(lines: list[str]) -> dict[tuple[str, str], str]:
    """Return the table: operation and outcome, and the column of calls."""
    found, operation = {}, ""
    for line in lines[1 : lines.index("")]:
        name, outcome, calls = re.fullmatch(r"(\S*) +(\S.*?)  +(\S+)", line).groups()  # type: ignore[union-attr]
        operation = name or operation
        found[operation, outcome] = calls
    return found


def test_the_table_has_each_outcome_of_the_used_operations(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
def test_it(mgh, mgh_client):
    for _ in range(12):
        create(mgh_client)
    fail(mgh_client.create_progress_update_stream, **STREAM, DryRun=True)
    mgh.fail("CreateProgressUpdateStream", "ConnectTimeout")
    create(mgh_client)
    mgh.client("migrationhub-config").get_home_region()
""",
        "--mgh-report",
    )
    assert section(result)[0].split() == ["operation", "outcome", "calls"]
    table = rows(section(result))
    assert {key: calls for key, calls in table.items() if calls != "never"} == {
        ("CreateProgressUpdateStream", "ok"): "13",
        ("CreateProgressUpdateStream", "DryRunOperation"): "1",
        ("CreateProgressUpdateStream", "ConnectTimeout (not declared)"): "1",
        ("GetHomeRegion", "ok"): "1",
    }
    assert len(table) == 9 + 1 + 6


def test_the_table_is_followed_by_the_operations_never_called(pytester: pytest.Pytester) -> None:
    lines = section(run(pytester, CREATE, "--mgh-report"))
    text = " ".join(" ".join(lines).split())
    assert "Never called, migrationhub-config: CreateHomeRegionControl, DeleteHomeRegion" in text
    (mgh,) = re.findall(r"Never called, mgh: (.*?) Never", text)
    assert len(mgh.split(", ")) == 20
    assert max(map(len, lines)) <= 80


def test_the_table_ends_with_the_percentage(pytester: pytest.Pytester) -> None:
    lines = section(run(pytester, GET, "--mgh-report"))
    assert lines[-1] == "1 of 6 declared outcomes exercised (16.6%) by 1 call of 1 operation"


def test_a_report_in_a_file_is_announced_without_the_table(pytester: pytest.Pytester) -> None:
    lines = section(run(pytester, GET, "--mgh-report=report.json"))
    assert lines == [
        "1 of 6 declared outcomes exercised (16.6%) by 1 call of 1 operation",
        f"Report written to {pytester.path / 'report.json'}",
    ]


def test_the_table_and_files_may_be_requested_at_once(pytester: pytest.Pytester) -> None:
    options = ("--mgh-report", "--mgh-report=report.json", "--mgh-report=report.html")
    lines = section(run(pytester, GET, *options))
    assert lines[0].split() == ["operation", "outcome", "calls"]
    assert counts(read(pytester)) == {"GetHomeRegion ok": 1}
    assert "GetHomeRegion" in (pytester.path / "report.html").read_text("utf-8")


def test_the_table_may_be_requested_before_a_path(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_it=HELPERS + CREATE)
    result = pytester.runpytest_inprocess("--mgh-report=-", "test_it.py")
    assert rows(section(result))["CreateProgressUpdateStream", "ok"] == "1"


# the files


def test_a_report_is_written_relative_to_the_directory_of_the_run(
    pytester: pytest.Pytester, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    source = f"""
def test_it(mgh_client, monkeypatch):
    create(mgh_client)
    monkeypatch.chdir({str(elsewhere)!r})

def test_other():
    import os
    os.chdir({str(elsewhere)!r})
"""
    assert exercised(pytester, source) == CREATED


def test_a_report_replaces_an_older_one(pytester: pytest.Pytester) -> None:
    (pytester.path / "report.json").write_text("x" * 100_000, "utf-8")
    assert exercised(pytester, CREATE) == CREATED


def test_a_report_that_can_no_longer_be_written_fails_the_run(pytester: pytest.Pytester) -> None:
    (pytester.path / "out").mkdir()
    source = CREATE + "    import pathlib; pathlib.Path('out').rmdir()\n"
    result = run(pytester, source, "--mgh-report=out/report.json")
    assert result.ret == 1
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["FAIL *report.json*"])


def test_the_schema_of_reports_is_valid() -> None:
    Draft202012Validator.check_schema(schemas.load("hub", "report"))


class _Tables(HTMLParser):
    """Reads the tables of a page: rows of texts, and the classes of cells."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._in_cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
            self._in_cell = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._in_cell = False

    def handle_data(self, data: str) -> None:
        if self._in_cell:
            self.rows[-1][-1] += data.strip()


def read_page(path: Path) -> _Tables:
    tables = _Tables()
    tables.feed(path.read_text("utf-8"))
    return tables


def test_the_page_has_a_matrix_of_operations_and_outcomes(pytester: pytest.Pytester) -> None:
    run(
        pytester,
        """
def test_it(mgh, mgh_client):
    create(mgh_client)
    fail(mgh_client.create_progress_update_stream, **STREAM, DryRun=True)
    mgh.fail("ListMigrationTasks", "ConnectTimeout")
    mgh_client.list_migration_tasks()
""",
        "--mgh-report=report.html",
    )
    head, create, tasks = read_page(pytester.path / "report.html").rows
    assert head[:4] == ["operation", "all calls", "ok", "DryRunOperation"]
    assert head[-1] == "ConnectTimeout"
    assert dict(zip(head, create, strict=True)) == {
        "operation": "CreateProgressUpdateStream",
        "all calls": "2",
        "ok": "1",
        "DryRunOperation": "1",
        **dict.fromkeys(head[4:], "never"),
        "PolicyErrorException": "",
        "ResourceNotFoundException": "",
        "ConnectTimeout": "",
    }
    called = [name for name, cell in zip(head, tasks, strict=True) if cell.isdecimal()]
    assert called == ["all calls", "ok", "ConnectTimeout"]


def test_the_page_of_a_run_without_a_call_reports_none(pytester: pytest.Pytester) -> None:
    run(pytester, UNUSED, "--mgh-report=report.html")
    page = (pytester.path / "report.html").read_text("utf-8")
    assert "No call was made" in page
    assert read_page(pytester.path / "report.html").rows == []


def test_the_page_fetches_nothing(tmp_path: Path) -> None:
    write_report(tmp_path / "page.html", make_report({("mgh", "ListMigrationTasks", "ok"): 1}))
    page = (tmp_path / "page.html").read_text("utf-8")
    assert re.findall(r"https?:|//|url\(|@import", page) == []
    tags = read_page(tmp_path / "page.html").tags
    assert {tag for tag, _ in tags} & {"script", "link", "img", "iframe"} == set()
    assert [attributes for _, attributes in tags if {"src", "href"} & attributes.keys()] == []


def test_the_page_has_a_light_and_a_dark_theme(tmp_path: Path) -> None:
    write_report(tmp_path / "page.html", make_report({}))
    page = (tmp_path / "page.html").read_text("utf-8")
    light, dark = re.findall(r":root \{(.*?)\}", page, re.DOTALL)
    assert "color-scheme: light dark" in light
    colours = set(re.findall(r"--[\w-]+(?=:)", light))
    assert colours == set(re.findall(r"--[\w-]+(?=:)", dark))
    assert colours == set(re.findall(r"var\((--[\w-]+)\)", page))


def test_the_page_escapes_text(tmp_path: Path) -> None:
    evil = "<script>alert(1)</script>"
    write_report(tmp_path / "page.html", make_report({(evil, evil, evil): 1}, [evil]))
    page = (tmp_path / "page.html").read_text("utf-8")
    assert evil not in page
    assert page.count("&lt;script&gt;alert(1)") == 4


# wrong options

WRONG = {
    "an ending": ("--mgh-report=report.htm", ["report.htm: ", "must end in .html or .json"]),
    "no ending": ("--mgh-report=report", ["--mgh-report=report: ", "must end in .html or .json"]),
    "no name": ("--mgh-report=", ["--mgh-report: no file name after the ="]),
    "a folder that is not there": (
        "--mgh-report=nowhere/report.json",
        ["--mgh-report=nowhere/report.json: ", "can't be written", "Allowed: a file in a"],
    ),
    "a folder": ("--mgh-report=folder.json", ["--mgh-report=folder.json: ", "can't be written"]),
    "a file as folder": ("--mgh-report=it.json/x.json", ["it.json/x.json: ", "can't be written"]),
    "events nowhere": ("--mgh-events=nowhere/log.json", ["--mgh-events=nowhere/log.json: "]),
    "events in a folder": ("--mgh-events=.", ["--mgh-events=.: ", "can't be written"]),
    "a policy nowhere": ("--mgh-policy=nowhere/p.json", ["--mgh-policy=nowhere/p.json: "]),
    "an empty name of a policy": ("--mgh-policy=", ["--mgh-policy: no file name after the ="]),
    "no percent": ("--mgh-fail-under=many", ["--mgh-fail-under=many: ", "from 0 to 100"]),
    "too many percent": ("--mgh-fail-under=100.1", ["--mgh-fail-under=100.1: ", "from 0 to 100"]),
    "less than nothing": ("--mgh-fail-under=-1", ["--mgh-fail-under=-1: ", "from 0 to 100"]),
    "not a number": ("--mgh-fail-under=nan", ["--mgh-fail-under=nan: ", "from 0 to 100"]),
    "an empty percent": ("--mgh-fail-under=", ["--mgh-fail-under=: ", "from 0 to 100"]),
    "an empty name of a log": (
        "--mgh-events=",
        ["--mgh-events: no file name after the ="],
    ),
}


@pytest.mark.parametrize(("option", "parts"), WRONG.values(), ids=WRONG)
def test_a_wrong_option_is_refused_before_the_first_test(
    pytester: pytest.Pytester, option: str, parts: list[str]
) -> None:
    (pytester.path / "folder.json").mkdir()
    (pytester.path / "it.json").write_text("{}", "utf-8")
    result = run(pytester, CREATE, option)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    (error,) = [line for line in result.errlines if line.startswith("ERROR: ")]
    assert [part for part in parts if part not in error] == []
    result.stdout.no_fnmatch_line("*collected*")


def test_a_wrong_option_is_refused_if_tests_are_only_collected(
    pytester: pytest.Pytester,
) -> None:
    result = run(pytester, CREATE, "--collect-only", "--mgh-fail-under=many")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: --mgh-fail-under=many: *from 0 to 100"])


@pytest.mark.parametrize("events", ["./one.json", "folder/../one.json", "link.json"])
def test_a_report_and_a_log_in_one_file_are_refused(pytester: pytest.Pytester, events: str) -> None:
    (pytester.path / "folder").mkdir()
    (pytester.path / "link.json").symlink_to("one.json")
    result = run(pytester, CREATE, "--mgh-report=one.json", f"--mgh-events={events}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert (
        f"--mgh-events={events}: the report is already written to that file" in result.stderr.str()
    )
    assert (pytester.path / "link.json").is_symlink()
    assert not (pytester.path / "one.json").exists()


@pytest.mark.parametrize(
    ("other", "what"), [("report", "the report is"), ("events", "the events are")]
)
def test_a_policy_needs_its_own_file(pytester: pytest.Pytester, other: str, what: str) -> None:
    result = run(pytester, CREATE, f"--mgh-{other}=one.json", "--mgh-policy=./one.json")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert f"--mgh-policy=./one.json: {what} already written to that file" in result.stderr.str()


def test_a_dash_is_a_file_name_for_the_events(pytester: pytest.Pytester) -> None:
    run(pytester, CREATE, "--mgh-report=-", "--mgh-events=-").assert_outcomes(passed=1)
    assert (pytester.path / "-").exists()


def test_a_test_path_taken_as_the_value_of_the_option_is_refused_with_a_hint(
    pytester: pytest.Pytester,
) -> None:
    (pytester.path / "tests").mkdir()
    result = run(pytester, CREATE, "--mgh-report", "tests")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "If tests is a test to run, write: --mgh-report=- tests" in (result.stderr.str())


def test_an_html_report_without_jinja2_is_refused_with_the_extra_to_install(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)
    result = run(pytester, CREATE, "--mgh-report=report.html")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "pip install 'pytest-mgh[report]'" in result.stderr.str()


def test_a_report_in_json_needs_no_jinja2(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)
    assert exercised(pytester, CREATE) == CREATED


def test_a_refused_run_leaves_no_file(pytester: pytest.Pytester) -> None:
    run(pytester, CREATE, "--mgh-report=report.json", "--mgh-fail-under=200")
    assert not (pytester.path / "report.json").exists()
