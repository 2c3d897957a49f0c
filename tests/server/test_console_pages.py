"""A few pages of the console in a browser; tests/browser has the others."""

from __future__ import annotations

from typing import Any

import pytest
from console import Open, import_task, names, notify, row
from playwright.sync_api import expect

from pytest_mgh import MigrationHub

HOSTILE = "<img src=x onerror=document.title='owned'>"


def test_the_dashboard_counts_and_lists_what_happened(
    mgh: MigrationHub, client: Any, open_page: Open
) -> None:
    mgh.add_application("Web shop", servers=[mgh.add_server("web-01")])
    for name, status in (("a", "FAILED"), ("b", "COMPLETED"), ("c", "COMPLETED")):
        notify(client, import_task(client, name), status)
    import_task(client, "d")
    page = open_page()

    updates = page.locator(".card").filter(has_text="Migration updates")
    expect(updates.locator("> strong")).to_have_text("4")
    expect(updates.locator(".legend li")).to_have_text(
        ["NOT_STARTED1", "IN_PROGRESS0", "FAILED1", "COMPLETED2"]
    )
    expect(updates.get_by_role("img")).to_have_accessible_name(
        "Migration updates: 1 NOT_STARTED, 1 FAILED, 2 COMPLETED"
    )
    applications = page.locator(".card").filter(has_text="Applications")
    expect(applications.locator(".legend li")).to_have_text(
        ["NOT_STARTED1", "IN_PROGRESS0", "COMPLETED0"]
    )
    expect(page.locator(".numbers li").first).to_have_text("Servers1discovered")
    recent = page.get_by_role("table", name="Most recent updates")
    expect(recent.locator("tbody tr")).to_have_count(4)
    expect(page.get_by_role("table", name="Streams")).to_contain_text("SMS")
    expect(page.get_by_role("table", name="Latest calls").locator("tbody tr").first).to_have_text(
        "ImportMigrationTaskok"
    )


def test_a_call_appears_without_a_reload(mgh: MigrationHub, client: Any, open_page: Open) -> None:
    task = import_task(client, "a")
    page = open_page("#updates")
    page.evaluate("window.loaded = 'once'")
    expect(row(page, "a")).to_contain_text("NOT_STARTED")

    notify(client, task, "IN_PROGRESS", ProgressPercent=30)
    expect(row(page, "a")).to_contain_text("30%")
    import_task(client, "b")

    expect(page.locator("tbody tr")).to_have_count(2)
    expect(page.locator("nav a[href='#updates'] span")).to_have_text("2")
    assert page.evaluate("window.loaded") == "once"


def test_html_in_names_is_shown_as_text(mgh: MigrationHub, client: Any, open_page: Open) -> None:
    import_task(client, "half a pair \ud800, a line\nbreak, \u202e and a null \0")
    task = import_task(client, HOSTILE)
    notify(client, task, "FAILED", StatusDetail=f"{HOSTILE}<script>alert(1)</script>")
    client.create_progress_update_stream(ProgressUpdateStreamName="<b>stream<b>")
    server = mgh.add_server(HOSTILE)
    mgh.add_application(HOSTILE, servers=[server], description=HOSTILE)
    client.associate_discovered_resource(
        **task, DiscoveredResource={"ConfigurationId": server.configuration_id}
    )
    mgh.fail("ListMigrationTasks", "InternalServerError", message=HOSTILE, rate=0.1)
    page = open_page()

    for view in ("dashboard", "updates", "servers", "applications", "streams", "simulation"):
        page.evaluate("view => location.hash = view", view)
        expect(page.locator("main")).to_contain_text(
            "<b>stream<b>" if view == "streams" else HOSTILE
        )
    page.evaluate("location.hash = 'events'")
    page.get_by_role("button", name="Record of NotifyMigrationTaskState").click()
    expect(page.locator("pre")).to_contain_text("<script>alert(1)</script>")
    page.evaluate("location.hash = 'updates'")
    expect(names(page)).to_have_count(2)
    page.get_by_role("table").get_by_role("link", name=HOSTILE).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(HOSTILE)

    assert page.title() == f"{HOSTILE} · Migration Hub"
    assert page.locator("main img, main script, main b").count() == 0
    mgh.recover()


@pytest.mark.mgh(background="manual")
def test_the_settle_button_does_the_pending_work(
    mgh: MigrationHub, client: Any, open_page: Open
) -> None:
    client.delete_progress_update_stream(ProgressUpdateStreamName="SMS")
    page = open_page("#streams")
    expect(row(page, "SMS")).to_contain_text("Being deleted")

    page.get_by_role("button", name="Settle (1)").click()

    expect(page.locator("tbody tr")).to_have_count(0)
    expect(page.get_by_role("button", name="Settle", exact=True)).to_be_visible()
    assert mgh.streams == ()
