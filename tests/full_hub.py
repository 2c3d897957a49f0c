"""A hub with some of everything, its snapshot, and the calls that make them."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from botocore.config import Config
from clients import plain_client
from refusals import outcome
from sample_values import LIST_ONLY, NOON, TASK

from pytest_mgh import mock_mgh

ARN = "arn:aws:ec2:us-east-1:488216288981:image/ami-1"
CSV = """ExternalId,HostName,IPAddress,ApplicationName
ext-1,imported,10.0.0.9,Imported
"""


def connect(service: str = "mgh", **kwargs: Any) -> Any:
    if not kwargs:
        return plain_client(service)
    config = Config(retries={"total_max_attempts": 1})
    return boto3.client(service, "us-west-2", config=config, **kwargs)  # type: ignore[call-overload]


def start(client: Any) -> None:
    client.create_progress_update_stream(ProgressUpdateStreamName="SMS")
    client.import_migration_task(**TASK)


def notify(client: Any, detail: str = "copying") -> None:
    client.notify_migration_task_state(
        **TASK,
        Task={"Status": "IN_PROGRESS", "StatusDetail": detail, "ProgressPercent": 40},
        UpdateDateTime=NOON,
        NextUpdateSeconds=60,
    )


def fill(hub: Any) -> None:
    """Put some of everything into a hub whose background work is done by hand."""
    mgh, discovery = connect(), connect("discovery")
    server = hub.add_server("db1", ip_addresses=["10.0.0.1"], mac_addresses=["00:11:22:33:44:55"])
    doomed = hub.add_server("doomed")
    application = hub.add_application("shop", servers=[server], description="sells", wave="1")
    hub.add_application("bank")
    hub.add_server("other")
    hub.add_agent("o-0123456789abcdef0", server="other")
    hub.add_process("other", "nginx")
    hub.add_connection("db1", "other", port=80)
    hub.import_source("s3://bucket/vms.zip", b"PK\xff")
    discovery.export_configurations()
    discovery.start_continuous_export()
    discovery.create_tags(
        configurationIds=[server.configuration_id, application.configuration_id],
        tags=[{"key": "env", "value": "prod"}],
    )
    start(mgh)
    mgh.import_migration_task(ProgressUpdateStream="SMS", MigrationTaskName="bare")
    mgh.create_progress_update_stream(ProgressUpdateStreamName="old")
    mgh.delete_progress_update_stream(ProgressUpdateStreamName="old")
    notify(mgh)
    notify(mgh, "verifying")
    mgh.associate_created_artifact(**TASK, CreatedArtifact={"Name": ARN, "Description": "image"})
    mgh.associate_discovered_resource(
        **TASK, DiscoveredResource={"ConfigurationId": server.configuration_id}
    )
    mgh.associate_source_resource(**TASK, SourceResource={"Name": "vm-1", "StatusDetail": "read"})
    pairs = [{"Type": "IPV4_ADDRESS", "Value": "10.0.0.1"}]
    mgh.put_resource_attributes(**TASK, ResourceAttributeList=pairs)
    mgh.notify_application_state(
        ApplicationId=application.configuration_id, Status="COMPLETED", UpdateDateTime=NOON
    )
    discovery.start_import_task(name="lost", importUrl="s3://bucket/nowhere.csv")
    hub.import_source("s3://bucket/key.csv", CSV)
    discovery.start_import_task(
        name="first", importUrl="s3://bucket/key.csv", clientRequestToken="token"
    )
    hub.settle()
    mgh.create_progress_update_stream(ProgressUpdateStreamName="leaving")
    mgh.delete_progress_update_stream(ProgressUpdateStreamName="leaving")
    discovery.start_import_task(name="second", importUrl="s3://bucket/key.csv")
    discovery.start_batch_delete_configuration_task(
        configurationType="SERVER", configurationIds=[doomed.configuration_id, "d-server-none"]
    )
    user = hub.principal("reader", policy=LIST_ONLY, tags={"team": "a"})
    hub.principal(
        "tool",
        account_id="210987654321",
        role=True,
        policy=LIST_ONLY,
        permissions_boundary=LIST_ONLY,
        session_policy=LIST_ONLY,
    )
    outcome(lambda: start(connect(**user.credentials)))
    outcome(lambda: notify(connect(aws_access_key_id="000000000001", aws_secret_access_key="any")))
    outcome(lambda: mgh.describe_migration_task(ProgressUpdateStream="x", MigrationTaskName="y"))
    hub.fail("ListMigrationTasks", "ThrottlingException", times=3, message="slow", retry_after=7)
    hub.fail("ListCreatedArtifacts", "ReadTimeout", times=None)
    hub.fail("ListSourceResources", "InternalServerError", rate=0.5, seed=7)
    hub.throttle("ListApplicationStates", per_second=2)
    hub.fail("ListDiscoveredResources", "InternalServerError")
    hub.client().list_discovered_resources(**TASK)
    hub.advance(3600)


def pick(snapshot: Any) -> Any:
    """Return a snapshot after a round trip through JSON."""
    return json.loads(json.dumps(snapshot, allow_nan=False))


def refuse(data: Any, match: str | None = None) -> None:
    """Expect a ValueError, and a hub in which nothing has changed."""
    with mock_mgh() as hub:
        start(connect())
        before = hub.snapshot()
        try:
            with pytest.raises(ValueError, match=match):
                hub.restore(data)
            assert hub.snapshot() == before
        finally:
            hub.reset()  # a value accepted nevertheless must not break the report
