"""Machines that drive every operation through boto3, against the model of tests/proof."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test
from profiles import EXAMPLES, MORE
from proof.machine import make_machine
from proof.operations import OPERATIONS, names

from pytest_mgh.services import catalog

RUNS = EXAMPLES // 3 if MORE else 3
SERVICES = ("mgh", "migrationhub-config", "discovery")


def test_the_model_has_every_operation() -> None:
    assert OPERATIONS.keys() == catalog.OPERATIONS.keys()


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_answers_as_the_model_does(service: str) -> None:
    machine = make_machine(service, names(service))

    run_state_machine_as_test(machine, settings=settings(max_examples=RUNS, stateful_step_count=40))

    if not MORE:
        return
    # The version of hypothesis decides what is tried: a run may miss a few.
    never = [name for name in machine.operations if not machine.tally[name, "ok"]]
    assert len(never) <= len(machine.operations) // 4, "too few operations have ever succeeded"
    lists = [name for name in machine.operations if name.startswith("List")]
    empty = [name for name in lists if not machine.tally[name, "rows"]]
    assert len(empty) <= len(lists) // 2, "too few lists have ever shown something"


def test_all_services_together_answer_as_the_model_does() -> None:
    machine = make_machine("Everything", names(*SERVICES))

    run_state_machine_as_test(machine, settings=settings(max_examples=RUNS, stateful_step_count=40))
