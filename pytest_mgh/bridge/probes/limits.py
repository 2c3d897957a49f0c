"""Constraints of the models: the last value that is accepted, and the first that is not.

Writes are tried as dry runs, which come after constraints and before any effect.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from pytest_mgh.bridge.probes.probe import add, probe
from pytest_mgh.bridge.probes.wire import accepted

if TYPE_CHECKING:
    from pytest_mgh.bridge.account import ProbedAccount

MODELS = "Documented, and done so: Models"
STATUS_DETAIL = "Contradicting documents: StatusDetail: 500 or 2,500 characters"
ATTRIBUTE_TYPES = (
    "Contradicting documents: Formats of attribute values: for `IPV4` and `IPV6`, which are no "
    "attribute types"
)
NEXT_UPDATE = "Tasks: NextUpdateSeconds"
TIMES = "Tasks: UpdateDateTime"
IPV4 = "Associations and attributes: IPv4"
IPV6 = "Associations and attributes: IPv6"
FORMATS = "Associations and attributes: A value without the documented format"
DOCUMENTED_FORMATS = "Documented, and done so: A9"
CONSTRAINTS_OF_DISCOVERY = "Calls of discovery: A broken constraint of the model"
ORDER = "Order of checks: DryRun"


class Limit(NamedTuple):
    """A constraint.

    Attributes:
        rule: What it says.
        operation: An operation that has it.
        members: What else the request says.
        fits: Values that it accepts, as members.
        breaks: Values that it refuses, as members.
        rows: What it is about.
    """

    rule: str
    operation: str
    members: dict[str, Any]
    fits: list[dict[str, Any]]
    breaks: list[dict[str, Any]]
    rows: tuple[str, ...] = (MODELS,)


_TASK = {"ProgressUpdateStream": "none", "MigrationTaskName": "none"}
_NOTIFY = {**_TASK, "UpdateDateTime": 1577836800, "NextUpdateSeconds": 60}
_STATE = {"ApplicationId": "d-application-0", "Status": "COMPLETED"}
_ARN = "arn:aws:ec2:us-west-2:123456789012:image/ami-0"


def _texts(member: str, *texts: str) -> list[dict[str, Any]]:
    return [{member: text} for text in texts]


def _tasks(*states: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"Task": {"Status": "IN_PROGRESS", **state}} for state in states]


def _artifacts(*artifacts: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"CreatedArtifact": {"Name": _ARN, **artifact}} for artifact in artifacts]


def _attributes(type_: str, *values: str) -> list[dict[str, Any]]:
    return [{"ResourceAttributeList": [{"Type": type_, "Value": value}]} for value in values]


def _attribute_lists(*numbers: int) -> list[dict[str, Any]]:
    pair = {"Type": "FQDN", "Value": "none.invalid"}
    return [{"ResourceAttributeList": [pair] * number} for number in numbers]


LIMITS = [
    Limit(
        "the name of a stream has 1 to 50 characters",
        "CreateProgressUpdateStream",
        {},
        _texts("ProgressUpdateStreamName", "s", "s" * 50),
        _texts("ProgressUpdateStreamName", "", "s" * 51),
    ),
    Limit(
        "the name of a stream has no slash colon bar or control character",
        "CreateProgressUpdateStream",
        {},
        _texts("ProgressUpdateStreamName", "a b", "a*b", "\x7f", "\N{SNOWMAN}"),
        _texts("ProgressUpdateStreamName", "a/b", "a:b", "a|b", "a\x1fb", "a\n"),
    ),
    Limit(
        "the name of a task has 1 to 256 characters",
        "ImportMigrationTask",
        {"ProgressUpdateStream": "none"},
        _texts("MigrationTaskName", "t", "t" * 256),
        _texts("MigrationTaskName", "", "t" * 257),
    ),
    Limit(
        "the name of a task has no colon and no bar",
        "ImportMigrationTask",
        {"ProgressUpdateStream": "none"},
        _texts("MigrationTaskName", "a/b", "a b", "a\nb"),
        _texts("MigrationTaskName", "a:b", "a|b"),
    ),
    Limit(
        "the status of a task is one of four",
        "NotifyMigrationTaskState",
        _NOTIFY,
        _tasks(*({"Status": one} for one in ("NOT_STARTED", "IN_PROGRESS", "FAILED", "COMPLETED"))),
        _tasks({"Status": "DONE"}, {"Status": "failed"}),
    ),
    Limit(
        "the progress of a task is 0 to 100 percent",
        "NotifyMigrationTaskState",
        _NOTIFY,
        _tasks({"ProgressPercent": 0}, {"ProgressPercent": 100}),
        _tasks({"ProgressPercent": -1}, {"ProgressPercent": 101}),
    ),
    Limit(
        "the detail of a status has up to 2500 characters",
        "NotifyMigrationTaskState",
        _NOTIFY,
        _tasks({"StatusDetail": ""}, {"StatusDetail": "d" * 501}, {"StatusDetail": "d" * 2500}),
        _tasks({"StatusDetail": "d" * 2501}),
        (MODELS, STATUS_DETAIL),
    ),
    Limit(
        "the detail of a status has no line break",
        "NotifyMigrationTaskState",
        _NOTIFY,
        [],
        _tasks({"StatusDetail": "a\nb"}, {"StatusDetail": "a\n"}),
    ),
    Limit(
        "the time to the next update is any integer from 0 on",
        "NotifyMigrationTaskState",
        {**_NOTIFY, "Task": {"Status": "IN_PROGRESS"}},
        [{"NextUpdateSeconds": 0}, {"NextUpdateSeconds": 2**31}, {"NextUpdateSeconds": 2**63 - 1}],
        [{"NextUpdateSeconds": -1}],
        (MODELS, NEXT_UPDATE),
    ),
    Limit(
        "the time of an update is in the years 1 to 9999",
        "NotifyMigrationTaskState",
        {**_NOTIFY, "Task": {"Status": "IN_PROGRESS"}},
        [{"UpdateDateTime": -62135596800}, {"UpdateDateTime": 253402300799}],
        [{"UpdateDateTime": -62135596801}, {"UpdateDateTime": 253402300800}],
        (TIMES,),
    ),
    Limit(
        "the name of an artifact is an ARN",
        "AssociateCreatedArtifact",
        _TASK,
        _artifacts({}, {"Name": "arn:aws:s3:::bucket"}, {"Name": "arn:aws-cn:ec2:::"}),
        _artifacts(
            {"Name": "ami-0"},
            {"Name": "arn:aws:iam::aws:policy/ReadOnlyAccess"},
            {"Name": f"x{_ARN}"},
        ),
    ),
    Limit(
        "the name of an artifact has up to 1600 characters",
        "AssociateCreatedArtifact",
        _TASK,
        _artifacts({"Name": _ARN.ljust(1600, "0")}),
        _artifacts({"Name": _ARN.ljust(1601, "0")}),
    ),
    Limit(
        "the description of an artifact has up to 500 characters",
        "AssociateCreatedArtifact",
        _TASK,
        _artifacts({"Description": ""}, {"Description": "d" * 500}),
        _artifacts({"Description": "d" * 501}),
    ),
    Limit(
        "the id of a discovered resource has 1 to 1600 characters on one line",
        "AssociateDiscoveredResource",
        _TASK,
        [{"DiscoveredResource": {"ConfigurationId": id_}} for id_ in ("r", "r" * 1600)],
        [{"DiscoveredResource": {"ConfigurationId": id_}} for id_ in ("", "r" * 1601, "a\nb")],
    ),
    Limit(
        "the name of a source resource has 1 to 1600 characters on any lines",
        "AssociateSourceResource",
        _TASK,
        [{"SourceResource": {"Name": name}} for name in ("s", "s" * 1600, "a\nb")],
        [{"SourceResource": {"Name": name}} for name in ("", "s" * 1601)],
    ),
    Limit(
        "a task has 1 to 100 attributes",
        "PutResourceAttributes",
        _TASK,
        _attribute_lists(1, 100),
        _attribute_lists(0, 101),
    ),
    Limit(
        "the value of an attribute has 1 to 256 characters on one line",
        "PutResourceAttributes",
        _TASK,
        _attributes("BIOS_ID", "b", "b" * 256),
        _attributes("BIOS_ID", "", "b" * 257, "a\nb"),
    ),
    Limit(
        "the type of an attribute is one of ten",
        "PutResourceAttributes",
        _TASK,
        [
            *_attributes("MAC_ADDRESS", "02:00:00:00:00:01"),
            *_attributes("MOTHERBOARD_SERIAL_NUMBER", "1"),
        ],
        [*_attributes("IPV4", "192.0.2.1"), *_attributes("IPV6", "2001:db8:0:0:0:0:0:1")],
        (MODELS, ATTRIBUTE_TYPES),
    ),
    Limit(
        "the status of an application is one of three",
        "NotifyApplicationState",
        {"ApplicationId": "d-application-0"},
        [{"Status": one} for one in ("NOT_STARTED", "IN_PROGRESS", "COMPLETED")],
        [{"Status": "FAILED"}],
    ),
    Limit(
        "an IPv4 address has four numbers up to 255",
        "PutResourceAttributes",
        _TASK,
        _attributes("IPV4_ADDRESS", "192.0.2.1", "255.255.255.255"),
        _attributes("IPV4_ADDRESS", "256.0.0.1", "192.0.2", "192.0.2.1.1"),
        (DOCUMENTED_FORMATS, FORMATS, ORDER),
    ),
    Limit(
        "an IPv4 address may have leading zeros",
        "PutResourceAttributes",
        _TASK,
        _attributes("IPV4_ADDRESS", "010.000.002.001"),
        [],
        (IPV4,),
    ),
    Limit(
        "an IPv6 address has eight groups",
        "PutResourceAttributes",
        _TASK,
        _attributes("IPV6_ADDRESS", "2001:0db8:0:0:0:0:0:1", "FFFF:0:0:0:0:0:0:ffff"),
        _attributes("IPV6_ADDRESS", "2001:db8:0:0:0:0:1", "2001:db8:0:0:0:0:0:g"),
        (DOCUMENTED_FORMATS, FORMATS),
    ),
    Limit(
        "a short IPv6 address is refused",
        "PutResourceAttributes",
        _TASK,
        [],
        _attributes("IPV6_ADDRESS", "::1", "2001:db8::1"),
        (IPV6,),
    ),
    Limit(
        "a MAC address has six pairs with colons or hyphens",
        "PutResourceAttributes",
        _TASK,
        _attributes("MAC_ADDRESS", "02:00:00:00:00:0A", "02-00-00-00-00-0a"),
        _attributes("MAC_ADDRESS", "02:00:00:00:00", "020000000001", "02:00:00:00:00:0g"),
        (DOCUMENTED_FORMATS, FORMATS),
    ),
    Limit(
        "a host name has none of some characters",
        "PutResourceAttributes",
        _TASK,
        _attributes("FQDN", "none.invalid", "none invalid", "none_1"),
        _attributes("FQDN", "a<b", "a{b", "a\\b", "a/b", "a?b", "a,b", "a=b"),
        (DOCUMENTED_FORMATS, FORMATS),
    ),
    Limit(
        "a page of streams has 1 to 100",
        "ListProgressUpdateStreams",
        {},
        [{"MaxResults": 1}, {"MaxResults": 100}],
        [{"MaxResults": 0}, {"MaxResults": 101}],
    ),
    Limit(
        "a page of tasks has 1 to 100",
        "ListMigrationTasks",
        {},
        [{"MaxResults": 1}, {"MaxResults": 100}],
        [{"MaxResults": 0}, {"MaxResults": 101}],
    ),
    Limit(
        "a page of applications has 1 to 100",
        "ListApplicationStates",
        {},
        [{"MaxResults": 1}, {"MaxResults": 100}],
        [{"MaxResults": 0}, {"MaxResults": 101}],
    ),
    Limit(
        "a list of applications is asked for by 1 to 100 ids",
        "ListApplicationStates",
        {},
        [{"ApplicationIds": ["d-application-0"] * number} for number in (1, 100)],
        [{"ApplicationIds": ["d-application-0"] * number} for number in (0, 101)],
    ),
    Limit(
        "a page of artifacts has up to 10",
        "ListCreatedArtifacts",
        _TASK,
        [],
        [{"MaxResults": 0}, {"MaxResults": 11}],
    ),
    Limit(
        "a page of discovered resources has up to 10",
        "ListDiscoveredResources",
        _TASK,
        [],
        [{"MaxResults": 0}, {"MaxResults": 11}],
    ),
    Limit(
        "a page of source resources has up to 10",
        "ListSourceResources",
        _TASK,
        [],
        [{"MaxResults": 0}, {"MaxResults": 11}],
    ),
    Limit(
        "a page of updates has up to 100",
        "ListMigrationTaskUpdates",
        _TASK,
        [],
        [{"MaxResults": 0}, {"MaxResults": 101}],
    ),
    Limit(
        "a page of controls has 1 to 100",
        "DescribeHomeRegionControls",
        {},
        [{"MaxResults": 1}, {"MaxResults": 100}],
        [{"MaxResults": 0}, {"MaxResults": 101}],
    ),
    Limit(
        "a token has up to 2048 characters of base64",
        "ListProgressUpdateStreams",
        {},
        [],
        _texts("NextToken", "A" * 2049, "A-A", "A_A", "A.A"),
    ),
    Limit(
        "a control is asked for by hrc and twelve characters",
        "DescribeHomeRegionControls",
        {},
        [{"ControlId": "hrc-000000000000"}],
        [{"ControlId": id_} for id_ in ("hrc-00000000000", "hrc-00000000000A", "000000000000")],
    ),
    Limit(
        "a home Region is asked for by three parts",
        "DescribeHomeRegionControls",
        {},
        [{"HomeRegion": "us-gov-1"}],
        [{"HomeRegion": "us-gov-west-1"}, {"HomeRegion": "us"}],
    ),
    Limit(
        "a target is an account of twelve digits",
        "DescribeHomeRegionControls",
        {},
        [{"Target": {"Type": "ACCOUNT", "Id": "000000000000"}}],
        [
            {"Target": {"Type": "ACCOUNT", "Id": "00000000000"}},
            {"Target": {"Type": "ORGANIZATION"}},
            {"Target": {"Id": "000000000000"}},
        ],
    ),
    Limit(
        "a type of configurations is one of four",
        "ListConfigurations",
        {},
        [{"configurationType": one} for one in ("SERVER", "APPLICATION", "PROCESS", "CONNECTION")],
        [{"configurationType": "NETWORK"}, {"configurationType": "server"}],
        (MODELS, CONSTRAINTS_OF_DISCOVERY),
    ),
    Limit(
        "a configuration id has up to 200 characters without blanks",
        "DescribeConfigurations",
        {},
        [],
        [{"configurationIds": [id_]} for id_ in ("d" * 201, "d server")],
        (MODELS, CONSTRAINTS_OF_DISCOVERY),
    ),
    Limit(
        "the id of an agent has 10 to 20 characters",
        "DescribeAgents",
        {},
        [{"agentIds": ["o-00000000"]}, {"agentIds": ["o-000000000000000000"]}],
        [{"agentIds": ["o-0000000"]}, {"agentIds": ["o-0000000000000000000"]}],
        (MODELS, CONSTRAINTS_OF_DISCOVERY),
    ),
    Limit(
        "the id of a deletion is a uuid",
        "DescribeBatchDeleteConfigurationTask",
        {},
        [],
        [{"taskId": "none"}],
        (MODELS, CONSTRAINTS_OF_DISCOVERY),
    ),
    Limit(
        "a page of imports has 1 to 100",
        "DescribeImportTasks",
        {},
        [{"maxResults": 1}, {"maxResults": 100}],
        [{"maxResults": 101}],
        (MODELS, CONSTRAINTS_OF_DISCOVERY),
    ),
    Limit(
        "a filter of imports is one of four",
        "DescribeImportTasks",
        {},
        [{"filters": [{"name": "NAME", "values": ["none"]}]}],
        [{"filters": [{"name": "URL", "values": ["none"]}]}],
        (MODELS, CONSTRAINTS_OF_DISCOVERY),
    ),
    Limit(
        "an order is ascending or descending",
        "ListConfigurations",
        {"configurationType": "SERVER"},
        [
            {"orderBy": [{"fieldName": "server.hostName", "sortOrder": one}]}
            for one in ("ASC", "DESC")
        ],
        [{"orderBy": [{"fieldName": "server.hostName", "sortOrder": "UP"}]}],
        (MODELS, CONSTRAINTS_OF_DISCOVERY),
    ),
]


_INVALID = (
    "InvalidInputException",
    "InvalidParameterException",
    "InvalidParameterValueException",
    "SerializationException",
    "ValidationException",
)

REQUIRED = (
    "AssociateCreatedArtifact",
    "AssociateDiscoveredResource",
    "AssociateSourceResource",
    "CreateHomeRegionControl",
    "CreateProgressUpdateStream",
    "DeleteProgressUpdateStream",
    "DescribeApplicationState",
    "DescribeConfigurations",
    "DescribeMigrationTask",
    "DisassociateCreatedArtifact",
    "DisassociateDiscoveredResource",
    "DisassociateSourceResource",
    "ImportMigrationTask",
    "ListConfigurations",
    "ListCreatedArtifacts",
    "NotifyApplicationState",
    "NotifyMigrationTaskState",
    "PutResourceAttributes",
)
"""Operations with required members that can be called without changing anything."""


def _try(account: ProbedAccount, limit: Limit) -> Any:
    fits, breaks = (
        [account.dry(limit.operation, **{**limit.members, **one}) for one in ones]
        for ones in (limit.fits, limit.breaks)
    )
    return {
        "fits": [answer if answer.code in _INVALID else "fits" for answer in fits],
        "breaks": [accepted(answer) for answer in breaks],
    }


for _limit in LIMITS:
    add(_limit.rule, partial(_try, limit=_limit), *_limit.rows)


@probe(MODELS)
def required_members_must_be_there(account: ProbedAccount) -> Any:
    return {operation: accepted(account.dry(operation)) for operation in REQUIRED}
