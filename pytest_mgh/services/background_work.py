"""Does the work that operations left for later, one piece at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mgh.services.catalog import OPERATIONS

if TYPE_CHECKING:
    from pytest_mgh.state.background import Work
    from pytest_mgh.state.world import World


def do_due(world: World) -> None:
    """Do the work that is due now."""
    if world.background:
        for work in world.background.due(world.clock.time()):
            _do(world, work)


def settle(world: World) -> None:
    """Do all work that waits."""
    for work in world.background.waiting:
        _do(world, work)


def _do(world: World, work: Work) -> None:
    """Do a piece of work, all or nothing. A failure is an error of the plugin, not of a call.

    What it was for is marked as failed, so that nobody waits for it.
    """
    try:
        with world.journal.whole():
            store = world.store_to_change(work.account_id, work.region)
            worker = OPERATIONS[work.operation].worker
            assert worker is not None
            worker(world, store, *work.subject)
            world.background.remove(world.journal, work)
    except Exception as error:  # noqa: BLE001 (whatever it is, the rest goes on)
        with world.journal.whole():  # first, because work that stays would fail again and again
            world.background.remove(world.journal, work)
            about = " ".join(work.subject)
            world.note(f"The background work of {work.operation} ({about}) failed: {error!r}.")
        failed = f"the background work of {work.operation} {work.subject}"
        world.fail_test(failed, error)
        try:
            with world.journal.whole():
                _abandon(world, work)
        except Exception as another:  # noqa: BLE001 (nothing more can be done for it)
            world.fail_test(failed, another)


def _abandon(world: World, work: Work) -> None:
    """Mark what the work was for as failed."""
    abandon = OPERATIONS[work.operation].abandon
    if abandon is not None:
        store = world.store_to_change(work.account_id, work.region)
        abandon(world, store, *work.subject)
