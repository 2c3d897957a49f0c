"""An option is defined in Settings and OPTIONS: every other place that names it must agree."""

from __future__ import annotations

import inspect
import re
from dataclasses import fields
from typing import Any
from unittest.mock import Mock

import pytest

from pytest_mgh import mock_mgh, plugin
from pytest_mgh.state.options import OPTIONS
from pytest_mgh.state.settings import Options, Settings

HELP = {name: option.help for name, option in OPTIONS.items()}


def plain(text: str) -> str:
    """Return a text in one line, without the marks of code, in lower case."""
    return re.sub(r"[`\"]", "", " ".join(text.split())).lower()


@pytest.mark.parametrize("name", HELP)
def test_the_help_of_an_option_is_one_line_that_a_sentence_can_end_with(name: str) -> None:
    assert "\n" not in HELP[name]
    assert HELP[name][0].islower()
    assert not HELP[name].endswith(".")


def test_every_setting_is_an_option_with_a_meaning() -> None:
    assert [field.name for field in fields(Settings)] == [*OPTIONS]


def test_the_help_of_pytest_has_the_meaning_of_an_option(pytester: pytest.Pytester) -> None:
    shown = plain(pytester.runpytest("--help").stdout.str())

    offered = {name: f"mgh_{name} (string): pytest-mgh: {text}" for name, text in HELP.items()}
    assert [name for name, text in offered.items() if plain(text) in shown] == [
        "home_region",
        "account_id",
        "background",
    ]


def test_the_docstring_starts_each_option_with_its_help() -> None:
    arguments = inspect.cleandoc(Settings.__doc__ or "").partition("Args:\n")[2]
    entries = re.findall(r"^    (\w+): (.+(?:\n        .+)*)", arguments, re.MULTILINE)

    assert [name for name, _ in entries if name in HELP] == [*HELP]
    assert {name: plain(text)[: len(HELP[name])] for name, text in entries if name in HELP} == {
        name: plain(text) for name, text in HELP.items()
    }


def test_the_typed_options_are_those_of_the_settings() -> None:
    typed = {name: kind.__forward_arg__ for name, kind in Options.__annotations__.items()}

    assert typed == {field.name: field.type for field in fields(Settings)}


def test_the_documentation_of_the_mock_has_every_option_with_its_default() -> None:
    documented = dict(re.findall(r"(\w+)=(\S+?)(?:,|\n)", mock_mgh.__doc__ or ""))

    assert documented == {
        field.name: repr(field.default).replace("'", '"') for field in fields(Settings)
    }


def test_the_marker_lists_every_option() -> None:
    config = Mock(**{"getoption.return_value": None})
    plugin.pytest_configure(config)

    (_, line), _ = config.addinivalue_line.call_args
    assert re.findall(r"\w+", line.partition("(")[2].partition(")")[0]) == [*HELP]


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("home_region", "none", None),
        ("home_region", "eu-west-1", "eu-west-1"),
        ("account_id", "210987654321", "210987654321"),
        ("background", "manual", "manual"),
        ("background", "3.5", 3.5),
        ("background", "eagre", "eagre"),
        ("policy", "none", "none"),
        ("keep_events", "10", 10),
        ("keep_events", "ten", "ten"),
    ],
)
def test_an_option_is_read_from_text(name: str, text: str, value: Any) -> None:
    assert OPTIONS[name].read(text) == value
