"""Tests inside a test that call the hub: what they begin with, and how they are run."""

from __future__ import annotations

import pytest

from pytest_mgh.state.process import PROCESS

SOURCE = """
import os
import unittest

import boto3
import pytest

from pytest_mgh import mock_mgh


def create(name):
    boto3.client("mgh").create_progress_update_stream(ProgressUpdateStreamName=name)


def names():
    rows = boto3.client("mgh").list_progress_update_streams()["ProgressUpdateStreamSummaryList"]
    return [row["ProgressUpdateStreamName"] for row in rows]


def is_mocked():
    return os.environ.get("AWS_ACCESS_KEY_ID", "").startswith("MGHMOCK")


"""


def run_inside(pytester: pytest.Pytester, source: str, *options: str) -> pytest.RunResult:
    """Run tests in this process, where it is quickest; fail if one leaves a mock active."""
    pytester.makepyfile(SOURCE + source)
    result = pytester.runpytest_inprocess("-W", "error", "--strict-markers", *options)
    if PROCESS.mock is not None:
        PROCESS.mock.end()
        pytest.fail("the mock is still active")
    return result
