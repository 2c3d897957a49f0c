"""A verification as a table for the terminal, as JSON, and as a text for an issue."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable
from itertools import zip_longest
from typing import Any

from pytest_mgh.bridge.findings import Finding, Outcome, Verification

_MAX_LENGTH = 300
"""Characters of an answer in a text for an issue."""

_GAP = "  "
_MAX_LINES = 5
"""Lines of a cell of the table."""

_HEADINGS = {
    Outcome.DIFFERS: "AWS answers otherwise",
    Outcome.WORDING: "The same but for the text",
    Outcome.NOT_TRIED: "Not tried",
    Outcome.SAME: "The same",
}


def in_short(answer: Any) -> str:
    """Return an answer in short."""
    if isinstance(answer, dict) and "status" in answer:
        rest = answer.get("code", answer.get("result"))
        return f"{answer['status']} {rest if isinstance(rest, str) else _json(rest)}"
    if (
        isinstance(answer, list)
        and answer
        and all(one is None or isinstance(one, str) for one in answer)
    ):
        return "; ".join("no text" if one is None else one for one in answer)
    return answer if isinstance(answer, str) else _json(answer)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def summary(verification: Verification) -> str:
    """Return the number of each outcome, in a sentence."""
    numbers = {outcome: len(verification.of(outcome)) for outcome in Outcome}
    return (
        f"{len(verification.findings)} rules: {numbers[Outcome.SAME]} the same, "
        f"{numbers[Outcome.WORDING]} the same but for the text, "
        f"{numbers[Outcome.DIFFERS]} different, {numbers[Outcome.NOT_TRIED]} not tried"
    )


def table(findings: Iterable[Finding], width: int) -> list[str]:
    """Return the lines of a table: outcome, rule, what the hub answers, what AWS answered.

    Args:
        findings: What it has a row of.
        width: Characters of a line.
    """
    outcomes = len(Outcome.NOT_TRIED.value)
    rest = max(width - outcomes - 3 * len(_GAP), 60)
    widths = [outcomes, rest * 2 // 5, rest * 3 // 10, rest * 3 // 10]
    lines = _row(("outcome", "rule", "the hub", "AWS"), widths)
    for one in findings:
        head = (one.outcome.value, one.rule)
        if one.outcome is Outcome.NOT_TRIED:
            lines += _row((*head, one.reason), [*widths[:2], sum(widths[2:]) + len(_GAP)])
        else:
            at = f"{one.place}: " if one.place else ""
            lines += _row((*head, at + in_short(one.hub), in_short(one.account)), widths)
    return lines


def _row(cells: tuple[str, ...], widths: list[int]) -> list[str]:
    """Return the lines of a row, whose cells go on in further lines where they are long."""
    columns = [
        textwrap.wrap(cell, wide, max_lines=_MAX_LINES, placeholder=" ...") or [""]
        for cell, wide in zip(cells, widths, strict=True)
    ]
    return [
        _GAP.join(f"{part:{wide}}" for part, wide in zip(parts, widths, strict=True)).rstrip()
        for parts in zip_longest(*columns, fillvalue="")
    ]


def as_json(verification: Verification) -> dict[str, Any]:
    """Return a verification in the form of `schemas/hub/verification.json`."""
    return {
        "date": verification.date,
        "region": verification.region,
        "pytest_mgh": verification.version,
        "wrote": verification.wrote,
        "from_aws": verification.from_aws,
        "findings": [_finding(one) for one in verification.findings],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    row: dict[str, Any] = {
        "rule": finding.rule,
        "rows": list(finding.rows),
        "outcome": finding.outcome.value,
    }
    if finding.outcome is Outcome.NOT_TRIED:
        return {**row, "reason": finding.reason}
    if finding.outcome is Outcome.SAME:
        return row
    return {**row, "place": finding.place, "hub": finding.hub, "aws": finding.account}


def as_markdown(verification: Verification) -> str:
    """Return a verification as the text of an issue."""
    how = "with" if verification.wrote else "without"
    what = "AWS" if verification.from_aws else "an endpoint other than AWS"
    where = f"{what} in {verification.region} on {verification.date}, {how} `--write`"
    lines = [
        f"pytest-mgh {verification.version} was compared with {where}.",
        "",
        f"{summary(verification)}.",
    ]
    for outcome in (Outcome.DIFFERS, Outcome.WORDING, Outcome.NOT_TRIED):
        findings = verification.of(outcome)
        if findings:
            lines += ["", f"## {_HEADINGS[outcome]}", ""]
        for one in findings:
            lines.append(f"- {one.rule} ({'; '.join(one.rows)})")
            if outcome is Outcome.NOT_TRIED:
                lines.append(f"    - {one.reason}")
            else:
                at = f" at `{one.place}`" if one.place else ""
                lines.append(f"    - the hub{at}: {_code(one.hub)}")
                lines.append(f"    - AWS: {_code(one.account)}")
    return "\n".join(lines) + "\n"


def _code(answer: Any) -> str:
    text = in_short(answer).replace("`", "'")
    return f"`{text if len(text) <= _MAX_LENGTH else text[:_MAX_LENGTH] + '...'}`"
