"""The discovery repository: servers, what identifies them, and the applications they are in.

Rules A7 and T9.
"""

from __future__ import annotations

import ipaddress
from typing import Any


def new_server(model: Any, store: dict[str, Any], id_: str | None = None, **known: Any) -> str:
    """Add a server of which nothing is known but what is given; return its id."""
    seq = model.next()
    id_ = id_ or f"?server-{seq}"
    server = {
        "seq": seq,
        "created": model.now,
        "host": "",
        "ips": [],
        "macs": [],
        "type": "OTHER",
        "os": "",
        "version": "",
        "agent": "",
        "source": "",
        "cpu": "",
        "externals": [],
        "applications": [],
        "tags": {},
        "identities": [],
    }
    store["servers"][id_] = server | known
    return id_


def new_application(model: Any, store: dict[str, Any], id_: str | None = None, **known: Any) -> str:
    """Add an application; Migration Hub lists it as not started from then on."""
    seq = model.next()
    id_ = id_ or f"?application-{seq}"
    store["applications"][id_] = {
        "seq": seq,
        "created": model.now,
        "modified": model.now,
        "description": "",
        "wave": "",
        "servers": [],
        "tags": {},
    } | known
    store["states"].setdefault(
        id_, {"seq": model.next(), "status": "NOT_STARTED", "time": None, "started": False}
    )
    return id_


def join(store: dict[str, Any], application: str, server: str) -> None:
    """Put a server into an application."""
    if server not in store["applications"][application]["servers"]:
        store["applications"][application]["servers"].append(server)
        store["servers"][server]["applications"].append(application)


def leave(store: dict[str, Any], application: str, server: str) -> None:
    """Take a server out of an application."""
    if server in store["applications"][application]["servers"]:
        store["applications"][application]["servers"].remove(server)
        store["servers"][server]["applications"].remove(application)


def drop_server(store: dict[str, Any], id_: str) -> None:
    for application in list(store["servers"][id_]["applications"]):
        leave(store, application, id_)
    del store["servers"][id_]


def drop_application(store: dict[str, Any], id_: str) -> None:
    """silent: Migration Hub forgets it."""
    for server in list(store["applications"][id_]["servers"]):
        leave(store, id_, server)
    del store["applications"][id_]
    store["states"].pop(id_, None)


# what identifies a server


def pairs_of(server: dict[str, Any]) -> list[tuple[str, str]]:
    """Say what is told of a server as pairs of attribute type and value."""
    pairs = [("IP", ip) for ip in server.get("ips", ())]
    pairs += [("MAC_ADDRESS", mac) for mac in server.get("macs", ())]
    if server.get("host"):
        pairs.append(("FQDN", server["host"]))
    return pairs


def identities(pairs: list[tuple[str, str]]) -> list[tuple[Any, ...]]:
    """Return what identifies, each once, in a notation of its own."""
    managers = [value for type_, value in pairs if type_ == "VM_MANAGER_ID"]
    found: list[tuple[Any, ...]] = []
    for type_, value in pairs:
        if type_ in ("IPV4_ADDRESS", "IPV6_ADDRESS", "IP"):
            found.append(("ip", normal_ip(value)))
        elif type_ == "MAC_ADDRESS":
            found.append(("mac", normal_mac(value)))
        elif type_ == "FQDN":
            found.append(("name", normal_name(value)))
        elif type_ in ("BIOS_ID", "MOTHERBOARD_SERIAL_NUMBER"):
            found.append((type_, value.lower()))
        elif type_ != "VM_MANAGER_ID":
            found += [(type_, manager.lower(), value.lower()) for manager in managers]
    return list(dict.fromkeys(found))


def normal_ip(text: str) -> str:
    if ":" not in text:
        text = ".".join(part.lstrip("0") or "0" for part in text.split("."))
    return str(ipaddress.ip_address(text))


def normal_mac(text: str) -> str:
    return text.lower().replace("-", ":")


def normal_name(text: str) -> str:
    return text.lower().rstrip(".")


def find_server(store: dict[str, Any], wanted: list[tuple[Any, ...]]) -> str | None:
    """Find the server with the most in common; of those the oldest (silent)."""
    servers = store["servers"].items()
    common = {id_: len(set(wanted) & set(server["identities"])) for id_, server in servers}
    best = max(common.values(), default=0)
    return next((id_ for id_, count in common.items() if count == best), None) if best else None


def tell(server: dict[str, Any], pairs: list[tuple[str, str]]) -> None:
    """Merge what is told into a server: the newest value wins, addresses add up."""
    for type_, value in pairs:
        if type_ in ("IPV4_ADDRESS", "IPV6_ADDRESS", "IP"):
            if normal_ip(value) not in map(normal_ip, server["ips"]):
                server["ips"] = [*server["ips"], value]
        elif type_ == "MAC_ADDRESS" and normal_mac(value) not in map(normal_mac, server["macs"]):
            server["macs"] = [*server["macs"], value]
    names = [value for type_, value in pairs if type_ == "FQDN"]
    if names and names[0].lower() != server["host"].lower():
        server["host"] = names[0]
    new = [one for one in identities(pairs) if one not in server["identities"]]
    server["identities"] = server["identities"] + new


# applications start


def start_applications(model: Any, store: dict[str, Any], servers: list[str]) -> None:
    """T9: the first task that starts for a server of an application starts the application."""
    if not model.starts:
        return
    for id_, application in store["applications"].items():
        state = store["states"][id_]
        if (
            set(application["servers"]) & set(servers)
            and state["status"] == "NOT_STARTED"
            and not state["started"]
        ):
            state.update(status="IN_PROGRESS", time=model.now, started=True)
