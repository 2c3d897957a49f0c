"""Parts of requests, as a test names them: what they must have, and whether a request has it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pytest_mgh.errors import nearest
from pytest_mgh.protocol.documents import path_text

if TYPE_CHECKING:
    from pytest_mgh.protocol.schemas import Schema

Path = tuple[str | int, ...]


def is_part(part: Any, whole: Any) -> bool:
    """Whether a value has a part: all of its members, each item of its lists, an equal value."""
    if isinstance(part, dict):
        return isinstance(whole, dict) and all(
            name in whole and is_part(member, whole[name]) for name, member in part.items()
        )
    if isinstance(part, list):
        return isinstance(whole, list) and all(
            any(is_part(item, one) for one in whole) for item in part
        )
    return isinstance(part, bool) is isinstance(whole, bool) and bool(part == whole)


def plain_part(part: Any) -> Any:
    """Return a copy of a part as JSON has it: times in whole seconds, as botocore sends them."""
    if isinstance(part, Mapping):
        return {name: plain_part(member) for name, member in part.items()}
    if isinstance(part, (list, tuple)):
        return [plain_part(item) for item in part]
    return int(part.timestamp()) if isinstance(part, datetime) else part


def check_part(schema: Schema, part: Any) -> None:
    """Raise `ValueError` for a part that no request of a schema can have."""
    _check(schema, schema.get("$defs", {}), part, ())


_TYPES: Mapping[str, tuple[tuple[type, ...], str]] = {
    "array": ((list,), "a list"),
    "boolean": ((bool,), "True or False"),
    "integer": ((int,), "a whole number"),
    "number": ((int, float), "a number or a time"),
    "object": ((dict,), "members"),
    "string": ((str,), "a string"),
}


def _check(schema: Schema, definitions: Schema, part: Any, path: Path) -> None:
    if "$ref" in schema:
        schema = definitions[schema["$ref"].removeprefix("#/$defs/")]
    types, expected = _TYPES[schema.get("type", "string")]
    is_flag = isinstance(part, bool) and bool not in types
    is_endless = isinstance(part, float) and not math.isfinite(part)
    if not isinstance(part, types) or is_flag or is_endless:
        place = path_text(path)
        raise ValueError(f"{place and place + ': '}{part!r} is not {expected}")
    if isinstance(part, dict):
        members = schema.get("properties", {})
        for name, member in part.items():
            if name not in members:
                place = path_text((*path, str(name)))
                raise ValueError(f"no member {place!r}; {nearest(str(name), members)}")
            _check(members[name], definitions, member, (*path, name))
    elif isinstance(part, list):
        for at, item in enumerate(part):
            _check(schema["items"], definitions, item, (*path, at))
