"""A tampered snapshot is refused completely, or works like one that a hub wrote.

Real snapshots are changed at random: what is restored nevertheless must come back from the hub's
own snapshot, and no call, view or piece of work may break on it.
"""

from __future__ import annotations

import contextlib
import copy
import json
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from proof.every_call import CALLS, READS, SERVER, TASK, call, fill
from sample_values import NOON
from signed_calls import AUTHORIZATION, KEY, post

from pytest_mgh.hub.migration_hub import MigrationHub
from pytest_mgh.hub.tables.catalog import TABLES
from pytest_mgh.pipeline import run
from pytest_mgh.protocol import schemas
from pytest_mgh.protocol.messages import WireRequest, WireResponse
from pytest_mgh.services.catalog import OPERATIONS
from pytest_mgh.state.settings import make_settings

Path = tuple[str | int, ...]


def make_snapshot() -> Any:
    with time_machine.travel(NOON, tick=False):
        hub = MigrationHub(make_settings({"background": "manual"}))
        fill(hub)
        leaving = (
            "StartBatchDeleteConfigurationTask",
            "PutResourceAttributes",
            "StartImportTask",
            "StartContinuousExport",
        )
        for name in (*leaving, "NotifyMigrationTaskState", "NotifyApplicationState"):
            call(name, CALLS[name])(hub)
        call("CreateProgressUpdateStream", {"ProgressUpdateStreamName": "old"})(hub)
        call("DeleteProgressUpdateStream", {"ProgressUpdateStreamName": "old"})(hub)
        key = AUTHORIZATION.replace(KEY, hub.principals[-1].access_key)
        assert post(hub, "ListCreatedArtifacts", json.dumps(TASK), authorization=key).status == 400
        hub.principal("tool", account_id="210987654321", role=True, tags={"team": "a"})
        hub.backoffs.append(0.5)
        hub.advance(60)
        hub.fail("ListCreatedArtifacts", "ThrottlingException", rate=0.5, seed=7, retry_after=3)
        return json.loads(json.dumps(hub.snapshot()))


SNAPSHOT = make_snapshot()
TEXT = json.dumps(SNAPSHOT)
OBEYS = jsonschema_rs.validator_for(schemas.load("hub", "snapshot")).is_valid


def places(data: Any, path: Path = ()) -> Iterator[Path]:
    yield path
    if isinstance(data, (dict, list)):
        for name, item in data.items() if isinstance(data, dict) else enumerate(data):
            yield from places(item, (*path, name))


PLACES = list(places(SNAPSHOT))[1:]
DEEP: Any = json.loads("[" * 400 + "]" * 400)
VALUES = (
    None, True, 0, -1, 1.5, 2**63, 10**12, 10**400, -1e308, 1e308, float("nan"), float("inf"),
    "", "x", "\ud800", "é" * 5000, "us-west-2", SERVER, "123456789012", "SMS",
    [], {}, [[]], {"a": 1}, ["x"], [1, "x", {}], DEEP,
)  # fmt: skip


def at(data: Any, path: Path) -> Any:
    for part in path:
        data = data[part]
    return data


def change(data: Any, path: Path, kind: str, number: int) -> None:
    """Change a snapshot at one place in one of many ways."""
    *way, last = path
    holder = at(data, tuple(way))
    match kind:
        case "replace":
            holder[last] = copy.deepcopy(VALUES[number % len(VALUES)])
        case "delete":
            del holder[last]
        case "repeat" if isinstance(holder, list):
            holder.insert(number % (len(holder) + 1), copy.deepcopy(holder[last]))
        case "reverse" if isinstance(holder, list):
            holder.reverse()
        case "rename" if isinstance(holder, dict):
            holder[str(VALUES[number % len(VALUES)])[:50]] = holder.pop(last)
        case "copy":
            holder[last] = copy.deepcopy(at(SNAPSHOT, PLACES[number % len(PLACES)]))
        case "shift" if isinstance(holder[last], (int, float)):
            holder[last] += (-1, 1, 1000, -1000, 0.5)[number % 5]


KINDS = ("replace", "replace", "delete", "repeat", "reverse", "rename", "copy", "shift")
CHANGES = st.lists(
    st.tuples(st.sampled_from(PLACES), st.sampled_from(KINDS), st.integers(0, len(PLACES))),
    min_size=1,
    max_size=2,
)


class Unchecked:
    """A hub whose answers may violate the services' models, as long as it answers."""

    def __init__(self, hub: MigrationHub) -> None:
        self.hub = hub

    def __getattr__(self, name: str) -> Any:
        return getattr(self.hub, name)

    def answer(self, request: WireRequest) -> WireResponse:
        return run(self.hub._world, request)


def use(hub: Any) -> None:
    """Use every call and view of a hub."""
    for part in ("streams", "tasks", "servers", "applications", "pending", "denials", "faults"):
        repr(getattr(hub, part))
    for part in ("agents", "processes", "connections", "imports", "exports"):
        repr(getattr(hub, part))
    repr((hub, hub.notes, hub.throttles, hub.now, hub.home_region, list(hub.events), hub.events))
    hub.stale_tasks()
    hub.report_sections()
    for name in TABLES:
        json.dumps(hub.table(name).rows, default=repr)
    hub.summary()
    hub.explain("ListMigrationTasks")
    hub.recover()
    for name, request in {**READS, **CALLS}.items():
        with contextlib.suppress(AssertionError, AttributeError):  # refused
            call(name, request)(Unchecked(hub))
    hub.settle()
    hub.advance(3600)
    hub.add_server("new", ip_addresses=["10.0.0.1"])
    hub.add_application("made")
    hub.principal("made")
    hub.raise_test_errors()
    hub.snapshot()


@settings(max_examples=settings().max_examples * 2, suppress_health_check=list(HealthCheck))
@given(CHANGES)
def test_a_tampered_snapshot_is_refused_completely_or_works_like_a_real_one(changes: Any) -> None:
    data = json.loads(TEXT)
    for path, kind, number in changes:
        with contextlib.suppress(
            LookupError, TypeError, OverflowError
        ):  # the place no longer exists
            change(data, path, kind, number)
    hold(data)


def test_a_snapshot_without_a_part_is_refused_completely_or_works() -> None:
    alike = {tuple(part for part in path if isinstance(part, str)): path for path in PLACES}
    for path in alike.values():
        data = json.loads(TEXT)
        change(data, path, "delete", 0)
        hold(data)


def hold(data: Any) -> None:
    with time_machine.travel(NOON, tick=False):
        hub = MigrationHub(make_settings({}))
        hub.add_server("there")
        before = hub.snapshot()
        try:
            hub.restore(data)
        except ValueError:
            assert hub.snapshot() == before
            return
        assert json.loads(json.dumps(hub.snapshot(), allow_nan=False)) == data
        assert OBEYS(data)
        use(hub)


def test_a_snapshot_that_a_hub_wrote_is_accepted() -> None:
    hold(SNAPSHOT)


def test_every_operation_is_called_after_a_tampered_snapshot() -> None:
    assert {*CALLS, *READS} == OPERATIONS.keys()
