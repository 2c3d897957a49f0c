"""Stand-ins that answer one thing otherwise: exactly the probes of that rule differ."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

import hypothesis
import pytest
from stand_in import Change, StandIn, members, refusal, result, rules, with_members

from pytest_mgh.bridge.calls import Reply, Request, Send
from pytest_mgh.bridge.findings import Outcome
from pytest_mgh.bridge.probes.catalog import PROBES

When = Callable[[Request], bool]
Content = dict[str, Any]


# changes of answers


def instead(when: When, reply: Reply) -> Change:
    """Answer something else to some requests."""
    return lambda send, request: reply if when(request) else send(request)


def as_if(when: When, **changes: Any) -> Change:
    """Answer some requests as if they were other requests."""
    return lambda send, request: send(
        with_members(request, **changes) if when(request) else request
    )


def edited(when: When, edit: Callable[[Content], Any]) -> Change:
    """Change results of some requests."""

    def change(send: Send, request: Request) -> Reply:
        reply = send(request)
        if reply.status != 200 or not when(request):
            return reply
        content = json.loads(reply.body)
        edit(content)
        return replace(reply, body=result(content).body)

    return change


def recoded(when: When, code: str, before: str) -> Change:
    """Give the refusals of some requests that have one code another one."""

    def change(send: Send, request: Request) -> Reply:
        reply = send(request)
        if reply.status == 200 or not when(request):
            return reply
        refused = json.loads(reply.body)
        return refusal(code, refused.get("Message")) if refused["__type"] == before else reply

    return change


def of(*operations: str, **wanted: Any) -> When:
    """Return whether a request is of one of these operations and has these members."""

    def when(request: Request) -> bool:
        asked = members(request)
        return request.operation in operations and all(
            check(asked.get(name)) if callable(check) else asked.get(name) == check
            for name, check in wanted.items()
        )

    return when


def both(*whens: When) -> When:
    return lambda request: all(when(request) for when in whens)


def dry(request: Request) -> bool:
    return request.dry_run


def abroad(request: Request) -> bool:
    return request.region != "eu-central-1"


def longer_than(length: int) -> Callable[[Any], bool]:
    return lambda text: isinstance(text, str) and len(text) > length


def body(*bodies: str) -> When:
    return lambda request: request.body.decode() in bodies


def headed(name: str, value: str) -> When:
    return lambda request: (name, value) in request.headers


def attribute(type_: str, value: str = "") -> Callable[[Any], bool]:
    return lambda pairs: any(
        pair["Type"] == type_ and value in pair["Value"] for pair in pairs or ()
    )


INVALID = refusal("InvalidInputException", "no")
INVALID_VALUE = refusal("InvalidParameterValueException", "no")
NOT_FOUND = refusal("ResourceNotFoundException", "no")
DRY = refusal("DryRunOperation", "Dry Run was a success!")
GONE = Reply(404, NOT_FOUND.body)
NONE = "pytest-mgh-none"


def nth(number: int, operation: str, reply: Reply) -> Change:
    """Change the answer of one of several equal calls of an operation."""
    seen: Counter[Request] = Counter()

    def change(send: Send, request: Request) -> Reply:
        if request.operation != operation or request.dry_run or abroad(request):
            return send(request)
        seen[request] += 1
        return reply if seen[request] == number else send(request)

    return change


def moves_to_the_end(send: Send, request: Request) -> Reply:
    """List an item that is attached again last."""
    if request.operation == "AssociateCreatedArtifact" and not request.dry_run:
        asked = members(request)
        name = asked.pop("CreatedArtifact", {}).get("Name")
        out = json.dumps({**asked, "CreatedArtifactName": name}).encode()
        send(Request("mgh", "DisassociateCreatedArtifact", request.region, out))
    return send(request)


def tokens_once() -> Change:
    """Refuse a token that was just used."""
    last: Request | None = None

    def change(send: Send, request: Request) -> Reply:
        nonlocal last
        again, last = request == last, request
        is_meant = request.operation == "ListCreatedArtifacts" and "NextToken" in members(request)
        return INVALID if again and is_meant else send(request)

    return change


def case_blind(send: Send, request: Request) -> Reply:
    """Compare text in filters without regard to case."""
    filters = members(request).get("filters")
    if request.operation != "ListConfigurations" or not filters:
        return send(request)
    lower = [
        {**one, "values": [value.lower() for value in one["values"]]}
        for one in filters
        if isinstance(one, dict)
    ]
    return send(with_members(request, filters=lower))


def undated(send: Send, request: Request) -> Reply:
    """Leave out the header Date of refusals of the front end."""
    reply = send(request)
    return reply if request.signed else replace(reply, date="")


def reverse(*path: str) -> Callable[[Content], None]:
    return lambda content: content[path[0]].reverse()


def without(member: str, *names: str) -> Callable[[Content], None]:
    def edit(content: Content) -> None:
        rows = content[member]
        for row in rows if isinstance(rows, list) else [rows]:
            for name in names:
                row.pop(name, None)

    return edit


def with_value(member: str, name: str, value: Any) -> Callable[[Content], None]:
    def edit(content: Content) -> None:
        rows = content[member]
        for row in rows if isinstance(rows, list) else [rows]:
            row[name] = value

    return edit


class Mutant(NamedTuple):
    """A stand-in that answers one thing otherwise.

    Attributes:
        name: What it answers otherwise.
        change: How.
        differ: The rules that differ then.
        write: Whether the rules need a run that writes.
        deletion_takes: Seconds that a deletion takes; it is the difference, or needed to see it.
        mapping_takes: Seconds that a mapping takes.
    """

    name: str
    change: Change | None
    differ: set[str]
    write: bool = False
    deletion_takes: float = 0
    mapping_takes: float = 0


SLOW = {"a deletion takes no time"}
MUTANTS = [
    Mutant(
        "another code for a dry run",
        recoded(of("ImportMigrationTask", ProgressUpdateStream=NONE), "DryRun", "DryRunOperation"),
        {"a dry run of ImportMigrationTask"},
    ),
    Mutant(
        "a dry run that asks whether the stream exists",
        instead(
            both(
                of("PutResourceAttributes", ResourceAttributeList=attribute("FQDN")),
                dry,
                of("PutResourceAttributes", ProgressUpdateStream=NONE),
            ),
            NOT_FOUND,
        ),
        {"a dry run of PutResourceAttributes", "PutResourceAttributes outside the home Region"},
    ),
    Mutant(
        "names of streams up to 49 characters",
        instead(
            of(
                "CreateProgressUpdateStream", ProgressUpdateStreamName=lambda name: name == "s" * 50
            ),
            INVALID,
        ),
        {"the name of a stream has 1 to 50 characters"},
    ),
    Mutant(
        "lengths in units of UTF-16",
        instead(
            of(
                "CreateProgressUpdateStream",
                ProgressUpdateStreamName=lambda name: "\N{SLIGHTLY SMILING FACE}" in str(name),
            ),
            INVALID,
        ),
        {"lengths count code points"},
    ),
    Mutant(
        "names of tasks up to 257 characters",
        instead(both(of("ImportMigrationTask", MigrationTaskName=longer_than(256)), dry), DRY),
        {"the name of a task has 1 to 256 characters"},
    ),
    Mutant(
        "details up to 500 characters",
        instead(
            of(
                "NotifyMigrationTaskState",
                Task=lambda task: len((task or {}).get("StatusDetail", "")) > 500,
            ),
            INVALID,
        ),
        {"the detail of a status has up to 2500 characters"},
    ),
    Mutant(
        "short IPv6 addresses",
        instead(
            both(
                of("PutResourceAttributes", ResourceAttributeList=attribute("IPV6_ADDRESS", "::")),
                dry,
            ),
            DRY,
        ),
        {"a short IPv6 address is refused"},
    ),
    Mutant(
        "no leading zeros in IPv4 addresses",
        instead(
            of("PutResourceAttributes", ResourceAttributeList=attribute("IPV4_ADDRESS", "010")),
            INVALID,
        ),
        {"an IPv4 address may have leading zeros"},
    ),
    Mutant(
        "pages of artifacts up to 11",
        as_if(of("ListCreatedArtifacts", MaxResults=11), MaxResults=10),
        {"a page of artifacts has up to 10"},
    ),
    Mutant(
        "a limit with the error code of another protocol",
        recoded(
            of("ListSourceResources", MaxResults=11),
            "ValidationException",
            "InvalidInputException",
        ),
        {"a page of source resources has up to 10"},
    ),
    Mutant(
        "lists of unknown tasks are empty",
        instead(
            of("ListMigrationTaskUpdates", ProgressUpdateStream=NONE),
            result({"MigrationTaskUpdateList": []}),
        ),
        {"lists of a task of an unknown stream are not found"},
    ),
    Mutant(
        "no tasks of an unknown configuration",
        instead(
            of("ListMigrationTasks", ResourceName="d-server-00000000000000000"),
            result({"MigrationTaskSummaryList": []}),
        ),
        {"tasks of an unknown configuration are not found"},
    ),
    Mutant(
        "the home Region is answered at home only",
        instead(both(of("GetHomeRegion"), abroad), INVALID),
        {"the home Region can be asked in every Region"},
    ),
    Mutant(
        "controls without a time",
        edited(of("DescribeHomeRegionControls"), without("HomeRegionControls", "RequestedTime")),
        {"a control has its id Region target and time"},
    ),
    Mutant(
        "filters of controls of which one is enough",
        as_if(
            of("DescribeHomeRegionControls", ControlId=longer_than(3), HomeRegion=longer_than(3)),
            HomeRegion=None,
        ),
        {"all filters of controls must match"},
    ),
    Mutant(
        "another code for a write abroad",
        recoded(
            both(of("ImportMigrationTask"), abroad),
            "HomeRegionNotSetException",
            "InvalidInputException",
        ),
        {"ImportMigrationTask outside the home Region"},
    ),
    Mutant(
        "deletions are writes abroad",
        instead(both(of("DeleteProgressUpdateStream"), abroad), INVALID),
        {
            "DeleteProgressUpdateStream outside the home Region",
            "an unknown stream outside the home Region is not found",
        },
    ),
    Mutant(
        "reads of discovery are refused abroad",
        instead(both(of("DescribeTags"), abroad), refusal("HomeRegionNotSetException")),
        {"discovery can be read outside the home Region"},
    ),
    Mutant(
        "a dry run accepts a Region without Migration Hub",
        instead(of("CreateHomeRegionControl", HomeRegion="us-east-2"), DRY),
        {"a Region without Migration Hub cannot be home"},
    ),
    Mutant(
        "an unknown control is deleted",
        instead(of("DeleteHomeRegionControl"), result({})),
        {"an unknown control cannot be deleted"},
    ),
    Mutant(
        "an empty body is an empty object",
        instead(both(body(""), lambda request: request.method == "POST"), result({})),
        {"an empty body is refused"},
    ),
    Mutant(
        "fractions are refused",
        instead(body('{"MaxResults": 1.5}'), refusal("SerializationException")),
        {"a fraction is cut off where an integer is due"},
    ),
    Mutant(
        "unknown members are refused",
        instead(body('{"Unknown": 1}'), refusal("SerializationException")),
        {"an unknown member is ignored"},
    ),
    Mutant(
        "an unknown operation has a message",
        instead(
            headed("X-Amz-Target", "AWSMigrationHub.ListNothing"),
            Reply(400, b'{"__type":"UnknownOperationException","message":""}'),
        ),
        {"an unknown operation is refused without a message"},
    ),
    Mutant(
        "the signature is read before the body",
        instead(
            both(body("{"), lambda request: not request.signed),
            Reply(400, b'{"__type":"MissingAuthenticationTokenException"}'),
        ),
        {"the body is read before the signature"},
    ),
    Mutant(
        "plain JSON is the content type too",
        instead(headed("Content-Type", "application/json"), result({})),
        {"plain JSON is no content type of the service"},
    ),
    Mutant(
        "an error in the spelling of another service",
        instead(
            both(
                of("DescribeMigrationTask", MigrationTaskName="none"),
                lambda request: "pytest-mgh-verify" in request.body.decode(),
            ),
            Reply(400, b'{"__type":"ResourceNotFoundException","message":"no"}'),
        ),
        {"an error of mgh has its code and a message"},
    ),
    Mutant(
        "another status for what is not found",
        instead(of("DescribeApplicationState", ApplicationId=longer_than(3)), GONE),
        {"an unknown application cannot be described"},
    ),
    Mutant(
        "a bad token asks for the first page",
        as_if(of("ListMigrationTasks", NextToken="bm9uZQ=="), NextToken=None),
        {"a token that was never given is refused"},
    ),
    Mutant(
        "pages of configurations begin with one row",
        instead(of("ListConfigurations", maxResults=0), INVALID_VALUE),
        {"a page of configurations has up to 100"},
    ),
    Mutant(
        "an unknown filter matches nothing",
        instead(
            of(
                "ListConfigurations",
                filters=lambda filters: (filters or [{}])[0].get("name") == "server.ipAddress",
            ),
            result({"configurations": []}),
        ),
        {"an unknown filter is refused"},
    ),
    Mutant(
        "another code for ids of two types",
        recoded(
            of("DescribeConfigurations"),
            "InvalidParameterValueException",
            "InvalidParameterException",
        ),
        {"servers and applications are not described in one call"},
    ),
    Mutant(
        "unknown agents are refused",
        instead(of("DescribeAgents", agentIds=["o-00000000000000000"]), INVALID_VALUE),
        {"unknown agents are left out"},
    ),
    Mutant(
        "streams in another order",
        edited(of("ListProgressUpdateStreams"), reverse("ProgressUpdateStreamSummaryList")),
        {"existing streams are listed by name"},
    ),
    Mutant(
        "tasks in another order",
        edited(of("ListMigrationTasks"), reverse("MigrationTaskSummaryList")),
        {"existing tasks are listed newest first"},
    ),
    Mutant(
        "tasks without a status",
        edited(of("ListMigrationTasks"), without("MigrationTaskSummaryList", "Status")),
        {"existing tasks are listed with their members"},
    ),
    Mutant(
        "rows of servers without what is not known",
        edited(
            of("ListConfigurations", configurationType="SERVER"),
            without("configurations", "server.osName"),
        ),
        {"rows of existing servers have the same keys"},
    ),
    Mutant(
        "times of rows in another form",
        edited(
            of("ListConfigurations", configurationType="SERVER"),
            with_value("configurations", "server.timeOfCreation", "2020-01-01T00:00:00Z"),
        ),
        {"times of existing rows are text"},
    ),
    Mutant(
        "imports in another order",
        edited(of("DescribeImportTasks"), reverse("tasks")),
        {"existing imports are listed oldest first"},
    ),
    Mutant(
        "a summary with another member",
        edited(of("GetDiscoverySummary"), lambda content: content.update(networks=0)),
        {"the summary of discovery has its members"},
    ),
    # rules that need writes
    Mutant(
        "a second import is refused",
        nth(2, "ImportMigrationTask", INVALID),
        {"a second import leaves the task as it is"},
        write=True,
    ),
    Mutant(
        "a stream that exists is not created",
        nth(2, "CreateProgressUpdateStream", INVALID),
        {"a stream that is created again keeps its tasks"},
        write=True,
    ),
    Mutant(
        "an older state is ignored",
        instead(
            of("NotifyMigrationTaskState", MigrationTaskName="older", UpdateDateTime=1514764800),
            result({}),
        ),
        {"the last state wins whatever its time"},
        write=True,
    ),
    Mutant(
        "the status detail of a task is missing",
        edited(
            of("DescribeMigrationTask", MigrationTaskName="described"),
            lambda content: content["MigrationTask"]["Task"].pop("StatusDetail", None),
        ),
        {"a described task has its members"},
        write=True,
    ),
    Mutant(
        "one member more",
        edited(
            of("DescribeMigrationTask"),
            with_value("MigrationTask", "MigrationTaskArn", "arn:aws:mgh:::task"),
        ),
        {"a described task has its members"},
        write=True,
    ),
    Mutant(
        "an imported task has no state",
        edited(
            of("DescribeMigrationTask", MigrationTaskName="imported"),
            without("MigrationTask", "Task"),
        ),
        {"an imported task has not started"},
        write=True,
    ),
    Mutant(
        "an empty list of attributes",
        edited(
            of("DescribeMigrationTask", MigrationTaskName="without attributes"),
            with_value("MigrationTask", "ResourceAttributeList", []),
        ),
        {"attributes that were never put are absent"},
        write=True,
    ),
    Mutant(
        "updates newest first",
        edited(of("ListMigrationTaskUpdates"), reverse("MigrationTaskUpdateList")),
        {"updates are listed as they arrived"},
        write=True,
    ),
    Mutant(
        "what is not attached cannot be detached",
        instead(
            of(
                "DisassociateSourceResource",
                SourceResourceName="none",
                MigrationTaskName="nothing attached",
            ),
            NOT_FOUND,
        ),
        {"detaching what is not attached is no error"},
        write=True,
    ),
    Mutant(
        "what is attached again comes last",
        moves_to_the_end,
        {"attaching again changes the description and keeps the place"},
        write=True,
    ),
    Mutant(
        "pages of five artifacts by default",
        as_if(of("ListCreatedArtifacts", MaxResults=None, NextToken=None), MaxResults=5),
        {"a page has the greatest size by default"},
        write=True,
    ),
    Mutant(
        "a token on a last page that is full",
        edited(
            of("ListCreatedArtifacts", MaxResults=2, NextToken=None),
            lambda content: content.update(NextToken="bm9uZQ=="),
        ),
        {"a page that is exactly full has no token"},
        write=True,
    ),
    Mutant("tokens are used up", tokens_once(), {"a token can be used again"}, write=True),
    Mutant(
        "any id can be associated",
        instead(of("AssociateDiscoveredResource", MigrationTaskName="unknown server"), result({})),
        {"a server that discovery does not know cannot be associated"},
        write=True,
    ),
    Mutant(
        "ids of hardware are of VMs",
        edited(
            of("DescribeMigrationTask", MigrationTaskName="hardware"),
            lambda content: content["MigrationTask"].get("ResourceAttributeList", [0]).pop(),
        ),
        {"ids of hardware are kept without a manager"},
        write=True,
    ),
    Mutant(
        "mapping takes 20 s",
        None,
        {"a task is mapped at once"},
        write=True,
        mapping_takes=20,
    ),
    Mutant(
        "added servers have a source",
        edited(
            of("DescribeConfigurations"),
            lambda content: [
                row.update({"server.source": "MigrationTool"})
                for row in content["configurations"]
                if "-added" in row.get("server.hostName", "")
            ],
        ),
        {"an added server is described"},
        write=True,
    ),
    Mutant(
        "an application that was never notified has a time",
        edited(
            of("DescribeApplicationState"), lambda content: content.setdefault("LastUpdatedTime", 0)
        ),
        {
            "an application that was never notified has not started",
            "an application that gets a server with a started task stays as it is",
        },
        write=True,
    ),
    Mutant(
        "names of applications are no keys",
        nth(2, "CreateApplication", result({"configurationId": "d-application-0aaaaaaaaaaaaaaaa"})),
        {"a name that is taken is refused"},
        write=True,
    ),
    Mutant(
        "applications always have a wave",
        edited(
            of("ListConfigurations", configurationType="APPLICATION"),
            lambda content: [
                row.setdefault("application.wave", "") for row in content["configurations"]
            ],
        ),
        {"the wave of an application is shown where one is set"},
        write=True,
    ),
    Mutant(
        "tags are not replaced",
        instead(of("CreateTags", tags=[{"key": "wave", "value": "2"}]), INVALID_VALUE),
        {"a key that an item has gets the new value"},
        write=True,
    ),
    Mutant(
        "without tags none is deleted",
        instead(
            both(of("DeleteTags", tags=None), lambda request: b"d-application" in request.body),
            result({}),
        ),
        {"without tags all of them are deleted"},
        write=True,
    ),
    Mutant(
        "filters without regard to case",
        case_blind,
        {"text in filters is compared with regard to case"},
        write=True,
    ),
    Mutant(
        "applications in applications",
        instead(
            of(
                "AssociateConfigurationItemsToApplication",
                configurationIds=lambda ids: str((ids or [""])[0]).startswith("d-application"),
            ),
            result({}),
        ),
        {"an application cannot be put into an application"},
        write=True,
    ),
    Mutant("a deletion takes 20 s", None, SLOW, write=True, deletion_takes=20),
    Mutant(
        "nothing is detached while deleting",
        instead(of("DisassociateCreatedArtifact", MigrationTaskName="deleted"), INVALID),
        {"things can be detached while the stream is being deleted"} | SLOW,
        write=True,
        deletion_takes=20,
    ),
    Mutant(
        "a second deletion is refused while deleting",
        nth(2, "DeleteProgressUpdateStream", INVALID),
        {"a stream can be deleted again while it is being deleted"} | SLOW,
        write=True,
        deletion_takes=20,
    ),
    Mutant(
        "a deletion of servers does not tell what failed",
        edited(
            of("DescribeBatchDeleteConfigurationTask"),
            lambda content: content["task"].update(failedConfigurations=[]),
        ),
        {"an unknown server fails and the others are deleted"},
        write=True,
    ),
    Mutant(
        "a new stream has the tasks of the old one",
        edited(
            of("ListMigrationTaskUpdates", MigrationTaskName="deleted"),
            lambda content: content["MigrationTaskUpdateList"].append({}),
        ),
        {"a new stream of that name has nothing of the old one"},
        write=True,
    ),
    Mutant("the front end does not say when it is", undated, {"every answer has the date of now"}),
    Mutant(
        "times are kept to the second",
        edited(
            of("DescribeMigrationTask", MigrationTaskName="milliseconds"),
            lambda content: content["MigrationTask"].update(UpdateDateTime=1577836800),
        ),
        {"a time is kept to the millisecond"},
        write=True,
    ),
]


TOGETHER = 1 if hypothesis.settings().max_examples > 24 else 6
"""How many mutants share a run: where more examples are tried, each has one of its own."""


def groups() -> Iterator[list[Mutant]]:
    """Yield mutants that can share a run; those that stand beside each other never do."""
    alike = defaultdict(list)
    for mutant in MUTANTS:
        alike[mutant.write, mutant.deletion_takes, mutant.mapping_takes].append(mutant)
    for mutants in alike.values():
        runs = -(-len(mutants) // TOGETHER)
        yield from (mutants[first::runs] for first in range(runs))


def together(changes: list[Change | None]) -> Change:
    """Combine several changes of answers."""

    def change(send: Send, request: Request) -> Reply:
        for one in filter(None, changes):
            send = partial(one, send)
        return send(request)

    return change


@pytest.mark.parametrize(
    "mutants", list(groups()), ids=lambda mutants: mutants[0].name.replace(" ", "-")
)
def test_exactly_the_probes_of_the_mutated_rule_differ(mutants: list[Mutant]) -> None:
    stand_in = StandIn(
        together([mutant.change for mutant in mutants]),
        deletion_takes=mutants[0].deletion_takes,
        mapping_takes=mutants[0].mapping_takes,
    )
    verification = stand_in.verify(write=mutants[0].write)

    assert rules(verification, Outcome.DIFFERS) == set().union(*(one.differ for one in mutants))


def test_there_are_enough_mutants() -> None:
    assert len(MUTANTS) >= 30


def test_other_message_texts_are_not_a_difference() -> None:
    def reword(send: Send, request: Request) -> Reply:
        reply = send(request)
        if request.dry_run and b"Dry Run" in reply.body:
            return refusal("DryRunOperation", "Request would have succeeded.")
        return reply

    verification = StandIn(reword).verify(write=False)

    dry_runs = {probe.name for probe in PROBES if probe.name.startswith("a dry run of ")}
    assert dry_runs <= rules(verification, Outcome.WORDING)
    assert rules(verification, Outcome.DIFFERS) == set()
    found = {finding.rule: finding for finding in verification.findings}
    finding = found["a dry run of ImportMigrationTask"]
    assert finding.hub == ["Dry Run was a success!"]
    assert finding.account == ["Request would have succeeded."]
