from __future__ import annotations

import json
import time
from types import SimpleNamespace
from typing import Any

import pytest
from clients import kept_client
from sample_values import SHOP

from pytest_mgh import MigrationHub

WEB, DB = "d-server-0c4f2dd1fee22c6c1", "d-server-029yqlktuw2udm"
BARE = {
    "server.agentId": "",
    "server.applications": "[]",
    "server.applications.hasMoreValues": "false",
    "server.configurationId": WEB,
    "server.hostName": "",
    "server.networkInterfaceInfo": "[]",
    "server.networkInterfaceInfo.hasMoreValues": "false",
    "server.osName": "",
    "server.osVersion": "",
    "server.source": "",
    "server.tags": "[]",
    "server.tags.hasMoreValues": "false",
    "server.timeOfCreation": "2019-01-16 22:40:19.0",
    "server.type": "OTHER",
}


@pytest.fixture
def ads(mgh: MigrationHub, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A client; it is 2019-01-16 22:40:19.801 UTC."""
    monkeypatch.setattr("pytest_mgh.state.clock.time", SimpleNamespace(time=lambda: 1547678419.801))
    return kept_client("discovery")


def described(ads: Any, *ids: str) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = ads.describe_configurations(configurationIds=[*ids])[
        "configurations"
    ]
    return rows


def test_a_server_without_known_details_has_none(mgh: MigrationHub, ads: Any) -> None:
    """silent: the keys of the list are present, other unknown details are absent."""
    mgh.add_server(configuration_id=WEB)

    assert described(ads, WEB) == [BARE]


def test_every_known_detail_of_a_server_is_described(mgh: MigrationHub, ads: Any) -> None:
    """Counts, numbers, booleans and lists are all texts."""
    mgh.add_server(
        "web",
        configuration_id=WEB,
        type="EC2",
        os_name="Ubuntu",
        os_version="22.04",
        agent_id="o-0123456789abcdef0",
        source="Collector",
        cpu_type="x86_64",
        hypervisor="xen",
        performance={"numCpus": 1, "avgCpuUsagePct": 12.5, "totalRAMInKB": "1024"},
    )

    assert described(ads, WEB) == [
        BARE
        | {
            "server.hostName": "web",
            "server.type": "EC2",
            "server.osName": "Ubuntu",
            "server.osVersion": "22.04",
            "server.agentId": "o-0123456789abcdef0",
            "server.source": "Collector",
            "server.cpuType": "x86_64",
            "server.hypervisor": "xen",
            "server.performance.numCpus": "1",
            "server.performance.avgCpuUsagePct": "12.5",
            "server.performance.totalRAMInKB": "1024",
        }
    ]


def test_an_unknown_detail_of_a_server_can_have_a_default(mgh: MigrationHub, ads: Any) -> None:
    mgh.add_server(configuration_id=WEB)
    (row,) = described(ads, WEB)

    assert float(row.get("server.performance.maxCpuUsagePct", 0)) == 0


def test_the_vmware_names_of_a_server_are_described(mgh: MigrationHub, ads: Any) -> None:
    mgh.add_server(
        configuration_id=WEB,
        vm_manager_id="vc-1",
        vm_managed_object_reference="vm-101",
        vm_host_id="host-17",
    )

    assert (
        described(ads, WEB)[0].items()
        >= {
            "server.vmWareInfo.vcenterId": "vc-1",
            "server.vmWareInfo.morefId": "vm-101",
            "server.vmWareInfo.hostId": "host-17",
            "server.type": "VMWARE_VM",
        }.items()
    )


def test_network_interfaces_are_json_text(mgh: MigrationHub, ads: Any) -> None:
    """A list of name, macAddress and ipAddress."""
    mgh.add_server(
        configuration_id=WEB,
        ip_addresses=["192.0.2.10", "2001:db8::1"],
        mac_addresses=["02:00:5e:10:00:01"],
    )

    interfaces = json.loads(described(ads, WEB)[0]["server.networkInterfaceInfo"])

    assert [set(one) for one in interfaces] == [{"name", "macAddress", "ipAddress"}] * 2
    assert [(one["macAddress"], one["ipAddress"]) for one in interfaces] == [
        ("02:00:5e:10:00:01", "192.0.2.10"),
        ("", "2001:db8::1"),
    ]


def test_the_applications_of_a_server_are_json_text(mgh: MigrationHub, ads: Any) -> None:
    """Callers read `name` in each entry."""
    mgh.add_server(configuration_id=WEB)
    mgh.add_application('Shop "north"', configuration_id=SHOP, servers=[WEB])
    mgh.add_application("Ledger", servers=[WEB])

    applications = json.loads(described(ads, WEB)[0]["server.applications"])

    assert [one["name"] for one in applications] == ['Shop "north"', "Ledger"]


def test_the_tags_of_a_server_are_json_text(mgh: MigrationHub, ads: Any) -> None:
    """silent: the form of an entry of server.tags."""
    mgh.add_server(configuration_id=WEB, tags={"stage": "prod"})

    assert json.loads(described(ads, WEB)[0]["server.tags"]) == [{"key": "stage", "value": "prod"}]


def test_every_value_is_text(mgh: MigrationHub, ads: Any) -> None:
    """A configuration item is a flat map of texts."""
    mgh.add_server("web", configuration_id=WEB, performance={"numCpus": 4}, tags={"a": "b"})
    mgh.add_application("Shop", configuration_id=SHOP, servers=[WEB])

    for id_ in (WEB, SHOP):
        assert {type(value) for value in described(ads, id_)[0].values()} == {str}


def test_an_application_has_the_keys_of_the_list(mgh: MigrationHub, ads: Any) -> None:
    """The same six keys in both operations."""
    mgh.add_server(configuration_id=WEB)
    mgh.add_application("Shop", configuration_id=SHOP, servers=[WEB], description="sells things")

    rows = described(ads, SHOP)

    assert rows == [
        {
            "application.configurationId": SHOP,
            "application.description": "sells things",
            "application.lastModifiedTime": "2019-01-16 22:40:19.0",
            "application.name": "Shop",
            "application.serverCount": "1",
            "application.timeOfCreation": "2019-01-16 22:40:19.0",
        }
    ]
    assert rows == ads.list_configurations(configurationType="APPLICATION")["configurations"]


def test_several_items_are_described_in_the_order_of_the_repository(
    mgh: MigrationHub, ads: Any
) -> None:
    """AWS's sample comes in another order than the request's."""
    mgh.add_server(configuration_id=WEB)
    mgh.add_server(configuration_id=DB)

    rows = described(ads, DB, WEB)

    assert [row["server.configurationId"] for row in rows] == [WEB, DB]


def test_a_repeated_id_is_described_once(mgh: MigrationHub, ads: Any) -> None:
    """silent: duplicates."""
    mgh.add_server(configuration_id=WEB)
    mgh.add_application("Shop", configuration_id=SHOP)

    assert len(described(ads, WEB, WEB)) == 1
    assert len(described(ads, SHOP, SHOP)) == 1


@pytest.mark.parametrize("ids", [(WEB, SHOP), (SHOP, WEB)], ids=["server first", "server last"])
def test_items_of_two_types_in_one_call_are_refused(
    mgh: MigrationHub, ads: Any, ids: tuple[str, ...]
) -> None:
    """One asset type a call; silent: InvalidParameterException."""
    mgh.add_server(configuration_id=WEB)
    mgh.add_application("Shop", configuration_id=SHOP)

    with pytest.raises(ads.exceptions.InvalidParameterException):
        described(ads, *ids)


def test_ids_that_do_not_look_like_ids_are_of_the_type_of_their_items(
    mgh: MigrationHub, ads: Any
) -> None:
    """silent: a seeded item may have any id."""
    mgh.add_server(configuration_id="web-1")
    mgh.add_server(configuration_id=WEB)
    mgh.add_application("Shop", configuration_id="shop-1")
    mgh.add_application("Ledger", configuration_id=SHOP)

    assert len(described(ads, "web-1", WEB)) == 2
    assert len(described(ads, "shop-1", SHOP)) == 2


@pytest.mark.parametrize(
    "unknown",
    ["d-server-00000000000000000", "d-application-0", "nonsense", "d-server-not-there"],
)
def test_an_unknown_id_is_refused(ads: Any, unknown: str) -> None:
    """silent: ResourceNotFoundException is not declared; InvalidParameterValueException is."""
    with pytest.raises(ads.exceptions.InvalidParameterValueException):
        described(ads, unknown)


@pytest.mark.parametrize("unknown", ["d-server-00000000000000000", "d-server-not-there"])
def test_an_unknown_id_together_with_a_known_one_is_refused_as_unknown(
    mgh: MigrationHub, ads: Any, unknown: str
) -> None:
    """Anything with the prefix is of the type; silent: the code for unknown ids."""
    mgh.add_server(configuration_id=WEB)

    with pytest.raises(ads.exceptions.InvalidParameterValueException):
        described(ads, WEB, unknown)


def test_an_unknown_application_together_with_a_known_one_is_refused_as_unknown(
    mgh: MigrationHub, ads: Any
) -> None:
    """Anything with the prefix is of the type; silent: the code for unknown ids."""
    mgh.add_application("Shop", configuration_id=SHOP)

    with pytest.raises(ads.exceptions.InvalidParameterValueException):
        described(ads, SHOP, "d-application-0")


def test_an_empty_list_of_ids_is_refused(ads: Any) -> None:
    """silent: InvalidParameterValueException."""
    with pytest.raises(ads.exceptions.InvalidParameterValueException):
        described(ads)


def test_a_change_is_described_at_once(mgh: MigrationHub, ads: Any) -> None:
    """The service may lag behind; the hub never does."""
    mgh.add_server(configuration_id=WEB)
    mgh.add_application("Shop", configuration_id=SHOP)

    ads.associate_configuration_items_to_application(
        applicationConfigurationId=SHOP, configurationIds=[WEB]
    )
    ads.create_tags(configurationIds=[WEB], tags=[{"key": "a", "value": "b"}])

    row = described(ads, WEB)[0]
    assert json.loads(row["server.applications"])[0]["name"] == "Shop"
    assert json.loads(row["server.tags"]) == [{"key": "a", "value": "b"}]


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="Windows has no time zone a process")
def test_the_time_of_a_row_is_utc_in_every_time_zone(
    mgh: MigrationHub, ads: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Server.timeOfCreation."""
    mgh.add_server(configuration_id=WEB)
    monkeypatch.setenv("TZ", "EST5")
    time.tzset()
    try:
        assert described(ads, WEB)[0]["server.timeOfCreation"] == "2019-01-16 22:40:19.0"
    finally:
        monkeypatch.undo()
        time.tzset()


def test_lists_inside_a_row_are_compact_json(mgh: MigrationHub, ads: Any) -> None:
    """Lists are texts; silent: a text without blanks, absent is empty text."""
    mgh.add_server(
        configuration_id=WEB,
        ip_addresses=["192.0.2.10"],
        mac_addresses=["02:00:5e:10:00:01", "02:00:5e:10:00:02"],
    )
    mgh.add_application("Shop", configuration_id=SHOP, servers=[WEB])

    (row,) = described(ads, WEB)

    assert row["server.applications"] == f'[{{"configurationId":"{SHOP}","name":"Shop"}}]'
    assert row["server.networkInterfaceInfo"] == (
        '[{"name":"eth0","macAddress":"02:00:5e:10:00:01","ipAddress":"192.0.2.10"},'
        '{"name":"eth1","macAddress":"02:00:5e:10:00:02","ipAddress":""}]'
    )
