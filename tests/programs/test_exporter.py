"""An exporter like AWS's own: agents in windows of 72 hours, five at a time, by urllib and zip."""

from __future__ import annotations

import csv
import io
import json
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from itertools import pairwise
from typing import Any

import boto3
import pytest
import time_machine
from botocore.exceptions import ClientError

from pytest_mgh import MigrationHub

MAX_RUNNING = 5
WINDOW = timedelta(hours=72)


def parse(text: str, form: str) -> datetime:
    return datetime.strptime(text, form).replace(tzinfo=timezone.utc)


class Exporter:
    """Exports the data of all agents up to now.

    Args:
        wait: Waits between two polls.
    """

    def __init__(self, wait: Callable[[], None]) -> None:
        self.client: Any = boto3.client("discovery")
        self.wait = wait
        self.files: dict[str, list[tuple[str, str]]] = {}
        self.windows: dict[str, list[tuple[datetime, datetime]]] = {}
        self.running: dict[str, tuple[str, datetime, datetime]] = {}
        self.most_running = 0
        self.refused = 0
        self.pauses = 0

    def agents(self) -> list[dict[str, Any]]:
        """All agents, but no connectors."""
        agents: list[dict[str, Any]] = []
        token = ""
        for _ in range(100):
            page = self.client.describe_agents(maxResults=2, nextToken=token)
            agents += page["agentsInfo"]
            if "nextToken" not in page:
                return [one for one in agents if "connector" not in one["agentType"].lower()]
            token = page["nextToken"]
        raise AssertionError("the pages don't end")

    def run(self) -> None:
        form = "%Y-%m-%dT%H:%M:%SZ"
        queue = [
            (
                agent["agentId"],
                parse(agent["registeredTime"], form),
                parse(agent["lastHealthPingTime"], form),
            )
            for agent in self.agents()
        ]
        while queue or self.running:
            while queue and self.start(*queue[0]):
                queue.pop(0)
            self.most_running = max(self.most_running, len(self.running))
            self.pause()
            self.poll()

    def pause(self) -> None:
        self.pauses += 1
        assert self.pauses < 1000, "the exports don't end"
        self.wait()

    def start(self, agent: str, start: datetime, end: datetime) -> bool:
        """Start a window of an agent; go on with one that was exported already."""
        if start >= end:
            return True
        try:
            export = self.client.start_export_task(
                filters=[{"name": "agentIds", "values": [agent], "condition": "EQUALS"}],
                startTime=start,
                endTime=min(start + WINDOW, end),
            )["exportId"]
        except ClientError as error:
            if error.response["Error"]["Code"] != "OperationNotPermittedException":
                raise
            self.refused += 1
            last = error.response["Error"]["Message"].split()[-1]
            if last == "another.":
                return False
            export = last
        self.running[agent] = (export, start, end)
        return True

    def poll(self) -> None:
        for agent, (export, _, end) in list(self.running.items()):
            (row,) = self.client.describe_export_tasks(
                exportIds=[export],
                filters=[{"name": "agentIds", "values": [agent], "condition": "EQUALS"}],
            )["exportsInfo"]
            if row["exportStatus"] == "IN_PROGRESS":
                continue
            assert row["exportStatus"] == "SUCCEEDED", row["statusMessage"]
            del self.running[agent]
            window_start, done = self.unpack(agent, row["configurationsDownloadUrl"])
            self.windows.setdefault(agent, []).append((window_start, done))
            if window_start != done and done < end:
                while not self.start(agent, done, end):
                    self.pause()

    def unpack(self, agent: str, url: str) -> tuple[datetime, datetime]:
        path, _ = urllib.request.urlretrieve(url)
        times: tuple[datetime, datetime] | None = None
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                kind = name.split("_").pop().split(".")[0]
                text = archive.read(name).decode()
                self.files.setdefault(agent, []).append((kind, text))
                if kind == "results":
                    results = json.loads(text)
                    found = results["ExportSummary"]
                    names = ("ActualStartTime", "ActualEndTime")
                    if "ActualEndTime" not in found:
                        found = results
                        names = ("RequestedStartTime", "RequestedEndTime")
                    window_start, done = (parse(found[one], "%Y-%m-%d %H:%M:%S") for one in names)
                    times = (window_start, done)
        assert times is not None
        return times


@pytest.fixture
def estate(mgh: MigrationHub) -> Iterator[MigrationHub]:
    """Seven agents that have run for eight days, a removed one, and a connector."""
    with time_machine.travel(datetime(2024, 5, 1, tzinfo=timezone.utc), tick=False):
        yield fill(mgh)


def fill(mgh: MigrationHub) -> MigrationHub:
    for number in range(7):
        mgh.add_server(f"web-{number}", ip_addresses=[f"192.0.2.{number}"], os_name="Linux")
        mgh.add_agent(f"o-000000000000000{number}", server=f"web-{number}")
    mgh.add_agent("o-gone000000000", server="web-0", health="SHUTDOWN")
    mgh.add_agent("o-connector0000", server="web-0", type="AGENTLESS_CONNECTOR")
    mgh.add_process("web-1", "nginx", command_line="nginx -g")
    mgh.add_connection("web-1", "web-2", port=443, source_process="nginx")
    mgh.advance(timedelta(days=8))
    return mgh


def check(exporter: Exporter) -> None:
    """Each agent's windows are complete, follow each other, and have its data."""
    assert sorted(exporter.windows) == [f"o-000000000000000{number}" for number in range(7)]
    for windows in exporter.windows.values():
        assert [done - window_start for window_start, done in windows[:-1]] == [WINDOW, WINDOW]
        assert all(done == window_start for (_, done), (window_start, _) in pairwise(windows))
        assert windows[-1][1] - windows[0][0] == timedelta(days=8)
    files = dict(exporter.files["o-0000000000000001"])
    (process,) = csv.DictReader(io.StringIO(files["process"]))
    assert process["cmdLine"] == "nginx -g"
    (os_info,) = csv.DictReader(io.StringIO(files["osInfo"]))
    assert (os_info["hostName"], os_info["osName"]) == ("web-1", "Linux")


def test_all_agents_are_exported_in_windows(estate: MigrationHub) -> None:
    exporter = Exporter(wait=lambda: None)

    exporter.run()

    check(exporter)
    found = [kind for kind, text in exporter.files["o-0000000000000001"] if "443" in text]
    assert found == ["sourceProcessConnection"]


@pytest.mark.mgh(background="manual")
def test_at_most_five_exports_run_at_a_time(estate: MigrationHub) -> None:
    exporter = Exporter(wait=estate.settle)

    exporter.run()

    check(exporter)
    assert exporter.most_running == MAX_RUNNING
    assert exporter.refused > 0


def test_a_second_run_continues_after_the_exported_agents(estate: MigrationHub) -> None:
    first = Exporter(wait=lambda: None)
    first.run()
    exports = len(estate.exports)

    second = Exporter(wait=lambda: None)
    second.run()

    check(second)
    assert len(estate.exports) == exports
    assert second.refused == exports


def test_an_empty_account_exports_nothing(mgh: MigrationHub) -> None:
    exporter = Exporter(wait=lambda: None)

    exporter.run()

    assert (exporter.files, mgh.exports) == ({}, ())
