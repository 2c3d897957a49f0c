"""Migrates wave1.csv against the mock, and prints what Migration Hub knows at the end."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from liftoff.connection import connect
from liftoff.inventory import Server, read_wave
from liftoff.migrate import migrate_wave
from liftoff.reporting import Reporter

from pytest_mgh import MigrationHub, mock_mgh

WAVE = Path(__file__).with_name("wave1.csv")
APPLICATIONS = {
    "d-application-00f3b7a1d5c9e2401": "Web shop",
    "d-application-00f3b7a1d5c9e2402": "Payroll",
}


def main() -> None:
    """Run the wave and show the hub."""
    servers = read_wave(WAVE)
    with mock_mgh() as hub:
        seed(hub, servers)
        migrate_wave(servers, Reporter(connect(), "Liftoff"))
        show(hub)


def seed(hub: MigrationHub, servers: Sequence[Server]) -> None:
    """Put into the discovery repository what the wave file refers to."""
    for server in servers:
        if server.configuration_id is not None:
            hub.add_server(
                server.hostname,
                configuration_id=server.configuration_id,
                ip_addresses=server.ip_addresses,
                mac_addresses=server.mac_addresses,
            )
    for id_, name in APPLICATIONS.items():
        members = [
            server.configuration_id
            for server in servers
            if server.application_id == id_ and server.configuration_id is not None
        ]
        hub.add_application(name, configuration_id=id_, servers=members)


def show(hub: MigrationHub) -> None:
    """Print the hub's state."""
    print(f"AWS Migration Hub, home Region {hub.home_region}")
    print_table(
        "Progress update streams",
        ("STREAM", "TASKS"),
        [(stream.name, str(len(stream.tasks))) for stream in hub.streams],
    )
    hostnames = {server.configuration_id: server.hostname or "" for server in hub.servers}
    print_table(
        "Migration tasks",
        ("TASK", "STATUS", "PROGRESS", "SERVER", "DETAIL"),
        [
            (
                task.name,
                task.status,
                bar(task.progress_percent or 0),
                ", ".join(hostnames[one.configuration_id] for one in task.resources) or "-",
                task.status_detail or "",
            )
            for task in hub.tasks
        ],
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
    by_status = sorted(hub.applications, key=lambda application: application.status)
    print_table(
        "Applications",
        ("STATUS", "COUNT", "APPLICATIONS"),
        [
            (status, str(len(names)), ", ".join(names))
            for status, group in groupby(by_status, lambda application: application.status)
            for names in [sorted(application.name or "" for application in group)]
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
