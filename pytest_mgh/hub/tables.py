"""What a console shows of the hub: figures, and tables a page at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pytest_mgh.errors import nearest
from pytest_mgh.hub.part import HubPart
from pytest_mgh.tables.events import EVENTS
from pytest_mgh.tables.inventory import APPLICATIONS, SERVERS
from pytest_mgh.tables.simulation import CALLERS, FAULTS, PENDING, THROTTLES
from pytest_mgh.tables.summary import summarize
from pytest_mgh.tables.table import Page, Query, Sight, Table
from pytest_mgh.tables.tasks import TASKS, TOOLS

TABLES: Mapping[str, Table[Any]] = {
    "applications": APPLICATIONS,
    "callers": CALLERS,
    "events": EVENTS,
    "faults": FAULTS,
    "pending": PENDING,
    "servers": SERVERS,
    "tasks": TASKS,
    "throttles": THROTTLES,
    "tools": TOOLS,
}


class HubTables(HubPart):
    """The hub for those who look at it while it works: calls go on meanwhile."""

    def table(self, name: str, query: Query | None = None) -> Page:
        """Return a page of a table.

        Args:
            name: applications, callers, events, faults, pending, servers, tasks, throttles, tools.
            query: Which rows; by default the first 100.

        Raises:
            LookupError: There is no table of that name.
            ValueError: The table has no such column or filter, or there is no such page.
        """
        if name not in TABLES:
            raise LookupError(f"no table {name!r}; {nearest(name, TABLES)}")
        return TABLES[name].read(self._sight(), query or Query())

    def summary(self) -> dict[str, Any]:
        """Return the dashboard's figures as JSON-ready data, with the revision that they are of."""
        with self._world.lock:
            sight = self._sight()
            about = {
                "revision": self.revision,
                "now": sight.now,
                "account_id": self.account_id,
                "home_region": self.home_region,
                "background": self._world.settings.background,
            }
        return {**about, **summarize(sight)}

    def _sight(self) -> Sight:
        with self._world.lock:
            return Sight(self._world, self._store)
