"""The scripts of the Makefile: which packages are installed, and which tests a change runs."""

from __future__ import annotations

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
def test_every_room_has_tests(script: ModuleType) -> None:
    for module in [module for module in MODULES if module.count("/") > 1]:
        (tests,) = script.tests_of([module])

        assert (ROOT / tests).is_dir(), module
        assert Path(module).parts[1] == Path(tests).name


@QUICK
@pytest.mark.parametrize("top", ["docs", "schemas", "scripts", "Makefile", "README.md"])
def test_scripts_and_examples_have_tests(script: ModuleType, top: str) -> None:
    assert all((ROOT / path).exists() for path in script.tests_of([top]))


@QUICK
def test_a_changed_test_runs_itself_and_a_changed_shared_module_runs_its_room(
    script: ModuleType,
) -> None:
    files = ["tests/hub/test_faults.py", "tests/services/conftest.py"]

    assert [*script.tests_of(files)] == ["tests/hub/test_faults.py", "tests/services"]


@QUICK
def test_an_unknown_room_is_refused(script: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert script.main(["attic"]) == 2
    assert capsys.readouterr().out == "there is no tests/attic\n"


@QUICK
def test_in_a_slow_room_each_test_runs_with_its_first_parameters_only(script: ModuleType) -> None:
    of_report, of_state = "tests/report/test_report.py::test_it", "tests/state/test_ids.py::test_it"
    changed = "tests/report/test_events_file.py"
    names = [f"{name}[{case}]" for name in (of_report, of_state, f"{changed}::x") for case in "ab"]
    items = [SimpleNamespace(nodeid=name) for name in names]
    left_out: list[Any] = []
    hook = SimpleNamespace(pytest_deselected=lambda items: left_out.extend(items))

    script.pytest_collection_modifyitems(SimpleNamespace(hook=hook, args=[changed]), items)

    assert [item.nodeid for item in left_out] == [f"{of_report}[b]"]
    assert [item.nodeid for item in items] == [name for name in names if name != f"{of_report}[b]"]
