"""A whole wave: the state of Migration Hub after the tool has run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from liftoff.inventory import Server
from liftoff.migrate import migrate_wave
from liftoff.steps import Step, StepError, rehost

if TYPE_CHECKING:
    from liftoff.discovery import Discovery
    from liftoff.reporting import Reporter

    from pytest_mgh import MigrationHub

WEB_01 = "shop-web-01"
LEGACY = "payroll-db-01"


def build_server(name: str) -> Server:
    return Server(name, f"{name}.example.com", "ubuntu-22.04", "ami-0b7d41c9a2f3e5041", "c6i.large")


def test_every_server_of_the_wave_has_a_task(
    mgh: MigrationHub, wave: list[Server], reporter: Reporter, discovery: Discovery
) -> None:
    outcome = migrate_wave(wave, reporter, discovery)

    assert [stream.name for stream in mgh.streams] == ["Liftoff"]
    assert set(mgh.streams[0].tasks) == {server.name for server in wave}
    assert len(outcome.completed) == len(wave) - 1
    assert list(outcome.failed) == [LEGACY]


def test_a_server_that_moves_reports_each_step(
    mgh: MigrationHub, wave: list[Server], reporter: Reporter, discovery: Discovery
) -> None:
    migrate_wave(wave, reporter, discovery)

    task = mgh.task("Liftoff", WEB_01)
    assert (task.status, task.progress_percent) == ("COMPLETED", 100)
    assert task.status_detail == "Running as m6i.large"
    percents = [update.progress_percent for update in task.updates]
    assert [*dict.fromkeys(percents)] == [10, 30, 50, 60, 70, 80, 90, 100]
    assert {update.status for update in task.updates[:-1]} == {"IN_PROGRESS"}


@pytest.mark.mgh_explore(False)  # a report whose response is lost is sent twice
def test_each_step_is_one_report(
    mgh: MigrationHub, wave: list[Server], reporter: Reporter, discovery: Discovery
) -> None:
    migrate_wave([wave[0]], reporter, discovery)

    reports = mgh.events.of("NotifyMigrationTaskState")
    assert {report["requestParameters"]["migrationTaskName"] for report in reports} == {WEB_01}
    states = [report["requestParameters"]["task"] for report in reports]
    assert [state["progressPercent"] for state in states] == [10, 30, 50, 60, 70, 80, 90, 100]
    assert states[-1]["status"] == "COMPLETED"


def test_created_artifacts_are_attached(
    mgh: MigrationHub, wave: list[Server], reporter: Reporter, discovery: Discovery
) -> None:
    migrate_wave(wave, reporter, discovery)

    snapshot, image = mgh.task("Liftoff", WEB_01).artifacts
    assert snapshot.description == "Disks of shop-web-01"
    assert image.name == "arn:aws:ec2:us-west-2::image/ami-0b7d41c9a2f3e5011"


def test_an_application_is_complete_with_its_last_server(
    mgh: MigrationHub, wave: list[Server], reporter: Reporter, discovery: Discovery
) -> None:
    migrate_wave(wave, reporter, discovery)

    statuses = {application.name: application.status for application in mgh.applications}
    assert statuses == {
        "Web shop": "COMPLETED",
        "Payroll": "IN_PROGRESS",
        "Build farm": "COMPLETED",
    }


def test_a_failed_server_reports_its_progress_and_the_reason(
    mgh: MigrationHub, wave: list[Server], reporter: Reporter, discovery: Discovery
) -> None:
    migrate_wave(wave, reporter, discovery)

    task = mgh.task("Liftoff", LEGACY)
    assert (task.status, task.progress_percent) == ("FAILED", 70)
    assert task.status_detail == "Converting failed: EC2 has no drivers for windows-2003"
    assert [artifact.description for artifact in task.artifacts] == ["Disks of payroll-db-01"]


def test_a_long_reason_is_cut_to_one_line_that_the_hub_accepts(
    mgh: MigrationHub, reporter: Reporter, discovery: Discovery
) -> None:
    def crash(server: Server, region: str) -> Iterator[Step]:
        yield Step("Replicating disks", 10)
        raise StepError("Traceback:\n" + "  disk 0: input/output error\n" * 500)

    migrate_wave([build_server("build-01")], reporter, discovery, lift=crash)

    detail = mgh.task("Liftoff", "build-01").status_detail
    assert detail is not None
    assert len(detail) == 2500
    assert detail.startswith("Traceback: disk 0: input/output error disk 0:")
    assert detail.endswith("...")


@pytest.mark.mgh_explore(False)  # the calls of 120 servers are those of five
def test_a_finished_wave_is_left_alone(
    mgh: MigrationHub, reporter: Reporter, discovery: Discovery
) -> None:
    wave = [build_server(f"build-{number:03}") for number in range(120)]
    migrate_wave(wave, reporter, discovery, lift=lambda server, region: iter(()))
    before, reports = mgh.tasks, len(mgh.events.of("NotifyMigrationTaskState"))

    outcome = migrate_wave(wave, reporter, discovery)

    assert len(outcome.skipped) == 120  # more than one page of ListMigrationTasks
    assert mgh.tasks == before
    assert len(mgh.events.of("NotifyMigrationTaskState")) == reports


def test_the_next_run_takes_only_what_is_not_done(
    mgh: MigrationHub, wave: list[Server], reporter: Reporter, discovery: Discovery
) -> None:
    migrate_wave(wave, reporter, discovery)
    before = {task.name: task for task in mgh.tasks}
    shop = mgh.application("Web shop")

    def repaired(server: Server, region: str) -> Iterator[Step]:
        yield Step(f"Repairing {server.name}", 75)

    outcome = migrate_wave(wave, reporter, discovery, lift=repaired)

    after = {task.name: task for task in mgh.tasks}
    assert outcome.completed == [LEGACY]
    assert [name for name in after if after[name] != before[name]] == [LEGACY]
    assert after[LEGACY].status == "COMPLETED"
    assert [application.status for application in mgh.applications] == ["COMPLETED"] * 3
    assert mgh.application("Web shop") == shop  # not reported again


def test_the_whole_wave_is_listed_before_the_first_server_moves(
    mgh: MigrationHub, wave: list[Server], reporter: Reporter, discovery: Discovery
) -> None:
    seen: list[int] = []

    def watched(server: Server, region: str) -> Iterator[Step]:
        seen.append(len(mgh.tasks))
        yield from rehost(server, region)

    migrate_wave(wave, reporter, discovery, lift=watched)

    assert set(seen) == {len(wave)}
