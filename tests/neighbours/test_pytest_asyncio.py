"""pytest-asyncio, in both modes and with loops of every scope."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from runs import Run

TESTS = """
import asyncio
import pytest_asyncio

{mark}

async def call():
    await asyncio.sleep(0)
    return await asyncio.to_thread(names)

async def test_the_fixture(mgh):
    create("SMS")
    assert await call() == ["SMS"]

@pytest_asyncio.fixture
async def stream(mgh):
    await asyncio.to_thread(create, "SMS")
    yield
    assert await call() == ["SMS", "test"]

async def test_a_fixture(stream):
    create("test")

@pytest_asyncio.fixture(autouse=True)
async def before():
    await asyncio.sleep(0)
    yield is_mocked()

async def test_an_autouse_fixture(before, mgh):
    assert before

@mock_mgh(home_region="eu-west-1")
async def test_the_decorator(before):
    assert (before, await call()) == (True, [])

@pytest.mark.mgh(home_region="eu-west-1")
async def test_the_marker(before):
    assert (before, await call()) == (True, [])

@pytest_asyncio.fixture
@mock_mgh
async def decorated():
    create("fixture")
    yield
    assert await call() == ["fixture"]

async def test_a_decorated_fixture(decorated):
    assert await call() == ["fixture"]

async def test_async_with(before):
    assert not before
    async with mock_mgh() as hub:
        create("SMS")
        assert [stream.name for stream in hub.streams] == ["SMS"]

@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def wide():
    async with mock_mgh(home_region="eu-central-1") as hub:
        yield hub

class TestClass:
    def setup_method(self):
        create("set-up")

    @pytest_asyncio.fixture(loop_scope="class")
    async def of_class(self):
        create("fixture")

    async def test_it(self, mgh, of_class):
        assert await call() == ["fixture", "set-up"]

async def test_tasks_at_once(mgh):
    await asyncio.gather(*(asyncio.to_thread(create, f"s{{n}}") for n in range(8)))
    assert len(mgh.streams) == 8

async def test_z_wide(wide, mgh):
    assert mgh is wide
    create("SMS")

async def test_z_wide_again(wide, mgh):
    assert await call() == []
    assert mgh.home_region == "eu-central-1"
"""

OPTIONS = ("-p", "pytest_asyncio.plugin")


@pytest.mark.parametrize(
    ("mode", "mark"),
    [("strict", "pytestmark = pytest.mark.asyncio"), ("auto", "")],
    ids=["strict", "auto"],
)
@pytest.mark.parametrize("scope", ["function", "class", "module", "session"])
def test_asynchronous_tests_and_fixtures_run_inside_the_mock(
    run: Run, mode: str, mark: str, scope: str
) -> None:
    run(
        TESTS.format(mark=mark),
        *OPTIONS,
        f"--asyncio-mode={mode}",
        "-o",
        "asyncio_default_fixture_loop_scope=function",
        "-o",
        f"asyncio_default_test_loop_scope={scope}",
        passed=11,
    )
