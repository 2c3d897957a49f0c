from __future__ import annotations

import asyncio
import gc
import sys
import time
from types import ModuleType
from typing import Any

import pytest

from pytest_mgh import mock_mgh
from pytest_mgh.report.exploration.waiting import no_waiting
from pytest_mgh.report.exploration.watch import Watch
from pytest_mgh.state.process import PROCESS


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that were really slept; none were."""
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)

    async def sleep_in_loop(delay: float, result: Any = None) -> Any:
        slept.append(delay)
        return result

    monkeypatch.setattr(time, "sleep", sleep)
    monkeypatch.setattr(asyncio, "sleep", sleep_in_loop)
    return slept


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    """What watches the run that is under way."""
    watch = Watch()
    monkeypatch.setattr(PROCESS, "explorer", watch)
    return watch


async def sleep_in_loop(seconds: float) -> None:
    await asyncio.sleep(seconds)


def test_a_sleep_that_is_watched_moves_the_clock_of_the_hub(
    slept: list[float], watch: Watch
) -> None:
    with mock_mgh() as hub, no_waiting():
        before = hub.now
        time.sleep(30)
        asyncio.run(sleep_in_loop(30))
        passed = (hub.now - before).total_seconds()

    assert 60 <= passed < 90
    assert slept == [0, 0]
    assert watch.seconds == 60


def test_a_sleep_that_is_watched_needs_no_hub(slept: list[float], watch: Watch) -> None:
    with no_waiting():
        time.sleep(30)

    assert (slept, watch.seconds) == ([0], 30)


def test_a_sleep_that_nobody_watches_waits(slept: list[float]) -> None:
    with no_waiting():
        time.sleep(30)
        asyncio.run(sleep_in_loop(20))

    assert slept == [30, 20]


def test_a_sleep_waits_where_the_run_is_to_wait(
    slept: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PROCESS, "explorer", Watch(waits=True))
    with no_waiting():
        time.sleep(30)

    assert slept == [30]


@pytest.mark.usefixtures("slept")
def test_a_name_that_somebody_replaces_meanwhile_stays_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sleep, module = time.sleep, ModuleType("tool")
    monkeypatch.setitem(sys.modules, "tool", module)
    names = vars(module)
    names.update(kept=sleep, replaced=sleep)

    with no_waiting():
        assert names["kept"] is not sleep
        names["replaced"] = print

    assert (names["kept"], names["replaced"]) == (sleep, print)


@pytest.mark.usefixtures("slept")
@pytest.mark.parametrize("is_frozen", [False, True])
def test_a_default_is_replaced_in_a_module_that_is_new_since_the_last_time(
    monkeypatch: pytest.MonkeyPatch, is_frozen: bool
) -> None:
    with no_waiting():
        pass
    sleep, module = time.sleep, ModuleType("tool")
    monkeypatch.setitem(sys.modules, "tool", module)
    code = "def pause(sleep=sleep): ...\nclass Tool:\n    def pause(self, *, sleep=sleep): ..."
    exec(code, vars(module) | {"sleep": sleep}, vars(module))
    if is_frozen:
        gc.freeze()

    with no_waiting():
        assert module.pause.__defaults__ != (sleep,)
        assert module.Tool.pause.__kwdefaults__ != {"sleep": sleep}

    assert module.pause.__defaults__ == (sleep,)
    assert module.Tool.pause.__kwdefaults__ == {"sleep": sleep}


@pytest.mark.usefixtures("slept")
def test_a_default_is_replaced_where_a_function_has_taken_the_place_of_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with no_waiting():
        pass
    sleep = time.sleep

    def pause(sleep: Any = sleep) -> None: ...

    monkeypatch.setattr(sys.modules[__name__], "sleep_in_loop", pause)

    with no_waiting():
        assert pause.__defaults__ != (sleep,)

    assert pause.__defaults__ == (sleep,)


@pytest.mark.usefixtures("slept")
def test_names_are_replaced_in_an_object_that_passes_for_a_module_and_cannot_be_weakly_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Lib:  # as cffi makes them
        __slots__ = ("__dict__",)
        __class__ = ModuleType  # type: ignore[assignment]

    sleep, module = time.sleep, Lib()
    assert isinstance(module, ModuleType)
    vars(module).update(sleep=sleep)
    monkeypatch.setitem(sys.modules, "lib", module)

    with no_waiting():
        assert vars(module)["sleep"] is not sleep

    assert vars(module)["sleep"] is sleep
