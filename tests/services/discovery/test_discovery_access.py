from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import boto3
import botocore.session
import newer_botocore
import pytest
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError
from sample_values import SHOP

from pytest_mgh import MigrationHub, mock_mgh
from pytest_mgh.errors import NotSimulatedError

WEB, DB = "d-server-0c4f2dd1fee22c6c1", "d-server-0c067217799ee1fb9"
TAGS = [{"key": "stage", "value": "prod"}]
MEMBERS = {"applicationConfigurationId": SHOP, "configurationIds": [WEB]}

# A request of each simulated operation that succeeds on the hub below.
WRITES: dict[str, dict[str, Any]] = {
    "AssociateConfigurationItemsToApplication": MEMBERS,
    "DisassociateConfigurationItemsFromApplication": MEMBERS,
    "CreateApplication": {"name": "Ledger"},
    "UpdateApplication": {"configurationId": SHOP, "description": "new"},
    "CreateTags": {"configurationIds": [WEB], "tags": TAGS},
    "StartImportTask": {"name": "wave1", "importUrl": "s3://bucket/wave1.csv"},
    "StartBatchDeleteConfigurationTask": {
        "configurationType": "SERVER",
        "configurationIds": [WEB],
    },
    "ExportConfigurations": {},
    "StartContinuousExport": {},
    "StartDataCollectionByAgentIds": {"agentIds": ["o-0123456789abcdef0"]},
    "StartExportTask": {},
}
READS: dict[str, dict[str, Any]] = {
    "DescribeAgents": {},
    "DescribeConfigurations": {"configurationIds": [WEB]},
    "DescribeContinuousExports": {},
    "DescribeExportConfigurations": {},
    "DescribeExportTasks": {},
    "DescribeImportTasks": {},
    "DescribeTags": {},
    "GetDiscoverySummary": {},
    "ListConfigurations": {"configurationType": "SERVER"},
    "ListServerNeighbors": {"configurationId": WEB},
    "DescribeBatchDeleteConfigurationTask": {"taskId": "01234567-89ab-cdef-0123-456789abcdef"},
}
DELETES: dict[str, dict[str, Any]] = {
    "DeleteApplications": {"configurationIds": [SHOP]},
    "DeleteTags": {"configurationIds": [WEB]},
    "BatchDeleteImportData": {"importTaskIds": ["import-task-" + "0" * 32]},
    "StopContinuousExport": {"exportId": "continuous-export-1"},
    "StopDataCollectionByAgentIds": {"agentIds": ["o-0123456789abcdef0"]},
}
AGENTS: dict[str, dict[str, Any]] = {
    "BatchDeleteAgents": {"deleteAgents": [{"agentId": "o-0123456789abcdef0"}]}
}
ALL = WRITES | READS | DELETES | AGENTS
NO_HOME_REGION = (
    "Home Region is not set for the calling Account. Please create your home region using "
    "CreateHomeRegionControls API."
)


@pytest.fixture
def hub(mgh: MigrationHub) -> MigrationHub:
    mgh.add_server("web", configuration_id=WEB, agent_id="o-0123456789abcdef0")
    mgh.add_application("Shop", configuration_id=SHOP, servers=[WEB])
    return mgh


def call(ads: Any, operation: str, **changes: Any) -> Any:
    return getattr(ads, xform_name(operation))(**ALL[operation] | changes)


def refusal(ads: Any, operation: str) -> dict[str, Any]:
    """The error body of a call as on the wire, with the client's view of it."""
    bodies: list[dict[str, Any]] = []

    def read(response_dict: dict[str, Any], **_: Any) -> None:
        bodies.append(json.loads(response_dict["body"]) | {"status": response_dict["status_code"]})

    ads.meta.events.register(f"before-parse.application-discovery-service.{operation}", read)
    with pytest.raises(ClientError) as refused:
        call(ads, operation)
    (body,) = bodies
    assert refused.value.response["Error"]["Code"] == body["__type"]
    assert refused.value.response["Error"]["Message"] == body["message"]
    return body


def seen(hub: MigrationHub) -> tuple[Any, ...]:
    return hub.servers, hub.applications, hub.pending


def test_the_table_names_every_operation_of_the_service() -> None:
    """28 operations; an operation that AWS adds is to be decided upon."""
    model = botocore.session.get_session().get_service_model("discovery")

    assert {*ALL} == {*model.operation_names}
    assert len(ALL) == 28


# permission


@pytest.mark.parametrize("operation", ALL)
def test_a_caller_that_no_policy_allows_is_refused(hub: MigrationHub, operation: str) -> None:
    """AuthorizationErrorException, 400, lower-case `message`; nothing changes."""
    hub.policy = {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "NotAction": f"discovery:{operation}",
            "Resource": "*",
        },
    }
    before = seen(hub)

    body = refusal(hub.client("discovery"), operation)

    assert body.keys() == {"__type", "message", "status"}
    assert (body["__type"], body["status"]) == ("AuthorizationErrorException", 400)
    assert f"discovery:{operation} on resource: *" in body["message"]
    assert seen(hub) == before


# The items of these have an id that the hub generates.
OF_AN_ID = {"DescribeBatchDeleteConfigurationTask", "StopContinuousExport"}


@pytest.mark.parametrize("operation", sorted(ALL.keys() - OF_AN_ID))
def test_a_policy_that_names_the_action_is_enough(hub: MigrationHub, operation: str) -> None:
    """No ARNs and no resource-level permissions."""
    hub.policy = {
        "Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Action": f"discovery:{operation}", "Resource": "*"},
    }

    answer = call(hub.client("discovery"), operation)

    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_a_permission_of_migration_hub_does_not_apply_to_the_discovery_service(
    hub: MigrationHub,
) -> None:
    """The prefix of an action is the service's."""
    hub.policy = {
        "Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Action": "mgh:*", "Resource": "*"},
    }

    body = refusal(hub.client("discovery"), "ListConfigurations")

    assert body["__type"] == "AuthorizationErrorException"


def test_permissions_are_checked_before_the_home_region(hub: MigrationHub) -> None:
    """2.5: the order of checks."""
    hub.policy = {
        "Version": "2012-10-17",
        "Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"},
    }
    hub.home_region = None

    body = refusal(hub.client("discovery"), "CreateApplication")

    assert body["__type"] == "AuthorizationErrorException"


# home Region


@pytest.mark.parametrize("operation", sorted(ALL.keys() - AGENTS.keys()))
def test_without_a_home_region_reads_are_refused_too(hub: MigrationHub, operation: str) -> None:
    """HomeRegionNotSetException, in the words that the service was seen to use."""
    hub.home_region = None

    body = refusal(hub.client("discovery"), operation)

    assert body == {
        "__type": "HomeRegionNotSetException",
        "message": NO_HOME_REGION,
        "status": 400,
    }


def test_agents_can_be_deleted_without_a_home_region(mgh: MigrationHub) -> None:
    """BatchDeleteAgents is the only one that does not declare the error."""
    mgh.home_region = None

    (error,) = call(mgh.client("discovery"), "BatchDeleteAgents")["errors"]

    assert error["errorCode"] == "NOT_FOUND"


@pytest.mark.parametrize("operation", WRITES)
def test_a_write_outside_the_home_region_is_refused(hub: MigrationHub, operation: str) -> None:
    """Writes come from the home Region; the documents contradict on the error."""
    before = seen(hub)

    body = refusal(hub.client("discovery", region_name="eu-west-1"), operation)

    assert (body["__type"], body["status"]) == ("HomeRegionNotSetException", 400)
    assert seen(hub) == before
    hub.home_region = "eu-west-1"
    assert seen(hub) == ((), (), ())


@pytest.mark.parametrize("operation", READS | DELETES | AGENTS)
def test_a_read_or_a_deletion_is_allowed_in_any_region(mgh: MigrationHub, operation: str) -> None:
    """List, describe, stop and delete are permitted elsewhere."""
    mgh.home_region = "eu-west-1"
    mgh.add_server("web", configuration_id=WEB, agent_id="o-0123456789abcdef0")
    mgh.add_application("Shop", configuration_id=SHOP, servers=[WEB])
    ads = mgh.client("discovery")
    task = ads.start_batch_delete_configuration_task(
        configurationType="SERVER", configurationIds=[DB]
    )["taskId"]
    ids = {"taskId": task, "exportId": ads.start_continuous_export()["exportId"]}
    mgh.home_region = "us-west-2"
    changes = {name: ids[name] for name in ids if name in ALL[operation]}

    answer = call(mgh.client("discovery", region_name="eu-west-1"), operation, **changes)

    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_another_region_has_its_own_repository(hub: MigrationHub) -> None:
    """H13: data is kept where it is."""
    ads = hub.client("discovery", region_name="eu-west-1")

    assert ads.list_configurations(configurationType="SERVER")["configurations"] == []
    assert ads.get_discovery_summary()["servers"] == 0


def test_data_in_a_former_home_region_can_be_deleted(hub: MigrationHub) -> None:
    """H12: leftovers stay readable and deletable."""
    hub.home_region = "eu-west-1"
    ads = hub.client("discovery", region_name="us-west-2")

    ads.delete_applications(configurationIds=[SHOP])

    assert ads.list_configurations(configurationType="APPLICATION")["configurations"] == []


# errors on the wire


@pytest.mark.parametrize(
    ("operation", "changes", "code"),
    [
        ("DescribeConfigurations", {"configurationIds": [DB]}, "InvalidParameterValueException"),
        ("DescribeConfigurations", {"configurationIds": [WEB, SHOP]}, "InvalidParameterException"),
        ("CreateTags", {"configurationIds": [DB]}, "ResourceNotFoundException"),
        ("CreateApplication", {"name": "x" * 128}, "InvalidParameterValueException"),
        (
            "StartBatchDeleteConfigurationTask",
            {"configurationIds": [str(number) for number in range(201)]},
            "LimitExceededException",
        ),
    ],
)
def test_an_error_has_its_message_in_lower_case(
    hub: MigrationHub, monkeypatch: pytest.MonkeyPatch, operation: str, changes: Any, code: str
) -> None:
    """One member, lower-case `message`; 400."""
    monkeypatch.setitem(ALL, operation, ALL[operation] | changes)

    # Clients retry LimitExceededException.
    once = Config(retries={"total_max_attempts": 1})

    body = refusal(hub.client("discovery", config=once), operation)

    assert body.keys() == {"__type", "message", "status"}
    assert (body["__type"], body["status"]) == (code, 400)


def test_a_refused_call_is_not_retried(hub: MigrationHub) -> None:
    """400 for every client error."""
    ads = hub.client("discovery", config=Config(retries={"total_max_attempts": 5}))

    with pytest.raises(ads.exceptions.InvalidParameterValueException) as refused:
        call(ads, "DescribeConfigurations", configurationIds=[DB])

    assert refused.value.response["ResponseMetadata"]["RetryAttempts"] == 0


# operations newer than the hub


def test_an_operation_newer_than_the_hub_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The test is wrong, not the code under test."""
    newer_botocore.install(monkeypatch, tmp_path)
    mock = mock_mgh()
    mock.start()
    try:
        with pytest.raises(NotSimulatedError, match="discovery DescribeNovelties is not simulated"):
            newer_botocore.client().describe_novelties()
    finally:
        # Told once more at the outermost exit, because the code under test may swallow it.
        with pytest.raises(NotSimulatedError, match="DescribeNovelties"):
            mock.stop()


@pytest.mark.usefixtures("older_hub")
def test_a_swallowed_refusal_fails_the_test_at_its_end(pytester: pytest.Pytester) -> None:
    """Code that catches everything cannot hide a call that is not simulated."""
    pytester.makepyfile(
        """
        def test_swallows(mgh):
            try:
                mgh.client("discovery").describe_export_tasks()
            except BaseException:
                pass

        def test_goes_on(mgh):
            assert mgh.servers == ()
        """
    )

    result = pytester.runpytest()

    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(
        ["*NotSimulatedError: discovery DescribeExportTasks is not simulated*"]
    )


@pytest.mark.usefixtures("older_hub")
def test_a_refusal_that_fails_the_test_is_reported_once(pytester: pytest.Pytester) -> None:
    """The cause is not reported twice."""
    pytester.makepyfile(
        """
        def test_fails(mgh):
            mgh.client("discovery").describe_export_tasks()
        """
    )

    pytester.runpytest().assert_outcomes(failed=1)


def test_an_operation_that_no_service_has_is_unknown(mgh: MigrationHub) -> None:
    """X-Amz-Target names the operation."""
    ads = mgh.client("discovery")
    ads.meta.events.register(
        "before-call",
        lambda params, **_: params["headers"].update(
            {"X-Amz-Target": "AWSPoseidonService_V2015_11_01.NoSuchOperation"}
        ),
    )

    with pytest.raises(ClientError) as refused:
        ads.get_discovery_summary()

    assert refused.value.response["Error"]["Code"] == "UnknownOperationException"


# clients


@pytest.mark.parametrize(
    ("service", "operation"),
    [
        ("discovery", "describe_tags"),
        ("mgh", "list_progress_update_streams"),
        ("migrationhub-config", "get_home_region"),
    ],
)
def test_a_client_that_outlives_a_hub_is_answered_by_the_next_one(
    service: str, operation: str
) -> None:
    """silent: a client works under every mock, and no mock answers it after its end."""
    client = boto3.client(
        service,
        region_name="us-west-2",
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )
    seen = []
    for home_region in ("us-west-2", None):
        with mock_mgh(home_region=home_region):
            try:
                answer = getattr(client, operation)()
            except ClientError as error:
                seen.append(error.response["Error"]["Code"])
            else:
                seen.append(answer.get("HomeRegion", "answered"))

    expected = {"migrationhub-config": ["us-west-2", "answered"]}
    assert seen == expected.get(service, ["answered", "HomeRegionNotSetException"])
