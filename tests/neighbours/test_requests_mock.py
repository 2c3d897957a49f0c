"""The fixture and the decorator of requests-mock, which answers for all hosts by default."""

from __future__ import annotations

from typing import TYPE_CHECKING

from test_responses import CALL

if TYPE_CHECKING:
    from runs import Run


def test_requests_mock_and_the_hub_each_answer_their_own_hosts(run: Run) -> None:
    run(
        CALL.replace("responses\n", "requests_mock as library\n")
        + """
def test_botocore(mgh, requests_mock):
    requests_mock.get(OWN, json={"own": 1})
    create("SMS")
    assert (names(), own()) == (["SMS"], {"own": 1})
    assert requests_mock.call_count == 1

@pytest.mark.mgh(requests=True, home_region="us-west-2")
def test_requests(mgh, requests_mock):
    requests_mock.real_http = True
    requests_mock.get(OWN, json={"own": 1})
    assert (call(), own(), len(mgh.events)) == (EMPTY, {"own": 1}, 1)

def test_around():
    with library.Mocker(real_http=True) as mocker, mock_mgh(requests=True) as hub:
        hub.home_region = "us-west-2"
        mocker.get(OWN, json={"own": 1})
        assert (call(), own()) == (EMPTY, {"own": 1})

@pytest.mark.mgh(requests=True, home_region="us-west-2")
def test_a_mock_of_the_user_for_the_host_of_a_service_wins(mgh, requests_mock):
    requests_mock.post(HUB, json={"mine": 1})
    assert (call(), len(mgh.events)) == ({"mine": 1}, 0)

class TestCase(unittest.TestCase):
    @library.Mocker()
    @mock_mgh
    def test_decorators(self, mocker):
        mocker.get(OWN, json={"own": 1})
        create("SMS")
        assert (names(), own()) == (["SMS"], {"own": 1})

    @mock_mgh
    @library.Mocker(kw="mocker")
    def test_decorators_the_other_way_round(self, mocker):
        mocker.get(OWN, json={"own": 1})
        create("SMS")
        assert (names(), own()) == (["SMS"], {"own": 1})

@library.Mocker()
@mock_mgh
class TestClass(unittest.TestCase):
    def test_it(self, mocker):
        mocker.get(OWN, json={"own": 1})
        create("SMS")
        assert (names(), own()) == (["SMS"], {"own": 1})

    def test_again(self, mocker):
        assert names() == []
""",
        passed=8,
    )
