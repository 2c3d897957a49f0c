"""What a console shows of the hub: figures, and tables a page at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pytest_mgh.hub.part import HubPart

if TYPE_CHECKING:
    from pytest_mgh.hub.tables.table import HomeState, Page, Row


class HubTables(HubPart):
    """The hub for those who look at it while it works: calls go on meanwhile."""

    # Tables are imported here: most tests look at none.

    def table(
        self,
        name: str,
        *,
        search: str = "",
        where: Mapping[str, str] | None = None,
        sort: str | None = None,
        descending: bool = False,
        offset: int = 0,
        limit: int = 100,
    ) -> Page:
        """Return a page of a table.

        Args:
            name: applications, callers, events, faults, pending, servers, tasks, throttles, tools.
            search: Words that all have to be in a row, in whatever case.
            where: The value that a row must have, by the name of a filter.
            sort: The column to sort by; `None` leaves the table's own order.
            descending: Whether the greatest comes first; rows without a value come last either
                way.
            offset: The number of the first row.
            limit: How many rows.

        Returns:
            How many rows there are (`total`), the `rows` of this page, the number of the first one
            (`offset`), and what can be filtered by (`choices`).

        Raises:
            LookupError: There is no table of that name.
            ValueError: The table has no such column or filter, or there is no such page.
        """
        from pytest_mgh.hub.tables.catalog import find_table
        from pytest_mgh.hub.tables.table import Query

        query = Query(search, where or {}, sort, descending, offset, limit)
        return find_table(name).read(self._sight(), query)

    def row(self, name: str, *key: str) -> Row:
        """Return one row of a table.

        Args:
            name: tasks, servers, applications or tools.
            key: What names the row there: a task's tool and name, a configuration id, a name.

        Raises:
            LookupError: There is no such table, or no such row.
        """
        from pytest_mgh.hub.tables.catalog import find_table

        return find_table(name).read_one(self._sight(), key)

    def summary(self) -> dict[str, Any]:
        """Return the dashboard's figures as JSON-ready data, with the revision that they are of."""
        from pytest_mgh.hub.tables.summary import summarize

        with self._world.lock:
            home = self._sight()
            about = {
                "revision": self.revision,
                "now": home.now,
                "account_id": self.account_id,
                "home_region": self.home_region,
                "background": self._world.settings.background,
            }
        return {**about, **summarize(home)}

    def _sight(self) -> HomeState:
        from pytest_mgh.hub.tables.table import HomeState

        with self._world.lock:
            return HomeState(self._world, self._store)
