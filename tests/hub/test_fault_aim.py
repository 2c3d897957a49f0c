from __future__ import annotations

import json
import warnings
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

import pytest
from botocore.config import Config
from refusals import outcome, refused
from signed_calls import post

from pytest_mgh import MghAssertionError, UnusedFaultWarning, mock_mgh
from pytest_mgh.errors import COMMON_ERRORS
from pytest_mgh.services.catalog import OPERATIONS

IMPORT = "ImportMigrationTask"
NOTIFY = "NotifyMigrationTaskState"
PUT = "PutResourceAttributes"
LIST = "ListMigrationTasks"
CREATE = "CreateProgressUpdateStream"
FAILED = "InternalServerError"


def ask(hub: Any, operation: str, **request: Any) -> str:
    """Make a call, and return the code of the error that it gets, or `ok`."""
    body = json.loads(post(hub, operation, json.dumps(request)).body)
    return str(body.get("__type", "ok"))


def import_task(hub: Any, name: str) -> str:
    return ask(hub, IMPORT, ProgressUpdateStream="SMS", MigrationTaskName=name)


def notify(hub: Any, **task: Any) -> str:
    return ask(
        hub,
        NOTIFY,
        ProgressUpdateStream="SMS",
        MigrationTaskName="t",
        Task=task,
        UpdateDateTime=1493660853,
        NextUpdateSeconds=60,
    )


@pytest.fixture
def sms(mgh: Any) -> Any:
    """A hub with the stream SMS and its task t."""
    mgh.load({"streams": [{"name": "SMS", "tasks": [{"name": "t"}]}]})
    return mgh


# narrowed by members


def test_one_task_of_twenty_fails_and_the_others_go_on(sms: Any) -> None:
    sms.fail(IMPORT, FAILED, when={"MigrationTaskName": "server-7"})
    outcomes = {f"server-{n}": import_task(sms, f"server-{n}") for n in range(20)}
    assert {name for name, one in outcomes.items() if one != "ok"} == {"server-7"}
    assert len(sms.tasks) == 20


def test_a_throttled_task_gets_its_retry_after_and_the_other_tasks_succeed(mgh: Any) -> None:
    client = mgh.client(config=Config(retries={"total_max_attempts": 1}))
    client.create_progress_update_stream(ProgressUpdateStreamName="SMS")
    mgh.fail(IMPORT, "ThrottlingException", when={"MigrationTaskName": "b"}, retry_after=7)
    for name in ("a", "c"):
        client.import_migration_task(ProgressUpdateStream="SMS", MigrationTaskName=name)
    with refused("ThrottlingException") as caught:
        client.import_migration_task(ProgressUpdateStream="SMS", MigrationTaskName="b")
    assert caught.value.response["RetryAfterSeconds"] == 7


@pytest.mark.parametrize(
    ("when", "strikes"),
    [
        ({}, True),
        ({"Task": {}}, True),
        ({"Task": {"Status": "FAILED"}}, True),
        ({"Task": {"Status": "COMPLETED"}}, False),
        ({"Task": {"ProgressPercent": 40}}, True),
        ({"Task": {"ProgressPercent": 41}}, False),
        ({"Task": {"StatusDetail": "full"}}, False),
        ({"Task": {"Status": "FAILED", "ProgressPercent": 40}, "NextUpdateSeconds": 60}, True),
        ({"Task": {"Status": "FAILED", "ProgressPercent": 40}, "NextUpdateSeconds": 61}, False),
        ({"UpdateDateTime": 1493660853}, True),
        ({"UpdateDateTime": datetime(2017, 5, 1, 17, 47, 33, 5, timezone.utc)}, True),
        ({"UpdateDateTime": datetime(2017, 5, 1, 17, 47, 34, tzinfo=timezone.utc)}, False),
        ({"DryRun": False}, False),
    ],
)
def test_a_fault_may_match_a_part_of_the_request(
    sms: Any, when: dict[str, Any], *, strikes: bool
) -> None:
    sms.fail(NOTIFY, FAILED, when=when)
    assert notify(sms, Status="FAILED", ProgressPercent=40) == (FAILED if strikes else "ok")
    sms.recover()


@pytest.mark.parametrize(
    ("attributes", "strikes"),
    [
        ([], True),
        ([{"Type": "IPV4_ADDRESS"}], True),
        ([{"Value": "192.0.2.2"}], True),
        ([{"Type": "FQDN"}, {"Type": "IPV4_ADDRESS"}], True),
        ([{"Type": "FQDN", "Value": "192.0.2.1"}], False),
        ([{"Type": "FQDN"}, {"Type": "BIOS_ID"}], False),
    ],
)
def test_a_fault_matches_a_list_that_contains_each_given_item(
    sms: Any, attributes: list[Any], *, strikes: bool
) -> None:
    sms.fail(PUT, FAILED, when={"ResourceAttributeList": attributes})
    got = ask(
        sms,
        PUT,
        ProgressUpdateStream="SMS",
        MigrationTaskName="t",
        ResourceAttributeList=[
            {"Type": "IPV4_ADDRESS", "Value": "192.0.2.1"},
            {"Type": "IPV4_ADDRESS", "Value": "192.0.2.2"},
            {"Type": "FQDN", "Value": "web-1.example.com"},
        ],
    )
    assert got == (FAILED if strikes else "ok")
    sms.recover()


def test_a_fault_does_not_match_true_with_the_number_one(sms: Any) -> None:
    sms.fail(LIST, FAILED, when={"MaxResults": 1})
    assert ask(sms, LIST, MaxResults=True) == "SerializationException"
    assert ask(sms, LIST, MaxResults=1) == FAILED


def test_a_fault_treats_a_null_member_as_absent(sms: Any) -> None:
    sms.fail(IMPORT, FAILED, when=lambda request: "DryRun" not in request)
    assert ask(sms, IMPORT, DryRun=None) == FAILED


def test_changing_the_given_request_afterwards_does_not_change_the_fault(sms: Any) -> None:
    when = {"MigrationTaskName": "a"}
    sms.fail(IMPORT, FAILED, when=when)
    when["MigrationTaskName"] = "b"
    assert import_task(sms, "b") == "ok"
    assert import_task(sms, "a") == FAILED


@pytest.mark.parametrize(
    ("operation", "when", "message"),
    [
        (IMPORT, {"MigrationTaskNam": "a"}, r"ImportMigrationTask.*mean 'MigrationTaskName'"),
        (IMPORT, {"Task": {}}, r"ImportMigrationTask has no member 'Task'"),
        (NOTIFY, {"Task": {"Stats": "FAILED"}}, r"no member 'Task.Stats'.*mean 'Status'"),
        (NOTIFY, {"Task": "FAILED"}, r"Task: 'FAILED' is not members"),
        (NOTIFY, {"Task": {"ProgressPercent": "40"}}, r"Task.ProgressPercent: '40' is not a whole"),
        (NOTIFY, {"NextUpdateSeconds": True}, r"NextUpdateSeconds: True is not a whole number"),
        (NOTIFY, {"UpdateDateTime": float("nan")}, r"UpdateDateTime: nan is not a number"),
        (PUT, {"ResourceAttributeList": {"Type": "FQDN"}}, r"ResourceAttributeList: .* not a list"),
        (PUT, {"ResourceAttributeList": [{"Typ": "FQDN"}]}, r"ResourceAttributeList\[0\].Typ'"),
        ("*", {"MigrationTaskNam": "a"}, r"an operation has no member.*mean 'MigrationTaskName'"),
        ("*", {"ApplicationId": "a", "MigrationTaskName": "b"}, r"no operation has all of"),
        ("*", {"MigrationTaskName": 5}, r"MigrationTaskName: 5 is not a string"),
        (
            IMPORT,
            "MigrationTaskName",
            r"when='MigrationTaskName': must be a dict of request members",
        ),
        (IMPORT, ["MigrationTaskName"], r"when=\['MigrationTaskName'\]: must be a dict"),
    ],
)
def test_matching_a_member_that_no_request_can_have_is_a_value_error(
    mgh: Any, operation: str, when: Any, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        mgh.fail(operation, FAILED, when=when)
    assert mgh.faults == ()


# narrowed by a function


def test_a_function_can_decide_which_requests_fail(sms: Any) -> None:
    sms.fail(
        IMPORT, FAILED, times=None, when=lambda request: request["MigrationTaskName"].endswith("3")
    )
    outcomes = [import_task(sms, f"server-{n}") for n in range(15)]
    assert [n for n, one in enumerate(outcomes) if one != "ok"] == [3, 13]


def test_a_matching_function_cannot_change_the_request(sms: Any) -> None:
    def spoil(request: dict[str, Any]) -> bool:
        request.clear()
        return False

    sms.fail(IMPORT, FAILED, times=None, when=spoil)
    assert import_task(sms, "a") == "ok"
    sms.recover()


def test_an_exception_in_a_matching_function_fails_the_call_and_the_test() -> None:
    with pytest.raises(MghAssertionError, match=r"function .*KeyError\('Nam'\)"), mock_mgh() as hub:  # noqa: PT012
        hub.fail(LIST, FAILED, when=lambda request: request["Nam"])
        with pytest.raises(MghAssertionError, match="its function") as caught:
            hub.client().list_migration_tasks()
        assert isinstance(caught.value.__cause__, KeyError)
        hub.recover()


def test_a_snapshot_of_a_fault_with_a_function_is_refused(mgh: Any) -> None:
    mgh.fail(LIST, FAILED, when=lambda _: True)
    with pytest.raises(ValueError, match=r"ListMigrationTasks.*cannot hold a function; pass"):
        mgh.snapshot()
    mgh.recover()
    assert mgh.snapshot()["faults"] == []


def test_the_repr_of_a_fault_shows_the_name_of_its_function(mgh: Any) -> None:
    def is_odd(_: dict[str, Any]) -> bool:
        return True

    mgh.fail(LIST, FAILED, when=is_odd)
    shown = repr(mgh)
    (row,) = mgh.table("faults").rows
    mgh.recover()
    assert "is_odd" in shown
    assert row["when"].endswith("is_odd")


# after


@pytest.mark.parametrize("after", [0, 1, 3])
def test_after_lets_the_first_calls_pass(sms: Any, after: int) -> None:
    sms.fail(IMPORT, FAILED, after=after)
    outcomes = [import_task(sms, str(n)) for n in range(after + 2)]
    assert outcomes == ["ok"] * after + [FAILED, "ok"]


def test_after_counts_only_matching_calls(sms: Any) -> None:
    sms.fail(IMPORT, FAILED, when={"MigrationTaskName": "a"}, after=1)
    outcomes = [import_task(sms, name) for name in ("b", "a", "b", "b", "a", "a")]
    assert outcomes == ["ok"] * 4 + [FAILED, "ok"]


def test_after_does_not_count_calls_that_another_fault_failed(sms: Any) -> None:
    sms.fail(IMPORT, "ServiceUnavailableException", times=2)
    sms.fail(IMPORT, FAILED, after=1)
    outcomes = [import_task(sms, str(n)) for n in range(5)]
    assert outcomes == ["ServiceUnavailableException"] * 2 + ["ok", FAILED, "ok"]


def test_after_times_and_rate_can_be_combined(sms: Any) -> None:
    sms.fail(IMPORT, FAILED, after=2, times=2, rate=1.0)
    outcomes = [import_task(sms, str(n)) for n in range(6)]
    assert outcomes == ["ok", "ok", FAILED, FAILED, "ok", "ok"]


@pytest.mark.parametrize("after", [-1, True, 1.5, "2", None], ids=repr)
def test_an_invalid_after_is_a_value_error(mgh: Any, after: Any) -> None:
    with pytest.raises(ValueError, match="after="):
        mgh.fail(LIST, FAILED, after=after)


@pytest.mark.parametrize(
    ("name", "value"),
    [("seed", "abc"), ("seed", 1.5), ("message", 5), ("message", b"x"), ("times", 10**30)],
)
def test_a_fault_that_a_snapshot_could_not_hold_is_refused_at_once(
    mgh: Any, name: str, value: Any
) -> None:
    with pytest.raises(ValueError, match=f"{name}[=:]"):
        mgh.fail(LIST, FAILED, **{name: value})


# any operation


def test_a_fault_of_any_operation_fails_the_next_call(sms: Any) -> None:
    sms.fail("*", "ExpiredTokenException", times=2)
    got = [import_task(sms, "a"), ask(sms, "DescribeTags"), ask(sms, LIST)]
    assert got == ["ExpiredTokenException"] * 2 + ["ok"]


def test_a_fault_of_any_operation_skips_operations_that_do_not_declare_its_error(sms: Any) -> None:
    sms.fail("*", "ServerInternalErrorException")
    got = [import_task(sms, "a"), ask(sms, "GetHomeRegion"), ask(sms, "DescribeTags")]
    assert got == ["ok", "ok", "ServerInternalErrorException"]


def test_a_fault_of_any_operation_may_match_a_part_of_the_request(sms: Any) -> None:
    sms.fail("*", FAILED, when={"MigrationTaskName": "a"}, times=None)
    task = {"ProgressUpdateStream": "SMS", "MigrationTaskName": "a"}
    assert ask(sms, LIST) == "ok"
    assert [ask(sms, one, **task) for one in (IMPORT, "DescribeMigrationTask")] == [FAILED] * 2
    assert import_task(sms, "b") == "ok"


def test_faults_of_one_and_of_any_operation_fail_calls_in_the_order_of_creation(sms: Any) -> None:
    sms.fail("*", "ServiceUnavailable")
    sms.fail(LIST, FAILED)
    sms.fail("*", "RequestExpired")
    got = [ask(sms, LIST) for _ in range(4)]
    assert got == ["ServiceUnavailable", FAILED, "RequestExpired", "ok"]


def test_an_error_that_no_operation_declares_is_a_value_error(mgh: Any) -> None:
    with pytest.raises(ValueError, match=r"did you mean 'ExpiredTokenException'"):
        mgh.fail("*", "ExpiredToken")


def test_recovering_any_operation_keeps_the_faults_of_single_operations(sms: Any) -> None:
    sms.fail("*", "ServiceUnavailable", times=None)
    sms.fail(LIST, FAILED)
    sms.recover("*")
    assert ask(sms, LIST) == FAILED


def test_recovering_one_operation_keeps_the_faults_of_any_operation(sms: Any) -> None:
    sms.fail("*", "ServiceUnavailable")
    sms.recover(LIST)
    assert ask(sms, LIST) == "ServiceUnavailable"


def test_a_throttle_of_any_operation_counts_all_calls_together(
    sms: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pytest_mgh.state.clock.time.time", lambda: 1_700_000_000.0)
    sms.throttle("*", per_second=2)
    got = [ask(sms, one) for one in (LIST, "DescribeTags", "GetHomeRegion")]
    sms.advance(1)
    assert [*got, ask(sms, LIST)] == ["ok", "ok", "ThrottlingException", "ok"]
    assert sms.throttles == {"*": 2}


# with


def test_a_fault_in_a_with_statement_ends_with_it(sms: Any) -> None:
    with sms.fail(LIST, FAILED, times=None) as fault:
        assert [ask(sms, LIST) for _ in range(2)] == [FAILED] * 2
        assert fault.used == 2
    assert ask(sms, LIST) == "ok"
    assert sms.faults == ()


def test_the_end_of_a_with_statement_keeps_other_faults_of_the_operation(sms: Any) -> None:
    sms.fail(LIST, FAILED)
    with sms.fail(IMPORT, FAILED), sms.fail(LIST, FAILED, times=None):
        assert import_task(sms, "a") == FAILED
        assert [ask(sms, LIST) for _ in range(2)] == [FAILED] * 2
    assert ask(sms, LIST) == "ok"  # the first of the three was used


def test_an_unused_fault_in_a_with_statement_warns_once_at_its_line() -> None:
    with warnings.catch_warnings(record=True) as caught, mock_mgh() as hub:
        warnings.simplefilter("always")
        with hub.fail(LIST, FAILED, times=2):
            ask(hub, LIST)
        (warning,) = caught
    assert caught == [warning]
    assert warning.category is UnusedFaultWarning
    assert warning.filename == __file__
    assert str(warning.message).endswith("(injected 2 times, used once)")


def test_a_with_statement_that_raises_gives_no_warning_of_an_unused_fault(mgh: Any) -> None:
    with pytest.raises(KeyError, match="the failure"), mgh.fail(LIST, FAILED):
        raise KeyError("the failure")
    assert mgh.faults == ()


def test_a_with_statement_whose_hub_was_reset_gives_no_warning(mgh: Any) -> None:
    with mgh.fail(LIST, FAILED, times=None):
        ask(mgh, LIST)
        mgh.reset()
        assert ask(mgh, LIST) == "ok"


# common errors


@pytest.mark.parametrize("error", COMMON_ERRORS)
def test_every_common_error_can_be_injected_into_every_operation(mgh: Any, error: str) -> None:
    for operation in OPERATIONS.values():
        with mgh.fail(operation.name, error, message="said"):
            response = post(mgh, operation.name)
        body = json.loads(response.body)
        member = operation.service.message_member if error in operation.errors else "message"
        assert body == {"__type": error, member: "said"}, operation.name
        assert response.status == COMMON_ERRORS[error].status


@pytest.mark.parametrize(
    ("service", "call"),
    [
        ("mgh", "list_migration_tasks"),
        ("migrationhub-config", "get_home_region"),
        ("discovery", "describe_tags"),
    ],
)
def test_a_client_raises_every_common_error(mgh: Any, service: str, call: str) -> None:
    client = mgh.client(service, config=Config(retries={"total_max_attempts": 1}))
    for error, common in COMMON_ERRORS.items():
        with mgh.fail("*", error, message="said"), refused(error, "said") as caught:
            getattr(client, call)()
        assert caught.value.response["Error"]["Message"] == "said"
        status = caught.value.response["ResponseMetadata"]["HTTPStatusCode"]
        assert status == common.status


@pytest.mark.parametrize(
    ("error", "status"),
    [
        ("AccessDeniedException", 400),
        ("ExpiredTokenException", 400),
        ("IncompleteSignature", 403),
        ("InternalFailure", 500),
        ("InvalidSignatureException", 400),
        ("MalformedHttpRequestException", 400),
        ("MissingAuthenticationTokenException", 400),
        ("NotAuthorized", 401),
        ("OptInRequired", 403),
        ("RequestAbortedException", 400),
        ("RequestEntityTooLargeException", 413),
        ("RequestExpired", 400),
        ("RequestTimeoutException", 408),
        ("ServiceUnavailable", 503),
        ("ThrottlingException", 400),
        ("UnrecognizedClientException", 400),
        ("UnknownOperationException", 400),
        ("ValidationError", 400),
    ],
)
def test_a_common_error_has_its_status(mgh: Any, error: str, status: int) -> None:
    mgh.fail(LIST, error)
    assert post(mgh, LIST).status == status


@pytest.mark.parametrize("operation", [LIST, "GetHomeRegion", "DescribeTags"])
def test_an_empty_message_stays_empty(mgh: Any, operation: str) -> None:
    mgh.fail(operation, "AccessDeniedException", message="")
    body = json.loads(post(mgh, operation).body)
    del body["__type"]
    assert list(body.values()) == [""]


def test_a_common_error_has_the_message_of_aws_by_default(mgh: Any) -> None:
    client = mgh.client(config=Config(retries={"total_max_attempts": 1}))
    mgh.fail(LIST, "ExpiredTokenException")
    with refused("ExpiredTokenException", "The security token included in the request is expired"):
        client.list_migration_tasks()


@pytest.mark.parametrize("error", COMMON_ERRORS)
def test_injected_errors_that_precede_authentication_are_not_recorded(mgh: Any, error: str) -> None:
    mgh.fail(LIST, error)
    ask(mgh, LIST)
    assert len(mgh.events) == (0 if COMMON_ERRORS[error].early else 1)


@pytest.mark.parametrize("operation", ["DescribeTags", "ListConfigurations"])
def test_an_undeclared_throttling_error_has_no_retry_after(mgh: Any, operation: str) -> None:
    with pytest.raises(
        ValueError, match=f"the ThrottlingException of {operation} does not have it"
    ):
        mgh.fail(operation, "ThrottlingException", retry_after=3)


def test_a_throttling_of_any_operation_has_retry_after_where_it_is_declared(mgh: Any) -> None:
    mgh.fail("*", "ThrottlingException", retry_after=3, times=2)
    assert json.loads(post(mgh, LIST).body)["RetryAfterSeconds"] == 3
    assert "RetryAfterSeconds" not in json.loads(post(mgh, "DescribeTags").body)


def test_a_common_error_is_retried_as_botocore_decides(mgh: Any) -> None:
    client = mgh.client(config=Config(retries={"mode": "standard", "total_max_attempts": 2}))
    mgh.fail(LIST, "ServiceUnavailable")
    mgh.fail(LIST, "ExpiredTokenException")
    assert outcome(client.list_migration_tasks) == "ExpiredTokenException"
    assert len(mgh.backoffs) == 1


# snapshots


@pytest.mark.parametrize(
    "options",
    [
        {"when": {"Task": {"Status": "FAILED"}}},
        {"when": {"UpdateDateTime": datetime(2017, 5, 1, 17, 47, 33, tzinfo=timezone.utc)}},
        {"after": 3, "times": None},
        {"message": ""},
        {"rate": 0.5, "seed": 7, "when": {}, "after": 1, "times": 2},
    ],
    ids=repr,
)
def test_a_fault_with_conditions_is_restored_from_a_snapshot(
    sms: Any, options: dict[str, Any]
) -> None:
    sms.fail(NOTIFY, FAILED, **options)
    before = json.loads(json.dumps(sms.snapshot()))
    outcomes = [notify(sms, Status="FAILED") for _ in range(6)]
    sms.restore(before)
    assert sms.snapshot() == before
    assert [notify(sms, Status="FAILED") for _ in range(6)] == outcomes
    sms.recover()


def test_faults_and_throttles_of_any_operation_are_restored_from_a_snapshot(sms: Any) -> None:
    sms.fail("*", "RequestExpired", after=1)
    sms.throttle("*", per_second=100)
    sms.restore(json.loads(json.dumps(sms.snapshot())))
    assert [ask(sms, LIST) for _ in range(3)] == ["ok", "RequestExpired", "ok"]
    assert sms.throttles == {"*": 100}


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda fault: fault.update(when={"MigrationTaskNam": "a"}), r"faults.0.*MigrationTaskNam"),
        (lambda fault: fault.update(when="yes"), r"faults.0.*when="),
        (lambda fault: fault.update(after=-1), r"faults.0..after: -1"),
        (lambda fault: fault.update(error="No"), r"faults.0.*'No'"),
        (lambda fault: fault.update(operation="No"), r"faults.0.*'No'"),
    ],
)
def test_a_snapshot_with_an_impossible_fault_is_refused(
    mgh: Any, change: Callable[[dict[str, Any]], None], place: str
) -> None:
    mgh.fail(IMPORT, FAILED)
    data = mgh.snapshot()
    mgh.recover()
    change(data["faults"][0])
    with pytest.raises(ValueError, match=place):
        mgh.restore(data)
