from __future__ import annotations

import re
from typing import Any

import pytest

from pytest_mgh import MigrationHub

WEB, DB = "d-server-0c4f2dd1fee22c6c1", "d-server-0c067217799ee1fb9"
WEB_AGENT, DB_AGENT, NO_AGENT = (
    "o-0123456789abcdef0",
    "o-ffffffffffffffff0",
    "o-00000000000000000",
)


@pytest.fixture
def two(mgh: MigrationHub) -> MigrationHub:
    """A hub with two servers that have an agent, and one that has none."""
    mgh.add_server(
        "web",
        configuration_id=WEB,
        agent_id=WEB_AGENT,
        type="EC2",
        ip_addresses=["192.0.2.10"],
        mac_addresses=["02:00:5e:10:00:01"],
    )
    mgh.add_server("alone")
    mgh.add_server("db", configuration_id=DB, agent_id=DB_AGENT)
    return mgh


def agents(ads: Any, **arguments: Any) -> list[str]:
    return [one["agentId"] for one in ads.describe_agents(**arguments)["agentsInfo"]]


def delete(ads: Any, *asked: dict[str, Any]) -> list[dict[str, Any]]:
    errors: list[dict[str, Any]] = ads.batch_delete_agents(deleteAgents=list(asked))["errors"]
    return errors


def test_an_agent_is_shown_in_every_state(mgh: MigrationHub, ads: Any) -> None:
    states = ("HEALTHY", "UNHEALTHY", "RUNNING", "UNKNOWN", "BLACKLISTED", "SHUTDOWN")
    for number, health in enumerate(states):
        mgh.add_agent(
            f"o-000000000{number}",
            server=f"host-{number}",
            health=health,
            collection_status="STOPPED",
            connector_id="c-1",
            version="1.0.40.0",
        )
    mgh.advance(60)

    rows = ads.describe_agents()["agentsInfo"]

    assert [row["health"] for row in rows] == list(states)
    assert {row["connectorId"] for row in rows} == {"c-1"}
    assert {row["version"] for row in rows} == {"1.0.40.0"}
    heard = [row["lastHealthPingTime"] > row["registeredTime"] for row in rows]
    assert heard == [True, True, True, False, False, False]
    summary = ads.get_discovery_summary()["agentSummary"]
    assert summary == {
        "activeAgents": 3,
        "healthyAgents": 2,
        "blackListedAgents": 1,
        "shutdownAgents": 1,
        "unhealthyAgents": 1,
        "totalAgents": 6,
        "unknownAgents": 1,
    }


def test_connectors_and_collectors_are_counted_apart(mgh: MigrationHub, ads: Any) -> None:
    for type_ in ("CONNECTOR", "AGENTLESS_COLLECTOR", "MECOLLECTOR", "EC2"):
        mgh.add_agent(server=type_, type=type_)

    summary = ads.get_discovery_summary()

    assert summary["connectorSummary"]["totalConnectors"] == 1
    assert summary["agentlessCollectorSummary"]["totalAgentlessCollectors"] == 1
    assert summary["meCollectorSummary"]["totalMeCollectors"] == 1
    assert summary["agentSummary"]["totalAgents"] == 1


def test_an_agent_with_a_new_host_name_creates_a_server(mgh: MigrationHub) -> None:
    known = mgh.add_server("web").configuration_id

    agents = [mgh.add_agent(server=name) for name in ("web", "db", None)]

    assert [server.hostname for server in mgh.servers] == ["web", "db", None]
    assert agents[0].server == known
    assert [server.agent_id for server in mgh.servers] == [one.agent_id for one in agents]


def test_data_collection_starts_and_stops(mgh: MigrationHub, ads: Any) -> None:
    """As captured: done, redundant, and failed for an id that is not the account's."""
    mgh.add_agent(WEB_AGENT, server="web")
    unknown = [NO_AGENT, False, "Failed"]

    def switch(what: str, **client: Any) -> list[list[Any]]:
        caller = mgh.client("discovery", **client)
        answer = getattr(caller, f"{what}_data_collection_by_agent_ids")(
            agentIds=[WEB_AGENT, NO_AGENT, WEB_AGENT]
        )
        return [[*row.values()] for row in answer["agentsConfigurationStatus"]]

    assert switch("start") == [[WEB_AGENT, False, "Redundant"], unknown]
    assert switch("stop") == [[WEB_AGENT, True, "Succeeded"], unknown]
    assert (mgh.agents[0].collection_status, mgh.agents[0].health) == ("STOPPED", "HEALTHY")
    assert switch("stop") == [[WEB_AGENT, False, "Redundant"], unknown]
    assert switch("start") == [[WEB_AGENT, True, "Succeeded"], unknown]
    assert (mgh.agents[0].collection_status, mgh.agents[0].health) == ("STARTED", "RUNNING")


@pytest.mark.parametrize("health", ["UNKNOWN", "BLACKLISTED", "SHUTDOWN"])
def test_an_agent_that_was_removed_from_its_host_is_deleted_without_force(
    mgh: MigrationHub, ads: Any, health: str
) -> None:
    mgh.add_agent(WEB_AGENT, server="web", health=health)

    assert delete(ads, {"agentId": WEB_AGENT}) == []
    assert mgh.agents == ()
    assert [server.hostname for server in mgh.servers] == ["web"]


# DescribeAgents


def test_without_agents_the_list_is_empty(mgh: MigrationHub, ads: Any) -> None:
    """An empty list."""
    mgh.add_server("alone")

    answer = ads.describe_agents()

    assert answer["agentsInfo"] == []
    assert "nextToken" not in answer


def test_every_server_with_an_agent_id_has_an_agent(two: MigrationHub, ads: Any) -> None:
    """silent: agents come from the servers that were seeded with one."""
    assert agents(ads) == [WEB_AGENT, DB_AGENT]


def test_an_agent_describes_its_server(two: MigrationHub, ads: Any) -> None:
    """DescribeAgents; silent: a seeded agent runs and collects."""
    (info,) = ads.describe_agents(agentIds=[WEB_AGENT])["agentsInfo"]

    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", info.pop("registeredTime"))
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", info.pop("lastHealthPingTime"))
    assert info == {
        "agentId": WEB_AGENT,
        "hostName": "web",
        "agentNetworkInfoList": [{"ipAddress": "192.0.2.10", "macAddress": "02:00:5e:10:00:01"}],
        "version": "2.0.1008.0",
        "health": "RUNNING",
        "collectionStatus": "STARTED",
        "agentType": "EC2",
    }


def test_an_agent_describes_a_server_without_known_details(mgh: MigrationHub, ads: Any) -> None:
    """silent: a server without a name, of a type that agents do not report."""
    mgh.add_server(agent_id=WEB_AGENT)

    (info,) = ads.describe_agents()["agentsInfo"]

    assert (info["hostName"], info["agentType"]) == ("", "ONPREMISES")
    assert info["agentNetworkInfoList"] == []


def test_an_agent_may_have_unpaired_addresses(mgh: MigrationHub, ads: Any) -> None:
    """silent: no address that was seeded is lost, as in server.networkInterfaceInfo."""
    mgh.add_server(agent_id=WEB_AGENT, ip_addresses=["192.0.2.10", "192.0.2.11"])

    (info,) = ads.describe_agents()["agentsInfo"]

    addresses = [one.get("ipAddress") for one in info["agentNetworkInfoList"]]
    assert addresses == ["192.0.2.10", "192.0.2.11"]


def test_agents_are_found_by_id(two: MigrationHub, ads: Any) -> None:
    """AgentIds; silent: unknown ones are left out."""
    assert agents(ads, agentIds=[DB_AGENT, NO_AGENT]) == [DB_AGENT]


@pytest.mark.parametrize(
    ("name", "condition", "values", "expected"),
    [
        ("hostName", "EQUALS", ["web"], [WEB_AGENT]),
        ("hostName", "EQUALS", ["web", "db"], [WEB_AGENT, DB_AGENT]),
        ("hostName", "NOT_EQUALS", ["web", "nonsense"], [DB_AGENT]),
        ("hostName", "CONTAINS", ["e"], [WEB_AGENT]),
        ("hostName", "NOT_CONTAINS", ["e", "nonsense"], [DB_AGENT]),
        ("hostName", "EQUALS", ["WEB"], []),
        ("agentType", "EQUALS", ["EC2"], [WEB_AGENT]),
        ("health", "EQ", ["RUNNING"], [WEB_AGENT, DB_AGENT]),
        ("collectionStatus", "EQUALS", ["STOPPED"], []),
        ("connectorId", "EQUALS", ["c", "X"], []),
        ("connectorId", "EQUALS", [""], [WEB_AGENT, DB_AGENT]),
        ("connectorId", "NOT_EQUALS", [""], []),
        ("connectorId", "CONTAINS", ["X"], []),
        ("connectorId", "NOT_CONTAINS", ["X"], [WEB_AGENT, DB_AGENT]),
        ("version", "EQUALS", ["1"], []),
        ("version", "NE", ["2.0.1008.0"], []),
        ("version", "GE", ["1"], []),
        ("version", "LT", ["1"], []),
    ],
)
def test_agents_are_filtered(
    two: MigrationHub,
    ads: Any,
    name: str,
    condition: str,
    values: list[str],
    expected: list[str],
) -> None:
    """Filters; silent: as in ListConfigurations."""
    filters = [{"name": name, "condition": condition, "values": values}]

    assert agents(ads, filters=filters) == expected


def test_all_filters_on_agents_must_hold(two: MigrationHub, ads: Any) -> None:
    """AND over filters."""
    filters = [
        {"name": "hostName", "condition": "EQUALS", "values": ["db"]},
        {"name": "agentType", "condition": "EQUALS", "values": ["EC2"]},
    ]

    assert agents(ads, filters=filters) == []


@pytest.mark.parametrize(
    ("name", "condition"), [("hostname", "EQUALS"), ("hostName", "LIKE"), ("hostName", "ge")]
)
def test_an_unknown_filter_or_condition_is_refused(
    two: MigrationHub, ads: Any, name: str, condition: str
) -> None:
    """silent: InvalidParameterValueException, for an agent that is there or not."""
    with pytest.raises(ads.exceptions.InvalidParameterValueException, match="allowed: "):
        agents(ads, filters=[{"name": name, "condition": condition, "values": ["1"]}])


@pytest.mark.parametrize("size", [1, 2, 100])
def test_a_paginator_returns_every_agent_once(two: MigrationHub, ads: Any, size: int) -> None:
    """The paginator of DescribeAgents."""
    pages = ads.get_paginator("describe_agents").paginate(PaginationConfig={"PageSize": size})

    found = [one["agentId"] for page in pages for one in page["agentsInfo"]]
    assert found == [WEB_AGENT, DB_AGENT]


def test_a_page_holds_a_hundred_agents_at_most(mgh: MigrationHub, ads: Any) -> None:
    """Max 100 a page."""
    for number in range(101):
        mgh.add_server(agent_id=f"o-{number:017}")

    assert len(ads.describe_agents()["agentsInfo"]) == 100


@pytest.mark.parametrize("size", [101, -1])
def test_a_page_size_of_agents_out_of_range_is_refused(ads: Any, size: int) -> None:
    """silent: InvalidParameterValueException."""
    with pytest.raises(ads.exceptions.InvalidParameterValueException):
        ads.describe_agents(maxResults=size)


# BatchDeleteAgents


def test_an_agent_in_use_is_deleted_only_with_force(two: MigrationHub, ads: Any) -> None:
    """Errors by agent; silent: a seeded agent is in use."""
    (error,) = delete(ads, {"agentId": WEB_AGENT}, {"agentId": DB_AGENT, "force": True})

    assert error == {
        "agentId": WEB_AGENT,
        "errorCode": "AGENT_IN_USE",
        "errorMessage": f"Agent '{WEB_AGENT}' is active; force its deletion.",
    }
    assert agents(ads) == [WEB_AGENT]


def test_an_unknown_agent_has_its_own_error_in_the_list(two: MigrationHub, ads: Any) -> None:
    """NOT_FOUND in a 200; the others are deleted."""
    (error,) = delete(
        ads, {"agentId": NO_AGENT, "force": True}, {"agentId": WEB_AGENT, "force": True}
    )

    assert error == {
        "agentId": NO_AGENT,
        "errorCode": "NOT_FOUND",
        "errorMessage": f"Agent '{NO_AGENT}' does not exist.",
    }
    assert agents(ads) == [DB_AGENT]


def test_without_errors_the_list_of_errors_is_empty(two: MigrationHub, ads: Any) -> None:
    """The answer of BatchDeleteAgents."""
    answer = ads.batch_delete_agents(deleteAgents=[{"agentId": WEB_AGENT, "force": True}])

    assert answer.keys() == {"errors", "ResponseMetadata"}
    assert answer["errors"] == []


def test_the_server_of_a_deleted_agent_is_kept_without_the_agent_id(
    two: MigrationHub, ads: Any
) -> None:
    """silent: the data of an agent is kept."""
    delete(ads, {"agentId": WEB_AGENT, "force": True})

    rows = ads.list_configurations(
        configurationType="SERVER",
        filters=[{"name": "server.agentId", "condition": "NE", "values": [DB_AGENT]}],
    )["configurations"]
    assert [(row["server.hostName"], row["server.agentId"]) for row in rows] == [
        ("web", ""),
        ("alone", ""),
    ]


# GetDiscoverySummary


def test_the_summary_of_an_empty_repository_counts_nothing(ads: Any) -> None:
    """Four counts and four maps of seven; `serversMappedtoTags` with a small t."""
    summary = ads.get_discovery_summary()
    del summary["ResponseMetadata"]

    def counts(kind: str, refused: str) -> dict[str, int]:
        states = ("active", "healthy", refused, "shutdown", "unhealthy", "total", "unknown")
        return {f"{state}{kind}": 0 for state in states}

    assert summary == {
        "servers": 0,
        "applications": 0,
        "serversMappedToApplications": 0,
        "serversMappedtoTags": 0,
        "agentSummary": counts("Agents", "blackListed"),
        "connectorSummary": counts("Connectors", "blackListed"),
        "meCollectorSummary": counts("MeCollectors", "denyListed"),
        "agentlessCollectorSummary": counts("AgentlessCollectors", "denyListed"),
    }


def test_the_summary_counts_the_items_of_the_repository(two: MigrationHub, ads: Any) -> None:
    """A server in two applications or with two tags counts once."""
    two.add_application("Shop", servers=[WEB, DB])
    two.add_application("Ledger", servers=[WEB])
    ads.create_tags(
        configurationIds=[WEB], tags=[{"key": "a", "value": "1"}, {"key": "b", "value": "2"}]
    )

    summary = ads.get_discovery_summary()

    assert summary["servers"] == 3
    assert summary["applications"] == 2
    assert summary["serversMappedToApplications"] == 2
    assert summary["serversMappedtoTags"] == 1
    agent_summary = summary["agentSummary"]
    assert {name: count for name, count in agent_summary.items() if count} == {
        "activeAgents": 2,
        "healthyAgents": 2,
        "totalAgents": 2,
    }


def test_the_summary_follows_deletions(two: MigrationHub, ads: Any) -> None:
    """The counts are those of now."""
    shop = two.add_application("Shop", servers=[WEB]).configuration_id
    delete(ads, {"agentId": WEB_AGENT, "force": True})
    ads.delete_applications(configurationIds=[shop])

    summary = ads.get_discovery_summary()

    assert summary["applications"] == 0
    assert summary["serversMappedToApplications"] == 0
    assert summary["agentSummary"]["totalAgents"] == 1


# ListServerNeighbors


def test_a_server_has_no_neighbors(two: MigrationHub, ads: Any) -> None:
    """silent: the hub knows no connections between servers."""
    answer = ads.list_server_neighbors(
        configurationId=WEB, portInformationNeeded=True, neighborConfigurationIds=[DB]
    )
    del answer["ResponseMetadata"]

    assert answer == {"neighbors": [], "knownDependencyCount": 0}


@pytest.mark.parametrize("id_", ["d-server-00000000000000000", "d-application-0"])
def test_listing_neighbors_of_an_unknown_server_is_refused(ads: Any, id_: str) -> None:
    """silent: ResourceNotFoundException is not declared; InvalidParameterValueException."""
    with pytest.raises(ads.exceptions.InvalidParameterValueException):
        ads.list_server_neighbors(configurationId=id_)


@pytest.mark.parametrize("size", [-1, 101])
def test_a_page_size_of_neighbors_out_of_range_is_refused(
    two: MigrationHub, ads: Any, size: int
) -> None:
    """silent: as in the other lists of the service."""
    with pytest.raises(ads.exceptions.InvalidParameterValueException):
        ads.list_server_neighbors(configurationId=WEB, maxResults=size)
