"""Records as JSON-ready data and back, by the types of their fields."""

from __future__ import annotations

import dataclasses
import math
import types
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from pytest_mgh.state.in_order import InOrder


def encode(value: Any) -> Any:
    """Return a record as JSON-ready data; infinity becomes null."""
    if dataclasses.is_dataclass(value):
        names = [field.name for field in dataclasses.fields(value) if field.init]
        return {name: encode(getattr(value, name)) for name in names}
    if isinstance(value, InOrder):
        return {"next": value.next, "rows": [[at, key, encode(row)] for at, key, row in value.rows]}
    if isinstance(value, dict):
        return {key: encode(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [encode(item) for item in value]
    return None if value == math.inf else value


def decode(kind: Any, data: Any) -> Any:
    """Return the record of a type that `encode` made data of."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        (kind,) = (one for one in arguments if one is not type(None))
        return None if data is None else decode(kind, data)
    if dataclasses.is_dataclass(kind):
        fields = _types(kind)  # type: ignore[arg-type]
        return kind(**{name: decode(fields[name], data[name]) for name in fields})  # type: ignore[operator]
    if origin is InOrder:
        kept: InOrder[Any] = InOrder()
        rows = ((at, key, decode(arguments[0], row)) for at, key, row in data["rows"])
        kept.load(data["next"], rows)
        return kept
    if origin is dict:
        return {key: decode(arguments[1], item) for key, item in data.items()}
    if origin is list:
        return [decode(arguments[0], item) for item in data]
    if origin is tuple:
        kinds = [arguments[0]] * len(data) if arguments[-1] is ... else arguments
        return tuple(decode(one, item) for one, item in zip(kinds, data, strict=True))
    if kind is float and data is None:
        return math.inf
    return data


@cache
def _types(record: type) -> dict[str, Any]:
    """Return the types of the fields that make a record."""
    hints = get_type_hints(record)
    return {field.name: hints[field.name] for field in dataclasses.fields(record) if field.init}
