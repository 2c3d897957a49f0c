from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from clients import plain_client
from sample_values import APPLICATION, SERVER
from sample_values import ARTIFACT as ARN

ACCOUNT, REGION = "111122223333", "us-west-2"

pytestmark = pytest.mark.mgh(account_id=ACCOUNT, home_region=REGION)


def allow(actions: list[str], resource: str) -> dict[str, Any]:
    return {"Action": [f"mgh:{a}" for a in actions], "Effect": "Allow", "Resource": resource}


P1 = {
    "Version": "2017-03-31",
    "Statement": {"Effect": "Allow", "Action": ["mgh:NotifyMigrationTaskState"], "Resource": "*"},
}
P1_FIXED = {**P1, "Version": "2012-10-17"}
P2_ACTIONS = ["AssociateCreatedArtifact", "NotifyApplicationState", "ListDiscoveredResources"]
P2 = {
    "Version": "2012-10-17",
    "Statement": [
        allow(P2_ACTIONS, f"arn:aws:mgh:{REGION}:{ACCOUNT}:ProgressUpdateStreamName/DMS/*")
    ],
}
P2_FIXED = {
    "Version": "2012-10-17",
    "Statement": [allow(P2_ACTIONS, f"arn:aws:mgh:{REGION}:{ACCOUNT}:progressUpdateStream/DMS/*")],
}
TASK_ACTIONS = [
    "AssociateCreatedArtifact",
    "DescribeMigrationTask",
    "DisassociateCreatedArtifact",
    "ImportMigrationTask",
    "ListCreatedArtifacts",
    "NotifyMigrationTaskState",
    "PutResourceAttributes",
    "AssociateDiscoveredResource",
    "DisassociateDiscoveredResource",
    "ListDiscoveredResources",
]
VENDOR = f"arn:aws:mgh:{REGION}:{ACCOUNT}:progressUpdateStream/vendor_name"
APPLICATION_ACTIONS = ["NotifyApplicationState", "DescribeApplicationState"]
P4 = {
    "Version": "2012-10-17",
    "Statement": [
        allow(["CreateProgressUpdateStream"], VENDOR),
        allow(TASK_ACTIONS + APPLICATION_ACTIONS, f"{VENDOR}/*"),
        allow(["ListMigrationTasks", "GetHomeRegion"], "*"),
    ],
}
DMS = "arn:aws:mgh:*:*:progressUpdateStream/DMS"
P7 = {
    "Version": "2012-10-17",
    "Statement": [
        allow(["CreateProgressUpdateStream"], DMS),
        allow(TASK_ACTIONS, f"{DMS}/migrationTask/*"),
        allow(["ListMigrationTasks", *APPLICATION_ACTIONS], "*"),
    ],
}

# The decision matrix: policy, stream of the call, and all that is allowed.
COLUMNS: dict[str, tuple[dict[str, Any], str, set[str]]] = {
    "P1 with a valid Version": (P1_FIXED, "DMS", {"NotifyMigrationTaskState"}),
    "P2 as printed": (P2, "DMS", set()),
    "P2 fixed, DMS": (P2_FIXED, "DMS", {"AssociateCreatedArtifact", "ListDiscoveredResources"}),
    "P2 fixed, another stream": (P2_FIXED, "other", set()),
    "P4, vendor_name": (
        P4,
        "vendor_name",
        {"CreateProgressUpdateStream", *TASK_ACTIONS, "ListMigrationTasks", "GetHomeRegion"},
    ),
    "P4, another stream": (P4, "other", {"ListMigrationTasks", "GetHomeRegion"}),
    "P4, vendor_name2": (P4, "vendor_name2", {"ListMigrationTasks", "GetHomeRegion"}),
    "P7, DMS": (
        P7,
        "DMS",
        {
            "CreateProgressUpdateStream",
            *TASK_ACTIONS,
            "ListMigrationTasks",
            *APPLICATION_ACTIONS,
        },
    ),
    "P7, another stream": (P7, "other", {"ListMigrationTasks", *APPLICATION_ACTIONS}),
}


def requests(stream: str, task: str = "task-1") -> dict[str, dict[str, Any]]:
    """A request of each of the 25 operations."""
    names = {"ProgressUpdateStream": stream, "MigrationTaskName": task}
    return {
        "AssociateCreatedArtifact": {**names, "CreatedArtifact": {"Name": ARN}},
        "AssociateDiscoveredResource": {
            **names,
            "DiscoveredResource": {"ConfigurationId": SERVER},
        },
        "AssociateSourceResource": {**names, "SourceResource": {"Name": "source"}},
        "CreateProgressUpdateStream": {"ProgressUpdateStreamName": stream},
        "DeleteProgressUpdateStream": {"ProgressUpdateStreamName": stream},
        "DescribeApplicationState": {"ApplicationId": APPLICATION},
        "DescribeMigrationTask": names,
        "DisassociateCreatedArtifact": {**names, "CreatedArtifactName": ARN},
        "DisassociateDiscoveredResource": {**names, "ConfigurationId": SERVER},
        "DisassociateSourceResource": {**names, "SourceResourceName": "source"},
        "ImportMigrationTask": names,
        "ListApplicationStates": {},
        "ListCreatedArtifacts": names,
        "ListDiscoveredResources": names,
        "ListMigrationTaskUpdates": names,
        "ListMigrationTasks": {},
        "ListProgressUpdateStreams": {},
        "ListSourceResources": names,
        "NotifyApplicationState": {"ApplicationId": APPLICATION, "Status": "IN_PROGRESS"},
        "NotifyMigrationTaskState": {
            **names,
            "Task": {"Status": "IN_PROGRESS"},
            "UpdateDateTime": 1493660853,
            "NextUpdateSeconds": 60,
        },
        "PutResourceAttributes": {
            **names,
            "ResourceAttributeList": [{"Type": "BIOS_ID", "Value": "1"}],
        },
        "CreateHomeRegionControl": {"HomeRegion": REGION, "Target": {"Type": "ACCOUNT"}},
        "DeleteHomeRegionControl": {},
        "DescribeHomeRegionControls": {},
        "GetHomeRegion": {},
    }


OPERATIONS = sorted(requests("DMS"))


def connect(service: str, region: str = REGION) -> Any:
    return plain_client(service, region)


def call(operation: str, request: dict[str, Any], region: str = REGION) -> str | None:
    """Make the call; return the code of its error, or `None`."""
    service = "migrationhub-config" if "HomeRegion" in operation else "mgh"
    client = connect(service, region)
    (method,) = (
        method for method, name in client.meta.method_to_api_mapping.items() if name == operation
    )
    try:
        getattr(client, method)(**request)
    except ClientError as error:
        code: str = error.response["Error"]["Code"]
        return code
    return None


@pytest.fixture
def hub(mgh: Any) -> Any:
    """A hub in which every request of the table can be carried out."""
    mgh.add_server(configuration_id=SERVER)
    mgh.add_application("erp", configuration_id=APPLICATION)
    streams = ("DMS", "other", "vendor_name", "vendor_name2")
    tasks = [{"name": "task-1"}, {"name": "a/b"}]
    mgh.load({"streams": [{"name": stream, "tasks": tasks} for stream in streams]})
    return mgh


def request_of(operation: str, stream: str, task: str = "task-1") -> dict[str, Any]:
    request = requests(stream, task)[operation]
    if operation == "DeleteHomeRegionControl":
        controls = connect("migrationhub-config").describe_home_region_controls()
        request = {"ControlId": controls["HomeRegionControls"][0]["ControlId"]}
    elif operation == "CreateHomeRegionControl":
        request = {**request, "DryRun": False}
    return request


@pytest.mark.parametrize("column", COLUMNS)
def test_a_policy_of_the_guide_decides_as_in_the_matrix(hub: Any, column: str) -> None:
    """4.3: a call is carried out if its column allows it, and denied if not."""
    policy, stream, allowed = COLUMNS[column]
    start = hub.checkpoint()
    for operation in OPERATIONS:
        request = request_of(operation, stream)
        hub.policy = policy
        refusal = None if operation in allowed else "AccessDeniedException"
        assert call(operation, request) == refusal, operation
        hub.restore(start)


def test_the_matrix_covers_every_operation() -> None:
    """4.3: the rows are the 21 operations of `mgh` and the 4 of `migrationhub-config`."""
    session = boto3.Session(region_name=REGION)
    services = ("mgh", "migrationhub-config")
    names = {
        name
        for service in services
        for name in session.client(service).meta.service_model.operation_names
    }
    assert names == {*OPERATIONS}
    assert len(OPERATIONS) == 25


@pytest.mark.parametrize(
    ("column", "count"), [("P4, vendor_name", 13), ("P7, DMS", 14)], ids=["P4", "P7"]
)
def test_the_columns_of_the_matrix_allow_as_many_operations_as_the_policies(
    column: str, count: int
) -> None:
    """4.3: P4 allows 13 operations on its stream, P7 14."""
    assert len(COLUMNS[column][2]) == count


@pytest.mark.parametrize("operation", OPERATIONS)
def test_without_a_policy_everything_is_allowed(hub: Any, operation: str) -> None:
    """4.3: the same requests under no policy; only a second control is invalid."""
    expected = "InvalidInputException" if operation == "CreateHomeRegionControl" else None
    assert call(operation, request_of(operation, "DMS")) == expected


def test_p1_as_printed_is_refused_when_it_is_set(mgh: Any) -> None:
    """4.3: the Version 2017-03-31 does not exist."""
    with pytest.raises(ValueError, match="Version: '2017-03-31'"):
        mgh.policy = P1


@pytest.mark.parametrize("stream", ["DMS", "other", "vendor_name"])
@pytest.mark.parametrize("task", ["task-1", "a/b"])
def test_p1_with_a_valid_version_allows_its_action_on_every_task(
    hub: Any, stream: str, task: str
) -> None:
    """4.3: NotifyMigrationTaskState on every stream and task."""
    hub.policy = P1_FIXED
    request = requests(stream, task)["NotifyMigrationTaskState"]
    assert call("NotifyMigrationTaskState", request) is None


def test_p1_with_a_valid_version_allows_its_action_in_every_region(hub: Any) -> None:
    """4.3: in another Region the call gets past authorization, and is not at home there."""
    hub.policy = P1_FIXED
    request = requests("DMS")["NotifyMigrationTaskState"]
    assert call("NotifyMigrationTaskState", request, "eu-west-1") == "InvalidInputException"


@pytest.mark.parametrize("operation", sorted({"CreateProgressUpdateStream", *TASK_ACTIONS}))
def test_p4_denies_operations_with_a_resource_in_another_region(hub: Any, operation: str) -> None:
    """4.3: the Region of the ARN is the endpoint's; in eu-west-1 P4's statements don't match."""
    hub.policy = P4
    request = requests("vendor_name")[operation]
    assert call(operation, request, "eu-west-1") == "AccessDeniedException"


@pytest.mark.parametrize("operation", ["ListMigrationTasks", "GetHomeRegion"])
def test_p4_allows_operations_without_a_resource_in_another_region(
    hub: Any, operation: str
) -> None:
    """4.3: `*` has no Region."""
    hub.policy = P4
    assert call(operation, {}, "eu-west-1") is None


@pytest.mark.parametrize("operation", sorted(TASK_ACTIONS))
def test_p4_allows_a_task_whose_name_has_a_slash(hub: Any, operation: str) -> None:
    """4.3: `*` spans `/`."""
    hub.policy = P4
    assert call(operation, requests("vendor_name", "a/b")[operation]) is None


@pytest.mark.parametrize("operation", sorted({"CreateProgressUpdateStream", *TASK_ACTIONS}))
def test_p7_is_not_bound_to_a_region(hub: Any, operation: str) -> None:
    """4.3: its ARNs name no Region, so a call elsewhere is never denied."""
    hub.policy = P7
    assert call(operation, requests("DMS")[operation], "eu-west-1") != "AccessDeniedException"


def test_the_arn_of_a_stream_does_not_match_its_tasks(hub: Any) -> None:
    """4.2: a task's ARN needs `/migrationTask/<task>` or `/*` behind the stream's."""
    statement = allow(["ImportMigrationTask", "CreateProgressUpdateStream"], VENDOR)
    hub.policy = {"Version": "2012-10-17", "Statement": statement}
    table = requests("vendor_name")
    assert call("CreateProgressUpdateStream", table["CreateProgressUpdateStream"]) is None
    assert call("ImportMigrationTask", table["ImportMigrationTask"]) == "AccessDeniedException"


@pytest.mark.parametrize(
    ("operation", "resource"),
    [
        ("ImportMigrationTask", f"{VENDOR}/migrationTask/task-1"),
        ("CreateProgressUpdateStream", VENDOR),
        ("ListMigrationTasks", r"\*"),
        ("GetHomeRegion", r"\*"),
    ],
)
def test_the_error_of_a_denied_call_names_principal_action_and_resource(
    hub: Any, operation: str, resource: str
) -> None:
    """4.3: the text is IAM's general one."""
    hub.policy = {
        "Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
    }
    client = connect("migrationhub-config" if "HomeRegion" in operation else "mgh")
    method = {name: m for m, name in client.meta.method_to_api_mapping.items()}[operation]
    message = (
        rf"User: arn:aws:iam::{ACCOUNT}:\S+ is not authorized to perform: mgh:{operation} "
        rf"on resource: {resource} "
        rf"because no identity-based policy allows the mgh:{operation} action"
    )
    with pytest.raises(ClientError, match=message) as caught:
        getattr(client, method)(**requests("vendor_name")[operation])
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
