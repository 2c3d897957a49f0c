"""The operations and outcomes that a run exercised, compared with those that the models declare."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pytest_mgh.services.catalog import OPERATIONS, SERVICES, operations_of

if TYPE_CHECKING:
    from pytest_mgh.report.exploration.exploration import Exploration
    from pytest_mgh.report.tally import Key


@dataclass(frozen=True)
class CallOutcome:
    """One way in which calls of an operation end.

    Args:
        name: "ok", the code of an error, or a failure of the connection.
        declared: Whether the operation's model knows it: "ok" and the declared errors.
        calls: How many calls ended so.
    """

    name: str
    declared: bool
    calls: int


@dataclass(frozen=True)
class OperationOutcomes:
    """An operation with its outcomes: the declared ones, then what else its calls met."""

    service: str
    name: str
    outcomes: tuple[CallOutcome, ...]

    @property
    def calls(self) -> int:
        """How many calls it had; each attempt of a retried call is one."""
        return sum(outcome.calls for outcome in self.outcomes)

    def document(self) -> dict[str, Any]:
        """Return its part of the report."""
        outcomes = [
            {"outcome": one.name, "declared": one.declared, "calls": one.calls}
            for one in self.outcomes
        ]
        named = {"service": self.service, "operation": self.name}
        return {**named, "calls": self.calls, "outcomes": outcomes}


@dataclass(frozen=True)
class Report:
    """All operations, and what the run exercised of them.

    Args:
        operations: Every simulated operation, and `UNKNOWN` if there were calls of that kind.
        lost_workers: The workers of pytest-xdist whose calls are not in it.
        exploration: What was found where the calls of tests failed, if that was tried.
    """

    operations: tuple[OperationOutcomes, ...]
    lost_workers: tuple[str, ...]
    exploration: Exploration | None = None

    @property
    def used(self) -> tuple[OperationOutcomes, ...]:
        """The operations that were called."""
        return tuple(operation for operation in self.operations if operation.calls)

    @property
    def never_called(self) -> tuple[OperationOutcomes, ...]:
        """The operations that were not."""
        return tuple(operation for operation in self.operations if not operation.calls)

    @property
    def calls(self) -> int:
        """How many calls were made."""
        return sum(operation.calls for operation in self.operations)

    @property
    def declared_pairs(self) -> int:
        """How many pairs of operation and outcome the used operations declare."""
        return len(self._declared())

    @property
    def exercised_pairs(self) -> int:
        """How many of them were exercised."""
        return sum(outcome.calls > 0 for outcome in self._declared())

    @property
    def percent(self) -> float | None:
        """The share of them that was exercised, cut off after a tenth; `None` of no pairs."""
        pairs = self.declared_pairs
        return 1000 * self.exercised_pairs // pairs / 10 if pairs else None

    def reaches(self, percent: float) -> bool:
        """Whether at least that share was exercised; of no pairs only 0 % are."""
        return percent == 0 or 0 < percent * self.declared_pairs <= 100 * self.exercised_pairs

    def _declared(self) -> list[CallOutcome]:
        return [
            outcome for operation in self.used for outcome in operation.outcomes if outcome.declared
        ]

    def document(self) -> dict[str, Any]:
        """Return the report as JSON-ready data, in the form of `schemas/hub/report.json`."""
        return {
            "version": 1,
            "calls": self.calls,
            "declared_pairs": self.declared_pairs,
            "exercised_pairs": self.exercised_pairs,
            "percent": self.percent,
            "operations": [operation.document() for operation in self.operations],
            "lost_workers": [*self.lost_workers],
            "exploration": None if self.exploration is None else self.exploration.document(),
        }


def make_report(
    counts: Mapping[Key, int], lost_workers: Iterable[str] = (), *, dry_runs: bool = False
) -> Report:
    """Make the report of counted calls.

    Args:
        counts: How many calls of an operation ended how.
        lost_workers: The workers of pytest-xdist whose calls are missing.
        dry_runs: Whether some of them were dry runs. If none was, the outcomes of dry runs are
            left out of the operations that were called: the tool makes none.
    """
    met: dict[tuple[str, str], dict[str, int]] = {
        (service.name, name): {} for service in SERVICES.values() for name in operations_of(service)
    }
    for (service, name, outcome), calls in counts.items():
        met.setdefault((service, name), {})[outcome] = calls
    operations = tuple(
        OperationOutcomes(*operation, tuple(_outcomes(operation[1], calls, dry_runs=dry_runs)))
        for operation, calls in met.items()
    )
    return Report(operations, tuple(sorted(lost_workers)))


_OF_DRY_RUNS = ("DryRunOperation", "UnauthorizedOperation")


def rank(outcome: str) -> tuple[int, str]:
    """Return where an outcome stands: first those of a call that may be made, then by name."""
    return {"ok": 0, "DryRunOperation": 1}.get(outcome, 2), outcome


def _outcomes(operation: str, calls: Mapping[str, int], *, dry_runs: bool) -> Iterable[CallOutcome]:
    known = OPERATIONS.get(operation)  # none of an unknown operation
    declared = sorted(("ok", *known.errors), key=rank) if known else []
    for name in declared:
        if name in calls or dry_runs or not calls or name not in _OF_DRY_RUNS:
            yield CallOutcome(name, declared=True, calls=calls.get(name, 0))
    for name in sorted(calls.keys() - {*declared}, key=rank):
        yield CallOutcome(name, declared=False, calls=calls[name])
