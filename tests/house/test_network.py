"""No test of the suite reaches farther than loopback."""

from __future__ import annotations

import socket

import pytest

# An address reserved for documentation: no host has it.
ELSEWHERE = ("192.0.2.1", 443)
REFUSAL = "A test tried to use socket.socket.connect"
TEST = f"""
import socket

def test_it():
    socket.create_connection({ELSEWHERE}, timeout=1)
"""


def test_a_socket_to_another_host_is_refused() -> None:
    # It is a warning too, and warnings are errors here.
    with pytest.raises((RuntimeError, UserWarning), match=REFUSAL):
        socket.create_connection(ELSEWHERE, timeout=1)


def test_a_socket_to_loopback_is_allowed() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as connection,
    ):
        assert connection.getpeername()[0] == "127.0.0.1"


@pytest.mark.parametrize("way", ["runpytest_inprocess", "runpytest_subprocess"])
def test_a_socket_in_a_pytester_run_is_refused_too(pytester: pytest.Pytester, way: str) -> None:
    pytester.makepyfile(TEST)

    result = getattr(pytester, way)()

    assert result.parseoutcomes()["failed"] == 1
    result.stdout.fnmatch_lines([f"*{REFUSAL}*"])
