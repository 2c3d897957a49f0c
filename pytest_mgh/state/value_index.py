"""Finds records by what they hold: one value of theirs, whatever their number."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import TYPE_CHECKING

from pytest_mgh.state.journal import INVERSES

if TYPE_CHECKING:
    from pytest_mgh.state.journal import Change, Journal

_NONE: Mapping[str, int] = {}


class ValueIndex:
    """Record ids by the values that the records have, and how often each has it.

    A record may have a value from several sides: it has it until it was taken away as often.
    """

    __slots__ = ("_ids",)

    def __init__(self) -> None:
        self._ids: dict[Hashable, dict[str, int]] = {}

    def add(self, journal: Journal, values: Iterable[Hashable], id_: str) -> None:
        """Enter a record under values, once more under each."""
        self._change(journal, values, id_, 1)

    def drop(self, journal: Journal, values: Iterable[Hashable], id_: str) -> None:
        """Take values from a record, each once."""
        self._change(journal, values, id_, -1)

    def _change(self, journal: Journal, values: Iterable[Hashable], id_: str, by: int) -> None:
        before: dict[Hashable, int] = {}
        after: dict[Hashable, int] = {}
        for value in values:
            if value not in before:
                before[value] = after[value] = self._ids.get(value, _NONE).get(id_, 0)
            after[value] += by
        if before:  # one change for all of them
            journal.note(_set_counts, self._ids, id_, before)
            _set_counts(self._ids, id_, after)

    def has_any(self, values: Iterable[Hashable]) -> bool:
        """Whether any record has one of the values."""
        return not self._ids.keys().isdisjoint(values)

    def are_shared(self, values: Iterable[Hashable]) -> bool:
        """Whether several records have one of the values."""
        ids = self._ids
        for value in values:  # written out: it is asked of every attribute of a task
            found = ids.get(value)
            if found is not None and len(found) > 1:
                return True
        return False

    def find(self, value: Hashable) -> Mapping[str, int]:
        """Return the ids of the records that have that value."""
        return self._ids.get(value, _NONE)


def _set_counts(
    index: dict[Hashable, dict[str, int]], id_: str, counts: Mapping[Hashable, int]
) -> None:
    """Set how often a record has each value."""
    for value, count in counts.items():
        ids = index.get(value)
        if count:
            if ids is None:
                index[value] = {id_: count}
            else:
                ids[id_] = count
        elif ids is not None:
            ids.pop(id_, None)
            if not ids:
                del index[value]


def _counts(
    index: dict[Hashable, dict[str, int]], id_: str, counts: Mapping[Hashable, int]
) -> Change:
    now = {value: index.get(value, _NONE).get(id_, 0) for value in counts}
    return _set_counts, index, id_, now


INVERSES[_set_counts] = _counts
