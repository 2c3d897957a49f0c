from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from pytest_mgh.server import signals
from pytest_mgh.server.signals import interrupted


@pytest.fixture
def received(request: pytest.FixtureRequest) -> Iterator[list[int]]:
    """The signals that come to what handles them outside the block."""
    received: list[int] = []
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.getsignal(number) for number in numbers}
    for number in numbers:
        signal.signal(number, lambda number, _: received.append(number))
    yield received
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_wait_and_goes_no_further(received: list[int], number: int) -> None:
    with interrupted(own_process=False) as wait:
        signal.raise_signal(number)
        wait()

    assert received == []


def test_a_second_signal_at_once_is_the_same(received: list[int]) -> None:
    with interrupted(own_process=False) as wait:
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGTERM)
        wait()

    assert received == []


def test_a_later_signal_goes_to_who_handled_it_before(
    received: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signals, "TOGETHER", -1.0)
    with interrupted(own_process=False):
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGTERM)

    assert received == [signal.SIGTERM]


def test_a_hang_up_that_is_ignored_stays_so(received: list[int]) -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    with interrupted(own_process=False):
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN

    assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN


@pytest.mark.parametrize("comes", [True, False])
def test_a_process_of_the_command_takes_no_more_signals_after_the_first(
    received: list[int], *, comes: bool
) -> None:
    with interrupted(own_process=True):
        if comes:
            signal.raise_signal(signal.SIGINT)
    signal.raise_signal(signal.SIGTERM)

    assert received == ([] if comes else [signal.SIGTERM])
