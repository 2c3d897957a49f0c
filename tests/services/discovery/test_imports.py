from __future__ import annotations

import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sample_values import MANUAL

from pytest_mgh import MigrationHub
from pytest_mgh.services.discovery import import_file

URL = "s3://bucket/wave1.csv"
COUNTERS = (
    "serverImportSuccess",
    "serverImportFailure",
    "applicationImportSuccess",
    "applicationImportFailure",
)


def start(ads: Any, url: str = URL, name: str = "wave1", **arguments: Any) -> dict[str, Any]:
    task: dict[str, Any] = ads.start_import_task(name=name, importUrl=url, **arguments)["task"]
    return task


def tasks(ads: Any, *filters: tuple[str, list[str]], **arguments: Any) -> list[dict[str, Any]]:
    asked = [{"name": name, "values": values} for name, values in filters]
    found: list[dict[str, Any]] = ads.describe_import_tasks(filters=asked, **arguments)["tasks"]
    return found


def imported(mgh: MigrationHub, ads: Any, *lines: str) -> dict[str, Any]:
    """Import a file of those lines; return the task as it is described then."""
    mgh.import_source(URL, "\n".join(lines) + "\n")
    id_ = start(ads)["importTaskId"]
    mgh.settle()
    (task,) = tasks(ads, ("IMPORT_TASK_ID", [id_]))
    return task


def counters(task: dict[str, Any]) -> tuple[int, ...]:
    return tuple(task[name] for name in COUNTERS)


# the task


def test_a_task_that_has_just_started_is_in_progress(
    ads: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """IMPORT_IN_PROGRESS, four zero counters, time, token, id."""
    monkeypatch.setattr("pytest_mgh.state.clock.time", SimpleNamespace(time=lambda: 1547682819.801))

    task = start(ads, clientRequestToken="token")

    assert re.fullmatch("import-task-[0-9a-f]{32}", task.pop("importTaskId"))
    assert task.pop("importRequestTime").timestamp() == pytest.approx(1547682819.801, abs=0.001)
    task.pop("fileClassification", None)  # newer than the oldest supported botocore
    assert task == {
        "name": "wave1",
        "importUrl": URL,
        "clientRequestToken": "token",
        "status": "IMPORT_IN_PROGRESS",
        **dict.fromkeys(COUNTERS, 0),
    }


def test_a_task_shows_the_kind_of_its_file(post: Any) -> None:
    """FileClassification, which the oldest supported botocore does not know."""
    asked = {"name": "wave1", "importUrl": URL}

    _, answer = post("StartImportTask", asked)

    assert answer["task"]["fileClassification"] == "IMPORT_TEMPLATE"


def test_by_default_the_import_is_done_at_once(mgh: MigrationHub, ads: Any) -> None:
    """silent: background work is eager; the answer still says that it is in progress."""
    mgh.import_source(URL, "HostName\nweb\n")

    assert start(ads)["status"] == "IMPORT_IN_PROGRESS"

    (task,) = tasks(ads)
    assert task["status"] == "IMPORT_COMPLETE"
    assert task["importCompletionTime"] >= task["importRequestTime"]
    assert [server.hostname for server in mgh.servers] == ["web"]


@MANUAL
def test_with_a_manual_background_the_import_waits(mgh: MigrationHub, ads: Any) -> None:
    """silent: nothing is imported before `settle`."""
    mgh.import_source(URL, "HostName\nweb\n")
    start(ads)

    (task,) = tasks(ads)
    assert task["status"] == "IMPORT_IN_PROGRESS"
    assert "importCompletionTime" not in task
    assert mgh.servers == ()

    mgh.settle()

    assert tasks(ads)[0]["status"] == "IMPORT_COMPLETE"
    assert len(mgh.servers) == 1


@MANUAL
def test_imports_are_done_one_after_another(mgh: MigrationHub, ads: Any) -> None:
    """In the order in which they were started."""
    for number in range(3):
        mgh.import_source(f"s3://bucket/{number}.csv", f"HostName\nserver{number}\n")
    for number in (1, 0, 2):
        start(ads, url=f"s3://bucket/{number}.csv")

    mgh.settle()

    assert [server.hostname for server in mgh.servers] == ["server1", "server0", "server2"]


def test_the_same_token_and_parameters_return_the_same_task(mgh: MigrationHub, ads: Any) -> None:
    """The original task is returned, as it is now; nothing is imported again."""
    mgh.import_source(URL, "HostName\nweb\n")
    first = start(ads, clientRequestToken="token")

    again = start(ads, clientRequestToken="token")

    assert again["importTaskId"] == first["importTaskId"]
    assert again["status"] == "IMPORT_COMPLETE"
    assert len(tasks(ads)) == 1


@pytest.mark.parametrize("changed", [{"name": "wave2"}, {"url": "s3://bucket/wave2.csv"}])
def test_the_same_token_with_other_parameters_is_refused(ads: Any, changed: dict[str, str]) -> None:
    """ResourceInUseException."""
    start(ads, clientRequestToken="token")

    with pytest.raises(ads.exceptions.ResourceInUseException):
        start(ads, clientRequestToken="token", **changed)

    assert len(tasks(ads)) == 1


def test_two_tasks_may_have_one_name(ads: Any) -> None:
    """silent: names of imports are no keys."""
    assert start(ads)["importTaskId"] != start(ads)["importTaskId"]
    assert len(tasks(ads)) == 2


# the file


def test_a_url_without_a_source_fails(mgh: MigrationHub, ads: Any) -> None:
    """silent: the hub has no S3, so a test provides the sources."""
    start(ads)

    (task,) = tasks(ads)
    assert task["status"] == "IMPORT_FAILED"
    assert counters(task) == (0, 0, 0, 0)
    assert mgh.servers == ()


def test_a_source_may_be_a_file(mgh: MigrationHub, ads: Any, tmp_path: Path) -> None:
    """silent: a path, as an object or as text."""
    for number, make in enumerate((Path, str)):
        file = tmp_path / f"{number}.csv"
        file.write_text(f"HostName\nserver{number}\n", encoding="utf-8")
        mgh.import_source(f"s3://bucket/{number}.csv", make(file))
        start(ads, url=f"s3://bucket/{number}.csv")

    assert [server.hostname for server in mgh.servers] == ["server0", "server1"]


@pytest.mark.parametrize("url", ["bucket/wave.csv", "s3://bucket", "s3://bucket/ ", ""])
def test_a_source_at_what_is_no_url_of_a_file_is_refused(mgh: MigrationHub, url: str) -> None:
    """silent: no import could find it, because StartImportTask refuses such a URL."""
    with pytest.raises(ValueError, match="must be the URL of a file, such as 's3://bucket/"):
        mgh.import_source(url, "HostName\nweb\n")


def test_a_source_that_is_not_a_file_is_refused_at_once(mgh: MigrationHub, tmp_path: Path) -> None:
    """silent: the test is wrong, not the import."""
    with pytest.raises(FileNotFoundError):
        mgh.import_source(URL, tmp_path / "missing.csv")


@pytest.mark.parametrize(
    "text",
    [
        "HostName,IPAddress\nweb,192.0.2.10\n",
        "HostName,IPAddress\r\nweb,192.0.2.10\r\n",
        "\ufeffHostName,IPAddress\nweb,192.0.2.10\n",
        '"HostName","IPAddress"\n"web","192.0.2.10"\n',
        "IPAddress,HostName\n192.0.2.10,web\n",
        " HostName , IPAddress\n web , 192.0.2.10\n",
        "HostName,IPAddress\nweb,192.0.2.10",
        "HostName,IPAddress\n\nweb,192.0.2.10\n\n",
    ],
    ids=["plain", "CRLF", "BOM", "quoted", "swapped", "blanks", "open end", "empty lines"],
)
def test_every_notation_of_a_row_is_read(mgh: MigrationHub, ads: Any, text: str) -> None:
    """The file is CSV."""
    mgh.import_source(URL, text)
    start(ads)

    (server,) = mgh.servers
    assert (server.hostname, server.ip_addresses) == ("web", ("192.0.2.10",))
    assert tasks(ads)[0]["status"] == "IMPORT_COMPLETE"


def test_a_file_with_a_bom_and_crlf_is_read_from_a_path(
    mgh: MigrationHub, ads: Any, tmp_path: Path
) -> None:
    """As a spreadsheet program writes it."""
    file = tmp_path / "wave1.csv"
    file.write_bytes("\ufeffHostName,OS.Name\r\nmünchen,Ubuntu\r\n".encode())
    mgh.import_source(URL, file)
    start(ads)

    assert [(server.hostname, server.os_name) for server in mgh.servers] == [("münchen", "Ubuntu")]


def test_quotes_commas_and_line_ends_inside_a_cell_are_text(mgh: MigrationHub, ads: Any) -> None:
    """The file is CSV."""
    imported(mgh, ads, "HostName,OS.Name", 'web,"Linux, ""the best""\nof all"')

    assert mgh.server("web").os_name == 'Linux, "the best"\nof all'


def test_a_file_that_is_not_csv_is_not_supported(mgh: MigrationHub, ads: Any) -> None:
    """IMPORT_FAILED_UNSUPPORTED_FILE_TYPE."""
    mgh.import_source("s3://bucket/wave1.xlsx", "HostName\nweb\n")
    start(ads, url="s3://bucket/wave1.xlsx")

    assert tasks(ads)[0]["status"] == "IMPORT_FAILED_UNSUPPORTED_FILE_TYPE"
    assert mgh.servers == ()


def test_a_presigned_url_of_a_csv_is_supported(mgh: MigrationHub, ads: Any) -> None:
    """An s3 or an https URL."""
    url = "https://bucket.s3.us-west-2.amazonaws.com/wave1.csv?X-Amz-Expires=60"
    mgh.import_source(url, "HostName\nweb\n")
    start(ads, url=url)

    assert tasks(ads)[0]["status"] == "IMPORT_COMPLETE"


# rows


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("ExternalId", "crm-1"),
        ("IPAddress", "192.0.2.10"),
        ("MACAddress", "02:00:5e:10:00:01"),
        ("HostName", "web"),
        ("VMware.MoRefId,VMware.VCenterId", "vm-101,vcenter-1"),
    ],
)
def test_each_identifying_column_is_enough(
    mgh: MigrationHub, ads: Any, header: str, row: str
) -> None:
    """A row needs at least one of them."""
    task = imported(mgh, ads, header, row)

    assert task["status"] == "IMPORT_COMPLETE"
    assert counters(task) == (1, 0, 0, 0)
    assert len(mgh.servers) == 1


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("OS.Name", "Ubuntu"),
        ("VMware.MoRefId", "vm-101"),
        ("VMware.VCenterId", "vcenter-1"),
        ("VMware.VMName,VMware.VCenterId", "web,vcenter-1"),
        ("HostName,OS.Name", ",Ubuntu"),
        ("HostName,OS.Name", "  ,Ubuntu"),
        ("hostname", "web"),
    ],
)
def test_a_row_that_identifies_no_server_fails(
    mgh: MigrationHub, ads: Any, header: str, row: str
) -> None:
    """MoRefId and VCenterId count only together."""
    task = imported(mgh, ads, header, row)

    assert task["status"] == "IMPORT_COMPLETE_WITH_ERRORS"
    assert counters(task) == (0, 1, 0, 0)
    assert mgh.servers == ()


def test_a_bad_row_does_not_stop_the_others(mgh: MigrationHub, ads: Any) -> None:
    """IMPORT_COMPLETE_WITH_ERRORS, and both are counted."""
    task = imported(mgh, ads, "HostName,OS.Name", "web,Ubuntu", ",Ubuntu", "db,Ubuntu")

    assert task["status"] == "IMPORT_COMPLETE_WITH_ERRORS"
    assert counters(task) == (2, 1, 0, 0)
    assert [server.hostname for server in mgh.servers] == ["web", "db"]


@pytest.mark.parametrize(
    ("header", "row", "attributes"),
    [
        (
            "HostName,VMware.VMName,VMware.VCenterId",
            "web,vm-1,vcenter-1",
            {"FQDN": "web", "VM_NAME": "vm-1", "VM_MANAGER_ID": "vcenter-1"},
        ),
        (
            "VMware.MoRefId,VMware.VCenterId",
            "vm-101,vcenter-1",
            {"VM_MANAGED_OBJECT_REFERENCE": "vm-101", "VM_MANAGER_ID": "vcenter-1"},
        ),
        ("HostName,SMBiosId", "web,bios-1", {"FQDN": "WEB", "BIOS_ID": "bios-1"}),
        ("MACAddress", "02:00:5e:10:00:01", {"MAC_ADDRESS": "02:00:5e:10:00:01"}),
    ],
)
def test_a_task_matches_an_imported_server_by_its_row(
    mgh: MigrationHub, ads: Any, header: str, row: str, attributes: dict[str, str]
) -> None:
    """The identifying columns are those matched with resource attributes."""
    imported(mgh, ads, header, row)
    mgh.load({"streams": [{"name": "SMS", "tasks": [{"name": "sms-1"}]}]})

    mgh.client().put_resource_attributes(
        ProgressUpdateStream="SMS",
        MigrationTaskName="sms-1",
        ResourceAttributeList=[{"Type": key, "Value": attributes[key]} for key in attributes],
    )

    (server,) = mgh.servers
    found = [one.configuration_id for one in mgh.task("SMS", "sms-1").resources]
    assert found == [server.configuration_id]


def test_every_bad_row_is_counted(mgh: MigrationHub, ads: Any) -> None:
    """ServerImportFailure."""
    assert counters(imported(mgh, ads, "HostName,OS.Name", ",a", ",b", "web,c")) == (1, 2, 0, 0)


@pytest.mark.parametrize("row", ["web,nonsense,02:00:5e:10:00:01", "web,192.0.2.10,nonsense"])
def test_a_row_with_one_bad_address_fails(mgh: MigrationHub, ads: Any, row: str) -> None:
    """silent: a partly wrong row creates no server."""
    task = imported(mgh, ads, "HostName,IPAddress,MACAddress", row)

    assert counters(task) == (0, 1, 0, 0)
    assert mgh.servers == ()


def test_an_empty_cell_keeps_the_value_of_a_known_server(mgh: MigrationHub, ads: Any) -> None:
    """Attributes merge."""
    mgh.add_server("web", ip_addresses=["192.0.2.10"], os_name="Ubuntu", os_version="22.04")

    imported(mgh, ads, "HostName,IPAddress", "web,192.0.2.10")

    (server,) = mgh.servers
    assert (server.os_name, server.os_version) == ("Ubuntu", "22.04")


def test_an_imported_server_and_its_tags_have_the_time_of_the_import(
    mgh: MigrationHub, ads: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Server.timeOfCreation; The time of a tag."""
    monkeypatch.setattr("pytest_mgh.state.clock.time", SimpleNamespace(time=lambda: 1547678419.0))

    imported(mgh, ads, "HostName,Tags", "web,stage:prod")

    (row,) = ads.list_configurations(configurationType="SERVER")["configurations"]
    assert row["server.timeOfCreation"] == "2019-01-16 22:40:19.0"
    (tag,) = ads.describe_tags()["tags"]
    assert tag["timeOfCreation"].timestamp() == 1547678419.0


def test_unknown_columns_are_ignored(mgh: MigrationHub, ads: Any) -> None:
    """Unknown columns, and cells beyond the header."""
    task = imported(mgh, ads, "HostName,Colour", "web,red,extra")

    assert task["status"] == "IMPORT_COMPLETE"
    assert mgh.server("web").os_name is None


def test_a_short_row_leaves_its_missing_cells_empty(mgh: MigrationHub, ads: Any) -> None:
    """Only one identifying cell is needed."""
    task = imported(mgh, ads, "HostName,IPAddress,OS.Name", "web")

    assert task["status"] == "IMPORT_COMPLETE"
    assert mgh.server("web").ip_addresses == ()


def test_the_values_of_a_row_are_described(mgh: MigrationHub, ads: Any) -> None:
    """The source of an imported server is `Import`."""
    imported(
        mgh,
        ads,
        "HostName,IPAddress,MACAddress,OS.Name,OS.Version,CPU.NumberOfProcessors,"
        "CPU.UsagePct.Avg,VMware.MoRefId,VMware.VCenterId",
        'web,"192.0.2.10, 192.0.2.11",02:00:5e:10:00:01,Ubuntu,22.04,4,12.5,vm-1,vcenter-1',
    )
    id_ = mgh.server("web").configuration_id

    (row,) = ads.describe_configurations(configurationIds=[id_])["configurations"]

    assert row["server.source"] == "Import"
    assert row["server.hostName"] == "web"
    assert row["server.osName"] == "Ubuntu"
    assert row["server.osVersion"] == "22.04"
    assert row["server.type"] == "VMWARE_VM"
    assert row["server.performance.numCpus"] == "4"
    assert row["server.performance.avgCpuUsagePct"] == "12.5"
    interfaces = json.loads(row["server.networkInterfaceInfo"])
    assert [one["ipAddress"] for one in interfaces] == ["192.0.2.10", "192.0.2.11"]
    assert interfaces[0]["macAddress"] == "02:00:5e:10:00:01"


def test_an_invalid_number_does_not_break_later_lists(mgh: MigrationHub, ads: Any) -> None:
    """Numeric filters compare only numbers."""
    imported(mgh, ads, "HostName,CPU.UsagePct.Avg", "web,n/a", "db,12.5")
    condition = {
        "name": "server.performance.avgCpuUsagePct",
        "condition": "GT",
        "values": ["1"],
    }

    rows = ads.list_configurations(configurationType="SERVER", filters=[condition])

    assert [row["server.hostName"] for row in rows["configurations"]] == ["db"]


def test_a_row_about_a_known_server_updates_it(mgh: MigrationHub, ads: Any) -> None:
    """On a match attributes merge, the newest value wins, the id stays."""
    known = mgh.add_server("web", ip_addresses=["192.0.2.10"], os_name="Ubuntu")

    task = imported(mgh, ads, "HostName,IPAddress,OS.Name,OS.Version", "web,192.0.2.11,Debian,12")

    (server,) = mgh.servers
    assert counters(task) == (1, 0, 0, 0)
    assert server.configuration_id == known.configuration_id
    assert server.ip_addresses == ("192.0.2.10", "192.0.2.11")
    assert (server.os_name, server.os_version) == ("Debian", "12")


def test_two_rows_about_one_server_create_one_server(mgh: MigrationHub, ads: Any) -> None:
    """Rows are matched with those before them too."""
    imported(mgh, ads, "HostName,IPAddress", "web,192.0.2.10", "web,192.0.2.11")

    assert [server.ip_addresses for server in mgh.servers] == [("192.0.2.10", "192.0.2.11")]


def test_an_external_id_alone_identifies_a_server(mgh: MigrationHub, ads: Any) -> None:
    """ExternalId decides, regardless of other values in common."""
    mgh.add_server("old", ip_addresses=["192.0.2.10"])
    named = mgh.add_server("named", external_id="crm-1").configuration_id

    imported(mgh, ads, "ExternalId,IPAddress", "crm-1,192.0.2.10")

    assert [server.ip_addresses for server in mgh.servers] == [("192.0.2.10",), ("192.0.2.10",)]
    assert mgh.servers[1].configuration_id == named


# applications and tags


def test_missing_applications_are_created(mgh: MigrationHub, ads: Any) -> None:
    """The column Applications names several, and creates what is missing."""
    ledger = mgh.add_application("Ledger").configuration_id

    task = imported(mgh, ads, "HostName,Applications", 'web,"Shop, Ledger"')

    assert task["status"] == "IMPORT_COMPLETE"
    assert counters(task)[0] == 1
    assert [one.name for one in mgh.applications] == ["Ledger", "Shop"]
    web = mgh.server("web").configuration_id
    assert [one.servers for one in mgh.applications] == [(web,), (web,)]
    assert mgh.application("Ledger").configuration_id == ledger


def test_a_created_application_is_counted(mgh: MigrationHub, ads: Any) -> None:
    """The counters of applications."""
    task = imported(mgh, ads, "HostName,Applications", "web,Shop")

    assert counters(task) == (1, 0, 1, 0)


def test_an_application_in_two_rows_is_created_once(mgh: MigrationHub, ads: Any) -> None:
    """Names act as keys in imports."""
    imported(mgh, ads, "HostName,Applications", "web,Shop", "db,Shop")

    (shop,) = mgh.applications
    assert len(shop.servers) == 2


def test_migration_hub_lists_an_imported_application(mgh: MigrationHub, ads: Any) -> None:
    """A14: as one that was created."""
    imported(mgh, ads, "HostName,Applications", "web,Shop")

    (state,) = mgh.client().list_application_states()["ApplicationStateList"]
    assert state["ApplicationStatus"] == "NOT_STARTED"


def test_an_application_that_cannot_be_created_is_counted_as_a_failure(
    mgh: MigrationHub, ads: Any
) -> None:
    """A name has 127 characters at most; applicationImportFailure counts it."""
    task = imported(mgh, ads, "HostName,Applications", f"web,{'x' * 128}")

    assert task["status"] == "IMPORT_COMPLETE_WITH_ERRORS"
    assert counters(task) == (1, 0, 0, 1)
    assert mgh.applications == ()


def test_every_created_or_failed_application_is_counted(mgh: MigrationHub, ads: Any) -> None:
    """A name has 127 characters at most."""
    names = ["Shop", "x" * 127, "x" * 128, "x" * 129]

    task = imported(mgh, ads, "HostName,Applications", f'web,"{",".join(names)}"')

    assert counters(task) == (1, 0, 2, 2)


def test_an_imported_application_has_its_wave_and_the_time_of_the_import(
    mgh: MigrationHub, ads: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The column ApplicationWave."""
    monkeypatch.setattr("pytest_mgh.state.clock.time", SimpleNamespace(time=lambda: 1547678419.801))

    imported(mgh, ads, "HostName,Applications,ApplicationWave", "web,Shop,wave 1")

    (row,) = ads.list_configurations(configurationType="APPLICATION")["configurations"]
    assert row["application.wave"] == "wave 1"
    assert row["application.timeOfCreation"] == "2019-01-16 22:40:19.0"
    assert row["application.lastModifiedTime"] == "2019-01-16 22:40:19.0"


def test_failures_of_servers_and_applications_add_up(mgh: MigrationHub, ads: Any) -> None:
    """IMPORT_COMPLETE_WITH_ERRORS, and both are counted."""
    task = imported(mgh, ads, "HostName,Applications", f"web,{'x' * 128}", ",Shop")

    assert task["status"] == "IMPORT_COMPLETE_WITH_ERRORS"
    assert counters(task) == (1, 1, 0, 1)


def test_tags_are_pairs_of_name_and_value(mgh: MigrationHub, ads: Any) -> None:
    """`name:value` pairs; a value may have colons."""
    imported(mgh, ads, "HostName,Tags", 'web,"stage:prod, url:http://a.example"')

    assert mgh.server("web").tags == (("stage", "prod"), ("url", "http://a.example"))


@pytest.mark.parametrize("tags", ["stage", ":prod", "stage:prod,owner"])
def test_a_row_with_a_malformed_tag_fails(mgh: MigrationHub, ads: Any, tags: str) -> None:
    """`name:value` pairs."""
    task = imported(mgh, ads, "HostName,Tags", f'web,"{tags}"')

    assert counters(task) == (0, 1, 0, 0)
    assert mgh.servers == ()


# limits


def test_a_file_that_is_too_big_fails(
    mgh: MigrationHub, ads: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A20: 10 MB a file."""
    assert import_file.MAX_BYTES == 10 * 1024 * 1024
    monkeypatch.setattr(import_file, "MAX_BYTES", len("HostName\nmünchen\n"))

    assert imported(mgh, ads, "HostName", "münchen")["status"] == "IMPORT_FAILED"
    assert imported(mgh, ads, "HostName", "munchen")["status"] == "IMPORT_COMPLETE"


def test_a_file_with_a_cell_that_csv_does_not_allow_fails(mgh: MigrationHub, ads: Any) -> None:
    """silent: Python's csv reads cells of 128 KB at most."""
    assert imported(mgh, ads, "HostName", "x" * (128 * 1024 + 1))["status"] == "IMPORT_FAILED"


def test_a_file_with_too_many_records_fails(
    mgh: MigrationHub, ads: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A20: 25,000 records; IMPORT_FAILED_RECORD_LIMIT_EXCEEDED."""
    assert import_file.MAX_RECORDS == 25_000
    monkeypatch.setattr(import_file, "MAX_RECORDS", 2)

    task = imported(mgh, ads, "HostName", "a", "b", "c")

    assert task["status"] == "IMPORT_FAILED_RECORD_LIMIT_EXCEEDED"
    assert counters(task) == (0, 0, 0, 0)
    assert mgh.servers == ()
    assert imported(mgh, ads, "HostName", "a", "b")["status"] == "IMPORT_COMPLETE"


def test_too_many_imported_servers_fail(
    mgh: MigrationHub, ads: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A20: 10,000 imported servers; IMPORT_FAILED_SERVER_LIMIT_EXCEEDED."""
    assert import_file.MAX_SERVERS_IMPORTED == 10_000
    monkeypatch.setattr(import_file, "MAX_SERVERS_IMPORTED", 2)
    mgh.add_server("seeded")
    mgh.add_server("seeded too")
    imported(mgh, ads, "HostName", "a")

    task = imported(mgh, ads, "HostName", "b", "c")

    assert task["status"] == "IMPORT_FAILED_SERVER_LIMIT_EXCEEDED"
    assert [server.hostname for server in mgh.servers] == ["seeded", "seeded too", "a"]
    assert imported(mgh, ads, "HostName", "b")["status"] == "IMPORT_COMPLETE"


def test_too_many_applications_are_failures(
    mgh: MigrationHub, ads: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A20: 1,000 applications."""
    monkeypatch.setattr(import_file, "MAX_APPLICATIONS", 1)

    task = imported(mgh, ads, "HostName,Applications", 'web,"Shop,Ledger"')

    assert task["status"] == "IMPORT_COMPLETE_WITH_ERRORS"
    assert [one.name for one in mgh.applications] == ["Shop"]


def test_too_many_servers_of_an_application_are_failures(
    mgh: MigrationHub, ads: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A20: 400 servers an application."""
    monkeypatch.setattr(import_file, "MAX_SERVERS", 1)

    task = imported(mgh, ads, "HostName,Applications", "web,Shop", "db,Shop", "cache,Shop")

    assert task["status"] == "IMPORT_COMPLETE_WITH_ERRORS"
    assert counters(task) == (3, 0, 1, 2)
    assert mgh.application("Shop").servers == (mgh.server("web").configuration_id,)


def test_a_server_that_is_in_a_full_application_may_be_imported_again(
    mgh: MigrationHub, ads: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A20: the quota counts servers, not rows."""
    monkeypatch.setattr(import_file, "MAX_SERVERS", 1)

    task = imported(mgh, ads, "HostName,Applications", "web,Shop", "web,Shop")

    assert task["status"] == "IMPORT_COMPLETE"


def test_a_server_may_get_its_thirtieth_tag_from_an_import(mgh: MigrationHub, ads: Any) -> None:
    """A20: 30 tags a server."""
    mgh.add_server("web", tags={f"k{number}": "v" for number in range(29)})

    imported(mgh, ads, "HostName,Tags", "web,new:v")

    assert len(mgh.server("web").tags) == 30


def test_a_server_gets_thirty_tags_from_imports_at_most(mgh: MigrationHub, ads: Any) -> None:
    """A20: 30 tags a server, those that it has already among them."""
    mgh.add_server("web", tags={f"k{number}": "v" for number in range(30)})

    task = imported(mgh, ads, "HostName,Tags", "web,new:v")

    assert len(mgh.server("web").tags) == 30
    assert task["status"] == "IMPORT_COMPLETE_WITH_ERRORS"


def test_a_row_with_more_than_thirty_tags_fails(mgh: MigrationHub, ads: Any) -> None:
    """A20: 30 tags a server."""
    tags = ",".join(f"k{number}:v" for number in range(31))

    task = imported(mgh, ads, "HostName,Tags", f'web,"{tags}"')

    assert counters(task) == (0, 1, 0, 0)


# DescribeImportTasks


@pytest.fixture
def three(mgh: MigrationHub, ads: Any) -> list[str]:
    """The ids of three tasks: `one` complete, `two` failed, another `one` failed."""
    mgh.import_source("s3://bucket/good.csv", "HostName\nweb\n")
    return [
        start(ads, name=name, url=f"s3://bucket/{file}.csv")["importTaskId"]
        for name, file in (("one", "good"), ("two", "missing"), ("one", "missing"))
    ]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ([], [0, 1, 2]),
        ([("NAME", ["one"])], [0, 2]),
        ([("NAME", ["one", "two"])], [0, 1, 2]),
        ([("NAME", ["ONE"])], []),
        ([("NAME", ["on"])], []),
        ([("NAME", ["*"])], []),
        ([("FILE_CLASSIFICATION", ["IMPORT_TEMPLATE"])], [0, 1, 2]),
        ([("STATUS", ["IMPORT_FAILED"])], [1, 2]),
        ([("STATUS", ["IMPORT_FAILED", "IMPORT_COMPLETE"])], [0, 1, 2]),
        ([("STATUS", ["DELETE_COMPLETE"])], []),
        ([("NAME", ["two"]), ("STATUS", ["IMPORT_FAILED"])], [1, 2]),
        ([("STATUS", ["IMPORT_COMPLETE"]), ("IMPORT_TASK_ID", ["nonsense"])], [0]),
    ],
)
def test_tasks_are_filtered(
    ads: Any, three: list[str], filters: list[tuple[str, list[str]]], expected: list[int]
) -> None:
    """No wildcards; with a filter on STATUS all others are ignored."""
    found = [task["importTaskId"] for task in tasks(ads, *filters)]

    assert found == [three[number] for number in expected]


def test_tasks_are_filtered_by_id(ads: Any, three: list[str]) -> None:
    """The filter IMPORT_TASK_ID; several filters must all hold."""
    first, second, _ = three

    found = tasks(ads, ("IMPORT_TASK_ID", [first, second]), ("NAME", ["two"]))

    assert [task["importTaskId"] for task in found] == [second]


def test_a_filter_without_values_finds_no_task(ads: Any, three: list[str]) -> None:
    """Values is optional; silent: none is none."""
    assert ads.describe_import_tasks(filters=[{"name": "NAME"}])["tasks"] == []


def test_a_page_holds_a_hundred_tasks_at_most(ads: Any) -> None:
    """1 to 100 a page."""
    for _ in range(101):
        start(ads)

    assert len(ads.describe_import_tasks()["tasks"]) == 100


def test_tasks_without_filters_are_all_listed(ads: Any, three: list[str]) -> None:
    """Filters is optional; silent: oldest first."""
    found = ads.describe_import_tasks()["tasks"]

    assert [task["importTaskId"] for task in found] == three


@pytest.mark.parametrize("size", [1, 2, 3])
def test_a_paginator_returns_every_task_once(ads: Any, three: list[str], size: int) -> None:
    """The paginator of DescribeImportTasks."""
    pages = ads.get_paginator("describe_import_tasks").paginate(PaginationConfig={"PageSize": size})

    assert [task["importTaskId"] for page in pages for task in page["tasks"]] == three


def test_a_page_size_over_a_hundred_is_refused(ads: Any) -> None:
    """1 to 100 a page."""
    with pytest.raises(ads.exceptions.InvalidParameterValueException):
        ads.describe_import_tasks(maxResults=101)


# BatchDeleteImportData


def delete(ads: Any, *ids: str, **arguments: Any) -> list[dict[str, Any]]:
    errors: list[dict[str, Any]] = ads.batch_delete_import_data(importTaskIds=[*ids], **arguments)[
        "errors"
    ]
    return errors


def test_deleting_an_import_deletes_its_items_and_keeps_the_task_listed(
    mgh: MigrationHub, ads: Any
) -> None:
    """DELETE_COMPLETE; items that the import only updated are kept."""
    mgh.add_server("known")
    mgh.add_application("Ledger")
    id_ = imported(mgh, ads, "HostName,Applications", 'web,"Shop,Ledger"', "known,Shop")[
        "importTaskId"
    ]

    assert delete(ads, id_) == []

    assert [server.hostname for server in mgh.servers] == ["known"]
    assert [one.name for one in mgh.applications] == ["Ledger"]
    (task,) = tasks(ads)
    assert task["status"] == "DELETE_COMPLETE"
    assert task["importDeletedTime"] >= task["importCompletionTime"]


def test_delete_history_removes_the_task(mgh: MigrationHub, ads: Any) -> None:
    """The task is described no more."""
    id_ = imported(mgh, ads, "HostName", "web")["importTaskId"]

    delete(ads, id_, deleteHistory=True)

    assert tasks(ads) == []
    assert mgh.servers == ()


@MANUAL
def test_a_deletion_waits_in_a_manual_background(mgh: MigrationHub, ads: Any) -> None:
    """DELETE_IN_PROGRESS."""
    id_ = imported(mgh, ads, "HostName", "web")["importTaskId"]
    delete(ads, id_)

    assert tasks(ads)[0]["status"] == "DELETE_IN_PROGRESS"
    assert len(mgh.servers) == 1

    mgh.settle()

    assert tasks(ads)[0]["status"] == "DELETE_COMPLETE"
    assert mgh.servers == ()


@MANUAL
def test_an_import_deleted_before_it_is_done_leaves_nothing(mgh: MigrationHub, ads: Any) -> None:
    """Work is done in the order of the requests."""
    mgh.import_source(URL, "HostName,Applications\nweb,Shop\n")
    delete(ads, start(ads)["importTaskId"])

    mgh.settle()

    assert (mgh.servers, mgh.applications) == ((), ())
    assert tasks(ads)[0]["status"] == "DELETE_COMPLETE"


@MANUAL
def test_an_import_task_removed_before_its_turn_is_skipped(mgh: MigrationHub, ads: Any) -> None:
    """silent: two deletions of one task, of which the first removes it."""
    id_ = imported(mgh, ads, "HostName", "web")["importTaskId"]
    delete(ads, id_, deleteHistory=True)
    delete(ads, id_)

    mgh.settle()

    assert tasks(ads) == []


def test_an_unknown_import_task_has_its_own_error_in_the_list(mgh: MigrationHub, ads: Any) -> None:
    """NOT_FOUND in a 200; the others are deleted."""
    unknown = f"import-task-{'0' * 32}"
    id_ = imported(mgh, ads, "HostName", "web")["importTaskId"]

    (error,) = delete(ads, unknown, id_)

    assert (error["importTaskId"], error["errorCode"]) == (unknown, "NOT_FOUND")
    assert error["errorDescription"]
    assert mgh.servers == ()


def test_deleting_an_import_whose_items_are_already_deleted_succeeds(
    mgh: MigrationHub, ads: Any
) -> None:
    """silent: deleted items are ignored."""
    id_ = imported(mgh, ads, "HostName,Applications", "web,Shop", "db,Shop")["importTaskId"]
    ads.delete_applications(configurationIds=[mgh.application("Shop").configuration_id])
    ads.start_batch_delete_configuration_task(
        configurationType="SERVER", configurationIds=[mgh.server("web").configuration_id]
    )

    assert delete(ads, id_) == []

    assert mgh.servers == ()
    assert tasks(ads)[0]["status"] == "DELETE_COMPLETE"


def test_migration_hub_no_longer_lists_the_applications_of_a_deleted_import(
    mgh: MigrationHub, ads: Any
) -> None:
    """silent: ListApplicationStates lists applications that exist."""
    id_ = imported(mgh, ads, "HostName,Applications", "web,Shop")["importTaskId"]
    delete(ads, id_)

    assert mgh.client().list_application_states()["ApplicationStateList"] == []
