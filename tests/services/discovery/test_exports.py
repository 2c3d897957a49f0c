"""Exports of the estate, of agent data, and of recommended instances."""

from __future__ import annotations

import csv
import io
import json
import urllib.error
import urllib.request
import zipfile
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
import requests
from fetching import FETCHES, fetch_with_urllib
from inner_runs import WITHOUT_PLUGINS, run_in_fork
from sample_values import MANUAL

from pytest_mgh import MigrationHub, mock_mgh

AGENT, OTHER = "o-0123456789abcdef0", "o-ffffffffffffffff0"
RECOMMEND = {"ec2RecommendationsPreferences": {"enabled": True}}


def of_agent(*ids: str, condition: str = "EQUALS", name: str = "agentIds") -> list[Any]:
    return [{"name": name, "condition": condition, "values": [*ids]}]


def described(ads: Any, **arguments: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = ads.describe_export_tasks(**arguments)["exportsInfo"]
    return rows


def rows_of(text: str) -> list[dict[str, str]]:
    return [*csv.DictReader(io.StringIO(text))]


@pytest.fixture
def estate(mgh: MigrationHub) -> MigrationHub:
    """A web server with an agent that has run for a week, and a database."""
    mgh.add_server(
        "web",
        ip_addresses=["192.0.2.1"],
        mac_addresses=["02:00:5e:10:00:01"],
        os_name="Linux",
        tags={"stage": "prod"},
        performance={"numCores": 3, "totalRAMInKB": 8 * 1024 * 1024, "avgCpuUsagePct": 10},
    )
    mgh.add_server("db")
    mgh.add_application("Shop", servers=["web", "db"])
    mgh.add_application("Empty")
    mgh.add_agent(AGENT, server="web")
    mgh.add_process("web", "nginx", command_line="nginx -g")
    mgh.add_connection("web", "db", port=5432, source_process="nginx")
    mgh.advance(timedelta(days=7))
    return mgh


# the task


@MANUAL
def test_an_export_is_in_progress_until_it_is_done(mgh: MigrationHub, ads: Any) -> None:
    id_ = ads.start_export_task()["exportId"]

    (row,) = described(ads)
    assert id_.startswith("export-")
    assert (row["exportId"], row["exportStatus"]) == (id_, "IN_PROGRESS")
    assert row.keys().isdisjoint(
        {"configurationsDownloadUrl", "requestedStartTime", "requestedEndTime"}
    )
    assert mgh.exports[id_].files == {}
    mgh.settle()
    (row,) = described(ads)
    assert row["exportStatus"] == "SUCCEEDED"
    assert row["isTruncated"] is False


def test_times_are_shown_if_they_were_requested(estate: MigrationHub, ads: Any) -> None:
    end = estate.now
    start = end - timedelta(hours=2)
    ads.start_export_task(filters=of_agent(AGENT), startTime=start, endTime=end)

    (row,) = described(ads)

    asked = (row["requestedStartTime"], row["requestedEndTime"])
    assert asked == (start.replace(microsecond=0), end.replace(microsecond=0)) or asked == (
        start,
        end,
    )


def test_the_times_of_an_export_of_the_estate_are_ignored(mgh: MigrationHub, ads: Any) -> None:
    ads.start_export_task(startTime=0, endTime=1)

    assert "requestedStartTime" not in described(ads)[0]


def test_exports_are_found_by_id_and_agent(estate: MigrationHub, ads: Any) -> None:
    first = ads.start_export_task()["exportId"]
    second = ads.start_export_task(filters=of_agent(AGENT))["exportId"]

    def found(**arguments: Any) -> list[str]:
        return [row["exportId"] for row in described(ads, **arguments)]

    assert found() == [first, second]
    assert found(exportIds=[second, "unknown"]) == [second]
    assert found(filters=of_agent(AGENT)) == [second]
    assert found(filters=of_agent(OTHER)) == []
    assert found(exportIds=[first], filters=of_agent(AGENT)) == []


def test_a_paginator_returns_every_export_once(mgh: MigrationHub, ads: Any) -> None:
    ids = [ads.start_export_task()["exportId"] for _ in range(5)]
    pages = ads.get_paginator("describe_export_tasks").paginate(PaginationConfig={"PageSize": 2})

    assert [row["exportId"] for page in pages for row in page["exportsInfo"]] == ids


@pytest.mark.parametrize(
    "arguments",
    [
        {"filters": of_agent(AGENT, OTHER)},
        {"filters": of_agent()},
        {"filters": of_agent("o-unknown-agent")},
        {"filters": of_agent(AGENT, condition="CONTAINS")},
        {"filters": of_agent(AGENT, name="agentId")},
        {"filters": of_agent(AGENT), "startTime": 2, "endTime": 1},
        {"exportDataFormat": ["GRAPHML"]},
        {"preferences": {"ec2RecommendationsPreferences": {"tenancy": "HOST"}}},
    ],
)
def test_an_invalid_export_request_is_refused(
    estate: MigrationHub, ads: Any, arguments: dict[str, Any]
) -> None:
    with pytest.raises(ads.exceptions.InvalidParameterValueException):
        ads.start_export_task(**arguments)

    assert estate.exports == ()


@MANUAL
def test_five_exports_of_agents_run_at_a_time(estate: MigrationHub, ads: Any) -> None:
    for _ in range(5):
        ads.start_export_task(filters=of_agent(AGENT))
    ads.start_export_task()

    with pytest.raises(ads.exceptions.OperationNotPermittedException) as refused:
        ads.start_export_task(filters=of_agent(AGENT))

    assert refused.value.response["Error"]["Message"] == (
        "You have reached limit of maximum allowed concurrent exports. Please wait for current "
        "export tasks to finish before starting another."
    )
    estate.settle()
    ads.start_export_task(filters=of_agent(AGENT))


def test_the_same_agent_and_times_are_exported_once(estate: MigrationHub, ads: Any) -> None:
    start = estate.now - timedelta(hours=3)
    asked = {"filters": of_agent(AGENT), "startTime": start, "endTime": estate.now}
    id_ = ads.start_export_task(**asked)["exportId"]

    with pytest.raises(ads.exceptions.OperationNotPermittedException) as refused:
        ads.start_export_task(**asked)

    message = refused.value.response["Error"]["Message"]
    assert message == f"A successful export is already present Export ID: {id_}"
    ads.start_export_task(**asked | {"startTime": start - timedelta(hours=1)})


@MANUAL
def test_an_export_of_a_deleted_agent_fails(estate: MigrationHub, ads: Any) -> None:
    ads.start_export_task(filters=of_agent(AGENT))
    ads.batch_delete_agents(deleteAgents=[{"agentId": AGENT, "force": True}])
    estate.settle()

    (row,) = described(ads)
    assert row["exportStatus"] == "FAILED"
    assert AGENT in row["statusMessage"]
    assert "configurationsDownloadUrl" not in row


# ExportConfigurations


def test_configurations_are_exported_twice_in_six_hours(mgh: MigrationHub, ads: Any) -> None:
    ids = [ads.export_configurations()["exportId"] for _ in range(2)]

    with pytest.raises(ads.exceptions.OperationNotPermittedException):
        ads.export_configurations()
    mgh.advance(6 * 3600)
    ids.append(ads.export_configurations()["exportId"])

    rows = ads.describe_export_configurations()["exportsInfo"]
    assert [row["exportId"] for row in rows] == ids
    rows = ads.describe_export_configurations(exportIds=ids[:1])["exportsInfo"]
    assert [row["exportStatus"] for row in rows] == ["SUCCEEDED"]
    with pytest.raises(ads.exceptions.ResourceNotFoundException):
        ads.describe_export_configurations(exportIds=["unknown"])


# the download


@pytest.mark.parametrize("fetch", FETCHES)
def test_a_url_can_be_fetched_without_credentials(
    estate: MigrationHub, ads: Any, fetch: Any
) -> None:
    id_ = ads.start_export_task()["exportId"]
    (row,) = described(ads)

    archive = zipfile.ZipFile(io.BytesIO(fetch(row["configurationsDownloadUrl"])))

    assert row["configurationsDownloadUrl"] == estate.exports[id_].url
    files = {name: archive.read(name).decode() for name in archive.namelist()}
    assert files == estate.exports[id_].files


@pytest.mark.mgh(background="manual")
def test_an_export_has_no_url_before_it_has_succeeded(mgh: MigrationHub, ads: Any) -> None:
    id_ = ads.start_export_task()["exportId"]
    assert mgh.exports[id_].url is None

    mgh.settle()
    assert mgh.exports[id_].url is not None


def test_a_head_of_a_url_has_the_length_of_the_file_and_no_body(
    estate: MigrationHub, ads: Any
) -> None:
    id_ = ads.start_export_task()["exportId"]
    url = str(estate.exports[id_].url)

    with urllib.request.urlopen(urllib.request.Request(url, method="HEAD")) as head:
        assert (head.status, head.read()) == (200, b"")
        length = int(head.headers["Content-Length"])
    with urllib.request.urlopen(url) as whole:
        assert len(whole.read()) == length


def test_a_url_with_another_signature_is_refused(estate: MigrationHub, ads: Any) -> None:
    ads.start_export_task()
    url = described(ads)[0]["configurationsDownloadUrl"]

    for wrong in (url[:-1], url + "0", url.partition("?")[0], url.replace("123456789012", "x")):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(wrong)
        assert refused.value.code == 403
        refused.value.close()


def test_a_url_stops_working_after_the_mock() -> None:
    with mock_mgh() as hub:
        ads = hub.client("discovery")
        ads.start_export_task()
        url = described(ads)[0]["configurationsDownloadUrl"]
        fetch_with_urllib(url)

    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(url)


def test_exported_files_can_be_read_while_sockets_are_forbidden(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_ADDOPTS", WITHOUT_PLUGINS)
    pytester.makepyfile(
        """
        def test_it(mgh):
            ads = mgh.client("discovery")
            id_ = ads.start_export_task()["exportId"]
            (row,) = ads.describe_export_tasks()["exportsInfo"]
            assert ".amazonaws.com/" in row["configurationsDownloadUrl"]
            assert "Servers.csv" in mgh.exports[id_].files
        """
    )

    run_in_fork(pytester, "--disable-socket").assert_outcomes(passed=1)


def test_no_socket_is_opened_before_a_url_is_returned(
    mgh: MigrationHub, ads: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = []
    monkeypatch.setattr("socket.socket.bind", lambda *arguments: opened.append(arguments))

    id_ = ads.start_export_task()["exportId"]
    assert mgh.exports[id_].files
    assert opened == []


@pytest.mark.mgh(requests=True)
def test_a_download_is_not_recorded_as_a_call(estate: MigrationHub, ads: Any) -> None:
    ads.start_export_task()
    url = described(ads)[0]["configurationsDownloadUrl"]

    assert requests.get(url).status_code == 200


# contents


def test_an_estate_is_exported_completely(estate: MigrationHub, ads: Any) -> None:
    id_ = ads.start_export_task()["exportId"]
    files = estate.exports[id_].files
    web, db = (server.configuration_id for server in estate.servers)

    assert [*files] == ["Servers.csv", "Applications.csv", "Tags.csv", "SystemPerformance.csv"]
    servers = rows_of(files["Servers.csv"])
    assert [(row["configurationId"], row["hostName"]) for row in servers] == [
        (web, "web"),
        (db, "db"),
    ]
    assert (servers[0]["osName"], servers[0]["agentId"]) == ("Linux", AGENT)
    applications = rows_of(files["Applications.csv"])
    assert [(row["name"], row["serverConfigurationId"]) for row in applications] == [
        ("Shop", web),
        ("Shop", db),
        ("Empty", ""),
    ]
    tags = rows_of(files["Tags.csv"])
    assert [(row["configurationId"], row["key"], row["value"]) for row in tags] == [
        (web, "stage", "prod")
    ]
    (measured,) = rows_of(files["SystemPerformance.csv"])
    assert (measured["configurationId"], measured["numCores"]) == (web, "3")


def agent_files(estate: MigrationHub, ads: Any, **times: Any) -> dict[str, str]:
    """The files of an export of the agent, by kind."""
    id_ = ads.start_export_task(filters=of_agent(AGENT), **times)["exportId"]
    return {
        name.rpartition("_")[2].partition(".")[0]: text
        for name, text in estate.exports[id_].files.items()
    }


def test_an_export_of_an_agent_has_the_files_that_the_tool_of_aws_reads(
    estate: MigrationHub, ads: Any
) -> None:
    files = agent_files(estate, ads)

    assert {*files} == {
        "networkInterface",
        "osInfo",
        "process",
        "systemPerformance",
        "sourceProcessConnection",
        "destinationProcessConnection",
        "results",
    }
    (interface,) = rows_of(files["networkInterface"])
    assert (interface["agentId"], interface["ipAddress"], interface["family"]) == (
        AGENT,
        "192.0.2.1",
        "IPv4",
    )
    (os_info,) = rows_of(files["osInfo"])
    assert (os_info["hostName"], os_info["osName"]) == ("web", "Linux")
    (process,) = rows_of(files["process"])
    assert (process["name"], process["cmdLine"], process["isSystem"]) == (
        "nginx",
        "nginx -g",
        "false",
    )
    (measured,) = rows_of(files["systemPerformance"])
    assert (measured["totalNumCores"], measured["totalRAM (MB)"]) == ("3", "8192")
    (connection,) = rows_of(files["sourceProcessConnection"])
    assert connection["destinationPort"] == "5432"
    assert connection["agentAssignedProcessId"] == process["agentAssignedProcessId"]
    assert rows_of(files["destinationProcessConnection"]) == []


def summary(files: dict[str, str]) -> tuple[datetime, datetime] | None:
    export_summary = json.loads(files["results"])["ExportSummary"]
    if not export_summary:
        return None
    start, end = (
        datetime.strptime(export_summary[name], "%Y-%m-%d %H:%M:%S").replace(tzinfo=timezone.utc)
        for name in ("ActualStartTime", "ActualEndTime")
    )
    return start, end


def test_an_export_has_seventy_two_hours_of_an_agents_data(estate: MigrationHub, ads: Any) -> None:
    found = summary(agent_files(estate, ads))

    assert found is not None
    assert found[1] - found[0] == timedelta(hours=72)
    assert described(ads)[0]["isTruncated"] is True


def test_an_export_has_the_requested_data(estate: MigrationHub, ads: Any) -> None:
    start = (estate.now - timedelta(days=2)).replace(microsecond=0)
    end = start + timedelta(days=1)

    assert summary(agent_files(estate, ads, startTime=start, endTime=end)) == (start, end)


def test_an_export_of_a_period_without_data_has_only_its_results(
    estate: MigrationHub, ads: Any
) -> None:
    files = agent_files(estate, ads, startTime=1, endTime=2)

    assert [*files] == ["results"]
    assert summary(files) is None
    assert json.loads(files["results"])["RequestedEndTime"] == "1970-01-01 00:00:02"


@pytest.mark.parametrize(
    ("preferences", "model"),
    [
        ({}, "t3.xlarge"),
        ({"excludedInstanceTypes": ["t3.xlarge"]}, "c5.xlarge"),
        ({"excludedInstanceTypes": ["t3", "c5"]}, "m5.xlarge"),
        ({"ramPerformanceMetricBasis": {"name": "SPEC", "percentageAdjust": 25}}, "t3.xlarge"),
        (
            {
                "cpuPerformanceMetricBasis": {"name": "AVG"},
                "ramPerformanceMetricBasis": {"percentageAdjust": 6},
            },
            "t3.nano",
        ),
    ],
)
def test_the_cheapest_instance_that_is_big_enough_is_recommended(
    estate: MigrationHub, ads: Any, preferences: dict[str, Any], model: str
) -> None:
    asked = {"ec2RecommendationsPreferences": {"enabled": True, **preferences}}
    id_ = ads.start_export_task(exportDataFormat=["CSV"], preferences=asked)["exportId"]

    rows = rows_of(estate.exports[id_].files["EC2InstanceRecommendations.csv"])

    assert rows[0]["Recommendation.EC2.Instance.Model"] == model
    assert rows[0]["UserPreference.EC2.Tenancy"] == "SHARED"
    assert rows[1]["Recommendation.EC2.Instance.Model"] == ""
    assert rows[1]["Recommendation.EC2.Remarks"].startswith("Insufficient data")


def test_a_server_for_which_no_instance_is_big_enough_gets_none(
    mgh: MigrationHub, ads: Any
) -> None:
    mgh.add_server("huge", performance={"numCores": 5000, "totalRAMInKB": 1024 * 1024})
    asked = {"ec2RecommendationsPreferences": {"enabled": True}}
    id_ = ads.start_export_task(exportDataFormat=["CSV"], preferences=asked)["exportId"]

    (row,) = rows_of(mgh.exports[id_].files["EC2InstanceRecommendations.csv"])
    assert row["Recommendation.EC2.Instance.Model"] == ""
    assert row["Recommendation.EC2.Remarks"] == "No instance type is big enough."


def test_an_export_with_disabled_recommendations_exports_the_estate(
    mgh: MigrationHub, ads: Any
) -> None:
    asked = {"ec2RecommendationsPreferences": {"enabled": False}}

    ads.start_export_task(preferences=asked)

    assert [one.kind for one in mgh.exports] == ["ESTATE"]


def test_exports_survive_a_snapshot_with_their_urls(estate: MigrationHub, ads: Any) -> None:
    ads.start_export_task(preferences=RECOMMEND)
    before = described(ads)

    estate.restore(json.loads(json.dumps(estate.snapshot())))

    assert described(ads) == before
    assert fetch_with_urllib(before[0]["configurationsDownloadUrl"])


# views


def test_exports_are_looked_up_by_id(mgh: MigrationHub, ads: Any) -> None:
    id_ = ads.start_export_task()["exportId"]

    assert mgh.exports[id_] is not None
    assert mgh.exports[0] == mgh.exports[id_]
    assert id_ in mgh.exports
    assert mgh.exports[id_] in mgh.exports
    with pytest.raises(KeyError, match=f"no export 'x'; .*there are: {id_}"):
        mgh.exports["x"]
