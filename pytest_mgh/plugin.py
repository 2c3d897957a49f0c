"""The pytest plugin: fixtures, marker and options. It imports nothing heavy."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

import pytest

from pytest_mgh.mock.decoration import MOCK_ATTRIBUTE, leave_closed_loops
from pytest_mgh.report import real_call_hooks
from pytest_mgh.report.real_call_hooks import FAILED
from pytest_mgh.state.options import OPTIONS
from pytest_mgh.state.process import PROCESS

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from pytest_mgh.hub.client_type import MigrationHubClient
    from pytest_mgh.hub.migration_hub import MigrationHub
    from pytest_mgh.hub.span import Span
    from pytest_mgh.mock.scoped import ScopedMock
    from pytest_mgh.server.serving import HubServer

_SPANS: pytest.StashKey[deque[Span]] = pytest.StashKey()
"""What happens in the last hubs of a test: one that tries many examples has had thousands."""


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
        help="report which outcomes of which operations the run exercised: as a table, or in a "
        "file that ends in .json or .html; use - for the table if another argument follows",
    )
    group.addoption(
        "--mgh-fail-under",
        metavar="PERCENT",
        help="fail if the run exercised less than this percentage of the outcomes that the called "
        "operations declare",
    )
    group.addoption(
        "--mgh-events",
        metavar="FILE",
        help="write all calls to a CloudTrail log file; a name that ends in .gz compresses it",
    )
    group.addoption(
        "--mgh-policy",
        metavar="FILE",
        help="write the smallest IAM policy that allows all calls of the run",
    )
    group.addoption(
        "--mgh-explore",
        action="store_true",
        help="rerun every test that makes calls, each time with one call failing in one way, and "
        "compare the resulting state with that of the undisturbed run",
    )
    group.addoption(
        "--mgh-explore-only",
        metavar="CALL:ERROR",
        help="make one call of the test fail, given by its number: 7:ResponseLost means one "
        "attempt, 7:ResponseLost:call the whole call, 7:ResponseLost:always the call and every "
        "later one like it",
    )
    group.addoption(
        "--mgh-explore-budget",
        metavar="N",
        help="explore with at most N runs: a sample that covers every error of every operation "
        "first",
    )
    for name, option in OPTIONS.items():
        if option.in_ini:
            parser.addini(f"mgh_{name}", f"pytest-mgh: {option.help}", default=None)


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker and the report."""
    options = ("mgh_report", "mgh_fail_under", "mgh_events", "mgh_policy")
    if any(config.getoption(option) is not None for option in options):
        from pytest_mgh.report.hooks import register_report

        register_report(config)
    explores = ("mgh_explore", "mgh_explore_only", "mgh_explore_budget")
    # Tests are collected by the workers of pytest-xdist, and what those have found comes here.
    if (
        any(config.getoption(option) not in (None, False) for option in explores)
        or config.getoption("dist", "no") != "no"
    ):
        _explore(config)
    config.addinivalue_line(
        "markers",
        f"{_EXPLORED}(explored=True, *, errors, operations, every_call): rerun the test, each "
        "time with one call failing, and compare the resulting state with that of the undisturbed "
        "run; False excludes it from --mgh-explore.",
    )
    config.addinivalue_line(
        "markers",
        f"mgh(*, {', '.join(OPTIONS)}): run the test inside the Migration Hub mock, with these "
        "options.",
    )


_EXPLORED = "mgh_explore"
_EXPLORATION = "pytest-mgh-exploration"


def pytest_collection_finish(session: pytest.Session) -> None:
    """Bring in the hooks that explore tests, where a test asks for that."""
    if not session.config.pluginmanager.has_plugin(_EXPLORATION) and any(
        item.get_closest_marker(_EXPLORED) is not None for item in session.items
    ):
        _explore(session.config)


def _explore(config: pytest.Config) -> None:
    from pytest_mgh.report.exploration.hooks import ExplorationHooks

    config.pluginmanager.register(ExplorationHooks(config), _EXPLORATION)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Let the mock be the first fixture of a test that asks for it, in whatever way.

    The client is the last one: others may set the Region that it calls.
    """
    spans = item.stash.get(_SPANS, None)
    if spans is not None:  # a test that is run again begins anew
        spans.clear()
        if PROCESS.mock is not None:
            spans.append(_span(PROCESS.mock.hub))
    is_marked = item.get_closest_marker("mgh") is not None
    if is_marked and not hasattr(item, "fixturenames"):
        raise pytest.UsageError(
            f"{item.nodeid}: the marker mgh needs fixtures, which a {type(item).__name__} does not "
            "support"
        )
    reached = _reached(item)
    if is_marked or _decorating_mock(item) is not None or not reached.isdisjoint(_OF_TEST):
        reached.add(_MOCK)
    first = [name for name in (*_OF_WIDER_SCOPE, _MOCK) if name in reached]
    if first:
        # A new list: the one that is there belongs to all parameters of the test.
        names: list[str] = item.fixturenames  # type: ignore[attr-defined]
        last = ["mgh_client"] if "mgh_client" in reached.intersection(names) else []
        others = [name for name in names if name not in first and name not in last]
        item.fixturenames = [*first, *others, *last]  # type: ignore[attr-defined]


_MOCK = "_mgh_mock"
_OF_TEST = ("mgh", "mgh_client", "mgh_server", _MOCK)
_OF_WIDER_SCOPE = ("mgh_session", "mgh_module", "mgh_class")


def _reached(item: pytest.Item) -> set[str]:
    """Return the plugin's fixtures that a test uses, directly or through other fixtures.

    A fixture of the user's may have the name of one of them.
    """
    info = getattr(item, "_fixtureinfo", None)
    definitions = {} if info is None else info.name2fixturedefs
    return {
        name
        for name in (*_OF_WIDER_SCOPE, *_OF_TEST)
        if _is_own_reached(name, definitions.get(name, ()))
    }


def _is_own_reached(name: str, definitions: Sequence[pytest.FixtureDef[Any]]) -> bool:
    for definition in reversed(definitions):
        if definition.func.__module__ == __name__:
            return True
        if name not in definition.argnames:  # it overrides the others, and does not ask for them
            return False
    return False


@pytest.fixture
def _mgh_mock(request: pytest.FixtureRequest) -> Iterator[ScopedMock]:
    """The mock of a test, in a fixture that nobody overrides."""
    __tracebackhide__ = True
    item = request.node
    markers = list(item.iter_markers("mgh"))
    scoped = _enter(request, markers, _decorating_mock(item))
    request.config.stash[_MOCK_OF_TEST] = scoped
    yield scoped
    del request.config.stash[_MOCK_OF_TEST]
    takes_hub = not _reached(item).isdisjoint(_OF_TEST)
    isolated = takes_hub or not getattr(PROCESS.mock, "is_shared", True)
    if isolated:
        for span in item.stash.get(_SPANS, ()):
            span.close()
    scoped.leave(quiet=item.stash.get(FAILED, False), isolated=isolated)


@pytest.fixture
def mgh(_mgh_mock: ScopedMock) -> MigrationHub:
    """An in-memory AWS Migration Hub, active for this test; the marker `mgh` sets its options."""
    return _mgh_mock.hub


@pytest.fixture(scope="class")
def mgh_class(request: pytest.FixtureRequest) -> Iterator[MigrationHub]:
    """An in-memory AWS Migration Hub, active for a class; the marker `mgh` sets its options."""
    yield from _enter_for_scope(request)


@pytest.fixture(scope="module")
def mgh_module(request: pytest.FixtureRequest) -> Iterator[MigrationHub]:
    """An in-memory AWS Migration Hub, active for a module; the marker `mgh` sets its options."""
    yield from _enter_for_scope(request)


@pytest.fixture(scope="session")
def mgh_session(request: pytest.FixtureRequest) -> Iterator[MigrationHub]:
    """An in-memory AWS Migration Hub, active for the session."""
    yield from _enter_for_scope(request)


def _enter_for_scope(request: pytest.FixtureRequest) -> Iterator[MigrationHub]:
    __tracebackhide__ = True
    scoped = _enter(request, list(request.node.iter_markers("mgh")), None)
    release = scoped.keep(str(request.fixturename), request.scope)
    yield scoped.hub
    release()
    scoped.leave(quiet=False, isolated=True)


def _enter(
    request: pytest.FixtureRequest, markers: list[pytest.Mark], decorating: Any
) -> ScopedMock:
    """Enter the mock that decorates a test, or one with the options of the markers."""
    __tracebackhide__ = True
    from pytest_mgh.mock.activation import MockMigrationHub
    from pytest_mgh.mock.scoped import ScopedMock

    try:
        if decorating is None or markers:
            decorating = MockMigrationHub(_marker_options(markers), _ini_options(request.config))
        scoped = ScopedMock(decorating)
        scoped.enter()
    except (TypeError, ValueError) as error:
        raise pytest.UsageError(f"{request.node.nodeid}: {error}") from None
    return scoped


_MOCK_OF_TEST: pytest.StashKey[ScopedMock] = pytest.StashKey()
"""The mock of the test that runs now."""

# The fixtures that pytest makes of set-up functions of a class or a module.
_SET_UPS = ("_xunit_setup_", "_unittest_setUpClass_")


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(
    fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
) -> Generator[None, object, object]:
    """Let what a fixture of a wider scope does in a hub last as long as the fixture."""
    scoped = request.config.stash.get(_MOCK_OF_TEST, None)
    if scoped is None or fixturedef.scope == "function":
        return (yield)
    wider = scoped.begin_wider(
        fixturedef.argname,
        fixturedef.scope,
        shared=fixturedef.argname.startswith(_SET_UPS),
    )
    fixturedef.addfinalizer(wider.release)
    try:
        return (yield)
    finally:
        try:
            scoped.end_wider()
        except ValueError as error:
            raise pytest.UsageError(f"{fixturedef.argname}: {error}") from None


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_call() -> None:
    """Let the hub begin where and when the fixtures have put it."""
    if PROCESS.mock is not None and PROCESS.mock.is_beginning:
        PROCESS.mock.begin_anew()
        PROCESS.mock.is_beginning = False


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Keep what happens in the last hubs of a test, for its report."""
    spans = item.stash[_SPANS] = deque(maxlen=3)

    def note(hub: MigrationHub) -> None:
        spans.append(_span(hub))

    PROCESS.hub_listeners.append(note)
    try:
        return (yield)
    finally:
        PROCESS.hub_listeners.remove(note)
        leave_closed_loops()
        del item.stash[_SPANS]


def _span(hub: MigrationHub) -> Span:
    from pytest_mgh.hub.span import Span

    return Span(hub)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show in the report of a failing test what its hubs know of the failure."""
    report = yield
    if report.failed:
        for span in item.stash.get(_SPANS, ()):
            report.sections.extend(span.report_sections())
    return report


def pytest_assertrepr_compare(op: str, left: Any, right: Any) -> list[str] | None:
    """Name the calls where events are not what they should be."""
    if op != "==" or not any(type(side).__module__ == _EVENTS for side in (left, right)):
        return None
    from pytest_mgh.cloudtrail.differences import explain_difference

    return explain_difference(left, right)


_EVENTS = "pytest_mgh.cloudtrail.records"


@pytest.fixture
def mgh_client(_mgh_mock: ScopedMock) -> MigrationHubClient:
    """A botocore client for the service `mgh` that calls the hub of the fixture `mgh`."""
    return _mgh_mock.hub.client("mgh")


@pytest.fixture
def mgh_server(_mgh_mock: ScopedMock) -> Iterator[HubServer]:
    """The hub of the fixture `mgh` over HTTP on loopback, for subprocesses and other SDKs."""
    with _make_server(_mgh_mock.hub) as server:
        yield server


@pytest.fixture(scope="session")
def mgh_server_session(pytestconfig: pytest.Config) -> Iterator[HubServer]:
    """A separate hub over HTTP on loopback, for all tests of the session."""
    from pytest_mgh.hub.migration_hub import MigrationHub
    from pytest_mgh.mock.activation import MockMigrationHub

    try:
        mock = MockMigrationHub({}, _ini_options(pytestconfig))
        hub = MigrationHub(mock.settings_of_process())
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
            f"the server fixtures need the extra 'server' ({missing} is missing): "
            "pip install 'pytest-mgh[server]'"
        ) from None
    return HubServer(hub)


def _decorating_mock(node: Any) -> Any:
    """Return the mock that decorates a test's function, or a class that it is in; or `None`."""
    for place in reversed(node.listchain()):
        mock = getattr(getattr(place, "obj", None), MOCK_ATTRIBUTE, None)
        if mock is not None:
            return mock
    return None


def _marker_options(markers: list[pytest.Mark]) -> dict[str, Any]:
    """Return the options of all markers; what stands nearer to the test wins."""
    options: dict[str, Any] = {}
    for marker in reversed(markers):
        if marker.args:
            raise TypeError(
                f"the marker mgh takes only keyword options, such as home_region='us-east-1', not "
                f"{marker.args[0]!r}"
            )
        options |= marker.kwargs
    return options


def _ini_options(config: pytest.Config) -> dict[str, Any]:
    from pytest_mgh.state.settings import make_settings

    options: dict[str, Any] = {}
    for name, option in OPTIONS.items():
        text = config.getini(f"mgh_{name}") if option.in_ini else None
        if text:
            options[name] = option.read(text)
            try:
                make_settings({name: options[name]})
            except ValueError as error:
                raise ValueError(f"ini option mgh_{error}") from None
    return options
