"""`make fidelity`: the page says what verification/ says."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any

import pytest
from documentation import ROOT

PAGE = """# Fidelity

<!-- verification -->
**Nothing here was checked against a live AWS account.**
<!-- /verification -->

## Documented, and done so

| Rule | What holds | Proof |
|---|---|---|
| Wire | AWS JSON 1.1 | `tests` |

## Streams

| Point | Choice | Why | Test |
|---|---|---|---|
| Create | succeeds | no error | `test_a` |
| Delete | `RNF` | declared | `test_b` |
"""


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


def marked(script: Any, *results: dict[str, Any]) -> str:
    text: str = script.mark_page(PAGE, script.marks_of(results))
    return text


def test_the_page_says_what_the_results_say(
    script: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert script.main(["--check"]) == 0, capsys.readouterr().out


def test_without_results_the_page_says_that_there_are_none(script: Any) -> None:
    assert marked(script) == PAGE


@pytest.mark.parametrize("outcome", ["same", "wording"])
def test_a_row_that_was_seen_says_so(script: Any, outcome: str) -> None:
    page = marked(script, result("2027-01-12", finding(outcome, "Streams: Create")))

    assert "| Create | succeeds *Seen on AWS 2027-01-12.* | no error | `test_a` |" in page
    assert "**1 rows were seen on AWS as they stand here, last on 2027-01-12**" in page
    assert "Nothing here was checked" not in page


def test_rows_of_three_cells_are_marked_too(script: Any) -> None:
    page = marked(script, result("2027-01-12", finding("same", "Documented, and done so: Wire")))

    assert "| Wire | AWS JSON 1.1 *Seen on AWS 2027-01-12.* | `tests` |" in page


def test_a_row_of_which_one_rule_differs_says_so(script: Any) -> None:
    findings = finding("same", "Streams: Create"), finding("differs", "Streams: Create")

    assert "*Not so on AWS 2027-01-12.*" in marked(script, result("2027-01-12", *findings))


def test_a_row_of_which_one_rule_was_not_tried_was_seen_in_part(script: Any) -> None:
    findings = finding("same", "Streams: Create"), finding("not tried", "Streams: Create")

    assert "*Seen in part on AWS 2027-01-12.*" in marked(script, result("2027-01-12", *findings))


def test_a_row_that_was_not_tried_says_nothing(script: Any) -> None:
    assert marked(script, result("2027-01-12", finding("not tried", "Streams: Create"))) == PAGE


def test_the_newest_run_that_tried_a_row_counts(script: Any) -> None:
    page = marked(
        script,
        result("2027-01-12", finding("differs", "Streams: Create", "Streams: Delete")),
        result("2027-02-01", finding("same", "Streams: Create")),
        result("2027-03-01", finding("not tried", "Streams: Create")),
    )

    assert "| Create | succeeds *Seen on AWS 2027-02-01.* |" in page
    assert "| Delete | `RNF` *Not so on AWS 2027-01-12.* |" in page


def test_marking_again_changes_nothing(script: Any) -> None:
    marks = script.marks_of([result("2027-01-12", finding("same", "Streams: Create"))])
    page = script.mark_page(PAGE, marks)

    assert script.mark_page(page, marks) == page
    assert script.mark_page(page, {}) == PAGE


def test_a_row_that_is_not_on_the_page_is_refused(script: Any) -> None:
    with pytest.raises(ValueError, match="has no row 'Streams: Rename'"):
        marked(script, result("2027-01-12", finding("same", "Streams: Rename")))


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
def test_a_file_that_holds_no_result_is_refused(
    script: Any, tmp_path: Path, name: str, text: str, message: str
) -> None:
    (tmp_path / f"{name}.json").write_text(text, "utf-8")

    with pytest.raises(ValueError, match=message):
        script.read_results(tmp_path)
