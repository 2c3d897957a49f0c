from __future__ import annotations

import inspect
import itertools
import warnings
from collections.abc import Callable
from typing import Any

import botocore.session
import pytest
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    ReadTimeoutError,
)
from clients import plain_client
from model_values import valid
from refusals import outcome, refused
from signed_calls import post

from pytest_mgh import UnusedFaultWarning, mock_mgh
from pytest_mgh.errors import TransportFault
from pytest_mgh.services.catalog import OPERATIONS

SESSION = botocore.session.Session()
SERVICES = ("mgh", "migrationhub-config", "discovery")
MODELS = {name: SESSION.get_service_model(name) for name in SERVICES}
SHAPES = {
    name: SESSION.get_component("data_loader").load_service_model(name, "service-2")["shapes"]
    for name in SERVICES
}
MODELLED = {
    operation: model.operation_model(operation)
    for model in MODELS.values()
    for operation in model.operation_names
    if operation in OPERATIONS
}
DECLARED = [
    (operation, error.name) for operation, model in MODELLED.items() for error in model.error_shapes
]
THROTTLED = sorted(name for name, error in DECLARED if error == "ThrottlingException")
TRANSPORT = {
    "ConnectTimeout": ConnectTimeoutError,
    "ReadTimeout": ReadTimeoutError,
    "ConnectionReset": ConnectionClosedError,
    "ResponseLost": ReadTimeoutError,
}
LIST = "ListMigrationTasks"
CREATE = "CreateProgressUpdateStream"


def once() -> Config:
    """A client's configuration that checks nothing and tries once."""
    return Config(parameter_validation=False, retries={"total_max_attempts": 1})


def with_retries(retries: int) -> Config:
    return Config(retries={"mode": "standard", "total_max_attempts": retries + 1})


@pytest.fixture
def client(mgh: Any) -> Any:
    """A client that tries once."""
    return plain_client()


@pytest.fixture
def retrying(mgh: Any) -> Any:
    """A client that tries three times."""
    return mgh.client(config=with_retries(2))


def outcomes(call: Callable[[], Any], count: int) -> list[str]:
    return [outcome(call) for _ in range(count)]


def streams(hub: Any) -> list[str]:
    return [stream.name for stream in hub.streams]


# every declared error


def test_the_table_of_errors_has_all_three_services() -> None:
    assert {MODELLED[name].service_model.service_name for name, _ in DECLARED} == set(SERVICES)


def test_the_table_of_errors_has_every_operation() -> None:
    assert {name for name, _ in DECLARED} == set(OPERATIONS)


@pytest.mark.parametrize("operation", sorted({name for name, _ in DECLARED}))
def test_every_declared_error_is_raised_as_the_exception_class_of_the_client(
    mgh: Any, operation: str
) -> None:
    model = MODELLED[operation]
    service = model.service_model.service_name
    client = plain_client(service)
    request = valid(model.input_shape)
    for error in [error for name, error in DECLARED if name == operation]:
        mgh.fail(operation, error)
        with pytest.raises(getattr(client.exceptions, error)) as caught:
            getattr(client, xform_name(operation))(**request)
        status = caught.value.response["ResponseMetadata"]["HTTPStatusCode"]
        assert status == (500 if SHAPES[service][error].get("fault") else 400), error


@pytest.mark.parametrize("operation", sorted(MODELLED))
def test_every_transport_fault_can_be_injected_into_every_operation(
    mgh: Any, operation: str
) -> None:
    for fault in TRANSPORT:
        mgh.fail(operation, fault)
    assert all(f"{operation}: {fault}" in repr(mgh) for fault in TRANSPORT)
    mgh.recover()


# invalid faults


def test_an_error_that_the_operation_does_not_declare_is_a_value_error_that_names_the_nearest(
    mgh: Any,
) -> None:
    with pytest.raises(ValueError, match=r"'TrottlingException'.*mean 'ThrottlingException'"):
        mgh.fail(LIST, "TrottlingException")


def test_an_error_of_another_operation_is_a_value_error_that_names_both(mgh: Any) -> None:
    with pytest.raises(ValueError, match=r"ListProgressUpdateStreams.*'ResourceNotFoundException'"):
        mgh.fail("ListProgressUpdateStreams", "ResourceNotFoundException")


def test_an_error_of_another_service_is_a_value_error(mgh: Any) -> None:
    with pytest.raises(ValueError, match="InvalidParameterException"):
        mgh.fail(LIST, "InvalidParameterException")


def test_an_unknown_transport_fault_is_a_value_error_that_names_the_nearest(
    mgh: Any,
) -> None:
    with pytest.raises(ValueError, match=r"did you mean 'ReadTimeout'"):
        mgh.fail(LIST, "ReadTimeOut")


@pytest.mark.parametrize(
    "ask",
    [
        lambda hub: hub.fail("ListMigrationTask", "InternalServerError"),
        lambda hub: hub.throttle("ListMigrationTask", per_second=1),
        lambda hub: hub.recover("ListMigrationTask"),
    ],
    ids=["fail", "throttle", "recover"],
)
def test_an_unknown_operation_is_a_value_error_that_names_the_nearest(
    mgh: Any, ask: Callable[[Any], None]
) -> None:
    with pytest.raises(ValueError, match=r"'ListMigrationTask'.*did you mean 'ListMigrationTasks'"):
        ask(mgh)


@pytest.mark.parametrize("times", [0, -1, True, 1.5, "2"], ids=repr)
def test_times_that_is_not_a_positive_number_is_a_value_error(mgh: Any, times: Any) -> None:
    with pytest.raises(ValueError, match="times="):
        mgh.fail(LIST, "InternalServerError", times=times)


@pytest.mark.parametrize("rate", [-0.1, 1.1, float("nan"), float("inf"), "half"], ids=repr)
def test_a_rate_outside_0_to_1_is_a_value_error(mgh: Any, rate: Any) -> None:
    with pytest.raises(ValueError, match="rate="):
        mgh.fail(LIST, "InternalServerError", rate=rate)


@pytest.mark.parametrize("retry_after", [-1, 1.5, True, "3"], ids=repr)
def test_a_retry_after_that_is_not_a_number_of_seconds_is_a_value_error(
    mgh: Any, retry_after: Any
) -> None:
    with pytest.raises(ValueError, match="retry_after"):
        mgh.fail(LIST, "ThrottlingException", retry_after=retry_after)


@pytest.mark.parametrize("error", ["InternalServerError", "ReadTimeout"])
def test_retry_after_of_an_error_that_has_none_is_a_value_error(mgh: Any, error: str) -> None:
    with pytest.raises(ValueError, match=f"ThrottlingException.*{error}"):
        mgh.fail(LIST, error, retry_after=3)


@pytest.mark.parametrize("per_second", [0, -1, float("nan"), float("inf"), "five"], ids=repr)
def test_a_throttle_without_a_positive_rate_is_a_value_error(mgh: Any, per_second: Any) -> None:
    with pytest.raises(ValueError, match="per_second"):
        mgh.throttle(LIST, per_second=per_second)


def test_a_refused_fault_fails_no_call(mgh: Any, client: Any) -> None:
    with pytest.raises(ValueError, match="times"):
        mgh.fail(LIST, "InternalServerError", times=0)
    assert outcome(client.list_migration_tasks) == "ok"


# how often


def test_a_fault_fails_one_call_by_default(mgh: Any, client: Any) -> None:
    mgh.fail(LIST, "InternalServerError")
    assert outcomes(client.list_migration_tasks, 2) == ["InternalServerError", "ok"]


def test_a_fault_fails_as_many_calls_as_requested(mgh: Any, client: Any) -> None:
    mgh.fail(LIST, "InternalServerError", times=3)
    expected = ["InternalServerError"] * 3 + ["ok"]
    assert outcomes(client.list_migration_tasks, 4) == expected


def test_a_fault_without_a_limit_fails_calls_until_recover(mgh: Any, client: Any) -> None:
    mgh.fail(LIST, "InternalServerError", times=None)
    before = outcomes(client.list_migration_tasks, 20)
    mgh.recover(LIST)
    assert (set(before), outcome(client.list_migration_tasks)) == ({"InternalServerError"}, "ok")


def test_recovering_one_operation_leaves_the_others(mgh: Any, client: Any) -> None:
    for operation in (LIST, CREATE):
        mgh.fail(operation, "InternalServerError")
    mgh.recover(CREATE)
    with refused("InternalServerError"):
        client.list_migration_tasks()


def test_recover_without_arguments_removes_all_faults(mgh: Any, client: Any) -> None:
    for operation in (LIST, CREATE):
        mgh.fail(operation, "InternalServerError", times=None)
        mgh.throttle(operation, per_second=0.001)
    mgh.recover()
    assert outcomes(client.list_migration_tasks, 3) == ["ok"] * 3


def test_recovering_without_faults_changes_nothing(mgh: Any, client: Any) -> None:
    mgh.recover()
    mgh.recover(LIST)
    assert outcome(client.list_migration_tasks) == "ok"


def test_recovering_drops_the_throttle_too(mgh: Any, client: Any) -> None:
    mgh.throttle(LIST, per_second=1)
    client.list_migration_tasks()
    mgh.recover(LIST)
    assert outcomes(client.list_migration_tasks, 3) == ["ok"] * 3


def test_faults_fail_calls_in_the_order_of_their_creation(mgh: Any, client: Any) -> None:
    mgh.fail(LIST, "InternalServerError", times=2)
    mgh.fail(LIST, "ConnectTimeout")
    mgh.fail(LIST, "ServiceUnavailableException")
    assert outcomes(client.list_migration_tasks, 5) == [
        "InternalServerError",
        "InternalServerError",
        "ConnectTimeoutError",
        "ServiceUnavailableException",
        "ok",
    ]


def test_a_fault_behind_one_without_a_limit_waits_for_recover(mgh: Any, client: Any) -> None:
    mgh.fail(LIST, "InternalServerError", times=None)
    client_outcomes = outcomes(client.list_migration_tasks, 2)
    mgh.recover(LIST)
    mgh.fail(LIST, "ServiceUnavailableException")
    client_outcomes += outcomes(client.list_migration_tasks, 2)
    assert client_outcomes == [
        "InternalServerError",
        "InternalServerError",
        "ServiceUnavailableException",
        "ok",
    ]


def test_a_fault_fails_only_its_own_operation(mgh: Any, client: Any) -> None:
    mgh.fail(LIST, "InternalServerError")
    others = outcome(client.list_progress_update_streams)
    assert (others, outcome(client.list_migration_tasks)) == ("ok", "InternalServerError")


# messages


def test_a_fault_has_the_given_message(mgh: Any, client: Any) -> None:
    mgh.fail(LIST, "InternalServerError", message="the disk is full")
    with pytest.raises(ClientError, match="the disk is full"):
        client.list_migration_tasks()


def test_a_fault_of_discovery_has_the_given_message(mgh: Any) -> None:
    mgh.fail("DescribeTags", "ServerInternalErrorException", message="the disk is full")
    with pytest.raises(ClientError, match="the disk is full"):
        plain_client("discovery").describe_tags()


def test_the_default_message_of_a_fault_says_that_it_was_injected(mgh: Any, client: Any) -> None:
    mgh.fail(LIST, "InternalServerError")
    with pytest.raises(ClientError, match="injected"):
        client.list_migration_tasks()


def test_a_throttled_call_gets_the_given_retry_after(mgh: Any, client: Any) -> None:
    mgh.fail(LIST, "ThrottlingException", retry_after=7)
    with refused("ThrottlingException") as caught:
        client.list_migration_tasks()
    assert caught.value.response["RetryAfterSeconds"] == 7


def test_retry_after_may_be_zero(mgh: Any, client: Any) -> None:
    mgh.fail(LIST, "ThrottlingException", retry_after=0)
    with refused("ThrottlingException") as caught:
        client.list_migration_tasks()
    assert caught.value.response["RetryAfterSeconds"] == 0


def test_a_throttled_call_has_no_retry_after_by_default(mgh: Any, client: Any) -> None:
    mgh.fail(LIST, "ThrottlingException")
    with refused("ThrottlingException") as caught:
        client.list_migration_tasks()
    assert "RetryAfterSeconds" not in caught.value.response


# a share


def share(seed: int, count: int = 50) -> list[str]:
    with mock_mgh() as hub:
        client = hub.client(config=once())
        hub.fail(LIST, "InternalServerError", rate=0.2, seed=seed)
        return outcomes(client.list_migration_tasks, count)


def test_a_rate_fails_the_same_calls_with_the_same_seed() -> None:
    assert share(7) == share(7)


def test_a_rate_fails_other_calls_with_another_seed() -> None:
    assert share(7) != share(8)


def test_a_rate_fails_about_the_requested_share_of_calls() -> None:
    assert 0.1 < share(7, 500).count("InternalServerError") / 500 < 0.3


def test_other_operations_do_not_change_which_calls_a_rate_fails() -> None:
    got = []
    with mock_mgh() as hub:
        client = hub.client(config=once())
        hub.fail(LIST, "InternalServerError", rate=0.2, seed=7)
        for _ in range(50):
            client.list_progress_update_streams()
            got.append(outcome(client.list_migration_tasks))
    assert got == share(7)


def test_a_rate_of_1_fails_every_call_until_recover(mgh: Any, client: Any) -> None:
    mgh.fail(LIST, "InternalServerError", rate=1)
    assert outcomes(client.list_migration_tasks, 10) == ["InternalServerError"] * 10


def test_a_rate_of_0_fails_no_call(mgh: Any, client: Any) -> None:
    mgh.fail(LIST, "InternalServerError", rate=0)
    got = outcomes(client.list_migration_tasks, 10)
    mgh.recover()
    assert got == ["ok"] * 10


def test_a_rate_with_times_ends_after_that_many_failures(mgh: Any, client: Any) -> None:
    mgh.fail(LIST, "InternalServerError", rate=0.5, seed=1, times=2)
    assert outcomes(client.list_migration_tasks, 50).count("InternalServerError") == 2


def test_a_rate_with_times_1_fails_one_call(mgh: Any, client: Any) -> None:
    mgh.fail(LIST, "InternalServerError", rate=0.5, seed=1, times=1)
    assert outcomes(client.list_migration_tasks, 50).count("InternalServerError") == 1


def test_a_call_that_a_rate_lets_pass_can_fail_by_the_next_fault(mgh: Any, client: Any) -> None:
    mgh.fail(LIST, "InternalServerError", rate=0, times=None)
    mgh.fail(LIST, "ServiceUnavailableException")
    got = outcome(client.list_migration_tasks)
    mgh.recover()
    assert got == "ServiceUnavailableException"


# throttling


@pytest.fixture
def clock(mgh: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the hub's clock move only by `advance`."""
    now = itertools.repeat(1_700_000_000.0)
    monkeypatch.setattr("pytest_mgh.state.clock.time.time", lambda: next(now))


@pytest.mark.usefixtures("clock")
def test_a_throttle_allows_its_number_of_calls_in_a_second(mgh: Any, client: Any) -> None:
    mgh.throttle(LIST, per_second=5)
    expected = ["ok"] * 5 + ["ThrottlingException"] * 2
    assert outcomes(client.list_migration_tasks, 7) == expected


@pytest.mark.usefixtures("clock")
def test_a_throttle_allows_more_calls_as_the_hubs_clock_advances(mgh: Any, client: Any) -> None:
    mgh.throttle(LIST, per_second=5)
    outcomes(client.list_migration_tasks, 7)
    mgh.advance(0.4)
    expected = ["ok"] * 2 + ["ThrottlingException"]
    assert outcomes(client.list_migration_tasks, 3) == expected


@pytest.mark.usefixtures("clock")
def test_a_throttle_accumulates_calls_of_one_second_at_most(mgh: Any, client: Any) -> None:
    mgh.throttle(LIST, per_second=3)
    mgh.advance(3600)
    expected = ["ok"] * 3 + ["ThrottlingException"]
    assert outcomes(client.list_migration_tasks, 4) == expected


@pytest.mark.usefixtures("clock")
def test_a_throttle_of_less_than_one_call_a_second_allows_one_call_per_interval(
    mgh: Any, client: Any
) -> None:
    mgh.throttle(LIST, per_second=0.5)
    got = outcomes(client.list_migration_tasks, 2)
    mgh.advance(2)
    assert got + outcomes(client.list_migration_tasks, 2) == ["ok", "ThrottlingException"] * 2


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize(("per_second", "seconds"), [(0.1, 10), (0.3, 4), (1, 1), (5, 1)])
def test_a_throttle_answers_retry_after_in_whole_seconds(
    mgh: Any, client: Any, per_second: float, seconds: int
) -> None:
    mgh.throttle(LIST, per_second=per_second)
    outcomes(client.list_migration_tasks, max(1, int(per_second)))
    with refused("ThrottlingException") as caught:
        client.list_migration_tasks()
    assert caught.value.response["RetryAfterSeconds"] == seconds


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("per_second", [0.1, 0.3, 0.7, 1, 3, 7])
def test_a_call_retried_after_retry_after_succeeds(
    mgh: Any, client: Any, per_second: float
) -> None:
    mgh.throttle(LIST, per_second=per_second)
    outcomes(client.list_migration_tasks, max(1, int(per_second)))
    with refused("ThrottlingException") as caught:
        client.list_migration_tasks()
    mgh.advance(caught.value.response["RetryAfterSeconds"])
    assert outcome(client.list_migration_tasks) == "ok"


@pytest.mark.usefixtures("clock")
def test_a_throttle_applies_to_one_operation(mgh: Any, client: Any) -> None:
    mgh.throttle(LIST, per_second=1)
    assert outcomes(client.list_progress_update_streams, 5) == ["ok"] * 5


@pytest.mark.usefixtures("clock")
def test_a_new_throttle_of_an_operation_replaces_the_old_one(mgh: Any, client: Any) -> None:
    mgh.throttle(LIST, per_second=1)
    mgh.throttle(LIST, per_second=3)
    assert outcomes(client.list_migration_tasks, 4) == ["ok"] * 3 + ["ThrottlingException"]


@pytest.mark.usefixtures("clock")
def test_a_throttled_call_changes_nothing(mgh: Any, client: Any) -> None:
    mgh.throttle(CREATE, per_second=1)
    client.create_progress_update_stream(ProgressUpdateStreamName="first")
    with refused("ThrottlingException"):
        client.create_progress_update_stream(ProgressUpdateStreamName="second")
    assert streams(mgh) == ["first"]


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("operation", sorted(MODELLED))
def test_every_operation_can_be_throttled(mgh: Any, operation: str) -> None:
    model = MODELLED[operation]
    client = plain_client(model.service_model.service_name)
    mgh.throttle(operation, per_second=1)
    request = valid(model.input_shape)
    call = getattr(client, xform_name(operation))
    assert outcome(lambda: call(**request)) != "ThrottlingException"
    with refused("ThrottlingException", "Rate exceeded") as caught:
        call(**request)
    assert ("RetryAfterSeconds" in caught.value.response) is (operation in THROTTLED)


# the connection


@pytest.mark.parametrize("fault", TRANSPORT)
def test_a_transport_fault_is_raised_as_the_exception_of_botocore(
    mgh: Any, client: Any, fault: str
) -> None:
    mgh.fail(LIST, fault)
    with pytest.raises(TRANSPORT[fault]):
        client.list_migration_tasks()


@pytest.mark.parametrize("fault", TRANSPORT)
def test_a_transport_fault_is_raised_after_the_real_retries_of_botocore(
    mgh: Any, retrying: Any, fault: str
) -> None:
    mgh.fail(LIST, fault, times=5)
    with pytest.raises(TRANSPORT[fault]):
        retrying.list_migration_tasks()
    assert f"{fault} (injected 5 times, used 3 times)" in repr(mgh)
    mgh.recover()


@pytest.mark.parametrize("fault", TRANSPORT)
def test_a_transport_fault_that_ends_before_the_last_retry_is_not_raised(
    mgh: Any, retrying: Any, fault: str
) -> None:
    mgh.fail(LIST, fault, times=2)
    assert retrying.list_migration_tasks()["ResponseMetadata"]["RetryAttempts"] == 2


@pytest.mark.parametrize("fault", TRANSPORT)
def test_a_transport_fault_names_the_endpoint(mgh: Any, client: Any, fault: str) -> None:
    mgh.fail(LIST, fault)
    with pytest.raises(TRANSPORT[fault], match=r"https://mgh\.us-west-2\.amazonaws\.com"):
        client.list_migration_tasks()


@pytest.mark.parametrize("fault", ["ConnectTimeout", "ReadTimeout", "ConnectionReset"])
def test_a_call_that_did_not_arrive_changes_nothing(mgh: Any, client: Any, fault: str) -> None:
    mgh.fail(CREATE, fault)
    with pytest.raises(TRANSPORT[fault]):
        client.create_progress_update_stream(ProgressUpdateStreamName="SMS")
    assert streams(mgh) == []


def test_a_call_whose_response_is_lost_takes_effect(mgh: Any, client: Any) -> None:
    mgh.fail(CREATE, "ResponseLost")
    with pytest.raises(ReadTimeoutError):
        client.create_progress_update_stream(ProgressUpdateStreamName="SMS")
    assert streams(mgh) == ["SMS"]


def test_a_call_whose_response_is_lost_is_recorded(mgh: Any, client: Any) -> None:
    mgh.fail(CREATE, "ResponseLost")
    with pytest.raises(ReadTimeoutError):
        client.create_progress_update_stream(ProgressUpdateStreamName="SMS")
    assert "errorCode" not in mgh.events.of(CREATE).last


def test_a_retry_after_a_lost_response_succeeds(mgh: Any, retrying: Any) -> None:
    mgh.fail(CREATE, "ResponseLost")
    answer = retrying.create_progress_update_stream(ProgressUpdateStreamName="SMS")
    assert answer["ResponseMetadata"]["RetryAttempts"] == 1


def test_an_idempotent_call_retried_after_a_lost_response_takes_effect_once(
    mgh: Any, retrying: Any
) -> None:
    mgh.fail(CREATE, "ResponseLost")
    retrying.create_progress_update_stream(ProgressUpdateStreamName="SMS")
    assert (streams(mgh), len(mgh.events.of(CREATE))) == (["SMS"], 2)


def test_a_call_that_is_not_idempotent_takes_effect_twice_after_a_lost_response(
    mgh: Any, retrying: Any
) -> None:
    task = {"ProgressUpdateStream": "SMS", "MigrationTaskName": "task"}
    retrying.create_progress_update_stream(ProgressUpdateStreamName="SMS")
    retrying.import_migration_task(**task)
    mgh.fail("NotifyMigrationTaskState", "ResponseLost")
    retrying.notify_migration_task_state(
        **task, Task={"Status": "IN_PROGRESS"}, UpdateDateTime=1493660853, NextUpdateSeconds=60
    )
    assert len(mgh.task("SMS", "task").updates) == 2


def test_the_response_of_a_refused_call_can_be_lost_too(mgh: Any, client: Any) -> None:
    mgh.fail("DescribeMigrationTask", "ResponseLost")
    with pytest.raises(ReadTimeoutError):
        client.describe_migration_task(ProgressUpdateStream="SMS", MigrationTaskName="task")


# order of checks

REQUESTS = {
    "of a wrong type": {"ProgressUpdateStreamName": 5},
    "that breaks a constraint": {"ProgressUpdateStreamName": "a/b"},
    "that lacks a member": {},
    "that is a dry run": {"ProgressUpdateStreamName": "SMS", "DryRun": True},
}


@pytest.mark.parametrize("request_", REQUESTS.values(), ids=REQUESTS)
def test_a_fault_precedes_request_validation(
    mgh: Any, client: Any, request_: dict[str, Any]
) -> None:
    mgh.fail(CREATE, "InternalServerError")
    with refused("InternalServerError"):
        client.create_progress_update_stream(**request_)


def test_a_fault_precedes_the_policies(mgh: Any, client: Any) -> None:
    mgh.policy = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}],
    }
    mgh.fail(LIST, "InternalServerError")
    with refused("InternalServerError"):
        client.list_migration_tasks()


@pytest.mark.mgh(home_region=None)
def test_a_fault_precedes_the_check_of_the_home_region(mgh: Any, client: Any) -> None:
    mgh.fail(LIST, "InternalServerError")
    with refused("InternalServerError"):
        client.list_migration_tasks()


def test_a_fault_precedes_every_lookup(mgh: Any, client: Any) -> None:
    mgh.fail("DescribeMigrationTask", "InternalServerError")
    with refused("InternalServerError"):
        client.describe_migration_task(ProgressUpdateStream="SMS", MigrationTaskName="task")


def test_an_unsigned_call_does_not_trigger_the_fault(mgh: Any, client: Any) -> None:
    mgh.fail(LIST, "InternalServerError")
    unsigned = post(mgh, LIST, authorization=None).status
    assert (unsigned, outcome(client.list_migration_tasks)) == (400, "InternalServerError")


def test_a_call_whose_body_is_not_json_does_not_trigger_the_fault(mgh: Any, client: Any) -> None:
    mgh.fail(LIST, "InternalServerError")
    malformed = post(mgh, LIST, "{").status
    assert (malformed, outcome(client.list_migration_tasks)) == (400, "InternalServerError")


@pytest.mark.parametrize("operation", sorted(MODELLED))
def test_a_call_that_fails_changes_nothing(mgh: Any, operation: str) -> None:
    model = MODELLED[operation]
    service = model.service_model.service_name
    internal = "ServerInternalErrorException" if service == "discovery" else "InternalServerError"
    client = plain_client(service)
    server = mgh.add_server("db1").configuration_id
    mgh.add_application("shop", servers=[server])
    call, request = getattr(client, xform_name(operation)), valid(model.input_shape)
    before = mgh.snapshot()
    for error in (internal, "ConnectTimeout", "ReadTimeout"):
        mgh.fail(operation, error)
        assert outcome(lambda: call(**request))
        changed = {name for name, value in mgh.snapshot().items() if value != before[name]}
        assert changed <= {"ids", "calls", "faults"}, error


def test_a_call_that_fails_is_recorded_with_its_error(mgh: Any, client: Any) -> None:
    mgh.fail(LIST, "InternalServerError", message="the disk is full")
    outcome(client.list_migration_tasks)
    record = mgh.events.last
    assert (record["errorCode"], record["errorMessage"]) == (
        "InternalServerError",
        "the disk is full",
    )


# the repr


def test_the_repr_of_a_hub_shows_its_faults(mgh: Any) -> None:
    mgh.fail(LIST, "InternalServerError", times=3)
    shown = repr(mgh)
    mgh.recover()
    assert "ListMigrationTasks: InternalServerError (injected 3 times, used 0 times)" in shown


def test_the_repr_of_a_hub_shows_a_fault_without_a_limit(mgh: Any) -> None:
    mgh.fail(LIST, "ReadTimeout", times=None)
    shown = repr(mgh)
    mgh.recover()
    assert "ListMigrationTasks: ReadTimeout (until recover" in shown


def test_the_repr_of_a_hub_shows_the_faults_in_order(mgh: Any) -> None:
    mgh.fail(LIST, "ReadTimeout")
    mgh.fail(CREATE, "InternalServerError")
    shown = repr(mgh)
    mgh.recover()
    assert shown.index("ReadTimeout") < shown.index("InternalServerError")


def test_the_repr_of_a_hub_shows_the_rate(mgh: Any) -> None:
    mgh.fail(LIST, "ReadTimeout", rate=0.25)
    shown = repr(mgh)
    mgh.recover()
    assert "rate of 0.25" in shown


def test_the_repr_of_a_hub_shows_no_fault_after_recover(mgh: Any) -> None:
    mgh.fail(LIST, "ReadTimeout")
    mgh.recover()
    assert "fault" not in repr(mgh)


# unused faults

NAMED = r"ListMigrationTasks: InternalServerError"


def ended(use: Callable[[Any], object]) -> list[str]:
    """Use a hub, and return the warnings that the end of its mock gives."""
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        with mock_mgh() as hub:
            use(hub)
    assert {one.category for one in warned} <= {UnusedFaultWarning}
    return [str(one.message) for one in warned]


def list_once(hub: Any) -> str:
    return outcome(hub.client(config=once()).list_migration_tasks)


def test_an_unused_fault_warns_at_the_end_of_the_with() -> None:
    (warning,) = ended(lambda hub: hub.fail(LIST, "InternalServerError"))
    assert NAMED in warning


def test_an_unused_fault_warns_at_stop() -> None:
    mock = mock_mgh()
    mock.start().fail(LIST, "InternalServerError")
    with pytest.warns(UnusedFaultWarning, match=NAMED):
        mock.stop()


def test_an_unused_fault_of_a_snapshot_warns_too() -> None:
    with mock_mgh() as hub:
        hub.fail(LIST, "InternalServerError")
        snapshot = hub.snapshot()
        hub.recover()

    (warning,) = ended(lambda hub: hub.restore(snapshot))
    assert NAMED in warning


def test_an_unused_fault_does_not_warn_at_the_exit_of_an_inner_mock() -> None:
    with mock_mgh() as hub:
        with mock_mgh():
            hub.fail(LIST, "InternalServerError")
        hub.recover()


def test_each_unused_fault_warns() -> None:
    def use(hub: Any) -> None:
        hub.fail(LIST, "InternalServerError")
        hub.fail(CREATE, "ReadTimeout")

    first, second = ended(use)
    assert NAMED in first
    assert f"{CREATE}: ReadTimeout" in second


def test_a_fault_used_less_often_than_requested_warns() -> None:
    def use(hub: Any) -> None:
        hub.fail(LIST, "InternalServerError", times=2)
        list_once(hub)

    (warning,) = ended(use)
    assert NAMED in warning


def test_an_unused_fault_without_a_limit_warns() -> None:
    (warning,) = ended(lambda hub: hub.fail(LIST, "InternalServerError", times=None))
    assert NAMED in warning


@pytest.mark.parametrize("times", [1, None])
def test_a_used_fault_does_not_warn(times: int | None) -> None:
    with mock_mgh() as hub:
        hub.fail(LIST, "InternalServerError", times=times)
        list_once(hub)


def test_a_fault_after_recover_does_not_warn() -> None:
    with mock_mgh() as hub:
        hub.fail(LIST, "InternalServerError")
        hub.recover()


def test_an_unused_throttle_does_not_warn() -> None:
    with mock_mgh() as hub:
        hub.throttle(LIST, per_second=5)


def test_a_mock_ends_even_if_its_unused_fault_is_an_error() -> None:
    mock = mock_mgh()
    mock.start().fail(LIST, "InternalServerError")
    with pytest.raises(UnusedFaultWarning, match=NAMED):
        mock.stop()
    with pytest.raises(RuntimeError, match="without start"):
        mock.stop()


def test_an_unused_fault_does_not_hide_an_exception_of_the_with() -> None:
    with pytest.raises(KeyError, match="the failure"), mock_mgh() as hub:  # noqa: PT012
        hub.fail(LIST, "InternalServerError")
        raise KeyError("the failure")


def test_an_unused_fault_of_a_test_is_in_the_warnings_summary(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile(
        f"""
def test_it(mgh):
    mgh.fail({LIST!r}, "InternalServerError")
"""
    )
    result = pytester.runpytest_inprocess("-W", "default")
    result.assert_outcomes(passed=1, warnings=1)
    result.stdout.fnmatch_lines([f"*UnusedFaultWarning: unused fault: {LIST}: InternalServer*"])


def test_the_warning_of_an_unused_fault_points_to_the_line_that_created_it(mgh: Any) -> None:
    frame = inspect.currentframe()
    assert frame is not None
    line = frame.f_lineno + 1
    mgh.fail(LIST, "InternalServerError", times=2)

    with pytest.warns(UnusedFaultWarning) as caught:
        mgh.warn_of_unused_faults()
    mgh.recover()

    (warning,) = caught
    assert (warning.filename, warning.lineno) == (__file__, line)
    assert str(warning.message).endswith("(injected 2 times, used 0 times)")


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({}, "(injected once, used 0 times)"),
        ({"times": None}, "(until recover(), used 0 times)"),
        ({"times": 2, "rate": 0.5}, "(injected 2 times at a rate of 0.5, used 0 times)"),
    ],
    ids=["by default", "without end", "at a rate"],
)
def test_the_text_of_a_fault_shows_how_often_it_fails(
    mgh: Any, options: dict[str, Any], text: str
) -> None:
    mgh.fail(LIST, "InternalServerError", **options)

    (fault,) = mgh.faults
    mgh.recover()
    assert str(fault) == f"{LIST}: InternalServerError {text}"


def test_a_used_fault_of_a_test_is_not_in_the_warnings_summary(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        f"""
import pytest
from refusals import outcome, refused
from signed_calls import post
def test_it(mgh, mgh_client):
    mgh.fail({LIST!r}, "AccessDeniedException")
    with pytest.raises(mgh_client.exceptions.AccessDeniedException):
        mgh_client.list_migration_tasks()
"""
    )
    pytester.runpytest_inprocess("-W", "error").assert_outcomes(passed=1)


def test_an_unused_fault_fails_a_test_if_warnings_are_errors(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        f"""
def test_it(mgh):
    mgh.fail({LIST!r}, "InternalServerError")

def test_next(mgh):
    assert "fault" not in repr(mgh)
"""
    )
    pytester.runpytest_inprocess("-W", "error").assert_outcomes(passed=2, errors=1)


def test_a_transport_fault_fails_a_call_over_another_transport_too(mgh: Any) -> None:
    mgh.fail(LIST, "ConnectionReset")
    with pytest.raises(TransportFault, match="ConnectionReset"):
        post(mgh, LIST, "{}")
