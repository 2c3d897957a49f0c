"""A call takes effect completely or not at all, no matter where it is interrupted.

Each thing that changes a hub is done once to see which lines it runs, then again from the same
state, interrupted at one of them. What is there then is the state of before, or the one of after.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dis import opname
from linecache import getline
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
import time_machine
from profiles import MORE, MOST
from proof.every_call import CALLS, CSV, TASK, call, fill
from sample_values import NOON
from signed_calls import AUTHORIZATION, KEY, post

import pytest_mgh
from pytest_mgh.hub.migration_hub import MigrationHub
from pytest_mgh.services.catalog import OPERATIONS
from pytest_mgh.state.settings import make_settings

PACKAGE = Path(pytest_mgh.__file__).parent
ROOMS = tuple(str(PACKAGE / room) for room in ("hub", "pipeline", "seeding", "services", "state"))

ESTATE: dict[str, Any] = {
    "servers": [{"hostname": "x"}, {"hostname": "y", "ip_addresses": ["10.0.1.1"]}],
    "agents": [{"server": "x"}],
    "processes": [{"server": "x", "name": "sshd"}],
    "connections": [{"source": "x", "destination": "y", "port": 22}],
    "applications": [{"name": "Made", "servers": ["x", "y"]}],
    "streams": [
        {"name": "DMS", "tasks": [{"name": "t", "status": "COMPLETED", "server": "y"}]},
    ],
}


def refused(hub: Any) -> None:
    """A call that its handler refuses."""
    request = {**TASK, "DiscoveredResource": {"ConfigurationId": "d-server-9"}}
    assert post(hub, "AssociateDiscoveredResource", json.dumps(request)).status == 400


def denied(hub: Any) -> None:
    """A call that a policy refuses."""
    reader = hub.principals[-1]
    authorization = AUTHORIZATION.replace(KEY, reader.access_key)
    response = post(hub, "ListCreatedArtifacts", json.dumps(TASK), authorization=authorization)
    assert response.status == 400


def failed_call(hub: Any) -> None:
    """A call that fails by a fault."""
    assert post(hub, "ListMigrationTasks").status == 500


def throttled(hub: Any) -> None:
    """A call that is throttled."""
    assert post(hub, "ListApplicationStates").status == 200


def load_an_invalid_estate(hub: Any) -> None:
    """Seed an estate whose last item is wrong."""
    wrong = {**ESTATE, "streams": [*ESTATE["streams"], {"name": "DMS"}]}
    with pytest.raises(ValueError, match="'DMS' already exists"):
        hub.load(wrong)


OTHER = MigrationHub(make_settings({"home_region": "eu-west-1"}))
with time_machine.travel(NOON, tick=False):
    fill_other = OTHER.add_server("elsewhere")
SNAPSHOT = OTHER.snapshot()

ACTIONS: dict[str, Callable[[Any], Any]] = {
    **{name: call(name, request) for name, request in CALLS.items()},
    "a list": call("ListProgressUpdateStreams", {}),
    "a refused call": refused,
    "a denied call": denied,
    "a failed_call call": failed_call,
    "a throttled call": throttled,
    "add_server": lambda hub: hub.add_server("new", ip_addresses=["10.1.1.1"], tags={"a": "b"}),
    "add_application": lambda hub: hub.add_application("new", servers=["web", "old"]),
    "add_agent": lambda hub: hub.add_agent(server="new", ip_addresses=["10.1.1.2"]),
    "add_process": lambda hub: hub.add_process("web", "sshd"),
    "add_connection": lambda hub: hub.add_connection("old", "web", port=22),
    "load": lambda hub: hub.load(ESTATE),
    "load what cannot be": load_an_invalid_estate,
    "import_source": lambda hub: hub.import_source("s3://bucket/b.csv", CSV),
    "principal": lambda hub: hub.principal("new", policy="AWSMigrationHubFullAccess"),
    "policy": lambda hub: setattr(hub, "policy", "AWSMigrationHubFullAccess"),
    "policy of a principal": lambda hub: setattr(hub.principals[-1], "policy", None),
    "tags of a principal": lambda hub: setattr(hub.principals[-1], "tags", {"a": "b"}),
    "fail": lambda hub: hub.fail("ListMigrationTasks", "InternalServerError"),
    "throttle": lambda hub: hub.throttle("ListMigrationTasks", per_second=3),
    "recover": lambda hub: hub.recover(),
    "home_region": lambda hub: setattr(hub, "home_region", "eu-central-1"),
    "no home_region": lambda hub: setattr(hub, "home_region", None),
    "advance": lambda hub: hub.advance(60),
    "reset": lambda hub: hub.reset(),
    "restore a snapshot": lambda hub: hub.restore(SNAPSHOT),
}

LEAVING_WORK = [name for name in CALLS if OPERATIONS[name].worker is not None]
"""What is done in the background."""


class Interrupter:
    """Runs something, and raises KeyboardInterrupt before one of the lines that it runs."""

    def __init__(self, at: int | None = None) -> None:
        self.at = at
        self.lines: list[tuple[str, int]] = []

    def run(self, action: Callable[[], Any]) -> None:
        before = sys.gettrace()
        sys.settrace(self._enter)
        try:
            action()
        finally:
            sys.settrace(before)

    def _enter(self, frame: FrameType, event: str, _: Any) -> Any:
        return self._trace if frame.f_code.co_filename.startswith(ROOMS) else None

    def _trace(self, frame: FrameType, event: str, _: Any) -> Any:
        if event == "line" and not leaves_a_block(frame):
            if len(self.lines) == self.at:
                sys.settrace(None)
                raise KeyboardInterrupt
            self.lines.append((frame.f_code.co_filename, frame.f_lineno))
        return self._trace

    def places(self) -> list[int]:
        """Return when each line is run for the first and for the last time."""
        first: dict[tuple[str, int], int] = {}
        last: dict[tuple[str, int], int] = {}
        for at, line in enumerate(self.lines):
            first.setdefault(line, at)
            last[line] = at
        return sorted({*first.values(), *last.values()})


LEAVING = ("LOAD_CONST", "NOP", "POP_BLOCK", "PUSH_EXC_INFO", "ROT_TWO", "SWAP")
"""What the line of a `with` begins with that is being left."""


def leaves_a_block(frame: FrameType) -> bool:
    """Tell whether a line is that of a `with` which is being left, its lock not yet released.

    Only a trace function can raise there: CPython looks for signals before, and after the release.
    """
    line = getline(frame.f_code.co_filename, frame.f_lineno).lstrip()
    first = opname[frame.f_code.co_code[frame.f_lasti]]
    return line.startswith("with ") and first in LEAVING


def state(hub: Any) -> dict[str, Any]:
    """Return the state of a hub, without unused ids and with placeholders for secrets."""
    snapshot: dict[str, Any] = hub.snapshot()
    return {**snapshot, "ids": None, "token_secret": None}


@pytest.fixture(scope="module")
def hub() -> Iterator[Any]:
    with time_machine.travel(NOON, tick=False):
        made = MigrationHub(make_settings({"background": "manual"}))
        fill(made)
        yield made


def hold(hub: Any, action: Callable[[], Any], number: int) -> None:
    """Interrupt an action at every line, in its own thread.

    CPython may keep an exception as the one that is handled if a trace function raises another one
    while it is: the thread takes it away.
    """
    with ThreadPoolExecutor(1) as pool:
        pool.submit(interrupt_everywhere, hub, action, number).result()


def interrupt_everywhere(hub: Any, action: Callable[[], Any], number: int) -> None:
    """Interrupt an action; often only at some of the places, others for each action."""
    start = hub.checkpoint()
    before = state(hub)
    action()  # caches are filled the first time
    hub.restore(start)
    whole = Interrupter()
    whole.run(action)
    after = state(hub)
    hub.restore(start)
    step = 1 if MOST else 6 if MORE else 12
    wrong = []
    for at in whole.places()[number % step :: step]:
        interrupter = Interrupter(at)
        with suppress(KeyboardInterrupt):
            interrupter.run(action)
        if hub._world.lock._is_owned():  # so that the run does not wait for this thread forever
            wrong.append(whole.lines[at])
            release(hub._world.lock)
        got = state(hub)
        if got not in (before, after):
            wrong.append(whole.lines[at])
        hub.restore(start)
        assert state(hub) == before
    assert wrong == []


def release(lock: Any) -> None:
    """Release a lock as often as this thread has taken it."""
    while lock._is_owned():
        lock.release()


def prepare(hub: Any, name: str) -> None:
    """Make a hub one that an action succeeds on."""
    if name == "CreateHomeRegionControl":
        hub.home_region = None
    if name == "StopContinuousExport":
        ACTIONS["StartContinuousExport"](hub)
        hub.settle()


@pytest.mark.parametrize("name", ACTIONS)
def test_an_interrupted_call_takes_effect_completely_or_not_at_all(hub: Any, name: str) -> None:
    start = hub.checkpoint()
    try:
        prepare(hub, name)
        hold(hub, lambda: ACTIONS[name](hub), list(ACTIONS).index(name))
    finally:
        hub.restore(start)


@pytest.mark.parametrize("name", LEAVING_WORK)
def test_interrupted_background_work_takes_effect_completely_or_not_at_all(
    hub: Any, name: str
) -> None:
    start = hub.checkpoint()
    try:
        prepare(hub, name)
        ACTIONS[name](hub)
        hold(hub, hub.settle, LEAVING_WORK.index(name))
    finally:
        hub.restore(start)


def test_an_interrupted_restore_takes_effect_completely_or_not_at_all(hub: Any) -> None:
    start = hub.checkpoint()
    try:
        hub.principals[-1].policy = None
        hub.load(ESTATE)
        hub.advance(60)
        middle = hub.checkpoint()
        ACTIONS["PutResourceAttributes"](hub)
        hub.backoffs.append(1.0)
        end = hub.checkpoint()
        for target in (start, middle, start):
            hub.restore(end)
            hold(hub, lambda to=target: hub.restore(to), 0)  # type: ignore[misc]
    finally:
        hub.restore(start)


def test_every_operation_that_changes_something_is_interrupted() -> None:
    assert {name for name, one in OPERATIONS.items() if not one.read_only} == CALLS.keys()
