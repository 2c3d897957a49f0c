"""What a test puts into a hub, and the machine into its model too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import rule
from proof.model_repository import join, new_application, new_server, pairs_of, set_entry
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
        """The state of the model after the hub's seeding."""
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
        given = {"macs": [], "agent": "", "os": "", "cpu": "", "tags": {}, "external": ""} | details
        others = self.seeded["servers"].values()
        if given["agent"] in self.seeded["agents"]:
            given["agent"] = ""
        if any(given["external"] in server["externals"] for server in others):
            with pytest.raises(ValueError, match="already exists"):
                self.hub.add_server(external_id=given["external"])
            given["external"] = ""
        names = {"agent": "agent_id", "os": "os_name", "external": "external_id"}
        view = self.hub.add_server(
            host or None,
            ip_addresses=ips,
            mac_addresses=given["macs"],
            tags=given["tags"],
            performance={"avgCpuUsagePct": given["cpu"]} if given["cpu"] else {},
            **{names[name]: given[name] for name in names if given[name]},
        )
        id_ = view.configuration_id
        new_server(self.model, self.seeded, id_)
        server = self.seeded["servers"][id_]
        now = self.model.now
        server["tags"] = {key: {"value": given["tags"][key], "time": now} for key in given["tags"]}
        entry = {
            "pairs": pairs_of({"host": host, "ips": ips, "macs": given["macs"]}),
            "os": given["os"],
            "cpu": given["cpu"],
            "external": given["external"],
            "agent": given["agent"],
            "source": "Agent" if given["agent"] else "",
        }
        source = f"agent {given['agent']}" if given["agent"] else f"seed {id_}"
        set_entry(self.model, server, source, **entry)
        if given["agent"]:
            self._know_agent(given["agent"], id_, "RUNNING", host, ips, given["macs"])

    def _know_agent(
        self, id_: str, server: str, health: str, host: str, ips: Any, macs: Any
    ) -> None:
        self.seeded["agents"][id_] = {
            "seq": self.model.next(),
            "server": server,
            "host": host,
            "ips": [*ips],
            "macs": [*macs],
            "type": "ONPREMISES",
            "health": health,
            "lives": health in ("HEALTHY", "UNHEALTHY", "RUNNING"),
            "status": "STARTED",
            "registered": self.model.now,
        }

    @rule(
        id_=st.sampled_from(AGENTS),
        health=st.sampled_from(["HEALTHY", "RUNNING", "UNKNOWN", "SHUTDOWN"]),
        ips=st.lists(st.sampled_from(IPS), max_size=1),
        data=st.data(),
    )
    def add_agent(self, id_: str, health: str, ips: list[str], data: st.DataObject) -> None:
        """Seed an agent on a server, unless the id exists."""
        if id_ in self.seeded["agents"] or not self.seeded["servers"]:
            return
        name = data.draw(st.sampled_from([*self.seeded["servers"]]))
        server = self.seeded["servers"][name]
        self.hub.add_agent(id_, server=name, health=health, ip_addresses=ips)
        given = {"host": server["host"], "ips": ips or server["ips"], "macs": server["macs"]}
        self._know_agent(id_, name, health, given["host"], given["ips"], given["macs"])
        pairs = pairs_of(given)
        set_entry(self.model, server, f"agent {id_}", pairs=pairs, agent=id_, source="Agent")

    @rule(name=st.sampled_from(WORDS), line=st.sampled_from(["", "run -x"]), data=st.data())
    def add_process(self, name: str, line: str, data: st.DataObject) -> None:
        if self.seeded["servers"]:
            server = data.draw(st.sampled_from([*self.seeded["servers"]]))
            view = self.hub.add_process(server, name, command_line=line)
            self.seeded["processes"][view.configuration_id] = {
                "seq": self.model.next(),
                "created": self.model.now,
                "server": server,
                "name": name,
                "line": line,
            }

    @rule(port=st.sampled_from([80, 443]), count=st.integers(1, 3), data=st.data())
    def add_connection(self, port: int, count: int, data: st.DataObject) -> None:
        if not self.seeded["servers"]:
            return
        ends = st.sampled_from([*self.seeded["servers"]])
        source, destination = data.draw(st.tuples(ends, ends))
        running = self.seeded["processes"].items()
        processes = [id_ for id_, one in running if one["server"] == source]
        process = data.draw(st.sampled_from([None, *processes]))
        self.hub.add_connection(source, destination, port=port, count=count, source_process=process)
        seq = self.model.next()
        self.seeded["connections"][str(seq)] = {
            "seq": seq,
            "created": self.model.now,
            "source": source,
            "destination": destination,
            "from": (self.seeded["servers"][source]["ips"] or [""])[0],
            "to": (self.seeded["servers"][destination]["ips"] or [""])[0],
            "port": port,
            "count": count,
            "process": process,
        }

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
