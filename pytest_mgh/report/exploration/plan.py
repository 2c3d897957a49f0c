"""Which failures of a test's calls are tried."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, TypeVar

from pytest_mgh.errors import nearest
from pytest_mgh.report.exploration.failures import Failure, check_errors, failures_of
from pytest_mgh.services.catalog import OPERATIONS

if TYPE_CHECKING:
    from pytest_mgh.report.exploration.calls import MadeCall

Planned = TypeVar("Planned")


@dataclass(frozen=True)
class Scope:
    """What is to be tried.

    Args:
        errors: These errors only.
        operations: Calls of these operations only.
        every_call: Also all of the equal calls in a row, such as those of a poll. Else the first
            of them fails, one in the middle, and the last.

    Raises:
        ValueError: An error or an operation that there is not.
    """

    errors: Collection[str] | None = None
    operations: Collection[str] | None = None
    every_call: bool = False

    def __post_init__(self) -> None:
        for name in ("errors", "operations"):
            value = getattr(self, name)
            if isinstance(value, str) or not isinstance(value, (Collection, type(None))):
                raise ValueError(f"{name}={value!r}: a list of names")
        check_errors(self.errors or ())
        for operation in self.operations or ():
            if operation not in OPERATIONS:
                raise ValueError(f"operations: {nearest(str(operation), OPERATIONS)}")
        if not isinstance(self.every_call, bool):
            raise ValueError(f"every_call={self.every_call!r}: True or False")

    def failures(self, calls: Sequence[MadeCall]) -> list[Failure]:
        """Return the failures that are to be tried of these calls."""
        chosen = calls if self.every_call else list(_few_of_equal(calls))
        return [
            failure
            for call in chosen
            if self.operations is None or call.operation in self.operations
            for failure in failures_of(call, self.errors)
        ]


def _few_of_equal(calls: Sequence[MadeCall]) -> Iterator[MadeCall]:
    """Give the first, the middle and the last of equal calls in a row."""
    for _, group in groupby(calls, key=lambda call: call.key[:2]):
        equal = list(group)
        yield from (equal[at] for at in sorted({0, len(equal) // 2, len(equal) - 1}))


def sample(failures: Sequence[tuple[Planned, Failure]], most: int) -> list[tuple[Planned, Failure]]:
    """Return a part of the failures, the same one each time.

    Each error of each operation comes first; then each extent of these; then what lies between, at
    even distances.

    Args:
        failures: The failures, each with whose it is.
        most: How many.
    """
    if len(failures) <= most:
        return list(failures)
    chosen = _first_of_each([(one.call.operation, one.error) for _, one in failures])
    chosen += [
        at
        for at in _first_of_each([(one.call.operation, *_way(one)) for _, one in failures])
        if at not in set(chosen)
    ]
    taken = set(chosen)
    rest = [at for at in range(len(failures)) if at not in taken]
    left = most - len(chosen)
    if left > 0:
        chosen += [rest[at * len(rest) // left] for at in range(left)]
    return [failures[at] for at in sorted(chosen[:most])]


def _way(failure: Failure) -> tuple[str, str]:
    return failure.error, failure.extent.value


def _first_of_each(names: Sequence[Hashable]) -> list[int]:
    """Return where each name stands first."""
    places: dict[Hashable, int] = {}
    for at, name in enumerate(names):
        places.setdefault(name, at)
    return list(places.values())
