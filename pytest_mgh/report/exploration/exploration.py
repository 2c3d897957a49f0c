"""What the exploration of a run, or of a function, has found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pytest_mgh.report.exploration.outcomes import Finding, Outcome, read_finding
from pytest_mgh.report.exploration.text import table


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
    def told(self) -> list[Finding]:
        """The findings where the tool or the test reported the failed call."""
        return [one for one in self.findings if one.outcome is Outcome.TOLD and not one.is_wrong]

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
        """Return it as JSON-ready data: `schemas/hub/report.json` says which."""
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
