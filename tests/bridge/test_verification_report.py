from __future__ import annotations

from pytest_mgh.bridge.findings import Finding, Outcome, Verification
from pytest_mgh.bridge.report import as_json, as_markdown, in_short, summary, table

ROW = "Streams: Create of a stream that exists"
FINDINGS = (
    Finding("a rule", (ROW,), Outcome.SAME, 1, 1),
    Finding(
        "another rule whose name is long",
        (ROW,),
        Outcome.DIFFERS,
        {"status": 400, "code": "InvalidInputException"},
        {"status": 200, "result": {}},
        "again",
    ),
    Finding("a third rule", (ROW,), Outcome.WORDING, ["one text"], [None]),
    Finding("a fourth rule", (ROW,), Outcome.NOT_TRIED, reason="the caller may not call it"),
)
VERIFICATION = Verification("2027-01-12", "us-west-2", "0.1.0", wrote=True, findings=FINDINGS)


def test_a_table_shows_the_answers_of_hub_and_aws_side_by_side() -> None:
    assert table(FINDINGS[1:], 100) == [
        "outcome    rule                                the hub                    AWS",
        "differs    another rule whose name is long     again: 400                 200 {}",
        "                                               InvalidInputException",
        "wording    a third rule                        one text                   no text",
        "not tried  a fourth rule                       the caller may not call it",
    ]


def test_a_table_fits_a_narrow_terminal() -> None:
    assert max(map(len, table(FINDINGS, 20))) <= 80


def test_a_long_answer_is_cut_off() -> None:
    long = Finding("rule", (ROW,), Outcome.DIFFERS, "word " * 200, "other")

    lines = table([long], 100)
    assert len(lines) == 6
    assert "..." in lines[-1]


def test_the_summary_counts_each_outcome() -> None:
    assert summary(VERIFICATION) == (
        "4 rules: 1 the same, 1 the same but for the text, 1 different, 1 not tried"
    )


def test_answers_are_shown_in_short() -> None:
    assert in_short({"status": 400, "code": "X"}) == "400 X"
    assert in_short({"status": 200, "result": {"a": 1}}) == '200 {"a": 1}'
    assert in_short(["a", None]) == "a; no text"
    assert in_short([1, 2]) == "[1, 2]"
    assert in_short("text") == "text"


def test_the_text_for_an_issue_leaves_out_what_is_the_same() -> None:
    assert as_markdown(VERIFICATION) == (
        "pytest-mgh 0.1.0 was compared with AWS in us-west-2 on 2027-01-12, with `--write`.\n"
        "\n"
        "4 rules: 1 the same, 1 the same but for the text, 1 different, 1 not tried.\n"
        "\n"
        "## AWS answers otherwise\n"
        "\n"
        f"- another rule whose name is long ({ROW})\n"
        "    - the hub at `again`: `400 InvalidInputException`\n"
        "    - AWS: `200 {}`\n"
        "\n"
        "## The same but for the text\n"
        "\n"
        f"- a third rule ({ROW})\n"
        "    - the hub: `one text`\n"
        "    - AWS: `no text`\n"
        "\n"
        "## Not tried\n"
        "\n"
        f"- a fourth rule ({ROW})\n"
        "    - the caller may not call it\n"
    )


def test_the_json_result_has_the_answers_of_differing_probes() -> None:
    findings = as_json(VERIFICATION)["findings"]

    assert findings[0] == {"rule": "a rule", "rows": [ROW], "outcome": "same"}
    assert findings[1]["aws"] == {"status": 200, "result": {}}
    assert findings[3]["reason"] == "the caller may not call it"
