"""The package removed from `sys.modules` and imported again, as pytester does it.

Other libraries are still patched by the removed copy.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from waiting import MINUTE

BEFORE = """
import os, socket, sys
import boto3, botocore.client, botocore.endpoint, http.client, requests.sessions
from botocore.httpsession import URLLib3Session
from botocore_once import find_out_once

find_out_once()
os.environ["AWS_EC2_METADATA_DISABLED"] = "true"
sent = []

def send(self, request):
    sent.append(request.url)
    raise SystemExit("a real call")

URLLib3Session.send = send

def client(service="mgh"):
    session = boto3.Session("own", "own-secret", region_name="us-west-2")
    return session.client(service)

def names(client):
    rows = client.list_progress_update_streams()["ProgressUpdateStreamSummaryList"]
    return [row["ProgressUpdateStreamName"] for row in rows]

def drop(*kept):
    for name in list(sys.modules):
        if name.partition(".")[0] == "pytest_mgh" and name not in kept:
            del sys.modules[name]

def import_anew(*kept):
    import pytest_mgh
    drop(*kept)
    import pytest_mgh as anew
    assert anew is not pytest_mgh or kept
    return anew

def patches(function):
    count = 0
    while function is not None:
        count += "asks_pytest_mgh" in vars(function)
        function = getattr(function, "__wrapped__", None)
        if function is not None and not hasattr(function, "__dict__"):
            break
    return count

def all_patches():
    return [
        patches(function)
        for function in (
            socket.getaddrinfo,
            socket.gethostbyname,
            socket.gethostbyname_ex,
            http.client.HTTPConnection.set_tunnel,
            botocore.endpoint.Endpoint.make_request,
            botocore.client.BaseClient.__init__,
            boto3.setup_default_session,
            requests.sessions.Session.get_adapter,
        )
    ]

def is_refused(call, *args, **kwargs):
    try:
        call(*args, **kwargs)
    except AssertionError as error:
        return type(error).__name__ == "RealCallError"
    return False

client()  # so that no fork has to read the files
import pytest_mgh
"""

FORKS = """
import json, traceback

for line in sys.stdin:
    child = os.fork()
    if not child:
        try:
            exec(compile(json.loads(line), "snippet", "exec"), globals())
        except BaseException:
            said = traceback.format_exc()
        else:
            said = "done"
        sys.stdout.write(json.dumps(said) + chr(10))
        sys.stdout.flush()
        os._exit(0)
    os.waitpid(child, 0)
"""

Run = Callable[[str], None]
FOLDERS = (str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH"))
WITH_TESTS = os.pathsep.join(filter(None, FOLDERS))


@pytest.fixture(scope="module")
def process() -> Iterator[subprocess.Popen[str]]:
    """A process that has imported the libraries, and forks for each line that is code."""
    command = [sys.executable, "-W", "error", "-c", BEFORE + FORKS]
    pipe = subprocess.PIPE
    variables = {**os.environ, "PYTHONPATH": WITH_TESTS}
    process = subprocess.Popen(
        command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, env=variables
    )
    yield process
    _, errors = process.communicate(timeout=MINUTE)
    assert (process.returncode, errors) == (0, "")


@pytest.fixture
def run(process: subprocess.Popen[str]) -> Run:
    """Run code in a fork of the process."""

    def run(code: str) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(code) + "\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline() or '"it has ended"') == "done"

    return run


def test_no_function_is_patched_twice(run: Run) -> None:
    run(
        """
for _ in range(3):
    with pytest_mgh.mock_mgh(requests=True) as hub:
        hub.client().list_progress_update_streams()
    pytest_mgh = import_anew()
assert all_patches() == [1] * 8, all_patches()
assert len([f for f in sys.meta_path if type(f).__module__.startswith("pytest_mgh")]) == 1
""",
    )


def test_a_newly_imported_copy_answers_retries_and_fails_as_the_old_one(run: Run) -> None:
    run(
        """
from botocore.exceptions import ReadTimeoutError
old = client()
with pytest_mgh.mock_mgh() as hub:
    assert names(old) == []
pytest_mgh = import_anew()
with pytest_mgh.mock_mgh(requests=True) as hub:
    assert isinstance(hub, pytest_mgh.MigrationHub)
    old.create_progress_update_stream(ProgressUpdateStreamName="SMS")
    assert names(old) == names(boto3.client("mgh")) == names(hub.client()) == ["SMS"]
    hub.fail("ListProgressUpdateStreams", "ThrottlingException")
    assert (names(old), len(hub.backoffs)) == (["SMS"], 1)
    hub.fail("ListProgressUpdateStreams", "ReadTimeout", times=None)
    try:
        names(old)
    except ReadTimeoutError:
        hub.recover()
    else:
        raise SystemExit("no timeout")
    assert requests.get("https://mgh.us-west-2.amazonaws.com/").status_code == 403
assert sent == []
""",
    )


@pytest.mark.parametrize("requests", [False, True])
def test_a_mock_of_a_new_copy_joins_the_mock_of_the_old_one(run: Run, requests: bool) -> None:
    run(
        f"""
made = client()
with pytest_mgh.mock_mgh(requests={requests}) as hub:
    anew = import_anew()
    with anew.mock_mgh() as joined:
        assert joined is hub
        made.create_progress_update_stream(ProgressUpdateStreamName="SMS")
    assert names(made) == ["SMS"]
    hub.fail("ListProgressUpdateStreams", "ThrottlingException")
    assert (names(made), len(hub.backoffs)) == (["SMS"], 1)
assert not os.environ.get("AWS_ACCESS_KEY_ID", "").startswith("MGHMOCK")
with anew.mock_mgh() as hub:
    assert names(made) == []
""",
    )


def test_blocked_calls_stay_blocked_under_a_new_copy(run: Run) -> None:
    run(
        """
from pytest_mgh.state.process import PROCESS
from pytest_mgh.transports.guard import guard
guard()
PROCESS.real_calls_blocked, PROCESS.refusals = True, {}
made = client()
assert is_refused(names, made)
pytest_mgh = import_anew()
assert is_refused(names, made) and is_refused(names, client())
assert is_refused(socket.getaddrinfo, "mgh.us-west-2.amazonaws.com", 443)
try:
    names(made)
except pytest_mgh.RealCallError:  # the new copy's
    pass
with pytest_mgh.mock_mgh():
    assert names(made) == []
assert is_refused(names, made)
from pytest_mgh.state.process import PROCESS as same
assert same is PROCESS and same.take_refusals()
assert sent == []
""",
    )


def test_a_client_of_an_old_copys_mock_never_reaches_aws(run: Run) -> None:
    run(
        """
os.environ["PYTEST_CURRENT_TEST"] = "test_tool.py::test_a (call)"
with pytest_mgh.mock_mgh() as hub:
    made = client()
pytest_mgh = import_anew()
try:
    names(made)
except pytest_mgh.RealCallError as error:
    assert "made in test_tool.py::test_a inside" in str(error)
else:
    raise SystemExit("not refused")
assert sent == []
""",
    )


def test_a_call_that_outlives_an_old_copys_mock_is_refused(run: Run) -> None:
    run(
        """
import threading
made, reached, go_on, errors = client(), threading.Event(), threading.Event(), []

def wait(**_):
    reached.set()
    go_on.wait(60)

def call():
    try:
        names(made)
    except BaseException as error:
        errors.append(type(error).__name__)

made.meta.events.register_first("request-created.migration-hub", wait)
with pytest_mgh.mock_mgh():
    thread = threading.Thread(target=call)
    thread.start()
    reached.wait(60)
pytest_mgh = import_anew()
go_on.set()
thread.join()
assert (errors, sent) == (["RealCallError"], [])
""",
    )


@pytest.mark.parametrize(
    "kept",
    [
        ("pytest_mgh", "pytest_mgh.state", "pytest_mgh.state.process"),
        ("pytest_mgh", "pytest_mgh.transports", "pytest_mgh.transports.guard"),
        ("pytest_mgh", "pytest_mgh.errors"),
    ],
    ids=lambda kept: kept[-1],
)
def test_a_part_of_the_package_may_be_imported_again(run: Run, kept: tuple[str, ...]) -> None:
    run(
        f"""
made = client()
with pytest_mgh.mock_mgh():
    assert names(made) == []
import_anew(*{kept!r})
from pytest_mgh.mock.activation import mock_mgh
with mock_mgh(requests=True) as hub:
    made.create_progress_update_stream(ProgressUpdateStreamName="SMS")
    assert names(made) == ["SMS"]
    assert is_refused(socket.getaddrinfo, "mgh.us-west-2.amazonaws.com", 443)
assert all_patches() == [1] * 8
""",
    )


def test_runs_of_pytester_leave_the_process_unchanged(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An inner run is the first to import most of the package, which is dropped after it."""
    monkeypatch.setenv("PYTHONPATH", WITH_TESTS)
    pytester.makeini("[pytest]\nmgh_block_real_calls = true\n")
    pytester.makepyfile(
        """
        import boto3, pytest, sys
        from botocore.endpoint import Endpoint
        from botocore_once import find_out_once

        find_out_once()
        pytest_plugins = ["pytester"]
        NEEDLESS = ("anyio", "asyncio", "hypothesispytest", "randomly", "time_machine", "xdist")
        OPTIONS = ["--assert=plain", *(f"-pno:{name}" for name in NEEDLESS)]

        def make():
            return boto3.Session("own", "own-secret").client("mgh", "us-west-2")

        def depth():
            count, function = 0, Endpoint.make_request
            while hasattr(function, "__wrapped__"):
                count, function = count + 1, function.__wrapped__
            return count

        @pytest.mark.parametrize("number", range(2))
        def test_inner(pytester, number):
            assert "pytest_mgh.transports.botocore" not in sys.modules
            pytester.makepyfile(
                "def test_it(mgh, mgh_client):\\n"
                "    mgh_client.create_progress_update_stream(ProgressUpdateStreamName='SMS')\\n"
                "    assert [stream.name for stream in mgh.streams] == ['SMS']\\n"
            )
            pytester.runpytest_inprocess(*OPTIONS).assert_outcomes(passed=1)
            with pytest.raises(AssertionError, match="no Migration Hub mock is active"):
                make().list_migration_tasks()
            from pytest_mgh.state.process import PROCESS
            assert PROCESS.take_refusals()
            assert depth() == 1

        def test_outer(mgh):
            make().create_progress_update_stream(ProgressUpdateStreamName="outer")
            assert [stream.name for stream in mgh.streams] == ["outer"]
            assert depth() == 1
        """
    )
    pytester.runpytest_subprocess().assert_outcomes(passed=3)
