"""Calls that would reach AWS."""

from __future__ import annotations

import sys

import boto3
import pytest
from inner_runs import run_in_fork
from network import NetworkError
from warm_processes import warm_workers

from pytest_mgh import RealCallError
from pytest_mgh.state.process import PROCESS
from pytest_mgh.transports.guard import guard

CLIENT = """
import boto3, pytest, socket
from botocore.exceptions import EndpointConnectionError

@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    def connect(*args):
        raise OSError("no: a socket was opened")
    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr(socket, "getaddrinfo", connect)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "own")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "own")

def make(service="mgh"):
    from botocore.config import Config
    config = Config(retries={"total_max_attempts": 1})
    return boto3.session.Session().client(service, "us-west-2", config=config)
"""


def run(pytester: pytest.Pytester, tests: str, ini: str = "", **outcomes: int) -> pytest.RunResult:
    pytester.makeini(f"[pytest]\n{ini}")
    pytester.makepyfile(CLIENT + tests)
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(**outcomes)
    return result


def test_a_client_created_in_one_test_does_not_reach_aws_in_the_next(
    pytester: pytest.Pytester,
) -> None:
    result = run(
        pytester,
        """
kept = []

def test_one(mgh):
    kept.append(make())

def test_two():
    kept[0].list_migration_tasks()
""",
        passed=1,
        failed=1,
    )

    message = (
        "E *RealCallError: mgh ListMigrationTasks would reach AWS: its client was made in "
        "*test_one inside a Migration Hub mock, which has ended. Make the client where it is "
        "used, or activate the mock there: *"
    )
    result.stdout.fnmatch_lines([message])


def test_a_client_of_one_test_is_answered_by_the_mock_of_the_next(
    pytester: pytest.Pytester,
) -> None:
    run(
        pytester,
        """
kept = []

def test_one(mgh):
    kept.append(make())

def test_two(mgh):
    kept[0].list_migration_tasks()
    assert len(mgh.events) == 1
""",
        passed=2,
    )


def test_a_swallowed_refusal_still_fails_the_test(pytester: pytest.Pytester) -> None:
    run(
        pytester,
        """
kept = []

def test_one(mgh):
    kept.append(make())

def test_two():
    try:
        kept[0].list_migration_tasks()
    except BaseException:
        pass
""",
        passed=2,
        errors=1,
    )


def test_a_thread_that_outlives_the_mock_does_not_reach_aws(pytester: pytest.Pytester) -> None:
    run(
        pytester,
        """
from concurrent.futures import ThreadPoolExecutor
pool, kept = ThreadPoolExecutor(1), []

def test_one(mgh):
    kept.append(pool.submit(make).result())
    pool.submit(kept[0].list_migration_tasks).result()

def test_two():
    with pytest.raises(AssertionError, match="test_one"):
        pool.submit(kept[0].list_migration_tasks).result()
""",
        passed=2,
        errors=1,
    )


def test_a_client_of_the_user_calls_out_if_real_calls_are_allowed(
    pytester: pytest.Pytester,
) -> None:
    result = run(
        pytester,
        "def test_it():\n    make().list_migration_tasks()\n",
        "mgh_block_real_calls = false",
        failed=1,
    )

    result.stdout.fnmatch_lines(["*socket was opened*"])


def test_every_call_outside_a_mock_is_refused(pytester: pytest.Pytester) -> None:
    calls = {
        "mgh": "list_migration_tasks",
        "migrationhub-config": "get_home_region",
        "discovery": "get_discovery_summary",
    }

    result = run(
        pytester,
        f"""
CALLS = pytest.mark.parametrize("service, call", {[*calls.items()]})

@CALLS
def test_blocked(service, call):
    getattr(make(service), call)()

@CALLS
def test_answered(mgh, service, call):
    getattr(make(service), call)()
""",
        passed=3,
        failed=3,
    )

    for service, call in calls.items():
        message = (
            f"E *RealCallError: {service} * would reach AWS: no Migration Hub mock is active. "
            f"test_*.py::test_blocked[[]{service}-{call}[]] does not use the fixture mgh. "
            "Activate the mock for it: the fixture mgh, *; or let real calls through, with "
            "mgh_block_real_calls = false in pytest's "
            "configuration or @pytest.mark.mgh_block_real_calls(False)."
        )
        result.stdout.fnmatch_lines([message])


def test_calls_of_other_services_are_not_blocked(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        "def test_it():\n    make('sts').get_caller_identity()\n",
        failed=1,
    )

    result.stdout.fnmatch_lines(["*socket was opened*"])


@pytest.mark.parametrize(
    ("ini", "markers"),
    [
        ("false", {"": True, "(True)": True, "(blocked=True)": True, None: False}),
        ("true", {"(False)": False, "(blocked=False)": False, None: True}),
    ],
)
def test_the_marker_blocks_or_allows_real_calls_for_one_test(
    pytester: pytest.Pytester, ini: str, markers: dict[str | None, bool]
) -> None:
    tests = [
        f"""
{"" if arguments is None else f"@pytest.mark.mgh_block_real_calls{arguments}"}
def test_{number}():
    with pytest.raises({"AssertionError" if blocked else "EndpointConnectionError"}) as caught:
        make().list_migration_tasks()
    print("test", {number}, type(caught.value).__name__, caught.value)
"""
        for number, (arguments, blocked) in enumerate(markers.items())
    ]
    blocked = sum(markers.values())

    pytester.makeini(f"[pytest]\nmgh_block_real_calls = {ini}")
    pytester.makepyfile(CLIENT + "".join(tests))
    result = pytester.runpytest_inprocess("-s")

    result.assert_outcomes(passed=len(markers), errors=blocked)
    for number, is_blocked in enumerate(markers.values()):
        expected = "RealCallError mgh" if is_blocked else "EndpointConnectionError"
        result.stdout.fnmatch_lines([f"*test {number} {expected} *"])


def test_the_closest_block_marker_counts(pytester: pytest.Pytester) -> None:
    run(
        pytester,
        """
pytestmark = pytest.mark.mgh_block_real_calls(False)

@pytest.mark.mgh_block_real_calls
def test_it():
    with pytest.raises(AssertionError, match="would reach AWS"):
        make().list_migration_tasks()
""",
        passed=1,
        errors=1,
    )


def test_a_client_created_at_import_of_a_module_is_blocked_too(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "own")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "own")
    run(
        pytester,
        """
client = make()

def test_it():
    with pytest.raises(AssertionError, match="mgh_block_real_calls"):
        client.list_migration_tasks()
""",
        passed=1,
        errors=1,
    )


def test_blocking_starts_before_the_first_conftest_is_imported(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        "import boto3\n"
        "client = boto3.client('mgh', 'us-west-2', aws_access_key_id='a', "
        "aws_secret_access_key='b')\n"
        "client.list_migration_tasks()\n"
    )
    result = run_in_fork(pytester)
    result.stderr.fnmatch_lines(["*RealCallError: mgh ListMigrationTasks would reach AWS*"])


def test_the_marker_blocks_in_the_fixtures_of_its_test(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
@pytest.fixture
def tasks():
    return make().list_migration_tasks()

@pytest.mark.mgh_block_real_calls
def test_it(tasks):
    pass
""",
        "mgh_block_real_calls = false",
        errors=1,
    )
    result.stdout.fnmatch_lines(["E *RealCallError: mgh ListMigrationTasks would reach AWS*"])


def test_a_marker_with_other_arguments_is_refused(pytester: pytest.Pytester) -> None:
    wrong = ["0", "True, False", "block=True", "True, blocked=False"]
    result = run(
        pytester,
        "".join(
            f"@pytest.mark.mgh_block_real_calls({arguments})\ndef test_{number}():\n    pass\n"
            for number, arguments in enumerate(wrong)
        ),
        errors=len(wrong),
    )
    expected = "*the marker mgh_block_real_calls takes one argument, blocked: True or False*"
    for number in range(len(wrong)):
        result.stdout.fnmatch_lines([f"*_ ERROR at setup of test_{number} _*", expected])


SWALLOW = """
def call():
    import boto3
    keys = dict(aws_access_key_id="a", aws_secret_access_key="b")
    try:
        boto3.session.Session().client("mgh", "us-west-2", **keys).list_migration_tasks()
    except BaseException:
        pass
"""


@pytest.mark.parametrize("hook", ["pytest_sessionstart", "pytest_sessionfinish"])
@pytest.mark.parametrize("workers", [(), ("-p", "xdist", "-n", "1")], ids=["one", "xdist"])
def test_a_call_refused_outside_of_tests_fails_the_run_and_no_test(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, hook: str, workers: tuple[str, ...]
) -> None:
    warm_workers(monkeypatch)
    pytester.makeconftest(f"{SWALLOW}\ndef {hook}(session):\n    call()\n")
    pytester.makepyfile("def test_it():\n    pass\n")
    result = pytester.runpytest_inprocess(*workers)
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*calls outside tests that would have reached AWS*"])
    assert result.ret == pytest.ExitCode.TESTS_FAILED


def test_a_refusal_in_a_fixture_whose_teardown_raises_fails_no_other_test(
    pytester: pytest.Pytester,
) -> None:
    run(
        pytester,
        """
@pytest.fixture
def broken():
    yield
    try:
        make().list_migration_tasks()
    except BaseException:
        pass
    raise ValueError("broken")

def test_one(broken):
    pass

def test_two():
    pass
""",
        passed=2,
        errors=1,
    )


def test_a_client_created_in_one_unittest_does_not_reach_aws_in_the_next(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTEST_CURRENT_TEST")
    pytester.makepyfile(
        test_tool="""
import unittest, boto3
from pytest_mgh import mock_mgh

class ToolTest(unittest.TestCase):
    def test_a(self):
        with mock_mgh():
            type(self).client = boto3.client("mgh", "us-west-2")

    def test_b(self):
        self.client.list_migration_tasks()
"""
    )
    result = pytester.run(sys.executable, "-m", "unittest", "test_tool")
    result.stderr.fnmatch_lines(
        ["*its client was made inside a Migration Hub mock, which has ended*"]
    )


# whom a call reaches


@pytest.mark.parametrize(
    ("url", "refused"),
    [
        ("https://mgh.us-west-2.amazonaws.com", True),
        ("https://vpce-0123.mgh.us-west-2.vpce.amazonaws.com", True),
        ("https://mgh-fips.us-west-2.api.aws", True),
        ("https://discovery.cn-north-1.amazonaws.com.cn:443/", True),
        ("http://hub:5000", False),
        ("http://172.17.0.2:5000", False),
        ("https://mgh.example.com", False),
        ("https://amazonaws.com.example.com", False),
        ("http://127.0.0.1:5000", False),
    ],
)
def test_calls_to_aws_are_blocked_and_calls_to_other_servers_are_not(
    url: str, refused: bool, monkeypatch: pytest.MonkeyPatch, no_network: None
) -> None:
    guard()
    monkeypatch.setattr(PROCESS, "real_calls_blocked", True)
    monkeypatch.setattr(PROCESS, "refusals", {})
    client = boto3.Session("own", "own").client("mgh", "us-west-2", endpoint_url=url)

    with pytest.raises(RealCallError if refused else NetworkError):
        client.list_migration_tasks()

    PROCESS.take_refusals()


def test_outside_of_pytest_refused_calls_are_not_kept(pytester: pytest.Pytester) -> None:
    path = pytester.makepyfile(
        refused="""
import gc, weakref
import boto3
from pytest_mgh import RealCallError, mock_mgh
from pytest_mgh.state.process import PROCESS

class Local:
    pass

def call(client):
    local = Local()
    kept.append(weakref.ref(local))
    try:
        client.list_migration_tasks()
    except RealCallError:
        pass

kept = []
with mock_mgh():
    client = boto3.client("mgh")
for _ in range(3):
    call(client)
gc.collect()
assert PROCESS.take_refusals() == []
assert [one() for one in kept] == [None] * 3
"""
    )
    assert pytester.run(sys.executable, "-W", "error", path).ret == 0
