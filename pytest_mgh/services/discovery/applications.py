"""Applications: groups of servers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_mgh.services.discovery.lookup import find_application, find_servers, refuse_value
from pytest_mgh.services.discovery.service import deletes, writes
from pytest_mgh.state.discovery_records import Application

if TYPE_CHECKING:
    from pytest_mgh.services.operation import Call, Result
    from pytest_mgh.state.store import Store

MAX_APPLICATIONS = 1000
MAX_SERVERS = 400
"""The quotas of the Application Discovery Service guide (A20)."""


@writes()
def create_application(call: Call, store: Store) -> Result:
    """Create an application; names are keys, so a name that is taken is refused."""
    name = call.request["name"]
    _check_name(store, name)
    if len(store.repository.applications) >= MAX_APPLICATIONS:
        refuse_value(f"An account has at most {MAX_APPLICATIONS} applications.")
    application = Application(
        call.hub.ids.application_id(),
        name,
        time=call.now,
        modified=call.now,
        description=call.request.get("description", ""),
        wave=call.request.get("wave"),
    )
    store.add_application(application)
    return {"configurationId": application.configuration_id}


@writes()
def update_application(call: Call, store: Store) -> Result:
    """Change what is given of an application; an empty description clears it."""
    request = call.request
    application = find_application(store.repository, request["configurationId"])
    if "name" in request and request["name"] != application.name:
        _check_name(store, request["name"])
    changes = {name: request[name] for name in ("name", "description", "wave") if name in request}
    store.repository.change_application(application, **changes, modified=call.now)
    return {}


@deletes()
def delete_applications(call: Call, store: Store) -> Result:
    """Delete applications, all or none; Migration Hub forgets their state, their servers stay."""
    ids = dict.fromkeys(call.request["configurationIds"])
    for id_ in ids:
        find_application(store.repository, id_)
    store.remove_applications(ids)
    return {}


@writes()
def associate_configuration_items_to_application(call: Call, store: Store) -> Result:
    """Put servers into an application, all or none; those that are in it stay."""
    application = find_application(store.repository, call.request["applicationConfigurationId"])
    servers = find_servers(store.repository, call.request["configurationIds"])
    members = application.servers.keys() | {server.configuration_id for server in servers}
    if len(members) > MAX_SERVERS:
        refuse_value(f"An application has at most {MAX_SERVERS} servers.")
    for server in servers:
        store.repository.join(application, server)
    return {}


@writes()
def disassociate_configuration_items_from_application(call: Call, store: Store) -> Result:
    """Take servers out of an application, all or none; those that are not in it stay out."""
    application = find_application(store.repository, call.request["applicationConfigurationId"])
    for server in find_servers(store.repository, call.request["configurationIds"]):
        store.repository.part(application, server)
    return {}


def _check_name(store: Store, name: str) -> None:
    if store.repository.application_named(name) is not None:
        refuse_value(f"An application named '{name}' already exists.")
