"""Clients that are kept from test to test: making one takes as long as ten calls.

They serve all mocks, one after the other. A test of how old a client is, whose, or where it comes
from makes its own.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import boto3
from botocore.config import Config

from pytest_mgh.access.principals import FAKE_CREDENTIALS


@cache
def _session() -> boto3.Session:
    return boto3.Session(*FAKE_CREDENTIALS.values(), region_name="us-west-2")


@cache
def kept_client(service: str = "mgh", region: str = "us-west-2") -> Any:
    """Return a client as boto3 makes it, for the default principal of every hub."""
    return _session().client(service, region)  # type: ignore[call-overload]


@cache
def plain_client(service: str = "mgh", region: str = "us-west-2") -> Any:
    """Return one that checks no parameters and never retries: the hub alone speaks."""
    config = Config(parameter_validation=False, retries={"total_max_attempts": 1})
    return _session().client(service, region, config=config)  # type: ignore[call-overload]


def client_of(caller: Any, service: str = "mgh", **options: Any) -> Any:
    """Return a new client for a principal of the hub, or for credentials."""
    credentials = caller if isinstance(caller, dict) else caller.credentials
    return boto3.client(service, **credentials, **options)  # type: ignore[call-overload]


def stream_names(client: Any) -> list[str]:
    """Return the names of the streams that a client lists on the first page."""
    rows = client.list_progress_update_streams()["ProgressUpdateStreamSummaryList"]
    return [row["ProgressUpdateStreamName"] for row in rows]
