"""A small migration tool with boto3: one address for all that it calls."""

from __future__ import annotations

from datetime import datetime, timezone

import boto3

# The imported file is in S3. AWS_ENDPOINT_URL is the endpoint of all services.
s3 = boto3.client("s3")
s3.create_bucket(Bucket="estate", CreateBucketConfiguration={"LocationConstraint": "us-west-2"})
ESTATE = b"ExternalId,HostName\nvm-1,web-1\nvm-2,web-2\n"
s3.put_object(Bucket="estate", Key="wave1.csv", Body=ESTATE)
discovery = boto3.client("discovery")
discovery.start_import_task(name="wave 1", importUrl="s3://estate/wave1.csv")

# What is reported is reported as a role.
role = boto3.client("sts").assume_role(
    RoleArn="arn:aws:iam::123456789012:role/migration-tool", RoleSessionName="wave-1"
)["Credentials"]
session = boto3.Session(role["AccessKeyId"], role["SecretAccessKey"], role["SessionToken"])
home = session.client("migrationhub-config").get_home_region()["HomeRegion"]
hub = session.client("mgh", region_name=home)

try:
    hub.create_progress_update_stream(ProgressUpdateStreamName="SMS", DryRun=True)
except hub.exceptions.DryRunOperation:
    hub.create_progress_update_stream(ProgressUpdateStreamName="SMS")
for name in ("web-1", "web-2"):
    hub.import_migration_task(ProgressUpdateStream="SMS", MigrationTaskName=name)
    hub.notify_migration_task_state(
        ProgressUpdateStream="SMS",
        MigrationTaskName=name,
        Task={"Status": "IN_PROGRESS", "ProgressPercent": 40},
        UpdateDateTime=datetime.now(timezone.utc),
        NextUpdateSeconds=60,
    )

pages = hub.get_paginator("list_migration_tasks").paginate(PaginationConfig={"PageSize": 1})
for task in (task for page in pages for task in page["MigrationTaskSummaryList"]):
    print(task["MigrationTaskName"], task["Status"], task["ProgressPercent"])
