"""What happens on a hub while a test runs, and what its report shows of that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mgh.hub.report_sections import Happened, report_sections

if TYPE_CHECKING:
    from pytest_mgh.hub.migration_hub import MigrationHub

# ruff: noqa: SLF001 (it belongs to the hub, which others than tests need not see)


class Span:
    """What happens on a hub from now on.

    Args:
        hub: The hub, as it is now.
    """

    def __init__(self, hub: MigrationHub) -> None:
        self.hub = hub
        self._world = world = hub._world
        with world.lock:
            self._before = (world.calls.total, world.denials.total, world.notes.total)
            self._errors = len(world.test_errors)
            self._faults = list(world.faults.queue)
        self._happened: Happened | None = None

    def close(self) -> None:
        """Remember what has happened until now: the hub is about to go back."""
        self._happened = self._happened or self._until_now()

    def report_sections(self) -> list[tuple[str, str]]:
        """Return the sections for the report of a failing test, as titles and texts."""
        return report_sections(self._happened or self._until_now())

    def raise_errors(self) -> None:
        """Raise the first error that says that the test is wrong, and warn of unused faults.

        Each of them is reported once.
        """
        errors = self.hub._world.test_errors
        mine = errors[self._errors :]
        del errors[self._errors :]
        self.hub.warn_of_unused_faults(but=self._faults)
        for error in mine:
            raise error.with_traceback(None)

    def _until_now(self) -> Happened:
        world = self.hub._world
        same = world is self._world  # not after a reset, nor after the restore of a snapshot
        with world.lock:
            return Happened(world, *self._before) if same else Happened(world)
