"""The discovery repository: the servers and applications that Migration Hub can refer to."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Server:
    """A server of the discovery repository."""

    configuration_id: str
    hostname: str | None = None
    ip_addresses: tuple[str, ...] = ()
    mac_addresses: tuple[str, ...] = ()


@dataclass(slots=True)
class Application:
    """An application of the discovery repository and the ids of its servers, in order."""

    configuration_id: str
    name: str
    servers: dict[str, None] = field(default_factory=dict)


@dataclass(slots=True)
class Repository:
    """The servers and applications of one account in one Region, by configuration id."""

    servers: dict[str, Server] = field(default_factory=dict)
    applications: dict[str, Application] = field(default_factory=dict)

    def __contains__(self, configuration_id: str) -> bool:
        return configuration_id in self.servers or configuration_id in self.applications
