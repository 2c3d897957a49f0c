from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from sample_values import UNKNOWN_APPLICATION as UNKNOWN
from sample_values import UNKNOWN_SERVER

from pytest_mgh import MigrationHub


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Set the hub's clock to a second since the epoch."""

    def set_to(second: float) -> None:
        monkeypatch.setattr("pytest_mgh.state.clock.time", SimpleNamespace(time=lambda: second))

    return set_to


@pytest.fixture
def shop(ads: Any) -> str:
    """An application without servers."""
    id_: str = ads.create_application(name="Shop", description="sells things")["configurationId"]
    return id_


def described(ads: Any, id_: str) -> dict[str, str]:
    row: dict[str, str] = ads.describe_configurations(configurationIds=[id_])["configurations"][0]
    return row


def names(ads: Any) -> list[str]:
    rows = ads.list_configurations(configurationType="APPLICATION")["configurations"]
    return [row["application.name"] for row in rows]


def put(ads: Any, application: str, *servers: str) -> Any:
    return ads.associate_configuration_items_to_application(
        applicationConfigurationId=application, configurationIds=[*servers]
    )


def take(ads: Any, application: str, *servers: str) -> Any:
    return ads.disassociate_configuration_items_from_application(
        applicationConfigurationId=application, configurationIds=[*servers]
    )


# create


def test_creating_an_application_returns_only_its_id(ads: Any) -> None:
    """CreateApplication."""
    answer = ads.create_application(name="Shop")

    assert answer.keys() == {"configurationId", "ResponseMetadata"}
    assert names(ads) == ["Shop"]


def test_a_created_application_is_described(ads: Any) -> None:
    """Name, description and wave."""
    id_ = ads.create_application(name="Shop", description="sells things", wave="wave 1")[
        "configurationId"
    ]

    row = described(ads, id_)
    assert row["application.name"] == "Shop"
    assert row["application.description"] == "sells things"
    assert row["application.wave"] == "wave 1"
    assert row["application.serverCount"] == "0"


def test_an_empty_description_counts_as_none(ads: Any) -> None:
    """Callers send description=''."""
    id_ = ads.create_application(name="Shop", description="")["configurationId"]

    assert described(ads, id_)["application.description"] == ""


def test_without_a_description_it_is_empty(ads: Any) -> None:
    """Description is optional; silent: absent is empty text."""
    id_ = ads.create_application(name="Shop")["configurationId"]

    assert described(ads, id_)["application.description"] == ""


def test_a_name_that_is_taken_is_refused(ads: Any, shop: str) -> None:
    """silent: names act as keys; InvalidParameterValueException."""
    with pytest.raises(ads.exceptions.InvalidParameterValueException):
        ads.create_application(name="Shop")

    assert names(ads) == ["Shop"]


def test_a_name_in_another_case_is_another_name(ads: Any, shop: str) -> None:
    """silent: names are compared with regard to case."""
    ads.create_application(name="shop")

    assert names(ads) == ["Shop", "shop"]


def test_the_name_of_a_deleted_application_is_free_again(ads: Any, shop: str) -> None:
    """silent: names act as keys of existing applications."""
    ads.delete_applications(configurationIds=[shop])

    assert ads.create_application(name="Shop")["configurationId"] != shop


def test_an_account_has_a_thousand_applications_at_most(mgh: MigrationHub, ads: Any) -> None:
    """A20: 1,000 applications; silent: InvalidParameterValueException."""
    mgh.load({"applications": [{"name": str(number)} for number in range(999)]})
    ads.create_application(name="the thousandth")

    with pytest.raises(ads.exceptions.InvalidParameterValueException):
        ads.create_application(name="one too many")

    assert len(mgh.applications) == 1000


# update


def test_an_update_changes_only_the_given_members(ads: Any, shop: str) -> None:
    """Absent members are kept."""
    assert ads.update_application(configurationId=shop, wave="wave 2").keys() == {
        "ResponseMetadata"
    }

    row = described(ads, shop)
    assert row["application.name"] == "Shop"
    assert row["application.description"] == "sells things"
    assert row["application.wave"] == "wave 2"


def test_an_update_without_a_wave_keeps_it(ads: Any, shop: str) -> None:
    """Absent members are kept."""
    ads.update_application(configurationId=shop, wave="wave 2")
    ads.update_application(configurationId=shop, description="new")

    assert described(ads, shop)["application.wave"] == "wave 2"


def test_an_empty_description_clears_the_old_one(ads: Any, shop: str) -> None:
    """Implied by the pattern."""
    ads.update_application(configurationId=shop, description="")

    assert described(ads, shop)["application.description"] == ""


def test_an_empty_wave_clears_the_old_one(ads: Any, shop: str) -> None:
    """Implied by the pattern."""
    ads.update_application(configurationId=shop, wave="wave 1")
    ads.update_application(configurationId=shop, wave="")

    assert "application.wave" not in described(ads, shop)


def test_a_new_name_is_found_and_the_old_one_is_free(ads: Any, shop: str) -> None:
    """UpdateApplication changes the name."""
    ads.update_application(configurationId=shop, name="Store")
    ads.create_application(name="Shop")

    assert names(ads) == ["Store", "Shop"]


def test_a_new_name_is_seen_in_filters_on_servers(mgh: MigrationHub, ads: Any, shop: str) -> None:
    """Server.application.name is the name of now."""
    web = mgh.add_server("web").configuration_id
    put(ads, shop, web)
    ads.update_application(configurationId=shop, name="Store")

    rows = ads.list_configurations(
        configurationType="SERVER",
        filters=[{"name": "server.application.name", "condition": "EQ", "values": ["Store"]}],
    )["configurations"]

    assert [row["server.configurationId"] for row in rows] == [web]


def test_another_applications_name_is_refused_and_nothing_changes(ads: Any, shop: str) -> None:
    """silent: names act as keys; a refused call changes nothing."""
    ads.create_application(name="Ledger")

    with pytest.raises(ads.exceptions.InvalidParameterValueException):
        ads.update_application(configurationId=shop, description="new", name="Ledger")

    assert described(ads, shop)["application.description"] == "sells things"
    assert names(ads) == ["Shop", "Ledger"]


def test_an_application_may_be_given_its_own_name(ads: Any, shop: str) -> None:
    """silent: an application may keep its own name."""
    ads.update_application(configurationId=shop, name="Shop", description="new")

    assert described(ads, shop)["application.description"] == "new"


def test_an_update_changes_only_the_last_modified_time(
    ads: Any, clock: Callable[[float], None]
) -> None:
    """LastModifiedTime moves, timeOfCreation does not."""
    clock(30)
    id_ = ads.create_application(name="Shop")["configurationId"]
    assert described(ads, id_)["application.lastModifiedTime"] == "1970-01-01 00:00:30.0"
    clock(60)
    ads.update_application(configurationId=id_, description="new")

    row = described(ads, id_)
    assert row["application.timeOfCreation"] == "1970-01-01 00:00:30.0"
    assert row["application.lastModifiedTime"] == "1970-01-01 00:01:00.0"


def test_adding_and_removing_servers_does_not_change_the_last_modified_time(
    mgh: MigrationHub, ads: Any, clock: Callable[[float], None]
) -> None:
    """silent: associating is no modification."""
    clock(0)
    id_ = ads.create_application(name="Shop")["configurationId"]
    web = mgh.add_server("web").configuration_id
    clock(60)
    put(ads, id_, web)
    take(ads, id_, web)

    assert described(ads, id_)["application.lastModifiedTime"] == "1970-01-01 00:00:00.0"


def test_an_unknown_application_cannot_be_updated(ads: Any) -> None:
    """silent: ResourceNotFoundException is not declared; InvalidParameterValueException."""
    with pytest.raises(ads.exceptions.InvalidParameterValueException):
        ads.update_application(configurationId=UNKNOWN, name="Shop")


# delete


def test_deleting_applications_keeps_their_servers(mgh: MigrationHub, ads: Any) -> None:
    """Associations are removed, servers are kept."""
    web = mgh.add_server("web")
    gone = mgh.add_application("Shop", servers=[web]).configuration_id
    mgh.add_application("Ledger", servers=[web])

    answer = ads.delete_applications(configurationIds=[gone])

    assert answer.keys() == {"ResponseMetadata"}
    assert names(ads) == ["Ledger"]
    assert mgh.server("web").applications == (mgh.application("Ledger").configuration_id,)


def test_deleting_is_all_or_nothing(ads: Any, shop: str) -> None:
    """silent: an unknown id is InvalidParameterValueException, and nothing is deleted."""
    with pytest.raises(ads.exceptions.InvalidParameterValueException):
        ads.delete_applications(configurationIds=[shop, UNKNOWN])

    assert names(ads) == ["Shop"]


def test_a_repeated_id_is_deleted_once(ads: Any, shop: str) -> None:
    """silent: duplicates."""
    ads.delete_applications(configurationIds=[shop, shop])

    assert names(ads) == []


def test_deleting_a_server_as_an_application_is_refused(mgh: MigrationHub, ads: Any) -> None:
    """The operation takes applications."""
    web = mgh.add_server("web").configuration_id

    with pytest.raises(ads.exceptions.InvalidParameterValueException):
        ads.delete_applications(configurationIds=[web])

    assert len(mgh.servers) == 1


# servers of an application


def test_associated_servers_are_counted(mgh: MigrationHub, ads: Any, shop: str) -> None:
    """One application, many items; application.serverCount follows."""
    web, db = (mgh.add_server(name).configuration_id for name in ("web", "db"))

    answer = put(ads, shop, web, db)

    assert answer.keys() == {"ResponseMetadata"}
    assert mgh.application("Shop").servers == (web, db)
    assert described(ads, shop)["application.serverCount"] == "2"


def test_a_server_can_be_in_several_applications(mgh: MigrationHub, ads: Any, shop: str) -> None:
    """Implied, server.applications is a list."""
    ledger = ads.create_application(name="Ledger")["configurationId"]
    web = mgh.add_server("web").configuration_id

    put(ads, shop, web)
    put(ads, ledger, web)

    assert mgh.server("web").applications == (shop, ledger)


def test_a_server_that_is_already_associated_counts_once(
    mgh: MigrationHub, ads: Any, shop: str
) -> None:
    """silent: a repeated association succeeds."""
    web = mgh.add_server("web").configuration_id
    put(ads, shop, web, web)
    put(ads, shop, web)

    assert described(ads, shop)["application.serverCount"] == "1"


def test_disassociated_servers_are_no_longer_counted(
    mgh: MigrationHub, ads: Any, shop: str
) -> None:
    """The count follows; the server stays."""
    web, db = (mgh.add_server(name).configuration_id for name in ("web", "db"))
    put(ads, shop, web, db)

    assert take(ads, shop, web).keys() == {"ResponseMetadata"}

    assert mgh.application("Shop").servers == (db,)
    assert mgh.server("web").applications == ()
    assert described(ads, shop)["application.serverCount"] == "1"


def test_a_server_that_is_not_associated_may_be_disassociated(
    mgh: MigrationHub, ads: Any, shop: str
) -> None:
    """silent: disassociating what is not associated succeeds."""
    web = mgh.add_server("web").configuration_id

    take(ads, shop, web)

    assert mgh.application("Shop").servers == ()


@pytest.mark.parametrize("call", [put, take], ids=["associate", "disassociate"])
def test_an_unknown_application_is_refused(mgh: MigrationHub, ads: Any, call: Any) -> None:
    """silent: ResourceNotFoundException is not declared; InvalidParameterValueException."""
    web = mgh.add_server("web").configuration_id

    with pytest.raises(ads.exceptions.InvalidParameterValueException):
        call(ads, UNKNOWN, web)


def test_associating_is_all_or_nothing(mgh: MigrationHub, ads: Any, shop: str) -> None:
    """silent: an unknown item is InvalidParameterValueException."""
    web = mgh.add_server("web").configuration_id

    with pytest.raises(ads.exceptions.InvalidParameterValueException):
        put(ads, shop, web, UNKNOWN_SERVER)

    assert mgh.application("Shop").servers == ()


def test_disassociating_is_all_or_nothing(mgh: MigrationHub, ads: Any, shop: str) -> None:
    """silent: an unknown item is InvalidParameterValueException."""
    web = mgh.add_server("web").configuration_id
    put(ads, shop, web)

    with pytest.raises(ads.exceptions.InvalidParameterValueException):
        take(ads, shop, web, UNKNOWN_SERVER)

    assert mgh.application("Shop").servers == (web,)


def test_associating_an_application_with_an_application_is_refused(ads: Any, shop: str) -> None:
    """silent: servers only."""
    ledger = ads.create_application(name="Ledger")["configurationId"]

    with pytest.raises(ads.exceptions.InvalidParameterValueException):
        put(ads, shop, ledger)


def test_an_application_has_four_hundred_servers_at_most(mgh: MigrationHub, ads: Any) -> None:
    """A20: 400 servers; silent: InvalidParameterValueException, all or nothing."""
    ids = [mgh.add_server().configuration_id for _ in range(401)]
    shop = mgh.add_application("Shop", servers=ids[:399]).configuration_id

    with pytest.raises(ads.exceptions.InvalidParameterValueException):
        put(ads, shop, *ids[399:])
    assert described(ads, shop)["application.serverCount"] == "399"

    put(ads, shop, *ids[398:400])
    assert described(ads, shop)["application.serverCount"] == "400"


# Migration Hub


def test_migration_hub_lists_a_created_application_as_not_started(
    mgh: MigrationHub, shop: str
) -> None:
    """A14, silent: a known application that was never notified is NOT_STARTED, without a time."""
    hub = mgh.client()

    state = hub.describe_application_state(ApplicationId=shop)
    assert state["ApplicationStatus"] == "NOT_STARTED"
    assert "LastUpdatedTime" not in state
    assert hub.list_application_states()["ApplicationStateList"] == [
        {"ApplicationId": shop, "ApplicationStatus": "NOT_STARTED"}
    ]


def test_migration_hub_accepts_a_state_for_a_created_application(
    mgh: MigrationHub, shop: str
) -> None:
    """A14: ApplicationId is the configurationId."""
    mgh.client().notify_application_state(ApplicationId=shop, Status="COMPLETED")

    assert mgh.application("Shop").status == "COMPLETED"


def test_an_update_keeps_the_migration_state(mgh: MigrationHub, ads: Any, shop: str) -> None:
    """A14: the state is Migration Hub's own."""
    mgh.client().notify_application_state(ApplicationId=shop, Status="COMPLETED")
    ads.update_application(configurationId=shop, name="Store")

    assert mgh.application("Store").status == "COMPLETED"


def test_migration_hub_no_longer_lists_a_deleted_application(
    mgh: MigrationHub, ads: Any, shop: str
) -> None:
    """silent: ListApplicationStates lists applications that exist."""
    hub = mgh.client()
    hub.notify_application_state(ApplicationId=shop, Status="IN_PROGRESS")

    ads.delete_applications(configurationIds=[shop])

    with pytest.raises(hub.exceptions.ResourceNotFoundException):
        hub.describe_application_state(ApplicationId=shop)
    with pytest.raises(hub.exceptions.ResourceNotFoundException):
        hub.notify_application_state(ApplicationId=shop, Status="COMPLETED")
    assert hub.list_application_states()["ApplicationStateList"] == []
    assert hub.list_application_states(ApplicationIds=[shop])["ApplicationStateList"] == []
