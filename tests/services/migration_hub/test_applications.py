from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
from sample_values import APPLICATION as ERP
from sample_values import UNKNOWN_APPLICATION as UNKNOWN

STRICTNESS = pytest.mark.parametrize(
    "strict",
    [
        pytest.param(True, marks=pytest.mark.mgh(strict_discovery=True), id="strict"),
        pytest.param(False, marks=pytest.mark.mgh(strict_discovery=False), id="lenient"),
    ],
)
LENIENT = pytest.mark.mgh(strict_discovery=False)
MAY_2017 = datetime(2017, 5, 1, 17, 47, 33, tzinfo=timezone.utc)


@pytest.fixture
def erp(mgh: Any) -> str:
    """An application of the discovery repository."""
    mgh.add_application("erp", configuration_id=ERP)
    return ERP


def described(client: Any, application_id: str) -> dict[str, Any]:
    answer: dict[str, Any] = client.describe_application_state(ApplicationId=application_id)
    del answer["ResponseMetadata"]
    return answer


def listed(client: Any, *asked: str) -> list[dict[str, Any]]:
    arguments = {"ApplicationIds": [*asked]} if asked else {}
    rows: list[dict[str, Any]] = client.list_application_states(**arguments)["ApplicationStateList"]
    return rows


# notify and describe


@STRICTNESS
@pytest.mark.parametrize("status", ["NOT_STARTED", "IN_PROGRESS", "COMPLETED"])
def test_an_application_has_three_states(client: Any, erp: str, strict: bool, status: str) -> None:
    """A14: the notified state is described; notifying returns nothing."""
    answer = client.notify_application_state(ApplicationId=erp, Status=status)
    assert answer.keys() == {"ResponseMetadata"}
    assert described(client, erp)["ApplicationStatus"] == status


@pytest.mark.parametrize("status", ["FAILED", "in_progress", "DONE", ""], ids=repr)
def test_another_state_is_refused(client: Any, erp: str, refused: Any, status: str) -> None:
    """A14: an application cannot fail."""
    with refused("InvalidInputException", "enum value set"):
        client.notify_application_state(ApplicationId=erp, Status=status)
    assert described(client, erp) == {"ApplicationStatus": "NOT_STARTED"}


@STRICTNESS
def test_an_application_that_was_never_notified_has_not_started(
    client: Any, erp: str, strict: bool
) -> None:
    """silent: NOT_STARTED, without LastUpdatedTime."""
    assert described(client, erp) == {"ApplicationStatus": "NOT_STARTED"}


@STRICTNESS
def test_an_unknown_application_cannot_be_described(
    client: Any, erp: str, refused: Any, strict: bool
) -> None:
    """silent: ResourceNotFoundException, in a lenient hub too while it was never notified."""
    with refused("ResourceNotFoundException", UNKNOWN):
        client.describe_application_state(ApplicationId=UNKNOWN)


def test_notifying_an_unknown_application_is_refused_in_strict_mode(
    mgh: Any, client: Any, refused: Any
) -> None:
    """silent: ResourceNotFoundException, and nothing is stored."""
    with refused("ResourceNotFoundException", UNKNOWN):
        client.notify_application_state(ApplicationId=UNKNOWN, Status="IN_PROGRESS")
    assert mgh.applications == ()


def test_notifying_the_state_of_a_server_is_refused(mgh: Any, client: Any, refused: Any) -> None:
    """silent: only applications of the repository can be notified."""
    server = mgh.add_server("web").configuration_id

    with refused("ResourceNotFoundException", server):
        client.notify_application_state(ApplicationId=server, Status="IN_PROGRESS")


@LENIENT
def test_notifying_an_unknown_application_succeeds_in_lenient_mode(client: Any) -> None:
    """silent: it is then described and listed like any other."""
    client.notify_application_state(ApplicationId=UNKNOWN, Status="IN_PROGRESS")
    assert described(client, UNKNOWN)["ApplicationStatus"] == "IN_PROGRESS"
    assert [row["ApplicationId"] for row in listed(client)] == [UNKNOWN]


@LENIENT
@pytest.mark.parametrize("application_id", ["x", "x" * 1600, "Größe"], ids=["1", "1600", "ß"])
def test_an_application_id_may_have_any_form(client: Any, application_id: str) -> None:
    """A14: the model demands one line of 1 to 1600 characters and no prefix."""
    client.notify_application_state(ApplicationId=application_id, Status="COMPLETED")
    assert described(client, application_id)["ApplicationStatus"] == "COMPLETED"


@LENIENT
@pytest.mark.parametrize(
    "application_id",
    ["", "x" * 1601, "a\nb", "a\n"],
    ids=["empty", "1601", "break", "break behind"],
)
def test_a_wrong_application_id_is_refused(client: Any, refused: Any, application_id: str) -> None:
    """silent: length and pattern are checked on the whole id."""
    with refused("InvalidInputException", "applicationId"):
        client.notify_application_state(ApplicationId=application_id, Status="COMPLETED")


def test_the_time_of_a_state_is_that_given_by_the_tool(client: Any, erp: str) -> None:
    """silent: LastUpdatedTime is UpdateDateTime if that is given."""
    client.notify_application_state(
        ApplicationId=erp, Status="IN_PROGRESS", UpdateDateTime=MAY_2017
    )
    assert described(client, erp) == {
        "ApplicationStatus": "IN_PROGRESS",
        "LastUpdatedTime": MAY_2017,
    }


def test_the_time_of_a_state_is_now_if_the_tool_gives_none(
    client: Any, erp: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """silent: LastUpdatedTime is the hub's time of the call."""
    with monkeypatch.context() as patch:
        patch.setattr("time.time", lambda: 1493660853.0)
        client.notify_application_state(ApplicationId=erp, Status="IN_PROGRESS")
    assert described(client, erp)["LastUpdatedTime"] == MAY_2017


def test_the_last_notification_wins(client: Any, erp: str) -> None:
    """A14: later changes are the tool's own, backwards too, whatever their time."""
    for status, at in (("COMPLETED", 1493660900), ("IN_PROGRESS", 1493660853)):
        client.notify_application_state(ApplicationId=erp, Status=status, UpdateDateTime=at)
    assert described(client, erp) == {
        "ApplicationStatus": "IN_PROGRESS",
        "LastUpdatedTime": MAY_2017,
    }


def test_applications_belong_to_an_account(
    client: Any, config: Any, erp: str, other_account: Any
) -> None:
    """A14: another account sees none of them."""
    with other_account():
        config.create_home_region_control(HomeRegion="us-west-2", Target={"Type": "ACCOUNT"})
        assert listed(client) == []
        assert listed(client, erp) == []


# list


@pytest.fixture
def three(mgh: Any, client: Any) -> tuple[str, str, str]:
    """Three applications; the second was notified."""
    ids = tuple(mgh.add_application(name).configuration_id for name in ("c", "a", "b"))
    client.notify_application_state(
        ApplicationId=ids[1], Status="IN_PROGRESS", UpdateDateTime=MAY_2017
    )
    return ids[0], ids[1], ids[2]


def test_all_applications_of_the_repository_are_listed(
    client: Any, three: tuple[str, str, str]
) -> None:
    """A15: without ApplicationIds all come; silent: those never notified are NOT_STARTED."""
    assert listed(client) == [
        {"ApplicationId": three[0], "ApplicationStatus": "NOT_STARTED"},
        {
            "ApplicationId": three[1],
            "ApplicationStatus": "IN_PROGRESS",
            "LastUpdatedTime": MAY_2017,
        },
        {"ApplicationId": three[2], "ApplicationStatus": "NOT_STARTED"},
    ]


def test_only_the_requested_applications_are_listed(
    client: Any, three: tuple[str, str, str]
) -> None:
    """A15: ApplicationIds limits the list."""
    assert {row["ApplicationId"] for row in listed(client, three[2], three[0])} == {
        three[0],
        three[2],
    }


@STRICTNESS
def test_unknown_ids_are_left_out(client: Any, three: tuple[str, str, str], strict: bool) -> None:
    """silent: no error is declared for them."""
    assert [row["ApplicationId"] for row in listed(client, UNKNOWN, three[0])] == [three[0]]


@STRICTNESS
def test_a_list_of_unknown_ids_returns_an_empty_list(client: Any, erp: str, strict: bool) -> None:
    """silent: the list is empty, not an error and not everything."""
    assert listed(client, UNKNOWN) == []


def test_a_repeated_id_is_reported_once(client: Any, three: tuple[str, str, str]) -> None:
    """silent: duplicates in ApplicationIds do not count."""
    rows = listed(client, three[1], three[1], three[0], three[1])
    assert sorted(row["ApplicationId"] for row in rows) == sorted(three[:2])


@pytest.mark.parametrize("count", [0, 101])
def test_1_to_100_ids_can_be_requested(client: Any, erp: str, refused: Any, count: int) -> None:
    """A15: ApplicationIds is limited by its shape."""
    with refused("InvalidInputException", "applicationIds"):
        client.list_application_states(ApplicationIds=[erp] * count)


def test_100_ids_can_be_requested_at_once(client: Any, mgh: Any) -> None:
    """A15: 100 is allowed, and they fit one page."""
    ids = [mgh.add_application(str(number)).configuration_id for number in range(100)]
    answer = client.list_application_states(ApplicationIds=ids)
    assert len(answer["ApplicationStateList"]) == 100
    assert "NextToken" not in answer


def test_a_hub_without_applications_lists_none(client: Any, mgh: Any) -> None:
    """A15: an empty list, and no token."""
    assert client.list_application_states().keys() == {"ApplicationStateList", "ResponseMetadata"}


def test_the_hub_shows_the_states_of_applications(
    mgh: Any, client: Any, three: tuple[str, str, str]
) -> None:
    """A14: `hub.applications` shows the result of the calls."""
    assert [(one.name, one.status) for one in mgh.applications] == [
        ("c", "NOT_STARTED"),
        ("a", "IN_PROGRESS"),
        ("b", "NOT_STARTED"),
    ]
    assert mgh.applications[1].last_updated == MAY_2017
