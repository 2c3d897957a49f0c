"""What a test puts into a hub, and the machine into its model too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import rule
from proof.model_repository import identities, join, new_application, new_server, pairs_of
from proof.samples import (
    ACCOUNTS,
    AGENTS,
    HOME,
    HOSTS,
    IPS,
    KEYS,
    MACS,
    NAMES,
    URLS,
    WORDS,
)

if TYPE_CHECKING:
    from proof.model import Model

COLUMNS = ("HostName", "IPAddress", "ExternalId", "Applications", "Tags")


class Seeding:
    """The rules that seed servers, applications, and the files of imports."""

    hub: Any
    model: Model

    @property
    def seeded(self) -> dict[str, Any]:
        """What the model has where the hub seeds."""
        home = self.model.homes.get(ACCOUNTS[0])
        return self.model.store(ACCOUNTS[0], home["HomeRegion"] if home else HOME)

    @rule(
        host=st.sampled_from(["", *HOSTS]),
        ips=st.lists(st.sampled_from(IPS), max_size=2, unique=True),
        macs=st.lists(st.sampled_from(MACS), max_size=2, unique=True),
        agent=st.sampled_from(["", "", *AGENTS]),
        os=st.sampled_from(["", "Ubuntu"]),
        cpu=st.sampled_from(["", "1", "15.5"]),
        tags=st.dictionaries(st.sampled_from(KEYS), st.sampled_from(WORDS)),
        external=st.sampled_from(["", "crm-1"]),
    )
    def add_server(self, host: str, ips: Sequence[str] = (), **details: Any) -> None:
        """Seed a server, with an agent and an external id that no other server has."""
        said = {"macs": [], "agent": "", "os": "", "cpu": "", "tags": {}, "external": ""} | details
        others = self.seeded["servers"].values()
        if said["agent"] in [server["agent"] for server in others]:
            said["agent"] = ""
        if any(said["external"] in server["externals"] for server in others):
            with pytest.raises(ValueError, match="is there already"):
                self.hub.add_server(external_id=said["external"])
            said["external"] = ""
        names = {"agent": "agent_id", "os": "os_name", "external": "external_id"}
        view = self.hub.add_server(
            host or None,
            ip_addresses=ips,
            mac_addresses=said["macs"],
            tags=said["tags"],
            performance={"avgCpuUsagePct": said["cpu"]} if said["cpu"] else {},
            **{names[name]: said[name] for name in names if said[name]},
        )
        now = self.model.now
        said["tags"] = {key: {"value": said["tags"][key], "time": now} for key in said["tags"]}
        said["externals"] = [said.pop("external")] if said["external"] else []
        said |= {"host": host, "ips": list(ips), "source": "Agent" if said["agent"] else ""}
        said["identities"] = identities(pairs_of(said))
        new_server(self.model, self.seeded, view.configuration_id, **said)

    @rule(name=st.sampled_from(NAMES), data=st.data())
    def seed_application(self, name: str, data: st.DataObject) -> None:
        servers = st.sampled_from([*self.seeded["servers"], ""])
        chosen = data.draw(st.lists(servers, unique=True, max_size=3))
        self.add_application(name, [server for server in chosen if server])

    def add_application(self, name: str, servers: list[str]) -> None:
        """Seed an application, if its name is free."""
        if any(one["name"] == name for one in self.seeded["applications"].values()):
            return
        view = self.hub.add_application(name, servers=servers)
        new_application(self.model, self.seeded, view.configuration_id, name=name)
        for server in servers:
            join(self.seeded, view.configuration_id, server)

    @rule(
        url=st.sampled_from(URLS[:2]),
        rows=st.lists(
            st.fixed_dictionaries(
                {
                    "HostName": st.sampled_from(["", *HOSTS]),
                    "IPAddress": st.sampled_from(["", *IPS]),
                    "ExternalId": st.sampled_from(["", "", "crm-1", "crm-2"]),
                    "Applications": st.sampled_from(["", *NAMES]),
                    "Tags": st.sampled_from(["", "stage:prod"]),
                }
            ),
            min_size=1,
            max_size=3,
        ),
    )
    def import_source(self, url: str, rows: list[dict[str, str]]) -> None:
        lines = [",".join(COLUMNS), *(",".join(row[name] for name in COLUMNS) for row in rows)]
        self.hub.import_source(url, "\n".join(lines) + "\n")
        self.model.sources[url] = rows
