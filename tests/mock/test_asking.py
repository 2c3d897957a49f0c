"""However a test asks for the hub, the mock is active before all its fixtures and set-ups."""

from __future__ import annotations

import os
import sys

import pytest
from inner_runs import CALLS
from inside import run_inside

pytestmark = pytest.mark.usefixtures("no_network")

# How a test requests the mock: the lines before it, and its arguments.
ASKING = {
    "argument": ("", "mgh"),
    "client": ("", "mgh_client"),
    "fixture": ("", "hub"),
    "fixture of a fixture": ("", "tool"),
    "usefixtures": ("@pytest.mark.usefixtures('mgh')", ""),
    "marker": ("@pytest.mark.mgh", ""),
    "marker with options": ("@pytest.mark.mgh(background='manual')", ""),
    "decorator": ("@mock_mgh", ""),
    "decorator with options": ("@mock_mgh(background='manual')", ""),
}

FIXTURES = """
@pytest.fixture
def hub(mgh):
    return mgh

@pytest.fixture
def tool(hub):
    return hub
"""

# Code that runs before a test and creates a stream.
BEFORE = {
    "setup_method": """
class TestIt:
    def setup_method(self):
        create("before")

    {asking}
    def test_it(self, {arguments}):
        assert names() == ["before"]
""",
    "setup_method of a base": """
class Base:
    def setup_method(self, method):
        create("before")

class TestIt(Base):
    {asking}
    def test_it(self, {arguments}):
        assert names() == ["before"]
""",
    "setup_function": """
def setup_function():
    create("before")

{asking}
def test_it({arguments}):
    assert names() == ["before"]
""",
    "autouse": """
@pytest.fixture(autouse=True)
def a_first_one():
    create("before")

{asking}
def test_it({arguments}):
    assert names() == ["before"]
""",
    "fixture that comes first": """
@pytest.fixture
def a_first_one():
    create("before")

{asking}
def test_it(a_first_one, {arguments}):
    assert names() == ["before"]
""",
    "setup_class": """
class TestIt:
    @classmethod
    def setup_class(cls):
        create("before")

    {asking}
    def test_it(self, {arguments}):
        assert names() == ["before"]
""",
    "setup_module": """
def setup_module():
    create("before")

{asking}
def test_it({arguments}):
    assert names() == ["before"]
""",
    "fixture of a module": """
@pytest.fixture(scope="module", autouse=True)
def of_module():
    create("before")

{asking}
def test_it({arguments}):
    assert names() == ["before"]
""",
    "fixture of the session": """
@pytest.fixture(scope="session")
def of_session():
    create("before")

{asking}
def test_it(of_session, {arguments}):
    assert names() == ["before"]
""",
}


@pytest.mark.parametrize("before", BEFORE)
def test_set_up_code_before_a_test_runs_inside_the_mock(
    pytester: pytest.Pytester, before: str
) -> None:
    for number, (asking, arguments) in enumerate(ASKING.values()):
        test = BEFORE[before].format(asking=asking, arguments=arguments)
        pytester.makepyfile(**{f"test_{number}": CALLS + FIXTURES + test})

    # What a fixture of the session does lasts until its end.
    runs = list(map(str, range(len(ASKING)))) if "session" in before else [""]
    for number in runs:
        result = pytester.runpytest_inprocess("-W", "error", "-k", f"test_{number}")
        result.assert_outcomes(passed=len(ASKING) // len(runs), deselected=len(runs) - 1)


def test_tear_down_code_after_a_test_runs_inside_the_mock(pytester: pytest.Pytester) -> None:
    result = run_inside(
        pytester,
        """
class TestIt:
    def teardown_method(self):
        assert names() == ["test"]

    @pytest.fixture(autouse=True)
    def around(self):
        yield
        assert names() == ["test"]

    def test_it(self, mgh):
        create("test")

def test_outside():
    assert not is_mocked()
""",
    )
    result.assert_outcomes(passed=2)


@pytest.mark.parametrize("asking", ["@pytest.mark.usefixtures('mgh')", "@pytest.mark.mgh"])
def test_set_up_of_a_test_case_runs_inside_the_mock(pytester: pytest.Pytester, asking: str) -> None:
    result = run_inside(
        pytester,
        f"""
{asking}
class TestIt(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        create("class")

    def setUp(self):
        create("set-up")

    def test_first(self):
        assert names() == ["class", "set-up"]

    def test_second(self):
        assert names() == ["class", "set-up"]
""",
    )
    result.assert_outcomes(passed=2)


def test_a_test_that_requests_the_mock_does_not_activate_it_for_others(
    pytester: pytest.Pytester,
) -> None:
    result = run_inside(
        pytester,
        """
class TestIt:
    def setup_method(self):
        self.was_mocked = is_mocked()

    def test_inside(self, mgh):
        assert self.was_mocked

    def test_outside(self):
        assert not self.was_mocked

@pytest.fixture(params=["a", "b"])
def parameter(request):
    return request.param, is_mocked()

def test_with_parameters(parameter, mgh):
    assert parameter[1]

def test_with_parameters_outside(parameter):
    assert not parameter[1]
""",
    )
    result.assert_outcomes(passed=6)


def test_a_hub_requested_during_a_test_is_active_from_then_on(
    pytester: pytest.Pytester,
) -> None:
    result = run_inside(
        pytester,
        """
def test_it(request):
    assert not is_mocked()
    hub = request.getfixturevalue("mgh")
    create("SMS")
    assert [stream.name for stream in hub.streams] == ["SMS"]
""",
    )
    result.assert_outcomes(passed=1)


# a fixture of the user's own whose name is taken

OWN = {
    "a client": "def mgh():\n    return boto3.client('mgh')",
    "a client of ours": "def mgh(mgh):\n    return mgh.client()",
    "a client of ours by another name": "def mgh(mgh_client):\n    return mgh_client",
}


@pytest.mark.parametrize("own", OWN)
@pytest.mark.parametrize("place", ["conftest", "module", "class"])
def test_the_marker_works_beside_a_user_fixture_named_mgh(
    pytester: pytest.Pytester, own: str, place: str
) -> None:
    fixture = f"@pytest.fixture\n{OWN[own]}\n"
    if place == "conftest":
        pytester.makeconftest(f"import boto3, pytest\n{fixture}")
        fixture = ""
    in_class = fixture.replace("():", "(self):").replace("(mgh", "(self, mgh", 1)
    body = "    " + in_class.replace("\n", "\n    ") if place == "class" else ""
    result = run_inside(
        pytester,
        f"""
{fixture if place == "module" else ""}
class TestIt:
    pass
{body}
    @pytest.mark.mgh
    def test_marked(self, mgh):
        mgh.create_progress_update_stream(ProgressUpdateStreamName="SMS")
        assert names() == ["SMS"]

    def test_beside(self, mgh_client, mgh):
        mgh.create_progress_update_stream(ProgressUpdateStreamName="SMS")
        assert names() == ["SMS"]
""",
    )
    result.assert_outcomes(passed=2)


def test_a_fixture_that_overrides_and_requests_mgh_activates_the_mock(
    pytester: pytest.Pytester,
) -> None:
    result = run_inside(
        pytester,
        """
@pytest.fixture
def mgh(mgh):
    mgh.add_server("web-1")
    return mgh

class TestIt:
    def setup_method(self):
        create("before")

    def test_it(self, mgh):
        assert [server.hostname for server in mgh.servers] == ["web-1"]
        assert names() == ["before"]
""",
    )
    result.assert_outcomes(passed=1)


def test_an_unrelated_fixture_named_mgh_does_not_activate_the_mock(
    pytester: pytest.Pytester,
) -> None:
    result = run_inside(
        pytester,
        """
@pytest.fixture
def mgh():
    return "something else"

def test_it(mgh):
    assert not is_mocked()

@pytest.mark.parametrize("mgh", ["a parameter"])
def test_a_parameter(mgh):
    assert not is_mocked()
""",
    )
    result.assert_outcomes(passed=2)


# classes


def test_a_class_nested_in_a_decorated_class_runs_inside_the_mock(
    pytester: pytest.Pytester,
) -> None:
    result = run_inside(
        pytester,
        """
@mock_mgh(home_region="eu-central-1")
class TestOuter:
    class TestInner:
        def setup_method(self):
            create("set-up")

        def test_it(self, mgh):
            assert (names(), mgh.home_region) == (["set-up"], "eu-central-1")

    class TestSecond:
        class TestInmost:
            def test_it(self):
                assert is_mocked()

    @mock_mgh(home_region="eu-west-1")
    class TestOther:
        def test_it(self, mgh):
            assert mgh.home_region == "eu-west-1"

    class TestCase(unittest.TestCase):
        def setUp(self):
            create("set-up")

        def test_it(self):
            assert names() == ["set-up"]

class TestAfter:
    def test_outside(self):
        assert not is_mocked()
""",
    )
    result.assert_outcomes(passed=5)


def test_a_class_nested_in_a_marked_class_runs_inside_the_mock(pytester: pytest.Pytester) -> None:
    result = run_inside(
        pytester,
        """
@pytest.mark.mgh(home_region="eu-central-1")
class TestOuter:
    class TestInner:
        def test_it(self, mgh):
            assert mgh.home_region == "eu-central-1"
""",
    )
    result.assert_outcomes(passed=1)


SET_UP_CLASS = """
{asking}
class TestIt:
    @classmethod
    def setup_class(cls):
        cls.client = boto3.client("mgh")
        {uses}

    def test_first(self):
        assert names() == {before}
        create("first")

    def test_second(self):
        assert names() == {after}

    def test_with_the_hub(self, mgh):
        create("of one test")
        assert len(mgh.streams) == len({after}) + 1

    def test_without_what_one_test_made(self):
        assert names() == {after}

    @classmethod
    def teardown_class(cls):
        assert not {uses!r} or names() == {after}

class TestAfter:
    def test_after(self):
        assert not is_mocked()
"""


@pytest.mark.parametrize("asking", ["@mock_mgh", "@pytest.mark.mgh"])
@pytest.mark.parametrize(
    ("uses", "before", "after"),
    [('create("class")', ["class"], ["class", "first"]), ("", [], [])],
    ids=["uses the hub", "does not use it"],
)
def test_setup_class_works_alike_under_marker_and_decorator(
    pytester: pytest.Pytester, asking: str, uses: str, before: list[str], after: list[str]
) -> None:
    source = SET_UP_CLASS.format(asking=asking, uses=uses, before=before, after=after)
    run_inside(pytester, source).assert_outcomes(passed=5)


SET_UP_MODULE = """
{pytestmark}

def setup_module():
    create("module")

def teardown_module():
    assert names() == ["first", "module"]

{asking}
def test_first():
    create("first")

{asking}
def test_second():
    assert names() == ["first", "module"]

{asking}
def test_with_the_hub(mgh):
    create("of one test")

{asking}
def test_without_what_one_test_made():
    assert names() == ["first", "module"]
"""


@pytest.mark.parametrize(
    ("pytestmark", "asking"),
    [
        ("pytestmark = pytest.mark.mgh", ""),
        ("", "@pytest.mark.mgh"),
        ("", "@mock_mgh"),
        ("pytestmark = pytest.mark.mgh(background='manual')", ""),
    ],
)
def test_setup_module_works_alike_under_marker_and_decorator(
    pytester: pytest.Pytester, pytestmark: str, asking: str
) -> None:
    source = SET_UP_MODULE.format(pytestmark=pytestmark, asking=asking)
    run_inside(pytester, source).assert_outcomes(passed=4)


def test_tests_may_have_other_options_after_a_set_up_that_does_not_use_the_hub(
    pytester: pytest.Pytester,
) -> None:
    result = run_inside(
        pytester,
        """
def setup_module():
    pass

@pytest.mark.mgh(home_region="eu-central-1")
def test_first(mgh):
    assert mgh.home_region == "eu-central-1"

@pytest.mark.mgh(home_region="eu-west-1")
def test_second(mgh):
    assert mgh.home_region == "eu-west-1"
""",
    )
    result.assert_outcomes(passed=2)


def test_the_error_for_other_options_names_the_fixture_that_keeps_the_mock(
    pytester: pytest.Pytester,
) -> None:
    result = run_inside(
        pytester,
        """
@pytest.fixture(scope="module")
def wave():
    create("wave")

def test_first(mgh, wave):
    assert names() == ["wave"]

@pytest.mark.mgh(home_region="eu-west-1")
def test_second(mgh):
    pass
""",
    )
    result.assert_outcomes(passed=1, errors=1)
    keeper = "the fixture 'wave' of the module already uses the hub"
    where = "write pytestmark = pytest.mark.mgh(home_region=...) at the top of the module"
    result.stdout.fnmatch_lines([f"*outermost mock_mgh; {keeper}: {where}"])


def test_the_error_for_a_fixture_with_options_advises_to_give_them_to_the_test(
    pytester: pytest.Pytester,
) -> None:
    result = run_inside(
        pytester,
        """
@pytest.fixture
@mock_mgh(home_region="eu-west-1")
def ireland():
    yield

def test_alone(ireland):
    create("SMS")

def test_with_the_hub(ireland, mgh):
    pass

@pytest.mark.mgh(home_region="eu-west-1")
def test_with_the_options(mgh):
    create("SMS")
""",
    )
    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(
        ["*; the test uses the fixture: mark it with @pytest.mark.mgh(home_region=...)"]
    )


# effects of fixtures of a wider scope


def test_environment_variables_set_by_a_session_fixture_stay_set(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"):
        monkeypatch.setenv(name, "to be set")
        monkeypatch.delenv(name)
    result = run_inside(
        pytester,
        """
@pytest.fixture(scope="session", autouse=True)
def aws_credentials():
    os.environ["AWS_ACCESS_KEY_ID"] = "testing"
    os.environ["AWS_SECRET_ACCESS_KEY"] = "testing"
    os.environ["AWS_DEFAULT_REGION"] = "us-east-1"

def test_inside(mgh):
    create("SMS")
    assert mgh.home_region == "us-east-1"

def test_outside():
    assert os.environ["AWS_ACCESS_KEY_ID"] == "testing"
    assert os.environ["AWS_DEFAULT_REGION"] == "us-east-1"

def test_inside_again(mgh):
    assert is_mocked()
    assert mgh.home_region == "us-east-1"
""",
    )
    result.assert_outcomes(passed=3)


def test_a_module_fixture_restores_the_environment_variables_from_before_the_mock(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "own")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "to be set")
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    pytester.makepyfile(
        test_a=CALLS
        + """
@pytest.fixture(scope="module", autouse=True)
def patched():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "of the module")
        patch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
        yield

def test_inside(mgh):
    assert mgh.home_region == "eu-west-1"

def test_outside():
    assert os.environ["AWS_ACCESS_KEY_ID"] == "of the module"
""",
        test_b="""
import os

def test_after():
    assert os.environ["AWS_ACCESS_KEY_ID"] == "own"
    assert "AWS_DEFAULT_REGION" not in os.environ
""",
    )
    pytester.runpytest_inprocess("-W", "error").assert_outcomes(passed=3)
    assert os.environ["AWS_ACCESS_KEY_ID"] == "own"


# a Region that fixtures set


@pytest.mark.parametrize("order", ["mgh, aws_credentials", "aws_credentials, mgh"])
@pytest.mark.parametrize("scope", ["function", "module", "session"])
def test_the_aws_credentials_fixture_of_motos_docs_sets_the_home_region(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, order: str, scope: str
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"):
        monkeypatch.setenv(name, "to be set")
        monkeypatch.delenv(name)
    result = run_inside(
        pytester,
        f"""
@pytest.fixture(scope="{scope}")
def aws_credentials():
    os.environ["AWS_ACCESS_KEY_ID"] = "testing"
    os.environ["AWS_SECRET_ACCESS_KEY"] = "testing"
    os.environ["AWS_DEFAULT_REGION"] = "us-east-1"

@pytest.mark.parametrize("number", range(2))
def test_it({order}, number):
    create("SMS")
    assert [stream.name for stream in mgh.streams] == ["SMS"]
    assert mgh.home_region == "us-east-1"
""",
    )
    result.assert_outcomes(passed=2)


def test_a_region_set_by_the_test_itself_does_not_become_the_home_region(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    result = run_inside(
        pytester,
        """
def test_it(mgh, monkeypatch):
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with pytest.raises(boto3.client("mgh").exceptions.InvalidInputException):
        create("SMS")
    assert mgh.home_region == "us-west-2"

@pytest.fixture
def elsewhere(monkeypatch):
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")

@pytest.mark.mgh(home_region="us-west-2")
def test_an_explicit_home_region_is_kept(mgh, elsewhere):
    assert mgh.home_region == "us-west-2"

@pytest.fixture
def seeded(mgh):
    mgh.add_server("web-1")

def test_a_home_region_that_holds_data_is_kept(seeded, elsewhere, mgh):
    assert mgh.home_region == "us-west-2"

@pytest.fixture
def nowhere(monkeypatch):
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-2")

def test_a_region_without_migration_hub_does_not_become_the_home_region(nowhere, mgh):
    assert mgh.home_region == "us-west-2"
""",
    )
    result.assert_outcomes(passed=4)


def test_calls_in_the_fixture_that_sets_the_region_find_it_as_the_home_region(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    result = run_inside(
        pytester,
        """
@pytest.fixture(autouse=True)
def stream(monkeypatch):
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    create("SMS")

def test_it(mgh):
    assert [stream.name for stream in mgh.streams] == ["SMS"]
""",
    )
    result.assert_outcomes(passed=1)


@pytest.mark.parametrize("asking", ["mgh_client, aws_credentials", "aws_credentials, mgh_client"])
def test_the_client_of_mgh_client_uses_the_region_set_by_another_fixture(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, asking: str
) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    result = run_inside(
        pytester,
        f"""
@pytest.fixture
def aws_credentials(monkeypatch):
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")

def test_it({asking}, mgh):
    mgh_client.create_progress_update_stream(ProgressUpdateStreamName="SMS")
    assert mgh.home_region == mgh_client.meta.region_name == "us-east-1"
    assert [stream.name for stream in mgh.streams] == ["SMS"]
""",
    )
    result.assert_outcomes(passed=1)


@pytest.mark.parametrize(
    "prepare",
    [
        "mgh.add_server('web-1')",
        "mgh.add_stream('DMS')",
        "mgh.load({'servers': [{'hostname': 'web-1'}]})",
        "assert mgh.home_region == 'us-east-1'",
        "mgh.client().create_progress_update_stream(ProgressUpdateStreamName='DMS')",
        "mgh.account('123456789012').add_stream('DMS')",
    ],
)
def test_a_fixture_that_sets_the_region_adds_data_in_that_home_region(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, prepare: str
) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    result = run_inside(
        pytester,
        f"""
@pytest.fixture
def prepared(mgh, monkeypatch):
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    {prepare}
    return len(mgh.streams), len(mgh.servers)

def test_it(mgh, prepared):
    assert mgh.home_region == "us-east-1"
    assert (len(mgh.streams), len(mgh.servers)) == prepared
    create("SMS")
    assert "SMS" in mgh.streams
""",
    )
    result.assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("prepare", "kept"),
    [
        ("mgh.policy = 'AWSMigrationHubSMSAccess'", "mgh.policy"),
        ("mgh.principal('vendor')", "len(mgh.principals) == 2"),
        ("mgh.fail('ListApplicationStates', 'ThrottlingException')", "mgh.faults; mgh.recover()"),
        ("mgh.import_source('s3://b/wave.csv', 'ExternalId')", "True"),
    ],
)
def test_data_without_a_region_does_not_prevent_a_new_home_region(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, prepare: str, kept: str
) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    result = run_inside(
        pytester,
        f"""
@pytest.fixture
def prepared(mgh):
    {prepare}

@pytest.fixture
def aws_credentials(monkeypatch):
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")

def test_it(prepared, aws_credentials, mgh):
    assert mgh.home_region == "us-east-1"
    create("SMS")
    assert {kept}
    mgh.reset()
    assert mgh.home_region == "us-east-1"
""",
    )
    result.assert_outcomes(passed=1)


# a fork


def test_a_process_forked_while_a_thread_uses_the_hub_does_not_deadlock(
    pytester: pytest.Pytester,
) -> None:
    path = pytester.makepyfile(
        fork="""
import os, signal, threading
from pytest_mgh import mock_mgh

with mock_mgh() as hub:
    client = hub.client()
    client.list_progress_update_streams()
    inside, forking = threading.Event(), threading.Event()

    def hold():
        with hub._world.lock:
            inside.set()
            forking.wait(60)

    thread = threading.Thread(target=hold)
    thread.start()
    inside.wait(60)
    os.register_at_fork(before=forking.set)  # runs before those that were registered earlier
    child = os.fork()
    if not child:
        signal.alarm(60)
        client.create_progress_update_stream(ProgressUpdateStreamName="child")
        os._exit(0)
    thread.join()
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert hub.streams == ()
"""
    )
    assert pytester.run(sys.executable, "-W", "ignore", path).ret == 0


def test_a_hub_starts_at_the_time_set_by_a_fixture(pytester: pytest.Pytester) -> None:
    result = run_inside(
        pytester,
        """
import time_machine
from datetime import datetime, timezone

THEN = datetime(2020, 1, 2, tzinfo=timezone.utc)

@pytest.fixture(autouse=True)
def then():
    with time_machine.travel(THEN, tick=False):
        yield

def controls():
    client = boto3.client("migrationhub-config")
    return client.describe_home_region_controls()["HomeRegionControls"]

def test_it(mgh):
    assert [control["RequestedTime"] for control in controls()] == [THEN]

@pytest.fixture
def seen(then):
    return controls()

def test_a_fixture(mgh, seen):
    assert [control["RequestedTime"] for control in seen] == [THEN]
""",
    )
    result.assert_outcomes(passed=2)
