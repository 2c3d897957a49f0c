"""The line that shows how far an exploration is."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from pytest_mgh.report.exploration.phase import _Progress

TESTS = ("test_a.py::test_a", "test_a.py::test_a", "test_b.py::test_b")


class Reporter:
    """Notes what a terminal reporter of pytest is to write.

    Attributes:
        written: The lines of their own, and those that take the place of the line before.
    """

    def __init__(self, *, isatty: bool) -> None:
        self.isatty = isatty
        self._tw = SimpleNamespace(fullwidth=40)
        self.written: list[str] = []

    def ensure_newline(self) -> None:
        pass

    def write_line(self, line: str) -> None:
        self.written.append(line)

    def rewrite(self, line: str, **_: object) -> None:
        self.written.append(f"again: {line}")


def show(reporter: Reporter | None, tests: tuple[str, ...] = TESTS) -> None:
    """Show the progress of the runs of some tests."""
    plugins = SimpleNamespace(get_plugin=lambda _: reporter)
    config: Any = SimpleNamespace(pluginmanager=plugins)
    progress = _Progress(config, len(tests))
    for test in tests:
        progress.step(test)
    progress.end()


def test_on_a_terminal_one_line_is_written_again_and_cleared_at_the_end() -> None:
    reporter = Reporter(isatty=True)
    show(reporter)

    assert reporter.written == [
        "again: exploring 1 of 3: test_a.py::test_a",
        "again: exploring 2 of 3: test_a.py::test_a",
        "again: exploring 3 of 3: test_b.py::test_b",
        "again: ",
    ]


def test_on_a_terminal_the_line_is_as_long_as_there_is_room() -> None:
    reporter = Reporter(isatty=True)
    show(reporter, ("test_a.py::" + "a" * 50,))

    assert len(reporter.written[0].removeprefix("again: ")) == 39


def test_in_a_log_each_test_has_one_line() -> None:
    reporter = Reporter(isatty=False)
    show(reporter)

    assert reporter.written == [
        "exploring 1 of 3: test_a.py::test_a",
        "exploring 3 of 3: test_b.py::test_b",
    ]


@pytest.mark.parametrize("isatty", [True, False])
def test_without_a_run_there_is_no_line(*, isatty: bool) -> None:
    reporter = Reporter(isatty=isatty)
    show(reporter, ())

    assert reporter.written == []


def test_without_a_terminal_reporter_nothing_is_shown(capfd: pytest.CaptureFixture[str]) -> None:
    show(None)

    assert capfd.readouterr() == ("", "")
