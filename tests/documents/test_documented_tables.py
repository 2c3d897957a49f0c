"""The tables of the docs, held against the code."""

from __future__ import annotations

import ast
import importlib
import json
import re
from dataclasses import fields
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import Mock

import click
import pytest
from documentation import CHOICES, PAGES, ROOT, codes, prose, read, sections, table

import pytest_mgh
from pytest_mgh import MigrationHub, pipeline, plugin
from pytest_mgh.access.evaluation import context_keys
from pytest_mgh.access.managed_policies import managed_policies
from pytest_mgh.bridge.capture_command import capture
from pytest_mgh.bridge.verify_command import verify
from pytest_mgh.errors import COMMON_ERRORS
from pytest_mgh.report import real_call_hooks
from pytest_mgh.server.command import serve
from pytest_mgh.server.health_command import health
from pytest_mgh.services.catalog import OPERATIONS, SERVICES, operations_of
from pytest_mgh.state.options import OPTIONS
from pytest_mgh.state.settings import Settings

DOCS = ROOT / "docs"
REFERENCE = DOCS / "reference.md"
HOW_IT_WORKS = DOCS / "how-it-works.md"
SCHEMAS = DOCS / "schemas.md"


# reference


class Declared:
    """What the plugin declares to pytest."""

    def __init__(self) -> None:
        self.settings: dict[str, Any] = {}
        self.options: list[str] = []
        plugin.pytest_addoption(self, Mock())  # type: ignore[arg-type]
        real_call_hooks.pytest_addoption(self)  # type: ignore[arg-type]

    def getgroup(self, *_: Any, **__: Any) -> Declared:
        return self

    def addini(self, name: str, *_: Any, default: Any = None, **__: Any) -> None:
        self.settings[name] = default

    def addoption(self, *names: str, **_: Any) -> None:
        self.options += names


def test_the_options_are_those_of_the_settings() -> None:
    documented = {
        codes(name)[0]: ast.literal_eval(codes(default)[0])
        for name, default, _ in table(REFERENCE, "Options")
    }

    assert documented == {field.name: field.default for field in fields(Settings)}


def test_the_table_of_options_has_the_help_of_each() -> None:
    documented = {codes(name)[0]: meaning for name, _, meaning in table(REFERENCE, "Options")}

    assert {name: re.sub(r"[`\"]", "", text).lower() for name, text in documented.items()} == {
        name: option.help.lower() for name, option in OPTIONS.items()
    }


def test_the_settings_of_pytest_are_those_of_the_plugin() -> None:
    defaults = {"unset": None, "`true`": True}
    documented = {
        codes(name)[0]: defaults[default]
        for name, default, _ in table(REFERENCE, "Settings of pytest")
    }

    declared = Declared().settings
    assert documented.items() <= declared.items()
    assert [name for name in declared if not is_documented(name)] == []


def test_every_option_of_the_command_line_of_pytest_is_documented() -> None:
    documented = [codes(name)[0] for name, _ in table(REFERENCE, "Command line of pytest")]

    assert documented == Declared().options


def is_documented(name: str) -> bool:
    """Whether a page names it."""
    return any(f"`{name}" in prose(page) for page in PAGES)


@pytest.mark.parametrize(
    ("heading", "argument", "pattern"),
    [
        ("Markers", "--markers", r"^@pytest\.mark\.(mgh\w*)"),
        ("Fixtures", "--fixtures", r"^(mgh\w*).* -- .*plugin\.py"),
    ],
)
def test_markers_and_fixtures_are_those_that_pytest_lists(
    pytester: pytest.Pytester, heading: str, argument: str, pattern: str
) -> None:
    listed = pytester.runpytest(argument).stdout.str()

    documented = {name for row in table(REFERENCE, heading) for name in codes(row[0])}
    assert documented == {*re.findall(pattern, listed, re.MULTILINE)}


@pytest.mark.parametrize(
    "command", [capture, health, serve, verify], ids=lambda command: str(command.name)
)
def test_the_options_are_those_of_the_command(command: click.Command) -> None:
    documented = {
        name: default
        for names, default, _ in table(REFERENCE, f"pytest-mgh {command.name}")
        for name in codes(names)
    }

    required = [
        word for option in command.params if option.required for word in (option.opts[0], "x")
    ]
    given = command.make_context(str(command.name), required).params
    declared = {
        name: "required" if option.required else default_text(given[str(option.name)])
        for option in command.params
        if isinstance(option, click.Option)
        for name in (*option.opts, *option.secondary_opts)
        if name.startswith("--")
    }
    assert documented.keys() == declared.keys()
    documented.pop("--control", None), documented.pop("--no-control", None)  # by the host
    assert documented == {name: declared[name] for name in documented}


def test_the_options_of_serve_name_the_options_of_the_hub() -> None:
    meanings = {
        codes(names)[0]: meaning for names, _, meaning in table(REFERENCE, "pytest-mgh serve")
    }

    for name, about in OPTIONS.items():
        option = f"--{name.replace('_', '-')}"
        assert (option in meanings) is about.on_command_line
        if option in meanings:
            assert meanings[option].startswith(f"as the option `{name}`")


def default_text(value: Any) -> str:
    """Return a default as written in the table."""
    if isinstance(value, bool):
        return "on" if value else "off"
    return "none" if value in (None, ()) else f"`{value}`"


def test_the_reference_matches_the_docstrings() -> None:
    assert load_script("make_reference").main(["--check"]) == 0


def test_signatures_show_the_real_defaults() -> None:
    page = read(DOCS / "api" / "hub.md")

    assert "    times: int | None = 1,\n" in page
    assert re.findall(r" = _?[A-Z]{2}\w*", page) == []


def test_every_public_name_is_in_the_reference() -> None:
    documented = [name for page in (DOCS / "api").glob("*.md") for name in identifiers(page)]

    assert {*pytest_mgh.__all__} <= {name.removeprefix("pytest_mgh.") for name in documented}
    assert len(documented) == len({*documented})


# Members of the hub that are public for other parts of the package only.
PLUMBING = {
    "account_id_of",
    "answer",
    "move_home",
    "note_other_call",
    "raise_test_errors",
    "report_sections",
    "settings",
    "snapshot_json",
    "start_over",
    "state_json",
    "warn_of_unused_faults",
}


def test_every_member_of_the_hub_is_in_the_reference() -> None:
    prefix = "pytest_mgh.MigrationHub."
    documented = {name for name in identifiers(DOCS / "api" / "hub.md") if name.startswith(prefix)}

    members = {name for name in dir(MigrationHub) if not name.startswith("_")}
    assert {name.removeprefix(prefix) for name in documented} == members - PLUMBING


def test_the_members_of_the_views_are_those_of_the_code() -> None:
    documented = {codes(row[0])[0]: codes(row[2]) for row in table(REFERENCE, "Views")}

    views = [name for name in pytest_mgh.__all__ if name.endswith("View")]
    assert documented == {
        name: [field.name for field in fields(getattr(pytest_mgh, name))] for name in views
    }


def test_the_members_that_return_views_exist() -> None:
    named = [
        re.split(r"[(]", code)[0] for row in table(REFERENCE, "Views") for code in codes(row[1])
    ]

    members = {*dir(MigrationHub), *(f"task.{field.name}" for field in fields(pytest_mgh.TaskView))}
    assert [name for name in named if name not in members] == []


def identifiers(page: Path) -> list[str]:
    """Return the objects whose docstrings a page shows."""
    return re.findall(r"^<!-- api: (\S+)", read(page), re.MULTILINE)


# faults and permissions


def test_the_common_errors_are_those_of_the_code() -> None:
    rows = table(DOCS / "faults.md", "Common errors")

    documented = [error for _, errors in rows for error in codes(errors)]
    assert sorted(documented) == sorted(COMMON_ERRORS)


def test_the_managed_policies_are_those_of_the_data() -> None:
    rows = table(DOCS / "permissions.md", "Managed policies")

    documented = [policy for _, policies in rows for policy in codes(policies)]
    assert sorted(documented) == sorted(managed_policies())


def test_the_condition_keys_are_those_of_calls(mgh: MigrationHub) -> None:
    principals = [
        mgh.principal("user", mfa=True, tags={"key": "value"}),
        mgh.principal("dms.amazonaws.com", type="AWSService"),
    ]
    calls = [
        context_keys(
            principal,
            region="us-west-2",
            time=0,
            source_ip="127.0.0.1",
            user_agent="tool",
            secure=True,
        )
        for principal in principals
    ]
    tags = {"tags": [{"key": "key", "value": "value"}]}
    calls += [OPERATIONS[name].condition_keys(tags) for name in ("CreateTags", "DeleteTags")]
    given = {re.sub("/.*", "/<key>", key) for call in calls for key in call}

    rows = table(DOCS / "permissions.md", "Condition keys")
    assert sorted(key.lower() for names, _ in rows for key in codes(names)) == sorted(given)


# discovery


def test_the_table_of_discovery_lists_the_simulated_operations() -> None:
    discovery = next(service for service in SERVICES.values() if service.name == "discovery")
    rows = [line for line in read(DOCS / "discovery.md").splitlines() if line.startswith("| ")]
    documented = dict(
        re.findall(r"^\| (\w+) \| (simulated|refused)", "\n".join(rows), re.MULTILINE)
    )

    assert documented == {
        **dict.fromkeys(operations_of(discovery), "simulated"),
    }


# how it works


def load_script(name: str) -> ModuleType:
    """Return a module of scripts/."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT / "scripts")
        return importlib.import_module(name)


@pytest.fixture(scope="module")
def script() -> ModuleType:
    return load_script("draw_request")


def test_the_steps_are_those_of_the_pipeline_in_their_order(script: ModuleType) -> None:
    steps = script.read_steps(read(HOW_IT_WORKS))

    assert [step.name for step in steps] == [step.__name__ for step in pipeline.STEPS]


def test_the_pipeline_imports_the_rules_of_its_steps(script: ModuleType) -> None:
    steps = script.read_steps(read(HOW_IT_WORKS))
    code = Path(str(pipeline.__file__)).read_text("utf-8")
    code = code.replace("protocol import wire", "protocol.wire")

    others = {step.module for step in steps} - {pipeline.__name__}
    assert [module for module in others if module not in code] == []


def test_a_step_of_the_pipeline_names_existing_errors(script: ModuleType) -> None:
    models = "".join(path.read_text("utf-8") for path in (ROOT / "schemas").rglob("*.error.json"))
    code = "".join(path.read_text("utf-8") for path in (ROOT / "pytest_mgh").rglob("*.py"))

    errors = [error for row in table(HOW_IT_WORKS, "The steps") for error in codes(row[3])]
    assert errors
    assert [error for error in errors if f'"{error}"' not in models + code] == []


@pytest.mark.parametrize("row", table(HOW_IT_WORKS, "Results"), ids=lambda row: row[0])
def test_the_ways_out_of_the_pipeline_are_defined_where_the_page_says(row: list[str]) -> None:
    (name,), (module,) = codes(row[0]), codes(row[1])

    assert getattr(importlib.import_module(module), name).__module__ == module


def test_the_picture_matches_the_page(script: ModuleType) -> None:
    assert script.main(["--check"]) == 0


def test_a_picture_that_does_not_match_the_page_is_reported(
    script: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    page = tmp_path / "page.md"
    page.write_text(read(HOW_IT_WORKS).replace("`inject`", "`other`"), "utf-8")
    monkeypatch.setattr(script, "PAGE", page)

    assert script.main(["--check"]) == 1
    assert "request.svg is not what page.md says" in capsys.readouterr().out


def test_the_picture_shows_every_step(script: ModuleType) -> None:
    picture = script.PICTURE.read_text("utf-8")

    assert [step.__name__ for step in pipeline.STEPS if f">{step.__name__}<" not in picture] == []


def test_the_picture_shows_in_which_room_a_step_is(script: ModuleType) -> None:
    shown = re.findall(r'class="room" [^>]*>(\w+)<', script.PICTURE.read_text("utf-8"))

    rooms = [step.module.split(".")[1] for step in script.read_steps(read(HOW_IT_WORKS))]
    assert shown[3:-3] == rooms
    assert (shown[:3], shown[-3:]) == (["transports"] * 3, ["cloudtrail", "protocol", "protocol"])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("JSON types", "JSON types" * 9),
        ("`DryRunOperation`", "x" * 99),
        ("`inject`", "x" * 30),
        ("`encode`", "x" * 30),
        ("pytest_mgh.cloudtrail.records", "pytest_mgh.room_without_end"),
    ],
)
def test_a_text_that_does_not_fit_the_picture_is_refused(
    script: ModuleType, old: str, new: str
) -> None:
    with pytest.raises(ValueError, match="is longer than"):
        script.draw(read(HOW_IT_WORKS).replace(old, new))


# fidelity

TABLES = [
    pytest.param(page, heading, id=heading)
    for page in CHOICES
    for heading, text in sections(page).items()
    if "| Point |" in text
]


@pytest.mark.parametrize(("page", "heading"), TABLES)
def test_a_choice_has_a_reason_and_existing_tests(page: Path, heading: str) -> None:
    known = {
        name
        for path in re.findall(r"`(tests/[\w/]+\.py)`", sections(page)[heading])
        for name in re.findall(r"^def (test_\w+)\(", read(ROOT / path), re.MULTILINE)
    }
    for point, choice, reason, proof in table(page, heading):
        assert choice, point
        assert reason, point
        assert codes(proof), point
        assert [name for name in codes(proof) if name not in known] == [], point


@pytest.mark.parametrize(("page", "heading"), TABLES)
def test_a_switch_is_an_option(page: Path, heading: str) -> None:
    options = {f"`{field.name}`" for field in fields(Settings)}
    for point, choice, *_ in table(page, heading):
        assert {*re.findall(r"Switch: (`\w+`)?", choice)} <= options, point


@pytest.mark.parametrize(("page", "heading"), TABLES)
def test_a_table_of_choices_names_its_tests(page: Path, heading: str) -> None:
    assert sections(page)[heading].strip().startswith("Tests: ")


def test_the_index_of_choices_has_every_page_and_an_example_of_a_row() -> None:
    index = DOCS / "fidelity" / "index.md"

    linked = [re.findall(r"\((\w[\w-]*\.md)\)", cell)[0] for cell, _ in table(index, "Pages")]
    assert sorted(linked) == sorted(page.name for page in CHOICES)
    streams = DOCS / "fidelity" / "tasks.md"
    [[point, choice, reason, proof]] = table(index, "How to read a row")
    rows = {row[0]: row for row in table(streams, "Streams")}
    assert rows[point][1:3] == [choice, reason]
    assert {*codes(proof)} <= {*codes(rows[point][3])}


# schemas


def test_the_schemas_have_the_ids_on_the_page() -> None:
    for files, _, said in table(SCHEMAS, "The files"):
        path, id_ = codes(files)[0], (codes(said) or [None])[0]
        if "<Operation>" in path:
            path, id_ = (
                text.replace("<Operation>", "CreateProgressUpdateStream") for text in (path, id_)
            )
        if path.endswith("/"):
            found = [json.loads(file.read_bytes())["$id"] for file in (ROOT / path).iterdir()]
            assert all(one.startswith(id_.removesuffix("...")) for one in found)
        else:
            assert json.loads((ROOT / path).read_bytes()).get("$id") == id_
