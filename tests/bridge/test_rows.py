"""Which rows of docs/fidelity/ are tried, and why the others are not."""

from __future__ import annotations

from documentation import CHOICES, sections, table

from pytest_mgh.bridge.probes.catalog import PROBES

ROWS = {
    f"{heading}: {row[0]}"
    for page in CHOICES
    for heading, text in sections(page).items()
    if "| Point |" in text or "| Rule |" in text
    for row in table(page, heading)
}
TRIED = {row for probe in PROBES for row in probe.rows}

_POLICIES = "only a caller with other policies would tell, and verify makes none"
_IAM = "IAM would tell, which is another service"
_SESSIONS = "sessions are made by STS, which is another service"
_MOTO = "AWS has no moto"
_NO_HOME = "only an account without a home Region would tell, and verify unsets none"
_HOME = "only a change of the home Region would tell, and verify makes none"
_CLOUDTRAIL = "no service that is called shows it: CloudTrail is another one"
_AGENT = "only an agent would tell, and no call makes one"
_IMPORT = "it needs a file in S3, and imports stay listed"
_EXPORT = "exports stay listed: no operation deletes them"
_ADDRESS = "an address may be that of a server of the account"
UNTRIED = {
    "Applications and tags of discovery: Quotas (1,000 applications, 400 servers an application, "
    "30 tags a server)": "it would fill the account",
    "Associations and attributes: How many a task may have": "no number would prove it",
    "Auto-mapping: A second Put while the first mapping waits a number of seconds": (
        "no call shows whether a mapping waits"
    ),
    "Auto-mapping: Several servers match": "two servers would be taken for one",
    "Callers and policies: AWS managed policies": _POLICIES,
    "Callers and policies: Access keys that the hub did not create": "AWS has no such keys",
    "Callers and policies: Clock skew of signatures": "botocore signs by the clock",
    "Callers and policies: A federated user": _SESSIONS,
    "Callers and policies: A key that moto has deleted or made inactive": _MOTO,
    "Callers and policies: A policy in moto that IAM would refuse": _MOTO,
    "Callers and policies: A policy with an action that no service has; a document beyond IAM's "
    "size": _IAM,
    "Callers and policies: A user with a second factor": _SESSIONS,
    "Callers and policies: ARNs of managed policies": _IAM,
    "Callers and policies: Calls of an AWS service": "no caller is one",
    "Callers and policies: How long a session lasts": _SESSIONS,
    "Callers and policies: Keys of moto's IAM users, credentials of moto's `sts.assume_role`": (
        _MOTO
    ),
    "Callers and policies: The policies of moto's IAM": _MOTO,
    "Callers and policies: `aws:TagKeys` of DeleteTags without tags": _POLICIES,
    "Callers and policies: The Region in the ARN that policies are matched with": _POLICIES,
    "Callers and policies: The text of a denied call": _POLICIES,
    "Calls of discovery: A call without home Region": _NO_HOME,
    "Calls of discovery: BatchDeleteAgents without a home Region": _NO_HOME,
    "CloudTrail: AccessDeniedException, and AuthorizationErrorException of discovery": _CLOUDTRAIL,
    "CloudTrail: Calls that fail before their caller is known": _CLOUDTRAIL,
    "CloudTrail: Other errors, dry runs among them, and denied ones (UnauthorizedOperation)": (
        _CLOUDTRAIL
    ),
    "CloudTrail: Times in requestParameters": _CLOUDTRAIL,
    "CloudTrail: eventVersion, and the members of a record": _CLOUDTRAIL,
    "CloudTrail: requestParameters of an empty request": _CLOUDTRAIL,
    "CloudTrail: accessKeyId": _CLOUDTRAIL,
    "CloudTrail: responseElements": _CLOUDTRAIL,
    "CloudTrail: tlsDetails": _CLOUDTRAIL,
    "Common errors: A `ThrottlingException` that the operation does not declare": (
        "it would disturb the account: calls would have to be too many"
    ),
    "Common errors: A call after the end of its session": _SESSIONS,
    "Common errors: Which of them are retried": "botocore decides",
    "Contradicting documents: ARNs in policies: `ProgressUpdateStreamName/...` or "
    "`progressUpdateStream/...`": _POLICIES,
    "Contradicting documents: Changing the home Region: only through AWS Support; or by "
    "DeleteHomeRegionControl": _HOME,
    "Contradicting documents: Home Region not set: every call is refused; or only writes; or the "
    "17 older operations": _NO_HOME,
    "Contradicting documents: Notify- and DescribeApplicationState in policies: on a stream, or on "
    "`*`": _POLICIES,
    "Documented and simulated: A16": "it takes 24 hours",
    "Documented and simulated: A20": "it would fill the account",
    "Documented and simulated: CloudTrail": _CLOUDTRAIL,
    "Documented and simulated: Policies": _POLICIES,
    "Documented and simulated: Samples": "the calls of samples are those of other rows",
    "Home Region: A denied dry run of CreateHomeRegionControl": _POLICIES,
    "Home Region: A call in a Region without Migration Hub": "there is no host",
    "Home Region: CreateHomeRegionControl where a home Region is set": _HOME,
    "Home Region: GetHomeRegion with nothing set": _NO_HOME,
    "Home Region: How long a change takes": _HOME,
    "Imports, deletions, agents: BatchDeleteAgents without force": _AGENT,
    "Imports, deletions, agents: BatchDeleteImportData of items that are already deleted": _IMPORT,
    "Imports, deletions, agents: StartBatchDeleteConfigurationTask while one runs": (
        "what runs in the account is not to be disturbed"
    ),
    "Imports, deletions, agents: StartImportTask": _IMPORT,
    "Imports, deletions, agents: A tag key that occurs twice in a cell": _IMPORT,
    "Imports, deletions, agents: An import that fails within the hub": _IMPORT,
    "Imports, deletions, agents: Cells": _IMPORT,
    "Imports, deletions, agents: Quotas of agents": _AGENT,
    "Imports, deletions, agents: RAM in MB": _IMPORT,
    "Imports, deletions, agents: RVTools": _IMPORT,
    "Imports, deletions, agents: The quota of 25,000 deletions": "it would use up the quota",
    "Imports, deletions, agents: The quota of 25,000 records": _IMPORT,
    "Imports, deletions, agents: `errorsAndFailedEntriesZip`": _IMPORT,
    "Auto-mapping: BIOS id, serial number; VM name or VM path alone": (
        "a server would be added that has no name of the run"
    ),
    'Exports: "Two exports of agent detail a day"': _EXPORT,
    "Exports: ExportConfigurations": _EXPORT,
    "Exports: Files and columns of an export of the estate": _EXPORT,
    "Exports: Files of an agent's export": _AGENT,
    "Exports: More than 72 hours of an agent's data": _AGENT,
    "Exports: More than one agent, another filter or condition, an unknown agent": _EXPORT,
    "Exports: Recommended instances": _EXPORT,
    "Exports: What an export holds": _EXPORT,
    "Servers and their entries: A deleted agent": _AGENT,
    "Servers and their entries: Lists of addresses": _ADDRESS,
    "Servers and their entries: More than 100 servers that share a value": (
        "it would fill the account"
    ),
    "Servers and their entries: One with an external id, one without": _IMPORT,
    "Servers and their entries: Tags and memberships that an import gave": _IMPORT,
    "Servers and their entries: Two descriptions with different external ids": _IMPORT,
    "Servers and their entries: What identifies no server": _ADDRESS,
    "Imports, deletions, agents: Two imports of one name": _IMPORT,
    "Imports, deletions, agents: When an import is done": _IMPORT,
    "Order of checks: Existence": "both refusals have one code",
    "Order of checks: Home Region": _POLICIES,
    "Order of checks: Permission": _POLICIES,
    "Pages: Tokens of the operations other than those of A16": "it takes more than 24 hours",
    "Tasks: Staleness": "no operation shows it",
}


def test_a_row_is_tried_or_has_a_reason_why_not() -> None:
    assert sorted(ROWS - TRIED) == sorted(UNTRIED)


def test_a_probe_names_existing_rows() -> None:
    unknown = {probe.name: [*{*probe.rows} - ROWS] for probe in PROBES}

    assert {name: rows for name, rows in unknown.items() if rows} == {}
    assert [probe.name for probe in PROBES if not probe.rows] == []


def test_more_than_half_of_the_undocumented_choices_are_tried() -> None:
    """What other services or moto would answer does not concern these three services."""
    elsewhere = {_CLOUDTRAIL, _IAM, _MOTO, _POLICIES, _SESSIONS}
    untried = [row for row, reason in UNTRIED.items() if reason not in elsewhere]

    assert len(TRIED) > 2 * len(untried)
