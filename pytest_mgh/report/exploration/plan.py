"""Which failures of a test's calls are tried."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from pytest_mgh.errors import nearest
from pytest_mgh.report.exploration.calls import MadeCall
from pytest_mgh.report.exploration.exploration import Exploration
from pytest_mgh.report.exploration.failures import Failure, check_errors, failures_of
from pytest_mgh.services.catalog import OPERATIONS


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
                raise ValueError(f"{name}={value!r}: must be a list of names")
        check_errors(self.errors or ())
        for operation in self.operations or ():
            if operation not in OPERATIONS:
                raise ValueError(
                    f"operations: no operation {operation!r}; {nearest(str(operation), OPERATIONS)}"
                )
        if not isinstance(self.every_call, bool):
            raise ValueError(f"every_call={self.every_call!r}: must be True or False")

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


def same_failures(chosen: Sequence[Failure], possible: Sequence[Failure]) -> list[Failure]:
    """Return those of the possible failures that were chosen of an earlier run of the test.

    If there are others in it, as many of them instead.
    """
    names = {(one.call.key, one.error, one.extent) for one in chosen}
    same = [one for one in possible if (one.call.key, one.error, one.extent) in names]
    if len(same) == len(chosen):
        return same
    return sample(possible, len(chosen))


def sample(failures: Sequence[Failure], size: int) -> list[Failure]:
    """Return a part of the failures; `sample_places` says which."""
    return [failures[at] for at in sample_places(failures, size)]


def sample_places(failures: Sequence[Failure], size: int) -> list[int]:
    """Return the places of a part of the failures, the same ones each time.

    Each error of each operation comes first; then each extent of these; then what lies between, at
    even distances.
    """
    if len(failures) <= size:
        return list(range(len(failures)))
    chosen = dict.fromkeys(_one_of_each([(one.call.operation, one.error) for one in failures]))
    ways = [(one.call.operation, one.error, one.extent) for one in failures]
    chosen |= dict.fromkeys(_one_of_each(ways))
    rest = [at for at in range(len(failures)) if at not in chosen]
    left = size - len(chosen)
    if left > 0:
        chosen |= dict.fromkeys(rest[at * len(rest) // left] for at in range(left))
    return sorted([*chosen][:size])


def note_left_out(
    exploration: Exploration, planned: Sequence[Failure], chosen: Sequence[Failure]
) -> None:
    """Note what a sample has left out."""
    pairs, tried = ({(one.call.operation, one.error) for one in all_} for all_ in (planned, chosen))
    exploration.left_out += len(planned) - len(chosen)
    exploration.untried |= pairs - tried


def _one_of_each(names: Sequence[Hashable]) -> list[int]:
    """Return a place of each name: of the first name its first, of the second its second, ...

    So the places are spread over the tests that have the same names.
    """
    places: dict[Hashable, list[int]] = {}
    for at, name in enumerate(names):
        places.setdefault(name, []).append(at)
    return [each[number % len(each)] for number, each in enumerate(places.values())]
