"""What exploring has found, and its lines of text: wrong outcomes first, each with its command."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from pytest_mgh.report.exploration.failures import Extent
from pytest_mgh.report.exploration.outcomes import Finding, Outcome, read_finding
from pytest_mgh.report.wording import counted

EXTENTS = {
    Extent.ATTEMPT: "one attempt",
    Extent.CALL: "the call",
    Extent.ALWAYS: "from then on",
}
"""What the table calls how much of a call failed."""


@dataclass
class Exploration:
    """The outcomes of exploring; as text, the table of `--mgh-explore`.

    Attributes:
        findings: One for each run with an injected failure, in order.
        not_explored: Reasons why tests were not explored, by test name.
        left_out: Number of failures that the budget skipped.
        untried: The (operation, error) pairs that were never tried.
    """

    findings: list[Finding] = field(default_factory=list)
    not_explored: dict[str, str] = field(default_factory=dict)
    left_out: int = 0
    untried: set[tuple[str, str]] = field(default_factory=set)

    @property
    def wrong(self) -> list[Finding]:
        """The findings that point to a defect in the tool, the worst first."""
        ranks = {outcome: rank for rank, outcome in enumerate(Outcome)}
        wrong = [finding for finding in self.findings if finding.is_wrong]
        first = {finding.test: at for at, finding in reversed([*enumerate(wrong)])}
        return sorted(
            wrong,
            key=lambda one: (ranks[one.outcome], first[one.test], one.call, one.details),
        )

    @property
    def reported(self) -> list[Finding]:
        """The findings where the tool or the test reported the failed call."""
        return [
            one for one in self.findings if one.outcome is Outcome.REPORTED and not one.is_wrong
        ]

    @property
    def tests(self) -> int:
        """How many tests were explored."""
        return len({finding.test for finding in self.findings})

    def count(self, outcome: Outcome) -> int:
        """Return the number of runs with this outcome."""
        return sum(finding.outcome is outcome for finding in self.findings)

    def __str__(self) -> str:
        return "\n".join(table(self, verbose=False))

    def document(self) -> dict[str, Any]:
        """Return it as JSON-ready data, in the form of `schemas/hub/report.json`."""
        return {
            "findings": [finding.document() for finding in self.findings],
            "not_explored": dict(self.not_explored),
            "left_out": self.left_out,
            "untried": [[*pair] for pair in sorted(self.untried)],
        }

    def absorb(self, document: Mapping[str, Any]) -> None:
        """Add what another process has found; a pair that either has tried is tried."""
        self.findings += map(read_finding, document["findings"])
        self.not_explored |= document["not_explored"]
        self.left_out += document["left_out"]
        self.untried |= {(operation, error) for operation, error in document["untried"]}
        self.untried -= {(finding.operation, finding.error) for finding in self.findings}


def table(exploration: Exploration, *, verbose: bool) -> list[str]:
    """Return the lines.

    Args:
        exploration: What was found.
        verbose: Whether each test has lines of its own also for right outcomes.
    """
    lines: list[str] = []
    for (test, *_), group in groupby(exploration.wrong, key=_row):
        findings = list(group)
        first = findings[0]
        lines += [
            f"{first.outcome.value.upper()}  {test}",
            f"  call {first.call} {first.operation} {first.label}".rstrip(),
            *(f"  {line}" for line in _failures(findings)),
            *(f"    {detail}" for detail in first.details),
            f"  {first.repetition}",
        ]
    right = [finding for finding in exploration.findings if not finding.is_wrong]
    for outcome in (Outcome.REPORTED, Outcome.SURVIVED):
        found = [finding for finding in right if finding.outcome is outcome]
        lines += _rows(found, verbose=verbose, repeated=outcome is Outcome.SURVIVED)
    lines += [f"not explored: {test}: {why}" for test, why in exploration.not_explored.items()]
    lines += _left_out(exploration)
    return [*lines, summary(exploration)]


def _row(finding: Finding) -> tuple[Any, ...]:
    return finding.test, finding.outcome, finding.call, finding.details


def _failures(findings: list[Finding]) -> Iterator[str]:
    for extent, text in EXTENTS.items():
        errors = [one.error for one in findings if one.extent is extent]
        if errors:
            yield f"{text}: {', '.join(errors)}"


def _rows(findings: list[Finding], *, verbose: bool, repeated: bool) -> Iterator[str]:
    """Give a line for each operation and extent, and with `verbose` for each test too."""

    def name(finding: Finding) -> tuple[str, str, str]:
        return finding.test if verbose else "", finding.operation, finding.extent.value

    for (test, operation, extent), group in groupby(sorted(findings, key=name), key=name):
        found = list(group)
        where = f"{test}  " if test else ""
        errors = ", ".join(dict.fromkeys(one.error for one in found))
        repeats = sum(bool(one.details) for one in found) if repeated else 0
        again = f"; repeated: {repeats}" if repeats else ""
        yield (
            f"{found[0].outcome.value:8}  {where}{operation}  {EXTENTS[Extent(extent)]}: "
            f"{errors} ({counted(len(found), 'run')}{again})"
        )


def _left_out(exploration: Exploration) -> Iterator[str]:
    if exploration.left_out:
        yield (
            f"skipped because of the budget: {exploration.left_out} of "
            f"{exploration.left_out + len(exploration.findings)} runs"
        )
        if exploration.untried:
            pairs = ", ".join(f"{name} x {error}" for name, error in sorted(exploration.untried))
            yield f"never tried: {pairs}"


def summary(exploration: Exploration) -> str:
    """Return what was found in a sentence."""
    if not exploration.findings:
        return "No call was explored"
    counts = [
        f"{number} {outcome.value}" for outcome in Outcome if (number := exploration.count(outcome))
    ]
    tests = counted(exploration.tests, "test")
    wrong = len(exploration.wrong)
    verdict = f"{wrong} wrong" if wrong else "none wrong"
    return f"{counted(len(exploration.findings), 'run')} of {tests}: {', '.join(counts)}; {verdict}"
