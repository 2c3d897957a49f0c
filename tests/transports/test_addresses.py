"""Libraries that the mock does not answer: they find no address."""

from __future__ import annotations

import pickle
import socket
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPException, HTTPSConnection

import pytest
import requests
import urllib3
from waiting import MINUTE

from pytest_mgh import RealCallError, mock_mgh
from pytest_mgh.state.process import PROCESS
from pytest_mgh.transports.guard import guard
from pytest_mgh.transports.hosts import is_service_host

HOST = "mgh.us-west-2.amazonaws.com"
WAYS = {
    "requests": lambda host: requests.post(f"https://{host}/", timeout=1),
    "urllib": lambda host: urllib.request.urlopen(f"https://{host}/", timeout=1),
    "urllib3": lambda host: urllib3.PoolManager().request("POST", f"https://{host}/", retries=0),
    "socket": lambda host: socket.create_connection((host, 443), timeout=1),
    "gethostbyname": lambda host: socket.gethostbyname(host),
    "gethostbyname_ex": lambda host: socket.gethostbyname_ex(host),
}


@pytest.fixture(autouse=True)
def _refusals_are_expected() -> Iterator[None]:
    yield
    PROCESS.take_refusals()


@pytest.fixture
def blocked(monkeypatch: pytest.MonkeyPatch) -> None:
    guard()
    monkeypatch.setattr(PROCESS, "real_calls_blocked", True)


@pytest.mark.parametrize("way", WAYS)
def test_a_library_that_the_mock_does_not_answer_is_refused_inside_it(way: str) -> None:
    with mock_mgh(), pytest.raises(RealCallError, match="from inside a Migration Hub mock"):
        WAYS[way](HOST)


@pytest.mark.usefixtures("blocked")
@pytest.mark.parametrize("way", WAYS)
def test_every_library_is_refused_while_real_calls_are_blocked(way: str) -> None:
    with pytest.raises(RealCallError, match="no Migration Hub mock is active"):
        WAYS[way](HOST)


@pytest.fixture
def _proxies_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.usefixtures("_proxies_are_used")
@pytest.mark.parametrize("host", [HOST, f"{HOST}:443"])
@pytest.mark.parametrize("way", ["requests", "urllib", "urllib3"])
def test_no_proxy_is_used_for_a_service(
    way: str, host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would look up the host itself."""
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        url = f"http://127.0.0.1:{proxy.getsockname()[1]}"
        monkeypatch.setenv("HTTPS_PROXY", url)
        ways = {
            **WAYS,
            "urllib3": lambda host: urllib3.ProxyManager(url).request("POST", f"https://{host}/"),
        }
        with mock_mgh(), pytest.raises(RealCallError, match="from inside a Migration Hub mock"):
            ways[way](host)


def test_the_guards_are_reinstalled_after_others_removed_them() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", lambda *_, **__: [])
        with mock_mgh():
            pass
    # The former function was restored, and guarded again by the next mock.
    with mock_mgh(), pytest.raises(RealCallError):
        socket.getaddrinfo(HOST, 443)


@pytest.mark.parametrize("name", ["getaddrinfo", "gethostbyname", "gethostbyname_ex"])
def test_a_guarded_look_up_can_be_pickled(name: str) -> None:
    """A pool of processes receives it that way."""
    with mock_mgh():
        pass
    look_up = getattr(socket, name)
    assert pickle.loads(pickle.dumps(look_up)) is look_up


def test_other_hosts_are_resolved_inside_a_mock() -> None:
    with mock_mgh():
        assert socket.getaddrinfo("127.0.0.1", 80)
        assert socket.gethostbyname("127.0.0.1") == "127.0.0.1"


def test_other_hosts_are_reached_through_a_proxy_inside_a_mock() -> None:
    with socket.create_server(("127.0.0.1", 0)) as proxy, ThreadPoolExecutor(1) as other:

        def refuse() -> bytes:
            with proxy.accept()[0] as asking:
                return asking.recv(100)

        asked = other.submit(refuse)
        connection = HTTPSConnection(*proxy.getsockname(), timeout=MINUTE)
        connection.set_tunnel("s3.us-west-2.amazonaws.com", 443)
        with mock_mgh(), closing(connection), pytest.raises((OSError, HTTPException)):
            connection.request("GET", "/")
        assert asked.result().startswith(b"CONNECT s3.us-west-2.amazonaws.com:443")


@pytest.mark.parametrize(
    "host",
    [
        HOST,
        "MGH.us-west-2.amazonaws.com",
        f"{HOST}.",
        "migrationhub-config.eu-central-1.amazonaws.com",
        "discovery.us-east-1.amazonaws.com",
        "discovery-fips.us-east-1.api.aws",
        "vpce-0a1b2c3d-x.mgh.us-west-2.vpce.amazonaws.com",
    ],
)
def test_the_services_are_recognized_by_all_their_host_names(host: str) -> None:
    assert is_service_host(host)


@pytest.mark.parametrize(
    "host",
    [
        "s3.us-west-2.amazonaws.com",
        "servicediscovery.us-west-2.amazonaws.com",
        "mgh.example.com",
        "localhost",
        "mgh.us-west-2.amazonaws.com.example.com",
    ],
)
def test_other_hosts_are_not_taken_for_the_services(host: str) -> None:
    assert not is_service_host(host)
