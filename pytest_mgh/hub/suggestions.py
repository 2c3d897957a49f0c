"""Suggests the right name for one that a hub does not have: of another tool, or of AWS."""

from __future__ import annotations

import re

from pytest_mgh.services.catalog import OPERATIONS

_HUB_NAMES = {
    "call_history": "events",
    "calls": "events",
    "clear": "reset()",
    "clock": "now",
    "delay": "advance(seconds)",
    "errors": "faults",
    "history": "events",
    "log": "events",
    "move_to": "advance(seconds)",
    "region": "home_region",
    "requests": "events",
    "seed": "load(estate)",
    "shift": "advance(seconds)",
    "sleep": "advance(seconds)",
    "state": "snapshot()",
    "tick": "advance(seconds)",
    "time": "now",
    "wait": "settle()",
}

OF_THE_HUB = frozenset(
    {
        "advance",
        "backoffs",
        "checkpoint",
        "client",
        "denials",
        "events",
        "explain",
        "fail",
        "faults",
        "import_source",
        "notes",
        "now",
        "pending",
        "policy",
        "principal",
        "principals",
        "recover",
        "reset",
        "restore",
        "settle",
        "snapshot",
        "throttle",
        "throttles",
    }
)
"""What the hub has and an account has not."""

_SHOWN = {
    "create_application": "add_application(name)",
    "create_progress_update_stream": "add_stream(name)",
    "describe_agents": "agents",
    "describe_application_state": "application(name).status",
    "describe_configurations": "servers",
    "describe_export_configurations": "exports",
    "describe_export_tasks": "exports",
    "describe_import_tasks": "imports",
    "describe_migration_task": "task(stream, name)",
    "get_home_region": "home_region",
    "import_migration_task": "add_task(stream, name)",
    "list_application_states": "applications",
    "list_configurations": "servers",
    "list_created_artifacts": "task(stream, name).artifacts",
    "list_discovered_resources": "task(stream, name).resources",
    "list_migration_task_updates": "task(stream, name).updates",
    "list_migration_tasks": "tasks",
    "list_progress_update_streams": "streams",
    "list_source_resources": "task(stream, name).sources",
    "notify_migration_task_state": "add_task(stream, name, status=...)",
}

_SERVICES = {
    re.sub("(?<!^)(?=[A-Z])", "_", name).lower(): operation.service.name
    for name, operation in OPERATIONS.items()
}


def suggest(owner: object, name: str) -> str:
    """Return the name to use for one of another tool, or of an operation of AWS."""
    right = _HUB_NAMES.get(name, name if name in OF_THE_HUB else "")
    if right:
        attribute = re.split(r"\W", right)[0]
        if hasattr(type(owner), attribute):
            return f"use {right!r}"
        return (
            f"it belongs to the hub, for all accounts: mgh.{right}"
            if attribute in OF_THE_HUB
            else ""
        )
    if name not in _SERVICES:
        return ""
    client = "mgh_client" if _SERVICES[name] == "mgh" else f"mgh.client({_SERVICES[name]!r})"
    shown = f"; to read the state without a call: mgh.{_SHOWN[name]}" if name in _SHOWN else ""
    return f"that is a client method: {client}.{name}(...){shown}"
