from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from sample_values import APPLICATION, SERVER
from sample_values import SMS_1 as TASK

ARN = "arn:aws:ec2:us-east-1:488216288981:image/ami-"
OTHER_SERVER = "d-server-0025db43a885966c9"
NOTHING_ALLOWED = {
    "Version": "2012-10-17",
    "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
}


@dataclass(frozen=True)
class Write:
    """An operation with DryRun.

    Args:
        request: Asks for something that the hub of the fixture `full` can do, with an effect.
        missing: Members that make it ask for something that does not exist.
        wrong: Members that break a rule about their form.
    """

    request: dict[str, Any]
    missing: dict[str, Any]
    wrong: dict[str, Any]


NO_STREAM = {"ProgressUpdateStream": "unknown"}
BAD_STREAM = {"ProgressUpdateStream": "a/b"}

WRITES = {
    "associate_created_artifact": Write(
        {**TASK, "CreatedArtifact": {"Name": f"{ARN}2"}},
        NO_STREAM,
        {"CreatedArtifact": {"Name": "ami-1"}},
    ),
    "associate_discovered_resource": Write(
        {**TASK, "DiscoveredResource": {"ConfigurationId": OTHER_SERVER}},
        {"DiscoveredResource": {"ConfigurationId": "d-server-unknown"}},
        {"DiscoveredResource": {"ConfigurationId": "a\nb"}},
    ),
    "associate_source_resource": Write(
        {**TASK, "SourceResource": {"Name": "source 2"}}, NO_STREAM, {"SourceResource": {}}
    ),
    "create_progress_update_stream": Write(
        {"ProgressUpdateStreamName": "DMS"}, {}, {"ProgressUpdateStreamName": "a/b"}
    ),
    "delete_progress_update_stream": Write(
        {"ProgressUpdateStreamName": "SMS"},
        {"ProgressUpdateStreamName": "unknown"},
        {"ProgressUpdateStreamName": "a/b"},
    ),
    "disassociate_created_artifact": Write(
        {**TASK, "CreatedArtifactName": f"{ARN}1"}, NO_STREAM, {"CreatedArtifactName": "ami-1"}
    ),
    "disassociate_discovered_resource": Write(
        {**TASK, "ConfigurationId": SERVER}, NO_STREAM, BAD_STREAM
    ),
    "disassociate_source_resource": Write(
        {**TASK, "SourceResourceName": "source 1"}, NO_STREAM, BAD_STREAM
    ),
    "import_migration_task": Write({**TASK, "MigrationTaskName": "sms-2"}, NO_STREAM, BAD_STREAM),
    "notify_application_state": Write(
        {"ApplicationId": APPLICATION, "Status": "COMPLETED"},
        {"ApplicationId": "d-application-unknown"},
        {"Status": "FAILED"},
    ),
    "notify_migration_task_state": Write(
        {
            **TASK,
            "Task": {"Status": "COMPLETED"},
            "UpdateDateTime": 1493660853,
            "NextUpdateSeconds": 60,
        },
        {"MigrationTaskName": "unknown"},
        {"Task": {"Status": "DONE"}},
    ),
    "put_resource_attributes": Write(
        {**TASK, "ResourceAttributeList": [{"Type": "BIOS_ID", "Value": "2"}]},
        {"MigrationTaskName": "unknown"},
        {"ResourceAttributeList": [{"Type": "IPV4_ADDRESS", "Value": "256.0.0.1"}]},
    ),
}
EVERY = pytest.mark.parametrize("operation", sorted(WRITES))
CREATE_CONTROL = {"HomeRegion": "eu-west-1", "Target": {"Type": "ACCOUNT"}}
MODES = pytest.mark.parametrize(
    "mode",
    [
        pytest.param("eager", marks=pytest.mark.mgh(background="eager")),
        pytest.param("manual", marks=pytest.mark.mgh(background="manual")),
    ],
)


@pytest.fixture
def full(mgh: Any, client: Any) -> Any:
    """A hub with something of everything that the writes of the table change."""
    for server in (SERVER, OTHER_SERVER):
        mgh.add_server(configuration_id=server)
    mgh.add_application("erp", configuration_id=APPLICATION, servers=[SERVER])
    client.create_progress_update_stream(ProgressUpdateStreamName="SMS")
    client.import_migration_task(**TASK)
    client.notify_migration_task_state(
        **TASK, Task={"Status": "IN_PROGRESS"}, UpdateDateTime=1493660800, NextUpdateSeconds=60
    )
    client.put_resource_attributes(
        **TASK, ResourceAttributeList=[{"Type": "BIOS_ID", "Value": "1"}]
    )
    client.associate_created_artifact(**TASK, CreatedArtifact={"Name": f"{ARN}1"})
    client.associate_discovered_resource(**TASK, DiscoveredResource={"ConfigurationId": SERVER})
    client.associate_source_resource(**TASK, SourceResource={"Name": "source 1"})
    mgh.settle()
    return mgh


def visible(hub: Any) -> dict[str, Any]:
    """Everything that the hub shows."""
    return {
        "home_region": hub.home_region,
        "policy": hub.policy,
        "streams": hub.streams,
        "tasks": hub.tasks,
        "servers": hub.servers,
        "applications": hub.applications,
        "pending": hub.pending,
    }


def call(client: Any, operation: str, **more: Any) -> Any:
    return getattr(client, operation)(**{**WRITES[operation].request, **more})


def test_the_table_names_every_operation_with_dry_run(client: Any, config: Any) -> None:
    """D1: twelve operations of `mgh` and one of `migrationhub-config` have DryRun."""
    found = {
        method
        for service in (client, config)
        for method, name in service.meta.method_to_api_mapping.items()
        if "DryRun" in service.meta.service_model.operation_model(name).input_shape.members
    }
    assert found == {*WRITES, "create_home_region_control"}
    assert len(found) == 13


# a dry run


@EVERY
def test_a_dry_run_of_an_allowed_call_is_a_dry_run_operation_error(
    full: Any, client: Any, refused: Any, operation: str
) -> None:
    """D1: it is the error DryRunOperation, with status 400 and the text of the sample."""
    with refused("DryRunOperation") as caught:
        call(client, operation, DryRun=True)
    response = caught.value.response
    assert response["Error"]["Message"] == "Dry Run was a success!"
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert isinstance(caught.value, client.exceptions.DryRunOperation)


@EVERY
@MODES
def test_a_dry_run_has_no_effect(
    full: Any, client: Any, refused: Any, operation: str, mode: str
) -> None:
    """D1: everything that the hub shows is unchanged, also after pending work."""
    before = visible(full)
    with refused("DryRunOperation"):
        call(client, operation, DryRun=True)
    assert visible(full) == before
    full.settle()
    assert visible(full) == before


@EVERY
@MODES
@pytest.mark.parametrize("dry", [{}, {"DryRun": False}], ids=["absent", "false"])
def test_a_call_without_dry_run_has_an_effect(
    full: Any, client: Any, operation: str, mode: str, dry: dict[str, bool]
) -> None:
    """D4: DryRun false is the same as its absence, and the hub changes."""
    before = visible(full)
    call(client, operation, **dry)
    assert visible(full) != before


@EVERY
def test_a_dry_run_without_permission_is_an_unauthorized_operation(
    full: Any, client: Any, refused: Any, operation: str
) -> None:
    """D2: UnauthorizedOperation stands in place of AccessDeniedException, and nothing changes."""
    full.policy = NOTHING_ALLOWED
    before = visible(full)
    with refused("UnauthorizedOperation", "not authorized to perform: mgh:"):
        call(client, operation, DryRun=True)
    assert visible(full) == before


@EVERY
@pytest.mark.parametrize("dry", [{}, {"DryRun": False}], ids=["absent", "false"])
def test_a_call_without_permission_is_denied(
    full: Any, client: Any, refused: Any, operation: str, dry: dict[str, bool]
) -> None:
    """D2: without DryRun it is AccessDeniedException, and nothing changes."""
    full.policy = NOTHING_ALLOWED
    before = visible(full)
    with refused("AccessDeniedException", "not authorized to perform: mgh:"):
        call(client, operation, **dry)
    assert visible(full) == before


# its place in the order of checks


@pytest.mark.parametrize("operation", [name for name in sorted(WRITES) if WRITES[name].missing])
def test_a_dry_run_does_not_check_whether_resources_exist(
    full: Any, client: Any, refused: Any, operation: str
) -> None:
    """D3: DryRun tests permission; it does not matter what the real call would not find."""
    missing = WRITES[operation].missing
    with refused("ResourceNotFoundException"):
        call(client, operation, **missing)
    with refused("DryRunOperation"):
        call(client, operation, DryRun=True, **missing)


@pytest.mark.mgh(background="manual")
@pytest.mark.parametrize(
    "operation",
    [
        "associate_created_artifact",
        "associate_discovered_resource",
        "associate_source_resource",
        "import_migration_task",
        "notify_migration_task_state",
        "put_resource_attributes",
    ],
)
def test_a_dry_run_does_not_check_whether_the_stream_is_being_deleted(
    full: Any, client: Any, refused: Any, operation: str
) -> None:
    """silent: DryRun (step 7) comes before the state of the stream (step 8)."""
    client.delete_progress_update_stream(ProgressUpdateStreamName="SMS")
    with refused("InvalidInputException"):
        call(client, operation)
    with refused("DryRunOperation"):
        call(client, operation, DryRun=True)


@EVERY
def test_a_dry_run_validates_the_input(
    full: Any, client: Any, refused: Any, operation: str
) -> None:
    """D3: the two newer operations test the other parameters too; silent: all of them do."""
    with refused("InvalidInputException"):
        call(client, operation, DryRun=True, **WRITES[operation].wrong)


@EVERY
def test_a_dry_run_needs_a_home_region(
    full: Any, client: Any, refused: Any, operation: str
) -> None:
    """silent: the home Region (step 5) comes before DryRun (step 7)."""
    full.home_region = None
    with refused("HomeRegionNotSetException"):
        call(client, operation, DryRun=True)


@pytest.mark.parametrize(
    "operation", [name for name in sorted(WRITES) if name != "delete_progress_update_stream"]
)
def test_a_dry_run_of_a_write_outside_the_home_region_is_refused(
    full: Any, connect: Any, refused: Any, operation: str
) -> None:
    """silent: so does the right Region."""
    with refused("InvalidInputException"):
        call(connect(region="eu-west-1"), operation, DryRun=True)


def test_a_dry_run_of_a_deletion_outside_the_home_region_is_a_success(
    full: Any, connect: Any, refused: Any
) -> None:
    """silent: deleting is allowed in every Region."""
    with refused("DryRunOperation"):
        call(connect(region="eu-west-1"), "delete_progress_update_stream", DryRun=True)


@EVERY
def test_a_missing_permission_is_reported_before_a_missing_home_region(
    full: Any, client: Any, refused: Any, operation: str
) -> None:
    """silent: authorization (step 4) comes before the home Region (step 5)."""
    full.policy, full.home_region = NOTHING_ALLOWED, None
    with refused("UnauthorizedOperation"):
        call(client, operation, DryRun=True)
    with refused("AccessDeniedException"):
        call(client, operation)


@pytest.mark.parametrize(
    "operation", [name for name in sorted(WRITES) if name != "put_resource_attributes"]
)
def test_a_broken_constraint_is_reported_before_a_missing_permission(
    full: Any, client: Any, refused: Any, operation: str
) -> None:
    """silent: constraints (step 3) come before authorization (step 4)."""
    full.policy = NOTHING_ALLOWED
    with refused("InvalidInputException"):
        call(client, operation, **WRITES[operation].wrong)


def test_a_missing_permission_is_reported_before_a_wrong_value_format(
    full: Any, client: Any, refused: Any
) -> None:
    """silent: the value formats (step 6) come after authorization (step 4)."""
    full.policy = NOTHING_ALLOWED
    with refused("AccessDeniedException"):
        call(client, "put_resource_attributes", **WRITES["put_resource_attributes"].wrong)


def test_a_missing_home_region_is_reported_before_a_wrong_value_format(
    full: Any, client: Any, refused: Any
) -> None:
    """silent: the value formats (step 6) come after the home Region (step 5)."""
    full.home_region = None
    with refused("HomeRegionNotSetException"):
        call(client, "put_resource_attributes", **WRITES["put_resource_attributes"].wrong)


# CreateHomeRegionControl


@pytest.mark.parametrize("home", [None, "us-west-2"], ids=["no home Region", "one is set"])
def test_a_dry_run_of_a_control_has_no_effect(
    mgh: Any, config: Any, refused: Any, home: str | None
) -> None:
    """D1: CreateHomeRegionControl has DryRun too; D3: an existing control is no matter."""
    mgh.home_region = home
    before = config.describe_home_region_controls()["HomeRegionControls"]
    with refused("DryRunOperation", "Dry Run was a success!"):
        config.create_home_region_control(**CREATE_CONTROL, DryRun=True)
    assert mgh.home_region == home
    assert config.describe_home_region_controls()["HomeRegionControls"] == before


@pytest.mark.mgh(home_region=None)
def test_a_control_is_created_when_dry_run_is_false(mgh: Any, config: Any) -> None:
    """D4: DryRun false is the same as its absence."""
    config.create_home_region_control(**CREATE_CONTROL, DryRun=False)
    assert mgh.home_region == "eu-west-1"


@pytest.mark.mgh(home_region=None, policy=NOTHING_ALLOWED)
@pytest.mark.parametrize("dry", [True, False])
def test_a_denied_control_is_denied_in_a_dry_run_too(
    mgh: Any, config: Any, refused: Any, dry: bool
) -> None:
    """silent: the model of CreateHomeRegionControl has no UnauthorizedOperation."""
    with refused("AccessDeniedException", "mgh:CreateHomeRegionControl"):
        config.create_home_region_control(**CREATE_CONTROL, DryRun=dry)
    assert mgh.home_region is None


@pytest.mark.parametrize(
    "wrong",
    [{"HomeRegion": "us-east-2"}, {"Target": {"Type": "ACCOUNT", "Id": "210987654321"}}],
    ids=["unsupported Region", "foreign account"],
)
def test_a_dry_run_of_a_control_validates_the_input(
    mgh: Any, config: Any, refused: Any, wrong: dict[str, Any]
) -> None:
    """silent: the input rules of a control (step 6) come before DryRun (step 7)."""
    with refused("InvalidInputException"):
        config.create_home_region_control(**{**CREATE_CONTROL, **wrong}, DryRun=True)


# DryRun as a member


@pytest.mark.parametrize("value", ["true", 1, [], {}], ids=repr)
def test_a_dry_run_that_is_not_a_boolean_is_refused(post: Any, mgh: Any, value: Any) -> None:
    """D4: a wrong JSON type is SerializationException, and nothing happens."""
    request = {"ProgressUpdateStreamName": "SMS", "DryRun": value}
    status, body = post("CreateProgressUpdateStream", request)
    assert (status, body["__type"]) == (400, "SerializationException")
    assert mgh.streams == ()


def test_a_dry_run_that_is_null_counts_as_false(post: Any, mgh: Any) -> None:
    """D4: null is the same as absence."""
    status, body = post(
        "CreateProgressUpdateStream", {"ProgressUpdateStreamName": "SMS", "DryRun": None}
    )
    assert (status, body) == (200, {})
    assert [stream.name for stream in mgh.streams] == ["SMS"]


def test_operations_without_dry_run_ignore_it(post: Any, sms: dict[str, str]) -> None:
    """D1: reading has no DryRun; an unknown member is ignored."""
    status, body = post("ListProgressUpdateStreams", {"DryRun": True})
    assert status == 200
    assert body == {"ProgressUpdateStreamSummaryList": [{"ProgressUpdateStreamName": "SMS"}]}
