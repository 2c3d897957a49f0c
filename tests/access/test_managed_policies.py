from __future__ import annotations

import json
import zipfile
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from pytest_mgh.access.evaluation import decide
from pytest_mgh.access.managed_policies import find_managed_policy, managed_policies
from pytest_mgh.access.principals import Principal
from pytest_mgh.services.catalog import OPERATIONS
from pytest_mgh.services.operation import Operation

FILE = files("pytest_mgh.access") / "managed_policies.json"
DATA: dict[str, Any] = json.loads(FILE.read_bytes())
ACCOUNT, REGION = "123456789012", "us-west-2"


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


class Members(dict[str, Any]):
    """Members of any request that names a stream and a task."""

    def __init__(self, stream: str) -> None:
        super().__init__()
        self.stream = stream

    def __missing__(self, name: str) -> str:
        return self.stream if name.startswith("ProgressUpdateStream") else "task"


def like(glob: str, text: str) -> bool:
    """Whether a text matches a glob with only stars, by splitting it."""
    first, *rest = glob.split("*")
    if not rest:
        return text == glob
    if not text.startswith(first):
        return False
    text = text[len(first) :]
    for part in rest[:-1]:
        if part not in text:
            return False
        text = text[text.index(part) + len(part) :]
    return text.endswith(rest[-1])


def allowed_by_the_file(name: str, operation: Operation, arn: str) -> bool:
    for statement in DATA[name]["document"]["Statement"]:
        action = operation.action.lower()
        acts = any(like(one.lower(), action) for one in listed(statement.get("Action", [])))
        if "NotAction" in statement:
            acts = not any(like(one.lower(), action) for one in listed(statement["NotAction"]))
        if acts and any(like(one, arn) for one in listed(statement["Resource"])):
            return True
    return False


@pytest.mark.parametrize("stream", ["DMS", "SMS", "other"])
@pytest.mark.parametrize("name", DATA)
def test_every_managed_policy_decides_on_every_operation_by_its_document(
    name: str, stream: str
) -> None:
    principal = Principal("tool", ACCOUNT)
    principal.policy = name
    decided = {}
    expected = {}
    for operation in OPERATIONS.values():
        arn = operation.arn(Members(stream), ACCOUNT, REGION)
        decided[operation.name] = decide(principal, operation.action, arn, {}).allowed
        expected[operation.name] = allowed_by_the_file(name, operation, arn)
    assert decided == expected


def test_the_file_has_policies_that_allow_all_some_and_none() -> None:
    """So that the table above is one of differences."""
    counts = {
        name: sum(
            allowed_by_the_file(name, one, one.arn(Members("DMS"), ACCOUNT, REGION))
            for one in OPERATIONS.values()
        )
        for name in DATA
    }
    assert counts["AdministratorAccess"] == len(OPERATIONS)
    assert counts["AWSMigrationHubDMSAccess"] == 13
    assert counts["AWSApplicationDiscoveryAgentAccess"] == 1


@pytest.mark.parametrize("name", DATA)
def test_a_policy_is_found_by_name_and_by_arn(name: str) -> None:
    policy = managed_policies()[name]
    assert policy.arn == f"arn:aws:iam::aws:policy{DATA[name]['path']}{name}"
    assert find_managed_policy(name) is policy
    assert find_managed_policy(policy.arn) is policy


def test_an_arn_with_a_wrong_path_finds_no_managed_policy() -> None:
    arn = "arn:aws:iam::aws:policy/job-function/AWSMigrationHubFullAccess"
    assert find_managed_policy(arn) is None


@pytest.mark.parametrize("name", DATA)
def test_the_version_and_its_date_are_known(name: str) -> None:
    policy = managed_policies()[name]
    assert policy.version.startswith("v")
    assert policy.created.endswith("Z")


def test_moto_has_the_same_paths_for_managed_policies() -> None:
    moto = json.loads(
        pytest.importorskip("moto.iam.aws_managed_policies").aws_managed_policies_data
    )
    assert {name: DATA[name]["path"] for name in DATA if name in moto} == {
        name: moto[name]["Path"] for name in DATA if name in moto
    }
    assert len(DATA.keys() & moto.keys()) > 20


def test_the_managed_policies_are_read_from_a_zipped_package_too(pytester: pytest.Pytester) -> None:
    package = Path(__file__).parents[2] / "pytest_mgh"
    archive = pytester.path / "package.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for path in package.rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                file.write(path, path.relative_to(package.parent))
    pytester.makepyfile(
        shown=f"""
        import sys
        sys.path.insert(0, {str(archive)!r})
        from pytest_mgh.access import managed_policies
        print(".zip" in managed_policies.__file__, len(managed_policies.managed_policies()))
        """
    )
    result = pytester.runpython("shown.py")
    result.stdout.fnmatch_lines([f"True {len(DATA)}"])
