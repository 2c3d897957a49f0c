from __future__ import annotations

import pytest
from inner_runs import CALLS, run_in_fork

from pytest_mgh.state.process import PROCESS

HELPERS = f"""{CALLS}
def home_region():
    return boto3.client("migrationhub-config").get_home_region()["HomeRegion"]


"""


def run(pytester: pytest.Pytester, source: str, *options: str) -> pytest.RunResult:
    pytester.makepyfile(HELPERS + source)
    result = pytester.runpytest_inprocess("-W", "error", "--strict-markers", *options)
    if PROCESS.mock is not None:
        PROCESS.mock.end()
        pytest.fail("the mock is still active")
    return result


# fixtures


def test_the_fixture_mgh_is_the_hub_and_activates_the_mock(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
def test_it(mgh):
    create("SMS")
    assert [stream.name for stream in mgh.streams] == ["SMS"]
""",
    )
    result.assert_outcomes(passed=1)


def test_the_fixture_mgh_client_is_a_client_of_the_hub(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
def test_it(mgh_client, mgh):
    mgh_client.create_progress_update_stream(ProgressUpdateStreamName="SMS")
    assert mgh_client.meta.service_model.service_name == "mgh"
    assert [stream.name for stream in mgh.streams] == ["SMS"]
""",
    )
    result.assert_outcomes(passed=1)


def test_the_fixture_mgh_client_alone_activates_the_mock(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
def test_it(mgh_client):
    create("SMS")
    rows = mgh_client.list_progress_update_streams()["ProgressUpdateStreamSummaryList"]
    assert rows == [{"ProgressUpdateStreamName": "SMS"}]
""",
    )
    result.assert_outcomes(passed=1)


def test_the_fixture_mgh_client_is_in_the_home_region(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
@pytest.mark.mgh(home_region="eu-central-1")
def test_it(mgh_client):
    assert mgh_client.meta.region_name == "eu-central-1"
    mgh_client.create_progress_update_stream(ProgressUpdateStreamName="SMS")
""",
    )
    result.assert_outcomes(passed=1)


def test_usefixtures_activates_the_mock(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
@pytest.mark.usefixtures("mgh")
def test_it():
    create("SMS")
    assert names() == ["SMS"]
""",
    )
    result.assert_outcomes(passed=1)


def test_a_fixture_may_request_the_hub(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
@pytest.fixture
def stream(mgh):
    create("SMS")

def test_it(stream, mgh):
    assert [stream.name for stream in mgh.streams] == ["SMS"]
""",
    )
    result.assert_outcomes(passed=1)


def test_each_test_gets_a_fresh_hub(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
@pytest.mark.parametrize("number", range(3))
def test_it(mgh, number):
    assert names() == []
    create("SMS")
""",
    )
    result.assert_outcomes(passed=3)


def test_a_test_without_fixture_or_marker_is_not_mocked(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
def test_inside(mgh):
    assert is_mocked()

def test_outside():
    assert not is_mocked()
""",
    )
    result.assert_outcomes(passed=2)


@pytest.mark.parametrize("failure", ["assert False", "raise LookupError", "pytest.skip('x')"])
def test_a_failing_test_still_cleans_up(pytester: pytest.Pytester, failure: str) -> None:
    result = run(
        pytester,
        f"""
def test_first(mgh):
    create("SMS")
    {failure}

def test_outside():
    assert not is_mocked()

def test_second(mgh):
    assert names() == []
""",
    )
    assert result.parseoutcomes()["passed"] == 2


def test_a_failing_fixture_still_cleans_up(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
@pytest.fixture
def broken(mgh):
    raise LookupError("mine")

def test_first(broken):
    pass

def test_outside():
    assert not is_mocked()
""",
    )
    result.assert_outcomes(errors=1, passed=1)


def test_a_test_may_use_mock_mgh_beside_the_fixture(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
from pytest_mgh import mock_mgh

def test_it(mgh):
    with mock_mgh() as hub:
        assert hub is mgh
""",
    )
    result.assert_outcomes(passed=1)


NOT_SIMULATED = """
from pytest_mgh.services.catalog import OPERATIONS

@pytest.fixture(autouse=True)
def not_simulated(monkeypatch):
    monkeypatch.delitem(OPERATIONS, "ListApplicationStates")

"""


def test_a_swallowed_error_is_raised_at_teardown(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        NOT_SIMULATED
        + """
def test_it(mgh_client):
    with pytest.raises(AssertionError):
        mgh_client.list_application_states()
""",
    )
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["E *NotSimulatedError: mgh ListApplicationStates *"])


def test_an_error_that_failed_the_test_is_reported_once(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        NOT_SIMULATED
        + """
def test_it(mgh_client):
    mgh_client.list_application_states()
""",
    )
    result.assert_outcomes(failed=1)


def test_an_error_that_failed_a_marked_test_case_is_reported_once(
    pytester: pytest.Pytester,
) -> None:
    result = run(
        pytester,
        NOT_SIMULATED
        + """
@pytest.mark.mgh
class Case(unittest.TestCase):
    def test_it(self):
        boto3.client("mgh").list_application_states()
""",
    )
    result.assert_outcomes(failed=1)


# the marker


def test_the_marker_alone_activates_the_mock(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
@pytest.mark.mgh
def test_it():
    create("SMS")
    assert names() == ["SMS"]

def test_outside():
    assert not is_mocked()
""",
    )
    result.assert_outcomes(passed=2)


def test_the_marker_activates_the_mock_for_methods_of_a_test_case(
    pytester: pytest.Pytester,
) -> None:
    result = run(
        pytester,
        """
class Case(unittest.TestCase):
    def setUp(self):
        self.was_mocked = is_mocked()

    @pytest.mark.mgh(home_region="eu-central-1")
    def test_inside(self):
        assert self.was_mocked
        assert home_region() == "eu-central-1"

    def test_outside(self):
        assert not is_mocked()
""",
    )
    result.assert_outcomes(passed=2)


def test_the_marker_activates_the_mock_for_a_whole_test_case(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
@pytest.mark.mgh
class Case(unittest.TestCase):
    def test_first(self):
        create("first")
        assert names() == ["first"]

    def test_second(self):
        assert names() == []
""",
    )
    result.assert_outcomes(passed=2)


@pytest.mark.parametrize("signature", ["", "mgh", "tmp_path, mgh"])
def test_the_marker_activates_the_mock_before_autouse_fixtures(
    pytester: pytest.Pytester, signature: str
) -> None:
    result = run(
        pytester,
        f"""
@pytest.fixture(autouse=True)
def stream():
    create("SMS")
    yield
    assert names() == ["SMS"]

@pytest.mark.mgh
def test_it({signature}):
    assert names() == ["SMS"]
""",
    )
    result.assert_outcomes(passed=1)


def test_the_marker_activates_the_mock_before_the_fixtures_of_the_test(
    pytester: pytest.Pytester,
) -> None:
    result = run(
        pytester,
        """
@pytest.fixture
def stream():
    create("SMS")

@pytest.mark.mgh
def test_it(stream):
    assert names() == ["SMS"]
""",
    )
    result.assert_outcomes(passed=1)


def test_the_marker_works_with_parametrize(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
@pytest.mark.mgh
@pytest.mark.parametrize("name", ["A", "B"])
def test_it(name):
    create(name)
    assert names() == [name]
""",
    )
    result.assert_outcomes(passed=2)


def test_the_marker_of_one_parameter_applies_to_that_one_only(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
@pytest.mark.parametrize("inside", [pytest.param(True, marks=pytest.mark.mgh), False])
def test_it(inside):
    assert is_mocked() is inside
""",
    )
    result.assert_outcomes(passed=2)


def test_a_marker_that_is_added_at_collection_activates_the_mock(
    pytester: pytest.Pytester,
) -> None:
    pytester.makeconftest(
        """
        import pytest

        def pytest_collection_modifyitems(items):
            for item in items:
                item.add_marker(pytest.mark.mgh(home_region="eu-central-1"))
        """
    )
    result = run(pytester, "def test_it():\n    assert home_region() == 'eu-central-1'\n")
    result.assert_outcomes(passed=1)


def test_the_options_of_the_marker_are_those_of_the_hub(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
@pytest.mark.mgh(home_region="eu-central-1", background="manual")
def test_it(mgh):
    create("SMS")
    boto3.client("mgh").delete_progress_update_stream(ProgressUpdateStreamName="SMS")
    assert (mgh.home_region, len(mgh.pending)) == ("eu-central-1", 1)
""",
    )
    result.assert_outcomes(passed=1)


def test_a_marker_on_a_class_applies_to_its_tests(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
@pytest.mark.mgh(home_region="eu-central-1")
class TestTool:
    def test_it(self):
        assert home_region() == "eu-central-1"

def test_outside():
    assert not is_mocked()
""",
    )
    result.assert_outcomes(passed=2)


def test_a_marker_of_a_module_applies_to_its_tests(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
pytestmark = pytest.mark.mgh(home_region="eu-central-1")

def test_function():
    assert home_region() == "eu-central-1"

class TestTool:
    def test_method(self):
        assert home_region() == "eu-central-1"
""",
    )
    result.assert_outcomes(passed=2)


def test_the_closest_marker_wins(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
pytestmark = pytest.mark.mgh(home_region="eu-central-1")

@pytest.mark.mgh(home_region="eu-west-1")
def test_it():
    assert home_region() == "eu-west-1"
""",
    )
    result.assert_outcomes(passed=1)


def test_the_marker_of_a_method_overrides_the_mock_of_its_class(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
from pytest_mgh import mock_mgh

@mock_mgh
class TestTool:
    @pytest.mark.mgh(home_region="eu-west-1")
    def test_it(self):
        assert home_region() == "eu-west-1"
""",
    )
    result.assert_outcomes(passed=1)


def test_a_wrong_option_of_the_marker_names_the_nearest_and_the_test(
    pytester: pytest.Pytester,
) -> None:
    result = run(
        pytester,
        """
@pytest.mark.mgh(home_regoin="eu-central-1")
def test_it():
    pass
""",
    )
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["E *::test_it: *'home_regoin'*did you mean 'home_region'?*"])


def test_a_wrong_value_in_the_marker_names_the_allowed(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
@pytest.mark.mgh(home_region="eu-central-11")
def test_it():
    pass
""",
    )
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["E *::test_it: *'eu-central-11'*did you mean 'eu-central-1'?*"])


def test_a_positional_argument_of_the_marker_is_refused(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
@pytest.mark.mgh("eu-central-1")
def test_it():
    pass
""",
    )
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["E *::test_it: *only keyword options*'eu-central-1'*"])


def test_a_malformed_policy_in_the_marker_is_refused(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
@pytest.mark.mgh(policy={"Version": "1999-01-01"})
def test_it():
    pass
""",
    )
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["E *policy*Statement*"])


def test_a_wrong_marker_leaves_the_other_tests_alone(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
@pytest.mark.mgh(home_regoin="eu-central-1")
def test_wrong():
    pass

def test_right(mgh):
    assert names() == []
""",
    )
    result.assert_outcomes(errors=1, passed=1)


def test_the_marker_is_listed(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest_inprocess("--markers")
    result.stdout.fnmatch_lines(["@pytest.mark.mgh(*home_region*background*): *Migration Hub*"])


def test_the_fixtures_are_listed_with_their_description(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest_inprocess("--fixtures")
    result.stdout.fnmatch_lines(["mgh -- *", "*Migration Hub*"])
    result.stdout.fnmatch_lines(["mgh_client -- *", "*client*"])


# ini options


def test_ini_options_are_the_hubs_defaults(pytester: pytest.Pytester) -> None:
    pytester.makeini(
        """
        [pytest]
        mgh_home_region = eu-central-1
        mgh_account_id = 210987654321
        mgh_background = manual
        """
    )
    result = run(
        pytester,
        """
def test_it(mgh):
    assert "210987654321" in repr(mgh)
    create("SMS")
    boto3.client("mgh").delete_progress_update_stream(ProgressUpdateStreamName="SMS")
    assert (mgh.home_region, len(mgh.pending)) == ("eu-central-1", 1)
""",
    )
    result.assert_outcomes(passed=1)


def test_ini_option_home_region_none_leaves_it_unset(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nmgh_home_region = none\n")
    result = run(pytester, "def test_it(mgh):\n    assert mgh.home_region is None\n")
    result.assert_outcomes(passed=1)


def test_the_marker_overrides_the_ini_options(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nmgh_home_region = eu-central-1\nmgh_background = manual\n")
    result = run(
        pytester,
        """
@pytest.mark.mgh(home_region="eu-west-1")
def test_it(mgh):
    assert mgh.home_region == "eu-west-1"
""",
    )
    result.assert_outcomes(passed=1)


def test_ini_options_apply_to_tests_with_only_the_marker_too(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nmgh_home_region = eu-central-1\n")
    result = run(
        pytester,
        """
@pytest.mark.mgh(background="manual")
def test_it():
    assert home_region() == "eu-central-1"
""",
    )
    result.assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("mgh_home_region = us-west-22", "*home_region='us-west-22'*did you mean 'us-west-2'?*"),
        ("mgh_account_id = 12", "*account_id='12'*12 digits*"),
        ("mgh_background = manuel", "*background='manuel': allowed: *'eager' or 'manual'"),
    ],
)
def test_a_wrong_ini_option_is_an_error_that_names_the_allowed(
    pytester: pytest.Pytester, line: str, message: str
) -> None:
    pytester.makeini(f"[pytest]\n{line}\n")
    result = run(pytester, "def test_it(mgh):\n    pass\n")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"E {message}"])


def test_the_error_for_a_wrong_ini_option_names_it(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nmgh_account_id = 12\n")
    result = run(pytester, "def test_it(mgh):\n    pass\n")
    result.stdout.fnmatch_lines(["E *mgh_account_id*"])


def test_ini_options_are_accepted_with_strict_config(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nmgh_background = manual\n")
    result = run(pytester, "def test_it(mgh):\n    pass\n", "--strict-config")
    result.assert_outcomes(passed=1)


# how pytest is run


def test_without_the_plugin_there_is_no_fixture(pytester: pytest.Pytester) -> None:
    result = run(pytester, "def test_it(mgh):\n    pass\n", "-p", "no:pytest_mgh")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["E *fixture 'mgh' not found"])


def test_without_the_plugin_mock_mgh_works(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
from pytest_mgh import mock_mgh

@mock_mgh
def test_it():
    assert names() == []
""",
        "-p",
        "no:pytest_mgh",
    )
    result.assert_outcomes(passed=1)


def test_the_plugin_works_with_import_mode_importlib(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
@pytest.mark.mgh
def test_it(mgh_client):
    assert names() == []
""",
        "--import-mode=importlib",
    )
    result.assert_outcomes(passed=1)


def test_doctests_are_left_alone(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(tool='def f():\n    """\n    >>> 1 + 1\n    2\n    """\n')
    result = pytester.runpytest_inprocess("--doctest-modules")
    result.assert_outcomes(passed=1)


@pytest.mark.parametrize("blocked", ["false", "true"])
def test_nothing_heavy_is_imported_while_no_test_uses_the_mock(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, blocked: str
) -> None:
    pytester.makeini(f"[pytest]\nmgh_block_real_calls = {blocked}\n")
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTEST_ADDOPTS", "--assert=plain")  # no other plugin is loaded then
    pytester.makepyfile(
        """
        import sys

        HEAVY = {"aiobotocore", "boto3", "botocore", "click", "jsonschema", "requests",
                 "responses", "starlette", "urllib3", "uvicorn"}
        OURS = {
            "errors", "mock.decoration", "plugin", "report.real_call_hooks",
            "services.service", "state.options", "state.process", "transports.guard",
            "transports.hosts", "transports.patches", "transports.real_calls",
        }
        ROOMS = {name.partition(".")[0] for name in OURS}

        def test_it(pytestconfig):
            assert pytestconfig.pluginmanager.hasplugin("pytest_mgh")
            assert HEAVY & set(sys.modules) == set()
            ours = {name.partition(".")[2] for name in sys.modules if "pytest_mgh." in name}
            assert ours <= OURS | ROOMS
        """
    )
    pytester.runpytest_subprocess("-p", "pytest_mgh").assert_outcomes(passed=1)


@pytest.mark.parametrize("import_", ["import boto3", "import botocore.session, boto3"])
def test_modules_imported_after_blocking_started_are_blocked(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, import_: str
) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTEST_ADDOPTS", "--assert=plain")
    pytester.makeini("[pytest]\nmgh_block_real_calls = true\n")
    pytester.makepyfile(
        f"""
        import sys
        import pytest

        def test_it():
            assert "botocore" not in sys.modules
            {import_}
            client = boto3.Session("key", "secret").client("mgh", "us-west-2")
            client.list_migration_tasks()
        """
    )
    result = pytester.runpytest_subprocess("-p", "pytest_mgh")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E *RealCallError: mgh ListMigrationTasks would reach AWS: no *"])


def test_the_plugin_is_found_by_its_entry_point(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_it(mgh):\n    assert mgh.streams == ()\n")
    run_in_fork(pytester).assert_outcomes(passed=1)


def test_a_marked_doctest_runs_inside_the_mock(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        "import pytest\n"
        "def pytest_collection_modifyitems(items):\n"
        "    for item in items:\n"
        "        item.add_marker(pytest.mark.mgh(home_region='eu-west-1'))\n"
    )
    pytester.makepyfile(
        tool='''
def region():
    """
    >>> region()
    'eu-west-1'
    """
    import boto3
    return boto3.client("migrationhub-config", "us-west-2").get_home_region()["HomeRegion"]
'''
    )
    pytester.runpytest("--doctest-modules", "tool.py").assert_outcomes(passed=1)


def test_markers_of_module_class_and_test_are_combined(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
import pytest
pytestmark = pytest.mark.mgh(home_region="eu-west-1", account_id="210987654321")

@pytest.mark.mgh(background="manual")
class TestTool:
    @pytest.mark.mgh(home_region=None)
    def test_it(self, mgh, mgh_client):
        assert (mgh.home_region, mgh.account_id) == (None, "210987654321")
        mgh.home_region = "us-west-2"
        client = mgh.client()
        client.create_progress_update_stream(ProgressUpdateStreamName="SMS")
        client.delete_progress_update_stream(ProgressUpdateStreamName="SMS")
        assert len(mgh.pending) == 1
"""
    )
    pytester.runpytest().assert_outcomes(passed=1)
