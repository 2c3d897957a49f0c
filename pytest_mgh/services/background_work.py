"""Does the work that services left for later."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pytest_mgh.services.migration_hub.streams import finish_deletion

if TYPE_CHECKING:
    from pytest_mgh.context import World
    from pytest_mgh.state.background import Work

_WORKERS = {"DeleteProgressUpdateStream": finish_deletion}


def do_due(world: World) -> None:
    """Do the work that is due now."""
    _do(world, world.background.take_due())


def settle(world: World) -> None:
    """Do all work that waits."""
    _do(world, world.background.take_all())


def _do(world: World, due: Iterable[Work]) -> None:
    for work in due:
        store = world.account(work.account_id).store(work.region)
        _WORKERS[work.operation](store, *work.subject)
