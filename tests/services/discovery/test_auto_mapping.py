from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import permutations
from typing import Any

import pytest
from clients import kept_client
from freezegun import freeze_time
from sample_values import MANUAL
from sample_values import SMS_1 as TASK

from pytest_mgh import MigrationHub

NO_START = pytest.mark.mgh(start_applications=False)
VCENTER = ("VM_MANAGER_ID", "vcenter-1")
Pairs = tuple[tuple[str, str], ...]


@pytest.fixture
def client(mgh: MigrationHub) -> Any:
    """A client of Migration Hub, with the task `sms-1` of the stream `SMS`."""
    client = kept_client()
    client.create_progress_update_stream(ProgressUpdateStreamName="SMS")
    client.import_migration_task(**TASK)
    return client


def put(client: Any, *pairs: tuple[str, str], task: str = "sms-1") -> Any:
    return client.put_resource_attributes(
        ProgressUpdateStream="SMS",
        MigrationTaskName=task,
        ResourceAttributeList=[{"Type": type_, "Value": value} for type_, value in pairs],
    )


def mapped(client: Any, task: str = "sms-1") -> list[str]:
    rows = client.list_discovered_resources(ProgressUpdateStream="SMS", MigrationTaskName=task)
    return [row["ConfigurationId"] for row in rows["DiscoveredResourceList"]]


def map_by_hand(client: Any, id_: str) -> None:
    client.associate_discovered_resource(**TASK, DiscoveredResource={"ConfigurationId": id_})


def notify(client: Any, status: str = "IN_PROGRESS") -> None:
    client.notify_migration_task_state(
        **TASK, Task={"Status": status}, UpdateDateTime=1493660853, NextUpdateSeconds=60
    )


# identifying attributes


@pytest.mark.parametrize(
    ("seeded", "pairs"),
    [
        ({"ip_addresses": ["192.0.2.10"]}, (("IPV4_ADDRESS", "192.0.2.10"),)),
        ({"ip_addresses": ["192.0.2.10"]}, (("IPV4_ADDRESS", "192.000.002.010"),)),
        ({"ip_addresses": ["192.000.2.010"]}, (("IPV4_ADDRESS", "192.0.2.10"),)),
        ({"ip_addresses": ["2001:db8::1"]}, (("IPV6_ADDRESS", "2001:db8:0:0:0:0:0:1"),)),
        (
            {"ip_addresses": ["2001:DB8::00A1"]},
            (("IPV6_ADDRESS", "2001:0db8:0000:0000:0000:0000:0000:00a1"),),
        ),
        ({"ip_addresses": ["::ffff"]}, (("IPV6_ADDRESS", "0:0:0:0:0:0:0:FFFF"),)),
        (
            {"ip_addresses": ["203.0.113.1", "192.0.2.10"]},
            (("IPV4_ADDRESS", "198.51.100.1"), ("IPV4_ADDRESS", "192.0.2.10")),
        ),
        ({"mac_addresses": ["02:00:5e:10:00:0a"]}, (("MAC_ADDRESS", "02:00:5e:10:00:0a"),)),
        ({"mac_addresses": ["02:00:5e:10:00:0a"]}, (("MAC_ADDRESS", "02-00-5E-10-00-0A"),)),
        ({"mac_addresses": ["02-00-5E-10-00-0A"]}, (("MAC_ADDRESS", "02:00:5e:10:00:0a"),)),
        ({"hostname": "web.example.com"}, (("FQDN", "web.example.com"),)),
        ({"hostname": "WEB.example.com"}, (("FQDN", "web.Example.COM"),)),
        ({"hostname": "web.example.com"}, (("FQDN", "web.example.com."),)),
        ({"hostname": "web.example.com."}, (("FQDN", "web.example.com"),)),
        ({"hostname": "web"}, (("FQDN", "alias.example.com"), ("FQDN", "web"))),
        (
            {"vm_manager_id": "vcenter-1", "vm_managed_object_reference": "vm-101"},
            (VCENTER, ("VM_MANAGED_OBJECT_REFERENCE", "vm-101")),
        ),
        (
            {"vm_manager_id": "VCENTER-1", "vm_managed_object_reference": "vm-101"},
            (VCENTER, ("VM_MANAGED_OBJECT_REFERENCE", "vm-101")),
        ),
        (
            {"vm_manager_id": "vcenter-1", "vm_name": "web", "vm_path": "/vm/web"},
            (VCENTER, ("VM_NAME", "web"), ("VM_PATH", "/vm/web")),
        ),
    ],
)  # fmt: skip
def test_a_task_is_mapped_to_the_server_that_its_attributes_describe(
    mgh: MigrationHub, client: Any, seeded: dict[str, Any], pairs: Pairs
) -> None:
    """A5: every identifying attribute type, in any notation."""
    mgh.add_server("other", ip_addresses=["198.51.100.99"], mac_addresses=["02:00:5e:00:00:00"])
    known = mgh.add_server(**seeded).configuration_id

    put(client, *pairs)

    assert mapped(client) == [known]
    assert len(mgh.servers) == 2


@pytest.mark.parametrize(
    ("seeded", "pairs"),
    [
        ({"vm_manager_id": "vcenter-1", "vm_name": "web"}, (VCENTER, ("VM_NAME", "web"))),
        ({"vm_manager_id": "vcenter-1", "vm_path": "/web"}, (VCENTER, ("VM_PATH", "/web"))),
        ({"bios_id": "4C4C4544"}, (("BIOS_ID", "4c4c4544"),)),
        ({"motherboard_serial_number": "CN-1"}, (("MOTHERBOARD_SERIAL_NUMBER", "CN-1"),)),
        (
            {"vm_manager_id": "vcenter-2", "vm_managed_object_reference": "vm-101"},
            (VCENTER, ("VM_MANAGED_OBJECT_REFERENCE", "vm-101")),
        ),
        (
            {"vm_managed_object_reference": "vm-101"},
            (VCENTER, ("VM_MANAGED_OBJECT_REFERENCE", "vm-101")),
        ),
        ({"ip_addresses": ["127.0.0.1"]}, (("IPV4_ADDRESS", "127.0.0.1"),)),
        ({"ip_addresses": ["::1"]}, (("IPV6_ADDRESS", "0:0:0:0:0:0:0:1"),)),
        ({"ip_addresses": ["169.254.3.4"]}, (("IPV4_ADDRESS", "169.254.3.4"),)),
        ({"ip_addresses": ["fe80::1"]}, (("IPV6_ADDRESS", "fe80:0:0:0:0:0:0:1"),)),
        ({"ip_addresses": ["0.0.0.0"]}, (("IPV4_ADDRESS", "0.0.0.0"),)),
        ({"ip_addresses": ["224.0.0.1"]}, (("IPV4_ADDRESS", "224.0.0.1"),)),
        ({"mac_addresses": ["00:00:00:00:00:00"]}, (("MAC_ADDRESS", "00-00-00-00-00-00"),)),
        ({"mac_addresses": ["ff:ff:ff:ff:ff:ff"]}, (("MAC_ADDRESS", "FF:FF:FF:FF:FF:FF"),)),
        ({"hostname": "localhost"}, (("FQDN", "LOCALHOST"),)),
        ({"hostname": "localhost.localdomain"}, (("FQDN", "localhost.localdomain."),)),
        ({"hostname": "web.localhost"}, (("FQDN", "web.localhost"),)),
        ({"vm_name": "web"}, (VCENTER, ("VM_NAME", "web"))),
        ({"vm_manager_id": "vcenter-1", "vm_name": "web"}, (VCENTER, ("VM_PATH", "web"))),
        ({"hostname": "web"}, (VCENTER, ("VM_NAME", "web"))),
        ({"hostname": "web"}, (("FQDN", "web.example.com"),)),
        ({"bios_id": "CN-1"}, (("MOTHERBOARD_SERIAL_NUMBER", "CN-1"),)),
        ({"external_id": "crm-1"}, (("BIOS_ID", "crm-1"),)),
        ({"configuration_id": "web"}, (("FQDN", "web"),)),
    ],
)
def test_a_value_of_another_type_or_vcenter_is_no_match(
    mgh: MigrationHub, client: Any, seeded: dict[str, Any], pairs: Pairs
) -> None:
    """A7: no match adds a server; MoRef ids count with their vCenter only."""
    known = mgh.add_server(**seeded).configuration_id

    put(client, *pairs)

    assert len(mgh.servers) == 2
    assert mapped(client) == [mgh.servers[1].configuration_id]
    assert mapped(client) != [known]


def test_discarded_attributes_identify_no_server(mgh: MigrationHub, client: Any) -> None:
    """A8: VM attributes without VM_MANAGER_ID are not used to match."""
    mgh.add_server("web", vm_manager_id="vcenter-1", vm_name="web")

    put(client, ("VM_NAME", "web"), ("VM_PATH", "/dc/vm/web"))

    assert mapped(client) == []
    assert len(mgh.servers) == 1


def test_attributes_that_identify_no_server_create_no_mapping(
    mgh: MigrationHub, client: Any
) -> None:
    """A7, silent: a vCenter alone does not describe a server, so none is added."""
    put(client, VCENTER)

    assert mapped(client) == []
    assert mgh.servers == ()


# which one


def test_the_server_with_the_most_in_common_is_taken(mgh: MigrationHub, client: Any) -> None:
    """silent: an ambiguous match."""
    mgh.add_server("first", ip_addresses=["192.0.2.10"])
    best = mgh.add_server(
        "second", ip_addresses=["192.0.2.11"], mac_addresses=["02:00:5e:10:00:0a"]
    )

    put(
        client,
        ("IPV4_ADDRESS", "192.0.2.10"),
        ("IPV4_ADDRESS", "192.0.2.11"),
        ("MAC_ADDRESS", "02:00:5e:10:00:0a"),
    )

    assert mapped(client) == [best.configuration_id]


def test_the_oldest_of_several_best_matches_is_taken(mgh: MigrationHub, client: Any) -> None:
    """silent: an ambiguous match."""
    oldest = mgh.add_server("first", mac_addresses=["02:00:5e:10:00:0a"])
    mgh.add_server("second", ip_addresses=["192.0.2.10"])

    put(client, ("IPV4_ADDRESS", "192.0.2.10"), ("MAC_ADDRESS", "02:00:5e:10:00:0a"))

    assert mapped(client) == [oldest.configuration_id]


def test_a_repeated_value_counts_once(mgh: MigrationHub, client: Any) -> None:
    """silent: an ambiguous match is decided by the values in common, not by their repetitions."""
    mgh.add_server("first", ip_addresses=["192.0.2.10"])
    best = mgh.add_server("second", mac_addresses=["02:00:5e:10:00:0a"], bios_id="B1")

    put(
        client,
        *[("IPV4_ADDRESS", address) for address in ("192.0.2.10", "192.0.02.10", "192.0.2.010")],
        ("MAC_ADDRESS", "02:00:5e:10:00:0a"),
        ("BIOS_ID", "B1"),
    )

    assert mapped(client) == [best.configuration_id]


# no match


def test_a_server_is_added_and_mapped_if_none_matches(mgh: MigrationHub, client: Any) -> None:
    """A7: a server is added to the repository, with an id of the usual form."""
    put(client, ("FQDN", "web.example.com"), ("IPV4_ADDRESS", "192.0.2.10"))

    (server,) = mgh.servers
    assert mapped(client) == [server.configuration_id]
    assert server.configuration_id.startswith("d-server-0")
    assert server.hostname == "web.example.com"
    assert server.ip_addresses == ("192.0.2.10",)
    assert server.type == "OTHER"
    assert server.source is None


def test_an_added_server_has_the_time_of_the_mapping(mgh: MigrationHub, client: Any) -> None:
    """silent: it is created when it is added."""
    with freeze_time("2024-05-01T12:00:00Z"):
        put(client, ("FQDN", "web.example.com"))

    ads = mgh.client("discovery")
    (row,) = ads.list_configurations(configurationType="SERVER")["configurations"]
    assert row["server.timeOfCreation"] == "2024-05-01 12:00:00.0"


def test_an_added_server_of_a_vcenter_is_a_vm(mgh: MigrationHub, client: Any) -> None:
    """silent: VMWARE_VM when VM_MANAGER_ID was given."""
    put(client, VCENTER, ("VM_MANAGED_OBJECT_REFERENCE", "vm-101"))

    (server,) = mgh.servers
    assert (server.type, server.hostname) == ("VMWARE_VM", None)


def test_an_added_server_is_described_by_the_discovery_service(
    mgh: MigrationHub, client: Any
) -> None:
    """Addresses in networkInterfaceInfo; no agent, system or source."""
    put(
        client,
        ("FQDN", "web.example.com"),
        ("IPV4_ADDRESS", "192.0.2.10"),
        ("IPV6_ADDRESS", "2001:db8:0:0:0:0:0:1"),
        ("MAC_ADDRESS", "02:00:5e:10:00:0a"),
    )
    ads = mgh.client("discovery")

    (listed,) = ads.list_configurations(configurationType="SERVER")["configurations"]
    (row,) = ads.describe_configurations(configurationIds=mapped(client))["configurations"]

    assert listed["server.hostName"] == "web.example.com"
    for key in ("server.agentId", "server.osName", "server.osVersion", "server.source"):
        assert row[key] == ""
    interfaces = json.loads(row["server.networkInterfaceInfo"])
    assert {one["ipAddress"] for one in interfaces} == {"192.0.2.10", "2001:db8:0:0:0:0:0:1"}
    assert interfaces[0]["macAddress"] == "02:00:5e:10:00:0a"
    assert ads.get_discovery_summary()["servers"] == 1


def test_a_second_task_with_the_same_attributes_is_mapped_to_the_added_server(
    mgh: MigrationHub, client: Any
) -> None:
    """Attributes of another migration tool count too."""
    client.import_migration_task(ProgressUpdateStream="SMS", MigrationTaskName="sms-2")
    put(client, ("FQDN", "web.example.com"))
    put(client, ("FQDN", "WEB.example.com."), task="sms-2")

    assert len(mgh.servers) == 1
    assert mapped(client) == mapped(client, "sms-2")


def test_confirming_attributes_choose_among_matching_servers(
    mgh: MigrationHub, client: Any
) -> None:
    mgh.add_server("web")
    second = mgh.add_server("web", bios_id="B-2").configuration_id

    put(client, ("FQDN", "web"), ("BIOS_ID", "b-2"))

    assert mapped(client) == [second]


# merging


def test_the_attributes_of_a_task_are_added_to_its_server(mgh: MigrationHub, client: Any) -> None:
    """Attributes merge, the newest value wins, the id stays."""
    known = mgh.add_server(
        "web", ip_addresses=["192.0.2.10"], mac_addresses=["02:00:5e:10:00:0a"], os_name="Ubuntu"
    )

    put(
        client,
        ("FQDN", "web.example.com"),
        ("IPV4_ADDRESS", "192.0.2.10"),
        ("IPV4_ADDRESS", "192.0.2.11"),
        ("MAC_ADDRESS", "02-00-5E-10-00-0A"),
    )

    (server,) = mgh.servers
    assert server.configuration_id == known.configuration_id
    assert server.hostname == "web.example.com"
    assert server.ip_addresses == ("192.0.2.10", "192.0.2.11")
    assert server.mac_addresses == ("02:00:5e:10:00:0a",)
    assert server.os_name == "Ubuntu"


def test_a_repeated_address_is_kept_once(mgh: MigrationHub, client: Any) -> None:
    """Attributes merge, in any notation."""
    put(client, ("IPV4_ADDRESS", "192.0.2.10"), ("IPV4_ADDRESS", "192.0.2.010"))

    assert mgh.servers[0].ip_addresses == ("192.0.2.10",)


def test_a_server_is_matched_by_attributes_added_by_a_task(mgh: MigrationHub, client: Any) -> None:
    """Merged values identify from then on."""
    known = mgh.add_server("web", ip_addresses=["192.0.2.10"]).configuration_id
    client.import_migration_task(ProgressUpdateStream="SMS", MigrationTaskName="sms-2")

    put(client, ("IPV4_ADDRESS", "192.0.2.10"), ("MAC_ADDRESS", "02:00:5e:10:00:01"))
    put(client, ("MAC_ADDRESS", "02-00-5E-10-00-01"), task="sms-2")

    assert mapped(client, "sms-2") == [known]


# again


def test_a_second_put_maps_again_and_replaces_the_first_mapping(
    mgh: MigrationHub, client: Any
) -> None:
    """A7: Migration Hub tries to map again; silent: only its own mapping is replaced."""
    mgh.add_server("web")
    db = mgh.add_server("db").configuration_id

    put(client, ("FQDN", "web"))
    put(client, ("FQDN", "db"))

    assert mapped(client) == [db]
    assert len(mgh.servers) == 2


def test_a_second_put_that_matches_the_same_server_keeps_the_mapping(
    mgh: MigrationHub, client: Any
) -> None:
    """A7: mapping again may end where it was."""
    web = mgh.add_server("web").configuration_id

    put(client, ("FQDN", "web"))
    put(client, ("FQDN", "web"), ("IPV4_ADDRESS", "192.0.2.10"))

    assert mapped(client) == [web]


def test_a_second_put_that_identifies_no_server_removes_the_mapping(
    mgh: MigrationHub, client: Any
) -> None:
    """A3: the list is replaced, so what it described is not described any more."""
    mgh.add_server("web")

    put(client, ("FQDN", "web"))
    put(client, ("VM_NAME", "web"))

    assert mapped(client) == []
    assert mgh.task("SMS", "sms-1").attributes == ()


def test_a_manual_mapping_is_kept(mgh: MigrationHub, client: Any) -> None:
    """silent: a second put replaces only the automatic mapping."""
    ids = [mgh.add_server(name).configuration_id for name in ("by-hand", "web", "db")]
    map_by_hand(client, ids[0])

    put(client, ("FQDN", "web"))
    assert mapped(client) == ids[:2]

    put(client, ("FQDN", "db"))
    assert mapped(client) == [ids[0], ids[2]]


def test_a_manual_mapping_to_the_matching_server_stays_manual(
    mgh: MigrationHub, client: Any
) -> None:
    """silent: Migration Hub does not remove a mapping made by a tool."""
    web = mgh.add_server("web").configuration_id
    mgh.add_server("db")
    map_by_hand(client, web)

    put(client, ("FQDN", "web"))
    put(client, ("FQDN", "db"))

    assert mapped(client)[0] == web


def test_a_manually_confirmed_automatic_mapping_is_kept(mgh: MigrationHub, client: Any) -> None:
    """silent: Migration Hub does not remove a mapping made by a tool."""
    web = mgh.add_server("web").configuration_id
    db = mgh.add_server("db").configuration_id

    put(client, ("FQDN", "web"))
    map_by_hand(client, web)
    put(client, ("FQDN", "db"))

    assert mapped(client) == [web, db]


def test_the_views_distinguish_automatic_mappings(mgh: MigrationHub, client: Any) -> None:
    """silent: no operation shows it."""
    map_by_hand(client, mgh.add_server("by-hand").configuration_id)
    mgh.add_server("web")
    put(client, ("FQDN", "web"))

    assert [one.automatic for one in mgh.task("SMS", "sms-1").resources] == [False, True]


def test_the_next_put_recreates_a_removed_mapping(mgh: MigrationHub, client: Any) -> None:
    """A7: Migration Hub tries to map again."""
    web = mgh.add_server("web").configuration_id
    put(client, ("FQDN", "web"))
    client.disassociate_discovered_resource(**TASK, ConfigurationId=web)
    assert mapped(client) == []

    put(client, ("FQDN", "web"))

    assert mapped(client) == [web]


def test_the_next_put_adds_a_deleted_server_again(mgh: MigrationHub, client: Any) -> None:
    """A7: no match adds a server."""
    put(client, ("FQDN", "web"))
    (old,) = mapped(client)
    mgh.client("discovery").start_batch_delete_configuration_task(
        configurationType="SERVER", configurationIds=[old]
    )

    put(client, ("FQDN", "web"))

    (new,) = mapped(client)
    assert new != old
    assert [server.configuration_id for server in mgh.servers] == [new]


# when


def test_by_default_the_task_is_mapped_at_once(mgh: MigrationHub, client: Any) -> None:
    """A5, silent: background work is eager."""
    put(client, ("FQDN", "web"))

    assert len(mapped(client)) == 1
    assert mgh.pending == ()


@MANUAL
def test_with_a_manual_background_the_mapping_waits(mgh: MigrationHub, client: Any) -> None:
    """A5: the success of the call says nothing about a match."""
    web = mgh.add_server("web").configuration_id
    assert put(client, ("FQDN", "web"))["ResponseMetadata"]["HTTPStatusCode"] == 200

    assert mapped(client) == []
    assert [(work.operation, work.subject) for work in mgh.pending] == [
        ("PutResourceAttributes", ("SMS", "sms-1"))
    ]

    mgh.settle()

    assert mapped(client) == [web]
    assert mgh.pending == ()


@MANUAL
def test_a_delayed_mapping_uses_the_last_attributes_only(mgh: MigrationHub, client: Any) -> None:
    """A3: the list was replaced before anyone looked at it."""
    put(client, ("FQDN", "web"))
    put(client, ("FQDN", "db"))
    assert len(mgh.pending) == 1

    mgh.settle()

    assert [server.hostname for server in mgh.servers] == ["db"]


@MANUAL
def test_a_delayed_mapping_finds_a_server_added_before_it(mgh: MigrationHub, client: Any) -> None:
    """A5: matching is asynchronous."""
    put(client, ("FQDN", "web"))
    web = mgh.add_server("web").configuration_id
    mgh.settle()

    assert mapped(client) == [web]


@MANUAL
def test_a_pending_mapping_is_done_before_the_deletion_of_its_stream(
    mgh: MigrationHub, client: Any
) -> None:
    """S2: work is done in its order, for a stream that is being deleted too."""
    put(client, ("FQDN", "web"))
    client.delete_progress_update_stream(ProgressUpdateStreamName="SMS")

    mgh.settle()

    assert mgh.streams == ()
    assert [server.hostname for server in mgh.servers] == ["web"]


@MANUAL
def test_a_deleted_task_is_not_mapped(
    mgh: MigrationHub, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S2: work for a task that a deletion took meanwhile does nothing."""
    client.delete_progress_update_stream(ProgressUpdateStreamName="SMS")
    world = mgh._world
    (deletion,) = mgh.pending
    mgh.settle()
    client.create_progress_update_stream(ProgressUpdateStreamName="SMS")
    client.import_migration_task(**TASK)
    put(client, ("FQDN", "web"))
    (mapping,) = mgh.pending
    world.background.remove(world.journal, mapping)
    client.delete_progress_update_stream(ProgressUpdateStreamName="SMS")
    assert mgh.pending == (deletion,)
    world.background.load(world.journal, [mapping])

    mgh.settle()

    assert (mgh.streams, mgh.servers) == ((), ())


def test_the_server_is_kept_when_the_stream_is_deleted(mgh: MigrationHub, client: Any) -> None:
    """silent: the server is kept, the mapping is removed."""
    put(client, ("FQDN", "web"))
    (web,) = mapped(client)
    client.delete_progress_update_stream(ProgressUpdateStreamName="SMS")

    assert [server.configuration_id for server in mgh.servers] == [web]
    assert client.list_migration_tasks(ResourceName=web)["MigrationTaskSummaryList"] == []


@pytest.mark.mgh(strict_discovery=False)
def test_a_task_of_an_unknown_server_starts_no_application(mgh: MigrationHub, client: Any) -> None:
    """T9: an unknown server is in no application."""
    mgh.add_application("Shop", servers=[mgh.add_server("web")])
    map_by_hand(client, "d-server-unknown")
    notify(client)
    assert [application.status for application in mgh.applications] == ["NOT_STARTED"]


@pytest.mark.mgh(strict_discovery=False)
def test_tasks_are_mapped_when_the_hub_is_lenient_too(mgh: MigrationHub, client: Any) -> None:
    """A7: strictness is about ids that calls name."""
    put(client, ("FQDN", "web"))

    assert mapped(client) == [mgh.server("web").configuration_id]


def test_a_dry_run_maps_nothing(mgh: MigrationHub, client: Any) -> None:
    """D1: a dry run has no effect."""
    with pytest.raises(client.exceptions.DryRunOperation):
        client.put_resource_attributes(
            **TASK, ResourceAttributeList=[{"Type": "FQDN", "Value": "web"}], DryRun=True
        )

    assert (mgh.servers, mapped(client)) == ((), [])


# visible effects


def test_tasks_are_listed_by_the_server_that_they_are_mapped_to(
    mgh: MigrationHub, client: Any
) -> None:
    """A12: ResourceName is a configuration id."""
    web = mgh.add_server("web").configuration_id
    db = mgh.add_server("db").configuration_id
    put(client, ("FQDN", "web"))

    def listed(id_: str) -> list[str]:
        rows = client.list_migration_tasks(ResourceName=id_)["MigrationTaskSummaryList"]
        return [row["MigrationTaskName"] for row in rows]

    assert (listed(web), listed(db)) == (["sms-1"], [])

    put(client, ("FQDN", "db"))

    assert (listed(web), listed(db)) == ([], ["sms-1"])


# applications start


@pytest.fixture
def web(mgh: MigrationHub) -> str:
    """The id of a server."""
    return mgh.add_server("web").configuration_id


@pytest.fixture
def shop(mgh: MigrationHub, web: str) -> str:
    """The id of an application with that server."""
    return mgh.add_application("Shop", servers=[web]).configuration_id


def join(mgh: MigrationHub, client: Any) -> None:
    mgh.client("discovery").associate_configuration_items_to_application(
        applicationConfigurationId=mgh.application("Shop").configuration_id,
        configurationIds=[mgh.server("web").configuration_id],
    )


def map_automatically(mgh: MigrationHub, client: Any) -> None:
    put(client, ("FQDN", "web"))


def map_it(mgh: MigrationHub, client: Any) -> None:
    map_by_hand(client, mgh.server("web").configuration_id)


def start_it(mgh: MigrationHub, client: Any) -> None:
    notify(client)


Step = Callable[[MigrationHub, Any], None]


def _orders() -> Iterator[Any]:
    """Every order in which a server of an application can get a task that starts."""
    for mapping in (map_automatically, map_it):
        for steps in permutations((join, mapping, start_it)):
            if steps[-1] is not join:
                yield pytest.param(steps, id="-".join(step.__name__ for step in steps))


@pytest.mark.parametrize("steps", [*_orders()])
def test_the_first_task_start_for_a_server_starts_its_application(
    mgh: MigrationHub, client: Any, web: str, steps: tuple[Step, ...]
) -> None:
    """T9: whether the task starts or is mapped last."""
    mgh.add_application("Shop")
    for step in steps[:-1]:
        step(mgh, client)
    assert mgh.application("Shop").status == "NOT_STARTED"

    steps[-1](mgh, client)

    assert mgh.application("Shop").status == "IN_PROGRESS"


@pytest.mark.parametrize("mapping", [map_automatically, map_it])
def test_associating_a_server_with_a_started_task_does_not_start_the_application(
    mgh: MigrationHub, client: Any, web: str, mapping: Step
) -> None:
    """T9, silent: neither a server that joins nor a further update is the start of a task."""
    mgh.add_application("Shop")
    mapping(mgh, client)
    notify(client)
    join(mgh, client)

    notify(client)

    assert mgh.application("Shop").status == "NOT_STARTED"


@pytest.mark.parametrize("status", ["IN_PROGRESS", "COMPLETED", "FAILED"])
def test_a_task_with_any_status_but_not_started_has_started(
    mgh: MigrationHub, client: Any, web: str, shop: str, status: str
) -> None:
    """T9, silent: a tool's first notification may be that it is done."""
    map_by_hand(client, web)
    notify(client, status)

    assert mgh.application("Shop").status == "IN_PROGRESS"


def test_a_started_application_has_a_last_updated_time(
    mgh: MigrationHub, client: Any, web: str, shop: str
) -> None:
    """T9, silent: the state was updated by Migration Hub itself."""
    map_by_hand(client, web)
    notify(client)

    assert "LastUpdatedTime" in client.describe_application_state(ApplicationId=shop)


def test_a_task_that_has_not_started_starts_no_application(
    mgh: MigrationHub, client: Any, web: str, shop: str
) -> None:
    """T9: importing, mapping and NOT_STARTED are no start."""
    put(client, ("FQDN", "web"))
    notify(client, "NOT_STARTED")

    assert mgh.application("Shop").status == "NOT_STARTED"


def test_all_applications_of_a_server_start(
    mgh: MigrationHub, client: Any, web: str, shop: str
) -> None:
    """T9: a server can be in several; others stay as they are."""
    mgh.add_application("Ledger", servers=[web])
    mgh.add_application("Other")
    map_by_hand(client, web)
    notify(client)

    states = {one.name: one.status for one in mgh.applications}
    assert states == {"Shop": "IN_PROGRESS", "Ledger": "IN_PROGRESS", "Other": "NOT_STARTED"}


@pytest.mark.parametrize("status", ["COMPLETED", "NOT_STARTED"])
def test_an_application_starts_only_once(
    mgh: MigrationHub, client: Any, web: str, shop: str, status: str
) -> None:
    """T9: later changes are manual, and no later task changes them."""
    map_by_hand(client, web)
    notify(client)
    client.notify_application_state(ApplicationId=shop, Status=status)

    notify(client)
    client.import_migration_task(ProgressUpdateStream="SMS", MigrationTaskName="sms-2")
    put(client, ("FQDN", "web"), task="sms-2")
    put(client, ("FQDN", "web"))
    map_by_hand(client, web)

    assert mgh.application("Shop").status == status


@pytest.mark.parametrize("status", ["COMPLETED", "IN_PROGRESS"])
def test_an_application_that_a_tool_has_started_is_left_alone(
    mgh: MigrationHub, client: Any, web: str, shop: str, status: str
) -> None:
    """T9: the start was not Migration Hub's, and later changes are manual."""
    client.notify_application_state(ApplicationId=shop, Status=status, UpdateDateTime=86400)
    before = client.describe_application_state(ApplicationId=shop)["LastUpdatedTime"]

    map_by_hand(client, web)
    notify(client)

    after = client.describe_application_state(ApplicationId=shop)
    assert (after["ApplicationStatus"], after["LastUpdatedTime"]) == (status, before)


def test_an_application_that_was_notified_as_not_started_is_started(
    mgh: MigrationHub, client: Any, web: str, shop: str
) -> None:
    """T9: nothing of it has started yet."""
    client.notify_application_state(ApplicationId=shop, Status="NOT_STARTED")
    map_by_hand(client, web)
    notify(client)

    assert mgh.application("Shop").status == "IN_PROGRESS"


@NO_START
def test_an_option_turns_off_the_automatic_start_of_applications(
    mgh: MigrationHub, client: Any, web: str, shop: str
) -> None:
    """T9: `start_applications=False`."""
    put(client, ("FQDN", "web"))
    notify(client)
    map_by_hand(client, web)

    assert mapped(client) == [web]
    assert mgh.application("Shop").status == "NOT_STARTED"


@MANUAL
def test_an_application_starts_with_the_delayed_mapping(
    mgh: MigrationHub, client: Any, web: str, shop: str
) -> None:
    """T9: mapping is asynchronous, and the start with it."""
    put(client, ("FQDN", "web"))
    notify(client)
    assert mgh.application("Shop").status == "NOT_STARTED"

    mgh.settle()

    assert mgh.application("Shop").status == "IN_PROGRESS"


def test_a_server_removed_from_its_application_does_not_start_it(
    mgh: MigrationHub, client: Any, web: str, shop: str
) -> None:
    """T9: a server of the application."""
    mgh.client("discovery").disassociate_configuration_items_from_application(
        applicationConfigurationId=shop, configurationIds=[web]
    )
    map_by_hand(client, web)
    notify(client)

    assert mgh.application("Shop").status == "NOT_STARTED"


@pytest.mark.parametrize(
    ("seeded", "pairs"),
    [
        (
            {"mac_addresses": ["02:00:5e:10:00:02"]},
            [("MAC_ADDRESS", "02:00:5e:10:00:01"), ("MAC_ADDRESS", "02:00:5e:10:00:02")],
        ),
        (
            {"vm_manager_id": "m", "vm_name": "two", "vm_path": "/two"},
            [
                ("VM_MANAGER_ID", "m"),
                ("VM_NAME", "one"),
                ("VM_NAME", "two"),
                ("VM_PATH", "/two"),
            ],
        ),
        (
            {"vm_manager_id": "n", "vm_managed_object_reference": "vm-2"},
            [
                ("VM_MANAGER_ID", "m"),
                ("VM_MANAGER_ID", "n"),
                ("VM_MANAGED_OBJECT_REFERENCE", "vm-2"),
            ],
        ),
    ],
    ids=["MAC addresses", "VM names", "vCenters"],
)
def test_every_value_of_a_type_can_match(
    mgh: MigrationHub, client: Any, seeded: dict[str, str], pairs: list[tuple[str, str]]
) -> None:
    """A4: several pairs of one type are allowed, and any of them may identify the server."""
    known = mgh.add_server("seeded", **seeded)  # type: ignore[arg-type]

    put(client, *pairs)

    assert [server.configuration_id for server in mgh.servers] == [known.configuration_id]
    assert known.configuration_id in [one.configuration_id for one in mgh.tasks[0].resources]


def test_a_server_is_matched_by_every_name_that_was_put(mgh: MigrationHub, client: Any) -> None:
    """A5: a further FQDN of the server identifies it later."""
    put(client, ("FQDN", "a.example.com"), ("FQDN", "b.example.com"))
    put(client, ("FQDN", "b.example.com"))

    assert [server.hostname for server in mgh.servers] == ["b.example.com"]


# withdrawn values


def test_attributes_that_a_task_dropped_identify_no_server(mgh: MigrationHub, client: Any) -> None:
    a = mgh.add_server("a", ip_addresses=["192.0.2.1"]).configuration_id
    b = mgh.add_server("b", ip_addresses=["192.0.2.2"]).configuration_id
    client.import_migration_task(ProgressUpdateStream="SMS", MigrationTaskName="sms-2")

    put(client, ("FQDN", "a"), ("IPV4_ADDRESS", "192.0.2.2"))
    put(client, ("FQDN", "a"), ("IPV4_ADDRESS", "192.0.2.1"))
    put(client, ("IPV4_ADDRESS", "192.0.2.2"), task="sms-2")

    assert (mapped(client), mapped(client, "sms-2")) == ([a], [b])
    assert mgh.server("a").ip_addresses == ("192.0.2.1",)


def test_a_server_described_by_one_task_is_removed_when_the_task_matches_another(
    mgh: MigrationHub, client: Any
) -> None:
    put(client, ("FQDN", "slip"))
    known = mgh.add_server("web").configuration_id
    put(client, ("FQDN", "web"))

    assert [server.configuration_id for server in mgh.servers] == [known]
    assert mapped(client) == [known]


def test_a_server_described_by_one_task_keeps_its_id(mgh: MigrationHub, client: Any) -> None:
    put(client, ("FQDN", "web"))
    before = mapped(client)
    put(client, ("FQDN", "other"))

    assert mapped(client) == before
    assert [server.hostname for server in mgh.servers] == ["other"]


def test_a_withdrawn_attribute_reveals_the_value_of_other_sources(
    mgh: MigrationHub, client: Any
) -> None:
    mgh.add_server("web", ip_addresses=["192.0.2.1"])

    put(client, ("FQDN", "web.example.com"), ("IPV4_ADDRESS", "192.0.2.1"))
    assert mgh.servers[0].hostname == "web.example.com"
    put(client, ("IPV4_ADDRESS", "192.0.2.1"))

    assert mgh.servers[0].hostname == "web"


def test_a_trailing_dot_does_not_rename_a_server(mgh: MigrationHub, client: Any) -> None:
    mgh.add_server("web-1.corp")

    put(client, ("FQDN", "web-1.corp."))

    assert [server.hostname for server in mgh.servers] == ["web-1.corp"]


def test_two_hosts_that_report_the_same_loopback_address_stay_separate(
    mgh: MigrationHub, client: Any
) -> None:
    client.import_migration_task(ProgressUpdateStream="SMS", MigrationTaskName="sms-2")
    same = (("IPV4_ADDRESS", "127.0.0.1"), ("MAC_ADDRESS", "00:00:00:00:00:00"))

    put(client, ("FQDN", "web"), *same)
    put(client, ("FQDN", "db"), *same, task="sms-2")

    assert [server.hostname for server in mgh.servers] == ["web", "db"]
    assert mapped(client) != mapped(client, "sms-2")


def test_a_server_shows_the_source_of_each_entry(mgh: MigrationHub, client: Any) -> None:
    id_ = mgh.add_server("web").configuration_id
    put(client, ("FQDN", "web"), ("BIOS_ID", "B-1"))

    entries = [(one.source, dict(one.values)) for one in mgh.servers[0].entries]

    assert entries == [
        (f"seed:{id_}", {"hostname": ("web",)}),
        ("task:SMS:sms-1", {"hostname": ("web",), "bios_id": ("B-1",)}),
    ]
