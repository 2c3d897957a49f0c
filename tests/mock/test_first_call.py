from __future__ import annotations

import json
import subprocess
import sys

_FIRST_CALL = """
import gc, json, sys
from pytest_mgh import mock_mgh
with mock_mgh():
    import boto3
    boto3.client("mgh").list_progress_update_streams()
ours = [name for name in sys.modules if name.startswith("pytest_mgh.")]
others = [name for name in ("difflib", "jsonschema", "referencing") if name in sys.modules]
print(json.dumps({"ours": ours, "others": others, "collects": gc.isenabled()}))
"""
_NEEDLESS = {
    "access.conditions", "access.evaluation", "access.globs", "access.managed_policies",
    "hub.contents", "hub.discovery_views", "hub.report_sections", "hub.snapshot",
    "hub.state_tree", "hub.views", "protocol.json_pieces", "services.discovery.agent_files",
    "services.discovery.export_files", "services.discovery.import_file",
    "services.discovery.recommendations",
}  # fmt: skip
"""What takes long to import, and only some tests use."""


def test_a_first_call_imports_only_what_it_needs() -> None:
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _FIRST_CALL],
        capture_output=True,
        text=True,
        check=True,
    )
    seen = json.loads(run.stdout)

    assert _NEEDLESS.isdisjoint(name.removeprefix("pytest_mgh.") for name in seen["ours"])
    assert (seen["others"], seen["collects"]) == ([], True)


def test_all_that_a_first_call_does_without_is_there() -> None:
    for name in _NEEDLESS:
        __import__(f"pytest_mgh.{name}")
