"""Import files: their contents, their failures, and their sources."""

from __future__ import annotations

import base64
import csv
import io
import sys
import time
import urllib.request
import zipfile
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from moto import mock_aws

from pytest_mgh import MigrationHub
from pytest_mgh.hub.discovery_views import ImportView
from pytest_mgh.services.discovery import import_file, imports
from pytest_mgh.services.discovery.import_object import object_of
from pytest_mgh.state.attributes import ATTRIBUTES

URL = "s3://bucket/rows.csv"


def start(mgh: MigrationHub, url: str = URL, name: str = "wave") -> str:
    asked = {"name": name, "importUrl": url}
    id_: str = mgh.client("discovery").start_import_task(**asked)["task"]["importTaskId"]
    return id_


def run(mgh: MigrationHub, url: str = URL, name: str = "wave") -> ImportView:
    """Import the file at a URL; return the view of the import."""
    id_ = start(mgh, url, name)
    return mgh.imports[id_]


def import_rows(mgh: MigrationHub, *lines: str, name: str = "wave") -> ImportView:
    """Import a file of those lines; return the view of the import."""
    mgh.import_source(URL, "\n".join(lines) + "\n")
    return run(mgh, name=name)


def described(mgh: MigrationHub, id_: str) -> dict[str, Any]:
    filters = [{"name": "IMPORT_TASK_ID", "values": [id_]}]
    (task,) = mgh.client("discovery").describe_import_tasks(filters=filters)["tasks"]
    found: dict[str, Any] = task
    return found


# columns

CELLS = {
    "performance.avgCpuUsagePct": "12.5",
    "performance.numCores": "4",
    "ip_addresses": "192.0.2.1",
    "mac_addresses": "02:00:5e:10:00:01",
}
COLUMNS = [one for one in ATTRIBUTES.values() if one.column]


@pytest.mark.parametrize("attribute", COLUMNS, ids=[one.column for one in COLUMNS])
def test_every_column_of_the_template_is_kept(mgh: MigrationHub, attribute: Any) -> None:
    cell = CELLS.get(attribute.name, "8" if attribute.is_measurement else "text")
    header = "HostName" if attribute.name == "hostname" else f"ExternalId,{attribute.column}"
    header = "HostName,ExternalId" if attribute.name == "external_id" else header

    row = import_rows(mgh, header, cell if header == "HostName" else f"inv-1,{cell}")

    assert row.status == "IMPORT_COMPLETE"
    (entry,) = mgh.servers[0].entries
    value = dict(entry.values)[attribute.name]
    assert value == (str(int(cell) * attribute.factor) if attribute.factor != 1 else cell,)


def test_memory_is_kept_in_kilobytes(mgh: MigrationHub) -> None:
    header = "HostName,RAM.TotalSizeInMB,RAM.UsedSizeInMB.Avg,RAM.UsedSizeInMB.Max"
    import_rows(mgh, header, "web,4096,1024.5,2048")
    id_ = mgh.server("web").configuration_id

    (row,) = mgh.client("discovery").describe_configurations(configurationIds=[id_])[
        "configurations"
    ]

    measured = {key: value for key, value in row.items() if "RAM" in key}
    assert measured == {
        "server.performance.totalRAMInKB": "4194304",
        "server.performance.avgFreeRAMInKB": "3145216",
        "server.performance.minFreeRAMInKB": "2097152",
    }
    assert dict(mgh.server("web").performance)["avgUsedRAMInKB"] == "1049088"


@pytest.mark.parametrize(
    ("column", "cell", "why"),
    [
        ("CPU.NumberOfCores", "many", "CPU.NumberOfCores: 'many' is not a whole number"),
        ("CPU.NumberOfCores", "1.5", "whole number"),
        ("CPU.NumberOfCores", "²", "whole number"),
        ("CPU.NumberOfCores", "1" * 5000, "whole number"),
        ("CPU.NumberOfProcessors", "-1", "whole number"),
        ("CPU.UsagePct.Avg", "100.5", "a percentage, 0 to 100"),
        ("RAM.TotalSizeInMB", "nan", "a number >= 0"),
        ("RAM.TotalSizeInMB", "1e9", "a number >= 0"),
        ("DiskReadsPerSecondInKB.Avg", "-3", "a number >= 0"),
        ("IPAddress", "1.2.3.²", "'1.2.3.²' is not an IP address"),
        ("IPAddress", "1.2.3." + "9" * 5000, "is not an IP address"),
        ("IPAddress", '"192.0.2.1, 300.0.0.1"', "'300.0.0.1' is not an IP address"),
        ("MACAddress", "02:00:5e", "is not a MAC address"),
        ("OS.Name", "\ud800", "OS.Name: it has an invalid character"),
        ("Tags", "\udfff:1", "an invalid character"),
        ("Tags", "a", "Tags: 'a' is not a key, a colon and a value"),
        ("ServerId", "d-server-none", "ServerId: there is no server 'd-server-none'"),
        ("RAM.UsedSizeInMB.Avg,RAM.TotalSizeInMB", "2,1", "is more than RAM.TotalSizeInMB"),
    ],
)
def test_an_invalid_cell_fails_its_record(
    mgh: MigrationHub, column: str, cell: str, why: str
) -> None:
    task = import_rows(mgh, f"HostName,{column}", f"bad,{cell}", "good," + "," * column.count(","))

    assert (task.status, task.server_success) == ("IMPORT_COMPLETE_WITH_ERRORS", 1)
    ((failure),) = task.failures
    assert failure.line == 2
    assert why in failure.reason
    assert [server.hostname for server in mgh.servers] == ["good"]


def test_an_application_name_with_an_invalid_character_fails_the_application_only(
    mgh: MigrationHub,
) -> None:
    task = import_rows(mgh, "HostName,Applications", "web,\ud800")

    assert (task.server_success, task.application_failure) == (1, 1)
    assert "it has an invalid character" in task.failures[0].reason
    assert mgh.applications == ()


def test_a_repeated_tag_key_has_its_last_value(mgh: MigrationHub) -> None:
    import_rows(mgh, "HostName,Tags", 'web,"zone:3, critical:no, zone:1"')

    assert dict(mgh.server("web").tags) == {"zone": "1", "critical": "no"}


def test_a_misspelled_column_is_mentioned_in_the_notes(mgh: MigrationHub) -> None:
    import_rows(mgh, "Hostname,ExternalId,Owner", "web,inv-1,me")

    assert "column 'Hostname' is ignored; did you mean 'HostName'?" in mgh.notes[0]
    assert len(mgh.notes) == 1


# failed records


def fetch(url: str) -> dict[str, str]:
    with urllib.request.urlopen(url) as answer:
        archive = zipfile.ZipFile(io.BytesIO(answer.read()))
    return {name: archive.read(name).decode() for name in archive.namelist()}


def test_failed_records_can_be_fetched_as_they_were(mgh: MigrationHub) -> None:
    header = "HostName,IPAddress,Owner"
    task = import_rows(mgh, header, "web,192.0.2.1,a", 'db,nonsense,"b, c"', ",,d")

    files = fetch(described(mgh, task.import_task_id)["errorsAndFailedEntriesZip"])

    assert files == task.files
    errors = [*csv.reader(io.StringIO(files["errors.csv"]))]
    assert errors[:2] == [["Line", "Error"], ["3", "IPAddress: 'nonsense' is not an IP address"]]
    assert errors[2][0] == "4"
    assert [*csv.reader(io.StringIO(files["failed-records.csv"]))] == [
        header.split(","),
        ["db", "nonsense", "b, c"],
        ["", "", "d"],
    ]


def test_an_import_without_failures_has_no_archive(mgh: MigrationHub) -> None:
    task = import_rows(mgh, "HostName", "web")

    assert "errorsAndFailedEntriesZip" not in described(mgh, task.import_task_id)
    assert task.files == {}


def test_failures_are_mentioned_in_the_notes(mgh: MigrationHub) -> None:
    import_rows(mgh, "HostName,IPAddress", "web,x", "db,y", "good,192.0.2.1")

    assert mgh.notes == (
        "Import 'wave': 2 of 3 records failed; line 2: IPAddress: 'x' is not an IP address",
    )


# quotas


def test_servers_are_counted_and_not_rows(
    mgh: MigrationHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_file, "MAX_SERVERS_IMPORTED", 3)

    assert import_rows(mgh, "HostName", *["a", "b", "c"] * 3).status == "IMPORT_COMPLETE"
    assert len(mgh.servers) == 3


def test_the_quota_of_records_applies_to_the_account(
    mgh: MigrationHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_file, "MAX_RECORDS", 5)
    rows = [import_rows(mgh, "HostName", "a", "b", name=name) for name in ("1", "2", "3")]

    assert [row.status for row in rows] == [
        "IMPORT_COMPLETE",
        "IMPORT_COMPLETE",
        "IMPORT_FAILED_RECORD_LIMIT_EXCEEDED",
    ]
    mgh.client("discovery").batch_delete_import_data(importTaskIds=[rows[0].import_task_id])
    assert import_rows(mgh, "HostName", "a", "b").status == "IMPORT_COMPLETE"


def test_the_number_of_records_deleted_a_day_is_limited(
    mgh: MigrationHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """25,000, by the day of UTC; OVER_LIMIT in a 200."""
    assert imports.MAX_IMPORT_DELETIONS == 25_000
    monkeypatch.setattr(imports, "MAX_IMPORT_DELETIONS", 3)
    ids = [import_rows(mgh, "HostName", "a", "b", name=name).import_task_id for name in ("1", "2")]

    def delete(*ids: str) -> list[str]:
        answer = mgh.client("discovery").batch_delete_import_data(importTaskIds=ids)
        return [error["errorCode"] for error in answer["errors"]]

    assert delete(*ids) == ["OVER_LIMIT"]
    assert mgh.imports[ids[1]].status == "IMPORT_COMPLETE"
    mgh.advance(24 * 3600)
    assert delete(ids[1]) == []
    assert mgh.servers == ()


# sources of files


@pytest.mark.parametrize(
    "url",
    [
        "s3://my.bucket/folder/a b.csv",
        "https://my.bucket.s3.us-west-2.amazonaws.com/folder/a%20b.csv",
        "https://my.bucket.s3.amazonaws.com/folder/a%20b.csv",
        "https://my.bucket.s3-us-west-2.amazonaws.com/folder/a%20b.csv",
        "https://my.bucket.s3.dualstack.us-west-2.amazonaws.com/folder/a%20b.csv",
        "https://s3.us-west-2.amazonaws.com/my.bucket/folder/a%20b.csv",
        "https://s3.amazonaws.com/my.bucket/folder/a%20b.csv",
        "https://s3-eu-west-1.amazonaws.com/my.bucket/folder/a%20b.csv",
        "https://my.bucket.s3.us-west-2.amazonaws.com/folder/a%20b.csv?X-Amz-Signature=1&X=2",
    ],
)
def test_every_form_of_a_url_names_the_same_object(url: str) -> None:
    assert object_of(url) == "s3://my.bucket/folder/a b.csv"


@pytest.mark.parametrize("url", ["https://example.com/a.csv?x=1", "https://[bad/a.csv"])
def test_a_url_of_another_host_is_its_own_name(url: str) -> None:
    assert object_of(url) == url.partition("?")[0]


def test_a_source_is_found_by_any_form_of_its_url(mgh: MigrationHub) -> None:
    mgh.import_source("https://bucket.s3.us-west-2.amazonaws.com/a.csv?sig=1", "HostName\nweb\n")

    assert run(mgh, "s3://bucket/a.csv").status == "IMPORT_COMPLETE"


@mock_aws
def test_the_object_is_read_from_motos_s3(mgh: MigrationHub) -> None:
    s3 = boto3.client("s3", region_name="us-east-1")
    s3.create_bucket(Bucket="estate")
    s3.put_object(Bucket="estate", Key="a/wave 1.csv", Body="HostName\nmünchen\n".encode())
    url = s3.generate_presigned_url(
        "get_object", Params={"Bucket": "estate", "Key": "a/wave 1.csv"}
    )

    assert run(mgh, url).status == "IMPORT_COMPLETE"
    assert mgh.servers[0].hostname == "münchen"


@mock_aws
def test_an_object_missing_in_moto_is_read_from_the_test(mgh: MigrationHub) -> None:
    boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="estate")
    mgh.import_source("s3://estate/a.csv", "HostName\nweb\n")

    assert run(mgh, "s3://estate/a.csv").status == "IMPORT_COMPLETE"
    assert run(mgh, "s3://estate/b.csv", "lost").status == "IMPORT_FAILED"
    assert "moto's S3 has no such object" in mgh.notes[-1]


@mock_aws
def test_an_object_of_a_bucket_missing_in_moto_is_read_from_the_test(mgh: MigrationHub) -> None:
    boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="other")
    mgh.import_source("s3://estate/a.csv", "HostName\nweb\n")

    assert run(mgh, "s3://estate/a.csv").status == "IMPORT_COMPLETE"


@mock_aws
def test_an_object_is_read_from_the_test_where_moto_has_not_loaded_its_s3(
    mgh: MigrationHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "moto.s3.models", raising=False)
    mgh.import_source("s3://estate/a.csv", "HostName\nweb\n")

    assert run(mgh, "s3://estate/a.csv").status == "IMPORT_COMPLETE"


def test_the_notes_say_how_to_provide_a_missing_object(mgh: MigrationHub) -> None:
    mgh.import_source("s3://bucket/other.csv", "HostName\nweb\n")

    start(mgh, "s3://bucket/a.csv")

    (note,) = mgh.notes
    assert note == (
        "Import 'wave' failed: no file is known for s3://bucket/a.csv: "
        "give its content with hub.import_source(url, csv); known: s3://bucket/other.csv"
    )


# RVTools

VINFO = (
    "VM,Powerstate,DNS Name,CPUs,Memory,Primary IP Address,OS according to the VMware Tools,"
    "VM ID,VI SDK UUID,Path,SMBIOS UUID\n"
    'web,poweredOn,web.corp,4,"4,096",192.0.2.1,Linux,vm-1,vc-1,[ds] web/web.vmx,4c4c\n'
)


def rvtools(name: str = "RVTools_tabvInfo.csv", text: str = VINFO) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("RVTools_tabvHost.csv", "Host\nesx-1\n")
        archive.writestr(name, text)
    return file.getvalue()


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_an_export_of_rvtools_is_imported(mgh: MigrationHub, delimiter: str) -> None:
    rows = csv.reader(io.StringIO(VINFO))
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    mgh.import_source("s3://bucket/vms.zip", rvtools(text=text.getvalue()))

    task = run(mgh, "s3://bucket/vms.zip")

    assert (task.status, task.classification) == ("IMPORT_COMPLETE", "RVTOOLS_EXPORT")
    (server,) = mgh.servers
    assert (server.hostname, server.vm_name, server.os_name) == ("web.corp", "web", "Linux")
    assert (server.vm_manager_id, server.vm_managed_object_reference) == ("vc-1", "vm-1")
    assert (server.vm_path, server.bios_id, server.type) == (
        "[ds] web/web.vmx",
        "4c4c",
        "VMWARE_VM",
    )
    assert dict(server.performance) == {"totalRAMInKB": "4194304", "numCpus": "4"}


@pytest.mark.parametrize("content", [b"no zip", rvtools("other.csv"), b"PK\x03\x04"])
def test_another_zip_is_not_supported(mgh: MigrationHub, content: bytes) -> None:
    mgh.import_source("s3://bucket/vms.zip", content)

    task = run(mgh, "s3://bucket/vms.zip")

    assert task.status == "IMPORT_FAILED_UNSUPPORTED_FILE_TYPE"
    assert "it must be a ZIP" in mgh.notes[0]


def test_a_binary_source_survives_a_snapshot(mgh: MigrationHub) -> None:
    mgh.import_source("s3://bucket/vms.zip", rvtools())
    data = mgh.snapshot()
    archive = data["import_archives"]["s3://bucket/vms.zip"]
    assert base64.b64decode(archive) == rvtools()

    mgh.restore(data)

    assert run(mgh, "s3://bucket/vms.zip").status == "IMPORT_COMPLETE"


# failures do not block or affect other imports


def test_an_internal_failure_fails_the_import_and_others_continue(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from pytest_mgh import mock_mgh
    from pytest_mgh.errors import InternalError

    mock = mock_mgh(background="manual")
    hub = mock.start()
    hub.import_source(URL, "HostName\nweb\n")
    first = start(hub)
    hub.client().create_progress_update_stream(ProgressUpdateStreamName="SMS")
    hub.client().delete_progress_update_stream(ProgressUpdateStreamName="SMS")
    monkeypatch.setattr(import_file, "import_file", lambda *_: 1 / 0)

    hub.settle()

    assert hub.imports[first].status == "INTERNAL_ERROR"
    assert (hub.streams, hub.pending) == ((), ())
    assert "failed: ZeroDivisionError" in hub.notes[0]
    with pytest.raises(InternalError):
        mock.stop()


def _address(number: int) -> str:
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


def _rows(header: str, row: Callable[[int], str]) -> Callable[[int], str]:
    return lambda count: "\n".join([header, *map(row, range(count))]) + "\n"


GROWING: dict[str, Callable[[int], str]] = {
    "servers": _rows("HostName,IPAddress", lambda i: f"h{i},{_address(i)}"),
    "addresses of one external id": _rows("ExternalId,IPAddress", lambda i: f"e,{_address(i)}"),
    "addresses of one host": _rows("HostName,IPAddress", lambda i: f"web,{_address(i)}"),
    "external ids of one name": _rows("ExternalId,HostName", lambda i: f"e{i},web"),
    "one name that many have": _rows(
        "ExternalId,HostName", lambda i: f"e{i},web" if i % 2 else ",web"
    ),
    "columns over short rows": lambda count: (
        ",".join(f"c{i}" for i in range(count)) + ",HostName\n" + "a\n" * count
    ),
    "servers in applications": lambda count: (
        "HostName,Applications\n"
        + "".join(
            f'h{i},"{",".join(f"a{j}" for j in range(int(count**0.5)))}"\n'
            for i in range(int(count**0.5))
        )
    ),
    "records that fail": _rows("HostName,CPU.NumberOfCores", lambda i: f"h{i},many"),
}


def _seconds(mgh: MigrationHub, text: str) -> float:
    """Return the CPU time of an import and of its deletion."""
    mgh.reset()
    mgh.import_source(URL, text)
    before = time.thread_time()
    id_ = start(mgh)
    mgh.client("discovery").batch_delete_import_data(importTaskIds=[id_])
    return time.thread_time() - before


@pytest.mark.parametrize("file", GROWING.values(), ids=GROWING)
def test_the_time_of_an_import_grows_linearly_with_its_file(
    mgh: MigrationHub, file: Callable[[int], str]
) -> None:
    """Eight times the file is far from 64 times the time."""
    small = min(_seconds(mgh, file(250)) for _ in range(3))
    large = _seconds(mgh, file(2000))

    assert large < 24 * max(small, 0.005)


def test_a_file_of_ten_megabytes_is_imported_in_seconds(mgh: MigrationHub) -> None:
    row = ",".join(["x" * 20] * 45)
    text = "HostName," + ",".join(f"Custom{number}" for number in range(45)) + "\n"
    text += "".join(f"host-{number},{row}\n" for number in range(10_000))
    assert len(text) > 9_000_000

    assert _seconds(mgh, text) < 10
    assert [task.server_success for task in mgh.imports] == [10_000]
