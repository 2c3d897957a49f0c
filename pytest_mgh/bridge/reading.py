"""Reads an account: nothing but operations that read, page by page, a few calls at a time."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any, TypeVar

from pytest_mgh.bridge.calls import DENIED, Answer, BridgeError, Request, Send, ask
from pytest_mgh.services.catalog import OPERATIONS

Item = TypeVar("Item")
Read = TypeVar("Read")

AT_ONCE = 4
"""Calls that are under way at a time."""

READS = {
    "GetHomeRegion": "HomeRegion",
    "DescribeHomeRegionControls": "HomeRegionControls",
    "ListProgressUpdateStreams": "ProgressUpdateStreamSummaryList",
    "ListMigrationTasks": "MigrationTaskSummaryList",
    "DescribeMigrationTask": "MigrationTask",
    "ListMigrationTaskUpdates": "MigrationTaskUpdateList",
    "ListCreatedArtifacts": "CreatedArtifactList",
    "ListDiscoveredResources": "DiscoveredResourceList",
    "ListSourceResources": "SourceResourceList",
    "ListApplicationStates": "ApplicationStateList",
    "ListConfigurations": "configurations",
    "DescribeConfigurations": "configurations",
    "DescribeTags": "tags",
    "DescribeImportTasks": "tasks",
    "DescribeAgents": "agentsInfo",
}
"""The operations that are called, and what of their results is read."""


class Reader:
    """Reads an account. Several threads call `send`.

    Attributes:
        calls: How many calls were made.
        denied: The operations that the caller may not call; they are tried once.
        failed: How many calls of an operation failed otherwise, by operation and code.
    """

    def __init__(self, send: Send, home_region: str) -> None:
        self._send = send
        self._home_region = home_region
        self._lock = threading.Lock()
        self.calls: int = 0
        self.denied: dict[str, None] = {}
        self.failed: Counter[tuple[str, str]] = Counter()

    def rows(self, operation: str, **members: Any) -> Iterator[dict[str, Any]]:
        """Give all rows of a list."""
        service = OPERATIONS[operation].service
        tokens: set[str] = set()
        while True:
            answer = self._call(operation, members)
            if answer is None:
                return
            rows = answer.at(READS[operation])
            yield from rows if isinstance(rows, list) else ()
            token = answer.at(service.token_member)
            if not isinstance(token, str) or not token:
                return
            if token in tokens:
                raise BridgeError(f"{operation} gave a token a second time")
            tokens.add(token)
            members = {**members, service.token_member: token}

    def one(self, operation: str, **members: Any) -> dict[str, Any] | None:
        """Return what is described, or `None` if it can't be read."""
        answer = self._call(operation, members)
        found = None if answer is None else answer.at(READS[operation])
        return found if isinstance(found, dict) else None

    def each(
        self, read: Callable[[Item], Read], items: Iterable[Item]
    ) -> Iterator[tuple[Item, Read]]:
        """Read several things, a few at a time; give them in their order.

        Only so many are kept as are under way.
        """
        waiting = iter(items)
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="pytest-mgh capture") as pool:
            under_way = [(item, pool.submit(read, item)) for item in islice(waiting, 2 * AT_ONCE)]
            try:
                while under_way:
                    item, future = under_way.pop(0)
                    yield item, future.result()
                    under_way += [(one, pool.submit(read, one)) for one in islice(waiting, 1)]
            finally:
                pool.shutdown(wait=True, cancel_futures=True)

    def _call(self, operation: str, members: dict[str, Any]) -> Answer | None:
        """Call an operation that reads; `None` if it is refused."""
        if operation in self.denied:
            return None
        request = Request.of(operation, self._home_region, members)
        if operation not in READS or not request.read_only:
            raise AssertionError(f"{operation} is not one of the operations that it calls")
        answer = ask(self._send, request)
        with self._lock:
            self.calls += 1
            if answer.code in DENIED:
                self.denied[operation] = None
            elif not answer.ok:
                self.failed[operation, answer.code] += 1
        return answer if answer.ok else None
