"""The hubs that were started lately and the calls that are made, for whoever watches."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from pytest_mgh.cloudtrail.records import CallRecord
    from pytest_mgh.hub.migration_hub import MigrationHub
    from pytest_mgh.services.service import Operation

Watcher: TypeAlias = "Callable[[Operation | None, str, CallRecord | None], None]"
"""Is told of each call: its operation (`None` where the hub has none of that name); how it ended
("ok", the code of an error, or a failure of the connection); and its note for CloudTrail, which
the calls don't have whose caller is not known."""


class Observation:
    """Remembers started hubs while it is on; they would live on in it otherwise.

    Attributes:
        watchers: Who is told of every call of every hub of this process, at the time it is made.
    """

    def __init__(self) -> None:
        self.watchers: list[Watcher] = []
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
