"""The hubs that were started lately."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_mgh.hub.migration_hub import MigrationHub


class Observation:
    """Remembers started hubs while it is on; they would live on in it otherwise."""

    def __init__(self) -> None:
        self._hubs: list[MigrationHub] | None = None

    def restart(self) -> None:
        """Forget the hubs so far and remember those from now on."""
        self._hubs = []

    def end(self) -> None:
        """Forget the hubs so far and remember no more."""
        self._hubs = None

    def note(self, hub: MigrationHub) -> None:
        """Tell that a hub was started."""
        if self._hubs is not None:
            self._hubs.append(hub)

    @property
    def hubs(self) -> tuple[MigrationHub, ...]:
        """The hubs since the last restart."""
        return tuple(self._hubs or ())


OBSERVATION = Observation()
