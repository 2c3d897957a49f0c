"""`pytest_mgh.explore`: a function instead of a test."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

import pytest
from clients import kept_client, plain_client

from pytest_mgh import MigrationHub, explore, mock_mgh
from pytest_mgh.state.process import PROCESS


def create(name: str = "SMS") -> None:
    kept_client().create_progress_update_stream(ProgressUpdateStreamName=name)


def outcomes(function: Callable[..., Any], **options: Any) -> set[str]:
    return {finding.outcome.value for finding in explore(function, **options).findings}


def test_a_function_gets_its_own_hub_in_each_run() -> None:
    seen: list[int] = []

    def tool(hub: MigrationHub) -> None:
        seen.append(len(hub.streams))
        create()

    explore(tool, errors=["ThrottlingException"])

    assert seen == [0] * len(seen)
    assert len(seen) > 3


def test_the_hub_has_the_options_of_the_mock() -> None:
    def tool(hub: MigrationHub) -> None:
        assert hub.home_region == "eu-west-1"
        hub.client().list_migration_tasks()

    mock = mock_mgh(home_region="eu-west-1")
    assert outcomes(tool, mock=mock, errors=["ReadTimeout"]) == {"survived", "reported"}


def test_a_coroutine_is_awaited() -> None:
    async def tool() -> None:
        create()

    assert outcomes(tool, errors=["ReadTimeout"]) == {"survived", "reported"}


def test_the_output_of_an_explored_function_is_not_shown(capfd: pytest.CaptureFixture[str]) -> None:
    def tool() -> None:
        print("hello")
        create()

    explore(tool, errors=["ReadTimeout"])

    assert capfd.readouterr().out == ""


@pytest.mark.parametrize(
    ("text", "outcome"), [("failed: {error}", "reported"), ("something is wrong", "broke")]
)
def test_a_program_that_exits_reports_the_error_or_not(text: str, outcome: str) -> None:
    def tool() -> None:
        try:
            create()
        except Exception as error:  # noqa: BLE001 (as a tool may)
            print(text.format(error=error), file=sys.stderr)
            sys.exit(1)
        sys.exit(0)

    found = explore(tool, only="1:ThrottlingException:call").findings

    assert [finding.outcome.value for finding in found] == [outcome]


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (RuntimeError, "reported"),
        (type("MigrationError", (Exception,), {}), "reported"),
        (KeyError, "broke"),
        (AssertionError, "lost"),
    ],
)
def test_an_exception_of_the_tool_counts_as_reported_and_a_crash_does_not(
    error: type[Exception], outcome: str
) -> None:
    def tool() -> None:
        try:
            create()
        except Exception:  # noqa: BLE001 (as a tool may)
            raise error("no stream")  # noqa: B904 (as a tool may)

    found = explore(tool, only="1:ThrottlingException:call").findings

    assert [finding.outcome.value for finding in found] == [outcome]


def test_a_crash_caused_by_the_error_counts_as_reported() -> None:
    def tool() -> None:
        try:
            create()
        except Exception as error:
            raise ValueError("no stream") from error

    assert outcomes(tool, only="1:ThrottlingException:call") == {"reported"}


def test_a_client_that_makes_one_attempt_fails_with_it() -> None:
    def tool() -> None:
        plain_client().create_progress_update_stream(ProgressUpdateStreamName="SMS")

    found = explore(tool, errors=["ReadTimeout"]).findings

    assert [finding.extent.value for finding in found] == ["attempt", "always"]


def test_an_error_that_does_not_pass_fails_the_whole_call() -> None:
    found = explore(create, errors=["AccessDeniedException"]).findings

    assert [(one.extent.value, one.outcome.value) for one in found] == [("call", "reported")]
    assert not found[0].is_wrong


def test_the_table_names_the_call_that_repeats_a_failure() -> None:
    def tool() -> None:
        try:
            create()
        except Exception:  # noqa: BLE001 (the fault)
            print("never mind")

    assert "explore(tool, only='1:ThrottlingException:call')" in str(explore(tool))


def test_a_repeated_update_is_no_difference() -> None:
    def tool(hub: MigrationHub) -> None:
        hub.add_task(hub.add_stream("SMS").name, "web-1")
        kept_client().notify_migration_task_state(
            ProgressUpdateStream="SMS",
            MigrationTaskName="web-1",
            Task={"Status": "COMPLETED"},
            UpdateDateTime=time.time(),
            NextUpdateSeconds=0,
        )

    (finding,) = explore(tool, only="1:ResponseLost").findings

    assert finding.outcome.value == "survived"
    assert finding.details == ("task SMS/web-1: repeated COMPLETED",)


def test_servers_and_applications_are_compared_by_their_names() -> None:
    def tool(hub: MigrationHub) -> None:
        server = hub.add_server("web-1.example.com").configuration_id
        shop = hub.add_application("Shop").configuration_id
        try:
            kept_client("discovery").associate_configuration_items_to_application(
                applicationConfigurationId=shop, configurationIds=[server]
            )
        except Exception:  # noqa: BLE001 (the fault)
            print("never mind")

    (finding,) = explore(tool, only="1:ThrottlingException:call").findings

    assert finding.details == (
        "application Shop: servers without web-1.example.com",
        "server web-1.example.com: applications without Shop",
    )


def pause(sleep: Callable[[float], None] = time.sleep) -> None:
    sleep(3600)


class Pause:
    def __init__(self, *, sleep: Callable[[float], None] = time.sleep) -> None:
        sleep(3600)


def test_sleep_as_a_default_argument_moves_the_clock_and_is_restored() -> None:
    real = time.sleep

    def tool(hub: MigrationHub) -> None:
        started = hub.now
        pause()
        Pause()
        assert (hub.now - started).total_seconds() >= 7200
        create()

    assert outcomes(tool, errors=["ReadTimeout"]) == {"survived", "reported"}
    assert time.sleep is real
    assert pause.__defaults__ == (real,)
    assert Pause.__init__.__kwdefaults__ == {"sleep": real}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"errors": ["ReadTimeot"]}, "did you mean 'ReadTimeout'"),
        ({"errors": "ReadTimeout"}, "a list of names"),
        ({"operations": ["ListMigrationTask"]}, "did you mean 'ListMigrationTasks'"),
        ({"budget": 0}, "must be a whole number >= 1"),
        ({"only": "9:ReadTimeout"}, "no call 9; the test makes 1"),
        ({"only": "ReadTimeout"}, "allowed: CALL:ERROR"),
        ({"every_call": 1}, "True or False"),
    ],
)
def test_a_function_that_cannot_be_explored_is_refused(
    options: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        explore(create, **options)
    assert PROCESS.explorer is None


def test_what_is_no_function_is_refused() -> None:
    with pytest.raises(TypeError, match=r"^function=None: must be a function, not the result"):
        explore(None)  # type: ignore[arg-type]


def test_a_function_that_fails_by_itself_is_refused() -> None:
    def tool() -> None:
        create()
        raise LookupError("no wave")

    with pytest.raises(ValueError, match="tool: it fails on the second run: LookupError"):
        explore(tool)
