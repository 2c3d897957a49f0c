"""The pytest plugin: fixtures, marker and ini options. It imports nothing heavy."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import pytest

from pytest_mgh.observation import OBSERVATION
from pytest_mgh.transports.real_calls import REAL_CALLS

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from pytest_mgh.client_type import MigrationHubClient
    from pytest_mgh.hub import MigrationHub

_INI = {
    "mgh_home_region": "home Region of the hub: one of Migration Hub's Regions, or none",
    "mgh_account_id": "account id of the hub, 12 digits",
    "mgh_background": "when asynchronous work is done: eager, manual, or seconds",
}


_FAILED = pytest.StashKey[bool]()

# The last hubs of a failing test are told of: one that tries many examples has had thousands.
_MOST_HUBS = 3


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the ini options."""
    for name, meaning in _INI.items():
        parser.addini(name, f"pytest-mgh: {meaning}", default=None)
    parser.addini(
        "mgh_block_real_calls",
        "pytest-mgh: a call to a simulated service outside a mock fails the test",
        type="bool",
        default=False,
    )


def pytest_configure(config: pytest.Config) -> None:
    """Register the markers; block real calls from now on, if that is asked for."""
    config.addinivalue_line(
        "markers",
        "mgh_block_real_calls: a call to a simulated service outside a mock fails the test "
        "instead of reaching AWS.",
    )
    if config.getini("mgh_block_real_calls"):
        from pytest_mgh.transports.botocore import watch_calls

        watch_calls()
        REAL_CALLS.blocked = True
    config.addinivalue_line(
        "markers",
        "mgh(*, home_region, account_id, policy, background, strict_discovery, "
        "start_applications, verify_signatures, requests): "
        "run the test inside the Migration Hub mock, with these options.",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Activate the mock before all else for a marked test, and for a decorated one."""
    if not isinstance(item, pytest.Function):
        return
    if item.get_closest_marker("mgh") or _decorating_mock(item) is not None:
        # A new list: the one that is there belongs to all parameters of the test.
        item.fixturenames = ["mgh", *(name for name in item.fixturenames if name != "mgh")]


@pytest.fixture
def mgh(request: pytest.FixtureRequest) -> Iterator[MigrationHub]:
    """AWS Migration Hub in memory, active for this test; the marker `mgh` sets its options."""
    from pytest_mgh.mock import MockMigrationHub

    mock = _decorating_mock(request.node)
    marker = request.node.get_closest_marker("mgh")
    if mock is None or marker is not None:
        try:
            mock = MockMigrationHub(_marker_options(marker), _ini_options(request.config))
        except (TypeError, ValueError) as error:
            raise pytest.UsageError(f"{request.node.nodeid}: {error}") from None
    yield mock.start()
    mock.leave(told=request.node.stash.get(_FAILED, False))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Watch the hubs of a test, so that its report can tell of them."""
    OBSERVATION.restart()
    try:
        return (yield)
    finally:
        OBSERVATION.end()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Block real calls for a marked test."""
    blocked = REAL_CALLS.blocked
    if item.get_closest_marker("mgh_block_real_calls"):
        from pytest_mgh.transports.botocore import watch_calls

        watch_calls()
        REAL_CALLS.blocked = True
    try:
        return (yield)
    finally:
        REAL_CALLS.blocked = blocked


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    """Fail a test that made a call which would have reached AWS, and swallowed the refusal."""
    errors = REAL_CALLS.take_errors()
    if errors and not item.stash.get(_FAILED, False):
        raise errors[0].with_traceback(None)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Tell in the report of a failing test what its hubs know of the failure."""
    report = yield
    if not report.passed:
        item.stash[_FAILED] = True  # its mock need not tell the cause once more
    if report.failed:
        for hub in OBSERVATION.hubs[-_MOST_HUBS:]:
            report.sections.extend(hub.report_sections())
    return report


def pytest_assertrepr_compare(op: str, left: Any, right: Any) -> list[str] | None:
    """Name the calls where events are not what they should be: their records are long."""
    if op != "==" or not any(type(side).__module__ == _EVENTS for side in (left, right)):
        return None
    try:
        first, second = list(left), list(right)
    except TypeError:
        return None  # what is no sequence is no event
    explanation = [f"{len(first)} calls, {len(second)} expected"]
    for at, (one, other) in enumerate(zip(first, second, strict=False)):
        if one != other:
            explanation.append(f"At index {at} diff: {_different(one, other)}")
            break
    lines = left.lines() if type(left).__module__ == _EVENTS else right.lines()
    return [*explanation, "The calls:", *(f"  {line}" for line in lines)]


def _different(one: Any, other: Any) -> str:
    """Return the members in which two records differ."""
    if not (isinstance(one, dict) and isinstance(other, dict)):
        return f"{one!r:.100} != {other!r:.100}"
    names = [name for name in one | other if one.get(name) != other.get(name)]
    return "; ".join(f"{name}: {one.get(name)!r} != {other.get(name)!r}" for name in names[:3])


_EVENTS = "pytest_mgh.cloudtrail"


@pytest.fixture
def mgh_client(mgh: MigrationHub) -> MigrationHubClient:
    """A botocore client of `mgh`, for the hub of the fixture `mgh`."""
    return mgh.client("mgh")


# The attribute that pytest_mgh.decoration leaves on what it decorates; its name stands here again
# so that looking for it imports nothing.
_MOCK_ATTRIBUTE = "__mgh_mock__"


def _decorating_mock(node: Any) -> Any:
    """Return the mock that decorates a test's function or class, or `None`."""
    for place in ("function", "cls"):
        mock = getattr(getattr(node, place, None), _MOCK_ATTRIBUTE, None)
        if mock is not None:
            return mock
    return None


def _marker_options(marker: pytest.Mark | None) -> dict[str, Any]:
    if marker is None:
        return {}
    if marker.args:
        raise TypeError(f"the marker mgh takes keyword options only, not {marker.args[0]!r}")
    return dict(marker.kwargs)


def _ini_options(config: pytest.Config) -> dict[str, Any]:
    from pytest_mgh.settings import make_settings

    options: dict[str, Any] = {}
    for name in _INI:
        said = config.getini(name)
        if not said:
            continue
        option = {name.removeprefix("mgh_"): _read_ini(name, said)}
        try:
            make_settings(option)
        except ValueError as error:
            raise ValueError(f"ini option mgh_{error}") from None
        options |= option
    return options


def _read_ini(name: str, said: str) -> Any:
    if said == "none":
        return None
    if name == "mgh_background":
        with contextlib.suppress(ValueError):
            return float(said)  # seconds
    return said
