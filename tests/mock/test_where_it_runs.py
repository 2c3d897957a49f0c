"""Everywhere that tests run: threads, forks, other plugins, other runners."""

from __future__ import annotations

import multiprocessing
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import anyio
import pytest
from inner_runs import ASYNCIO, run_in_fork
from warm_processes import warm_workers

from pytest_mgh import MigrationHub

TESTS = """
import boto3, pytest

@pytest.mark.parametrize("number", range(6))
def test_a_fresh_hub(mgh, number):
    client = boto3.client("mgh")
    client.create_progress_update_stream(ProgressUpdateStreamName="SMS")
    assert [stream.name for stream in mgh.streams] == ["SMS"]
"""


def test_threads_share_the_hub(mgh: MigrationHub) -> None:
    def create(number: int) -> None:
        mgh.client().create_progress_update_stream(ProgressUpdateStreamName=f"s{number}")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(create, range(40)))

    assert len(mgh.streams) == 40


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_an_anyio_test_calls_from_worker_threads(mgh: MigrationHub) -> None:
    client = mgh.client()

    async with anyio.create_task_group() as group:
        for number in range(8):
            group.start_soon(
                anyio.to_thread.run_sync,
                lambda name: client.create_progress_update_stream(ProgressUpdateStreamName=name),
                f"s{number}",
            )

    assert len(mgh.streams) == 8


def _list_in_child(queue: Any, client: Any) -> None:
    response = client.list_progress_update_streams()
    names = [row["ProgressUpdateStreamName"] for row in response["ProgressUpdateStreamSummaryList"]]
    client.create_progress_update_stream(ProgressUpdateStreamName="child")
    queue.put(names)


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
@pytest.mark.parametrize("start", ["fork"] if sys.platform == "linux" else [])
def test_a_forked_worker_is_answered_by_a_copy_of_the_hub(mgh: MigrationHub, start: str) -> None:
    """A fork shares nothing afterwards: writes of the child stay in the child."""
    client = mgh.client()
    client.create_progress_update_stream(ProgressUpdateStreamName="parent")
    context = multiprocessing.get_context(start)
    queue = context.Queue()

    child = context.Process(target=_list_in_child, args=(queue, client))
    child.start()
    names = queue.get(timeout=60)
    child.join(60)

    assert names == ["parent"]
    assert [stream.name for stream in mgh.streams] == ["parent"]


@pytest.mark.parametrize(
    "options",
    [
        ("--import-mode=importlib",),
        ("--import-mode=append",),
        ("-p", "no:cacheprovider", "-p", "no:unittest"),
        ("-W", "error"),
    ],
    ids=lambda options: " ".join(options[-2:]),
)
def test_tests_pass_under_every_way_to_start_pytest(
    pytester: pytest.Pytester, options: tuple[str, ...]
) -> None:
    pytester.makepyfile(TESTS)

    run_in_fork(pytester, *options).assert_outcomes(passed=6)


def test_tests_pass_in_a_worker_of_xdist(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    warm_workers(monkeypatch)
    pytester.makepyfile(TESTS)

    pytester.runpytest_inprocess("-p", "xdist", "-n", "1").assert_outcomes(passed=6)


@pytest.mark.parametrize("seed", [1, 2])
def test_tests_pass_in_a_random_order(pytester: pytest.Pytester, seed: int) -> None:
    pytester.makepyfile(TESTS)

    result = run_in_fork(pytester, "-p", "randomly", f"--randomly-seed={seed}")

    result.assert_outcomes(passed=6)


def test_an_asyncio_test_uses_the_fixtures(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import asyncio, boto3, pytest
        from pytest_mgh import mock_mgh

        @pytest.mark.asyncio
        async def test_fixture(mgh, mgh_client):
            await asyncio.to_thread(mgh_client.list_migration_tasks)
            assert len(mgh.events) == 1

        @pytest.mark.asyncio
        @mock_mgh()
        async def test_decorated():
            await asyncio.to_thread(boto3.client("mgh").list_migration_tasks)

        @pytest.mark.asyncio
        async def test_context_manager():
            async with mock_mgh() as hub:
                hub.client().list_migration_tasks()
        """
    )

    run_in_fork(pytester, *ASYNCIO).assert_outcomes(passed=3)


def test_a_doctest_can_enter_the_mock(pytester: pytest.Pytester) -> None:
    pytester.makefile(
        ".txt",
        test_doc=""">>> from pytest_mgh import mock_mgh
>>> with mock_mgh() as hub:
...     response = hub.client().create_progress_update_stream(ProgressUpdateStreamName="SMS")
...     [stream.name for stream in hub.streams]
['SMS']
>>> mgh = getfixture("mgh")
>>> len(mgh.events)
0
""",
    )

    run_in_fork(pytester).assert_outcomes(passed=1)


def test_without_the_plugin_the_mock_still_works(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import boto3
        from pytest_mgh import mock_mgh

        @mock_mgh()
        def test_it():
            boto3.client("mgh").list_migration_tasks()
        """
    )

    run_in_fork(pytester, "-p", "no:pytest_mgh").assert_outcomes(passed=1)
