"""The mocks of `responses`, which answer the library requests, and so does the hub."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runs import Run

CALL = """
import requests, responses
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

HUB = "https://mgh.us-west-2.amazonaws.com/"
OWN = "https://api.example.com/"

def call():
    request = AWSRequest("POST", HUB, data="{}", headers={
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": "AWSMigrationHub.ListMigrationTasks",
    })
    SigV4Auth(Credentials("a", "b"), "mgh", "us-west-2").add_auth(request)
    return requests.post(request.url, data=request.data, headers=dict(request.headers)).json()

def own():
    return requests.get(OWN).json()

EMPTY = {"MigrationTaskSummaryList": []}
"""


def test_each_library_answers_its_own_hosts_in_every_order(run: Run) -> None:
    run(
        CALL
        + """
@responses.activate
@mock_mgh(requests=True, home_region="us-west-2")
def test_decorators():
    responses.get(OWN, json={"own": 1})
    assert (call(), own()) == (EMPTY, {"own": 1})
    create("SMS")

@mock_mgh(requests=True, home_region="us-west-2")
@responses.activate
def test_decorators_the_other_way_round():
    responses.get(OWN, json={"own": 1})
    assert (call(), own()) == (EMPTY, {"own": 1})

@pytest.fixture
def mocked():
    with responses.RequestsMock() as mock:
        mock.get(OWN, json={"own": 1})
        yield mock

@pytest.mark.mgh(requests=True, home_region="us-west-2")
def test_a_fixture(mocked, mgh):
    assert (call(), own()) == (EMPTY, {"own": 1})
    assert len(mgh.events) == len(mocked.calls) == 1

@pytest.mark.mgh(requests=True, home_region="us-west-2")
def test_a_mock_of_the_user_for_the_host_of_a_service_wins(mocked, mgh):
    mocked.post(HUB, json={"mine": 1})
    assert (call(), own(), len(mgh.events)) == ({"mine": 1}, {"own": 1}, 0)
""",
        passed=4,
    )


def test_without_requests_responses_sees_no_call_of_botocore(run: Run) -> None:
    run(
        CALL
        + """
@responses.activate
def test_it(mgh):
    create("SMS")
    assert names() == ["SMS"]
    assert len(responses.calls) == 0

@responses.activate
def test_responses_handles_hosts_that_are_not_mocked():
    with mock_mgh(), pytest.raises(requests.ConnectionError):
        call()
""",
        passed=2,
    )
