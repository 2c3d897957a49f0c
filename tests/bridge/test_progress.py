from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from pytest_mgh.bridge.progress import Progress

if TYPE_CHECKING:
    import pytest


def test_without_a_terminal_progress_prints_ten_lines_of_each_kind(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with Progress() as progress:
        for done in range(1, 1001):
            progress("servers", done, 1000)
        progress("tasks", 1, 1)

    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["servers: 1 of 1000", "servers: 100 of 1000"]
    assert lines[-2:] == ["servers: 1000 of 1000", "tasks: 1 of 1"]
    assert len(lines) == 12


def test_on_a_terminal_progress_draws_a_bar_with_counts(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    with Progress() as progress:
        for done in range(1, 6):
            progress("servers", done, 5)
        progress("tasks", 2, 2)

    drawn = capsys.readouterr().out
    assert "servers" in drawn
    assert "5/5" in drawn
    assert "2/2" in drawn
    assert drawn.endswith("\n")
