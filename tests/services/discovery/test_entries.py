"""A server is the sum of what its sources say: agents, imports, migration tasks, seeds."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_mgh import MigrationHub

AGENT = "o-0123456789abcdef0"


def import_rows(mgh: MigrationHub, *lines: str, name: str = "wave") -> str:
    """Import a file of those lines; return the id of the import."""
    mgh.import_source("s3://bucket/rows.csv", "\n".join(lines) + "\n")
    asked = {"name": name, "importUrl": "s3://bucket/rows.csv"}
    id_: str = mgh.client("discovery").start_import_task(**asked)["task"]["importTaskId"]
    return id_


def delete_import(mgh: MigrationHub, id_: str) -> None:
    mgh.client("discovery").batch_delete_import_data(importTaskIds=[id_])


def hosts(mgh: MigrationHub) -> list[str | None]:
    return [server.hostname for server in mgh.servers]


def test_the_latest_value_is_shown(mgh: MigrationHub) -> None:
    mgh.add_server("web", os_name="Linux", agent_id=AGENT)

    import_rows(mgh, "HostName,OS.Name", "web,Windows")

    assert mgh.server("web").os_name == "Windows"


def test_values_of_an_import_are_removed_with_it(mgh: MigrationHub) -> None:
    mgh.add_server("web", os_name="Linux", agent_id=AGENT)
    id_ = import_rows(mgh, "HostName,OS.Name,CPU.NumberOfCores", "web,Windows,4")

    delete_import(mgh, id_)

    server = mgh.server("web")
    assert (server.os_name, server.performance, server.source) == ("Linux", (), "Agent")


def test_a_server_in_two_imports_is_kept_until_both_are_deleted(mgh: MigrationHub) -> None:
    first = import_rows(mgh, "HostName,OS.Name", "web,Linux", name="first")
    (known,) = mgh.servers
    second = import_rows(mgh, "HostName,OS.Name", "WEB,Windows", name="second")

    delete_import(mgh, first)
    assert [one.configuration_id for one in mgh.servers] == [known.configuration_id]
    assert mgh.servers[0].os_name == "Windows"
    delete_import(mgh, second)

    assert mgh.servers == ()


def test_a_seeded_server_is_kept_after_its_imports_are_deleted(mgh: MigrationHub) -> None:
    mgh.add_server("web")

    delete_import(mgh, import_rows(mgh, "HostName,IPAddress", "web,192.0.2.1"))

    assert mgh.server("web").ip_addresses == ()


def test_values_of_a_deleted_import_match_no_server(mgh: MigrationHub) -> None:
    mgh.add_server("web")
    delete_import(mgh, import_rows(mgh, "HostName,IPAddress", "web,192.0.2.1"))

    import_rows(mgh, "HostName,IPAddress", "db,192.0.2.1")

    assert hosts(mgh) == ["web", "db"]


@pytest.mark.parametrize(
    ("header", "first", "second"),
    [
        ("ExternalId,HostName", "inv-1,web", "inv-2,web"),
        ("ExternalId,IPAddress", "inv-1,192.0.2.1", "inv-2,192.0.2.1"),
        ("VMware.MoRefId,VMware.VCenterId,VMware.VMName", "vm-1,vc,web", "vm-2,vc,web"),
        ("HostName,SMBiosId", "web,B-1", "db,B-1"),
        ("HostName,IPAddress", "web,127.0.0.1", "db,127.0.0.1"),
        ("HostName,IPAddress", "web,::1", "db,0:0:0:0:0:0:0:1"),
        ("HostName,MACAddress", "web,00:00:00:00:00:00", "db,00-00-00-00-00-00"),
        ("HostName,IPAddress", "localhost,192.0.2.1", "localhost,192.0.2.2"),
        ("HostName,VMware.MoRefId,VMware.VCenterId", "web,vm-1,vc-1", "db,vm-1,vc-2"),
    ],
)
def test_rows_with_different_external_ids_are_two_servers(
    mgh: MigrationHub, header: str, first: str, second: str
) -> None:
    import_rows(mgh, header, first, second)

    assert len(mgh.servers) == 2


@pytest.mark.parametrize(
    ("header", "first", "second"),
    [
        ("ExternalId,HostName,IPAddress", "inv-1,web,192.0.2.1", "INV-1,db,192.0.2.2"),
        ("HostName,IPAddress", "web,192.0.2.1", "db,192.0.2.001"),
        ("HostName,MACAddress", "web,02:00:5e:10:00:01", "db,02-00-5E-10-00-01"),
        ("HostName,SMBiosId", "web,B-1", "WEB.,B-2"),
        ("HostName,VMware.MoRefId,VMware.VCenterId", "web,vm-1,vc", "db,vm-1,VC"),
        ("ExternalId,HostName", ",web", "inv-1,web"),
    ],
)
def test_two_rows_are_one_server(mgh: MigrationHub, header: str, first: str, second: str) -> None:
    import_rows(mgh, header, first, second)

    assert len(mgh.servers) == 1


def test_a_server_without_an_external_id_gets_that_of_a_row(mgh: MigrationHub) -> None:
    """Others with another external id never match, whatever else is alike."""
    other = mgh.add_server("web", external_id="inv-1").configuration_id
    free = mgh.add_server("web").configuration_id

    import_rows(mgh, "ExternalId,HostName", "inv-2,web")

    assert [(one.configuration_id, one.external_id) for one in mgh.servers] == [
        (other, "inv-1"),
        (free, "inv-2"),
    ]


def test_a_server_that_lost_its_external_id_can_get_another(mgh: MigrationHub) -> None:
    mgh.add_server("web")
    delete_import(mgh, import_rows(mgh, "ExternalId,HostName", "inv-1,web"))

    import_rows(mgh, "ExternalId,HostName", "inv-2,web")

    assert [one.external_id for one in mgh.servers] == ["inv-2"]


def test_a_row_may_name_its_server(mgh: MigrationHub) -> None:
    known = mgh.add_server("web").configuration_id

    import_rows(mgh, "ServerId,HostName,OS.Name", f"{known},renamed,Linux")

    (server,) = mgh.servers
    assert (server.configuration_id, server.hostname, server.os_name) == (known, "renamed", "Linux")


def test_an_imported_name_with_a_trailing_dot_does_not_rename_a_server(mgh: MigrationHub) -> None:
    mgh.add_server("web-1.corp")

    import_rows(mgh, "HostName,OS.Name", "web-1.corp.,Linux")

    assert hosts(mgh) == ["web-1.corp"]
    assert mgh.servers[0].os_name == "Linux"


def test_entries_show_the_source_of_each_value(mgh: MigrationHub) -> None:
    seeded = mgh.add_server("web").configuration_id
    mgh.add_agent(AGENT, server="web", ip_addresses=["192.0.2.1"])
    imported = import_rows(mgh, "HostName,OS.Name", "web,Linux")

    values_by_source = {one.source: dict(one.values) for one in mgh.server("web").entries}

    assert values_by_source == {
        f"seed:{seeded}": {"hostname": ("web",)},
        f"agent:{AGENT}": {
            "agent_id": (AGENT,),
            "source": ("Agent",),
            "hostname": ("web",),
            "ip_addresses": ("192.0.2.1",),
        },
        f"import:{imported}:2": {
            "hostname": ("web",),
            "os_name": ("Linux",),
            "source": ("Import",),
        },
    }


def test_deleting_a_server_removes_the_entries_of_all_its_sources(mgh: MigrationHub) -> None:
    mgh.add_agent(AGENT, server="web")
    import_rows(mgh, "HostName", "web")
    web = mgh.server("web").configuration_id

    mgh.client("discovery").start_batch_delete_configuration_task(
        configurationType="SERVER", configurationIds=[web]
    )
    import_rows(mgh, "HostName", "web")

    assert [one.configuration_id == web for one in mgh.servers] == [False]


def test_entries_survive_a_snapshot(mgh: MigrationHub) -> None:
    mgh.add_server("web", os_name="Linux")
    id_ = import_rows(mgh, "HostName,OS.Name,ExternalId", "web,Windows,inv-1")
    before = mgh.servers

    mgh.restore(mgh.snapshot())

    assert mgh.servers == before
    assert mgh.servers[0].entries == before[0].entries
    delete_import(mgh, id_)
    assert (mgh.server("web").os_name, mgh.server("web").external_id) == ("Linux", None)


def test_a_failed_call_leaves_no_entries(
    mgh: MigrationHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    mgh.add_server("web", os_name="Linux")
    before = mgh.servers

    def broken(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("pytest_mgh.state.repository.Repository.tag", broken)
    with pytest.raises(KeyboardInterrupt):
        import_rows(mgh, "HostName,OS.Name,ExternalId,Tags", "web,Windows,inv-1,a:b")
    monkeypatch.undo()

    assert mgh.servers == before
    assert mgh.servers[0].entries == before[0].entries
    import_rows(mgh, "ExternalId,HostName", "inv-2,web")
    assert len(mgh.servers) == 1
