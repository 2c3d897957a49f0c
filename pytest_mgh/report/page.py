"""The report as an HTML page that needs nothing but itself."""

from __future__ import annotations

from importlib.resources import files
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, StrictUndefined

from pytest_mgh.report.exploration.exploration import EXTENTS
from pytest_mgh.report.exploration.exploration import summary as explored
from pytest_mgh.report.outcomes import rank
from pytest_mgh.report.text import lost, summary

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pytest_mgh.report.outcomes import OperationOutcomes, Report


def page(report: Report) -> str:
    """Return the page: for each service a matrix of the used operations and their outcomes."""
    environment = Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined
    )
    template = environment.from_string((files(__package__) / "page.html").read_text("utf-8"))
    return template.render(
        report=report,
        summary=summary(report),
        lost=lost(report),
        matrices=[_matrix(*group) for group in _by_service(report.used)],
        exploration=report.exploration,
        explored=None if report.exploration is None else explored(report.exploration),
        extents=EXTENTS,
        never_called=[(service, [*group]) for service, group in _by_service(report.never_called)],
    )


def _by_service(
    operations: Iterable[OperationOutcomes],
) -> Iterable[tuple[str, Iterable[OperationOutcomes]]]:
    return groupby(operations, attrgetter("service"))


def _matrix(service: str, operations: Iterable[OperationOutcomes]) -> dict[str, Any]:
    """Return the columns of a service's matrix, and its rows with a cell, or none, for each."""
    rows = [
        (operation, {outcome.name: outcome for outcome in operation.outcomes})
        for operation in operations
    ]
    declared: dict[str, bool] = {}
    for _, outcomes in rows:
        for name, outcome in outcomes.items():
            declared[name] = declared.get(name, False) or outcome.declared
    columns = sorted(declared, key=lambda name: (not declared[name], rank(name)))
    return {
        "service": service,
        "columns": columns,
        "rows": [
            (operation, [outcomes.get(name) for name in columns]) for operation, outcomes in rows
        ],
    }
