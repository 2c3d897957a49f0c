from __future__ import annotations

from typing import Any

import pytest
from sample_values import MANUAL

from pytest_mgh import MigrationHub
from pytest_mgh.services.operation import OPERATIONS


def start(ads: Any) -> str:
    id_: str = ads.start_continuous_export()["exportId"]
    return id_


def statuses(ads: Any) -> list[str]:
    rows = ads.describe_continuous_exports()["descriptions"]
    return [row["status"] for row in rows]


def test_an_export_starts_with_a_bucket_and_a_database(mgh: MigrationHub, ads: Any) -> None:
    answer = ads.start_continuous_export()

    assert answer["exportId"].startswith("continuous-export-")
    assert answer["s3Bucket"].startswith("aws-application-discovery-service-")
    assert answer["dataSource"] == "AGENT"
    assert answer["schemaStorageConfig"] == {
        "databaseName": "application_discovery_service_database"
    }
    assert answer["startTime"]


@MANUAL
def test_an_export_goes_through_its_states(mgh: MigrationHub, ads: Any) -> None:
    id_ = start(ads)
    assert statuses(ads) == ["START_IN_PROGRESS"]
    mgh.settle()
    assert statuses(ads) == ["ACTIVE"]
    answer = ads.stop_continuous_export(exportId=id_)
    assert answer["stopTime"] >= answer["startTime"]
    assert statuses(ads) == ["STOP_IN_PROGRESS"]
    mgh.settle()
    assert statuses(ads) == ["INACTIVE"]
    assert ads.describe_continuous_exports()["descriptions"][0]["stopTime"] == answer["stopTime"]


@MANUAL
def test_there_is_one_export_at_a_time(mgh: MigrationHub, ads: Any) -> None:
    id_ = start(ads)
    for _ in range(2):
        with pytest.raises(ads.exceptions.ConflictErrorException):
            ads.start_continuous_export()
        mgh.settle()

    ads.stop_continuous_export(exportId=id_)
    with pytest.raises(ads.exceptions.ResourceInUseException):
        ads.start_continuous_export()
    mgh.settle()

    start(ads)
    assert statuses(ads) == ["INACTIVE", "START_IN_PROGRESS"]


@MANUAL
def test_an_export_is_stopped_once_it_is_active(mgh: MigrationHub, ads: Any) -> None:
    id_ = start(ads)
    with pytest.raises(ads.exceptions.ResourceInUseException):
        ads.stop_continuous_export(exportId=id_)
    mgh.settle()
    ads.stop_continuous_export(exportId=id_)
    with pytest.raises(ads.exceptions.ResourceInUseException):
        ads.stop_continuous_export(exportId=id_)
    mgh.settle()
    with pytest.raises(ads.exceptions.OperationNotPermittedException):
        ads.stop_continuous_export(exportId=id_)


def test_an_unknown_export_is_not_found(mgh: MigrationHub, ads: Any) -> None:
    with pytest.raises(ads.exceptions.ResourceNotFoundException):
        ads.stop_continuous_export(exportId="unknown")
    with pytest.raises(ads.exceptions.ResourceNotFoundException):
        ads.describe_continuous_exports(exportIds=["unknown"])


def test_exports_are_described_by_id_and_in_pages(mgh: MigrationHub, ads: Any) -> None:
    ids = []
    for _ in range(3):
        ids.append(start(ads))
        ads.stop_continuous_export(exportId=ids[-1])

    (row,) = ads.describe_continuous_exports(exportIds=[ids[1]])["descriptions"]
    assert row["exportId"] == ids[1]
    pages = ads.get_paginator("describe_continuous_exports").paginate(
        PaginationConfig={"PageSize": 1}
    )
    assert [row["exportId"] for page in pages for row in page["descriptions"]] == ids


def test_an_internal_failure_at_the_start_gives_start_failed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from dataclasses import replace

    from pytest_mgh import mock_mgh
    from pytest_mgh.errors import InternalError

    broken = replace(OPERATIONS["StartContinuousExport"], worker=lambda *_: 1 / 0)
    monkeypatch.setitem(OPERATIONS, "StartContinuousExport", broken)
    mock = mock_mgh()
    ads = mock.start().client("discovery")

    id_ = start(ads)

    (row,) = ads.describe_continuous_exports()["descriptions"]
    assert (row["status"], row["statusDetail"]) == ("START_FAILED", "INTERNAL_FAILURE")
    with pytest.raises(ads.exceptions.OperationNotPermittedException):
        ads.stop_continuous_export(exportId=id_)
    with pytest.raises(InternalError):
        mock.stop()


@pytest.mark.parametrize("status", ["ACTIVE", "ERROR", "STOP_FAILED"])
def test_an_export_can_be_added_in_any_state_that_lasts(
    mgh: MigrationHub, ads: Any, status: str
) -> None:
    export = mgh.add_continuous_export(status=status, status_detail="ACCESS_DENIED")

    (row,) = ads.describe_continuous_exports(exportIds=[export.export_id])["descriptions"]
    assert (row["status"], row["statusDetail"]) == (status, "ACCESS_DENIED")
    assert ("stopTime" in row) == (status == "STOP_FAILED")
    with pytest.raises(ads.exceptions.ConflictErrorException):
        ads.start_continuous_export()
    ads.stop_continuous_export(exportId=export.export_id)
    assert mgh.continuous_exports[export.export_id].status == "INACTIVE"


@pytest.mark.parametrize("status", ["START_FAILED", "INACTIVE"])
def test_an_ended_export_does_not_prevent_another(mgh: MigrationHub, ads: Any, status: str) -> None:
    mgh.load({"continuous_exports": [{"export_id": "continuous-export-1", "status": status}]})
    start(ads)

    assert [(one.export_id, one.status) for one in mgh.continuous_exports[:1]] == [
        ("continuous-export-1", status)
    ]
    assert statuses(ads) == [status, "ACTIVE"]


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"status": "STOP_IN_PROGRESS"}, "'STOP_IN_PROGRESS'.*allowed: ACTIVE, ERROR, INACTIVE"),
        ({"export_id": "one"}, "'one' already exists"),
        ({"export_id": "a b"}, "an export id: 1 to 200 characters without blanks"),
        ({"status": "ERROR"}, "'one' is ACTIVE: an account has only one"),
    ],
)
def test_an_invalid_export_is_not_added(
    mgh: MigrationHub, members: dict[str, str], message: str
) -> None:
    mgh.add_continuous_export("one")

    with pytest.raises(ValueError, match=message):
        mgh.add_continuous_export(**members)

    assert [one.export_id for one in mgh.continuous_exports] == ["one"]
