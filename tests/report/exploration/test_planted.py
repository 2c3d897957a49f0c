"""Every planted fault is found, and no right tool is blamed."""

from __future__ import annotations

import pytest
from planted import PAIRS, Pair, never_looks_at_its_threads
from profiles import EXAMPLES, MORE

from pytest_mgh import explore

RUNS = max(2, EXAMPLES // 10)
ERRORS = None if MORE else ("ThrottlingException", "ResponseLost")
"""Two errors show every planted fault; other profiles inject all."""
CASES = [pytest.param(pair, id=name) for name, pair in PAIRS.items()]


def test_there_are_faults_of_many_kinds() -> None:
    assert len(PAIRS) >= 15


@pytest.mark.parametrize("pair", CASES)
def test_a_planted_fault_is_found_with_the_right_outcome(pair: Pair) -> None:
    wrong = explore(pair.faulty, errors=ERRORS).wrong

    assert {(finding.outcome, finding.operation) for finding in wrong} == pair.found


@pytest.mark.parametrize("pair", CASES)
def test_a_correct_tool_has_no_findings(pair: Pair) -> None:
    exploration = explore(pair.right, errors=ERRORS)

    assert exploration.wrong == []
    assert exploration.findings


@pytest.mark.parametrize(("errors", "budget"), [(ERRORS, None), (None, 12)])
def test_every_exploration_gives_the_same_table(
    errors: tuple[str, ...] | None, budget: int | None
) -> None:
    faulty, _ = never_looks_at_its_threads()

    tables = {str(explore(faulty, errors=errors, budget=budget)) for _ in range(RUNS)}

    assert len(tables) == 1
