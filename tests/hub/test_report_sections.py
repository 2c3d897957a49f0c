from __future__ import annotations

import re

import pytest
from warm_processes import warm_workers

TITLE = "Migration Hub calls"
HELPERS = """
import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, EndpointConnectionError
from pytest_mgh import mock_mgh

TASK = {"ProgressUpdateStream": "SMS", "MigrationTaskName": "task"}
UPDATE = {"UpdateDateTime": 1493660853, "NextUpdateSeconds": 60}

def create(client, name="SMS"):
    client.create_progress_update_stream(ProgressUpdateStreamName=name)

def start(client, **state):
    create(client)
    client.import_migration_task(**TASK)
    client.notify_migration_task_state(**TASK, Task={"Status": "IN_PROGRESS", **state}, **UPDATE)

"""


def run(pytester: pytest.Pytester, source: str, *options: str) -> pytest.RunResult:
    """Run tests in this process, which is fastest."""
    pytester.makepyfile(HELPERS + source)
    return pytester.runpytest_inprocess("-W", "error", "--assert=rewrite", *options)


def section(result: pytest.RunResult, title: str = TITLE) -> list[str]:
    """Return the lines of a section, of that about calls; `AssertionError` without one."""
    lines = result.outlines
    titles = [at for at, line in enumerate(lines) if re.fullmatch(f"-+ {title} -+", line)]
    assert len(titles) == 1
    found = []
    for line in lines[titles[0] + 1 :]:
        if re.match(r"[-=_]{3}", line):
            break
        found.append(line)
    return found


# the section


def test_a_failing_test_reports_its_calls(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
def test_it(mgh_client):
    create(mgh_client)
    mgh_client.import_migration_task(**TASK)
    assert False
""",
    )
    result.assert_outcomes(failed=1)
    first, second = section(result)
    assert ("CreateProgressUpdateStream" in first, "ImportMigrationTask" in second) == (True, True)


def test_a_reported_call_has_its_key_members(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
def test_it(mgh_client):
    start(mgh_client)
    assert False
""",
    )
    *_, line = section(result)
    for part in ("NotifyMigrationTaskState(", "=SMS", "=task", "IN_PROGRESS"):
        assert part in line


def test_a_successful_call_is_reported_as_ok(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
def test_it(mgh_client):
    create(mgh_client)
    assert False
""",
    )
    (line,) = section(result)
    assert line.endswith("-> ok")


def test_a_failed_call_is_reported_with_code_and_message(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
def test_it(mgh_client):
    mgh_client.import_migration_task(**TASK)
""",
    )
    (line,) = section(result)
    outcome = "ResourceNotFoundException: Progress update stream 'SMS' does not exist."
    assert line.endswith(f"-> {outcome}")


def test_an_injected_error_is_reported(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
def test_it(mgh, mgh_client):
    mgh.fail("ListMigrationTasks", "PolicyErrorException", message="a policy is missing")
    mgh_client.list_migration_tasks()
""",
    )
    (line,) = section(result)
    assert line.endswith("-> PolicyErrorException: a policy is missing")


def test_each_attempt_of_a_call_is_reported(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
def test_it(mgh):
    client = mgh.client(config=Config(retries={"mode": "standard", "total_max_attempts": 3}))
    mgh.fail("ListMigrationTasks", "InternalServerError", times=2)
    client.list_migration_tasks()
    assert False
""",
    )
    failed, succeeded = section(result)
    assert failed.endswith("-> InternalServerError: InternalServerError (injected) (x2)")
    assert succeeded.endswith("-> ok")


def test_the_callers_are_reported(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
def test_it(mgh):
    create(boto3.client("mgh", **mgh.principal("somebody").credentials))
    assert False
""",
    )
    (line,) = section(result)
    assert "by somebody" in line


def test_only_the_last_thirty_calls_are_reported(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
def test_it(mgh_client):
    for number in range(40):
        create(mgh_client, f"stream-{number:02}")
    assert False
""",
    )
    reported = re.findall(r"stream-(\d\d)", "\n".join(section(result)))
    assert reported == [f"{number:02}" for number in range(10, 40)]


def test_the_calls_that_are_left_out_are_counted(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
def test_it(mgh_client):
    for number in range(40):
        create(mgh_client, f"stream-{number:02}")
    assert False
""",
    )
    assert section(result)[0] == "10 earlier calls left out"


def test_equal_calls_in_a_row_are_reported_in_one_line(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
def test_it(mgh_client):
    create(mgh_client)
    for _ in range(45):
        mgh_client.list_migration_tasks()
    create(mgh_client)
    assert False
""",
    )
    first, middle, last = section(result)
    assert (first.endswith("-> ok"), last.endswith("-> ok")) == (True, True)
    assert middle.endswith("-> ok (x45)")


def test_a_time_is_reported_as_a_date(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
def test_it(mgh_client):
    start(mgh_client)
    assert False
""",
    )
    assert "UpdateDateTime=2017-05-01T17:47:33Z" in section(result)[-1]


def hints(pytester: pytest.Pytester, source: str, title: str = TITLE) -> list[str]:
    """Return the hints in the section of a failing test."""
    lines = section(run(pytester, source), title)
    return [line for line in lines if not re.match(r"\d{4}-|\w+: '", line)]


ELSEWHERE = """
def test_it(mgh, monkeypatch):
    monkeypatch.setenv("AWS_DEFAULT_REGION", "{region}")
    create(boto3.client("mgh"))
"""


@pytest.mark.parametrize(
    ("region", "title", "instead"),
    [
        ("eu-west-1", TITLE, ", or set mgh_home_region = eu-west-1 in pytest's configuration"),
        ("us-west-1", "Migration Hub notes", ""),
    ],
    ids=["one that can be home", "one that cannot"],
)
def test_a_region_that_a_test_set_in_the_environment_is_reported(
    pytester: pytest.Pytester, region: str, title: str, instead: str
) -> None:
    (hint,) = hints(pytester, ELSEWHERE.format(region=region), title)

    assert hint == (
        f"AWS_DEFAULT_REGION={region} was set inside the mock, so clients without a Region of "
        f"their own call {region}: leave it as the mock sets it{instead}"
    )


MOVED = """
def test_it(mgh):
    mgh.home_region = "eu-central-1"
    create(boto3.client("mgh"))
"""


@pytest.mark.parametrize("region", [None, "us-west-2", "eu-west-1", "us-east-2"])
def test_no_variable_is_blamed_after_a_change_of_the_home_region(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, region: str | None
) -> None:
    set_region(monkeypatch, region)

    (hint,) = hints(pytester, MOVED)

    initial = region if region == "eu-west-1" else "us-west-2"
    assert hint == (
        f"the home Region was {initial} when the mock began, and clients without a Region of their "
        "own still call it: give them a Region, or set AWS_DEFAULT_REGION, where the home Region "
        "is set"
    )


def set_region(monkeypatch: pytest.MonkeyPatch, region: str | None) -> None:
    if region is None:
        monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    else:
        monkeypatch.setenv("AWS_DEFAULT_REGION", region)


EXPLICIT = """
def test_it(mgh):
    create(boto3.client("mgh", "{region}"))

def test_with():
    with mock_mgh(home_region="us-west-2"):
        create(boto3.client("mgh", "{region}"))
"""


@pytest.mark.parametrize("variable", [None, "us-west-2", "eu-west-1", "us-east-2", ""])
def test_no_variable_is_blamed_if_the_client_was_given_its_region(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, variable: str | None
) -> None:
    set_region(monkeypatch, variable)

    result = run(pytester, EXPLICIT.format(region="ap-northeast-1"))

    result.assert_outcomes(failed=2)
    result.stdout.no_fnmatch_line("*AWS_DEFAULT_REGION*")
    result.stdout.fnmatch_lines(["*InvalidInputException*ap-northeast-1*the home region*is us-*"])


READ = """
def test_it(mgh):
    create(mgh.client())
    mgh.add_server("web-1")
    boto3.client("mgh", "eu-west-1").list_migration_tasks()
    boto3.client("mgh", "eu-west-1").list_progress_update_streams()
    boto3.client("mgh", "eu-west-1").list_progress_update_streams()
    boto3.client("migrationhub-config", "eu-west-1").get_home_region()
    assert False
"""


def test_a_read_from_another_region_that_finds_nothing_is_reported(
    pytester: pytest.Pytester,
) -> None:
    assert hints(pytester, READ) == [
        f"{operation} in eu-west-1 found nothing, because eu-west-1 is empty: the hub's data "
        "is in the home Region, us-west-2"
        for operation in ("ListMigrationTasks", "ListProgressUpdateStreams")
    ]


@pytest.mark.parametrize(
    "before",
    ["", "mgh.home_region = 'eu-west-1'; create(mgh.client()); mgh.home_region = 'us-west-2'"],
    ids=["nothing is anywhere", "something was there"],
)
def test_a_read_from_another_region_that_finds_something_is_not_reported(
    pytester: pytest.Pytester, before: str
) -> None:
    source = f"""
def test_it(mgh):
    {before or "pass"}
    boto3.client("mgh", "eu-west-1").list_migration_tasks()
    assert False
"""
    assert hints(pytester, source) == []


def test_region_and_account_are_reported_if_they_are_not_the_default(
    pytester: pytest.Pytester,
) -> None:
    result = run(
        pytester,
        """
def test_it(mgh):
    create(mgh.client(), "home")
    mgh.client(region_name="eu-west-1").list_migration_tasks()
    other = mgh.principal("vendor", account_id="210987654321")
    for region in ("us-west-2", "eu-central-1"):
        client = mgh.client("migrationhub-config", region_name=region, **other.credentials)
        client.get_home_region()
    print(*mgh.events.lines(), sep="\\n")
    assert mgh.events == []
""",
    )
    reported = [
        "* CreateProgressUpdateStream(*) by migration-tool -> ok",
        "* ListMigrationTasks() by migration-tool in eu-west-1 -> ok",
        "* GetHomeRegion() by vendor of account 210987654321 -> ok",
        "* GetHomeRegion() by vendor in eu-central-1 of account 210987654321 -> ok",
    ]
    result.stdout.fnmatch_lines(["E *The calls:*", *reported, "*Captured stdout call*", *reported])
    result.stdout.fnmatch_lines([f"*{TITLE}*", *reported])


LONG = """
def test_it(mgh_client):
    create(mgh_client, "s" * 50)
    task = {"ProgressUpdateStream": "s" * 50, "MigrationTaskName": "task-" + "n" * 250}
    mgh_client.import_migration_task(**task)
    state = {"Status": "IN_PROGRESS", "StatusDetail": "said a lot " * 40, "ProgressPercent": 50}
    other = {**task, "MigrationTaskName": "many words " * 20}
    mgh_client.import_migration_task(**other)
    mgh_client.notify_migration_task_state(**other, Task=state, **UPDATE)
    mgh_client.put_resource_attributes(
        **task,
        ResourceAttributeList=[{"Type": "BIOS_ID", "Value": "v" * 256} for _ in range(100)],
    )
    mgh_client.associate_created_artifact(
        **task,
        CreatedArtifact={"Name": "arn:aws:ec2::123456789012:image/" + "a" * 1000},
    )
    with pytest.raises(ClientError):
        mgh_client.import_migration_task(ProgressUpdateStream="x" * 50, MigrationTaskName="y" * 256)
    assert False
"""


def test_each_call_is_reported_in_one_line_below_300_characters(pytester: pytest.Pytester) -> None:
    *lines, refused = section(run(pytester, LONG))
    assert len(lines) == 6
    assert max(map(len, lines)) <= 300
    assert "ProgressUpdateStream=" + "x" * 50 + ", MigrationTaskName=" + "y" * 256 in refused


def test_a_long_call_is_reported_with_its_outcome(pytester: pytest.Pytester) -> None:
    *lines, refused = section(run(pytester, LONG))
    assert [line for line in lines if not line.endswith("-> ok")] == []
    assert "-> ResourceNotFoundException" in refused


def test_a_long_name_is_cut_off_in_the_report(pytester: pytest.Pytester) -> None:
    assert "MigrationTaskName=task-nnn" in section(run(pytester, LONG))[1]


def test_a_message_of_many_lines_is_reported_in_one_line(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
def test_it(mgh, mgh_client):
    mgh.fail("ListMigrationTasks", "PolicyErrorException", message="one\\ntwo\\nthree")
    mgh_client.list_migration_tasks()
""",
    )
    (line,) = section(result)
    assert line.endswith("one two three")


# positions


def test_a_passing_test_has_no_section(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
def test_it(mgh_client):
    create(mgh_client)
""",
        "-rA",
    )
    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line(f"*{TITLE}*")


def test_a_failing_test_without_calls_has_no_section(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
def test_it(mgh):
    assert False
""",
    )
    result.assert_outcomes(failed=1)
    result.stdout.no_fnmatch_line(f"*{TITLE}*")


def test_a_failing_test_does_not_report_the_calls_of_another(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
def test_first(mgh_client):
    create(mgh_client, "first")

def test_second(mgh_client):
    create(mgh_client, "second")
    assert False
""",
    )
    (line,) = section(result)
    assert ("first" in line, "second" in line) == (False, True)


def test_a_test_that_fails_after_its_mock_reports_the_calls(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
def test_it():
    with mock_mgh() as hub:
        create(hub.client())
    assert False
""",
    )
    assert len(section(result)) == 1


def test_a_test_with_many_hubs_reports_the_last_ones(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
def test_it():
    for number in range(8):
        with mock_mgh() as hub:
            create(hub.client(), f"s{number}")
    assert False
""",
    )

    reported = [line for line in result.outlines if line.startswith("20")]
    assert [f"s{number})" in line for number, line in enumerate(reported, 5)] == [True] * 3


def test_a_decorated_test_reports_its_calls(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
@mock_mgh
def test_it():
    create(boto3.client("mgh"))
    assert False
""",
    )
    assert len(section(result)) == 1


def test_a_marked_method_of_a_test_case_reports_its_calls(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
import unittest

class TestCase(unittest.TestCase):
    @pytest.mark.mgh
    def test_it(self):
        create(boto3.client("mgh"))
        self.fail()
""",
    )
    assert len(section(result)) == 1


def test_a_failing_fixture_reports_the_calls(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
@pytest.fixture
def broken(mgh_client):
    create(mgh_client)
    raise RuntimeError

def test_it(broken):
    pass
""",
    )
    result.assert_outcomes(errors=1)
    assert len(section(result)) == 1


def test_a_failing_teardown_reports_the_calls(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
@pytest.fixture
def broken(mgh_client):
    yield
    raise RuntimeError

def test_it(broken, mgh_client):
    create(mgh_client)
""",
    )
    result.assert_outcomes(passed=1, errors=1)
    assert len(section(result)) == 1


def test_a_skipped_test_has_no_section(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
def test_it(mgh_client):
    create(mgh_client)
    pytest.skip("not today")
""",
        "-rA",
    )
    result.assert_outcomes(skipped=1)
    result.stdout.no_fnmatch_line(f"*{TITLE}*")


def test_a_failing_test_reports_its_calls_under_xdist(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    warm_workers(monkeypatch)
    result = run(
        pytester,
        """
def test_first(mgh_client):
    create(mgh_client, "first")
    assert False

def test_second(mgh_client):
    create(mgh_client, "second")
""",
        *("-p", "xdist", "-n", "1", "--assert=plain"),
    )
    result.assert_outcomes(failed=1, passed=1)
    (line,) = section(result)
    assert "first" in line


# comparisons


def explanation(result: pytest.RunResult) -> str:
    return "\n".join(line for line in result.outlines if line.startswith("E "))


def test_comparing_tasks_shows_the_differing_field(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
def test_it(mgh, mgh_client):
    start(mgh_client, ProgressPercent=40)
    before = mgh.task("SMS", "task")
    mgh_client.notify_migration_task_state(
        **TASK, Task={"Status": "IN_PROGRESS", "ProgressPercent": 41}, **UPDATE
    )
    assert mgh.task("SMS", "task") == before
""",
    )
    result.assert_outcomes(failed=1)
    shown = explanation(result)
    assert "Differing attributes" in shown
    assert re.search(r"progress_percent.*41 != 40", shown)


def test_comparing_histories_shows_the_differing_update(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
def test_it(mgh, mgh_client):
    start(mgh_client)
    before = mgh.task("SMS", "task")
    mgh_client.notify_migration_task_state(**TASK, Task={"Status": "IN_PROGRESS"}, **UPDATE)
    assert mgh.task("SMS", "task") == before
""",
        "-vv",
    )
    shown = explanation(result)
    assert "updates" in shown
    assert "contains one more item: UpdateView(" in shown


def test_comparing_views_shows_the_first_difference(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
def test_it(mgh, mgh_client):
    create(mgh_client, "a")
    before = mgh.streams
    create(mgh_client, "b")
    assert mgh.streams == before
""",
    )
    assert "contains one more item: StreamView(name='b'" in explanation(result)


def test_comparing_servers_shows_the_differing_field(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
def test_it(mgh):
    assert mgh.add_server("db1", configuration_id="d-1") == mgh.add_server("db2")
""",
        "-vv",
    )
    assert re.search(r"hostname.*'db1' != 'db2'", explanation(result))


@pytest.mark.parametrize("options", [(), ("-vv",)], ids=["brief", "verbose"])
def test_comparing_events_with_an_empty_list_shows_the_events(
    pytester: pytest.Pytester, options: tuple[str, ...]
) -> None:
    result = run(
        pytester,
        """
def test_it(mgh, mgh_client):
    create(mgh_client, "a")
    assert mgh.events.of("CreateProgressUpdateStream") == []
""",
        *options,
    )
    result.assert_outcomes(failed=1)
    shown = explanation(result)
    assert "CreateProgressUpdateStream" in shown
    assert "object at 0x" not in shown


def test_comparing_the_length_of_events_shows_the_events(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
def test_it(mgh, mgh_client):
    create(mgh_client, "a")
    assert len(mgh.events) == 2
""",
    )
    shown = explanation(result)
    assert "1 == 2" in shown
    assert "CreateProgressUpdateStream(ProgressUpdateStreamName=a)" in shown


def test_comparing_events_shows_the_differing_record(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
def test_it(mgh, mgh_client):
    create(mgh_client, "a")
    create(mgh_client, "b")
    first, second = mgh.events
    assert mgh.events == [first, {**second, "awsRegion": "eu-central-1"}]
""",
    )
    assert "At index 1 diff" in explanation(result)
