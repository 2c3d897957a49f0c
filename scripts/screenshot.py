"""Takes the pictures of the console that the documentation shows: `make screenshot`."""

from __future__ import annotations

import contextlib
import shutil
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import ClientError
from playwright.sync_api import sync_playwright

from pytest_mgh import MigrationHub, mock_mgh
from pytest_mgh.server.serving import HubServer

ROOT = Path(__file__).parents[1]
SIZE: Any = {"width": 1400, "height": 900}
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")

# Tool, task, host name, what the tool reported: status, percent, detail, minutes ago.
TASKS = (
    ("Liftoff", "shop-web-01", "shop-web-01.example.com", "COMPLETED", 100, "Launched", 41),
    ("Liftoff", "shop-web-02", "shop-web-02.example.com", "COMPLETED", 100, "Launched", 33),
    ("DMS", "shop-orders", "shop-db-01.example.com", "IN_PROGRESS", 64, "18 of 28 tables", 2),
    ("Liftoff", "shop-db-01", "shop-db-01.example.com", "IN_PROGRESS", 50, "Replicating", 4),
    (
        "Liftoff",
        "payroll-app-01",
        "payroll-app-01.example.com",
        "IN_PROGRESS",
        70,
        "Converting",
        24,
    ),
    ("Liftoff", "payroll-db-01", "PAYROLLDB", "FAILED", 70, "No drivers for windows-2003", 12),
    ("Liftoff", "build-01", "build-01.example.com", "IN_PROGRESS", 10, "Replicating", 1),
    ("DMS", "payroll-ledger", None),
)
APPLICATIONS = {
    "Web shop": ("shop-web-01.example.com", "shop-web-02.example.com", "shop-db-01.example.com"),
    "Intranet": ("intranet-01.example.com",),
    "Build farm": (),
}


def migrate(hub: MigrationHub) -> None:
    """Make the calls of two migration tools in the middle of a wave."""
    hub.load(ROOT / "examples" / "estate.yaml")
    for name, servers in APPLICATIONS.items():
        hub.add_application(name, servers=servers)
    client: Any = boto3.client("mgh")
    hub.fail("NotifyMigrationTaskState", "ThrottlingException")
    for stream in ("Liftoff", "DMS"):
        client.create_progress_update_stream(ProgressUpdateStreamName=stream)
    for task in TASKS:
        report(client, *task)
    with contextlib.suppress(ClientError):  # the stream does not exist
        client.import_migration_task(ProgressUpdateStream="SMS", MigrationTaskName="intranet-01")
    farm = hub.application("Build farm").configuration_id
    client.notify_application_state(ApplicationId=farm, Status="COMPLETED")
    hub.fail("AssociateCreatedArtifact", "ServiceUnavailableException", rate=0.2)


def report(client: Any, stream: str, name: str, host: str | None, *state: Any) -> None:
    """Import a task, map it, and report its state."""
    task = {"ProgressUpdateStream": stream, "MigrationTaskName": name}
    client.import_migration_task(**task)
    if host is None:
        return
    attributes = [{"Type": "FQDN", "Value": host}]
    client.put_resource_attributes(**task, ResourceAttributeList=attributes)
    status, percent, detail, minutes = state
    client.notify_migration_task_state(
        **task,
        Task={"Status": status, "ProgressPercent": percent, "StatusDetail": detail},
        UpdateDateTime=datetime.now(timezone.utc) - timedelta(minutes=minutes),
        NextUpdateSeconds=900,
    )


def main() -> None:
    """Write `docs/console.png` and `docs/console-dark.png`."""
    chromium = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if chromium is None:
        sys.exit(f"no browser: install one of {', '.join(CHROMIUMS)}")
    with mock_mgh() as hub, HubServer(hub) as server, sync_playwright() as playwright:
        migrate(hub)
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        for name, dark in (("console.png", False), ("console-dark.png", True)):
            page = browser.new_page(viewport=SIZE, color_scheme="dark" if dark else "light")
            page.goto(server.url)
            page.get_by_text("Live", exact=True).wait_for()
            page.get_by_role("link", name="shop-orders").wait_for()
            page.screenshot(path=ROOT / "docs" / name)
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
