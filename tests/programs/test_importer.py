"""An importer that uploads a CSV, imports it, corrects failed records, and imports them again."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from typing import Any

import boto3
import pytest
import requests
from moto import mock_aws

from pytest_mgh import MigrationHub

BUCKET = "estate"
FILE = """\
ExternalId,HostName,IPAddress,OS.Name,CPU.NumberOfCores,RAM.TotalSizeInMB,Applications,Tags
inv-1,web-1,192.0.2.1,Linux,4,8192,"Shop, Ledger","zone:1, stage:prod"
inv-2,web-2,192.0.2.300,Linux,4,8192,Shop,zone:1
inv-3,web-3,192.0.2.3,Linux,four,8192,Shop,zone:1
inv-4,db-1,192.0.2.4,Windows,8,16384,Shop,zone=2
,,,Linux,1,1024,,
"""

Row = dict[str, str]


class Importer:
    """Imports a file until no record fails, or a failed record cannot be corrected.

    Args:
        mend: Mends a record, given why it failed; `None` gives it up.
        wait: Waits between two polls.
    """

    def __init__(self, mend: Callable[[Row, str], Row | None], wait: Callable[[], None]) -> None:
        self.s3: Any = boto3.client("s3", region_name="us-east-1")
        self.ads: Any = boto3.client("discovery")
        self.mend, self.wait = mend, wait
        self.tasks: list[dict[str, Any]] = []

    def run(self, text: str) -> None:
        name = f"wave {len(self.tasks) + 1}"
        self.s3.put_object(Bucket=BUCKET, Key=f"imports/{name}.csv", Body=text.encode())
        url = self.s3.generate_presigned_url(
            "get_object", Params={"Bucket": BUCKET, "Key": f"imports/{name}.csv"}
        )
        task = self.ads.start_import_task(name=name, importUrl=url)["task"]
        for _ in range(100):
            if task["status"] != "IMPORT_IN_PROGRESS":
                break
            self.wait()
            filters = [{"name": "IMPORT_TASK_ID", "values": [task["importTaskId"]]}]
            (task,) = self.ads.describe_import_tasks(filters=filters)["tasks"]
        self.tasks.append(task)
        if task["status"] == "IMPORT_COMPLETE_WITH_ERRORS":
            again = self.mended(task["errorsAndFailedEntriesZip"])
            if again is not None:
                self.run(again)

    def mended(self, url: str) -> str | None:
        """Return the failed records, corrected; `None` if none can be."""
        archive = zipfile.ZipFile(io.BytesIO(requests.get(url).content))
        (errors,) = [name for name in archive.namelist() if "error" in name]
        (failed,) = [name for name in archive.namelist() if name != errors]
        reasons = [row["Error"] for row in csv.DictReader(io.StringIO(_text(archive, errors)))]
        rows = csv.DictReader(io.StringIO(_text(archive, failed)))
        found = [self.mend(row, why) for row, why in zip(rows, reasons, strict=True)]
        mended = [row for row in found if row is not None]
        file = io.StringIO()
        writer = csv.DictWriter(file, rows.fieldnames or ())
        writer.writeheader()
        writer.writerows(mended)
        return file.getvalue() if mended else None


def _text(archive: zipfile.ZipFile, name: str) -> str:
    return archive.read(name).decode()


def mend(row: Row, why: str) -> Row | None:
    """Correct a record by the error of the service."""
    if why.startswith("IPAddress"):
        return row | {"IPAddress": "192.0.2.2"}
    if why.startswith("CPU.NumberOfCores"):
        return row | {"CPU.NumberOfCores": "4"}
    if why.startswith("Tags"):
        return row | {"Tags": row["Tags"].replace("=", ":")}
    return None


@pytest.mark.parametrize("background", ["eager", "manual"])
def test_failed_records_are_corrected_and_imported_again(background: Any) -> None:
    from pytest_mgh import mock_mgh

    with mock_aws(), mock_mgh(background=background) as hub:
        boto3.client("s3", region_name="us-east-1").create_bucket(Bucket=BUCKET)
        importer = Importer(mend, wait=hub.settle)

        importer.run(FILE)

        first, second = importer.tasks
        assert (first["serverImportSuccess"], first["serverImportFailure"]) == (1, 4)
        assert (second["status"], second["serverImportSuccess"]) == ("IMPORT_COMPLETE", 3)
        assert [server.hostname for server in hub.servers] == ["web-1", "web-2", "web-3", "db-1"]
        assert dict(hub.server("db-1").tags) == {"zone": "2"}
        assert len(hub.application("Shop").servers) == 4


@mock_aws
def test_a_file_that_is_imported_twice_updates_its_servers(mgh: MigrationHub) -> None:
    boto3.client("s3", region_name="us-east-1").create_bucket(Bucket=BUCKET)
    importer = Importer(mend, wait=mgh.settle)
    importer.run(FILE)
    known = {server.hostname: server.configuration_id for server in mgh.servers}

    importer.run(FILE.replace("Linux", "Ubuntu"))

    assert {server.hostname: server.configuration_id for server in mgh.servers} == known
    assert mgh.server("web-1").os_name == "Ubuntu"
    importer.ads.batch_delete_import_data(
        importTaskIds=[task["importTaskId"] for task in importer.tasks[2:]]
    )
    assert mgh.server("web-1").os_name == "Linux"


@mock_aws
def test_a_file_that_cannot_be_corrected_is_reported_and_changes_nothing(mgh: MigrationHub) -> None:
    boto3.client("s3", region_name="us-east-1").create_bucket(Bucket=BUCKET)
    importer = Importer(lambda *_: None, wait=mgh.settle)

    importer.run("HostName,IPAddress\nweb,x\n")

    assert [task["serverImportFailure"] for task in importer.tasks] == [1]
    assert mgh.servers == ()
    assert "IPAddress: 'x' is not an IP address" in mgh.notes[-1]
