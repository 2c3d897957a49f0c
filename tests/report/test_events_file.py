"""`--mgh-events=FILE`: all calls of a run as a CloudTrail log file."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from inner_runs import run_in_fork
from jsonschema import Draft202012Validator

from pytest_mgh.cloudtrail.log_file import is_compressed, write_log
from pytest_mgh.protocol import schemas

HELPERS = """
import json
import pathlib
import pytest
from pytest_mgh import mock_mgh
from pytest_mgh.protocol.messages import WireRequest

def create(client, name="SMS"):
    client.create_progress_update_stream(ProgressUpdateStreamName=name)

"""
CREATE = """
def test_it(mgh_client):
    create(mgh_client)
"""


def run(
    pytester: pytest.Pytester, source: str, *options: str, file: str = "log.json"
) -> pytest.RunResult:
    pytester.makepyfile(HELPERS + source)
    return pytester.runpytest_inprocess("-W", "error", f"--mgh-events={file}", *options)


def read(path: Path) -> list[dict[str, Any]]:
    """Return the records of a log file that is valid."""
    content = path.read_bytes()
    log = json.loads(gzip.decompress(content) if path.suffix == ".gz" else content)
    assert log.keys() == {"Records"}
    validator = Draft202012Validator(schemas.load("cloudtrail", "record"))
    for record in log["Records"]:
        validator.validate(record)
    return list(log["Records"])


def logged(pytester: pytest.Pytester, source: str) -> list[dict[str, Any]]:
    run(pytester, source)
    return read(pytester.path / "log.json")


def streams(records: list[dict[str, Any]]) -> list[str]:
    return [record["requestParameters"]["progressUpdateStreamName"] for record in records]


def test_a_record_in_the_file_equals_the_record_of_the_hub(pytester: pytest.Pytester) -> None:
    source = """
def test_it(mgh, mgh_client):
    create(mgh_client)
    mgh.fail("ListMigrationTasks", "ThrottlingException")
    mgh_client.list_migration_tasks()
    pathlib.Path("events.json").write_text(json.dumps([*mgh.events]))
"""
    records = logged(pytester, source)
    assert len(records) == 3
    assert records == json.loads((pytester.path / "events.json").read_text("utf-8"))


def test_a_file_that_ends_in_gz_is_compressed(pytester: pytest.Pytester) -> None:
    run(pytester, CREATE, file="log.json.gz")
    (record,) = read(pytester.path / "log.json.gz")
    assert record["eventName"] == "CreateProgressUpdateStream"


def test_the_end_of_the_run_shows_the_number_of_events(pytester: pytest.Pytester) -> None:
    result = run(pytester, CREATE)
    result.stdout.fnmatch_lines([f"Events written to {pytester.path / 'log.json'}: 1"])


def test_the_log_has_the_calls_of_all_hubs(pytester: pytest.Pytester) -> None:
    source = """
@pytest.fixture(scope="session")
def hub():
    with mock_mgh() as hub:
        yield hub
        create(hub.client(), "teardown")

def test_one(hub):
    create(hub.client(), "session")
    with mock_mgh() as inner:
        create(inner.client(), "nested")

def test_two():
    pass
"""
    assert streams(logged(pytester, source)) == ["session", "nested", "teardown"]


def test_the_log_has_calls_that_the_hub_discarded_once(pytester: pytest.Pytester) -> None:
    source = """
def test_it(mgh, mgh_client):
    create(mgh_client, "first")
    before = mgh.snapshot()
    mgh.reset()
    create(mgh_client, "second")
    mgh.restore(before)
    create(mgh_client, "third")
"""
    assert streams(logged(pytester, source)) == ["first", "second", "third"]


@pytest.mark.parametrize("end", ["assert False", "pytest.skip('not today')", "raise OSError"])
def test_the_log_has_the_calls_of_a_failing_test(pytester: pytest.Pytester, end: str) -> None:
    assert streams(logged(pytester, f"{CREATE}    {end}\n")) == ["SMS"]


def test_the_records_are_sorted_by_time(pytester: pytest.Pytester) -> None:
    source = """
@pytest.mark.parametrize("days", [3, 0, 2, 1])
def test_it(mgh, mgh_client, days):
    mgh.advance(days * 86400)
    create(mgh_client, f"{days}a")
    create(mgh_client, f"{days}b")
"""
    records = logged(pytester, source)
    assert streams(records) == ["0a", "0b", "1a", "1b", "2a", "2b", "3a", "3b"]
    times = [record["eventTime"] for record in records]
    assert times == sorted(times)


def test_simultaneous_calls_keep_their_order(pytester: pytest.Pytester) -> None:
    source = """
@pytest.mark.parametrize("test", [1, 0])
def test_it(mgh_client, test, time_machine):
    time_machine.move_to("2025-11-01T12:00:00Z", tick=False)
    for call in (1, 0):
        create(mgh_client, f"{test}{call}")
"""
    run(pytester, source, "-p", "time_machine")
    assert streams(read(pytester.path / "log.json")) == ["11", "10", "01", "00"]


def test_every_event_has_its_own_id(pytester: pytest.Pytester) -> None:
    source = """
@pytest.mark.parametrize("number", range(3))
def test_it(mgh_client, number):
    create(mgh_client, "a")
    create(mgh_client, "b")
"""
    records = logged(pytester, source)
    assert len({record["requestID"] for record in records}) == 2  # each hub generates the same ones
    assert len({record["eventID"] for record in records}) == 6


def test_ids_of_events_are_the_same_in_every_run(pytester: pytest.Pytester) -> None:
    source = """
@pytest.mark.parametrize("number", range(2))
def test_it(mgh_client, number):
    create(mgh_client)
"""
    first, second = ([one["eventID"] for one in logged(pytester, source)] for _ in range(2))
    assert first == second


def test_the_log_has_no_call_of_an_unknown_caller(pytester: pytest.Pytester) -> None:
    source = """
def test_it(mgh, mgh_client):
    headers = {
        "x-amz-target": "AWSMigrationHub.ListMigrationTasks",
        "content-type": "application/x-amz-json-1.1",
    }
    mgh.answer(WireRequest(headers, b"{}"))
    create(mgh_client)
"""
    assert [one["eventName"] for one in logged(pytester, source)] == ["CreateProgressUpdateStream"]


@pytest.mark.parametrize("source", ["def test_it(): pass", ""], ids=["no call", "no test"])
def test_a_run_without_a_call_writes_a_log_without_records(
    pytester: pytest.Pytester, source: str
) -> None:
    assert logged(pytester, source) == []


def test_a_log_that_can_no_longer_be_written_fails_the_run(pytester: pytest.Pytester) -> None:
    (pytester.path / "out").mkdir()
    source = CREATE + "    pathlib.Path('out').rmdir()\n"
    result = run(pytester, source, file="out/log.json")
    assert result.ret == 1
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["FAIL *log.json*"])


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")
def test_the_records_of_a_forked_process_do_not_spoil_the_log(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        HELPERS
        + """
import os

def test_it(mgh_client):
    create(mgh_client, "parent")
    child = os.fork()
    if not child:
        for number in range(50):
            create(mgh_client, f"child-{number}")
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    create(mgh_client, "parent again")
"""
    )
    run_in_fork(pytester, "--mgh-events=log.json")
    assert streams(read(pytester.path / "log.json")) == ["parent", "parent again"]


# write_log


def write(path: str | Path, records: Iterable[Any]) -> int:
    with Path(path).open("wb") as file:
        return write_log(file, records, compress=is_compressed(str(path)))


@pytest.mark.parametrize("name", ["log.json", "log.json.gz", "LOG.JSON.GZ", "log"])
@pytest.mark.parametrize("kind", [str, Path])
def test_a_log_holds_the_given_records(tmp_path: Path, name: str, kind: type[str | Path]) -> None:
    records = [{"eventName": "ListMigrationTasks", "said": "\ud800 \u00e9 \n"}, {"eventName": "B"}]
    path = tmp_path / name
    assert write(kind(path), iter(records)) == 2
    content = path.read_bytes()
    is_compressed = content.startswith(b"\x1f\x8b")
    assert is_compressed is name.lower().endswith(".gz")
    log = json.loads(gzip.decompress(content) if is_compressed else content)
    assert log == {"Records": records}


def test_a_log_has_a_line_for_each_record(tmp_path: Path) -> None:
    write(tmp_path / "log.json", [{"a": 1}, {"b": 2}])
    assert (tmp_path / "log.json").read_text("utf-8").splitlines() == [
        '{"Records": [',
        '{"a": 1},',
        '{"b": 2}',
        "]}",
    ]


def test_a_log_without_calls_has_no_records(tmp_path: Path) -> None:
    assert write(tmp_path / "log.json", []) == 0
    assert json.loads((tmp_path / "log.json").read_bytes()) == {"Records": []}


def test_the_events_of_a_hub_can_be_written(tmp_path: Path) -> None:
    from pytest_mgh import mock_mgh

    with mock_mgh() as hub:
        hub.client().list_migration_tasks()
    assert write(tmp_path / "log.json", hub.events) == 1
    assert read(tmp_path / "log.json") == hub.events
