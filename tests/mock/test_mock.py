from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import threading
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from clients import stream_names as list_names
from network import NetworkError

from pytest_mgh import MigrationHub, MockMigrationHub, NotSimulatedError, mock_mgh

EXIT_ORDERS = list(itertools.permutations(range(3)))


pytestmark = pytest.mark.usefixtures("no_network")


@pytest.fixture(scope="module")
def client() -> Any:
    session = boto3.Session("AKIAIOSFODNN7EXAMPLE", "secret", region_name="us-west-2")
    return session.client("mgh")


def create(client: Any, name: str) -> None:
    client.create_progress_update_stream(ProgressUpdateStreamName=name)


def is_answered(client: Any) -> bool:
    try:
        list_names(client)
    except NetworkError:
        return False
    return True


# on and off


def test_with_answers_the_calls_inside() -> None:
    with mock_mgh() as hub:
        create(boto3.client("mgh"), "SMS")
        assert [stream.name for stream in hub.streams] == ["SMS"]


def test_with_returns_a_migration_hub() -> None:
    with mock_mgh() as hub:
        assert isinstance(hub, MigrationHub)


def test_async_with_answers_the_calls_inside(client: Any) -> None:
    async def body() -> list[str]:
        async with mock_mgh() as hub:
            create(client, "SMS")
            return [stream.name for stream in hub.streams]

    assert asyncio.run(body()) == ["SMS"]


def test_async_with_ends_the_mock_at_its_exit(client: Any) -> None:
    async def body() -> None:
        async with mock_mgh():
            pass

    asyncio.run(body())
    assert not is_answered(client)


def test_start_returns_the_hub_that_answers(client: Any) -> None:
    mock = mock_mgh()
    hub = mock.start()
    try:
        create(client, "SMS")
        assert [stream.name for stream in hub.streams] == ["SMS"]
    finally:
        mock.stop()


def test_stop_ends_the_mock(client: Any) -> None:
    mock = mock_mgh()
    mock.start()
    mock.stop()
    assert not is_answered(client)


def test_making_a_mock_does_not_start_it(client: Any) -> None:
    mock_mgh()
    assert not is_answered(client)


def test_calling_mock_mgh_returns_a_mock() -> None:
    assert isinstance(mock_mgh(), MockMigrationHub)


def test_a_call_after_the_with_is_not_answered(client: Any) -> None:
    with mock_mgh():
        list_names(client)
    assert not is_answered(client)


def test_a_mock_started_in_one_thread_may_be_stopped_in_another(client: Any) -> None:
    mock = mock_mgh()
    thread = threading.Thread(target=mock.start)
    thread.start()
    thread.join()
    mock.stop()
    assert not is_answered(client)


def test_calls_in_other_threads_are_answered_too(client: Any) -> None:
    with mock_mgh() as hub:
        thread = threading.Thread(target=create, args=(client, "SMS"))
        thread.start()
        thread.join()
        assert [stream.name for stream in hub.streams] == ["SMS"]


def test_entering_from_many_threads_at_once_cleans_up_completely(client: Any) -> None:
    before = dict(os.environ)
    failures: list[BaseException] = []

    def enter_and_leave() -> None:
        try:
            for _ in range(25):
                with mock_mgh():
                    list_names(client)
        except BaseException as error:  # noqa: BLE001 (told in the main thread)
            failures.append(error)

    threads = [threading.Thread(target=enter_and_leave) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (failures, is_answered(client), dict(os.environ)) == ([], False, before)


# nesting


def test_nested_mocks_share_one_hub() -> None:
    with mock_mgh() as outer, mock_mgh() as inner:
        assert inner is outer


def test_a_mock_may_be_nested_in_itself() -> None:
    mock = mock_mgh(home_region="eu-central-1")
    with mock as outer, mock as inner:
        assert inner is outer


def test_a_mock_started_twice_ends_with_its_second_stop(client: Any) -> None:
    mock = mock_mgh()
    mock.start()
    mock.start()
    mock.stop()
    answered_between = is_answered(client)
    mock.stop()
    assert (answered_between, is_answered(client)) == (True, False)


def test_an_inner_mock_without_options_joins_one_with_options() -> None:
    with mock_mgh(home_region="eu-central-1"), mock_mgh() as hub:
        assert hub.home_region == "eu-central-1"


def test_options_on_an_inner_mock_are_refused_at_entry() -> None:
    inner = mock_mgh(home_region="eu-central-1")
    with mock_mgh(), pytest.raises(ValueError, match=r"home_region.*outermost"):
        inner.start()


def test_options_on_an_inner_with_are_refused_before_its_body_runs() -> None:
    ran = []
    with mock_mgh(), pytest.raises(ValueError, match="outermost"), mock_mgh(background="manual"):
        ran.append(True)
    assert ran == []


def test_the_outer_mock_works_on_after_a_refused_inner_one(client: Any) -> None:
    with mock_mgh() as hub:
        with pytest.raises(ValueError, match="outermost"):
            mock_mgh(home_region="eu-central-1").start()
        create(client, "SMS")
        assert [stream.name for stream in hub.streams] == ["SMS"]


def test_the_outer_mock_still_ends_after_a_refused_inner_one(client: Any) -> None:
    with mock_mgh(), pytest.raises(ValueError, match="outermost"):
        mock_mgh(home_region="eu-central-1").start()
    assert not is_answered(client)


def test_a_refused_inner_mock_was_not_started() -> None:
    inner = mock_mgh(home_region="eu-central-1")
    with mock_mgh():
        with pytest.raises(ValueError, match="outermost"):
            inner.start()
        with pytest.raises(RuntimeError, match="without start"):
            inner.stop()


def test_a_refused_inner_mock_may_be_started_on_its_own_later() -> None:
    inner = mock_mgh(home_region="eu-central-1")
    with mock_mgh(), pytest.raises(ValueError, match="outermost"):
        inner.start()
    with inner as hub:
        assert hub.home_region == "eu-central-1"


# stop without start


def test_stop_without_start_is_a_runtime_error() -> None:
    with pytest.raises(RuntimeError, match="without start"):
        mock_mgh().stop()


def test_a_second_stop_is_a_runtime_error() -> None:
    mock = mock_mgh()
    mock.start()
    mock.stop()
    with pytest.raises(RuntimeError, match="without start"):
        mock.stop()


def test_stop_without_start_leaves_an_active_mock_alone(client: Any) -> None:
    with mock_mgh() as hub:
        with pytest.raises(RuntimeError, match="without start"):
            mock_mgh().stop()
        create(client, "SMS")
        assert [stream.name for stream in hub.streams] == ["SMS"]


def test_stop_without_start_leaves_the_environment_alone() -> None:
    before = dict(os.environ)
    with pytest.raises(RuntimeError, match="without start"):
        mock_mgh().stop()
    assert dict(os.environ) == before


def test_a_mock_can_be_started_after_a_stop_without_start(client: Any) -> None:
    mock = mock_mgh()
    with pytest.raises(RuntimeError, match="without start"):
        mock.stop()
    with mock:
        assert is_answered(client)


# the end of the state


def test_the_state_ends_with_the_outermost_exit(client: Any) -> None:
    with mock_mgh():
        create(client, "SMS")
    with mock_mgh():
        assert list_names(client) == []


def test_the_state_outlives_the_exit_of_an_inner_mock(client: Any) -> None:
    with mock_mgh():
        with mock_mgh():
            create(client, "SMS")
        assert list_names(client) == ["SMS"]


def test_the_next_mock_has_a_new_hub() -> None:
    with mock_mgh() as first:
        pass
    with mock_mgh() as second:
        assert second is not first


def test_a_mock_can_be_used_again() -> None:
    mock = mock_mgh(home_region="eu-central-1")
    with mock:
        pass
    with mock as hub:
        assert hub.home_region == "eu-central-1"


def test_a_mock_used_again_starts_empty(client: Any) -> None:
    mock = mock_mgh()
    with mock:
        create(client, "SMS")
    with mock:
        assert list_names(client) == []


def test_a_home_region_set_in_one_use_is_gone_in_the_next() -> None:
    mock = mock_mgh()
    with mock as hub:
        hub.home_region = "eu-west-1"
    with mock as hub:
        assert hub.home_region == "us-west-2"


@pytest.mark.parametrize("order", EXIT_ORDERS)
def test_exits_in_any_order_end_the_mock_with_the_last(client: Any, order: tuple[int, ...]) -> None:
    mocks = [mock_mgh() for _ in order]
    for mock in mocks:
        mock.start()
    answered = []
    for index in order:
        mocks[index].stop()
        answered.append(is_answered(client))
    assert answered == [True, True, False]


def test_an_outer_mock_with_options_may_leave_first(client: Any) -> None:
    outer, inner = mock_mgh(home_region="us-west-2"), mock_mgh()
    outer.start()
    inner.start()
    create(client, "SMS")
    outer.stop()
    names = list_names(client)
    inner.stop()
    assert names == ["SMS"]


# exceptions


def test_an_exception_passes_through_the_with_unchanged() -> None:
    error = LookupError("mine")
    with pytest.raises(LookupError) as caught, mock_mgh():
        raise error
    assert caught.value is error


def test_an_exception_ends_the_mock(client: Any) -> None:
    with pytest.raises(LookupError, match="mine"), mock_mgh():
        raise LookupError("mine")
    assert not is_answered(client)


def test_an_exception_ends_the_async_mock(client: Any) -> None:
    async def body() -> None:
        async with mock_mgh():
            raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        asyncio.run(body())
    assert not is_answered(client)


def test_a_keyboard_interrupt_ends_the_mock(client: Any) -> None:
    with pytest.raises(KeyboardInterrupt), mock_mgh():
        raise KeyboardInterrupt
    assert not is_answered(client)


def test_an_exception_in_an_inner_mock_leaves_the_outer_one_active(client: Any) -> None:
    with mock_mgh():
        with pytest.raises(LookupError, match="mine"), mock_mgh():
            raise LookupError("mine")
        assert is_answered(client)


# errors that say that the test is wrong


def swallow(client: Any) -> None:
    with contextlib.suppress(AssertionError):
        client.list_application_states()


@pytest.mark.usefixtures("not_simulated")
def test_an_operation_that_is_not_simulated_is_refused_by_name(client: Any) -> None:
    message = "mgh ListApplicationStates is not simulated"
    with pytest.raises(NotSimulatedError, match=message), mock_mgh():
        client.list_application_states()


@pytest.mark.usefixtures("not_simulated")
def test_the_end_of_the_with_raises_an_error_that_its_body_swallowed(client: Any) -> None:
    with pytest.raises(NotSimulatedError, match="ListApplicationStates"), mock_mgh():
        swallow(client)


@pytest.mark.usefixtures("not_simulated")
def test_the_end_of_the_async_with_raises_an_error_that_its_body_swallowed(client: Any) -> None:
    async def body() -> None:
        async with mock_mgh():
            swallow(client)

    with pytest.raises(NotSimulatedError, match="ListApplicationStates"):
        asyncio.run(body())


@pytest.mark.usefixtures("not_simulated")
def test_stop_raises_an_error_that_the_code_under_test_swallowed(client: Any) -> None:
    mock = mock_mgh()
    mock.start()
    swallow(client)
    with pytest.raises(NotSimulatedError, match="ListApplicationStates"):
        mock.stop()


@pytest.mark.usefixtures("not_simulated")
def test_only_the_outermost_exit_raises_an_error_that_the_body_swallowed(client: Any) -> None:
    outer = mock_mgh()
    outer.start()
    with mock_mgh():
        swallow(client)
    with pytest.raises(NotSimulatedError, match="ListApplicationStates"):
        outer.stop()


@pytest.mark.usefixtures("not_simulated")
def test_a_swallowed_error_does_not_replace_the_exception_of_the_body(client: Any) -> None:
    def body() -> None:
        with mock_mgh():
            swallow(client)
            raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        body()


@pytest.mark.usefixtures("not_simulated")
def test_a_stop_in_a_finally_does_not_replace_an_exception(client: Any) -> None:
    def body() -> None:
        mock = mock_mgh()
        mock.start()
        try:
            swallow(client)
            raise LookupError("mine")
        finally:
            mock.stop()

    with pytest.raises(LookupError, match="mine"):
        body()


@pytest.mark.usefixtures("not_simulated")
def test_the_mock_has_ended_when_it_raises_a_swallowed_error(client: Any) -> None:
    before = dict(os.environ)
    with pytest.raises(NotSimulatedError, match="ListApplicationStates"), mock_mgh():
        swallow(client)
    assert (is_answered(client), dict(os.environ)) == (False, before)


@pytest.mark.usefixtures("not_simulated")
def test_the_next_mock_does_not_raise_an_error_swallowed_in_an_earlier_one(client: Any) -> None:
    with pytest.raises(NotSimulatedError, match="ListApplicationStates"), mock_mgh():
        swallow(client)
    with mock_mgh():
        assert is_answered(client)


# options


def test_the_options_have_the_documented_defaults() -> None:
    with mock_mgh() as hub:
        assert (hub.home_region, hub.policy, hub.pending) == ("us-west-2", None, ())


def test_home_region_is_the_accounts_home_region() -> None:
    with mock_mgh(home_region="eu-central-1"):
        config = boto3.client("migrationhub-config")
        assert config.get_home_region()["HomeRegion"] == "eu-central-1"


def test_home_region_none_leaves_it_unset(client: Any) -> None:
    with mock_mgh(home_region=None), pytest.raises(ClientError) as caught:
        list_names(client)
    assert caught.value.response["Error"]["Code"] == "HomeRegionNotSetException"


def test_account_id_is_the_account_of_the_calls() -> None:
    with mock_mgh(account_id="210987654321", home_region=None):
        config = boto3.client("migrationhub-config")
        target = {"Type": "ACCOUNT", "Id": "210987654321"}
        control = config.create_home_region_control(HomeRegion="us-west-2", Target=target)
        assert control["HomeRegionControl"]["Target"]["Id"] == "210987654321"


def test_background_manual_keeps_a_deletion_waiting(client: Any) -> None:
    with mock_mgh(background="manual") as hub:
        create(client, "SMS")
        client.delete_progress_update_stream(ProgressUpdateStreamName="SMS")
        assert [work.operation for work in hub.pending] == ["DeleteProgressUpdateStream"]


def test_policy_denies_what_it_does_not_allow(client: Any) -> None:
    policy = {
        "Version": "2012-10-17",
        "Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"},
    }
    with mock_mgh(policy=policy), pytest.raises(ClientError) as caught:
        create(client, "SMS")
    assert caught.value.response["Error"]["Code"] == "AccessDeniedException"


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("home_regoin", "home_region"),
        ("homeregion", "home_region"),
        ("accountid", "account_id"),
        ("polcy", "policy"),
        ("backgroud", "background"),
        ("strict_discover", "strict_discovery"),
    ],
)
def test_an_unknown_option_is_a_type_error_that_names_the_nearest(wrong: str, right: str) -> None:
    with pytest.raises(TypeError, match=f"{wrong!r}.*did you mean {right!r}"):
        mock_mgh(**{wrong: None})  # type: ignore[misc]


def test_an_unknown_option_unlike_all_others_names_the_allowed_options() -> None:
    with pytest.raises(TypeError, match=r"'zzz'.*account_id, background, home_region"):
        mock_mgh(zzz=1)  # type: ignore[call-overload]


@pytest.mark.parametrize("region", ["us-west-1", "eu-central-2", "US-WEST-2", "", 7])
def test_a_wrong_home_region_is_a_value_error_that_names_the_allowed(region: Any) -> None:
    with pytest.raises(ValueError, match=r"home_region=.*allowed: ap-northeast-1, .*us-west-2"):
        mock_mgh(home_region=region)


def test_a_wrong_home_region_names_the_nearest() -> None:
    with pytest.raises(ValueError, match="did you mean 'us-west-2'"):
        mock_mgh(home_region="us-west-22")


@pytest.mark.parametrize(
    "account_id", ["", "12345678901", "1234567890123", "12345678901a", 123456789012, None]
)
def test_a_wrong_account_id_is_a_value_error_that_states_the_format(account_id: Any) -> None:
    with pytest.raises(ValueError, match=r"account_id=.*12 digits"):
        mock_mgh(account_id=account_id)


@pytest.mark.parametrize("background", ["Eager", "later", "", None, True, -1])
def test_a_wrong_background_is_a_value_error_that_names_the_allowed(background: Any) -> None:
    with pytest.raises(ValueError, match=r"background=.*allowed: .*eager.*manual"):
        mock_mgh(background=background)


@pytest.mark.parametrize("strict", ["yes", None, 1])
def test_a_wrong_strict_discovery_is_a_value_error_that_names_the_allowed(strict: Any) -> None:
    with pytest.raises(ValueError, match=r"strict_discovery=.*allowed: True, False"):
        mock_mgh(strict_discovery=strict)


def test_a_malformed_policy_is_a_value_error_and_changes_nothing(client: Any) -> None:
    before = dict(os.environ)
    statement = {"Effect": "Deny", "Action": "*", "Resource": "*"}
    policy = {"Version": "1999-01-01", "Statement": statement}
    with pytest.raises(ValueError, match="Version"), mock_mgh(policy=policy):
        pass
    assert (is_answered(client), dict(os.environ)) == (False, before)


def test_an_option_given_by_position_is_a_type_error_that_shows_it() -> None:
    with pytest.raises(TypeError, match="eu-central-1"):
        mock_mgh("eu-central-1")  # type: ignore[call-overload]


def test_setting_a_wrong_home_region_is_a_value_error_and_keeps_the_old_one() -> None:
    with mock_mgh() as hub:
        with pytest.raises(ValueError, match="did you mean 'eu-west-1'"):
            hub.home_region = "eu-west-11"
        assert hub.home_region == "us-west-2"
