from __future__ import annotations

import gc
import sys
from collections import deque
from collections.abc import Iterator
from typing import Any

import pytest
from _pytest.assertion.rewrite import AssertionRewritingHook
from _pytest.runner import runtestprotocol
from answer_schemas import breaches_of_record, breaches_of_response
from botocore.httpsession import URLLib3Session
from botocore_once import find_out_once
from clients import kept_client
from inner_runs import WITHOUT_PLUGINS, import_all, look_once
from network import NetworkError

from pytest_mgh import MigrationHub
from pytest_mgh.protocol.messages import WireRequest, WireResponse
from pytest_mgh.services.catalog import OPERATIONS

find_out_once()
gc.disable()  # until all tests are collected: none of them is garbage

_answer = MigrationHub.answer
_breaches: deque[str] = deque()  # threads of servers add to it


def _checked_answer(hub: MigrationHub, request: WireRequest) -> WireResponse:
    """Answer a request, and hold the response and the record of the call against their schemas."""
    calls = hub._world.calls
    noted = len(calls)
    try:
        response = _answer(hub, request)
        _breaches.extend(breaches_of_response(request, response))
        return response
    finally:
        for call in calls[noted:]:
            _breaches.extend(breaches_of_record(call.record()))


# Every call of every client comes through here.
MigrationHub.answer = _checked_answer  # type: ignore[method-assign]


def pytest_collection_finish() -> None:
    """Let the garbage collector skip the many objects that last as long as the run.

    Between inner runs it comes seldom.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    gc.enable()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    """Let a worker of xdist send no report of a beginning, or of a phase that only has to pass.

    To send and to read them takes a twentieth of a run.
    """
    if not hasattr(item.config, "workerinput"):
        return None
    for report in runtestprotocol(item, log=False, nextitem=nextitem):
        if report.when == "call" or not report.passed:
            item.ihook.pytest_runtest_logreport(report=report)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True


@pytest.fixture
def older_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hub that is older than botocore: it does not know DescribeExportTasks."""
    monkeypatch.delitem(OPERATIONS, "DescribeExportTasks")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown() -> Iterator[None]:
    """Fail a test in which a response or a record violated its schema."""
    yield
    if _breaches:
        breaches = [_breaches.popleft() for _ in range(len(_breaches))]
        raise AssertionError("\n".join(breaches))


@pytest.fixture
def mgh_client(mgh: MigrationHub) -> Any:
    """As the plugin's own, but kept from test to test; runs inside tests have that one."""
    return kept_client("mgh", mgh.home_region or "us-west-2")


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a request of botocore that reaches the network raise `NetworkError`."""

    def send(*_: object) -> None:
        raise NetworkError

    monkeypatch.setattr(URLLib3Session, "send", send)


@pytest.fixture(scope="session")
def whole_package() -> None:
    """Import the whole package before pytester saves the list of loaded modules."""
    import_all()


@pytest.fixture
def pytester(
    whole_package: None, pytester: pytest.Pytester, request: pytest.FixtureRequest
) -> pytest.Pytester:
    """As pytest's own; runs are quick, and reach loopback only, as the suite itself."""
    monkeypatch = request.getfixturevalue("monkeypatch")
    options = request.config.getini("addopts")
    sockets = [option for option in options if option.startswith("--allow-")]
    monkeypatch.setenv("PYTEST_ADDOPTS", " ".join((WITHOUT_PLUGINS, *sockets)))
    look_once(monkeypatch)
    # The hook of the outer run would rewrite the assertions of inner tests.
    finders = [finder for finder in sys.meta_path if not isinstance(finder, AssertionRewritingHook)]
    monkeypatch.setattr(sys, "meta_path", finders)
    gc.freeze()  # the end of each inner run collects garbage five times
    return pytester
