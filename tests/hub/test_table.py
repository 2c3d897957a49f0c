from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any

import pytest

from pytest_mgh import MigrationHub, mock_mgh
from pytest_mgh.hub.tables import table
from pytest_mgh.hub.tables.catalog import TABLES
from pytest_mgh.hub.tables.table import HomeState, Page

NOW = 1_700_000_000
ESTATE: dict[str, Any] = {
    "servers": [
        {"hostname": "web-01", "configuration_id": "d-server-1", "ip_addresses": ["192.0.2.1"]},
        {"hostname": "db-01", "configuration_id": "d-server-2", "os_name": "Windows Server 2019"},
    ],
    "applications": [
        {"name": "Web shop", "configuration_id": "d-application-1", "servers": ["web-01"]},
        {"name": "intranet", "configuration_id": "d-application-2", "status": "COMPLETED"},
    ],
    "streams": [
        {
            "name": "SMS",
            "tasks": [
                {"name": "alpha", "server": "web-01", "status": "IN_PROGRESS", "update_time": NOW},
                {
                    "name": "Beta",
                    "status": "FAILED",
                    "status_detail": "Disk is full",
                    "progress_percent": 70,
                    "update_time": NOW + 20,
                },
                {"name": "gamma", "update_time": NOW + 10},
            ],
        },
        {
            "name": "DMS",
            "tasks": [
                {
                    "name": "delta",
                    "server": "db-01",
                    "status": "COMPLETED",
                    "progress_percent": 100,
                    "update_time": NOW + 5,
                }
            ],
        },
    ],
}


@pytest.fixture
def hub(mgh: MigrationHub) -> MigrationHub:
    mgh.load(ESTATE)
    return mgh


def names(page: Page) -> list[str]:
    return [row["name"] for row in page.rows]


def tasks(hub: MigrationHub, **query: Any) -> list[str]:
    return names(hub.table("tasks", **query))


# searching


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("alpha", ["alpha"]),
        ("ALPHA", ["alpha"]),
        ("beta", ["Beta"]),
        ("full", ["Beta"]),
        ("disk beta", ["Beta"]),
        ("disk alpha", []),
        ("dms", ["delta"]),
        ("in_progress", ["alpha"]),
        ("web-01", ["alpha"]),
        ("d-server-2", ["delta"]),
        ("  ", ["Beta", "gamma", "delta", "alpha"]),
        ("nothing", []),
    ],
)
def test_a_search_finds_tasks_by_every_column(
    hub: MigrationHub, search: str, found: list[str]
) -> None:
    assert tasks(hub, search=search) == found


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("web", ["web-01"]),
        ("192.0.2", ["web-01"]),
        ("windows", ["db-01"]),
        ("shop", ["web-01"]),
        ("-01", ["web-01", "db-01"]),
    ],
)
def test_a_search_finds_servers(hub: MigrationHub, search: str, found: list[str]) -> None:
    page = hub.table("servers", search=search)
    assert [row["hostname"] for row in page.rows] == found


@pytest.mark.parametrize(
    ("search", "found"),
    [("web", ["Web shop"]), ("d-application-2", ["intranet"]), ("in_progress", ["Web shop"])],
)
def test_a_search_finds_applications(hub: MigrationHub, search: str, found: list[str]) -> None:
    assert names(hub.table("applications", search=search)) == found


def test_a_search_finds_events_by_request_error_and_caller(
    hub: MigrationHub, mgh_client: Any
) -> None:
    mgh_client.create_progress_update_stream(ProgressUpdateStreamName="CloudEndure")
    with pytest.raises(mgh_client.exceptions.ResourceNotFoundException):
        mgh_client.import_migration_task(ProgressUpdateStream="no", MigrationTaskName="no")

    def operations(search: str) -> list[str]:
        page = hub.table("events", search=search)
        return [row["operation"] for row in page.rows]

    assert operations("cloudendure") == ["CreateProgressUpdateStream"]
    assert operations("resourcenotfound") == ["ImportMigrationTask"]
    assert operations("migration-tool") == ["ImportMigrationTask", "CreateProgressUpdateStream"]


# filters


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ({"status": "FAILED"}, ["Beta"]),
        ({"stream": "DMS"}, ["delta"]),
        ({"stream": "dms"}, []),
        ({"stale": "true"}, ["alpha"]),
        ({"stale": "false"}, ["Beta", "gamma", "delta"]),
        ({"mapped": "false"}, ["Beta", "gamma"]),
        ({"mapped": "true", "status": "COMPLETED"}, ["delta"]),
        ({"server": "d-server-2"}, ["delta"]),
        ({"application": "d-application-1"}, ["alpha"]),
    ],
)
def test_a_filter_keeps_tasks(hub: MigrationHub, where: dict[str, str], found: list[str]) -> None:
    assert tasks(hub, where=where) == found


def test_a_filter_keeps_the_servers_of_an_application(hub: MigrationHub) -> None:
    page = hub.table("servers", where={"application": "d-application-1"})
    assert [row["configuration_id"] for row in page.rows] == ["d-server-1"]


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ({"failed": "true"}, ["ImportMigrationTask"]),
        ({"failed": "false"}, ["ListMigrationTasks"]),
        ({"outcome": "ResourceNotFoundException"}, ["ImportMigrationTask"]),
        ({"operation": "ListMigrationTasks"}, ["ListMigrationTasks"]),
        ({"operation": "ListMigrationTasks", "failed": "true"}, []),
    ],
)
def test_a_filter_keeps_events(
    mgh: MigrationHub, mgh_client: Any, where: dict[str, str], found: list[str]
) -> None:
    mgh_client.list_migration_tasks()
    with pytest.raises(mgh_client.exceptions.ResourceNotFoundException):
        mgh_client.import_migration_task(ProgressUpdateStream="no", MigrationTaskName="no")

    page = mgh.table("events", where=where)

    assert [row["operation"] for row in page.rows] == found
    assert page.choices["outcome"] == ("ResourceNotFoundException",)
    assert page.choices["operation"] == ("ImportMigrationTask", "ListMigrationTasks")


def test_a_page_lists_the_available_filters(hub: MigrationHub) -> None:
    assert hub.table("tasks").choices == {
        "status": ("NOT_STARTED", "IN_PROGRESS", "FAILED", "COMPLETED"),
        "stream": ("DMS", "SMS"),
    }


# sorting


@pytest.mark.parametrize(
    ("sort", "descending", "found"),
    [
        ("name", False, ["alpha", "Beta", "delta", "gamma"]),
        ("name", True, ["gamma", "delta", "Beta", "alpha"]),
        ("status", False, ["gamma", "alpha", "Beta", "delta"]),
        ("update_time", False, ["alpha", "delta", "gamma", "Beta"]),
        ("update_time", True, ["Beta", "gamma", "delta", "alpha"]),
        # Rows without a value are last in both directions.
        ("progress_percent", False, ["Beta", "delta", "alpha", "gamma"]),
        ("progress_percent", True, ["delta", "Beta", "alpha", "gamma"]),
        ("servers", False, ["delta", "alpha", "Beta", "gamma"]),
    ],
)
def test_tasks_are_sorted_by_any_column(
    hub: MigrationHub, sort: str, descending: bool, found: list[str]
) -> None:
    got = tasks(hub, sort=sort, descending=descending)
    if sort in ("progress_percent", "servers"):  # the two without a value are alike
        assert got[:2] == found[:2]
        assert set(got[2:]) == set(found[2:])
    else:
        assert got == found


@pytest.mark.parametrize("name", TABLES)
def test_every_column_of_every_table_can_be_sorted_by(
    hub: MigrationHub, mgh_client: Any, name: str
) -> None:
    mgh_client.list_migration_tasks()
    for column in TABLES[name].columns:
        for descending in (False, True):
            page = hub.table(name, sort=column, descending=descending)
            assert page.total == hub.table(name).total
            assert sorted(map(str, page.rows)) == sorted(map(str, hub.table(name).rows))


@pytest.mark.parametrize("name", TABLES)
def test_a_search_that_finds_everything_keeps_the_order(
    hub: MigrationHub, mgh_client: Any, name: str
) -> None:
    mgh_client.list_migration_tasks()
    mgh_client.list_progress_update_streams()
    everything = hub.table(name)
    common = {"applications": "d-application", "principals": "arn", "events": "list"}

    assert hub.table(name, search=common.get(name, "s")).rows == everything.rows


# pages


@pytest.fixture
def many(mgh: MigrationHub) -> MigrationHub:
    tasks = [{"name": f"task-{n:04}", "update_time": NOW - n} for n in range(2500)]
    mgh.load({"streams": [{"name": "SMS", "tasks": tasks}]})
    return mgh


@pytest.mark.parametrize("sort", [None, "name"])
@pytest.mark.parametrize("search", ["", "task"])
def test_pages_follow_each_other_without_a_gap(
    many: MigrationHub, sort: str | None, search: str
) -> None:
    found: list[str] = []
    for offset in range(0, 2500, 1000):
        page = many.table("tasks", search=search, sort=sort, offset=offset, limit=1000)
        assert page.total == 2500
        assert page.offset == offset
        found += names(page)

    assert found == [f"task-{n:04}" for n in range(2500)]


@pytest.mark.parametrize("search", ["", "task"])
def test_a_page_behind_the_last_one_is_the_last_one(many: MigrationHub, search: str) -> None:
    page = many.table("tasks", search=search, offset=9999, limit=100)

    assert page.offset == 2400
    assert names(page)[-1] == "task-2499"


def test_an_empty_table_has_an_empty_page(mgh: MigrationHub) -> None:
    assert mgh.table("tasks", offset=100) == Page(
        0, 0, (), {"status": ("NOT_STARTED", "IN_PROGRESS", "FAILED", "COMPLETED"), "stream": ()}
    )


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"sort": "nme"}, "sort='nme': did you mean 'name'"),
        ({"where": {"stats": "FAILED"}}, "no filter 'stats'; did you mean 'status'"),
        ({"offset": -1}, "offset=-1: must be >= 0"),
        ({"limit": 0}, "limit=0: must be >= 1"),
    ],
)
def test_unknown_columns_and_filters_of_a_table_are_refused(
    mgh: MigrationHub, query: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        mgh.table("tasks", **query)


def test_an_unknown_table_is_refused(mgh: MigrationHub) -> None:
    with pytest.raises(LookupError, match="no table 'task'; did you mean 'tasks'"):
        mgh.table("task")


# rows


def test_a_row_of_a_task_has_all_its_details(hub: MigrationHub) -> None:
    assert hub.row("tasks", "SMS", "alpha") == {
        "stream": "SMS",
        "name": "alpha",
        "status": "IN_PROGRESS",
        "status_detail": None,
        "progress_percent": None,
        "update_time": NOW,
        "due": NOW,
        "is_stale": True,
        "servers": [{"configuration_id": "d-server-1", "hostname": "web-01"}],
    }


def test_a_row_of_an_application_counts_the_tasks_of_its_servers(hub: MigrationHub) -> None:
    row = hub.row("applications", "d-application-1")

    assert row["servers"] == 1
    assert row["tasks"] == {"NOT_STARTED": 0, "IN_PROGRESS": 1, "FAILED": 0, "COMPLETED": 0}


def test_a_task_of_two_servers_counts_once_for_their_application(hub: MigrationHub) -> None:
    hub.client("discovery").associate_configuration_items_to_application(
        applicationConfigurationId="d-application-1", configurationIds=["d-server-2"]
    )
    hub.client().associate_discovered_resource(
        ProgressUpdateStream="SMS",
        MigrationTaskName="alpha",
        DiscoveredResource={"ConfigurationId": "d-server-2"},
    )

    assert sum(hub.row("applications", "d-application-1")["tasks"].values()) == 2


@pytest.mark.parametrize(
    "key",
    [
        ("tasks", "SMS", "no"),
        ("tasks", "no", "alpha"),
        ("servers", "no"),
        ("applications", "no"),
        ("streams", "no"),
        ("principals", "no"),
        ("faults", "no"),
    ],
)
def test_an_unknown_row_is_refused(hub: MigrationHub, key: tuple[str, ...]) -> None:
    with pytest.raises(LookupError, match="'no'"):
        hub.row(*key)


def test_the_streams_count_their_tasks(hub: MigrationHub) -> None:
    rows = hub.table("streams").rows

    assert [(row["name"], row["last_updated"]) for row in rows] == [
        ("DMS", NOW + 5),
        ("SMS", NOW + 20),
    ]
    assert rows[1]["tasks"] == {"NOT_STARTED": 1, "IN_PROGRESS": 1, "FAILED": 1, "COMPLETED": 0}


def test_notes_are_shown_newest_first(mgh: MigrationHub) -> None:
    client = mgh.client("discovery")
    for name in ("a", "b"):
        client.start_import_task(name=name, importUrl=f"s3://bucket/{name}.csv")

    page = mgh.table("notes")
    assert [row["number"] for row in page.rows] == [1, 0]
    assert [row["text"] for row in page.rows] == list(mgh.notes)[::-1]
    assert mgh.table("notes", search="b.csv").total == 1


def test_faults_that_can_still_fail_calls_are_shown(mgh: MigrationHub, mgh_client: Any) -> None:
    mgh.fail("ListMigrationTasks", "ThrottlingException")
    mgh.fail("ImportMigrationTask", "InternalServerError", message="no", rate=0.5)
    mgh.throttle("ListProgressUpdateStreams", per_second=2)
    mgh_client.list_migration_tasks()

    assert mgh.table("faults").rows == (
        {
            "operation": "ImportMigrationTask",
            "error": "InternalServerError",
            "times": None,
            "message": "no",
            "retry_after": None,
            "rate": 0.5,
            "seed": None,
            "when": None,
            "after": 0,
            "used": 0,
            "draws": 0,
        },
    )
    assert mgh.table("throttles").rows == (
        {"operation": "ListProgressUpdateStreams", "per_second": 2},
    )
    mgh.recover()


@pytest.mark.mgh(background="manual")
def test_pending_work_without_a_time_is_due_at_settle(mgh: MigrationHub, mgh_client: Any) -> None:
    mgh_client.create_progress_update_stream(ProgressUpdateStreamName="SMS")
    mgh_client.delete_progress_update_stream(ProgressUpdateStreamName="SMS")

    assert mgh.table("pending").rows == (
        {
            "operation": "DeleteProgressUpdateStream",
            "subject": ["SMS"],
            "account_id": "123456789012",
            "region": "us-west-2",
            "due": None,
        },
    )
    assert mgh.table("streams").rows[0]["deleting"]


def test_principals_are_shown_with_their_policies(mgh: MigrationHub) -> None:
    mgh.principal("reader", policy="AWSMigrationHubFullAccess")

    assert [
        (row["name"], row["default"], row["policy"]) for row in mgh.table("principals").rows
    ] == [
        ("migration-tool", True, None),
        ("reader", False, "AWSMigrationHubFullAccess"),
    ]


def test_a_principal_is_shown_as_in_a_snapshot_without_its_secrets(mgh: MigrationHub) -> None:
    reader = mgh.principal("reader", role=True, tags={"team": "blue"})
    (taken,) = [one for one in mgh.snapshot()["principals"] if one["name"] == "reader"]

    row = mgh.row("principals", reader.arn)

    assert (taken.pop("secret"), taken.pop("token")) == (reader.secret, reader.token)
    assert row == {"arn": reader.arn, "default": False, **taken}


@pytest.mark.mgh(background=60)
def test_faults_and_pending_work_are_shown_as_in_a_snapshot(
    mgh: MigrationHub, mgh_client: Any
) -> None:
    mgh.fail("ListMigrationTasks", "ThrottlingException", retry_after=7)
    mgh_client.create_progress_update_stream(ProgressUpdateStreamName="SMS")
    mgh_client.delete_progress_update_stream(ProgressUpdateStreamName="SMS")
    taken = mgh.snapshot()

    assert mgh.table("faults").rows == (*taken["faults"],)
    assert mgh.table("pending").rows == (*taken["background"],)
    mgh.recover()


# figures


def test_the_summary_counts_everything(hub: MigrationHub, mgh_client: Any) -> None:
    mgh_client.list_migration_tasks()
    with pytest.raises(mgh_client.exceptions.ResourceNotFoundException):
        mgh_client.import_migration_task(ProgressUpdateStream="no", MigrationTaskName="no")
    hub.fail("ListMigrationTasks", "ThrottlingException", rate=0.1)
    summary = hub.summary()

    assert summary.pop("now") == pytest.approx(hub.now.timestamp(), abs=60)
    assert summary == {
        "revision": hub.revision,
        "account_id": "123456789012",
        "home_region": "us-west-2",
        "background": "eager",
        "streams": 2,
        "servers": 2,
        "agents": 0,
        "imports": 0,
        "exports": 0,
        "pending": 0,
        "faults": 1,
        "throttles": 0,
        "notes": 0,
        "restricted": 0,
        "tasks": {
            "total": 4,
            "NOT_STARTED": 1,
            "IN_PROGRESS": 1,
            "FAILED": 1,
            "COMPLETED": 1,
            "stale": 1,
            "unmapped": 2,
        },
        "applications": {"total": 2, "NOT_STARTED": 0, "IN_PROGRESS": 1, "COMPLETED": 1},
        "events": {"total": 2, "failed": 1},
    }
    hub.recover()


# others go on


def test_a_long_read_does_not_block_others(
    many: MigrationHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[bool] = []

    def take_the_lock() -> None:
        taken.append(many._world.lock.acquire(timeout=60))
        many._world.lock.release()

    def pause(_: float) -> None:
        other = threading.Thread(target=take_the_lock)
        other.start()
        other.join()

    monkeypatch.setattr(table, "time", SimpleNamespace(sleep=pause))
    records = list(range(2500))

    assert HomeState(many._world, many._store).in_turns(lambda some: some, records) == records
    assert taken == [True, True]


def test_a_task_deleted_while_a_page_is_read_does_no_harm(many: MigrationHub) -> None:
    home = HomeState(many._world, many._store)
    records = TABLES["tasks"].records(home)

    many.client().delete_progress_update_stream(ProgressUpdateStreamName="SMS")

    assert TABLES["tasks"].row(home, records[0])["name"] == "task-0000"


# the rest of discovery


def test_agents_imports_and_exports_have_rows(mgh: MigrationHub) -> None:
    mgh.add_agent("o-0123456789abcdef0", server="web-01", health="SHUTDOWN")
    mgh.add_agent("o-ffffffffffffffff0", server="db-01")
    mgh.import_source("s3://bucket/a.csv", "HostName,IPAddress\nweb-02,x\nweb-03,192.0.2.3\n")
    ads = mgh.client("discovery")
    task = ads.start_import_task(name="wave", importUrl="s3://bucket/a.csv")["task"]
    export = ads.start_export_task()["exportId"]

    (agent,) = mgh.table("agents", where={"health": "SHUTDOWN"}).rows
    assert (agent["agent_id"], agent["hostname"]) == ("o-0123456789abcdef0", "web-01")
    assert mgh.table("agents").choices == {"health": ("RUNNING", "SHUTDOWN")}
    assert [row["hostname"] for row in mgh.table("agents", sort="hostname").rows] == [
        "db-01",
        "web-01",
    ]
    (row,) = mgh.table("imports", search="wave").rows
    assert (row["records"], row["failed_records"], row["failures"]) == (1, 1, 1)
    (failure,) = mgh.facts("imports", task["importTaskId"])["failures"]
    assert failure == (2, "IPAddress: 'x' is not an IP address")
    assert mgh.row("exports", export)["files"][0] == "Servers.csv"
    assert {name: mgh.summary()[name] for name in ("agents", "imports", "exports")} == {
        "agents": 2,
        "imports": 1,
        "exports": 1,
    }


def test_the_facts_of_a_server_are_grouped(mgh: MigrationHub) -> None:
    web = mgh.add_server(
        "web-01", os_name="Linux", vm_manager_id="vc-1", performance={"numCores": 4}
    )
    mgh.add_connection("web-01", web, port=22)

    facts = mgh.facts("servers", web.configuration_id)

    groups = {one["group"]: dict(one["facts"]) for one in facts["attributes"]}
    assert groups == {
        "Server": {"Host name": "web-01", "Type": "VMWARE_VM"},
        "Operating system": {"Operating system": "Linux"},
        "VMware": {"vCenter": "vc-1"},
        "Performance": {"numCores": "4"},
    }
    assert [one["source"] for one in facts["entries"]] == [f"seed:{web.configuration_id}"]
    assert [one["port"] for one in facts["neighbors"]] == [22]
    with pytest.raises(LookupError, match="no server 'x'"):
        mgh.facts("servers", "x")


def test_the_counts_of_calls_follow_calls_and_restores() -> None:
    with mock_mgh(keep_events=8) as hub:
        client = hub.client()

        def figures() -> tuple[Any, Any]:
            return hub.summary()["events"], hub.table("events").choices

        client.list_migration_tasks()
        before, first = hub.checkpoint(), figures()
        for failed in range(1, 21):
            with pytest.raises(client.exceptions.ResourceNotFoundException):
                client.describe_migration_task(ProgressUpdateStream="SMS", MigrationTaskName="a")
            assert hub.summary()["events"] == {"total": failed + 1, "failed": min(failed, 8)}

        assert figures()[1] == {
            "operation": ("DescribeMigrationTask",),
            "outcome": ("ResourceNotFoundException",),
        }
        hub.restore(before)
        assert figures() == first


@pytest.mark.mgh(strict_discovery=False)
def test_a_search_finds_an_application_that_discovery_does_not_know(mgh: MigrationHub) -> None:
    mgh.client().notify_application_state(
        ApplicationId="d-application-unknown", Status="COMPLETED", UpdateDateTime=NOW
    )

    (row,) = mgh.table("applications", search="unknown").rows
    assert (row["configuration_id"], row["name"]) == ("d-application-unknown", None)
