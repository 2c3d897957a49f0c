"""Decorated asynchronous generators that are still open when their loop ends."""

from __future__ import annotations

import asyncio
import gc
import os
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
from inner_runs import ASYNCIO
from inside import run_inside

from pytest_mgh import mock_mgh
from pytest_mgh.state.process import PROCESS


@mock_mgh(home_region="eu-west-1")
async def numbers(ended: list[int]) -> AsyncIterator[int]:
    """Count; the clean-up waits once."""
    try:
        for number in range(9):
            yield number
    finally:
        await asyncio.sleep(0)
        ended.append(os.environ["AWS_ACCESS_KEY_ID"].startswith("MGHMOCK"))


def begin(ended: list[int], kept: list[Any]) -> Callable[[], Any]:
    async def main() -> None:
        kept.append(numbers(ended))
        assert await kept[0].__anext__() == 0
        assert PROCESS.mock.hub.home_region == "eu-west-1"

    return main


def aws_variables() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name.startswith("AWS_")}


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    environment = aws_variables()
    yield
    assert (PROCESS.mock, aws_variables()) == (None, environment)


def test_a_loop_that_ends_closes_the_generator_inside_its_mock() -> None:
    ended: list[int] = []
    kept: list[Any] = []
    asyncio.run(begin(ended, kept)())
    assert (ended, PROCESS.mock) == ([True], None)


def test_several_open_generators_are_all_closed() -> None:
    ended: list[int] = []

    kept: tuple[list[Any], ...] = ([], [], [])

    async def main() -> None:
        for one in kept:
            await begin(ended, one)()

    asyncio.run(main())
    assert (ended, PROCESS.mock) == ([True] * 3, None)


def test_a_generator_discarded_before_its_loop_ends_leaves_no_active_mock() -> None:
    asyncio.run(begin([], [])())
    gc.collect()
    assert PROCESS.mock is None


def test_a_generator_discarded_after_its_loop_was_closed_leaves_no_active_mock() -> None:
    kept: list[Any] = []
    loop = asyncio.new_event_loop()
    loop.run_until_complete(begin([], kept)())
    loop.close()

    kept.clear()
    gc.collect()

    assert PROCESS.mock is None


def test_a_generator_of_a_closed_loop_does_not_affect_the_next_mock() -> None:
    kept: list[Any] = []
    loop = asyncio.new_event_loop()
    loop.run_until_complete(begin([], kept)())
    loop.close()

    with mock_mgh(home_region="eu-central-1") as hub:
        assert hub.home_region == "eu-central-1"
    kept.clear()


def test_a_test_with_an_open_generator_leaves_no_active_mock(pytester: pytest.Pytester) -> None:
    result = run_inside(
        pytester,
        """
import asyncio
kept = []

@mock_mgh
async def numbers():
    yield 1

def test_begins():
    async def main():
        kept.append(numbers())
        await kept[0].__anext__()
    loop = asyncio.new_event_loop()
    loop.run_until_complete(main())
    loop.close()
    assert is_mocked()

def test_after():
    assert not is_mocked()

@pytest.mark.asyncio
async def test_breaks_off():
    async for _ in numbers():
        break

def test_after_that():
    assert not is_mocked()
""",
        *ASYNCIO,
    )
    result.assert_outcomes(passed=4)


def test_an_open_generator_of_a_running_loop_keeps_its_mock() -> None:
    async def main() -> None:
        generator = numbers([])
        await generator.__anext__()
        with mock_mgh() as hub:
            assert hub.home_region == "eu-west-1"
        assert PROCESS.mock is not None
        await generator.aclose()  # type: ignore[attr-defined]
        assert PROCESS.mock is None

    asyncio.run(main())
