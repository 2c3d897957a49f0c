"""Migrates the servers of a wave and reports on each of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from liftoff.applications import Applications
from liftoff.steps import Lift, StepError, rehost

if TYPE_CHECKING:
    from liftoff.discovery import Discovery
    from liftoff.inventory import Server
    from liftoff.reporting import Reporter


@dataclass
class Outcome:
    """How a wave went: the names of its servers, and for failed ones why.

    Unmapped ones are those that Migration Hub cannot tell from any other server.
    """

    completed: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    unmapped: list[str] = field(default_factory=list)


def migrate_wave(
    servers: Sequence[Server], reporter: Reporter, discovery: Discovery, *, lift: Lift = rehost
) -> Outcome:
    """Migrate the servers of a wave, those aside that Migration Hub knows as completed.

    A server that fails does not stop the others; the next run tries it again.
    """
    reporter.open_stream()
    done = {name for name, status in reporter.task_statuses().items() if status == "COMPLETED"}
    outcome = Outcome(skipped=[server.name for server in servers if server.name in done])
    waiting = [server for server in servers if server.name not in done]
    for server in waiting:  # all at once and first, so that the hub shows the whole wave
        reporter.import_task(server.name)
        if server.attributes:
            reporter.describe_source(server.name, server.attributes)
    # Only now: Migration Hub has added the servers that the repository did not know.
    found = discovery.find_servers(server.hostname for server in servers)
    for server in waiting:
        if server.attributes:
            continue  # mapped by Migration Hub itself
        if server.hostname in found:
            reporter.map_to_server(server.name, found[server.hostname])
        else:
            outcome.unmapped.append(server.name)
    applications = Applications(servers, found, discovery)
    applications.mark(done, reporter)
    for server in waiting:
        error = _migrate(server, reporter, lift)
        if error is None:
            outcome.completed.append(server.name)
        else:
            outcome.failed[server.name] = error
    applications.mark({*done, *outcome.completed}, reporter)
    return outcome


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
        # A report replaces the one before it, so it repeats the progress.
        reporter.report(server.name, "FAILED", percent, str(error))
        return str(error)
    reporter.report(server.name, "COMPLETED", 100, f"Running as {server.instance_type}")
    return None
