"""A machine that makes the same calls to a hub and to the model, and compares the results."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timezone
from functools import cache
from itertools import product
from typing import Any, ClassVar

import boto3
import time_machine
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from proof.calls import Drawing
from proof.model import COMMON, TIMEOUTS, Model
from proof.model_call import Answer, Caller
from proof.operations import OPERATIONS
from proof.policies import POLICIES
from proof.samples import (
    ACCOUNTS,
    ARNS,
    HOME,
    HOSTS,
    IPS,
    NAMES,
    REGIONS,
    SOURCES,
    STREAMS,
    TASKS,
)
from proof.seeding import Seeding
from proof.views import compare_views

from pytest_mgh import mock_mgh

NOON = 1714564800
READS = ("List", "Describe", "Get")
# Values that are visible without a request for anything specific.
LOOKS = [
    name
    for name, operation in OPERATIONS.items()
    if name.startswith(READS) and not operation.request.required
]
# The contents of the tasks that a machine starts with.
ATTACHED: dict[str, dict[str, Any]] = {
    "AssociateCreatedArtifact": {"CreatedArtifact": {"Name": ARNS[0]}},
    "AssociateSourceResource": {"SourceResource": {"Name": SOURCES[0]}},
    "NotifyMigrationTaskState": {
        "Task": {"Status": "IN_PROGRESS"},
        "UpdateDateTime": NOON,
        "NextUpdateSeconds": 60,
    },
}
EVENT_SOURCES = {
    "mgh": "migrationhub.amazonaws.com",
    "migrationhub-config": "migrationhubconfig.amazonaws.com",
    "discovery": "discovery.amazonaws.com",
}
DEFAULT = Caller("migration-tool", ACCOUNTS[0])
READER = Caller("reader", ACCOUNTS[0])
VISITOR = Caller("visitor", ACCOUNTS[1])
CALLERS = (DEFAULT, READER, VISITOR)
HOUR = 3600
ELSEWHERE = "us-east-2"  # has no Migration Hub


@cache
def client(service: str, region: str, keys: tuple[tuple[str, str], ...]) -> Any:
    """A client that checks nothing and tries once; it serves all hubs, one after the other."""
    config = Config(parameter_validation=False, retries={"total_max_attempts": 1})
    return boto3.client(service, region, config=config, **dict(keys))  # type: ignore[call-overload]


@st.composite
def a_call(draw: Any, model: Model, name: str) -> tuple[Caller, str, dict[str, Any]]:
    caller = draw(st.sampled_from([*[DEFAULT] * 4, *CALLERS]))
    region = draw(st.sampled_from([*[HOME] * 16, *REGIONS * 2, ELSEWHERE]))
    return caller, region, Drawing(draw, model, caller.account, region).request(name)


# What CloudTrail calls AccessDenied, and records without the request.
DENIED = ("AccessDeniedException", "AuthorizationErrorException")


class HubMachine(Seeding, RuleBasedStateMachine):
    """What all machines do besides calling operations.

    Attributes:
        operations: The operations that are called.
        tally: How often each of them ended how: with an error's code, "ok", or "rows" where the
            answer has any.
    """

    operations: tuple[str, ...] = ()
    tally: ClassVar[Counter[tuple[str, str]]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self._travel = time_machine.travel(NOON, tick=False)
        self._travel.start()
        self.mock: Any = None
        self.failed = False
        self.sessions = 0

    def teardown(self) -> None:
        try:
            if self.mock is not None and not self.failed:
                self.look_around()
        finally:
            if self.mock is not None:
                self.hub.recover()
                self.mock.stop()
            self._travel.stop()

    def look_around(self) -> None:
        """At the end, compare everything that can be listed in any Region; then delete a stream."""
        self.recover()
        self.change_policy(None)
        self.renew()
        for name, caller, region in product(LOOKS, (DEFAULT, VISITOR), REGIONS):
            self.compare(caller, region, name, {})
        stream = {"ProgressUpdateStreamName": STREAMS[0]}
        self.compare(DEFAULT, HOME, "DeleteProgressUpdateStream", stream)

    @initialize(
        background=st.sampled_from(["eager", "manual", 60]),
        strict=st.booleans(),
        starts=st.booleans(),
        home=st.sampled_from([*[HOME] * 15, None]),
        visitors_home=st.sampled_from([HOME, *REGIONS, None]),
        policies=st.tuples(*[st.sampled_from([*[None] * 8, *POLICIES])] * 2),
        waves=st.integers(1, 3),
    )
    def begin(
        self,
        background: Any,
        strict: bool,
        starts: bool,
        home: str | None,
        visitors_home: str | None,
        policies: tuple[Any, Any],
        waves: int,
    ) -> None:
        self.mock = mock_mgh(
            background=background,
            strict_discovery=strict,
            start_applications=starts,
            home_region=HOME,
        )
        self.hub = self.mock.start()
        self.model = Model(NOON, background, strict, starts)
        self.keys: dict[Caller, tuple[tuple[str, str], ...]] = {DEFAULT: ()}
        for caller, policy in zip((READER, VISITOR), policies, strict=True):
            principal = self.hub.principal(
                caller.name, account_id=caller.account, policy=policy, role=caller is VISITOR
            )
            self.keys[caller] = tuple(principal.credentials.items())
            self.model.policies[caller.name] = policy
        self.model.ends[VISITOR.name] = NOON + HOUR
        self.visitors_policy = policies[1]
        self._learn_home(ACCOUNTS[0])
        if home is None:
            self.hub.home_region = None
            self.model.homes[ACCOUNTS[0]] = None
        if visitors_home is not None and policies[1] is None:
            target = {"HomeRegion": visitors_home, "Target": {"Type": "ACCOUNT"}}
            self.compare(VISITOR, HOME, "CreateHomeRegionControl", target)
        for host, application in list(zip(HOSTS, NAMES, strict=True))[:waves]:
            self.add_server(host, ips=IPS[:1])
            self.add_application(application, [*self.seeded["servers"]])
        for stream, task in list(product(STREAMS, TASKS))[:waves]:
            names = {"ProgressUpdateStream": stream, "MigrationTaskName": task}
            stream_name = {"ProgressUpdateStreamName": stream}
            self.compare(DEFAULT, HOME, "CreateProgressUpdateStream", stream_name)
            self.compare(DEFAULT, HOME, "ImportMigrationTask", names)
            for name, member in ATTACHED.items():
                self.compare(DEFAULT, HOME, name, names | member)

    def _learn_home(self, account: str) -> None:
        (control,) = client("migrationhub-config", HOME, ()).describe_home_region_controls()[
            "HomeRegionControls"
        ]
        self.model.ids.add(control["ControlId"])
        self.model.homes[account] = _plain(control)

    # calls

    def call(self, name: str, data: st.DataObject) -> None:
        """Draw a call of an operation, and compare the answers."""
        caller, region, request = data.draw(a_call(self.model, name))
        self.compare(caller, region, name, request)

    def compare(self, caller: Caller, region: str, name: str, request: dict[str, Any]) -> None:
        """Make a call, and compare the hub's answer with the model's."""
        operation = OPERATIONS[name]
        service = client(operation.service, region, self.keys[caller])
        self.failed = True  # until all has been compared
        noted = len(self.hub.events)
        try:
            response = getattr(service, xform_name(name))(**request)
        except ClientError as error:
            refusal = error.response["Error"]
            seen = Answer(code=refusal["Code"], message=refusal["Message"])
        except BotoCoreError as error:
            seen = Answer(exception=type(error).__name__)
        else:
            del response["ResponseMetadata"]
            seen = Answer(_plain(response))
        message = seen.message
        due = self.model.call(caller, region, name, json.loads(json.dumps(request)), seen)
        seen = seen._replace(recorded=due.recorded)
        if due.message is None:
            seen = seen._replace(message=None)
        assert due == seen, f"{name}\nthe model: {due}\nthe hub:   {seen}"
        self.tally[name, due.code or due.exception or "ok"] += 1
        self.tally[name, "rows"] += any(isinstance(part, list) and part for part in _parts(due))
        self._learn()
        assert len(self.hub.events) == noted + due.recorded
        if due.exception is None and due.recorded:
            (record,) = self.hub.events[noted:]
            denied = due.code in DENIED
            reads = name.startswith(READS)
            asked = _lower_camel(request)
            if name == "StartImportTask" and not denied:
                # botocore generates a token if none is given
                made = record["requestParameters"]["clientRequestToken"]
                asked = {"clientRequestToken": made} | asked
            assert record == record | {
                "eventTime": datetime.fromtimestamp(self.model.now, timezone.utc).strftime(
                    "%Y-%m-%dT%H:%M:%SZ"
                ),
                "eventSource": EVENT_SOURCES[operation.service],
                "eventName": name,
                "awsRegion": region,
                "sourceIPAddress": "127.0.0.1",
                "requestParameters": None if denied else asked or None,
                "responseElements": None if reads else _lower_camel(due.result) or None,
                "readOnly": reads,
                "recipientAccountId": caller.account,
            }
            assert record["userIdentity"]["accountId"] == caller.account
            assert record.get("errorCode") == ("AccessDenied" if denied else due.code)
            assert record.get("errorMessage") == (None if message is None else message[:1024])
        self.failed = False

    def _learn(self) -> None:
        self.model.learn_ids(self._look)

    def _look(self, account: str, region: str, kind: str) -> list[str]:
        """Return the names of all items of one kind in the hub, in the order of creation."""
        tables = {"applications": "discovered_applications", "continuous": "continuous_exports"}
        table = tables.get(kind, kind)
        (said,) = (one for one in self.hub.snapshot()["accounts"] if one["account_id"] == account)
        found = said["stores"][region][table]
        return [*found] if kind == "deletions" else [id_ for _, id_, _ in found["rows"]]

    @rule(data=st.data())
    def turn_page(self, data: st.DataObject) -> None:
        """Continue a list that one of the last calls started, after any calls in between."""
        if self.model.tokens:
            token = data.draw(st.sampled_from([*self.model.tokens][-4:]))
            name, account, region, arguments = self.model.tokens[token]["of"]
            member = "nextToken" if OPERATIONS[name].service == "discovery" else "NextToken"
            caller = DEFAULT if account == DEFAULT.account else VISITOR
            self.compare(caller, region, name, {**arguments, member: token})

    # actions of a test

    def set_policy(self, data: st.DataObject) -> None:
        self.change_policy(data.draw(st.sampled_from([*[None] * 8, *POLICIES])))

    def change_policy(self, policy: Any) -> None:
        self.hub.policy = policy
        self.model.policies[DEFAULT.name] = policy

    def fail(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(self.operations))
        caller, region, request = data.draw(a_call(self.model, name))
        errors = [*OPERATIONS[name].errors, *TIMEOUTS, *COMMON, *["ResponseLost"] * 4]
        fault = {
            "operation": data.draw(st.sampled_from([*[name] * 3, "*"])),
            "error": data.draw(st.sampled_from(errors)),
            "times": data.draw(st.sampled_from([1, 2, None])),
            "when": data.draw(st.sampled_from([None, *({one: request[one]} for one in request)])),
            "after": data.draw(st.sampled_from([0, 0, 0, 1, 2])),
        }
        try:
            self.hub.fail(**fault)
        except ValueError:  # a request that was to be refused has what no request can have
            return
        self.model.faults.append(json.loads(json.dumps(fault)))
        self.compare(caller, region, name, request)
        self.call(name, data)

    def throttle(self, data: st.DataObject) -> None:
        per_second = data.draw(st.sampled_from([0.5, 1, 2]))
        name = data.draw(st.sampled_from([*self.operations, "*"]))
        if any(
            "*" in (name, one["operation"]) or one["operation"] == name for one in self.model.faults
        ):
            return
        self.hub.throttle(name, per_second=per_second)
        self.model.throttles[name] = [per_second, max(per_second, 1.0), self.model.now]
        self.call(self.operations[0] if name == "*" else name, data)

    def renew(self, _: st.DataObject | None = None) -> None:
        """Start another session of the visitor, whose session expires."""
        self.sessions += 1
        principal = self.hub.principal(
            VISITOR.name,
            account_id=VISITOR.account,
            policy=self.visitors_policy,
            role=True,
            session_name=f"session-{self.sessions}",
        )
        self.keys[VISITOR] = tuple(principal.credentials.items())
        self.model.ends[VISITOR.name] = self.model.now + HOUR

    def recover(self, _: st.DataObject | None = None) -> None:
        self.hub.recover()
        self.model.faults.clear()
        self.model.throttles.clear()

    @rule(disturb=st.sampled_from([set_policy, fail, throttle, recover, renew]), data=st.data())
    def disturb(self, disturb: Any, data: st.DataObject) -> None:
        disturb(self, data)

    @rule(seconds=st.sampled_from([None, 0, 1, 60, 3600, 86401]))
    def wait(self, seconds: int | None) -> None:
        if seconds is None:
            self.settle()
        else:
            self.advance(seconds)

    def advance(self, seconds: int) -> None:
        self.hub.advance(seconds)
        self.model.advance(seconds)
        self._learn()

    def settle(self) -> None:
        self.hub.settle()
        self.model.settle()
        self._learn()

    @rule(restore=st.booleans())
    def see(self, restore: bool) -> None:
        """Compare the views; a hub continues after a snapshot as without it."""
        if restore:
            self.hub.restore(json.loads(json.dumps(self.hub.snapshot())))
        compare_views(self.hub, self.model, self.seeded)


def _lower_camel(value: Any) -> Any:
    """Name members as CloudTrail does, the first letter in lower case."""
    if isinstance(value, dict):
        return {name[0].lower() + name[1:]: _lower_camel(part) for name, part in value.items()}
    return [_lower_camel(part) for part in value] if isinstance(value, list) else value


def _parts(answer: Answer) -> Iterable[Any]:
    return (answer.result or {}).values()


def _plain(value: Any) -> Any:
    """Turn the times of a response into seconds since the epoch."""
    if isinstance(value, dict):
        return {name: _plain(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.astimezone(timezone.utc).timestamp() if isinstance(value, datetime) else value


def make_machine(title: str, names: Iterable[str]) -> type[HubMachine]:
    """Create a machine that calls these operations: each is a separate rule."""
    body: dict[str, Any] = {"operations": tuple(names), "tally": Counter()}
    for name in body["operations"]:
        body[xform_name(name)] = rule(data=st.data())(_caller(name))
    return type(title, (HubMachine,), body)


def _caller(name: str) -> Any:
    def call(self: HubMachine, data: st.DataObject) -> None:
        self.call(name, data)

    call.__name__ = xform_name(name)
    return call
