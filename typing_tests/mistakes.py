"""Mistakes that type checkers find: mypy and pyright tell of each one that they no longer do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest_mgh
from pytest_mgh import mock_mhg  # type: ignore[attr-defined]

if TYPE_CHECKING:
    from pytest_mgh import MigrationHub


def names_of_the_module() -> None:
    pytest_mgh.mock_mhg()  # type: ignore[attr-defined]
    mock_mhg()


def what_is_set(mgh: MigrationHub) -> None:
    mgh.polcy = {}  # type: ignore[attr-defined]
    mgh.now = 1  # type: ignore[misc, assignment]
    mgh.streams[0].name = "SMS"  # type: ignore[misc]
    mgh.account("210987654321").polcy = {}  # type: ignore[attr-defined]
    mgh.principal("tool").polcy = {}  # type: ignore[attr-defined]


def what_is_read(mgh: MigrationHub) -> None:
    print(mgh.calls)  # type: ignore[attr-defined]
    print(mgh.events.calls)  # type: ignore[attr-defined]
    print(mgh.streams.names)  # type: ignore[attr-defined]
    print(mgh.streams["SMS"].nmae)  # type: ignore[attr-defined]
    print(mgh.tasks[1.5])  # type: ignore[call-overload]
    print(mgh.explain("ListMigrationTasks").alowed)  # type: ignore[attr-defined]
    print(mgh.faults[0].operaton)  # type: ignore[attr-defined]
    print(mgh.pending[0].duee)  # type: ignore[attr-defined]
    print(mgh.settings.acount_id)  # type: ignore[attr-defined]


def what_is_called(mgh: MigrationHub) -> None:
    mgh.list_migration_tasks()  # type: ignore[attr-defined]
    mgh.tasks()  # type: ignore[operator]
    mgh.fail("ListMigrationTasks", "ThrottlingException", tmes=2)  # type: ignore[call-arg]
    mgh.add_server("web-1", os_nmae="Linux")  # type: ignore[call-arg]
    mgh.add_task("SMS", "sms-1", stats="COMPLETED")  # type: ignore[call-arg]
    mgh.advance("60")  # type: ignore[arg-type]
