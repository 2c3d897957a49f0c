"""The console in a browser: its contents, live updates and accessibility."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from console import (
    NOW,
    Open,
    import_task,
    load_many,
    names,
    notify,
    row,
    watched_page,
)
from playwright.sync_api import Browser, Page, expect
from ports import held_port
from waiting import MINUTE

from pytest_mgh import MigrationHub
from pytest_mgh.server.serving import HubServer

# contents after calls


def test_an_update_shows_stream_progress_server_and_staleness(
    mgh: MigrationHub, client: Any, open_page: Open
) -> None:
    server = mgh.add_server("web-01.example.com")
    task = import_task(client, "sms-12de3cf1a")
    client.associate_discovered_resource(
        **task, DiscoveredResource={"ConfigurationId": server.configuration_id}
    )
    notify(client, task, "IN_PROGRESS", ProgressPercent=45, StatusDetail="Replicating disks")
    page = open_page("#updates")

    cells = row(page, "sms-12de3cf1a").locator("th, td")
    expect(cells).to_have_text(
        [
            "sms-12de3cf1aReplicating disks",
            "SMS",
            "IN_PROGRESS Stale",
            "45%",
            "web-01.example.com",
            "2023-11-14 22:13:20",
        ]
    )
    bar = page.get_by_role("progressbar", name="Progress of sms-12de3cf1a")
    expect(bar).to_have_attribute("value", "45")
    expect(bar).to_have_attribute("max", "100")


def test_the_details_of_a_task_show_everything_that_was_reported(
    mgh: MigrationHub, client: Any, open_page: Open
) -> None:
    task = import_task(client, "a/b c?d")
    client.put_resource_attributes(
        **task, ResourceAttributeList=[{"Type": "FQDN", "Value": "web-01.example.com"}]
    )
    arn = "arn:aws:ec2:us-west-2:123456789012:image/ami-1"
    client.associate_created_artifact(**task, CreatedArtifact={"Name": arn, "Description": "Root"})
    client.associate_source_resource(**task, SourceResource={"Name": "vm-17"})
    for status, percent in (("IN_PROGRESS", 10), ("IN_PROGRESS", 60), ("COMPLETED", 100)):
        notify(client, task, status, ProgressPercent=percent)
    page = open_page("#updates")

    page.get_by_role("link", name="a/b c?d").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("a/b c?d")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    updates = page.get_by_role("table", name="Updates").locator("tbody tr")
    expect(updates).to_have_text([re.compile(part) for part in ("100%", "60%", "10%")])
    expect(page.get_by_role("table", name="Resource attributes")).to_contain_text(
        "FQDNweb-01.example.com"
    )
    expect(page.get_by_role("table", name="Created artifacts")).to_contain_text(f"{arn}Root")
    resources = page.get_by_role("table", name="Discovered resources")
    expect(resources).to_contain_text("Migration Hub")
    expect(page.get_by_role("table", name="Source resources")).to_contain_text("vm-17")

    resources.get_by_role("link", name="web-01.example.com").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("web-01.example.com")
    expect(names(page)).to_have_text(["a/b c?d"])

    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("a/b c?d")


def test_servers_and_applications_link_to_each_other(mgh: MigrationHub, open_page: Open) -> None:
    server = mgh.add_server("web-01", ip_addresses=["192.0.2.1"])
    mgh.add_application("Web shop", servers=[server])
    mgh.add_server("db-01")
    page = open_page("#servers")

    expect(names(page).first).to_have_text("web-01")
    expect(row(page, "web-01")).to_contain_text("192.0.2.1")
    row(page, "web-01").get_by_role("link", name="Web shop").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Web shop")
    expect(page.get_by_role("table", name="Servers").locator("tbody tr")).to_have_count(1)
    page.get_by_role("main").get_by_role("link", name="Applications", exact=True).click()
    expect(row(page, "Web shop")).to_contain_text("NOT_STARTED")


def test_the_page_of_a_server_shows_the_source_of_each_value_and_its_processes(
    mgh: MigrationHub, open_page: Open
) -> None:
    web = mgh.add_server("web-01", os_name="Linux", performance={"numCores": 4}, tags={"a": "b"})
    mgh.add_server("db-01")
    mgh.add_agent("o-0123456789abcdef0", server=web)
    mgh.add_process(web, "nginx", command_line="nginx -g")
    mgh.add_connection(web, "db-01", port=5432)
    page = open_page(f"#servers/{web.configuration_id}")

    expect(page.get_by_role("heading", level=2)).to_have_text(
        ["Tags", "Sources", "Neighbors", "Processes", "Migration updates"]
    )
    facts = page.locator("dl.facts")
    expect(facts).to_contain_text("numCores")
    expect(facts).to_contain_text("Linux")
    expect(page.get_by_role("table", name="Sources")).to_contain_text("agent:o-0123456789abcdef0")
    expect(page.get_by_role("table", name="Processes")).to_contain_text("nginx -g")
    page.get_by_role("table", name="Neighbors").get_by_role("link", name="db-01").click()
    expect(page.get_by_role("table", name="Neighbors")).to_contain_text("from")


def test_agents_imports_and_exports_are_listed(mgh: MigrationHub, open_page: Open) -> None:
    mgh.add_agent("o-0123456789abcdef0", server="web-01", health="SHUTDOWN")
    mgh.import_source("s3://bucket/a.csv", "HostName,IPAddress\nweb-02,x\n")
    ads = mgh.client("discovery")
    ads.start_import_task(name="wave", importUrl="s3://bucket/a.csv")
    ads.start_export_task()
    page = open_page("#agents")

    expect(row(page, "o-0123456789abcdef0")).to_contain_text("SHUTDOWN")
    page.goto(page.url.replace("#agents", "#exports"))
    expect(page.get_by_role("table", name="Exports")).to_contain_text("Servers.csv")
    page.goto(page.url.replace("#exports", "#imports"))
    row(page, "wave").get_by_role("link", name="wave").click()
    expect(page.get_by_role("table", name="Failed records")).to_contain_text(
        "IPAddress: 'x' is not an IP address"
    )


def test_a_stream_links_to_its_updates(mgh: MigrationHub, open_page: Open) -> None:
    mgh.load(
        {
            "streams": [
                {"name": "SMS", "tasks": [{"name": "a"}, {"name": "b"}]},
                {"name": "DMS", "tasks": [{"name": "c"}]},
            ]
        }
    )
    page = open_page("#streams")

    page.get_by_role("table").get_by_role("link", name="DMS").click()

    expect(names(page)).to_have_text(["c"])
    expect(page.get_by_label("Stream")).to_have_value("DMS")
    page.get_by_label("Stream").select_option("")
    expect(names(page)).to_have_count(3)


def test_events_are_filtered_and_opened(mgh: MigrationHub, client: Any, open_page: Open) -> None:
    import_task(client, "a")
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.import_migration_task(ProgressUpdateStream="no", MigrationTaskName="b")
    page = open_page("#events")
    expect(page.locator("tbody tr:not(.more)")).to_have_count(3)

    page.get_by_label("Operation").select_option("ImportMigrationTask")
    expect(page.locator("tbody tr:not(.more)")).to_have_count(2)
    page.get_by_label("Outcome").select_option("Failed")
    expect(page.locator("tbody tr:not(.more)")).to_have_count(1)
    expect(page.locator("tbody")).to_contain_text("ResourceNotFoundException")

    opener = page.get_by_role("button", name="Record of ImportMigrationTask")
    opener.click()
    expect(opener).to_have_attribute("aria-expanded", "true")
    record = page.get_by_role("region", name="CloudTrail record of ImportMigrationTask")
    expect(record).to_contain_text(f'"requestID": "{mgh.events[2]["requestID"]}"')
    opener.click()
    expect(record).to_be_hidden()


def test_an_open_event_stays_open_while_others_arrive(
    mgh: MigrationHub, client: Any, open_page: Open
) -> None:
    page = open_page("#events")
    page.get_by_role("button", name="Record of CreateProgressUpdateStream").click()
    record = page.get_by_role("region", name="CloudTrail record of CreateProgressUpdateStream")
    expect(record).to_contain_text("eventID")

    import_task(client, "a")

    expect(page.locator("tbody tr:not(.more)")).to_have_count(2)
    expect(record).to_be_visible()


@pytest.mark.mgh(background="manual")
def test_faults_pending_work_and_policies_are_shown(
    mgh: MigrationHub, client: Any, open_page: Open
) -> None:
    mgh.client("discovery").start_import_task(name="wave", importUrl="s3://bucket/gone.csv")
    mgh.settle()
    client.delete_progress_update_stream(ProgressUpdateStreamName="SMS")
    mgh.fail("ListMigrationTasks", "InternalServerError", message="not today")
    mgh.fail("*", "RequestExpired", when={"MigrationTaskName": "<b>"}, after=3)
    mgh.throttle("ImportMigrationTask", per_second=3)
    mgh.policy = {
        "Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Action": "mgh:Describe*", "Resource": "*"},
    }
    page = open_page("#simulation")

    expect(page.get_by_role("table", name="Faults")).to_contain_text("InternalServerErrornot today")
    expect(page.get_by_role("table", name="Faults")).to_contain_text(
        'RequestExpired{"MigrationTaskName":"<b>"}3 more1'
    )
    expect(page.get_by_role("table", name="Notes")).to_contain_text("s3://bucket/gone.csv")
    expect(page.get_by_role("table", name="Throttled operations")).to_contain_text(
        "ImportMigrationTask3"
    )
    expect(page.get_by_role("table", name="Pending work")).to_contain_text(
        "DeleteProgressUpdateStreamSMSat Settle"
    )
    principals = page.get_by_role("table", name="Principals")
    principals.get_by_text("identity-based policy").click()
    expect(principals).to_contain_text('"Action": "mgh:Describe*"')
    mgh.recover()


def test_the_console_says_that_a_row_does_not_exist(open_page: Open) -> None:
    page = open_page("#updates/SMS/no", errors="404")

    expect(page.get_by_role("alert")).to_have_text("'SMS' 'no' does not exist")
    page.get_by_role("link", name="Streams", exact=True).click()
    expect(page.get_by_role("alert")).to_be_hidden()


# live


def test_changes_by_the_test_appear_in_the_console(mgh: MigrationHub, open_page: Open) -> None:
    page = open_page("#servers")
    expect(page.get_by_text("There are no servers in the discovery repository.")).to_be_visible()

    mgh.add_server("web-01")
    expect(names(page)).to_have_text(["web-01"])
    mgh.home_region = "eu-central-1"
    expect(page.locator("#home-region")).to_have_text("eu-central-1")
    expect(names(page)).to_have_count(0)
    mgh.home_region = None
    expect(page.locator("#home-region")).to_have_text("not set")


def test_advancing_the_clock_makes_updates_stale(
    mgh: MigrationHub, mgh_client: Any, open_page: Open
) -> None:
    mgh_client.create_progress_update_stream(ProgressUpdateStreamName="SMS")
    task = import_task(mgh_client, "a")
    mgh_client.notify_migration_task_state(
        **task, Task={"Status": "IN_PROGRESS"}, UpdateDateTime=mgh.now, NextUpdateSeconds=3600
    )
    page = open_page("#updates")
    expect(row(page, "a")).not_to_contain_text("Stale")
    clock = page.locator("#clock").inner_text()

    page.get_by_role("button", name="Advance 1 hour").click()
    expect(page.locator("#announcement")).to_have_text("The clock advanced by one hour")
    mgh.advance(1)

    expect(row(page, "a")).to_contain_text("Stale")
    assert page.locator("#clock").inner_text() > clock


def test_focus_and_selection_survive_updates(
    mgh: MigrationHub, client: Any, open_page: Open
) -> None:
    task = import_task(client, "a")
    import_task(client, "b")
    page = open_page("#updates")
    link = page.get_by_role("link", name="a", exact=True)
    link.focus()
    page.evaluate("getSelection().selectAllChildren(document.querySelector('tbody:last-child'))")
    selected = page.evaluate("getSelection().toString()")

    import_task(client, "c")
    expect(page.locator("tbody tr")).to_have_count(3)
    expect(link).to_be_focused()
    assert page.evaluate("getSelection().toString()") == selected

    notify(client, task, "FAILED")  # its row is created again
    expect(row(page, "FAILED")).to_have_count(1)
    expect(link).to_be_focused()

    page.get_by_role("link", name="b", exact=True).focus()
    notify(client, {**task, "MigrationTaskName": "c"}, "COMPLETED")  # from the top to the end
    expect(names(page).first).to_have_text("b")
    expect(names(page).first).to_be_focused()


def test_a_search_stays_while_calls_arrive(mgh: MigrationHub, client: Any, open_page: Open) -> None:
    for name in ("web-1", "web-2", "db-1"):
        import_task(client, name)
    page = open_page("#updates")
    search = page.get_by_role("searchbox")
    search.press_sequentially("web")
    expect(names(page)).to_have_text(["web-2", "web-1"])

    import_task(client, "web-3")

    expect(names(page)).to_have_text(["web-3", "web-2", "web-1"])
    expect(search).to_be_focused()
    expect(search).to_have_value("web")


def test_the_console_reconnects_to_a_restarted_server(
    mgh: MigrationHub, browser: Browser, client: Any
) -> None:
    with held_port() as port:
        server = HubServer(mgh, port=port)
        server.start()
        page = browser.new_page()
        page.goto(server.url)
        expect(page.locator("#live")).to_have_text("Live")

        begin = time.monotonic()
        server.stop(grace=10 * MINUTE)
        assert time.monotonic() - begin < 5 * MINUTE
        expect(page.locator("#live")).to_have_text("Reconnecting")

        mgh.add_server("web-01")
        with HubServer(mgh, port=port):
            expect(page.locator("#live")).to_have_text("Live")
            expect(page.locator(".numbers li").first).to_contain_text("1")
            page.close()


# hostile content


def test_a_very_long_name_leaves_the_page_usable(
    mgh: MigrationHub, client: Any, open_page: Open
) -> None:
    notify(client, import_task(client, "x" * 256), "FAILED", StatusDetail="y" * 2500)
    page = open_page("#updates")
    expect(row(page, "xxx")).to_be_visible()

    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator(".wide").evaluate("one => one.scrollWidth <= one.clientWidth")


# ten thousand tasks


def test_ten_thousand_tasks_are_paged_through(mgh: MigrationHub, open_page: Open) -> None:
    load_many(mgh)
    page = open_page("#updates")
    pages = page.get_by_role("group", name="Pages of Migration updates")

    expect(pages).to_have_text("1\u2013100 of 10,000")
    expect(page.locator("tbody tr")).to_have_count(100)
    page.get_by_role("button", name="Next page").click()
    expect(pages).to_have_text("101\u2013200 of 10,000")
    expect(names(page).first).to_have_text("task-00100")
    page.get_by_role("button", name="Last page").click()
    expect(pages).to_have_text("9,901\u201310,000 of 10,000")
    expect(names(page).last).to_have_text("task-09999")
    expect(page.get_by_role("button", name="Next page")).to_have_attribute("aria-disabled", "true")
    page.reload()
    expect(pages).to_have_text("9,901\u201310,000 of 10,000")
    page.get_by_role("button", name="First page").click()
    expect(pages).to_have_text("1\u2013100 of 10,000")


def test_ten_thousand_tasks_are_searched(mgh: MigrationHub, open_page: Open) -> None:
    load_many(mgh)
    page = open_page("#updates")

    page.get_by_role("searchbox").fill("task-0777")
    expect(names(page)).to_have_text([f"task-0777{n}" for n in range(10)])
    expect(page.locator("#announcement")).to_have_text("Migration updates: 1\u201310 of 10")
    page.get_by_role("searchbox").fill("nowhere")
    expect(page.get_by_text("Nothing matches.", exact=True)).to_be_visible()


def test_a_result_is_announced_only_for_the_latest_search(
    mgh: MigrationHub, open_page: Open
) -> None:
    """A live read that began before the search is not taken for its answer."""
    mgh.load({"streams": [{"name": "SMS", "tasks": [{"name": f"t-{n:02}"} for n in range(50)]}]})
    page = open_page("#updates", alone=True)
    expect(names(page)).to_have_count(50)
    waiting: list[Any] = []

    def hold(route: Any) -> None:
        if "search=" in route.request.url:
            route.continue_()
        else:
            waiting.append(route)  # a live read, which is answered after the search was requested

    page.route("**/_mgh/console/tasks*", hold)
    with page.expect_request("**/_mgh/console/tasks*"):
        mgh.add_server("web-1")
    page.get_by_role("searchbox").fill("t-01")
    page.wait_for_url("**search=t-01**")
    for route in waiting:
        route.continue_()

    expect(names(page)).to_have_text(["t-01"])
    expect(page.locator("#announcement")).to_have_text("Migration updates: 1\u20131 of 1")


def test_ten_thousand_tasks_are_updated_live(
    mgh: MigrationHub, mgh_client: Any, open_page: Open
) -> None:
    load_many(mgh)
    page = open_page()

    mgh_client.import_migration_task(ProgressUpdateStream="Bulk", MigrationTaskName="the newest")

    expect(page.get_by_role("link", name="the newest")).to_be_visible()
    expect(page.locator(".card").last.locator("> strong")).to_have_text("10,001")


# sorting


def test_a_column_sorts_ascending_then_descending_then_not(
    mgh: MigrationHub, open_page: Open
) -> None:
    tasks = [{"name": name, "update_time": NOW - n} for n, name in enumerate("bca")]
    mgh.load({"streams": [{"name": "SMS", "tasks": tasks}]})
    page = open_page("#updates")
    expect(names(page)).to_have_text(["b", "c", "a"])
    head = page.get_by_role("columnheader", name="Update", exact=True)
    button = head.get_by_role("button")

    button.click()
    expect(names(page)).to_have_text(["a", "b", "c"])
    expect(head).to_have_attribute("aria-sort", "ascending")
    button.press("Enter")
    expect(names(page)).to_have_text(["c", "b", "a"])
    expect(head).to_have_attribute("aria-sort", "descending")
    button.press("Space")
    expect(names(page)).to_have_text(["b", "c", "a"])
    expect(head).not_to_have_attribute("aria-sort", re.compile("."))


def test_the_url_keeps_search_filter_and_order(mgh: MigrationHub, open_page: Open) -> None:
    load_many(mgh, 300)
    page = open_page("#updates?search=task-002&sort=progress_percent&descending=true")

    expect(page.get_by_role("searchbox")).to_have_value("task-002")
    expect(page.get_by_role("columnheader", name="Progress")).to_have_attribute(
        "aria-sort", "descending"
    )
    expect(names(page).first).to_have_text("task-00201")


# themes


def background(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))


def test_the_theme_follows_the_system_until_one_is_chosen(open_page: Open) -> None:
    page = open_page(color_scheme="light")
    light = background(page)
    page.emulate_media(color_scheme="dark")
    dark = background(page)
    assert light != dark

    page.get_by_role("button", name="Switch to the light theme").click()
    assert background(page) == light
    page.reload()
    expect(page.get_by_role("button", name="Switch to the dark theme")).to_be_visible()
    assert background(page) == light
    page.get_by_role("button", name="Switch to the dark theme").click()
    assert background(page) == dark


# keyboard and screen readers


def test_a_slash_focuses_the_search(mgh: MigrationHub, open_page: Open) -> None:
    page = open_page()

    page.keyboard.press("/")
    search = page.get_by_role("searchbox", name="Search migration updates")
    expect(search).to_be_focused()
    page.keyboard.press("/")  # now it is a character

    expect(search).to_have_value("/")


def test_the_keyboard_reaches_everything(mgh: MigrationHub, client: Any, open_page: Open) -> None:
    import_task(client, "a")
    page = open_page("#updates")
    expect(row(page, "a")).to_be_visible()

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    expect(page.get_by_role("heading", level=1)).to_have_text("Updates")
    page.keyboard.press("Tab")
    expect(page.get_by_role("searchbox")).to_be_focused()
    link = page.get_by_role("link", name="a", exact=True)
    for _ in range(30):
        page.keyboard.press("Tab")
        if link.evaluate("one => one === document.activeElement"):
            break
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("a")


def test_the_view_that_is_shown_is_marked(open_page: Open) -> None:
    page = open_page()
    navigation = page.get_by_role("navigation", name="Console")

    navigation.get_by_role("link", name="Events").press("Enter")

    expect(navigation.locator("[aria-current=page]")).to_have_text("Events")
    expect(page).to_have_title("Events · Migration Hub")


def test_screen_readers_announce_no_change_that_the_user_did_not_request(
    mgh: MigrationHub, open_page: Open
) -> None:
    page = open_page("#servers")

    mgh.add_server("web-01")
    expect(names(page)).to_have_count(1)

    expect(page.locator("#announcement")).to_have_text("")
    assert page.locator("[aria-live], [role=status], [role=log]").count() == 1


VIEWS = (
    "dashboard",
    "servers",
    "agents",
    "imports",
    "exports",
    "applications",
    "updates",
    "streams",
    "events",
    "simulation",
)


def fill(mgh: MigrationHub, client: Any) -> None:
    """Give every view a row."""
    server = mgh.add_server("web-01", configuration_id="d-server-1")
    mgh.add_application("Web shop", servers=[server])
    mgh.add_agent(server=server)
    mgh.add_process(server, "nginx")
    mgh.client("discovery").start_import_task(name="wave", importUrl="s3://bucket/a.csv")
    mgh.client("discovery").start_export_task()
    task = import_task(client, "a")
    client.associate_discovered_resource(
        **task, DiscoveredResource={"ConfigurationId": "d-server-1"}
    )
    for status in ("COMPLETED", "FAILED", "IN_PROGRESS"):
        notify(client, task, status, ProgressPercent=7)
        import_task(client, status)
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.import_migration_task(ProgressUpdateStream="no", MigrationTaskName="b")


@pytest.mark.parametrize("view", [*VIEWS, "updates/SMS/a", "servers/d-server-1"])
def test_the_console_has_no_accessibility_violations(
    mgh: MigrationHub, client: Any, open_page: Open, view: str
) -> None:
    fill(mgh, client)
    page = open_page(f"#{view}", alone=True)
    expect(page.locator("main table:visible").first).to_be_visible()

    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()


# sizes


@pytest.mark.parametrize("width", [360, 768, 1024, 1920])
def test_a_page_of_any_width_scrolls_only_vertically(
    mgh: MigrationHub, client: Any, open_page: Open, width: int
) -> None:
    fill(mgh, client)
    mgh.add_server("web-02.a.long.name.example.com")
    page = open_page(viewport={"width": width, "height": 740})

    for view in VIEWS:
        page.evaluate("view => location.hash = view", view)
        expect(page.locator(f"nav a[aria-current][href='#{view}']")).to_be_visible()
        expect(page.locator("main table:visible").first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), view


# control


def test_a_reset_asks_for_confirmation(mgh: MigrationHub, open_page: Open) -> None:
    mgh.add_server("web-01")
    page = open_page("#servers")
    expect(names(page)).to_have_count(1)

    page.get_by_role("button", name="Reset…").click()
    expect(page.get_by_role("dialog", name="Reset the hub?")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.get_by_role("button", name="Reset…").click()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert len(mgh.servers) == 1

    page.get_by_role("button", name="Reset…").click()
    page.get_by_role("button", name="Reset", exact=True).click()
    expect(names(page)).to_have_count(0)
    assert mgh.servers == ()


# the token


def test_a_page_opened_with_the_token_works_and_hides_it(
    mgh: MigrationHub, browser: Browser
) -> None:
    with HubServer(mgh, token="open sesame") as server:
        watched = watched_page(browser)
        page = watched.page
        page.goto(f"{server.url}/?token=open+sesame#servers")
        expect(page.locator("#live")).to_have_text("Live")
        expect(page).to_have_url(f"{server.url}/#servers")

        mgh.add_server("web-01")
        expect(names(page)).to_have_text(["web-01"])
        page.reload()
        expect(names(page)).to_have_text(["web-01"])
        page.get_by_role("button", name="Advance 1 hour").click()
        expect(page.locator("#announcement")).to_have_text("The clock advanced by one hour")
        assert not any("sesame" in url for url in watched.requests[1:])
        page.context.close()
        watched.check(server.url)
