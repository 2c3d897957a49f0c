"""pytest-socket: the mock needs no socket."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runs import Run

TESTS = """
def test_the_fixture(mgh):
    create("SMS")
    assert names() == ["SMS"]

@mock_mgh
def test_the_decorator():
    assert names() == []

class TestIt:
    def setup_method(self):
        create("SMS")

    def test_it(self, mgh):
        assert names() == ["SMS"]

def test_outside():
    client = boto3.client("mgh", "us-west-2", aws_access_key_id="a", aws_secret_access_key="b")
    with pytest.raises(AssertionError, match="would reach AWS"):
        client.list_migration_tasks()
"""


def test_a_run_without_sockets(run: Run) -> None:
    run(TESTS, "--disable-socket", passed=4, errors=1)


def test_a_run_with_sockets_to_some_hosts(run: Run) -> None:
    run(TESTS, "--allow-hosts=127.0.0.1", passed=4, errors=1)


def test_sockets_are_there_again_after_a_test_without_them(run: Run) -> None:
    run(
        """
import socket

def test_without(mgh):
    create("SMS")

@mock_mgh
def test_without_and_decorated():
    assert names() == []

@pytest.mark.enable_socket
@pytest.mark.parametrize("number", range(2))
def test_with(number):
    assert socket.getaddrinfo("127.0.0.1", 80)
    assert socket.gethostbyname("127.0.0.1") == "127.0.0.1"

@pytest.mark.enable_socket
def test_that_sockets_are_still_guarded():
    import urllib.request
    with pytest.raises(AssertionError, match="would reach AWS"):
        urllib.request.urlopen("https://mgh.us-west-2.amazonaws.com/")
""",
        "--disable-socket",
        passed=5,
        errors=1,
    )


def test_fixtures_and_markers_of_one_test(run: Run) -> None:
    run(
        """
import pytest_socket

def test_the_fixture(socket_disabled, mgh):
    create("SMS")
    assert names() == ["SMS"]

@pytest.mark.disable_socket
@pytest.mark.mgh
def test_the_marker():
    create("SMS")
    assert names() == ["SMS"]

@pytest.mark.disable_socket
@pytest.mark.mgh(requests=True)
@pytest.mark.filterwarnings("ignore:A test tried to use socket")
def test_another_library():
    import urllib.request
    with pytest.raises(pytest_socket.SocketBlockedError):
        urllib.request.urlopen("https://mgh.us-west-2.amazonaws.com/")
""",
        passed=3,
    )
