"""The applications of a wave: which servers they have, and how far they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from liftoff.discovery import Discovery
    from liftoff.inventory import Server
    from liftoff.reporting import ApplicationStatus, Reporter


class Applications:
    """Groups the servers of a wave into their applications.

    Args:
        servers: The servers of the wave.
        found: The configuration ids of the servers by host name. One that has none yet is grouped
            by a later run.
        discovery: The repository that keeps the applications.
    """

    def __init__(
        self, servers: Iterable[Server], found: Mapping[str, str], discovery: Discovery
    ) -> None:
        self._members: dict[str, list[Server]] = {}
        for server in servers:
            if server.application is not None:
                self._members.setdefault(server.application, []).append(server)
        self._ids = {name: discovery.open_application(name) for name in self._members}
        for name, members in self._members.items():
            ids = [found[server.hostname] for server in members if server.hostname in found]
            discovery.add_servers(self._ids[name], ids)

    def mark(self, done: set[str], reporter: Reporter) -> None:
        """Report the applications whose status has changed, now that these servers are done."""
        known = reporter.application_statuses()
        for name, members in self._members.items():
            complete = done.issuperset(server.name for server in members)
            status: ApplicationStatus = "COMPLETED" if complete else "IN_PROGRESS"
            if known.get(self._ids[name]) != status:
                reporter.set_application_status(self._ids[name], status)
