"""The fixtures `mgh_server` and `mgh_server_session`, in a project of a user."""

from __future__ import annotations

import os

import pytest
from inner_runs import run_in_fork
from warm_processes import warm_workers

CREATE = """
import sys

import boto3
import pytest

WITH_BOTO3 = '''
import boto3, sys
boto3.client("mgh").create_progress_update_stream(ProgressUpdateStreamName=sys.argv[1])
'''
# The same without boto3, which takes long to import; it tries again as boto3 does.
CREATE = '''
import json, os, sys
from urllib.error import HTTPError
from urllib.request import Request, urlopen
scope = os.environ["AWS_ACCESS_KEY_ID"] + "/20260101/" + os.environ["AWS_REGION"]
headers = {
    "Authorization": "AWS4-HMAC-SHA256 Credential=" + scope + "/mgh/aws4_request, "
    "SignedHeaders=host;x-amz-date;x-amz-target, Signature=0123456789abcdef",
    "Content-Type": "application/x-amz-json-1.1",
    "X-Amz-Date": "20260101T000000Z",
    "X-Amz-Target": "AWSMigrationHub.CreateProgressUpdateStream",
}
body = json.dumps({"ProgressUpdateStreamName": sys.argv[1]}).encode()
for _ in range(2):
    try:
        urlopen(Request(os.environ["AWS_ENDPOINT_URL"], body, headers)).close()
        break
    except HTTPError as error:
        error.close()
else:
    raise SystemExit("refused")
'''


def create_in_subprocess(server, name, code=CREATE):
    return server.command(sys.executable, "-c", code, name, check=True)


def names(hub):
    return [stream.name for stream in hub.streams]


def connect(server, service="mgh"):
    return boto3.client(
        service,
        "us-west-2",
        endpoint_url=server.url,
        aws_access_key_id="key",
        aws_secret_access_key="secret",
    )


def create(server, name):
    connect(server).create_progress_update_stream(ProgressUpdateStreamName=name)


"""


def run(pytester: pytest.Pytester, source: str, *options: str) -> pytest.RunResult:
    pytester.makepyfile(CREATE + source)
    return pytester.runpytest("-W", "error", "--strict-markers", *options)


# mgh_server


def test_a_subprocess_calls_the_hub_of_the_test(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
def test_it(mgh_server):
    create_in_subprocess(mgh_server, "SMS", WITH_BOTO3)
    assert names(mgh_server.hub) == ["SMS"]
""",
    )
    result.assert_outcomes(passed=1)


def test_the_server_fixture_serves_the_hub_of_mgh(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
def test_it(mgh, mgh_server, mgh_client):
    assert mgh_server.hub is mgh
    mgh_client.create_progress_update_stream(ProgressUpdateStreamName="inside")
    create(mgh_server, "over HTTP")
    assert names(mgh) == ["inside", "over HTTP"]
""",
    )
    result.assert_outcomes(passed=1)


def test_a_test_seeds_fails_and_asserts_while_a_subprocess_calls(
    pytester: pytest.Pytester,
) -> None:
    result = run(
        pytester,
        """
def test_it(mgh_server):
    mgh_server.hub.fail("CreateProgressUpdateStream", "ThrottlingException")
    create_in_subprocess(mgh_server, "SMS")
    errors = [event.get("errorCode") for event in mgh_server.hub.events]
    assert errors == ["ThrottlingException", None]
""",
    )
    result.assert_outcomes(passed=1)


def test_every_test_has_its_own_server_and_hub(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
@pytest.mark.parametrize("number", range(3))
def test_it(mgh_server, number):
    assert names(mgh_server.hub) == []
    create(mgh_server, "SMS")
""",
    )
    result.assert_outcomes(passed=3)


def test_the_marker_sets_the_options_of_the_server_fixture(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
@pytest.mark.mgh(home_region="eu-central-1")
def test_it(mgh_server):
    assert mgh_server.env["AWS_REGION"] == "eu-central-1"
    create_in_subprocess(mgh_server, "SMS")
    assert names(mgh_server.hub) == ["SMS"]
""",
    )
    result.assert_outcomes(passed=1)


def test_the_server_fixture_works_in_an_asynchronous_test(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
import asyncio

def test_it(mgh_server):
    async def call():
        done = await asyncio.to_thread(connect(mgh_server).list_progress_update_streams)
        return done["ProgressUpdateStreamSummaryList"]
    assert asyncio.run(call()) == []
""",
    )
    result.assert_outcomes(passed=1)


def test_the_server_fixture_works_while_real_calls_are_blocked(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
def test_it(mgh_server):
    create(mgh_server, "SMS")
    create(mgh_server, "DMS")
    assert names(mgh_server.hub) == ["DMS", "SMS"]

def test_session(mgh_server_session):
    create(mgh_server_session, "SMS")
""",
        "-o",
        "mgh_block_real_calls=true",
    )
    result.assert_outcomes(passed=2)


def test_the_report_of_a_failing_test_shows_the_calls_to_the_server(
    pytester: pytest.Pytester,
) -> None:
    result = run(
        pytester,
        """
def test_it(mgh_server):
    create(mgh_server, "SMS")
    assert names(mgh_server.hub) == []
""",
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["*Migration Hub calls*", "*CreateProgressUpdateStream(ProgressUpdateStreamName=SMS)*ok"]
    )


def test_an_unused_fault_is_a_warning(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
def test_it(mgh_server):
    mgh_server.hub.fail("GetHomeRegion", "ThrottlingException")
"""
    )
    result = run_in_fork(pytester)
    result.assert_outcomes(passed=1, warnings=1)
    result.stdout.fnmatch_lines(["*UnusedFaultWarning: unused fault: GetHomeRegion: *"])


def test_the_environment_of_the_test_is_unchanged(pytester: pytest.Pytester) -> None:
    names = sorted(name for name in os.environ if name.startswith("AWS_"))
    result = run(
        pytester,
        f"""
import os

def aws():
    return sorted(name for name in os.environ if name.startswith("AWS_"))

def test_it(mgh_server):
    assert "AWS_ENDPOINT_URL" in mgh_server.env
    assert "AWS_ENDPOINT_URL" not in aws()

def test_after():
    assert aws() == {names!r}
""",
    )
    result.assert_outcomes(passed=2)


# the hub's own clients


def test_the_hub_of_the_session_creates_clients_of_its_server(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
def test_it(mgh_server_session):
    client = mgh_server_session.hub.client()
    client.create_progress_update_stream(ProgressUpdateStreamName="SMS")
    assert client.meta.endpoint_url == mgh_server_session.url
    assert names(mgh_server_session.hub) == ["SMS"]


def test_beside_a_mock(mgh, mgh_server_session):
    mgh_server_session.hub.client().create_progress_update_stream(ProgressUpdateStreamName="DMS")
    mgh.client().create_progress_update_stream(ProgressUpdateStreamName="ADS")
    assert names(mgh_server_session.hub) == ["DMS", "SMS"]
    assert names(mgh) == ["ADS"]
""",
    )
    result.assert_outcomes(passed=2)


def test_the_hub_of_a_test_creates_clients_that_need_no_server(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
def test_it(mgh_server):
    assert mgh_server.hub.client().meta.endpoint_url == "https://mgh.us-west-2.amazonaws.com"
    mgh_server.hub.client().create_progress_update_stream(ProgressUpdateStreamName="SMS")
    assert names(mgh_server.hub) == ["SMS"]
""",
    )
    result.assert_outcomes(passed=1)


def test_clients_of_the_server_use_no_proxy(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    result = run(
        pytester,
        """
def test_it(mgh_server_session):
    mgh_server_session.hub.client().create_progress_update_stream(ProgressUpdateStreamName="SMS")
    assert names(mgh_server_session.hub) == ["SMS"]
""",
    )
    result.assert_outcomes(passed=1)


# invalid commands


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            "command(['aws', 'mgh'])",
            r"command(['aws', 'mgh']): pass the words of a command one by one, or a single string",
        ),
        (
            "command('aws', 7)",
            "command(7): pass the words of a command one by one, or a single string",
        ),
        ("command()", "command(): no program given"),
        ("command('')", "command(): no program given"),
        (
            "command('aws', stdout=None)",
            "command(..., stdout=...): also needs capture_output=False",
        ),
    ],
)
def test_a_value_that_is_not_a_command_is_refused(
    pytester: pytest.Pytester, call: str, message: str
) -> None:
    result = run(
        pytester,
        f"""
def test_it(mgh_server):
    with pytest.raises(TypeError) as caught:
        mgh_server.{call}
    assert str(caught.value) == {message!r}
""",
    )
    result.assert_outcomes(passed=1)


def test_a_command_may_be_a_shell_line(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
def test_it(mgh_server):
    ended = mgh_server.command("echo $AWS_ENDPOINT_URL | tr a-z A-Z", shell=True, env=None)
    assert ended.stdout.strip() == mgh_server.url.upper()
""",
    )
    result.assert_outcomes(passed=1)


# mgh_server_session


def test_the_session_has_one_server_for_all_tests(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
seen = []

@pytest.mark.parametrize("number", range(3))
def test_it(mgh_server_session, number):
    create(mgh_server_session, f"s{number}")
    seen.append(mgh_server_session.url)
    assert names(mgh_server_session.hub) == [f"s{n}" for n in range(number + 1)]

def test_all():
    assert len(set(seen)) == 1
""",
    )
    result.assert_outcomes(passed=4)


def test_a_test_may_reset_the_hub_of_the_session(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
@pytest.fixture(autouse=True)
def _fresh(mgh_server_session):
    mgh_server_session.hub.reset()

@pytest.mark.parametrize("number", range(2))
def test_it(mgh_server_session, number):
    assert names(mgh_server_session.hub) == []
    create(mgh_server_session, "SMS")
""",
    )
    result.assert_outcomes(passed=2)


def test_both_fixtures_in_one_test_are_two_hubs(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
def test_it(mgh_server, mgh_server_session):
    create_in_subprocess(mgh_server, "one")
    create_in_subprocess(mgh_server_session, "two")
    assert (names(mgh_server.hub), names(mgh_server_session.hub)) == (["one"], ["two"])
""",
    )
    result.assert_outcomes(passed=1)


def test_the_session_server_fixture_has_clients_of_its_server(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
def test_it(mgh_server_session):
    server = mgh_server_session
    client = server.hub.client(endpoint_url=server.url)
    client.create_progress_update_stream(ProgressUpdateStreamName="SMS")
    assert names(server.hub) == ["SMS"]
""",
    )
    result.assert_outcomes(passed=1)


def test_the_ini_options_apply_to_the_session_server_too(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
def test_it(mgh_server_session):
    assert mgh_server_session.env["AWS_REGION"] == "eu-west-1"
    assert mgh_server_session.hub.account_id == "210987654321"
""",
        *("-o", "mgh_home_region=eu-west-1", "-o", "mgh_account_id=210987654321"),
    )
    result.assert_outcomes(passed=1)


def test_a_wrong_ini_option_is_an_error_that_names_the_allowed(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
def test_it(mgh_server_session):
    pass
""",
        *("-o", "mgh_home_region=us-west-1"),
    )
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ["*mgh_home_region='us-west-1': Migration Hub is not available there; allowed: *"]
    )


@pytest.mark.usefixtures("older_hub")
def test_a_call_that_is_not_simulated_fails_the_session_at_its_end(
    pytester: pytest.Pytester,
) -> None:
    result = run(
        pytester,
        """
from botocore.exceptions import ClientError

def test_it(mgh_server_session):
    with pytest.raises(ClientError, match="NotSimulated"):
        connect(mgh_server_session, "discovery").describe_export_tasks()
""",
    )
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*discovery DescribeExportTasks is not simulated*"])


# everywhere


def test_the_server_fixtures_work_on_xdist_workers(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    warm_workers(monkeypatch)
    result = run(
        pytester,
        """
@pytest.mark.parametrize("number", range(2))
def test_it(mgh_server, mgh_server_session, number):
    create_in_subprocess(mgh_server, "SMS")
    create(mgh_server_session, f"s{number}")
    assert f"s{number}" in names(mgh_server_session.hub)
""",
        *("-p", "xdist", "-n", "1"),
    )
    result.assert_outcomes(passed=2)


# As if libraries were not installed, nor the server imported.
WITHOUT = """
import sys

for name in [*sys.modules]:
    if name.startswith(("pytest_mgh.server", "starlette", "uvicorn")):
        del sys.modules[name]
sys.modules.update(dict.fromkeys({}))
"""


@pytest.mark.parametrize("missing", ["starlette", "uvicorn"])
def test_the_error_for_a_missing_extra_names_it(pytester: pytest.Pytester, missing: str) -> None:
    pytester.makeconftest(WITHOUT.format([missing]))
    pytester.makepyfile("def test_it(mgh_server):\n    pass")

    result = run_in_fork(pytester)

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        [f"*need the extra 'server' ({missing} is missing): pip install 'pytest-mgh[[]server]'"]
    )


def test_everything_else_works_without_the_extra(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(WITHOUT.format(["starlette", "uvicorn"]))
    pytester.makepyfile("def test_it(mgh):\n    assert mgh.streams == ()")

    run_in_fork(pytester).assert_outcomes(passed=1)


def test_the_fixtures_are_documented(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest("--fixtures")

    result.stdout.fnmatch_lines_random(
        [
            "mgh_server_session [[]session scope] -- *",
            "*A separate hub over HTTP on loopback, for all tests of the session.",
            "mgh_server -- *",
            "*The hub of the fixture `mgh` over HTTP on loopback, for subprocesses and other SDKs.",
        ]
    )
