"""Migrates wave1.csv against the mock, and prints the resulting state."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from liftoff.connection import connect
from liftoff.discovery import Discovery
from liftoff.inventory import read_wave
from liftoff.migrate import migrate_wave
from liftoff.reporting import Reporter

from pytest_mgh import MigrationHub, mock_mgh

HERE = Path(__file__).parent


def main() -> None:
    """Run the wave and show the hub."""
    with mock_mgh() as hub:
        hub.load(HERE / "estate.yaml")
        known = {server.configuration_id for server in hub.servers}
        reporter, discovery = Reporter(connect(), "Liftoff"), Discovery(connect("discovery"))
        migrate_wave(read_wave(HERE / "wave1.csv"), reporter, discovery)
        show(hub, known)


def show(hub: MigrationHub, known: set[str]) -> None:
    """Print the hub's state, and which of its servers were known before the wave."""
    print(f"AWS Migration Hub, home Region {hub.home_region}")
    print_table(
        "Progress update streams",
        ("STREAM", "TASKS"),
        [(stream.name, str(len(stream.tasks))) for stream in hub.streams],
    )
    print_table(
        "Created artifacts",
        ("TASK", "ARTIFACT", "DESCRIPTION"),
        [
            (task.name, one.name, one.description or "")
            for task in hub.tasks
            for one in task.artifacts
        ],
    )
    names = {one.configuration_id: one.hostname or one.configuration_id for one in hub.servers}
    print_table(
        "Migration tasks",
        ("TASK", "STATUS", "PROGRESS", "SERVER", "MAPPED", "DETAIL"),
        [
            (
                task.name,
                task.status,
                bar(task.progress_percent or 0),
                ", ".join(names[one.configuration_id] for one in task.resources) or "-",
                ", ".join(
                    "by the hub" if one.automatic else "by Liftoff" for one in task.resources
                ),
                task.status_detail or "",
            )
            for task in hub.tasks
        ],
    )
    tasks: dict[str, list[str]] = {}
    for task in hub.tasks:
        for resource in task.resources:
            tasks.setdefault(resource.configuration_id, []).append(task.name)
    print_table(
        "Servers",
        ("HOST NAME", "ID", "TYPE", "ORIGIN", "TASKS"),
        [
            (
                names[one.configuration_id],
                one.configuration_id,
                one.type,
                "discovered" if one.configuration_id in known else "added by the hub",
                ", ".join(tasks.get(one.configuration_id, "-")),
            )
            for one in hub.servers
        ],
    )
    by_status = sorted(hub.applications, key=lambda one: (one.status, one.name or ""))
    for status, group in groupby(by_status, lambda application: application.status):
        print_table(
            f"Applications that are {status}",
            ("APPLICATION", "ID", "SERVERS"),
            [
                (
                    application.name or "",
                    application.configuration_id,
                    ", ".join(names[id_] for id_ in application.servers),
                )
                for application in group
            ],
        )


def bar(percent: int) -> str:
    """Draw progress: `[#####-----]  50 %`."""
    full = percent // 10
    return f"[{'#' * full:-<10}] {percent:3} %"


def print_table(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows in columns."""
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    print(f"\n{title}")
    for row in (heads, *rows):
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        print(f"  {'  '.join(cells)}".rstrip())


if __name__ == "__main__":
    main()
