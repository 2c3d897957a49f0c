"""Constraints of the models: the last value that is accepted, and the first that is not.

Writes are tried as dry runs, which come after constraints and before any effect.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any, NamedTuple

from pytest_mgh.bridge.account import ProbedAccount
from pytest_mgh.bridge.probes.probe import probes, reads

MODELS = "Documented and simulated: Models"
OF_DISCOVERY = (MODELS, "Calls of discovery: A broken constraint of the model")
ATTRIBUTE_TYPES = (
    "Contradicting documents: Formats of attribute values: for `IPV4` and `IPV6`, which are no "
    "attribute types"
)
FORMATS = (
    "Documented and simulated: A9",
    "Associations and attributes: A value without the documented format",
)


class Limit(NamedTuple):
    """A constraint.

    Attributes:
        path: The operation, and the member, or the type of the attribute, that has it.
        fits: Values that it accepts.
        breaks: Values that it refuses.
        rows: What it is about.
    """

    path: str
    fits: Iterable[Any]
    breaks: Iterable[Any]
    rows: tuple[str, ...] = (MODELS,)


_ARN = "arn:aws:ec2:us-west-2:123456789012:image/ami-0"
_TASK = {"ProgressUpdateStream": "none", "MigrationTaskName": "none"}
_NOTIFY = {
    **_TASK,
    "Task": {"Status": "IN_PROGRESS"},
    "UpdateDateTime": 1577836800,
    "NextUpdateSeconds": 60,
}
REQUESTS: dict[str, dict[str, Any]] = {
    "AssociateCreatedArtifact": {**_TASK, "CreatedArtifact": {"Name": _ARN}},
    "AssociateDiscoveredResource": _TASK,
    "AssociateSourceResource": _TASK,
    "ListConfigurations": {"configurationType": "SERVER"},
    "ListCreatedArtifacts": _TASK,
    "ListDiscoveredResources": _TASK,
    "ListMigrationTaskUpdates": _TASK,
    "ListSourceResources": _TASK,
    "ImportMigrationTask": {"ProgressUpdateStream": "none"},
    "NotifyApplicationState": {"ApplicationId": "d-application-0"},
    "NotifyMigrationTaskState": _NOTIFY,
    "PutResourceAttributes": _TASK,
}
"""What requests say beside the value that is tried."""


def _repeated(value: Any, *numbers: int) -> list[list[Any]]:
    return [[value] * number for number in numbers]


LIMITS: dict[str, Limit] = {
    "the name of a stream has 1 to 50 characters": Limit(
        "CreateProgressUpdateStream ProgressUpdateStreamName", ["s", "s" * 50], ["", "s" * 51]
    ),
    "the name of a stream has no slash colon bar or control character": Limit(
        "CreateProgressUpdateStream ProgressUpdateStreamName",
        ["a b", "a*b", "\x7f", "\N{SNOWMAN}"],
        ["a/b", "a:b", "a|b", "a\x1fb", "a\n"],
    ),
    "the name of a task has 1 to 256 characters": Limit(
        "ImportMigrationTask MigrationTaskName", ["t", "t" * 256], ["", "t" * 257]
    ),
    "the name of a task has no colon and no bar": Limit(
        "ImportMigrationTask MigrationTaskName", ["a/b", "a b", "a\nb"], ["a:b", "a|b"]
    ),
    "the status of a task is one of four": Limit(
        "NotifyMigrationTaskState Task Status",
        ["NOT_STARTED", "IN_PROGRESS", "FAILED", "COMPLETED"],
        ["DONE", "failed"],
    ),
    "the progress of a task is 0 to 100 percent": Limit(
        "NotifyMigrationTaskState Task ProgressPercent", [0, 100], [-1, 101]
    ),
    "the detail of a status has up to 2500 characters": Limit(
        "NotifyMigrationTaskState Task StatusDetail",
        ["", "d" * 501, "d" * 2500],
        ["d" * 2501],
        (MODELS, "Contradicting documents: StatusDetail: 500 or 2,500 characters"),
    ),
    "the detail of a status has no line break": Limit(
        "NotifyMigrationTaskState Task StatusDetail", [], ["a\nb", "a\n"]
    ),
    "the time to the next update is any integer from 0 on": Limit(
        "NotifyMigrationTaskState NextUpdateSeconds",
        [0, 2**31, 2**63 - 1],
        [-1],
        (MODELS, "Tasks: NextUpdateSeconds"),
    ),
    "the time of an update is in the years 1 to 9999": Limit(
        "NotifyMigrationTaskState UpdateDateTime",
        [-62135596800, 253402300799],
        [-62135596801, 253402300800],
        ("Tasks: UpdateDateTime",),
    ),
    "the name of an artifact is an ARN": Limit(
        "AssociateCreatedArtifact CreatedArtifact Name",
        [_ARN, "arn:aws:s3:::bucket", "arn:aws-cn:ec2:::"],
        ["ami-0", "arn:aws:iam::aws:policy/ReadOnlyAccess", f"x{_ARN}"],
    ),
    "the name of an artifact has up to 1600 characters": Limit(
        "AssociateCreatedArtifact CreatedArtifact Name",
        [_ARN.ljust(1600, "0")],
        [_ARN.ljust(1601, "0")],
    ),
    "the description of an artifact has up to 500 characters": Limit(
        "AssociateCreatedArtifact CreatedArtifact Description", ["", "d" * 500], ["d" * 501]
    ),
    "the id of a discovered resource has 1 to 1600 characters on one line": Limit(
        "AssociateDiscoveredResource DiscoveredResource ConfigurationId",
        ["r", "r" * 1600],
        ["", "r" * 1601, "a\nb"],
    ),
    "the name of a source resource has 1 to 1600 characters on any lines": Limit(
        "AssociateSourceResource SourceResource Name", ["s", "s" * 1600, "a\nb"], ["", "s" * 1601]
    ),
    "a task has 1 to 100 attributes": Limit(
        "PutResourceAttributes ResourceAttributeList",
        _repeated({"Type": "FQDN", "Value": "none.invalid"}, 1, 100),
        _repeated({"Type": "FQDN", "Value": "none.invalid"}, 0, 101),
    ),
    "the type of an attribute is one of ten": Limit(
        "PutResourceAttributes ResourceAttributeList",
        [
            [{"Type": "MAC_ADDRESS", "Value": "02:00:00:00:00:01"}],
            [{"Type": "MOTHERBOARD_SERIAL_NUMBER", "Value": "1"}],
        ],
        [
            [{"Type": "IPV4", "Value": "192.0.2.1"}],
            [{"Type": "IPV6", "Value": "2001:db8:0:0:0:0:0:1"}],
        ],
        (MODELS, ATTRIBUTE_TYPES),
    ),
    "the value of an attribute has 1 to 256 characters on one line": Limit(
        "PutResourceAttributes BIOS_ID", ["b", "b" * 256], ["", "b" * 257, "a\nb"]
    ),
    "the status of an application is one of three": Limit(
        "NotifyApplicationState Status", ["NOT_STARTED", "IN_PROGRESS", "COMPLETED"], ["FAILED"]
    ),
    "an IPv4 address has four numbers up to 255": Limit(
        "PutResourceAttributes IPV4_ADDRESS",
        ["192.0.2.1", "255.255.255.255"],
        ["256.0.0.1", "192.0.2", "192.0.2.1.1"],
        (*FORMATS, "Order of checks: DryRun"),
    ),
    "an IPv4 address may have leading zeros": Limit(
        "PutResourceAttributes IPV4_ADDRESS",
        ["010.000.002.001"],
        [],
        ("Associations and attributes: IPv4",),
    ),
    "an IPv6 address has eight groups": Limit(
        "PutResourceAttributes IPV6_ADDRESS",
        ["2001:0db8:0:0:0:0:0:1", "FFFF:0:0:0:0:0:0:ffff"],
        ["2001:db8:0:0:0:0:1", "2001:db8:0:0:0:0:0:g"],
        FORMATS,
    ),
    "a short IPv6 address is refused": Limit(
        "PutResourceAttributes IPV6_ADDRESS",
        [],
        ["::1", "2001:db8::1"],
        ("Associations and attributes: IPv6",),
    ),
    "a MAC address has six pairs with colons or hyphens": Limit(
        "PutResourceAttributes MAC_ADDRESS",
        ["02:00:00:00:00:0A", "02-00-00-00-00-0a"],
        ["02:00:00:00:00", "020000000001", "02:00:00:00:00:0g"],
        FORMATS,
    ),
    "a host name has none of some characters": Limit(
        "PutResourceAttributes FQDN",
        ["none.invalid", "none invalid", "none_1"],
        ["a<b", "a{b", "a\\b", "a/b", "a?b", "a,b", "a=b"],
        FORMATS,
    ),
    "a page of streams has 1 to 100": Limit(
        "ListProgressUpdateStreams MaxResults", [1, 100], [0, 101]
    ),
    "a page of tasks has 1 to 100": Limit("ListMigrationTasks MaxResults", [1, 100], [0, 101]),
    "a page of applications has 1 to 100": Limit(
        "ListApplicationStates MaxResults", [1, 100], [0, 101]
    ),
    "a list of applications is asked for by 1 to 100 ids": Limit(
        "ListApplicationStates ApplicationIds",
        _repeated("d-application-0", 1, 100),
        _repeated("d-application-0", 0, 101),
    ),
    "a page of artifacts has up to 10": Limit("ListCreatedArtifacts MaxResults", [], [0, 11]),
    "a page of discovered resources has up to 10": Limit(
        "ListDiscoveredResources MaxResults", [], [0, 11]
    ),
    "a page of source resources has up to 10": Limit("ListSourceResources MaxResults", [], [0, 11]),
    "a page of updates has up to 100": Limit("ListMigrationTaskUpdates MaxResults", [], [0, 101]),
    "a page of controls has 1 to 100": Limit(
        "DescribeHomeRegionControls MaxResults", [1, 100], [0, 101]
    ),
    "a token has up to 2048 characters of base64": Limit(
        "ListProgressUpdateStreams NextToken", [], ["A" * 2049, "A-A", "A_A", "A.A"]
    ),
    "a control is asked for by hrc and twelve characters": Limit(
        "DescribeHomeRegionControls ControlId",
        ["hrc-000000000000"],
        ["hrc-00000000000", "hrc-00000000000A", "000000000000"],
    ),
    "a home Region is asked for by three parts": Limit(
        "DescribeHomeRegionControls HomeRegion", ["us-gov-1"], ["us-gov-west-1", "us"]
    ),
    "a target is an account of twelve digits": Limit(
        "DescribeHomeRegionControls Target",
        [{"Type": "ACCOUNT", "Id": "000000000000"}],
        [
            {"Type": "ACCOUNT", "Id": "00000000000"},
            {"Type": "ORGANIZATION"},
            {"Id": "000000000000"},
        ],
    ),
    "a type of configurations is one of four": Limit(
        "ListConfigurations configurationType",
        ["SERVER", "APPLICATION", "PROCESS", "CONNECTION"],
        ["NETWORK", "server"],
        OF_DISCOVERY,
    ),
    "a configuration id has up to 200 characters without blanks": Limit(
        "DescribeConfigurations configurationIds", [], [["d" * 201], ["d server"]], OF_DISCOVERY
    ),
    "the id of an agent has 10 to 20 characters": Limit(
        "DescribeAgents agentIds",
        [["o-00000000"], ["o-000000000000000000"]],
        [["o-0000000"], ["o-0000000000000000000"]],
        OF_DISCOVERY,
    ),
    "the id of a deletion is a uuid": Limit(
        "DescribeBatchDeleteConfigurationTask taskId", [], ["none"], OF_DISCOVERY
    ),
    "a page of imports has 1 to 100": Limit(
        "DescribeImportTasks maxResults", [1, 100], [101], OF_DISCOVERY
    ),
    "a filter of imports is one of four": Limit(
        "DescribeImportTasks filters",
        [[{"name": "NAME", "values": ["none"]}]],
        [[{"name": "URL", "values": ["none"]}]],
        OF_DISCOVERY,
    ),
    "an order is ascending or descending": Limit(
        "ListConfigurations orderBy",
        [[{"fieldName": "server.hostName", "sortOrder": one}] for one in ("ASC", "DESC")],
        [[{"fieldName": "server.hostName", "sortOrder": "UP"}]],
        OF_DISCOVERY,
    ),
}

_INVALID = (
    "InvalidInputException",
    "InvalidParameterException",
    "InvalidParameterValueException",
    "SerializationException",
    "ValidationException",
)


def _try(account: ProbedAccount, limit: Limit) -> Any:
    operation, *members = limit.path.split()
    fits, breaks = (
        [account.dry(operation, **_request(operation, members, value)) for value in values]
        for values in (limit.fits, limit.breaks)
    )
    return {
        "fits": [answer if answer.code in _INVALID else "fits" for answer in fits],
        "breaks": [answer.accepted for answer in breaks],
    }


def _request(operation: str, members: list[str], value: Any) -> dict[str, Any]:
    """Return a request with a value in a member, in a member of a member, or in an attribute."""
    request = REQUESTS.get(operation, {})
    member, *inner = members
    if member.isupper():
        return {**request, "ResourceAttributeList": [{"Type": member, "Value": value}]}
    if inner:
        value = {**request.get(member, {}), inner[0]: value}
    return {**request, member: value}


for _rule, _limit in LIMITS.items():
    probes({_limit.rows: {_rule: partial(_try, limit=_limit)}})


@reads(MODELS)
def required_members_must_be_there(account: ProbedAccount) -> Any:
    return {
        operation: account.dry(operation).accepted
        for operation in (
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
    }
