"""The scripts of the Makefile: which packages are installed, and which tests a change runs."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from documentation import ROOT
from packaging.requirements import Requirement

MODULES = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "pytest_mgh").rglob("*.py"))


@pytest.fixture
def script(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(ROOT / "scripts")
    monkeypatch.delitem(sys.modules, request.param, raising=False)
    module: ModuleType = __import__(request.param)
    return module


INSTALL = pytest.mark.parametrize("script", ["install"], indirect=True)
QUICK = pytest.mark.parametrize("script", ["quick"], indirect=True)


@INSTALL
def test_every_group_is_a_list_of_requirements(script: ModuleType) -> None:
    groups = script.read_pyproject()["dependency-groups"]

    for name in groups:
        wanted = [Requirement(one) for one in script.requirements(groups, name)]
        assert wanted, name


@INSTALL
def test_a_group_includes_others(script: ModuleType) -> None:
    groups = {"a": ["x"], "b": [{"include-group": "a"}, "y>=1"]}

    assert [*script.requirements(groups, "b")] == ["x", "y>=1"]


@INSTALL
def test_the_error_for_an_unknown_group_lists_the_groups(script: ModuleType) -> None:
    with pytest.raises(SystemExit, match="no dependency group 'c'; there are: a, b"):
        [*script.requirements({"a": [], "b": []}, "c")]


@QUICK
def test_every_module_of_the_package_has_tests(script: ModuleType) -> None:
    for module in MODULES:
        tests = [*script.tests_of([module])]

        assert tests, module
        assert all((ROOT / test).exists() for test in tests), module
        if module.count("/") > 1:
            assert [Path(test).name for test in tests] == [Path(module).parts[1]]


@QUICK
def test_every_listed_file_and_its_tests_exist(script: ModuleType) -> None:
    for file, tests in script.TESTS.items():
        assert (ROOT / file).exists(), file
        assert tests
        assert [test for test in tests if not (ROOT / test).exists()] == []


@QUICK
def test_a_file_of_a_listed_folder_has_the_tests_of_the_folder(script: ModuleType) -> None:
    files = ["benchmarks/server.py", "docs/languages/cli.md", "verification/2027-01-12.json"]

    assert [*script.tests_of(files)] == [
        "tests/house/test_benchmarks.py",
        "tests/documents",
        "tests/house/test_mark_fidelity.py",
    ]


@QUICK
def test_a_changed_test_runs_itself_and_a_changed_module_beside_it_runs_its_room(
    script: ModuleType,
) -> None:
    files = ["tests/hub/test_faults.py", "tests/services/conftest.py"]

    assert [*script.tests_of(files)] == ["tests/hub/test_faults.py", "tests/services"]


@QUICK
def test_a_changed_module_that_tests_share_runs_the_tests_that_import_it(
    script: ModuleType,
) -> None:
    assert {*script.tests_of(["tests/ports.py"])} == {
        "tests/server/test_command.py",
        "tests/server/test_health.py",
        "tests/server/test_serving.py",
    }
    # Through a module that imports it, and tests/conftest.py.
    assert "tests/server/test_control.py" in {*script.tests_of(["tests/http_calls.py"])}
    assert {*script.tests_of(["tests/botocore_once.py"])} == {
        script.ALWAYS,
        "tests/mock/test_imported_anew.py",
    }


@QUICK
def test_it_is_told_what_runs_and_which_changed_file_has_no_test(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [
        "noxfile.py",
        "typing_tests/mistakes.py",
        "tests/ports.py",
        "pytest_mgh/server/gate.py",
    ]
    ran: list[list[Any]] = []
    monkeypatch.setattr(script, "changed", lambda: files)
    monkeypatch.setattr(
        script.subprocess,
        "run",
        lambda command, **_: ran.append(command) or SimpleNamespace(returncode=0),
    )

    assert script.main([]) == 0

    assert capsys.readouterr().out.splitlines() == [
        "No test is for noxfile.py: `make check` may do more.",
        "No test is for typing_tests/mistakes.py: `make check` may do more.",
        "tests/ports.py is shared: 3 tests, or folders of them, import it.",
        "Running what the change needs, about 20 s on two processors: the imports of the rooms,",
        "the contract, and tests/server.",
    ]
    assert ran[1][-2:] == [script.ALWAYS, "tests/server"]


@QUICK
def test_an_unknown_room_is_refused(script: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert script.main(["attic"]) == 2
    assert capsys.readouterr().out == "there is no tests/attic\n"


@QUICK
def test_in_a_slow_room_each_test_runs_with_its_first_parameters_only(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_report, of_state = "tests/report/test_report.py::test_it", "tests/state/test_ids.py::test_it"
    changed = "tests/report/test_events_file.py"
    names = [f"{name}[{case}]" for name in (of_report, of_state, f"{changed}::x") for case in "ab"]
    items = [SimpleNamespace(nodeid=name) for name in names]
    left_out: list[Any] = []
    hook = SimpleNamespace(pytest_deselected=lambda items: left_out.extend(items))

    monkeypatch.setattr(script, "changed", lambda: [changed])

    script.pytest_collection_modifyitems(SimpleNamespace(hook=hook, args=[changed]), items)

    assert [item.nodeid for item in left_out] == [f"{of_report}[b]"]
    assert [item.nodeid for item in items] == [name for name in names if name != f"{of_report}[b]"]


PIP = """
import sys
print("Collecting boto3>=1.35", flush=True)
print("Collecting boto3", flush=True)
print("Requirement already satisfied: x", flush=True)
print("Installing collected packages: boto3", flush=True)
sys.exit({status})
"""


@INSTALL
def test_an_installation_shows_the_names_of_packages_once(
    script: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    script._run([sys.executable, "-c", PIP.format(status=0)])

    assert capsys.readouterr().out.replace(".", "") == " boto3\n  downloaded, installing"


@INSTALL
def test_an_installation_that_prints_nothing_for_a_while_shows_a_dot(
    script: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    turns = iter([True, True, False])

    def wait(timeout: float) -> None:
        if next(turns):
            raise subprocess.TimeoutExpired("pip", timeout)

    monkeypatch.setattr(script, "SILENCE", -1.0)
    script._follow(SimpleNamespace(wait=wait), io.StringIO("Collecting boto3\n"))

    assert capsys.readouterr().out == " boto3.."


@INSTALL
def test_a_failed_installation_shows_the_whole_output(script: ModuleType) -> None:
    with pytest.raises(SystemExit, match=r"(?s)Collecting boto3>=1.35\n.*already.*pip failed: "):
        script._run([sys.executable, "-c", PIP.format(status=1)])
