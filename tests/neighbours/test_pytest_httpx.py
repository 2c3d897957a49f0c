"""pytest-httpx, which answers all calls of httpx."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runs import Run

TESTS = """
import httpx

def own():
    return httpx.get("https://api.example.com/").json()

def test_each_library_answers_its_own_hosts(httpx_mock, mgh):
    httpx_mock.add_response(json={"own": 1})
    create("SMS")
    assert (names(), own()) == (["SMS"], {"own": 1})

def test_in_the_other_order(mgh_client, httpx_mock):
    httpx_mock.add_response(json={"own": 1})
    assert (names(), own()) == ([], {"own": 1})

def test_a_mock_for_the_host_of_a_service(mgh, httpx_mock):
    httpx_mock.add_response(url="https://mgh.us-west-2.amazonaws.com/", json={"mine": 1})
    assert httpx.post("https://mgh.us-west-2.amazonaws.com/").json() == {"mine": 1}

def test_without_it_the_services_host_has_no_address(mgh):
    with pytest.raises(AssertionError, match="from inside a Migration Hub mock"):
        httpx.post("https://mgh.us-west-2.amazonaws.com/", trust_env=False)
"""


def test_each_library_answers_its_own_hosts(run: Run) -> None:
    run(TESTS, passed=4, errors=1)
