"""The discovery repository: servers, what identifies them, and the applications they are in.

Rules A7 and T9.
"""

from __future__ import annotations

import ipaddress
from typing import Any


def new_server(model: Any, store: dict[str, Any], id_: str | None = None) -> str:
    """Add a server without any details; return its id."""
    seq = model.next()
    id_ = id_ or f"?server-{seq}"
    server: dict[str, Any] = {"seq": seq, "created": model.now, "applications": [], "tags": {}}
    server["entries"] = {}
    store["servers"][id_] = server
    merge(server)
    return id_


# entries: the shown values are their sum


def set_entry(model: Any, server: dict[str, Any], source: str, /, **said: Any) -> None:
    """Set the entry of a source, in place of its former one."""
    entries = {name: entry for name, entry in server["entries"].items() if name != source}
    server["entries"] = {**entries, source: {"order": model.next(), **said}}
    merge(server)


def remove_entry(store: dict[str, Any], source: str) -> str | None:
    """Remove the entry of a source; return its server."""
    for id_, server in store["servers"].items():
        if source in server["entries"]:
            server["entries"] = {
                name: entry for name, entry in server["entries"].items() if name != source
            }
            merge(server)
            return str(id_)
    return None


def drop_without_entries(store: dict[str, Any], id_: str | None) -> None:
    if id_ is not None and id_ in store["servers"] and not store["servers"][id_]["entries"]:
        drop_server(store, id_)


def merge(server: dict[str, Any]) -> None:
    """Compute the shown values: the latest value wins, addresses add up."""
    shown = dict.fromkeys(("host", "os", "version", "agent", "source", "cpu"), "")
    ips: dict[str, str] = {}
    macs: dict[str, str] = {}
    managed = {"server.vmWareInfo.vcenterId": "", "server.vmWareInfo.morefId": ""}
    server |= {"externals": [], "identities": []}
    for entry in sorted(server["entries"].values(), key=lambda entry: entry["order"]):
        pairs = entry.get("pairs", [])
        names = [value for type_, value in pairs if type_ == "FQDN"]
        if names and normal_name(names[0]) != normal_name(shown["host"]):
            shown["host"] = names[0]
        for name in ("os", "agent", "source", "cpu"):
            shown[name] = entry.get(name) or shown[name]
        for type_, value in pairs:
            if type_ in ("IPV4_ADDRESS", "IPV6_ADDRESS", "IP"):
                ips.setdefault(normal_ip(value), value)
            elif type_ == "MAC_ADDRESS":
                macs.setdefault(normal_mac(value), value)
        for type_, key in (
            ("VM_MANAGER_ID", "server.vmWareInfo.vcenterId"),
            ("VM_MANAGED_OBJECT_REFERENCE", "server.vmWareInfo.morefId"),
        ):
            first = [value for said, value in pairs if said == type_][:1]
            managed[key] = first[0] if first else managed[key]
        if entry.get("external"):
            server["externals"] = [*server["externals"], entry["external"]]
        new = [one for one in identities(pairs) if one not in server["identities"]]
        server["identities"] = server["identities"] + new
    is_vm = managed["server.vmWareInfo.vcenterId"] != ""
    server |= {
        **shown,
        "ips": [*ips.values()],
        "macs": [*macs.values()],
        "type": "VMWARE_VM" if is_vm else "OTHER",
        "managed": {key: said for key, said in managed.items() if said},
    }


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
    for part, ends in (("processes", ["server"]), ("connections", ["source", "destination"])):
        kept = store[part].items()
        store[part] = {key: one for key, one in kept if id_ not in [one[end] for end in ends]}


def drop_application(store: dict[str, Any], id_: str) -> None:
    """silent: Migration Hub no longer lists it."""
    for server in list(store["applications"][id_]["servers"]):
        leave(store, id_, server)
    del store["applications"][id_]
    store["states"].pop(id_, None)


# identifying attributes


def pairs_of(server: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the details of a server as pairs of attribute type and value."""
    pairs = [("IP", ip) for ip in server.get("ips", ())]
    pairs += [("MAC_ADDRESS", mac) for mac in server.get("macs", ())]
    if server.get("host"):
        pairs.append(("FQDN", server["host"]))
    return pairs


NOBODYS_NETWORKS = [
    ipaddress.ip_network(one)
    for one in ("127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "0.0.0.0/32")
] + [ipaddress.ip_network(one) for one in ("::1/128", "::/128", "fe80::/10", "ff00::/8")]
# silent: attributes that confirm a match, but do not find a server.
CONFIRMING = ("BIOS_ID", "MOTHERBOARD_SERIAL_NUMBER", "VM_NAME", "VM_PATH")


def identities(pairs: list[tuple[str, str]]) -> list[tuple[Any, ...]]:
    """Return the identifying values, each once, in a normal form."""
    managers = [value for type_, value in pairs if type_ == "VM_MANAGER_ID"]
    found: list[tuple[Any, ...]] = []
    for type_, value in pairs:
        if type_ in ("IPV4_ADDRESS", "IPV6_ADDRESS", "IP"):
            address = ipaddress.ip_address(normal_ip(value))
            if not any(address in network for network in NOBODYS_NETWORKS):
                found.append(("ip", str(address)))
        elif type_ == "MAC_ADDRESS":
            if set(normal_mac(value)) - set("0:") and set(normal_mac(value)) - set("f:"):
                found.append(("mac", normal_mac(value)))
        elif type_ == "FQDN":
            if normal_name(value).split(".")[0] != "localhost":
                found.append(("name", normal_name(value)))
        elif type_ in ("BIOS_ID", "MOTHERBOARD_SERIAL_NUMBER"):
            found.append((type_, value.lower()))
        elif type_ != "VM_MANAGER_ID":
            found += [(type_, manager.lower(), value) for manager in managers]
    names = [value for type_, value in pairs if type_ == "VM_NAME"]
    paths = [value for type_, value in pairs if type_ == "VM_PATH"]
    found += [
        ("VM", manager.lower(), name, path)
        for manager in managers
        for name in names
        for path in paths
    ]
    return list(dict.fromkeys(found))


def normal_ip(text: str) -> str:
    if ":" not in text:
        text = ".".join(part.lstrip("0") or "0" for part in text.split("."))
    return str(ipaddress.ip_address(text))


def normal_mac(text: str) -> str:
    return text.lower().replace("-", ":")


def normal_name(text: str) -> str:
    return text.lower().rstrip(".")


def find_server(
    store: dict[str, Any], wanted: list[tuple[Any, ...]], external: str = ""
) -> str | None:
    """Find the matching server.

    An external id decides alone. Else one value in common is enough; of several servers the one
    with the most in common is taken, and of those the oldest (silent).
    """
    if external:
        for id_, server in store["servers"].items():
            if external in server["externals"]:
                return str(id_)
    common = {
        id_: len(set(wanted) & set(server["identities"]))
        for id_, server in store["servers"].items()
        if not (external and server["externals"])
        and any(one[0] not in CONFIRMING for one in set(wanted) & set(server["identities"]))
    }
    best = max(common.values(), default=0)
    return next((id_ for id_, count in common.items() if count == best), None)


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
