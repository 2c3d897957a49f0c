"""Accepted values are restored from a snapshot; a value that could not be is refused at once."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
import time_machine
from sample_values import TASK
from signed_calls import post

from pytest_mgh import mock_mgh
from pytest_mgh.protocol.times import LATEST

BIG = 10**30
LIST = "ListMigrationTasks"


def task(**members: Any) -> Callable[[Any], Any]:
    estate = {"streams": [{"name": "SMS", "tasks": [{"name": "task", **members}]}]}
    return lambda hub: hub.load(estate)


REFUSED: dict[str, tuple[Callable[[Any], Any], str]] = {
    "update_time=nan": (task(update_time=math.nan), r"tasks\[0\]\.update_time: nan"),
    "update_time=inf": (task(update_time=math.inf), r"tasks\[0\]\.update_time: inf"),
    "update_time of year 10000": (task(update_time=LATEST + 1), r"update_time: 253402300800"),
    "next_update_seconds": (
        task(status="IN_PROGRESS", next_update_seconds=BIG),
        "next_update_seconds: 1000",
    ),
    "last_updated": (
        lambda hub: hub.load(
            {"applications": [{"name": "a", "status": "COMPLETED", "last_updated": math.nan}]}
        ),
        r"applications\[0\]\.last_updated: nan",
    ),
    "performance": (
        lambda hub: hub.add_server("a", performance={"avgCpuUsagePct": math.nan}),
        "performance.avgCpuUsagePct: nan",
    ),
    "a tag's key": (lambda hub: hub.add_server("a", tags={5: "a"}), "tags: {5: 'a'}"),
    "a tag's value": (lambda hub: hub.add_server("a", tags={"a": 5}), "tags.a: 5"),
    "servers": (lambda hub: hub.add_application("a", servers=[5]), "servers: 5 must be a view"),
    "seed of text": (
        lambda hub: hub.fail(LIST, "InternalServerError", rate=0.5, seed="abc"),
        "seed: 'abc' is not a whole number",
    ),
    "seed of a fraction": (
        lambda hub: hub.fail(LIST, "InternalServerError", rate=0.5, seed=0.5),
        "seed: 0.5 is not a whole number",
    ),
    "seed of 100 bits": (
        lambda hub: hub.fail(LIST, "InternalServerError", rate=0.5, seed=BIG),
        "seed: 1000",
    ),
    "times": (lambda hub: hub.fail(LIST, "InternalServerError", times=BIG), "times: 1000"),
    "rate": (lambda hub: hub.fail(LIST, "InternalServerError", rate=math.nan), "rate=nan"),
    "message": (lambda hub: hub.fail(LIST, "InternalServerError", message=5), "message: 5"),
    "retry_after": (
        lambda hub: hub.fail(LIST, "ThrottlingException", retry_after=BIG),
        "retry_after: 1000",
    ),
    "per_second": (lambda hub: hub.throttle(LIST, per_second=math.nan), "per_second=nan"),
    "role": (lambda hub: hub.principal("a", role="yes"), "role='yes': must be True or False"),
    "a principal's tag": (lambda hub: hub.principal("a", tags={"a": 5}), "'a' and 5 must be"),
    "a key of a principal's tag": (lambda hub: hub.principal("a", tags={5: "a"}), "5 and 'a' must"),
    "tags that are set": (
        lambda hub: setattr(hub.principals[0], "tags", {"a": 5}),
        "'a' and 5 must be strings",
    ),
    "no tags": (lambda hub: setattr(hub.principals[0], "tags", None), "tags=None: must be a dict"),
    "account_id": (lambda hub: hub.principal("a", account_id=123456789012), "in quotes"),
    "an import's URL": (lambda hub: hub.import_source(5, "a"), "url=5: must be a string"),
    "an import's text": (lambda hub: hub.import_source("s3://a/b", 5), "csv=5: must be a string"),
    "a clock beyond the year 9999": (lambda hub: hub.advance(300e9), "beyond the latest date"),
    "no time": (lambda hub: hub.advance(math.nan), "can't go back"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_value_that_a_snapshot_could_not_restore_is_refused_when_it_is_given(what: str) -> None:
    give, message = REFUSED[what]
    with mock_mgh() as hub:
        before = hub.snapshot()
        with pytest.raises(ValueError, match=message):
            give(hub)
        assert hub.snapshot() == before | {"ids": hub.snapshot()["ids"]}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", "x y"),
        ("account_id", "1"),
        ("type", "Somebody"),
        ("access_key", "other"),
        ("created", 1e300),
        ("duration", "long"),
        ("mfa", "yes"),
    ],
)
def test_the_identity_of_a_principal_cannot_be_changed(mgh: Any, name: str, value: Any) -> None:
    principal = mgh.principal("a")
    before = mgh.snapshot()
    with pytest.raises(
        AttributeError, match=f"the {name} of a principal can't be changed; settable: policy, "
    ):
        setattr(principal, name, value)
    assert mgh.snapshot() == before


class Document(dict[str, Any]):
    """A mapping of a user's own."""


ALLOW = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
}
ACCEPTED: dict[str, Callable[[Any], Any]] = {
    "a time of year 1": task(update_time=-62135596800),
    "a time of year 9999": task(update_time=LATEST),
    "whole numbers with a point": task(
        status="IN_PROGRESS", progress_percent=40.0, next_update_seconds=60.0
    ),
    "the longest promise": task(status="IN_PROGRESS", next_update_seconds=2**63 - 1),
    "a lone surrogate": lambda hub: hub.add_server("a\ud800"),
    "addresses in a set": lambda hub: hub.add_server("a", ip_addresses={"10.0.0.1"}),
    "a slow throttle": lambda hub: hub.throttle(LIST, per_second=1e-9),
    "a mapping of one's own": lambda hub: setattr(hub, "policy", Document(ALLOW)),
    "the end of the calendar": lambda hub: hub.advance(
        datetime(9999, 12, 31, 23, 59, 59, tzinfo=timezone.utc) - hub.now
    ),
    "a call with a lone surrogate": lambda hub: post(
        hub, "CreateProgressUpdateStream", '{"ProgressUpdateStreamName": "a\\ud800"}'
    ),
    "a call with a long number": lambda hub: post(
        hub, "NotifyMigrationTaskState", json.dumps({**TASK, "NextUpdateSeconds": 10**400})
    ),
}


@pytest.mark.parametrize("what", ACCEPTED)
def test_every_accepted_value_is_restored_from_a_snapshot(what: str) -> None:
    with mock_mgh() as hub, time_machine.travel(datetime(2024, 5, 1, tzinfo=timezone.utc)):
        ACCEPTED[what](hub)
        snapshot = json.loads(json.dumps(hub.snapshot(), allow_nan=False))
        hub.reset()
        hub.restore(snapshot)
        assert hub.snapshot() == snapshot
        hub.restore(hub.snapshot())  # also without JSON in between
        assert hub.snapshot() == snapshot


@pytest.mark.parametrize("seconds", [1e300, 1e12])
def test_work_due_beyond_the_last_date_waits_for_settle(seconds: float) -> None:
    with mock_mgh(background=seconds) as hub:
        task()(hub)
        post(hub, "DeleteProgressUpdateStream", '{"ProgressUpdateStreamName": "SMS"}')
        (work,) = hub.pending
        hub.restore(json.loads(json.dumps(hub.snapshot(), allow_nan=False)))
        assert (work.due, hub.pending) == (math.inf, (work,))
        hub.settle()
        assert hub.streams == ()


def test_the_clock_stops_at_the_end_of_the_year_9999() -> None:
    with mock_mgh() as hub, time_machine.travel(datetime(2024, 5, 1, tzinfo=timezone.utc)) as wall:
        hub.advance(datetime(9999, 12, 31, tzinfo=timezone.utc) - hub.now)
        wall.shift(timedelta(days=400))
        assert (hub.now.year, hub.now.month, hub.now.day) == (9999, 12, 31)
        hub.restore(hub.snapshot())
        assert post(hub, LIST).status == 200
        assert hub.events[-1]["eventTime"] == "9999-12-31T23:59:59Z"
