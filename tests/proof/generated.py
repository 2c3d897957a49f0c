"""Documents that a schema asks for, and ones that break it."""

from __future__ import annotations

import copy
import json
from functools import cache
from typing import Any

from hypothesis import strategies as st
from hypothesis_jsonschema import from_schema
from profiles import EXAMPLES
from proof.junk import spoiled

from pytest_mgh.protocol import schemas
from pytest_mgh.services.catalog import OPERATIONS

OF_EACH = max(2, EXAMPLES // 16)
"""How many requests of each operation are made."""
REQUESTS = [(one.service.name, name) for name, one in OPERATIONS.items()]

# The end of a text, as the schemas write it and as hypothesis knows it.
_END, _KNOWN_END = r"(?![\s\S])", r"\Z"


@cache
def obeying(folder: str, name: str) -> st.SearchStrategy[Any]:
    """Documents that obey `schemas/<folder>/<name>.json`."""
    schema = copy.deepcopy(schemas.load(folder, name))
    inlined = _inlined(schema, schema.get("$defs", {}))
    return from_schema({key: inlined[key] for key in inlined.keys() - {"$schema", "$id"}})


def _inlined(part: Any, definitions: dict[str, Any]) -> Any:
    """Replace references by their definitions: the generator does not find them by a urn."""
    if isinstance(part, list):
        return [_inlined(item, definitions) for item in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        return _inlined(definitions[part["$ref"].removeprefix("#/$defs/")], definitions)
    inlined = {key: _inlined(said, definitions) for key, said in part.items() if key != "$defs"}
    if isinstance(inlined.get("pattern"), str):
        inlined["pattern"] = inlined["pattern"].replace(_END, _KNOWN_END)
    if inlined.get("type") == "object":
        inlined["additionalProperties"] = False  # generating them takes long; `spoiled` adds some
    return _by_case(inlined) if "allOf" in inlined else inlined


def _by_case(schema: dict[str, Any]) -> dict[str, Any]:
    """Write `if this member is X, then those obey that` as cases: these are generated soon."""
    base = {key: said for key, said in schema.items() if key != "allOf"}
    cases, members = [], schema["properties"]
    rest = {}
    for rule in schema["allOf"]:
        ((name, condition),) = rule["if"]["properties"].items()
        then = {key: members[key] | said for key, said in rule["then"]["properties"].items()}
        cases.append(base | {"properties": members | {name: condition} | then})
        rest.setdefault(name, set(members[name]["enum"])).discard(condition["const"])
    others = {name: {"enum": sorted(values)} for name, values in rest.items()}
    return {"anyOf": [*cases, base | {"properties": members | others}]}


@st.composite
def corpora(draw: Any, folder: str, name: str) -> list[Any]:
    """A document that obeys a schema, and some like it in which places hold something else."""
    document = draw(obeying(folder, name))
    others = (
        draw(st.lists(spoiled(document), min_size=2, max_size=8))
        if isinstance(document, dict)
        else []
    )
    return [document, *_of_wrong_type(document, folder, name), *filter(_is_text, others)]


def _of_wrong_type(document: Any, folder: str, name: str) -> list[Any]:
    """A document with a member of a wrong type: a few draws may all obey the schema."""
    schema = schemas.load(folder, name)
    if not (isinstance(document, dict) and schema.get("properties")):
        return []
    member, rule = next(iter(schema["properties"].items()))
    rule = schema["$defs"][rule["$ref"].removeprefix("#/$defs/")] if "$ref" in rule else rule
    return [document | {member: "1" if rule["type"] in ("integer", "boolean", "number") else 1}]


def _is_text(document: Any) -> bool:
    """Whether a document can be written in UTF-8: not every validator knows half a character."""
    try:
        json.dumps(document, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def as_read(document: Any, schema: dict[str, Any], definitions: dict[str, Any]) -> Any:
    """Return a request as a service reads it: without null and unknown members, or fractions."""
    if "$ref" in schema:
        schema = definitions[schema["$ref"].removeprefix("#/$defs/")]
    if isinstance(document, dict):
        members = schema.get("properties", {})
        return {
            name: as_read(said, members[name], definitions)
            for name, said in document.items()
            if name in members and said is not None
        }
    if isinstance(document, list):
        return [as_read(item, schema.get("items", {}), definitions) for item in document]
    if isinstance(document, float) and schema.get("type") == "integer":
        return int(document)
    return document
