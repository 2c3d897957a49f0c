"""Mocks of a class, a module or the session, and the tests inside them."""

from __future__ import annotations

import pytest
from inner_runs import CALLS
from inside import run_inside

pytestmark = pytest.mark.usefixtures("no_network")

# How a mock of a wider scope is opened; the fixture by which a test uses it.
WIDER = {
    "mgh_class": ("", "mgh_class"),
    "mgh_module": ("", "mgh_module"),
    "mgh_session": ("", "mgh_session"),
    "autouse": (
        """
@pytest.fixture(scope="module", autouse=True)
def wide():
    with mock_mgh() as hub:
        yield hub
""",
        "wide",
    ),
    "with options": (
        """
@pytest.fixture(scope="session")
def wide():
    with mock_mgh(home_region="eu-central-1", background="manual") as hub:
        yield hub
""",
        "wide",
    ),
    "decorated": (
        """
@pytest.fixture(scope="module")
@mock_mgh
def wide():
    with mock_mgh() as hub:
        yield hub
""",
        "wide",
    ),
    "started": (
        """
@pytest.fixture(scope="class")
def wide():
    mock = mock_mgh(home_region="eu-west-1")
    yield mock.start()
    mock.stop()
""",
        "wide",
    ),
    "of another fixture": (
        """
@pytest.fixture(scope="module")
def wide(mgh_module):
    return mgh_module
""",
        "wide",
    ),
}

TESTS = """
{fixture}

@pytest.fixture(scope="{scope}")
def seeded({wide}):
    create("seed")

class TestIt:
    def test_undoes_its_changes(self, {wide}, seeded, mgh):
        assert mgh is {wide}
        assert names() == ["seed"]
        create("mine")
        mgh.policy = "AWSMigrationHubDiscoveryAccess"
        mgh.add_server("web-1")
        mgh.principal("vendor")
        mgh.advance(3600)
        mgh.fail("ListMigrationTasks", "ThrottlingException", times=None)
        with pytest.raises(Exception):
            boto3.client("mgh").list_migration_tasks()

    def test_sees_nothing_of_it(self, {wide}, seeded, mgh):
        assert names() == ["seed"]
        assert (mgh.policy, mgh.servers, mgh.faults, mgh.backoffs) == (None, (), (), [])
        assert mgh.principal("vendor").name == "vendor"
        boto3.client("mgh").list_migration_tasks()

    def test_using_the_wider_hub_keeps_its_changes(self, {wide}, seeded):
        create("stays")

    def test_sees_it_later(self, mgh, {wide}, seeded):
        assert names() == ["seed", "stays"]
        assert [event["eventName"] for event in mgh.events][:1] == ["CreateProgressUpdateStream"]

    @pytest.mark.usefixtures("{wide}", "seeded")
    @pytest.mark.mgh
    def test_with_a_marker_undoes_its_changes(self):
        create("marked")

    @pytest.mark.usefixtures("{wide}", "seeded")
    @mock_mgh
    def test_with_a_decorator_undoes_its_changes(self):
        create("decorated")

    def test_with_a_fixture_that_requests_the_mock(self, {wide}, seeded, mgh_client):
        assert names() == ["seed", "stays"]

def test_after(request):
    assert is_mocked() is {stays}
"""


@pytest.mark.parametrize("opened", WIDER)
def test_a_test_undoes_its_changes_to_a_hub_of_a_wider_scope(
    pytester: pytest.Pytester, opened: str
) -> None:
    fixture, wide = WIDER[opened]
    scope = "class" if opened in ("mgh_class", "started") else "module"
    stays = scope != "class"
    run_inside(
        pytester, TESTS.format(fixture=fixture, wide=wide, scope=scope, stays=stays)
    ).assert_outcomes(passed=8)


def test_the_order_of_fixtures_of_different_scopes_does_not_matter(
    pytester: pytest.Pytester,
) -> None:
    result = run_inside(
        pytester,
        """
@pytest.fixture(scope="module")
def a_mock():
    with mock_mgh(home_region="eu-central-1") as hub:
        yield hub

@pytest.fixture(autouse=True)
def around(mgh):
    create("fixture")

class TestIt:
    def setup_method(self):
        create("set-up")

    @pytest.mark.parametrize("number", range(2))
    def test_it(self, mgh, number, a_mock):
        assert mgh is a_mock
        assert mgh.home_region == "eu-central-1"
        assert names() == ["fixture", "set-up"]
""",
    )
    result.assert_outcomes(passed=2)


def test_options_beside_a_mock_of_a_wider_scope_are_refused_in_every_order(
    pytester: pytest.Pytester,
) -> None:
    result = run_inside(
        pytester,
        """
@pytest.fixture(scope="module")
def wide():
    with mock_mgh() as hub:
        yield hub

@pytest.mark.mgh(background="manual")
def test_first(wide, mgh):
    pass

def test_second(wide, mgh):
    assert names() == []

@pytest.mark.mgh(background="manual")
def test_third(wide, mgh):
    pass
""",
    )
    result.assert_outcomes(passed=1, errors=2)
    message = (
        "*a mock is already active and its hub is shared: pass the options (background) to the *"
    )
    result.stdout.fnmatch_lines([message, message])


@pytest.mark.parametrize(
    ("scope", "remedy"),
    [
        ("class", "mark the class with @pytest.mark.mgh(home_region=...)"),
        ("module", "write pytestmark = pytest.mark.mgh(home_region=...) at the top of the module"),
        ("session", "set the options in pytest's configuration, such as mgh_home_region"),
    ],
)
def test_the_error_for_options_beside_a_mock_of_a_wider_scope_says_where_they_belong(
    pytester: pytest.Pytester, scope: str, remedy: str
) -> None:
    result = run_inside(
        pytester,
        f"""
class TestIt:
    @pytest.mark.mgh(home_region="eu-central-1")
    def test_first(self, mgh_{scope}, mgh):
        pass
""",
    )

    result.assert_outcomes(errors=1)
    named = f"*; the fixture 'mgh_{scope}' of the {scope} already uses the hub: {remedy}"
    result.stdout.fnmatch_lines([named])


def test_the_marker_of_a_class_or_module_applies_to_its_fixtures_and_tests(
    pytester: pytest.Pytester,
) -> None:
    result = run_inside(
        pytester,
        """
pytestmark = pytest.mark.mgh(home_region="eu-central-1")

def test_module(mgh_module, mgh):
    assert mgh is mgh_module
    assert mgh.home_region == "eu-central-1"

def test_module_again(mgh, mgh_module):
    assert mgh is mgh_module

class TestIt:
    def test_joins(self, mgh_class, mgh_module):
        assert mgh_class is mgh_module
""",
    )
    result.assert_outcomes(passed=3)


def test_a_class_undoes_its_changes_to_the_hub_of_its_module(
    pytester: pytest.Pytester,
) -> None:
    result = run_inside(
        pytester,
        """
class TestFirst:
    def test_it(self, mgh_module, mgh_class):
        create("of the class")

    def test_again(self, mgh_module, mgh_class):
        assert names() == ["of the class"]

class TestSecond:
    def test_it(self, mgh_module, mgh_class):
        assert names() == []
""",
    )
    result.assert_outcomes(passed=3)


def test_ini_options_apply_to_mocks_of_wider_scopes_too(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nmgh_home_region = eu-west-2\n")
    result = run_inside(
        pytester,
        """
def test_it(mgh_session, mgh_module):
    assert mgh_module is mgh_session
    assert mgh_session.home_region == "eu-west-2"
""",
    )
    result.assert_outcomes(passed=1)


def test_a_mock_of_the_session_ends_with_it(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_a=CALLS + "def test_it(mgh_session):\n    create('SMS')\n",
        test_b=CALLS + "def test_it(mgh_session, mgh):\n    assert names() == ['SMS']\n",
    )
    run_inside(pytester, "def test_it():\n    assert is_mocked()\n").assert_outcomes(passed=3)


# reports of failing tests

TITLE = "*Migration Hub calls*"


@pytest.mark.parametrize("opened", WIDER)
def test_a_failing_test_reports_the_calls_made_during_it(
    pytester: pytest.Pytester, opened: str
) -> None:
    fixture, wide = WIDER[opened]
    result = run_inside(
        pytester,
        f"""
{fixture}

class TestIt:
    def test_passes({wide}):
        create("others")
        {wide}.policy = "AWSMigrationHubDiscoveryAccess"

    def test_fails({wide}):
        boto3.client("mgh").describe_application_state(ApplicationId="a")
""".replace("test_passes(", "test_passes(self, ").replace("test_fails(", "test_fails(self, "),
    )
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        [
            TITLE,
            "* DescribeApplicationState(ApplicationId=a) *-> AccessDeniedException*",
            "*Migration Hub permissions*",
        ]
    )
    result.stdout.no_fnmatch_line("*CreateProgressUpdateStream*")


def test_a_failing_test_reports_the_calls_that_it_undoes(pytester: pytest.Pytester) -> None:
    result = run_inside(
        pytester,
        """
@pytest.fixture
def broken(mgh_module, mgh):
    yield
    create("tear-down")
    assert False

def test_others(mgh_module):
    create("others")

def test_fails(broken, mgh):
    create("mine")
""",
    )
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines([TITLE, "*Name=mine)*", "*Name=tear-down)*"])
    result.stdout.no_fnmatch_line("*others*")


def test_a_test_that_fails_after_the_end_of_its_mock_reports_its_calls(
    pytester: pytest.Pytester,
) -> None:
    """The mock is left last: only a hook of another plugin can fail after it."""
    pytester.makeconftest(
        """
import pytest

@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item):
    yield
    if item.name == "test_fails":
        raise LookupError("late")
"""
    )
    result = run_inside(
        pytester,
        """
def test_fails(mgh_module, mgh):
    create("mine")

def test_passes(mgh_module, mgh):
    assert names() == []
""",
    )
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines([TITLE, "*Name=mine)*"])


def test_a_swallowed_error_fails_the_test_that_swallowed_it(
    pytester: pytest.Pytester, not_simulated: None
) -> None:
    result = run_inside(
        pytester,
        """
def test_swallows(mgh_session, mgh):
    try:
        boto3.client("mgh").list_application_states()
    except AssertionError:
        pass

def test_is_innocent(mgh_session, mgh):
    create("SMS")

def test_is_innocent_too(mgh_session):
    create("SMS")
""",
    )
    result.assert_outcomes(passed=3, errors=1)
    result.stdout.fnmatch_lines(["* ERROR at teardown of test_swallows *", "E *NotSimulatedError*"])


@pytest.mark.parametrize("takes", ["mgh_module, mgh", "mgh_module"])
def test_an_unused_fault_warns_once_at_the_line_that_created_it(
    pytester: pytest.Pytester, takes: str
) -> None:
    pytester.makepyfile(
        f"""
def test_asks({takes}):
    mgh_module.fail("ListMigrationTasks", "ThrottlingException")

def test_is_innocent(mgh_module, mgh):
    pass
"""
    )
    result = pytester.runpytest_inprocess("-W", "default")
    result.assert_outcomes(passed=2, warnings=1)
    result.stdout.fnmatch_lines(["*.py:2: UnusedFaultWarning: unused fault: ListMigrationTasks*"])


def test_an_unused_fault_of_a_set_up_warns_at_its_end_and_in_no_test(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile(
        """
import pytest

@pytest.fixture(scope="module")
def faulty(mgh_module):
    mgh_module.fail("ListMigrationTasks", "ThrottlingException")

def test_first(faulty, mgh):
    mgh.client().list_migration_tasks()
    assert len(mgh.backoffs) == 1

def test_second(faulty, mgh):
    assert len(mgh.faults) == 1
"""
    )
    result = pytester.runpytest_inprocess("-W", "default")
    result.assert_outcomes(passed=2, warnings=1)
    result.stdout.fnmatch_lines(["*.py:5: UnusedFaultWarning*"])
