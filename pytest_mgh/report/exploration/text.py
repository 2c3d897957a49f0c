"""What was found, as lines of text: what is wrong first, each with the line that repeats it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any, Protocol

from pytest_mgh.report.exploration.failures import Extent
from pytest_mgh.report.exploration.outcomes import Outcome

if TYPE_CHECKING:
    from pytest_mgh.report.exploration.outcomes import Finding

EXTENTS = {
    Extent.ATTEMPT: "one attempt",
    Extent.CALL: "the call",
    Extent.ALWAYS: "from then on",
}
"""What the table calls how much of a call failed."""


class Explored(Protocol):
    """What the lines tell of."""

    findings: list[Finding]
    not_explored: dict[str, str]
    left_out: int
    untried: set[tuple[str, str]]

    @property
    def wrong(self) -> list[Finding]:
        """The findings that a good tool would not show."""

    @property
    def tests(self) -> int:
        """How many tests were explored."""

    def count(self, outcome: Outcome, /) -> int:
        """Return the number of runs with this outcome."""


def table(exploration: Explored, *, verbose: bool) -> list[str]:
    """Return the lines.

    Args:
        exploration: What was found.
        verbose: Whether each test has lines of its own for what it told and survived.
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
    for outcome in (Outcome.TOLD, Outcome.SURVIVED):
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
        told_again = sum(bool(one.details) for one in found) if repeated else 0
        again = f"; repeated: {told_again}" if told_again else ""
        yield (
            f"{found[0].outcome.value:8}  {where}{operation}  {EXTENTS[Extent(extent)]}: "
            f"{errors} ({len(found)} {'run' if len(found) == 1 else 'runs'}{again})"
        )


def _left_out(exploration: Explored) -> Iterator[str]:
    if exploration.left_out:
        yield (
            f"skipped because of the budget: {exploration.left_out} of "
            f"{exploration.left_out + len(exploration.findings)} runs"
        )
        if exploration.untried:
            pairs = ", ".join(f"{name} x {error}" for name, error in sorted(exploration.untried))
            yield f"never tried: {pairs}"


def summary(exploration: Explored) -> str:
    """Return what was found in a sentence."""
    if not exploration.findings:
        return "No call was explored"
    counts = [
        f"{number} {outcome.value}" for outcome in Outcome if (number := exploration.count(outcome))
    ]
    tests = _count(exploration.tests, "test")
    wrong = len(exploration.wrong)
    verdict = f"{wrong} wrong" if wrong else "none wrong"
    return f"{_count(len(exploration.findings), 'run')} of {tests}: {', '.join(counts)}; {verdict}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
