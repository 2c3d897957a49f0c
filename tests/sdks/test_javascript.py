"""The AWS SDK for JavaScript v3, in a real Node program, against the server."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pytest_mgh import MigrationHub
from pytest_mgh.server.serving import HubServer

Javascript = Callable[..., list[Any]]
HERE = Path(__file__).parent / "javascript"
ROOT = Path(__file__).parents[2]
STREAM = {"ProgressUpdateStreamName": "SMS"}
TASK = {"ProgressUpdateStream": "SMS", "MigrationTaskName": "task"}
IMAGE = "arn:aws:ec2:us-east-1:488216288981:image/ami-6d0ba87b"


def call(operation: str, service: str = "mgh", **input_: Any) -> dict[str, Any]:
    return {"service": service, "operation": operation, "input": input_}


def of_config(operation: str, **input_: Any) -> dict[str, Any]:
    return call(operation, "migrationhub-config", **input_)


def outputs(results: list[Any]) -> list[Any]:
    assert [result for result in results if "output" not in result] == []
    return [result["output"] for result in results]


def errors(results: list[Any]) -> list[str | None]:
    return [result.get("error") for result in results]


def test_a_migration_is_walked_through(javascript: Javascript, mgh: MigrationHub) -> None:
    server = mgh.add_server("web-1", ip_addresses=["10.0.0.1"])

    results = javascript(
        call("CreateProgressUpdateStream", **STREAM, DryRun=True),
        call("CreateProgressUpdateStream", **STREAM),
        call("ImportMigrationTask", **TASK),
        call(
            "NotifyMigrationTaskState",
            **TASK,
            Task={"Status": "IN_PROGRESS", "ProgressPercent": 40, "StatusDetail": "copying"},
            UpdateDateTime="2024-05-01T12:00:00Z",
            NextUpdateSeconds=60,
        ),
        call(
            "PutResourceAttributes",
            **TASK,
            ResourceAttributeList=[{"Type": "IPV4_ADDRESS", "Value": "10.0.0.1"}],
        ),
        call("AssociateCreatedArtifact", **TASK, CreatedArtifact={"Name": IMAGE}),
        call("ListCreatedArtifacts", **TASK),
        call("ListDiscoveredResources", **TASK),
        call("DescribeMigrationTask", **TASK),
        call("DisassociateCreatedArtifact", **TASK, CreatedArtifactName=IMAGE),
        call("DeleteProgressUpdateStream", **STREAM),
        call("ListProgressUpdateStreams"),
    )

    assert errors(results) == ["DryRunOperation", *[None] * 11]
    assert results[0]["isInstance"] is True
    artifacts, resources, described = outputs(results[6:9])
    assert artifacts["CreatedArtifactList"] == [{"Name": IMAGE}]
    assert resources["DiscoveredResourceList"][0]["ConfigurationId"] == server.configuration_id
    assert described["MigrationTask"]["Task"] == {
        "Status": "IN_PROGRESS",
        "ProgressPercent": 40,
        "StatusDetail": "copying",
    }
    assert described["MigrationTask"]["UpdateDateTime"] == "2024-05-01T12:00:00.000Z"
    assert results[-1]["output"]["ProgressUpdateStreamSummaryList"] == []
    assert results[1]["requestId"] == mgh.events[1]["requestID"]


def test_the_home_region_is_set_and_read(javascript: Javascript) -> None:
    account = {"Type": "ACCOUNT", "Id": "123456789012"}

    home, described, created, refused = javascript(
        of_config("GetHomeRegion"),
        of_config("DescribeHomeRegionControls"),
        of_config("CreateHomeRegionControl", HomeRegion="us-west-2", Target=account, DryRun=True),
        of_config("CreateHomeRegionControl", HomeRegion="us-west-1", Target=account),
    )

    assert home["output"] == {"HomeRegion": "us-west-2"}
    control = described["output"]["HomeRegionControls"][0]
    assert (control["HomeRegion"], control["Target"]) == ("us-west-2", account)
    assert errors([created, refused]) == ["DryRunOperation", "InvalidInputException"]
    assert (created["isInstance"], refused["isInstance"]) == (True, True)


@pytest.mark.parametrize(("size", "pages"), [(2, [2, 2, 1]), (5, [5]), (100, [5])])
def test_all_pages_are_read(
    javascript: Javascript, mgh: MigrationHub, size: int, pages: list[int]
) -> None:
    tasks = [{"name": f"task-{number}"} for number in range(5)]
    mgh.load({"streams": [{"name": "SMS", "tasks": tasks}]})

    (result,) = javascript({"operation": "ListMigrationTasks", "pageSize": size})

    turned = [page["MigrationTaskSummaryList"] for page in result["pages"]]
    assert [len(page) for page in turned] == pages
    assert {one["MigrationTaskName"] for page in turned for one in page} == {
        task["name"] for task in tasks
    }


def test_errors_have_the_names_and_classes_of_the_sdk(
    javascript: Javascript, mgh: MigrationHub
) -> None:
    results = javascript(
        call("DescribeMigrationTask", **TASK),
        call("CreateProgressUpdateStream", ProgressUpdateStreamName="a/b"),
        call("ListMigrationTasks", NextToken="nonsense"),
        call("NotifyApplicationState", ApplicationId="d-application-0", Status="DONE"),
    )

    assert errors(results) == ["ResourceNotFoundException", *["InvalidInputException"] * 3]
    assert {result["isInstance"] for result in results} == {True}
    assert {result["status"] for result in results} == {400}
    assert "a/b" in results[1]["message"] or "progressUpdateStreamName" in results[1]["message"]


@pytest.mark.mgh(home_region=None)
def test_without_a_home_region_the_sdk_raises_that_error(javascript: Javascript) -> None:
    (result,) = javascript(call("ListMigrationTasks"))

    assert (result["error"], result["isInstance"]) == ("HomeRegionNotSetException", True)


def test_a_policy_decides(javascript: Javascript, mgh: MigrationHub) -> None:
    mgh.policy = {
        "Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Action": "mgh:List*", "Resource": "*"},
    }

    results = javascript(
        call("ListProgressUpdateStreams"),
        call("CreateProgressUpdateStream", **STREAM),
        call("CreateProgressUpdateStream", **STREAM, DryRun=True),
    )

    assert errors(results) == [None, "AccessDeniedException", "UnauthorizedOperation"]
    assert [result["isInstance"] for result in results[1:]] == [True, True]


@pytest.mark.parametrize(
    "error", ["ThrottlingException", "InternalServerError", "ServiceUnavailableException"]
)
def test_the_sdk_retries_when_it_is_throttled(
    javascript: Javascript, mgh: MigrationHub, error: str
) -> None:
    mgh.fail("ListProgressUpdateStreams", error)

    (result,) = javascript(call("ListProgressUpdateStreams"))

    assert (result["attempts"], result.get("error")) == (2, None)
    assert [event.get("errorCode") for event in mgh.events] == [error, None]


def test_the_sdk_retries_after_a_connection_reset(
    javascript: Javascript, mgh: MigrationHub
) -> None:
    mgh.fail("CreateProgressUpdateStream", "ConnectionReset")

    (result,) = javascript(call("CreateProgressUpdateStream", **STREAM))

    assert (result["attempts"], result.get("error")) == (2, None)
    assert len(mgh.streams) == 1


def test_the_sdk_gives_up_after_three_attempts(javascript: Javascript, mgh: MigrationHub) -> None:
    mgh.fail("ListProgressUpdateStreams", "ThrottlingException", times=None)

    (result,) = javascript(call("ListProgressUpdateStreams"))

    assert (result["error"], result["isInstance"]) == ("ThrottlingException", True)
    assert result["attempts"] == 3


@pytest.mark.mgh(verify_signatures=True)
def test_its_signatures_are_accepted(javascript: Javascript, mgh: MigrationHub) -> None:
    caller = mgh.principal("tool", role=True)
    env = {name.upper(): value for name, value in caller.credentials.items()}

    right = javascript(call("ListProgressUpdateStreams"), **env)
    wrong = javascript(
        call("ListProgressUpdateStreams"), **env | {"AWS_SECRET_ACCESS_KEY": "wrong"}
    )

    assert errors([*right, *wrong]) == [None, "InvalidSignatureException"]
    assert mgh.events.last["userIdentity"]["arn"] == caller.arn
    assert mgh.events.last["userAgent"].startswith("aws-sdk-js/3.")


def test_the_example_of_the_documentation_runs(
    mgh_server: HubServer, mgh: MigrationHub, path: dict[str, str]
) -> None:
    done = mgh_server.command("node", str(HERE / "example.mjs"), env=path)

    assert (done.stdout, done.stderr) == ("IN_PROGRESS 40%\n", "")
    assert mgh.task("SMS", "web-1").progress_percent == 40


def test_the_programs_of_the_documentation_are_typescript_too(
    mgh_server: HubServer, path: dict[str, str]
) -> None:
    options = (
        "--noEmit --allowJs --checkJs --strict --skipLibCheck --module nodenext --target es2022"
    )
    programs = [str(HERE / name) for name in ("example.mjs", "tool.mjs", "worker.mjs")]
    compiler = HERE / "node_modules" / "typescript" / "bin" / "tsc"

    done = mgh_server.command(
        "node", str(compiler), *options.split(), "--target", "es2022", *programs, env=path, cwd=HERE
    )

    assert (done.returncode, done.stdout) == (0, "")


def test_every_package_comes_from_the_public_registry_at_an_exact_version() -> None:
    wanted = json.loads((HERE / "package.json").read_text(encoding="utf-8"))["dependencies"]
    packages = json.loads((HERE / "package-lock.json").read_text(encoding="utf-8"))["packages"]

    assert all(version.replace(".", "").isdigit() for version in wanted.values())
    for name, package in packages.items():
        if name:
            assert package["integrity"].startswith("sha512-"), name
            origin = package.get("resolved", "https://registry.npmjs.org/")
            assert origin.startswith("https://registry.npmjs.org/"), name


def test_ajv_validates_with_the_schemas_as_on_the_page(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "schemas.md").read_text(encoding="utf-8")
    (script,) = re.findall(r'^```js title="check.mjs"\n(.*?)^```$', page, re.DOTALL | re.MULTILINE)
    (message,) = re.findall(r"// (must have .*)", script)
    (tmp_path / "check.mjs").write_text(script, encoding="utf-8")
    (tmp_path / "node_modules").symlink_to(HERE / "node_modules")
    node = shutil.which("node")
    assert node is not None

    done = subprocess.run(
        [node, str(tmp_path / "check.mjs")], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert done.stdout == f"{message}\n"
