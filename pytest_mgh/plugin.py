"""The pytest plugin: fixtures, marker and options. It imports nothing heavy."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

import pytest

from pytest_mgh.mock.decoration import MOCK_ATTRIBUTE
from pytest_mgh.report import real_call_hooks
from pytest_mgh.report.real_call_hooks import FAILED
from pytest_mgh.state.process import PROCESS

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from pytest_mgh.hub.client_type import MigrationHubClient
    from pytest_mgh.hub.migration_hub import MigrationHub
    from pytest_mgh.server.serving import HubServer

_INI = {
    "mgh_home_region": "home Region of the hub: one of Migration Hub's Regions, or none",
    "mgh_account_id": "account id of the hub, 12 digits",
    "mgh_background": "when asynchronous work is done: eager, manual, or seconds",
}

_HUBS: pytest.StashKey[deque[MigrationHub]] = pytest.StashKey()
"""The last hubs of a test: one that tries many examples has had thousands."""


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Declare the options and the ini options; bring in the hooks around real calls."""
    pluginmanager.register(real_call_hooks, "pytest_mgh_real_calls")
    group = parser.getgroup("pytest-mgh", "AWS Migration Hub")
    group.addoption(
        "--mgh-report",
        action="append",
        nargs="?",
        const="-",
        metavar="FILE",
        help="tell which outcomes of which operations the run exercised: in a table, or in a file "
        "that ends in .json or .html; - is the table, where another argument follows",
    )
    group.addoption(
        "--mgh-fail-under",
        metavar="PERCENT",
        help="fail if the run exercised a smaller share of the outcomes declared by the operations "
        "it called",
    )
    group.addoption(
        "--mgh-events",
        metavar="FILE",
        help="write all calls to a CloudTrail log file; gzip if it ends in .gz",
    )
    for name, meaning in _INI.items():
        parser.addini(name, f"pytest-mgh: {meaning}", default=None)


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker and the report."""
    options = ("mgh_report", "mgh_fail_under", "mgh_events")
    if any(config.getoption(option) is not None for option in options):
        from pytest_mgh.report.hooks import register_report

        register_report(config)
    config.addinivalue_line(
        "markers",
        "mgh(*, home_region, account_id, policy, background, strict_discovery, "
        "start_applications, verify_signatures, moto_iam, keep_events, requests): "
        "run the test inside the Migration Hub mock, with these options.",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Activate the mock before all else for a marked test, and for a decorated one."""
    is_marked = item.get_closest_marker("mgh") is not None
    if is_marked and not hasattr(item, "fixturenames"):
        raise pytest.UsageError(
            f"{item.nodeid}: the marker mgh needs fixtures, which a {type(item).__name__} has not"
        )
    if is_marked or _decorating_mock(item) is not None:
        # A new list: the one that is there belongs to all parameters of the test.
        names = item.fixturenames  # type: ignore[attr-defined]
        item.fixturenames = ["mgh", *(name for name in names if name != "mgh")]  # type: ignore[attr-defined]


@pytest.fixture
def mgh(request: pytest.FixtureRequest) -> Iterator[MigrationHub]:
    """AWS Migration Hub in memory, active for this test; the marker `mgh` sets its options."""
    __tracebackhide__ = True
    from pytest_mgh.mock.activation import MockMigrationHub

    mock = _decorating_mock(request.node)
    markers = list(request.node.iter_markers("mgh"))
    if mock is None or markers:
        try:
            mock = MockMigrationHub(_marker_options(markers), _ini_options(request.config))
        except (TypeError, ValueError) as error:
            raise pytest.UsageError(f"{request.node.nodeid}: {error}") from None
    yield mock.start()
    mock.leave(quiet=request.node.stash.get(FAILED, False))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Keep the last hubs of a test, for its report."""
    hubs = item.stash[_HUBS] = deque(maxlen=3)
    PROCESS.hub_listeners.append(hubs.append)
    try:
        return (yield)
    finally:
        PROCESS.hub_listeners.remove(hubs.append)
        del item.stash[_HUBS]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show in the report of a failing test what its hubs know of the failure."""
    report = yield
    if report.failed:
        for hub in item.stash.get(_HUBS, ()):
            report.sections.extend(hub.report_sections())
    return report


def pytest_assertrepr_compare(op: str, left: Any, right: Any) -> list[str] | None:
    """Name the calls where events are not what they should be."""
    if op != "==" or not any(type(side).__module__ == _EVENTS for side in (left, right)):
        return None
    from pytest_mgh.cloudtrail.differences import explain_difference

    return explain_difference(left, right)


_EVENTS = "pytest_mgh.cloudtrail.records"


@pytest.fixture
def mgh_client(mgh: MigrationHub) -> MigrationHubClient:
    """A botocore client of `mgh`, for the hub of the fixture `mgh`."""
    return mgh.client("mgh")


@pytest.fixture
def mgh_server(mgh: MigrationHub) -> Iterator[HubServer]:
    """The hub of the fixture `mgh` over HTTP on loopback, for subprocesses and other SDKs."""
    with _make_server(mgh) as server:
        yield server


@pytest.fixture(scope="session")
def mgh_server_session(pytestconfig: pytest.Config) -> Iterator[HubServer]:
    """A hub of its own over HTTP on loopback, for all tests of the session."""
    from pytest_mgh.hub.migration_hub import MigrationHub
    from pytest_mgh.state.settings import make_settings

    try:
        hub = MigrationHub(make_settings(_ini_options(pytestconfig)))
    except ValueError as error:
        raise pytest.UsageError(str(error)) from None
    with _make_server(hub) as server:
        yield server
    hub.raise_test_errors()
    hub.warn_of_unused_faults()


def _make_server(hub: MigrationHub) -> HubServer:
    __tracebackhide__ = True
    try:
        from pytest_mgh.server.serving import HubServer
    except ImportError as error:
        missing = (error.name or "").partition(".")[0]
        if missing not in ("starlette", "uvicorn"):
            raise
        raise pytest.UsageError(
            f"the fixtures of the server need the extra 'server' ({missing} is missing): "
            "pip install 'pytest-mgh[server]'"
        ) from None
    return HubServer(hub)


def _decorating_mock(node: Any) -> Any:
    """Return the mock that decorates a test's function or class, or `None`."""
    for place in ("function", "cls"):
        mock = getattr(getattr(node, place, None), MOCK_ATTRIBUTE, None)
        if mock is not None:
            return mock
    return None


def _marker_options(markers: list[pytest.Mark]) -> dict[str, Any]:
    """Return the options of all markers; what stands nearer to the test wins."""
    options: dict[str, Any] = {}
    for marker in reversed(markers):
        if marker.args:
            raise TypeError(f"the marker mgh takes keyword options only, not {marker.args[0]!r}")
        options |= marker.kwargs
    return options


def _ini_options(config: pytest.Config) -> dict[str, Any]:
    from pytest_mgh.state.settings import make_settings, read_option

    options: dict[str, Any] = {}
    for ini in _INI:
        name, text = ini.removeprefix("mgh_"), config.getini(ini)
        if text:
            options[name] = read_option(name, text)
            try:
                make_settings({name: options[name]})
            except ValueError as error:
                raise ValueError(f"ini option mgh_{error}") from None
    return options
