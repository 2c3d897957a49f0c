"""Processes, connections and neighbors, which only a test can put into the hub."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_mgh import MigrationHub

AGENT = "o-0123456789abcdef0"


@pytest.fixture
def estate(mgh: MigrationHub) -> MigrationHub:
    """Two web servers that call a database."""
    mgh.add_server("web-1", ip_addresses=["192.0.2.1"], os_name="Linux", agent_id=AGENT)
    mgh.add_server("web-2", ip_addresses=["192.0.2.2"])
    mgh.add_server("db", ip_addresses=["2001:db8::1"], os_name="Windows", os_version="2022")
    mgh.add_process("web-1", "nginx", command_line="nginx -g daemon", path="/usr/sbin/nginx")
    mgh.add_process("db", "postgres", command_line="postgres -D /data")
    mgh.add_connection(
        "web-1",
        "db",
        port=5432,
        count=3,
        source_process="nginx",
        destination_process="postgres",
    )
    mgh.add_connection("web-1", "db", port=53, protocol="UDP")
    mgh.add_connection("web-2", "db", port=5432)
    return mgh


def listed(ads: Any, kind: str, *filters: tuple[str, str, str], **more: Any) -> list[Any]:
    asked = [
        {"name": name, "condition": condition, "values": [value]}
        for name, condition, value in filters
    ]
    rows: list[Any] = ads.list_configurations(configurationType=kind, filters=asked, **more)[
        "configurations"
    ]
    return rows


def test_a_process_has_the_documented_keys(estate: MigrationHub, ads: Any) -> None:
    web = estate.server("web-1").configuration_id
    row = listed(ads, "PROCESS")[0]

    assert row.pop("process.configurationId").startswith("d-process-0")
    assert row.pop("process.timeOfCreation")
    assert row == {
        "process.name": "nginx",
        "process.commandLine": "nginx -g daemon",
        "process.path": "/usr/sbin/nginx",
        "server.agentId": AGENT,
        "server.configurationId": web,
    }


def test_a_process_is_described_without_its_server(estate: MigrationHub, ads: Any) -> None:
    (id_, _) = [one.configuration_id for one in estate.processes]
    (row,) = ads.describe_configurations(configurationIds=[id_])["configurations"]

    assert sorted(row) == [
        "process.commandLine",
        "process.configurationId",
        "process.name",
        "process.path",
        "process.timeOfCreation",
    ]


def test_a_connection_has_the_documented_keys(estate: MigrationHub, ads: Any) -> None:
    web, db = (estate.server(name).configuration_id for name in ("web-1", "db"))
    nginx, postgres = (one.configuration_id for one in estate.processes)
    row = listed(ads, "CONNECTION")[0]

    assert row.pop("connection.latestTimestamp")
    assert row == {
        "connection.sourceIp": "192.0.2.1",
        "connection.destinationIp": "2001:db8::1",
        "connection.destinationPort": "5432",
        "connection.ipVersion": "IPv6",
        "connection.occurrence": "3",
        "connection.transportProtocol": "TCP",
        "sourceServer.configurationId": web,
        "sourceServer.hostName": "web-1",
        "sourceProcess.configurationId": nginx,
        "sourceProcess.name": "nginx",
        "destinationServer.configurationId": db,
        "destinationServer.hostName": "db",
        "destinationProcess.configurationId": postgres,
        "destinationProcess.name": "postgres",
    }


@pytest.mark.parametrize(
    ("name", "condition", "value", "ports"),
    [
        ("connection.sourceIp", "EQUALS", "192.0.2.2", ["5432"]),
        ("connection.destinationIp", "CONTAINS", "2001:", ["5432", "53", "5432"]),
        ("connection.destinationPort", "EQ", "53", ["53"]),
        ("connection.destinationPort", "NE", "5432", ["53"]),
        ("sourceServer.hostName", "NOT_CONTAINS", "-1", ["5432"]),
        ("sourceProcess.name", "EQUALS", "nginx", ["5432"]),
        ("sourceProcess.commandLine", "CONTAINS", "daemon", ["5432"]),
        ("destinationProcess.name", "EQUALS", "postgres", ["5432"]),
        ("destinationprocess.commandLine", "CONTAINS", "-D", ["5432"]),
        ("destinationServer.osName", "EQUALS", "Windows", ["5432", "53", "5432"]),
        ("destinationServer.osVersion", "EQUALS", "2019", []),
        ("destinationServer.agentId", "EQUALS", AGENT, []),
    ],
)
def test_connections_are_filtered(
    estate: MigrationHub, ads: Any, name: str, condition: str, value: str, ports: list[str]
) -> None:
    rows = listed(ads, "CONNECTION", (name, condition, value))

    assert [row["connection.destinationPort"] for row in rows] == ports


@pytest.mark.parametrize("end", ["source", "destination"])
def test_connections_are_filtered_by_ids(estate: MigrationHub, ads: Any, end: str) -> None:
    process = estate.connections[0]
    id_ = process.source_process if end == "source" else process.destination_process
    assert id_ is not None

    assert len(listed(ads, "CONNECTION", (f"{end}Process.configurationId", "EQUALS", id_))) == 1
    web = estate.server("web-1").configuration_id
    assert len(listed(ads, "CONNECTION", ("sourceServer.configurationId", "EQUALS", web))) == 2


def test_connections_are_ordered_by_port_as_numbers(estate: MigrationHub, ads: Any) -> None:
    order = [{"fieldName": "connection.destinationPort", "sortOrder": "ASC"}]

    rows = listed(ads, "CONNECTION", orderBy=order)

    assert [row["connection.destinationPort"] for row in rows] == ["53", "5432", "5432"]


@pytest.mark.parametrize(
    ("name", "condition", "value", "found"),
    [
        ("process.name", "EQUALS", "nginx", ["nginx"]),
        ("process.commandLine", "CONTAINS", "/data", ["postgres"]),
        ("server.hostName", "NOT_EQUALS", "db", ["nginx"]),
        ("server.osName", "EQUALS", "Windows", ["postgres"]),
        ("server.agentId", "CONTAINS", "o-", ["nginx"]),
    ],
)
def test_processes_are_filtered(
    estate: MigrationHub, ads: Any, name: str, condition: str, value: str, found: list[str]
) -> None:
    rows = listed(ads, "PROCESS", (name, condition, value))

    assert [row["process.name"] for row in rows] == found


def test_processes_are_ordered(estate: MigrationHub, ads: Any) -> None:
    order = [{"fieldName": "server.hostName", "sortOrder": "ASC"}]

    assert [row["process.name"] for row in listed(ads, "PROCESS", orderBy=order)] == [
        "postgres",
        "nginx",
    ]


def test_servers_are_found_by_their_processes(estate: MigrationHub, ads: Any) -> None:
    nginx = estate.processes[0].configuration_id
    for asked in (
        ("server.process.name", "EQUALS", "nginx"),
        ("server.process.commandLine", "CONTAINS", "daemon"),
        ("server.process.configurationId", "EQUALS", nginx),
    ):
        assert [row["server.hostName"] for row in listed(ads, "SERVER", asked)] == ["web-1"]


def neighbors(ads: Any, id_: str, **arguments: Any) -> tuple[list[tuple[Any, ...]], int]:
    answer = ads.list_server_neighbors(configurationId=id_, **arguments)
    rows = [tuple(row.values()) for row in answer["neighbors"]]
    return rows, answer["knownDependencyCount"]


def test_neighbors_are_counted(estate: MigrationHub, ads: Any) -> None:
    web, other, db = (server.configuration_id for server in estate.servers)

    assert neighbors(ads, web) == ([(web, db, 4)], 1)
    rows, known = neighbors(ads, db)
    assert (sorted(rows), known) == (sorted([(web, db, 4), (other, db, 1)]), 2)
    assert neighbors(ads, db, neighborConfigurationIds=[other]) == ([(other, db, 1)], 2)


def test_neighbors_are_listed_with_their_ports(estate: MigrationHub, ads: Any) -> None:
    web = estate.server("web-1").configuration_id
    answer = ads.list_server_neighbors(configurationId=web, portInformationNeeded=True)

    ports = [
        (row["transportProtocol"], row["destinationPort"], row["connectionsCount"])
        for row in answer["neighbors"]
    ]
    assert ports == [("TCP", 5432, 3), ("UDP", 53, 1)]


def test_neighbors_come_in_pages(estate: MigrationHub, ads: Any) -> None:
    db, found, token = estate.server("db").configuration_id, [], ""
    for _ in range(10):
        answer = ads.list_server_neighbors(configurationId=db, maxResults=1, nextToken=token)
        found += [row["sourceServerId"] for row in answer["neighbors"]]
        if "nextToken" not in answer:
            break
        token = answer["nextToken"]

    assert len(found) == 2


def test_processes_and_connections_are_deleted_with_their_server(
    estate: MigrationHub, ads: Any
) -> None:
    ads.start_batch_delete_configuration_task(
        configurationType="SERVER", configurationIds=[estate.server("db").configuration_id]
    )

    assert [one.name for one in estate.processes] == ["nginx"]
    assert estate.connections == ()


def test_an_estate_has_agents_processes_and_connections(mgh: MigrationHub) -> None:
    mgh.load(
        {
            "servers": [{"hostname": "db"}],
            "agents": [{"agent_id": AGENT, "server": "web", "health": "SHUTDOWN"}],
            "processes": [{"server": "web", "name": "nginx"}],
            "connections": [
                {"source": "web", "destination": "db", "port": 5432, "source_process": "nginx"}
            ],
        }
    )

    assert mgh.agents[AGENT].health == "SHUTDOWN"
    assert mgh.server("web").agent_id == AGENT
    (connection,) = mgh.connections
    assert connection.source_process == mgh.processes[0].configuration_id


@pytest.mark.parametrize(
    ("estate", "message"),
    [
        ({"processes": [{"server": "web", "name": "x"}]}, r"processes\[0\]\.server: no server"),
        ({"connections": [{"source": "a", "destination": "b", "port": 70000}]}, r"port: 70000"),
        ({"agents": [{"health": "FINE"}]}, r"agents\[0\]\.health: 'FINE'; .*allowed: BLACK"),
        ({"agents": [{"server": "d-server-none"}]}, r"agents\[0\]\.server: no server"),
        ({"agents": [{"agent_id": AGENT}, {"agent_id": AGENT}]}, r"agents\[1\]\.agent_id: .*exist"),
    ],
)
def test_an_invalid_seed_is_refused_with_its_place(
    mgh: MigrationHub, estate: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        mgh.load(estate)

    assert (mgh.agents, mgh.processes, mgh.connections, mgh.servers) == ((), (), (), ())
