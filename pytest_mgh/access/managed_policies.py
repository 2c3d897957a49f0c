"""The AWS managed policies of this domain, by name.

Each is what AWS publishes as its default version, less the statements about other services, which
decide nothing here.
"""

from __future__ import annotations

from typing import Any

Document = dict[str, Any]


def _reporting(stream: str) -> Document:
    """Return what a migration service may do with its own stream.

    NotifyApplicationState and DescribeApplicationState stand on the stream, as AWS has them. They
    have no resource type, so that they stay denied.
    """
    task_actions = (
        "AssociateCreatedArtifact",
        "DescribeMigrationTask",
        "DisassociateCreatedArtifact",
        "ImportMigrationTask",
        "ListCreatedArtifacts",
        "NotifyMigrationTaskState",
        "PutResourceAttributes",
        "NotifyApplicationState",
        "DescribeApplicationState",
        "AssociateDiscoveredResource",
        "DisassociateDiscoveredResource",
        "ListDiscoveredResources",
    )
    resource = f"arn:aws:mgh:*:*:progressUpdateStream/{stream}"
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": ["mgh:CreateProgressUpdateStream"],
                "Resource": resource,
            },
            {
                "Effect": "Allow",
                "Action": [f"mgh:{action}" for action in task_actions],
                "Resource": f"{resource}/*",
            },
            {
                "Effect": "Allow",
                "Action": ["mgh:ListMigrationTasks", "mgh:GetHomeRegion"],
                "Resource": "*",
            },
        ],
    }


def managed_name(said: str) -> str:
    """Return the name of a managed policy that is said by its name or its ARN."""
    return said.removeprefix("arn:aws:iam::aws:policy/").removeprefix("service-role/")


def _allowing(*actions: str) -> Document:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [statement]}


MANAGED_POLICIES: dict[str, Document] = {
    "AWSMigrationHubDMSAccess": _reporting("DMS"),
    "AWSMigrationHubDiscoveryAccess": _allowing(
        "discovery:ListConfigurations", "discovery:DescribeConfigurations"
    ),
    "AWSMigrationHubFullAccess": _allowing("mgh:*", "discovery:*"),
    "AWSMigrationHubSMSAccess": _reporting("SMS"),
}
