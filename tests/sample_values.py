"""Names, policies and marks that tests of several rooms use."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

TASK = {"ProgressUpdateStream": "SMS", "MigrationTaskName": "task"}
TASK_T = {"ProgressUpdateStream": "SMS", "MigrationTaskName": "t"}
SMS_1 = {"ProgressUpdateStream": "SMS", "MigrationTaskName": "sms-1"}
ARTIFACT = "arn:aws:ec2:us-east-1:488216288981:image/ami-6d0ba87b"
SERVER = "d-server-0025db43a885966c8"
APPLICATION = "d-application-0039038d504694533"
UNKNOWN_SERVER = "d-server-00000000000000000"
UNKNOWN_APPLICATION = "d-application-00000000000000000"
SHOP = "d-application-0282ccd1ba7c211ca"
NOON = datetime(2024, 5, 1, 12, tzinfo=timezone.utc)
LIST_ONLY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "mgh:List*", "Resource": "*"}],
}
MANUAL = pytest.mark.mgh(background="manual")
