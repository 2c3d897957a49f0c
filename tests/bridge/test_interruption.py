from __future__ import annotations

import signal
import threading
from collections.abc import Iterator

import pytest

from pytest_mgh.bridge import interruption
from pytest_mgh.bridge.interruption import interruptible

ENDING = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


@pytest.fixture(autouse=True)
def default_handlers() -> Iterator[None]:
    """A run in the background ignores some of these signals."""
    before = {number: signal.signal(number, signal.SIG_DFL) for number in ENDING}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", ENDING)
def test_a_signal_interrupts_the_block(number: int) -> None:
    with pytest.raises(KeyboardInterrupt), interruptible():
        signal.raise_signal(number)


def interrupt_twice(finished: list[str]) -> None:
    """Meet a signal, and another one while what was begun is finished."""
    try:
        signal.raise_signal(signal.SIGINT)
    finally:
        signal.raise_signal(signal.SIGTERM)
        finished.append("what was begun")


def test_a_second_signal_at_once_is_the_same() -> None:
    finished: list[str] = []
    with pytest.raises(KeyboardInterrupt), interruptible():
        interrupt_twice(finished)

    assert finished == ["what was begun"]


def test_a_later_signal_interrupts_what_is_being_finished(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interruption, "TOGETHER", -1.0)
    finished: list[str] = []
    with pytest.raises(KeyboardInterrupt), interruptible():
        interrupt_twice(finished)

    assert finished == []


def test_a_signal_that_is_ignored_stays_so() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with interruptible():
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_another_thread_leaves_the_signals_as_they_are() -> None:
    before = [signal.getsignal(number) for number in ENDING]
    inside = []

    def run() -> None:
        with interruptible():
            inside.extend(signal.getsignal(number) for number in ENDING)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()

    assert inside == before
