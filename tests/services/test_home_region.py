from __future__ import annotations

import re
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError
from sample_values import APPLICATION, ARTIFACT, SERVER
from sample_values import SMS_1 as TASK

from pytest_mgh import mock_mgh
from pytest_mgh.state.accounts import SUPPORTED_REGIONS

REGIONS = (
    "ap-northeast-1",
    "ap-southeast-2",
    "eu-central-1",
    "eu-west-1",
    "eu-west-2",
    "us-east-1",
    "us-west-2",
)
HERE = {"Type": "ACCOUNT"}

# A request of each operation, and whether it is allowed outside the home Region.
WRITES: dict[str, dict[str, Any]] = {
    "create_progress_update_stream": {"ProgressUpdateStreamName": "SMS"},
    "import_migration_task": TASK,
    "notify_migration_task_state": {
        **TASK,
        "Task": {"Status": "IN_PROGRESS"},
        "UpdateDateTime": 1493660853,
        "NextUpdateSeconds": 60,
    },
    "put_resource_attributes": {
        **TASK,
        "ResourceAttributeList": [{"Type": "BIOS_ID", "Value": "1"}],
    },
    "associate_created_artifact": {**TASK, "CreatedArtifact": {"Name": ARTIFACT}},
    "associate_discovered_resource": {**TASK, "DiscoveredResource": {"ConfigurationId": SERVER}},
    "associate_source_resource": {**TASK, "SourceResource": {"Name": "source"}},
    "disassociate_created_artifact": {**TASK, "CreatedArtifactName": ARTIFACT},
    "disassociate_discovered_resource": {**TASK, "ConfigurationId": SERVER},
    "disassociate_source_resource": {**TASK, "SourceResourceName": "source"},
    "notify_application_state": {"ApplicationId": APPLICATION, "Status": "IN_PROGRESS"},
}
READS: dict[str, dict[str, Any]] = {
    "delete_progress_update_stream": {"ProgressUpdateStreamName": "SMS"},
    "describe_application_state": {"ApplicationId": APPLICATION},
    "describe_migration_task": TASK,
    "list_application_states": {},
    "list_created_artifacts": TASK,
    "list_discovered_resources": TASK,
    "list_migration_task_updates": TASK,
    "list_migration_tasks": {},
    "list_progress_update_streams": {},
    "list_source_resources": TASK,
}


def test_the_two_tables_name_all_operations_of_migration_hub(client: Any) -> None:
    """H4: every operation is either allowed outside the home Region or not."""
    operations = set(client.meta.method_to_api_mapping)
    assert {*WRITES, *READS} == operations
    assert len(operations) == 21


# one home Region an account


def test_a_control_targets_the_callers_account(config: Any, mgh: Any) -> None:
    """H1: the target is always the ACCOUNT of the caller."""
    (control,) = config.describe_home_region_controls()["HomeRegionControls"]
    assert control["Target"] == {"Type": "ACCOUNT", "Id": "123456789012"}


@pytest.mark.parametrize("second", ["us-west-2", "eu-west-1"], ids=["same Region", "another"])
def test_an_account_gets_no_second_home_region(
    config: Any, mgh: Any, refused: Any, second: str
) -> None:
    """silent: a second control is invalid input, for the same Region too; H1: there is one."""
    with refused("InvalidInputException"):
        config.create_home_region_control(HomeRegion=second, Target=HERE)
    assert mgh.home_region == "us-west-2"


def test_another_account_has_its_own_home_region(config: Any, mgh: Any, other_account: Any) -> None:
    """H1: a home Region belongs to one account."""
    with other_account() as account_id:
        assert "HomeRegion" not in config.get_home_region()
        created = config.create_home_region_control(HomeRegion="eu-west-1", Target=HERE)
        assert created["HomeRegionControl"]["Target"]["Id"] == account_id
    assert config.get_home_region()["HomeRegion"] == "us-west-2"


# no home Region


@pytest.mark.mgh(home_region=None)
@pytest.mark.parametrize("operation", sorted({**WRITES, **READS}))
def test_without_a_home_region_every_call_is_refused(
    client: Any, refused: Any, operation: str
) -> None:
    """H2: all 21 operations raise HomeRegionNotSetException."""
    request = {**WRITES, **READS}[operation]
    with refused("HomeRegionNotSetException"):
        getattr(client, operation)(**request)


@pytest.mark.mgh(home_region=None)
def test_the_refusal_without_a_home_region_has_the_text_that_was_captured(
    client: Any, refused: Any
) -> None:
    """H3: the message that the service was seen to send."""
    with refused("HomeRegionNotSetException") as caught:
        client.list_migration_tasks()
    assert caught.value.response["Error"]["Message"] == (
        "Your home region is not set. Before calling AWS Migration Hub APIs, "
        "set your home region with CreateHomeRegionControl."
    )


@pytest.mark.mgh(home_region=None)
def test_the_refusal_without_a_home_region_is_a_client_error(client: Any) -> None:
    """H2: HomeRegionNotSetException comes with status 400, as a class of the client."""
    with pytest.raises(client.exceptions.HomeRegionNotSetException) as caught:
        client.list_progress_update_streams()
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


@pytest.mark.mgh(home_region=None)
def test_without_a_home_region_the_error_is_the_same_in_every_region(
    connect: Any, refused: Any, mgh: Any
) -> None:
    """H6: invalid input is for a call outside a home Region that is set."""
    with refused("HomeRegionNotSetException"):
        connect(region="eu-west-1").create_progress_update_stream(ProgressUpdateStreamName="SMS")


# outside the home Region


@pytest.mark.parametrize("operation", sorted(WRITES))
def test_writing_outside_the_home_region_is_refused(
    mgh: Any, connect: Any, refused: Any, operation: str
) -> None:
    """H4: create, notify, associate, disassociate, import and put belong to the home Region."""
    outside = connect(region="eu-central-1")
    with refused("InvalidInputException"):
        getattr(outside, operation)(**WRITES[operation])
    assert mgh.streams == ()


def test_the_refusal_outside_the_home_region_names_both_regions(
    mgh: Any, connect: Any, refused: Any
) -> None:
    """H4: the message names the Region of the call and the home Region."""
    outside = connect(region="eu-central-1")
    with refused("InvalidInputException", r"(?s)(?=.*eu-central-1)(?=.*us-west-2)"):
        outside.create_progress_update_stream(ProgressUpdateStreamName="SMS")


@pytest.mark.parametrize(
    "operation", [name for name in sorted(READS) if name.startswith("list_") and not READS[name]]
)
def test_reading_outside_the_home_region_returns_the_data_of_that_region(
    connect: Any, sms: Any, mgh: Any, operation: str
) -> None:
    """H5: reads are permitted outside; silent: data is kept by account and Region."""
    mgh.add_application("erp")
    assert any(rows for rows in _lists(getattr(connect(), operation)()))
    assert not any(rows for rows in _lists(getattr(connect(region="eu-west-1"), operation)()))


@pytest.mark.parametrize(
    "operation", [name for name in sorted(READS) if READS[name]], ids=lambda name: name
)
def test_data_in_the_home_region_does_not_exist_outside_it(
    connect: Any, mgh: Any, refused: Any, client: Any, operation: str
) -> None:
    """H5: describing and deleting are permitted outside, and find nothing there."""
    client.create_progress_update_stream(ProgressUpdateStreamName="SMS")
    client.import_migration_task(**TASK)
    mgh.add_application("erp", configuration_id=APPLICATION)
    with refused("ResourceNotFoundException"):
        getattr(connect(region="eu-west-1"), operation)(**READS[operation])
    assert [stream.name for stream in mgh.streams] == ["SMS"]


def test_a_region_without_migration_hub_has_no_endpoint(mgh: Any, connect: Any) -> None:
    """silent: a call in an unsupported Region finds no host, as DNS has none."""
    with pytest.raises(EndpointConnectionError):
        connect(region="us-east-2").create_progress_update_stream(ProgressUpdateStreamName="SMS")
    assert mgh.streams == ()


# GetHomeRegion


def test_a_write_works_without_a_call_to_get_home_region_first(client: Any, mgh: Any) -> None:
    """H7: calling GetHomeRegion first is advice; no error stands behind it."""
    client.create_progress_update_stream(ProgressUpdateStreamName="SMS")
    assert [stream.name for stream in mgh.streams] == ["SMS"]


@pytest.mark.mgh(home_region=None)
def test_getting_a_home_region_that_is_not_set_succeeds(config: Any) -> None:
    """H8: the member HomeRegion is absent."""
    answer = config.get_home_region()
    assert answer.keys() == {"ResponseMetadata"}
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200


@pytest.mark.parametrize("region", REGIONS)
def test_the_home_region_can_be_read_in_every_region(mgh: Any, connect: Any, region: str) -> None:
    """H9: GetHomeRegion answers alike everywhere."""
    assert connect("migrationhub-config", region).get_home_region()["HomeRegion"] == "us-west-2"


# CreateHomeRegionControl


@pytest.mark.mgh(home_region=None)
@pytest.mark.parametrize("region", REGIONS)
def test_every_supported_region_can_be_the_home_region(mgh: Any, connect: Any, region: str) -> None:
    """H10: home may be any of the seven Regions; writes then belong there."""
    connect("migrationhub-config", region).create_home_region_control(
        HomeRegion=region, Target=HERE
    )
    connect(region=region).create_progress_update_stream(ProgressUpdateStreamName="SMS")
    assert mgh.home_region == region
    assert [stream.name for stream in mgh.streams] == ["SMS"]


@pytest.mark.mgh(home_region=None)
@pytest.mark.parametrize(
    "region",
    ["us-east-2", "ca-central-1", "us-gov-west-1", "uswest2", "US-WEST-2", "us-west-2\n", ""],
    ids=repr,
)
def test_a_region_without_migration_hub_cannot_be_the_home_region(
    config: Any, mgh: Any, refused: Any, region: str
) -> None:
    """H10: HomeRegion must be a supported Region."""
    with refused("InvalidInputException"):
        config.create_home_region_control(HomeRegion=region, Target=HERE)
    assert mgh.home_region is None


@pytest.mark.mgh(home_region=None)
def test_the_home_region_can_be_set_from_another_region(mgh: Any, connect: Any) -> None:
    """silent: CreateHomeRegionControl may be called in any supported Region."""
    config = connect("migrationhub-config", "eu-west-2")
    config.create_home_region_control(HomeRegion="us-east-1", Target=HERE)
    assert mgh.home_region == "us-east-1"


@pytest.mark.mgh(home_region=None)
@pytest.mark.parametrize(
    "target", [HERE, {**HERE, "Id": "123456789012"}], ids=["Id left out", "own Id"]
)
def test_the_created_control_is_described_in_the_answer(
    config: Any, mgh: Any, target: dict[str, str]
) -> None:
    """silent: a missing Target.Id is the caller's account, and is echoed."""
    created = config.create_home_region_control(HomeRegion="eu-west-1", Target=target)
    control = created["HomeRegionControl"]
    assert re.fullmatch("hrc-[a-z0-9]{12}", control["ControlId"])
    assert control["HomeRegion"] == "eu-west-1"
    assert control["Target"] == {"Type": "ACCOUNT", "Id": "123456789012"}
    assert config.describe_home_region_controls()["HomeRegionControls"] == [control]


@pytest.mark.mgh(home_region=None)
def test_a_control_has_its_request_time(
    config: Any, mgh: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """silent: RequestedTime is the hub's time of the call."""
    created = config.create_home_region_control(HomeRegion="eu-west-1", Target=HERE)
    requested = created["HomeRegionControl"]["RequestedTime"]
    monkeypatch.setattr("time.time", lambda: requested.timestamp() + 3600)
    (control,) = config.describe_home_region_controls()["HomeRegionControls"]
    assert control["RequestedTime"] == requested


@pytest.mark.mgh(home_region=None)
def test_the_target_cannot_be_another_account(config: Any, mgh: Any, refused: Any) -> None:
    """H14: Target.Id must be the caller's account; silent: else it is invalid input."""
    with refused("InvalidInputException", "210987654321"):
        config.create_home_region_control(
            HomeRegion="us-west-2", Target={"Type": "ACCOUNT", "Id": "210987654321"}
        )
    assert mgh.home_region is None


@pytest.mark.mgh(home_region=None)
@pytest.mark.parametrize(
    "target",
    [
        {},
        {"Id": "123456789012"},
        {"Type": "ORGANIZATION"},
        {"Type": "ACCOUNT", "Id": "12345678901"},
        {"Type": "ACCOUNT", "Id": "1234567890123"},
        {"Type": "ACCOUNT", "Id": "12345678901x"},
        {"Type": "ACCOUNT", "Id": "\u0661" * 12},
    ],
    ids=["empty", "no Type", "Type unknown", "11 digits", "13 digits", "a letter", "not ASCII"],
)
def test_a_target_must_match_its_shape(config: Any, mgh: Any, refused: Any, target: Any) -> None:
    """H1: the only Type is ACCOUNT, an Id is twelve digits."""
    with refused("InvalidInputException"):
        config.create_home_region_control(HomeRegion="us-west-2", Target=target)


# DeleteHomeRegionControl


def control_id(config: Any) -> str:
    (control,) = config.describe_home_region_controls()["HomeRegionControls"]
    found: str = control["ControlId"]
    return found


def test_a_home_region_is_changed_by_deleting_its_control(
    config: Any, mgh: Any, client: Any, refused: Any
) -> None:
    """H11: once set it is kept until its control is deleted; then another can be set."""
    config.delete_home_region_control(ControlId=control_id(config))
    with refused("HomeRegionNotSetException"):
        client.list_progress_update_streams()
    config.create_home_region_control(HomeRegion="eu-west-1", Target=HERE)
    assert mgh.home_region == "eu-west-1"


def test_a_new_control_has_another_id(config: Any, mgh: Any) -> None:
    """H11: a control made after a deletion is a new one."""
    first = control_id(config)
    config.delete_home_region_control(ControlId=first)
    config.create_home_region_control(HomeRegion="us-west-2", Target=HERE)
    assert control_id(config) != first


def test_deleting_the_control_keeps_the_data(config: Any, client: Any, sms: Any) -> None:
    """H12: discovery and tracking data outlive the control."""
    config.delete_home_region_control(ControlId=control_id(config))
    config.create_home_region_control(HomeRegion="us-west-2", Target=HERE)
    assert client.describe_migration_task(**sms)["MigrationTask"]["Task"]["Status"] == "NOT_STARTED"


def test_the_data_does_not_follow_to_a_new_home_region(
    config: Any, connect: Any, sms: Any, mgh: Any
) -> None:
    """H13: the data of the old home Region is not moved."""
    mgh.add_application("erp")
    config.delete_home_region_control(ControlId=control_id(config))
    config.create_home_region_control(HomeRegion="eu-west-1", Target=HERE)
    abroad = connect(region="eu-west-1")
    assert abroad.list_progress_update_streams()["ProgressUpdateStreamSummaryList"] == []
    assert abroad.list_migration_tasks()["MigrationTaskSummaryList"] == []
    assert abroad.list_application_states()["ApplicationStateList"] == []


def test_data_in_a_former_home_region_can_be_read_and_deleted(
    config: Any, client: Any, sms: Any, refused: Any
) -> None:
    """silent: leftovers can be read and deleted in their Region, but not written."""
    config.delete_home_region_control(ControlId=control_id(config))
    config.create_home_region_control(HomeRegion="eu-west-1", Target=HERE)
    assert client.describe_migration_task(**sms)["MigrationTask"]["MigrationTaskName"]
    with refused("InvalidInputException"):
        client.import_migration_task(**sms)
    client.delete_progress_update_stream(ProgressUpdateStreamName="SMS")
    assert client.list_progress_update_streams()["ProgressUpdateStreamSummaryList"] == []


@pytest.mark.parametrize("region", REGIONS)
def test_the_control_can_be_deleted_in_every_region(mgh: Any, connect: Any, region: str) -> None:
    """H5: delete is among what is permitted outside the home Region."""
    config = connect("migrationhub-config", region)
    config.delete_home_region_control(ControlId=control_id(config))
    assert mgh.home_region is None


@pytest.mark.parametrize(
    "wrong", ["hrc-aaaaaaaaaaaa", "hrc-AAAAAAAAAAAA", "hrc-1", "other"], ids=str
)
def test_deleting_an_unknown_control_is_refused(
    config: Any, mgh: Any, refused: Any, wrong: str
) -> None:
    """silent: an id that is not the account's own is invalid input."""
    with refused("InvalidInputException"):
        config.delete_home_region_control(ControlId=wrong)
    assert mgh.home_region == "us-west-2"


def test_deleting_the_control_of_another_account_is_refused(
    config: Any, mgh: Any, refused: Any, other_account: Any
) -> None:
    """silent: a foreign ControlId is invalid input."""
    own = control_id(config)
    with other_account(), refused("InvalidInputException"):
        config.delete_home_region_control(ControlId=own)
    assert mgh.home_region == "us-west-2"


def test_a_control_cannot_be_deleted_twice(config: Any, mgh: Any, refused: Any) -> None:
    """silent: a deleted control is an unknown one."""
    own = control_id(config)
    config.delete_home_region_control(ControlId=own)
    with refused("InvalidInputException"):
        config.delete_home_region_control(ControlId=own)


@pytest.mark.parametrize("region", REGIONS)
def test_a_change_of_the_home_region_is_visible_at_once_in_every_region(
    mgh: Any, connect: Any, region: str
) -> None:
    """H15: the mock updates the other Regions at once."""
    config, elsewhere = connect("migrationhub-config"), connect("migrationhub-config", region)
    config.delete_home_region_control(ControlId=control_id(config))
    assert "HomeRegion" not in elsewhere.get_home_region()
    config.create_home_region_control(HomeRegion="eu-west-1", Target=HERE)
    assert elsewhere.get_home_region()["HomeRegion"] == "eu-west-1"


# DescribeHomeRegionControls


OWN = {"HomeRegion": "us-west-2", "Target": {"Type": "ACCOUNT", "Id": "123456789012"}}
OTHER: dict[str, Any] = {
    "ControlId": "hrc-aaaaaaaaaaaa",
    "HomeRegion": "eu-west-1",
    "Target": {"Type": "ACCOUNT", "Id": "210987654321"},
}


@pytest.mark.parametrize(
    "names",
    [
        (),
        ("ControlId",),
        ("HomeRegion",),
        ("Target",),
        ("ControlId", "HomeRegion"),
        ("ControlId", "HomeRegion", "Target"),
    ],
    ids=lambda names: " and ".join(names) or "no filter",
)
def test_a_control_that_matches_every_filter_is_described(
    config: Any, mgh: Any, names: tuple[str, ...]
) -> None:
    """H16: filters are ControlId, HomeRegion and Target; silent: all must match."""
    own = {"ControlId": control_id(config), **OWN}
    asked = {name: own[name] for name in names}
    assert len(config.describe_home_region_controls(**asked)["HomeRegionControls"]) == 1


@pytest.mark.parametrize("name", sorted(OTHER))
@pytest.mark.parametrize("alone", [True, False], ids=["alone", "among matching ones"])
def test_a_control_that_fails_one_filter_is_not_described(
    config: Any, mgh: Any, name: str, alone: bool
) -> None:
    """H16: one filter that does not match is enough; silent: the list is then empty."""
    own = {} if alone else {"ControlId": control_id(config), **OWN}
    answer = config.describe_home_region_controls(**{**own, name: OTHER[name]})
    assert answer["HomeRegionControls"] == []


def test_a_target_filter_without_an_id_matches_the_account_of_the_caller(
    config: Any, mgh: Any
) -> None:
    """H16: the only Type is ACCOUNT, and only the caller's own control is there."""
    answer = config.describe_home_region_controls(Target=HERE)
    assert [control["HomeRegion"] for control in answer["HomeRegionControls"]] == ["us-west-2"]


def test_the_filter_named_only_in_the_guide_does_not_exist(
    post: Any,
) -> None:
    """H16: RegionControlScope is unknown, and unknown members are ignored."""
    status, body = post("DescribeHomeRegionControls", {"RegionControlScope": "none"})
    assert status == 200
    assert len(body["HomeRegionControls"]) == 1


@pytest.mark.mgh(home_region=None)
def test_without_a_control_none_is_described(config: Any) -> None:
    """silent: no match is an empty list, not an error."""
    answer = config.describe_home_region_controls()
    assert answer["HomeRegionControls"] == []
    assert "NextToken" not in answer


def test_the_controls_of_other_accounts_are_not_described(
    config: Any, mgh: Any, other_account: Any
) -> None:
    """H1: an account sees its own control only."""
    own = control_id(config)
    with other_account():
        for asked in ({}, {"ControlId": own}, {"HomeRegion": "us-west-2"}):
            assert config.describe_home_region_controls(**asked)["HomeRegionControls"] == []


# the hub's own hand


@pytest.mark.parametrize("region", REGIONS)
def test_the_mocks_option_sets_the_home_region(connect: Any, region: str) -> None:
    """H10: `mock_mgh(home_region=...)` accepts each of the seven."""
    with mock_mgh(home_region=region):
        assert connect("migrationhub-config").get_home_region()["HomeRegion"] == region


def test_the_hub_refuses_an_unsupported_home_region(mgh: Any) -> None:
    """H10: setting `home_region` to another Region is a mistake in the test."""
    with pytest.raises(ValueError, match="us-east-2"):
        mgh.home_region = "us-east-2"
    assert mgh.home_region == "us-west-2"


def test_unsetting_the_home_region_of_the_hub_affects_calls(
    mgh: Any, client: Any, refused: Any
) -> None:
    """H2: `hub.home_region = None` leaves the account without one."""
    mgh.home_region = None
    with refused("HomeRegionNotSetException"):
        client.list_progress_update_streams()


def _lists(answer: dict[str, Any]) -> list[Any]:
    return [value for value in answer.values() if isinstance(value, list)]


@pytest.mark.mgh(home_region=None)
def test_without_a_home_region_the_answer_is_empty(post: Any) -> None:
    """H8: HomeRegion is absent, not null."""
    assert post("GetHomeRegion", {}) == (200, {})


@pytest.mark.parametrize(
    ("operation", "asked", "message"),
    [
        (
            "create_home_region_control",
            {"HomeRegion": "us-west-2", "Target": {"Type": "ACCOUNT"}},
            "The home region of account '123456789012' is already set to 'us-west-2'.",
        ),
        (
            "create_home_region_control",
            {"HomeRegion": "eu-south-1", "Target": {"Type": "ACCOUNT"}},
            (
                "Home region 'eu-south-1' is not supported. "
                f"Supported: {', '.join(SUPPORTED_REGIONS)}."
            ),
        ),
        (
            "create_home_region_control",
            {"HomeRegion": "us-west-2", "Target": {"Type": "ACCOUNT", "Id": "210987654321"}},
            "Target '210987654321' is not the calling account '123456789012'.",
        ),
        (
            "delete_home_region_control",
            {"ControlId": "hrc-000000000000"},
            "Home region control 'hrc-000000000000' does not exist.",
        ),
    ],
)
def test_the_message_of_a_refusal_explains_it(
    config: Any, refused: Any, operation: str, asked: dict[str, Any], message: str
) -> None:
    """silent: the texts are the hub's own."""
    with refused("InvalidInputException") as caught:
        getattr(config, operation)(**asked)
    assert caught.value.response["Error"]["Message"] == message
