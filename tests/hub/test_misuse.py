"""Error messages for a test's author who misuses the hub."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from datetime import timedelta
from fnmatch import fnmatch
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

from pytest_mgh import HubAccount, MigrationHub, mock_mgh
from pytest_mgh.hub.suggestions import OF_THE_HUB

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


# the call, its error, and the start of the message
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
        "name='migration-tool': the account already has a principal of that name",
    ),
    "a name twice": (
        lambda hub: [hub.principal("vendor", role=True) for _ in range(2)],
        ValueError,
        "name='vendor': the account already has a principal of that name",
    ),
    "an account that is a number": (
        lambda hub: hub.principal("vendor", account_id=210987654321),
        ValueError,
        "account_id=210987654321: must be a string of 12 digits, in quotes",
    ),
    "a name of the hub on its mock": (
        lambda _: mock_mgh().add_stream,  # type: ignore[attr-defined]
        AttributeError,
        "a MockMigrationHub has no 'add_stream'; the hub has it: with mock_mgh() as hub: hub.add_s",
    ),
    "an option that is a number": (
        lambda _: mock_mgh(account_id=123456789012),  # type: ignore[arg-type]
        ValueError,
        "account_id=123456789012: must be a string of 12 digits, in quotes",
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
        "operation=['ListMigrationTasks']: must be the name of an operation, as AWS spells it",
    ),
    "an error that is an exception": (
        lambda hub: hub.fail(LIST, ValueError("x")),
        ValueError,
        "error=ValueError('x'): must be the name of an error; ",
    ),
    "an error that is one of botocore's": (
        lambda hub: hub.fail(LIST, EndpointConnectionError(endpoint_url="x")),
        ValueError,
        (
            "error=EndpointConnectionError('Could not connect to the endpoint URL: \"x\"'): must "
            "be the name of an error; did you mean 'ConnectTimeout'? allowed: "
        ),
    ),
    "an error that is a class": (
        lambda hub: hub.fail(LIST, ReadTimeoutError),
        ValueError,
        (
            "error=<class 'botocore.exceptions.ReadTimeoutError'>: must be the name of an error; "
            "did you mean 'ReadTimeout'? allowed: "
        ),
    ),
    "an error that is one of a client's": (
        lambda hub: hub.fail(LIST, ClientError({"Error": {"Code": "Throttling"}}, LIST)),
        ValueError,
        (
            "error=ClientError('An error occurred (Throttling) when calling the ListMigrationTasks "
            "operation: Unknown'): must be the name of an error; did you mean "
            "'ThrottlingException'? allowed: "
        ),
    ),
    "an error that is a number": (
        lambda hub: hub.fail(LIST, 503),
        ValueError,
        "error=503: must be the name of an error; allowed: ",
    ),
    "an error of botocore's by its name": (
        lambda hub: hub.fail(LIST, "EndpointConnectionError"),
        ValueError,
        "ListMigrationTasks has no error 'EndpointConnectionError'; did you mean 'ConnectTimeout'?",
    ),
    "an error of a connection that ended": (
        lambda hub: hub.fail(LIST, "ConnectionClosedError"),
        ValueError,
        "ListMigrationTasks has no error 'ConnectionClosedError'; did you mean 'ConnectionReset'?",
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
        "advance('60'): must be a number of seconds or a timedelta",
    ),
    "an estate that is a list": (
        lambda hub: hub.load([{"hostname": "web-1"}]),
        ValueError,
        "an estate must be a file or a mapping, not a list",
    ),
    "a server where there is none": (
        lambda hub: hub.server("web-1"),
        LookupError,
        "no server 'web-1'; there are none yet",
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
        "background='later': allowed: a number of seconds >= 0, 'eager' or 'manual'",
    ),
    "a Region without Migration Hub": (
        lambda _: mock_mgh(home_region="us-west-1"),
        ValueError,
        f"home_region='us-west-1': Migration Hub is not available there; {ALLOWED_REGIONS}",
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


# Code that uses a hub with two servers, a stream and a task; and the message of its error.
SAID: dict[str, tuple[str, type[Exception], str]] = {
    # names of other tools, of AWS, and misspelt ones
    "calls": ("mgh.calls", AttributeError, "a MigrationHub has no 'calls'; use 'events'"),
    "requests": ("mgh.requests", AttributeError, "a MigrationHub has no 'requests'; use 'eve"),
    "sleep": ("mgh.sleep(60)", AttributeError, "*has no 'sleep'; use 'advance(seconds)'"),
    "an operation": (
        "mgh.list_migration_tasks()",
        AttributeError,
        (
            "a MigrationHub has no 'list_migration_tasks'; that is a client method: "
            "mgh_client.list_migration_tasks(...); to read the state without a call: mgh.tasks"
        ),
    ),
    "an operation of another service": (
        "mgh.get_home_region()",
        AttributeError,
        (
            "a MigrationHub has no 'get_home_region'; that is a client method: "
            "mgh.client('migrationhub-config').get_home_region(...); to read the state without a "
            "call: mgh.home_region"
        ),
    ),
    "an operation that nothing shows": (
        "mgh.start_import_task()",
        AttributeError,
        (
            "a MigrationHub has no 'start_import_task'; that is a client method: "
            "mgh.client('discovery').start_import_task(...)"
        ),
    ),
    "evnts": ("mgh.evnts", AttributeError, "a MigrationHub has no 'evnts'; did you mean 'events'?"),
    "add_tsk": ("mgh.add_tsk", AttributeError, "*has no 'add_tsk'; did you mean 'add_task'?"),
    "nothing like it": ("mgh.xyzzy", AttributeError, "a MigrationHub has no 'xyzzy'"),
    "of an account": (
        "mgh.account('210987654321').taks",
        AttributeError,
        "a HubAccount has no 'taks'; did you mean 'tasks'?",
    ),
    "of a task": (
        "mgh.task('SMS', 'sms-1').progress",
        AttributeError,
        "a TaskView has no 'progress'; did you mean 'progress_percent'?",
    ),
    "of a server": ("mgh.servers[0].host", AttributeError, "a ServerView has no 'host'; did you"),
    "of a principal": ("mgh.principal('v').acount_id", AttributeError, "a Principal has no 'acou"),
    "of events": (
        "mgh.events.lats",
        AttributeError,
        "an Events has no 'lats'; did you mean 'la",
    ),
    "the number of calls of a mock": (
        "mgh.events.of('ImportMigrationTask').call_count",
        AttributeError,
        "an Events has no 'call_count'; use len(events)",
    ),
    "the assertion of a mock about its only call": (
        "mgh.events.of('ImportMigrationTask').assert_called_once_with()",
        AttributeError,
        (
            "an Events has no 'assert_called_once_with'; use (event,) = events, "
            "event['requestParameters']"
        ),
    ),
    "the requests of a mock": (
        "mgh.events.call_args_list",
        AttributeError,
        ("an Events has no 'call_args_list'; use [event['requestParameters'] for event in events]"),
    ),
    "of a decision": (
        "mgh.explain('ListMigrationTasks').allow",
        AttributeError,
        "a Decision has no 'allow'; did you mean 'allowed'?",
    ),
    "of views": (
        "mgh.streams.SMS",
        AttributeError,
        "these views have no 'SMS'; loop over them, or look one up as streams['SMS']",
    ),
    # settable attributes
    "views": (
        "mgh.streams = []",
        AttributeError,
        "'streams' of a MigrationHub is read-only; settable: home_region, policy",
    ),
    "the time": (
        "mgh.now = 5",
        AttributeError,
        "'now' of a MigrationHub is read-only",
    ),
    "a misspelt name of an account": (
        "mgh.account('210987654321').region = 'eu-west-1'",
        AttributeError,
        "a HubAccount has no 'region' to set; did you mean 'home_region'? allowed: home_region",
    ),
    "a view": (
        "mgh.streams[0].name = 'x'",
        AttributeError,
        "'name' can't be set: a StreamView is a read-only view of one moment. To change the state,",
    ),
    "something new on a view": (
        "mgh.tasks[0].x = 1",
        AttributeError,
        "'x' can't be set: a Task",
    ),
    # look-ups
    "a task by one name": (
        "mgh.tasks['sms-1']",
        KeyError,
        (
            "no task 'sms-1'; did you mean 'SMS/sms-1'? there are: SMS/sms-1; look one up as "
            "tasks['SMS', 'sms-1'], by stream and name"
        ),
    ),
    "a task that is not there": (
        "mgh.tasks['SMS', 'sms-2']",
        KeyError,
        "no task 'SMS/sms-2'; did you mean 'SMS/sms-1'? there are: SMS/sms-1; look one up",
    ),
    "a stream that is not there": (
        "mgh.streams['sms']",
        KeyError,
        "no stream 'sms'; did you mean 'SMS'? there are: SMS; look one up as streams['SMS']",
    ),
    "a server of several": (
        "mgh.add_server('db.example.com'); mgh.servers['db.example.com']",
        KeyError,
        "several are named 'db.example.com': d-server-",
    ),
    "an application where there is none": (
        "mgh.applications['shop']",
        KeyError,
        "no application 'shop'; there are none yet; look one up as applications['name']",
    ),
    "an agent": ("mgh.agents['a']", KeyError, "no agent 'a'; there are none yet; look one up"),
    "an import": ("mgh.imports['i']", KeyError, "no import 'i'; there are none yet; look one up"),
    "an export": ("mgh.exports['e']", KeyError, "no export 'e'; there are none yet; look one up"),
    "a number": ("mgh.streams[1]", IndexError, "no stream at index 1: there are 1"),
    "a number from the end": ("mgh.servers[-3]", IndexError, "no server at index -3: there are 2"),
    "a number that is none": (
        "mgh.streams[0.5]",
        KeyError,
        "no stream '0.5'; there are: SMS; look",
    ),
    "nothing": (
        "mgh.streams[None]",
        KeyError,
        "no stream 'None'; there are: SMS; look",
    ),
    "a call of views": (
        "mgh.streams()",
        TypeError,
        "these views are not a method; look one up as streams['SMS']",
    ),
    # arguments
    "too few": ("mgh.task('SMS')", TypeError, "task() needs 'name'"),
    "much too few": ("mgh.fail()", TypeError, "fail() needs 'operation' and 'error'"),
    "one by name that is lacking": (
        "mgh.throttle('X')",
        TypeError,
        "throttle() needs 'per",
    ),
    "too many": (
        "mgh.fail('ListMigrationTasks', 'ThrottlingException', 3)",
        TypeError,
        (
            "fail() takes only operation and error by position, not 3; "
            "pass the others by name: times=, "
            "message=, "
        ),
    ),
    "too many where none is taken": (
        "mgh.settle(5)",
        TypeError,
        "settle() takes no argument",
    ),
    "one twice": ("mgh.stream('SMS', name='SMS')", TypeError, "stream() got 'name' twice"),
    "one that is not known": (
        "mgh.task('SMS', nam='x')",
        TypeError,
        "task() has no argument 'nam'; did you mean 'name'? allowed: name, stream",
    ),
    "one of an account": (
        "mgh.account('210987654321', 'eu-west-1')",
        TypeError,
        (
            "account() takes only account_id by position, not 'eu-west-1'; "
            "pass the others by name: region="
        ),
    ),
    "a detail of a server": (
        "mgh.add_server('web-9', os='Linux')",
        TypeError,
        "servers have no 'os'; ",
    ),
    # values
    "a name that is a number": ("mgh.add_server(5)", ValueError, "hostname: 5 is not a string"),
    "addresses that are a text": (
        "mgh.add_server('a', ip_addresses='10.0.0.1')",
        ValueError,
        "ip_addresses: '10.0.0.1' is not a list",
    ),
    "tags that are a list": (
        "mgh.add_server('a', tags=['x'])",
        ValueError,
        "tags: ['x'] is not a mapping",
    ),
    "a percentage": (
        "mgh.add_task('SMS', 'x', progress_percent=101)",
        ValueError,
        "progress_percent: 101 is more than 100",
    ),
    "a percentage that is a text": (
        "mgh.add_task('SMS', 'x', progress_percent='50')",
        ValueError,
        "progress_percent: '50' is not a whole number",
    ),
    "a status": (
        "mgh.add_task('SMS', 'x', status='DONE')",
        ValueError,
        "status: 'DONE'; allowed: COMPLETED, FAILED, IN_PROGRESS, NOT_STARTED",
    ),
    "a stream that a task names": (
        "mgh.add_task('sms', 'x')",
        ValueError,
        "stream: no stream 'sms'; did you mean 'SMS'? there are: SMS",
    ),
    "a name that is taken": (
        "mgh.add_task('SMS', 'sms-1')",
        ValueError,
        "name: 'sms-1' already exists",
    ),
    "a stream that is taken": ("mgh.add_stream('SMS')", ValueError, "name: 'SMS' already exists"),
    "a name of a stream": ("mgh.add_stream('a/b')", ValueError, "name: 'a/b' is not a stream name"),
    "an attribute": (
        "mgh.add_task('SMS', 'x', attributes={'FQDN': 5})",
        ValueError,
        "attributes[0].FQDN: 5 is not a string",
    ),
    "an attribute that there is not": (
        "mgh.add_task('SMS', 'x', attributes={'HOST': 'a'})",
        ValueError,
        "attributes[0]: 'HOST' is not known; ",
    ),
    "an estate without names": (
        "mgh.load({'streams': [{}]})",
        ValueError,
        "streams[0]: has no",
    ),
    "an estate of a wrong type": (
        "mgh.load({'servers': 5})",
        ValueError,
        "servers: 5 is not",
    ),
    "an event that there is not": (
        "mgh.events[99]",
        IndexError,
        "no event at index 99: there are 0",
    ),
    "an event by name": (
        "mgh.events['ListMigrationTasks']",
        TypeError,
        "no event 'ListMigrationTasks': use an index, from 0, those of an *",
    ),
    "events as a method": (
        "mgh.events()",
        TypeError,
        "events are not a method: use events[0] or events.of(operation)",
    ),
    **{
        f"a {kind} that there is not": (
            f"mgh.{name}[9]",
            IndexError,
            f"no {kind} at index 9: there are 0",
        )
        for name, kind in {
            "notes": "note",
            "faults": "fault",
            "denials": "denial",
            "pending": "work",
        }.items()
    },
    "a note by name": (
        "mgh.notes['x']",
        TypeError,
        "no note 'x': use an index, from 0",
    ),
    "notes as a method": (
        "mgh.notes()",
        TypeError,
        "this is not a method: use an index to get a note, from 0",
    ),
    "a caller that there is not": (
        "mgh.principals['vendro']",
        KeyError,
        "no principal 'vendro'; there are: migration-tool",
    ),
    "the hub as a mapping": (
        "mgh['SMS']",
        TypeError,
        "a MigrationHub is not a mapping: look things up",
    ),
    "the hub as a sequence": (
        "list(mgh)",
        TypeError,
        "a MigrationHub is not a mapping: look things up",
    ),
    "a policy that is deleted": (
        "del mgh.policy",
        AttributeError,
        "'policy' of a MigrationHub can't be deleted; to undo it: policy = None",
    ),
    "what a checkpoint has not": ("mgh.checkpoint().x", AttributeError, "a Checkpoint has no 'x'"),
    "what the hub has and an account has not": (
        "mgh.account('210987654321').principal('vendor')",
        AttributeError,
        "a HubAccount has no 'principal'; it belongs to the hub, for all accounts: mgh.principal",
    ),
    "calls of an account": (
        "mgh.account('210987654321').calls",
        AttributeError,
        "a HubAccount has no 'calls'; it belongs to the hub, for all accounts: mgh.events",
    ),
    "an account": ("mgh.account('12')", ValueError, "account_id='12': must be 12 digits"),
    "a Region of an account": (
        "mgh.account('210987654321', region='eu-wets-1')",
        ValueError,
        "region='eu-wets-1': did you mean 'eu-west-1'? allowed: ap-northeast-1,",
    ),
    "a policy": (
        "mgh.policy = {'Version': 5}",
        ValueError,
        "*",
    ),
}

# JSON Schema's words
FOREIGN = re.compile(
    "is not of type|is a required property|is too (short|long)|does not match|the minimum of|the "
    "maximum of|Additional properties|is not valid under|non-empty|has no attribute|object is not|"
    "positional argument|NoneType|tuple"
)


@pytest.mark.parametrize(("code", "error", "message"), SAID.values(), ids=SAID)
def test_misuse_of_the_hub_has_a_message_in_the_projects_terms(
    mgh: MigrationHub, code: str, error: type[Exception], message: str
) -> None:
    fill(mgh)
    mgh.add_stream("SMS")
    mgh.add_task("SMS", "sms-1")

    with pytest.raises(error) as raised:
        exec(code, {"mgh": mgh})

    text = str(raised.value)
    assert text.startswith(message) if "*" not in message else fnmatch(text, f"{message}*")
    assert FOREIGN.search(text) is None


def test_members_of_the_hub_that_an_account_lacks_have_their_own_error() -> None:
    assert {*dir(MigrationHub)} - {*dir(HubAccount)} >= OF_THE_HUB


def test_existing_attributes_can_be_read_copied_and_tested_for(mgh: MigrationHub) -> None:
    fill(mgh)
    mgh.client().list_migration_tasks()
    for one in (mgh, mgh.account("210987654321"), mgh.servers, mgh.servers[0], mgh.events):
        for name in dir(one):
            getattr(one, name)
        copy.copy(one)
        assert not hasattr(one, "nothing")
        assert not hasattr(one, "__nothing__")


@pytest.mark.parametrize(("call", "error", "message"), REFUSED.values(), ids=REFUSED)
def test_an_impossible_value_is_refused_with_a_readable_message(
    mgh: MigrationHub, call: Callable[[Any], Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match="^" + re.escape(message)):
        call(mgh)


def test_settable_attributes_can_be_set(mgh: MigrationHub, monkeypatch: pytest.MonkeyPatch) -> None:
    mgh.home_region = "eu-central-1"
    mgh.policy = "AWSMigrationHubFullAccess"
    mgh.principal("vendor").tags = {"team": "a"}
    monkeypatch.setattr(mgh, "settle", lambda: None)  # existing attributes may be patched

    assert (mgh.home_region, mgh.policy) == ("eu-central-1", "AWSMigrationHubFullAccess")


def test_a_time_is_seconds_or_a_timedelta(mgh: MigrationHub) -> None:
    before = mgh.now

    mgh.advance(60)
    mgh.advance(timedelta(minutes=1))

    assert mgh.now - before >= timedelta(minutes=2)


def test_a_user_and_a_role_may_have_the_same_name(mgh: MigrationHub) -> None:
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
