"""The report as text, for the end of a run."""

from __future__ import annotations

import textwrap
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from pytest_mgh.report.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_mgh.report.outcomes import Report

NO_CALLS = "No call was made to a mock of Migration Hub"


def table(report: Report, width: int) -> list[str]:
    """Return a table of the used operations and their outcomes, and what was never called.

    Args:
        report: The report.
        width: How many characters a line of text may have; the table has what it needs.
    """
    rows = [("operation", "outcome", "calls"), *_rows(report)] if report.calls else []
    first, second, third = (max((len(row[at]) for row in rows), default=0) for at in range(3))
    lines = [
        f"{name:{first}}  {outcome:{second}}  {calls:>{third}}" for name, outcome, calls in rows
    ]
    for service, operations in groupby(report.never_called, attrgetter("service")):
        sentence = f"Never called, {service}: {', '.join(one.name for one in operations)}"
        lines += ["", *textwrap.wrap(sentence, width, subsequent_indent="  ")]
    return [*lines, ""]


def _rows(report: Report) -> Iterator[tuple[str, str, str]]:
    for operation in report.used:
        name = operation.name
        for outcome in operation.outcomes:
            mark = "" if outcome.declared else " (not declared)"
            yield name, outcome.name + mark, str(outcome.calls or "never")
            name = ""


def summary(report: Report) -> str:
    """Return what was exercised in a sentence."""
    if not report.calls:
        return NO_CALLS
    return (
        f"{report.exercised_pairs} of {report.declared_pairs} declared outcomes exercised "
        f"({share(report)}) by {counted(report.calls, 'call')} of "
        f"{counted(len(report.used), 'operation')}"
    )


def share(report: Report) -> str:
    """Return the share of the declared outcomes that was exercised."""
    return "no operation was called" if report.percent is None else f"{report.percent}%"


def lost(report: Report) -> str:
    """Return whose calls are missing, in a sentence; nothing if none are."""
    if not report.lost_workers:
        return ""
    names = ", ".join(report.lost_workers)
    return f"Calls are missing from workers that ended before they could report them: {names}"
