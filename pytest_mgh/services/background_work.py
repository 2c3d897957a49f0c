"""Does the work that services left for later."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from pytest_mgh.services.discovery import deletions, imports
from pytest_mgh.services.migration_hub import mapping, streams

if TYPE_CHECKING:
    from pytest_mgh.state.background import Work
    from pytest_mgh.state.world import World

WORKERS: dict[str, Callable[..., None]] = {
    "BatchDeleteImportData": imports.finish_import_deletion,
    "DeleteProgressUpdateStream": streams.finish_deletion,
    "PutResourceAttributes": mapping.map_task,
    "StartBatchDeleteConfigurationTask": deletions.finish_deletion,
    "StartImportTask": imports.finish_import,
}


def do_due(world: World) -> None:
    """Do the work that is due now."""
    _do(world, world.background.take_due(world.clock.time()))


def settle(world: World) -> None:
    """Do all work that waits."""
    _do(world, world.background.take_all())


def _do(world: World, due: Iterable[Work]) -> None:
    for work in due:
        world.revision += 1
        store = world.account(work.account_id).store(work.region)
        WORKERS[work.operation](world, store, *work.subject)
