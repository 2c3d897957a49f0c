"""Makes schemas/: JSON Schemas of the request, response and errors of every operation.

They come from the service models of the installed botocore, plus overlay.json: what only the
documents say. The schema of snapshots, and the records in the description of `/_mgh/`, come from
the classes of those records. With ``--check`` nothing is written: it prints what moved, and exits
with 1.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import botocore
from botocore.session import Session
from control_records import with_records
from java_patterns import keywords
from shape_schemas import Definitions, Schema

from pytest_mgh.hub.contents import Snapshot
from pytest_mgh.state.codec import make_schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from botocore.model import OperationModel

FOLDER = Path(__file__).parents[1] / "schemas"
OVERLAY = Path(__file__).with_name("overlay.json")
SERVICES = ("mgh", "migrationhub-config", "discovery")
SNAPSHOT = "hub/snapshot.json"
CONTROL = "control/openapi.json"
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_ABSENT = object()


def make() -> dict[str, Schema]:
    """Make every schema, by its file's path in the folder."""
    session = Session()
    overlay = _translated(json.loads(OVERLAY.read_text("utf-8")))
    made: dict[str, Schema] = {}
    for service in SERVICES:
        model = session.get_service_model(service)
        for name in model.operation_names:
            operation = model.operation_model(name)
            made[f"{service}/{name}.request.json"] = _request(operation, overlay.get(service, {}))
            made[f"{service}/{name}.response.json"] = _response(operation)
            made[f"{service}/{name}.error.json"] = _error(operation)
    made[SNAPSHOT] = _snapshot()
    made[CONTROL] = with_records(json.loads((FOLDER / CONTROL).read_text("utf-8")))
    return made


def compare(made: dict[str, Schema], folder: Path) -> list[str]:
    """Return the differences between the files and the schemas made now, one line each."""
    written = _written(folder)
    moved = [f"{path}: (no file) -> made now" for path in sorted(made.keys() - written)]
    moved += [f"{path}: stale -> no longer made" for path in sorted(written - made.keys())]
    for path in sorted(made.keys() & written):
        text = (folder / path).read_text("utf-8")
        lines = list(_differences(json.loads(text), made[path], f"{path}#"))
        if not lines and text != _render(made[path]):
            lines = [f"{path}: the same schema -> in another order or layout"]
        moved += lines
    return moved


def write(made: dict[str, Schema], folder: Path) -> None:
    """Write the schemas, and remove files that none of them goes to."""
    for stale in _written(folder) - made.keys():
        (folder / stale).unlink()
    for path, schema in made.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(_render(schema), "utf-8", newline="\n")


def _request(operation: OperationModel, overlay: dict[str, Any]) -> Schema:
    """Make the schema of a request; members that it doesn't name are ignored."""
    schema = _document(operation, "request", Definitions(overlay=overlay.get("shapes", {})))
    for member, more in overlay.get("members", {}).get(operation.name, {}).items():
        schema["properties"][member] |= more
    return schema


def _response(operation: OperationModel) -> Schema:
    """Make the schema of a response, which allows no other member."""
    return _document(operation, "response", Definitions(closed=True))


def _error(operation: OperationModel) -> Schema:
    """Make the schema of the bodies of the errors that an operation declares."""
    definitions = Definitions(closed=True)
    errors = {shape.name: definitions.schema(shape) for shape in operation.error_shapes}
    for name, schema in errors.items():
        schema["required"] = ["__type", *schema.get("required", [])]
        schema["properties"] = {"__type": {"const": name}, **schema["properties"]}
    return {
        **_heading(operation, "error"),
        "oneOf": [{"$ref": f"#/$defs/{name}"} for name in errors],
        "$defs": errors | definitions.found,
    }


def _snapshot() -> Schema:
    """Make the schema of a hub's whole state."""
    title = "Snapshot: a hub's whole state"
    return {"$schema": _DIALECT, "$id": "urn:pytest-mgh:hub:snapshot", "title": title} | (
        make_schema(Snapshot)
    )


def _document(operation: OperationModel, side: str, definitions: Definitions) -> Schema:
    """Make one file: the structure that is sent, and the shapes that it refers to."""
    shape = operation.input_shape if side == "request" else operation.output_shape
    return {
        **_heading(operation, side),
        **definitions.root(shape),
        **({"$defs": dict(sorted(definitions.found.items()))} if definitions.found else {}),
    }


def _heading(operation: OperationModel, side: str) -> Schema:
    service = operation.service_model.service_name
    return {
        "$schema": _DIALECT,
        "$id": f"urn:pytest-mgh:{service}:{operation.name}:{side}",
        "title": f"{operation.name} {side}",
    }


def _translated(node: Any) -> Any:
    """Translate the overlay's patterns, which are written for Java as AWS's are."""
    if isinstance(node, list):
        return [_translated(item) for item in node]
    if not isinstance(node, dict):
        return node
    made = {key: _translated(value) for key, value in node.items()}
    return made | keywords(node["pattern"]) if isinstance(node.get("pattern"), str) else made


def _written(folder: Path) -> set[str]:
    """Name the schema files that are there now."""
    files = [file for service in SERVICES for file in (folder / service).glob("*.json")]
    files += [folder / path for path in (SNAPSHOT, CONTROL) if (folder / path).exists()]
    return {file.relative_to(folder).as_posix() for file in files}


def _render(schema: Schema) -> str:
    return json.dumps(schema, indent=2) + "\n"


def _differences(old: Any, new: Any, path: str) -> Iterator[str]:
    """Yield the places where two JSON values differ, as deep as they exist in both."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in old | new:
            yield from _differences(old.get(key, _ABSENT), new.get(key, _ABSENT), f"{path}/{key}")
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, (before, after) in enumerate(zip(old, new, strict=True)):
            yield from _differences(before, after, f"{path}/{index}")
    elif old is _ABSENT or new is _ABSENT or old != new:
        yield f"{path}: {_shown(old)} -> {_shown(new)}"


def _shown(value: Any) -> str:
    return "(absent)" if value is _ABSENT else json.dumps(value)


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the schemas, or check them."""
    parser = argparse.ArgumentParser(description="Make schemas/ from botocore and the overlay.")
    parser.add_argument("--check", action="store_true", help="compare, and write nothing")
    made = make()
    if not parser.parse_args(arguments).check:
        write(made, FOLDER)
        return 0
    moved = compare(made, FOLDER)
    for line in moved:
        print(line)
    if moved:
        made_of = f"botocore {botocore.__version__}, the overlay and the records"
        print(f"schemas/ is not what {made_of} make")
    return 1 if moved else 0


if __name__ == "__main__":
    raise SystemExit(main())
