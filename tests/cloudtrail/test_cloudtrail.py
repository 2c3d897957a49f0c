from __future__ import annotations

import copy
import json
import re
from datetime import datetime, timezone
from typing import Any

import boto3
import pytest
from botocore.config import Config
from clients import kept_client
from jsonschema import Draft202012Validator
from refusals import refused_response
from sample_values import TASK_T as TASK
from signed_calls import post

from pytest_mgh import mock_mgh
from pytest_mgh.cloudtrail.differences import explain_difference
from pytest_mgh.protocol import schemas
from pytest_mgh.services.catalog import OPERATIONS

NOTHING = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}],
}
SERVICES = {
    "mgh": ("ListProgressUpdateStreams", "migrationhub.amazonaws.com"),
    "migrationhub-config": ("GetHomeRegion", "migrationhubconfig.amazonaws.com"),
    "discovery": ("GetDiscoverySummary", "discovery.amazonaws.com"),
}
UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


def snake(operation: str) -> str:
    return re.sub("(?<!^)([A-Z])", r"_\1", operation).lower()


def read(hub: Any, service: str = "mgh", **kwargs: Any) -> Any:
    """Make the reading call of a service; return its response."""
    client = hub.client(service, **kwargs) if kwargs else kept_client(service)
    return getattr(client, snake(SERVICES[service][0]))()


def create(client: Any, name: str = "SMS", **more: Any) -> Any:
    return client.create_progress_update_stream(ProgressUpdateStreamName=name, **more)


# members of every record


@pytest.mark.parametrize("service", SERVICES)
def test_a_record_names_operation_and_service(mgh: Any, service: str) -> None:
    read(mgh, service)
    record = mgh.events.last
    assert (record["eventName"], record["eventSource"]) == SERVICES[service]


@pytest.mark.parametrize("service", SERVICES)
def test_a_record_has_exactly_the_documented_fields(mgh: Any, service: str) -> None:
    read(mgh, service)
    assert mgh.events.last.keys() == {
        "eventVersion", "userIdentity", "eventTime", "eventSource", "eventName", "awsRegion",
        "sourceIPAddress", "userAgent", "requestParameters", "responseElements", "requestID",
        "eventID", "readOnly", "eventType", "managementEvent", "eventCategory",
        "recipientAccountId", "tlsDetails",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("eventVersion", "1.11"),
        ("eventType", "AwsApiCall"),
        ("eventCategory", "Management"),
        ("managementEvent", True),
    ],
)
def test_a_field_is_the_same_in_every_record(mgh: Any, field: str, value: Any) -> None:
    for service in SERVICES:
        read(mgh, service)
    assert [record[field] for record in mgh.events] == [value] * 3


def test_a_record_has_the_region_of_the_endpoint(mgh: Any) -> None:
    read(mgh, region_name="eu-central-1")
    assert mgh.events.last["awsRegion"] == "eu-central-1"


def test_a_record_has_the_time_of_the_call_in_whole_seconds(mgh: Any) -> None:
    before = int(datetime.now(timezone.utc).timestamp())
    read(mgh)
    after = datetime.now(timezone.utc).timestamp()
    moment = datetime.strptime(mgh.events.last["eventTime"], "%Y-%m-%dT%H:%M:%S%z")
    assert before <= moment.timestamp() <= after


def test_a_record_has_the_time_of_the_hubs_clock(mgh: Any) -> None:
    read(mgh)
    mgh.advance(3600)
    read(mgh)
    first, second = (
        datetime.strptime(record["eventTime"], "%Y-%m-%dT%H:%M:%S%z").timestamp()
        for record in mgh.events
    )
    assert 3600 <= second - first <= 3660


@pytest.mark.mgh(account_id="111122223333")
def test_a_record_has_the_account_that_received_the_call(mgh: Any) -> None:
    read(mgh)
    assert mgh.events.last["recipientAccountId"] == "111122223333"


def test_a_record_has_the_user_agent_of_the_client(mgh: Any) -> None:
    read(mgh, config=Config(user_agent="lift-and-shift/1.0"))
    assert mgh.events.last["userAgent"].startswith("lift-and-shift/1.0")


def test_a_call_within_the_process_has_a_loopback_source_address(mgh: Any) -> None:
    read(mgh)
    assert mgh.events.last["sourceIPAddress"] == "127.0.0.1"


def test_a_record_has_the_source_address_of_the_call(mgh: Any) -> None:
    post(mgh, "ListProgressUpdateStreams", source_ip="203.0.113.7")
    assert mgh.events.last["sourceIPAddress"] == "203.0.113.7"


def test_a_call_without_user_agent_is_recorded(mgh: Any) -> None:
    post(mgh, "ListProgressUpdateStreams")
    assert mgh.events.last["userAgent"] == ""


@pytest.mark.parametrize(("name", "operation"), OPERATIONS.items())
def test_a_record_has_read_only_for_a_read_operation(mgh: Any, name: str, operation: Any) -> None:
    """Also if the call is refused: most need members that this one lacks."""
    post(mgh, name)
    record = mgh.events.last
    assert (record["eventName"], record["eventSource"]) == (name, operation.service.event_source)
    assert record["readOnly"] is name.startswith(("Describe", "Get", "List"))


# ids


@pytest.mark.parametrize("service", SERVICES)
def test_a_record_has_the_request_id_of_the_response(mgh: Any, service: str) -> None:
    response = read(mgh, service)
    assert mgh.events.last["requestID"] == response["ResponseMetadata"]["RequestId"]


def test_a_refused_call_has_the_request_id_of_the_response(mgh: Any, mgh_client: Any) -> None:
    response = refused_response(lambda: mgh_client.import_migration_task(**TASK))
    assert mgh.events.last["requestID"] == response["ResponseMetadata"]["RequestId"]


def test_every_event_has_its_own_id(mgh: Any) -> None:
    for _ in range(20):
        read(mgh)
    ids = {record["eventID"] for record in mgh.events}
    assert len(ids) == 20
    assert all(re.fullmatch(UUID, one) for one in ids)
    assert ids.isdisjoint(record["requestID"] for record in mgh.events)


def test_a_record_is_the_same_each_time_it_is_read(mgh: Any, mgh_client: Any) -> None:
    create(mgh_client)
    assert mgh.events[0] == mgh.events.last == next(iter(mgh.events))


def test_changing_a_record_does_not_change_the_event(mgh: Any, mgh_client: Any) -> None:
    create(mgh_client)
    before = copy.deepcopy(mgh.events.last)
    mgh.events.last["requestParameters"]["progressUpdateStreamName"] = "forged"
    mgh.events.last["userIdentity"].clear()
    assert mgh.events.last == before


def test_later_calls_do_not_change_earlier_records(mgh: Any) -> None:
    discovery = mgh.client("discovery")
    url = "s3://bucket/wave1.csv"
    task = discovery.start_import_task(name="wave1", importUrl=url)["task"]
    before = copy.deepcopy(list(mgh.events))
    discovery.batch_delete_import_data(importTaskIds=[task["importTaskId"]])
    assert mgh.events[: len(before)] == before


# callers


def test_a_user_is_recorded_as_iam_user(mgh: Any) -> None:
    tool = mgh.principal("tool")
    boto3.client("mgh", **tool.credentials).list_progress_update_streams()
    identity = mgh.events.last["userIdentity"]
    assert re.fullmatch("AIDA[A-Z0-9]{17}", identity.pop("principalId"))
    assert identity == {
        "type": "IAMUser",
        "arn": "arn:aws:iam::123456789012:user/tool",
        "accountId": "123456789012",
        "accessKeyId": tool.credentials["aws_access_key_id"],
        "userName": "tool",
    }


def test_a_role_is_recorded_as_assumed_role(mgh: Any) -> None:
    tool = mgh.principal("tool", role=True)
    boto3.client("mgh", **tool.credentials).list_progress_update_streams()
    identity = mgh.events.last["userIdentity"]
    session = tool.arn.rpartition("/")[2]
    assert re.fullmatch(f"AROA[A-Z0-9]{{17}}:{session}", identity["principalId"])
    assert {name: identity[name] for name in ("type", "arn", "accountId", "accessKeyId")} == {
        "type": "AssumedRole",
        "arn": tool.arn,
        "accountId": "123456789012",
        "accessKeyId": tool.credentials["aws_access_key_id"],
    }
    assert "userName" not in identity


def test_the_session_of_a_role_names_its_issuer(mgh: Any) -> None:
    tool = mgh.principal("tool", role=True)
    boto3.client("mgh", **tool.credentials).list_progress_update_streams()
    identity = mgh.events.last["userIdentity"]
    assert identity["sessionContext"]["sessionIssuer"] == {
        "type": "Role",
        "principalId": identity["principalId"].partition(":")[0],
        "arn": "arn:aws:iam::123456789012:role/tool",
        "accountId": "123456789012",
        "userName": "tool",
    }


def test_the_session_of_a_role_has_attributes_as_text(mgh: Any) -> None:
    tool = mgh.principal("tool", role=True)
    boto3.client("mgh", **tool.credentials).list_progress_update_streams()
    attributes = mgh.events.last["userIdentity"]["sessionContext"]["attributes"]
    assert attributes["mfaAuthenticated"] == "false"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", attributes["creationDate"])


def test_a_session_has_one_creation_time_before_its_calls(mgh: Any) -> None:
    """CloudTrail: creationDate is when the temporary credentials were issued."""
    client = boto3.client("mgh", **mgh.principal("tool", role=True).credentials)
    client.list_progress_update_streams()
    mgh.advance(600)
    client.list_progress_update_streams()
    dates = [
        record["userIdentity"]["sessionContext"]["attributes"]["creationDate"]
        for record in mgh.events
    ]
    assert dates[0] == dates[1] <= mgh.events[0]["eventTime"]


def test_the_default_principal_is_recorded_as_iam_user(mgh: Any) -> None:
    read(mgh)
    identity = mgh.events.last["userIdentity"]
    assert identity["type"] == "IAMUser"
    assert identity["arn"].startswith("arn:aws:iam::123456789012:user/")


def test_a_caller_of_another_account_is_recorded_with_it(mgh: Any) -> None:
    stranger = mgh.principal("tool", account_id="210987654321")
    boto3.client("migrationhub-config", **stranger.credentials).get_home_region()
    record = mgh.events.last
    assert record["userIdentity"]["accountId"] == record["recipientAccountId"] == "210987654321"


# requests and responses


def test_members_of_the_request_start_in_lower_case(mgh: Any, mgh_client: Any) -> None:
    create(mgh_client, DryRun=False)
    assert mgh.events.last["requestParameters"] == {
        "progressUpdateStreamName": "SMS",
        "dryRun": False,
    }


def test_nested_members_of_the_request_start_in_lower_case(mgh: Any, mgh_client: Any) -> None:
    create(mgh_client)
    mgh_client.import_migration_task(**TASK)
    mgh_client.notify_migration_task_state(
        **TASK,
        Task={"Status": "IN_PROGRESS", "ProgressPercent": 40},
        UpdateDateTime=datetime(2026, 5, 1, 12, tzinfo=timezone.utc),
        NextUpdateSeconds=60,
    )
    assert mgh.events.last["requestParameters"] == {
        "progressUpdateStream": "SMS",
        "migrationTaskName": "t",
        "task": {"status": "IN_PROGRESS", "progressPercent": 40},
        "updateDateTime": 1777636800,
        "nextUpdateSeconds": 60,
    }


def test_members_in_lists_start_in_lower_case(mgh: Any, mgh_client: Any) -> None:
    create(mgh_client)
    mgh_client.import_migration_task(**TASK)
    mgh_client.put_resource_attributes(
        **TASK, ResourceAttributeList=[{"Type": "IPV4_ADDRESS", "Value": "10.0.0.1"}]
    )
    assert mgh.events.last["requestParameters"]["resourceAttributeList"] == [
        {"type": "IPV4_ADDRESS", "value": "10.0.0.1"}
    ]


def test_members_of_discovery_keep_their_case(mgh: Any) -> None:
    mgh.client("discovery").list_configurations(
        configurationType="SERVER",
        filters=[{"name": "server.hostName", "values": ["Web01"], "condition": "EQUALS"}],
    )
    assert mgh.events.last["requestParameters"] == {
        "configurationType": "SERVER",
        "filters": [{"name": "server.hostName", "values": ["Web01"], "condition": "EQUALS"}],
    }


@pytest.mark.parametrize("body", [b"{}", b'{"NextToken": null}'], ids=["empty", "null member"])
def test_an_empty_request_is_null(mgh: Any, body: bytes) -> None:
    post(mgh, "ListProgressUpdateStreams", body)
    assert mgh.events.last["requestParameters"] is None


def test_members_of_the_result_of_a_write_start_in_lower_case(mgh: Any) -> None:
    mgh.home_region = None
    made = mgh.client("migrationhub-config").create_home_region_control(
        HomeRegion="us-west-2", Target={"Type": "ACCOUNT"}
    )["HomeRegionControl"]
    assert mgh.events.last["responseElements"] == {
        "homeRegionControl": {
            "controlId": made["ControlId"],
            "homeRegion": "us-west-2",
            "target": {"type": "ACCOUNT", "id": "123456789012"},
            "requestedTime": pytest.approx(made["RequestedTime"].timestamp(), abs=0.001),
        }
    }


def test_the_result_of_a_write_of_discovery_is_recorded(mgh: Any) -> None:
    made = mgh.client("discovery").create_application(name="shop")
    assert mgh.events.last["responseElements"] == {"configurationId": made["configurationId"]}


def test_an_empty_result_of_a_write_is_null(mgh: Any, mgh_client: Any) -> None:
    create(mgh_client)
    assert mgh.events.last["responseElements"] is None


@pytest.mark.parametrize("service", SERVICES)
def test_the_result_of_a_read_is_null(mgh: Any, service: str) -> None:
    read(mgh, service)
    assert mgh.events.last["responseElements"] is None


# refused calls


def test_a_call_that_succeeds_has_no_error(mgh: Any) -> None:
    read(mgh)
    assert {"errorCode", "errorMessage"}.isdisjoint(mgh.events.last)


def test_a_denied_call_is_recorded_without_its_request(mgh: Any, mgh_client: Any) -> None:
    mgh.policy = NOTHING
    error = refused_response(lambda: create(mgh_client))["Error"]
    record = mgh.events.last
    assert record["errorCode"] == "AccessDenied"
    assert record["errorMessage"] == error["Message"]
    assert record["requestParameters"] is record["responseElements"] is None


def test_any_other_error_is_recorded_unchanged(mgh: Any, mgh_client: Any) -> None:
    error = refused_response(lambda: mgh_client.import_migration_task(**TASK))["Error"]
    record = mgh.events.last
    assert (record["errorCode"], record["errorMessage"]) == (
        "ResourceNotFoundException",
        error["Message"],
    )
    assert record["requestParameters"] == {"progressUpdateStream": "SMS", "migrationTaskName": "t"}
    assert record["responseElements"] is None


def test_a_dry_run_is_recorded_as_its_error(mgh: Any, mgh_client: Any) -> None:
    refused_response(lambda: create(mgh_client, DryRun=True))
    record = mgh.events.last
    assert (record["errorCode"], record["errorMessage"]) == (
        "DryRunOperation",
        "Dry Run was a success!",
    )
    assert record["requestParameters"]["dryRun"] is True


def test_a_denied_dry_run_is_recorded_as_its_error(mgh: Any, mgh_client: Any) -> None:
    mgh.policy = NOTHING
    refused_response(lambda: create(mgh_client, DryRun=True))
    assert mgh.events.last["errorCode"] == "UnauthorizedOperation"


@pytest.mark.mgh(home_region=None)
def test_a_call_without_home_region_is_recorded(mgh: Any, mgh_client: Any) -> None:
    refused_response(lambda: create(mgh_client))
    assert mgh.events.last["errorCode"] == "HomeRegionNotSetException"


def test_a_call_that_breaks_a_constraint_is_recorded(mgh: Any, mgh_client: Any) -> None:
    refused_response(lambda: create(mgh_client, "a/b"))
    record = mgh.events.last
    assert record["errorCode"] == "InvalidInputException"
    assert record["requestParameters"] == {"progressUpdateStreamName": "a/b"}


def test_a_call_of_a_wrong_type_is_recorded(mgh: Any) -> None:
    post(mgh, "CreateProgressUpdateStream", b'{"ProgressUpdateStreamName": 7}')
    record = mgh.events.last
    assert record["errorCode"] == "SerializationException"
    assert record["requestParameters"] == {"progressUpdateStreamName": 7}


@pytest.mark.parametrize(
    "headers",
    [
        {"authorization": ""},
        {"authorization": "AWS4-HMAC-SHA256 Signature=0"},
        {"x_amz_target": "AWSMigrationHub.Unknown"},
    ],
    ids=["unsigned", "incompletely signed", "unknown operation"],
)
def test_a_call_of_an_unknown_caller_is_not_recorded(mgh: Any, headers: dict[str, str]) -> None:
    assert post(mgh, "ListProgressUpdateStreams", **headers).status == 400
    assert list(mgh.events) == []


@pytest.mark.mgh(verify_signatures=True)
def test_a_call_with_a_wrong_signature_is_not_recorded(mgh: Any) -> None:
    client = mgh.client(aws_secret_access_key="guessed")
    refused_response(client.list_progress_update_streams)
    assert list(mgh.events) == []


# events as a sequence


def test_without_calls_there_are_no_events(mgh: Any) -> None:
    assert len(mgh.events) == 0
    assert list(mgh.events) == []


def test_events_are_in_the_order_of_the_calls(mgh: Any, mgh_client: Any) -> None:
    create(mgh_client)
    mgh_client.import_migration_task(**TASK)
    read(mgh, "discovery")
    assert [record["eventName"] for record in mgh.events] == [
        "CreateProgressUpdateStream",
        "ImportMigrationTask",
        "GetDiscoverySummary",
    ]


def test_the_last_event_is_that_of_the_last_call(mgh: Any, mgh_client: Any) -> None:
    create(mgh_client)
    read(mgh, "discovery")
    assert mgh.events.last == mgh.events[-1]
    assert mgh.events.last["eventName"] == "GetDiscoverySummary"


def test_without_a_call_there_is_no_last_event(mgh: Any) -> None:
    with pytest.raises(LookupError, match="no call"):
        _ = mgh.events.last


def test_events_beyond_the_last_raise_an_index_error(mgh: Any) -> None:
    read(mgh)
    with pytest.raises(IndexError):
        _ = mgh.events[1]


def test_events_can_be_chosen_by_operation(mgh: Any, mgh_client: Any) -> None:
    for name in ("SMS", "DMS"):
        create(mgh_client, name)
    mgh_client.import_migration_task(**TASK)
    chosen = mgh.events.of("CreateProgressUpdateStream")
    assert [record["requestParameters"]["progressUpdateStreamName"] for record in chosen] == [
        "SMS",
        "DMS",
    ]


def test_events_can_be_chosen_by_several_operations(mgh: Any, mgh_client: Any) -> None:
    create(mgh_client)
    mgh_client.import_migration_task(**TASK)
    read(mgh, "discovery")
    chosen = mgh.events.of("GetDiscoverySummary", "CreateProgressUpdateStream")
    assert [record["eventName"] for record in chosen] == [
        "CreateProgressUpdateStream",
        "GetDiscoverySummary",
    ]


def test_choosing_an_operation_that_was_not_called_returns_no_events(mgh: Any) -> None:
    read(mgh)
    assert mgh.events.of("ImportMigrationTask") == []


@pytest.mark.parametrize("name", ["ImportMigrationTsk", "import_migration_task"])
def test_choosing_an_unknown_operation_is_refused_with_the_nearest(mgh: Any, name: str) -> None:
    with pytest.raises(ValueError, match=rf"'{name}'.*did you mean 'ImportMigrationTask'\?"):
        mgh.events.of(name)


def test_a_slice_of_events_is_events(mgh: Any, mgh_client: Any) -> None:
    for name in ("a", "b", "c"):
        create(mgh_client, name)
    part = mgh.events[1:]
    assert type(part) is type(mgh.events)
    assert [record["requestParameters"]["progressUpdateStreamName"] for record in part] == [
        "b",
        "c",
    ]
    assert part.of("CreateProgressUpdateStream").last == mgh.events.last


def test_events_equal_a_list_of_their_records(mgh: Any) -> None:
    read(mgh)
    read(mgh, "discovery")
    assert mgh.events == list(mgh.events)
    assert mgh.events == mgh.events
    assert mgh.events != list(mgh.events)[:1]
    assert mgh.events != "events"


def test_events_do_not_grow_with_later_calls(mgh: Any) -> None:
    read(mgh)
    before = mgh.events
    read(mgh)
    assert (len(before), len(mgh.events)) == (1, 2)


def test_the_repr_of_events_has_a_line_for_each_call(mgh: Any, mgh_client: Any) -> None:
    create(mgh_client)
    other = {**TASK, "ProgressUpdateStream": "DMS"}
    refused_response(lambda: mgh_client.import_migration_task(**other))
    head, first, second = repr(mgh.events).splitlines()
    assert "2 calls" in head
    assert re.match(r"\s+\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ CreateProgressUpdateStream", first)
    assert "ImportMigrationTask" in second
    assert "ResourceNotFoundException" in second
    assert "ResourceNotFoundException" not in first


def test_the_repr_of_no_events_says_so(mgh: Any) -> None:
    assert "0 calls" in repr(mgh.events)


def test_events_belong_to_one_hub() -> None:
    with mock_mgh() as first:
        read(first)
    with mock_mgh() as second:
        assert list(second.events) == []
        read(second, "discovery")
    assert [record["eventName"] for record in first.events] == ["ListProgressUpdateStreams"]
    assert [record["eventName"] for record in second.events] == ["GetDiscoverySummary"]


# for other tools


@pytest.fixture
def every_kind(mgh: Any, mgh_client: Any) -> Any:
    """A hub with a call of every kind: users and roles, reads and writes, errors."""
    create(mgh_client, "Grüße")
    for service in SERVICES:
        read(mgh, service)
    mgh.client("discovery").create_application(name="shop")
    refused_response(lambda: create(mgh_client, "a/b"))
    role = mgh.principal("tool", role=True, policy=NOTHING)
    refused_response(lambda: create(boto3.client("mgh", **role.credentials)))
    for name in OPERATIONS:
        post(mgh, name)
    return mgh


def test_every_record_is_ready_for_json(every_kind: Any) -> None:
    records = list(every_kind.events)
    assert json.loads(json.dumps({"Records": records})) == {"Records": records}


def test_every_record_is_valid_by_the_schema(every_kind: Any) -> None:
    validator = Draft202012Validator(schemas.load("cloudtrail", "record"))
    mistakes = [
        str(error) for record in every_kind.events for error in validator.iter_errors(record)
    ]
    assert mistakes == []


@pytest.mark.parametrize(
    "change",
    [
        {"eventName": None},
        {"eventTime": "2026-05-01T12:00:00.5Z"},
        {"eventSource": "mgh.amazonaws.com"},
        {"requestParameters": {"DryRun": True}},
        {"requestParameters": {}},
        {"recipientAccountId": "1"},
        {"errorMessage": "without a code"},
        {"userIdentity": {"type": "Root"}},
        {"more": 1},
    ],
    ids=json.dumps,
)
def test_the_schema_refuses_an_invalid_record(mgh: Any, change: dict[str, Any]) -> None:
    read(mgh)
    validator = Draft202012Validator(schemas.load("cloudtrail", "record"))
    assert not validator.is_valid({**mgh.events.last, **change})


def test_the_schema_of_records_is_a_valid_schema() -> None:
    schema = schemas.load("cloudtrail", "record")
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"


# members of every record


def test_a_record_has_the_access_key_of_the_caller(mgh: Any) -> None:
    client = boto3.client(
        "mgh", aws_access_key_id="AKIAIOSFODNN7EXAMPLE", aws_secret_access_key="x"
    )
    client.list_progress_update_streams()
    identity = mgh.events.last["userIdentity"]
    assert (identity["accessKeyId"], identity["userName"]) == (
        "AKIAIOSFODNN7EXAMPLE",
        "migration-tool",
    )


@pytest.mark.parametrize("service", SERVICES)
def test_a_record_has_the_tls_details_of_the_call(mgh: Any, service: str) -> None:
    read(mgh, service)
    assert mgh.events.last["tlsDetails"] == {
        "tlsVersion": "TLSv1.3",
        "cipherSuite": "TLS_AES_128_GCM_SHA256",
        "clientProvidedHostHeader": f"{service}.us-west-2.amazonaws.com",
    }


def test_a_record_of_a_call_without_tls_has_no_tls_details(mgh: Any) -> None:
    read(mgh, endpoint_url="http://mgh.us-west-2.amazonaws.com")
    assert "tlsDetails" not in mgh.events.last


@pytest.mark.parametrize(
    ("service", "call", "code"),
    [
        ("mgh", lambda client: create(client), "AccessDeniedException"),
        ("migrationhub-config", lambda client: client.get_home_region(), "AccessDeniedException"),
        (
            "discovery",
            lambda client: client.describe_tags(maxResults=5),
            "AuthorizationErrorException",
        ),
    ],
)
def test_denied_calls_of_all_services_are_recorded_in_the_same_form(
    mgh: Any, service: str, call: Any, code: str
) -> None:
    mgh.policy = NOTHING
    error = refused_response(lambda: call(mgh.client(service)))["Error"]
    assert error["Code"] == code
    record = mgh.events.last
    assert (record["errorCode"], record["errorMessage"]) == ("AccessDenied", error["Message"])
    assert record["requestParameters"] is None


@pytest.mark.parametrize(
    ("expected", "lines"),
    [
        (
            ["CreateProgressUpdateStream"],
            ["1 calls, 1 expected", "At index 0 diff: ", "!= 'Create"],
        ),
        ([], ["1 calls, 0 expected"]),
    ],
    ids=["another kind", "fewer"],
)
def test_the_difference_of_events_from_any_sequence_is_explained(
    mgh: Any, expected: Any, lines: list[str]
) -> None:
    create(mgh.client())

    explanation = explain_difference(mgh.events, expected)
    assert explanation is not None
    assert [line for line in lines if line not in "\n".join(explanation)] == []
    assert "CreateProgressUpdateStream(" in explanation[-1]


def test_the_difference_of_events_from_no_sequence_is_left_to_pytest(mgh: Any) -> None:
    assert explain_difference(mgh.events, None) is None
