"""Makes those components of schemas/control/openapi.json that are records of the hub.

The codec that writes a record makes its schema too. What a type does not tell stays as it is in the
file: descriptions, what stands for `Any`, and the members that a row has beside its record's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_mgh.access.evaluation import Decision
from pytest_mgh.access.principals import Principal
from pytest_mgh.hub import discovery_views, views
from pytest_mgh.hub.tables.simulation import SECRETS
from pytest_mgh.state.background import Work
from pytest_mgh.state.codec import make_schema
from pytest_mgh.state.faults import Fault

if TYPE_CHECKING:
    from shape_schemas import Schema

_RECORDS = {
    "Stream": views.StreamView,
    "Task": views.TaskView,
    "Server": views.ServerView,
    "Application": views.ApplicationView,
    "Agent": discovery_views.AgentView,
    "Process": discovery_views.ProcessView,
    "Connection": discovery_views.ConnectionView,
    "Import": discovery_views.ImportView,
    "Export": discovery_views.ExportView,
    "ContinuousExport": discovery_views.ContinuousExportView,
    "Work": Work,
    "Decision": Decision,
    "Fault": Fault,
}
_OPEN_RECORDS = {"Principal": Principal}
"""Those whose rows lack secrets and have more members than the record."""

_UNBOUNDED = {"minimum": -1.7976931348623157e308, "maximum": 1.7976931348623157e308}


def with_records(description: dict[str, Any]) -> dict[str, Any]:
    """Return the description with the components that are made from records."""
    written: Schema = description["components"]["schemas"]
    made: Schema = {}
    for name, record in (_RECORDS | _OPEN_RECORDS).items():
        schema = _with_references(make_schema(record))
        for part, definition in schema.pop("$defs").items():
            made[part.removesuffix("View")] = definition
        made[name] = schema
    for name in _OPEN_RECORDS:
        _open(made[name], written[name])
    components = {
        name: _with_words(made[name], written.get(name, {})) if name in made else schema
        for name, schema in (written | made).items()
    }
    return {
        **description,
        "components": {**description["components"], "schemas": components},
    }


def _with_references(node: Any) -> Any:
    """Return a schema that refers to components, without the bounds of unbounded members."""
    if isinstance(node, list):
        return [_with_references(item) for item in node]
    if not isinstance(node, dict):
        if isinstance(node, str) and node.startswith("#/$defs/"):
            name = node.rpartition("/")[2].removesuffix("View")
            return f"#/components/schemas/{name}"
        return node
    return {
        key: _with_references(value)
        for key, value in node.items()
        if key not in _UNBOUNDED or value != _UNBOUNDED[key]
    }


def _open(schema: Schema, written: Schema) -> None:
    """Let a row have its members beside the record's, and others yet, but no secrets."""
    members = {name: one for name, one in schema["properties"].items() if name not in SECRETS}
    del schema["additionalProperties"]
    schema["properties"] = {
        **{name: one for name, one in written["properties"].items() if name not in SECRETS},
        **members,
    }
    schema["required"] = list(schema["properties"])


def _with_words(made: Schema, written: Schema) -> Schema:
    """Return a schema with the hand-written descriptions of its members."""
    before = written.get("properties", {})
    for name, member in made["properties"].items():
        if not member:
            made["properties"][name] = before.get(name, member)
        elif "description" in before.get(name, {}):
            made["properties"][name] = {**member, "description": before[name]["description"]}
    return made
