"""`make fidelity`: the pages have the marks of verification/."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any

import pytest
from documentation import ROOT

INDEX = """# Every choice

<!-- verification -->
**Nothing here was checked against a live AWS account.**
<!-- /verification -->

## How to read a row

| Point | Choice | Why | Test |
|---|---|---|---|
| Create | succeeds | no error | `test_a` |
"""
DOCUMENTED = """# Documented rules

## Documented and simulated

| Rule | What holds | Proof |
|---|---|---|
| Wire | AWS JSON 1.1 | `tests` |
"""
TASKS = """# Streams

## Streams

| Point | Choice | Why | Test |
|---|---|---|---|
| Create | succeeds | no error | `test_a` |
| Delete | `RNF` | declared | `test_b` |
"""
PAGES = {"index.md": INDEX, "documented.md": DOCUMENTED, "tasks.md": TASKS}


@pytest.fixture(scope="module")
def script() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT / "scripts")
        yield importlib.import_module("mark_fidelity")


def finding(outcome: str, *rows: str) -> dict[str, Any]:
    return {"rule": "a rule", "rows": [*rows], "outcome": outcome}


def result(date: str, *findings: dict[str, Any]) -> dict[str, Any]:
    return {
        "date": date,
        "region": "us-west-2",
        "pytest_mgh": "0.1.0",
        "wrote": True,
        "from_aws": True,
        "findings": [*findings],
    }


def marked(script: Any, *results: dict[str, Any]) -> dict[str, str]:
    pages: dict[str, str] = script.mark_pages(PAGES, script.marks_of(results))
    return pages


def test_the_pages_have_the_marks_of_the_results(
    script: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert script.main(["--check"]) == 0, capsys.readouterr().out


def test_without_results_the_index_says_that_there_are_none(script: Any) -> None:
    assert marked(script) == PAGES


@pytest.mark.parametrize("outcome", ["same", "wording"])
def test_a_row_verified_on_aws_is_marked(script: Any, outcome: str) -> None:
    pages = marked(script, result("2027-01-12", finding(outcome, "Streams: Create")))

    row = "| Create | succeeds *Seen on AWS 2027-01-12.* | no error | `test_a` |"
    assert row in pages["tasks.md"]
    assert "**1 rows agree with AWS, the last of them compared on 2027-01-12**" in pages["index.md"]
    assert "Nothing here was checked" not in pages["index.md"]


def test_the_example_of_the_index_has_no_mark(script: Any) -> None:
    pages = marked(script, result("2027-01-12", finding("same", "Streams: Create")))

    assert "| Create | succeeds | no error | `test_a` |" in pages["index.md"]


def test_rows_of_three_cells_are_marked_too(script: Any) -> None:
    pages = marked(script, result("2027-01-12", finding("same", "Documented and simulated: Wire")))

    row = "| Wire | AWS JSON 1.1 *Seen on AWS 2027-01-12.* | `tests` |"
    assert row in pages["documented.md"]


def test_a_row_with_a_differing_rule_is_marked(script: Any) -> None:
    findings = finding("same", "Streams: Create"), finding("differs", "Streams: Create")
    pages = marked(script, result("2027-01-12", *findings))

    assert "*Not so on AWS 2027-01-12.*" in pages["tasks.md"]


def test_a_row_with_an_untried_rule_is_marked_as_verified_in_part(script: Any) -> None:
    findings = finding("same", "Streams: Create"), finding("not tried", "Streams: Create")
    pages = marked(script, result("2027-01-12", *findings))

    assert "*Seen in part on AWS 2027-01-12.*" in pages["tasks.md"]


def test_a_row_that_was_not_tried_has_no_mark(script: Any) -> None:
    assert marked(script, result("2027-01-12", finding("not tried", "Streams: Create"))) == PAGES


def test_the_newest_run_that_tried_a_row_counts(script: Any) -> None:
    pages = marked(
        script,
        result("2027-01-12", finding("differs", "Streams: Create", "Streams: Delete")),
        result("2027-02-01", finding("same", "Streams: Create")),
        result("2027-03-01", finding("not tried", "Streams: Create")),
    )

    assert "| Create | succeeds *Seen on AWS 2027-02-01.* |" in pages["tasks.md"]
    assert "| Delete | `RNF` *Not so on AWS 2027-01-12.* |" in pages["tasks.md"]


def test_marking_again_changes_nothing(script: Any) -> None:
    marks = script.marks_of([result("2027-01-12", finding("same", "Streams: Create"))])
    pages = script.mark_pages(PAGES, marks)

    assert script.mark_pages(pages, marks) == pages
    assert script.mark_pages(pages, {}) == PAGES


def test_a_result_for_an_unknown_row_is_refused(script: Any) -> None:
    with pytest.raises(ValueError, match="has a row 'Streams: Rename'"):
        marked(script, result("2027-01-12", finding("same", "Streams: Rename")))


def test_only_the_pages_that_changed_are_written(
    script: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, results = tmp_path / "fidelity", tmp_path / "verification"
    folder.mkdir()
    results.mkdir()
    for name, text in PAGES.items():
        (folder / name).write_text(text, "utf-8")
    content = json.dumps(result("2027-01-12", finding("same", "Streams: Create")))
    (results / "2027-01-12-us-west-2.json").write_text(content, "utf-8")
    monkeypatch.setattr(script, "FOLDER", folder)
    monkeypatch.setattr(script, "RESULTS", results)

    assert script.main(["--check"]) == 1
    refused = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in refused] == ["index.md", "tasks.md"]
    assert script.main([]) == 0
    assert script.main(["--check"]) == 0
    assert (folder / "documented.md").read_text("utf-8") == DOCUMENTED


def test_results_are_read_from_files(script: Any, tmp_path: Path) -> None:
    for date in ("2027-02-01", "2027-01-12"):
        path = tmp_path / f"{date}-us-west-2.json"
        path.write_text(json.dumps(result(date)), "utf-8")

    assert [one["date"] for one in script.read_results(tmp_path)] == ["2027-01-12", "2027-02-01"]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("2027-01-12-us-west-2", "{", "no JSON"),
        ("2027-01-12-us-west-2", json.dumps(result("12 January")), "date: '12 January'"),
        (
            "2027-01-12-us-west-2",
            json.dumps({**result("2027-01-12"), "from_aws": False}),
            "an endpoint other than AWS has answered",
        ),
        ("mine", json.dumps(result("2027-01-12")), "its name is not 2027-01-12-us-west-2"),
    ],
)
def test_a_file_without_a_result_is_refused(
    script: Any, tmp_path: Path, name: str, text: str, message: str
) -> None:
    (tmp_path / f"{name}.json").write_text(text, "utf-8")

    with pytest.raises(ValueError, match=message):
        script.read_results(tmp_path)
