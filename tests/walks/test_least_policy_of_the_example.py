"""The least policy of the example: it is enough for the example, and has no action too many."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from pytest_mgh import MigrationHub
from pytest_mgh.cloudtrail.watchers import PERMISSION_WATCHERS
from pytest_mgh.report.least_policy import NeededPermissions

EXAMPLES = Path(__file__).parents[2] / "examples"


class Needs:
    """Learns the least policy of the tests, and which of them needs which action."""

    def __init__(self) -> None:
        self.permissions = NeededPermissions()
        self.actions: defaultdict[str, set[str]] = defaultdict(set)
        self._test = ""

    def pytest_configure(self) -> None:
        PERMISSION_WATCHERS.append(self._note)

    def pytest_unconfigure(self) -> None:
        PERMISSION_WATCHERS.remove(self._note)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self._test = nodeid.partition("[")[0]

    def _note(self, action: str, resource: str) -> None:
        self.permissions.add(action, resource)
        self.actions[self._test].add(action)


class Under:
    """Lets tests run under a policy, but for those that set their own."""

    def __init__(self, policy: Any) -> None:
        self._policy = policy

    @pytest.fixture(autouse=True)
    def _policy_of_the_tool(self, request: pytest.FixtureRequest) -> None:
        set_policy(request, self._policy)


class Without:
    """Lets each test run under the policy without one of the actions that it needs, one by one.

    An action that a test has failed without is not tried with the others.
    """

    def __init__(self, policy: Any, actions: dict[str, set[str]]) -> None:
        self._policy, self._actions = policy, actions
        self.missed: set[str] = set()

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        actions = sorted(self._actions.get(metafunc.definition.nodeid, ()))
        metafunc.parametrize("_lacking", actions, indirect=True)

    @pytest.fixture(autouse=True)
    def _lacking(self, request: pytest.FixtureRequest) -> None:
        if request.param in self.missed:
            pytest.skip("missed already")
        policy = json.loads(json.dumps(self._policy))
        for statement in policy["Statement"]:
            statement["Action"] = [one for one in statement["Action"] if one != request.param]
        policy["Statement"] = [one for one in policy["Statement"] if one["Action"]]
        set_policy(request, policy)

    def pytest_runtest_makereport(self, item: pytest.Function, call: pytest.CallInfo[None]) -> None:
        if call.excinfo is not None and not call.excinfo.errisinstance(pytest.skip.Exception):
            self.missed.add(item.callspec.params["_lacking"])


def set_policy(request: pytest.FixtureRequest, policy: Any) -> None:
    if "mgh" in request.fixturenames:
        hub: MigrationHub = request.getfixturevalue("mgh")
        hub.policy = hub.policy or policy


def test_the_least_policy_of_the_example_is_enough_and_has_no_needless_action(
    pytester: pytest.Pytester,
) -> None:
    def run_example(plugin: object, *options: str) -> dict[str, int]:
        ini = str(EXAMPLES / "pytest.ini")
        # Modules of the suite have the same names as some of the example's.
        modes = ("--assert=plain", "--import-mode=importlib")
        result = pytester.runpytest_inprocess(
            "-c", ini, *modes, *options, str(EXAMPLES), plugins=[plugin]
        )
        return result.parseoutcomes()

    file = pytester.path / "policy.json"
    needs = Needs()
    passed = run_example(needs, f"--mgh-policy={file}")
    assert passed.keys() == {"passed"}
    policy = json.loads(file.read_text("utf-8"))
    assert policy == needs.permissions.document()

    assert run_example(Under(policy)) == passed

    without = Without(policy, needs.actions)
    run_example(without)
    assert len(without.missed) > 10
    assert sorted(without.missed) == needs.permissions.actions
