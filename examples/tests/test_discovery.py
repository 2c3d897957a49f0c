"""How the tool finds servers and groups them, and what Migration Hub maps by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from liftoff.discovery import Discovery
from liftoff.migrate import migrate_wave
from liftoff.retry import Retry

if TYPE_CHECKING:
    from liftoff.inventory import Server
    from liftoff.reporting import Reporter

    from pytest_mgh import MigrationHub

GROUPING = "AssociateConfigurationItemsToApplication"


def test_servers_are_found_by_host_name(mgh: MigrationHub, discovery: Discovery) -> None:
    ids = {f"a{number}": mgh.add_server(f"a{number}").configuration_id for number in range(120)}
    mgh.add_server("b0")

    assert discovery.find_servers([*ids, "c0", ""]) == ids  # more than one page
    assert discovery.find_servers([]) == {}


def test_an_application_is_created_once(mgh: MigrationHub, discovery: Discovery) -> None:
    first = discovery.open_application("Web shop")

    assert discovery.open_application("Web shop") == first
    assert [application.name for application in mgh.applications] == ["Web shop"]


@pytest.mark.mgh_explore(False)  # it counts attempts
def test_a_repeat_finds_the_application_that_was_created(
    mgh: MigrationHub, naps: list[float]
) -> None:
    def lose_the_answer(**_: Any) -> None:
        raise ReadTimeoutError(endpoint_url="https://discovery.us-west-2.amazonaws.com/")

    client = mgh.client("discovery")
    client.meta.events.register(
        "after-call.application-discovery-service.CreateApplication", lose_the_answer
    )

    id_ = Discovery(client, retry=Retry(sleep=naps.append)).open_application("Web shop")

    assert mgh.application("Web shop").configuration_id == id_
    assert naps == [0.5]


@pytest.mark.usefixtures("wave")
def test_only_servers_outside_the_application_are_added(
    mgh: MigrationHub, discovery: Discovery
) -> None:
    inside, outside = "d-server-00a1c4e7f2b9d6031", "d-server-00a1c4e7f2b9d6032"
    payroll = mgh.application("Payroll")

    discovery.add_servers(payroll.configuration_id, [inside, outside])
    discovery.add_servers(payroll.configuration_id, [inside, outside])

    assert mgh.application("Payroll").servers == (inside, outside)
    (call,) = mgh.events.of(GROUPING)
    assert call["requestParameters"]["configurationIds"] == [outside]


def test_every_task_is_mapped_to_its_server(
    mgh: MigrationHub, wave: list[Server], reporter: Reporter, discovery: Discovery
) -> None:
    migrate_wave(wave, reporter, discovery)

    for server in wave:
        (resource,) = mgh.task("Liftoff", server.name).resources
        assert resource.configuration_id == mgh.server(server.hostname).configuration_id
        assert resource.automatic == (server.name != "payroll-db-01")
    associated = mgh.events.of("AssociateDiscoveredResource")
    assert {one["requestParameters"]["migrationTaskName"] for one in associated} == {
        "payroll-db-01"
    }


def test_attributes_reported_by_a_task_are_kept(
    mgh: MigrationHub, wave: list[Server], reporter: Reporter, discovery: Discovery
) -> None:
    migrate_wave(wave, reporter, discovery)

    server = mgh.server("shop-db-01.example.com")
    assert server.configuration_id == "d-server-00a1c4e7f2b9d6021"
    assert server.ip_addresses == ("192.0.2.21", "198.51.100.21")  # the second one is new


def test_the_servers_are_grouped_by_application(
    mgh: MigrationHub, wave: list[Server], reporter: Reporter, discovery: Discovery
) -> None:
    migrate_wave(wave, reporter, discovery)

    hostnames = {server.configuration_id: server.hostname for server in mgh.servers}
    for application in mgh.applications:
        members = {server.hostname for server in wave if server.application == application.name}
        assert {hostnames[id_] for id_ in application.servers} == members


@pytest.mark.mgh(background="manual")
def test_a_server_that_is_added_late_is_grouped_by_the_next_run(
    mgh: MigrationHub, wave: list[Server], reporter: Reporter, discovery: Discovery
) -> None:
    migrate_wave(wave, reporter, discovery)
    assert mgh.task("Liftoff", "build-01").resources == ()
    assert mgh.application("Build farm").servers == ()

    mgh.settle()
    migrate_wave(wave, reporter, discovery)

    (resource,) = mgh.task("Liftoff", "build-01").resources
    assert mgh.application("Build farm").servers == (resource.configuration_id,)


@pytest.mark.usefixtures("wave")
def test_a_reader_finds_servers_and_creates_nothing(mgh: MigrationHub) -> None:
    reader = mgh.principal("reader", role=True, policy="AWSMigrationHubDiscoveryAccess")
    client: Any = mgh.client("discovery", **reader.credentials)

    assert Discovery(client).find_servers(["PAYROLLDB"])
    with pytest.raises(ClientError, match="not authorized to perform: discovery:CreateApplication"):
        Discovery(client).open_application("Web shop")

    assert mgh.events.last["errorCode"] == "AccessDenied"
