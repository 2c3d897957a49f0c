"""What a test's author is told who asks for what cannot be."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from pytest_mgh import MigrationHub, mock_mgh

ALLOWED_REGIONS = (
    "allowed: ap-northeast-1, ap-southeast-2, eu-central-1, eu-west-1, eu-west-2, us-east-1, "
    "us-west-2"
)
LIST = "ListMigrationTasks"


def fill(hub: Any) -> None:
    hub.add_server("web-1.example.com")
    hub.add_server("db.example.com")


def given(hub: Any, number: int) -> None:
    for one in range(number):
        hub.add_server(f"s{one:02}")


# what is called, the error, and how its message begins
REFUSED: dict[str, tuple[Callable[[Any], Any], type[Exception], str]] = {
    "a misspelt policy": (
        lambda hub: setattr(hub, "polcy", {}),
        AttributeError,
        "a MigrationHub has no 'polcy' to set; did you mean 'policy'? allowed: home_region, policy",
    ),
    "a misspelt home Region": (
        lambda hub: setattr(hub, "home_regoin", None),
        AttributeError,
        "a MigrationHub has no 'home_regoin' to set; did you mean 'home_region'?",
    ),
    "a misspelt policy of a principal": (
        lambda hub: setattr(hub.principal("vendor"), "polcy", {}),
        AttributeError,
        "a Principal has no 'polcy' to set; did you mean 'policy'?",
    ),
    "the name of the default principal": (
        lambda hub: hub.principal("migration-tool"),
        ValueError,
        "name='migration-tool': the account has a principal of that name already",
    ),
    "a name twice": (
        lambda hub: [hub.principal("vendor", role=True) for _ in range(2)],
        ValueError,
        "name='vendor': the account has a principal of that name already",
    ),
    "an account that is a number": (
        lambda hub: hub.principal("vendor", account_id=210987654321),
        ValueError,
        "account_id=210987654321: a text of 12 digits, in quotes",
    ),
    "an option that is a number": (
        lambda _: mock_mgh(account_id=123456789012),  # type: ignore[arg-type]
        ValueError,
        "account_id=123456789012: a text of 12 digits, in quotes",
    ),
    "an operation that is not known": (
        lambda hub: hub.fail("StartExportTsk", "ServerInternalErrorException"),
        ValueError,
        "no operation 'StartExportTsk'; did you mean 'StartExportTask'? allowed: ",
    ),
    "events of one that is not known": (
        lambda hub: hub.events.of("StartExportTsk"),
        ValueError,
        "no operation 'StartExportTsk'; did you mean 'StartExportTask'? allowed: ",
    ),
    "an operation that is none": (
        lambda hub: hub.recover(["ListMigrationTasks"]),
        ValueError,
        "operation=['ListMigrationTasks']: the name of an operation, as AWS spells it",
    ),
    "an error that is an exception": (
        lambda hub: hub.fail(LIST, ValueError("x")),
        ValueError,
        "error=ValueError('x'): the name of an error; allowed: ",
    ),
    "an unknown argument of fail": (
        lambda hub: hub.fail(LIST, "ThrottlingException", time=3),
        TypeError,
        "fail() has no argument 'time'; did you mean 'times'? allowed: after, error, message,",
    ),
    "an unknown argument of throttle": (
        lambda hub: hub.throttle(LIST, per_secnd=3),
        TypeError,
        "throttle() has no argument 'per_secnd'; did you mean 'per_second'?",
    ),
    "an unknown argument of principal": (
        lambda hub: hub.principal("vendor", polcy={}),
        TypeError,
        "principal() has no argument 'polcy'; did you mean 'policy'?",
    ),
    "an unknown argument of add_application": (
        lambda hub: hub.add_application("Shop", server=[]),
        TypeError,
        "add_application() has no argument 'server'; did you mean 'servers'?",
    ),
    "a time that is a text": (
        lambda hub: hub.advance("60"),
        ValueError,
        "advance('60'): a number of seconds, or a timedelta",
    ),
    "an estate that is a list": (
        lambda hub: hub.load([{"hostname": "web-1"}]),
        ValueError,
        "an estate is a file or a mapping, not a list",
    ),
    "a server where there is none": (
        lambda hub: hub.server("web-1"),
        LookupError,
        "no server 'web-1'; there is none yet",
    ),
    "a server without its domain": (
        lambda hub: [fill(hub), hub.server("WEB-1")],
        LookupError,
        (
            "no server 'WEB-1'; did you mean 'web-1.example.com'? there are: db.example.com, "
            "web-1.example.com"
        ),
    ),
    "a server among many": (
        lambda hub: [given(hub, 25), hub.server("zebra")],
        LookupError,
        (
            "no server 'zebra'; there are: s00, s01, s02, s03, s04, s05, s06, s07, s08, s09, s10, "
            "s11, s12, s13, s14, s15, s16, s17, s18, s19 and 5 more"
        ),
    ),
    "a background that is none": (
        lambda _: mock_mgh(background="later"),  # type: ignore[arg-type]
        ValueError,
        "background='later': allowed: a number of seconds from 0 on, 'eager' or 'manual'",
    ),
    "a Region without Migration Hub": (
        lambda _: mock_mgh(home_region="us-west-1"),
        ValueError,
        f"home_region='us-west-1': Migration Hub has no home Region there; {ALLOWED_REGIONS}",
    ),
    "a misspelt Region": (
        lambda _: mock_mgh(home_region="us-wets-2"),
        ValueError,
        f"home_region='us-wets-2': did you mean 'us-west-2'? {ALLOWED_REGIONS}",
    ),
    "a status in lower case": (
        lambda hub: hub.load(
            {"streams": [{"name": "s", "tasks": [{"name": "t", "status": "in_progress"}]}]}
        ),
        ValueError,
        "streams[0].tasks[0].status: 'in_progress'; did you mean 'IN_PROGRESS'? allowed: ",
    ),
    "an option without its name": (
        lambda _: mock_mgh("us-east-1"),  # type: ignore[type-var]
        TypeError,
        (
            "mock_mgh decorates functions and classes, not 'us-east-1'; options are keywords, such "
            "as home_region='us-east-1'"
        ),
    ),
}


@pytest.mark.parametrize(("call", "error", "message"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_is_refused_in_the_authors_words(
    mgh: MigrationHub, call: Callable[[Any], Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match="^" + re.escape(message)):
        call(mgh)


def test_what_can_be_set_is_set(mgh: MigrationHub, monkeypatch: pytest.MonkeyPatch) -> None:
    mgh.home_region = "eu-central-1"
    mgh.policy = "AWSMigrationHubFullAccess"
    mgh.principal("vendor").tags = {"team": "a"}
    monkeypatch.setattr(mgh, "settle", lambda: None)  # what is there may be patched

    assert (mgh.home_region, mgh.policy) == ("eu-central-1", "AWSMigrationHubFullAccess")


def test_a_time_is_seconds_or_a_timedelta(mgh: MigrationHub) -> None:
    before = mgh.now

    mgh.advance(60)
    mgh.advance(timedelta(minutes=1))

    assert mgh.now - before >= timedelta(minutes=2)


def test_a_user_and_a_role_may_have_one_name(mgh: MigrationHub) -> None:
    user, role = mgh.principal("vendor"), mgh.principal("vendor", role=True)
    other = mgh.principal("vendor", account_id="210987654321")

    assert len({user.arn, role.arn, other.arn}) == 3


SHOWN = {
    "fail": 'mgh.fail("StartExportTask", "X")',
    "server": 'mgh.server("web-1")',
    "task": 'mgh.task("SMS", "t")',
    "advance": 'mgh.advance("60")',
    "load": "mgh.load([])",
    "polcy": "mgh.polcy = None",
}


@pytest.mark.parametrize("line", SHOWN.values(), ids=SHOWN)
def test_a_traceback_ends_in_the_test(pytester: pytest.Pytester, line: str) -> None:
    pytester.makepyfile(f"def test_it(mgh):\n    {line}\n")

    result = pytester.runpytest_inprocess()

    result.assert_outcomes(failed=1)
    places = [place for place in result.outlines if re.match(r"\S+\.py:\d+: ", place)]
    assert [place.partition(":")[0] for place in places] == ["test_a_traceback_ends_in_the_test.py"]
