"""Setting a policy warns about actions that do not exist, and about its size."""

from __future__ import annotations

import inspect
import json
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import botocore.session
import pytest

from pytest_mgh import PolicyWarning, mock_mgh
from pytest_mgh.access.managed_policies import managed_policies
from pytest_mgh.access.remarks import iam_actions, size
from pytest_mgh.services.catalog import OPERATIONS

ACTION = "mgh:CreateProgresUpdateStream"
HINT = (
    "Statement[0]: no service has the action 'mgh:CreateProgresUpdateStream'; "
    "did you mean 'mgh:CreateProgressUpdateStream'?"
)


def allow(*actions: str, **more: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*", **more}
    return {"Version": "2012-10-17", "Statement": [statement]}


@pytest.fixture
def warned() -> Iterator[list[str]]:
    """The texts of the warnings."""
    texts: list[str] = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield texts
        texts += [str(one.message) for one in caught]


def remarks(set_: Callable[[], object]) -> list[str]:
    """Return the warnings given while a policy is set."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        set_()
    assert {one.category for one in caught} <= {PolicyWarning}
    return [str(one.message) for one in caught]


# actions


def test_a_warning_about_an_unknown_action_names_the_nearest_action_and_the_line(mgh: Any) -> None:
    frame = inspect.currentframe()
    assert frame is not None
    with pytest.warns(PolicyWarning) as caught:
        mgh.policy = allow("mgh:*", ACTION)
    (warning,) = caught
    assert str(warning.message) == f"policy {HINT}"
    assert (warning.filename, warning.lineno) == (__file__, frame.f_lineno - 3)
    assert mgh.notes == (f"policy {HINT}",)


SET: dict[str, Callable[[Any], object]] = {
    "policy of the hub": lambda hub: setattr(hub, "policy", allow(ACTION)),
    "principal": lambda hub: hub.principal("a", policy=allow(ACTION)),
    "boundary": lambda hub: hub.principal("a", permissions_boundary=allow(ACTION)),
    "session policy": lambda hub: hub.principal("a", role=True, session_policy=allow(ACTION)),
    "policy of a principal": lambda hub: setattr(hub.principal("a"), "policy", allow(ACTION)),
    "JSON": lambda hub: setattr(hub, "policy", json.dumps(allow(ACTION))),
    "list": lambda hub: setattr(hub, "policy", ["AdministratorAccess", allow(ACTION)]),
    "NotAction": lambda hub: setattr(
        hub,
        "policy",
        {"Statement": {"Effect": "Deny", "NotAction": ACTION, "Resource": "*"}},
    ),
}


@pytest.mark.parametrize("way", SET)
def test_every_way_to_set_a_policy_warns_about_an_unknown_action(mgh: Any, way: str) -> None:
    (warned,) = remarks(lambda: SET[way](mgh))
    assert warned.endswith(HINT)


def test_the_policy_option_of_the_mock_warns_about_an_unknown_action() -> None:
    def enter() -> None:
        with mock_mgh(policy=allow(ACTION)) as hub:
            assert hub.notes == (f"policy {HINT}",)

    assert remarks(enter) == [f"policy {HINT}"]


def test_the_policy_option_of_the_marker_warns_about_an_unknown_action(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile(
        f"""
        import pytest

        @pytest.mark.mgh(policy={allow(ACTION)!r})
        def test_it(mgh):
            pass
        """
    )
    result = pytester.runpytest_inprocess("-W", "default")
    result.assert_outcomes(passed=1, warnings=1)
    result.stdout.fnmatch_lines([f"*PolicyWarning: policy {HINT.replace('[0]', '*')}"])


def test_an_unknown_action_is_warned_about_once(mgh: Any) -> None:
    assert len(remarks(lambda: setattr(mgh, "policy", allow(ACTION)))) == 1
    data = mgh.snapshot()
    assert remarks(mgh.reset) == remarks(lambda: mgh.restore(data)) == []
    assert mgh.notes == (f"policy {HINT}",)


def test_a_warning_that_is_an_error_leaves_the_policy_unchanged(mgh: Any) -> None:
    with pytest.raises(PolicyWarning, match="CreateProgresUpdateStream"):
        mgh.policy = allow(ACTION)
    assert mgh.policy is None


def test_a_policy_set_over_http_puts_the_warning_into_the_notes(mgh_server: Any, mgh: Any) -> None:
    import urllib.request

    request = urllib.request.Request(
        f"{mgh_server.url}/_mgh/policy",
        json.dumps({"policy": allow(ACTION)}).encode(),
        {"Content-Type": "application/json"},
        method="PUT",
    )
    with urllib.request.urlopen(request):
        pass
    assert mgh.notes == (f"policy {HINT}",)


@pytest.mark.parametrize(
    ("action", "hint"),
    [
        ("mgh:ImportMigrationTasks", "; did you mean 'mgh:ImportMigrationTask'?"),
        ("mgh:import", ""),
        ("mgh:Creat*", None),
        ("mgh:Creta*", ""),
        ("MGH:importmigrationtask", None),
        ("mgh:Import?igrationTask", None),
        ("discovery:ListConfiguration", "; did you mean 'discovery:ListConfigurations'?"),
        ("discovery:GetNetworkConnectionGraph", None),
        ("discovery:StartContinuousExport", None),
        ("mgh:CreateAutomationRun", None),
        ("migrationhub:ListMigrationTasks", "; did you mean 'mgh:ListMigrationTasks'?"),
        ("migrationhub-config:GetHomeRegion", "; did you mean 'mgh:GetHomeRegion'?"),
        ("migrationhub:*", "; did you mean 'mgh:*'?"),
        ("ads:DescribeTags", "; did you mean 'discovery:DescribeTags'?"),
        ("mhg:ImportMigrationTask", "; did you mean 'mgh:ImportMigrationTask'?"),
        ("ec2:CreateTags", None),
        ("mgn:StartTest", None),
        ("ecs:TagResource", None),
        ("migrationhub-orchestrator:CreateWorkflow", None),
        ("*", None),
    ],
)
def test_only_actions_that_do_not_exist_are_warned_about(
    mgh: Any, action: str, hint: str | None
) -> None:
    warned = remarks(lambda: setattr(mgh, "policy", allow(action)))
    if hint is None:
        assert warned == []
    else:
        assert warned == [f"policy Statement[0]: no service has the action {action!r}{hint}"]


@pytest.mark.parametrize("name", managed_policies())
def test_no_managed_policy_causes_a_warning(mgh: Any, name: str) -> None:
    assert remarks(lambda: setattr(mgh, "policy", name)) == []


def test_every_operation_is_a_known_action() -> None:
    session = botocore.session.get_session()
    known = {f"{prefix}:{name}" for prefix, names in iam_actions().items() for name in names}
    modelled = {
        f"{prefix}:{name}"
        for service, prefix in (
            ("mgh", "mgh"),
            ("migrationhub-config", "mgh"),
            ("discovery", "discovery"),
        )
        for name in session.get_service_model(service).operation_names
    }
    assert modelled <= known
    assert {operation.action for operation in OPERATIONS.values()} <= known
    assert all(list(names) == sorted(names) for names in iam_actions().values())


# size


def long(characters: int) -> dict[str, Any]:
    """Return a policy of that many characters, blanks apart."""
    empty = allow("mgh:*", Resource="arn:aws:mgh:*:*:progressUpdateStream/")
    more = characters - size(empty)
    return allow("mgh:*", Resource=f"arn:aws:mgh:*:*:progressUpdateStream/{'a' * more}")


@pytest.mark.parametrize(
    ("options", "most", "allowed"),
    [
        ({}, 6144, "an inline policy of a user may have 2,048, a managed one 6,144"),
        ({"role": True}, 10240, "an inline policy of a role may have 10,240, a managed one 6,144"),
        ({"kind": "permissions_boundary"}, 6144, "a managed policy may have 6,144"),
        ({"kind": "session_policy"}, 2048, "a session policy may have 2,048"),
    ],
)
def test_a_policy_document_over_iams_size_limit_is_warned_about(
    mgh: Any, options: dict[str, Any], most: int, allowed: str
) -> None:
    kind = options.pop("kind", "policy")
    principal = mgh.principal("tool", **options)
    assert remarks(lambda: setattr(principal, kind, long(most))) == []
    (warned,) = remarks(lambda: setattr(principal, kind, long(most + 1)))
    assert warned == (
        f"{kind}: IAM does not accept a document of {most + 1:,} characters "
        f"(without whitespace): {allowed}"
    )


def test_whitespace_does_not_count_towards_the_size_of_a_policy(mgh: Any) -> None:
    text = json.dumps(long(6144), indent=8)
    assert len(text) > 6144
    assert remarks(lambda: setattr(mgh, "policy", text)) == []


def test_the_size_limit_applies_to_each_policy_of_a_list(mgh: Any) -> None:
    assert remarks(lambda: setattr(mgh, "policy", [long(4000), long(4000)])) == []
