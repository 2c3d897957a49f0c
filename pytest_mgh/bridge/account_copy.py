"""A copy of an account: hub state built from the answers of the account's operations.

What they leave open (who has mapped a task, what an import found, when the next update is due) is
as in what a test has seeded.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, get_args

from pytest_mgh.hub.snapshot import take_snapshot
from pytest_mgh.hub.worlds import new_world
from pytest_mgh.protocol.times import read_iso
from pytest_mgh.state.accounts import HomeRegionControl
from pytest_mgh.state.attributes import ATTRIBUTES, SERVER_TYPES
from pytest_mgh.state.discovery_records import (
    Agent,
    Application,
    Connection,
    FileClassification,
    Health,
    ImportStatus,
    ImportTask,
    Process,
    Server,
    Tag,
    agent_source,
    seed_source,
)
from pytest_mgh.state.records import ApplicationState, Association, Task, TaskState, TaskUpdate
from pytest_mgh.state.settings import Settings

ListedRow = Mapping[str, Any]

_SERVER_KEYS = {
    f"server.{one.key}": name for name, one in ATTRIBUTES.items() if one.key and not one.many
}


class AccountCopy:
    """A copy of an account, to which one thing after the other is added.

    Args:
        account_id: The id that it gets.
        home_region: Its home Region.

    Attributes:
        counts: How many things of a kind it has.
        left_out: How many things the hub cannot hold, by the reason.
    """

    def __init__(self, account_id: str, home_region: str) -> None:
        self._world = new_world(Settings(account_id=account_id, home_region=home_region))
        self._journal = self._world.journal
        with self._journal.whole():
            self._store = self._world.store_to_change(account_id, home_region)
        self._repository = self._store.repository
        self.counts: Counter[str] = Counter()
        self.left_out: Counter[str] = Counter()

    @contextmanager
    def _adding(self, kind: str) -> Iterator[None]:
        """Count one thing more, if the block adds it whole."""
        with self._journal.whole():
            yield
        self.counts[kind] += 1

    def data(self, notes: Iterable[str]) -> dict[str, Any]:
        """Return the copy as a snapshot, with notes."""
        with self._journal.whole():
            for note in notes:
                self._world.note(note)
        return take_snapshot(self._world)

    def add_control(self, row: ListedRow) -> None:
        """Add the control of the home Region."""
        control = HomeRegionControl(
            row["ControlId"], row["HomeRegion"], row["Target"]["Id"], float(row["RequestedTime"])
        )
        with self._journal.whole():
            self._world.put_control(control)

    # discovery

    def add_servers(self, rows: Iterable[ListedRow]) -> None:
        """Add servers by their rows in DescribeConfigurations."""
        with self._journal.whole():
            for row in rows:
                self._add_server(row)

    def _add_server(self, row: ListedRow) -> None:
        id_, time = row["server.configurationId"], _time(row["server.timeOfCreation"])
        values: dict[str, tuple[str, ...]] = {
            name: (str(row[key]),) for key, name in _SERVER_KEYS.items() if row.get(key, "")
        }
        if values.get("type", ("OTHER",))[0] not in SERVER_TYPES:
            self.left_out[f"the type of a server, {values.pop('type')[0]}"] += 1
        interfaces = _rows(row.get("server.networkInterfaceInfo"))
        for name, key in (("ip_addresses", "ipAddress"), ("mac_addresses", "macAddress")):
            if known := _values(interfaces, key):
                values[name] = known
        server = self._repository.add_server(id_, time)
        agent = values.get("agent_id")
        source = agent_source(agent[0]) if agent else seed_source(id_)
        self._repository.enter(server, source, values, time)
        self.counts["servers"] += 1

    def add_application(self, row: ListedRow, servers: Iterable[str]) -> None:
        """Add an application and its servers by their rows in ListConfigurations."""
        name = row["application.name"]
        if self._repository.application_named(name) is not None:
            self.left_out["an application whose name another one has"] += 1
            return
        application = Application(
            row["application.configurationId"],
            name,
            time=_time(row["application.timeOfCreation"]),
            modified=_time(row["application.lastModifiedTime"]),
            description=row.get("application.description", ""),
            wave=row.get("application.wave"),
        )
        with self._adding("applications"):
            self._store.add_application(application)
            for id_ in servers:
                server = self._repository.servers.get(id_)
                if server is not None:
                    self._repository.join(application, server)

    def add_application_state(self, row: ListedRow) -> None:
        """Add the state of an application."""
        status, time = row["ApplicationStatus"], row.get("LastUpdatedTime")
        state = ApplicationState(
            row["ApplicationId"], status, _seconds(time), started=status != "NOT_STARTED"
        )
        with self._journal.whole():
            self._store.put_application_state(state)

    def add_tag(self, row: ListedRow) -> None:
        """Add a tag of a server or an application."""
        id_ = row["configurationId"]
        item: Server | Application | None = self._repository.servers.get(id_)
        item = item or self._repository.applications.get(id_)
        if item is None:
            self.left_out["a tag of what is neither a server nor an application"] += 1
            return
        with self._adding("tags"):
            tag = Tag(row["value"], float(row["timeOfCreation"]))
            self._repository.tag(item, {row["key"]: tag})

    def add_agent(self, row: ListedRow) -> None:
        """Add an agent or collector."""
        id_, hostname = row["agentId"], row.get("hostName", "")
        server = self._repository.find_source(agent_source(id_))
        interfaces = row.get("agentNetworkInfoList", ())
        health = row.get("health", "UNKNOWN")
        agent = Agent(
            agent_id=id_,
            server=server.configuration_id if server else "",
            hostname=hostname,
            ip_addresses=_values(interfaces, "ipAddress"),
            mac_addresses=_values(interfaces, "macAddress"),
            type=row.get("agentType", ""),
            health=health if health in get_args(Health) else "UNKNOWN",
            collection_status=row.get("collectionStatus", ""),
            version=row.get("version", ""),
            connector_id=row.get("connectorId"),
            registered=_iso_time(row.get("registeredTime")),
            last_health_ping=_iso_time(row["lastHealthPingTime"])
            if "lastHealthPingTime" in row
            else None,
        )
        with self._adding("agents"):
            self._repository.put_agent(agent)

    def add_process(self, row: ListedRow) -> None:
        """Add a process."""
        server = row.get("server.configurationId", "")
        if server not in self._repository.servers:
            self.left_out["a process of a server that is not there"] += 1
            return
        process = Process(
            row["process.configurationId"],
            server,
            row.get("process.name", ""),
            row.get("process.commandLine", ""),
            row.get("process.path", ""),
            _time(row["process.timeOfCreation"]),
        )
        with self._adding("processes"):
            self._repository.put_process(process)

    def add_connection(self, row: ListedRow) -> None:
        """Add a connection."""
        ends = [row.get(f"{end}Server.configurationId", "") for end in ("source", "destination")]
        if any(id_ not in self._repository.servers for id_ in ends):
            self.left_out["a connection from or to a server that is not there"] += 1
            return
        connection = Connection(
            id=self._world.ids.connection_id(),
            source=ends[0],
            destination=ends[1],
            port=int(row["connection.destinationPort"]),
            protocol="UDP" if row.get("connection.transportProtocol") == "UDP" else "TCP",
            count=int(row.get("connection.occurrence") or 1),
            source_ip=row.get("connection.sourceIp", ""),
            destination_ip=row.get("connection.destinationIp", ""),
            source_process=row.get("sourceProcess.configurationId") or None,
            destination_process=row.get("destinationProcess.configurationId") or None,
            time=_time(row["connection.latestTimestamp"]),
        )
        with self._adding("connections"):
            self._repository.put_connection(connection)

    def add_import(self, row: ListedRow) -> None:
        """Add an import task with its result; what it found is not known."""
        status = row.get("status", "")
        classification = row.get("fileClassification", "IMPORT_TEMPLATE")
        if status not in get_args(ImportStatus) or classification not in get_args(
            FileClassification
        ):
            self.left_out[f"an import that is {status} of {classification}"] += 1
            return
        task = ImportTask(
            row["importTaskId"],
            row["name"],
            row["importUrl"],
            row.get("clientRequestToken"),
            float(row["importRequestTime"]),
            status=status,
            classification=classification,
            completed=_seconds(row.get("importCompletionTime")),
            deleted=_seconds(row.get("importDeletedTime")),
            server_success=row.get("serverImportSuccess", 0),
            server_failure=row.get("serverImportFailure", 0),
            application_success=row.get("applicationImportSuccess", 0),
            application_failure=row.get("applicationImportFailure", 0),
        )
        with self._adding("imports"):
            self._repository.put_import(task)

    # Migration Hub

    def add_stream(self, name: str) -> None:
        """Add a stream."""
        with self._adding("streams"):
            self._store.add_stream(name)

    def add_task(
        self,
        described: ListedRow,
        updates: Iterable[ListedRow],
        artifacts: Iterable[ListedRow],
        resources: Iterable[ListedRow],
        sources: Iterable[ListedRow],
    ) -> None:
        """Add a task by its description, and what belongs to it."""
        stream, name = described["ProgressUpdateStream"], described["MigrationTaskName"]
        task = Task(
            stream,
            name,
            _state(described["Task"]),
            float(described["UpdateDateTime"]),
            updates=[
                TaskUpdate(float(one["UpdateDateTime"]), _state(one["MigrationTaskState"]))
                for one in updates
            ],
        )
        with self._adding("tasks"):
            self._store.add_stream(stream)  # it may be one that was made since the list
            self._store.add_task(task)
            if "ResourceAttributeList" in described:
                pairs = [(one["Type"], one["Value"]) for one in described["ResourceAttributeList"]]
                self._store.put_attributes(task, pairs)
            for row in artifacts:
                self._store.attach(task, "artifacts", _association(row, "Name"))
            for row in sources:
                self._store.attach(task, "sources", _association(row, "Name"))
            for row in resources:
                self._store.map_resource(task, _association(row, "ConfigurationId"))


def _state(task: ListedRow) -> TaskState:
    return TaskState(task["Status"], task.get("StatusDetail"), task.get("ProgressPercent"))


def _association(row: ListedRow, key: str) -> Association:
    return Association(row[key], row.get("Description"), row.get("StatusDetail"))


def _rows(text: Any) -> list[dict[str, Any]]:
    """Return the rows of a list that a row holds as JSON text."""
    try:
        rows = json.loads(text or "[]")
    except (TypeError, ValueError):
        return []
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _values(interfaces: Iterable[ListedRow], key: str) -> tuple[str, ...]:
    return tuple(one[key] for one in interfaces if one.get(key))


def _seconds(time: Any) -> float | None:
    return None if time is None else float(time)


def _time(text: str) -> float:
    """Return the time of a row, which is text without a zone: it is taken for UTC."""
    return read_iso(text[:19])


def _iso_time(text: Any) -> float:
    """Return a time of an agent; 0.0 where there is none that can be read."""
    try:
        return _time(str(text))
    except ValueError:
        return 0.0
