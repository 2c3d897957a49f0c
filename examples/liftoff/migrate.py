"""Migrates the servers of a wave and reports on each of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from liftoff.inventory import LookUp, Server, given_id
from liftoff.steps import Lift, StepError, rehost

if TYPE_CHECKING:
    from liftoff.reporting import ApplicationStatus, Reporter


@dataclass
class Outcome:
    """How a wave went: the names of its servers, and for failed ones why."""

    completed: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)


def migrate_wave(
    servers: Sequence[Server],
    reporter: Reporter,
    *,
    lift: Lift = rehost,
    look_up: LookUp = given_id,
) -> Outcome:
    """Migrate the servers of a wave, those aside that Migration Hub knows as completed.

    A server that fails does not stop the others; the next run tries it again.
    """
    reporter.open_stream()
    done = {name for name, status in reporter.task_statuses().items() if status == "COMPLETED"}
    outcome = Outcome(skipped=[server.name for server in servers if server.name in done])
    waiting = [server for server in servers if server.name not in done]
    for server in waiting:  # all at once and first, so that the hub shows the whole wave
        _announce(server, reporter, look_up)
    _mark_applications(servers, done, reporter)
    for server in waiting:
        error = _migrate(server, reporter, lift)
        if error is None:
            outcome.completed.append(server.name)
        else:
            outcome.failed[server.name] = error
    _mark_applications(servers, {*done, *outcome.completed}, reporter)
    return outcome


def _announce(server: Server, reporter: Reporter, look_up: LookUp) -> None:
    reporter.import_task(server.name)
    reporter.describe_source(server.name, server)
    configuration_id = look_up(server)
    if configuration_id is not None:
        reporter.map_to_server(server.name, configuration_id)


def _migrate(server: Server, reporter: Reporter, lift: Lift) -> str | None:
    """Migrate one server; return why it failed, or `None`."""
    percent = 0
    try:
        for step in lift(server, reporter.region):
            percent = step.percent
            reporter.report(server.name, "IN_PROGRESS", percent, step.detail)
            if step.artifact is not None:
                reporter.attach_artifact(server.name, step.artifact.arn, step.artifact.description)
    except StepError as error:
        # A report replaces the one before it, so the progress is told again.
        reporter.report(server.name, "FAILED", percent, str(error))
        return str(error)
    reporter.report(server.name, "COMPLETED", 100, f"Running as {server.instance_type}")
    return None


def _mark_applications(servers: Sequence[Server], done: set[str], reporter: Reporter) -> None:
    """Report the applications of the wave whose status has changed."""
    known = reporter.application_statuses()
    for application_id in dict.fromkeys(server.application_id for server in servers):
        if application_id is None:
            continue
        members = [server.name for server in servers if server.application_id == application_id]
        complete = done.issuperset(members)
        status: ApplicationStatus = "COMPLETED" if complete else "IN_PROGRESS"
        if known.get(application_id) != status:
            reporter.set_application_status(application_id, status)
